//! What the tests of this binary share: servers that behave as a test wants, and runs against them.

use std::convert::Infallible;
use std::future::Future;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::FutureExt;
use futures::future::BoxFuture;
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use oauthspec::cli::{self, HttpExchanges, Reports, Run};
use oauthspec::report::{RunView, Style, console, json};
use oauthspec::server::{Config, Server};
use oauthspec::testbed::{MovableClock, OsRandom};
use oauthspec::verdict::{ExitCode, RuleRecord, RunRecord, Verdict};
use oauthspec::wire::{Delivery, Headers, Origin, Request, Response, Scheme};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Mutex, MutexGuard};
use tokio::task::{JoinHandle, JoinSet};

/// A ceiling against hanging, which no load on the machine reaches. What a target costs a run is counted
/// in requests and time-outs.
pub(crate) const NOT_HUNG: Duration = Duration::from_secs(120);

/// The profile of the bundled server.
pub(crate) fn reference() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/profiles/reference.yaml")
}

/// The reference profile with other values, as [`yaml_with`] has them.
pub(crate) fn reference_with(changes: &[(&str, &str)]) -> String {
    yaml_with(&std::fs::read_to_string(reference()).unwrap(), changes)
}

/// A YAML text with other values: each a path in it, such as `lifetimes.code` or `users.0.id`, and the
/// YAML that stands there instead; nothing takes the key away, `-> name` renames it.
pub(crate) fn yaml_with(text: &str, changes: &[(&str, &str)]) -> String {
    let mut tree: serde_yaml::Value = serde_yaml::from_str(text).unwrap();
    for (path, value) in changes {
        let (above, last) = path.rsplit_once('.').unwrap_or(("", path));
        let place = above.split('.').filter(|key| !key.is_empty()).try_fold(&mut tree, step);
        let place = place.unwrap_or_else(|| panic!("{path} is not there"));
        let members = place.as_mapping_mut().unwrap();
        if let Some(name) = value.strip_prefix("-> ") {
            let value = members.remove(last).unwrap();
            members.insert(name.into(), value);
        } else if value.is_empty() {
            members.remove(last).unwrap_or_else(|| panic!("{path} is not there"));
        } else {
            members.insert(last.into(), serde_yaml::from_str(value).unwrap());
        }
    }
    serde_yaml::to_string(&tree).unwrap()
}

fn step<'t>(tree: &'t mut serde_yaml::Value, key: &str) -> Option<&'t mut serde_yaml::Value> {
    match key.parse::<usize>() {
        Ok(index) if tree.is_sequence() => tree.get_mut(index),
        _ => tree.get_mut(key),
    }
}

/// Something that listens on loopback until this value is dropped.
pub(crate) struct Target {
    pub(crate) url: String,
    task: JoinHandle<()>,
}

impl Drop for Target {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// A listener that hands every connection to `serve`.
pub(crate) async fn raw<F, W>(serve: F) -> Target
where
    F: Fn(TcpStream) -> W + Send + 'static,
    W: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let task = tokio::spawn(async move {
        let mut connections = JoinSet::new();
        while let Ok((stream, _)) = listener.accept().await {
            connections.spawn(serve(stream));
        }
    });
    Target { url, task }
}

/// An HTTP server that answers what `answer` says, to requests as they stand on the wire.
pub(crate) async fn http(answer: impl Fn(Request) -> Response + Send + Sync + 'static) -> Target {
    http_after(|_| std::future::ready(()).boxed(), answer).await
}

/// The same, where each request waits for what `pace` says before it is answered.
pub(crate) async fn http_after(
    pace: impl Fn(&Request) -> BoxFuture<'static, ()> + Send + Sync + 'static,
    answer: impl Fn(Request) -> Response + Send + Sync + 'static,
) -> Target {
    let (pace, answer) = (Arc::new(pace), Arc::new(answer));
    raw(move |stream| {
        let (pace, answer) = (Arc::clone(&pace), Arc::clone(&answer));
        async move {
            stream.set_nodelay(true).unwrap();
            let port = stream.local_addr().unwrap().port();
            let service = service_fn(|request| reply(port, request, &*pace, &*answer));
            // How a connection ends is the client's affair.
            let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
        }
    })
    .await
}

