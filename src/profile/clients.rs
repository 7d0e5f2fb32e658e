//! The clients of a profile: by role, or registered by each run.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::{Deref, DerefMut};

use serde::de::value::MapAccessDeserializer;
use serde::{Deserialize, Deserializer, de};

use super::server::Client;

/// Clients by role. `register` stands for those that a run registers itself (RFC 7591).
#[derive(Debug, Clone, Default)]
pub struct Clients {
    by_role: BTreeMap<String, Client>,
    register: bool,
    lacking: BTreeMap<String, String>,
}

impl Clients {
    /// Whether each run registers its own.
    pub fn are_registered(&self) -> bool {
        self.register
    }

    /// Takes over what was registered, and why other needs are not met.
    pub fn adopt(
        &mut self,
        registered: BTreeMap<String, Client>,
        lacking: BTreeMap<String, String>,
    ) {
        self.by_role.extend(registered);
        self.lacking.extend(lacking);
    }

    /// Why a client that is registered by the run itself is missing, by the need for it.
    pub fn why_missing(&self, need: &str) -> Option<String> {
        if let Some(why) = self.lacking.get(need) {
            return Some(why.clone());
        }
        let (kind, name) = need.split_once(':').filter(|_| self.register)?;
        let what = match kind {
            "client" => format!("of role `{name}`"),
            "grant" => format!("with the grant `{name}`"),
            _ => return None,
        };
        Some(format!(
            "a run registers no client {what} of its own accord; name the clients in the profile, instead of \
             `clients: register`, to have one"
        ))
    }
}

impl Deref for Clients {
    type Target = BTreeMap<String, Client>;

    fn deref(&self) -> &Self::Target {
        &self.by_role
    }
}

impl DerefMut for Clients {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.by_role
    }
}

impl<'c> IntoIterator for &'c Clients {
    type Item = (&'c String, &'c Client);
    type IntoIter = std::collections::btree_map::Iter<'c, String, Client>;

    fn into_iter(self) -> Self::IntoIter {
        self.by_role.iter()
    }
}

impl<'c> IntoIterator for &'c mut Clients {
    type Item = (&'c String, &'c mut Client);
    type IntoIter = std::collections::btree_map::IterMut<'c, String, Client>;

    fn into_iter(self) -> Self::IntoIter {
        self.by_role.iter_mut()
    }
}

impl<'de> Deserialize<'de> for Clients {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Read)
    }
}

struct Read;

impl<'de> de::Visitor<'de> for Read {
    type Value = Clients;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("clients by role, or `register`")
    }

    fn visit_str<E: de::Error>(self, word: &str) -> Result<Clients, E> {
        if word == "register" {
            return Ok(Clients { register: true, ..Clients::default() });
        }
        Err(E::custom("is not a valid value; write clients by role, or `register`"))
    }

    fn visit_unit<E: de::Error>(self) -> Result<Clients, E> {
        Ok(Clients::default())
    }

    fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<Clients, A::Error> {
        let by_role = BTreeMap::deserialize(MapAccessDeserializer::new(map))?;
        let mut clients = Clients { by_role, ..Clients::default() };
        clients.stand_in("public", |client| !client.has_credentials());
        clients.stand_in("other", |client| client.secret.is_some());
        clients.default_as_public();
        Ok(clients)
    }
}

/// Roles that say more of a client than that it is public, or another one.
const ROLES: &[&str] = &[
    "app-only",
    "as-user",
    "basic",
    "confidential-device",
    "content-manager",
    "custom-scheme",
    "default",
    "delegating",
    "development",
    "development-web",
    "device",
    "dpop",
    "encoded",
    "every-scope",
    "exchange",
    "fresh",
    "host-only",
    "implicit",
    "introspecting",
    "keyed",
    "limited",
    "local-production",
    "loopback",
    "narrow",
    "no-app-users",
    "no-code",
    "no-device",
    "no-exchange",
    "no-user-tokens",
    "other",
    "other-device",
    "password",
    "public",
    "public-unconfigured",
    "published",
    "pushing",
    "query",
    "quiet",
    "rsa-signing",
    "sacrificial",
    "server",
    "several",
    "signing",
    "two-keys",
    "unauthorized",
    "unconfigured",
    "unpublished",
];

