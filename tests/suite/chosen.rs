//! Which documents a server is judged by, and which clients are registered for them.

use std::sync::Arc;

use oauthspec::harness::switches::find_variant;
use oauthspec::server::{Config, Dialect, Server};
use oauthspec::testbed::Switches;
use oauthspec::wire::Response;
use serde_json::{Value, json};

use crate::command::Ended;
use crate::init::{ALICE, METADATA, oauthspec};
use crate::rig;

/// The bundled server, as the RFCs say, to stand behind an [`rig::http`] server.
fn bundled(switches: Switches) -> Server {
    let dialect = Dialect::find("oauth").unwrap();
    Server::new(Config { control: true, switches, ..Config::of(dialect) })
}

/// A run of a profile in which the clients are registered and RFC 6749 alone is named.
async fn registering(target: &rig::Target, rule: &str) -> Ended {
    let folder = tempfile::tempdir().unwrap();
    let path = rig::written(folder.path(), &rig::registering(&target.url));
    oauthspec(&["run", &path, "--against", "rfc8693", rule], &[]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn clients_register_for_the_documents_that_are_judged() {
    let server = bundled(Switches::default());
    let target = rig::http(move |request| server.handle(&request)).await;
    let run = registering(&target, "exchange/tokens").await;
    assert!(run.out.contains("Rules:     1 pass"), "{}{}", run.out, run.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_could_not_be_registered_is_named_with_the_reason() {
    let server = bundled(Switches::default());
    let target = rig::http(move |request| {
        let response = server.handle(&request);
        if request.path() != METADATA {
            return response;
        }
        let mut metadata: Value = serde_json::from_slice(&response.body).unwrap();
        metadata["grant_types_supported"] = json!(["authorization_code", "refresh_token"]);
        rig::json_response(200, &metadata)
    })
    .await;
    let run = registering(&target, "exchange/tokens").await;
    let text = "no client of role `exchange` could be registered: the server's metadata do not name the \
                grant `urn:ietf:params:oauth:grant-type:token-exchange`";
    assert!(
        run.out.split_whitespace().collect::<Vec<_>>().join(" ").contains(text),
        "{}{}",
        run.out,
        run.err
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn grants_and_the_type_of_access_tokens_offer_documents() {
    let server = bundled(Switches::variant(find_variant("jwt-access-tokens").unwrap()));
    let target = rig::http(move |request| server.handle(&request)).await;
    let made = oauthspec(&["init", &target.url, "--user", ALICE], &[]).await;
    let documents = made.out.lines().find(|line| line.starts_with("documents:")).unwrap();
    for id in ["rfc7523", "rfc8628", "rfc8693", "rfc9068"] {
        assert!(documents.contains(id), "{documents}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn users_are_followed_to_an_identity_provider() {
    let server = Arc::new(bundled(Switches::default()));
    let behind = Arc::clone(&server);
    let provider = rig::http(move |request| behind.handle(&request)).await;
    let there = provider.url.clone();
    let target = rig::http(move |request| {
        if request.path() != "/authorize" {
            return server.handle(&request);
        }
        let mut response = Response::new(302);
        response.headers.push("Location", format!("{there}{}", request.target));
        response
    })
    .await;
    let made = oauthspec(&["init", &target.url, "--user", ALICE], &[]).await;
    let line = format!("sign_on: \"{}\"", provider.url);
    assert!(made.out.contains(&line), "{}{}", made.out, made.err);
    assert!(made.err.contains("an ordinary flow works"), "{}{}", made.out, made.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_refusal_says_is_shown() {
    let server = bundled(Switches::default());
    let target = rig::http(move |request| {
        if request.path() != "/authorize" {
            return server.handle(&request);
        }
        let query = request.query().unwrap_or_default();
        let uri = query.split('&').find_map(|it| it.strip_prefix("redirect_uri=")).unwrap();
        let uri = uri.replace("%3A", ":").replace("%2F", "/");
        let mut response = Response::new(302);
        let error = "error=invalid_request&error_description=missing+colour";
        response.headers.push("Location", format!("{uri}?{error}"));
        response
    })
    .await;
    let made = oauthspec(&["init", &target.url, "--user", ALICE], &[]).await;
    assert!(made.err.contains("missing colour"), "{}{}", made.out, made.err);
    // What is published is judged all the same.
    let run =
        oauthspec(&["run", &target.url, "--user", ALICE, "metadata/issuer-identical", "code"], &[])
            .await;
    assert!(run.out.contains("1 pass"), "{}{}", run.out, run.err);
    assert_eq!(run.code, Some(4), "{}{}", run.out, run.err);
}
