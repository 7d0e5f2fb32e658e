//! The parts of a run, put together again.

use std::collections::BTreeSet;

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::view::{ConductView, RuleView, RunView, counts, milliseconds};
use crate::verdict::Totals;

/// Why reports are not the parts of one run.
#[derive(Debug, thiserror::Error)]
pub enum MergeError {
    /// They say different things of themselves.
    #[error(
        "these are not the parts of one run: {what} is `{first}` in one and `{second}` in another"
    )]
    Unlike {
        /// What they say.
        what: &'static str,
        /// What the first says.
        first: String,
        /// What another says.
        second: String,
    },
    /// A rule that is in two of them.
    #[error("the rule {0} is in two of the reports")]
    Twice(String),
    /// There is none.
    #[error("there is no report to merge")]
    None,
}

/// One run of its parts. `place` says where a rule stands in the catalogue.
///
/// # Errors
/// Where they are not the parts of one run.
pub fn merge(
    runs: Vec<RunView>,
    place: impl Fn(&str) -> Option<usize>,
) -> Result<RunView, MergeError> {
    let mut runs = runs.into_iter();
    let mut whole = runs.next().ok_or(MergeError::None)?;
    for run in runs {
        alike("the target", &whole.target, &run.target)?;
        alike("the list of documents", &whole.against.join(", "), &run.against.join(", "))?;
        alike("--strict", &whole.strict.to_string(), &run.strict.to_string())?;
        (whole.started, whole.duration_ms) = span(&whole, &run);
        whole.conduct = together(whole.conduct.take(), run.conduct);
        whole.rules.extend(run.rules);
        for problem in run.problems {
            if !whole.problems.contains(&problem) {
                whole.problems.push(problem);
            }
        }
    }
    whole.rules.sort_by_key(|rule| place(&rule.id).unwrap_or(usize::MAX));
    once(&whole.rules)?;
    let scenarios = whole.scenarios().map(|(_, scenario)| scenario.verdict);
    whole.scenario_totals = counts(&Totals::of(scenarios));
    whole.totals = counts(&Totals::of(whole.rules.iter().map(|rule| rule.verdict)));
    Ok(whole)
}

fn alike(what: &'static str, first: &str, second: &str) -> Result<(), MergeError> {
    let (first, second) = (first.to_owned(), second.to_owned());
    if first == second { Ok(()) } else { Err(MergeError::Unlike { what, first, second }) }
}

fn once(rules: &[RuleView]) -> Result<(), MergeError> {
    let mut seen = BTreeSet::new();
    let twice = rules.iter().find(|rule| !seen.insert(rule.id.as_str()));
    twice.map_or(Ok(()), |rule| Err(MergeError::Twice(rule.id.clone())))
}

/// From the first start to the last end: start and milliseconds.
fn span(one: &RunView, other: &RunView) -> (String, f64) {
    let start = |run: &RunView| OffsetDateTime::parse(&run.started, &Rfc3339).ok();
    let (Some(first), Some(second)) = (start(one), start(other)) else {
        return (one.started.clone(), one.duration_ms + other.duration_ms);
    };
    let end = |start: OffsetDateTime, run: &RunView| {
        time::Duration::checked_seconds_f64(run.duration_ms / 1e3)
            .and_then(|took| start.checked_add(took))
            .unwrap_or(start)
    };
    let (from, until) = (first.min(second), end(first, one).max(end(second, other)));
    let took = (until - from).unsigned_abs();
    let started = if first <= second { &one.started } else { &other.started };
    (started.clone(), milliseconds(took))
}

/// How both were done: counts are added, the rest is told by sentences.
fn together(one: Option<ConductView>, other: Option<ConductView>) -> Option<ConductView> {
    let (mut one, other) = match (one, other) {
        (Some(one), Some(other)) => (one, other),
        (one, other) => return one.or(other),
    };
    one.requests += other.requests;
    one.logins += other.logins;
    one.played_again += other.played_again;
    one.decided += other.decided;
    one.concurrency = one.concurrency.max(other.concurrency);
    one.apart = one.apart.or(other.apart);
    for sentence in other.sentences {
        if !one.sentences.contains(&sentence) {
            one.sentences.push(sentence);
        }
    }
    Some(one)
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    fn parts() -> [RunView; 2] {
        let (mut one, mut two) = (RunView::of(&sample::run()), RunView::of(&sample::run()));
        one.rules.retain(|rule| rule.id.starts_with("token/"));
        two.rules.retain(|rule| rule.id.starts_with("code/"));
        two.started = "2026-02-03T04:05:16.789Z".to_owned();
        [one, two]
    }

    fn place(id: &str) -> Option<usize> {
        sample::run().rules.iter().position(|rule| rule.id == id)
    }

    #[test]
    fn the_parts_make_the_whole() {
        let whole = RunView::of(&sample::run());
        let merged = merge(parts().into(), place).unwrap();
        let ids = |run: &RunView| run.rules.iter().map(|it| it.id.clone()).collect::<Vec<_>>();
        assert_eq!(ids(&merged), ids(&whole));
        assert_eq!(merged.totals, whole.totals);
        assert_eq!(merged.scenario_totals, whole.scenario_totals);
        assert_eq!(merged.problems, whole.problems);
        assert_eq!((merged.started, merged.duration_ms), (whole.started, 22_345.0));
        assert_eq!(merged.conduct.unwrap().requests, 24);
    }

    #[test]
    fn what_is_no_part_of_one_run_is_refused() {
        let [one, mut two] = parts();
        let again = merge(vec![one.clone(), one.clone()], place).unwrap_err();
        assert_eq!(again.to_string(), "the rule token/no-store is in two of the reports");
        two.target = "other".to_owned();
        let error = merge(vec![one, two], place).unwrap_err();
        assert!(error.to_string().contains("the target is `sample` in one"), "{error}");
    }
}
