//! Applications under test: the bundled one, one that the suite starts, and some that are no use.

use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt;
use oauthspec::cli::Run;
use oauthspec::harness::{BundledApplication, application_profile};
use oauthspec::report::{RunView, Style, console, json};
use oauthspec::rules::Catalogue;
use oauthspec::runner::{self, Conditions, Options, Targets};
use oauthspec::sample_app::faults;
use oauthspec::testbed::{Switches, listen};
use oauthspec::verdict::{Conduct, ExitCode, Problem, RunRecord, Verdict};
use oauthspec::wire::{Request, Response};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::rig::{self, Judged, judge};

const RULES: &[&str] = &[
    "client/state-checked",
    "client/state-used-once",
    "client/relies-on-error",
    "client/anti-forgery-state",
    "client/refreshes-once",
];

fn fixture(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/applications");
    folder.join(name).display().to_string()
}

fn free_port() -> u16 {
    listen::free_port().unwrap()
}

/// The profile of an application at this URL, in a file; `more` are further keys.
fn profile(folder: &Path, url: &str, more: &str) -> String {
    let path = folder.join("application.yaml");
    let text = format!(
        "name: under test\ndocuments: [box]\nbase_url: {url}\nclient: {{id: app, secret: \
         test-only-secret-of-the-app}}\nauthorization_server: {{port: {}}}\n{more}\n",
        free_port()
    );
    std::fs::write(&path, text).unwrap();
    path.display().to_string()
}

const PAGES: &str = "login: /login\ncallback: /callback\nuses_token: /me\n";

fn run(profile: &str) -> Run {
    let timeout = Some(Duration::from_millis(300));
    Run { client: true, words: vec![profile.to_owned()], timeout, ..Run::default() }
}

async fn judge_at(url: &str) -> Judged {
    let folder = tempfile::tempdir().unwrap();
    judge(run(&profile(folder.path(), url, PAGES))).await
}

fn assert_useless(judged: &Judged) {
    assert_eq!(judged.ids(Verdict::Pass), [""; 0], "{}", judged.summary());
    assert_eq!(judged.ids(Verdict::Inconclusive).len(), RULES.len(), "{}", judged.summary());
    assert_eq!(judged.code, ExitCode::Inconclusive, "{}", judged.summary());
}

// --- the bundled application ----------------------------------------------------------------------

