//! Why something was not done.

use super::draft::{Draft, Unchanged};
use crate::wire::Request;

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

impl Draft {
    /// The request of it.
    ///
    /// # Errors
    /// Where its URL is none of the kinds that are sent to.
    pub(super) fn sendable(&self) -> Result<Request, Unmet> {
        let text = || Unmet::Failed(format!("{} is not an http or https URL", self.url));
        self.to_request().ok_or_else(text)
    }
}
