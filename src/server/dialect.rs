//! The dialects that the server speaks: one file each in `fixtures/dialects`, with the world and the
//! target profile that go with it. The code is the same for all of them.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use include_dir::{Dir, include_dir};
use serde::Deserialize;
use serde_yaml::Mapping;

use super::policy::{Errors, Lifetimes, Matching, Policy};
use super::world::World;

static DIALECTS: Dir = include_dir!("$CARGO_MANIFEST_DIR/fixtures/dialects");
static WORLDS: Dir = include_dir!("$CARGO_MANIFEST_DIR/fixtures/worlds");
static PROFILES: Dir = include_dir!("$CARGO_MANIFEST_DIR/fixtures/profiles");

/// One dialect: `fixtures/dialects/<id>.yaml`, in which every key is explained.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dialect {
    #[serde(skip)]
    id: String,
    /// The choices that were taken from documents in place of its own.
    #[serde(skip)]
    pub taken: Vec<String>,
    /// Title, for people.
    pub title: String,
    #[serde(default)]
    default: bool,
    /// Documents that it is to satisfy, all at once.
    pub documents: Vec<String>,
    /// Documents that contradict those: it satisfies each of them alone, by the choices that the document
    /// makes.
    #[serde(default)]
    pub alone: Vec<String>,
    /// Prefixes of the rules to which the kill matrix keeps in this dialect; none: every rule.
    #[serde(default)]
    pub proves: Vec<String>,
    world: String,
    profile: String,
    pub(super) enterprise: bool,
    /// Paths of the endpoints.
    pub endpoints: Endpoints,
    /// Protected resources beside those of the enterprise layer.
    pub resources: Vec<Resource>,
    pub(super) policy: Policy,
    /// How long what it issues lives.
    pub lifetimes: Lifetimes,
    pub(super) errors: Errors,
}

/// Paths of the endpoints; the first of each is the one that is announced.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Endpoints {
    /// Authorization endpoint (RFC 6749 §3.1).
    pub authorization: Vec<String>,
    /// Token endpoint (RFC 6749 §3.2).
    pub token: Vec<String>,
    /// Revocation endpoint (RFC 7009 §2).
    #[serde(default)]
    pub revocation: Vec<String>,
    /// Introspection endpoint (RFC 7662 §2).
    #[serde(default)]
    pub introspection: Vec<String>,
    /// Pushed authorization requests (RFC 9126 §2).
    #[serde(default)]
    pub pushed: Vec<String>,
    /// Metadata (RFC 8414 §3).
    #[serde(default)]
    pub metadata: Vec<String>,
    /// Keys of the server (`jwks_uri`, RFC 8414 §2).
    #[serde(default)]
    pub keys: Vec<String>,
    /// Device authorization endpoint (RFC 8628 §3.1).
    #[serde(default)]
    pub device_authorization: Vec<String>,
    /// Where users say which device is theirs (RFC 8628 §3.3).
    #[serde(default)]
    pub verification: Vec<String>,
    /// Registration of clients (RFC 7591 §3); below it, each client's configuration (RFC 7592).
    #[serde(default)]
    pub registration: Vec<String>,
}

/// A protected resource (RFC 6749 §7).
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Resource {
    /// Path.
    pub path: String,
    /// Name, for people; absent: it has none.
    #[serde(default)]
    pub(super) name: Option<String>,
    /// Scopes that its metadata name beside the one that opens it (RFC 9728 §2).
    #[serde(default)]
    pub(super) announces: Vec<String>,
    /// Scope that opens it; absent: every token does.
    #[serde(default)]
    pub scope: Option<String>,
    /// How it is called.
    #[serde(default)]
    pub(super) speaks: Speech,
    /// Whether tokens are for it only where it was named (RFC 8707).
    #[serde(default)]
    pub(super) apart: bool,
    /// Member of the metadata that announces it; absent: none does.
    #[serde(default)]
    pub announced_as: Option<String>,
    /// Members that it shows of the user.
    pub(super) shows: Vec<Shown>,
}

/// How a resource is called.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Speech {
    /// By GET; the answer is a JSON object.
    #[default]
    Json,
    /// By POST, as a server of the Model Context Protocol: JSON-RPC in both directions.
    Mcp,
}

/// What a resource shows of a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Shown {
    /// Identifier.
    Sub,
    /// Name as it is shown to people.
    Name,
    /// What the user signs in with.
    Login,
    /// E-mail address, which is what the user signs in with.
    Email,
}

/// Every dialect, in the order of their identifiers.
#[expect(clippy::expect_used, reason = "the files are compiled in, and a test reads them")]
static ALL: LazyLock<Vec<Dialect>> = LazyLock::new(|| {
    let files = DIALECTS.files().filter_map(|file| {
        let id = file.path().file_stem()?.to_str()?.to_owned();
        let text = file.contents_utf8()?;
        let dialect: Dialect = serde_yaml::from_str(text).expect("every file is a dialect");
        Some(Dialect { id, ..dialect })
    });
    let mut all: Vec<Dialect> = files.collect();
    all.sort_by(|a, b| a.id.cmp(&b.id));
    all
});

