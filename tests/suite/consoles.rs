//! Consoles of other servers: what the suite asks of them is sent in their own words.

use std::sync::{Arc, Mutex};

use oauthspec::verdict::Verdict;
use oauthspec::wire::{Request, Response};
use serde_json::{Value, json};

use crate::rig::{self, against, judge, written};

/// A scope or an access level of the suite, and the console's word for it.
const WORDS: &[(&str, &str)] = &[
    ("root_readwrite", "content"),
    ("manage_managed_users", "people"),
    ("manage_groups", "groups"),
    ("manage_app_users", "apps"),
    ("app-only", "level-1"),
    ("app-and-enterprise", "level-2"),
];

const SET_SCOPES: &str = r#"{http: {url: /console/scopes,
    json: {client: "{client}", chosen: "{scopes:list}"},
    words: {root_readwrite: content, manage_managed_users: people, manage_groups: groups,
        manage_app_users: apps}}}"#;
const SET_ACCESS: &str = r#"{http: {url: /console/access, json: {client: "{client}", level: "{access}"},
    words: {app-only: level-1, app-and-enterprise: level-2}}}"#;

const RULES: [&str; 2] = ["authorization/snapshot-scopes", "authorization/snapshot-access"];

fn of_the_suite(own: &str) -> Option<&'static str> {
    WORDS.iter().find(|(_, word)| *word == own).map(|(known, _)| *known)
}

/// What the bundled server's console understands for a request to this one, if it is in its words.
fn translated(path: &str, asked: &Value) -> Option<Value> {
    let client = asked["client"].as_str()?;
    if path == "/console/scopes" {
        let chosen = asked["chosen"].as_array()?.iter();
        let scopes: Vec<&str> =
            chosen.map(|it| of_the_suite(it.as_str()?)).collect::<Option<_>>()?;
        return Some(json!({"action": "set-scopes", "client": client, "scopes": scopes.join(" ")}));
    }
    let access = of_the_suite(asked["level"].as_str()?)?;
    Some(json!({"action": "set-access", "client": client, "access": access}))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_console_is_asked_in_its_own_words_and_by_lists() {
    let server = rig::bundled();
    let asked: Arc<Mutex<Vec<Value>>> = Arc::default();
    let seen = Arc::clone(&asked);
    let target = rig::http(move |request| {
        if !request.path().starts_with("/console/") {
            return server.handle(&request);
        }
        let body: Value = serde_json::from_slice(&request.body).unwrap();
        seen.lock().unwrap().push(body.clone());
        match translated(request.path(), &body) {
            Some(own) => server.handle(&Request {
                target: "/control/console".to_owned(),
                body: own.to_string().into_bytes(),
                ..request
            }),
            None => Response::new(400),
        }
    })
    .await;
    let folder = tempfile::tempdir().unwrap();
    let changes = [("actions.set_scopes", SET_SCOPES), ("actions.set_access", SET_ACCESS)];
    let text = rig::reference_with(&changes);
    let mut run = against(&target.url, &["box"]);
    run.words = vec![written(folder.path(), &text)];
    run.words.extend(RULES.map(str::to_owned));
    let judged = judge(run).await;
    for rule in RULES {
        assert_eq!(judged.rule(rule).verdict, Verdict::Pass, "{}", judged.summary());
    }
    let asked = asked.lock().unwrap();
    assert!(
        asked.iter().any(|it| it["chosen"].as_array().is_some_and(|it| it.len() > 1)),
        "{asked:?}"
    );
    for word in ["content", "level-"] {
        assert!(asked.iter().any(|it| it.to_string().contains(word)), "{word}: {asked:?}");
    }
}
