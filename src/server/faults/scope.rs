//! Mistakes about the rules `scope/…`.

use crate::testbed::switches::faults;

faults! {
    MISSING_INVALID = "scope-missing-is-invalid-request":
        "A request without a scope is an invalid one.", breaks ["scope/default"];
    MISSING_ON_PAGE = "scope-missing-on-page": "A request without a scope ends on a page.",
        breaks ["scope/default"];
    ORDER_MATTERS = "scope-order-matters":
        "Scopes are refused that do not stand in the order in which the client registered them.",
        breaks ["scope/order"];
    UNKNOWN_GRANTED = "scope-unknown-granted": "An unknown scope is granted.",
        breaks ["scope/unknown", "implicit/scope-told"];
    QUOTED_GRANTED = "scope-with-quotation-mark-granted":
        "A scope with a quotation mark in it is granted, though no scope has one.",
        breaks ["scope/unknown"];
    UNKNOWN_BY_CREDENTIALS = "scope-unknown-by-credentials":
        "Client credentials yield any scope that is asked for.", breaks ["scope/unknown"];
    OF_OTHERS_GRANTED = "scope-of-others-granted":
        "A known scope is granted to any client.", breaks ["scope/unknown"];
    OF_OTHERS_BY_CREDENTIALS = "scope-of-others-by-credentials":
        "Client credentials yield every scope that the server knows.", breaks ["scope/unknown"];
    UNKNOWN_CUT_UNSAID = "scope-cut-unsaid":
        "Scopes that cannot be had are left out, and no response names its scopes.",
        breaks ["scope/unknown", "implicit/scope-told"];
    UNKNOWN_ANY_CASE = "scope-without-case": "Scopes are compared case-insensitively.",
        breaks ["scope/unknown"];
    ANY_SCOPE_OPENS = "scope-any-opens": "A token with any scope at all opens everything.",
        breaks EVERY_SCOPE_OPENED,
        disturbs [("downscope/narrows", "a finer scope opens what it is not for")];
    BY_PREFIX = "scope-by-prefix":
        "A scope that begins like the right one counts, as does `manage_enterprise_properties`.",
        breaks ["scope/manage-managed-users", "scope/manage-groups", "scope/manage-enterprise",
            "downscope/narrows"];
    READ_ONLY = "scope-readwrite-reads-only": "`root_readwrite` opens reading alone.",
        breaks ["scope/root-readwrite"];
    UPLOAD_UNCHECKED = "scope-upload-unchecked": "Uploads need no scope.",
        breaks ["scope/root-readwrite", "downscope/narrows"];
    COLLABORATION_UNCHECKED = "scope-collaboration-unchecked":
        "Collaborations, tasks and comments need no scope.", breaks ["scope/root-readwrite"];
    PROFILE_NOT_SHOWN = "scope-profile-not-shown":
        "`root_readwrite` does not open the profile of the enterprise.",
        breaks ["scope/root-readwrite"];
    USERS_OPENS_CONTENT = "scope-users-open-content":
        "`manage_managed_users` opens folders and files as well.",
        breaks ["scope/root-readwrite", "scope/users-and-groups-only",
            "scope/scope-before-existence", "authorization/snapshot-scopes"];
    ENTERPRISE_OPENS_CONTENT = "scope-enterprise-opens-content":
        "`manage_enterprise` opens folders and files as well.",
        breaks ["scope/root-readwrite", "scope/scope-before-existence"];
    USERS_READ_UNCHECKED = "scope-users-read-unchecked": "Viewing users needs no scope.",
        breaks ["scope/manage-managed-users"];
    USER_DELETE_UNCHECKED = "scope-user-delete-unchecked": "Deleting a user needs no scope.",
        breaks ["scope/manage-managed-users"];
    ROLE_NEEDS_MORE = "scope-role-needs-more":
        "Changing a user's role needs `manage_enterprise`.",
        breaks ["scope/manage-managed-users"];
    APP_USERS_OPENS_USERS = "scope-app-users-open-users":
        "`manage_app_users` opens all users of the enterprise.",
        breaks ["scope/manage-managed-users", "scope/manage-enterprise"];
    MEMBERSHIPS_UNCHECKED = "scope-memberships-unchecked":
        "Adding users to groups needs no scope.",
        breaks ["scope/manage-groups", "scope/manage-enterprise"];
    MEMBERSHIPS_NEED_USERS = "scope-memberships-need-users":
        "Adding users to groups needs `manage_managed_users`.",
        breaks ["scope/manage-groups", "scope/manage-enterprise"];
    USERS_OPENS_GROUPS = "scope-users-open-groups":
        "`manage_managed_users` opens groups as well.",
        breaks ["scope/manage-groups", "scope/manage-enterprise"];
    PINS_UNCHECKED = "scope-pins-unchecked": "Device pins need no scope.",
        breaks ["scope/manage-enterprise-properties"];
    PROFILE_OPENS_ATTRIBUTES = "scope-profile-opens-attributes":
        "The scope that shows the profile of the enterprise also opens changing it.",
        breaks ["scope/manage-enterprise-properties", "scope/manage-enterprise"];
    REPORTS_NEED_MORE = "scope-reports-need-more": "Reports need `manage_enterprise`.",
        breaks ["scope/manage-enterprise-properties"];
    ENTERPRISE_WITHOUT_USERS = "scope-enterprise-without-users":
        "`manage_enterprise` does not open users.", breaks ["scope/manage-enterprise"];
    ENTERPRISE_WITHOUT_GROUPS = "scope-enterprise-without-groups":
        "`manage_enterprise` does not open groups.", breaks ["scope/manage-enterprise"];
    ENTERPRISE_WITHOUT_PROPERTIES = "scope-enterprise-without-properties":
        "`manage_enterprise` does not open attributes, reports and device pins.",
        breaks ["scope/manage-enterprise"];
    RETENTION_UNCHECKED = "scope-retention-unchecked": "Retention policies need no scope.",
        breaks ["scope/manage-data-retention"];
    PROPERTIES_OPEN_RETENTION = "scope-properties-open-retention":
        "`manage_enterprise_properties` opens retention policies.",
        breaks ["scope/manage-data-retention"];
    APP_USERS_UNCHECKED = "scope-app-users-unchecked": "Creating app users needs no scope.",
        breaks ["scope/manage-app-users"];
    WEBHOOKS_UNCHECKED = "scope-webhooks-unchecked": "Webhooks need no scope.",
        breaks ["scope/manage-webhook"];
    CONTENT_OPENS_WEBHOOKS = "scope-content-opens-webhooks": "`root_readwrite` opens webhooks.",
        breaks ["scope/manage-webhook"];
    OWNER_NEEDS_NONE = "scope-owner-needs-none": "Owners need no scope for what is theirs.",
        breaks ["scope/users-and-groups-only", "bearer/insufficient-scope",
            "scope/root-readwrite", "scope/scope-before-existence", "downscope/narrows",
            "authorization/snapshot-scopes", "consent/request-kept", "refresh/scope-told"];
    EXISTENCE_FIRST = "scope-existence-first":
        "Whether an item exists is revealed before the scope is checked.",
        breaks ["scope/scope-before-existence"];
    MAKES_ADMIN = "scope-makes-admin":
        "A token with `manage_enterprise` counts as an administrator's.",
        breaks ["scope/adds-no-permission", "permission/admin-users", "permission/admin-groups",
            "permission/admin-events"];
    CONTENT_WITHOUT_PERMISSION = "scope-content-without-permission":
        "Administrators reach all content with any application.",
        breaks ["scope/global-content-manager", "permission/stranger",
            "scope/special-permissions"];
    CONTENT_FOR_ANYONE = "scope-content-for-anyone":
        "With an application for administrators anyone reaches all content of the enterprise.",
        breaks ["scope/global-content-manager"];
    CONTENT_WITHOUT_CO_ADMINS = "scope-content-without-co-admins":
        "Co-admins do not reach all content of the enterprise.",
        breaks ["scope/global-content-manager"];
    CONTENT_EXTERNAL = "scope-content-external":
        "An application for administrators reaches what others own and have shared.",
        breaks ["scope/global-content-manager"];
    CONTENT_OF_ANY_ENTERPRISE = "scope-content-of-any-enterprise":
        "Administrators reach all content there is.", breaks ["scope/global-content-manager"];
    CONTENT_BY_DEVELOPER = "scope-content-by-developer":
        "A developer makes an administrators' application of theirs alone, by asking for it.",
        breaks ["scope/special-permissions"];
    AS_USER_BY_DEVELOPER = "scope-as-user-by-developer":
        "A developer lets an application act as users alone, by asking for it.",
        breaks ["scope/special-permissions"];
    QUIET_BY_DEVELOPER = "scope-quiet-by-developer":
        "A developer keeps an application's calls from sending e-mail alone, by asking for it.",
        breaks ["scope/special-permissions"];
    ANYONE_SUPPRESSES = "scope-anyone-suppresses":
        "Any application may keep calls from sending e-mail.",
        breaks ["scope/suppress-notifications",
            "scope/special-permissions"];
    SUPPRESSION_IGNORED = "scope-suppression-ignored":
        "Calls send e-mail though a permitted application asked them not to.",
        breaks ["scope/suppress-notifications"];
}

