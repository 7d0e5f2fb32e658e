//! Reading the catalogue, and looking rules up.

use std::collections::HashMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::error::{CatalogueError, Source};
use super::files::Files;
use super::{Document, Pattern};

/// How strongly a document states a rule. The order is that of strength.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// The document leaves it to the server: not doing it is *not applicable*.
    May,
    /// No sentence says it, but the system cannot hold without it: a breach is a *warn*.
    Derived,
    /// Recommended: a breach is a *warn*.
    Should,
    /// No sentence says it, but a breach lets somebody in: a breach is a *fail*.
    DerivedCritical,
    /// Demanded: a breach is a *fail*.
    Must,
}

impl Level {
    /// Whether a breach is a *fail*.
    pub fn is_demanded(self) -> bool {
        matches!(self, Self::DerivedCritical | Self::Must)
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::May => "may",
            Self::Derived => "derived",
            Self::Should => "should",
            Self::DerivedCritical => "derived-critical",
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
    /// The document.
    pub document: Arc<Document>,
    /// Section in it.
    pub section: String,
    /// How strongly it says it.
    pub level: Level,
    /// Outcomes that this document accepts, for the scenarios that ask for "as documented".
    pub accepts: Vec<Pattern>,
    /// Outcomes that this document does not name and that a *warn* is enough for.
    pub tolerates: Vec<Pattern>,
}

impl Cite {
    /// Document and section, as reports name them.
    pub fn place(&self) -> String {
        format!("{} {}", self.document.id, self.section)
    }
}

/// One rule.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Permanent id, `area/slug`.
    pub id: String,
    /// What must hold, in one sentence.
    pub statement: String,
    /// What it is about.
    #[serde(default)]
    pub subject: Subject,
    /// What every scenario of the rule needs.
    #[serde(default)]
    pub needs: Vec<Need>,
    /// Who says so, in the order of the documents.
    #[serde(skip)]
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
        self.cites.iter().filter(move |cite| against.contains(&cite.document.id))
    }

    /// The strongest level among the citations that count; `None` where no document cites it.
    pub fn level(&self, against: &[String]) -> Option<Level> {
        self.cited_by(against).map(|cite| cite.level).max()
    }
}

/// Every rule, every document that cites it, and the feature files.
#[derive(Debug, Clone)]
pub struct Catalogue {
    rules: Vec<Rule>,
    documents: Documents,
    features: Vec<Source>,
}

impl Catalogue {
    /// The catalogue that comes with this build.
    ///
    /// # Errors
    /// None in a released build: a test reads it.
    pub fn embedded() -> Result<Self, CatalogueError> {
        Self::with(&[])
    }

    /// The same, with what these folders add to it.
    ///
    /// # Errors
    /// Where a file of a folder cannot be read or does not fit, with its line and key.
    pub fn with(folders: &[PathBuf]) -> Result<Self, CatalogueError> {
        let mut files = Files::embedded()?;
        for folder in folders {
            files.add_folder(folder)?;
        }
        let mut rules = Rules::read(&files.rules)?;
        let documents = Documents::read(&files.documents, &mut rules)?;
        Ok(Self { features: rules.in_order(files.features), rules: rules.finish()?, documents })
    }

    /// Every rule, in the order of the files.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The rule of this id.
    pub fn get(&self, id: &str) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.id == id)
    }

    /// Every document that a run can be against.
    pub fn documents(&self) -> &Documents {
        &self.documents
    }

    /// The feature files, in the order of their areas in the catalogue.
    pub fn features(&self) -> &[Source] {
        &self.features
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    rules: Vec<Rule>,
}

/// The rules while the documents that cite them are read.
struct Rules {
    rules: Vec<Rule>,
    /// Where each is in `rules`.
    places: HashMap<String, usize>,
    /// The file that each stands in.
    sources: Vec<Source>,
}

impl Rules {
    fn read(sources: &[Source]) -> Result<Self, CatalogueError> {
        let mut read =
            Self { rules: Vec::new(), places: HashMap::new(), sources: sources.to_vec() };
        for source in sources {
            for rule in source.yaml::<File>()?.rules {
                read.add(source, rule)?;
            }
        }
        Ok(read)
    }

    fn add(&mut self, source: &Source, rule: Rule) -> Result<(), CatalogueError> {
        let id = rule.id.clone();
        if !is_id(&id) {
            let text = "is not a rule id (area/slug, lower case, digits, hyphens)";
            return Err(source.wrong("id", &id, format!("`{id}` {text}")));
        }
        if self.places.insert(id.clone(), self.rules.len()).is_some() {
            return Err(source.wrong(
                "id",
                &id,
                format!("rule {id} stands in the catalogue twice"),
            ));
        }
        self.rules.push(rule);
        Ok(())
    }

