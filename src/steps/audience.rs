//! What tokens are for: resources that a client names (RFC 8707).

use std::convert::Infallible;
use std::str::FromStr;

use serde_json::Value;

use super::api::{send, send_with, works};
use super::definition::{given, then, when};
use super::parameter::parameter;
use super::params::Grant;
use super::refresh::{goes_on, refresh};
use super::token::redeem;
use super::world::{StepResult, World};
use crate::driver::flow::{Authorization, Code};
use crate::driver::page::Decision;
use crate::driver::{Change, Client as Role, Pair, Unmet, authorization};
use crate::observe::{Mismatch, Observed};

/// A resource that is none of the server's.
const UNKNOWN: &str = "https://resource.oauthspec.example/";

/// What a token is said to be for is kept under this name.
const AUDIENCE: &str = "audience";

parameter!(
    Audience,
    "audience",
    r"the resource(?: (?:with(?:out)?|by) [a-z ]+)?|another resource|both resources|a resource that (?:nobody knows|is no URI)"
);

/// What a client names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// The profile's resource.
    Own,
    /// The other resource of the same server.
    Other,
    /// Either of them.
    Both,
    /// A resource of another origin.
    Unknown,
    /// Something that is no URI at all.
    NoUri,
    /// The profile's resource, written otherwise.
    Written(Writing),
}

/// Ways to write the name of a resource that make it another name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Writing {
    /// With a fragment (RFC 8707 §2 forbids it).
    Fragment,
    /// With a fragment of no characters.
    EmptyFragment,
    /// Without scheme and host.
    Path,
    /// Without its scheme.
    Schemeless,
    /// With letters behind its path.
    Longer,
    /// With its path in capitals.
    Capitals,
    /// With a detour through its parent.
    Detour,
    /// With an encoded slash.
    EncodedSlash,
}

impl FromStr for Audience {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(match text {
            "another resource" => Self::Other,
            "both resources" => Self::Both,
            "a resource that nobody knows" => Self::Unknown,
            "a resource that is no URI" => Self::NoUri,
            "the resource with a fragment" => Self::Written(Writing::Fragment),
            "the resource with an empty fragment" => Self::Written(Writing::EmptyFragment),
            "the resource by its path" => Self::Written(Writing::Path),
            "the resource without its scheme" => Self::Written(Writing::Schemeless),
            "the resource with a longer path" => Self::Written(Writing::Longer),
            "the resource with its path in capitals" => Self::Written(Writing::Capitals),
            "the resource by way of its parent" => Self::Written(Writing::Detour),
            "the resource with an encoded slash" => Self::Written(Writing::EncodedSlash),
            _ => Self::Own,
        })
    }
}

impl Writing {
    /// A name, written so; none where that would leave it as it is.
    fn of(self, name: &str) -> Option<String> {
        let scheme = name.find("://")?;
        let host = scheme + 3;
        let path = name[host..].find('/').map(|at| host + at).filter(|at| at + 1 < name.len());
        let behind = |more: &str| Some(format!("{name}{more}"));
        match self {
            Self::Fragment => behind("#oauthspec"),
            Self::EmptyFragment => behind("#"),
            Self::Schemeless => Some(name[scheme + 1..].to_owned()),
            Self::Path => Some(name[path?..].to_owned()),
            Self::Longer => path.and_then(|_| behind("oauthspec")),
            Self::Capitals => {
                let (host, path) = name.split_at(path?);
                Some(format!("{host}{}", path.to_ascii_uppercase())).filter(|it| it != name)
            }
            Self::Detour => {
                let (host, path) = name.split_at(path?);
                Some(format!("{host}/oauthspec/..{path}"))
            }
            Self::EncodedSlash => {
                let (host, path) = name.split_at(path?);
                Some(format!("{host}/{}", path.replace('/', "%2F")))
            }
        }
    }
}

