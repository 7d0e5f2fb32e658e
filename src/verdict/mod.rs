//! Verdicts, and the passive record of a run that every report is a function of.

mod conduct;
mod decide;
mod exit;
mod failure;
mod record;
mod secrets;

pub use conduct::Conduct;
pub use decide::{Breach, CONTROL_FAILED, Finding, Outcome, decide, worst};
pub use exit::{ExitCode, exit_code, exit_code_by, exit_code_of_problems};
pub use failure::Failure;
pub use record::{
    DocumentVerdict, Exchange, Judged, Problem, ProblemKind, Role, RuleRecord, RunRecord,
    ScenarioRecord, Totals,
};
pub use secrets::{LabelledSecret, Secrets};

use std::fmt;

use serde::{Deserialize, Serialize};

/// The verdict of a scenario, and of a rule by its worst scenario, in order of gravity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// A means of the harness is missing, or the document makes the thing optional.
    NotApplicable,
    /// The rule held, and so did its control.
    Pass,
    /// A SHOULD or a derived rule was violated, or a tolerated alternative was seen.
    Warn,
    /// A fail that a waiver accounts for.
    Waived,
    /// The control failed, or no answer came that could be judged.
    Inconclusive,
    /// A MUST was violated.
    Fail,
    /// Our own fault, or the target cannot be reached.
    Error,
}

impl Verdict {
    /// Every verdict, in the order of the totals line.
    pub const ALL: [Self; 7] = [
        Self::Pass,
        Self::Warn,
        Self::Fail,
        Self::Waived,
        Self::NotApplicable,
        Self::Inconclusive,
        Self::Error,
    ];

    /// Whether it makes a run red.
    pub fn is_red(self) -> bool {
        matches!(self, Self::Fail | Self::Inconclusive | Self::Error)
    }

    /// The name in machine-readable reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Warn => "warn",
            Self::Fail => "fail",
            Self::Waived => "waived",
            Self::NotApplicable => "not-applicable",
            Self::Inconclusive => "inconclusive",
            Self::Error => "error",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name().replace('-', " "))
    }
}
