//! Who and what the server knows: users and applications. Plain data.
//!
//! Every credential here is published and worthless on purpose.

use serde::Deserialize;

/// Scope to read and write all files and folders (`box`, "OAuth2 Scope").
pub const ROOT_READWRITE: &str = "root_readwrite";
/// Scope to manage groups and memberships (`box`, "OAuth2 Scope").
pub const MANAGE_GROUPS: &str = "manage_groups";

/// Everything the server knows when it starts.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct World {
    /// Users who can sign in.
    pub users: Vec<User>,
    /// Registered applications.
    pub applications: Vec<Application>,
}

/// One user. Each owns a root folder with the id `0`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct User {
    /// Identifier as the API shows it.
    pub id: String,
    /// E-mail address to sign in with; compared without case.
    pub login: String,
    /// Password, in clear: it is a test value.
    pub password: String,
    /// Name as it is shown to people.
    pub name: String,
    /// What the user may do in the enterprise.
    #[serde(default)]
    pub role: Role,
    /// Whether the user belongs to the enterprise.
    #[serde(default)]
    pub kind: UserKind,
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

/// Whether a user belongs to the enterprise (`box`, authentication models).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum UserKind {
    /// Belongs to the enterprise that knows the applications.
    #[default]
    Managed,
    /// Belongs elsewhere.
    External,
}

/// One registered application.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Application {
    /// What the application is for in the suite; also the key of a target profile's client.
    pub role: String,
    /// Client identifier.
    pub client_id: String,
    /// Client secret, in clear: it is a test value.
    pub secret: String,
    /// Name as the consent page shows it.
    pub name: String,
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

/// Values of `grant_type` that the documents know (RFC 6749 §4, RFC 7523 §2.1, RFC 8693 §2.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum GrantType {
    /// A code from the authorization endpoint.
    #[serde(rename = "authorization_code")]
    AuthorizationCode,
    /// A refresh token.
    #[serde(rename = "refresh_token")]
    RefreshToken,
    /// The application's own credentials.
    #[serde(rename = "client_credentials")]
    ClientCredentials,
    /// A signed assertion.
    #[serde(rename = "urn:ietf:params:oauth:grant-type:jwt-bearer")]
    JwtBearer,
    /// Another token, to be narrowed.
    #[serde(rename = "urn:ietf:params:oauth:grant-type:token-exchange")]
    TokenExchange,
}

impl GrantType {
    /// The grant of this `grant_type` value, compared exactly.
    pub fn read(value: &str) -> Option<Self> {
        Some(match value {
            "authorization_code" => Self::AuthorizationCode,
            "refresh_token" => Self::RefreshToken,
            "client_credentials" => Self::ClientCredentials,
            "urn:ietf:params:oauth:grant-type:jwt-bearer" => Self::JwtBearer,
            "urn:ietf:params:oauth:grant-type:token-exchange" => Self::TokenExchange,
            _ => return None,
        })
    }
}

impl World {
    /// The application of this client identifier.
    pub fn application(&self, client_id: &str) -> Option<&Application> {
        self.applications.iter().find(|known| known.client_id == client_id)
    }

    /// The application of this role.
    pub fn application_of_role(&self, role: &str) -> Option<&Application> {
        self.applications.iter().find(|known| known.role == role)
    }

    /// The user of this identifier.
    pub fn user(&self, id: &str) -> Option<&User> {
        self.users.iter().find(|known| known.id == id)
    }

    /// The user who signs in with this e-mail address.
    pub fn user_of_login(&self, login: &str) -> Option<&User> {
        self.users.iter().find(|known| known.login.eq_ignore_ascii_case(login))
    }
}

impl Default for World {
    fn default() -> Self {
        Self { users: default_users(), applications: default_applications() }
    }
}

fn default_users() -> Vec<User> {
    vec![
        user("11", "alice@example.com", "Alice Example", UserKind::Managed),
        user("12", "oscar@external.example", "Oscar External", UserKind::External),
        user("13", "dora@example.com", "Dora Example", UserKind::Managed),
    ]
}

