//! What the kill matrix expects beyond the rule, by document (`fixtures/proof`): variants that a document
//! forbids, and rows that are not right yet: a list that may only become shorter.

use std::collections::BTreeSet;

use include_dir::{Dir, include_dir};
use serde::Deserialize;

static FILES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/fixtures/proof");

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    document: String,
    /// Variants that the document forbids: a rule has to notice them.
    #[serde(default)]
    forbids: Vec<String>,
    open: Vec<String>,
}

/// Faults and variants whose row is not right yet, and variants that are forbidden, each with the
/// document.
#[derive(Debug, Clone, Default)]
pub struct Open {
    open: BTreeSet<(String, String)>,
    forbidden: BTreeSet<(String, String)>,
}

impl Open {
    /// Those that come with this build.
    ///
    /// # Errors
    /// None in a released build: a test reads them.
    pub fn embedded() -> Result<Self, serde_yaml::Error> {
        let mut all = Self::default();
        for text in FILES.files().filter_map(|file| file.contents_utf8()) {
            let File { document, forbids, open } = serde_yaml::from_str(text)?;
            all.open.extend(open.into_iter().map(|name| (document.clone(), name)));
            all.forbidden.extend(forbids.into_iter().map(|name| (document.clone(), name)));
        }
        Ok(all)
    }

    /// Whether the row of a fault or a variant by this document is not right yet.
    pub fn has(&self, document: &str, name: &str) -> bool {
        self.open.contains(&(document.to_owned(), name.to_owned()))
    }

    /// Whether a document forbids what a variant does.
    pub fn forbids(&self, document: &str, name: &str) -> bool {
        self.forbidden.contains(&(document.to_owned(), name.to_owned()))
    }
}
