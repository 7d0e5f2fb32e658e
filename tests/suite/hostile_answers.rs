//! Targets that answer with what no server should say. Each run ends in time and within its memory, no
//! report obeys what the target sends, no request goes where it points to, and no rule about the endpoint
//! passes that was answered by it.

mod bodies;
mod fields;
mod members;
mod pages;
mod wires;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures::StreamExt as _;
use oauthspec::report::json;
use oauthspec::server::{Config, Dialect, Server};
use oauthspec::verdict::Verdict;
use oauthspec::wire::Response;

use crate::command::{Ended, Watched, command, watched};
use crate::rig::{self, NOT_HUNG, Target};

/// What would end a line, move a cursor, or be taken for a command of a CI service, where it came through.
pub(super) const HARM: &str = "\u{1b}[31m\u{1b}]0;owned\u{7}\r\n::error::owned\n##[error]owned\n\
    ##vso[task.setvariable variable=a]owned\n##teamcity[owned]\n\u{202e}";

/// An endpoint of the target, and what is judged by its answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum At {
    Token,
    Authorize,
    Resource,
    Metadata,
    ResourceMetadata,
    Introspection,
    Device,
    Pushed,
    Registration,
}

impl At {
    fn is_of(self, path: &str) -> bool {
        match self {
            Self::Token => path == "/oauth2/token",
            Self::Authorize => path == "/api/oauth2/authorize",
            Self::Resource => path.starts_with("/2.0/"),
            Self::Metadata => {
                path.starts_with("/.well-known/oauth-authorization-server")
                    || path.starts_with("/.well-known/openid-configuration")
            }
            Self::ResourceMetadata => path.starts_with("/.well-known/oauth-protected-resource"),
            Self::Introspection => path == "/introspect",
            Self::Device => path == "/device_authorization",
            Self::Pushed => path == "/par",
            Self::Registration => path.ends_with("/register"),
        }
    }

    /// A rule that cannot pass where the endpoint answers like this, or what touches it.
    fn selector(self) -> &'static str {
        match self {
            Self::Token => "token/success",
            Self::Authorize => "authorize/get",
            Self::Resource => "identity/current-user",
            Self::Metadata => "metadata",
            Self::ResourceMetadata => "resource-metadata",
            Self::Introspection => "introspection",
            Self::Device => "device",
            Self::Pushed => "pushed",
            Self::Registration => "registration/",
        }
    }

    fn is_of_the_usual_dialect(self) -> bool {
        self.selector().contains('/') && self != Self::Registration
    }

    fn server(self) -> Server {
        if self.is_of_the_usual_dialect() {
            return rig::bundled();
        }
        let dialect = Dialect::find("oauth").unwrap();
        let Config { clock, random, control, .. } = rig::config();
        Server::new(Config { clock, random, control, ..Config::of(dialect) })
    }

    fn profile(self) -> &'static str {
        if self.is_of_the_usual_dialect() { "reference" } else { "oauth" }
    }
}

/// An answer, as it is made for a host that nobody may be sent to.
pub(super) struct Attack {
    pub(super) name: &'static str,
    pub(super) at: &'static [At],
    pub(super) answer: fn(&str) -> Response,
}

pub(super) const fn attack(
    name: &'static str,
    at: &'static [At],
    answer: fn(&str) -> Response,
) -> Attack {
    Attack { name, at, answer }
}

/// An answer with these fields and this body.
pub(super) fn answer(status: u16, fields: &[(&str, &str)], body: impl Into<Vec<u8>>) -> Response {
    let mut response = Response::new(status);
    fields.iter().for_each(|(name, value)| response.headers.push(name, value.as_bytes()));
    response.body = body.into();
    response
}

/// Memory that a run may take, in MiB.
pub(crate) const MOST_MEMORY: u64 = 256;

/// Rows at the same time.
const AT_ONCE: usize = 4;

/// No control character but the line break, and no line that a CI service obeys.
pub(crate) fn obeyed(text: &str) -> Option<&str> {
    let odd = |c: char| {
        c.is_control() && !matches!(c, '\n' | '\t') || ('\u{202a}'..='\u{202e}').contains(&c)
    };
    let anywhere = ["##[", "##vso[", "##teamcity["];
    let command = |line: &str| {
        line.trim_start().starts_with("::") || anywhere.iter().any(|it| line.contains(it))
    };
    text.lines().find(|line| line.chars().any(odd) || command(line))
}

/// What a run against a target came to, as a process, and all that it wrote.
pub(crate) struct Ran {
    watched: Watched,
    reports: Vec<(&'static str, String)>,
}

const REPORTS: [&str; 7] = ["junit", "json", "html", "sarif", "har", "markdown", "tap"];

/// Runs the suite against a target with every report. The profile is one of the fixtures by its name, or
/// any by its path.
pub(crate) fn run(profile: &str, selectors: &[&str], url: &str) -> Ran {
    let folder = tempfile::tempdir().unwrap();
    let profiles = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/profiles");
    let mut process = command();
    process.arg("run").arg(profiles.join(profile).with_extension("yaml")).args(selectors);
    process.args(["--base-url", url, "--no-preflight", "--verbose", "--seed", "7"]);
    process.args(["--timeout", "1s", "--http-exchanges", "all"]);
    for report in REPORTS {
        process.arg(format!("--{report}")).arg(folder.path().join(report));
    }
    let watched = watched(&mut process, NOT_HUNG);
    let text = |report| std::fs::read_to_string(folder.path().join(report)).unwrap_or_default();
    Ran { watched, reports: REPORTS.into_iter().map(|report| (report, text(report))).collect() }
}

impl Ran {
    /// What is wrong with it, whatever the target is.
    pub(crate) fn wrong(&self) -> Vec<String> {
        let Watched { ended: Ended { code, out, err }, peak } = &self.watched;
        let mut wrong = Vec::new();
        if !matches!(code, Some(0 | 1 | 3 | 4)) {
            wrong.push(format!("exit code {code:?} {err}"));
        }
        if err.contains("panicked") {
            wrong.push(err.clone());
        }
        if *peak > MOST_MEMORY {
            wrong.push(format!("{peak} MiB"));
        }
        if *peak == 0 && cfg!(target_os = "linux") {
            wrong.push("nobody knows its memory".to_owned());
        }
        for (report, text) in &self.reports {
            if text.is_empty() {
                wrong.push(format!("no report {report}"));
            }
        }
        let console = [("stdout", out), ("stderr", err)].into_iter();
        for (name, text) in console.chain(self.reports.iter().map(|(name, text)| (*name, text))) {
            wrong.extend(
                obeyed(text).map(|line| {
                    format!("{name}: {:?}", line.chars().take(300).collect::<String>())
                }),
            );
        }
        wrong
    }

