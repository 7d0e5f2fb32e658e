//! The fuzzer against correct servers: the bundled server in each dialect, and the same with each choice
//! that the documents of the dialect leave it.

use std::collections::BTreeSet;

use futures::FutureExt;

use oauthspec::fuzzing::bundled;
use oauthspec::fuzzing::campaign::{self, End, Limits, Plan, Report};
use oauthspec::fuzzing::generate::Aim;
use oauthspec::fuzzing::oracle::ORACLES;
use oauthspec::fuzzing::proof::OF_ENDPOINTS;
use oauthspec::harness::listed::Listed;
use oauthspec::server::{Dialect, faults, variants};
use oauthspec::testbed::Switches;

fn campaign(dialect: &'static Dialect, switches: Switches, seed: u64, requests: u64) -> Report {
    let (stage, cast) = bundled::stage_of(dialect, switches, seed).unwrap();
    let limits = Limits { requests: Some(requests), ..Limits::default() };
    let plan = Plan { cast, aim: Aim::All, seed, limits };
    campaign::run(&stage, &plan, &|| false, &mut |_| ()).now_or_never().unwrap()
}

/// What is wrong about a report on a correct server.
fn wrong(name: &str, report: &Report) -> Vec<String> {
    let mut all: Vec<String> = report
        .confirmed
        .iter()
        .filter(|it| it.finding.level.is_demanded() || !name.contains(' '))
        .map(|it| {
            let case = oauthspec::fuzzing::story::summary(&it.case);
            format!("{name}: {} [{case}]", it.finding)
        })
        .collect();
    if report.end != End::Done {
        all.push(format!("{name}: {:?}", report.end));
    }
    all
}

/// What the documents of a dialect forbid beyond what the matrix tries there: MCP demands proof keys.
const FORBIDDEN: &[(&str, &str)] = &[("mcp", "pkce-ignored")];

#[test]
fn the_fuzzer_has_no_finding_on_a_correct_server() {
    const REQUESTS: u64 = 150;
    let listed = Listed::embedded().unwrap();
    let mut all = Vec::new();
    for dialect in Dialect::all() {
        let plain = campaign(dialect, Switches::default(), 3, REQUESTS * 5);
        all.extend(wrong(dialect.id(), &plain));
        for (seed, variant) in (10..).zip(variants::ALL) {
            let other =
                |it: &String| listed.forbids(it, variant.name) || listed.is_open(it, variant.name);
            let forbidden = FORBIDDEN.contains(&(dialect.id(), variant.name));
            if forbidden || dialect.documents.iter().any(other) {
                continue;
            }
            let report = campaign(dialect, Switches::variant(variant), seed, REQUESTS);
            all.extend(wrong(&format!("{} {}", dialect.id(), variant.name), &report));
        }
    }
    assert!(all.is_empty(), "{}", all.join("\n"));
}

/// Properties that the documents of a dialect, or its profile, give no occasion to test.
const WITHOUT_OCCASION: &[(&str, &[&[&str]])] = &[
    (
        "box",
        &[&["code-with-its-verifier", "registration-checked", "resource-never-widens"], ENDPOINTS],
    ),
    // Nothing is narrowed.
    ("oauth", &[&["never-renewable"]]),
    ("mcp", &[&["only-the-owner-revokes", "never-renewable", "assertion-as-signed"], ENDPOINTS]),
];

/// Those of endpoints and means that neither has: introspection, pushed requests, devices, and proofs of
/// possession.
const ENDPOINTS: &[&str] = &[
    "introspection-tells",
    "pushed-as-issued",
    "pushed-once",
    "pushed-in-time",
    "pushed-checked",
    "pushed-alone-counts",
    "device-decided",
    "device-as-issued",
    "device-once",
    "device-in-time",
    "device-page-checks",
    "proof-of-its-request",
    "proof-once",
    "bound-to-its-key",
    "exchanged-as-issued",
];

/// What a server that is asked ten times a second is asked in half a minute.
const HALF_A_MINUTE: u64 = 300;
/// And in a minute, which is as long as a campaign takes if nobody says.
const A_MINUTE: u64 = 600;

fn untested(report: &Report) -> BTreeSet<&'static str> {
    let names = ORACLES.iter().map(|oracle| oracle.name);
    names.filter(|name| report.tried.times(name) == 0).collect()
}

fn without_occasion(dialect: &Dialect) -> BTreeSet<&'static str> {
    let known = WITHOUT_OCCASION.iter().filter(|(id, _)| *id == dialect.id());
    known.flat_map(|(_, lists)| lists.concat()).collect()
}

#[test]
fn every_property_is_put_to_the_test_within_a_minute_of_ten_requests_a_second() {
    for dialect in Dialect::all() {
        let report = campaign(dialect, Switches::default(), 3, A_MINUTE);
        assert_eq!(untested(&report), without_occasion(dialect), "{}", dialect.id());
    }
}

#[test]
fn a_server_that_takes_pushed_requests_alone_is_put_to_the_same_tests() {
    let dialect = Dialect::find("oauth").unwrap();
    let demanded = variants::ALL.iter().find(|it| it.name == "push-demanded").unwrap();
    // Each authorization takes a request more.
    let report = campaign(dialect, Switches::variant(demanded), 3, 2 * A_MINUTE);
    assert_eq!(wrong("push-demanded", &report), Vec::<String>::new());
    assert_eq!(untested(&report), without_occasion(dialect));
}

/// Faults of proof keys, and the rule that the fuzzer has to name.
const PROOF_KEYS: &[(&str, &str)] = &[
    ("pkce-not-verified", "pkce/verifier-missing"),
    ("pkce-verifier-optional", "pkce/verifier-missing"),
    ("pkce-empty-verifier", "pkce/verifier-missing"),
    ("pkce-any-verifier", "pkce/verifier-wrong"),
    ("pkce-challenge-is-verifier", "pkce/verifier-wrong"),
    ("pkce-forgotten-after-failure", "pkce/verifier-missing"),
    ("pkce-guessed-once", "pkce/verifier-wrong"),
    ("pkce-for-public-clients-alone", "pkce/verifier-missing"),
    ("pkce-unasked-verifier-ignored", "pkce/verifier-unasked"),
    ("pkce-unknown-method-ignores", "pkce/method-unknown"),
];

#[test]
fn faults_of_proof_keys_are_found_in_half_a_minute_of_ten_requests_a_second() {
    let dialect = Dialect::find("oauth").unwrap();
    let mut missed = Vec::new();
    for (name, rule) in PROOF_KEYS {
        let fault = faults::find(name).unwrap();
        let report = campaign(dialect, Switches::fault(fault), 5, HALF_A_MINUTE);
        let rules: Vec<_> = report.confirmed.iter().map(|it| it.finding.rule).collect();
        if !rules.contains(&Some(*rule)) {
            missed.push(format!("{name}: {rules:?}"));
        }
    }
    assert_eq!(missed, Vec::<String>::new());
}

#[test]
fn faults_of_every_endpoint_are_found_in_a_minute_of_ten_requests_a_second() {
    let dialect = Dialect::find("oauth").unwrap();
    let mut missed = Vec::new();
    for (name, rule) in OF_ENDPOINTS {
        let report = campaign(dialect, Switches::fault(faults::find(name).unwrap()), 5, A_MINUTE);
        let rules: Vec<_> = report.confirmed.iter().map(|it| it.finding.rule).collect();
        if !rules.contains(&Some(*rule)) {
            missed.push(format!("{name}: {rules:?}"));
        }
    }
    assert_eq!(missed, Vec::<String>::new());
}
