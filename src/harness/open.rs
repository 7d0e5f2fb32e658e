//! The rows of the kill matrix that are not right yet, by document (`fixtures/proof`): a list that may
//! only become shorter.

use std::collections::BTreeSet;

use include_dir::{Dir, include_dir};
use serde::Deserialize;

static FILES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/fixtures/proof");

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    document: String,
    open: Vec<String>,
}

/// Faults and variants whose row is not right yet, each with the document.
#[derive(Debug, Clone, Default)]
pub struct Open(BTreeSet<(String, String)>);

impl Open {
    /// Those that come with this build.
    ///
    /// # Errors
    /// None in a released build: a test reads them.
    pub fn embedded() -> Result<Self, serde_yaml::Error> {
        let mut all = BTreeSet::new();
        for text in FILES.files().filter_map(|file| file.contents_utf8()) {
            let File { document, open } = serde_yaml::from_str(text)?;
            all.extend(open.into_iter().map(|name| (document.clone(), name)));
        }
        Ok(Self(all))
    }

    /// Whether the row of a fault or a variant by this document is not right yet.
    pub fn has(&self, document: &str, name: &str) -> bool {
        self.0.contains(&(document.to_owned(), name.to_owned()))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
