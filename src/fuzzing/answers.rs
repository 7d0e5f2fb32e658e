//! Oracles over one answer: pure functions of what was sent, what came back and what was expected.

use scraper::{Html, Selector};

use super::expected::{Expectation, Reason};
use super::narrowing;
use super::oracle::{Finding, Terms};
use super::reading::{Authorization, METHODS, Reading, given};
use super::tried::Tried;
use crate::driver::asserting::JWT_BEARER;
use crate::driver::device::DEVICE_CODE;
use crate::driver::exchange::TOKEN_EXCHANGE;
use crate::observe::{Judgement, Mismatch, Observed, challenge, judge, refusal, success};
use crate::rules::{Document, Level, Means, Property};
use crate::wire::{Request, Response};

/// What holds for every response, whatever was asked.
pub fn any(request: &Request, response: &Response, tried: &mut Tried, findings: &mut Vec<Finding>) {
    tried.note("no-server-error");
    no_server_error(request, response, findings);
    header_safe(response, findings);
    nothing_unescaped(response, findings);
    let sent = |marker: &str| {
        let in_body = String::from_utf8_lossy(&request.body).contains(marker);
        in_body || request.target.contains(marker)
    };
    // The line break that these stand behind, and the markup around them.
    if sent("X-Oauthspec") {
        tried.note("header-safe");
    }
    if sent("onoauthspec") && is_page(response) {
        tried.note("nothing-unescaped");
    }
    if names_foreign_host(request) && !sent(FOREIGN) {
        tried.note("own-host");
        findings.extend(own_host(response));
    }
}

/// A host that header fields of a proxy name, and that is nobody's.
const FOREIGN: &str = "oauthspec.example";

/// Header fields by which a proxy tells what it was asked (RFC 7239, and what was used before).
const PROXIES: &[&str] =
    &["x-forwarded-host", "forwarded", "x-forwarded-server", "x-host", "x-original-host"];

fn names_foreign_host(request: &Request) -> bool {
    request.headers.iter().any(|(name, value)| {
        let proxy = PROXIES.iter().any(|known| name.eq_ignore_ascii_case(known));
        proxy && String::from_utf8_lossy(value).contains(FOREIGN)
    })
}

/// A proxy would have to be asked for, and nobody did: a server in the open that believes these fields
/// sends its users wherever a request says.
fn own_host(response: &Response) -> Option<Finding> {
    let leads = |text: &str| {
        let at = text.split_once("://").map_or("", |(_, rest)| rest);
        at.starts_with(FOREIGN)
    };
    let location = response.headers.text("location").is_some_and(|it| leads(&it));
    let text = response.text();
    let form = is_page(response)
        && ["action=\"http://", "action=\"https://"]
            .iter()
            .any(|start| text.contains(&format!("{start}{FOREIGN}")));
    (location || form).then(|| Finding {
        level: Level::Derived,
        ..Finding::plain("own-host", "a way to the host that a header field of a proxy names")
    })
}

fn is_page(response: &Response) -> bool {
    response.media_type().is_some_and(|media| media.contains("html"))
}

