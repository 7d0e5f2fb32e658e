//! For whom a server application gets a token: its service account, an app user of its own, or, if
//! its access goes so far, a managed user (`box` security guide, "Application access").

use super::approved_grant::approved_grant;
use crate::server::core::Core;
use crate::server::faults::effects::subject as effects;
use crate::server::oauth::http::Refusal;
use crate::server::oauth::store::Grant;
use crate::server::world::{
    AccessLevel, Application, GrantType, Permission, Snapshot, Status, User, UserKind, World,
};

/// Whom a server grant names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::server) enum Subject<'a> {
    /// An enterprise, by its identifier: the application's service account there.
    Enterprise(&'a str),
    /// A user, by identifier.
    User(&'a str),
}

impl<'a> Subject<'a> {
    /// Reads what a grant says: the kind of subject, and its identifier.
    pub(in crate::server) fn read(kind: &str, id: &'a str) -> Option<Self> {
        match kind {
            "enterprise" => Some(Self::Enterprise(id)),
            "user" => Some(Self::User(id)),
            _ => None,
        }
    }
}

pub(in crate::server) const NO_MANAGED_USERS: Refusal = Refusal::invalid_request(
    "Cannot obtain token based on the enterprise configuration for your app",
);
pub(in crate::server) const NO_USER_TOKENS: Refusal = Refusal::invalid_request(
    "Cannot obtain user token based on the enterprise configuration for your app",
);

/// What a token for this subject stands for. `unknown` is told where there is no such subject, or
/// where it is none of the application's.
pub(super) fn grant(
    server: &Core,
    app: &Application,
    (by, subject): (GrantType, Subject<'_>),
    unknown: Refusal,
) -> Result<Grant, Refusal> {
    let world = server.world();
    // server-auth/foreign-subject
    let enterprise = enterprise(&world, subject);
    let enterprise = effects::decides(server, app, (by, subject), enterprise).ok_or(unknown)?;
    let standing = approved_grant(server, app, enterprise)?;
    let user = match subject {
        // application-access/service-account
        Subject::Enterprise(_) => world.service_account(&app.client_id, enterprise),
        Subject::User(id) => {
            let user = world.user(id).ok_or(unknown)?;
            Asked { by, app, standing: &standing }.check(server, user, unknown)?;
            Some(user)
        }
    };
    let user = effects::user(server, &world, app, (by, enterprise, subject), user);
    let user = user.ok_or(unknown)?;
    Ok(Grant {
        client_id: app.client_id.clone(),
        user_id: user.id.clone(),
        scopes: standing.scopes,
        ..Grant::default()
    })
}

/// The enterprise whose administrators decide about this subject.
fn enterprise<'a>(world: &'a World, subject: Subject<'_>) -> Option<&'a str> {
    let id = match subject {
        Subject::Enterprise(id) => Some(id),
        Subject::User(id) => world.user(id).and_then(|user| user.enterprise.as_deref()),
    };
    world.enterprise(id?).map(|enterprise| enterprise.id.as_str())
}

/// A request for a token of a user.
#[derive(Debug, Clone, Copy)]
pub(in crate::server) struct Asked<'a> {
    pub(in crate::server) by: GrantType,
    pub(in crate::server) app: &'a Application,
    pub(in crate::server) standing: &'a Snapshot,
}

/// Why an application may not have a token of a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::server) enum Barred {
    /// Nobody has tokens of such an account.
    // server-auth/foreign-subject
    Kind,
    /// An administrator disabled it.
    // server-auth/foreign-subject
    Inactive,
    /// It belongs to another application.
    // application-access/app-users
    Foreign,
    /// The application may have no tokens of users.
    // as-user/generate-user-tokens-off
    NoUserTokens,
    /// It may have none of managed users.
    // application-access/app-only, application-access/app-and-enterprise
    NoManagedUsers,
}

impl Asked<'_> {
    /// Whether the application may have a token of this user.
    fn check(&self, server: &Core, user: &User, unknown: Refusal) -> Result<(), Refusal> {
        let app = self.app;
        let nobodys = matches!(user.kind, UserKind::ServiceAccount | UserKind::External);
        let own = user.application.as_deref() == Some(app.client_id.as_str());
        let foreign = user.kind == UserKind::App && !own;
        let unpermitted = !app.permissions.contains(&Permission::GenerateUserTokens);
        let app_only = self.standing.access == AccessLevel::AppOnly;
        let managed = user.kind == UserKind::Managed && app_only;
        let reasons = [
            nobodys.then_some(Barred::Kind),
            (user.status == Status::Inactive).then_some(Barred::Inactive),
            foreign.then_some(Barred::Foreign),
            unpermitted.then_some(Barred::NoUserTokens),
            managed.then_some(Barred::NoManagedUsers),
        ];
        let refusal = effects::barred(server, *self, user, reasons).map(|reason| match reason {
            Barred::Kind | Barred::Inactive | Barred::Foreign => unknown,
            Barred::NoUserTokens => NO_USER_TOKENS,
            // application-access/app-only-text
            Barred::NoManagedUsers => NO_MANAGED_USERS,
        });
        refusal.map_or(Ok(()), |refusal| Err(effects::told(server, refusal)))
    }
}
