//! Names that a profile gives means under. Whoever adds a rule that needs another adds it here.

/// Levers that scenarios pull and let go.
pub const HOOKS: &[&str] =
    &["block_device", "rate_limit", "fail", "disable_unpublished", "disable_published"];

/// What developers and administrators do in the consoles.
pub const ACTIONS: &[&str] = &[
    // developer console
    "developer_token",
    "register_redirect_uri",
    "remove_redirect_uri",
    "set_scopes",
    "set_access",
    "request_special_permission",
    "withdraw_special_permission",
    // admin console
    "authorize_application",
    "deauthorize_application",
    "enable_application",
    "disable_application",
    // mail
    "count_mail",
];

/// What the target's world holds.
pub const THINGS: &[&str] = &[
    // enterprises
    "enterprise",
    "other_enterprise",
    // content
    "own_folder",
    "own_file",
    "deeper_folder",
    "deeper_file",
    "shared_folder",
    "shared_file",
    "folder_above",
    "folder_beside",
    "foreign_folder",
    "foreign_file",
    "external_folder",
    "outside_folder",
    "unknown_folder",
    // the rest
    "group",
    "device_pin",
];

/// Calls of the API.
pub const OPERATIONS: &[&str] = &[
    // content
    "read_folder",
    "read_file",
    "create_folder",
    "rename_folder",
    "delete_folder",
    "upload_file",
    "upload_version",
    "delete_file",
    "create_collaboration",
    "delete_collaboration",
    "create_task",
    "delete_task",
    "create_comment",
    "delete_comment",
    // users and groups
    "list_users",
    "read_user",
    "create_user",
    "disable_user",
    "change_login",
    "reset_password",
    "change_role",
    "delete_user",
    "create_app_user",
    "delete_app_user",
    "create_group",
    "read_group",
    "rename_group",
    "delete_group",
    "create_membership",
    "delete_membership",
    // the rest
    "read_enterprise",
    "edit_enterprise",
    "list_device_pins",
    "read_device_pin",
    "read_enterprise_events",
    "read_user_events",
    "create_retention_policy",
    "list_retention_policies",
    "delete_retention_policy",
    "list_legal_holds",
    "read_classifications",
    "create_webhook",
    "list_webhooks",
    "delete_webhook",
];

/// Scopes of the documents, as `scopes` of a profile names them.
pub const SCOPES: &[&str] = &[
    "root_readwrite",
    "manage_enterprise",
    "manage_managed_users",
    "manage_groups",
    "manage_enterprise_properties",
    "manage_data_retention",
    "manage_app_users",
    "manage_webhook",
];
