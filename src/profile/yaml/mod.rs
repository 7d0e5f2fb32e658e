//! Reading YAML so that every complaint names the file, the line and the key, and never shows a
//! secret.
//!
//! The text is parsed into a tree, the tree is read into the type by a deserializer of our own,
//! which knows the path of everything it reads, and the line of a path is looked up afterwards.
//! Enums that carry data are plain maps of one key: `clock: {http: {url: …}}`.
//!
//! A library whose errors have spans was tried (serde-saphyr 1.1) and would not do: they name no key
//! path, it fills in `${NAME}` outside quotes only, takes a number for text, tells a wrong type in the
//! parser's words (`expected mapping start`), and brings twelve more crates.

mod env;
mod failure;
mod locate;
mod node;

use std::path::Path;

use serde::de::{DeserializeOwned, IgnoredAny};
use serde_yaml::Value;

use self::failure::Failure;
use self::node::Node;
use crate::rules::text_file::{self, LARGEST, TextError};
use crate::rules::yaml::{self, Unbounded};

pub(super) use self::locate::Step;

/// Where `${NAME}` and `${file:PATH}` come from; of a file, why there is nothing.
pub(super) type Env<'e> = dyn Fn(&str) -> Result<Option<String>, String> + 'e;

/// Why a file cannot be read. The text is one line: where, what, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// It cannot be read from the disk.
    #[error("{file}: the file cannot be read: {reason}; check the path and its permissions")]
    Unreadable {
        /// Path as it was given.
        file: String,
        /// What the system says.
        reason: String,
    },
    /// It is there, but is no text file.
    #[error("{file}: {reason}")]
    NoText {
        /// Path as it was given.
        file: String,
        /// What it is instead, and what to do.
        reason: String,
    },
    /// It is not YAML.
    #[error("{file}:{line}:{column}: not YAML: {reason}")]
    Syntax {
        /// Name of the file.
        file: String,
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// What the parser says.
        reason: String,
    },
    /// It is YAML, but not of the right shape.
    #[error("{file}{}: {reason}", .line.map(|line| format!(":{line}")).unwrap_or_default())]
    Shape {
        /// Name of the file.
        file: String,
        /// Line, from 1, where one can be named.
        line: Option<usize>,
        /// What is wrong.
        reason: String,
    },
}

/// The text of a file.
pub(super) fn read(path: &Path) -> Result<String, FileError> {
    let file = || path.display().to_string();
    text_file::read(path, LARGEST).map_err(|error| match error {
        TextError::Unreadable(error) => {
            FileError::Unreadable { file: file(), reason: error.to_string() }
        }
        TextError::NoText(reason) => FileError::NoText { file: file(), reason },
    })
}

/// Reads `text` as a `T`; with `env`, `${NAME}` in its strings is replaced.
pub(super) fn parse<T: DeserializeOwned>(
    file: &str,
    text: &str,
    env: Option<&Env<'_>>,
) -> Result<T, FileError> {
    parse_after(file, text, env, |_| {})
}

/// [`parse`], with a change to the tree before it is read.
pub(super) fn parse_after<T: DeserializeOwned>(
    file: &str,
    text: &str,
    env: Option<&Env<'_>>,
    change: impl FnOnce(&mut Value),
) -> Result<T, FileError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if let Some(found) = yaml::unbounded(text) {
        return Err(unbounded(file, found));
    }
    let mut tree: Value = serde_yaml::from_str(text).map_err(|error| syntax(file, text, &error))?;
    tree.apply_merge().map_err(|error| syntax(file, text, &error))?;
    change(&mut tree);
    T::deserialize(Node::new(&tree, env)).map_err(|failure| shape(file, text, &failure))
}

/// The line at which the value of this path stands.
pub(super) fn line(text: &str, path: &[Step]) -> Option<usize> {
    locate::line(text, path)
}

fn shape(file: &str, text: &str, failure: &Failure) -> FileError {
    let line = locate::line(text, &failure.place());
    FileError::Shape { file: file.to_owned(), line, reason: failure.to_string() }
}

fn unbounded(file: &str, Unbounded { place, reason }: Unbounded) -> FileError {
    let file = file.to_owned();
    match place {
        Some((line, column)) => FileError::Syntax { file, line, column, reason },
        None => FileError::Shape { file, line: None, reason },
    }
}

fn syntax(file: &str, text: &str, error: &serde_yaml::Error) -> FileError {
    let file = file.to_owned();
    let said = error.to_string();
    match error.location() {
        None => FileError::Shape { file, line: None, reason: said },
        Some(at) => {
            let (line, column) = (at.line(), at.column());
            let reason = said.replacen(&format!(" at line {line} column {column}"), "", 1);
            // The library names the map that has a key twice, and not the key. Nothing else is wrong
            // with a text that can be read without looking at its keys.
            let sound = serde_yaml::from_str::<IgnoredAny>(text).is_ok();
            let twice = sound.then(|| locate::repeated(text)).flatten();
            let (line, column) = twice.unwrap_or((line, column));
            FileError::Syntax { file, line, column, reason }
        }
    }
}
