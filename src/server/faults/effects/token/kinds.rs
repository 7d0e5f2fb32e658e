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
                .or_else(|| taken(of_device(server, sent), &faults::CODE_BY_DEVICE_CODE))
                .or_else(|| taken(of_reference(server, sent), &faults::CODE_BY_REFERENCE))
        }
        GrantType::JwtBearer => {
            taken(store.of_access(given(params, "assertion")?), &faults::ASSERTION_BY_ACCESS)
        }
        GrantType::DeviceCode => {
            taken(store.of_code(given(params, "device_code")?), &faults::DEVICE_CODE_BY_CODE)
        }
        GrantType::ClientCredentials
        | GrantType::Implicit
        | GrantType::Password
        | GrantType::TokenExchange => None,
    }?;
    Some(refreshable(server, by, grant))
}

/// What a device asks for that waits for its user: for the first one.
fn of_device(server: &Core, code: &str) -> Option<Grant> {
    let grant = server.devices.lock().devices.get(code)?.grant.clone();
    Some(Grant { user_id: server.world().users.first()?.id.clone(), ..grant })
}

/// What a pushed request asks for: for the first user.
fn of_reference(server: &Core, uri: &str) -> Option<Grant> {
    let client_id = server.pushed.lock().get(uri)?.client_id.clone();
    let user_id = server.world().users.first()?.id.clone();
    Some(Grant { client_id, user_id, ..Grant::default() })
}