/// The names of what a client wants to call.
fn names(w: &mut World, audience: Audience) -> Result<Vec<String>, String> {
    let own = |w: &mut World| {
        let own = w.driver().resource_identifier();
        w.need(own)
    };
    let other = |w: &mut World| {
        let other = w.driver().site.other_resource.as_ref().map(ToString::to_string);
        let text = || Unmet::Lacking("the profile defines no `other_resource`".to_owned());
        w.need(other.ok_or_else(text))
    };
    Ok(vec![match audience {
        Audience::Own => own(w)?,
        Audience::Other => other(w)?,
        Audience::Both => return Ok(vec![own(w)?, other(w)?]),
        Audience::Unknown => UNKNOWN.to_owned(),
        Audience::NoUri => "no URI".to_owned(),
        Audience::Written(how) => {
            let text = || Unmet::Lacking("the resource's URL cannot be written so".to_owned());
            let written = how.of(&own(w)?);
            w.need(written.ok_or_else(text))?
        }
    }])
}

/// The parameters that name it.
pub(super) fn named(w: &mut World, audience: Audience) -> Result<Vec<Change>, String> {
    let names = names(w, audience)?;
    Ok(names.into_iter().map(|name| Change::Beside("resource".to_owned(), name)).collect())
}

/// A code of a new grant for this resource.
async fn code_for(w: &mut World, audience: Audience) -> Result<Code, String> {
    w.driver().fresh_browser();
    code_in_browser(w, audience).await
}

/// The same in the browser that is open.
async fn code_in_browser(w: &mut World, audience: Audience) -> Result<Code, String> {
    let (client, changes) = (Role::default_role(), named(w, audience)?);
    let ask = Authorization { changes: &changes, ..Authorization::of(&client) };
    let journey = w.driver().authorize(&ask).await;
    let journey = w.need(journey)?;
    let what = authorization::what(&journey);
    // Which refusal is right is the matter of the rule about several.
    if audience == Audience::Both && matches!(&what, Observed::Redirect(_)) {
        let text = "the server grants no request for two resources".to_owned();
        return w.need(Err(Unmet::Lacking(text)));
    }
    let code = w.driver().ordinary_code(&journey);
    if audience == Audience::Unknown && code.is_err() {
        return w.need(Err(unknown(&what)));
    }
    let profile = &w.driver().site.profile;
    let is_named = profile.resource.as_ref().is_some_and(|it| it.identifier.is_some());
    let refused = matches!(&what, Observed::Redirect(error) if error == "invalid_target");
    if refused && !is_named && audience == Audience::Own {
        let own = w.driver().resource_identifier();
        let own = w.need(own)?;
        let text = format!(
            "the server issues tokens for no resource {own}: say for which it does (`resource.identifier`)"
        );
        return w.need(Err(Unmet::Lacking(text)));
    }
    w.control(code)
}

/// A server that does not know a resource issues nothing for it: which refusal is right is another rule's matter.
fn unknown(what: &Observed) -> Unmet {
    let text = "the server issues no token for a resource that it does not know";
    Unmet::Lacking(format!("{text} ({})", what.describe()))
}

/// Redeems a code for this resource, which has to work.
async fn redeemed(w: &mut World, code: &Code, audience: Audience) -> Result<Pair, String> {
    let (client, changes) = (code.client.clone(), named(w, audience)?);
    let draft = w.driver().redemption(&client, code);
    let draft = w.need(draft)?;
    w.submit_for_tokens(&client, draft, &changes).await?;
    w.assessment.deviation = None;
    let what = w.answer()?.what;
    if audience == Audience::Unknown && what.is_refusal() {
        return w.need(Err(unknown(&what)));
    }
    w.control_that(what == Observed::Tokens, || {
        format!("no tokens for the resource, but {}", what.describe())
    })?;
    w.pair()
}

