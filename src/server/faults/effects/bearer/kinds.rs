//! Mistakes by which another credential stands in for an access token.

use crate::server::core::Core;
use crate::server::faults::bearer;
use crate::server::oauth::jwt_tokens::of_id_token;
use crate::server::oauth::store::Grant;
use crate::testbed::Fault;
use crate::wire::jws;

/// What a call is taken to be made with, where its token is no access token.
// bearer/token-kind
pub(super) fn at_resource(server: &Core, sent: &str) -> Option<Grant> {
    let store = &server.store;
    let taken = |grant: Option<Grant>, fault: &'static Fault| grant.filter(|_| server.has(fault));
    taken(store.of_refresh(sent), &bearer::BY_REFRESH_TOKEN)
        .or_else(|| taken(store.of_code(sent), &bearer::BY_CODE))
        .or_else(|| taken(of_id_token(server, sent), &bearer::BY_ID_TOKEN))
        .or_else(|| taken(of_client(server, sent), &bearer::BY_CLIENT_ID))
        .or_else(|| taken(of_assertion(server, sent), &bearer::BY_ASSERTION))
}

/// A grant of the first user to the client of this identifier.
fn of_client(server: &Core, id: &str) -> Option<Grant> {
    let world = server.world();
    let client_id = world.application(id)?.client_id.clone();
    let user_id = world.users.first()?.id.clone();
    Some(Grant { client_id, user_id, ..Grant::default() })
}

/// What an assertion would bring if it were presented for a token.
fn of_assertion(server: &Core, assertion: &str) -> Option<Grant> {
    let issuer = jws::read(assertion)?.claims.get("iss")?.as_str()?.to_owned();
    of_client(server, &issuer)
}
