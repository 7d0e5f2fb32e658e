//! Mistakes of the implicit grant.

use crate::server::core::Core;
use crate::server::faults::{access_token, implicit as faults, scope};
use crate::server::oauth::sessions::{Authorization, ResponseType};
use crate::server::variants;
use crate::wire::Params;

/// Whether the grant is offered.
pub(in crate::server) fn offered(server: &Core, right: bool) -> bool {
    right || server.varies(&variants::IMPLICIT_OFFERED)
}

/// Where the token stands.
// implicit/fragment
pub(in crate::server) fn place(server: &Core, authorization: &Authorization) -> ResponseType {
    let query = authorization.response_mode.as_deref() == Some("query");
    let obeyed = query && server.has(&faults::MODE_OBEYED);
    if obeyed { ResponseType::Code } else { authorization.response_type }
}

/// The parameters of the redirect with a token.
// implicit/token-type, implicit/lifetime-told, implicit/scope-told, implicit/no-refresh-token
pub(in crate::server) fn granted(server: &Core, right: &Params) -> Params {
    let left_out = [
        ("token_type", &faults::NO_TOKEN_TYPE),
        ("expires_in", &faults::NO_EXPIRES_IN),
        ("scope", &faults::NO_SCOPE),
        ("scope", &scope::UNKNOWN_CUT_UNSAID),
    ];
    let missing = |name: &str| left_out.iter().any(|(it, fault)| *it == name && server.has(fault));
    let mut params: Params = right
        .iter()
        .filter(|one| !missing(&one.name))
        .map(|one| (one.name.as_str(), value(server, &one.name, &one.value)))
        .collect();
    if server.has(&faults::TOKEN_TYPE_TWICE) {
        params.push("token_type", "bearer");
    }
    if server.has(&faults::REFRESH_TOKEN) {
        params.push("refresh_token", server.refresh_token());
    }
    params
}

fn value(server: &Core, name: &str, right: &str) -> String {
    let wrong = match name {
        "token_type" if server.has(&faults::TYPE_JWT) => "JWT",
        "expires_in" if server.has(&faults::EXPIRES_IN_TEXT) => "one hour",
        "expires_in" if server.has(&access_token::LONG_LIVED) => "86400",
        _ => right,
    };
    wrong.to_owned()
}
