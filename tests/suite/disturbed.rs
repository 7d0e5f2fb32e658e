//! A request that nobody answers, whichever of a scenario it is, shows nothing: neither that the server
//! keeps the rule nor that it breaks it.

use std::collections::BTreeMap;
use std::time::Duration;

use oauthspec::harness::bench::Bench;
use oauthspec::harness::disturbed::Disturbance;
use oauthspec::rules::Catalogue;
use oauthspec::server::Dialect;
use oauthspec::verdict::{Exchange, RunRecord, ScenarioRecord, Verdict};
use oauthspec::wire::transport::Sent;
use oauthspec::wire::{Response, TransportError};

use crate::rig;

/// Each scenario is disturbed at one of so many of its requests: at all of them it would take minutes.
const STRIDE: usize = 4;

/// Scenarios of more requests collect values or race, and the first requests are like the others.
const LONGEST: usize = 30;

/// What is as good as no answer.
fn accidents() -> [Sent; 3] {
    [
        Err(TransportError::TimedOut(Duration::from_secs(5))),
        Err(TransportError::Closed("by the test".to_owned())),
        Ok(Response::new(503)),
    ]
}

/// A scenario by rule and name.
type Key = (String, String);

fn scenarios(record: &RunRecord) -> BTreeMap<Key, &ScenarioRecord> {
    let all = record.rules.iter().flat_map(|rule| &rule.scenarios);
    all.map(|scenario| ((scenario.rule.clone(), scenario.name.clone()), scenario)).collect()
}

/// The requests of a scenario, without the levers of the harness.
fn requests(scenario: &ScenarioRecord) -> Vec<&Exchange> {
    let lever = |exchange: &&Exchange| exchange.request.path().starts_with("/control");
    scenario.exchanges.iter().filter(|exchange| !lever(exchange)).collect()
}

/// What a scenario may do without: it takes back what it made, has seen what it looks for, or sends copies of
/// one request, of which the others decide.
fn is_dispensable(scenario: &ScenarioRecord, number: usize) -> bool {
    let plain_http = scenario.rule.ends_with("/https-only");
    let cleans = requests(scenario).get(number).is_some_and(|it| it.label.starts_with("delete_"));
    let copies = scenario.rule.ends_with("/single-use-concurrent");
    plain_http || cleans || copies
}

fn wrong(bench: &Bench) -> Vec<String> {
    let clean = bench.follow().unwrap();
    let clean = scenarios(&clean);
    let long = clean.values().map(|scenario| requests(scenario).len());
    let most = long.filter(|count| *count <= LONGEST).max().unwrap_or_default();
    let number = |key: &Key| clean.keys().position(|known| known == key).unwrap_or_default();
    let mut wrong = Vec::new();
    for from in 0..most {
        let answer = accidents()[from % accidents().len()].clone();
        let chosen = |rule: &str, name: &str| {
            let key = (rule.to_owned(), name.to_owned());
            let count = clean.get(&key).map_or(0, |scenario| requests(scenario).len());
            let passes = clean.get(&key).is_some_and(|it| it.verdict == Verdict::Pass);
            passes && (from + 1..=LONGEST).contains(&count) && (from + number(&key)) % STRIDE == 0
        };
        let disturbance = Disturbance { from, lasting: false, answer: answer.clone() };
        let record = bench.disturbed(disturbance, chosen).unwrap();
        for (key, scenario) in scenarios(&record) {
            let open = matches!(scenario.verdict, Verdict::Inconclusive | Verdict::NotApplicable);
            if !open && !is_dispensable(clean[&key], from) {
                let label = requests(clean[&key])[from].label.clone();
                let what = scenario.actual.clone().unwrap_or_default();
                let (rule, name) = key;
                let answer = answer.clone().map(|response| response.status);
                wrong.push(format!(
                    "{} {rule}: {name}: request {from} ({label}) got {answer:?}: {what}",
                    scenario.verdict
                ));
            }
        }
    }
    wrong
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_without_an_answer_decides_nothing() {
    let _alone = rig::alone().await;
    let judged = tokio::task::spawn_blocking(|| {
        let hook = std::panic::take_hook();
        std::panic::set_hook(Box::new(|_| {}));
        let catalogue = Catalogue::embedded().unwrap();
        let benches = [("box", "box"), ("oauth", "rfc6749"), ("oauth", "rfc7009")];
        let wrong = std::thread::scope(|scope| {
            let threads = benches.map(|(dialect, document)| {
                let dialect = Dialect::all().iter().find(|it| it.id() == dialect).unwrap();
                let bench = Bench::of_server(&catalogue, dialect, document).unwrap();
                scope.spawn(move || wrong(&bench))
            });
            threads.map(|thread| thread.join().unwrap_or_else(|_| vec!["a panic".to_owned()]))
        });
        std::panic::set_hook(hook);
        wrong.concat()
    });
    let wrong = judged.await.unwrap();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
