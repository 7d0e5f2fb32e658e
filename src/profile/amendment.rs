//! A change to a profile, by its key: to be tried, and to be written down.

use std::fmt;
use std::sync::Arc;

use super::authentication::ClientAuthentication;
use super::server::{Pkce, Profile};

/// One key with the value that it should have.
#[derive(Clone)]
pub struct Amendment {
    /// The key's path, a name for each level.
    pub path: Vec<String>,
    /// The value as YAML on one line; `None`: the key is left out.
    pub value: Option<String>,
    set: Arc<dyn Fn(&mut Profile) + Send + Sync>,
}

impl Amendment {
    fn new(
        path: &[&str],
        value: Option<String>,
        set: impl Fn(&mut Profile) + Send + Sync + 'static,
    ) -> Self {
        let path = path.iter().map(|&name| name.to_owned()).collect();
        Self { path, value, set: Arc::new(set) }
    }

    /// The client sends a code challenge.
    pub fn pkce(profile: &Profile, role: &str) -> Self {
        let value = Some("S256".to_owned());
        if is_general(profile, role, |client| client.pkce.is_none()) {
            return Self::new(&["pkce"], value, |profile| profile.pkce = Some(Pkce::S256));
        }
        let name = role.to_owned();
        Self::new(&["clients", role, "pkce"], value, move |profile| {
            profile.clients.entry(name.clone()).and_modify(|it| it.pkce = Some(Pkce::S256));
        })
    }

    /// The client authenticates by the other method.
    pub fn other_authentication(profile: &Profile, role: &str) -> Option<Self> {
        let (method, word) = match profile.authentication(profile.client(role)?) {
            ClientAuthentication::Body => (ClientAuthentication::Basic, "basic"),
            ClientAuthentication::Basic => (ClientAuthentication::Body, "body"),
            ClientAuthentication::PrivateKeyJwt => return None,
        };
        let value = Some(word.to_owned());
        if is_general(profile, role, |client| client.authentication.is_none()) {
            let set =
                move |profile: &mut Profile| profile.client_authentication = Some(method.into());
            return Some(Self::new(&["client_authentication"], value, set));
        }
        let name = role.to_owned();
        let set = move |profile: &mut Profile| {
            profile
                .clients
                .entry(name.clone())
                .and_modify(|it| it.authentication = Some(method.into()));
        };
        Some(Self::new(&["clients", role, "authentication"], value, set))
    }

    /// An endpoint or a resource is at another URL: the one of this key, such as `endpoints.token`.
    pub fn url(key: &'static str, url: String) -> Self {
        let path: Vec<&str> = key.split('.').collect();
        let value = Some(quoted(&url));
        Self::new(&path, value, move |profile| {
            let url = url.clone();
            let endpoints = &mut profile.endpoints;
            match key {
                "endpoints.authorization" => endpoints.authorization = url,
                "endpoints.token" => endpoints.token = url,
                "endpoints.revocation" => endpoints.revocation = Some(url),
                "endpoints.introspection" => endpoints.introspection = Some(url),
                "endpoints.pushed_authorization_request" => {
                    endpoints.pushed_authorization_request = Some(url);
                }
                "endpoints.device_authorization" => endpoints.device_authorization = Some(url),
                "resource.url" => {
                    profile.resource.iter_mut().for_each(|it| it.url.clone_from(&url));
                }
                "base_url" => profile.base_url = url,
                _ => {}
            }
        })
    }

    /// Every authorization request has this parameter, too.
    pub fn parameter(name: &'static str, text: &'static str) -> Self {
        Self::new(&["authorize_parameters", name], Some(quoted(text)), move |profile| {
            profile.authorize_parameters.insert(name.to_owned(), text.to_owned());
        })
    }

    /// The client asks for this scope, or for none.
    pub fn scope(profile: &Profile, role: &str, scope: Option<String>) -> Self {
        let value = scope.as_deref().map(quoted);
        if is_general(profile, role, |client| client.scope.is_none()) {
            return Self::new(&["scope"], value, move |profile| profile.scope.clone_from(&scope));
        }
        let name = role.to_owned();
        Self::new(&["clients", role, "scope"], value, move |profile| {
            profile.clients.entry(name.clone()).and_modify(|it| it.scope.clone_from(&scope));
        })
    }

    /// The client's first redirect URI is this one.
    pub fn redirect_uri(profile: &Profile, role: &str, uri: String) -> Self {
        let others =
            profile.client(role).into_iter().flat_map(|it| it.redirect_uris.iter().skip(1));
        let uris: Vec<String> = std::iter::once(uri).chain(others.cloned()).collect();
        let items: Vec<String> = uris.iter().map(|uri| format!("{uri:?}")).collect();
        let name = role.to_owned();
        let value = Some(format!("[{}]", items.join(", ")));
        Self::new(&["clients", role, "redirect_uris"], value, move |profile| {
            let client = profile.clients.entry(name.clone());
            client.and_modify(|it| it.redirect_uris.clone_from(&uris));
        })
    }

    /// The member of the resource that names the user is at this JSON pointer.
    pub fn identity(pointer: String) -> Self {
        Self::new(&["resource", "identity"], Some(quoted(&pointer)), move |profile| {
            let resource = profile.resource.iter_mut();
            resource.for_each(|it| it.identity = Some(pointer.clone()));
        })
    }

    /// What the resource shows for the user of this role.
    pub fn user_identity(role: &str, shown: String) -> Self {
        let name = role.to_owned();
        Self::new(&["users", role, "identity"], Some(quoted(&shown)), move |profile| {
            let user = profile.users.entry(name.clone());
            user.and_modify(|it| it.identity = Some(shown.clone()));
        })
    }

    /// Where the user of this role signs in.
    pub fn sign_on(role: &str, origin: String) -> Self {
        let name = role.to_owned();
        Self::new(&["users", role, "sign_on"], Some(quoted(&origin)), move |profile| {
            let user = profile.users.entry(name.clone());
            user.and_modify(|it| it.sign_on = Some(origin.clone()));
        })
    }

    /// The profile claims these documents.
    pub fn documents(names: Vec<String>) -> Self {
        let value = Some(format!("[{}]", names.join(", ")));
        Self::new(&["documents"], value, move |profile| profile.documents.clone_from(&names))
    }

    /// The profile with this change.
    #[must_use]
    pub fn applied(&self, profile: &Profile) -> Profile {
        let mut profile = profile.clone();
        (self.set)(&mut profile);
        profile
    }

    /// The key, such as `clients.default.pkce`.
    pub fn key(&self) -> String {
        self.path.join(".")
    }
}

impl fmt::Display for Amendment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.value {
            Some(value) => write!(f, "`{}: {value}`", self.key()),
            None => write!(f, "no `{}`", self.key()),
        }
    }
}

impl fmt::Debug for Amendment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Whether a value that holds for all clients holds for this one, and is the right place to change.
fn is_general(
    profile: &Profile,
    role: &str,
    takes: impl Fn(&super::server::Client) -> bool,
) -> bool {
    role == "default" && profile.client(role).is_none_or(takes)
}

/// A YAML scalar on one line, in quotes where it would not be text without them.
fn quoted(text: &str) -> String {
    let mut characters = text.chars();
    let plain = characters.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '/')
        && characters.all(|c| c.is_ascii_alphanumeric() || "/._-:@".contains(c))
        && !text.ends_with(':')
        && !matches!(text.to_ascii_lowercase().as_str(), "true" | "false" | "null" | "yes" | "no");
    if plain { text.to_owned() } else { format!("{text:?}") }
}
