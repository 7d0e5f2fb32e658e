//! Mistakes by which a code, a token or another credential of one kind stands in for one of another.

use crate::server::core::Core;
use crate::server::faults::token as faults;
use crate::server::oauth::http::given;
use crate::server::oauth::issued::Issued;
use crate::server::oauth::jwt_tokens::of_id_token;
use crate::server::oauth::store::Grant;
use crate::server::oauth::token::refreshable;
use crate::server::world::{Application, GrantType};
use crate::testbed::Fault;
use crate::wire::Params;

/// What a token request brings whose code, refresh token or assertion is something else.
// token/grant-kind
pub(super) fn redeemed(
    server: &Core,
    params: &Params,
    (app, by): (&Application, GrantType),
) -> Option<Issued> {
    let store = &server.store;
    let taken = |grant: Option<Grant>, fault: &'static Fault| {
        grant.filter(|grant| grant.client_id == app.client_id && server.has(fault))
    };
    let grant = match by {
        GrantType::RefreshToken => {
            let sent = given(params, "refresh_token")?;
            taken(store.of_code(sent), &faults::REFRESH_BY_CODE)
                .or_else(|| taken(of_id_token(server, sent), &faults::REFRESH_BY_ID_TOKEN))
        }
        GrantType::AuthorizationCode => {
            let sent = given(params, "code")?;
            taken(store.of_refresh(sent), &faults::CODE_BY_REFRESH)
                .or_else(|| taken(store.of_access(sent), &faults::CODE_BY_ACCESS))
                .or_else(|| taken(of_id_token(server, sent), &faults::CODE_BY_ID_TOKEN))
        }
        GrantType::JwtBearer => {
            taken(store.of_access(given(params, "assertion")?), &faults::ASSERTION_BY_ACCESS)
        }
        GrantType::ClientCredentials
        | GrantType::DeviceCode
        | GrantType::Implicit
        | GrantType::Password
        | GrantType::TokenExchange => None,
    }?;
    Some(refreshable(server, by, grant))
}
