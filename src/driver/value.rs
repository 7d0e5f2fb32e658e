//! What becomes of a parameter's value, by name: one list, for the sentences of the feature files and for
//! the fuzzer. It holds no secret: a value is said by what is done to it, a client by its role.

use serde::{Deserialize, Serialize};

use super::draft::s256;
use super::redirects::Relocation;
use super::spoiling::{MARKUP, Spoiling};

/// A header field that no response may carry.
pub const INJECTED: &str = "oauthspec\r\nX-Oauthspec: injected\r\n";

/// The longest value that is made, in characters.
const LONGEST: usize = 1 << 20;

/// Another value of a parameter.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Value {
    /// Nothing.
    Empty,
    /// This text.
    Text(String),
    /// One character so many times.
    Long(char, usize),
    /// The value as it was, spoilt in this way (`truncated`, `altered`, …).
    Spoilt(Spoiling),
    /// The redirect URI as it was, moved in this way (`on another host`, …).
    Moved(Relocation),
    /// The identifier of the client of this role.
    IdOf(String),
    /// The S256 challenge of the value as it was.
    Challenge,
    /// Markup that no page may let through.
    Markup,
    /// The value as it was, then a line break and a header field.
    LineBreak,
}

impl Value {
    /// The value in the place of `current`. `id_of` has the client identifier of a role.
    ///
    /// `None` where it cannot be made: a redirect URI that cannot be moved so, a role without a client.
    pub fn apply(&self, current: &str, id_of: impl Fn(&str) -> Option<String>) -> Option<String> {
        Some(match self {
            Self::Empty => String::new(),
            Self::Text(text) => text.clone(),
            Self::Long(c, count) => c.to_string().repeat((*count).min(LONGEST)),
            Self::Spoilt(how) => how.apply(current),
            Self::Moved(how) => return how.apply(current),
            Self::IdOf(role) => return id_of(role),
            Self::Challenge => s256(current),
            Self::Markup => MARKUP.to_owned(),
            Self::LineBreak => format!("{current}{INJECTED}"),
        })
    }

    /// Whether it says something without a value that was there before.
    pub fn stands_alone(&self) -> bool {
        matches!(
            self,
            Self::Text(_) | Self::Long(..) | Self::Moved(_) | Self::IdOf(_) | Self::Markup
        )
    }

    /// The value as a sentence has it of a parameter of this name; nothing where no sentence has it.
    pub fn in_words(&self, name: &str) -> Option<String> {
        Some(match self {
            Self::Empty => format!("with an empty {name}"),
            Self::Text(text) if text.contains(['\n', '\r']) => return None,
            Self::Text(text) => format!("with {name} set to \"{text}\""),
            Self::Long(USUAL, count) => format!("with a {name} of {count} characters"),
            Self::Spoilt(Spoiling::Unknown) => format!("with a {name} never issued"),
            Self::Spoilt(how) => format!("with the {name} {how}"),
            Self::Moved(how) => format!("with the redirect URI {how}"),
            Self::Challenge => format!("with the S256 challenge as {name}"),
            Self::Markup => format!("with markup in {name}"),
            Self::LineBreak => format!("with a line break in {name}"),
            Self::Long(..) | Self::IdOf(_) => return None,
        })
    }

    /// Name and value of a sentence, read back; `None` for any other text.
    pub fn from_words(text: &str) -> Option<(&str, Self)> {
        if let Some(how) = text.strip_prefix("with the redirect URI ") {
            return Some(("redirect_uri", Self::Moved(how.parse().ok()?)));
        }
        let words: Vec<&str> = text.split(' ').collect();
        let (name, value) = match words.as_slice() {
            ["with", "an", "empty", name] => (*name, Self::Empty),
            ["with", name, "set", "to", ..] => (*name, Self::Text(quoted(text)?)),
            ["with", "a", name, "of", count, "characters"] => {
                (*name, Self::Long(USUAL, count.parse().ok()?))
            }
            ["with", "a", name, "never", "issued"] => (*name, Self::Spoilt(Spoiling::Unknown)),
            ["with", "the", "S256", "challenge", "as", name] => (*name, Self::Challenge),
            ["with", "markup", "in", name] => (*name, Self::Markup),
            ["with", "a", "line", "break", "in", name] => (*name, Self::LineBreak),
            ["with", "the", name, how @ ..] => (*name, Self::Spoilt(how.join(" ").parse().ok()?)),
            _ => return None,
        };
        is_name(name).then_some((name, value))
    }
}

/// The character that a long value is made of where a sentence asks for one.
const USUAL: char = 'a';

/// What stands between the first and the last quotation mark.
pub(super) fn quoted(text: &str) -> Option<String> {
    let (_, rest) = text.split_once('"')?;
    rest.strip_suffix('"').map(str::to_owned)
}

/// Whether a text is the name of a parameter.
pub(super) fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_in_words_is_read_back() {
        let spoilt = Spoiling::ALL.map(Value::Spoilt);
        let others = [
            Value::Empty,
            Value::Text("a \"b\"".to_owned()),
            Value::Long(USUAL, 3),
            Value::Challenge,
            Value::Markup,
            Value::LineBreak,
        ];
        for value in spoilt.into_iter().chain(others) {
            let words = value.in_words("code").unwrap();
            assert_eq!(Value::from_words(&words), Some(("code", value)), "{words}");
        }
        let moved = Value::Moved("on another host".parse().unwrap());
        let words = moved.in_words("redirect_uri").unwrap();
        assert_eq!(Value::from_words(&words), Some(("redirect_uri", moved)));
    }

    #[test]
    fn what_cannot_be_made_is_nothing() {
        let role = Value::IdOf("other".to_owned());
        let id_of = |role: &str| (role == "other").then(|| "id".to_owned());
        assert_eq!(role.apply("", id_of).as_deref(), Some("id"));
        assert_eq!(Value::IdOf("nobody".to_owned()).apply("", id_of), None);
        let moved = Value::Moved("on another host".parse().unwrap());
        assert_eq!(moved.apply("", id_of), None);
    }
}
