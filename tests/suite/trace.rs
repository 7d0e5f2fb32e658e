//! Catalogue and features in step, and both with the list of rules that the project has promised.

use std::collections::{BTreeMap, BTreeSet};

use oauthspec::profile;
use oauthspec::rules::{Catalogue, Document, Property};
use oauthspec::runner::features::{Item, items, parse};

/// Every rule id of the documents; the project's own copy.
const IDS: &str = include_str!("../../fixtures/rule-ids.txt");

fn catalogue() -> Catalogue {
    Catalogue::embedded().unwrap()
}

fn scenarios() -> Vec<Item> {
    items(&parse(&catalogue()).unwrap())
}

/// Whether a document that cites its rule judges a scenario.
fn judged_by(item: &Item, document: &Document) -> bool {
    item.tagged("property").all(|name| Property::find(name).is_some_and(|it| document.states(it)))
}

#[test]
fn the_conventions_list_every_property() {
    let text = include_str!("../../features/CONVENTIONS.md");
    let listed: Vec<&str> = text
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split_once('`').map(|(name, _)| name))
        .collect();
    let known: Vec<&str> = Property::ALL.iter().map(|it| it.name()).collect();
    assert_eq!(listed, known);
}

/// What a document says and what a dialect does is data: code that knew a name would decide for every
/// other in silence.
#[test]
fn no_document_and_no_dialect_is_named_in_the_code() {
    fn walk(folder: &std::path::Path, names: &[String], found: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            let shown = entry.display().to_string();
            if entry.is_dir() {
                walk(&entry, names, found);
            } else if !shown.ends_with("_tests.rs") && !shown.ends_with("/tests.rs") {
                let text = std::fs::read_to_string(&entry).unwrap();
                // Unit tests are at the end of a file.
                let code = text.split("#[cfg(test)]\nmod ").next().unwrap();
                let named = |line: &&str| names.iter().any(|name| line.contains(name));
                // An example in a comment decides nothing.
                let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
                found.extend(lines.filter(named).map(|line| format!("{shown}: {line}")));
            }
        }
    }
    let catalogue = catalogue();
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let dialects = std::fs::read_dir(root.join("fixtures/dialects")).unwrap();
    let dialects = dialects.map(|file| file.unwrap().path().file_stem().unwrap().to_owned());
    let dialects = dialects.map(|stem| stem.to_str().unwrap().to_owned());
    let documents = catalogue.documents().ids().into_iter().map(str::to_owned);
    let names: Vec<String> = documents.chain(dialects).map(|id| format!("{id:?}")).collect();
    let mut found = Vec::new();
    for folder in ["src", "benches"] {
        walk(&root.join(folder), &names, &mut found);
    }
    // The sample of a report is made for unit tests alone.
    found.retain(|place| !place.contains("/report/sample.rs: "));
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn every_promised_rule_is_there() {
    let catalogue = catalogue();
    let missing: Vec<&str> = IDS.lines().filter(|id| catalogue.get(id).is_none()).collect();
    assert!(missing.is_empty(), "not in the catalogue: {missing:?}");
}

#[test]
fn what_is_untested_is_no_rule_and_says_why() {
    let catalogue = catalogue();
    let mut seen = BTreeSet::new();
    for document in catalogue.documents().iter() {
        assert!(!document.untested.is_empty(), "{}", document.id);
        for entry in &document.untested {
            assert!(seen.insert(&entry.id), "{} stands twice", entry.id);
            let promised = IDS.lines().any(|id| id == entry.id);
            assert!(!promised && catalogue.get(&entry.id).is_none(), "{} is a rule", entry.id);
            assert!(entry.reason.split_whitespace().count() > 3, "{}: {}", entry.id, entry.reason);
        }
    }
}

#[test]
fn statements_name_rules_that_the_same_document_cites() {
    let catalogue = catalogue();
    let mut seen = BTreeSet::new();
    for document in catalogue.documents().iter() {
        for statement in &document.statements {
            assert!(seen.insert(&statement.id), "{} stands twice", statement.id);
            for id in &statement.rules {
                let rule = catalogue.get(id).unwrap();
                let cited = rule.cites.iter().any(|cite| cite.document.id == document.id);
                assert!(cited, "{}: {id} is not cited by {}", statement.id, document.id);
            }
        }
    }
    assert!(seen.len() > 150);
}

#[test]
fn every_statement_has_a_rule_that_judges_it_or_a_reason_why_none_can() {
    let catalogue = catalogue();
    let statements = catalogue.documents().iter().flat_map(|document| &document.statements);
    let open = statements.filter(|it| it.rules.is_empty() && it.untested.is_empty());
    let open: Vec<&str> = open.map(|it| it.id.as_str()).collect();
    assert!(open.is_empty(), "neither judged nor explained: {open:?}");
}

