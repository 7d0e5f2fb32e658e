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

impl Unmet {
    /// The same as a means that is missing: where the rule is about what the target need not have.
    pub fn into_lacking(self) -> Self {
        let (Self::Lacking(text) | Self::Failed(text)) = self;
        Self::Lacking(text)
    }
}

impl From<Unchanged> for Unmet {
    fn from(error: Unchanged) -> Self {
        Self::Lacking(error.to_string())
    }
}
