//! The command as it is typed: what it says, where it says it, and what it ends with.

use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;

use oauthspec::cli::Run;
use oauthspec::verdict::{ExitCode, Verdict};
use serde_json::Value;

use crate::command::{Served, fine, oauthspec, refused};
use crate::rig::{self, against, judge, written};

const WORLD: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/worlds/default.yaml");

/// `serve` with the world of the suite, of which one value is changed, says what is wrong and in which
/// line: the one in which a mark begins.
fn refused_world(path: &str, value: &str, mark: &str, says: &str) {
    let text = rig::yaml_with(&std::fs::read_to_string(WORLD).unwrap(), &[(path, value)]);
    let before = &text[..text.find(mark).unwrap_or_else(|| panic!("{mark}:\n{text}"))];
    let line = before.matches('\n').count() + 1;
    let folder = tempfile::tempdir().unwrap();
    let file = written(folder.path(), &text);
    let place = format!("{file}:{line}: ");
    refused(&["serve", "--port", "0", "--world", &file], &[&place, says]);
}

fn reference() -> String {
    rig::reference().display().to_string()
}

/// The reference profile with another value, in a file.
fn edited(folder: &Path, path: &str, value: &str) -> String {
    written(folder, &rig::reference_with(&[(path, value)]))
}

fn closed_port() -> String {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    format!("http://{}", listener.local_addr().unwrap())
}

// --- bad input -----------------------------------------------------------------------------------

#[test]
fn a_profile_that_is_not_there() {
    refused(&["run", "nowhere.yaml"], &["nowhere.yaml", "cannot be read"]);
    refused(&["run", "/no/such/profile"], &["/no/such/profile", "neither a profile"]);
}

#[test]
fn a_url_or_an_address_in_the_wrong_place() {
    let address = ["neither a profile", "if it is a server's URL, write http://localhost:8080"];
    refused(&["run", "localhost:8080"], &address);
    refused(&["run", "login.example.com:8443/o"], &["write https://login.example.com:8443/o"]);
    refused(&["http://127.0.0.1:9"], &["oauthspec run http://127.0.0.1:9"]);
    refused(&["my-server.yaml"], &["oauthspec run my-server.yaml"]);
    refused(&["init", "nowhere.yaml"], &["is not a URL"]);
    for command in ["doctor", "fuzz"] {
        refused(&[command, "nowhere"], &["`nowhere` is no profile: there is no such file"]);
        refused(&[command, "127.0.0.1:80"], &["write http://127.0.0.1:80"]);
    }
}

#[test]
fn a_name_that_is_like_none_brings_no_suggestion() {
    for (args, near) in [
        (["prove", "--fault"], "code-works-twic"),
        (["prove", "--variant"], "redirect-30"),
        (["serve", "--dialect"], "boxx"),
        (["man", "--"], "rum"),
    ] {
        refused(&[&args[..], &[near]].concat(), &["did you mean `"]);
        let far = oauthspec(&[&args[..], &["zzzzz"]].concat());
        assert_eq!(far.code, Some(2), "{}", far.err);
        assert!(!far.err.contains("did you mean"), "{}", far.err);
    }
}

#[test]
fn a_profile_that_is_not_yaml() {
    let folder = tempfile::tempdir().unwrap();
    let profile = written(folder.path(), "name: x\nclients: [\n  a: b: c\n");
    refused(&["run", &profile], &["profile.yaml:3:", "not YAML"]);
    refused(&["run", &written(folder.path(), "")], &["profile.yaml"]);
    refused(&["run", &written(folder.path(), "- 1\n")], &["profile.yaml"]);
    std::fs::write(folder.path().join("profile.yaml"), b"name: \xff\xfe\x00").unwrap();
    refused(&["run", &profile], &["profile.yaml"]);
}

#[test]
fn an_unknown_key_is_answered_with_the_nearest() {
    let folder = tempfile::tempdir().unwrap();
    let profile = written(folder.path(), "documents: [box]\nnmae: a server\n");
    refused(&["run", &profile], &[":2:", "unknown key `nmae`", "did you mean `name`?"]);
    let profile = edited(folder.path(), "clients.default.redirect_uris", "-> redirect_uri");
    let says = ["unknown key `redirect_uri` in clients.default", "did you mean `redirect_uris`?"];
    refused(&["run", &profile], &says);
}

