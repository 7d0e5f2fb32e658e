//! Servers without an authorization endpoint, which issue tokens for passwords or for a client's own credentials
//! alone: what is not about codes is judged.

use std::sync::Arc;

use oauthspec::server::{Config, Dialect, Server, faults};
use oauthspec::testbed::Switches;
use oauthspec::wire::Response;
use serde_json::{Value, json};

use crate::command::NO_WAITS;
use crate::init::{ALICE, METADATA, oauthspec};
use crate::rig;

const PASSWORD_CLIENT: &str = "password-client:test-only-Lr3XtB8cPz2NhVq6WkDy";

/// The default client of a server for its own clients alone.
const OWN: &str = "clients: {default: {id: server-client, secret: test-only-S2hJz6RnYv4CkFq8MbVx, \
                   grants: [client_credentials]}}\n";

/// The bundled server, whose authorization endpoint is hidden, with or without metadata that say so.
async fn codeless(switches: Switches, grants: Option<Value>) -> rig::Target {
    let dialect = Dialect::find("oauth").unwrap();
    let server = Arc::new(Server::new(Config { control: true, switches, ..Config::of(dialect) }));
    rig::http(move |request| {
        let path = request.path().to_owned();
        if path.starts_with("/authorize") {
            return Response::new(404);
        }
        if !path.starts_with("/.well-known") {
            return server.handle(&request);
        }
        let Some(grants) = grants.clone().filter(|_| path == METADATA) else {
            return Response::new(404);
        };
        let mut members: Value = serde_json::from_slice(&server.handle(&request).body).unwrap();
        let all = members.as_object_mut().unwrap();
        for endpoint in ["authorization", "registration", "device_authorization"] {
            all.remove(&format!("{endpoint}_endpoint"));
        }
        all.insert("grant_types_supported".to_owned(), grants);
        rig::json_response(200, &members)
    })
    .await
}

fn verdict(report: &Value, id: &str) -> String {
    let rules = report["rules"].as_array().unwrap();
    let rule = rules.iter().find(|rule| rule["id"] == id);
    rule.unwrap_or_else(|| panic!("{id} was not selected"))["verdict"].as_str().unwrap().to_owned()
}

