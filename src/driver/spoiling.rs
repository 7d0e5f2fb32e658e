//! Ways to spoil a code, a token or a secret, by name.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A value that was never issued, of the length and alphabet that codes and tokens have.
pub const NEVER_ISSUED: &str = "oauthspecNeverIssued0000000000000000000000000000";

/// How a code or token is spoilt. In files it stands as it is written in sentences.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
pub enum Spoiling {
    /// The last character is missing.
    Truncated,
    /// One character is another.
    Altered,
    /// Letters have the other case.
    CaseChanged,
    /// A value that was never issued.
    Unknown,
    /// One character follows the last.
    Extended,
}

impl Spoiling {
    /// Every way.
    pub const ALL: [Self; 5] =
        [Self::Truncated, Self::Altered, Self::CaseChanged, Self::Unknown, Self::Extended];

    /// The spoilt value.
    pub fn apply(self, value: &str) -> String {
        match self {
            Self::Truncated => {
                let mut chars = value.chars();
                chars.next_back();
                chars.as_str().to_owned()
            }
            Self::Altered => alter(value),
            Self::CaseChanged => {
                let changed: String = value.chars().map(other_case).collect();
                if changed == value { alter(value) } else { changed }
            }
            Self::Unknown => NEVER_ISSUED.to_owned(),
            Self::Extended => format!("{value}A"),
        }
    }

    /// How it is written behind the value's name.
    fn written(self) -> &'static str {
        match self {
            Self::Truncated => "truncated",
            Self::Altered => "altered",
            Self::CaseChanged => "in other case",
            Self::Unknown => "never issued",
            Self::Extended => "extended",
        }
    }
}

/// A text that names no way to spoil a value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown mutation \"{0}\"")]
pub struct UnknownSpoiling(String);

impl fmt::Display for Spoiling {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.written())
    }
}

impl FromStr for Spoiling {
    type Err = UnknownSpoiling;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|spoiling| spoiling.written() == text)
            .ok_or_else(|| UnknownSpoiling(text.to_owned()))
    }
}

impl TryFrom<String> for Spoiling {
    type Error = UnknownSpoiling;

    fn try_from(text: String) -> Result<Self, UnknownSpoiling> {
        text.parse()
    }
}

impl From<Spoiling> for String {
    fn from(spoiling: Spoiling) -> Self {
        spoiling.to_string()
    }
}

/// Changes the first character: in the last ones, an encoding may have bits that mean nothing.
fn alter(value: &str) -> String {
    let mut chars = value.chars();
    let first = if chars.next() == Some('A') { 'B' } else { 'A' };
    format!("{first}{}", chars.as_str())
}

fn other_case(c: char) -> char {
    if c.is_ascii_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() }
}
