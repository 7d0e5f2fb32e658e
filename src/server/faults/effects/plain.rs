//! Mistakes about plain HTTP where only TLS is served.

use crate::server::core::Core;
use crate::server::faults::{authorize, device, introspection, pushed, token};
use crate::server::oauth::authorization_request::Input;
use crate::server::oauth::authorization_response::{Denial, deny};
use crate::server::oauth::http::{self, given};
use crate::wire::{Request, Response};

/// Whether connections are to be closed without an answer.
// authorize/https-only, token/https-only
pub(in crate::server) fn closes(server: &Core, right: bool) -> bool {
    let reads = || {
        server.has(&authorize::PLAIN_SERVED)
            || server.has(&authorize::PLAIN_ERROR_REDIRECTED)
            || server.has(&token::PLAIN_HTTP)
            || server.has(&introspection::PLAIN_HTTP)
            || server.has(&pushed::PLAIN_HTTP)
            || server.has(&device::PLAIN_HTTP)
    };
    right && !reads()
}

/// The answer to a plain request that was read though only TLS is served; `None` where it is served.
pub(in crate::server) fn answer(server: &Core, request: &Request) -> Option<Response> {
    let authorization = server.is_authorization(request);
    let is_at = |paths: &[String]| paths.iter().any(|path| path == request.path());
    let endpoints = &server.dialect().endpoints;
    let served = match () {
        () if authorization => &authorize::PLAIN_SERVED,
        () if is_at(&endpoints.introspection) => &introspection::PLAIN_HTTP,
        () if is_at(&endpoints.pushed) => &pushed::PLAIN_HTTP,
        () if is_at(&endpoints.device_authorization) => &device::PLAIN_HTTP,
        () => &token::PLAIN_HTTP,
    };
    if server.has(served) {
        return None;
    }
    if authorization && server.has(&authorize::PLAIN_ERROR_REDIRECTED) {
        return Some(told(server, request));
    }
    let refusal = http::Refusal::invalid_request("Only HTTPS is served here");
    // By the mistakes above the other endpoints are refused in front of the server.
    Some(if closes(server, true) { refusal.response() } else { Response::new(403) })
}

/// The client is told, wherever the request says that it is.
fn told(server: &Core, request: &Request) -> Response {
    let input = Input::read(server, request);
    let to = given(&input.params, "redirect_uri").unwrap_or_default();
    deny(server, to, input.state(server), Denial::invalid_request("Only HTTPS is served here"))
}
