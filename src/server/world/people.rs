//! Enterprises and users.

use std::collections::BTreeMap;

use serde::Deserialize;

/// A company (`box` security guide).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Enterprise {
    /// Identifier as the API shows it.
    pub id: String,
    /// Name as it is shown to people.
    pub name: String,
    /// Products bought besides the ordinary one.
    #[serde(default)]
    pub products: Vec<Product>,
    /// What its administrators have set.
    #[serde(default)]
    pub settings: Settings,
    /// Whether its users sign in at an identity provider of its own.
    // consent/company-sign-on
    #[serde(default)]
    pub sign_on: bool,
    /// What its administrators wrote about it.
    #[serde(default)]
    pub attributes: BTreeMap<String, String>,
    /// Names of its security classifications.
    #[serde(default)]
    pub classifications: Vec<String>,
}

/// A product with endpoints of its own (`box` security guide, "Admin-only endpoints").
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Product {
    /// Retention policies and legal holds.
    Governance,
    /// Security classifications.
    Shield,
}

/// What administrators set about applications in general (`box` security guide, "Enterprise settings").
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Unpublished applications need to be enabled.
    #[serde(default)]
    pub disable_unpublished: bool,
    /// Published applications need to be enabled.
    #[serde(default)]
    pub disable_published: bool,
}

/// One user. Each owns a root folder with the id `0`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct User {
    /// Identifier as the API shows it.
    pub id: String,
    /// E-mail address to sign in with; compared without case.
    pub login: String,
    /// Password, in clear: it is a test value. Empty: the user cannot sign in.
    #[serde(default)]
    pub password: String,
    /// Name as it is shown to people.
    pub name: String,
    /// Identifier of the enterprise that the user belongs to.
    #[serde(default)]
    pub enterprise: Option<String>,
    /// What the user may do in the enterprise.
    #[serde(default)]
    pub role: Role,
    /// What a co-admin was granted; an admin has all of it.
    #[serde(default)]
    pub rights: Vec<AdminRight>,
    /// Whether the account is in use.
    #[serde(default)]
    pub status: Status,
    /// What kind of account it is.
    #[serde(default)]
    pub kind: UserKind,
    /// Client identifier of the application that a service account or an app user belongs to.
    #[serde(default)]
    pub application: Option<String>,
}

/// What a user may do in the enterprise (`box`, security guide).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// No administration.
    #[default]
    User,
    /// Administration as far as it was granted.
    CoAdmin,
    /// All administration.
    Admin,
}

/// Whether an account is in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// It is.
    #[default]
    Active,
    /// An administrator disabled it.
    Inactive,
}

impl Status {
    /// As the API writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Inactive => "inactive",
        }
    }
}

impl Role {
    /// As the API writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::CoAdmin => "coadmin",
            Self::Admin => "admin",
        }
    }
}

/// A part of the administration that a co-admin may be granted (`box` security guide).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AdminRight {
    /// Users of the enterprise.
    ManageUsers,
    /// Groups and memberships.
    ManageGroups,
    /// Reports and events.
    RunReports,
}

/// What kind of account a user is (`box`, authentication models).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum UserKind {
    /// Belongs to the enterprise that knows the applications.
    #[default]
    Managed,
    /// Belongs elsewhere.
    External,
    /// Stands for a server application in an enterprise; cannot sign in.
    ServiceAccount,
    /// Was made by a server application and belongs to it; cannot sign in.
    App,
}

impl User {
    /// Whether the user may do this part of the administration.
    // permission/admin-users, permission/admin-groups, permission/admin-events
    pub fn may(&self, right: AdminRight) -> bool {
        match self.role {
            Role::Admin => true,
            Role::CoAdmin => self.rights.contains(&right),
            Role::User => false,
        }
    }

    /// Whether a person signs in with it.
    // application-access/service-account
    pub fn is_person(&self) -> bool {
        matches!(self.kind, UserKind::Managed | UserKind::External)
    }
}
