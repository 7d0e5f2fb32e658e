//! From the URL of a server of the Model Context Protocol to a report.

use std::sync::Arc;

use oauthspec::server::{Config, Dialect, Server};
use serde_json::{Value, json};

use crate::init::{ALICE, oauthspec};
use crate::rig;

#[tokio::test(flavor = "multi_thread")]
async fn a_url_and_a_user_are_enough() {
    let dialect = Dialect::find("mcp").unwrap();
    let server = Arc::new(Server::new(Config { control: true, ..Config::of(dialect) }));
    let target = rig::http(move |request| server.handle(&request)).await;
    let folder = tempfile::tempdir().unwrap();
    let report = folder.path().join("report.json").display().to_string();
    let password = [("OAUTHSPEC_USER_PASSWORD", "test-only-password-of-alice")];
    let url = format!("{}/mcp", target.url);
    let args = ["run", &url, "--user", ALICE, "--json", &report, "bearer", "resource-metadata"];
    let run = oauthspec(&args, &password).await;
    assert_eq!(run.code, Some(0), "{}{}", run.out, run.err);
    let report: Value = serde_json::from_str(&std::fs::read_to_string(&report).unwrap()).unwrap();
    let rules = report["rules"].as_array().unwrap();
    let verdict = |id: &str| rules.iter().find(|rule| rule["id"] == id).unwrap()["verdict"].clone();
    for judged in ["bearer/missing", "bearer/invalid", "resource-metadata/names-itself"] {
        assert_eq!(verdict(judged), "pass", "{judged}");
    }
    assert!(report.to_string().contains("mcp-2025-11-25"), "{}", run.out);
    // What a call brings names no user: the number of the call is none.
    assert!(!run.err.contains("the user is named by"), "{}", run.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_asks_for_no_token_is_told_so() {
    let target = rig::http(|request| {
        if request.method != "POST" || request.path() != "/mcp" {
            return oauthspec::wire::Response::new(404);
        }
        rig::json_response(200, &json!({"jsonrpc": "2.0", "id": 1, "result": {}}))
    })
    .await;
    let url = format!("{}/mcp", target.url);
    let run = oauthspec(&["run", &url, "--user", ALICE], &[]).await;
    assert_eq!(run.code, Some(2), "{}{}", run.out, run.err);
    assert!(run.err.contains("asks nobody for one"), "{}", run.err);
}

/// The bundled server, at which whoever comes may begin, and calls of other methods need a token.
async fn open_at_first() -> rig::Target {
    let dialect = Dialect::find("mcp").unwrap();
    let server = Arc::new(Server::new(Config { control: true, ..Config::of(dialect) }));
    rig::http(move |request| {
        let call: Value = serde_json::from_slice(&request.body).unwrap_or_default();
        let begins = ["initialize", "server/discover"].iter().any(|it| call["method"] == *it);
        match request.path() == "/mcp" && begins {
            true => rig::json_response(200, &json!({"jsonrpc": "2.0", "id": 1, "result": {}})),
            false => server.handle(&request),
        }
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_at_which_whoever_comes_may_begin_is_called_by_another_method() {
    let target = open_at_first().await;
    let password = [("OAUTHSPEC_USER_PASSWORD", "test-only-password-of-alice")];
    let url = format!("{}/mcp", target.url);
    let made = oauthspec(&["init", &url, "--user", ALICE], &password).await;
    assert_eq!(made.code, Some(0), "{}{}", made.out, made.err);
    assert!(made.out.contains("mcp_method: tools/list"), "{}", made.out);
    assert!(made.err.contains("whoever comes may begin without a token"), "{}", made.err);
    let run = oauthspec(&["run", &url, "--user", ALICE, "bearer"], &password).await;
    assert_eq!(run.code, Some(0), "{}{}", run.out, run.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_of_the_revision_without_sessions_alone_is_called_by_that() {
    let dialect = Dialect::find("mcp").unwrap();
    let server = Arc::new(Server::new(Config { control: true, ..Config::of(dialect) }));
    let target = rig::http(move |request| {
        let answer = server.handle(&request);
        let call: Value = serde_json::from_slice(&request.body).unwrap_or_default();
        if request.path() != "/mcp" || answer.status != 200 || call["method"] != "initialize" {
            return answer;
        }
        let error = json!({"code": -32601, "message": "there is no such method"});
        rig::json_response(200, &json!({"jsonrpc": "2.0", "id": 1, "error": error}))
    })
    .await;
    let password = [("OAUTHSPEC_USER_PASSWORD", "test-only-password-of-alice")];
    let url = format!("{}/mcp", target.url);
    let made = oauthspec(&["init", &url, "--user", ALICE], &password).await;
    assert_eq!(made.code, Some(0), "{}{}", made.out, made.err);
    assert!(made.out.contains("2026-07-28"), "{}", made.out);
}
