//! Oracles over one answer: pure functions of what was sent, what came back and what was expected.

use scraper::{Html, Selector};

use super::expected::Expectation;
use super::narrowing;
use super::oracle::{Finding, Terms};
use super::reading::{Authorization, Reading};
use crate::observe::{Judgement, Mismatch, Observed, judge, refusal, success};
use crate::rules::{Document, Level, Means, Property};
use crate::wire::{Request, Response};

/// Methods that every server knows: only of another may it say that it is not implemented.
const METHODS: &[&str] = &["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"];

/// What holds for every response, whatever was asked.
pub fn any(request: &Request, response: &Response, findings: &mut Vec<Finding>) {
    no_server_error(request, response, findings);
    header_safe(response, findings);
    nothing_unescaped(response, findings);
}

fn no_server_error(request: &Request, response: &Response, findings: &mut Vec<Finding>) {
    let unknown = !METHODS.contains(&request.method.as_str());
    let fair = matches!(response.status, 501 | 505) && unknown;
    if response.status >= 500 && !fair {
        let actual = format!("{} answered {}", request.path(), response.status);
        findings.push(Finding::plain("no-server-error", actual));
    }
}

fn header_safe(response: &Response, findings: &mut Vec<Finding>) {
    for (name, value) in response.headers.iter() {
        if name.eq_ignore_ascii_case("x-oauthspec") {
            findings.push(Finding::plain("header-safe", "a header field of the request came back"));
        } else if value.iter().any(|byte| matches!(byte, b'\r' | b'\n' | 0)) {
            let actual = format!("a line break in the header field {name}");
            findings.push(Finding::plain("header-safe", actual));
        }
    }
}

fn nothing_unescaped(response: &Response, findings: &mut Vec<Finding>) {
    let html = response.media_type().is_some_and(|media| media.contains("html"));
    // Parsing every page would cost more than the page did.
    let suspect = |text: &str| text.contains("<x-oauthspec") || text.contains("onoauthspec=");
    if !html || !suspect(&response.text()) {
        return;
    }
    let Ok(selector) = Selector::parse("x-oauthspec, [onoauthspec]") else { return };
    if Html::parse_document(&response.text()).select(&selector).next().is_some() {
        findings.push(Finding::plain("nothing-unescaped", "markup of the request on a page"));
    }
}

/// How the client said who it is.
pub fn means(read: &Reading) -> Means {
    let basic = |field: &Authorization| matches!(field, Authorization::Basic(..));
    if read.authorization.iter().any(basic) { Means::Basic } else { Means::Body }
}

/// Whether an answer is the one that was expected. `done`: whether it did what was asked.
pub fn as_expected(
    terms: &Terms,
    expectation: &Expectation,
    what: &Observed,
    means: Means,
    done: bool,
) -> Option<Finding> {
    if matches!(what, Observed::Unjudgeable { .. }) {
        return None;
    }
    let reasons = expectation.reasons.iter();
    let counted = reasons.filter(|r| r.rule.is_none_or(|rule| terms.level(rule).is_some()));
    let grave = counted.max_by_key(|reason| terms.gravity(reason.rule));
    if expectation.reasons.is_empty() {
        let by = expectation.by;
        let level = terms.level(by).filter(|_| !done && !expectation.open)?;
        return Some(Finding {
            oracle: super::oracle::of_success(by),
            rule: Some(by),
            expected: vec!["what is valid works".to_owned()],
            actual: what.describe(),
            level,
            step: 0,
        });
    }
    let reason = grave?;
    if done {
        return Some(Finding {
            oracle: reason.oracle,
            rule: reason.rule,
            expected: vec!["a refusal".to_owned()],
            actual: what.describe(),
            level: terms.gravity(reason.rule),
            step: 0,
        });
    }
    let alone = !expectation.open && expectation.reasons.len() == 1;
    let answer = documented(terms, reason.answer.filter(|_| alone)?, what, means)?;
    Some(Finding { oracle: reason.oracle, ..answer })
}

