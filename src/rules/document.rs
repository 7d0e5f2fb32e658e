//! The documents that rules are cited by: `features/documents/*.yaml`, one file a document.

use serde::{Deserialize, Serialize};

use super::error::{CatalogueError, Source};
use super::expectation::{
    Bits, Endpoint, ErrorResponse, Lifetimes, Member, Policies, ResourceRefusal,
};
use super::{Level, Pattern, Property};

/// A source document, and what it says beside the rules that it cites.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// Name on the command line and in profiles.
    pub id: String,
    /// Full title.
    pub title: String,
    /// Where it is read.
    pub link: String,
    /// Members of a server's metadata (RFC 8414 §2), each of which offers to follow it; `member=value` is a
    /// value in the list of one.
    #[serde(default)]
    pub offered_by: Vec<String>,
    /// Whether a run is against it when nothing else is said.
    #[serde(default)]
    pub default: bool,
    /// Lifetimes that it fixes.
    #[serde(default)]
    pub lifetimes: Lifetimes,
    /// Choices that it leaves to the server.
    #[serde(default)]
    pub policies: Policies,
    /// Choices by which the bundled server satisfies it, beside those of `policies`: entries of `policy`
    /// in the file of a dialect.
    #[serde(default)]
    pub bundled_server: serde_yaml::Mapping,
    /// Endpoints that it demands: leaving one out is a breach.
    #[serde(default)]
    pub endpoints: Vec<Endpoint>,
    /// Members of a successful token response, beside the access token.
    #[serde(default)]
    pub token_response: Vec<Member>,
    /// The same for a grant without a user; none: as for every other.
    server_token_response: Option<Vec<Member>>,
    /// Members of a successful response to a token exchange, beside the access token.
    #[serde(default)]
    pub exchange_response: Vec<Member>,
    /// What a refusal looks like; none: it does not say.
    pub error_response: Option<ErrorResponse>,
    /// What a refusal at the resource looks like.
    #[serde(default)]
    pub resource_refusal: ResourceRefusal,
    /// How hard codes and tokens are to guess; none: it does not say.
    pub unguessable_bits: Option<Bits>,
    /// What else holds for it.
    #[serde(default)]
    properties: Vec<Property>,
    /// Lines of a target profile that it fixes for every server that follows it.
    #[serde(default)]
    pub profile: Option<serde_yaml::Mapping>,
    /// The rules that it states. [`super::Rule::cites`] has them by rule.
    pub(super) citations: Vec<Citation>,
    /// What it says, statement by statement; empty where nobody has made that index.
    #[serde(default)]
    pub statements: Vec<Statement>,
    /// What it says and no request can show.
    #[serde(default)]
    pub untested: Vec<Untested>,
}

/// A rule as this document states it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Citation {
    pub(super) rule: String,
    pub(super) section: String,
    pub(super) level: Level,
    #[serde(default)]
    pub(super) accepts: Vec<Pattern>,
    #[serde(default)]
    pub(super) tolerates: Vec<Pattern>,
}

/// One statement of a document.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Statement {
    /// Permanent id.
    pub id: String,
    /// Section; `-` where no section states it.
    pub section: String,
    /// The statement's own level, in the words of the index.
    pub level: String,
    /// What it says, in one sentence.
    pub text: String,
    /// Ids of the rules that judge it, cited by the same document; none: it is not covered.
    #[serde(default)]
    pub rules: Vec<String>,
    /// Ids of what the same document lists as untested: why no rule judges it, or not all of it.
    #[serde(default)]
    pub untested: Vec<String>,
}

/// A statement that cannot be judged from outside.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Untested {
    /// Permanent id, `area/slug`; never that of a rule.
    pub id: String,
    /// Section.
    pub section: String,
    /// What it says, in one sentence.
    pub statement: String,
    /// Why nothing shows it.
    pub reason: String,
}

impl Document {
    /// Whether it states this.
    pub fn states(&self, property: Property) -> bool {
        self.properties.contains(&property)
    }

    /// Whether every grant of a user brings a refresh token.
    pub fn demands_refresh_token(&self) -> bool {
        self.token_response.iter().any(|it| it.name == "refresh_token" && !it.optional)
    }

    /// Members of a successful response to a grant without a user, beside the access token.
    pub fn server_token_response(&self) -> &[Member] {
        self.server_token_response.as_ref().unwrap_or(&self.token_response)
    }

