//! Exit codes (README, "Verdicts and exit codes").

use super::record::{Problem, Totals};
use super::{RunRecord, Verdict};

/// The documented exit codes of the command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum ExitCode {
    /// Nothing failed.
    Conformant = 0,
    /// A rule failed, or a waiver is stale.
    Failed = 1,
    /// Usage or configuration, or nothing was selected.
    Usage = 2,
    /// No TCP connection to the target.
    Unreachable = 3,
    /// A rule could not be judged.
    Inconclusive = 4,
    /// Our own fault.
    Internal = 70,
}

/// The exit code of a run. When several apply: 70, then 3, 1, 4, 0.
pub fn exit_code(run: &RunRecord) -> ExitCode {
    by_totals(run, run.totals())
}

/// The exit code of a run whose verdicts are compared with expected ones: a *fail* or an
/// *inconclusive* does not count, an *error* and the problems of the run itself do.
pub fn exit_code_of_problems(run: &RunRecord) -> ExitCode {
    let verdicts = run.rules.iter().map(|rule| rule.verdict);
    by_totals(run, Totals::of(verdicts.filter(|verdict| *verdict == Verdict::Error)))
}

fn by_totals(run: &RunRecord, totals: Totals) -> ExitCode {
    let problem = |wanted: fn(&Problem) -> bool| run.problems.iter().any(wanted);
    let unreachable = problem(|p| matches!(p, Problem::Unreachable(_)));
    let internal = problem(|p| matches!(p, Problem::Internal(_)));
    if internal || (totals.get(Verdict::Error) > 0 && !unreachable) {
        ExitCode::Internal
    } else if unreachable {
        ExitCode::Unreachable
    } else if totals.get(Verdict::Fail) > 0
        || problem(|p| matches!(p, Problem::Waiver(_) | Problem::Skipped(_)))
    {
        ExitCode::Failed
    } else if totals.get(Verdict::Inconclusive) > 0
        || problem(|p| matches!(p, Problem::Interrupted | Problem::Grounded(_)))
    {
        ExitCode::Inconclusive
    } else {
        ExitCode::Conformant
    }
}