    /// Adds what a document cites.
    fn cite(&mut self, source: &Source, document: &Arc<Document>) -> Result<(), CatalogueError> {
        for citation in &document.citations {
            let id = &citation.rule;
            let rule = self.places.get(id).and_then(|place| self.rules.get_mut(*place));
            let Some(rule) = rule else {
                return Err(source.wrong("rule", id, format!("there is no rule `{id}`")));
            };
            rule.cites.push(Cite {
                document: Arc::clone(document),
                section: citation.section.clone(),
                level: citation.level,
                accepts: citation.accepts.clone(),
                tolerates: citation.tolerates.clone(),
            });
        }
        Ok(())
    }

    /// What cannot be judged has no id of a rule.
    fn no_rule(&self, source: &Source, id: &str) -> Result<(), CatalogueError> {
        if self.places.contains_key(id) {
            let text = format!("untested statement `{id}`: this is the id of a rule");
            return Err(source.wrong("id", id, text));
        }
        Ok(())
    }

    /// Feature files in the order in which the catalogue first names their areas.
    fn in_order(&self, mut features: Vec<Source>) -> Vec<Source> {
        features.sort_by_key(|feature| {
            let name = feature.path.rsplit('/').next().unwrap_or_default();
            let stem = name.strip_suffix(".feature").unwrap_or(name);
            let area = self.rules.iter().map(Rule::area).filter(|area| is_of_area(stem, area));
            let area = area.max_by_key(|area| area.len()).unwrap_or(stem);
            let first = self.rules.iter().position(|rule| rule.area() == area);
            (first.unwrap_or(usize::MAX), stem.len())
        });
        features
    }

    fn finish(self) -> Result<Vec<Rule>, CatalogueError> {
        if let Some(rule) = self.rules.iter().find(|rule| rule.cites.is_empty()) {
            let own = |source: &&Source| source.line_of("id", &rule.id).is_some();
            let problem = format!("rule {} is cited by no document", rule.id);
            return Err(match self.sources.iter().find(own) {
                Some(source) => source.wrong("id", &rule.id, problem),
                None => CatalogueError::new("rules.yaml", problem),
            });
        }
        Ok(self.rules)
    }
}

/// Whether a feature file of this name, without its ending, is one of an area's: `redirect.feature`, and
/// by subject `redirect-response.feature`.
fn is_of_area(stem: &str, area: &str) -> bool {
    stem.strip_prefix(area).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
}

/// Whether this is `area/slug`.
pub(super) fn is_id(id: &str) -> bool {
    let part = |part: &str| {
        !part.is_empty()
            && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    id.split_once('/').is_some_and(|(area, slug)| part(area) && part(slug))
}

/// Every document, the default one first, then those of this build and those of added folders, each
/// in the order of their names.
#[derive(Debug, Clone)]
pub struct Documents(Vec<Arc<Document>>);

impl Documents {
    fn read(sources: &[Source], rules: &mut Rules) -> Result<Self, CatalogueError> {
        let mut read: Vec<(&Source, Arc<Document>)> = Vec::new();
        for source in sources {
            let document = Document::read(source)?;
            if let Some((other, _)) = read.iter().find(|(_, it)| it.id == document.id) {
                let text = format!("the document `{}` stands in {}", document.id, other.path);
                return Err(source.wrong("id", &document.id, text));
            }
            read.push((source, Arc::new(document)));
        }
        read.sort_by_key(|(_, document)| !document.default);
        if let Some((source, first)) = read.first().filter(|(_, it)| !it.default) {
            let text = format!("no document is the default, {} is not either", first.id);
            return Err(source.wrong("id", &first.id, text));
        }
        if let Some((source, document)) = read.iter().skip(1).find(|(_, it)| it.default) {
            let text = format!("`{}` cannot be the default too", document.id);
            return Err(source.wrong("default", "true", text));
        }
        for (source, document) in &read {
            rules.cite(source, document)?;
            document
                .untested
                .iter()
                .try_for_each(|untested| rules.no_rule(source, &untested.id))?;
        }
        Ok(Self(read.into_iter().map(|(_, document)| document).collect()))
    }

    /// Each of them, in order.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Document>> {
        self.0.iter()
    }

    /// Those of these ids, in the order of the ids; what is not known is left out.
    pub fn of(&self, ids: &[String]) -> Vec<Arc<Document>> {
        ids.iter().filter_map(|id| self.get(id)).map(Arc::clone).collect()
    }

    /// The id of the one that a run is against when nothing else is said.
    pub fn default_id(&self) -> &str {
        self.0.first().map_or("", |document| &document.id)
    }

    /// The document of this id.
    pub fn get(&self, id: &str) -> Option<&Arc<Document>> {
        self.0.iter().find(|document| document.id == id)
    }

    /// Their ids, in order.
    pub fn ids(&self) -> Vec<&str> {
        self.0.iter().map(|document| document.id.as_str()).collect()
    }
}
