//! Mistakes with what the client is told by redirect.

use crate::server::core::Core;
use crate::server::faults::{authorize as faults, consent, implicit};
use crate::server::oauth::authorization_response::{Denial, TYPE_MISSING};
use crate::server::oauth::sessions::ResponseType;
use crate::server::variants;
use crate::server::world::GrantType;
use crate::wire::Params;

/// The parameters by which a client is told that there will be no code, and the state beside them.
// authorize/error-always-present, authorize/state-on-error, authorize/state-on-deny
pub(in crate::server) fn told(
    server: &Core,
    denial: Denial,
    state: Option<&str>,
) -> (Params, Option<String>) {
    let mut params = error_params(server, denial);
    if let Some(description) = describe(server, denial) {
        params.push("error_description", description);
    }
    (params, returned_state(server, state, denial))
}

/// `error`, once, and nothing else.
// authorize/error-always-present, consent/deny, authorize/unauthorized-device
fn error_params(server: &Core, denial: Denial) -> Params {
    let error = denial.error;
    let missing = denial == TYPE_MISSING;
    let of = |pairs: &[(&str, &str)]| pairs.iter().copied().collect::<Params>();
    let code = || server.token();
    match error {
        _ if missing && server.has(&faults::ERROR_UNNAMED) => of(&[("error_code", error)]),
        _ if missing && server.has(&faults::ERROR_UNDOCUMENTED) => {
            of(&[("error", "response_type_missing")])
        }
        "unsupported_response_type" if server.has(&faults::ERROR_EMPTY) => of(&[("error", "")]),
        "unsupported_response_type" if server.has(&faults::ERROR_TWICE) => {
            of(&[("error", error), ("error", error)])
        }
        "unsupported_response_type" if server.has(&faults::ERROR_WITH_CODE) => {
            of(&[("error", error), ("code", &code())])
        }
        "server_error" if server.has(&faults::DEVICE_ONLY_TEXT) => Params::default(),
        "server_error" if server.has(&faults::DEVICE_OTHER_ERROR) => {
            of(&[("error", "access_denied")])
        }
        "temporarily_unavailable" if server.has(&faults::RATE_OTHER_ERROR) => {
            of(&[("error", "server_error")])
        }
        "access_denied" if server.has(&consent::DENY_WITHOUT_ERROR) => Params::default(),
        "access_denied" if server.has(&consent::DENY_OTHER_ERROR) => {
            of(&[("error", "invalid_request")])
        }
        "access_denied" if server.has(&consent::DENY_WITH_CODE) => {
            of(&[("error", error), ("code", &code())])
        }
        _ => of(&[("error", error)]),
    }
}

// consent/deny-text
fn describe(server: &Core, denial: Denial) -> Option<&'static str> {
    let denied = denial.error == "access_denied";
    if denied && server.has(&consent::DENY_OTHER_TEXT) {
        Some("The resource owner denied the request")
    } else if denied && server.has(&consent::DENY_WITHOUT_TEXT)
        || server.varies(&variants::NO_DESCRIPTION)
    {
        None
    } else if server.varies(&variants::OTHER_DESCRIPTION) {
        Some("Please see the manual")
    } else {
        denial.description
    }
}

fn returned_state(server: &Core, state: Option<&str>, denial: Denial) -> Option<String> {
    let state = state?;
    let denied = denial.error == "access_denied";
    let dropped = match denial.error {
        "access_denied" => server.has(&faults::STATE_DROPPED_ON_DENY),
        "server_error" => server.has(&faults::STATE_DROPPED_FOR_DEVICE),
        "temporarily_unavailable" => server.has(&faults::STATE_DROPPED_FOR_RATE),
        "unsupported_response_type" => server.has(&faults::STATE_DROPPED_FOR_TYPE),
        _ => false,
    };
    if dropped || !denied && server.has(&faults::STATE_DROPPED_ON_ERROR) {
        return None;
    }
    let lower = denied && server.has(&faults::STATE_LOWER_ON_DENY);
    Some(if lower { state.to_lowercase() } else { state.to_owned() })
}

/// Where the parameters of a redirect stand.
// implicit/fragment, implicit/errors
pub(in crate::server) fn place(
    server: &Core,
    right: ResponseType,
    params: &Params,
) -> ResponseType {
    let fault = match params.first("error") {
        _ if right == ResponseType::Code => return right,
        None => &implicit::IN_QUERY,
        Some("access_denied") => &implicit::DENIAL_IN_QUERY,
        Some(_) => &implicit::ERRORS_IN_QUERY,
    };
    let astray = is_of_codes_alone(server, params) && server.has(&implicit::ANY_CLIENT_IN_QUERY);
    if astray || server.has(fault) { ResponseType::Code } else { right }
}

/// Whether a token goes to a client that is not registered for the grant.
fn is_of_codes_alone(server: &Core, params: &Params) -> bool {
    let grant = params.first("access_token").and_then(|it| server.store.access(server.now(), it));
    let world = server.world();
    let app = grant.as_ref().and_then(|grant| world.application(&grant.client_id));
    app.is_some_and(|app| !app.grants.contains(&GrantType::Implicit))
}

/// A response in the fragment, and what a mistake puts into the query beside it.
// implicit/fragment
pub(in crate::server) fn beside_fragment(server: &Core, params: &Params) -> Params {
    let Some(token) = params.first("access_token") else { return Params::default() };
    let token = server.has(&implicit::IN_BOTH).then(|| ("access_token", token.to_owned()));
    let code = server.has(&implicit::WITH_CODE).then(|| ("code", server.code()));
    token.into_iter().chain(code).collect()
}

/// Status and parameters of a redirect to the client. The state is added last.
// authorize/state-on-grant, authorize/state-absent
pub(in crate::server) fn redirect(
    server: &Core,
    response_type: ResponseType,
    mut params: Params,
    state: Option<&str>,
) -> (u16, Params) {
    let granted = params.first("code").is_some();
    let dropped = match response_type {
        ResponseType::Code => granted && server.has(&faults::STATE_DROPPED_ON_GRANT),
        ResponseType::Token if params.first("error").is_some() => {
            server.has(&implicit::STATE_DROPPED_ON_ERROR)
        }
        ResponseType::Token => server.has(&implicit::STATE_DROPPED),
    };
    match state.filter(|_| !dropped) {
        Some(state) => {
            params.push("state", state);
            if server.has(&faults::STATE_TWICE) {
                params.push("state", state);
            }
        }
        None if server.has(&faults::STATE_EMPTY) => params.push("state", ""),
        None if server.has(&faults::STATE_NULL) => params.push("state", "null"),
        None => {}
    }
    let status = if granted && server.has(&consent::GRANT_307) {
        307
    } else if granted && server.has(&consent::GRANT_301) {
        301
    } else if server.varies(&variants::REDIRECT_303) {
        303
    } else {
        302
    };
    (status, params)
}
