//! The kill matrix: the suite against each mistake and each choice of the bundled server and the sample
//! application, in process, in each dialect and by each document that it concerns.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use super::bench::Bench;
use super::listed::Listed;
use super::switches;
use super::tally::harmless;
pub use super::tally::{DocumentTotals, Matrix, MatrixTotals, Place, Tolerated, Tried};
use crate::rules::Catalogue;
use crate::testbed::switches::{Fault, Switches, Variant};
use crate::verdict::{Failure, RuleRecord, Verdict};

/// How much of the matrix is tried.
#[derive(Debug, Clone, Copy, Default)]
pub struct Scope<'s> {
    /// Only these dialects; none: all, and the sample application.
    pub dialects: &'s [String],
    /// Only by these documents; none: by all.
    pub documents: &'s [String],
    /// Whether scenarios run that meet neither the fault nor the variant.
    pub every_scenario: bool,
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

/// Tries these faults and variants, as many at once as there are cores.
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
    let results = each(&rows, |row| row.run(&listed))?;
    let (mut killed, mut permitted, mut tolerated) = (Vec::new(), Vec::new(), Vec::new());
    for result in results {
        match result {
            Outcome::Tried(it) => killed.push(it),
            Outcome::Permitted(it) => permitted.push(it),
            Outcome::Tolerated(it) => tolerated.push(it),
        }
    }
    let mut matrix = Matrix::of(killed, permitted, tolerated);
    matrix.unsound = unsound;
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

/// One fault or variant on one bench.
enum Row<'b> {
    /// Its rules have to notice.
    Kill(&'b Bench, &'static Fault),
    /// A document permits the fault in this section: nothing may fail.
    Permit(&'b Bench, &'static Fault, String),
    /// Nothing may fail.
    Tolerate(&'b Bench, &'static Variant),
}

enum Outcome {
    Tried(Tried),
    Permitted(Tolerated),
    Tolerated(Tolerated),
}

fn rows<'b>(
    benches: &'b [Bench],
    faults: &[&'static Fault],
    variants: &[&'static Variant],
    listed: &Listed,
) -> Vec<Row<'b>> {
    let mut rows = Vec::new();
    for bench in benches {
        for fault in faults.iter().copied().filter(|fault| bench.has(fault.name)) {
            let met = bench.met_by(fault.name);
            if fault.breaks.iter().any(|rule| met.contains(rule)) {
                rows.push(match listed.permits(&bench.document, fault.name) {
                    Some(section) => Row::Permit(bench, fault, section.to_owned()),
                    None => Row::Kill(bench, fault),
                });
            }
        }
        for variant in variants.iter().filter(|variant| bench.has(variant.name)) {
            if !bench.met_by(variant.name).is_empty() {
                rows.push(Row::Tolerate(bench, variant));
            }
        }
    }
    rows
}

impl Row<'_> {
    fn name(&self) -> &'static str {
        match self {
            Self::Kill(_, fault) | Self::Permit(_, fault, _) => fault.name,
            Self::Tolerate(_, variant) => variant.name,
        }
    }

    fn document(&self) -> &str {
        match self {
            Self::Kill(bench, _) | Self::Permit(bench, ..) | Self::Tolerate(bench, _) => {
                &bench.document
            }
        }
    }

    fn run(&self, listed: &Listed) -> Result<Outcome, Failure> {
        Ok(match self {
            Self::Kill(bench, fault) => Outcome::Tried(kill(bench, fault, listed)?),
            Self::Permit(bench, fault, section) => {
                let tolerated = tolerate(bench, fault.name, fault.mistake, Switches::fault(fault))?;
                let counts = |(rule, verdict): &(String, Verdict)| {
                    *verdict != Verdict::Inconclusive
                        || !listed.leaves_unjudged(&bench.document, fault.name, rule)
                };
                Outcome::Permitted(Tolerated {
                    section: Some(section.clone()),
                    not_passed: tolerated.not_passed.into_iter().filter(counts).collect(),
                    ..tolerated
                })
            }
            Self::Tolerate(bench, variant) => Outcome::Tolerated(Tolerated {
                forbidden: listed.forbids(&bench.document, variant.name),
                open: listed.is_open(&bench.document, variant.name),
                ..tolerate(bench, variant.name, variant.choice, Switches::variant(variant))?
            }),
        })
    }
}

pub(super) fn place(bench: &Bench) -> Place {
    Place { dialect: bench.dialect().to_owned(), document: bench.document.clone() }
}

fn kill(bench: &Bench, fault: &'static Fault, listed: &Listed) -> Result<Tried, Failure> {
    let record = bench.run(fault.name, Switches::fault(fault))?;
    let cited = bench.cited();
    let excused = listed.excused(&bench.document, fault.name);
    let has_to = |rule: &&&str| cited.contains(**rule) && !excused.iter().any(|it| it == **rule);
    let mut tried = Tried {
        place: place(bench),
        name: fault.name,
        mistake: fault.mistake,
        breaks: fault.breaks.iter().filter(has_to).copied().collect(),
        excused: excused.to_vec(),
        killed: false,
        by: Vec::new(),
        disturbed: Vec::new(),
        inconclusive: BTreeMap::new(),
        open: listed.is_open(&bench.document, fault.name),
    };
    record.rules.iter().for_each(|rule| tried.note(fault, rule));
    Ok(tried)
}

fn tolerate(
    bench: &Bench,
    name: &'static str,
    choice: &'static str,
    switches: Switches,
) -> Result<Tolerated, Failure> {
    let record = bench.run(name, switches)?;
    let others = record.rules.iter().filter(|rule| rule.verdict != Verdict::Pass);
    Ok(Tolerated {
        place: place(bench),
        name,
        choice,
        scenarios: record.rules.iter().map(|rule| rule.scenarios.len()).sum(),
        not_passed: others.map(|rule| (rule.id.clone(), rule.verdict)).collect(),
        forbidden: false,
        section: None,
        open: false,
    })
}

/// Does the work for each item, on as many threads as there are cores; the results keep the order.
pub(super) fn each<T: Sync, R: Send>(
    items: &[T],
    work: impl Fn(&T) -> Result<R, Failure> + Sync,
) -> Result<Vec<R>, Failure> {
    let next = AtomicUsize::new(0);
    let results: Mutex<Vec<(usize, Result<R, Failure>)>> = Mutex::default();
    let threads = std::thread::available_parallelism().map_or(2, usize::from);
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