impl Clients {
    /// Has the default client play the public one where no client has that role, and it has nothing to
    /// authenticate with.
    fn default_as_public(&mut self) {
        const ROLE: &str = "public";
        let is = |client: &&Client| {
            let redeems = client.grants.is_empty() || client.has_grant("authorization_code");
            redeems && !client.redirect_uris.is_empty() && !client.has_credentials()
        };
        let found = self.by_role.get("default").filter(is).cloned();
        if let Some(client) = found.filter(|_| !self.by_role.contains_key(ROLE)) {
            self.by_role.insert(ROLE.to_owned(), client);
        }
    }

    /// Has a client of another name play a role that no client has, where it is one by what the profile says
    /// of it: it redeems codes, and nothing else.
    fn stand_in(&mut self, role: &str, is: impl Fn(&Client) -> bool) {
        let redeems =
            |client: &Client| !client.redirect_uris.is_empty() && client.grants.is_empty();
        let mut named = self.by_role.iter().filter(|(name, _)| !ROLES.contains(&name.as_str()));
        let found = named.find(|(_, client)| redeems(client) && is(client));
        let found = found.map(|(_, client)| client.clone());
        if let Some(client) = found.filter(|_| !self.by_role.contains_key(role)) {
            self.by_role.insert(role.to_owned(), client);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clients(text: &str) -> Clients {
        serde_yaml::from_str(text).unwrap()
    }

    #[test]
    fn a_client_of_another_name_plays_the_role_that_it_fits() {
        let both = clients(
            "{default: {id: a, secret: s, redirect_uris: [u]}, spa: {id: b, redirect_uris: [u]}, \
             web: {id: c, secret: s, redirect_uris: [u]}}",
        );
        assert_eq!(both["public"].id, "b");
        assert_eq!(both["other"].id, "c");
    }

    #[test]
    fn every_role_of_the_bundled_profiles_is_known() {
        for text in [
            include_str!("../../fixtures/profiles/oauth.yaml"),
            include_str!("../../fixtures/profiles/reference.yaml"),
        ] {
            let profile: serde_yaml::Value = serde_yaml::from_str(text).unwrap();
            let clients = profile["clients"].as_mapping().unwrap();
            let unknown = clients.keys().filter_map(|role| role.as_str());
            let unknown: Vec<&str> = unknown.filter(|role| !ROLES.contains(role)).collect();
            assert_eq!(unknown, [""; 0]);
        }
    }

    #[test]
    fn whoever_has_the_role_keeps_it_and_other_roles_are_none() {
        let named = clients(
            "{default: {id: a, redirect_uris: [u]}, public: {id: p, redirect_uris: [u]}, \
             spa: {id: b, redirect_uris: [u]}}",
        );
        assert_eq!(named["public"].id, "p");
        let native = clients(
            "{default: {id: a, redirect_uris: [u]}, loopback: {id: b, redirect_uris: [u]}, \
             tv: {id: c, redirect_uris: []}, cli: {id: d, redirect_uris: [u], grants: [password]}}",
        );
        assert_eq!(native["public"].id, "a");
        assert!(!native.contains_key("other"));
    }

    #[test]
    fn a_default_client_without_credentials_is_the_public_one() {
        let alone = clients("{default: {id: a, redirect_uris: [u]}}");
        assert_eq!(alone["public"].id, "a");
        for other in [
            "{default: {id: a, secret: s, redirect_uris: [u]}}",
            "{default: {id: a, redirect_uris: []}}",
            "{default: {id: a, redirect_uris: [u], grants: [password]}}",
        ] {
            assert!(!clients(other).contains_key("public"), "{other}");
        }
    }
}
