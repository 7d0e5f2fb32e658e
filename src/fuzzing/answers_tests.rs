use std::sync::Arc;

use super::*;
use crate::fuzzing::bundled;
use crate::fuzzing::reading;
use crate::testbed::Switches;
use crate::wire::{Origin, Scheme};

fn terms() -> Arc<Terms> {
    bundled::stage(Switches::default(), 1).unwrap().0.terms
}

fn request(method: &str) -> Request {
    let origin = Origin { scheme: Scheme::Http, host: "127.0.0.1".into(), port: 1 };
    let mut request = Request::new(method, origin, "/token");
    request.headers.push("Content-Type", "application/x-www-form-urlencoded");
    request
}

fn response(status: u16, media: &str, body: &str) -> Response {
    let mut response = Response::new(status);
    response.headers.push("Content-Type", media);
    response.body = body.as_bytes().to_vec();
    response
}

fn names(method: &str, response: &Response) -> Vec<&'static str> {
    let mut findings = Vec::new();
    any(&request(method), response, &mut Tried::default(), &mut findings);
    findings.into_iter().map(|finding| finding.oracle).collect()
}

#[test]
fn a_server_error_is_found_but_for_methods_that_nobody_knows() {
    assert_eq!(names("POST", &response(500, "text/plain", "")), ["no-server-error"]);
    assert_eq!(names("POST", &response(501, "text/plain", "")), ["no-server-error"]);
    assert!(names("OAUTHSPEC", &response(501, "text/plain", "")).is_empty());
    assert!(names("GET", &response(501, "text/html", "")).is_empty());
    assert!(names("POST", &response(400, "text/plain", "")).is_empty());
}

#[test]
fn injected_header_fields_are_found() {
    let mut injected = response(302, "text/plain", "");
    injected.headers.push("X-Oauthspec", "injected");
    assert_eq!(names("GET", &injected), ["header-safe"]);
    let mut broken = response(302, "text/plain", "");
    broken.headers.push("Location", "/a\r\nb");
    assert_eq!(names("GET", &broken), ["header-safe"]);
}

#[test]
fn markup_is_found_where_a_browser_would_see_it() {
    let raw = "<p>\"'><x-oauthspec onoauthspec=\"1\">markup</x-oauthspec></p>";
    let escaped = "<p>&lt;x-oauthspec onoauthspec=&quot;1&quot;&gt;</p>";
    assert_eq!(names("GET", &response(400, "text/html", raw)), ["nothing-unescaped"]);
    assert!(names("GET", &response(400, "text/html", escaped)).is_empty());
    assert!(names("GET", &response(400, "text/plain", raw)).is_empty());
}

fn forms(response: &Response) -> Vec<&'static str> {
    forms_of(&request("POST"), response)
}

fn forms_of(request: &Request, response: &Response) -> Vec<&'static str> {
    let (read, mut tried) = (reading::of(request), Tried::default());
    let (what, expectation) =
        (Observed::of_token(&Ok(response.clone())), Expectation::new("token/success"));
    let answer = Reply { what: &what, means: Means::Body, done: what == Observed::Tokens };
    let found = form(&terms(), (&read, &expectation), &answer, response, &mut tried);
    found.into_iter().map(|finding| finding.oracle).collect()
}

#[test]
fn what_an_http_library_says_of_a_message_that_it_cannot_read_is_its_own() {
    let mut twice = request("POST");
    twice.headers.push("Content-Type", "text/plain");
    let mut odd = Request::new("POST", twice.origin.clone(), "/token");
    odd.headers.push("Content-Type", "/");
    for request in [twice, odd] {
        assert!(forms_of(&request, &response(400, "text/plain", "bad header")).is_empty());
        let json = |body: &str| forms_of(&request, &response(400, "application/json", body));
        assert!(json(r#"{"detail":"the body is no form"}"#).is_empty());
        assert_eq!(json(r#"{"error":"oauthspec"}"#), ["refusal-form"]);
    }
}

#[test]
fn refusals_and_token_answers_have_their_form() {
    let json = "application/json";
    let good = r#"{"error":"invalid_grant"}"#;
    assert!(forms(&response(400, json, good)).is_empty());
    assert_eq!(forms(&response(400, "text/html", "no")), ["refusal-form"]);
    assert_eq!(forms(&response(200, json, good)), ["refusal-form"]);
    let tokens = r#"{"access_token":"a","refresh_token":"r","expires_in":3600,"restricted_to":[],"token_type":"bearer"}"#;
    let mut issued = response(200, json, tokens);
    assert_eq!(forms(&issued), ["no-store"]);
    issued.headers.push("Cache-Control", "no-store");
    assert!(forms(&issued).is_empty());
    issued.body = br#"{"access_token":"a"}"#.to_vec();
    assert_eq!(forms(&issued), ["success-form"]);
}

#[test]
fn a_secret_that_comes_back_is_found() {
    let echo = |status, body: &str| {
        let (mut findings, mut tried) = (Vec::new(), Tried::default());
        let answer = response(status, "application/json", body);
        let seen = (&reading::of(&request("POST")), &answer);
        no_secret_echo(&terms(), seen, &["s3cr3t-value"], &mut tried, &mut findings);
        !findings.is_empty()
    };
    assert!(echo(400, "not s3cr3t-value"));
    assert!(!echo(400, "no") && !echo(200, "s3cr3t-value"));
}

#[test]
fn what_is_done_against_a_reason_and_what_is_refused_without_one_is_found() {
    let terms = terms();
    let by = |reasons: &[&'static str], what: &Observed, done| {
        let mut expectation = Expectation::new("token/success");
        reasons.iter().for_each(|rule| expectation.refuse(rule));
        let answer = Reply { what, means: Means::Body, done };
        as_expected(&terms, &expectation, &answer).map(|found| found.oracle)
    };
    let error = |error: &str| Observed::Error { status: 400, error: error.to_owned() };
    assert_eq!(by(&["code/single-use"], &Observed::Tokens, true), Some("code-once"));
    assert_eq!(by(&["code/single-use"], &error("invalid_request"), false), Some("code-once"));
    assert_eq!(by(&["code/single-use"], &error("invalid_grant"), false), None);
    assert_eq!(by(&[], &Observed::Tokens, true), None);
    assert_eq!(by(&[], &error("invalid_grant"), false), Some("valid-flow"));
    // A server that fails proves nothing: another property says so.
    let failed = Observed::unjudgeable(Some(500), "");
    assert_eq!(by(&["code/single-use"], &failed, false), None);
}

#[test]
fn a_way_to_the_host_that_a_proxy_is_said_to_have_is_found() {
    let mut request = request("GET");
    request.headers.push("X-Forwarded-Host", "oauthspec.example");
    let judged = |location: &str| {
        let mut response = Response::new(302);
        response.headers.push("Location", location);
        let (mut tried, mut findings) = (Tried::default(), Vec::new());
        any(&request, &response, &mut tried, &mut findings);
        (tried.times("own-host"), findings.len())
    };
    assert_eq!(judged("https://oauthspec.example/login"), (1, 1));
    assert_eq!(judged("https://client.example/?next=https://oauthspec.example/"), (1, 0));
    assert_eq!(judged("/login"), (1, 0));
}