    fn has(&self, verdict: Verdict) -> bool {
        let report = self.reports.iter().find(|(name, _)| *name == "json");
        let view = report.and_then(|(_, text)| json::read(text).ok());
        view.is_some_and(|view| view.rules.iter().any(|rule| rule.verdict == verdict))
    }

    pub(crate) fn passes(&self) -> bool {
        self.has(Verdict::Pass)
    }

    pub(crate) fn fails(&self) -> bool {
        self.has(Verdict::Fail)
    }

    /// All that it wrote.
    pub(crate) fn said(&self) -> String {
        let Ended { out, err, .. } = &self.watched.ended;
        let reports = self.reports.iter().map(|(_, text)| text.as_str());
        [out.as_str(), err].into_iter().chain(reports).collect()
    }

    /// The console report, for people.
    pub(crate) fn reasons(&self) -> String {
        let Ended { out, err, .. } = &self.watched.ended;
        format!("{out}{err}").chars().take(1_500).collect()
    }
}

/// A host that nobody may be sent to, and how often somebody came.
pub(crate) async fn elsewhere() -> (Target, Arc<AtomicUsize>) {
    let hits = Arc::new(AtomicUsize::new(0));
    let seen = Arc::clone(&hits);
    let host = rig::http(move |_| {
        seen.fetch_add(1, Ordering::SeqCst);
        Response::new(200)
    });
    (host.await, hits)
}

async fn row(at: At, attack: &'static Attack) -> Vec<String> {
    let (host, hits) = elsewhere().await;
    let (server, place) = (at.server(), host.url.clone());
    let target = rig::http(move |request| {
        if at.is_of(request.path()) { (attack.answer)(&place) } else { server.handle(&request) }
    })
    .await;
    let url = target.url.clone();
    let ran = tokio::task::spawn_blocking(move || run(at.profile(), &[at.selector()], &url));
    let ran = ran.await.unwrap();
    let mut wrong = ran.wrong();
    if at.is_of_the_usual_dialect() && ran.passes() {
        wrong.push("a rule passes".to_owned());
    }
    if hits.load(Ordering::SeqCst) > 0 {
        wrong.push("a request went elsewhere".to_owned());
    }
    wrong.into_iter().map(|text| format!("{} at {at:?}: {text}", attack.name)).collect()
}

/// How many rows there are, all of which are survived.
async fn survives(table: &'static [Attack]) -> usize {
    let rows = table.iter().flat_map(|attack| attack.at.iter().map(move |at| row(*at, attack)));
    let wrong: Vec<Vec<String>> =
        futures::stream::iter(rows).buffer_unordered(AT_ONCE).collect().await;
    let count = wrong.len();
    let wrong = wrong.concat();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    count
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_that_no_server_should_send_are_survived() {
    assert!(survives(bodies::ALL).await >= 50);
}

#[tokio::test(flavor = "multi_thread")]
async fn fields_that_no_server_should_send_are_survived() {
    assert!(survives(fields::ALL).await >= 40);
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_that_no_server_should_show_are_survived() {
    assert!(survives(pages::ALL).await >= 30);
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_of_other_endpoints_are_survived() {
    assert!(survives(members::ALL).await >= 60);
}

/// A run of an area of which every answer is as large as answers may be.
#[tokio::test(flavor = "multi_thread")]
async fn a_target_that_is_large_everywhere_is_survived() {
    for (name, answer) in members::LARGE {
        let target = rig::http(move |_| answer()).await;
        let url = target.url.clone();
        let ran = tokio::task::spawn_blocking(move || run("reference", &["code"], &url));
        let ran = ran.await.unwrap();
        assert_eq!(ran.wrong(), [""; 0], "{name}");
        assert!(!ran.passes(), "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_that_are_no_answer_are_survived() {
    let rows = wires::ALL.iter().map(|wire| async move {
        let target = wires::target(wire).await;
        let url = target.url.clone();
        let ran = tokio::task::spawn_blocking(move || run("reference", wires::SELECTORS, &url));
        let ran = ran.await.unwrap();
        let mut wrong = ran.wrong();
        if ran.passes() {
            wrong.push("a rule passes".to_owned());
        }
        wrong.into_iter().map(|text| format!("{}: {text}", wire.name)).collect::<Vec<_>>()
    });
    let wrong: Vec<_> = futures::stream::iter(rows).buffer_unordered(AT_ONCE).collect().await;
    let wrong = wrong.concat();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
