//! What users and enterprises hold: folders and files, groups, and the lesser things made of them.

use serde::Deserialize;
use serde_json::{Map, Value};

/// Identifier of everybody's own root folder.
pub const ROOT: &str = "0";

/// A file or a folder.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// Identifier as the API shows it, unique among the items of its kind.
    pub id: String,
    /// What it is.
    pub kind: ItemKind,
    /// Name as it is shown to people.
    pub name: String,
    /// Identifier of the folder that it lies in; `0` is the root of its owner.
    #[serde(default = "root")]
    pub parent: String,
    /// Identifier of the user who owns it.
    pub owner: String,
    /// What a file holds, each version a text, the newest last.
    #[serde(default)]
    pub versions: Vec<String>,
}

fn root() -> String {
    ROOT.to_owned()
}

/// What an item is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ItemKind {
    /// Holds other items.
    Folder,
    /// Holds bytes.
    File,
}

impl ItemKind {
    /// As the API writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Folder => "folder",
            Self::File => "file",
        }
    }

    /// The kind that the API writes so.
    pub fn read(text: &str) -> Option<Self> {
        [Self::Folder, Self::File].into_iter().find(|kind| kind.as_str() == text)
    }
}

/// A user who was let into another one's item (`box` security guide, "Access Token Components").
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Collaboration {
    /// Identifier as the API shows it.
    pub id: String,
    /// Whether it is about a folder or a file.
    pub kind: ItemKind,
    /// Identifier of the item.
    pub item: String,
    /// Identifier of the user who was let in.
    pub user: String,
    /// Whether the user may change what is there.
    #[serde(default)]
    pub role: CollaboratorRole,
}

/// What a collaborator may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CollaboratorRole {
    /// Reads and writes.
    #[default]
    Editor,
    /// Reads.
    Viewer,
}

impl CollaboratorRole {
    /// As the API writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Editor => "editor",
            Self::Viewer => "viewer",
        }
    }
}

/// Users who are treated alike.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// Identifier as the API shows it.
    pub id: String,
    /// Name as it is shown to people.
    pub name: String,
    /// Identifier of the enterprise.
    pub enterprise: String,
}

/// A user's place in a group.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Membership {
    /// Identifier as the API shows it.
    pub id: String,
    /// Identifier of the group.
    pub group: String,
    /// Identifier of the user.
    pub user: String,
}

/// One of the lesser things: made by a call, kept as it came, and shown again.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// Identifier as the API shows it.
    pub id: String,
    /// What it is.
    pub kind: RecordKind,
    /// Identifier of the user who made it.
    pub owner: String,
    /// Identifier of the enterprise whose administrators it concerns.
    #[serde(default)]
    pub enterprise: Option<String>,
    /// The item that it is about.
    #[serde(default)]
    pub item: Option<(ItemKind, String)>,
    /// Its further members, as the API shows them.
    #[serde(default)]
    pub members: Map<String, Value>,
}

/// What a [`Record`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecordKind {
    /// Something to do about a file.
    Task,
    /// Something said about a file.
    Comment,
    /// Tells an application what happens to an item.
    Webhook,
    /// How long an enterprise keeps what it has.
    RetentionPolicy,
    /// What an enterprise has to keep for a court.
    LegalHoldPolicy,
    /// A device that a user signed in from.
    DevicePinner,
}

impl RecordKind {
    /// As the API writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Task => "task",
            Self::Comment => "comment",
            Self::Webhook => "webhook",
            Self::RetentionPolicy => "retention_policy",
            Self::LegalHoldPolicy => "legal_hold_policy",
            Self::DevicePinner => "device_pinner",
        }
    }
}

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Identifier as the API shows it.
    pub id: String,
    /// What happened, as the API writes it.
    pub kind: &'static str,
    /// Identifier of the user who did it.
    pub by: String,
}

/// A message to a user's e-mail address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// Address.
    pub to: String,
    /// What it is about.
    pub subject: String,
}
