//! The suite as a call in people's own tests, as `docs/ci.md` shows it.

use std::panic::catch_unwind;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use oauthspec::server::{Config, Server, faults};
use oauthspec::testbed::Switches;
use oauthspec::verdict::ExitCode;

use crate::rig::{self, Target, alone};

/// A server that a test of its own starts.
async fn start_my_server() -> Target {
    let server = rig::bundled();
    rig::http(move |request| server.handle(&request)).await
}

/// One that fails.
async fn start_bad_server() -> Target {
    let fault = Switches::fault(faults::find("code-works-twice").unwrap());
    let server = Server::new(Config { switches: fault, ..rig::config() });
    rig::http(move |request| server.handle(&request)).await
}

#[tokio::test]
async fn my_server_conforms() {
    let server = start_my_server().await;
    let run = oauthspec::run("fixtures/profiles/reference.yaml")
        .args(["code", "revoke", "--base-url", &server.url])
        .await
        .unwrap();
    assert!(run.conforms(), "{run}");
}

#[test]
fn the_documentation_has_this_test() {
    let test =
        include_str!("library.rs").split("\n\n").find(|it| it.contains("my_server_conforms"));
    let shown = test.unwrap().replace("fixtures/profiles/reference.yaml", "my-server.yaml");
    assert!(include_str!("../../docs/ci.md").contains(&shown), "{shown}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failure_is_read_in_the_assertion() {
    let server = start_bad_server().await;
    let url = server.url.clone();
    let _alone = alone().await;
    let blocking = || {
        oauthspec::run(rig::reference()).args(["code/single-use", "--base-url", &url]).blocking()
    };
    let run = std::thread::scope(|scope| scope.spawn(blocking).join().unwrap()).unwrap();
    assert!(!run.conforms());
    assert_eq!(run.code, ExitCode::Failed);
    let (rule, scenario) = run.failures().next().unwrap();
    assert_eq!(rule.id, "code/single-use");
    assert_eq!(scenario.actual.as_deref(), Some("200 with an access token"));
    for text in ["Expected: 400 invalid_grant", "Response: 200", "code/single-use"] {
        assert!(run.to_string().contains(text), "{run}");
    }
}

#[tokio::test]
async fn what_has_to_be_mended_first_is_an_error() {
    let says = |call: oauthspec::cli::Call| async move { call.await.unwrap_err().to_string() };
    assert!(says(oauthspec::run("nowhere.yaml")).await.contains("nowhere.yaml: "));
    let reference = || oauthspec::run(rig::reference());
    assert!(
        says(reference().args(["--no-such"])).await.contains("unexpected argument '--no-such'")
    );
    assert!(says(reference().args(["--dry-run"])).await.contains("--dry-run"));
    let nested = reference().blocking().unwrap_err();
    assert!(nested.to_string().contains("await the call"), "{nested}");
}

const HEARD: &str = "heard beside a run";

/// Panics at every request beside the run, and says how many there were.
#[test]
#[ignore = "panics; run by the test below"]
fn panics_beside_a_run() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let requests = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&requests);
    let fault = Switches::fault(faults::find("code-works-twice").unwrap());
    let server = Server::new(Config { switches: fault, ..rig::config() });
    let target = runtime.block_on(rig::http(move |request| {
        counted.fetch_add(1, Ordering::Relaxed);
        let _ = catch_unwind(|| panic!("{HEARD}"));
        server.handle(&request)
    }));
    let run = oauthspec::run(rig::reference()).args(["code/single-use", "--base-url", &target.url]);
    assert_eq!(run.blocking().unwrap().code, ExitCode::Failed);
    let _ = catch_unwind(|| panic!("{HEARD}"));
    println!("requests: {}", requests.load(Ordering::Relaxed));
}

#[test]
fn panics_of_others_are_printed_and_those_of_steps_are_not() {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "library::panics_beside_a_run", "--nocapture"])
        .output()
        .unwrap();
    let (out, err) =
        (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    assert!(output.status.success(), "{out}{err}");
    let (_, requests) = out.split_once("requests: ").unwrap();
    let requests: usize = requests.lines().next().unwrap().parse().unwrap();
    assert!(requests > 10, "{requests}");
    assert_eq!(err.matches(HEARD).count(), requests + 1, "{err}");
    assert_eq!(err.matches("panicked at").count(), requests + 1, "{err}");
}
