//! How clients say who they are.

use std::fmt;

use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer, StrDeserializer};
use serde::{Deserialize, Deserializer, de};

/// How a client authenticates (RFC 6749 §2.3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ClientAuthentication {
    /// `client_id` and `client_secret` in the body.
    #[default]
    Body,
    /// HTTP Basic.
    Basic,
}

/// The ways that a client may take, at least one; the first is the ordinary one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Methods(Vec<ClientAuthentication>);

impl Methods {
    /// These ways; `None` where there are none.
    pub fn of(ways: Vec<ClientAuthentication>) -> Option<Self> {
        (!ways.is_empty()).then_some(Self(ways))
    }

    /// The ordinary way.
    pub fn first(&self) -> ClientAuthentication {
        self.0.first().copied().unwrap_or_default()
    }

    /// Whether this is one of them.
    pub fn has(&self, way: ClientAuthentication) -> bool {
        self.0.contains(&way)
    }
}

impl From<ClientAuthentication> for Methods {
    fn from(way: ClientAuthentication) -> Self {
        Self(vec![way])
    }
}

impl<'de> Deserialize<'de> for Methods {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Read)
    }
}

struct Read;

impl<'de> de::Visitor<'de> for Read {
    type Value = Methods;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("`body`, `basic`, or a list of both")
    }

    fn visit_str<E: de::Error>(self, word: &str) -> Result<Methods, E> {
        ClientAuthentication::deserialize(StrDeserializer::new(word)).map(Methods::from)
    }

    fn visit_seq<A: de::SeqAccess<'de>>(self, list: A) -> Result<Methods, A::Error> {
        let ways = Vec::deserialize(SeqAccessDeserializer::new(list))?;
        Methods::of(ways).ok_or_else(|| de::Error::custom("names no way; write `body` or `basic`"))
    }

    fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<Methods, A::Error> {
        ClientAuthentication::deserialize(MapAccessDeserializer::new(map)).map(Methods::from)
    }
}
