//! Mistakes with whom a server application gets a token for.

use super::first;
use crate::server::core::Core;
use crate::server::enterprise::subject::{
    Asked, Barred, NO_MANAGED_USERS, NO_USER_TOKENS, Subject,
};
use crate::server::faults::{application_access as level, server_auth as faults};
use crate::server::oauth::http::Refusal;
use crate::server::oauth::store::Grant;
use crate::server::world::{AccessLevel, Application, GrantType, Role, User, UserKind, World};

/// The enterprise whose administrators decide about a subject.
// server-auth/foreign-subject
pub(in crate::server) fn decides<'a>(
    server: &Core,
    app: &'a Application,
    (by, subject): (GrantType, Subject<'_>),
    right: Option<&'a str>,
) -> Option<&'a str> {
    let own = right.map(|_| app.enterprise.as_str());
    let (of_users, of_enterprises) = match subject {
        Subject::User(_) => (own, right),
        Subject::Enterprise(_) => (right, own),
    };
    let by_credentials = if by == GrantType::ClientCredentials { of_users } else { right };
    server.switches().alter(
        right,
        [
            (&faults::OUTSIDE_SERVED, of_users),
            (&faults::OUTSIDE_BY_CREDENTIALS, by_credentials),
            (&faults::ENTERPRISE_OF_OTHERS, of_enterprises),
        ],
    )
}

/// Whom the token is for.
// application-access/service-account, server-auth/jwt-user, server-auth/client-credentials-user
pub(in crate::server) fn user<'w>(
    server: &Core,
    world: &'w World,
    app: &Application,
    (by, enterprise, subject): (GrantType, &str, Subject<'_>),
    right: Option<&'w User>,
) -> Option<&'w User> {
    let admin = || {
        let people = || world.users.iter().filter(|user| user.kind == UserKind::Managed);
        people().find(|user| user.role == Role::Admin).or_else(|| people().next())
    };
    let lost = if by == GrantType::JwtBearer {
        &faults::JWT_USER_IS_SERVICE_ACCOUNT
    } else {
        &faults::CREDENTIALS_USER_IS_SERVICE_ACCOUNT
    };
    let managed = right.is_some_and(|user| user.kind == UserKind::Managed);
    match subject {
        Subject::Enterprise(_) if server.has(&faults::ENTERPRISE_IS_ADMIN) => admin(),
        Subject::Enterprise(_) => right,
        Subject::User(_) if managed && server.has(&level::MANAGED_IS_ADMIN) => admin(),
        Subject::User(_) if server.has(lost) => world.service_account(&app.client_id, enterprise),
        Subject::User(_) => right,
    }
}

/// Why an application may not have a token of a user.
pub(in crate::server) fn barred<const N: usize>(
    server: &Core,
    asked: Asked<'_>,
    user: &User,
    reasons: [Option<Barred>; N],
) -> Option<Barred> {
    let jwt = asked.by == GrantType::JwtBearer;
    let credentials = asked.by == GrantType::ClientCredentials;
    let of_app = user.kind == UserKind::App;
    let overlooked = |reason: Barred| match reason {
        Barred::Kind => server.has(&faults::SERVICE_ACCOUNT_OF_OTHERS),
        Barred::Inactive => {
            server.has(&faults::INACTIVE_SERVED) || jwt && server.has(&faults::INACTIVE_BY_JWT)
        }
        Barred::Foreign => server.has(&level::APP_USERS_OF_ANYBODY),
        Barred::NoUserTokens => {
            server.has(&faults::USER_TOKENS_UNCHECKED)
                || jwt && server.has(&faults::USER_TOKENS_BY_JWT)
                || !jwt && server.has(&faults::USER_TOKENS_BY_CREDENTIALS)
                || of_app && server.has(&faults::USER_TOKENS_OF_APP_USERS)
        }
        Barred::NoManagedUsers => {
            server.has(&level::MANAGED_SERVED)
                || credentials && server.has(&level::MANAGED_SERVED_BY_CREDENTIALS)
        }
    };
    let app_only = asked.standing.access == AccessLevel::AppOnly;
    first(reasons, overlooked).or_else(|| {
        let refused = user.kind == UserKind::Managed && server.has(&level::MANAGED_REFUSED)
            || of_app && app_only && server.has(&level::APP_USERS_REFUSED);
        refused.then_some(Barred::NoManagedUsers)
    })
}

/// How an application is told that it may not have a token of a user.
// application-access/app-only-text, as-user/generate-user-tokens-off
pub(in crate::server) fn told(server: &Core, right: Refusal) -> Refusal {
    let other_text = Refusal::invalid_request("The user is not allowed");
    if right == NO_USER_TOKENS {
        return server.switches().alter(right, [(&faults::USER_TOKENS_403, right.at(403))]);
    }
    if right != NO_MANAGED_USERS {
        return right;
    }
    let wrong = [(&level::MANAGED_403, right.at(403)), (&level::TEXT_APP_ONLY, other_text)];
    server.switches().alter(right, wrong)
}

/// What a user granted to a three-legged application has nothing to do with its access level.
// application-access/server-only
pub(in crate::server) fn unrestricted(
    server: &Core,
    app: &Application,
    grant: &Grant,
) -> Result<(), Refusal> {
    let restricted = app.access == AccessLevel::AppOnly && !app.keys.is_empty();
    let managed =
        server.world().user(&grant.user_id).is_some_and(|user| user.kind == UserKind::Managed);
    let refused = restricted && managed && server.has(&level::KEYS_MAKE_SERVER);
    if refused { Err(NO_MANAGED_USERS) } else { Ok(()) }
}
