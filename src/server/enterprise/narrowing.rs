//! The finer scopes that a token can be narrowed to, besides those that it has: each lets a token do one
//! thing with content (`box`, downscoping scopes).

/// Finer scopes by which a token reads content and does nothing to it.
pub(in crate::server) const READING: &[&str] = &[
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
pub(in crate::server) const CHANGING: &[&str] = &["item_delete", "item_readwrite", "item_rename"];

/// Finer scopes by which a token brings new content.
pub(in crate::server) const UPLOADING: &[&str] = &["base_upload", "item_readwrite", "item_upload"];

/// Finer scopes by which a token lets others in, or writes beside the content.
pub(in crate::server) const SHARING: &[&str] = &["annotation_edit", "item_share"];

fn is_finer(scope: &str) -> bool {
    [READING, CHANGING, UPLOADING, SHARING].iter().any(|known| known.contains(&scope))
}

/// Whether a finer scope is part of what these scopes of an application open.
// downscope/never-widens
pub(in crate::server) fn is_within(held: &[String], scope: &str) -> bool {
    let holds = |wanted: &str| held.iter().any(|held| held == wanted);
    is_finer(scope) && holds("root_readwrite") || READING.contains(&scope) && holds("root_readonly")
}
