//! Servers that do what they may in a form of their own, or refuse what they may: the reports say just that.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use oauthspec::server::{Config, Dialect, Server};
use oauthspec::wire::{Request, Response};
use serde_json::json;

use crate::command::NO_WAITS;
use crate::init::{ALICE, oauthspec};
use crate::rig::{self, Target};

/// The bundled server, whose answers are changed.
async fn changed(
    change: impl Fn(&Request, Response) -> Response + Send + Sync + 'static,
) -> Target {
    let dialect = Dialect::find("oauth").unwrap();
    let server = Server::new(Config { clock: rig::config().clock, ..Config::of(dialect) });
    rig::http(move |request| change(&request, server.handle(&request))).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_used_refresh_token_that_is_refused_by_another_status_is_said_to_be_refused() {
    let target = changed(|request, mut answer| {
        let refreshes = request.body.windows(24).any(|part| part == b"grant_type=refresh_token");
        if refreshes && answer.status == 400 {
            answer.status = 401;
        }
        answer
    })
    .await;
    let words = ["run", &target.url, "--user", ALICE, "--against", "rfc6749", NO_WAITS];
    let run = oauthspec(&[&words[..], &["refresh/single-use"]].concat(), &[]).await;
    assert!(run.out.contains("the target does it, though not as"), "{}{}", run.out, run.err);
    assert!(!run.out.contains("the target does not do it"), "{}", run.out);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ordinary_registration_that_is_refused_is_no_finding_of_the_fuzzer() {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let target = changed(move |request, answer| {
        if !request.path().ends_with("/register") {
            return answer;
        }
        count.fetch_add(1, Ordering::Relaxed);
        let text = "only public clients can register";
        let body = json!({"error": "invalid_client_metadata", "error_description": text});
        rig::json_response(400, &body)
    })
    .await;
    let folder = tempfile::tempdir().unwrap();
    let profile = include_str!("../../fixtures/profiles/oauth.yaml");
    let profile = profile.replacen("http://127.0.0.1:8080", &target.url, 1);
    let file = rig::written(folder.path(), &profile);
    let words = ["fuzz", &file, "--against", "rfc6749,rfc7591", "--requests", "400", "--seed", "1"];
    let fuzzed = oauthspec(&words, &[]).await;
    let said = fuzzed.out + &fuzzed.err;
    assert!(asked.load(Ordering::Relaxed) > 0, "{said}");
    assert!(!said.contains("registers itself"), "{said}");
}
