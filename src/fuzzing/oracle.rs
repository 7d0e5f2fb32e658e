//! The properties that hold for every input, each by name: one table, and what a breach of one is.

use super::controls::Plain;
pub use super::properties::ORACLES;
use crate::profile::Profile;
use crate::rules::{Catalogue, Document, Level, Property};

/// A property.
#[derive(Debug, PartialEq, Eq)]
pub struct Oracle {
    /// Its name.
    pub name: &'static str,
    /// Rules of the catalogue that it stands for. Where none of them is cited by the documents of a
    /// run, the property counts as derived; without any rule it is a principle, and always counts.
    pub rules: &'static [&'static str],
    /// What holds.
    pub sentence: &'static str,
}

pub(super) const fn oracle(
    name: &'static str,
    rules: &'static [&'static str],
    sentence: &'static str,
) -> Oracle {
    Oracle { name, rules, sentence }
}

/// The property of this name.
pub fn find(name: &str) -> Option<&'static Oracle> {
    ORACLES.iter().find(|oracle| oracle.name == name)
}

/// The property by which this rule is a reason to refuse.
pub fn of_reason(rule: &str) -> &'static str {
    let refuses = |oracle: &&Oracle| oracle.rules.contains(&rule) && oracle.name != VALID;
    ORACLES.iter().find(refuses).map_or(VALID, |oracle| oracle.name)
}

/// The property by which this rule makes a request work.
pub fn of_success(rule: &str) -> &'static str {
    let owner = "only-the-owner-revokes";
    if find(owner).is_some_and(|oracle| oracle.rules.contains(&rule)) { owner } else { VALID }
}

/// The property of everything that is valid.
const VALID: &str = "valid-flow";

/// A property that did not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{oracle}{}: {actual}", rule.map(|rule| format!(" ({rule})")).unwrap_or_default())]
pub struct Finding {
    /// Name of the property.
    pub oracle: &'static str,
    /// Rule that was broken, where there is one.
    pub rule: Option<&'static str>,
    /// What had to come.
    pub expected: Vec<String>,
    /// What was seen.
    pub actual: String,
    /// How grave it is.
    pub level: Level,
    /// Number of the step, from 0.
    pub step: usize,
    /// Where a refusal is all that it is about: what has to work before that proves anything.
    pub controls: Option<Vec<Plain>>,
}

impl Finding {
    /// A breach of a principle, or of a parser's property.
    pub fn plain(oracle: &'static str, actual: impl Into<String>) -> Self {
        let sentence = find(oracle).map(|oracle| oracle.sentence.to_owned());
        Self {
            oracle,
            rule: None,
            expected: sentence.into_iter().collect(),
            actual: actual.into(),
            level: Level::Must,
            step: 0,
            controls: None,
        }
    }
}

/// What a target has promised: the documents, and its profile.
#[derive(Debug, Clone)]
pub struct Terms {
    /// Documents.
    pub documents: Vec<String>,
    /// Rules.
    pub catalogue: std::sync::Arc<Catalogue>,
    /// Profile.
    pub profile: std::sync::Arc<Profile>,
}

impl Terms {
    /// How strongly the documents state a rule; `None` where they do not, or leave it open.
    pub fn level(&self, rule: &str) -> Option<Level> {
        let level = self.catalogue.get(rule)?.level(&self.documents)?;
        (level > Level::May).then_some(level)
    }

    /// Whether the documents demand it.
    pub fn demands(&self, rule: &str) -> bool {
        self.level(rule).is_some_and(Level::is_demanded)
    }

    /// The documents.
    pub fn documents(&self) -> Vec<std::sync::Arc<Document>> {
        self.catalogue.documents().of(&self.documents)
    }

    /// Whether one of the documents states this.
    pub fn states(&self, property: Property) -> bool {
        let documents = self.catalogue.documents();
        self.documents.iter().any(|id| documents.get(id).is_some_and(|it| it.states(property)))
    }

    /// How grave a breach of a property is: as the rule says, or as a derived one.
    pub fn gravity(&self, rule: Option<&str>) -> Level {
        rule.map_or(Level::Must, |rule| self.level(rule).unwrap_or(Level::Derived))
    }
}

#[cfg(test)]
#[path = "oracle_tests.rs"]
mod tests;
