//! How clients say who they are.

use serde::de::value::{MapAccessDeserializer, StrDeserializer};
use serde::{Deserialize, Deserializer, de};

use super::one_or_more::{self, OneOrMore, Word};

/// How a client authenticates (RFC 6749 §2.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ClientAuthentication {
    /// `client_id` and `client_secret` in the body.
    #[default]
    Body,
    /// HTTP Basic.
    Basic,
    /// An assertion that it signs with a key (RFC 7523 §2.2): that of its `assertion`.
    #[serde(rename = "private_key_jwt")]
    PrivateKeyJwt,
}

impl ClientAuthentication {
    /// As profiles name it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Body => "body",
            Self::Basic => "basic",
            Self::PrivateKeyJwt => "private_key_jwt",
        }
    }

    /// As metadata and registrations name it (RFC 7591 §2, OpenID Connect Core §9).
    pub fn name(self) -> &'static str {
        match self {
            Self::Body => "client_secret_post",
            Self::Basic => "client_secret_basic",
            Self::PrivateKeyJwt => "private_key_jwt",
        }
    }

    /// The way by a secret that metadata and registrations know by this name (RFC 7591 §2); `None` for any
    /// other.
    pub fn of_name(name: &str) -> Option<Self> {
        match name {
            "client_secret_basic" => Some(Self::Basic),
            "client_secret_post" => Some(Self::Body),
            _ => None,
        }
    }
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

    /// Each of them.
    pub fn all(&self) -> impl Iterator<Item = ClientAuthentication> {
        self.0.iter().copied()
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
        one_or_more::read(deserializer)
    }
}

impl Word for ClientAuthentication {
    const EXPECTED: &'static str = "`body`, `basic` or `private_key_jwt`";

    fn read<E: de::Error>(text: &str) -> Result<Self, E> {
        Self::deserialize(StrDeserializer::new(text))
    }
}

impl OneOrMore for Methods {
    type Word = ClientAuthentication;
    const EXPECTED: &'static str = "`body`, `basic`, `private_key_jwt`, or a list of them";
    const EMPTY: &'static str = "names no way; write `body`, `basic` or `private_key_jwt`";

    fn from_words(words: Vec<ClientAuthentication>) -> Self {
        Self(words)
    }

    fn from_map<'de, A: de::MapAccess<'de>>(map: A) -> Result<Self, A::Error> {
        ClientAuthentication::deserialize(MapAccessDeserializer::new(map)).map(Self::from)
    }
}
