//! The revocation endpoint (`box` OAuth page, "Destroying Tokens"; RFC 7009).

use serde_json::json;

use crate::server::core::Core;
use crate::server::faults::effects::revoke as effects;
use crate::server::oauth::client_auth::{self, Purpose};
use crate::server::oauth::http::{self, Refusal, given};
use crate::server::oauth::store::Revocation;
use crate::server::policy::Reason;
use crate::wire::{Params, Request, Response};

const KNOWN: &[&str] = &["client_id", "client_secret", "token", "token_type_hint"];

/// Every method at the revocation endpoint.
pub(in crate::server) fn endpoint(server: &Core, request: &Request) -> Response {
    // revoke/endpoint, revoke/post-only
    let refused = (request.method != "POST").then(|| http::method_not_allowed("POST"));
    if let Some(response) = effects::method(server, request, refused) {
        return response;
    }
    match http::body_params(request) {
        Ok(params) => answer(server, request, &params),
        Err(reason) => server.refusal(reason).response(),
    }
}

/// The response to a request with these parameters.
pub(in crate::server) fn answer(server: &Core, request: &Request, params: &Params) -> Response {
    match revoke(server, request, params) {
        // `{}`, because some clients fail on an empty body.
        Ok(()) => effects::done(server, params, http::json(200, &json!({}))),
        Err(refusal) => effects::refused(server, refusal.response()),
    }
}

fn revoke(server: &Core, request: &Request, params: &Params) -> Result<(), Refusal> {
    if params.repeated(|name| KNOWN.contains(&name)).is_some() {
        return Err(server.refusal(Reason::RepeatedParameter));
    }
    // revoke/needs-client-credentials
    let app = match client_auth::authenticate(server, request, params, Purpose::Revocation) {
        Err(refusal) => return effects::unauthenticated(server, params, Err(refusal)),
        Ok(app) => app,
    };
    // revoke/token-required
    let Some(token) = given(params, "token") else {
        return effects::missing(server, &app, params, server.refusal(Reason::TokenMissing));
    };
    // revoke/wrong-hint: the hint is not needed to find a token (RFC 7009 §2.1).
    let hint = given(params, "token_type_hint");
    let outcome = server.store.revoke(server.now(), (token, hint), &app.client_id);
    let told = match outcome {
        // revoke/unknown-token
        Revocation::Destroyed | Revocation::Unknown => Ok(()),
        // revoke/bound-to-client (RFC 7009 §2.1: the client is told)
        Revocation::WrongClient => Err(server.refusal(Reason::TokenOfAnotherClient)),
    };
    effects::told(server, (token, hint), outcome, told)
}
