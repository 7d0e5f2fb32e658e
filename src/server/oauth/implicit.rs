//! The implicit grant: the access token comes from the authorization endpoint, in the fragment of the
//! redirect URI, and no client authenticates (RFC 6749 §4.2).

use crate::server::core::Core;
use crate::server::faults::effects::implicit as effects;
use crate::server::oauth::authorization_response::answer;
use crate::server::oauth::http::given;
use crate::server::oauth::sessions::{Authorization, ResponseType};
use crate::server::oauth::store::{Fresh, Grant, Occasion};
use crate::wire::{Params, Response};

/// The response type that asks for it.
pub(in crate::server) const RESPONSE_TYPE: &str = "token";

/// Whether it is offered.
pub(in crate::server) fn is_offered(server: &Core) -> bool {
    effects::offered(server, server.policy().implicit)
}

/// What a request that is refused asked for, as far as it decides where the error is told.
// implicit/errors
pub(in crate::server) fn asked_for(server: &Core, params: &Params) -> ResponseType {
    match given(params, "response_type") {
        Some(RESPONSE_TYPE) if is_offered(server) => ResponseType::Token,
        _ => ResponseType::Code,
    }
}

/// The response to a user who agrees.
// implicit/token-type, implicit/lifetime-told, implicit/scope-told, implicit/no-refresh-token
pub(in crate::server) fn grant(
    server: &Core,
    authorization: Authorization,
    user_id: String,
) -> Response {
    let place = effects::place(server, &authorization);
    let Authorization { client_id, redirect_uri, state, scopes, .. } = authorization;
    let tokens = Fresh { access: server.access_token(), refresh: None };
    let seconds = server.lifetimes().access.as_secs().to_string();
    let told = scopes.join(" ");
    let params = [
        ("access_token", tokens.access.as_str()),
        ("token_type", "bearer"),
        ("expires_in", &seconds),
        ("scope", &told),
    ];
    let params: Params = params.into_iter().filter(|(_, value)| !value.is_empty()).collect();
    let grant = Grant { client_id, user_id, scopes, ..Grant::default() };
    server.store.issue_alone(server.now(), Occasion::Implicit, grant, tokens);
    let params = effects::granted(server, &params);
    answer(server, (&redirect_uri, place), state.as_deref(), params)
}