#[test]
fn a_value_of_the_wrong_kind() {
    let folder = tempfile::tempdir().unwrap();
    let profile = edited(folder.path(), "limits.timeout", "soon");
    refused(&["run", &profile], &["limits.timeout", "`soon` is not a duration"]);
    let profile = edited(folder.path(), "limits.concurrency", "many");
    refused(&["run", &profile], &["limits.concurrency"]);
    let profile = edited(folder.path(), "policy.redirect_matching", "exact");
    refused(&["run", &profile], &["policy.redirect_matching", "box allows prefix"]);
}

#[test]
fn a_client_or_user_that_is_missing() {
    let folder = tempfile::tempdir().unwrap();
    let profile = edited(folder.path(), "clients.default", "-> defualt");
    refused(&["run", &profile], &["clients.default: missing"]);
    let profile = edited(folder.path(), "users.default", "-> nobody");
    refused(&["run", &profile], &["users.default: missing"]);
}

#[test]
fn a_url_that_is_none() {
    let folder = tempfile::tempdir().unwrap();
    let profile = edited(folder.path(), "base_url", "not a url");
    refused(&["run", &profile], &["base_url: is not a URL"]);
    refused(&["run", &reference(), "--base-url", "nope"], &["base_url: is not a URL"]);
    refused(&["run", &reference(), "--base-url", "ftp://x/"], &["must be http or https"]);
    refused(&["run", "--base-url", "http://127.0.0.1:1"], &["--base-url needs a profile"]);
}

#[test]
fn a_selector_that_selects_nothing() {
    let near = ["`code/singel-use`", "did you mean `code/single-use`?"];
    refused(&["run", "code/singel-use"], &near);
    refused(&["run", &reference(), "code/singel-use"], &near);
    refused(&["run", "--exclude", "code/singel-use"], &near);
    refused(&["explain", "code/singel-use"], &near);
    refused(&["run", &reference(), ""], &["no rule id begins with ``"]);
    refused(&["list", "nothing-like-it"], &["no rule"]);
    refused(&["explain", "nope"], &["begins with `nope`; `oauthspec list` shows them all"]);
    let neither = ["`ok` is neither a profile (no such file) nor a prefix of a rule id"];
    refused(&["run", "ok"], &neither);
    refused(&["run", "code", "http://127.0.0.1:1"], &["is a URL; name a profile"]);
    refused(&["run", "code", "p.yaml"], &["p.yaml: the file cannot be read"]);
    refused(&["run", &reference(), "p.yaml"], &["`p.yaml` are both profiles; a run has one"]);
    refused(&["run", "--against", "rfc7009", "code"], &["nothing is selected", "rfc7009"]);
    refused(&["run", "code", "--exclude", "code"], &["nothing is selected"]);
    refused(&["run", "consent/deny-text", "--level", "must"], &["nothing is selected"]);
}

#[test]
fn a_document_that_is_unknown() {
    refused(&["run", "--against", "gnap"], &["`gnap`", "known: box, mcp-2025-03-26"]);
    refused(&["run", &reference(), "--against", "bx"], &["`bx`", "did you mean `box`?"]);
    refused(&["list", "--against", "gnap"], &["`gnap`", "known: box, mcp-2025-03-26"]);
}

#[test]
fn a_report_that_cannot_be_written() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).display().to_string();
    // The target is a closed port: the complaint comes before anything is sent.
    let run = |more: &[&str], says: &[&str]| {
        let (profile, url) = (reference(), closed_port());
        refused(&[&["run", &profile, "--base-url", &url], more].concat(), says);
    };
    run(&["--junit", &at("missing/junit.xml")], &["JUnit", "there is no folder"]);
    run(&["--json", &at("missing/report.json")], &["JSON", "there is no folder"]);
    run(&["--junit", &at("")], &["JUnit", "is a folder"]);
    run(&["--json", &at("")], &["JSON", "is a folder"]);
    run(&["--junit", &at("same"), "--json", &at("same")], &["two reports"]);
    run(&["--waivers", &at("none.yaml")], &["none.yaml", "cannot be read"]);
    run(&["--expected", &at("none.yaml")], &["none.yaml", "cannot be read"]);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "no file is left behind");
}