fn no_server_error(request: &Request, response: &Response, findings: &mut Vec<Finding>) {
    let unknown = !METHODS.contains(&request.method.as_str());
    // RFC 9112 §6.1: a transfer coding that the server does not understand.
    let coding = request.headers.text("transfer-encoding").is_some_and(|it| it != "chunked");
    // A page may say that the server does not do what was asked for.
    let fair = match response.status {
        501 => unknown || coding || is_page(response),
        505 => unknown,
        _ => false,
    };
    if response.status >= 500 && !fair {
        // A request line may name the origin, too (RFC 9112 §3.2.2).
        let origin = request.origin.to_string();
        let path = request.path().trim_start_matches(origin.as_str());
        let actual = format!("{path} answered {}", response.status);
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
    // Parsing every page would cost more than the page did.
    let suspect = |text: &str| text.contains("<x-oauthspec") || text.contains("onoauthspec=");
    if !is_page(response) || !suspect(&response.text()) {
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

/// An answer, and what is to be said about it.
pub struct Reply<'a> {
    /// What it amounts to.
    pub what: &'a Observed,
    /// How the client said who it is.
    pub means: Means,
    /// Whether it did what was asked.
    pub done: bool,
}

/// The property that an answer puts to the test, where there is just one: a request that is wrong in
/// two ways may be refused for either, and one that may be refused for more than the model knows
/// proves nothing by a refusal.
pub fn tested(terms: &Terms, expectation: &Expectation, what: &Observed) -> Option<&'static str> {
    if matches!(what, Observed::Unjudgeable { .. }) {
        return None;
    }
    match expectation.reasons.as_slice() {
        [] => {
            let counts = !expectation.open && terms.level(expectation.by).is_some();
            counts.then(|| super::oracle::of_success(expectation.by))
        }
        [reason] => counts(terms, reason).then_some(reason.oracle),
        _ => None,
    }
}

/// Whether the documents state a reason, or a principle does.
fn counts(terms: &Terms, reason: &Reason) -> bool {
    reason.rule.is_none_or(|rule| terms.level(rule).is_some())
}

/// Whether an answer is the one that was expected.
pub fn as_expected(
    terms: &Terms,
    expectation: &Expectation,
    answer: &Reply<'_>,
) -> Option<Finding> {
    let Reply { what, means, done } = *answer;
    if matches!(what, Observed::Unjudgeable { .. }) {
        return None;
    }
    if expectation.reasons.is_empty() {
        return if done || expectation.open {
            None
        } else {
            refused_in_vain(terms, expectation.by, what, means)
        };
    }
    let counted = expectation.reasons.iter().filter(|reason| counts(terms, reason));
    let reason = counted.max_by_key(|reason| terms.gravity(reason.rule))?;
    if done {
        return Some(Finding {
            oracle: reason.oracle,
            rule: reason.rule,
            expected: vec!["a refusal".to_owned()],
            actual: what.describe(),
            level: terms.gravity(reason.rule),
            step: 0,
            controls: None,
        });
    }
    let alone = !expectation.open && expectation.reasons.len() == 1;
    let answer = documented(terms, reason.answer.filter(|_| alone)?, what, means)?;
    Some(Finding { oracle: reason.oracle, controls: Some(Vec::new()), ..answer })
}

/// A valid request that was refused, unless each document that states the rule allows the refusal.
fn refused_in_vain(
    terms: &Terms,
    rule: &'static str,
    what: &Observed,
    means: Means,
) -> Option<Finding> {
    let cites = terms.catalogue.get(rule)?.cited_by(&terms.documents);
    let broken = cites.filter(|cite| cite.level > Level::May).filter(|cite| {
        cite.accepts.is_empty() || matches!(judge(what, cite, means), Judgement::Refused(_))
    });
    Some(Finding {
        oracle: super::oracle::of_success(rule),
        rule: Some(rule),
        expected: vec!["what is valid works".to_owned()],
        actual: what.describe(),
        level: broken.map(|cite| cite.level).max()?,
        step: 0,
        controls: Some(Vec::new()),
    })
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
    Some(Finding { oracle, rule: Some(rule), expected, actual, level, step: 0, controls: None })
}

/// Whether a document names an answer for one of the reasons, so that its status is documented.
fn is_named(
    terms: &Terms,
    document: &str,
    (read, expectation): (&Reading, &Expectation),
    answer: &Reply<'_>,
) -> bool {
    let exchange = narrowing::is_exchange(read).then_some(narrowing::NEVER_WIDENS);
    let reasons = expectation.reasons.iter();
    let rules = reasons.filter_map(|reason| reason.answer.or(reason.rule)).chain(exchange);
    let entries = rules.filter_map(|rule| terms.catalogue.get(rule));
    entries.into_iter().any(|entry| {
        let own = |id: &str| entry.cites.iter().any(|cite| cite.document.id == id);
        // What the document has no words for another one of the run may say: RFC 8628 §3.5.
        let speaks = |id: &str| if own(document) { id == document } else { own(id) };
        let mut cites = entry.cited_by(&terms.documents);
        cites.any(|cite| {
            speaks(&cite.document.id)
                && !matches!(judge(answer.what, cite, answer.means), Judgement::Refused(_))
        })
    })
}

/// Errors of extensions, which no list of another document has: RFC 8628 §3.5, RFC 9449 §5 and §8,
/// RFC 8707 §2.
fn is_of_an_extension(terms: &Terms, read: &Reading, what: &Observed) -> bool {
    let Observed::Error { error, .. } = what else { return false };
    let device = given(&read.body, "grant_type") == Some(DEVICE_CODE);
    match error.as_str() {
        "authorization_pending" | "slow_down" | "expired_token" | "access_denied" => device,
        "invalid_dpop_proof" | "use_dpop_nonce" => !terms.profile.dpop.is_empty(),
        "invalid_target" => read.body.iter().any(|(name, _)| name == "resource"),
        _ => false,
    }
}

/// The form of an answer of the token or revocation endpoint, and which properties it was judged by.
pub fn form(
    terms: &Terms,
    (read, expectation): (&Reading, &Expectation),
    answer: &Reply<'_>,
    response: &Response,
    tried: &mut Tried,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    for document in terms.documents().iter().filter(|it| it.error_response.is_some()) {
        if *answer.what == Observed::Tokens {
            tried.note("success-form");
            tried.note("no-store");
            // RFC 9449 §5 has a type of its own.
            let bound = success::tokens(response).and_then(|it| it.token_type);
            let bound = bound.is_some_and(|it| it == "DPoP") && !terms.profile.dpop.is_empty();
            findings.extend(success_form(terms, document, read, response).filter(|_| !bound));
            let stored = success::no_store(response);
            findings.extend(breach(terms, "no-store", "token/no-store", stored));
        } else if has_a_form(document, read, response)
            && !is_of_an_extension(terms, read, answer.what)
        {
            tried.note("refusal-form");
            let shape = if is_named(terms, &document.id, (read, expectation), answer) {
                refusal::body(document, response).map(drop)
            } else {
                refusal::shape(document, answer.means, response)
            };
            findings.extend(breach(terms, "refusal-form", "token/error-shape", shape));
        }
    }
    findings
}

/// Whether a refusal of the token endpoint may be cached. By another method than POST nobody asks for a token.
pub(super) fn refusal_stored(
    terms: &Terms,
    (read, what): (&Reading, &Observed),
    response: &Response,
    tried: &mut Tried,
) -> Option<Finding> {
    if is_odd(read) || read.method != "POST" || !matches!(what, Observed::Error { .. }) {
        return None;
    }
    tried.note("no-store");
    breach(terms, "no-store", "token/no-store-on-errors", success::no_store(response))
}

/// Whether the challenges of a resource have their grammar.
pub(super) fn challenge_form(
    terms: &Terms,
    response: &Response,
    tried: &mut Tried,
) -> Option<Finding> {
    let judgement = challenge::shape(response)?;
    tried.note("refusal-form");
    let Judgement::Refused(mismatch) = judgement else { return None };
    breach(terms, "refusal-form", "bearer/challenge-shape", Err(mismatch))
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
        // A client that asks for itself, and one that exchanges a token, need get no refresh token.
        _ if matches!(given(&read.body, "grant_type"), Some(JWT_BEARER | TOKEN_EXCHANGE)) => {
            ("token/success", success::alone(document, response))
        }
        _ => ("token/success", success::shape(document, response)),
    };
    breach(terms, "success-form", rule, shape)
}