async fn reply(
    port: u16,
    request: hyper::Request<Incoming>,
    pace: &(impl Fn(&Request) -> BoxFuture<'static, ()> + Send + Sync),
    answer: &(impl Fn(Request) -> Response + Send + Sync),
) -> Result<hyper::Response<Full<Bytes>>, Infallible> {
    let (head, body) = request.into_parts();
    let mut headers = Headers::default();
    head.headers.iter().for_each(|(name, value)| headers.push(name.as_str(), value.as_bytes()));
    let request = Request {
        method: head.method.as_str().to_owned(),
        origin: Origin { scheme: Scheme::Http, host: "127.0.0.1".to_owned(), port },
        target: head.uri.path_and_query().map_or("/", |target| target.as_str()).to_owned(),
        headers,
        body: body.collect().await.map(|body| body.to_bytes().to_vec()).unwrap_or_default(),
        delivery: Delivery::Library,
    };
    pace(&request).await;
    let response = answer(request);
    let mut builder = hyper::Response::builder().status(response.status);
    for (name, value) in response.headers.iter() {
        builder = builder.header(name, value);
    }
    Ok(builder.body(Full::new(Bytes::from(response.body))).unwrap())
}

/// A bundled server whose clock can be moved, to stand behind an [`http`] server.
pub(crate) fn bundled() -> Server {
    Server::new(config())
}

/// How it is set up.
pub(crate) fn config() -> Config {
    Config {
        clock: Arc::new(MovableClock::default()),
        random: Arc::new(OsRandom),
        control: true,
        ..Config::default()
    }
}

/// A response with a JSON body.
pub(crate) fn json_response(status: u16, body: &serde_json::Value) -> Response {
    let mut response = Response::new(status);
    response.headers.push("Content-Type", "application/json");
    response.headers.push("Cache-Control", "no-store");
    response.body = body.to_string().into_bytes();
    response
}

/// A run against a server, by the profile of the bundled server.
pub(crate) fn against(url: &str, documents: &[&str]) -> Run {
    Run {
        words: vec![reference().display().to_string()],
        base_url: Some(url.to_owned()),
        against: documents.iter().map(|name| (*name).to_owned()).collect(),
        seed: Some(7),
        ..Run::default()
    }
}

/// One run at a time: while cucumber runs, it keeps panics from being printed, those of failing
/// tests too, and runs that overlap put each other's panic hooks back in the wrong order.
static ALONE: Mutex<()> = Mutex::const_new(());

/// Waits until no other run is under way, and keeps others from beginning.
pub(crate) async fn alone() -> MutexGuard<'static, ()> {
    ALONE.lock().await
}

/// A run that has ended, with everything that it put out. No other run begins while this lives, so
/// that what a test asserts about it is printed.
pub(crate) struct Judged {
    _alone: MutexGuard<'static, ()>,
    pub(crate) record: RunRecord,
    pub(crate) code: ExitCode,
    pub(crate) took: Duration,
    pub(crate) junit: String,
    pub(crate) json: String,
    pub(crate) console: String,
    pub(crate) remarks: Vec<String>,
}

/// Runs the suite, and proves that its reports are well-formed and complete.
pub(crate) async fn judge(run: Run) -> Judged {
    let folder = tempfile::tempdir().unwrap();
    let (junit, report) = (folder.path().join("junit.xml"), folder.path().join("report.json"));
    let reports =
        Reports { junit: Some(junit.clone()), json: Some(report.clone()), ..Reports::default() };
    let run = Run { reports, http_exchanges: HttpExchanges::All, ..run };
    let alone = alone().await;
    let start = Instant::now();
    // On the heap: the tests await several runs, on threads with little room.
    let finished = Box::pin(cli::execute(&run, std::future::pending().boxed())).await.unwrap();
    let took = start.elapsed();
    let style = Style { color: false, verbose: true };
    let judged = Judged {
        _alone: alone,
        console: console::write(&RunView::of(&finished.record), style),
        record: finished.record,
        code: finished.code,
        took,
        junit: std::fs::read_to_string(junit).unwrap(),
        json: std::fs::read_to_string(report).unwrap(),
        remarks: finished.remarks,
    };
    judged.reports_are_whole();
    judged
}

impl Judged {
    fn reports_are_whole(&self) {
        let scenarios = || self.record.rules.iter().flat_map(|rule| &rule.scenarios);
        let view = json::read(&self.json).unwrap();
        assert_eq!(view.scenarios().count(), scenarios().count());
        let xml = roxmltree::Document::parse(&self.junit).unwrap();
        let cases = xml.descendants().filter(|node| node.has_tag_name("testcase")).count();
        // Where there are several documents, a scenario is a case for each of its own.
        let judged = scenarios().map(|scenario| scenario.by_document.len()).sum::<usize>();
        assert_eq!(cases, judged + self.record.problems.len());
        assert!(self.console.contains("Scenarios: "), "{}", self.console);
    }

    pub(crate) fn rule(&self, id: &str) -> &RuleRecord {
        self.record.rules.iter().find(|rule| rule.id == id).unwrap()
    }

    /// Ids of the rules that came out like this.
    pub(crate) fn ids(&self, verdict: Verdict) -> Vec<&str> {
        let rules = self.record.rules.iter().filter(|rule| rule.verdict == verdict);
        rules.map(|rule| rule.id.as_str()).collect()
    }

    /// Verdict, rule and scenario of everything, for messages.
    pub(crate) fn summary(&self) -> String {
        let scenarios = self.record.rules.iter().flat_map(|rule| &rule.scenarios);
        scenarios.fold(String::new(), |text, s| {
            let why = s.actual.as_deref().or(s.reason.as_deref()).unwrap_or_default();
            text + &format!("{} {}: {}: {why}\n", s.verdict, s.rule, s.name)
        })
    }
}

/// A profile of a server at this URL for which a run registers the clients, by RFC 6749 alone.
pub(crate) fn registering(url: &str) -> String {
    format!(
        "base_url: {url}\ndocuments: [rfc6749]\nclients: register\nusers:\n  default: {{login: \
         alice@example.com, password: test-only-password-of-alice}}\nresource: {{url: /userinfo}}\n"
    )
}

/// A profile of this text, in a file.
pub(crate) fn written(folder: &Path, text: &str) -> String {
    let path: PathBuf = folder.join("profile.yaml");
    std::fs::write(&path, text).unwrap();
    path.display().to_string()
}
