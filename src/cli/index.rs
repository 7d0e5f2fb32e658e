//! The statements of the RFCs, and which of them the rules cover so far.

use serde::Deserialize;

use crate::verdict::Failure;

const INDEX: &str = include_str!("../../fixtures/rfc-rules.yaml");

/// One statement of a document.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Statement {
    pub(super) id: String,
    pub(super) section: String,
    pub(super) level: String,
    pub(super) text: String,
    #[serde(default)]
    pub(super) rules: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    document: String,
    statements: Vec<Statement>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Index {
    documents: Vec<Document>,
}

/// The statements of a document; none for documents that have no index.
pub(super) fn statements(document: &str) -> Result<Vec<Statement>, Failure> {
    let index: Index = serde_yaml::from_str(INDEX).map_err(Failure::internal)?;
    Ok(index
        .documents
        .into_iter()
        .filter(|entry| entry.document == document)
        .flat_map(|entry| entry.statements)
        .collect())
}
