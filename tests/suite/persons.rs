//! A person who signs in: here a task of the test that reads what the command prints, signs in at the
//! bundled server, and brings the redirect back to a listener or to standard input.

use std::collections::BTreeMap;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use oauthspec::driver::flow::Authorization;
use oauthspec::driver::journey::End;
use oauthspec::driver::time::Slot;
use oauthspec::driver::{Client, Driver, HttpTransport, Site};
use oauthspec::harness::bench::Bench;
use oauthspec::profile;
use oauthspec::rules::Catalogue;
use oauthspec::runner::features;
use oauthspec::server::{Config, Dialect, Server};
use oauthspec::testbed::listen::free_port;
use oauthspec::verdict::Verdict;
use oauthspec::wire::{Origin, Request, Response};
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};

use crate::command::{command, oauthspec};
use crate::rig::{self, Target};

/// The header field by which the login of another company knows the person.
const PERSON: &str = "X-Person";

/// The bundled server, whose users sign in at another company's: only the person comes back from there.
async fn elsewhere() -> Target {
    let server = Server::new(Config::of(Dialect::find("oauth").unwrap()));
    rig::http(move |request| {
        let known =
            request.headers.get(PERSON).is_some() || request.headers.get("cookie").is_some();
        let response = server.handle(&request);
        if known || request.path() != "/authorize" || response.status != 200 {
            return response;
        }
        let mut away = Response::new(302);
        away.headers.push("Location", "https://login.company.example/sign-in?request=1");
        away
    })
    .await
}

fn profile(url: &str, redirect_uri: &str, login: &str) -> String {
    format!(
        "\
name: a server
documents: [rfc6749, rfc6750]
base_url: {url}
endpoints: {{authorization: /authorize, token: /token, revocation: /revoke}}
pkce: S256
clients:
  default: {{id: {}, redirect_uris: ['{redirect_uri}']{}}}
users:
  default: {{login: alice@example.com, password: test-only-password-of-alice}}
resource: {{url: /userinfo, identity: /login}}
limits: {{timeout: 20s}}
{login}",
        if redirect_uri.starts_with("https") { "default-client" } else { "loopback-client" },
        if redirect_uri.starts_with("https") {
            ", secret: test-only-1nQ7vLz4TbRk8VwC5cYe, scope: profile"
        } else {
            ""
        },
    )
}

/// What a person does with a URL: where the browser is sent to in the end.
async fn signs_in(profile: &str, url: &str, redirect_uri: &str) -> String {
    let profile = Arc::new(profile::parse("profile.yaml", profile).unwrap());
    let transport = HttpTransport::new(Duration::from_secs(20), Vec::new()).unwrap();
    let site = Arc::new(Site::new(profile, Arc::new(transport), None).unwrap());
    let mut driver = Driver::new(site, Slot::own(), 5);
    let url = url::Url::parse(url).unwrap();
    let mut request =
        Request::new("GET", Origin::of(&url).unwrap(), &url[url::Position::BeforePath..]);
    request.headers.push(PERSON, "1");
    let client = Client::default_role();
    let uri = Some(redirect_uri.to_owned());
    let ask = Authorization::of(&client);
    let journey = driver.carry(request, &ask, (uri.clone(), uri), None).await.unwrap();
    let End::Redirected(redirected) = journey.end else { panic!("{:?}", journey.end) };
    redirected.text()
}

/// Runs the suite with a person, who pastes or whose browser follows; the report, what was printed, and the
/// exit code.
async fn attended(redirect_uri: &str, times: usize, rules: &[&str]) -> (Value, String, i32) {
    let target = elsewhere().await;
    let folder = tempfile::tempdir().unwrap();
    let own = profile(&target.url, redirect_uri, "");
    let login = format!("login: {{person: {{times: {times}, within: 60s}}}}\n");
    let path = rig::written(folder.path(), &profile(&target.url, redirect_uri, &login));
    let report = folder.path().join("report.json");
    let mut run = command();
    run.args(["run", &path, "--attended", "--json"]).arg(&report).args(rules);
    run.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut child = tokio::process::Command::from(run).kill_on_drop(true).spawn().unwrap();
    let mut paste = child.stdin.take().unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let mut printed = String::new();
    while let Some(line) = lines.next_line().await.unwrap() {
        let url = line.trim();
        if url.starts_with("http://") {
            let back = signs_in(&own, url, redirect_uri).await;
            if redirect_uri.starts_with("https") {
                let text = format!("https://somewhere.example/\n{back}\n");
                paste.write_all(text.as_bytes()).await.unwrap();
            } else {
                follows(&back).await;
            }
        }
        printed.push_str(&line);
        printed.push('\n');
    }
    let code = child.wait().await.unwrap().code().unwrap();
    let report = serde_json::from_str(&std::fs::read_to_string(report).unwrap()).unwrap();
    (report, printed, code)
}

/// The browser follows the redirect, after it asked for an icon.
async fn follows(url: &str) {
    let url = url::Url::parse(url).unwrap();
    let transport = HttpTransport::new(Duration::from_secs(20), Vec::new()).unwrap();
    let origin = Origin::of(&url).unwrap();
    for (target, status) in [("/favicon.ico", 404), (&url[url::Position::BeforePath..], 200)] {
        let request = Request::new("GET", origin.clone(), target);
        let answer = oauthspec::wire::Transport::send(&transport, &request).await.unwrap();
        assert_eq!(answer.status, status, "{target}: {}", answer.text());
    }
}

/// Nobody is blamed for what a person was not there for.
fn nothing_wrong(report: &Value) {
    for verdict in ["fail", "warn", "inconclusive", "error"] {
        assert_eq!(report["totals"][verdict], 0, "{verdict}: {report}");
    }
}

