//! From what was seen to a verdict.

use super::Verdict;
use crate::rules::{Level, Manner};

/// One document's expectation that did not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Breach {
    /// The document's level for the rule.
    pub level: Level,
    /// The document and section.
    pub cite: String,
    /// What it accepts.
    pub expected: Vec<String>,
    /// What was seen.
    pub actual: String,
    /// How that differs from what is accepted, where a grant or a refusal came.
    pub manner: Option<Manner>,
    /// Whether the outcome is one that the document tolerates with a warning.
    pub tolerated: bool,
}

/// How the reason of [`Outcome::Inconclusive`] begins where a control did not succeed; what the control
/// was follows.
pub const CONTROL_FAILED: &str = "the control failed: ";

/// What the steps of one scenario found by one document.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Outcome {
    /// Nothing was judged.
    #[default]
    Unjudged,
    /// The rule held.
    Held,
    /// An expectation did not hold.
    Violated(Breach),
    /// The control failed, or nothing came that could be judged.
    Inconclusive(String),
    /// A means is missing.
    NotApplicable(String),
    /// Our own fault.
    Error(String),
}

/// The outcome of a scenario by a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Id of the document.
    pub document: String,
    /// What was found.
    pub outcome: Outcome,
}

/// The verdict of an outcome. With `strict`, what would be a *warn* is a *fail*.
pub fn decide(outcome: &Outcome, strict: bool) -> Verdict {
    match outcome {
        Outcome::Held => Verdict::Pass,
        Outcome::Violated(breach) => breach_verdict(breach, strict),
        Outcome::Inconclusive(_) => Verdict::Inconclusive,
        Outcome::NotApplicable(_) => Verdict::NotApplicable,
        Outcome::Unjudged | Outcome::Error(_) => Verdict::Error,
    }
}

fn breach_verdict(breach: &Breach, strict: bool) -> Verdict {
    match breach.level {
        Level::May => Verdict::NotApplicable,
        level if level.is_demanded() && !breach.tolerated => Verdict::Fail,
        _ if strict => Verdict::Fail,
        _ => Verdict::Warn,
    }
}

/// The verdict of a rule: the gravest of its scenarios. A scenario that was not applicable does not
/// hide one that was judged.
pub fn worst(verdicts: impl Iterator<Item = Verdict>) -> Verdict {
    verdicts.max().unwrap_or(Verdict::NotApplicable)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn breach(level: Level, tolerated: bool) -> Outcome {
        let (cite, expected, actual) = Default::default();
        Outcome::Violated(Breach { level, cite, expected, actual, manner: None, tolerated })
    }

    #[test]
    fn the_level_decides() {
        assert_eq!(decide(&breach(Level::Must, false), false), Verdict::Fail);
        assert_eq!(decide(&breach(Level::Must, true), false), Verdict::Warn);
        assert_eq!(decide(&breach(Level::Must, true), true), Verdict::Fail);
        assert_eq!(decide(&breach(Level::Should, false), false), Verdict::Warn);
        assert_eq!(decide(&breach(Level::DerivedCritical, false), false), Verdict::Fail);
        assert_eq!(decide(&breach(Level::DerivedCritical, true), false), Verdict::Warn);
        assert_eq!(decide(&breach(Level::Derived, false), true), Verdict::Fail);
        assert_eq!(decide(&breach(Level::May, false), true), Verdict::NotApplicable);
    }

    #[test]
    fn nothing_judged_is_our_own_fault() {
        assert_eq!(decide(&Outcome::Unjudged, false), Verdict::Error);
    }

    #[test]
    fn the_gravest_scenario_decides() {
        use Verdict::{Fail, Inconclusive, NotApplicable, Pass};
        assert_eq!(worst([Pass, NotApplicable].into_iter()), Pass);
        assert_eq!(worst([Pass, Inconclusive, Fail].into_iter()), Fail);
        assert_eq!(worst(std::iter::empty()), NotApplicable);
    }
}
