//! Mistakes about the rules `permission/…`.

use crate::testbed::switches::faults;

faults! {
    OWNER_AT_ROOT_ONLY = "permission-owner-at-root-only":
        "Users own only what lies in their root folder.",
        breaks ["permission/owner"];
    COLLABORATOR_UNKNOWN = "permission-collaborator-unknown":
        "A collaborator on a folder does not reach it by the API.",
        breaks ["permission/collaborator"];
    STRANGER_SERVED = "permission-stranger-served":
        "Anyone who knows the identifier of an item may read it.",
        breaks ["permission/stranger", "permission/waterfall-up", "permission/no-bypass",
            "scope/adds-no-permission", "scope/global-content-manager", "downscope/never-widens",
            "scope/special-permissions"];
    COLLEAGUES_READ = "permission-colleagues-read":
        "Every user of the owner's enterprise may read the owner's content.",
        breaks ["permission/stranger", "permission/waterfall-up", "permission/no-bypass",
            "scope/adds-no-permission", "scope/global-content-manager", "downscope/never-widens",
            "scope/special-permissions"];
    ADMIN_READS_ALL = "permission-admin-reads-all":
        "An administrator reaches everything in the enterprise, whatever the application.",
        breaks ["permission/stranger", "scope/global-content-manager",
            "scope/special-permissions"];
    STRANGER_403 = "permission-stranger-403":
        "An item that the user may not know of is forbidden instead of not found.",
        breaks ["permission/stranger", "permission/waterfall-up", "permission/no-bypass"];
    NO_WATERFALL = "permission-no-waterfall":
        "A collaborator on a folder does not reach what lies in it.",
        breaks ["permission/waterfall-down"];
    WATERFALL_ONE_LEVEL = "permission-waterfall-one-level":
        "A collaborator on a folder reaches what lies in it, and not what lies deeper.",
        breaks ["permission/waterfall-down"];
    WATERFALL_UP = "permission-waterfall-up":
        "A collaborator on a folder reaches the folders that it lies in.",
        breaks ["permission/waterfall-up"];
    WATERFALL_SIDEWAYS = "permission-waterfall-sideways":
        "A collaborator on a folder reaches what lies beside it.",
        breaks ["permission/waterfall-up"];
    SCOPE_FOR_PERMISSION = "permission-by-scope":
        "A token with the scope may read and write everything.",
        breaks ["permission/no-bypass", "permission/stranger", "permission/waterfall-up",
            "scope/adds-no-permission", "scope/global-content-manager", "downscope/never-widens",
            "scope/special-permissions"];
    WRITE_UNCHECKED = "permission-write-unchecked":
        "The permission to change an item is not checked.", breaks ["permission/no-bypass"];
    UPLOAD_UNCHECKED = "permission-upload-unchecked":
        "The permission to upload to a folder is not checked.", breaks ["permission/no-bypass"];
    COMMENT_UNCHECKED = "permission-comment-unchecked":
        "The permission to comment on a file is not checked.", breaks ["permission/no-bypass"];
    CO_ADMIN_MAY_ALL = "permission-co-admin-may-all":
        "The privileges of a co-admin are not checked.",
        breaks ["permission/admin-users", "permission/admin-groups", "permission/admin-events",
            "scope/adds-no-permission"];
    CO_ADMIN_MAY_NOTHING = "permission-co-admin-may-nothing":
        "Co-admins may do nothing, whatever they were granted.",
        breaks ["permission/admin-users", "permission/admin-groups", "permission/admin-events"];
    ANYONE_ADMINISTERS = "permission-anyone-administers":
        "Whether a user is an administrator is not checked.",
        breaks ["permission/admin-users", "permission/admin-groups", "permission/admin-events",
            "scope/adds-no-permission", "as-user/allowed"];
    NO_ADMIN_404 = "permission-no-admin-404":
        "A user who is no administrator is refused with status 404.",
        breaks ["permission/admin-users", "permission/admin-groups", "permission/admin-events"];
    USERS_READ_UNCHECKED = "permission-users-read-by-anyone":
        "Anyone may look at the users of the enterprise.", breaks ["permission/admin-users"];
    USERS_CREATE_UNCHECKED = "permission-users-created-by-anyone":
        "Anyone may create users.",
        breaks ["permission/admin-users", "scope/adds-no-permission", "as-user/allowed"];
    USERS_EDIT_UNCHECKED = "permission-users-edited-by-anyone":
        "Anyone may change users.", breaks ["permission/admin-users"];
    USERS_DELETE_UNCHECKED = "permission-users-deleted-by-anyone":
        "Anyone may delete users.", breaks ["permission/admin-users"];
    ME_NEEDS_SCOPE = "permission-me-needs-scope":
        "The current user is shown only to a token that opens folders.",
        breaks ["permission/admin-users"];
    GROUP_CREATE_UNCHECKED = "permission-groups-created-by-anyone":
        "Anyone may create groups.",
        breaks ["permission/admin-groups", "scope/adds-no-permission"];
    GROUP_EDIT_UNCHECKED = "permission-groups-edited-by-anyone":
        "Anyone may change groups.", breaks ["permission/admin-groups"];
    GROUP_DELETE_UNCHECKED = "permission-groups-deleted-by-anyone":
        "Anyone may delete groups.", breaks ["permission/admin-groups"];
    EVENTS_UNCHECKED = "permission-events-for-anyone":
        "Anyone may read the events of the enterprise.", breaks ["permission/admin-events"];
    USER_EVENTS_UNCHECKED = "permission-user-events-for-anyone":
        "Anyone may read the events of another user.", breaks ["permission/admin-events"];
    PRODUCT_UNCHECKED = "permission-product-unchecked":
        "Whether the enterprise has bought the product is not checked.",
        breaks ["permission/add-on"];
    CLASSIFICATION_UNCHECKED = "permission-classification-product-unchecked":
        "Classifications are served to enterprises without the product.",
        breaks ["permission/add-on"];
    PRODUCT_FOR_ANYONE = "permission-product-for-anyone":
        "Any user of an enterprise with the product is served.", breaks ["permission/add-on"];
}