/// Rules that notice when scopes are not looked at.
pub const EVERY_SCOPE: [&str; 11] = [
    "bearer/insufficient-scope",
    "scope/root-readwrite",
    "scope/manage-managed-users",
    "scope/manage-groups",
    "scope/manage-enterprise-properties",
    "scope/manage-enterprise",
    "scope/manage-data-retention",
    "scope/manage-app-users",
    "scope/manage-webhook",
    "scope/users-and-groups-only",
    "scope/scope-before-existence",
];

/// The same where every token is told apart by what it opens.
pub const EVERY_SCOPE_AND_SNAPSHOT: [&str; 12] = [
    "bearer/insufficient-scope",
    "scope/root-readwrite",
    "scope/manage-managed-users",
    "scope/manage-groups",
    "scope/manage-enterprise-properties",
    "scope/manage-enterprise",
    "scope/manage-data-retention",
    "scope/manage-app-users",
    "scope/manage-webhook",
    "scope/users-and-groups-only",
    "scope/scope-before-existence",
    "authorization/snapshot-scopes",
];

/// The same where a token opens what it was not granted for.
pub const EVERY_SCOPE_OPENED: [&str; 14] = [
    "bearer/insufficient-scope",
    "scope/root-readwrite",
    "scope/manage-managed-users",
    "scope/manage-groups",
    "scope/manage-enterprise-properties",
    "scope/manage-enterprise",
    "scope/manage-data-retention",
    "scope/manage-app-users",
    "scope/manage-webhook",
    "scope/users-and-groups-only",
    "scope/scope-before-existence",
    "authorization/snapshot-scopes",
    "consent/request-kept",
    "refresh/scope-told",
];
