//! Baselines, waivers and interruptions: what a CI job relies on.

use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};

use oauthspec::cli::Run;
use oauthspec::server::{Config, Server, faults};
use oauthspec::testbed::{Listener, ManualClock, Switches};
use oauthspec::verdict::ExitCode;
use serde_json::Value;

use crate::rig::{self, against, judge};

/// A bundled server that redeems a code twice.
fn broken() -> Listener {
    let fault = faults::find("code-works-twice").unwrap();
    let config = Config {
        clock: std::sync::Arc::new(ManualClock::default()),
        control: true,
        switches: Switches::fault(fault),
        ..Config::default()
    };
    let address = (Ipv4Addr::LOCALHOST, 0).into();
    Listener::start(std::sync::Arc::new(Server::new(config)), address, None).unwrap()
}

fn run(url: &str, selectors: &[&str]) -> Run {
    let mut run = against(url, &["box"]);
    run.words.extend(selectors.iter().map(|&selector| selector.to_owned()));
    run
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unchanged_server_meets_its_baseline_whatever_it_contains() {
    let (target, folder) = (broken(), tempfile::tempdir().unwrap());
    let url = target.origin().to_string();
    let file = folder.path().join("expected.yaml");
    let first = judge(Run { write_expected: Some(file.clone()), ..run(&url, &["code"]) }).await;
    assert_eq!(first.code, ExitCode::Failed, "{}", first.summary());
    drop(first);
    let expects = |selectors: &[&str]| Run { expected: Some(file.clone()), ..run(&url, selectors) };
    let same = judge(expects(&["code"])).await;
    assert_eq!(same.code, ExitCode::Conformant, "{}", same.summary());
    drop(same);
    let part = judge(expects(&["code/single-use"])).await;
    assert_eq!(part.code, ExitCode::Conformant, "{}", part.summary());
    drop(part);
    let text = std::fs::read_to_string(&file).unwrap();
    // A rule that was right, a refusal that has become a grant, a scenario that is wrong besides.
    for (from, to, says) in [
        ("single-use:\n    verdict: fail", "single-use:\n    verdict: pass", "the verdict is fail"),
        ("- fail granted", "- fail", "is fail granted, but"),
        ("the code is redeemed a second time", "another scenario", "expects pass"),
    ] {
        let changed = text.replace(from, to);
        assert_ne!(changed, text, "{from}: {text}");
        std::fs::write(&file, changed).unwrap();
        let other = judge(expects(&["code/single-use"])).await;
        assert_eq!(other.code, ExitCode::Failed, "{}", other.summary());
        assert!(other.remarks.iter().any(|remark| remark.contains(says)), "{:?}", other.remarks);
    }
}

#[test]
fn files_are_checked_before_anything_is_sent() {
    let folder = tempfile::tempdir().unwrap();
    let nothing = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let url = format!("http://{}", nothing.local_addr().unwrap());
    let profile = rig::reference().display().to_string();
    for (option, text, says) in [
        ("--expected", "expected: {code/singel-use: pass}", "did you mean `code/single-use`?"),
        (
            "--waivers",
            "waivers: [{rule: code/single-use, section: s, reason: ''}]",
            "the waiver for code/single-use gives no reason",
        ),
        (
            "--waivers",
            "waivers: [{rule: code/singel-use, section: s, reason: r}]",
            "did you mean `code/single-use`?",
        ),
    ] {
        let file = folder.path().join("file.yaml");
        std::fs::write(&file, text).unwrap();
        let file = file.display().to_string();
        let mut output = oauthspec(&["run", &profile, "--base-url", &url, option, &file]);
        let (status, err) = output.output().map(|it| (it.status, it.stderr)).unwrap();
        let err = String::from_utf8(err).unwrap();
        assert_eq!(status.code(), Some(2), "{err}");
        assert!(err.contains("file.yaml:1: ") && err.contains(says), "{err}");
    }
    nothing.set_nonblocking(true).unwrap();
    assert!(nothing.accept().is_err(), "a connection was made");
}

fn oauthspec(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_oauthspec"));
    command.args(args).stdin(Stdio::null()).stdout(Stdio::null());
    command
}

#[cfg(unix)]
#[test]
fn a_run_that_is_told_to_end_writes_its_reports() {
    for signal in ["-INT", "-TERM", "-HUP"] {
        let folder = tempfile::tempdir().unwrap();
        let report = folder.path().join("report.json");
        let status = interrupted(signal, &report);
        assert_eq!(status.code(), Some(4), "{signal}");
        let report: Value = serde_json::from_slice(&std::fs::read(&report).unwrap()).unwrap();
        assert!(report["problems"].to_string().contains("interrupted"), "{signal}");
    }
}

/// A run against a target that accepts connections and never answers, ended by a signal once it has
/// connected to ask something.
#[cfg(unix)]
fn interrupted(signal: &str, report: &Path) -> ExitStatus {
    let silent = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let url = format!("http://{}", silent.local_addr().unwrap());
    let (profile, report) = (rig::reference(), report.display().to_string());
    let profile = profile.display().to_string();
    let args = ["run", &profile, "--base-url", &url, "--timeout", "60s", "--json", &report, "code"];
    let mut child = oauthspec(&args).spawn().unwrap();
    // Two connections look whether it can be reached; the third is a scenario's.
    let kept: Vec<_> = (0..3).map(|_| silent.accept().unwrap()).collect();
    let sent = Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap();
    assert!(sent.success());
    let status = child.wait().unwrap();
    drop(kept);
    status
}

#[tokio::test(flavor = "multi_thread")]
async fn waivers_are_written_for_what_failed_and_want_a_reason() {
    let (target, folder) = (broken(), tempfile::tempdir().unwrap());
    let url = target.origin().to_string();
    let file = folder.path().join("waivers.yaml");
    let part = ["code/single-use"];
    let first = judge(Run { write_waivers: Some(file.clone()), ..run(&url, &part) }).await;
    assert_eq!(first.code, ExitCode::Failed, "{}", first.summary());
    drop(first);
    let with = || Run { waivers: Some(file.clone()), ..run(&url, &part) };
    let refused = oauthspec::cli::execute(&with(), Box::pin(std::future::pending())).await;
    let refused = refused.err().unwrap().to_string();
    assert!(refused.contains("reason"), "{refused}");
    let text = std::fs::read_to_string(&file).unwrap();
    let reason = text.lines().find(|line| line.trim_start().starts_with("reason:")).unwrap();
    std::fs::write(&file, text.replace(reason, "    reason: the next release mends it")).unwrap();
    let waived = judge(with()).await;
    assert_eq!(waived.code, ExitCode::Conformant, "{}", waived.summary());
}
