//! Acting as another user: the header field `As-User` (`box`, authentication models, "Perform
//! Actions as Users").

use super::call::Call;
use super::error::Denied;
use crate::server::faults::effects::api::as_user as effects;
use crate::server::world::{
    AdminRight, Application, Model, Permission, Role, SpecialPermission, User, UserKind,
};

const HEADER: &str = "as-user";

/// Why a call cannot act as another user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::server) enum Barred {
    /// The application may not.
    // as-user/not-permitted-app
    Application,
    /// Whom the token was issued for may not.
    // as-user/not-admin
    Bearer,
    /// The other one is not administered by whom the token was issued for.
    // as-user/allowed
    Target,
}

/// The call as whom it says to act as.
// as-user/allowed
pub(in crate::server) fn apply<'a>(mut call: Call<'a>) -> Result<Call<'a>, Denied> {
    let Some(id) = call.request.headers.text(HEADER).map(|id| id.trim().to_owned()) else {
        return Ok(call);
    };
    let target = call.world.user(&id).cloned();
    let reasons = [
        (!call.application().is_some_and(permits)).then_some(Barred::Application),
        (!call.user.may(AdminRight::ManageUsers)).then_some(Barred::Bearer),
        (!target.as_ref().is_some_and(|target| is_below(&call, target))).then_some(Barred::Target),
    ];
    effects::act(&mut call, target, reasons)?;
    Ok(call)
}

/// Whether the application may: by its own setting if it is a server application, and by ticket
/// alone otherwise.
// as-user/not-permitted-app, scope/special-permissions
fn permits(app: &Application) -> bool {
    let set = app.model == Model::Server && app.permissions.contains(&Permission::AsUser);
    set || app.special.contains(&SpecialPermission::AsUser)
}

/// Whether the other one is one of those whom the administrator administers.
fn is_below(call: &Call<'_>, target: &User) -> bool {
    let same = target.enterprise.is_some() && target.enterprise == call.user.enterprise;
    let own_app = target.application.as_deref() == Some(&*call.grant.client_id);
    let ranks = call.user.role == Role::Admin || target.role == Role::User;
    (same || own_app) && ranks && target.kind != UserKind::ServiceAccount
}
