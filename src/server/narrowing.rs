//! The scopes that a token can be narrowed to: those of applications, and finer ones that each let a
//! token do one thing with content (`box`, downscoping scopes).

/// Finer scopes by which a token reads content and does nothing to it.
pub(super) const READING: &[&str] = &[
    "annotation_view_all",
    "annotation_view_self",
    "base_explorer",
    "base_picker",
    "base_preview",
    "base_sidebar",
    "item_download",
    "item_preview",
    "item_read",
];

/// Finer scopes by which a token changes what is there, and what it changes.
pub(super) const CHANGING: &[&str] = &["item_delete", "item_readwrite", "item_rename"];

/// Finer scopes by which a token brings new content.
pub(super) const UPLOADING: &[&str] = &["base_upload", "item_readwrite", "item_upload"];

/// Finer scopes by which a token lets others in, or writes beside the content.
pub(super) const SHARING: &[&str] = &["annotation_edit", "item_share"];

/// Scopes of applications (`box`, authentication models, "OAuth 2 Scopes").
const OF_APPLICATIONS: &[&str] = &[
    "root_readwrite",
    "root_readonly",
    "manage_enterprise",
    "manage_managed_users",
    "manage_groups",
    "manage_enterprise_properties",
    "manage_data_retention",
    "manage_legal_holds",
    "manage_app_users",
    "manage_webhook",
    "ai.readwrite",
    "sign_requests.readwrite",
];

/// Whether a token may be narrowed to a scope of this name at all.
pub(super) fn is_known(scope: &str) -> bool {
    OF_APPLICATIONS.contains(&scope) || is_finer(scope)
}

fn is_finer(scope: &str) -> bool {
    [READING, CHANGING, UPLOADING, SHARING].iter().any(|known| known.contains(&scope))
}

/// Whether a finer scope is part of what these scopes of an application open.
// downscope/never-widens
pub(super) fn is_within(held: &[String], scope: &str) -> bool {
    let holds = |wanted: &str| held.iter().any(|held| held == wanted);
    is_finer(scope) && holds("root_readwrite") || READING.contains(&scope) && holds("root_readonly")
}
