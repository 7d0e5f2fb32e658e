//! The kill matrix: the suite against each mistake and each choice of the bundled server and the sample
//! application, in process, in each dialect and by each document that it concerns.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use serde::Serialize;

use super::bench::Bench;
use super::open::Open;
use super::switches;
use crate::rules::Catalogue;
use crate::testbed::switches::{Fault, Switches, Variant};
use crate::verdict::{Failure, RuleRecord, ScenarioRecord, Verdict};

/// What became of one fault in one dialect, judged by one document.
#[derive(Debug, Clone, Serialize)]
pub struct Tried {
    /// Dialect of the bundled server, or the sample application.
    pub dialect: String,
    /// Document that the run was against.
    pub document: String,
    /// Name of the fault.
    pub name: &'static str,
    /// What the server does wrong.
    pub mistake: &'static str,
    /// Rules that have to notice: those that it names and that the document cites.
    pub breaks: Vec<&'static str>,
    /// Whether one of them failed.
    pub killed: bool,
    /// Rules it names that failed, or warned where they can only warn.
    pub by: Vec<String>,
    /// Rules that failed though neither named nor declared.
    pub disturbed: Vec<String>,
    /// Rules that could not be judged, each with its reasons.
    pub inconclusive: BTreeMap<String, Vec<String>>,
    /// Whether it is known not to be right yet.
    pub open: bool,
}

/// What became of one variant in one dialect, judged by one document.
#[derive(Debug, Clone, Serialize)]
pub struct Tolerated {
    /// Dialect of the bundled server, or the sample application.
    pub dialect: String,
    /// Document that the run was against.
    pub document: String,
    /// Name of the variant.
    pub name: &'static str,
    /// What the server does otherwise.
    pub choice: &'static str,
    /// Scenarios that were run with it.
    pub scenarios: usize,
    /// Rules that did not pass, with their verdicts.
    pub not_passed: BTreeMap<String, Verdict>,
    /// Whether the document forbids it, so that a rule has to notice.
    pub forbidden: bool,
    /// Whether it is known not to be right yet.
    pub open: bool,
}

impl Tolerated {
    /// Whether nothing failed and nothing stayed open; where the document forbids it, something did.
    pub fn good(&self) -> bool {
        self.not_passed.values().all(harmless) != self.forbidden
    }
}

/// The whole matrix.
#[derive(Debug, Clone, Serialize)]
pub struct Matrix {
    /// Faults in their order, in each dialect and by each document that they concern.
    pub faults: Vec<Tried>,
    /// Variants likewise, and what a document permits though another forbids it.
    pub variants: Vec<Tolerated>,
    /// Faults and variants that came up nowhere.
    pub unmet: Vec<&'static str>,
    /// Rules that a run without any fault did not pass, by dialect and document.
    pub unsound: Vec<String>,
    /// Counts, of each dialect and document.
    pub documents: Vec<DocumentTotals>,
    /// Counts of all.
    pub totals: MatrixTotals,
}

/// Counts of one dialect and document.
#[derive(Debug, Clone, Serialize)]
pub struct DocumentTotals {
    /// Dialect of the bundled server, or the sample application.
    pub dialect: String,
    /// The document.
    pub document: String,
    /// Counts.
    #[serde(flatten)]
    pub totals: MatrixTotals,
}

/// Counts of a matrix.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct MatrixTotals {
    /// Faults that were tried.
    pub faults: usize,
    /// Faults that a rule they name noticed.
    pub killed: usize,
    /// Faults that made an undeclared rule fail.
    pub disturbing: usize,
    /// Faults and variants whose row is listed as not right yet.
    pub open: usize,
    /// Variants that were tried.
    pub variants: usize,
    /// Variants under which nothing failed.
    pub tolerated: usize,
}

impl MatrixTotals {
    fn of<'m>(
        faults: impl Iterator<Item = &'m Tried>,
        variants: impl Iterator<Item = &'m Tolerated>,
    ) -> Self {
        let mut totals = Self::default();
        for tried in faults {
            totals.faults += 1;
            totals.killed += usize::from(tried.killed);
            totals.disturbing += usize::from(!tried.disturbed.is_empty());
            totals.open += usize::from(tried.open);
        }
        for tolerated in variants {
            totals.variants += 1;
            totals.tolerated += usize::from(tolerated.good());
            totals.open += usize::from(tolerated.open);
        }
        totals
    }
}

