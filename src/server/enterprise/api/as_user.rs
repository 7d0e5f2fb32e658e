//! Acting as another user: the header field `As-User` (`box`, authentication models, "Perform
//! Actions as Users").

use super::call::Call;
use super::error::{self, Denied};
use crate::server::faults::as_user as slip;
use crate::server::oauth::bearer::Refusal;
use crate::server::variants;
use crate::server::world::{
    AdminRight, Application, Model, Permission, Role, SpecialPermission, User, UserKind,
};

const HEADER: &str = "as-user";

/// The call as whom it says to act as.
// as-user/allowed
pub(super) fn apply<'a>(mut call: Call<'a>) -> Result<Call<'a>, Denied> {
    let server = call.server;
    let Some(id) = call.request.headers.text(HEADER).map(|id| id.trim().to_owned()) else {
        return Ok(call);
    };
    if server.has(&slip::IGNORED) {
        return Ok(call);
    }
    let any = |app: &Application| {
        app.model == Model::Server && server.has(&slip::ANY_SERVER_APPLICATION)
            || server.has(&slip::ANY_APPLICATION)
    };
    let permitted = call.application().is_some_and(|app| permits(app) || any(app));
    if !permitted {
        // as-user/not-permitted-app
        if server.has(&slip::NOT_PERMITTED_IGNORED) {
            return Ok(call);
        }
        if server.has(&slip::NOT_PERMITTED_401) {
            return Err(Refusal::InvalidToken.into());
        }
        let json = server.varies(&variants::AS_USER_REFUSED_JSON);
        return Err(if json { error::forbidden() } else { Refusal::InsufficientScope.into() });
    }
    if !administers(&call) {
        // as-user/not-admin
        if server.has(&slip::NOT_ADMIN_IGNORED) {
            return Ok(call);
        }
        if server.has(&slip::NOT_ADMIN_400) {
            return Err(error::invalid("As-User"));
        }
        return Err(error::forbidden());
    }
    let target = call.world.user(&id).filter(|target| is_below(&call, target));
    let foreign = || match server.varies(&variants::AS_USER_FOREIGN_404) {
        true => error::not_found("user"),
        false => error::forbidden(),
    };
    let target = target.ok_or_else(foreign)?.clone();
    let (role, rights) = (call.user.role, call.user.rights.clone());
    call.user = target;
    if server.has(&slip::STAYS_ADMIN) {
        (call.user.role, call.user.rights) = (role, rights);
    }
    Ok(call)
}

/// Whether the application may: by its own setting if it is a server application, and by ticket
/// alone otherwise.
// as-user/not-permitted-app, scope/special-permissions
fn permits(app: &Application) -> bool {
    let set = app.model == Model::Server && app.permissions.contains(&Permission::AsUser);
    set || app.special.contains(&SpecialPermission::AsUser)
}

/// Whether the one whom the token was issued for may act as others.
fn administers(call: &Call<'_>) -> bool {
    let may = call.user.may(AdminRight::ManageUsers);
    let co_admin = call.user.role == Role::CoAdmin;
    let wrong = [(&slip::ANY_USER, true), (&slip::ANY_CO_ADMIN, may || co_admin)];
    call.server.switches().pick(may, wrong)
}

/// Whether the other one is one of those whom the administrator administers.
fn is_below(call: &Call<'_>, target: &User) -> bool {
    let same = target.enterprise.is_some() && target.enterprise == call.user.enterprise;
    let own_app = target.application.as_deref() == Some(&*call.grant.client_id);
    let ranks = call.user.role == Role::Admin || target.role == Role::User;
    let reached = (same || own_app) && ranks && target.kind != UserKind::ServiceAccount;
    call.server.switches().pick(reached, [(&slip::ANY_ENTERPRISE, true), (&slip::ANY_USER, true)])
}
