//! The blind spots: what the documents say and no request can show.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use super::catalogue::is_id;
use super::document;

/// A statement that cannot be judged from outside.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Untested {
    /// Permanent id, `area/slug`; never that of a rule.
    pub id: String,
    /// Name of the document.
    pub document: String,
    /// Section in it.
    pub section: String,
    /// What it says, in one sentence.
    pub statement: String,
    /// Why nothing shows it.
    pub reason: String,
}

/// Why the list cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum UntestedError {
    /// Not YAML of the right shape.
    #[error("the list of untested statements cannot be read: {0}")]
    Syntax(#[from] serde_yaml::Error),
    /// An entry that says too little, or says it twice.
    #[error("untested statement `{id}`: {problem}")]
    Entry {
        /// The entry.
        id: String,
        /// What is wrong.
        problem: &'static str,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    untested: Vec<Untested>,
}

impl Untested {
    /// The list that comes with this build, in the order of the file.
    ///
    /// # Errors
    /// None in a released build: a test reads it.
    pub fn embedded() -> Result<Vec<Self>, UntestedError> {
        Self::parse(include_str!("../../features/untested.yaml"))
    }

    /// Reads a list.
    ///
    /// # Errors
    /// Where the text is not such a list, with the entry that is wrong.
    pub fn parse(text: &str) -> Result<Vec<Self>, UntestedError> {
        let file: File = serde_yaml::from_str(text)?;
        let mut seen = HashSet::new();
        for entry in &file.untested {
            let problem = match () {
                () if !seen.insert(&entry.id) => Some("it stands there twice"),
                () => entry.problem(),
            };
            if let Some(problem) = problem {
                return Err(UntestedError::Entry { id: entry.id.clone(), problem });
            }
        }
        Ok(file.untested)
    }

    fn problem(&self) -> Option<&'static str> {
        let empty = |text: &str| text.trim().is_empty();
        match () {
            () if !is_id(&self.id) => Some("this is no id (area/slug, lower case)"),
            () if document::find(&self.document).is_none() => Some("its document is not known"),
            () if empty(&self.section) => Some("it has no section"),
            () if empty(&self.statement) => Some("it states nothing"),
            () if empty(&self.reason) => Some("it gives no reason"),
            () => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(id: &str, document: &str, reason: &str) -> String {
        format!(
            "- {{id: {id}, document: {document}, section: s, statement: t, reason: \"{reason}\"}}\n"
        )
    }

    fn parse(entries: &[String]) -> Result<Vec<Untested>, String> {
        let text = format!("untested:\n{}", entries.concat());
        Untested::parse(&text).map_err(|error| error.to_string())
    }

    #[test]
    fn a_list_is_read_strictly() {
        let good = entry("a/b", "box", "why");
        assert_eq!(parse(std::slice::from_ref(&good)).unwrap()[0].reason, "why");
        let twice = parse(&[good.clone(), good]).unwrap_err();
        assert!(twice.contains("a/b") && twice.contains("twice"), "{twice}");
        for (bad, says) in [
            (entry("A b", "box", "why"), "no id"),
            (entry("a/b", "rfc0", "why"), "document"),
            (entry("a/b", "box", " "), "no reason"),
            (entry("a/b", "box", "why").replace("reason", "because"), "unknown field"),
        ] {
            let error = parse(&[bad]).unwrap_err();
            assert!(error.contains(says), "{error}");
        }
    }
}
