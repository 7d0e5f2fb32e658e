//! For whom a server application gets a token: its service account, an app user of its own, or, if
//! its access goes so far, a managed user (`box` security guide, "Application access").

use super::super::Server;
use super::super::http::Refusal;
use super::super::store::Grant;
use super::super::world::{AccessLevel, Application, Permission, Snapshot, User, UserKind, World};
use super::standing::standing;

/// Whom a server grant names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Subject<'a> {
    /// An enterprise, by its identifier: the application's service account there.
    Enterprise(&'a str),
    /// A user, by identifier.
    User(&'a str),
}

impl<'a> Subject<'a> {
    /// Reads what a grant says: the kind of subject, and its identifier.
    pub(super) fn read(kind: &str, id: &'a str) -> Option<Self> {
        match kind {
            "enterprise" => Some(Self::Enterprise(id)),
            "user" => Some(Self::User(id)),
            _ => None,
        }
    }
}

const NO_MANAGED_USERS: Refusal = Refusal::invalid_request(
    "Cannot obtain token based on the enterprise configuration for your app",
);
const NO_USER_TOKENS: Refusal = Refusal::invalid_request(
    "Cannot obtain user token based on the enterprise configuration for your app",
);

/// What a token for this subject stands for. `unknown` is told where there is no such subject, or
/// where it is none of the application's.
pub(super) fn grant(
    server: &Server,
    app: &Application,
    subject: Subject<'_>,
    unknown: Refusal,
) -> Result<Grant, Refusal> {
    let world = server.world();
    let enterprise = enterprise(&world, subject).ok_or(unknown)?;
    let standing = standing(server, app, enterprise)?;
    let user = match subject {
        // application-access/service-account
        Subject::Enterprise(id) => world.service_account(&app.client_id, id).ok_or(unknown)?,
        Subject::User(id) => user(app, &standing, world.user(id).ok_or(unknown)?, unknown)?,
    };
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

/// The user, if the application may have a token of theirs.
fn user<'a>(
    app: &Application,
    standing: &Snapshot,
    user: &'a User,
    unknown: Refusal,
) -> Result<&'a User, Refusal> {
    let foreign = user.application.as_deref() != Some(app.client_id.as_str());
    match user.kind {
        UserKind::ServiceAccount | UserKind::External => return Err(unknown),
        UserKind::App if foreign => return Err(unknown),
        UserKind::App | UserKind::Managed => {}
    }
    // as-user/generate-user-tokens-off
    if !app.permissions.contains(&Permission::GenerateUserTokens) {
        return Err(NO_USER_TOKENS);
    }
    // application-access/app-only, application-access/app-and-enterprise
    if user.kind == UserKind::Managed && standing.access == AccessLevel::AppOnly {
        return Err(NO_MANAGED_USERS);
    }
    Ok(user)
}
