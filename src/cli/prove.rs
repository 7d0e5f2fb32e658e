//! `oauthspec prove`: every rule proven able to fail, and able to let other choices pass.

use std::fmt::Write;

use super::args::Prove;
use super::print;
use crate::harness::combined::{Combination, combined};
use crate::harness::matrix::{
    DocumentTotals, Matrix, MatrixTotals, Scope, Tolerated, Tried, everything, matrix,
};
use crate::harness::switches;
use crate::profile::nearest;
use crate::report;
use crate::testbed::switches::{Fault, Variant};
use crate::verdict::ExitCode;
use crate::verdict::Failure;

pub(super) fn main(args: &Prove) -> Result<ExitCode, Failure> {
    if let Some(count) = args.combined {
        return main_combined(args, count);
    }
    let (mut faults, mut variants) = everything();
    if !args.fault.is_empty() || !args.variant.is_empty() {
        faults = args.fault.iter().map(|name| named(name)).collect::<Result<_, _>>()?;
        variants = args.variant.iter().map(|name| variant_named(name)).collect::<Result<_, _>>()?;
    }
    let scope = Scope {
        dialects: &args.dialect,
        documents: &args.against,
        every_scenario: args.every_scenario,
        once: args.once,
    };
    const KIND: &str = "matrix";
    super::probe(KIND, args.json.as_ref())?;
    let start = std::time::Instant::now();
    let matrix = matrix(&faults, &variants, scope)?;
    print(&text(&matrix));
    print(&format!("took {:.1} s\n", start.elapsed().as_secs_f64()));
    if let Some(path) = &args.json {
        let json = serde_json::to_string_pretty(&matrix).map_err(Failure::internal)?;
        report::deliver(KIND, path, (json + "\n").as_bytes()).map_err(Failure::usage)?;
    }
    Ok(if matrix.good() { ExitCode::Conformant } else { ExitCode::Failed })
}

fn main_combined(args: &Prove, count: usize) -> Result<ExitCode, Failure> {
    let (dialects, documents) = (&args.dialect, &args.against);
    let scope = Scope { dialects, documents, every_scenario: true, once: false };
    let combined = combined(count, args.seed, scope)?;
    let mut text = String::new();
    for Combination { place, variants, rules } in &combined.refused {
        let rules = rules.iter().map(|(rule, verdict)| format!("{rule} {verdict}"));
        let rules: Vec<String> = rules.collect();
        let place = format!("{} by {}", place.dialect, place.document);
        let _ = writeln!(text, "× {place}: {}: {}", variants.join(" + "), rules.join(", "));
    }
    let tried = combined.tried;
    let _ = writeln!(text, "{} of {tried} combinations not tolerated", combined.refused.len());
    print(&text);
    Ok(if combined.refused.is_empty() { ExitCode::Conformant } else { ExitCode::Failed })
}

/// The fault of this name.
pub(super) fn named(name: &str) -> Result<&'static Fault, Failure> {
    let known = switches::faults().map(|fault| fault.name);
    switches::find_fault(name).ok_or_else(|| unknown("fault", name, known))
}

/// The variant of this name.
pub(super) fn variant_named(name: &str) -> Result<&'static Variant, Failure> {
    let known = switches::variants().map(|variant| variant.name);
    switches::find_variant(name).ok_or_else(|| unknown("variant", name, known))
}

fn unknown(kind: &str, name: &str, known: impl Iterator<Item = &'static str>) -> Failure {
    let hint = match nearest::nearest(name, known) {
        Some(best) => format!("did you mean `{best}`?"),
        None => "`oauthspec list --faults` has them".to_owned(),
    };
    Failure::usage(format!("there is no {kind} `{name}`; {hint}"))
}

fn text(matrix: &Matrix) -> String {
    let mut text = String::new();
    for DocumentTotals { place, .. } in &matrix.documents {
        let _ = writeln!(text, "{} by {}", place.dialect, place.document);
        for tried in matrix.faults.iter().filter(|it| it.place == *place) {
            write_tried(&mut text, tried);
        }
        for permitted in matrix.permitted.iter().filter(|it| it.place == *place) {
            write_tolerated(&mut text, "permitted", permitted);
        }
        for tolerated in matrix.variants.iter().filter(|it| it.place == *place) {
            write_tolerated(&mut text, "variant", tolerated);
        }
    }
    for name in &matrix.unmet {
        let _ = writeln!(text, "× {name} comes up in no scenario");
    }
    for entry in &matrix.idle {
        let _ = writeln!(text, "× fixtures/proof: {entry}: no row is about it: remove it");
    }
    for row in matrix.surprising() {
        let _ = writeln!(text, "× not as listed in fixtures/proof: {row}");
    }
    for rule in &matrix.unsound {
        let _ = writeln!(text, "× without any fault, {rule}");
    }
    for DocumentTotals { place, totals } in &matrix.documents {
        let place = format!("{} by {}", place.dialect, place.document);
        let _ = writeln!(text, "{place:28} {}", counts(*totals));
    }
    let _ = writeln!(text, "{:28} {}", "all", counts(matrix.totals));
    text
}

fn counts(totals: MatrixTotals) -> String {
    let mut text = format!(
        "{} of {} faults killed, {} disturb other rules; {} of {} variants tolerated",
        totals.killed, totals.faults, totals.disturbing, totals.tolerated, totals.variants
    );
    if totals.permitted > 0 {
        let _ = write!(text, "; {} faults are permitted", totals.permitted);
    }
    if totals.open > 0 {
        let _ = write!(text, "; {} rows are listed as open", totals.open);
    }
    text
}

fn write_tried(text: &mut String, tried: &Tried) {
    let mark = if tried.killed { "✔" } else { "×" };
    let _ = writeln!(text, "  {mark} {:44} {}", tried.name, tried.by.join(", "));
    if !tried.killed {
        let _ =
            writeln!(text, "      missed: {} (names {})", tried.mistake, tried.breaks.join(", "));
    }
    if !tried.disturbed.is_empty() {
        let _ = writeln!(text, "      disturbed: {}", tried.disturbed.join(", "));
    }
    for (rule, reasons) in &tried.inconclusive {
        let reason = reasons.first().map(String::as_str).unwrap_or_default();
        let reason = crate::observe::observed::excerpt(reason);
        let _ = writeln!(text, "      inconclusive: {rule}: {reason}");
    }
}

fn write_tolerated(text: &mut String, kind: &str, tolerated: &Tolerated) {
    let mark = if tolerated.good() { "✔" } else { "×" };
    let verdicts = tolerated.not_passed.iter().map(|(rule, verdict)| format!("{rule} {verdict}"));
    let verdicts: Vec<String> = verdicts.collect();
    let name = format!("{kind} {}", tolerated.name);
    let _ = writeln!(text, "  {mark} {name:44} {}", verdicts.join(", "));
}

/// The faults and variants, for `oauthspec list --faults`.
pub(super) fn listing() -> String {
    let mut text = String::new();
    let (faults, variants) = everything();
    for fault in &faults {
        let _ = writeln!(text, "{:44} {} [{}]", fault.name, fault.mistake, fault.breaks.join(", "));
    }
    for variant in &variants {
        let _ = writeln!(text, "variant {:36} {}", variant.name, variant.choice);
    }
    let _ = writeln!(text, "{} faults, {} variants", faults.len(), variants.len());
    text
}
