//! Why something was not done.

use super::draft::Unchanged;

/// What the profile lacks, or what did not come about, in one sentence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unmet {
    /// A means is missing: the scenario is not applicable.
    #[error("{0}")]
    Lacking(String),
    /// Something that had to work did not: the scenario is inconclusive.
    #[error("{0}")]
    Failed(String),
}

impl From<Unchanged> for Unmet {
    fn from(error: Unchanged) -> Self {
        Self::Lacking(error.to_string())
    }
}
