//! Pure judgements over what came back: used by the steps, and by the fuzzer's oracles.

pub mod entropy;
pub mod matching;
pub mod observed;
pub mod refusal;
pub mod rotation;
pub mod success;
pub mod texts;

pub use matching::{Judgement, judge};
pub use observed::Observed;

/// An expectation that did not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    /// What is accepted, as a list.
    pub expected: Vec<String>,
    /// What was seen.
    pub actual: String,
}

impl Mismatch {
    /// One expectation, and what was seen instead.
    pub fn new(expected: impl Into<String>, actual: impl Into<String>) -> Self {
        Self { expected: vec![expected.into()], actual: actual.into() }
    }
}