#[test]
fn a_verdict_file_that_cannot_be_written_is_noticed_before_the_run() {
    let (profile, url) = (reference(), closed_port());
    let path = "/no/such/folder/expected.yaml";
    refused(&["run", &profile, "--base-url", &url, "--write-expected", path], &[path]);
}

#[test]
fn a_target_that_is_not_ours() {
    let folder = tempfile::tempdir().unwrap();
    let profile = edited(folder.path(), "base_url", "https://auth.example.com");
    refused(&["run", &profile], &["add `authorized: true`", "auth.example.com"]);
    refused(&["run", &profile, "--dry-run"], &["add `authorized: true`"]);
    let elsewhere = ["run", &reference(), "--base-url", "https://auth.example.com"];
    refused(&elsewhere, &["add `authorized: true`", "auth.example.com is not listed"]);
    let plain = ["run", &reference(), "--base-url", "http://auth.example.com"];
    refused(&plain, &["plain HTTP"]);
}

#[test]
fn arguments_that_make_no_sense() {
    refused(&["run", "--timeout", "soon"], &["--timeout", "is not a duration", "30s"]);
    refused(&["run", "--timeout", "0s"], &["--timeout", "greater than zero"]);
    refused(&["run", "--time-budget", "1"], &["--time-budget", "is not a duration"]);
    refused(&["run", "--level", "most"], &["--level", "must, should, derived, may"]);
    refused(&["run", "--concurrency", "0"], &["--concurrency"]);
    refused(&["run", "--seed", "x"], &["--seed"]);
    refused(&["run", "--no-such-thing"], &["--no-such-thing"]);
    refused(&["frobnicate"], &["frobnicate"]);
    refused(&["serve", "--address", "0.0.0.0"], &["not a loopback address", "--expose"]);
    refused(&["serve", "--port", "99999"], &["--port"]);
    refused(&["serve", "--document", "rfc67"], &["`rfc67` is not a document"]);
    refused(&["serve", "--document", "box,rfc9700"], &["contradict in `redirect_matching`"]);
    refused_world("users.0.enterprise", "'777'", "'777'", "users[0].enterprise: `777` names no");
    let mark = "id: '11'\n  login: oscar@";
    refused_world("users.1.id", "'11'", mark, "users[1].id: `11` is used twice");
    let says = "did you mean `redirect_uris`?";
    refused_world("applications.0.redirect_uris", "-> redirect_uri", "redirect_uri:", says);
    let says = "did you mean `development`?";
    refused_world("applications.0.mode", "developing", "developing", says);
    refused(&["explain"], &["<ID>"]);
}

#[test]
fn a_port_that_is_taken() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    refused(&["serve", "--port", &port], &["cannot listen on", "--port 0"]);
}

// --- what it shows -------------------------------------------------------------------------------

#[test]
fn the_list_has_its_documented_shape() {
    let list: Value = serde_json::from_str(&fine(&["list", "--json"])).unwrap();
    assert_eq!(keys(&list), ["rules"]);
    let rules = list["rules"].as_array().unwrap();
    assert!(rules.len() > 100);
    for rule in rules {
        let members =
            ["id", "area", "statement", "subject", "cites", "needs", "sign_in", "scenarios"];
        assert_eq!(keys(rule), members);
        let id = rule["id"].as_str().unwrap();
        assert_eq!(id.split('/').next(), rule["area"].as_str());
        assert!(!rule["statement"].as_str().unwrap().is_empty());
        assert!(rule["needs"].as_array().unwrap().iter().all(Value::is_string));
        for cite in rule["cites"].as_array().unwrap() {
            let members = keys(cite);
            assert!(members.starts_with(&["document", "section", "level"]), "{members:?}");
            let level = cite["level"].as_str().unwrap();
            assert!(
                ["must", "derived-critical", "should", "derived", "may"].contains(&level),
                "{level}"
            );
        }
        assert!(!rule["cites"].as_array().unwrap().is_empty(), "{id}");
        assert!(!rule["scenarios"].as_array().unwrap().is_empty(), "{id}");
        for scenario in rule["scenarios"].as_array().unwrap() {
            assert_eq!(keys(scenario), ["name", "feature", "line"]);
            assert!(scenario["line"].as_u64().unwrap() > 1);
        }
    }
    let some: Value =
        serde_json::from_str(&fine(&["list", "--json", "--against", "rfc7009", "revoke"])).unwrap();
    for rule in some["rules"].as_array().unwrap() {
        assert!(rule["id"].as_str().unwrap().starts_with("revoke/"));
        let mut cites = rule["cites"].as_array().unwrap().iter();
        assert!(cites.any(|cite| cite["document"] == "rfc7009"));
    }
}

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

