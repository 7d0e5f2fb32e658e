//! Codes, tokens and what else a client has, each presented where another kind belongs.

use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

use cucumber::{Parameter, given, then, when};

use super::api;
use super::params::Client;
use super::refresh::refresh;
use super::server_auth::request_assertion;
use super::world::{StepResult, World};
use crate::driver::Client as Role;
use crate::wire::Secret;

/// What is presented.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Parameter)]
#[param(
    name = "kind",
    regex = r"access token|refresh token|authorization code|client identifier|assertion"
)]
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

#[when(expr = "the client calls the API with the {kind} in place of the access token")]
async fn calls_with(w: &mut World, kind: Kind) -> StepResult {
    let value = kind.value(w).await?;
    w.deviates(format!("{kind} in place of the access token"));
    api::send_with(w, &value).await
}

#[when(expr = "{client} presents the {kind} as a refresh token")]
async fn refreshes_with(w: &mut World, client: Client, kind: Kind) -> StepResult {
    let value = kind.value(w).await?;
    w.deviates(format!("{kind} in place of the refresh token"));
    refresh(w, &client.0, &value, &[]).await
}

#[when(expr = "{client} presents the {kind} as a code")]
async fn redeems(w: &mut World, client: Client, kind: Kind) -> StepResult {
    let value = kind.value(w).await?;
    let mut code = w.code()?;
    code.value = value;
    let draft = w.driver().redemption(&client.0, &code);
    let draft = w.need(draft)?;
    w.deviates(format!("{kind} in place of the code"));
    w.submit_token(draft, &[]).await
}

#[when(expr = "{client} presents the {kind} as an assertion")]
async fn asserts(w: &mut World, client: Client, kind: Kind) -> StepResult {
    let value = kind.value(w).await?;
    let draft = w.driver().assertion_grant(&client.0, &value);
    let draft = w.need(draft)?;
    w.deviates(format!("{kind} in place of the assertion"));
    w.submit_for_tokens(&client.0, draft, &[]).await
}

#[given(expr = "{client} can redeem the code")]
#[then(expr = "{client} can redeem the code")]
async fn can_redeem(w: &mut World, client: Client) -> StepResult {
    let code = w.code()?;
    let draft = w.driver().redemption(&client.0, &code);
    let draft = w.need(draft)?;
    w.obtain(&client.0, &draft).await.map(drop)
}