/// The worlds of all dialects, by the names of their files.
#[expect(clippy::expect_used, reason = "the files are compiled in, and a test reads them")]
static KNOWN_WORLDS: LazyLock<BTreeMap<&str, Arc<World>>> = LazyLock::new(|| {
    let read = |dialect: &'static Dialect| {
        let text = text(&WORLDS, &dialect.world);
        let world: World = serde_yaml::from_str(text).expect("the file is a world");
        (dialect.world.as_str(), Arc::new(world))
    };
    Dialect::all().iter().map(read).collect()
});

fn text(folder: &'static Dir<'static>, file: &str) -> &'static str {
    folder.get_file(file).and_then(|file| file.contents_utf8()).unwrap_or_default()
}

impl Dialect {
    /// Every dialect, in the order of their identifiers.
    pub fn all() -> &'static [Self] {
        &ALL
    }

    /// The dialect of this identifier.
    pub fn find(id: &str) -> Option<&'static Self> {
        Self::all().iter().find(|dialect| dialect.id == id)
    }

    /// The dialect where none is named: its file says so.
    #[expect(clippy::expect_used, reason = "the files are compiled in, and a test reads them")]
    pub fn by_default() -> &'static Self {
        Self::all().iter().find(|dialect| dialect.default).expect("one dialect is the default")
    }

    /// Whether it takes proofs of possession (RFC 9449).
    pub fn takes_proofs(&self) -> bool {
        self.policy.dpop.is_some()
    }

    /// Its file as it stands.
    pub(super) fn file(&self) -> Mapping {
        serde_yaml::from_str(text(&DIALECTS, &format!("{}.yaml", self.id))).unwrap_or_default()
    }

    /// The same with another file, in which these choices are others.
    pub(super) fn with_file(
        &self,
        file: Mapping,
        taken: Vec<String>,
    ) -> Result<Self, serde_yaml::Error> {
        let read: Self = serde_yaml::from_value(file.into())?;
        Ok(Self { id: self.id.clone(), taken, ..read })
    }

    /// Whether it satisfies this document, alone or among others.
    pub fn satisfies(&self, document: &str) -> bool {
        self.documents.iter().chain(&self.alone).any(|id| id == document)
    }

    /// Whether its resources say of themselves by whom they are protected.
    pub(super) fn has_resource_metadata(&self) -> bool {
        self.policy.resource_metadata
    }

    /// Whether requests can name the resource that tokens are for (RFC 8707 §2).
    pub fn takes_resources(&self) -> bool {
        self.policy.resource_indicators
    }

    /// How redirect URIs are compared.
    pub fn redirect_matching(&self) -> Matching {
        self.policy.redirect_matching
    }

    /// Identifier, for the command line.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Enterprises, users and applications that it starts with.
    pub fn world(&self) -> Arc<World> {
        KNOWN_WORLDS.get(self.world.as_str()).map(Arc::clone).unwrap_or_default()
    }

    /// Path and text of the target profile that describes a server of this dialect.
    pub fn profile(&self) -> (String, &'static str) {
        (format!("fixtures/profiles/{}", self.profile), text(&PROFILES, &self.profile))
    }

    /// Whether the layer of enterprises is there: an API with objects, consoles, sign-on at a company.
    pub fn has_enterprises(&self) -> bool {
        self.enterprise
    }
}

impl Default for Lifetimes {
    /// Those of the default dialect.
    fn default() -> Self {
        Dialect::by_default().lifetimes
    }
}

impl World {
    /// The world of the default dialect.
    pub fn of_the_suite() -> Arc<Self> {
        Dialect::by_default().world()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_a_dialect_and_one_is_the_default() {
        assert_eq!(Dialect::all().len(), DIALECTS.files().count());
        assert_eq!(Dialect::all().iter().filter(|dialect| dialect.default).count(), 1);
        for dialect in Dialect::all() {
            assert!(std::ptr::eq(Dialect::find(dialect.id()).unwrap(), dialect));
            assert!(!dialect.documents.is_empty() && !dialect.title.is_empty());
        }
    }

    #[test]
    fn every_dialect_has_a_profile_and_a_world_that_makes_sense() {
        for dialect in Dialect::all() {
            assert!(!dialect.profile().1.is_empty(), "{}", dialect.profile().0);
            assert!(!dialect.world().applications.is_empty(), "{}", dialect.world);
            assert_eq!(dialect.world().flaws(), [], "{}", dialect.world);
        }
    }

    #[test]
    fn a_dialect_has_no_path_twice() {
        for dialect in Dialect::all() {
            let Endpoints {
                authorization,
                token,
                revocation,
                introspection,
                pushed,
                metadata,
                keys,
                device_authorization,
                verification,
                registration,
            } = &dialect.endpoints;
            let resources = dialect.resources.iter().map(|resource| &resource.path);
            let endpoints = [
                authorization,
                token,
                revocation,
                introspection,
                pushed,
                metadata,
                keys,
                device_authorization,
                verification,
                registration,
            ];
            let paths: Vec<&String> = endpoints.into_iter().flatten().chain(resources).collect();
            let distinct: std::collections::BTreeSet<_> = paths.iter().collect();
            assert_eq!(distinct.len(), paths.len(), "{}", dialect.id());
        }
    }
}

#[cfg(test)]
#[path = "dialect_tests.rs"]
mod policy_tests;
