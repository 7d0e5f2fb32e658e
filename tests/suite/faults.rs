//! Every rule is proven able to fail, and no rule fails for what is another correct choice.

use std::collections::BTreeSet;

use oauthspec::cli::matrix::{everything, matrix};
use oauthspec::rules::Catalogue;
use oauthspec::server::fault;

/// Areas in which every rule that a fault names has to notice it; elsewhere one of them has to.
const SHARP: &[&str] = &[
    "code",
    "token",
    "refresh",
    "access-token",
    "revoke",
    "bearer",
    "identity",
    "permission",
    "scope",
    "as-user",
    "client",
    "server-auth",
    "application-access",
    "downscope",
];

fn is_sharp(rule: &str) -> bool {
    SHARP.iter().any(|area| rule.split('/').next() == Some(area))
}

#[test]
fn every_rule_has_a_fault_that_names_it() {
    let named: BTreeSet<&str> = fault::all().flat_map(|fault| fault.breaks).copied().collect();
    let catalogue = Catalogue::embedded().unwrap();
    let rules = catalogue.rules().iter().map(|rule| rule.id.as_str());
    let without: Vec<&str> = rules.filter(|id| !named.contains(id)).collect();
    assert!(without.is_empty(), "no fault breaks {without:?}");
}

#[test]
fn every_fault_is_killed_by_a_rule_that_it_names_and_disturbs_no_other() {
    let (faults, variants) = everything();
    let matrix = matrix(&faults, &variants, false).unwrap();
    let missed: Vec<&str> = matrix.faults.iter().filter(|t| !t.killed).map(|t| t.name).collect();
    assert!(missed.is_empty(), "missed: {missed:?}");
    let silent: Vec<_> = matrix
        .faults
        .iter()
        .map(|tried| {
            let silent = tried.breaks.iter().filter(|rule| is_sharp(rule));
            (tried.name, silent.filter(|rule| !tried.by.iter().any(|by| by == *rule)).collect())
        })
        .filter(|(_, silent): &(_, Vec<_>)| !silent.is_empty())
        .collect();
    assert!(silent.is_empty(), "named, and noticed nothing: {silent:?}");
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

#[test]
fn faults_name_rules_of_the_catalogue_and_have_names_of_their_own() {
    let catalogue = Catalogue::embedded().unwrap();
    let mut names = BTreeSet::new();
    for fault in fault::all() {
        assert!(names.insert(fault.name), "{} stands twice", fault.name);
        assert!(fault.disturbs.len() <= 2, "{} disturbs too much", fault.name);
        for rule in fault.breaks.iter().chain(fault.disturbs.iter().map(|(rule, _)| rule)) {
            assert!(catalogue.get(rule).is_some(), "{} names {rule}", fault.name);
        }
    }
    for variant in fault::variant::all() {
        assert!(names.insert(variant.name), "{} stands twice", variant.name);
    }
}
