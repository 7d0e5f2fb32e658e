//! `oauthspec fuzz --prove`: what the fuzzer has to find, and how soon it does.

use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use super::print;
use super::searched::{Row, Searched};
use crate::fuzzing::bugs::{self, Reported};
use crate::fuzzing::parsers::broken::BROKEN;
use crate::fuzzing::proof::{self, ASSERTIONS, Found, KNOWN, Known, SLACK};
use crate::harness::switches;
use crate::testbed::switches::Fault;
use crate::verdict::ExitCode;
use crate::verdict::Failure;

/// Each mistake is looked for with so many seeds.
const SEEDS: u64 = 5;
/// Every mistake is found within this time.
const TIME: Duration = Duration::from_secs(60);

pub(super) fn main(first: u64, results: Option<&Path>) -> Result<ExitCode, Failure> {
    let mut good = true;
    let mut proof = Proof { first, searched: Searched::read(results)? };
    print(&format!("found by {SEEDS} seeds from {first}; medians\n\n"));
    for known in KNOWN {
        let fault = fault_of(known.fault)?;
        let found =
            proof.rows(known.fault, &|seed| proof::find(fault, seed).map_err(Failure::internal))?;
        good &= line(known.fault, "requests", &found, Some(known));
    }
    for name in ASSERTIONS {
        let found = proof.rows(name, &|seed| {
            proof::find_by_assertions(fault_of(name)?, seed).map_err(Failure::internal)
        })?;
        good &= line(name, "rows", &found, None);
    }
    for broken in BROKEN {
        let found = proof.rows(broken.name, &|seed| Ok(proof::find_broken(broken, seed)))?;
        good &= line(broken.name, "inputs", &found, None);
    }
    let kinds = bugs::kinds().map_err(Failure::internal)?;
    for kind in &kinds {
        good &= proof.kind(kind)?;
    }
    let verdict = if good { "every fault was found" } else { "NOT every fault was found" };
    let mistakes = KNOWN.len() + ASSERTIONS.len();
    let (kinds, broken) = (kinds.len(), BROKEN.len());
    print(&format!("\n{mistakes} faults, {broken} broken parsers, {kinds} kinds: {verdict}\n"));
    Ok(if good { ExitCode::Conformant } else { ExitCode::Failed })
}

/// One search.
type Search<'s> = dyn Fn(u64) -> Result<Option<Found>, Failure> + 's;

struct Proof {
    /// The first seed.
    first: u64,
    searched: Searched,
}

impl Proof {
    /// What came of looking for a mistake with every seed.
    fn rows(&mut self, name: &str, search: &Search<'_>) -> Result<Vec<Option<Row>>, Failure> {
        let seeds = self.first..self.first + SEEDS;
        seeds.map(|seed| self.searched.row(name, seed, search)).collect()
    }

    /// Each fault of a kind, in lines below its name.
    fn kind(&mut self, kind: &Reported) -> Result<bool, Failure> {
        print(&format!("\n{} ({}):\n", kind.mistake, kind.dialect));
        let mut good = true;
        for name in &kind.faults {
            let fault = fault_of(name)?;
            let found = self.rows(&format!("{} {name}", kind.dialect), &|seed| {
                bugs::find(kind, fault, seed).map_err(Failure::internal)
            })?;
            good &= line(name, "requests", &found, None);
        }
        Ok(good)
    }
}

fn fault_of(name: &str) -> Result<&'static Fault, Failure> {
    switches::find_fault(name)
        .ok_or_else(|| Failure::internal(format!("there is no fault `{name}`")))
}

/// One line of the table; whether the mistake was found in time and small enough, by every seed.
fn line(name: &str, unit: &str, found: &[Option<Row>], known: Option<&Known>) -> bool {
    let all: Vec<&Row> = found.iter().flatten().collect();
    let complete = all.len() == found.len();
    let quick = all.iter().all(|found| found.elapsed < TIME);
    let largest = all.iter().map(|found| found.requests).max().unwrap_or_default();
    let fits = |known: &Known, found: &Row| found.requests <= known.smallest(&found.oracle) + SLACK;
    let small = known.is_none_or(|known| all.iter().all(|found| fits(known, found)));
    let mut text = format!("{} {name:42}", if complete && quick && small { "✔" } else { "×" });
    let (after, elapsed) = (median(&all, |found| found.after), median(&all, |found| found.elapsed));
    // Writing to a `String` cannot fail.
    let _ = write!(
        text,
        " {:>6} {unit} {:>8.3} s",
        after.unwrap_or(0),
        elapsed.unwrap_or_default().as_secs_f64()
    );
    if let Some(known) = known {
        let _ = write!(text, "  shrunk to {largest} (smallest {})", known.requests);
    }
    if let Some(found) = all.first() {
        let _ = write!(text, "  {} {}", found.oracle, found.rule);
    }
    if !complete {
        let _ = write!(text, "  found by {} of {} seeds", all.len(), found.len());
    }
    print(&format!("{text}\n"));
    if !small {
        let worst = all.iter().max_by_key(|found| found.requests);
        print(&format!("  the largest: {}\n", worst.map_or("", |found| &found.case)));
    }
    complete && quick && small
}

fn median<T: Ord>(found: &[&Row], of: impl Fn(&Row) -> T) -> Option<T> {
    let mut values: Vec<T> = found.iter().map(|found| of(found)).collect();
    values.sort();
    let middle = values.len() / 2;
    values.into_iter().nth(middle)
}
