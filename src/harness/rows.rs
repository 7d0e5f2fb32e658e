//! The rows of the kill matrix: which fault or variant is tried on which bench, and what comes of it.

use std::collections::{BTreeMap, BTreeSet};

use super::bench::Bench;
use super::listed::Listed;
use super::tally::{DocumentTotals, MatrixTotals, Place, Tolerated, Tried};
use crate::testbed::switches::{Fault, Switches, Variant};
use crate::verdict::{Failure, Verdict};

/// One fault or variant on one bench.
pub(super) enum Row<'b> {
    /// Its rules have to notice.
    Kill(&'b Bench, &'static Fault),
    /// A document permits the fault in this section: nothing may fail.
    Permit(&'b Bench, &'static Fault, String),
    /// Nothing may fail.
    Tolerate(&'b Bench, &'static Variant),
}

pub(super) enum Outcome {
    Tried(Tried),
    Permitted(Tolerated),
    Tolerated(Tolerated),
}

pub(super) fn rows<'b>(
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

/// How many rows there are for each dialect and document, whether or not they are tried.
pub(super) fn planned(rows: &[Row<'_>]) -> Vec<DocumentTotals> {
    let mut planned: Vec<DocumentTotals> = Vec::new();
    for row in rows {
        let place = place(row.bench());
        let at = planned.iter().position(|it| it.place == place).unwrap_or_else(|| {
            planned.push(DocumentTotals { place, totals: MatrixTotals::default() });
            planned.len() - 1
        });
        let totals = &mut planned[at].totals;
        *match row {
            Row::Kill(..) => &mut totals.faults,
            Row::Permit(..) => &mut totals.permitted,
            Row::Tolerate(..) => &mut totals.variants,
        } += 1;
    }
    planned
}

/// One row for each fault and variant, where the fewest scenarios were played so far, its own among them: all
/// benches have their turn. A rule that no such row breaks gets the first row that does.
pub(super) fn one_of_each<'r, 'b>(rows: &'r [Row<'b>]) -> Vec<&'r Row<'b>> {
    let mut by_name: BTreeMap<&str, Vec<&Row<'_>>> = BTreeMap::new();
    for row in rows {
        by_name.entry(row.name()).or_default().push(row);
    }
    let mut played: BTreeMap<Place, usize> = BTreeMap::new();
    let mut chosen = Vec::new();
    for mut candidates in by_name.into_values() {
        // What a document permits proves no rule.
        if candidates.iter().any(|row| matches!(row, Row::Kill(..))) {
            candidates.retain(|row| matches!(row, Row::Kill(..)));
        }
        let then = |row: &&Row<'_>| {
            played.get(&place(row.bench())).copied().unwrap_or(0) + row.bench().plays(row.name())
        };
        if let Some(row) = candidates.iter().copied().min_by_key(then) {
            let then = then(&row);
            played.insert(place(row.bench()), then);
            chosen.push(row);
        }
    }
    let mut broken: BTreeSet<&str> = chosen.iter().flat_map(|row| row.broken()).collect();
    for row in rows {
        let Row::Kill(_, fault) = row else { continue };
        // What the document cites of them is asked only where one is still missing.
        if fault.breaks.iter().all(|rule| broken.contains(rule)) {
            continue;
        }
        let more = row.broken();
        if more.iter().any(|rule| !broken.contains(rule)) {
            broken.extend(more);
            chosen.push(row);
        }
    }
    chosen
}

impl Row<'_> {
    fn bench(&self) -> &Bench {
        match self {
            Self::Kill(bench, _) | Self::Permit(bench, ..) | Self::Tolerate(bench, _) => bench,
        }
    }

    /// The rules that have to notice.
    fn broken(&self) -> Vec<&'static str> {
        let Self::Kill(bench, fault) = self else { return Vec::new() };
        let cited = bench.cited();
        fault.breaks.iter().filter(|rule| cited.contains(**rule)).copied().collect()
    }

    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Kill(_, fault) | Self::Permit(_, fault, _) => fault.name,
            Self::Tolerate(_, variant) => variant.name,
        }
    }

    pub(super) fn document(&self) -> &str {
        &self.bench().document
    }

    pub(super) fn run(&self, listed: &Listed) -> Result<Outcome, Failure> {
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
