//! What the deserializer complains about.

use std::fmt;

use serde::de::{self, Unexpected};

use super::env::EnvError;
use super::locate::{Step, show};
use crate::profile::nearest;

/// Keys whose values are never shown.
const SENSITIVE: &[&str] = &["secret", "password"];

/// One complaint and where it belongs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Failure {
    /// Steps from the inside out.
    trail: Vec<Step>,
    /// Text of the scalar as it stands in the file, before `${NAME}` is filled in.
    found: Option<String>,
    kind: Kind,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Kind {
    UnknownKey {
        key: String,
        known: &'static [&'static str],
    },
    MissingKey(&'static str),
    UnknownWord(&'static [&'static str]),
    WrongType {
        found: String,
        expected: String,
    },
    /// A predicate: "is not a duration".
    Message(String),
    Variable(EnvError),
}

impl Failure {
    fn new(kind: Kind) -> Self {
        Self { trail: Vec::new(), found: None, kind }
    }

    pub(super) fn variable(error: EnvError) -> Self {
        Self::new(Kind::Variable(error))
    }

    /// The complaint as seen from one step further out.
    pub(super) fn within(mut self, step: Step) -> Self {
        self.trail.push(step);
        self
    }

    /// The complaint about a scalar of this text, unless it is already known to be about another.
    pub(super) fn about(mut self, raw: &str) -> Self {
        self.found.get_or_insert_with(|| raw.to_owned());
        self
    }

    /// Path of the key that the complaint is about.
    pub(super) fn place(&self) -> Vec<Step> {
        let mut path = self.path();
        if let Kind::UnknownKey { key, .. } = &self.kind {
            path.push(Step::Key(key.clone()));
        }
        path
    }

    fn path(&self) -> Vec<Step> {
        self.trail.iter().rev().cloned().collect()
    }

    fn subject(&self) -> String {
        let hidden = self
            .trail
            .iter()
            .any(|step| matches!(step, Step::Key(key) if SENSITIVE.contains(&key.as_str())));
        match &self.found {
            Some(found) if !hidden => format!("`{found}`"),
            _ => "the value".to_owned(),
        }
    }
}

/// What stands in a file may hold characters that a terminal obeys: they are shown instead.
impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in Told(self).to_string().chars() {
            match c {
                '\n' | '\t' => write!(f, "{c}")?,
                c if c.is_control() => write!(f, "{}", c.escape_unicode())?,
                c => write!(f, "{c}")?,
            }
        }
        Ok(())
    }
}

/// A failure with the words of the file as they are.
struct Told<'a>(&'a Failure);

impl fmt::Display for Told<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(failure) = self;
        failure.tell(f)
    }
}

impl Failure {
    fn tell(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = show(&self.path());
        let inside = if path.is_empty() { String::new() } else { format!(" in {path}") };
        match &self.kind {
            Kind::UnknownKey { key, known } => {
                write!(f, "unknown key `{key}`{inside}; {}", nearest::advice(key, known))
            }
            Kind::MissingKey(key) => {
                write!(f, "missing key `{key}`{inside}; add `{key}: …`")
            }
            Kind::UnknownWord(known) => {
                let advice = nearest::advice(self.found.as_deref().unwrap_or_default(), known);
                write!(f, "{path}: {} is not a valid value; {advice}", self.subject())
            }
            Kind::WrongType { found, expected } => {
                let place = if path.is_empty() { "the file" } else { &path };
                write!(f, "{place}: expected {expected}, found {found}")?;
                let quotes =
                    expected == "text" && (found == "a number" || found == "true or false");
                f.write_str(if quotes { "; put the value in quotes" } else { "" })
            }
            Kind::Message(message) => {
                let place = if path.is_empty() { "the file" } else { &path };
                write!(f, "{place}: {} {message}", self.subject())
            }
            Kind::Variable(error) => write!(f, "{path}: {error}"),
        }
    }
}

impl std::error::Error for Failure {}

impl de::Error for Failure {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::new(Kind::Message(message.to_string()))
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        let found = sort(found).to_owned();
        Self::new(Kind::WrongType { found, expected: plain(&expected.to_string()) })
    }

    fn invalid_value(found: Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        let found = match found {
            Unexpected::Signed(number) => number.to_string(),
            Unexpected::Unsigned(number) => number.to_string(),
            other => sort(other).to_owned(),
        };
        Self::new(Kind::WrongType { found, expected: plain(&expected.to_string()) })
    }

    fn unknown_variant(_: &str, known: &'static [&'static str]) -> Self {
        Self::new(Kind::UnknownWord(known))
    }

    fn unknown_field(key: &str, known: &'static [&'static str]) -> Self {
        Self::new(Kind::UnknownKey { key: key.to_owned(), known })
    }

    fn missing_field(key: &'static str) -> Self {
        Self::new(Kind::MissingKey(key))
    }
}

/// What was found, without its value.
fn sort(found: Unexpected<'_>) -> &'static str {
    match found {
        Unexpected::Bool(_) => "true or false",
        Unexpected::Unsigned(_) | Unexpected::Signed(_) | Unexpected::Float(_) => "a number",
        Unexpected::Seq => "a list",
        Unexpected::Map => "a map",
        Unexpected::Unit | Unexpected::Option => "nothing",
        Unexpected::Str(_) | Unexpected::Char(_) => "text",
        _ => "something else",
    }
}

/// What serde expects, in words for people who do not know Rust.
fn plain(expected: &str) -> String {
    let words = match expected.split_whitespace().next().unwrap_or_default() {
        "struct" => "a map",
        "usize" | "u8" | "u16" | "u32" | "u64" | "i64" | "i32" => "a whole number that fits",
        _ => match expected {
            "a string" => "text",
            "a sequence" => "a list",
            "a boolean" => "true or false",
            other => other,
        },
    };
    words.to_owned()
}
