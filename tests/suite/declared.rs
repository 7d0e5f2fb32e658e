//! What scenarios declare by their tags, and that refusals stand beside controls: the runner holds
//! both against what each scenario does, and calls it an error where they differ. So it does where
//! the catalogue does not say what a document accepts.

use std::collections::{BTreeMap, BTreeSet};

use oauthspec::cli::Run;
use oauthspec::harness::bench::Bench;
use oauthspec::harness::switches;
use oauthspec::rules::{Catalogue, Subject};
use oauthspec::runner::features::{Item, items, parse};
use oauthspec::server::Dialect;
use oauthspec::testbed::Switches;
use oauthspec::verdict::{RunRecord, Verdict};

use crate::rig::judge;

/// Choices that no dialect makes, each with the document: scenarios that are about one pass with it
/// alone. One of them is a mistake by another rule.
const CHOICES: &[(&str, &str)] = &[
    ("rfc7636", "pkce-plain"),
    ("rfc7636", "pkce-challenge-characters-unchecked"),
    ("rfc6749", "forms-carry-request"),
    ("rfc6749", "form-post"),
    ("rfc6749", "id-token"),
    ("rfc6749", "refresh-for-all-clients"),
    ("rfc8693", "id-token"),
    ("oauth2.1", "consent-first"),
    ("rfc9700", "login-at-its-own-url"),
    ("rfc6750", "query-token"),
    ("rfc6750", "jwt-access-tokens"),
    ("rfc8707", "resource-any"),
    ("rfc7662", "jwt-access-tokens"),
    ("rfc9207", "implicit-offered"),
    ("rfc9728", "resource-metadata-algorithms"),
    ("rfc6750", "resource-etag"),
    ("rfc6749", "prompt-login"),
    ("rfc8414", "pkce-plain"),
    ("rfc8414", "form-post"),
    ("rfc9126", "push-demanded"),
];

/// A scenario, by the feature file and its line.
type Location = (String, usize);

/// Plays those of these scenarios, by rule and name, that judge anything by the document.
fn with_a_choice(document: &str, choice: &str, open: &BTreeMap<Location, &Item>) -> RunRecord {
    let catalogue = Catalogue::embedded().unwrap();
    let dialect = Dialect::find("oauth").unwrap();
    let bench = Bench::of_server(&catalogue, dialect, document).unwrap();
    let variant = switches::find_variant(choice).map(Switches::variant);
    let switches = variant.or_else(|| switches::find_fault(choice).map(Switches::fault)).unwrap();
    let is_open = |rule: &str, name: &str| {
        open.values().any(|it| it.rule == rule && it.scenario.name == name)
    };
    bench.run_part(is_open, switches).unwrap()
}

fn passed(record: &RunRecord) -> impl Iterator<Item = Location> {
    let scenarios = record.rules.iter().flat_map(|rule| &rule.scenarios);
    scenarios.filter(|it| it.verdict == Verdict::Pass).map(|it| (it.feature.clone(), it.line))
}

#[tokio::test(flavor = "multi_thread")]
async fn every_scenario_does_what_its_tags_declare_and_judges_no_refusal_without_a_control() {
    let mut judged = BTreeSet::new();
    let catalogue = Catalogue::embedded().unwrap();
    for document in catalogue.documents().iter() {
        // Where a dialect is to satisfy the document, its choices are those that the document allows.
        let satisfies = |dialect: &&Dialect| dialect.satisfies(&document.id);
        let dialect = Dialect::all().iter().find(satisfies).map(|dialect| dialect.id().to_owned());
        let run = Run { against: vec![document.id.clone()], dialect, ..Run::default() };
        let finished = judge(run).await;
        for scenario in finished.record.rules.iter().flat_map(|rule| &rule.scenarios) {
            let place = (scenario.feature.clone(), scenario.line);
            let ended = !matches!(scenario.verdict, Verdict::Error | Verdict::Inconclusive);
            assert!(ended, "{} {place:?}: {:?}", document.id, scenario.reason);
        }
        judged.extend(passed(&finished.record));
    }
    let about_servers = |rule: &str| catalogue.get(rule).unwrap().subject == Subject::Server;
    let items = items(&parse(&catalogue).unwrap());
    let items = items.iter().filter(|item| about_servers(&item.rule));
    let mut open: BTreeMap<Location, &Item> =
        items.map(|it| ((it.path.clone(), it.line()), it)).collect();
    open.retain(|location, _| !judged.contains(location));
    for (document, choice) in CHOICES {
        let record = tokio::task::block_in_place(|| with_a_choice(document, choice, &open));
        let passed: BTreeSet<Location> = passed(&record).collect();
        open.retain(|location, _| !passed.contains(location));
    }
    assert!(open.is_empty(), "passed against no document: {:?}", open.keys());
}
