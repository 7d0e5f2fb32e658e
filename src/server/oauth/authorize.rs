//! The authorization endpoint: what is asked is checked, and waits for its user
//! (RFC 6749 §3.1; `box` OAuth page, "The First Leg").

use crate::server::core::Core;
use crate::server::faults::effects;
use crate::server::oauth::authorization_request::{Input, Refusal, check};
use crate::server::oauth::authorization_response::{deny_to, error_page};
use crate::server::oauth::by_reference;
use crate::server::oauth::client_document;
use crate::server::oauth::http::{self, given};
use crate::server::oauth::implicit;
use crate::server::oauth::interaction;
use crate::server::oauth::sessions::{Authorization, FormKey};
use crate::wire::{Request, Response};

/// Every method at the authorization endpoint.
pub(in crate::server) fn endpoint(server: &Core, request: &Request) -> Response {
    match request.method.as_str() {
        "GET" | "HEAD" | "POST" => begin(server, request),
        _ => http::method_not_allowed("GET, HEAD, POST"),
    }
}

fn begin(server: &Core, request: &Request) -> Response {
    let input = Input::read(server, request);
    // redirect/internal-error
    let failed = server.hooks().fail;
    let failed = failed.then(|| error_page(server, 500, "internal_server_error", &input.params));
    if let Some(response) = effects::authorize::early(server, request, &input, failed) {
        return response;
    }
    let input = match by_reference::meant(server, input) {
        Ok(input) => input,
        Err(refusal) => return refuse(server, request, &Input::default(), refusal),
    };
    client_document::learn(server, &input.params);
    match check(server, &input, &request.origin) {
        Ok(right) => {
            let authorization = effects::authorize::authorization(server, request, right);
            wait_for_user(server, request, authorization)
        }
        Err(refusal) => refuse(server, request, &input, refusal),
    }
}

// redirect/never-to-application
fn refuse(server: &Core, request: &Request, input: &Input, refusal: Refusal) -> Response {
    if let Some(other) = effects::authorize::refused(server, input, &refusal) {
        return other;
    }
    match refusal {
        Refusal::Page(code) => error_page(server, 400, code, &input.params),
        Refusal::Redirect { to, state, denial } => {
            let response_type = implicit::asked_for(server, &input.params);
            // redirect/signed-in-first
            let first = server.policy().errors_after_login && !is_signed_in(server, request);
            if !effects::authorize::tells_nobody(server, first) {
                return deny_to(server, (&to, response_type), state.as_deref(), denial);
            }
            let client_id = given(&input.params, "client_id").unwrap_or_default().to_owned();
            let waits = Authorization {
                client_id,
                response_type,
                redirect_uri: to,
                state,
                ..Authorization::default()
            };
            wait_for_user(server, request, Authorization { denial: Some(denial), ..waits })
        }
    }
}

/// Whether somebody is signed in in the browser.
pub(in crate::server) fn is_signed_in(server: &Core, request: &Request) -> bool {
    let session = http::session_cookie(request);
    session.is_some_and(|id| server.sessions.has_user(server.now(), &id))
}

/// Keeps the request in the browser's session and asks the user.
fn wait_for_user(server: &Core, request: &Request, authorization: Authorization) -> Response {
    let now = server.now();
    let known = http::session_cookie(request).filter(|id| server.sessions.knows(now, id));
    let known = known.filter(|_| authorization.stands_for.is_none());
    let is_new = known.is_none();
    let session = known.unwrap_or_else(|| server.token());
    let (waiting, form_token) = (server.token(), server.token());
    let key = FormKey { session: &session, request: &waiting, form_token: &form_token };
    server.sessions.add(now, key, authorization);
    let mut response = interaction::ask(server, &session, &waiting);
    if is_new {
        http::set_session_cookie(server.switches(), &mut response, &session, request.origin.scheme);
    }
    response
}

#[cfg(test)]
#[path = "authorize_tests.rs"]
mod tests;