/// Tokens of a new grant, for this resource. Both requests name it.
async fn granted(w: &mut World, audience: Audience) -> Result<Pair, String> {
    let code = code_for(w, audience).await?;
    redeemed(w, &code, audience).await
}

given!("the client has obtained tokens for {audience}", has_tokens(audience).await);
async fn has_tokens(w: &mut World, audience: Audience) -> StepResult {
    granted(w, audience).await.map(drop)
}

when!(
    "the user follows the client's authorization request for {audience}",
    follows(audience).await
);
async fn follows(w: &mut World, audience: Audience) -> StepResult {
    let changes = named(w, audience)?;
    super::authorize::ask(w, &Role::default_role(), &changes, Decision::Grant).await
}

given!("a request need not name a resource", need_not_name());
fn need_not_name(w: &mut World) -> StepResult {
    let text = "the server refuses a request that names no resource (RFC 8707 §2.1)".to_owned();
    let needed = w.driver().has_to_name_resource();
    w.need(if needed { Err(Unmet::Lacking(text)) } else { Ok(()) })
}

when!("the client redeems the code for {audience}", redeems(audience).await);
async fn redeems(w: &mut World, audience: Audience) -> StepResult {
    let changes = named(w, audience)?;
    redeem(w, &Role::default_role(), &changes).await
}

when!("the client calls the API with a token for {audience}", calls_with_foreign(audience).await);
async fn calls_with_foreign(w: &mut World, audience: Audience) -> StepResult {
    let own = w.pair()?;
    let foreign = granted(w, audience).await?;
    w.issued.pairs.push(own);
    w.deviates(match audience {
        Audience::Unknown => format!("a token for {UNKNOWN}"),
        _ => "a token for another resource".to_owned(),
    });
    send_with(w, &foreign.access).await
}

given!("the client holds an authorization code for {audience}", holds(audience).await);
async fn holds(w: &mut World, audience: Audience) -> StepResult {
    w.issued.code = Some(code_for(w, audience).await?);
    Ok(())
}

given!(
    "the client holds an authorization code for {audience} of a user who was signed in",
    holds_of_session(audience).await
);
/// The user granted another request in the same browser.
async fn holds_of_session(w: &mut World, audience: Audience) -> StepResult {
    w.driver().fresh_browser();
    let client = Role::default_role();
    let first = w.driver().obtain_code(&Authorization::of(&client)).await;
    w.control(first)?;
    w.issued.code = Some(code_in_browser(w, audience).await?);
    Ok(())
}

given!("the client has redeemed the code for {audience}", has_redeemed(audience).await);
async fn has_redeemed(w: &mut World, audience: Audience) -> StepResult {
    let code = w.code()?;
    redeemed(w, &code, audience).await.map(drop)
}

when!("that client requests a token of its own for {audience}", requests(audience).await);
async fn requests(w: &mut World, audience: Audience) -> StepResult {
    let draft = w.driver().grant_of_its_own(Grant::ClientCredentials.name());
    let (draft, changes) = (w.need(draft.map_err(Unmet::into_lacking))?, named(w, audience)?);
    w.submit_for_tokens(&Role::default_role(), draft, &changes).await
}

when!("the client refreshes for {audience}", refreshes(audience).await);
async fn refreshes(w: &mut World, audience: Audience) -> StepResult {
    let changes = named(w, audience)?;
    let (client, token) = (w.pair()?.client, w.refresh_token()?);
    refresh(w, &client, &token, &changes).await
}

given!("the client has refreshed for {audience}", has_refreshed(audience).await);
async fn has_refreshed(w: &mut World, audience: Audience) -> StepResult {
    let before = w.refresh_token()?;
    refreshes(w, audience).await?;
    w.assessment.deviation = None;
    let what = w.answer()?.what;
    w.control_that(what == Observed::Tokens, || {
        format!("a refresh for one of the resources got {}", what.describe())
    })?;
    goes_on(w, before);
    Ok(())
}

