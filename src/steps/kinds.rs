//! Codes, tokens and what else a client has, each presented where another kind belongs.

use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

use super::api;
use super::definition::{then, when};
use super::parameter::parameter;
use super::params::Client;
use super::refresh::refresh;
use super::server_auth::request_assertion;
use super::world::{StepResult, World};
use crate::driver::Client as Role;
use crate::wire::Secret;

parameter!(
    Kind,
    "kind",
    r"access token|refresh token|authorization code|client identifier|assertion"
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
    /// The identifier of the default client.
    ClientId,
    /// A new assertion of the server client.
    Assertion,
}

impl FromStr for Kind {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(match text {
            "access token" => Self::AccessToken,
            "refresh token" => Self::RefreshToken,
            "authorization code" => Self::Code,
            "client identifier" => Self::ClientId,
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
