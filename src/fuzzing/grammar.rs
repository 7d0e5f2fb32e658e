//! Token requests by grammar: an ordered list of parameters that can be missing, repeated,
//! reordered, empty or badly encoded. A random string would hardly ever be one.

use crate::wire::params::REGISTERED;
use crate::wire::{Params, form};

/// What a fuzzer hands to the token request oracle.
#[derive(Debug, Clone, PartialEq, Eq, arbitrary::Arbitrary)]
pub enum Input {
    /// A body as it stands.
    Raw(Vec<u8>),
    /// A body by grammar.
    Grammar(Vec<BodyParam>),
}

/// One parameter of a body.
#[derive(Debug, Clone, PartialEq, Eq, arbitrary::Arbitrary)]
pub struct BodyParam {
    /// Its name.
    pub name: Name,
    /// Its value.
    pub value: ParamValue,
    /// How both are written.
    pub spelling: ParamSpelling,
}

/// The name of a parameter: mostly one that means something.
#[derive(Debug, Clone, PartialEq, Eq, arbitrary::Arbitrary)]
pub enum Name {
    /// A registered name, by its number.
    Registered(u8),
    /// Any name.
    Other(String),
}

/// The value of a parameter: mostly one that gets past the first check.
#[derive(Debug, Clone, PartialEq, Eq, arbitrary::Arbitrary)]
pub enum ParamValue {
    /// Nothing.
    Empty,
    /// A grant type.
    GrantType(u8),
    /// An identifier or a secret of the bundled server's world.
    Credential(u8),
    /// One character, many times: about a power of two, for that is where buffers end ([`length`]).
    Long(char, u8),
    /// Any text.
    Other(String),
}

/// How a name or value is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, arbitrary::Arbitrary)]
pub enum ParamSpelling {
    /// As the form encoding has it.
    Form,
    /// Every byte escaped.
    Escaped,
    /// Encoded twice.
    Twice,
    /// Not encoded at all.
    Literal,
    /// With a broken escape at its end.
    Broken,
    /// Without an equals sign.
    NameOnly,
}

const GRANT_TYPES: &[&str] = &[
    "authorization_code",
    "refresh_token",
    "client_credentials",
    "password",
    "urn:ietf:params:oauth:grant-type:jwt-bearer",
    "urn:ietf:params:oauth:grant-type:token-exchange",
];
const CREDENTIALS: &[&str] =
    &["default-client", "test-only-9fQ2mLx7TzRk4VwB1cYe", "other-client", "nobody"];

fn nth<'a>(list: &[&'a str], number: u8) -> &'a str {
    list.get(usize::from(number) % list.len().max(1)).copied().unwrap_or_default()
}

/// How often a character is repeated: a power of two up to 2,048, one less or one more.
pub fn length(number: u8) -> usize {
    let power = 1_usize << (number % 12);
    [power - 1, power, power + 1][usize::from(number / 12) % 3]
}

impl BodyParam {
    /// Name and value, as they are meant.
    pub fn meant(&self) -> (String, String) {
        let name = match &self.name {
            Name::Registered(number) => nth(REGISTERED, *number).to_owned(),
            Name::Other(name) => name.clone(),
        };
        let value = match &self.value {
            ParamValue::Empty => String::new(),
            ParamValue::GrantType(number) => nth(GRANT_TYPES, *number).to_owned(),
            ParamValue::Credential(number) => nth(CREDENTIALS, *number).to_owned(),
            ParamValue::Long(c, number) => c.to_string().repeat(length(*number)),
            ParamValue::Other(text) => text.clone(),
        };
        (name, value)
    }

    fn written(&self) -> String {
        let (name, value) = self.meant();
        match self.spelling {
            ParamSpelling::Form => format!("{}={}", form::escape(&name), form::escape(&value)),
            ParamSpelling::Escaped => {
                format!("{}={}", form::escape_all(&name), form::escape_all(&value))
            }
            ParamSpelling::Twice => {
                format!("{}={}", form::escape(&name), form::escape(&form::escape(&value)))
            }
            ParamSpelling::Literal => format!("{name}={value}"),
            ParamSpelling::Broken => format!("{}={}%4", form::escape(&name), form::escape(&value)),
            ParamSpelling::NameOnly => form::escape(&name),
        }
    }
}

impl Input {
    /// The bytes of the body.
    pub fn body(&self) -> Vec<u8> {
        match self {
            Self::Raw(bytes) => bytes.clone(),
            Self::Grammar(pairs) => {
                let written: Vec<String> = pairs.iter().map(BodyParam::written).collect();
                written.join("&").into_bytes()
            }
        }
    }

    /// What a reader has to find in the body; `None` where that is not certain.
    pub fn meant(&self) -> Option<Params> {
        let Self::Grammar(pairs) = self else { return None };
        let plain = |pair: &BodyParam| {
            matches!(pair.spelling, ParamSpelling::Form | ParamSpelling::Escaped)
        };
        if !pairs.iter().all(plain) {
            return None;
        }
        Some(pairs.iter().map(BodyParam::meant).collect())
    }
}
