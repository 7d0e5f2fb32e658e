//! Runs on a real clock: what is waited for, and what runs meanwhile.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use oauthspec::cli::Run;
use oauthspec::server::{Config, Lifetimes, Server};
use oauthspec::testbed::Listener;
use oauthspec::verdict::{ExitCode, Verdict};

use crate::rig::{self, against, judge, written};

/// The reference profile with a real clock, in a file.
fn with_real_clock(folder: &Path, code: &str) -> String {
    written(folder, &rig::reference_with(&[("clock", "real"), ("lifetimes.code", code)]))
}

fn real(profile: String, words: &[&str], budget: u64, url: &str, documents: &[&str]) -> Run {
    let mut run = against(url, documents);
    run.words = vec![profile];
    run.words.extend(words.iter().map(|word| (*word).to_owned()));
    run.time_budget = Some(Duration::from_secs(budget));
    run
}

#[tokio::test(flavor = "multi_thread")]
async fn real_time_is_waited_for_within_the_budget_only() {
    let folder = tempfile::tempdir().unwrap();
    let profile = with_real_clock(folder.path(), "30s");
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let listener = Listener::start(Arc::new(rig::bundled()), address, None).unwrap();
    let words = ["code/", "access-token/lifetime", "refresh/lifetime", "refresh/timer"];
    let url = listener.origin().to_string();
    let judged = judge(real(profile, &words, 2, &url, &["box"])).await;
    assert_eq!(judged.code, ExitCode::Conformant, "{}", judged.summary());
    assert!(judged.took < rig::NOT_HUNG, "{:?}", judged.took);
    for (id, waits) in [
        ("code/lifetime", ["29 s", "31 s"]),
        ("access-token/lifetime", ["3570 s", "3630 s"]),
        ("refresh/lifetime", ["5183940 s", "5184060 s"]),
    ] {
        let rule = judged.rule(id);
        assert_eq!(rule.verdict, Verdict::NotApplicable, "{id}");
        for (scenario, wait) in rule.scenarios.iter().zip(waits) {
            let reason = scenario.reason.as_deref().unwrap();
            let says = format!("waiting {wait} on a real clock is over the time budget of 2 s");
            assert_eq!(reason, says, "{id}");
        }
    }
    assert_eq!(judged.rule("code/single-use").verdict, Verdict::Pass);
}

/// Neither the document nor the profile says how long a code lives.
#[tokio::test(flavor = "multi_thread")]
async fn what_has_no_known_lifetime_is_not_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let profile = with_real_clock(folder.path(), "");
    let server = rig::bundled();
    let target = rig::http(move |request| server.handle(&request)).await;
    let words = ["code/lifetime", "code/unknown"];
    let judged = judge(real(profile, &words, 600, &target.url, &["rfc6749"])).await;
    let rule = judged.rule("code/lifetime");
    assert_eq!(rule.verdict, Verdict::NotApplicable, "{}", judged.summary());
    for scenario in &rule.scenarios {
        let reason = scenario.reason.as_deref().unwrap();
        assert!(reason.ends_with("defines the lifetime of a code"), "{reason}");
        assert!(scenario.exchanges.is_empty(), "{}", scenario.name);
    }
    assert_eq!(judged.rule("code/unknown").verdict, Verdict::Pass, "{}", judged.summary());
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_else_runs_while_real_time_passes() {
    let folder = tempfile::tempdir().unwrap();
    // A promise that is short enough to be waited for in a test.
    let life = Duration::from_secs(3);
    let profile = with_real_clock(folder.path(), "3s");
    let server = Server::new(Config {
        lifetimes: Lifetimes { code: life, ..Lifetimes::default() },
        control: true,
        ..Config::default()
    });
    let start = Instant::now();
    let redeemed: Arc<Mutex<Vec<Duration>>> = Arc::default();
    let seen = Arc::clone(&redeemed);
    let target = rig::http(move |request| {
        if request.path() == "/oauth2/token" {
            seen.lock().unwrap().push(start.elapsed());
        }
        server.handle(&request)
    })
    .await;
    let words = ["code/lifetime", "redirect/internal-error", "code/unknown"];
    let judged = judge(real(profile, &words, 10, &target.url, &["rfc6749"])).await;
    assert_eq!(judged.rule("code/lifetime").verdict, Verdict::Pass, "{}", judged.summary());
    assert_eq!(judged.rule("code/unknown").verdict, Verdict::Pass, "{}", judged.summary());
    assert!(judged.took >= life && judged.took < rig::NOT_HUNG);
    // Nobody waits who could send, even though a scenario of the run needs the target to itself.
    let first = redeemed.lock().unwrap().first().copied().unwrap();
    let meanwhile = redeemed.lock().unwrap().iter().filter(|at| **at < first + life).count();
    assert!(meanwhile >= 12, "{meanwhile} of {:?}", redeemed.lock().unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_answers_and_stands_still_makes_no_rule_fail() {
    let server = rig::bundled();
    let target = rig::http(move |request| {
        if request.path().contains("clock") {
            return rig::json_response(200, &serde_json::json!({}));
        }
        server.handle(&request)
    })
    .await;
    let mut run = against(&target.url, &["box"]);
    run.words.extend(["code/lifetime", "access-token/lifetime"].map(str::to_owned));
    let judged = judge(run).await;
    assert_eq!(judged.code, ExitCode::Inconclusive, "{}", judged.summary());
    let scenarios = judged.record.rules.iter().flat_map(|rule| &rule.scenarios);
    for scenario in scenarios.filter(|scenario| scenario.verdict == Verdict::Inconclusive) {
        let reason = scenario.reason.as_deref().unwrap();
        assert!(reason.contains("nothing shows that time passed"), "{reason}");
    }
}
