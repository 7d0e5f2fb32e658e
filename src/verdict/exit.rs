//! Exit codes (README, "Verdicts and exit codes").

use super::record::{Problem, ProblemKind, Totals};
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
    exit_code_by(&run.totals(), &kinds(run))
}

/// The exit code of a run whose verdicts are compared with expected ones: a *fail* or an
/// *inconclusive* does not count, an *error* and the problems of the run itself do.
pub fn exit_code_of_problems(run: &RunRecord) -> ExitCode {
    let verdicts = run.rules.iter().map(|rule| rule.verdict);
    let errors = Totals::of(verdicts.filter(|verdict| *verdict == Verdict::Error));
    exit_code_by(&errors, &kinds(run))
}

fn kinds(run: &RunRecord) -> Vec<ProblemKind> {
    run.problems.iter().map(Problem::kind).collect()
}

/// The exit code of rules with these verdicts, in a run with problems of these kinds.
pub fn exit_code_by(totals: &Totals, problems: &[ProblemKind]) -> ExitCode {
    let any = |kinds: &[ProblemKind]| problems.iter().any(|kind| kinds.contains(kind));
    let unreachable = any(&[ProblemKind::Unreachable]);
    if any(&[ProblemKind::Internal]) || (totals.get(Verdict::Error) > 0 && !unreachable) {
        ExitCode::Internal
    } else if unreachable {
        ExitCode::Unreachable
    } else if totals.get(Verdict::Fail) > 0 || any(&[ProblemKind::Waiver, ProblemKind::Skipped]) {
        ExitCode::Failed
    } else if totals.get(Verdict::Inconclusive) > 0
        || any(&[ProblemKind::Interrupted, ProblemKind::Stopped, ProblemKind::Preflight])
    {
        ExitCode::Inconclusive
    } else {
        ExitCode::Conformant
    }
}
