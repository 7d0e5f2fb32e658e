//! The revocation endpoint (`box` OAuth page, "Destroying Tokens"; RFC 7009).

use serde_json::json;

use super::fault::variant;
use super::http::{self, Refusal, given};
use super::store::Revocation;
use super::{Server, client_auth};
use crate::wire::{Request, Response};

const KNOWN: &[&str] = &["client_id", "client_secret", "token", "token_type_hint"];

/// Every method at the revocation endpoint.
pub(super) fn endpoint(server: &Server, request: &Request) -> Response {
    // revoke/post-only
    if request.method != "POST" {
        return http::method_not_allowed("POST");
    }
    match revoke(server, request) {
        // `{}`, because some clients fail on an empty body.
        Ok(()) => http::json(200, &json!({})),
        Err(refusal) => refusal.response(),
    }
}

fn revoke(server: &Server, request: &Request) -> Result<(), Refusal> {
    let params = http::body_params(request)?;
    if params.repeated(|name| KNOWN.contains(&name)).is_some() {
        return Err(Refusal::invalid_request("A parameter was sent more than once"));
    }
    let app = client_auth::authenticate(server, request, &params)?;
    // revoke/token-required
    let missing = Refusal::invalid_request("Missing parameter. \"token\" is required");
    let token = given(&params, "token").ok_or(missing)?;
    match server.store.revoke(token, &app.client_id) {
        Revocation::Unknown if server.varies(&variant::REVOKE_UNKNOWN_400) => {
            Err(Refusal::new("invalid_grant", "The token is not known"))
        }
        Revocation::WrongClient if server.varies(&variant::REVOKE_FOREIGN_200) => Ok(()),
        // revoke/unknown-token
        Revocation::Destroyed | Revocation::Unknown => Ok(()),
        // revoke/bound-to-client (RFC 7009 §2.1: the client is told)
        Revocation::WrongClient => {
            Err(Refusal::new("invalid_grant", "The token was issued to another client"))
        }
    }
}
