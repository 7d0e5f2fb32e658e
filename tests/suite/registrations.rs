//! Servers that want more of a client that registers itself than RFC 7591 does.

use std::collections::BTreeSet;

use oauthspec::cli::Run;
use oauthspec::server::{Config, Dialect, Server};
use oauthspec::verdict::Verdict;
use serde_json::{Value, json};

use crate::rig::{self, Judged, Target};

/// The bundled server, which registers clients that name who is to be written to, or none at all.
async fn wanting(member: &'static str) -> Target {
    let dialect = Dialect::find("oauth").unwrap();
    let server = Server::new(Config { clock: rig::config().clock, ..Config::of(dialect) });
    rig::http(move |request| {
        let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
        if request.path().ends_with("/register") && body.get(member).is_none() {
            return rig::json_response(400, &json!({"error": "invalid_client_metadata"}));
        }
        server.handle(&request)
    })
    .await
}

const RULES: &[&str] =
    &["registration/endpoint", "registration/success", "registration/secret-expiry"];

async fn judged(target: &Target, further: &str) -> Judged {
    let profile = include_str!("../../fixtures/profiles/oauth.yaml");
    let profile = profile.replacen("http://127.0.0.1:8080", &target.url, 1);
    let folder = tempfile::tempdir().unwrap();
    let path = rig::written(folder.path(), &format!("{profile}\n{further}"));
    let words = std::iter::once(path.as_str()).chain(RULES.iter().copied());
    let words = words.map(str::to_owned).collect();
    let against = vec!["rfc7591".to_owned()];
    rig::judge(Run { words, against, seed: Some(7), ..Run::default() }).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_refuses_what_the_suite_registers_neither_fails_nor_passes() {
    let target = wanting("contacts").await;
    let judged = judged(&target, "").await;
    let verdicts: BTreeSet<Verdict> =
        ["registration/endpoint", "registration/success"].map(|it| judged.rule(it).verdict).into();
    assert_eq!(verdicts, BTreeSet::from([Verdict::Inconclusive]), "{}", judged.summary());
    assert!(judged.summary().contains("`registration_metadata`"), "{}", judged.summary());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_else_a_server_wants_of_a_client_stands_in_the_profile() {
    let target = wanting("contacts").await;
    let judged = judged(&target, "registration_metadata: {contacts: [a@client.example]}\n").await;
    for rule in RULES {
        assert_eq!(judged.rule(rule).verdict, Verdict::Pass, "{}", judged.summary());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_home_page_is_named_where_the_server_wants_one() {
    let target = wanting("client_uri").await;
    let judged = judged(&target, "").await;
    for rule in RULES {
        assert_eq!(judged.rule(rule).verdict, Verdict::Pass, "{}", judged.summary());
    }
}