#[test]
fn a_rule_is_explained_with_all_there_is() {
    let text = fine(&["explain", "code/single-use"]);
    let head = text.lines().next().unwrap();
    assert_eq!(head, "code/single-use");
    for wanted in ["box", "rfc6749 4.1.2", "400 invalid_grant", "features/code.feature:", "When "] {
        assert!(text.contains(wanted), "{wanted}\n{text}");
    }
    let raced = fine(&["explain", "code/single-use-concurrent"]);
    assert!(raced.contains("  reported in "), "{raced}");
    // The id is one, and the beginning of another.
    assert!(!text.contains("single-use-concurrent"), "{text}");
    assert!(fine(&["explain", "code/"]).contains("code/lifetime\n"));
}

/// Ids of the rules in the output of `--dry-run`.
fn planned(args: &[&str]) -> Vec<String> {
    let text = fine(&[&["run"], args, &["--dry-run"]].concat());
    let mut ids: Vec<String> = text
        .lines()
        .filter(|line| line.contains(" ["))
        .filter_map(|line| line.split(' ').next().map(str::to_owned))
        .collect();
    ids.dedup();
    ids
}

#[test]
fn a_dry_run_sends_nothing() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    listener.set_nonblocking(true).unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let text = fine(&["run", &reference(), "--base-url", &url, "--dry-run"]);
    assert!(text.contains("code/single-use [must]"), "{text}");
    assert!(text.contains("not applicable: the profile defines no TLS listener"), "{text}");
    assert!(text.lines().last().unwrap().contains(" rules, "), "{text}");
    assert!(listener.accept().is_err(), "a connection was made");
    drop(listener);
    fine(&["run", &reference(), "--base-url", &closed_port(), "--dry-run"]);
}

#[test]
fn selectors_exclude_and_level_reduce() {
    let all = planned(&[]);
    assert_eq!(planned(&["code/single-use"]), ["code/single-use", "code/single-use-concurrent"]);
    let codes = planned(&["code"]);
    assert!(codes.len() > 5 && codes.iter().all(|id| id.starts_with("code/")), "{codes:?}");
    let two = planned(&["identity", "code"]);
    assert_eq!(two.len(), codes.len() + 1);
    let rest = planned(&["--exclude", "code,token/", "--exclude", "identity/current-user"]);
    assert!(!rest.is_empty() && rest.iter().all(|id| !id.starts_with("code/")));
    let left_out = |id: &&String| {
        id.starts_with("code/") || id.starts_with("token/") || *id == "identity/current-user"
    };
    assert_eq!(rest.len(), all.len() - all.iter().filter(left_out).count());
    let levels = ["must", "should", "derived", "may"].map(|level| planned(&["--level", level]));
    let counts = levels.each_ref().map(Vec::len);
    assert!(counts[0] < counts[1] || counts[0] < counts[3], "{counts:?}");
    assert_eq!(counts.iter().max(), Some(&all.len()), "{counts:?}");
    assert!(!levels[0].contains(&"consent/deny-text".to_owned()));
    let rfc = planned(&["--against", "rfc7009"]);
    assert!(
        rfc.len() * 4 < all.len() && rfc.contains(&"revoke/unknown-token".to_owned()),
        "{rfc:?}"
    );
}

