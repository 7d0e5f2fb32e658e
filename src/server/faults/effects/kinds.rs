//! Mistakes by which a code, a token or another credential of one kind stands in for one of another.

use crate::server::Server;
use crate::server::faults::{bearer, downscope, token as faults};
use crate::server::oauth::http::given;
use crate::server::oauth::store::{Grant, Store};
use crate::server::oauth::token::{Issued, refreshable};
use crate::server::world::{Application, GrantType};
use crate::testbed::Fault;
use crate::wire::{Params, jws};

impl Store {
    /// What a refresh token stands for.
    fn of_refresh(&self, refresh: &str) -> Option<Grant> {
        let state = self.lock();
        state.pairs.get(state.refresh.get(refresh)?).map(|pair| pair.grant.clone())
    }

    /// What an access token stands for, or stood for before it expired.
    pub(super) fn of_access(&self, access: &str) -> Option<Grant> {
        let state = self.lock();
        state.pairs.get(state.access.get(access)?).map(|pair| pair.grant.clone())
    }

    /// What a code stands for, redeemed or not.
    fn of_code(&self, code: &str) -> Option<Grant> {
        self.lock().codes.get(code).map(|code| code.grant.clone())
    }
}

/// What a call is taken to be made with, where its token is no access token.
// bearer/token-kind
pub(super) fn at_resource(server: &Server, sent: &str) -> Option<Grant> {
    let store = &server.store;
    let taken = |grant: Option<Grant>, fault: &'static Fault| grant.filter(|_| server.has(fault));
    taken(store.of_refresh(sent), &bearer::BY_REFRESH_TOKEN)
        .or_else(|| taken(store.of_code(sent), &bearer::BY_CODE))
        .or_else(|| taken(of_client(server, sent), &bearer::BY_CLIENT_ID))
        .or_else(|| taken(of_assertion(server, sent), &bearer::BY_ASSERTION))
}

/// A grant of the first user to the client of this identifier.
fn of_client(server: &Server, id: &str) -> Option<Grant> {
    let world = server.world();
    let client_id = world.application(id)?.client_id.clone();
    let user_id = world.users.first()?.id.clone();
    Some(Grant { client_id, user_id, ..Grant::default() })
}

/// What an assertion would bring if it were presented for a token.
fn of_assertion(server: &Server, assertion: &str) -> Option<Grant> {
    let issuer = jws::read(assertion)?.claims.get("iss")?.as_str()?.to_owned();
    of_client(server, &issuer)
}

/// What a token request brings whose code, refresh token or assertion is something else.
// token/grant-kind
pub(super) fn redeemed(
    server: &Server,
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
        }
        GrantType::AuthorizationCode => {
            let sent = given(params, "code")?;
            taken(store.of_refresh(sent), &faults::CODE_BY_REFRESH)
                .or_else(|| taken(store.of_access(sent), &faults::CODE_BY_ACCESS))
        }
        GrantType::JwtBearer => {
            taken(store.of_access(given(params, "assertion")?), &faults::ASSERTION_BY_ACCESS)
        }
        GrantType::ClientCredentials | GrantType::Password | GrantType::TokenExchange => None,
    }?;
    Some(refreshable(server, by, grant))
}

/// What a token that is exchanged stands for, where it is a refresh token.
// token/grant-kind
pub(super) fn exchanged(server: &Server, sent: &str) -> Option<Grant> {
    server.store.of_refresh(sent).filter(|_| server.has(&downscope::REFRESH_SUBJECT))
}
