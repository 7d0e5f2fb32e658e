//! Reading the catalogue, and looking rules up.

use std::collections::HashSet;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::document;
use super::outcome::{Pattern, PatternError};

/// How strongly a document states a rule. The order is that of strength.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// The document leaves it to the server: not doing it is *not applicable*.
    May,
    /// No sentence says it, but the system cannot hold without it: a breach is a *warn*.
    Derived,
    /// Recommended: a breach is a *warn*.
    Should,
    /// Demanded: a breach is a *fail*.
    Must,
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::May => "may",
            Self::Derived => "derived",
            Self::Should => "should",
            Self::Must => "must",
        })
    }
}

/// What a rule is about: a run has one kind of subject, and only rules about it are in the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Subject {
    /// An authorization server and its resources: the suite plays clients, browser and user.
    #[default]
    Server,
    /// An application: the suite plays its authorization server, browser and user.
    Application,
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Server => "server",
            Self::Application => "application",
        })
    }
}

/// Something that a rule needs of the harness or of the target, by its written name: `clock`,
/// `tls`, `revocation`, `resource`, `client:other`, `user:external`, `hook:block_device` and so on.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(transparent)]
pub struct Need(pub String);

impl fmt::Display for Need {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One document's statement of a rule.
#[derive(Debug, Clone)]
pub struct Cite {
    /// Name of the document.
    pub document: String,
    /// Section in it.
    pub section: String,
    /// How strongly it says it.
    pub level: Level,
    /// Outcomes that this document accepts, for the scenarios that ask for "as documented".
    pub accepts: Vec<Pattern>,
    /// Outcomes that this document does not name and that a *warn* is enough for.
    pub tolerates: Vec<Pattern>,
}

/// One rule.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Permanent id, `area/slug`.
    pub id: String,
    /// What must hold, in one sentence.
    pub statement: String,
    /// What it is about.
    pub subject: Subject,
    /// What every scenario of the rule needs.
    pub needs: Vec<Need>,
    /// Who says so.
    pub cites: Vec<Cite>,
}

impl Rule {
    /// The part of the id before the slash; the feature file has its name.
    pub fn area(&self) -> &str {
        self.id.split_once('/').map_or(self.id.as_str(), |(area, _)| area)
    }

    /// Whether it is about refresh tokens.
    pub fn needs_refresh(&self) -> bool {
        self.needs.iter().any(|need| need.0 == "refresh")
    }

    /// The citations that count in a run against these documents.
    pub fn cited_by<'a>(&'a self, against: &'a [String]) -> impl Iterator<Item = &'a Cite> {
        self.cites.iter().filter(move |cite| against.contains(&cite.document))
    }

    /// The strongest level among the citations that count; `None` where no document cites it.
    pub fn level(&self, against: &[String]) -> Option<Level> {
        self.cited_by(against).map(|cite| cite.level).max()
    }
}

/// Every rule, in the order of the file.
#[derive(Debug, Clone)]
pub struct Catalogue {
    rules: Vec<Rule>,
}

/// Why a catalogue cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CatalogueError {
    /// Not YAML of the right shape.
    #[error("the rule catalogue cannot be read: {0}")]
    Syntax(#[from] serde_yaml::Error),
    /// A pattern that means nothing.
    #[error("rule {rule}: {error}")]
    Pattern {
        /// The rule.
        rule: String,
        /// What is wrong.
        error: PatternError,
    },
    /// An id that is not `area/slug`.
    #[error("`{0}` is not a rule id (area/slug, lower case, digits, hyphens)")]
    Id(String),
    /// An id that stands there twice.
    #[error("rule {0} stands in the catalogue twice")]
    Repeated(String),
    /// A document that is not known.
    #[error("rule {rule} is cited by an unknown document `{document}`")]
    Document {
        /// The rule.
        rule: String,
        /// The name given.
        document: String,
    },
    /// A rule that no document states.
    #[error("rule {0} is cited by no document")]
    Uncited(String),
}

const EMBEDDED: &str = include_str!("../../features/rules.yaml");

impl Catalogue {
    /// The catalogue that comes with this build.
    ///
    /// # Errors
    /// None in a released build: a test reads it.
    pub fn embedded() -> Result<Self, CatalogueError> {
        Self::parse(EMBEDDED)
    }

    /// Reads a catalogue.
    ///
    /// # Errors
    /// Where the text is not a catalogue, with the rule that is wrong.
    pub fn parse(text: &str) -> Result<Self, CatalogueError> {
        let file: File = serde_yaml::from_str(text)?;
        let mut seen = HashSet::new();
        let mut rules = Vec::new();
        for entry in file.rules {
            let rule = entry.check()?;
            if !seen.insert(rule.id.clone()) {
                return Err(CatalogueError::Repeated(rule.id));
            }
            rules.push(rule);
        }
        Ok(Self { rules })
    }

    /// Every rule, in order.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The rule of this id.
    pub fn get(&self, id: &str) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.id == id)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    rules: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: String,
    statement: String,
    #[serde(default)]
    subject: Subject,
    #[serde(default)]
    needs: Vec<Need>,
    cites: Vec<CiteEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CiteEntry {
    document: String,
    section: String,
    level: Level,
    #[serde(default)]
    accepts: Vec<String>,
    #[serde(default)]
    tolerates: Vec<String>,
}

impl Entry {
    fn check(self) -> Result<Rule, CatalogueError> {
        if !is_id(&self.id) {
            return Err(CatalogueError::Id(self.id));
        }
        if self.cites.is_empty() {
            return Err(CatalogueError::Uncited(self.id));
        }
        let cites =
            self.cites.into_iter().map(|cite| cite.check(&self.id)).collect::<Result<_, _>>()?;
        let Self { id, statement, subject, needs, .. } = self;
        Ok(Rule { id, statement, subject, needs, cites })
    }
}

impl CiteEntry {
    fn check(self, rule: &str) -> Result<Cite, CatalogueError> {
        if document::find(&self.document).is_none() {
            return Err(CatalogueError::Document {
                rule: rule.to_owned(),
                document: self.document,
            });
        }
        Ok(Cite {
            accepts: patterns(rule, &self.accepts)?,
            tolerates: patterns(rule, &self.tolerates)?,
            document: self.document,
            section: self.section,
            level: self.level,
        })
    }
}

fn patterns(rule: &str, texts: &[String]) -> Result<Vec<Pattern>, CatalogueError> {
    texts
        .iter()
        .map(|text| text.parse())
        .collect::<Result<_, _>>()
        .map_err(|error| CatalogueError::Pattern { rule: rule.to_owned(), error })
}

/// Whether this is `area/slug`.
pub(super) fn is_id(id: &str) -> bool {
    let part = |part: &str| {
        !part.is_empty()
            && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    id.split_once('/').is_some_and(|(area, slug)| part(area) && part(slug))
}
