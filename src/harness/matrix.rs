//! The kill matrix: the suite against each mistake and each choice of the bundled server and the sample
//! application, in process, in each dialect and by each document that it concerns.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use super::bench::Bench;
use super::listed::Listed;
use super::rows::{Outcome, Row, one_of_each, planned, rows};
use super::switches;
use super::tally::harmless;
pub use super::tally::{DocumentTotals, Matrix, MatrixTotals, Place, Tolerated, Tried};
use crate::rules::Catalogue;
use crate::testbed::switches::{Fault, Variant};
use crate::verdict::{Failure, RuleRecord};

/// How much of the matrix is tried.
#[derive(Debug, Clone, Copy, Default)]
pub struct Scope<'s> {
    /// Only these dialects; none: all, and the sample application.
    pub dialects: &'s [String],
    /// Only by these documents; none: by all.
    pub documents: &'s [String],
    /// Whether scenarios run that meet neither the fault nor the variant.
    pub every_scenario: bool,
    /// Whether each fault and each variant is tried in one dialect by one document only.
    pub once: bool,
}

impl Scope<'_> {
    fn has(&self, bench: &Bench) -> bool {
        let has = |ids: &[String], id: &str| ids.is_empty() || ids.iter().any(|it| it == id);
        has(self.dialects, bench.dialect()) && has(self.documents, &bench.document)
    }

    /// The benches that it has, with what is listed for their documents.
    ///
    /// # Errors
    /// None in a released build: the bundled profiles and the catalogue are tested.
    pub(super) fn benches(&self) -> Result<(Vec<Bench>, Listed), Failure> {
        let catalogue = Catalogue::embedded().map_err(Failure::internal)?;
        let listed = Listed::embedded().map_err(Failure::internal)?;
        let mut benches = Bench::all(&catalogue)?;
        benches.retain(|bench| self.has(bench));
        Ok((benches, listed))
    }

    fn is_whole(&self) -> bool {
        self.dialects.is_empty() && self.documents.is_empty()
    }
}

/// Tries these faults and variants, on a thread more than there are cores: faults that make somebody wait
/// leave theirs idle.
///
/// # Errors
/// None in a released build: the bundled profiles and the catalogue are tested.
pub fn matrix(
    faults: &[&'static Fault],
    variants: &[&'static Variant],
    scope: Scope<'_>,
) -> Result<Matrix, Failure> {
    let (benches, listed) = scope.benches()?;
    let unsound = match scope.every_scenario {
        true => Vec::new(),
        false => each(&benches, |bench| Ok(not_sound(bench, &bench.follow()?.rules)))?.concat(),
    };
    let rows = rows(&benches, faults, variants, &listed);
    let there = planned(&rows);
    let tried = if scope.once { one_of_each(&rows) } else { rows.iter().collect() };
    let results = each(&tried, |row| row.run(&listed))?;
    let (mut killed, mut permitted, mut tolerated) = (Vec::new(), Vec::new(), Vec::new());
    for result in results {
        match result {
            Outcome::Tried(it) => killed.push(it),
            Outcome::Permitted(it) => permitted.push(it),
            Outcome::Tolerated(it) => tolerated.push(it),
        }
    }
    let mut matrix = Matrix::of(killed, permitted, tolerated);
    (matrix.unsound, matrix.planned) = (unsound, there);
    if scope.is_whole() {
        let names = faults.iter().map(|it| it.name).chain(variants.iter().map(|it| it.name));
        let names: BTreeSet<&'static str> = names.collect();
        let met: BTreeSet<&str> = rows.iter().map(|row| row.name()).collect();
        matrix.unmet = names.iter().copied().filter(|name| !met.contains(name)).collect();
        matrix.idle = idle(&listed, &names, &rows);
    }
    Ok(matrix)
}

/// Every fault and every variant of the bundled server and the sample application.
pub fn everything() -> (Vec<&'static Fault>, Vec<&'static Variant>) {
    (switches::faults().collect(), switches::variants().collect())
}

/// Entries of the lists about these faults and variants that none of the rows is about.
fn idle(listed: &Listed, names: &BTreeSet<&'static str>, rows: &[Row<'_>]) -> Vec<String> {
    let tried: BTreeSet<(&str, &str)> =
        rows.iter().map(|row| (row.document(), row.name())).collect();
    let entries = listed
        .entries()
        .filter(|(document, _, name)| names.contains(name) && !tried.contains(&(*document, *name)));
    entries.map(|(document, list, name)| format!("{document}: {list}: {name}")).collect()
}

/// The rules that failed, or stayed open, though nothing is wrong.
fn not_sound(bench: &Bench, rules: &[RuleRecord]) -> Vec<String> {
    let bad = |rule: &&RuleRecord| !harmless(&rule.verdict);
    let place = |rule: &RuleRecord| {
        format!("{} by {}: {} {}", bench.dialect(), bench.document, rule.id, rule.verdict)
    };
    rules.iter().filter(bad).map(place).collect()
}

/// Does the work for each item, on a thread more than there are cores; the results keep the order.
pub(super) fn each<T: Sync, R: Send>(
    items: &[T],
    work: impl Fn(&T) -> Result<R, Failure> + Sync,
) -> Result<Vec<R>, Failure> {
    let next = AtomicUsize::new(0);
    let results: Mutex<Vec<(usize, Result<R, Failure>)>> = Mutex::default();
    let threads = std::thread::available_parallelism().map_or(2, usize::from) + 1;
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let index = next.fetch_add(1, Ordering::SeqCst);
                    let Some(item) = items.get(index) else { return };
                    let result = work(item);
                    results.lock().unwrap_or_else(PoisonError::into_inner).push((index, result));
                }
            });
        }
    });
    let mut results = results.into_inner().unwrap_or_else(PoisonError::into_inner);
    results.sort_by_key(|(index, _)| *index);
    results.into_iter().map(|(_, result)| result).collect()
}