/// Whether a refusal is one of the endpoint: what the HTTP server in front of it says to a broken
/// message, or to a method that nobody serves, is its own. Of a message that HTTP libraries differ
/// about, the endpoint's own answer is one that has an error code; some libraries answer in JSON, too.
fn has_a_form(document: &Document, read: &Reading, response: &Response) -> bool {
    let refusal = (400..500).contains(&response.status) && !response.is_throttled();
    let http = matches!(response.status, 405 | 406 | 408 | 411 | 413 | 414 | 415 | 431);
    let plain = !read.framed && read.method == "POST";
    refusal
        && plain
        && (!is_odd(read) || says_error(response))
        && (document.states(Property::HttpErrorsHaveForm) || !http)
        || response.status == 200 && says_error(response)
}

/// Whether what came is no HTTP library's own text about a message that it could not read.
fn is_of_the_endpoint(read: &Reading, response: &Response) -> bool {
    !is_odd(read) || response.media_type().is_some_and(|media| media.contains("json"))
}

/// Whether an HTTP library may be at a loss before the endpoint sees the message.
fn is_odd(read: &Reading) -> bool {
    read.odd || !read.is_form()
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
    Some(Finding { oracle, rule: Some(rule), expected, actual, level, step: 0, controls: None })
}

/// Secrets of a request that its refusal repeats.
pub fn no_secret_echo(
    terms: &Terms,
    (read, response): (&Reading, &Response),
    sent: &[&str],
    tried: &mut Tried,
    findings: &mut Vec<Finding>,
) {
    if response.status < 400 || sent.is_empty() || !is_of_the_endpoint(read, response) {
        return;
    }
    tried.note("no-secret-echo");
    let text = response.text();
    let told = sent.iter().any(|secret| secret.len() >= 8 && text.contains(secret));
    if told {
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