impl Matrix {
    fn of(faults: Vec<Tried>, variants: Vec<Tolerated>) -> Self {
        let totals = MatrixTotals::of(faults.iter(), variants.iter());
        let mut pairs: Vec<(String, String)> = Vec::new();
        let places = faults.iter().map(|it| (&it.dialect, &it.document));
        for (dialect, document) in
            places.chain(variants.iter().map(|it| (&it.dialect, &it.document)))
        {
            let pair = (dialect.clone(), document.clone());
            if !pairs.contains(&pair) {
                pairs.push(pair);
            }
        }
        let documents = pairs
            .into_iter()
            .map(|(dialect, document)| {
                let of = |a: &str, b: &str| a == dialect && b == document;
                let totals = MatrixTotals::of(
                    faults.iter().filter(|it| of(&it.dialect, &it.document)),
                    variants.iter().filter(|it| of(&it.dialect, &it.document)),
                );
                DocumentTotals { dialect, document, totals }
            })
            .collect();
        Self { faults, variants, unmet: Vec::new(), unsound: Vec::new(), documents, totals }
    }

    /// Rows that are not what they are listed as: not right, or listed as open and right; each as
    /// dialect, document and name.
    pub fn surprising(&self) -> Vec<String> {
        let place =
            |dialect: &str, document: &str, name: &str| format!("{dialect} by {document}: {name}");
        let faults = self.faults.iter().filter(|it| it.right() == it.open);
        let variants = self.variants.iter().filter(|it| it.good() == it.open);
        let faults = faults.map(|it| place(&it.dialect, &it.document, it.name));
        faults.chain(variants.map(|it| place(&it.dialect, &it.document, it.name))).collect()
    }

    /// Whether every row is right that is not listed as open, each fault and variant comes up
    /// somewhere, and without any fault everything passes.
    pub fn good(&self) -> bool {
        self.surprising().is_empty() && self.unmet.is_empty() && self.unsound.is_empty()
    }
}

/// How much of the matrix is tried.
#[derive(Debug, Clone, Copy, Default)]
pub struct Scope<'s> {
    /// Only these dialects; none: all, and the sample application.
    pub dialects: &'s [String],
    /// Whether scenarios run that meet neither the fault nor the variant.
    pub every_scenario: bool,
}

impl Scope<'_> {
    fn has(&self, bench: &Bench) -> bool {
        self.dialects.is_empty() || self.dialects.iter().any(|id| id == bench.dialect())
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
    // A step that finds something panics, which cucumber catches; with several runs at once its own
    // silencing of the hook does not hold.
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let matrix = tried(faults, variants, scope);
    std::panic::set_hook(hook);
    matrix
}

/// Every fault and every variant of the bundled server and the sample application.
pub fn everything() -> (Vec<&'static Fault>, Vec<&'static Variant>) {
    (switches::faults().collect(), switches::variants().collect())
}

