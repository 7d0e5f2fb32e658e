//! Servers that take HTTP Basic as it stands, and choose secrets that form encoding changes.

use oauthspec::harness::switches::find_variant;
use oauthspec::server::{Config, Dialect, Server, faults};
use oauthspec::testbed::Switches;
use serde_json::Value;

use crate::command::NO_WAITS;
use crate::init::{ALICE, oauthspec};
use crate::rig::{self, Target};

/// The bundled server, whose clients register secrets with characters that form encoding changes.
async fn odd_secrets(decodes: bool) -> Target {
    let mut switches = Switches::variant(find_variant("register-odd-secret").unwrap());
    if !decodes {
        switches.faults.push(faults::find("basic-not-decoded").unwrap());
    }
    let dialect = Dialect::find("oauth").unwrap();
    let server =
        Server::new(Config { clock: rig::config().clock, switches, ..Config::of(dialect) });
    rig::http(move |request| server.handle(&request)).await
}

const ENCODED: &str = "token/basic-form-encoded";

const OTHERS: [&str; 6] = [
    "metadata/auth-methods-work",
    "registration/methods-work",
    "token/basic-authentication",
    "token/basic-malformed",
    "introspection/caller-authenticated",
    "revoke/bound-to-client",
];

async fn verdict_of(target: &Target, rules: &[&str]) -> (Vec<String>, String) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("report.json").display().to_string();
    let against = "rfc6749,rfc7009,rfc7591,rfc7662,rfc8414";
    let words =
        ["run", &target.url, "--user", ALICE, "--against", against, "--json", &file, NO_WAITS];
    let run = oauthspec(&[&words[..], rules].concat(), &[]).await;
    let report: Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
    let verdict = |id: &&str| {
        let rule = report["rules"].as_array().unwrap().iter().find(|rule| rule["id"] == **id);
        rule.unwrap()["verdict"].as_str().unwrap().to_owned()
    };
    (rules.iter().map(verdict).collect(), run.out)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_decodes_no_basic_fails_for_that_alone() {
    let target = odd_secrets(false).await;
    let (verdicts, out) = verdict_of(&target, &[&[ENCODED][..], &OTHERS].concat()).await;
    assert_eq!(verdicts[0], "fail", "{out}");
    assert!(verdicts[1..].iter().all(|verdict| verdict == "pass"), "{verdicts:?}\n{out}");
    assert!(out.contains("the server does not form-decode HTTP Basic"), "{out}");
    assert!(!out.contains("register for client_secret_post"), "{out}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_decodes_basic_gets_it_encoded() {
    let target = odd_secrets(true).await;
    let (verdicts, out) = verdict_of(&target, &[&[ENCODED][..], &OTHERS].concat()).await;
    assert!(verdicts.iter().all(|verdict| verdict == "pass"), "{verdicts:?}\n{out}");
    assert!(!out.contains("does not form-decode"), "{out}");
}
