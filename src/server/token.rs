//! The token endpoint (`box` OAuth page, "Getting the Access Token" and "Using the Access and
//! Refresh Tokens"; RFC 6749 §3.2, §4.1.3 and §6).
//!
//! Checks come in a fixed order: well-formed, grant type, client, grant allowed, parameters, grant.

use serde_json::json;

use super::http::{self, Refusal, given};
use super::random::LONG;
use super::store::{CodeRefusal, Fresh, RefreshRefusal};
use super::world::{Application, GrantType};
use super::{Server, client_auth};
use crate::wire::{Params, Request, Response};

/// Parameters that this endpoint knows. All others are ignored.
// token/unknown-parameters
const KNOWN: &[&str] = &[
    "grant_type",
    "client_id",
    "client_secret",
    "code",
    "redirect_uri",
    "refresh_token",
    "scope",
    "assertion",
    "subject_token",
    "subject_token_type",
    "actor_token",
    "actor_token_type",
    "resource",
    "username",
    "password",
    "box_subject_type",
    "box_subject_id",
    "box_shared_link",
];

const GRANT_TYPE: Refusal =
    Refusal::invalid_request("Invalid grant_type parameter or parameter missing");

/// Every method at the token endpoint.
pub(super) fn endpoint(server: &Server, request: &Request) -> Response {
    // token/post-only
    if request.method != "POST" {
        return http::method_not_allowed("POST");
    }
    match exchange(server, request) {
        Ok(tokens) => success(server, &tokens),
        Err(refusal) => refusal.response(),
    }
}

fn exchange(server: &Server, request: &Request) -> Result<Fresh, Refusal> {
    let params = http::body_params(request)?;
    not_repeated(&params)?;
    let grant = grant_type(&params)?;
    let app = client_auth::authenticate(server, request, &params)?;
    grant_allowed(app, grant)?;
    match grant {
        GrantType::AuthorizationCode => code(server, app, &params),
        GrantType::RefreshToken => refresh(server, app, &params),
        _ => Err(UNAUTHORIZED),
    }
}

// token/repeated-parameter
fn not_repeated(params: &Params) -> Result<(), Refusal> {
    match params.repeated(|name| KNOWN.contains(&name)) {
        Some(_) => Err(Refusal::invalid_request("A parameter was sent more than once")),
        None => Ok(()),
    }
}

fn grant_type(params: &Params) -> Result<GrantType, Refusal> {
    // token/grant-type-required
    let value = given(params, "grant_type").ok_or(GRANT_TYPE)?;
    // token/grant-type-known, token/no-password-grant
    GrantType::read(value).ok_or(GRANT_TYPE)
}

const UNAUTHORIZED: Refusal =
    Refusal::new("unauthorized_client", "The grant type is unauthorized for this client_id");

// token/grant-not-allowed
fn grant_allowed(app: &Application, grant: GrantType) -> Result<(), Refusal> {
    if app.grants.contains(&grant) { Ok(()) } else { Err(UNAUTHORIZED) }
}

fn code(server: &Server, app: &Application, params: &Params) -> Result<Fresh, Refusal> {
    // token/code-required
    let missing = Refusal::invalid_request("Missing parameter. \"code\" is required");
    let code = given(params, "code").ok_or(missing)?;
    let fresh = fresh(server);
    let redirect_uri = given(params, "redirect_uri");
    let (now, client_id) = (server.now(), &app.client_id);
    server
        .store
        .redeem_code(now, code, client_id, redirect_uri, fresh.clone())
        .map(|_| fresh)
        .map_err(CodeRefusal::told)
}

impl CodeRefusal {
    fn told(self) -> Refusal {
        match self {
            Self::Unknown | Self::WrongClient | Self::Replayed => Refusal::new(
                "invalid_grant",
                "Auth code doesn't exist or is invalid for the client",
            ),
            Self::Expired => Refusal::new("invalid_grant", "The authorization code has expired"),
            Self::WrongRedirectUri => {
                Refusal::new("redirect_uri_mismatch", "The redirect URI is missing or do not match")
            }
        }
    }
}

fn refresh(server: &Server, app: &Application, params: &Params) -> Result<Fresh, Refusal> {
    // token/refresh-token-required
    let missing = Refusal::invalid_request("No \"refresh_token\" parameter found");
    let refresh = given(params, "refresh_token").ok_or(missing)?;
    let fresh = fresh(server);
    server
        .store
        .redeem_refresh(server.now(), refresh, &app.client_id, fresh.clone())
        .map(|_| fresh)
        .map_err(RefreshRefusal::told)
}

impl RefreshRefusal {
    fn told(self) -> Refusal {
        match self {
            Self::Unknown | Self::WrongClient => {
                Refusal::new("invalid_grant", "Invalid refresh token")
            }
            Self::Used | Self::Expired => {
                Refusal::new("invalid_grant", "Refresh token has expired")
            }
        }
    }
}

fn fresh(server: &Server) -> Fresh {
    Fresh { access: server.token(), refresh: server.token_of(LONG) }
}

// token/success, refresh/new-pair
fn success(server: &Server, tokens: &Fresh) -> Response {
    let body = json!({
        "access_token": tokens.access,
        "expires_in": server.lifetimes().access.as_secs(),
        "restricted_to": [],
        "token_type": "bearer",
        "refresh_token": tokens.refresh,
    });
    http::json(200, &body)
}

#[cfg(test)]
#[path = "token_tests.rs"]
mod tests;