fn user(id: &str, login: &str, name: &str, kind: UserKind) -> User {
    let first = login.split_once('@').map_or(login, |(first, _)| first);
    User {
        id: id.to_owned(),
        login: login.to_owned(),
        password: format!("test-only-password-of-{first}"),
        name: name.to_owned(),
        role: Role::User,
        kind,
    }
}

/// Roles, names, secrets and redirect URIs of the default applications.
const APPLICATIONS: &[(&str, &str, &str, &[&str])] = &[
    ("default", "Default App", "test-only-9fQ2mLx7TzRk4VwB1cYe", &["https://www.myboxapp.com/app"]),
    ("other", "Other App", "test-only-H3vNs8KdPq6JyUa0GtXo", &["https://other.myboxapp.com/app"]),
    ("host-only", "Host Only App", "test-only-Zb5WcE1rMf9LxT7iSgQu", &["https://www.myboxapp.com"]),
    (
        "several",
        "Several Addresses App",
        "test-only-k2DyJh6AvO4nRpC8eXwB",
        &["https://www.myboxapp.com/one", "https://www.myboxapp.com/two"],
    ),
    ("unconfigured", "Unconfigured App", "test-only-Ym7UqG3tFzL0sKiV5NdH", &[]),
    ("development", "Development App", "test-only-c9PxR1bWjE8oTaM6ZvSy", LOCAL),
    ("local-production", "Local Production App", "test-only-L4gBnQ7uXfC2kHdI0YrO", LOCAL),
    (
        "custom-scheme",
        "Custom Scheme App",
        "test-only-V8wTzA5eJpM1sGyK3RcD",
        &["myboxapp://callback"],
    ),
    (
        "query",
        "Query App",
        "test-only-o6FhXi9NvLq2UbE7mZtW",
        &["https://query.myboxapp.com/app?tenant=1"],
    ),
    (
        "narrow",
        "Narrow App",
        "test-only-S0rYkC4dGaP8xJuB5TnV",
        &["https://narrow.myboxapp.com/app"],
    ),
    (
        "sacrificial",
        "Sacrificial App",
        "test-only-I7eMwZ2qHfR6LoD9sKgU",
        &["https://www.myboxapp.com/app"],
    ),
];

/// The local addresses that `box` permits in development mode, with a port and a path.
const LOCAL: &[&str] =
    &["http://localhost:8080/app", "http://127.0.0.1:8080/app", "http://0.0.0.0:8080/app"];

fn default_applications() -> Vec<Application> {
    APPLICATIONS
        .iter()
        .map(|(role, name, secret, redirect_uris)| Application {
            role: (*role).to_owned(),
            client_id: format!("{role}-client"),
            secret: (*secret).to_owned(),
            name: (*name).to_owned(),
            redirect_uris: redirect_uris.iter().map(|uri| (*uri).to_owned()).collect(),
            mode: if *role == "development" { Mode::Development } else { Mode::Production },
            scopes: vec![if *role == "narrow" { MANAGE_GROUPS } else { ROOT_READWRITE }.to_owned()],
            grants: vec![GrantType::AuthorizationCode, GrantType::RefreshToken],
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn the_default_credentials_are_distinct_long_and_marked() {
        let world = World::default();
        let secrets: HashSet<_> = world.applications.iter().map(|app| &app.secret).collect();
        assert_eq!(secrets.len(), world.applications.len());
        assert!(secrets.iter().all(|secret| secret.len() >= 24 && secret.contains("test-only-")));
        assert!(world.application("default-client").is_some());
        assert_eq!(world.user_of_login("ALICE@example.com").unwrap().id, "11");
    }

    #[test]
    fn a_world_file_is_read_strictly() {
        let text = "users: []\napplications:\n- {role: a, client_id: b, secret: c, name: d, \
                    mode: development, grants: [authorization_code]}\n";
        let world: World = serde_yaml::from_str(text).unwrap();
        assert_eq!(world.applications[0].grants, [GrantType::AuthorizationCode]);
        let misspelt = text.replace("mode", "mood");
        assert!(serde_yaml::from_str::<World>(&misspelt).is_err());
    }
}