#[test]
fn one_document_is_the_default_and_comes_first() {
    let defaults: Vec<bool> = catalogue().documents().iter().map(|it| it.default).collect();
    assert_eq!(defaults.iter().position(|it| *it), Some(0));
    assert_eq!(defaults.iter().filter(|it| **it).count(), 1);
}

#[test]
fn every_file_of_features_is_embedded() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/features");
    let names = |folder: &str, extension: &str| -> BTreeSet<String> {
        let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        let ours = entries.filter(|path| path.extension().is_some_and(|it| it == extension));
        ours.map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned()).collect()
    };
    let catalogue = catalogue();
    let documents: BTreeSet<String> =
        catalogue.documents().ids().into_iter().map(str::to_owned).collect();
    assert_eq!(documents, names(&format!("{folder}/documents"), "yaml"));
    let features: BTreeSet<String> = catalogue
        .features()
        .iter()
        .map(|file| file.path.strip_prefix("features/").unwrap().replace(".feature", ""))
        .collect();
    assert_eq!(features, names(folder, "feature"));
}

#[test]
fn every_rule_has_a_scenario_in_every_document_that_cites_it() {
    let scenarios = scenarios();
    for rule in catalogue().rules() {
        for cite in &rule.cites {
            let judged = scenarios
                .iter()
                .any(|item| item.rule == rule.id && judged_by(item, &cite.document));
            assert!(judged, "{} has no scenario for {}", rule.id, cite.document.id);
        }
    }
}

#[test]
fn every_scenario_belongs_to_a_rule_of_its_file() {
    let catalogue = catalogue();
    for item in scenarios() {
        let rule = catalogue.get(&item.rule);
        let rule = rule.unwrap_or_else(|| panic!("{}:{}: no rule", item.path, item.line()));
        let rest = item.path.strip_prefix(&format!("features/{}", rule.area()));
        let rest = rest.and_then(|rest| rest.strip_suffix(".feature"));
        let of_area = rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-'));
        assert!(of_area, "{} has a scenario of {}", item.path, item.rule);
    }
}

#[test]
fn no_feature_file_is_longer_than_500_lines_and_areas_stay_together() {
    let catalogue = catalogue();
    let files: Vec<_> = catalogue.features().iter().map(|file| &file.path).collect();
    for path in &files {
        let text = std::fs::read_to_string(path).unwrap();
        assert!(text.lines().count() <= 500, "{path}");
    }
    for pair in ["redirect", "token"] {
        let at = |name: &str| files.iter().position(|path| path.contains(name)).unwrap();
        let more = files.iter().position(|path| path.starts_with(&format!("features/{pair}-")));
        assert_eq!(more, Some(at(&format!("/{pair}.feature")) + 1));
    }
}

#[test]
fn every_gherkin_rule_is_one_rule_of_the_catalogue() {
    let mut seen = BTreeSet::new();
    for feature in parse(&catalogue()).unwrap() {
        assert!(feature.scenarios.is_empty(), "{}: a scenario outside a rule", feature.name);
        for rule in &feature.rules {
            let ids: Vec<_> = rule.tags.iter().filter(|tag| tag.starts_with("rule:")).collect();
            assert_eq!(ids.len(), 1, "{}: one @rule tag", rule.name);
            assert!(seen.insert(ids[0].clone()), "{} stands twice", ids[0]);
        }
    }
}

#[test]
fn scenario_names_are_unique_in_their_rule() {
    let mut seen = BTreeMap::new();
    for item in scenarios() {
        let name = item.scenario.name.clone();
        let place = format!("{}:{}", item.path, item.line());
        assert!(!name.contains('<'), "{place}: a placeholder was not filled in");
        let before = seen.insert((item.rule.clone(), name.clone()), place.clone());
        assert_eq!(before, None, "{}: {name} stands twice, again at {place}", item.rule);
    }
}

#[test]
fn tags_are_of_a_closed_list() {
    let profile = profile::load("fixtures/profiles/reference.yaml".as_ref()).unwrap();
    let catalogue = catalogue();
    let stated = |name: &str| {
        let property = Property::find(name);
        property.is_some_and(|it| catalogue.documents().iter().any(|document| document.states(it)))
    };
    for item in scenarios() {
        let place = format!("{}:{}", item.path, item.line());
        for tag in &item.tags {
            let (kind, value) = tag.split_once(':').unwrap_or((tag, ""));
            match kind {
                "rule" => {}
                "alone" | "ends-grants" | "fresh-browser" | "nobody-signs-in" => {
                    assert_eq!(value, "", "{place}: {tag}");
                }
                "waits" => assert!(item.waits().is_ok(), "{place}: {tag}"),
                "property" => assert!(stated(value), "{place}: no document states {tag}"),
                "needs" => {
                    let known = profile.provides(value);
                    let unknown = known.is_err_and(|text| text.contains("unknown need"));
                    assert!(!unknown, "{place}: {tag}");
                }
                _ => panic!("{place}: unknown tag {tag}"),
            }
        }
    }
}