then!(
    "the client receives tokens, or learns that the resource was not granted",
    tokens_or_not_granted()
);
/// What is granted where no resource was named, the server says (RFC 8707 §2.1, §2.2).
fn tokens_or_not_granted(w: &mut World) -> StepResult {
    let what = w.answer()?.what;
    if matches!(&what, Observed::Error { error, .. } if error == "invalid_target") {
        let text = "a grant for which no resource was named is not one for the resource".to_owned();
        return w.need(Err(Unmet::Lacking(text)));
    }
    w.judge_what(&what, "tokens", |what| *what == Observed::Tokens)
}

then!("no token of it opens the resource", opens_nothing().await);
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

then!("a grant for it, where there is one, does not open the resource", brings_nothing().await);
/// A request that is refused brings none.
async fn brings_nothing(w: &mut World) -> StepResult {
    let what = super::redirected::what(w)?;
    w.not_broken(&what)?;
    let journey = w.journey()?;
    let Ok(code) = w.driver().ordinary_code(&journey) else {
        w.judge(Ok(()))?;
        w.assessment.evidence.refusal();
        return Ok(());
    };
    w.issued.code = Some(code);
    let how = w.assessment.deviation.take();
    redeem(w, &Role::default_role(), &[]).await?;
    w.assessment.deviation = how;
    opens_nothing(w).await
}

then!(
    "the access token opens both resources, or the request for both is refused",
    opens_both().await
);
async fn opens_both(w: &mut World) -> StepResult {
    let what = w.answer()?.what;
    w.not_broken(&what)?;
    if matches!(&what, Observed::Error { error, .. } if error == "invalid_target") {
        return w.judge(Ok(()));
    }
    w.judge_what(&what, "tokens, or invalid_target", |what| *what == Observed::Tokens)?;
    let token = w.pair()?.access;
    send_with(w, &token).await?;
    let what = w.answer()?.what;
    w.judge_what(&what, "the resource is served", Observed::is_served)?;
    let other = w.driver().call_other(&token);
    let other = w.need(other)?;
    send(w, other).await?;
    let what = w.answer()?.what;
    w.judge_what(&what, "the other resource is served", Observed::is_served)
}

when!("somebody reads what the access token is for", reads().await);
async fn reads(w: &mut World) -> StepResult {
    let pair = w.pair()?;
    let said = super::introspection::all_said(w, &pair, "aud").await?;
    let aud = match said.get("aud") {
        Some(Value::String(one)) => Some(vec![one.clone()]),
        Some(Value::Array(all)) => {
            Some(all.iter().filter_map(Value::as_str).map(str::to_owned).collect())
        }
        _ => None,
    };
    let text = || Unmet::Lacking("nothing says what the access token is for".to_owned());
    let aud = w.need(aud.ok_or_else(text))?;
    w.answers.keep(AUDIENCE, aud);
    Ok(())
}

then!("it is for the resource", is_for());
fn is_for(w: &mut World) -> StepResult {
    let expected = names(w, Audience::Own)?.concat();
    let aud = w.answers.collected(AUDIENCE);
    w.judge(match aud.contains(&expected) {
        true => Ok(()),
        false => Err(Mismatch::new(format!("aud {expected:?}"), format!("aud {aud:?}"))),
    })
}

given!("tokens for another resource do not open the resource", foreign_refused().await);
/// Whether it is so is the matter of another rule.
async fn foreign_refused(w: &mut World) -> StepResult {
    let foreign = granted(w, Audience::Other).await?;
    let what = w.driver().probe(&foreign.access).await;
    let what = w.need(what)?;
    w.control_that(what.is_refusal_of_call(), || {
        format!("a token for another resource: {}", what.describe())
    })
}

then!("tokens for the resource are still served", still_served().await);
async fn still_served(w: &mut World) -> StepResult {
    granted(w, Audience::Own).await?;
    works(w).await
}
