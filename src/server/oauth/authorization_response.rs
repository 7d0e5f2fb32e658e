//! What the client is told, by redirect, and what the user is told in its place.

use crate::server::core::Core;
use crate::server::faults::effects::authorization_response as effects;
use crate::server::oauth::http;
use crate::server::oauth::pages;
use crate::server::oauth::redirect_uri;
pub(in crate::server) use crate::server::oauth::sessions::Denial;
use crate::server::oauth::sessions::ResponseType;
use crate::wire::{Params, Response};

pub(in crate::server) const REPEATED: Denial =
    Denial::invalid_request("A parameter was sent more than once");

pub(in crate::server) const BROKEN: Denial =
    Denial::invalid_request("A parameter is not properly encoded");

pub(in crate::server) const TYPE_MISSING: Denial =
    Denial::invalid_request("Invalid or missing response type");

pub(in crate::server) const TYPE_UNSUPPORTED: Denial =
    Denial { error: "unsupported_response_type", description: None };

pub(in crate::server) const NOT_CONFIGURED: Denial = Denial {
    error: "unauthorized_client",
    description: Some("The application is not configured for authorization codes"),
};

pub(in crate::server) const NOT_IMPLICIT: Denial = Denial {
    error: "unauthorized_client",
    description: Some("The application is not configured for the implicit grant"),
};

pub(in crate::server) const SCOPE: Denial =
    Denial { error: "invalid_scope", description: Some("An unsupported scope was requested") };

pub(in crate::server) const TARGET: Denial =
    Denial { error: "invalid_target", description: Some("The resource is unknown") };

pub(in crate::server) const TOO_MANY: Denial = Denial {
    error: "temporarily_unavailable",
    description: Some("Too many authorization requests came from here"),
};

/// Tells the client that there will be no code.
// authorize/error-always-present, authorize/state-on-error
pub(in crate::server) fn deny(
    server: &Core,
    redirect_uri: &str,
    state: Option<&str>,
    denial: Denial,
) -> Response {
    deny_to(server, (redirect_uri, ResponseType::Code), state, denial)
}

/// The same, where the response to this type of request belongs.
// implicit/errors
pub(in crate::server) fn deny_to(
    server: &Core,
    to: (&str, ResponseType),
    state: Option<&str>,
    denial: Denial,
) -> Response {
    let (params, state) = effects::told(server, denial, state);
    answer(server, to, state.as_deref(), params)
}

/// Sends the user back to the client with these parameters, and the state where there is one.
// authorize/state-on-grant, authorize/state-absent
pub(in crate::server) fn answer(
    server: &Core,
    (redirect_uri, response_type): (&str, ResponseType),
    state: Option<&str>,
    params: Params,
) -> Response {
    let (status, params) = effects::redirect(server, response_type, params, state);
    // implicit/fragment, implicit/errors
    let location = match effects::place(server, response_type, &params) {
        ResponseType::Code => redirect_uri::location(redirect_uri, &params, server.switches()),
        ResponseType::Token => {
            let query = effects::beside_fragment(server, &params);
            redirect_uri::with_fragment(redirect_uri, &query, &params)
        }
    };
    http::redirect(status, &location)
}

/// A page for the user about an error that the client does not get to see.
pub(in crate::server) fn error_page(
    server: &Core,
    status: u16,
    code: &str,
    params: &Params,
) -> Response {
    http::html(status, pages::error(server.switches(), code, params))
}
