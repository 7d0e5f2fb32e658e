//! Every rule is proven able to fail, and no rule fails for what is another correct choice.

use std::collections::BTreeSet;

use oauthspec::harness::combined::combined;
use oauthspec::harness::matrix::{Scope, everything, matrix};
use oauthspec::harness::switches;
use oauthspec::rules::Catalogue;
use serde_json::Value;

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
/// and every variant by each document that it concerns, in about five times the time. Where that has been
/// done and found right, `OAUTHSPEC_MATRIX` names what `prove --json` wrote.
#[test]
fn every_fault_is_killed_by_a_rule_that_it_names_and_disturbs_no_other() {
    let (faults, variants) = everything();
    let matrix = match std::env::var_os("OAUTHSPEC_MATRIX") {
        Some(path) => serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap(),
        None => {
            let scope = Scope { once: true, ..Scope::default() };
            let matrix = matrix(&faults, &variants, scope).unwrap();
            let surprising = matrix.surprising();
            assert!(surprising.is_empty(), "{}", surprising.join("\n"));
            serde_json::to_value(matrix).unwrap()
        }
    };
    let list = |key: &str| matrix[key].as_array().unwrap().iter();
    let readme = include_str!("../../README.md");
    let rows = list("planned").map(readme_row).filter(|row| !readme.contains(row));
    let mut wrong: Vec<String> = rows.map(|row| format!("the README has no row {row}")).collect();
    // A run takes a while: what is wrong is told all at once.
    for (key, what) in [
        ("unmet", "comes up in no scenario"),
        ("unsound", "without any fault"),
        ("idle", "no row is about"),
    ] {
        wrong.extend(list(key).map(|it| format!("{what}: {it}")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));

    let name = |it: &Value| it["name"].as_str().unwrap().to_owned();
    let tried: BTreeSet<String> =
        ["faults", "variants"].into_iter().flat_map(list).map(name).collect();
    let all = faults.iter().map(|it| it.name).chain(variants.iter().map(|it| it.name));
    let missing: Vec<&str> = all.filter(|name| !tried.contains(*name)).collect();
    assert!(missing.is_empty(), "not tried: {missing:?}");
    let by = list("faults").flat_map(|it| it["by"].as_array().unwrap());
    let noticed: BTreeSet<&str> = by.filter_map(Value::as_str).collect();
    let catalogue = Catalogue::embedded().unwrap();
    let rules = catalogue.rules().iter().map(|rule| rule.id.as_str());
    let silent: Vec<&str> = rules.filter(|rule| !noticed.contains(rule)).collect();
    assert!(silent.is_empty(), "no fault makes {silent:?} fail");
}

/// The row of the README's table about one dialect and document.
fn readme_row(row: &Value) -> String {
    let [dialect, document] = ["dialect", "document"].map(|key| row[key].as_str().unwrap());
    let [faults, permitted, variants] = ["faults", "permitted", "variants"].map(|key| &row[key]);
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