async fn bundled(in_process: bool, switches: Switches) -> RunRecord {
    let catalogue = Catalogue::embedded().unwrap();
    let profile = application_profile().unwrap();
    let options = Options { against: vec!["box".to_owned()], ..Options::default() };
    let plan = Arc::new(runner::plan_application(&catalogue, &profile, &options).unwrap());
    let targets: Arc<dyn Targets> = if in_process {
        Arc::new(BundledApplication::in_process(profile).with(switches))
    } else {
        Arc::new(BundledApplication::over_loopback(profile).unwrap().with(switches))
    };
    let conditions =
        Conditions { strict: true, ..Conditions::of("bundled application", Conduct::of(64)) };
    runner::run(plan, targets, conditions, std::future::pending().boxed()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_bundled_application_conforms_over_sockets_and_without() {
    let _alone = rig::alone().await;
    for in_process in [true, false] {
        let record = bundled(in_process, Switches::default()).await;
        let ids: Vec<&str> = record.rules.iter().map(|rule| rule.id.as_str()).collect();
        assert_eq!(ids, RULES);
        for scenario in record.rules.iter().flat_map(|rule| &rule.scenarios) {
            assert_eq!(scenario.verdict, Verdict::Pass, "{scenario:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_race_for_a_refresh_is_seen_over_sockets_too() {
    let _alone = rig::alone().await;
    let record = bundled(false, Switches::fault(&faults::NO_TURNS)).await;
    let rule = record.rules.iter().find(|rule| rule.id == "client/refreshes-once").unwrap();
    assert_eq!(rule.verdict, Verdict::Fail, "{rule:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_report_shows_a_secret() {
    let _alone = rig::alone().await;
    let profile = application_profile().unwrap();
    let mut shown = 0;
    for slip in [&faults::UNCHECKED, &faults::REFRESHED_TWICE] {
        let record = bundled(false, Switches::fault(slip)).await;
        let view = RunView::of(&record);
        let verbose = console::write(&view, Style { color: false, verbose: true });
        let out = verbose + &json::write(&view).unwrap();
        let mut secrets = vec![String::from(&profile.client.secret)];
        let scenarios = record.rules.iter().flat_map(|rule| &rule.scenarios);
        for exchange in scenarios.flat_map(|scenario| &scenario.exchanges) {
            secrets.extend(secrets_of(&exchange.request, exchange.response.as_ref().ok()));
        }
        assert!(secrets.len() > 100, "{}", secrets.len());
        for secret in secrets {
            assert!(!out.contains(&secret), "{secret} is shown");
            shown += 1;
        }
    }
    assert!(shown > 200);
}

/// Codes, tokens and cookies of an exchange.
fn secrets_of(request: &Request, response: Option<&Response>) -> Vec<String> {
    const NAMES: &[&str] = &["code", "refresh_token", "client_secret", "access_token"];
    let mut secrets = Vec::new();
    let mut form = |text: &[u8]| {
        for (name, value) in url::form_urlencoded::parse(text) {
            if NAMES.contains(&&*name) && !value.is_empty() {
                secrets.push(value.into_owned());
            }
        }
    };
    form(request.query().unwrap_or_default().as_bytes());
    form(&request.body);
    if let Some(response) = response {
        let location = response.headers.text("location").unwrap_or_default();
        form(location.split_once('?').map_or("", |(_, query)| query).as_bytes());
        if let Ok(body) = serde_json::from_slice::<serde_json::Value>(&response.body) {
            secrets.extend(NAMES.iter().filter_map(|name| body[*name].as_str()).map(str::to_owned));
        }
        for cookie in response.headers.all("set-cookie") {
            let cookie = String::from_utf8_lossy(cookie);
            let pair = cookie.split(';').next().unwrap_or_default();
            secrets.push(pair.split_once('=').unwrap().1.to_owned());
        }
    }
    secrets
}

// --- applications that are no use -----------------------------------------------------------------

async fn answers(status: u16) -> rig::Target {
    rig::http(move |_| {
        let mut response = Response::new(status);
        response.headers.push("Content-Type", "text/html");
        response.body = b"<p>This is all there is.</p>".to_vec();
        response
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_passes_where_every_answer_is_the_same() {
    for status in [200, 401, 404, 429, 500, 502] {
        let target = answers(status).await;
        assert_useless(&judge_at(&target.url).await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_passes_on_an_application_that_is_silent() {
    let target = rig::raw(|mut stream| async move {
        while stream.read(&mut [0; 4096]).await.is_ok_and(|read| read > 0) {}
    })
    .await;
    let judged = judge_at(&target.url).await;
    assert_useless(&judged);
    assert!(judged.took < rig::NOT_HUNG, "{:?}", judged.took);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_passes_on_an_application_that_closes() {
    let target = rig::raw(|mut stream| async move {
        let _ = stream.read(&mut [0; 4096]).await;
        let _ = stream.write_all(b"HTTP/1.1 302 Fo").await;
    })
    .await;
    assert_useless(&judge_at(&target.url).await);
}

fn sent_to(location: String) -> Response {
    let mut response = Response::new(302);
    response.headers.push("Location", location);
    response
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_passes_on_a_loop_of_redirects() {
    let target = rig::http(|request| sent_to(format!("{}?again", request.path()))).await;
    assert_useless(&judge_at(&target.url).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_sent_to_another_host() {
    let target = rig::http(|_| sent_to("http://192.0.2.1/api/oauth2/authorize".to_owned())).await;
    let judged = judge_at(&target.url).await;
    assert_useless(&judged);
    assert!(!judged.json.contains("\"url\": \"http://192.0.2.1"), "{}", judged.json);
}

/// An application that begins logins, and can be told what to do with callbacks.
async fn half(answer: impl Fn(&Request) -> Response + Send + Sync + 'static) -> Judged {
    let folder = tempfile::tempdir().unwrap();
    let server = free_port();
    let query = "response_type=code&client_id=app&state=abcdefghijklmnopqrstuvwxyz";
    let location = format!("http://localhost:{server}/api/oauth2/authorize?{query}");
    let target = rig::http(move |request| match request.path() {
        "/login" => sent_to(location.clone()),
        _ => answer(&request),
    })
    .await;
    let path = profile(folder.path(), &target.url, PAGES);
    let text = std::fs::read_to_string(&path).unwrap();
    let before = text.lines().find(|line| line.starts_with("authorization_server")).unwrap();
    let after = format!("authorization_server: {{port: {server}}}");
    std::fs::write(&path, text.replace(before, &after)).unwrap();
    judge(run(&path)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn who_refuses_every_callback_checks_no_state() {
    assert_useless(&half(|_| Response::new(401)).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_breaks_over_every_callback_handles_no_error() {
    assert_useless(&half(|_| Response::new(500)).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_application_that_is_not_there() {
    let url = format!("http://127.0.0.1:{}", free_port());
    let judged = judge_at(&url).await;
    assert_eq!(judged.code, ExitCode::Unreachable, "{}", judged.summary());
    assert_eq!(judged.ids(Verdict::Error).len(), RULES.len());
}

// --- profiles -------------------------------------------------------------------------------------

#[tokio::test(flavor = "multi_thread")]
async fn what_the_profile_lacks_is_not_applicable_and_named() {
    let target = answers(500).await;
    let folder = tempfile::tempdir().unwrap();
    let path = profile(folder.path(), &target.url, "login: /login\ncallback: /callback\n");
    let judged = judge(run(&path)).await;
    assert_eq!(judged.ids(Verdict::NotApplicable), ["client/refreshes-once"]);
    assert!(judged.console.contains("`uses_token`"), "{}", judged.console);
    drop(judged);
    let judged = judge(run(&profile(folder.path(), &target.url, ""))).await;
    assert_eq!(judged.ids(Verdict::NotApplicable), RULES);
    assert!(judged.console.contains("`login`"), "{}", judged.console);
    assert_eq!(judged.code, ExitCode::Conformant);
}

fn refused(args: &[&str], says: &[&str]) {
    let output = oauthspec(args).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{args:?}\n{said}");
    for text in says {
        assert!(said.contains(text), "{args:?} does not say {text:?}:\n{said}");
    }
}

fn oauthspec(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_oauthspec"));
    command.args(args).stdin(Stdio::null()).env_remove("RUST_BACKTRACE");
    command.env("OAUTHSPEC", env!("CARGO_BIN_EXE_oauthspec"));
    command
}

#[test]
fn a_run_is_about_servers_or_about_applications() {
    let (application, server) = (fixture("example.yaml"), rig::reference().display().to_string());
    refused(&["run", &application], &["add --client"]);
    refused(&["run", "--client", &server], &["unknown key `endpoints`", "leave --client out"]);
    refused(&["run", "client/state-checked"], &["rules about an application", "with --client"]);
    refused(&["run", "--client", "code"], &["rules about a server", "without --client"]);
    refused(&["run", "--client", "--base-url", "http://x"], &["--base-url needs a profile"]);
    refused(&["serve", "--fault", "client-no-state"], &["add --application"]);
}

#[test]
fn profiles_of_applications_are_read_strictly() {
    let folder = tempfile::tempdir().unwrap();
    let path = profile(folder.path(), "http://127.0.0.1:1", "calback: /callback\n");
    refused(&["run", "--client", &path], &["unknown key `calback`", "did you mean `callback`?"]);
    let path = profile(folder.path(), "http://app.example", PAGES);
    refused(&["run", "--client", &path], &["authorized: ", "authorized_hosts: app.example"]);
    let path = profile(folder.path(), "http://127.0.0.1:{port}", PAGES);
    refused(&["run", "--client", &path], &["base_url", "needs `start`"]);
    let start = format!("{PAGES}start: {{command: [no-such-program-of-anybody]}}\n");
    let path = profile(folder.path(), "http://127.0.0.1:{port}", &start);
    refused(&["run", "--client", &path], &["start.command", "no-such-program-of-anybody"]);
}

#[test]
fn a_port_that_is_taken_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = taken.local_addr().unwrap().port();
    let path = profile(folder.path(), "http://127.0.0.1:1", PAGES);
    let text = std::fs::read_to_string(&path).unwrap();
    let (before, _) = text.split_once("authorization_server").unwrap();
    std::fs::write(&path, format!("{before}authorization_server: {{port: {port}}}\n")).unwrap();
    refused(&["run", "--client", &path], &["authorization_server.port", &port.to_string()]);
}

// --- applications that the suite starts -----------------------------------------------------------

#[test]
fn an_application_is_started_told_where_everything_is_and_ended() {
    let folder = tempfile::tempdir().unwrap();
    let (pid, moved) = (folder.path().join("pid"), folder.path().join("moved"));
    let text = std::fs::read_to_string(fixture("started.yaml")).unwrap();
    let (before, _) = text.split_once("start:").unwrap();
    let path = folder.path().join("application.yaml");
    let script = "echo $$ > \"$PID_FILE\"; exec \"$1\" serve --application \
                  --application-port=\"$2\" --authorization-server=\"$AUTHORIZE\"";
    let start = serde_json::json!({
        "command": ["sh", "-c", script, "sh", env!("CARGO_BIN_EXE_oauthspec"), "{port}"],
        "environment": {"PID_FILE": pid, "AUTHORIZE": "{authorize_url}"},
        "within": "30s",
    });
    let clock = serde_json::json!({
        "command": ["sh", "-c", "echo $1 >> $2", "sh", "{seconds}", moved],
    });
    std::fs::write(&path, format!("{before}start: {start}\nclock: {clock}\n")).unwrap();
    let output = oauthspec(&["run", "--client", &path.display().to_string()]).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert!(said.contains("5 pass\n"), "{said}");
    let moved = std::fs::read_to_string(moved).unwrap();
    assert!(moved.lines().filter(|line| *line == "3660").count() >= 9, "{moved}");
    let pid = std::fs::read_to_string(pid).unwrap();
    let gone = Command::new("kill").args(["-0", pid.trim()]).stderr(Stdio::null()).status();
    assert!(!gone.unwrap().success(), "{pid} still runs");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_application_that_does_not_come_up() {
    let folder = tempfile::tempdir().unwrap();
    for (start, says) in [
        ("start: {command: [sh, -c, exit 3]}", "ended with exit status: 3"),
        ("start: {command: [sleep, '60'], within: 200ms}", "took no connections"),
    ] {
        let more = format!("{PAGES}{start}\n");
        let judged = judge(run(&profile(folder.path(), "http://127.0.0.1:{port}", &more))).await;
        assert_eq!(judged.code, ExitCode::Unreachable, "{}", judged.summary());
        let problems = &judged.record.problems;
        let told = |problem: &Problem| problem.text().contains(says);
        assert!(problems.iter().any(told), "{problems:?}");
    }
}

#[test]
fn the_example_application_is_served_beside_the_server() {
    let mut child = oauthspec(&["serve", "--port=0", "--application", "--application-port=0"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let url = lines.find_map(|line| {
        let line = line.unwrap();
        line.strip_prefix("oauthspec example application on ").map(str::to_owned)
    });
    let answer = url.map(|url| get(&url, "/login"));
    let server = lines.find_map(|line| {
        line.unwrap().strip_prefix("oauthspec reference server on ").map(str::to_owned)
    });
    child.kill().unwrap();
    child.wait().unwrap();
    let (answer, server) = (answer.unwrap().to_ascii_lowercase(), server.unwrap());
    assert!(answer.starts_with("http/1.1 302"), "{answer}");
    assert!(answer.contains(&format!("location: {server}/api/oauth2/authorize?")), "{answer}");
    assert!(answer.contains("state="), "{answer}");
}

fn get(url: &str, path: &str) -> String {
    use std::io::{Read, Write};
    let host = url.trim_start_matches("http://");
    let mut stream = std::net::TcpStream::connect(host).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

// --- lists ----------------------------------------------------------------------------------------

#[test]
fn a_run_about_servers_has_no_rule_about_applications() {
    let catalogue = Catalogue::embedded().unwrap();
    let options = Options { against: vec!["box".to_owned()], ..Options::default() };
    let profile = oauthspec::harness::bundled_profile().unwrap();
    let plan = runner::plan(&catalogue, &profile, &options).unwrap();
    assert!(plan.rules.iter().all(|rule| rule.area() != "client"));
    let profile = application_profile().unwrap();
    let plan = runner::plan_application(&catalogue, &profile, &options).unwrap();
    assert!(plan.rules.iter().all(|rule| rule.area() == "client"));
}
