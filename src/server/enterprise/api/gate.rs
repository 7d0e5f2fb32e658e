//! Which scopes open which calls (`box`, authentication models, "OAuth 2 Scopes").

use crate::server::core::Core;
use crate::server::enterprise::narrowing;
use crate::server::faults::effects::api::gate as effects;
use crate::server::oauth::store::{Grant, Restriction};
use crate::server::world::{Item, ItemKind};

/// A group of calls that the same scopes open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::server) enum Gate {
    /// Reading folders and files.
    ReadContent,
    /// Making, changing and deleting folders and files.
    WriteContent,
    /// Uploading files and versions.
    Upload,
    /// Collaborations, tasks and comments.
    Collaborate,
    /// Looking at the enterprise.
    Profile,
    /// Looking at users.
    ReadUsers,
    /// Making and changing users.
    WriteUsers,
    /// Deleting users.
    DeleteUsers,
    /// Changing what users may administer.
    ChangeRoles,
    /// Making users of the application.
    AppUsers,
    /// Groups.
    Groups,
    /// Who is in which group.
    Memberships,
    /// Changing what is written about the enterprise.
    Attributes,
    /// Events of the enterprise.
    Reports,
    /// Devices that users signed in from.
    Pins,
    /// Retention policies.
    Retention,
    /// Legal holds.
    LegalHolds,
    /// Security classifications.
    Classifications,
    /// Webhooks.
    Webhooks,
}

impl Gate {
    /// Scopes of which any one opens it.
    // scope/root-readwrite, scope/manage-managed-users, scope/manage-groups
    // scope/manage-enterprise-properties, scope/manage-enterprise, scope/manage-data-retention
    // scope/manage-app-users, scope/manage-webhook, scope/users-and-groups-only
    pub(in crate::server) fn scopes(self) -> &'static [&'static str] {
        match self {
            Self::ReadContent => &["root_readwrite", "root_readonly"],
            Self::WriteContent | Self::Upload | Self::Collaborate => &["root_readwrite"],
            Self::Profile => {
                &["root_readwrite", "manage_enterprise_properties", "manage_enterprise"]
            }
            Self::ReadUsers | Self::WriteUsers | Self::DeleteUsers | Self::ChangeRoles => {
                &["manage_managed_users", "manage_enterprise"]
            }
            Self::AppUsers => &["manage_app_users"],
            Self::Groups | Self::Memberships => &["manage_groups", "manage_enterprise"],
            Self::Attributes | Self::Reports | Self::Pins | Self::Classifications => {
                &["manage_enterprise_properties", "manage_enterprise"]
            }
            Self::Retention => &["manage_data_retention"],
            Self::LegalHolds => &["manage_legal_holds", "manage_data_retention"],
            Self::Webhooks => &["manage_webhook"],
        }
    }

    /// Finer scopes of narrowed tokens of which any one opens it.
    // downscope/narrows
    fn finer(self) -> &'static [&'static str] {
        match self {
            Self::ReadContent => narrowing::READING,
            Self::WriteContent => narrowing::CHANGING,
            Self::Upload => narrowing::UPLOADING,
            Self::Collaborate => narrowing::SHARING,
            _ => &[],
        }
    }

    fn is_opened_by(self, scope: &str) -> bool {
        self.scopes().contains(&scope) || self.finer().contains(&scope)
    }
}

/// An item with the folders that it lies in, the nearest first.
pub(in crate::server) type Path<'w> = &'w [&'w Item];

/// Whether a token opens a gate for an object; without an object: for any object at all.
// bearer/insufficient-scope, downscope/narrows
pub(in crate::server) fn opens(
    server: &Core,
    grant: &Grant,
    gate: Gate,
    object: Option<Path<'_>>,
) -> bool {
    let object = object.map(|path| effects::below_restriction(server, path));
    let held = grant.scopes.iter().filter(|held| is_restricted_to(grant, held, object));
    let held: Vec<&str> = held.map(String::as_str).collect();
    let opened = held.iter().any(|held| gate.is_opened_by(held));
    effects::judged(server, gate, &held, opened)
}

/// Whether a scope of a narrowed token holds for this object.
fn is_restricted_to(grant: &Grant, scope: &str, object: Option<Path<'_>>) -> bool {
    let Some(path) = object.filter(|_| !grant.restricted_to.is_empty()) else { return true };
    let mut restrictions = grant.restricted_to.iter().filter(|known| known.scope == scope);
    restrictions.any(|known| covers(known, path))
}

fn covers(restriction: &Restriction, path: Path<'_>) -> bool {
    let Some((kind, id)) = &restriction.object else { return true };
    path.iter().any(|item| ItemKind::read(kind) == Some(item.kind) && item.id == *id)
}
