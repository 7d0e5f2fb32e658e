//! Every rule is proven able to fail, and no rule fails for what is another correct choice.

use std::collections::BTreeSet;

use oauthspec::harness::combined::combined;
use oauthspec::harness::matrix::{DocumentTotals, Scope, everything, matrix};
use oauthspec::harness::switches;
use oauthspec::rules::Catalogue;
use oauthspec::steps::world::CONTROL_FAILED;

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

#[test]
fn every_fault_is_killed_by_a_rule_that_it_names_and_disturbs_no_other() {
    let (faults, variants) = everything();
    let mut matrix = matrix(&faults, &variants, Scope::default()).unwrap();
    assert!(matrix.unmet.is_empty(), "they come up in no scenario: {:?}", matrix.unmet);
    assert!(matrix.unsound.is_empty(), "without any fault: {:?}", matrix.unsound);
    let readme = include_str!("../../README.md");
    for row in matrix.documents.iter().map(readme_row) {
        assert!(readme.contains(&row), "the README does not have the row {row}");
    }
    // The list of open rows may only become shorter, and what is permitted makes no rule fail.
    let surprising = matrix.surprising();
    assert!(surprising.is_empty(), "not as listed in fixtures/proof: {surprising:#?}");
    assert!(matrix.idle.is_empty(), "no row is about these entries: {:#?}", matrix.idle);
    matrix.faults.retain(|tried| !tried.open);
    matrix.variants.retain(|tolerated| !tolerated.open);
    let missed: Vec<&str> = matrix.faults.iter().filter(|t| !t.killed).map(|t| t.name).collect();
    assert!(missed.is_empty(), "missed: {missed:?}");
    let silent: Vec<_> = matrix
        .faults
        .iter()
        .map(|tried| {
            let silent = tried.breaks.iter().copied();
            (tried.name, silent.filter(|rule| !tried.by.iter().any(|by| by == rule)).collect())
        })
        .filter(|(_, silent): &(_, Vec<_>)| !silent.is_empty())
        .collect();
    assert!(silent.is_empty(), "named, and noticed nothing: {silent:?}");
    let unexplained: Vec<_> = matrix
        .faults
        .iter()
        .flat_map(|tried| tried.inconclusive.iter().map(|(rule, why)| (tried.name, rule, why)))
        .filter(|(_, _, why)| !why.iter().all(|why| names_a_control(why)))
        .collect();
    assert!(unexplained.is_empty(), "inconclusive without a control: {unexplained:?}");
    let disturbing: Vec<_> = matrix
        .faults
        .iter()
        .filter(|tried| !tried.disturbed.is_empty())
        .map(|tried| (tried.name, tried.disturbed.clone()))
        .collect();
    assert!(disturbing.is_empty(), "disturbed: {disturbing:?}");
    let refused: Vec<_> =
        matrix.variants.iter().filter(|t| !t.good()).map(|t| (t.name, &t.not_passed)).collect();
    assert!(refused.is_empty(), "not tolerated: {refused:?}");
}

/// The row of the README's table about one dialect and document.
fn readme_row(row: &DocumentTotals) -> String {
    let DocumentTotals { place, totals } = row;
    format!(
        "| `{}` | `{}` | {} of {} | {} | {} of {} |",
        place.dialect,
        place.document,
        totals.killed,
        totals.faults,
        totals.permitted,
        totals.tolerated,
        totals.variants
    )
}

/// Whether a reason says which control did not succeed.
fn names_a_control(reason: &str) -> bool {
    reason.strip_prefix(CONTROL_FAILED).is_some_and(|control| !control.trim().is_empty())
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
