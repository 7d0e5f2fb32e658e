//! Mistakes about the rules `enterprise/…`.

use crate::testbed::switches::faults;

faults! {
    UNPUBLISHED_IGNORED = "disable-unpublished-ignored":
        "The setting about unpublished applications counts for server applications only.",
        breaks ["enterprise/unpublished-disabled-oauth"];
    STAYS_DISABLED = "enabling-without-effect":
        "A three-legged application that was enabled stays disabled.",
        breaks ["enterprise/unpublished-disabled-oauth"];
    STAYS_ENABLED = "disabling-without-effect":
        "An application that was enabled once stays enabled.",
        breaks ["enterprise/unpublished-disabled-oauth", "enterprise/unpublished-disabled-server"];
    DISABLED_INVALID_SCOPE = "disabled-is-invalid-scope":
        "A disabled application is told that its scope is invalid.",
        breaks ["enterprise/unpublished-disabled-oauth", "enterprise/published"];
    SERVER_IGNORED = "disable-unpublished-ignored-for-servers":
        "The setting about unpublished applications counts for three-legged ones only.",
        breaks ["enterprise/unpublished-disabled-server"];
    SERVER_STAYS_DISABLED = "enabling-servers-without-effect":
        "A server application that was enabled stays disabled.",
        breaks ["enterprise/unpublished-disabled-server"];
    AUTHORIZED_IS_ENABLED = "authorized-is-enabled": "Authorizing an application also enables it.",
        breaks ["enterprise/unpublished-disabled-server"];
    ENABLED_IS_AUTHORIZED = "enabled-is-authorized":
        "An application that is enabled needs no authorization.",
        breaks ["enterprise/unpublished-disabled-server"];
    SERVER_DISABLED_403 = "disabled-server-403":
        "A disabled server application is refused with status 403 and no token error.",
        breaks ["enterprise/unpublished-disabled-server"];
    PUBLISHED_IGNORED = "disable-published-ignored":
        "The setting about published applications counts for nothing.",
        breaks ["enterprise/published"];
    PUBLISHED_STAYS_DISABLED = "enabling-published-without-effect":
        "A published application that was enabled stays disabled.",
        breaks ["enterprise/published"];
    KINDS_MIXED_UP = "published-and-unpublished-mixed-up":
        "The two settings count for the wrong kind of application.",
        breaks ["enterprise/published", "enterprise/unpublished-disabled-oauth",
            "enterprise/unpublished-disabled-server"];
    SETTINGS_FOR_ALL = "settings-for-all-kinds":
        "Each of the two settings counts for all applications.",
        breaks ["enterprise/published", "enterprise/unpublished-disabled-oauth"];
    PUBLISHED_DISABLED_BY_DEFAULT = "published-disabled-by-default":
        "Published applications have to be enabled whatever the settings say.",
        breaks ["enterprise/default-enabled"],
        disturbs [("enterprise/published", "the control fails"),
            ("enterprise/unpublished-disabled-oauth",
            "published applications are disabled there, too")];
    SETTING_STICKS = "setting-sticks": "A setting that was turned on cannot be turned off.",
        breaks ["enterprise/default-enabled"];
    SERVER_ENABLED_BY_DEFAULT = "servers-authorized-by-default":
        "While nothing is disabled by default, server applications need no authorization.",
        breaks ["enterprise/default-enabled", "authorization/required",
            "server-auth/foreign-subject"];
}
