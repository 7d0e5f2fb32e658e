//! The record of a run that does not begin.

use std::time::Duration;

use time::OffsetDateTime;

use super::ledger::{self, Finished};
use super::plan::{Plan, Planned, Todo};
use crate::verdict::{Finding, Outcome, Problem, RunRecord, Secrets};

/// The record of a plan of which nothing runs: every scenario is decided already.
pub fn record_of(
    plan: &Plan,
    target: String,
    seed: u64,
    strict: bool,
    problem: Problem,
) -> RunRecord {
    let records = plan
        .scenarios
        .iter()
        .map(|planned| {
            let findings = unplayed(planned, &problem);
            ledger::scenario(planned, Finished { findings, ..Finished::default() }, strict)
        })
        .collect();
    RunRecord {
        target,
        against: plan.against.to_vec(),
        started: OffsetDateTime::now_utc(),
        duration: Duration::ZERO,
        seed,
        strict,
        conduct: None,
        rules: ledger::rules(plan, records),
        secrets: Secrets::default(),
        problems: vec![problem],
    }
}

/// What there is to say of a scenario that is not played because of a problem of the whole run.
fn unplayed(planned: &Planned, problem: &Problem) -> Vec<Finding> {
    let stopped = matches!(problem, Problem::Grounded(_) | Problem::Interrupted);
    let Todo::Decided(findings) = &planned.todo else {
        let (stop, error) = (Outcome::Inconclusive, Outcome::Error);
        return planned.findings(&(if stopped { stop } else { error })(problem.text()));
    };
    let mut findings = findings.clone();
    let judged = |finding: &&mut Finding| !matches!(finding.outcome, Outcome::NotApplicable(_));
    for finding in findings.iter_mut().filter(judged).filter(|_| stopped) {
        finding.outcome = Outcome::Inconclusive(problem.text());
    }
    findings
}
