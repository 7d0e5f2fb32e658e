//! Mistakes about the rules `identity/…`.

use crate::testbed::switches::faults;

faults! {
    FIRST_USER = "identity-of-first-user": "Every token is that of the first user.",
        breaks ["identity/current-user", "identity/no-user", "permission/admin-users", "permission/admin-groups",
            "permission/admin-events", "permission/add-on",
            "server-auth/jwt-enterprise", "server-auth/jwt-user",
            "server-auth/client-credentials-enterprise", "server-auth/client-credentials-user",
            "application-access/service-account", "as-user/allowed", "consent/company-sign-on"];
    LAST_USER = "identity-of-last-user": "Every token is that of the user who registered last.",
        breaks ["identity/current-user", "identity/no-user", "permission/admin-users", "permission/admin-groups",
            "permission/admin-events", "permission/add-on", "server-auth/jwt-enterprise",
            "server-auth/jwt-user", "server-auth/client-credentials-enterprise",
            "server-auth/client-credentials-user", "application-access/app-and-enterprise",
            "application-access/service-account", "as-user/allowed", "consent/company-sign-on",
            "access-token/developer-token"];
    LAST_GRANTED = "identity-of-last-grant":
        "Every token is that of the user who was the last to grant anything.",
        breaks ["identity/current-user", "permission/stranger", "permission/waterfall-up",
            "scope/global-content-manager"];
    LOST_BY_REFRESH = "identity-lost-by-refresh":
        "A token that a refresh brought is that of the first user.",
        breaks ["identity/current-user", "identity/no-user"];
    OF_USER_BEFORE = "identity-of-user-before":
        "Where `prompt=login` has another user sign in, the code stands for the one who was signed in before.",
        breaks ["identity/current-user"];
    CLIENT_AS_USER = "identity-of-client-is-a-user":
        "A token that a client has for itself is that of the first user.",
        breaks ["identity/no-user"];
}
