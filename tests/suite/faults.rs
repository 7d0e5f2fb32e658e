//! Every rule is proven able to fail, and no rule fails for what is another correct choice.

use std::collections::BTreeSet;

use oauthspec::harness::combined::combined;
use oauthspec::harness::matrix::{DocumentTotals, MatrixTotals, Place, Scope, everything, matrix};
use oauthspec::harness::switches;
use oauthspec::rules::Catalogue;

#[test]
fn every_rule_has_a_fault_that_names_it() {
    let named: BTreeSet<&str> =
        switches::faults().flat_map(|fault| fault.breaks).copied().collect();
    let catalogue = Catalogue::embedded().unwrap();
    let rules = catalogue.rules().iter().map(|rule| rule.id.as_str());
    let without: Vec<&str> = rules.filter(|id| !named.contains(id)).collect();
    assert!(without.is_empty(), "no fault breaks {without:?}");
}

#[test]
fn several_variants_at_once_are_tolerated() {
    let combined = combined(2, 1, Scope::default()).unwrap();
    assert!(combined.tried >= 20, "{}", combined.tried);
    assert!(combined.refused.is_empty(), "{:#?}", combined.refused);
}

/// Each by one document of one dialect, all of which have their turn: `oauthspec prove` tries every fault
/// and every variant by each document that it concerns, in about five times the time.
#[test]
fn every_fault_is_killed_by_a_rule_that_it_names_and_disturbs_no_other() {
    let (faults, variants) = everything();
    let scope = Scope { once: true, ..Scope::default() };
    let matrix = matrix(&faults, &variants, scope).unwrap();
    let readme = include_str!("../../README.md");
    let rows = matrix.planned.iter().map(readme_row).filter(|row| !readme.contains(row));
    let mut wrong: Vec<String> = rows.map(|row| format!("the README has no row {row}")).collect();
    // A run takes a while: what is wrong is told all at once.
    wrong.extend(matrix.unmet.iter().map(|name| format!("comes up in no scenario: {name}")));
    wrong.extend(matrix.unsound.iter().map(|rule| format!("without any fault: {rule}")));
    wrong.extend(matrix.surprising());
    wrong.extend(matrix.idle.iter().map(|entry| format!("no row is about {entry}")));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(matrix.good());

    let tried = matrix.faults.iter().map(|it| it.name);
    let tried: BTreeSet<&str> = tried.chain(matrix.variants.iter().map(|it| it.name)).collect();
    assert_eq!(tried.len(), faults.len() + variants.len());
    let noticed: BTreeSet<&str> =
        matrix.faults.iter().flat_map(|it| &it.by).map(String::as_str).collect();
    let catalogue = Catalogue::embedded().unwrap();
    let rules = catalogue.rules().iter().map(|rule| rule.id.as_str());
    let silent: Vec<&str> = rules.filter(|rule| !noticed.contains(rule)).collect();
    assert!(silent.is_empty(), "no fault makes {silent:?} fail");
}

/// The row of the README's table about one dialect and document.
fn readme_row(row: &DocumentTotals) -> String {
    let DocumentTotals { place, totals: MatrixTotals { faults, permitted, variants, .. } } = row;
    let Place { dialect, document } = place;
    format!(
        "| `{dialect}` | `{document}` | {faults} of {faults} | {permitted} | {variants} of {variants} |"
    )
}

#[test]
fn faults_name_rules_of_the_catalogue_and_have_names_of_their_own() {
    let catalogue = Catalogue::embedded().unwrap();
    let mut names = BTreeSet::new();
    for fault in switches::faults() {
        assert!(names.insert(fault.name), "{} stands twice", fault.name);
        assert!(fault.disturbs.len() <= 2, "{} disturbs too much", fault.name);
        for rule in fault.breaks.iter().chain(fault.disturbs.iter().map(|(rule, _)| rule)) {
            assert!(catalogue.get(rule).is_some(), "{} names {rule}", fault.name);
        }
    }
    for variant in switches::variants() {
        assert!(names.insert(variant.name), "{} stands twice", variant.name);
    }
}
