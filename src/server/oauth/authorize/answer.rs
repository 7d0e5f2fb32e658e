//! What the application is told, by redirect.

use crate::server::Server;
use crate::server::faults::{authorize as slip, consent};
use crate::server::oauth::http;
use crate::server::oauth::pages;
use crate::server::oauth::redirect_uri;
use crate::server::variants;
use crate::wire::{Params, Response};

/// What the application is told by redirect (RFC 6749 §4.1.2.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::server) struct Denial {
    pub(in crate::server) error: &'static str,
    pub(in crate::server) description: Option<&'static str>,
}

/// What is said about a request without a response type.
pub(super) const TYPE_MISSING: &str = "Invalid or missing response type";

impl Denial {
    pub(super) const fn invalid_request(description: &'static str) -> Self {
        Self { error: "invalid_request", description: Some(description) }
    }

    pub(super) fn is_about_missing_type(&self) -> bool {
        self.description == Some(TYPE_MISSING)
    }
}

/// Tells the application that there will be no code.
// authorize/error-always-present, authorize/state-on-error
pub(in crate::server) fn deny(
    server: &Server,
    redirect_uri: &str,
    state: Option<&str>,
    denial: Denial,
) -> Response {
    let mut params = error_params(server, denial);
    if let Some(description) = describe(server, denial) {
        params.push("error_description", description);
    }
    let state = returned_state(server, state, denial);
    answer(server, redirect_uri, state.as_deref(), params)
}

/// `error`, once, and nothing else.
// authorize/error-always-present, consent/deny, authorize/unauthorized-device
fn error_params(server: &Server, denial: Denial) -> Params {
    let mut params = Params::default();
    let error = denial.error;
    match error {
        _ if denial.is_about_missing_type() && server.has(&slip::ERROR_UNNAMED) => {
            params.push("error_code", error);
        }
        _ if denial.is_about_missing_type() && server.has(&slip::ERROR_UNDOCUMENTED) => {
            params.push("error", "response_type_missing");
        }
        "unsupported_response_type" if server.has(&slip::ERROR_EMPTY) => {
            params.push("error", "");
        }
        "unsupported_response_type" if server.has(&slip::ERROR_TWICE) => {
            params.push("error", error);
            params.push("error", error);
        }
        "unsupported_response_type" if server.has(&slip::ERROR_WITH_CODE) => {
            params.push("error", error);
            params.push("code", server.token());
        }
        "server_error" if server.has(&slip::DEVICE_ONLY_TEXT) => {}
        "server_error" if server.has(&slip::DEVICE_OTHER_ERROR) => {
            params.push("error", "access_denied");
        }
        "temporarily_unavailable" if server.has(&slip::RATE_OTHER_ERROR) => {
            params.push("error", "server_error");
        }
        "access_denied" if server.has(&consent::DENY_WITHOUT_ERROR) => {}
        "access_denied" if server.has(&consent::DENY_OTHER_ERROR) => {
            params.push("error", "invalid_request");
        }
        "access_denied" if server.has(&consent::DENY_WITH_CODE) => {
            params.push("error", error);
            params.push("code", server.token());
        }
        _ => params.push("error", error),
    }
    params
}

// consent/deny-text
fn describe(server: &Server, denial: Denial) -> Option<&'static str> {
    let denied = denial.error == "access_denied";
    if denied && server.has(&consent::DENY_OTHER_TEXT) {
        return Some("The resource owner denied the request");
    }
    if denied && server.has(&consent::DENY_WITHOUT_TEXT) {
        return None;
    }
    match () {
        () if server.varies(&variants::NO_DESCRIPTION) => None,
        () if server.varies(&variants::OTHER_DESCRIPTION) => Some("Please see the manual"),
        () => denial.description,
    }
}

/// The state that goes with an error.
// authorize/state-on-error, authorize/state-on-deny
fn returned_state(server: &Server, state: Option<&str>, denial: Denial) -> Option<String> {
    let state = state?;
    let denied = denial.error == "access_denied";
    let dropped = match denial.error {
        "access_denied" => server.has(&slip::STATE_DROPPED_ON_DENY),
        "server_error" => server.has(&slip::STATE_DROPPED_FOR_DEVICE),
        "temporarily_unavailable" => server.has(&slip::STATE_DROPPED_FOR_RATE),
        "unsupported_response_type" => server.has(&slip::STATE_DROPPED_FOR_TYPE),
        _ => false,
    };
    if dropped || (!denied && server.has(&slip::STATE_DROPPED_ON_ERROR)) {
        return None;
    }
    let lower = denied && server.has(&slip::STATE_LOWER_ON_DENY);
    Some(if lower { state.to_lowercase() } else { state.to_owned() })
}

/// Sends the user back to the application with these parameters, and the state where there is one.
pub(in crate::server) fn answer(
    server: &Server,
    redirect_uri: &str,
    state: Option<&str>,
    mut params: Params,
) -> Response {
    let granted = params.first("code").is_some();
    let dropped = granted && server.has(&slip::STATE_DROPPED_ON_GRANT);
    match state.filter(|_| !dropped) {
        Some(state) => {
            params.push("state", state);
            if server.has(&slip::STATE_TWICE) {
                params.push("state", state);
            }
        }
        // authorize/state-absent
        None if server.has(&slip::STATE_EMPTY) => params.push("state", ""),
        None if server.has(&slip::STATE_NULL) => params.push("state", "null"),
        None => {}
    }
    let status = match () {
        () if granted && server.has(&consent::GRANT_307) => 307,
        () if granted && server.has(&consent::GRANT_301) => 301,
        () if server.varies(&variants::REDIRECT_303) => 303,
        () => 302,
    };
    http::redirect(status, &redirect_uri::location(redirect_uri, &params, server.switches()))
}

/// A page for the user about an error that the application does not get to see.
pub(in crate::server) fn error_page(
    server: &Server,
    status: u16,
    code: &str,
    params: &Params,
) -> Response {
    http::html(status, pages::error(server.switches(), code, params))
}
