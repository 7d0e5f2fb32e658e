//! Mistakes about the rules `application-access/…`.

use crate::testbed::switches::faults;

faults! {
    MANAGED_SERVED = "app-only-unchecked": "The access level of an application is not checked.",
        breaks ["application-access/app-only", "application-access/app-only-text",
            "authorization/snapshot-access"];
    MANAGED_SERVED_BY_CREDENTIALS = "app-only-unchecked-for-client-credentials":
        "The access level of an application is checked for assertions only.",
        breaks ["application-access/app-only", "authorization/snapshot-access"];
    MANAGED_403 = "app-only-403": "The token of a managed user is refused with status 403.",
        breaks ["application-access/app-only", "authorization/snapshot-access"];
    APP_USERS_REFUSED = "app-only-refuses-app-users":
        "App-only access means the service account alone.",
        breaks ["application-access/app-only"];
    TEXT_APP_ONLY = "app-only-other-text": "The refusal of a managed user says something else.",
        breaks ["application-access/app-only-text"];
    MANAGED_REFUSED = "enterprise-access-refuses-managed":
        "No server application gets tokens of managed users, whatever its access level.",
        breaks ["application-access/app-and-enterprise", "authorization/snapshot-access"];
    MANAGED_IS_ADMIN = "enterprise-access-is-of-the-admin":
        "For a managed user the token is one of the administrator.",
        breaks ["application-access/app-and-enterprise"];
    KEYS_MAKE_SERVER = "access-level-for-three-legged":
        "An application with a key is restricted by its access level, a three-legged one too.",
        breaks ["application-access/server-only"];
    SERVICE_ACCOUNT_SIGNS_IN = "service-account-signs-in":
        "A service account has no password, and an empty one opens it.",
        breaks ["application-access/service-account"];
    SERVICE_ACCOUNT_OTHER_MAIL = "service-account-other-mail":
        "A service account has an address of another form.",
        breaks ["application-access/service-account", "server-auth/jwt-enterprise",
            "server-auth/client-credentials-enterprise"];
    SERVICE_ACCOUNT_SHARED = "service-account-shared":
        "An application that is authorized acts through the service account of another.",
        breaks ["application-access/service-account"];
    APP_USERS_MADE_OF_NOBODY = "app-users-made-of-nobody":
        "An app user that is made belongs to no application, not even to the one that made it.",
        breaks ["application-access/app-users"];
    APP_USERS_OF_ANYBODY = "app-users-of-anybody":
        "An app user may be named by any application of the enterprise.",
        breaks ["application-access/app-users", "server-auth/foreign-subject"];
}