/// Whether an answer is one of those that the documents name for a rule.
pub fn documented(
    terms: &Terms,
    rule: &'static str,
    what: &Observed,
    means: Means,
) -> Option<Finding> {
    let entry = terms.catalogue.get(rule)?;
    let cites = entry.cited_by(&terms.documents).filter(|cite| cite.level > Level::May);
    let broken = cites.filter(|cite| !cite.accepts.is_empty()).filter_map(|cite| {
        match judge(what, cite, means) {
            Judgement::Refused(mismatch) => Some((cite.level, mismatch)),
            _ => None,
        }
    });
    let (level, mismatch) = broken.max_by_key(|(level, _)| *level)?;
    let oracle = super::oracle::of_reason(rule);
    let Mismatch { expected, actual, .. } = mismatch;
    Some(Finding { oracle, rule: Some(rule), expected, actual, level, step: 0 })
}

/// The form of an answer of the token or revocation endpoint.
pub fn form(terms: &Terms, read: &Reading, response: &Response, issued: bool) -> Vec<Finding> {
    let mut findings = Vec::new();
    for document in terms.documents().iter().filter(|it| it.error_response.is_some()) {
        if issued {
            findings.extend(success_form(terms, document, read, response));
            let stored = success::no_store(response);
            findings.extend(breach(terms, "no-store", "token/no-store", stored));
        } else if has_a_form(document, read, response) {
            let shape = refusal::shape(document, means(read), response);
            findings.extend(breach(terms, "refusal-form", "token/error-shape", shape));
        }
    }
    findings
}

/// The form of a response that brings tokens.
fn success_form(
    terms: &Terms,
    document: &Document,
    read: &Reading,
    response: &Response,
) -> Option<Finding> {
    let (rule, shape) = match narrowing::scope(read) {
        Some(scope) if document.states(Property::Downscope) => {
            ("downscope/narrows", success::narrowed(document, (&scope, None), response))
        }
        _ => ("token/success", success::shape(document, response)),
    };
    breach(terms, "success-form", rule, shape)
}

/// Whether a refusal is one of the endpoint: what the HTTP server in front of it says to a broken
/// message, or to a method that nobody serves, is its own.
fn has_a_form(document: &Document, read: &Reading, response: &Response) -> bool {
    let refusal = (400..500).contains(&response.status) && response.status != 429;
    let http = matches!(response.status, 405 | 406 | 408 | 411 | 413 | 414 | 415 | 431);
    let plain = !read.framed && read.method == "POST";
    refusal && plain && (document.states(Property::HttpErrorsHaveForm) || !http)
        || response.status == 200 && says_error(response)
}

fn says_error(response: &Response) -> bool {
    matches!(Observed::of_token(&Ok(response.clone())), Observed::Error { .. })
}

fn breach(
    terms: &Terms,
    oracle: &'static str,
    rule: &'static str,
    judged: Result<(), Mismatch>,
) -> Option<Finding> {
    let Mismatch { expected, actual, .. } = judged.err()?;
    let level = terms.level(rule)?;
    Some(Finding { oracle, rule: Some(rule), expected, actual, level, step: 0 })
}

/// Secrets of a request that its refusal repeats.
pub fn no_secret_echo(
    terms: &Terms,
    response: &Response,
    sent: &[&str],
    findings: &mut Vec<Finding>,
) {
    let text = response.text();
    let told = sent.iter().any(|secret| secret.len() >= 8 && text.contains(secret));
    if told && response.status >= 400 {
        findings.push(Finding {
            rule: Some("token/no-secret-echo"),
            level: terms.gravity(Some("token/no-secret-echo")),
            ..Finding::plain("no-secret-echo", "the refusal repeats a secret of the request")
        });
    }
}

#[cfg(test)]
#[path = "answers_tests.rs"]
mod tests;
