//! Mistakes with who calls, whom that one administers, and what the call asks for besides.

use crate::server::core::Core;
use crate::server::enterprise::api::call::Call;
use crate::server::enterprise::api::error::{self, Denied};
use crate::server::enterprise::api::gate::Gate;
use crate::server::enterprise::api::outbox;
use crate::server::faults::effects::bearer;
use crate::server::faults::{application_access, identity, permission as faults, scope};
use crate::server::variants;
use crate::server::world::{AdminRight, Product, Role, User, World};
use crate::testbed::Fault;

/// The user whom a token is taken to stand for.
// identity/current-user, identity/no-user
pub(in crate::server) fn user<'w>(
    server: &Core,
    world: &'w World,
    right: Option<&'w User>,
) -> Option<&'w User> {
    let newest = server.store.newest_user().and_then(|id| world.user(&id));
    server.switches().alter(
        right,
        [
            (&identity::FIRST_USER, world.users.first()),
            (&identity::LAST_USER, world.users.last()),
            (&identity::LAST_GRANTED, newest),
            (&identity::CLIENT_AS_USER, right.or(world.users.first())),
            (&identity::LOST_BY_REFRESH, right.or(world.users.first())),
        ],
    )
}

/// The method that a call is taken to have.
pub(in crate::server) fn method<'c>(call: &'c Call<'_>, right: &'c str) -> &'c str {
    bearer::method(call.server, call.request, right)
}

/// The enterprise that the user administers in this respect.
// permission/admin-users, permission/admin-groups, permission/admin-events
pub(in crate::server) fn administered(
    call: &Call<'_>,
    right: AdminRight,
    result: Result<String, Denied>,
) -> Result<String, Denied> {
    let server = call.server;
    if !server.switches().may_err() {
        return result;
    }
    let may = result.is_ok();
    let co_admin = call.user.role == Role::CoAdmin;
    let carries = |scope: &str| call.grant.scopes.iter().any(|held| held == scope);
    let wrongly = server.switches().alter(
        may,
        [
            (&faults::CO_ADMIN_MAY_ALL, may || co_admin),
            (&faults::CO_ADMIN_MAY_NOTHING, may && !co_admin),
            (&faults::ANYONE_ADMINISTERS, true),
            // scope/adds-no-permission
            (&scope::MAKES_ADMIN, may || carries("manage_enterprise")),
        ],
    );
    let unchecked = || unchecked(call, right).is_some_and(|fault| server.has(fault));
    match &call.user.enterprise {
        Some(enterprise) if wrongly || unchecked() => Ok(enterprise.clone()),
        _ if server.has(&faults::NO_ADMIN_404) => Err(error::not_found("resource")),
        _ => Err(error::forbidden()),
    }
}

/// The mistake by which anyone may make this call.
fn unchecked(call: &Call<'_>, right: AdminRight) -> Option<&'static Fault> {
    let events = call.request.path().ends_with("/events");
    let of_user = call.params.first("created_by").is_some();
    match (right, call.method()) {
        (AdminRight::ManageUsers, "GET") => Some(&faults::USERS_READ_UNCHECKED),
        (AdminRight::ManageUsers, "POST") => Some(&faults::USERS_CREATE_UNCHECKED),
        (AdminRight::ManageUsers, "PUT") => Some(&faults::USERS_EDIT_UNCHECKED),
        (AdminRight::ManageUsers, "DELETE") => Some(&faults::USERS_DELETE_UNCHECKED),
        (AdminRight::ManageGroups, "POST") => Some(&faults::GROUP_CREATE_UNCHECKED),
        (AdminRight::ManageGroups, "PUT") => Some(&faults::GROUP_EDIT_UNCHECKED),
        (AdminRight::ManageGroups, "DELETE") => Some(&faults::GROUP_DELETE_UNCHECKED),
        (AdminRight::RunReports, _) if events && of_user => Some(&faults::USER_EVENTS_UNCHECKED),
        (AdminRight::RunReports, _) if events => Some(&faults::EVENTS_UNCHECKED),
        _ => None,
    }
}

/// Whether the user may use a product.
// permission/add-on
pub(in crate::server) fn entitled(
    call: &Call<'_>,
    product: Product,
    bought: bool,
    may: bool,
) -> bool {
    let shield = product == Product::Shield;
    call.server.switches().alter(
        bought && may,
        [
            (&faults::PRODUCT_UNCHECKED, may),
            (&faults::CLASSIFICATION_UNCHECKED, (bought || shield) && may),
            (&faults::PRODUCT_FOR_ANYONE, bought),
        ],
    )
}

/// Whether the parameter `fields` means anything.
pub(in crate::server) fn knows_fields(server: &Core) -> bool {
    !server.varies(&variants::FIELDS_UNKNOWN)
}

/// By a mistake a token has to open folders before the user is told who they are.
// permission/admin-users
pub(in crate::server) fn own_profile(call: &Call<'_>) -> Result<(), Denied> {
    let needed = call.server.has(&faults::ME_NEEDS_SCOPE);
    if needed { call.require(Gate::ReadContent) } else { Ok(()) }
}

/// The user whom a call makes.
// application-access/app-users
pub(in crate::server) fn made(server: &Core, mut user: User) -> User {
    if user.application.is_some() && server.has(&application_access::APP_USERS_MADE_OF_NOBODY) {
        user.application = None;
    }
    user
}

/// Whether the application may keep a call from sending e-mail.
// scope/suppress-notifications
pub(in crate::server) fn may_suppress(call: &Call<'_>, right: bool) -> bool {
    call.server
        .switches()
        .alter(right, [(&scope::ANYONE_SUPPRESSES, true), (&scope::SUPPRESSION_IGNORED, false)])
}

/// Another server refuses a call that asks for no e-mail and may not; this one passes over it.
pub(in crate::server) fn quiet_allowed(call: &Call<'_>) -> Result<(), Denied> {
    let asks = call.request.headers.get(outbox::HEADER).is_some() && !outbox::may_suppress(call);
    let refused = asks && call.server.varies(&variants::QUIET_REFUSED);
    if refused { Err(error::forbidden()) } else { Ok(()) }
}
