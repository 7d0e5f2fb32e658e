//! Targets that are no use, and targets that lie: nothing passes on the first, nothing that demands
//! a refusal on the second, and neither breaks the suite.

use std::borrow::Cow;
use std::collections::HashMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use oauthspec::cli::Run;
use oauthspec::rules::{Catalogue, Pattern, Rule};
use oauthspec::server::Dialect;
use oauthspec::testbed::listen;
use oauthspec::verdict::{ExitCode, Problem, Verdict};
use oauthspec::wire::{Request, Response, TransportError};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::rig::{self, Judged, judge};

const BOX: &[&str] = &["box"];
const RFCS: &[&str] = &["rfc6749", "rfc6750", "rfc7009", "rfc8414"];

/// Negative rules whose expectation is a property and no outcome of the catalogue.
const NEGATIVE_WITHOUT_OUTCOME: &[&str] = &[
    "authorize/state-on-error",
    "authorize/error-always-present",
    "authorize/https-only",
    "consent/consent-not-forgeable",
    "code/single-use-concurrent",
    "token/error-shape",
    "token/no-secret-echo",
    "token/error-text",
    "token/https-only",
    "refresh/single-use-concurrent",
    "refresh/failed-refresh-consumes-nothing",
    "redirect/page-escapes",
    "metadata/unknown-issuer",
    "bearer/description",
];

/// Negative rules that the catalogue's outcomes do not show as such: a token has to be dead.
const DEATHS: &[&str] = &["revoke/by-access-token", "revoke/by-refresh-token"];

/// Areas whose requests go to the token, the revocation and the resource endpoint.
const TOKEN_SIDE: &[&str] = &["code", "token", "refresh", "access-token", "revoke", "bearer"];

fn is_refusal(pattern: &Pattern) -> bool {
    match pattern {
        Pattern::Tokens | Pattern::Code | Pattern::Served => false,
        Pattern::Status(status) => *status >= 400,
        _ => true,
    }
}

/// Whether a pass of the rule needs a refusal by the target.
fn is_negative(rule: &Rule, documents: &[String]) -> bool {
    NEGATIVE_WITHOUT_OUTCOME.contains(&rule.id.as_str())
        || DEATHS.contains(&rule.id.as_str())
        || rule
            .cited_by(documents)
            .any(|cite| !cite.accepts.is_empty() && cite.accepts.iter().all(is_refusal))
}

/// The negative rules of a run, of these areas or of all, that passed although they must not have.
fn passing_negatives<'j>(judged: &'j Judged, areas: Option<&[&str]>) -> Vec<&'j str> {
    let catalogue = Catalogue::embedded().unwrap();
    let passed = judged.ids(Verdict::Pass).into_iter().filter(|id| {
        let rule = catalogue.get(id).unwrap();
        areas.is_none_or(|areas| areas.contains(&rule.area()))
            && is_negative(rule, &judged.record.against)
    });
    passed.collect()
}

/// Nothing could be judged, let alone pass.
fn assert_useless(judged: &Judged, code: ExitCode) {
    assert_nothing_passes(judged, code);
    assert_eq!(judged.ids(Verdict::Warn), [""; 0], "{}", judged.summary());
}

fn assert_nothing_passes(judged: &Judged, code: ExitCode) {
    assert_eq!(judged.ids(Verdict::Pass), [""; 0], "{}", judged.summary());
    assert_eq!(judged.code, code, "{}", judged.summary());
}

async fn always(response: ResponseTemplate) -> MockServer {
    let server = MockServer::builder().disable_request_recording().start().await;
    Mock::given(any()).respond_with(response).mount(&server).await;
    server
}

/// Without what collects many codes or tokens.
/// The scenarios themselves, without the preflight that would end the run before them.
fn against(url: &str, documents: &[&str]) -> Run {
    Run { no_preflight: true, ..rig::against(url, documents) }
}

fn brief(url: &str, documents: &[&str]) -> Run {
    let exclude = ["code/unguessable", "access-token/unguessable", "refresh/timer"]
        .map(str::to_owned)
        .to_vec();
    Run { exclude, ..against(url, documents) }
}

