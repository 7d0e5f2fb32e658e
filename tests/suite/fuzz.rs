//! `oauthspec fuzz` and `oauthspec replay` as they are typed.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::Arc;

use oauthspec::server::{Config, Server, World, faults};
use oauthspec::testbed::{Listener, ManualClock, Switches, listen};
use serde_json::Value;

use crate::rig;

fn oauthspec(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_oauthspec"))
        .stdin(Stdio::null())
        .env("NO_COLOR", "1")
        .current_dir(folder)
        .args(args)
        .output()
        .unwrap()
}

fn told(output: &Output) -> String {
    let (out, err) = (&output.stdout, &output.stderr);
    format!("{}{}", String::from_utf8_lossy(out), String::from_utf8_lossy(err))
}

fn faulty(name: &str) -> Listener {
    let config = Config {
        clock: Arc::new(ManualClock::default()),
        control: true,
        switches: Switches::fault(faults::find(name).unwrap()),
        ..Config::default()
    };
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    Listener::start(Arc::new(Server::new(config)), address, None).unwrap()
}

#[test]
fn the_bundled_server_gives_no_finding() {
    let folder = tempfile::tempdir().unwrap();
    let ended = oauthspec(folder.path(), &["fuzz", "--requests", "400", "--seed", "1"]);
    assert_eq!(ended.status.code(), Some(0), "{}", told(&ended));
    assert!(told(&ended).contains("0 findings"), "{}", told(&ended));
    assert!(!folder.path().join("reports").exists());
}

#[test]
fn each_dialect_of_the_bundled_server_can_be_fuzzed_by_its_name() {
    let folder = tempfile::tempdir().unwrap();
    for dialect in oauthspec::server::Dialect::all() {
        let args = ["fuzz", "--dialect", dialect.id(), "--requests", "120", "--seed", "1"];
        let ended = oauthspec(folder.path(), &[&args[..], &["--json", "j.json"]].concat());
        assert_eq!(ended.status.code(), Some(0), "{}", told(&ended));
        let json = std::fs::read_to_string(folder.path().join("j.json")).unwrap();
        let report: Value = serde_json::from_str(&json).unwrap();
        assert_eq!(report["against"], serde_json::json!(dialect.documents), "{report}");
    }
    let odd = oauthspec(folder.path(), &["fuzz", "--dialect", "oath"]);
    assert_eq!(odd.status.code(), Some(2), "{}", told(&odd));
    assert!(told(&odd).contains("is not a dialect"), "{}", told(&odd));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_finding_is_kept_without_secrets_and_can_be_replayed() {
    let folder = tempfile::tempdir().unwrap();
    let listener = faulty("code-works-twice");
    let url = listener.origin().to_string();
    let profile = rig::reference().display().to_string();
    let args =
        ["fuzz", &profile, "--base-url", &url, "--requests", "900", "--seed", "1", "--out", "f"];
    let reports = ["--junit", "j.xml", "--json", "j.json", "--verbose"];
    let ended = oauthspec(folder.path(), &[&args[..], &reports[..]].concat());
    assert_eq!(ended.status.code(), Some(1), "{}", told(&ended));
    let json = std::fs::read_to_string(folder.path().join("j.json")).unwrap();
    let report: Value = serde_json::from_str(&json).unwrap();
    assert!(report["totals"]["fail"].as_u64() >= Some(1), "{report}");
    let files: Vec<_> = std::fs::read_dir(folder.path().join("f"))
        .unwrap()
        .map(|file| file.unwrap().path())
        .collect();
    let mut texts: Vec<String> =
        files.iter().map(|path| std::fs::read_to_string(path).unwrap()).collect();
    texts.extend([json, std::fs::read_to_string(folder.path().join("j.xml")).unwrap()]);
    texts.push(told(&ended));
    for application in World::default().applications {
        assert!(texts.iter().all(|text| !text.contains(&application.secret)));
    }
    let replay = files
        .iter()
        .find(|path| path.to_string_lossy().ends_with("code-once-code-single-use.yaml"))
        .unwrap();
    let replay = replay.display().to_string();
    let again = oauthspec(folder.path(), &["replay", &replay, &profile, "--base-url", &url]);
    assert_eq!(again.status.code(), Some(1), "{}", told(&again));
    assert!(told(&again).starts_with("reproduced: code-once"), "{}", told(&again));
    let good = oauthspec(folder.path(), &["replay", &replay]);
    assert_eq!(good.status.code(), Some(0), "{}", told(&good));
    assert!(told(&good).starts_with("fixed: "), "{}", told(&good));
}

#[test]
fn a_target_that_is_not_there_and_a_file_that_is_none_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let free = SocketAddr::from((Ipv4Addr::LOCALHOST, listen::free_port().unwrap()));
    let (url, profile) = (format!("http://{free}"), rig::reference().display().to_string());
    let gone = oauthspec(folder.path(), &["fuzz", &profile, "--base-url", &url, "--requests", "9"]);
    assert_eq!(gone.status.code(), Some(3), "{}", told(&gone));
    std::fs::write(folder.path().join("x.yaml"), "a: 1").unwrap();
    let odd = oauthspec(folder.path(), &["replay", "x.yaml"]);
    assert_eq!(odd.status.code(), Some(2), "{}", told(&odd));
    assert!(told(&odd).contains("is not a finding of `oauthspec fuzz`"), "{}", told(&odd));
}
