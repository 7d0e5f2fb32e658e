//! Ways to spoil a code, a token or a secret, by name.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Markup that a page must not let through: what ends a value, a script or a text, then an element and an attribute that
/// no page has.
pub const MARKUP: &str = "\"'></script></style></title></textarea>--><x-oauthspec onoauthspec=\"1\">markup</x-oauthspec>";

/// A value that was never issued, of the length and alphabet that codes and tokens have.
pub const NEVER_ISSUED: &str = "oauthspecNeverIssued0000000000000000000000000000";

/// How a code or token is spoilt. In files it stands as it is written in sentences.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
pub enum Spoiling {
    /// The last character is missing, before the padding of an encoding.
    Truncated,
    /// One character is another.
    Altered,
    /// Letters have the other case.
    CaseChanged,
    /// A value that was never issued.
    Unknown,
    /// Characters follow the last, before the padding of an encoding.
    Extended,
    /// The last character is one beyond ASCII, before the padding of an encoding: as many characters as before,
    /// and more octets.
    BeyondAscii,
}

impl Spoiling {
    /// Every way that keeps to the characters of codes and tokens.
    pub const ALL: [Self; 5] =
        [Self::Truncated, Self::Altered, Self::CaseChanged, Self::Unknown, Self::Extended];

    /// The spoilt value.
    pub fn apply(self, value: &str) -> String {
        match self {
            Self::Truncated => {
                let mut chars = unpadded(value).chars();
                chars.next_back();
                chars.as_str().to_owned()
            }
            Self::Altered => alter(value),
            Self::CaseChanged => {
                let changed: String = value.chars().map(other_case).collect();
                if changed == value || is_hexadecimal(value) { alter(value) } else { changed }
            }
            Self::Unknown => NEVER_ISSUED.to_owned(),
            Self::Extended => {
                let (text, padding) = value.split_at(unpadded(value).len());
                format!("{text}AAAA{padding}")
            }
            Self::BeyondAscii => beyond_ascii(value),
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
            Self::BeyondAscii => "beyond ASCII",
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
            .chain([Self::BeyondAscii])
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

/// The value with a last character beyond ASCII, before the padding of an encoding.
pub fn beyond_ascii(value: &str) -> String {
    let (text, padding) = value.split_at(unpadded(value).len());
    let mut chars = text.chars();
    chars.next_back();
    format!("{}\u{fc}{padding}", chars.as_str())
}

/// A value without the padding of Base64. A decoder that overlooks padding reads the same token, however
/// much of it there is: that proves nothing about the octets that were issued. For the same reason a value is
/// extended by a whole group of four characters.
fn unpadded(value: &str) -> &str {
    value.trim_end_matches('=')
}

/// Whether a value consists of hexadecimal digits (a UUID, for instance), which name the same octets in
/// either case.
fn is_hexadecimal(value: &str) -> bool {
    value.chars().all(|c| c.is_ascii_hexdigit() || c == '-')
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_spoilt_carries_information() {
        for (value, spoiling, spoilt) in [
            ("abcd", Spoiling::Truncated, "abc"),
            ("abY=", Spoiling::Truncated, "ab"),
            ("aQ==", Spoiling::Truncated, "a"),
            ("abcd", Spoiling::Extended, "abcdAAAA"),
            ("aQ==", Spoiling::Extended, "aQAAAA=="),
            ("abCd9", Spoiling::Altered, "AbCd9"),
            ("AbC", Spoiling::Altered, "BbC"),
            ("xYz9", Spoiling::CaseChanged, "XyZ9"),
        ] {
            assert_eq!(spoiling.apply(value), spoilt, "{value} {spoiling}");
        }
    }

    #[test]
    fn the_case_of_hexadecimal_digits_means_nothing() {
        let uuid = "1f0c9b7e-4a6d-4c1e-9f43-0d2b8a7c6e51";
        assert!(!Spoiling::CaseChanged.apply(uuid).eq_ignore_ascii_case(uuid));
    }
}
