//! What a scenario has found so far, and what that rests on.

use super::evidence::Evidence;
use crate::verdict::{Finding, Outcome};

/// What was found.
#[derive(Default)]
pub struct Assessment {
    /// What was found, by the documents that are not settled.
    pub outcome: Outcome,
    /// Documents that have been judged by already: nothing that follows changes what they say.
    pub(super) settled: Vec<Finding>,
    /// Refusals that were not the right ones, while nothing showed yet that an ordinary request
    /// succeeds: only then they count.
    pub(super) suspended: Vec<Finding>,
    /// What the judgements rest on.
    pub evidence: Evidence,
    /// A control that failed beside what may be a grant: a grant that nobody gave is one all the same, and
    /// everything else shows nothing.
    pub(super) failed_control: Option<String>,
    /// Whether the request that is judged has been marked, and others followed.
    pub(super) is_marked: bool,
    /// Whether a breach counts though no control has succeeded.
    pub is_certain: bool,
    /// The change that the judged request carried.
    pub deviation: Option<String>,
    /// Whether the server was told to fail, or to refuse.
    pub is_provoked: bool,
}

impl Assessment {
    /// Whether a document has been judged by already.
    pub(super) fn is_settled(&self, document: &str) -> bool {
        self.settled.iter().any(|finding| finding.document == document)
    }

    /// Whether a breach would count: something succeeded, or nothing has to.
    pub(super) fn is_shown(&self) -> bool {
        self.evidence.is_controlled() || self.is_certain
    }

    /// Records that an expectation held.
    pub(super) fn held(&mut self) {
        if self.outcome == Outcome::Unjudged {
            self.outcome = Outcome::Held;
        }
    }

    /// A fault of the suite itself, in one sentence.
    pub(super) fn error(&mut self, text: impl Into<String>) -> String {
        let text = text.into();
        self.outcome = Outcome::Error(text.clone());
        text
    }
}
