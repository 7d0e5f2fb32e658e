//! Pure judgements over what came back: used by the steps, and by the fuzzer's oracles.

pub mod challenge;
pub mod entropy;
pub mod matching;
pub mod observed;
pub mod refusal;
pub mod rotation;
pub mod success;
pub mod texts;

pub use matching::{Judgement, judge};
pub use observed::{Missing, Observed};

use crate::rules::Manner;

/// An expectation that did not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    /// What is accepted, as a list.
    pub expected: Vec<String>,
    /// What was seen.
    pub actual: String,
    /// How it differs; none: neither a grant nor a refusal was due, or came.
    pub manner: Option<Manner>,
}

impl Mismatch {
    /// One expectation, and what was seen instead.
    pub fn new(expected: impl Into<String>, actual: impl Into<String>) -> Self {
        Self::of(vec![expected.into()], actual.into())
    }

    /// Several expectations, and what was seen instead.
    pub fn of(expected: Vec<String>, actual: String) -> Self {
        Self { expected, actual, manner: None }
    }

    /// One expectation, and an outcome that is neither it nor another that may come.
    pub fn seen(expected: impl Into<String>, what: &Observed) -> Self {
        let manner = what.is_grant().then_some(Manner::Granted);
        Self { manner, ..Self::new(expected, what.describe()) }
    }

    /// The same, where somebody was let in who had to be refused.
    #[must_use]
    pub fn granted(self) -> Self {
        Self { manner: Some(Manner::Granted), ..self }
    }
}