#[test]
fn the_report_has_its_documented_members() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("report.json").display().to_string();
    let run = ["run", "code/single-use", "authorize/https-only", "--seed", "5"];
    let out = fine(&[&run[..], &["--json", &path, "--http-exchanges", "all"]].concat());
    assert!(out.contains("3 pass"), "{out}");
    let report: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let members = [
        "schema",
        "tool",
        "target",
        "against",
        "started",
        "duration_ms",
        "seed",
        "strict",
        "conduct",
        "totals",
        "scenario_totals",
        "problems",
        "rules",
    ];
    assert_eq!(keys(&report), members);
    assert_eq!(report["schema"], "oauthspec-report/1");
    assert_eq!(report["seed"], "5");
    assert_eq!(report["against"], serde_json::json!(["box"]));
    let verdicts = ["pass", "warn", "fail", "waived", "not-applicable", "inconclusive", "error"];
    assert_eq!(keys(&report["totals"]), verdicts);
    assert_eq!(keys(&report["scenario_totals"]), verdicts);
    let rule = &report["rules"][1];
    let members = [
        "id",
        "statement",
        "feature_title",
        "level",
        "verdict",
        "by_document",
        "cites",
        "scenarios",
    ];
    assert_eq!(keys(rule), members);
    assert_eq!(keys(&rule["by_document"][0]), ["document", "verdict"]);
    has_documented_members(&rule["scenarios"][0]);
}

fn has_documented_members(scenario: &Value) {
    let members = [
        "name",
        "feature",
        "line",
        "verdict",
        "by_document",
        "expected",
        "actual",
        "manner",
        "reason",
        "deviation",
        "duration_ms",
        "exchanges",
    ];
    assert_eq!(keys(scenario), members);
    let exchange = &scenario["exchanges"][0];
    assert_eq!(keys(exchange), ["role", "label", "duration_ms", "request", "response"]);
    assert_eq!(keys(&exchange["request"]), ["method", "url", "headers", "body"]);
    assert_eq!(keys(&exchange["response"]), ["status", "headers", "body"]);
}

/// A bundled server whose refusals break a SHOULD: the words are not the published ones.
async fn wordless() -> rig::Target {
    let server = rig::bundled();
    rig::http(move |request| {
        let mut response = server.handle(&request);
        let body = serde_json::from_slice::<Value>(&response.body);
        if let Ok(Value::Object(mut members)) = body
            && members.contains_key("error")
        {
            members.insert("error_description".to_owned(), "No".into());
            response.body = Value::Object(members).to_string().into_bytes();
        }
        response
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn strict_turns_a_warning_into_a_fail() {
    let target = wordless().await;
    let run = || {
        let mut run = against(&target.url, &["box"]);
        run.words.push("token/error-".to_owned());
        run
    };
    let lax = judge(run()).await;
    assert_eq!(lax.rule("token/error-text").verdict, Verdict::Warn, "{}", lax.summary());
    assert_eq!(lax.rule("token/error-shape").verdict, Verdict::Pass, "{}", lax.summary());
    assert_eq!(lax.code, ExitCode::Conformant);
    drop(lax);
    let strict = judge(Run { strict: true, ..run() }).await;
    assert_eq!(strict.rule("token/error-text").verdict, Verdict::Fail, "{}", strict.summary());
    assert_eq!(strict.code, ExitCode::Failed);
}

#[tokio::test(flavor = "multi_thread")]
async fn silent_loss_can_be_forbidden() {
    let target = wordless().await;
    let mut run = against(&target.url, &["box"]);
    run.words.extend(["authorize/https-only".to_owned(), "identity".to_owned()]);
    assert_eq!(judge(run.clone()).await.code, ExitCode::Conformant);
    let skipped = judge(Run { fail_on_skip: true, ..run.clone() }).await;
    assert_eq!(skipped.code, ExitCode::Failed);
    drop(skipped);
    let few = judge(Run { min_executed: 2, ..run }).await;
    assert_eq!(few.code, ExitCode::Failed);
}

// --- serve, and real time ------------------------------------------------------------------------

#[test]
fn the_served_server_says_where_it_is_and_is_a_target() {
    let served = Served::start(&["--world", WORLD]);
    let url = served.url.clone();
    let out = fine(&["run", &reference(), "--base-url", &url, "identity", "code/lifetime"]);
    assert!(out.contains("2 pass"), "{out}");
    drop(served);
    let ended = oauthspec(&["run", &reference(), "--base-url", &url, "identity"]);
    assert_eq!(ended.code, Some(3), "{}", ended.err);
}