    /// Reads the file of a document.
    pub(super) fn read(source: &Source) -> Result<Self, CatalogueError> {
        let document: Self = source.yaml()?;
        document.check(source)?;
        Ok(document)
    }

    fn check(&self, source: &Source) -> Result<(), CatalogueError> {
        if !source.path.ends_with(&format!("documents/{}.yaml", self.id)) {
            let text = format!("the document `{0}` belongs in a file `{0}.yaml`", self.id);
            return Err(source.wrong("id", &self.id, text));
        }
        repeated(source, "rule", self.citations.iter().map(|citation| &citation.rule))?;
        repeated(source, "id", self.statements.iter().map(|statement| &statement.id))?;
        repeated(source, "id", self.untested.iter().map(|untested| &untested.id))?;
        for statement in &self.statements {
            let cited = |rule: &&String| self.citations.iter().any(|it| it.rule == **rule);
            if let Some(rule) = statement.rules.iter().find(|rule| !cited(rule)) {
                let text =
                    format!("statement {}: this document does not cite {rule}", statement.id);
                return Err(source.wrong("id", &statement.id, text));
            }
            let listed = |id: &&String| self.untested.iter().any(|it| it.id == **id);
            if let Some(id) = statement.untested.iter().find(|id| !listed(id)) {
                let text = format!("statement {}: {id} is not listed as untested", statement.id);
                return Err(source.wrong("id", &statement.id, text));
            }
        }
        self.untested.iter().try_for_each(|untested| untested.check(source))
    }
}

impl Untested {
    fn check(&self, source: &Source) -> Result<(), CatalogueError> {
        let empty = |text: &str| text.trim().is_empty();
        let problem = if !super::is_id(&self.id) {
            "this is no id (area/slug, lower case)"
        } else if empty(&self.section) {
            "it has no section"
        } else if empty(&self.statement) {
            "it states nothing"
        } else if empty(&self.reason) {
            "it gives no reason"
        } else {
            return Ok(());
        };
        Err(source.wrong("id", &self.id, format!("untested statement `{}`: {problem}", self.id)))
    }
}

fn repeated<'a>(
    source: &Source,
    key: &str,
    names: impl Iterator<Item = &'a String>,
) -> Result<(), CatalogueError> {
    let mut seen = std::collections::HashSet::new();
    for name in names {
        if !seen.insert(name) {
            return Err(source.wrong(key, name, format!("`{name}` stands there twice")));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "id: d\ntitle: t\nlink: l\n";

    fn read(rest: &str) -> Result<Document, String> {
        let source = Source { path: "x/documents/d.yaml".into(), text: format!("{HEAD}{rest}") };
        Document::read(&source).map_err(|error| error.to_string())
    }

    #[test]
    fn a_document_is_read_strictly() {
        let cites = "citations:\n- {rule: a/b, section: s, level: must, accepts: [code]}\n";
        let untested = "- {id: a/c, section: s, statement: t, reason: \"why\"}\n";
        let good = format!("{cites}untested:\n{untested}");
        assert_eq!(read(&good).unwrap().untested[0].reason, "why");
        for (bad, says) in [
            (format!("{good}{untested}"), ".yaml:8: `a/c` stands there twice"),
            (good.replace("a/c", "A c"), ".yaml:7: untested statement `A c`: this is no id"),
            (good.replace("why", " "), ".yaml:7: untested statement `a/c`: it gives no reason"),
            (good.replace("reason", "because"), ".yaml:7: untested[0]: unknown field `because`"),
            (good.replace("must", "most"), ".yaml:5: citations[0].level: unknown variant `most`"),
            (good.replace("[code]", "[cod]"), ".yaml:5: citations[0].accepts: `cod` is not"),
            (
                format!(
                    "{good}statements:\n- {{id: 1, section: s, level: l, text: t, rules: [a/d]}}\n"
                ),
                ".yaml:9: statement 1: this document does not cite a/d",
            ),
        ] {
            let error = read(&bad).unwrap_err();
            assert!(error.contains(says), "{error}");
        }
    }

    #[test]
    fn a_document_has_the_name_of_its_file() {
        let source =
            Source { path: "x/documents/e.yaml".into(), text: format!("{HEAD}citations: []") };
        let error = Document::read(&source).unwrap_err().to_string();
        assert_eq!(error, "x/documents/e.yaml:1: the document `d` belongs in a file `d.yaml`");
    }
}