fn tried(
    faults: &[&'static Fault],
    variants: &[&'static Variant],
    scope: Scope<'_>,
) -> Result<Matrix, Failure> {
    let catalogue = Catalogue::embedded().map_err(Failure::internal)?;
    let open = Open::embedded().map_err(Failure::internal)?;
    let mut benches = Bench::all(&catalogue)?;
    benches.retain(|bench| scope.has(bench));
    let mut unsound = Vec::new();
    if !scope.every_scenario {
        for bench in &mut benches {
            let record = bench.follow()?;
            unsound.extend(not_sound(bench, &record.rules));
        }
    }
    let rows = rows(&benches, faults, variants);
    let results = each(&rows, |row| row.run(&open))?;
    let (mut killed, mut tolerated) = (Vec::new(), Vec::new());
    for result in results {
        match result {
            Outcome::Tried(it) => killed.push(it),
            Outcome::Tolerated(it) => tolerated.push(it),
        }
    }
    let met: BTreeSet<&str> = rows.iter().map(Row::name).collect();
    let names = faults.iter().map(|it| it.name).chain(variants.iter().map(|it| it.name));
    let whole = scope.dialects.is_empty();
    let unmet = names.filter(|name| whole && !met.contains(name)).collect();
    Ok(Matrix { unmet, unsound, ..Matrix::of(killed, tolerated) })
}

/// Whether nothing failed and nothing stayed open.
fn harmless(verdict: &Verdict) -> bool {
    matches!(verdict, Verdict::Pass | Verdict::Warn | Verdict::NotApplicable)
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
    /// Nothing may fail.
    Tolerate(&'b Bench, &'static Variant),
}

enum Outcome {
    Tried(Tried),
    Tolerated(Tolerated),
}

fn rows<'b>(
    benches: &'b [Bench],
    faults: &[&'static Fault],
    variants: &[&'static Variant],
) -> Vec<Row<'b>> {
    let mut rows = Vec::new();
    for bench in benches {
        for fault in faults.iter().filter(|fault| bench.has(fault.name)) {
            let met = bench.met_by(fault.name);
            if fault.breaks.iter().any(|rule| met.contains(rule)) {
                rows.push(Row::Kill(bench, fault));
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
            Self::Kill(_, fault) => fault.name,
            Self::Tolerate(_, variant) => variant.name,
        }
    }

    fn run(&self, open: &Open) -> Result<Outcome, Failure> {
        Ok(match self {
            Self::Kill(bench, fault) => Outcome::Tried(kill(bench, fault, open)?),
            Self::Tolerate(bench, variant) => Outcome::Tolerated(tolerate(bench, variant, open)?),
        })
    }
}

fn kill(bench: &Bench, fault: &'static Fault, open: &Open) -> Result<Tried, Failure> {
    let record = bench.run(fault.name, Switches::fault(fault))?;
    let cited = bench.cited();
    let mut tried = Tried {
        dialect: bench.dialect().to_owned(),
        document: bench.document.clone(),
        name: fault.name,
        mistake: fault.mistake,
        breaks: fault.breaks.iter().filter(|rule| cited.contains(*rule)).copied().collect(),
        killed: false,
        by: Vec::new(),
        disturbed: Vec::new(),
        inconclusive: BTreeMap::new(),
        open: open.has(&bench.document, fault.name),
    };
    record.rules.iter().for_each(|rule| tried.note(fault, rule));
    tried.killed = !tried.by.is_empty();
    Ok(tried)
}

impl Tried {
    /// Whether every rule that has to notice does, and no other.
    pub fn right(&self) -> bool {
        let silent = self.breaks.iter().any(|rule| !self.by.iter().any(|by| by == rule));
        self.killed && !silent && self.disturbed.is_empty()
    }

    fn note(&mut self, fault: &Fault, rule: &RuleRecord) {
        let named = fault.breaks.contains(&rule.id.as_str());
        let declared = fault.disturbs.iter().any(|(id, _)| *id == rule.id);
        match rule.verdict {
            // More than a warning cannot be had where the document only recommends.
            Verdict::Fail if named => self.by.push(rule.id.clone()),
            Verdict::Warn if named && !rule.level.is_demanded() => {
                self.by.push(rule.id.clone());
            }
            Verdict::Fail | Verdict::Error if !declared => self.disturbed.push(rule.id.clone()),
            Verdict::Inconclusive => {
                let open = |s: &&ScenarioRecord| s.verdict == Verdict::Inconclusive;
                let open = rule.scenarios.iter().filter(open);
                let reasons = open.map(|s| s.reason.clone().unwrap_or_default()).collect();
                self.inconclusive.insert(rule.id.clone(), reasons);
            }
            _ => {}
        }
    }
}

fn tolerate(bench: &Bench, variant: &'static Variant, open: &Open) -> Result<Tolerated, Failure> {
    let record = bench.run(variant.name, Switches::variant(variant))?;
    let others = record.rules.iter().filter(|rule| rule.verdict != Verdict::Pass);
    Ok(Tolerated {
        dialect: bench.dialect().to_owned(),
        document: bench.document.clone(),
        name: variant.name,
        choice: variant.choice,
        scenarios: record.rules.iter().map(|rule| rule.scenarios.len()).sum(),
        not_passed: others.map(|rule| (rule.id.clone(), rule.verdict)).collect(),
        forbidden: open.forbids(&bench.document, variant.name),
        open: open.has(&bench.document, variant.name),
    })
}

/// Does the work for each item, on as many threads as there are cores; the results keep the order.
fn each<T: Sync, R: Send>(
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
