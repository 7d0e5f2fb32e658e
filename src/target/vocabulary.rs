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
    // admin console
    "authorize_application",
    "deauthorize_application",
    "enable_application",
    "disable_application",
];

/// What the target's world holds.
pub const THINGS: &[&str] = &[
    // enterprises
    "enterprise",
    // content
    "own_folder",
    "own_file",
    "shared_folder",
    "foreign_folder",
    "unknown_folder",
    // the rest
];

/// Calls of the API.
pub const OPERATIONS: &[&str] = &[
    // content
    "read_folder",
    "read_file",
    "rename_folder",
    // users and groups
    // the rest
];