/// A run with these words, its output and its report.
async fn run(words: &[&str]) -> (Option<i32>, String, Value) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("report.json").display().to_string();
    let args = [&["run"], words, &["--strict", NO_WAITS, "--json", &file]].concat();
    let ended = oauthspec(&args, &[]).await;
    let report = std::fs::read_to_string(&file).unwrap_or_else(|_| "null".to_owned());
    (ended.code, ended.out + &ended.err, serde_json::from_str(&report).unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_for_passwords_is_judged_from_its_url() {
    let grants = json!(["password", "refresh_token"]);
    let server = codeless(Switches::default(), Some(grants)).await;
    let words = [&server.url, "--client", PASSWORD_CLIENT, "--user", ALICE];
    let documents = ["--against", "rfc6749,rfc6750,rfc7009,rfc7662"];
    let (code, text, report) = run(&[&words[..], &documents].concat()).await;
    assert_eq!(code, Some(0), "{text}");
    for judged in [
        "bearer/missing",
        "refresh/single-use",
        "refresh/unknown",
        "revoke/by-access-token",
        "token/password-grant",
        "identity/current-user",
        "introspection/active",
    ] {
        assert_eq!(verdict(&report, judged), "pass", "{judged}: {text}");
    }
    for of_codes in ["code/single-use", "authorize/get", "redirect/exact-match"] {
        assert_eq!(verdict(&report, of_codes), "not-applicable", "{of_codes}: {text}");
    }
    assert!(text.contains("names no authorization endpoint"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_metadata_the_token_endpoint_is_found() {
    let server = codeless(Switches::default(), None).await;
    let made =
        oauthspec(&["init", &server.url, "--client", PASSWORD_CLIENT, "--user", ALICE], &[]).await;
    assert_eq!(made.code, Some(0), "{}{}", made.out, made.err);
    assert!(made.err.contains("the token endpoint /token was guessed"), "{}", made.err);
    assert!(made.err.contains("an ordinary flow works: tokens"), "{}", made.err);
    assert!(made.out.contains("endpoints: {token: /token"), "{}", made.out);
    assert!(made.out.contains("grants: [password]"), "{}", made.out);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_without_users_needs_none_in_its_profile() {
    let server = codeless(Switches::default(), None).await;
    let folder = tempfile::tempdir().unwrap();
    let endpoints = "{token: /token, revocation: /revoke}";
    let text = format!("base_url: {}\nendpoints: {endpoints}\n{OWN}", server.url);
    let file = rig::written(folder.path(), &text);
    let (code, text, report) = run(&[&file, "--against", "rfc6749,rfc7009"]).await;
    assert_eq!(code, Some(0), "{text}");
    assert_eq!(verdict(&report, "token/credentials-grant-authenticates"), "pass", "{text}");
    assert_eq!(verdict(&report, "revoke/endpoint"), "pass", "{text}");
    let doctor = oauthspec(&["doctor", &file], &[]).await;
    assert_eq!(doctor.code, Some(0), "{}{}", doctor.out, doctor.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn its_mistakes_are_noticed() {
    let fault = Switches::fault(faults::find("access-token-not-revocable").unwrap());
    let server = codeless(fault, Some(json!(["password", "refresh_token"]))).await;
    let words = [&server.url, "--client", PASSWORD_CLIENT, "--user", ALICE];
    let rules = ["revoke/by-access-token", "--against", "rfc7009"];
    let (code, text, report) = run(&[&words[..], &rules].concat()).await;
    assert_eq!(code, Some(1), "{text}");
    assert_eq!(verdict(&report, "revoke/by-access-token"), "fail", "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_that_is_left_out_is_named_with_its_alternative() {
    let folder = tempfile::tempdir().unwrap();
    let text = "base_url: http://127.0.0.1:9\nendpoints: {token: /token}\nclients: {default: {id: a, secret: b}}\n";
    let file = rig::written(
        folder.path(),
        &text.replace("{token: /token}", "{token: /token, authorization: ''}"),
    );
    let (code, text, _) = run(&[&file, "--dry-run"]).await;
    assert_eq!(code, Some(2), "{text}");
    // A wrong client secret is told as such.
    let server = codeless(Switches::default(), None).await;
    let wrong = OWN.replace("S2hJz6", "wrong");
    let text = format!("base_url: {}\nendpoints: {{token: /token}}\n{wrong}", server.url);
    let file = rig::written(folder.path(), &text);
    let (code, text, _) = run(&[&file, "--against", "rfc6749"]).await;
    assert_eq!(code, Some(4), "{text}");
    assert!(text.contains("no access token could be obtained"), "{text}");
    assert!(text.contains("clients.default.secret"), "{text}");
}

/// A profile of a server that issues tokens for its clients' own credentials alone.
fn token_endpoint_alone(url: &str) -> String {
    format!(
        "base_url: {url}\nendpoints: {{token: /token, revocation: /revoke, introspection: /introspect}}\n\
         clients:\n  \
         default: {{id: server-client, secret: test-only-S2hJz6RnYv4CkFq8MbVx, grants: [client_credentials]}}\n  \
         other: {{id: no-code-client, secret: test-only-N7wQcE2xVb9KtRj4MzYp, grants: [client_credentials]}}\n"
    )
}

/// Rules about every token request, which the client credentials grant carries where there are no codes.
const CARRIED: &[&str] = &[
    "token/basic-authentication",
    "token/basic-malformed",
    "token/client-credentials",
    "token/clients-not-told-apart",
    "token/error-shape",
    "token/every-credential-checked",
    "token/form-encoded",
    "token/grant-type-known",
    "token/grant-type-required",
    "token/malformed",
    "token/no-store-on-errors",
    "token/oversized",
    "token/post-only",
    "token/query-ignored",
    "token/repeated-parameter",
    "token/two-authentications",
];

#[tokio::test(flavor = "multi_thread")]
async fn what_holds_for_every_token_request_is_judged_without_codes() {
    let server = codeless(Switches::default(), None).await;
    let folder = tempfile::tempdir().unwrap();
    let file = rig::written(folder.path(), &token_endpoint_alone(&server.url));
    let (code, text, report) = run(&[&file, "--against", "rfc6749,rfc7009,rfc7662"]).await;
    assert_eq!(code, Some(0), "{text}");
    for rule in CARRIED {
        assert_eq!(verdict(&report, rule), "pass", "{rule}: {text}");
    }
    let rules = report["rules"].as_array().unwrap();
    let judged = rules.iter().filter(|rule| rule["verdict"] != "not-applicable").count();
    assert!(judged >= JUDGED, "{judged} of {} rules were judged: {text}", rules.len());
    assert_eq!(verdict(&report, "token/code-required"), "not-applicable", "{text}");
}

/// Rules of RFC 6749, 7009 and 7662 that are judged at such a server.
const JUDGED: usize = 44;

#[tokio::test(flavor = "multi_thread")]
async fn mistakes_at_every_token_request_are_noticed_without_codes() {
    for (fault, rule) in [
        ("header-before-body", "token/every-credential-checked"),
        ("error-unchallenged", "token/error-shape"),
        ("errors-may-be-cached", "token/no-store-on-errors"),
        ("repeated-first-wins", "token/repeated-parameter"),
        ("client-credentials-any-secret", "token/client-credentials"),
        ("client-unknown-said", "token/clients-not-told-apart"),
        ("grant-type-without-case", "token/grant-type-known"),
        ("url-credentials-taken", "token/query-ignored"),
        ("token-as-json", "token/form-encoded"),
        ("basic-malformed-500", "token/basic-malformed"),
    ] {
        let switches = Switches::fault(faults::find(fault).unwrap());
        let server = codeless(switches, None).await;
        let folder = tempfile::tempdir().unwrap();
        let file = rig::written(folder.path(), &token_endpoint_alone(&server.url));
        let (code, text, report) = run(&[&file, rule, "--against", "rfc6749"]).await;
        assert_eq!(code, Some(1), "{fault}: {text}");
        assert_eq!(verdict(&report, rule), "fail", "{fault}: {text}");
    }
}
