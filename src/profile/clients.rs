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
}

impl Clients {
    /// Whether each run registers its own.
    pub fn are_registered(&self) -> bool {
        self.register
    }

    /// Takes over what was registered.
    pub fn adopt(&mut self, registered: BTreeMap<String, Client>) {
        self.by_role.extend(registered);
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
        Ok(Clients { by_role, register: false })
    }
}
