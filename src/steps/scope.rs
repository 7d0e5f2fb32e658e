//! Scopes that a client asks for and may not have.

use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

use super::definition::{then, when};
use super::parameter::parameter;
use super::params::Client;
use super::world::{StepResult, World};
use crate::driver::authorization;
use crate::driver::flow::Authorization;
use crate::driver::{Client as Role, Unmet};
use crate::observe::{Mismatch, Observed, success};
use crate::wire::tells_failure;

/// A scope that no server knows.
const UNKNOWN: &str = "oauthspec-unknown";

/// A scope that no server can have.
const QUOTED: &str = "oauthspec\"\\";

parameter!(
    Excess,
    "excess",
    r"an unknown scope|its scope and an unknown one|its scope and one with a quotation mark|its scope in capital letters|the scope of another client"
);

/// What is asked for beyond what the client may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Excess {
    /// A scope that nobody knows, alone.
    Unknown,
    /// The same beside what the client may have.
    Besides,
    /// One of characters that no scope has (RFC 6749 §3.3), beside what the client may have.
    Quoted,
    /// The client's own scope, in capital letters.
    Capitals,
    /// What opens the scoped resource.
    OfAnother,
}

impl FromStr for Excess {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(match text {
            "an unknown scope" => Self::Unknown,
            "its scope and an unknown one" => Self::Besides,
            "its scope and one with a quotation mark" => Self::Quoted,
            "its scope in capital letters" => Self::Capitals,
            _ => Self::OfAnother,
        })
    }
}

impl fmt::Display for Excess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unknown => "an unknown scope",
            Self::Besides => "an unknown scope besides",
            Self::Quoted => "a scope with a quotation mark besides",
            Self::Capitals => "the scope in capital letters",
            Self::OfAnother => "a scope of other clients",
        })
    }
}

impl Excess {
    /// What is asked for; keeps what of it the client may not have.
    pub(super) fn asked(self, w: &mut World, client: &Role) -> Result<String, String> {
        let entry = w.driver().client(client);
        let entry = w.need(entry)?;
        let profile = &w.driver().site.profile;
        let own = profile.scope(&entry).map(str::to_owned);
        let opens = profile.scoped_resource.as_ref().and_then(|scoped| scoped.scope.clone());
        let lacking = |key: &str| Unmet::Lacking(format!("the profile defines no `{key}`"));
        let asked = match self {
            Self::Unknown => UNKNOWN.to_owned(),
            Self::Besides => format!("{} {UNKNOWN}", w.need(own.clone().ok_or(lacking("scope")))?),
            Self::Quoted => format!("{} {QUOTED}", w.need(own.clone().ok_or(lacking("scope")))?),
            Self::Capitals => {
                let own = w.need(own.clone().ok_or(lacking("scope")))?;
                own.to_ascii_uppercase()
            }
            Self::OfAnother => w.need(opens.ok_or(lacking("scoped_resource.scope")))?,
        };
        let own = own.unwrap_or_default();
        let is_own = |scope: &str| own.split(' ').any(|own| own == scope);
        let excess: Vec<String> =
            asked.split(' ').filter(|scope| !is_own(scope)).map(str::to_owned).collect();
        if excess.is_empty() {
            let text = "the client may have all that could be asked for".to_owned();
            w.need(Err(Unmet::Lacking(text)))?;
        }
        w.deviates(self.to_string());
        w.answers.keep("excess", excess);
        Ok(asked)
    }
}

when!("{client} asks the user for {excess}", asks(client, excess).await);
async fn asks(w: &mut World, client: Client, excess: Excess) -> StepResult {
    let scope = excess.asked(w, &client.0)?;
    let ask = Authorization { scope: Some(&scope), ..Authorization::of(&client.0) };
    let journey = w.driver().authorize(&ask).await;
    let journey = w.need(journey)?;
    let code = w.driver().code_of(&journey);
    if let (Some(code), Observed::Code) = (code, authorization::what(&journey)) {
        let draft = w.driver().redemption(&client.0, &code);
        let draft = w.need(draft)?;
        w.submit_for_tokens(&client.0, draft, &[]).await?;
    }
    w.answers.journey = Some(journey);
    Ok(())
}

when!(
    "{client} asks for {excess} by client credentials",
    asks_by_credentials(client, excess).await
);
async fn asks_by_credentials(w: &mut World, client: Client, excess: Excess) -> StepResult {
    let scope = excess.asked(w, &client.0)?;
    let draft = w.driver().grant_request(&client.0, "client_credentials", &[("scope", &scope)]);
    let draft = w.need(draft)?;
    w.submit_for_tokens(&client.0, draft, &[]).await
}

/// A scope that cannot be had is refused. By which error a server says so shuts nobody in or out.
pub(super) fn refused(w: &mut World, what: &Observed) -> StepResult {
    match what {
        Observed::Redirect(error) | Observed::Error { error, .. }
            if error != "invalid_scope" && !tells_failure(error) =>
        {
            w.assessment.evidence.refusal();
            w.tolerate(&Mismatch::new("error invalid_scope", what.describe()))
        }
        _ => w.judge_what(what, "error invalid_scope, or tokens of less", |what| {
            matches!(what, Observed::Redirect(_) | Observed::Error { status: 400, .. })
        }),
    }
}

then!("the scope is refused, or the token response does not name it", refused_or_not_named());
/// Less than what was asked for may be granted, and is then named (RFC 6749 §3.3).
fn refused_or_not_named(w: &mut World) -> StepResult {
    let what = match w.answers.journey.as_ref().map(authorization::what) {
        Some(what) if what != Observed::Code => what,
        _ => w.answer()?.what,
    };
    if what != Observed::Tokens {
        return refused(w, &what);
    }
    let excess = w.answers.collected("excess");
    let result = match success::scope(&w.response()?) {
        None => Err(Mismatch::new("a member scope that names what was granted", "none")),
        Some(named) => match excess.iter().find(|scope| named.contains(scope)) {
            Some(scope) => Err(Mismatch::new("a scope of less", format!("the scope {scope:?}"))),
            None => Ok(()),
        },
    };
    w.judge(result)
}
