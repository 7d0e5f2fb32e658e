//! Mistakes about the rules `as-user/…`.

use crate::testbed::switches::faults;

faults! {
    IGNORED = "as-user-ignored": "The header field `As-User` is ignored.",
        breaks ["as-user/allowed", "as-user/not-permitted-app", "as-user/not-admin",
            "scope/special-permissions"];
    CONTENT_OF_CALLER = "as-user-content-of-caller":
        "`As-User` changes who the caller is, and not what the caller reaches.",
        breaks ["as-user/allowed"];
    STAYS_ADMIN = "as-user-stays-admin":
        "A call as another user keeps the rights of the administrator.",
        breaks ["as-user/allowed"];
    ANY_APPLICATION = "as-user-any-application":
        "Whether the application may act as users is not checked.",
        breaks ["as-user/not-permitted-app",
            "scope/special-permissions"];
    ANY_SERVER_APPLICATION = "as-user-any-server-application":
        "A server application may act as users without the setting for it.",
        breaks ["as-user/not-permitted-app"];
    NOT_PERMITTED_IGNORED = "as-user-not-permitted-ignored":
        "From an application without the permission the header field is ignored.",
        breaks ["as-user/not-permitted-app",
            "scope/special-permissions"];
    NOT_PERMITTED_401 = "as-user-not-permitted-401":
        "An application without the permission is told that its token is invalid.",
        breaks ["as-user/not-permitted-app",
            "scope/special-permissions"];
    ANY_USER = "as-user-any-user": "Anyone may act as anyone.", breaks ["as-user/not-admin"];
    ANY_CO_ADMIN = "as-user-any-co-admin":
        "A co-admin may act as users, whatever was granted.", breaks ["as-user/not-admin"];
    NOT_ADMIN_IGNORED = "as-user-not-admin-ignored":
        "From a user who is no administrator the header field is ignored.",
        breaks ["as-user/not-admin"];
    NOT_ADMIN_400 = "as-user-not-admin-400":
        "A user who is no administrator is refused as if the request were malformed.",
        breaks ["as-user/not-admin"];
    ANY_ENTERPRISE = "as-user-any-enterprise":
        "An administrator may act as a user of any enterprise.", breaks ["as-user/not-admin"];
}
