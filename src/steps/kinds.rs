//! Codes, tokens and what else a client has, each presented where another kind belongs.

use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

use super::api;
use super::definition::{given, then, when};
use super::device_code::device;
use super::introspection;
use super::parameter::parameter;
use super::params::Client;
use super::refresh::refresh;
use super::server_auth::request_assertion;
use super::world::{StepResult, World};
use crate::driver::device::Device;
use crate::driver::{Client as Role, Unmet};
use crate::observe::{Observed, observed};
use crate::wire::Secret;

parameter!(
    Kind,
    "kind",
    r"access token|refresh token|authorization code|client identifier|assertion|ID Token|device code|pushed reference"
);

/// What is presented.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The newest access token.
    AccessToken,
    /// The newest refresh token.
    RefreshToken,
    /// The code of the scenario.
    Code,
    /// What the device of the scenario asks with.
    DeviceCode,
    /// The reference of the request that was pushed.
    Reference,
    /// The ID Token that came with the tokens.
    IdToken,
    /// The identifier of the default client.
    ClientId,
    /// A new assertion of the server client.
    Assertion,
}

/// What an ID Token is called where tokens come.
const ID_TOKEN: &str = "id_token";

given!("the client has obtained tokens with an ID Token", with_id_token().await);
async fn with_id_token(w: &mut World) -> StepResult {
    let client = Role::default_role();
    let code = w.obtain_code(&client).await?;
    let draft = w.driver().redemption(&client, &code);
    let draft = w.need(draft)?;
    w.submit_for_tokens(&client, draft, &[]).await?;
    let what = w.answer()?.what;
    let response = w.answer()?.sent;
    w.control_that(what.is_success(), || format!("no tokens, but {}", what.describe()))?;
    let members = response.as_ref().ok().and_then(observed::json);
    let token = members.and_then(|it| it.get(ID_TOKEN)?.as_str().map(str::to_owned));
    let text =
        || Unmet::Lacking("the target issues no ID Token by the scope of the profile".to_owned());
    let token = w.need(token.ok_or_else(text))?;
    w.answers.keep(ID_TOKEN, vec![token]);
    Ok(())
}

/// The ID Token that came with the tokens.
pub(super) fn id_token(w: &mut World) -> Result<Secret, String> {
    Ok(w.answers.collected(ID_TOKEN).concat().into())
}

when!("the {kind} is introspected in place of an access token", introspected(kind).await);
async fn introspected(w: &mut World, kind: Kind) -> StepResult {
    let value = kind.value(w).await?;
    w.deviates(format!("{kind} in place of an access token"));
    introspection::ask(w, None, &value, &[]).await
}

then!("the token is not active, or not one that opens resources", opens_nothing());
/// Whoever is told what kind of token it is does not take it for an access token.
fn opens_nothing(w: &mut World) -> StepResult {
    let answer = w.answer()?;
    let members = answer.sent.as_ref().ok().and_then(observed::json);
    let kind = members.and_then(|it| it.get("token_type")?.as_str().map(str::to_ascii_lowercase));
    let opens = kind.is_none_or(|kind| matches!(kind.as_str(), "bearer" | "dpop"));
    w.judge_what(&answer.what, "200 with \"active\": false", |what| {
        what.is_refusal() || *what == Observed::Inactive || what.is_served() && !opens
    })
}

impl FromStr for Kind {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(match text {
            "access token" => Self::AccessToken,
            "refresh token" => Self::RefreshToken,
            "authorization code" => Self::Code,
            "client identifier" => Self::ClientId,
            "ID Token" => Self::IdToken,
            "device code" => Self::DeviceCode,
            "pushed reference" => Self::Reference,
            _ => Self::Assertion,
        })
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::AccessToken => "an access token",
            Self::RefreshToken => "a refresh token",
            Self::Code => "an authorization code",
            Self::IdToken => "an ID Token",
            Self::DeviceCode => "a device code",
            Self::Reference => "the reference of a pushed request",
            Self::ClientId => "a client identifier",
            Self::Assertion => "an assertion",
        })
    }
}

impl Kind {
    async fn value(self, w: &mut World) -> Result<Secret, String> {
        match self {
            Self::AccessToken => Ok(w.pair()?.access),
            Self::RefreshToken => w.refresh_token(),
            Self::Code => Ok(w.code()?.value),
            Self::IdToken => id_token(w),
            Self::DeviceCode => Ok(device(w)?.code),
            Self::Reference => {
                let pushed = w.issued.pushed.clone().map(|pushed| pushed.uri);
                w.left(pushed, "a pushed request")
            }
            Self::ClientId => {
                let client = w.driver().client(&Role::default_role());
                Ok(w.need(client)?.id.into())
            }
            Self::Assertion => {
                let assertion = request_assertion(w, &Role("server".to_owned())).await?;
                Ok(assertion.into())
            }
        }
    }
}

when!(
    "the client calls the API with the {kind} in place of the access token",
    calls_with(kind).await
);
async fn calls_with(w: &mut World, kind: Kind) -> StepResult {
    let value = kind.value(w).await?;
    w.deviates(format!("{kind} in place of the access token"));
    api::send_with(w, &value).await
}

when!("{client} presents the {kind} as a refresh token", refreshes_with(client, kind).await);
async fn refreshes_with(w: &mut World, client: Client, kind: Kind) -> StepResult {
    let value = kind.value(w).await?;
    w.deviates(format!("{kind} in place of the refresh token"));
    refresh(w, &client.0, &value, &[]).await
}

when!("{client} presents the {kind} as a code", redeems(client, kind).await);
async fn redeems(w: &mut World, client: Client, kind: Kind) -> StepResult {
    let value = kind.value(w).await?;
    let mut code = w.code()?;
    code.value = value;
    let draft = w.driver().redemption(&client.0, &code);
    let draft = w.need(draft)?;
    w.deviates(format!("{kind} in place of the code"));
    w.submit_token(draft, &[]).await
}

when!("{client} presents the {kind} as a device code", asks_with(client, kind).await);
async fn asks_with(w: &mut World, client: Client, kind: Kind) -> StepResult {
    let code = kind.value(w).await?;
    let device = Device { code, ..device(w)? };
    let draft = w.driver().device_redemption(&client.0, &device);
    let draft = w.need(draft)?;
    w.deviates(format!("{kind} in place of the device code"));
    w.submit_token(draft, &[]).await
}

when!("{client} presents the {kind} as an assertion", asserts(client, kind).await);
async fn asserts(w: &mut World, client: Client, kind: Kind) -> StepResult {
    let value = kind.value(w).await?;
    let draft = w.driver().assertion_grant(&client.0, &value);
    let draft = w.need(draft)?;
    w.deviates(format!("{kind} in place of the assertion"));
    w.submit_for_tokens(&client.0, draft, &[]).await
}

then!("{client} can redeem the code", can_redeem(client).await);
async fn can_redeem(w: &mut World, client: Client) -> StepResult {
    let code = w.code()?;
    let draft = w.driver().redemption(&client.0, &code);
    let draft = w.need(draft)?;
    w.obtain(&client.0, &draft).await.map(drop)
}
