//! For whom a server application gets a token: its service account, an app user of its own, or, if
//! its access goes so far, a managed user (`box` security guide, "Application access").

use super::approved_grant::approved_grant;
use crate::server::Server;
use crate::server::faults::{application_access as level, server_auth as slip};
use crate::server::oauth::http::Refusal;
use crate::server::oauth::store::Grant;
use crate::server::world::{
    AccessLevel, Application, GrantType, Permission, Role, Snapshot, User, UserKind, World,
};

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
    (by, subject): (GrantType, Subject<'_>),
    unknown: Refusal,
) -> Result<Grant, Refusal> {
    let world = server.world();
    let enterprise = enterprise(&world, subject).ok_or(unknown)?;
    let standing = approved_grant(server, app, enterprise)?;
    // application-access/service-account
    let service_account = || world.service_account(&app.client_id, enterprise).ok_or(unknown);
    let admin = || {
        let people = || world.users.iter().filter(|user| user.kind == UserKind::Managed);
        people().find(|user| user.role == Role::Admin).or_else(|| people().next())
    };
    let user = match subject {
        Subject::Enterprise(_) if server.has(&slip::ENTERPRISE_IS_ADMIN) => {
            admin().ok_or(unknown)?
        }
        Subject::Enterprise(_) => service_account()?,
        Subject::User(id) => {
            let asked = Asked { by, app, standing: &standing };
            match asked.user(server, world.user(id).ok_or(unknown)?, unknown)? {
                user if user.kind == UserKind::Managed && server.has(&level::MANAGED_IS_ADMIN) => {
                    admin().ok_or(unknown)?
                }
                _ if is_lost(server, by) => service_account()?,
                user => user,
            }
        }
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

/// What a user granted to a three-legged application has nothing to do with its access level.
// application-access/server-only
pub(super) fn unrestricted(
    server: &Server,
    app: &Application,
    grant: &Grant,
) -> Result<(), Refusal> {
    let restricted = app.access == AccessLevel::AppOnly && !app.keys.is_empty();
    let managed =
        server.world().user(&grant.user_id).is_some_and(|user| user.kind == UserKind::Managed);
    if restricted && managed && server.has(&level::KEYS_MAKE_SERVER) {
        return Err(NO_MANAGED_USERS);
    }
    Ok(())
}

/// Whether by a mistake a user is forgotten over the application.
// server-auth/jwt-user, server-auth/client-credentials-user
fn is_lost(server: &Server, by: GrantType) -> bool {
    let mistake = if by == GrantType::JwtBearer {
        &slip::JWT_USER_IS_SERVICE_ACCOUNT
    } else {
        &slip::CREDENTIALS_USER_IS_SERVICE_ACCOUNT
    };
    server.has(mistake)
}

/// A request for a token of a user.
struct Asked<'a> {
    by: GrantType,
    app: &'a Application,
    standing: &'a Snapshot,
}

impl Asked<'_> {
    /// The user, if the application may have a token of theirs.
    fn user<'a>(
        &self,
        server: &Server,
        user: &'a User,
        unknown: Refusal,
    ) -> Result<&'a User, Refusal> {
        // application-access/app-users
        let foreign = user.application.as_deref() != Some(self.app.client_id.as_str())
            && !server.has(&level::APP_USERS_OF_ANYBODY);
        match user.kind {
            UserKind::ServiceAccount | UserKind::External => return Err(unknown),
            UserKind::App if foreign => return Err(unknown),
            UserKind::App | UserKind::Managed => {}
        }
        self.user_tokens(server, user)?;
        self.access(server, user).map(|()| user)
    }

    // as-user/generate-user-tokens-off
    fn user_tokens(&self, server: &Server, user: &User) -> Result<(), Refusal> {
        let jwt = self.by == GrantType::JwtBearer;
        let unchecked = server.has(&slip::USER_TOKENS_UNCHECKED)
            || jwt && server.has(&slip::USER_TOKENS_BY_JWT)
            || !jwt && server.has(&slip::USER_TOKENS_BY_CREDENTIALS)
            || user.kind == UserKind::App && server.has(&slip::USER_TOKENS_OF_APP_USERS);
        if unchecked || self.app.permissions.contains(&Permission::GenerateUserTokens) {
            return Ok(());
        }
        let wrong = [(&slip::USER_TOKENS_403, NO_USER_TOKENS.at(403))];
        Err(server.switches().pick(NO_USER_TOKENS, wrong))
    }

    // application-access/app-only, application-access/app-and-enterprise
    fn access(&self, server: &Server, user: &User) -> Result<(), Refusal> {
        let app_only = self.standing.access == AccessLevel::AppOnly;
        let credentials = self.by == GrantType::ClientCredentials;
        let served = match user.kind {
            UserKind::Managed => {
                !app_only && !server.has(&level::MANAGED_REFUSED)
                    || server.has(&level::MANAGED_SERVED)
                    || credentials && server.has(&level::MANAGED_SERVED_BY_CREDENTIALS)
            }
            _ => !(app_only && server.has(&level::APP_USERS_REFUSED)),
        };
        if served {
            return Ok(());
        }
        // application-access/app-only-text
        let other_text = Refusal::invalid_request("The user is not allowed");
        Err(server.switches().pick(
            NO_MANAGED_USERS,
            [(&level::MANAGED_403, NO_MANAGED_USERS.at(403)), (&level::TEXT_APP_ONLY, other_text)],
        ))
    }
}
