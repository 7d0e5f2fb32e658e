//! What is wrong with a file of the catalogue, and where.

use std::fmt;

use serde::de::DeserializeOwned;

use super::yaml::{self, Unbounded};

/// A file of the catalogue, not yet read.
#[derive(Debug, Clone)]
pub struct Source {
    /// Path for messages and reports: `features/code.feature`.
    pub path: String,
    /// What is in it.
    pub text: String,
}

/// Why the catalogue cannot be used: file, line and key, and what is wrong there.
#[derive(Debug, thiserror::Error)]
#[error("{path}{}: {problem}", .line.map(|line| format!(":{line}")).unwrap_or_default())]
pub struct CatalogueError {
    path: String,
    line: Option<usize>,
    problem: String,
}

impl CatalogueError {
    /// Something that is wrong with a whole file or folder.
    pub(super) fn new(path: &str, problem: impl fmt::Display) -> Self {
        Self { path: path.to_owned(), line: None, problem: problem.to_string() }
    }
}

impl Source {
    /// Holds YAML that somebody wrote to its bounds; what is embedded has been held to them by the tests.
    pub(super) fn bounded(self) -> Result<Self, CatalogueError> {
        match yaml::unbounded(&self.text) {
            None => Ok(self),
            Some(Unbounded { place, reason }) => {
                let line = place.map(|(line, _)| line);
                Err(CatalogueError { path: self.path, line, problem: reason })
            }
        }
    }

    /// Reads it as YAML.
    pub(super) fn yaml<T: DeserializeOwned>(&self) -> Result<T, CatalogueError> {
        serde_yaml::from_str(&self.text).map_err(|error| {
            let line = error.location().map(|location| location.line());
            let text = error.to_string();
            // The place is said before the problem.
            let problem = text.split(" at line ").next().unwrap_or(&text).to_owned();
            CatalogueError { path: self.path.clone(), line, problem }
        })
    }

    /// Something that is wrong with the entry in which this key has this value.
    pub(super) fn wrong(&self, key: &str, value: &str, problem: String) -> CatalogueError {
        CatalogueError { path: self.path.clone(), line: self.line_of(key, value), problem }
    }

    /// The line of the entry in which this key has this value; the last one where it stands twice.
    pub(super) fn line_of(&self, key: &str, value: &str) -> Option<usize> {
        let entry = format!("{key}: {value}");
        let goes_on =
            |rest: &str| rest.starts_with(|c: char| c.is_alphanumeric() || "-/.".contains(c));
        let has = |line: &str| line.split(&entry).skip(1).any(|rest| !goes_on(rest));
        let lines: Vec<&str> = self.text.lines().collect();
        lines.iter().rposition(|line| has(line)).map(|at| at + 1)
    }
}
