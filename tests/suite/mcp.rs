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
