//! Mistakes with what developers and administrators do in the consoles.

use crate::server::faults::{
    application_access, authorization as faults, enterprise as settings_faults, scope,
};
use crate::server::world::{
    AccessLevel, Application, Approval, Mode, Settings, Snapshot, SpecialPermission, User,
    UserKind, World,
};
use crate::testbed::Switches;

/// Whether an application of this mode may have this redirect URI.
// authorization/redirect-registration
pub(in crate::server) fn is_registrable(
    switches: &Switches,
    mode: Mode,
    uri: &str,
    right: bool,
) -> bool {
    let development = mode == Mode::Development;
    let begins = |with: &str| uri.to_ascii_lowercase().starts_with(with);
    let local = ["http://localhost", "http://127.0.0.1", "http://0.0.0.0"];
    let seems_local = local.iter().any(|local| begins(local));
    switches.alter(
        right,
        [
            (&faults::HTTPS_REFUSED, right && !begins("https:")),
            (&faults::HTTP_REGISTERED, right || begins("http:")),
            (&faults::LOCAL_ALWAYS, right || seems_local),
            (&faults::LOCAL_NEVER, right && !seems_local),
            (&faults::LOCAL_INCOMPLETE, right && !begins("http://0.0.0.0")),
            (&faults::LOCAL_BY_BEGINNING, right || seems_local && development),
            (&faults::DEVELOPMENT_HTTP, right || begins("http:") && development),
            (&faults::CUSTOM_REFUSED, right && begins("http")),
        ],
    )
}

/// By a mistake a redirect URI is taken and forgotten.
// authorization/redirect-registration
pub(in crate::server) fn is_uri_kept(switches: &Switches) -> bool {
    !switches.has(&faults::URI_NOT_KEPT)
}

/// By a mistake the developer has what support would have to switch on.
// scope/special-permissions
pub(in crate::server) fn requested(
    switches: &Switches,
    app: &mut Application,
    permission: SpecialPermission,
) {
    let fault = match permission {
        SpecialPermission::GlobalContentManager => &scope::CONTENT_BY_DEVELOPER,
        SpecialPermission::AsUser => &scope::AS_USER_BY_DEVELOPER,
        SpecialPermission::SuppressNotifications => &scope::QUIET_BY_DEVELOPER,
    };
    if !app.special.contains(&permission) && switches.has(fault) {
        app.special.push(permission);
    }
}

/// By a mistake a change of the developer counts without the administrator.
// authorization/snapshot-scopes, authorization/snapshot-access
pub(in crate::server) fn app_changed(switches: &Switches, world: &mut World, client: &str) {
    let Some(app) = world.application(client) else { return };
    let (scopes, access) = (app.scopes.clone(), app.access);
    let authorized = world.approvals.iter_mut().filter(|approval| approval.client_id == client);
    for snapshot in authorized.filter_map(|approval| approval.authorized.as_mut()) {
        if switches.has(&faults::SCOPES_AT_ONCE) {
            snapshot.scopes.clone_from(&scopes);
        }
        if switches.has(&faults::ACCESS_AT_ONCE) {
            snapshot.access = access;
        }
        if switches.has(&faults::SCOPES_TAKEN_AT_ONCE) {
            snapshot.scopes.retain(|scope| scopes.contains(scope));
        }
        if switches.has(&faults::SCOPES_ADDED_AT_ONCE) {
            let added = scopes.iter().filter(|scope| !snapshot.scopes.contains(scope)).cloned();
            snapshot.scopes.extend(added.collect::<Vec<_>>());
        }
        if access == AccessLevel::AppOnly && switches.has(&faults::ACCESS_NARROWED_AT_ONCE) {
            snapshot.access = access;
        }
    }
}

/// What is frozen of an application that is authorized, and was perhaps before.
// authorization/snapshot-scopes, authorization/snapshot-access
pub(in crate::server) fn authorized(
    switches: &Switches,
    approval: &mut Approval,
    before: Option<Snapshot>,
) {
    if let (Some(frozen), Some(before)) = (approval.authorized.as_mut(), before) {
        if switches.has(&faults::SCOPES_NOT_RENEWED) {
            frozen.scopes = before.scopes;
        }
        if switches.has(&faults::ACCESS_NOT_RENEWED) {
            frozen.access = before.access;
        }
    }
    if switches.has(&settings_faults::AUTHORIZED_IS_ENABLED) {
        approval.enabled = true;
    }
}

/// By a mistake an application stays authorized.
// authorization/required
pub(in crate::server) fn deauthorized(
    switches: &Switches,
    approval: &mut Approval,
    before: Option<Snapshot>,
) {
    if switches.has(&faults::AUTHORIZED_FOR_EVER) {
        approval.authorized = before;
    }
}

/// Takes an enablement back.
// enterprise/unpublished-disabled-oauth, enterprise/unpublished-disabled-server
pub(in crate::server) fn disabled(switches: &Switches, approval: &mut Approval) {
    approval.enabled = approval.enabled && switches.has(&settings_faults::STAYS_ENABLED);
}

/// Sets whether unpublished applications are disabled by default.
// enterprise/default-enabled
pub(in crate::server) fn unpublished_set(switches: &Switches, settings: &mut Settings, on: bool) {
    let sticks = settings.disable_unpublished && switches.has(&settings_faults::SETTING_STICKS);
    settings.disable_unpublished = on || sticks;
}

/// The service account that an application gets.
// application-access/service-account
pub(in crate::server) fn account(switches: &Switches, world: &World, mut account: User) -> User {
    let mut accounts = world.users.iter().filter(|user| user.kind == UserKind::ServiceAccount);
    let other =
        accounts.next().filter(|_| switches.has(&application_access::SERVICE_ACCOUNT_SHARED));
    if let Some(other) = other {
        account.login.clone_from(&other.login);
    }
    account
}
