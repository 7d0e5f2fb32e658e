//! Applications as they are registered, and what administrators decided about them.

use std::time::Duration;

use serde::Deserialize;
use serde_json::{Map, Value};

/// One registered application.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Application {
    /// What the application is for in the suite; also the key of a target profile's client.
    pub role: String,
    /// Client identifier.
    pub client_id: String,
    /// Client secret, in clear: it is a test value. Empty: a public client (RFC 6749 §2.1).
    #[serde(default)]
    pub secret: String,
    /// Name as the consent page shows it.
    pub name: String,
    /// Identifier of the enterprise whose developer registered it; empty where there is none.
    #[serde(default)]
    pub enterprise: String,
    /// How it gets its tokens.
    #[serde(default)]
    pub model: Model,
    /// Registered redirect URIs; none, one or several.
    #[serde(default)]
    pub redirect_uris: Vec<String>,
    /// Whether local `http` redirect URIs are permitted.
    #[serde(default)]
    pub mode: Mode,
    /// Scopes the application was configured with; a token carries these at most.
    #[serde(default)]
    pub scopes: Vec<String>,
    /// Grants the application was configured with.
    #[serde(default)]
    pub grants: Vec<GrantType>,
    /// Whom a server application acts for.
    #[serde(default)]
    pub access: AccessLevel,
    /// Whether everybody finds it in the catalogue of applications.
    #[serde(default)]
    pub published: bool,
    /// Whether it has to push its authorization requests (RFC 9126 §6).
    #[serde(default)]
    pub pushes_alone: bool,
    /// Keys that its assertions are signed with.
    #[serde(default)]
    pub keys: Vec<PublicKey>,
    /// The same as JSON Web Keys (RFC 7517). One without a secret authenticates by them.
    #[serde(default)]
    pub jwks: Vec<Map<String, Value>>,
    /// What the developer switched on.
    #[serde(default)]
    pub permissions: Vec<Permission>,
    /// What was switched on for it on request, and not by the developer.
    #[serde(default)]
    pub special: Vec<SpecialPermission>,
    /// What the developer asked support to switch on; it means nothing until support does.
    #[serde(default)]
    pub requested: Vec<SpecialPermission>,
    /// Whether its tokens are bound to a key, always (RFC 9449 §5.2).
    #[serde(default)]
    pub dpop_bound_access_tokens: bool,
    /// Who alone may act with its tokens (RFC 8693 §4.4); absent: who may exchange them.
    #[serde(default)]
    pub may_act: Option<String>,
    /// How it was registered, where it registered itself.
    #[serde(skip)]
    pub registration: Option<Registration>,
}

impl Application {
    /// Whether it can prove nothing (RFC 6749 §2.1).
    pub fn is_public(&self) -> bool {
        self.secret.is_empty() && self.jwks.is_empty()
    }
}

/// How a client registered itself (RFC 7591).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registration {
    /// Access token for the client configuration endpoint (RFC 7592 §3).
    pub access_token: String,
    /// When, since the epoch of the server's clock.
    pub issued: Duration,
    /// `token_endpoint_auth_method`.
    pub method: &'static str,
}

/// How an application gets its tokens (`box`, authentication models).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Model {
    /// A user signs in and consents.
    #[default]
    ThreeLegged,
    /// It signs in itself, by a signed assertion or by its credentials.
    Server,
}

/// Mode of an application (`box` OAuth page, "Initial Setup").
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// Local `http` addresses are permitted as redirect URI.
    Development,
    /// Only HTTPS and custom schemes are permitted.
    #[default]
    Production,
}

/// Whom a server application acts for (`box` security guide, "Application access").
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AccessLevel {
    /// Its service account and its app users.
    #[default]
    AppOnly,
    /// Managed users of the enterprise too.
    AppAndEnterprise,
}

/// A key that assertions are checked with (RFC 7523 §3).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublicKey {
    /// `kid` of the assertion's header.
    pub id: String,
    /// The key, as PEM (`SubjectPublicKeyInfo`).
    pub pem: String,
}

