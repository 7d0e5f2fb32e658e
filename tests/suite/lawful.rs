//! Servers that do what they may in a form of their own, or refuse what they may: the reports say just that.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use oauthspec::harness::switches::{find_fault, find_variant};
use oauthspec::server::{Config, Dialect, Server};
use oauthspec::testbed::Switches;
use oauthspec::wire::{Request, Response, form};
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

/// What a run says of refresh tokens at the bundled server with these switches, where documents leave it to the
/// server whether they work once.
async fn told_of_refresh_tokens(switches: Switches) -> String {
    let dialect = Dialect::find("oauth").unwrap();
    let own = Config::of(dialect);
    let server = Server::new(Config { clock: rig::config().clock, switches, ..own });
    let target = rig::http(move |request| server.handle(&request)).await;
    let words = ["run", &target.url, "--user", ALICE, "--against", "rfc6749", NO_WAITS];
    let rules = ["refresh/single-use", "refresh/single-use-concurrent"];
    let out = oauthspec(&[&words[..], &rules].concat(), &[]).await.out;
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_used_refresh_token_that_dies_late_is_said_to_die() {
    let late = "another refresh token; the used one is refused, but only once";
    let same = "the same refresh token once more; the used one is refused, but only once";
    let never = "this is optional in rfc6749 6, 10.4 (may); the target does not do it";
    let fault = |name: &str| Switches::fault(find_fault(name).unwrap());
    let retried = Switches::variant(find_variant("refresh-retry-same-tokens").unwrap());
    for (switches, said, unsaid) in [
        (fault("refresh-token-lives-until-access-token"), format!("{late} the new access"), never),
        (fault("refresh-token-lives-until-successor"), format!("{late} its successor"), never),
        (retried, format!("{same} its successor"), never),
        (fault("refresh-token-works-twice"), never.to_owned(), late),
        (fault("refresh-token-stays"), never.to_owned(), late),
    ] {
        let out = told_of_refresh_tokens(switches).await;
        assert!(out.contains(&said) && !out.contains(unsaid), "{said}: {out}");
    }
}

/// The bundled server, whose users say who they are by a form for each of them, and type no password.
async fn with_accounts(users: &'static [(&'static str, &'static str)]) -> Target {
    let dialect = Dialect::find("oauth").unwrap();
    let server = Server::new(Config { clock: rig::config().clock, ..Config::of(dialect) });
    rig::http(move |mut request| {
        if request.method == "POST" && request.path() == "/login" {
            let body = form::decode(&request.body).unwrap();
            let user = users.iter().find(|(login, _)| body.first("login") == Some(*login)).unwrap();
            request.body.extend(format!("&password={}", user.1).bytes());
            let length = request.body.len().to_string();
            request.headers.remove("Content-Length");
            request.headers.push("Content-Length", length);
        }
        let mut answer = server.handle(&request);
        let text = answer.text();
        let Some((head, _)) = text.split_once("<label for=\"login\">") else { return answer };
        let (before, shown) = head.split_at(head.rfind("<form").unwrap());
        let account = |(login, _): &(&str, &str)| {
            format!(
                "{shown}<input type=hidden name=login value={login}><button>User</button></form>"
            )
        };
        let accounts: String = users.iter().map(account).collect();
        answer.body = format!("{before}<p>Who are you?</p>{accounts}").into_bytes();
        answer
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_picked_among_several() {
    let (alice, password) = ALICE.split_once(':').unwrap();
    let others: [&[(&str, &str)]; 2] =
        [&[("bob@example.com", ""), (alice, password)], &[("bob@example.com", "")]];
    for (users, works) in others.into_iter().zip([true, false]) {
        let target = with_accounts(users.to_vec().leak()).await;
        let words = ["run", &target.url, "--user", ALICE, "--against", "rfc6749", NO_WAITS];
        let rules = ["consent/grant", "consent/login-required", "consent/public-asked-again"];
        let run = oauthspec(&[&words[..], &rules].concat(), &[]).await;
        let said = format!("{}{}", run.out, run.err);
        assert_eq!(said.contains("✔ consent/grant"), works, "{said}");
        assert_eq!(said.contains("✔ consent/login-required"), works, "{said}");
        assert!(!said.contains("× "), "{said}");
    }
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
