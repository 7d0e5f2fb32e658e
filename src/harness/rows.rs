//! The rows of the kill matrix: which fault or variant is tried on which bench, and what comes of it.

use std::collections::BTreeMap;

use super::bench::Bench;
use super::listed::Listed;
use super::tally::{Place, Tolerated, Tried};
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

impl Row<'_> {
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Kill(_, fault) | Self::Permit(_, fault, _) => fault.name,
            Self::Tolerate(_, variant) => variant.name,
        }
    }

    pub(super) fn document(&self) -> &str {
        match self {
            Self::Kill(bench, _) | Self::Permit(bench, ..) | Self::Tolerate(bench, _) => {
                &bench.document
            }
        }
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
