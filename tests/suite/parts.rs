//! Parts of a run: shards, what disturbs the target, what failed before, and the whole again.

use std::collections::BTreeMap;
use std::time::Duration;

use oauthspec::harness::bundled;
use oauthspec::rules::Catalogue;
use oauthspec::runner::{self, Alone, Options, Plan, Portion};
use oauthspec::server::Dialect;
use serde_json::Value;

use crate::command::{Served, fine, oauthspec, refused};

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

/// The parts of a run, each against its own target or all against one, merged: the verdicts are those
/// of one run.
fn merge_to_the_same(targets: &[Served], parts: &[&[&str]]) {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let profile = crate::rig::reference().display().to_string();
    // What the server does wrong is part of the verdicts.
    let run = |target: &Served, part: &[&str], report: &str| {
        let rules = ["run", &profile, "code", "token", "revoke", "--base-url", &target.url];
        let ended = oauthspec(&[&rules[..], part, &["--json", report]].concat());
        assert!(matches!(ended.code, Some(0 | 1)), "{part:?}\n{}{}", ended.out, ended.err);
    };
    let (one, together) = (path("one.json"), path("together.json"));
    run(&Served::start(FAULT), &[], &one);
    let mut merge = vec!["merge".to_owned(), "--json".to_owned(), together.clone()];
    for (number, part) in parts.iter().enumerate() {
        let report = path(&format!("{number}.json"));
        let balanced = part.contains(&"--shard").then_some(["--durations", &one]);
        let part = [*part, balanced.as_ref().map_or(&[], |it| &it[..])].concat();
        run(&targets[number % targets.len()], &part, &report);
        merge.push(report);
    }
    let ended = oauthspec(&merge.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(ended.code, Some(1), "{}", ended.err);
    assert!(ended.out.contains("Rules:"), "{}", ended.out);
    assert_eq!(verdicts(&together), verdicts(&one));
    assert!(verdicts(&one).iter().any(|(_, verdict)| verdict == "fail"));
    refused(&["merge", &one, &one], &["is in two of the reports"]);
}

const FAULT: &[&str] = &["--fault", "code-works-twice"];

#[test]
fn five_shards_with_a_target_each_merge_to_the_same_verdicts_as_one_run() {
    let targets: Vec<Served> = (0..5).map(|_| Served::start(FAULT)).collect();
    let shards = ["3/5", "1/5", "2/5", "5/5", "4/5"].map(|shard| ["--shard", shard]);
    merge_to_the_same(&targets, &shards.each_ref().map(|shard| &shard[..]));
}

#[test]
fn shards_of_one_target_and_then_what_disturbs_it_merge_to_the_same_verdicts_as_one_run() {
    let shards = ["2/2", "1/2"].map(|shard| ["--without-alone", "--shard", shard]);
    merge_to_the_same(&[Served::start(FAULT)], &[&shards[0], &shards[1], &["--only-alone"]]);
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
