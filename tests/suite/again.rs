//! What came out inconclusive is played once more, alone; what failed is not.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use futures::FutureExt;
use oauthspec::cli::Run;
use oauthspec::server::{Config, Dialect, Server};
use oauthspec::verdict::{ExitCode, Verdict};
use oauthspec::wire::{Request, Response, basic, form};

use crate::rig::{self, Judged, Target, against, judge};

/// The bundled server, whose token endpoint answers as `answer` says, by the number of the request.
async fn target(
    answer: impl Fn(usize, Response) -> Response + Send + Sync + 'static,
) -> (Target, Arc<AtomicUsize>) {
    let count = Arc::new(AtomicUsize::new(0));
    let seen = Arc::clone(&count);
    let server: Server = rig::bundled();
    let target = rig::http(move |request| {
        let response = server.handle(&request);
        if request.path() != "/oauth2/token" {
            return response;
        }
        answer(seen.fetch_add(1, Ordering::SeqCst), response)
    })
    .await;
    (target, count)
}

async fn judged(target: &Target, rule: &str) -> Judged {
    let run = against(&target.url, &["box"]);
    let words = [run.words.clone(), vec![rule.to_owned()]].concat();
    judge(Run { words, no_preflight: true, ..run }).await
}

fn reasons(judged: &Judged, rule: &str) -> Vec<String> {
    let scenarios = &judged.rule(rule).scenarios;
    scenarios.iter().filter_map(|scenario| scenario.reason.clone()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_moment_of_weakness_decides_nothing() {
    let weak = |number, response| if number == 0 { Response::new(503) } else { response };
    let (target, _) = target(weak).await;
    let judged = judged(&target, "token/no-store").await;
    assert_eq!(judged.code, ExitCode::Conformant, "{}", judged.summary());
    assert_eq!(judged.rule("token/no-store").verdict, Verdict::Pass, "{}", judged.summary());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_stays_inconclusive_says_that_it_was_played_twice() {
    let (target, _) = target(|_, _| Response::new(503)).await;
    let judged = judged(&target, "token/no-store").await;
    assert_eq!(judged.code, ExitCode::Inconclusive, "{}", judged.summary());
    for reason in reasons(&judged, "token/no-store") {
        assert!(reason.ends_with("; the same when it was played again, alone"), "{reason}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fail_is_never_played_again() {
    let (good, requests) = target(|_, response| response).await;
    let passed = judged(&good, "token/no-store").await;
    assert_eq!(passed.rule("token/no-store").verdict, Verdict::Pass, "{}", passed.summary());
    let once = requests.load(Ordering::SeqCst);
    drop(passed);
    let (bad, requests) = target(|_, mut response| {
        response.headers.remove("cache-control");
        response
    })
    .await;
    let failed = judged(&bad, "token/no-store").await;
    assert_eq!(failed.rule("token/no-store").verdict, Verdict::Fail, "{}", failed.summary());
    assert_eq!(requests.load(Ordering::SeqCst), once);
}

/// The answer of a token endpoint that breaks where it refuses, from the first refusal on.
fn breaks(status: u16) -> impl Fn(usize, Response) -> Response + Send + Sync + 'static {
    move |_, response| match response.status {
        400..=499 => Response::new(status),
        _ => response,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_error_that_comes_again_in_place_of_a_refusal_is_a_breach() {
    for status in [500, 502] {
        let (target, _) = target(breaks(status)).await;
        let judged = judged(&target, "code/single-use").await;
        let rule = judged.rule("code/single-use");
        assert_eq!(rule.verdict, Verdict::Fail, "{}", judged.summary());
        let actual = rule.scenarios[0].actual.as_deref().unwrap_or_default();
        let says = format!("the target answered {status} where a refusal is due, again");
        assert!(actual.starts_with(&says), "{actual}");
    }
}

/// 501 says that the server does not do what was asked for: a refusal, and not the one that is due.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_server_says_that_it_does_not_do_is_refused_otherwise() {
    let (target, _) = target(breaks(501)).await;
    let judged = judged(&target, "code/single-use").await;
    let rule = judged.rule("code/single-use");
    assert_eq!(rule.verdict, Verdict::Fail, "{}", judged.summary());
    let actual = rule.scenarios[0].actual.as_deref().unwrap_or_default();
    assert!(actual.starts_with("501 "), "{actual}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_error_that_may_pass_proves_nothing() {
    let later = |_, response: Response| {
        let mut error = Response::new(500);
        error.headers.push("Retry-After", "5");
        if (400..500).contains(&response.status) { error } else { response }
    };
    let (unavailable, _) = target(breaks(503)).await;
    let (timeout, _) = target(breaks(504)).await;
    let (later, _) = target(later).await;
    for target in [unavailable, timeout, later] {
        let judged = judged(&target, "code/single-use").await;
        let rule = judged.rule("code/single-use");
        assert_eq!(rule.verdict, Verdict::Inconclusive, "{}", judged.summary());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_error_that_comes_once_is_forgotten() {
    let broken = AtomicUsize::new(0);
    let once = move |_, response: Response| match response.status {
        400..=499 if broken.fetch_add(1, Ordering::SeqCst) == 0 => Response::new(500),
        _ => response,
    };
    let (target, _) = target(once).await;
    let judged = judged(&target, "code/single-use").await;
    assert_eq!(judged.rule("code/single-use").verdict, Verdict::Pass, "{}", judged.summary());
}

/// The bundled server, whose redirects about the response type say that it failed: those of these numbers.
async fn failing_at_redirects(error: &'static str, failing: std::ops::Range<usize>) -> Target {
    let (server, redirects): (Server, _) = (rig::bundled(), AtomicUsize::new(0));
    rig::http(move |request| {
        let mut response = server.handle(&request);
        let Some(location) = response.headers.text("location") else { return response };
        let Some((to, _)) = location.split_once("error=unsupported_response_type") else {
            return response;
        };
        if failing.contains(&redirects.fetch_add(1, Ordering::SeqCst)) {
            let location = format!("{to}error={error}");
            response.headers.remove("location");
            response.headers.push("Location", location);
        }
        response
    })
    .await
}

/// RFC 6749 §4.1.2.1: `server_error` stands in a redirect for a status of 500, `temporarily_unavailable`
/// for 503.
#[tokio::test(flavor = "multi_thread")]
async fn a_redirect_that_says_that_the_server_failed_is_no_answer_until_it_comes_again() {
    let always = 0..usize::MAX;
    let cases = [
        ("server_error", 0..1, Verdict::Pass),
        ("server_error", always.clone(), Verdict::Fail),
        ("temporarily_unavailable", always, Verdict::Inconclusive),
    ];
    for (error, failing, verdict) in cases {
        let target = failing_at_redirects(error, failing).await;
        let judged = judged(&target, "authorize/response-type-code-only").await;
        let rule = judged.rule("authorize/response-type-code-only");
        assert_eq!(rule.verdict, verdict, "{error}: {}", judged.summary());
    }
}

/// Without a control nothing is a breach, however often it comes.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_always_breaks_is_not_judged() {
    let (target, _) = target(|_, _| Response::new(500)).await;
    let judged = judged(&target, "code").await;
    assert_eq!(judged.code, ExitCode::Inconclusive, "{}", judged.summary());
    assert!(judged.ids(Verdict::Fail).is_empty(), "{}", judged.summary());
}

/// What ordinary requests show, too, is not the matter of a rule, however often it comes.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_breaks_at_ordinary_requests_as_well_breaches_no_rule_by_that() {
    let issued = AtomicUsize::new(0);
    let (target, _) = target(move |_, response| match response.status {
        200 if issued.fetch_add(1, Ordering::SeqCst) % 2 == 1 => Response::new(500),
        _ => response,
    })
    .await;
    let run = against(&target.url, &["box"]);
    let words = ["code", "token", "refresh"].map(str::to_owned).to_vec();
    let judged = judge(Run { words: [run.words.clone(), words].concat(), ..run }).await;
    assert!(judged.ids(Verdict::Fail).is_empty(), "{}", judged.summary());
    assert!(judged.ids(Verdict::Inconclusive).len() > 10, "{}", judged.summary());
}

/// A server whose responses to refreshes may be cached, up to this number.
async fn careless(until: usize) -> Target {
    let (server, refreshes): (Server, _) = (rig::bundled(), AtomicUsize::new(0));
    rig::http(move |request| {
        let mut response = server.handle(&request);
        let is_refresh = request.body.windows(13).any(|part| part == b"refresh_token");
        if is_refresh && refreshes.fetch_add(1, Ordering::SeqCst) < until {
            response.headers.remove("cache-control");
        }
        response
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fail_that_passes_when_tried_again_is_unstable_and_stays_a_fail() {
    let target = careless(1).await;
    let run = against(&target.url, &["box"]);
    let words = [run.words.clone(), vec!["token/no-store".to_owned()]].concat();
    let judged = judge(Run { words, no_preflight: true, retries: 2, ..run }).await;
    assert_eq!(judged.code, ExitCode::Failed, "{}", judged.summary());
    let scenarios = &judged.rule("token/no-store").scenarios;
    let unstable: Vec<_> = scenarios.iter().filter(|it| it.passed_at == Some(2)).collect();
    assert_eq!(unstable.len(), 1, "{}", judged.summary());
    let reason = unstable[0].reason.clone().unwrap();
    assert!(reason.ends_with("; unstable: it passed at try 2"), "{reason}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fail_that_fails_each_time_is_tried_as_often_as_was_asked_for() {
    let target = careless(usize::MAX).await;
    let run = against(&target.url, &["box"]);
    let words = [run.words.clone(), vec!["token/no-store".to_owned()]].concat();
    let judged = judge(Run { words, no_preflight: true, retries: 2, ..run }).await;
    let scenarios = &judged.rule("token/no-store").scenarios;
    let tries: Vec<_> =
        scenarios.iter().filter(|it| it.verdict == Verdict::Fail).map(|it| it.tries).collect();
    assert!(!tries.is_empty() && tries.iter().all(|it| *it == 3), "{tries:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_ends_as_soon_as_enough_has_failed() {
    let target = careless(usize::MAX).await;
    let run = against(&target.url, &["box"]);
    let words =
        [run.words.clone(), vec!["token/no-store".to_owned(), "refresh".to_owned()]].concat();
    let ended = judge(Run {
        words,
        no_preflight: true,
        max_failures: Some(1),
        concurrency: Some(1),
        ..run
    });
    let judged = ended.await;
    assert_eq!(judged.code, ExitCode::Failed, "{}", judged.summary());
    let count = |wanted: Verdict| {
        let scenarios = judged.record.rules.iter().flat_map(|rule| &rule.scenarios);
        scenarios.filter(|it| it.verdict == wanted).count()
    };
    assert_eq!(count(Verdict::Fail), 1, "{}", judged.summary());
    assert!(count(Verdict::Inconclusive) > 10, "{}", judged.summary());
    assert!(judged.console.contains("1 scenarios failed (--max-failures)"), "{}", judged.console);
}

/// A server that bears as many requests for tokens at once as come, until it has answered `many`; then
/// one.
async fn tiring(many: usize) -> Target {
    let server =
        Server::new(Config { control: true, ..Config::of(Dialect::find("oauth").unwrap()) });
    let [under_way, answered] = [0, 0].map(AtomicUsize::new).map(Arc::new);
    let seen = Arc::clone(&under_way);
    let pace = move |request: &Request| {
        if request.path() == "/token" {
            under_way.fetch_add(1, Ordering::SeqCst);
            return tokio::time::sleep(Duration::from_millis(20)).boxed();
        }
        std::future::ready(()).boxed()
    };
    rig::http_after(pace, move |request| {
        if request.path() != "/token" {
            return server.handle(&request);
        }
        let several = seen.fetch_sub(1, Ordering::SeqCst) > 1;
        match several && answered.fetch_add(1, Ordering::SeqCst) > many {
            true => Response::new(500),
            false => server.handle(&request),
        }
    })
    .await
}

/// What the target bears is measured before a run, and may be less once the run is under way.
#[tokio::test(flavor = "multi_thread")]
async fn a_run_whose_ordinary_requests_fail_beside_others_goes_on_with_one_scenario_at_a_time() {
    let target = tiring(60).await;
    let profile = "fixtures/profiles/oauth.yaml".to_owned();
    let words = [&profile, "token", "refresh", "pkce"].map(ToString::to_string).to_vec();
    let base_url = Some(target.url.clone());
    let judged = judge(Run { words, base_url, seed: Some(7), ..Run::default() }).await;
    let conduct = judged.record.conduct.as_ref().unwrap();
    assert!(conduct.concurrency > 1, "{conduct:?}");
    let said = conduct.apart.as_deref().unwrap_or_default();
    assert_eq!(said, "ordinary requests failed while several ran", "{}", judged.console);
    assert_eq!(judged.ids(Verdict::Inconclusive), [""; 0], "{}", judged.summary());
    assert_eq!(judged.ids(Verdict::Fail), [""; 0], "{}", judged.summary());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_limit_that_holds_for_long_is_named_and_left_alone() {
    let (target, requests) = target(|number, response| {
        let mut limited = Response::new(429);
        limited.headers.push("Retry-After", "899");
        if number < 3 { response } else { limited }
    })
    .await;
    let judged = judged(&target, "token").await;
    assert_eq!(judged.code, ExitCode::Inconclusive, "{}", judged.summary());
    // Those that were on their way when the last one was counted.
    assert!(requests.load(Ordering::SeqCst) < 30, "{}", requests.load(Ordering::SeqCst));
    let limit = "the server limits requests to /oauth2/token (429, Retry-After: 899)";
    let conduct = judged.record.conduct.as_ref().unwrap();
    assert_eq!(conduct.limit.as_deref(), Some(limit));
    assert_eq!(conduct.played_again, 0);
}

/// The bundled server, which serves no further authorization request of a client that named a response type
/// that does not exist.
async fn breaking() -> Target {
    let dialect = Dialect::find("oauth").unwrap();
    let server = Server::new(Config { control: true, ..Config::of(dialect) });
    let broken = Mutex::new(BTreeSet::new());
    rig::http(move |request| {
        let query = request.query().unwrap_or_default().to_owned();
        let client = query.split('&').find(|it| it.starts_with("client_id=")).map(str::to_owned);
        let Some(client) = client.filter(|_| request.path() == "/authorize") else {
            return server.handle(&request);
        };
        let mut broken = broken.lock().unwrap();
        if !query.contains("response_type=code") {
            broken.insert(client.clone());
        }
        if broken.contains(&client) {
            return Response::new(500);
        }
        drop(broken);
        server.handle(&request)
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_the_server_does_not_serve_any_more_is_replaced() {
    let target = breaking().await;
    let folder = tempfile::tempdir().unwrap();
    let path = rig::written(folder.path(), &rig::registering(&target.url));
    let words = [&path, "authorize", "code", "refresh"].map(ToString::to_string).to_vec();
    let judged = judge(Run { words, seed: Some(7), concurrency: Some(1), ..Run::default() }).await;
    let conduct = judged.record.conduct.as_ref().unwrap();
    let told = conduct.sentences().join("\n");
    assert!(conduct.renewals > 0 && conduct.decided > 0, "{told}");
    assert!(told.contains("ordinary requests failed from "), "{told}");
    assert_eq!(judged.rule("code/bound-to-client").verdict, Verdict::Pass, "{}", judged.summary());
}

/// The bundled server, which breaks at each request to this path.
async fn broken_at(path: &'static str) -> Target {
    let dialect = Dialect::find("oauth").unwrap();
    let server = Server::new(Config { control: true, ..Config::of(dialect) });
    rig::http(move |request| match request.path().starts_with(path) {
        true => Response::new(500),
        false => server.handle(&request),
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_valid_request_that_always_breaks_the_server_is_a_breach_beside_the_ordinary_flow() {
    let cases = [("/register/", "registration/read"), ("/revoke", "revoke/by-access-token")];
    for (path, rule) in cases {
        let target = broken_at(path).await;
        let words = ["fixtures/profiles/oauth.yaml", rule].map(ToString::to_string).to_vec();
        let base_url = Some(target.url.clone());
        let judged = judge(Run { words, base_url, seed: Some(7), ..Run::default() }).await;
        let found = judged.rule(rule);
        assert_ne!(found.verdict, Verdict::Inconclusive, "{}", judged.summary());
        let actual = found.scenarios[0].actual.as_deref().unwrap_or_default();
        assert_eq!(actual, "the target answered 500, again when it was asked alone");
    }
}

/// The bundled server, which issues each client one token a second, and breaks at a second one.
async fn by_second() -> Target {
    let dialect = Dialect::find("oauth").unwrap();
    let server = Server::new(Config { control: true, ..Config::of(dialect) });
    let last = Mutex::new(BTreeMap::new());
    rig::http(move |request| {
        let second = SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs();
        let response = server.handle(&request);
        if request.path() != "/token" || response.status != 200 {
            return response;
        }
        let mut last = last.lock().unwrap();
        match last.insert(client_of(&request), second) == Some(second) {
            true => Response::new(500),
            false => response,
        }
    })
    .await
}

/// The client that asks for tokens, by what it says of itself.
fn client_of(request: &Request) -> String {
    let field = request.headers.get("authorization").and_then(basic::decode);
    let params = form::decode(&request.body).unwrap_or_default();
    field.map(|sent| sent.id).or(params.first("client_id").map(str::to_owned)).unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_that_are_made_of_the_second_are_named_and_asked_for_in_seconds_of_their_own() {
    let target = by_second().await;
    let words = ["fixtures/profiles/oauth.yaml", "token/no-store", "refresh/new-pair"];
    let words = words.map(ToString::to_string).to_vec();
    let base_url = Some(target.url.clone());
    let judged = judge(Run { words, base_url, seed: Some(7), ..Run::default() }).await;
    let clash = judged.record.conduct.as_ref().unwrap().clash.clone().unwrap_or_default();
    assert!(clash.contains("fails (the target answers 500)"), "{}", judged.console);
    for rule in ["token/no-store", "refresh/new-pair"] {
        assert_eq!(judged.rule(rule).verdict, Verdict::Pass, "{rule}: {}", judged.console);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn clients_that_wait_for_their_second_are_registered_several_times_and_take_turns() {
    let target = by_second().await;
    let folder = tempfile::tempdir().unwrap();
    let file = rig::written(folder.path(), &rig::registering(&target.url));
    let words = [
        &*file,
        "code/unknown",
        "token/code-required",
        "token/malformed",
        "token/repeated-parameter",
    ];
    let words = words.map(ToString::to_string).to_vec();
    let judged = judge(Run { words, seed: Some(7), ..Run::default() }).await;
    let conduct = judged.record.conduct.as_ref().unwrap();
    assert_eq!(conduct.flocks, 8, "{}", judged.console);
    assert_eq!(judged.ids(Verdict::Inconclusive), [""; 0], "{}", judged.console);
    assert_eq!(judged.ids(Verdict::Fail), [""; 0], "{}", judged.console);
}