fn quick(url: &str) -> Run {
    Run { timeout: Some(Duration::from_millis(300)), ..against(url, BOX) }
}

#[test]
fn the_negatives_are_found_in_the_catalogue() {
    let catalogue = Catalogue::embedded().unwrap();
    for id in NEGATIVE_WITHOUT_OUTCOME.iter().chain(DEATHS) {
        assert!(catalogue.get(id).is_some(), "{id}");
    }
    let count = |documents: &[&str]| {
        let documents: Vec<String> = documents.iter().map(|name| (*name).to_owned()).collect();
        catalogue.rules().iter().filter(|rule| is_negative(rule, &documents)).count()
    };
    assert!(count(BOX) >= 65, "{}", count(BOX));
    assert!(count(RFCS) >= 50, "{}", count(RFCS));
    for area in TOKEN_SIDE {
        assert!(catalogue.rules().iter().any(|rule| rule.area() == *area), "{area}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_passes_where_everything_is_a_500() {
    let server = always(ResponseTemplate::new(500)).await;
    for documents in [BOX, RFCS] {
        let judged = judge(against(&server.uri(), documents)).await;
        assert_useless(&judged, ExitCode::Inconclusive);
    }
}

/// By each document that a bundled dialect satisfies, by itself or by its choices.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_passes_by_any_document_on_a_useless_target() {
    let profiles =
        [("oauth", "fixtures/profiles/oauth.yaml"), ("mcp", "fixtures/profiles/mcp.yaml")];
    for status in [500, 404, 200] {
        let server = always(ResponseTemplate::new(status)).await;
        for (dialect, profile) in profiles {
            let dialect = Dialect::find(dialect).unwrap();
            let documents = dialect.documents.iter().chain(&dialect.alone);
            let documents: Vec<&str> = documents.map(String::as_str).collect();
            let mut run = brief(&server.uri(), &documents);
            run.words = vec![format!("{}/{profile}", env!("CARGO_MANIFEST_DIR"))];
            assert_nothing_wins(&judge(run).await, (status, dialect.id()));
        }
    }
}

fn assert_nothing_wins(judged: &Judged, of: (u16, &str)) {
    assert_eq!(judged.ids(Verdict::Pass), [""; 0], "{of:?}\n{}", judged.summary());
    assert_ne!(judged.code, ExitCode::Conformant, "{of:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_passes_where_everything_is_a_500_page() {
    let page = "<html><body><h1>internal_server_error</h1><p>Bad gateway</p></body></html>";
    let server = always(ResponseTemplate::new(502).set_body_raw(page, "text/html")).await;
    let judged = judge(against(&server.uri(), BOX)).await;
    assert_useless(&judged, ExitCode::Inconclusive);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_passes_where_everything_is_a_429() {
    let server = always(ResponseTemplate::new(429).insert_header("Retry-After", "60")).await;
    let judged = judge(against(&server.uri(), BOX)).await;
    assert_useless(&judged, ExitCode::Inconclusive);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_passes_where_everything_is_a_404() {
    let page = "<html><body><h1>Not found</h1></body></html>";
    let server = always(ResponseTemplate::new(404).set_body_raw(page, "text/html")).await;
    // The grants of server applications are broken by themselves; whatever needs a user is not judged.
    for (documents, code) in [(BOX, ExitCode::Failed), (RFCS, ExitCode::Inconclusive)] {
        assert_nothing_passes(&judge(against(&server.uri(), documents)).await, code);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_passes_where_everything_is_an_invalid_grant() {
    let body = json!({"error": "invalid_grant", "error_description": "The grant is invalid"});
    let refusal = ResponseTemplate::new(400)
        .insert_header("Cache-Control", "no-store")
        .set_body_raw(body.to_string(), "application/json");
    let server = always(refusal).await;
    for (documents, code) in [(BOX, ExitCode::Failed), (RFCS, ExitCode::Inconclusive)] {
        assert_nothing_passes(&judge(against(&server.uri(), documents)).await, code);
    }
}

fn is_token_endpoint(request: &Request) -> bool {
    request.path() == "/oauth2/token"
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_endpoint_that_always_refuses_conforms_to_no_rule_about_tokens() {
    let server = rig::bundled();
    let target = rig::http(move |request| {
        if is_token_endpoint(&request) {
            let error = json!({"error": "invalid_grant", "error_description": "No"});
            return rig::json_response(400, &error);
        }
        server.handle(&request)
    })
    .await;
    for documents in [BOX, RFCS] {
        let judged = judge(brief(&target.url, documents)).await;
        assert_eq!(passing_negatives(&judged, Some(TOKEN_SIDE)), [""; 0], "{}", judged.summary());
        // Whatever needs tokens, refusal or not.
        let passed = judged.ids(Verdict::Pass);
        let beyond: Vec<_> = passed
            .iter()
            .filter(|id| TOKEN_SIDE.iter().any(|area| id.split('/').next() == Some(area)))
            .collect();
        assert!(beyond.is_empty(), "{beyond:?}");
        // The other endpoint works, and is judged.
        assert!(passed.contains(&"authorize/get"), "{}", judged.summary());
        assert_eq!(judged.code, ExitCode::Failed, "{}", judged.summary());
    }
}

fn tokens(number: usize) -> Response {
    let value = |kind: &str| format!("{kind}{:032x}", number.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    rig::json_response(
        200,
        &json!({
            "access_token": value("at"), "refresh_token": value("rt"), "token_type": "bearer",
            "expires_in": 3600, "restricted_to": [],
        }),
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn no_negative_passes_where_everything_is_tokens() {
    let count = AtomicUsize::new(1);
    let target = rig::http(move |_| tokens(count.fetch_add(1, Ordering::Relaxed))).await;
    let judged = judge(against(&target.url, BOX)).await;
    assert_eq!(passing_negatives(&judged, None), [""; 0], "{}", judged.summary());
    assert_eq!(judged.code, ExitCode::Failed, "{}", judged.summary());
}

#[tokio::test(flavor = "multi_thread")]
async fn no_negative_passes_where_tokens_are_issued_for_anything() {
    let server = rig::bundled();
    let count = AtomicUsize::new(1);
    let target = rig::http(move |request| match request.path() {
        "/oauth2/token" => tokens(count.fetch_add(1, Ordering::Relaxed)),
        "/oauth2/revoke" => rig::json_response(200, &json!({})),
        path if path.starts_with("/2.0/") => {
            rig::json_response(200, &json!({"login": "alice@example.com"}))
        }
        _ => server.handle(&request),
    })
    .await;
    let judged = judge(brief(&target.url, BOX)).await;
    assert_eq!(passing_negatives(&judged, Some(TOKEN_SIDE)), [""; 0], "{}", judged.summary());
    // It is told apart from a target that is out of order.
    assert!(judged.ids(Verdict::Pass).contains(&"token/success"), "{}", judged.summary());
    for id in ["code/single-use", "token/client-credentials"] {
        assert_eq!(judged.rule(id).verdict, Verdict::Fail, "{id}");
    }
    assert_eq!(judged.code, ExitCode::Failed);
}

/// Grants whatever it is asked, without asking anybody.
fn grant(request: &Request, number: usize) -> Response {
    let query = request.query().unwrap_or_default();
    let body = String::from_utf8_lossy(&request.body);
    let params: HashMap<_, _> = [query, &body]
        .into_iter()
        .flat_map(|text| url::form_urlencoded::parse(text.as_bytes()))
        .collect();
    let fallback = Cow::Borrowed("https://www.myboxapp.com/app");
    let uri = params.get("redirect_uri").unwrap_or(&fallback);
    let uri = uri.split(['#', '\r', '\n']).next().unwrap_or_default();
    let joint = if uri.contains('?') { '&' } else { '?' };
    let mut answer = url::form_urlencoded::Serializer::new(String::new());
    answer.append_pair("code", &format!("code{:032x}", number.wrapping_mul(0x9e37_79b9_7f4a_7c15)));
    if let Some(state) = params.get("state") {
        answer.append_pair("state", state);
    }
    let mut response = Response::new(302);
    response.headers.push("Location", format!("{uri}{joint}{}", answer.finish()));
    response
}

#[tokio::test(flavor = "multi_thread")]
async fn no_negative_passes_where_everybody_is_granted_everything() {
    let count = AtomicUsize::new(1);
    let target = rig::http(move |request| {
        let number = count.fetch_add(1, Ordering::Relaxed);
        match request.path() {
            "/api/oauth2/authorize" => grant(&request, number),
            "/oauth2/token" => tokens(number),
            path if path.starts_with("/2.0/") => {
                rig::json_response(200, &json!({"login": "alice@example.com"}))
            }
            _ => rig::json_response(200, &json!({})),
        }
    })
    .await;
    let judged = judge(brief(&target.url, BOX)).await;
    assert_eq!(passing_negatives(&judged, None), [""; 0], "{}", judged.summary());
    assert!(judged.ids(Verdict::Pass).contains(&"redirect/registered"));
    for id in ["consent/login-required", "redirect/other-host", "code/single-use"] {
        assert_eq!(judged.rule(id).verdict, Verdict::Fail, "{id}");
    }
    assert_eq!(judged.code, ExitCode::Failed);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_silent_target_ends_the_run_soon() {
    let connections = Arc::new(AtomicUsize::new(0));
    let seen = Arc::clone(&connections);
    let target = rig::raw(move |mut stream| {
        seen.fetch_add(1, Ordering::SeqCst);
        async move {
            let mut sink = Vec::new();
            let _ = stream.read_to_end(&mut sink).await;
        }
    })
    .await;
    let run = Run { timeout: Some(Duration::from_secs(1)), ..against(&target.url, BOX) };
    let judged = judge(run).await;
    assert_useless(&judged, ExitCode::Inconclusive);
    assert!(judged.took < rig::NOT_HUNG, "{:?}", judged.took);
    // Two connections prove that there is a target; the breaker lets four bursts of as many
    // time-outs as there are scenarios at once happen, and one request decides.
    assert!(connections.load(Ordering::SeqCst) <= 2 + 4 * 8 + 1, "{connections:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn five_time_outs_are_the_most_that_a_silent_target_costs() {
    let target = rig::raw(|mut stream| async move {
        let mut sink = Vec::new();
        let _ = stream.read_to_end(&mut sink).await;
    })
    .await;
    let timeout = Duration::from_millis(300);
    let judged = judge(Run { concurrency: Some(1), ..quick(&target.url) }).await;
    assert_useless(&judged, ExitCode::Inconclusive);
    let scenarios = judged.record.rules.iter().flat_map(|rule| &rule.scenarios);
    let timed_out = scenarios
        .flat_map(|scenario| &scenario.exchanges)
        .filter_map(|exchange| exchange.response.as_ref().err())
        .filter(|error| matches!(error, TransportError::TimedOut(_)));
    assert_eq!(timed_out.count(), 5, "{}", judged.summary());
    assert!(judged.took >= timeout * 5 && judged.took < rig::NOT_HUNG);
    // Nothing else waits for the target, one at a time or many: with the time-out of a profile that
    // names none, the whole run is over in less than 30 seconds.
    assert!(oauthspec::profile::Limits::default().timeout() * 5 < Duration::from_secs(30));
    let reference = oauthspec::profile::load(&rig::reference()).unwrap();
    assert!(reference.limits.timeout() * 5 < Duration::from_secs(30));
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_passes_where_every_connection_is_closed() {
    let target = rig::raw(|stream| async move { drop(stream) }).await;
    let judged = judge(against(&target.url, BOX)).await;
    assert_useless(&judged, ExitCode::Inconclusive);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_passes_where_the_connection_is_closed_after_the_request() {
    let target = rig::raw(|mut stream| async move {
        let _ = stream.read(&mut [0; 1024]).await;
    })
    .await;
    let judged = judge(against(&target.url, BOX)).await;
    assert_useless(&judged, ExitCode::Inconclusive);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_that_is_not_there_is_said_to_be_so() {
    let unused = SocketAddr::from((Ipv4Addr::LOCALHOST, listen::free_port().unwrap()));
    for documents in [BOX, RFCS] {
        let judged = judge(against(&format!("http://{unused}"), documents)).await;
        assert_useless(&judged, ExitCode::Unreachable);
        assert!(matches!(judged.record.problems.as_slice(), [Problem::Unreachable(_)]));
        let text = judged.record.problems[0].text();
        assert!(text.contains(&unused.to_string()), "{text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_that_dies_in_the_middle_is_no_reason_to_pass() {
    let server = rig::bundled();
    let left = AtomicUsize::new(150);
    let target = rig::http(move |request| {
        let alive = left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |n| n.checked_sub(1));
        if alive.is_ok() { server.handle(&request) } else { Response::new(503) }
    })
    .await;
    let judged = judge(against(&target.url, BOX)).await;
    // Nothing was wrong as long as it lived, and nothing can be said of the rest.
    assert_eq!(judged.ids(Verdict::Fail), [""; 0], "{}", judged.summary());
    assert_eq!(judged.ids(Verdict::Error), [""; 0], "{}", judged.summary());
    assert_eq!(judged.code, ExitCode::Inconclusive);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_passes_on_garbage() {
    let target = rig::raw(|mut stream| async move {
        let _ = stream.read(&mut [0; 4096]).await;
        let garbage = b"SSH-2.0-\x1b[31m]]>\x00\xff\xfe <![CDATA[ \r\n\r\n";
        let _ = stream.write_all(garbage).await;
    })
    .await;
    let judged = judge(against(&target.url, BOX)).await;
    assert_useless(&judged, ExitCode::Inconclusive);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_passes_where_the_body_never_ends() {
    let target = rig::raw(|mut stream| async move {
        let _ = stream.read(&mut [0; 4096]).await;
        let head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n<p>";
        let block = [b'x'; 1 << 16];
        let mut sent = stream.write_all(head).await;
        while sent.is_ok() {
            sent = stream.write_all(&block).await;
        }
    })
    .await;
    // One rule of each kind of request: every answer is read up to the limit.
    let mut run = against(&target.url, BOX);
    run.words.extend(["authorize/g", "redirect/o", "code", "bearer/h"].map(str::to_owned));
    assert_useless(&judge(run).await, ExitCode::Inconclusive);
}

async fn head_and_drops(mut stream: TcpStream) {
    let _ = stream.read(&mut [0; 4096]).await;
    let head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 100000\r\n\r\n";
    let mut sent = stream.write_all(head).await;
    while sent.is_ok() {
        tokio::time::sleep(Duration::from_millis(20)).await;
        sent = stream.write_all(b"x").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_that_drips_is_a_silent_one() {
    let target = rig::raw(head_and_drops).await;
    let judged = judge(quick(&target.url)).await;
    assert_useless(&judged, ExitCode::Inconclusive);
    assert!(judged.took < rig::NOT_HUNG, "{:?}", judged.took);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_passes_on_a_loop_of_redirects() {
    let target = rig::http(|request| {
        let mut response = Response::new(302);
        response.headers.push("Location", format!("{}?again", request.path()));
        response
    })
    .await;
    // Every way of a browser through it is as long as ways may be.
    let mut run = against(&target.url, BOX);
    run.words.extend(["authorize/c", "consent", "code/s", "bearer/h"].map(str::to_owned));
    assert_useless(&judge(run).await, ExitCode::Inconclusive);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_passes_where_everybody_is_sent_elsewhere() {
    let target = rig::http(|_| {
        let mut response = Response::new(302);
        response.headers.push("Location", "https://elsewhere.example/?code=abcdefghijk&state=1");
        response
    })
    .await;
    let judged = judge(against(&target.url, BOX)).await;
    assert_nothing_passes(&judged, ExitCode::Failed);
}