fn verdict<'r>(report: &'r Value, rule: &str) -> &'r str {
    let rules = report["rules"].as_array().unwrap();
    let found = rules.iter().find(|it| it["id"] == rule);
    found.and_then(|it| it["verdict"].as_str()).unwrap_or_else(|| panic!("{rule}: {report}"))
}

const RULES: &[&str] = &[
    "bearer/",
    "code/single-use",
    "authorize/client-id-known",
    "consent/deny",
    "refresh/new-pair",
];

#[tokio::test(flavor = "multi_thread")]
async fn the_redirect_of_a_person_is_received_where_the_client_listens() {
    let uri = format!("http://127.0.0.1:{}/callback", free_port().unwrap());
    let (report, printed, code) = attended(&uri, 2, RULES).await;
    assert!([0, 1].contains(&code), "{code}\n{printed}");
    assert_eq!(verdict(&report, "bearer/header"), "pass", "{printed}");
    assert_eq!(verdict(&report, "consent/deny"), "not-applicable", "{printed}");
    assert_eq!(printed.matches("open this URL").count(), 2, "{printed}");
    nothing_wrong(&report);
    assert!(report.to_string().contains("one more sign-in by a person"), "{report}");
    let said =
        printed.contains("rules take nobody who signs in (`oauthspec list --nobody-signs-in`)");
    assert!(said && printed.contains("asked to sign in up to 2 times"), "{printed}");
}

#[tokio::test(flavor = "multi_thread")]
async fn elsewhere_a_person_pastes_it() {
    let (report, printed, _) =
        attended("https://app.client.example/callback", 1, &["bearer/"]).await;
    assert!(
        printed.contains("This is not it: it does not begin with https://app.client"),
        "{printed}"
    );
    assert_eq!(verdict(&report, "bearer/header"), "pass", "{printed}");
    nothing_wrong(&report);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_waited_for_in_vain() {
    let target = elsewhere().await;
    let folder = tempfile::tempdir().unwrap();
    let uri = format!("http://127.0.0.1:{}/callback", free_port().unwrap());
    let written = |login: &str| {
        let login = format!("login: {{person: {login}}}\n");
        rig::written(folder.path(), &profile(&target.url, &uri, &login))
    };
    let path = written("{within: 1s}");
    let tried = |args: &'static [&'static str], path: &str| {
        let args: Vec<String> = args.iter().map(|it| it.replace("PROFILE", path)).collect();
        tokio::task::spawn_blocking(move || {
            oauthspec(&args.iter().map(String::as_str).collect::<Vec<_>>())
        })
    };
    let ended = tried(&["run", "PROFILE", "bearer/"], &path).await.unwrap();
    assert_eq!(ended.code, Some(2), "{}", ended.err);
    assert!(
        ended.err.contains("standard error is no terminal; run it in a terminal"),
        "{}",
        ended.err
    );
    let ended = tried(&["doctor", "PROFILE"], &path).await.unwrap();
    assert!(ended.code == Some(2) && ended.err.contains("doctor would ask far"), "{}", ended.err);
    let ended = tried(&["run", "PROFILE", "bearer/", "--attended"], &path).await.unwrap();
    assert_eq!(ended.code, Some(4), "{}{}", ended.out, ended.err);
    assert!(
        ended.out.contains("nobody signed in within 1 s (`login.person.within`)"),
        "{}",
        ended.out
    );
    let path = written("{times: 0}");
    let ended = tried(&["run", "PROFILE", "--attended"], &path).await.unwrap();
    assert_eq!(ended.code, Some(2), "{}", ended.err);
    assert!(
        ended.err.contains("login.person.times: a person signs in 1 to 20 times"),
        "{}",
        ended.err
    );
}

/// What the exchanges of a user who signs in or decides are called.
const BY_A_USER: &[&str] = &["the user signs in", "the user grants", "the user denies"];

#[test]
fn the_scenarios_that_take_nobody_who_signs_in_are_those_with_the_tag() {
    let catalogue = Catalogue::embedded().unwrap();
    let mut takes: BTreeMap<(String, usize), bool> = BTreeMap::new();
    let benches = Bench::all(&catalogue).unwrap();
    for bench in benches.iter().filter(|it| Dialect::find(it.dialect()).is_some()) {
        for scenario in bench.follow().unwrap().rules.into_iter().flat_map(|it| it.scenarios) {
            if scenario.verdict == Verdict::Pass {
                let labels = scenario.exchanges.iter().map(|it| it.label.as_str());
                let by_a_user = labels.into_iter().any(|it| BY_A_USER.contains(&it));
                *takes.entry((scenario.feature, scenario.line)).or_default() |= by_a_user;
            }
        }
    }
    let features = features::parse(&catalogue).unwrap();
    let items = features::items(&features);
    // The rows of an outline have one tag: its steps stand in one place.
    let mut outlines: BTreeMap<(&str, usize), Vec<_>> = BTreeMap::new();
    for item in &items {
        let first = item.scenario.steps.first().map_or(0, |step| step.position.line);
        outlines.entry((&item.path, first)).or_default().push(item);
    }
    let wrong = outlines.into_values().filter_map(|rows| {
        let taken = rows.iter().filter_map(|row| takes.get(&(row.path.clone(), row.line())));
        let taken = taken.copied().reduce(|one, other| one || other)?;
        let row = rows.first()?;
        (taken == row.has_nobody_sign_in())
            .then(|| format!("{}:{}: signs in: {taken}", row.path, row.line()))
    });
    let wrong: Vec<String> = wrong.collect();
    assert!(wrong.is_empty(), "tag @nobody-signs-in:\n{}", wrong.join("\n"));
}