/// What a developer can switch on (`box`, authentication models, "Advanced Application Features").
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Permission {
    /// Calls may be made as another user (header `As-User`).
    AsUser,
    /// Tokens of users may be had by a server grant.
    GenerateUserTokens,
}

/// What only support switches on (`box`, authentication models, "Special permissions").
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SpecialPermission {
    /// Administrators reach all content of the enterprise.
    GlobalContentManager,
    /// A three-legged application's administrator calls as another user.
    AsUser,
    /// Calls send no e-mail.
    SuppressNotifications,
}

impl SpecialPermission {
    /// Each of them.
    pub const ALL: [Self; 3] =
        [Self::GlobalContentManager, Self::AsUser, Self::SuppressNotifications];

    /// As it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::GlobalContentManager => "global-content-manager",
            Self::AsUser => "as-user",
            Self::SuppressNotifications => "suppress-notifications",
        }
    }

    /// The one that is written so.
    pub fn read(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|permission| permission.as_str() == text)
    }
}

/// What the administrators of an enterprise decided about an application (`box` security guide,
/// "Application authorization").
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Approval {
    /// Client identifier of the application.
    pub client_id: String,
    /// Identifier of the enterprise.
    pub enterprise: String,
    /// What the application was when it was authorized last; absent: it never was.
    #[serde(default)]
    pub authorized: Option<Snapshot>,
    /// Whether it was enabled in spite of a setting that disables its kind.
    #[serde(default)]
    pub enabled: bool,
}

/// The part of an application that an authorization freezes.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Snapshot {
    /// Scopes that its tokens carry.
    #[serde(default)]
    pub scopes: Vec<String>,
    /// Whom it acts for.
    #[serde(default)]
    pub access: AccessLevel,
}

/// Values of `grant_type` that the documents know (RFC 6749 §4, RFC 7523 §2.1, RFC 8628 §3.4,
/// RFC 8693 §2.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum GrantType {
    /// A code from the authorization endpoint.
    #[serde(rename = "authorization_code")]
    AuthorizationCode,
    /// A request to the authorization endpoint, and no token request (RFC 6749 §4.2).
    #[serde(rename = "implicit")]
    Implicit,
    /// A refresh token.
    #[serde(rename = "refresh_token")]
    RefreshToken,
    /// The application's own credentials.
    #[serde(rename = "client_credentials")]
    ClientCredentials,
    /// A user's name and password.
    #[serde(rename = "password")]
    Password,
    /// A signed assertion.
    #[serde(rename = "urn:ietf:params:oauth:grant-type:jwt-bearer")]
    JwtBearer,
    /// A device code, once its user has agreed.
    #[serde(rename = "urn:ietf:params:oauth:grant-type:device_code")]
    DeviceCode,
    /// Another token, to be narrowed.
    #[serde(rename = "urn:ietf:params:oauth:grant-type:token-exchange")]
    TokenExchange,
}

impl GrantType {
    /// Its `grant_type` value.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AuthorizationCode => "authorization_code",
            Self::Implicit => "implicit",
            Self::RefreshToken => "refresh_token",
            Self::ClientCredentials => "client_credentials",
            Self::JwtBearer => "urn:ietf:params:oauth:grant-type:jwt-bearer",
            Self::Password => "password",
            Self::DeviceCode => "urn:ietf:params:oauth:grant-type:device_code",
            Self::TokenExchange => "urn:ietf:params:oauth:grant-type:token-exchange",
        }
    }

    /// The grant of this `grant_type` value, compared exactly.
    pub fn read(value: &str) -> Option<Self> {
        Some(match value {
            "authorization_code" => Self::AuthorizationCode,
            "refresh_token" => Self::RefreshToken,
            "client_credentials" => Self::ClientCredentials,
            "password" => Self::Password,
            "urn:ietf:params:oauth:grant-type:device_code" => Self::DeviceCode,
            "urn:ietf:params:oauth:grant-type:jwt-bearer" => Self::JwtBearer,
            "urn:ietf:params:oauth:grant-type:token-exchange" => Self::TokenExchange,
            _ => return None,
        })
    }
}
