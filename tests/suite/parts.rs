//! Parts of a run: shards, what disturbs the target, what failed before, and the whole again.

use std::collections::BTreeMap;
use std::time::Duration;

use oauthspec::harness::bundled;
use oauthspec::rules::Catalogue;
use oauthspec::runner::{self, Alone, Options, Plan, Portion};
use oauthspec::server::Dialect;
use serde_json::Value;

use crate::command::{fine, oauthspec, refused};

fn whole() -> Plan {
    let profile = bundled::profile_of(Dialect::by_default()).unwrap();
    let catalogue = Catalogue::with(&[]).unwrap();
    let options = Options { against: profile.documents.clone(), ..Options::default() };
    runner::plan(&catalogue, &profile, &options).unwrap()
}

fn ids(plan: &Plan) -> Vec<String> {
    plan.rules.iter().map(|rule| rule.id.clone()).collect()
}

fn shard(shard: &str, durations: BTreeMap<String, Duration>) -> Plan {
    let shard = Some(shard.parse().unwrap());
    Portion { shard, durations, ..Portion::default() }.of(whole())
}

/// That the parts of a plan hold each of its rules once, with all scenarios.
fn make_the_whole(parts: &[Plan]) {
    let whole = ids(&whole());
    let mut together: Vec<String> = parts.iter().flat_map(ids).collect();
    together.sort_by_key(|id| whole.iter().position(|it| it == id));
    assert_eq!(together, whole);
    let scenarios: usize = parts.iter().map(|part| part.scenarios.len()).sum();
    assert_eq!(scenarios, self::whole().scenarios.len());
}

#[test]
fn shards_are_the_whole_and_have_as_much_to_do() {
    let shards: Vec<Plan> =
        (1..=5).map(|number| shard(&format!("{number}/5"), BTreeMap::new())).collect();
    make_the_whole(&shards);
    let sizes: Vec<usize> = shards.iter().map(|it| it.scenarios.len()).collect();
    let (least, most) = (sizes.iter().min().unwrap(), sizes.iter().max().unwrap());
    assert!(most - least <= most / 4, "{sizes:?}");
}

#[test]
fn a_rule_that_took_long_has_a_shard_of_its_own() {
    let durations: BTreeMap<_, _> =
        [("code/single-use".to_owned(), Duration::from_secs(1000))].into();
    assert_eq!(ids(&shard("1/2", durations.clone())), ["code/single-use"]);
    assert_eq!(ids(&shard("2/2", durations)).len(), whole().rules.len() - 1);
}

#[test]
fn what_disturbs_the_target_and_the_rest_are_the_whole() {
    let of = |alone| Portion { alone: Some(alone), ..Portion::default() }.of(whole());
    let (only, without) = (of(Alone::Only), of(Alone::Without));
    assert!(ids(&only).contains(&"code/lifetime".to_owned()), "{:?}", ids(&only));
    assert!(!without.rules.is_empty());
    make_the_whole(&[only, without]);
}

/// Rules and scenarios with their verdicts.
fn verdicts(path: &str) -> Vec<(String, String)> {
    let run: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let of = |rule: &Value| {
        let scenarios = rule["scenarios"].as_array().unwrap().iter();
        let scenarios = scenarios.map(|it| (text(&it["name"]), text(&it["verdict"])));
        [(text(&rule["id"]), text(&rule["verdict"]))]
            .into_iter()
            .chain(scenarios)
            .collect::<Vec<_>>()
    };
    run["rules"].as_array().unwrap().iter().flat_map(of).collect()
}

#[test]
fn five_shards_merge_to_the_same_verdicts_as_one_run() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let one = path("one.json");
    fine(&["run", "code", "token", "revoke", "--json", &one]);
    let mut merge = vec!["merge".to_owned()];
    for number in [3, 1, 2] {
        let part = path(&format!("{number}.json"));
        let shard = format!("{number}/3");
        let balanced = ["--shard", &shard, "--durations", &one, "--json", &part];
        fine(&[&["run", "code", "token", "revoke"][..], &balanced].concat());
        merge.push(part);
    }
    let together = path("together.json");
    merge.extend(["--json".to_owned(), together.clone()]);
    let said = fine(&merge.iter().map(String::as_str).collect::<Vec<_>>());
    assert!(said.contains("Rules:"), "{said}");
    assert_eq!(verdicts(&together), verdicts(&one));
    refused(&["merge", &one, &one], &["is in two of the reports"]);
}

#[test]
fn what_failed_is_run_again_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let (run, again) = (path("run.json"), path("again.json"));
    fine(&["run", "revoke", "--json", &run]);
    refused(&["run", "revoke", "--rerun-failed", &run], &["no selected rule failed in "]);
    let mut report: Value = serde_json::from_str(&std::fs::read_to_string(&run).unwrap()).unwrap();
    report["rules"][1]["verdict"] = "fail".into();
    let id = report["rules"][1]["id"].as_str().unwrap().to_owned();
    std::fs::write(&run, report.to_string()).unwrap();
    assert_eq!(oauthspec(&["merge", &run]).code, Some(1));
    fine(&["run", "revoke", "--rerun-failed", &run, "--json", &again]);
    assert_eq!(verdicts(&again)[0].0, id);
    assert_eq!(verdicts(&again).iter().filter(|(name, _)| name.contains('/')).count(), 1);
}
