//! What tokens are for: resources that a client names (RFC 8707).

use std::convert::Infallible;
use std::str::FromStr;

use cucumber::{Parameter, given, then, when};

use super::api::{send_with, works};
use super::refresh::refresh;
use super::token::redeem;
use super::world::{StepResult, World};
use crate::driver::flow::Authorization;
use crate::driver::page::Decision;
use crate::driver::{Change, Client as Role, Pair, Unmet};
use crate::observe::Observed;

/// What a client names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Parameter)]
#[param(
    name = "audience",
    regex = r"the resource|another resource|a resource that nobody knows|the resource with a fragment"
)]
pub enum Audience {
    /// The profile's resource.
    Own,
    /// The other resource of the same server.
    Other,
    /// A resource of another origin.
    Unknown,
    /// The profile's resource, with a fragment (RFC 8707 §2 forbids it).
    Fragment,
}

impl FromStr for Audience {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(match text {
            "another resource" => Self::Other,
            "a resource that nobody knows" => Self::Unknown,
            "the resource with a fragment" => Self::Fragment,
            _ => Self::Own,
        })
    }
}

/// The parameter that names it.
fn named(w: &mut World, audience: Audience) -> Result<Change, String> {
    let lacking = |what: &str| Unmet::Lacking(format!("the profile defines no `{what}`"));
    let site = std::sync::Arc::clone(&w.driver().site);
    let own = site.resource.as_ref().ok_or_else(|| lacking("resource"));
    let url = match audience {
        Audience::Own => own.map(ToString::to_string),
        Audience::Fragment => own.map(|url| format!("{url}#oauthspec")),
        Audience::Other => {
            let other = site.other_resource.as_ref().ok_or_else(|| lacking("other_resource"));
            other.map(ToString::to_string)
        }
        Audience::Unknown => Ok("https://resource.oauthspec.example/".to_owned()),
    };
    Ok(Change::set("resource", w.need(url)?))
}

/// Tokens of a new grant, for this resource. Both requests name it.
async fn granted(w: &mut World, audience: Audience) -> Result<Pair, String> {
    let (client, change) = (Role::default_role(), named(w, audience)?);
    let changes = [change];
    w.driver().fresh_browser();
    let ask = Authorization { changes: &changes, ..Authorization::of(&client) };
    let code = w.driver().obtain_code(&ask).await;
    let code = w.control(code)?;
    let draft = w.driver().redemption(&client, &code);
    let draft = w.need(draft)?;
    w.submit_for_tokens(&client, draft, &changes).await?;
    w.assessment.deviation = None;
    let what = w.answer()?.what;
    w.control_that(what == Observed::Tokens, || {
        format!("no tokens for the resource, but {}", what.describe())
    })?;
    w.pair()
}

#[given(expr = "the client has obtained tokens for {audience}")]
async fn has_tokens(w: &mut World, audience: Audience) -> StepResult {
    granted(w, audience).await.map(drop)
}

#[when(expr = "the user follows the client's authorization request for {audience}")]
async fn follows(w: &mut World, audience: Audience) -> StepResult {
    let changes = [named(w, audience)?];
    super::authorize::ask(w, &Role::default_role(), &changes, Decision::Grant).await
}

#[when(expr = "the client redeems the code for {audience}")]
async fn redeems(w: &mut World, audience: Audience) -> StepResult {
    let changes = [named(w, audience)?];
    redeem(w, &Role::default_role(), &changes).await
}

#[when("the client calls the API with a token for another resource")]
async fn calls_with_foreign(w: &mut World) -> StepResult {
    let own = w.pair()?;
    let foreign = granted(w, Audience::Other).await?;
    w.issued.pairs.push(own);
    w.deviates("a token for another resource".to_owned());
    send_with(w, &foreign.access).await
}

#[when("the client refreshes for the resource")]
async fn refreshes(w: &mut World) -> StepResult {
    let changes = [named(w, Audience::Own)?];
    let (client, token) = (w.pair()?.client, w.refresh_token()?);
    refresh(w, &client, &token, &changes).await
}

#[then("no token of it opens the resource")]
async fn opens_nothing(w: &mut World) -> StepResult {
    let what = w.answer()?.what;
    w.not_broken(&what)?;
    if what != Observed::Tokens {
        w.judge(Ok(()))?;
        w.assessment.evidence.refusal();
        return Ok(());
    }
    let token = w.pair()?.access;
    send_with(w, &token).await?;
    let what = w.answer()?.what;
    w.judge_what(&what, "a refusal of the access token", Observed::is_refusal_of_call)?;
    w.assessment.evidence.refusal();
    Ok(())
}

#[then("tokens for the resource are still served")]
async fn still_served(w: &mut World) -> StepResult {
    granted(w, Audience::Own).await?;
    works(w).await
}
