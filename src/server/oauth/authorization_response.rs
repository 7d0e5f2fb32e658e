//! What the client is told, by redirect, and what the user is told in its place.

use crate::server::core::Core;
use crate::server::faults::effects::authorization_response as effects;
use crate::server::oauth::http;
use crate::server::oauth::pages;
use crate::server::oauth::redirect_uri;
use crate::wire::{Params, Response};

/// What the client is told by redirect (RFC 6749 §4.1.2.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::server) struct Denial {
    pub(in crate::server) error: &'static str,
    pub(in crate::server) description: Option<&'static str>,
}

impl Denial {
    pub(in crate::server) const fn invalid_request(description: &'static str) -> Self {
        Self { error: "invalid_request", description: Some(description) }
    }
}

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

pub(in crate::server) const SCOPE: Denial =
    Denial { error: "invalid_scope", description: Some("An unsupported scope was requested") };

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
    let (params, state) = effects::told(server, denial, state);
    answer(server, redirect_uri, state.as_deref(), params)
}

/// Sends the user back to the client with these parameters, and the state where there is one.
// authorize/state-on-grant, authorize/state-absent
pub(in crate::server) fn answer(
    server: &Core,
    redirect_uri: &str,
    state: Option<&str>,
    params: Params,
) -> Response {
    let (status, params) = effects::redirect(server, params, state);
    http::redirect(status, &redirect_uri::location(redirect_uri, &params, server.switches()))
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
