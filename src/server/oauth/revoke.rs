//! The revocation endpoint (`box` OAuth page, "Destroying Tokens"; RFC 7009).

use serde_json::json;

use crate::server::oauth::client_auth::{self, Purpose};
use crate::server::oauth::http::{self, Refusal, given};
use crate::server::oauth::store::{Gone, Revocation};
use crate::server::policy::Reason;
use crate::server::variants;
use crate::server::world::Application;
use crate::server::{Server, faults};
use crate::wire::{Params, Request, Response};

const KNOWN: &[&str] = &["client_id", "client_secret", "token", "token_type_hint"];

/// Every method at the revocation endpoint.
pub(in crate::server) fn endpoint(server: &Server, request: &Request) -> Response {
    // revoke/post-only
    if request.method != "POST" && !server.has(&faults::revoke::BY_GET) {
        return wrong_method(server, request);
    }
    let params = match params_of(server, request) {
        Ok(params) => params,
        Err(refusal) => return refusal.response(),
    };
    match revoke(server, request, &params) {
        // `{}`, because some clients fail on an empty body.
        Ok(()) => {
            let status = server.switches().pick(200, [(&faults::revoke::NO_CONTENT, 204)]);
            http::json(status, &json!({}))
        }
        Err(refusal) => refusal.response(),
    }
}

// revoke/post-only
fn wrong_method(server: &Server, request: &Request) -> Response {
    if server.has(&faults::revoke::GET_REDIRECTS) {
        return http::redirect(302, "/login");
    }
    if server.has(&faults::revoke::BY_GET_REFUSED) {
        let _ = params_of(server, request).and_then(|params| revoke(server, request, &params));
    }
    http::method_not_allowed("POST")
}

/// The body, or the query of a request that has none to read.
fn params_of(server: &Server, request: &Request) -> Result<Params, Refusal> {
    if request.method == "POST" {
        return http::body_params(request).map_err(|reason| server.refusal(reason));
    }
    Ok(http::decode_each(request.query().unwrap_or_default().as_bytes()).0)
}

fn revoke(server: &Server, request: &Request, params: &Params) -> Result<(), Refusal> {
    if params.repeated(|name| KNOWN.contains(&name)).is_some() {
        return Err(server.refusal(Reason::RepeatedParameter));
    }
    let app = match client_auth::authenticate(server, request, params, Purpose::Revocation) {
        // revoke/needs-client-credentials
        Err(refusal) if server.has(&faults::revoke::REVOKED_FIRST) => {
            destroy(server, params);
            return Err(refusal);
        }
        Err(_) if server.has(&faults::revoke::NO_CREDENTIALS) => {
            destroy(server, params);
            return Ok(());
        }
        app => app?,
    };
    let Some(token) = given(params, "token") else {
        return missing(server, &app, params.first("token").is_some());
    };
    match server.store.revoke(server.now(), token, &app.client_id) {
        Revocation::Destroyed => Ok(()),
        Revocation::Unknown if server.varies(&variants::REVOKE_UNKNOWN_400) => {
            Err(Refusal::new("invalid_grant", "The token is not known"))
        }
        Revocation::WrongClient if server.varies(&variants::REVOKE_FOREIGN_200) => Ok(()),
        // revoke/unknown-token
        Revocation::Unknown => unknown(server, token),
        // revoke/bound-to-client (RFC 7009 §2.1: the client is told)
        Revocation::WrongClient => {
            let told = server.refusal(Reason::TokenOfAnotherClient);
            let wrong = [(&faults::revoke::WRONG_CLIENT_403, told.at(403))];
            Err(server.switches().pick(told, wrong))
        }
    }
}

/// Destroys a token whoever asks.
fn destroy(server: &Server, params: &Params) {
    let token = given(params, "token").unwrap_or_default();
    for app in &server.world().applications {
        server.store.revoke(server.now(), token, &app.client_id);
    }
}

// revoke/token-required
fn missing(server: &Server, app: &Application, empty: bool) -> Result<(), Refusal> {
    let accepted =
        if empty { &faults::revoke::EMPTY_ACCEPTED } else { &faults::revoke::MISSING_ACCEPTED };
    if server.has(accepted) {
        return Ok(());
    }
    if server.has(&faults::revoke::MISSING_TAKES_ALL) {
        server.store.revoke_all(&app.client_id);
    }
    let told = server.refusal(Reason::TokenMissing);
    let wrong = [(&faults::revoke::MISSING_IS_INVALID_GRANT, told.called("invalid_grant"))];
    Err(server.switches().pick(told, wrong))
}

// revoke/unknown-token
fn unknown(server: &Server, token: &str) -> Result<(), Refusal> {
    let told = Refusal::new("invalid_grant", "The token is unknown");
    let revoked = server.store.gone(token) == Gone::Revoked;
    let twice = if revoked { Err(told.at(500)) } else { Ok(()) };
    server.switches().pick(
        Ok(()),
        [
            (&faults::revoke::UNKNOWN_BREAKS, Err(told.at(500))),
            (&faults::revoke::UNKNOWN_404, Err(told.at(404))),
            (&faults::revoke::UNKNOWN_401, Err(told.at(401))),
            (&faults::revoke::TWICE_BREAKS, twice),
        ],
    )
}
