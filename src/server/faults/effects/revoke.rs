//! Mistakes of the revocation endpoint.

use serde_json::json;

use crate::server::core::Core;
use crate::server::faults::revoke as faults;
use crate::server::oauth::http::{self, Refusal, given};
use crate::server::oauth::revoke::answer;
use crate::server::oauth::store::{Gone, Revocation};
use crate::server::variants;
use crate::server::world::Application;
use crate::wire::{Params, Request, Response};

/// The answer to a request for its method, or of a server that has no such endpoint.
// revoke/endpoint, revoke/post-only
pub(in crate::server) fn method(
    server: &Core,
    request: &Request,
    refused: Option<Response>,
) -> Option<Response> {
    if server.has(&faults::NO_ENDPOINT) {
        return Some(Response::new(404));
    }
    if server.switches().may_err() && is_unwelcome(server, request) {
        return Some(Refusal::invalid_request("The token does not live any more").response());
    }
    refused.map(|right| other_method(server, request, right))
}

fn other_method(server: &Core, request: &Request, right: Response) -> Response {
    let query = request.query().unwrap_or_default();
    let as_posted = || answer(server, request, &http::decode_each(query.as_bytes()).0);
    if server.has(&faults::BY_GET) {
        return as_posted();
    }
    if server.has(&faults::GET_REDIRECTS) {
        return http::redirect(302, "/login");
    }
    if server.has(&faults::BY_GET_REFUSED) {
        as_posted();
    }
    right
}

/// The response to a revocation.
pub(in crate::server) fn done(server: &Core, params: &Params, mut right: Response) -> Response {
    right.status = server.switches().pick(right.status, [(&faults::NO_CONTENT, 204)]);
    // revoke/nothing-disclosed
    if server.has(&faults::ECHO) {
        let token = params.first("token").unwrap_or_default();
        right.body = json!({ "revoked": token }).to_string().into_bytes();
    }
    right
}

/// The response to a revocation that is refused.
// revoke/error-shape
pub(in crate::server) fn refused(server: &Core, mut right: Response) -> Response {
    if server.has(&faults::ERROR_AS_TEXT) {
        right.headers.set("Content-Type", "text/plain");
    }
    if server.has(&faults::UNCHALLENGED) {
        right.headers.remove("WWW-Authenticate");
    }
    right
}

/// What comes of a request whose client did not authenticate.
// revoke/needs-client-credentials
pub(in crate::server) fn unauthenticated(
    server: &Core,
    params: &Params,
    right: Result<(), Refusal>,
) -> Result<(), Refusal> {
    if server.has(&faults::REVOKED_FIRST) {
        destroy(server, params);
        return right;
    }
    let refresh = server.has(&faults::NO_CREDENTIALS_REFRESH)
        && server.store.of_refresh(given(params, "token").unwrap_or_default()).is_some();
    if refresh || server.has(&faults::NO_CREDENTIALS) {
        destroy(server, params);
        return Ok(());
    }
    right
}

/// Destroys a token whoever asks.
fn destroy(server: &Core, params: &Params) {
    let token = given(params, "token").unwrap_or_default();
    for app in &server.world().applications {
        server.store.revoke(server.now(), (token, None), &app.client_id);
    }
}

/// What comes of a request without a token.
// revoke/token-required
pub(in crate::server) fn missing(
    server: &Core,
    app: &Application,
    params: &Params,
    right: Refusal,
) -> Result<(), Refusal> {
    let empty = params.first("token").is_some();
    let accepted = if empty { &faults::EMPTY_ACCEPTED } else { &faults::MISSING_ACCEPTED };
    if server.has(accepted) {
        return Ok(());
    }
    if server.has(&faults::MISSING_TAKES_ALL) {
        server.store.revoke_all(&app.client_id);
    }
    let wrong = [(&faults::MISSING_IS_INVALID_GRANT, right.called("invalid_grant"))];
    Err(server.switches().pick(right, wrong))
}

/// Whether a token that ended without being revoked is refused.
// revoke/unknown-token
fn is_unwelcome(server: &Core, request: &Request) -> bool {
    let (params, _) = http::decode_each(&request.body);
    let token = given(&params, "token").unwrap_or_default();
    let (expired, used) = server.store.ended(server.now(), token);
    expired && server.has(&faults::EXPIRED_REFUSED) || used && server.has(&faults::REPLACED_REFUSED)
}

/// What the client is told of a token that was looked for.
pub(in crate::server) fn told(
    server: &Core,
    (token, hint): (&str, Option<&str>),
    outcome: Revocation,
    right: Result<(), Refusal>,
) -> Result<(), Refusal> {
    // revoke/wrong-hint
    let known = hint.is_none_or(|hint| matches!(hint, "access_token" | "refresh_token"));
    if !known && server.has(&faults::HINT_REFUSED) {
        return Err(Refusal::new("unsupported_token_type", "The type of token is not known"));
    }
    // A server need not revoke access tokens, and says so (RFC 7009 §2.2.1).
    let is_access = server.store.gone(token) != Gone::Unknown;
    if is_access && server.varies(&variants::REVOKE_REFRESH_ALONE) {
        return Err(Refusal::new("unsupported_token_type", "Access tokens are not revoked"));
    }
    match (outcome, right) {
        (Revocation::Destroyed, right) => right,
        (Revocation::Unknown, _) if server.varies(&variants::REVOKE_UNKNOWN_400) => {
            Err(Refusal::new("invalid_grant", "The token is not known"))
        }
        (Revocation::Unknown, right) => unknown(server, token, right),
        (Revocation::WrongClient, _) if server.varies(&variants::REVOKE_FOREIGN_200) => Ok(()),
        // revoke/bound-to-client
        (Revocation::WrongClient, right) => right.map_err(|told| {
            server.switches().pick(told, [(&faults::WRONG_CLIENT_403, told.at(403))])
        }),
    }
}

// revoke/unknown-token
fn unknown(server: &Core, token: &str, right: Result<(), Refusal>) -> Result<(), Refusal> {
    let told = Refusal::new("invalid_grant", "The token is unknown");
    let revoked = server.store.gone(token) == Gone::Revoked;
    let twice = if revoked { Err(told.at(500)) } else { Ok(()) };
    server.switches().pick(
        right,
        [
            (&faults::UNKNOWN_BREAKS, Err(told.at(500))),
            // No status: see `Response::closed`.
            (&faults::UNKNOWN_CLOSES, Err(told.at(0))),
            (&faults::UNKNOWN_404, Err(told.at(404))),
            (&faults::UNKNOWN_401, Err(told.at(401))),
            (&faults::TWICE_BREAKS, twice),
        ],
    )
}
