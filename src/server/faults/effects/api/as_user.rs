//! Mistakes with acting as another user.

use crate::server::enterprise::api::as_user::Barred;
use crate::server::enterprise::api::call::Call;
use crate::server::enterprise::api::error::{self, Denied};
use crate::server::faults::as_user as faults;
use crate::server::faults::effects::first;
use crate::server::oauth::bearer::Refusal;
use crate::server::variants;
use crate::server::world::{Model, Role, User};

/// Makes the call one of the other user, if nothing stands against it.
pub(in crate::server) fn act<const N: usize>(
    call: &mut Call<'_>,
    target: Option<User>,
    reasons: [Option<Barred>; N],
) -> Result<(), Denied> {
    let server = call.server;
    if server.has(&faults::IGNORED) {
        return Ok(());
    }
    if let Some(reason) = first(reasons, |reason| is_overlooked(call, reason)) {
        return refused(call, reason);
    }
    // There is no other user to act as.
    let Some(target) = target else { return refused(call, Barred::Target) };
    let (role, rights) = (call.user.role, call.user.rights.clone());
    call.user = target;
    if server.has(&faults::STAYS_ADMIN) {
        (call.user.role, call.user.rights) = (role, rights);
    }
    Ok(())
}

fn is_overlooked(call: &Call<'_>, reason: Barred) -> bool {
    let server = call.server;
    match reason {
        Barred::Application => {
            let of_server = call.application().is_some_and(|app| app.model == Model::Server);
            of_server && server.has(&faults::ANY_SERVER_APPLICATION)
                || server.has(&faults::ANY_APPLICATION)
        }
        Barred::Bearer => {
            let co_admin = call.user.role == Role::CoAdmin;
            server.has(&faults::ANY_USER) || co_admin && server.has(&faults::ANY_CO_ADMIN)
        }
        Barred::Target => server.has(&faults::ANY_ENTERPRISE) || server.has(&faults::ANY_USER),
    }
}

/// The answer to a call that cannot act as the other user; by a mistake it goes on as its own.
fn refused(call: &Call<'_>, reason: Barred) -> Result<(), Denied> {
    let server = call.server;
    match reason {
        Barred::Application if server.has(&faults::NOT_PERMITTED_IGNORED) => Ok(()),
        Barred::Application if server.has(&faults::NOT_PERMITTED_401) => {
            Err(Refusal::InvalidToken.into())
        }
        Barred::Application if server.varies(&variants::AS_USER_REFUSED_JSON) => {
            Err(error::forbidden())
        }
        Barred::Application => Err(Refusal::InsufficientScope.into()),
        Barred::Bearer if server.has(&faults::NOT_ADMIN_IGNORED) => Ok(()),
        Barred::Bearer if server.has(&faults::NOT_ADMIN_400) => Err(error::invalid("As-User")),
        Barred::Target if server.varies(&variants::AS_USER_FOREIGN_404) => {
            Err(error::not_found("user"))
        }
        Barred::Bearer | Barred::Target => Err(error::forbidden()),
    }
}
