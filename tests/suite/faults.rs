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
    let readme = include_str!("../../README.md");
    let rows: Vec<String> = matrix.documents.iter().map(readme_row).collect();
    // A run takes minutes: what is wrong is told all at once.
    let mut wrong = Wrong::default();
    wrong.collect("they come up in no scenario", &matrix.unmet);
    wrong.collect("without any fault", &matrix.unsound);
    wrong.collect("the README has no row", rows.iter().filter(|row| !readme.contains(*row)));
    // The list of open rows may only become shorter, and what is permitted makes no rule fail.
    wrong.collect("not as listed in fixtures/proof", matrix.surprising());
    wrong.collect("no row is about the entry", &matrix.idle);
    matrix.faults.retain(|tried| !tried.open);
    matrix.variants.retain(|tolerated| !tolerated.open);
    for tried in &matrix.faults {
        let silent = tried.breaks.iter().filter(|rule| !tried.by.iter().any(|by| by == *rule));
        let unexplained =
            tried.inconclusive.iter().filter(|(_, why)| !why.iter().all(|it| names_a_control(it)));
        wrong.collect("missed", (!tried.killed).then_some(tried.name));
        wrong.collect("named, and noticed nothing", silent.map(|rule| (tried.name, rule)));
        wrong.collect("inconclusive without a control", unexplained.map(|why| (tried.name, why)));
        wrong.collect("disturbed", tried.disturbed.iter().map(|it| (tried.name, it)));
    }
    let refused = matrix.variants.iter().filter(|tolerated| !tolerated.good());
    wrong.collect("not tolerated", refused.map(|it| (it.name, &it.not_passed)));
    assert!(wrong.0.is_empty(), "{}", wrong.0.join("\n"));
}

/// What the matrix shows that must not be, a line each.
#[derive(Default)]
struct Wrong(Vec<String>);

impl Wrong {
    fn collect<T: std::fmt::Debug>(&mut self, what: &str, found: impl IntoIterator<Item = T>) {
        self.0.extend(found.into_iter().map(|it| format!("{what}: {it:?}")));
    }
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
