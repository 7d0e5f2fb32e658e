//! A record with every verdict and with everything that a hostile server could send.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use time::macros::datetime;
use url::form_urlencoded::Serializer;

use crate::rules::{Level, Manner};
use crate::verdict::{
    Conduct, DocumentVerdict, Exchange, Judged, Problem, Role, RuleRecord, RunRecord,
    ScenarioRecord, Secrets, Verdict,
};
use crate::wire::transport::Sent;
use crate::wire::{Origin, Request, Response, Scheme, TransportError};

/// A secret of ordinary letters.
pub(super) const CODE: &str = "mF9B5f41JqMzQ";
/// A secret that every encoding changes.
pub(super) const CLIENT_SECRET: &str = "k/+ä \"<&%'=\\~9?🦀Zq]]>";

/// The run.
pub(super) fn run() -> RunRecord {
    let mut secrets = Secrets::default();
    secrets.add("code", CODE);
    secrets.add("client secret", CLIENT_SECRET);
    RunRecord {
        conduct: Some(Conduct { requests: 12, logins: 2, ..Conduct::of(4) }),
        target: "sample".to_owned(),
        against: vec!["box".to_owned(), "rfc6749".to_owned()],
        started: datetime!(2026-02-03 04:05:06.789 UTC),
        duration: Duration::from_millis(12_345),
        seed: u64::MAX,
        strict: false,
        rules: rules(),
        secrets,
        problems: vec![
            Problem::Unreachable(format!("connection refused; code={CODE}\nsecond line")),
            Problem::Waiver("the waiver of code/gone is stale <&\"]]>".to_owned()),
            Problem::Interrupted,
        ],
    }
}

fn rules() -> Vec<RuleRecord> {
    let code = "Authorization codes";
    let token = "Token endpoint";
    vec![
        rule("code/issued", code, Level::Must, vec![scenario("issued", Verdict::Pass)]),
        rule(
            "code/single-use",
            code,
            Level::Must,
            vec![
                scenario("single-use", Verdict::Pass),
                failed(),
                scenario("single-use", Verdict::NotApplicable),
            ],
        ),
        rule("code/format", code, Level::Should, vec![violated("format", Verdict::Warn)]),
        rule("token/no-store", token, Level::Must, vec![violated("no-store", Verdict::Waived)]),
        rule("token/expiry", token, Level::May, vec![scenario("expiry", Verdict::NotApplicable)]),
        rule("token/bound", token, Level::Must, vec![hostile()]),
        rule("token/own", token, Level::Derived, vec![scenario("own", Verdict::Error)]),
        rule("token/unwritten", token, Level::Must, Vec::new()),
    ]
}

fn rule(id: &str, feature: &str, level: Level, scenarios: Vec<ScenarioRecord>) -> RuleRecord {
    let judged = scenarios.iter().flat_map(|scenario| &scenario.by_document);
    let by_document =
        judged.map(|it| DocumentVerdict { document: it.document.clone(), verdict: it.verdict });
    RuleRecord {
        by_document: by_document.collect(),
        id: id.to_owned(),
        statement: format!("The rule {id} holds <&\"]]>."),
        feature: feature.to_owned(),
        level,
        cites: vec!["box oauth2/tokens".to_owned(), "rfc6749 4.1.2".to_owned()],
        verdict: crate::verdict::worst(scenarios.iter().map(|s| s.verdict)),
        scenarios: scenarios
            .into_iter()
            .map(|s| ScenarioRecord { rule: id.to_owned(), ..s })
            .collect(),
    }
}

fn scenario(name: &str, verdict: Verdict) -> ScenarioRecord {
    let reason = match verdict {
        Verdict::Pass | Verdict::Fail | Verdict::Warn => None,
        Verdict::Waived => Some("known, https://issues.example/7, until 2027-01-01".to_owned()),
        Verdict::NotApplicable => Some("the profile defines no clock".to_owned()),
        Verdict::Inconclusive => Some("the control failed".to_owned()),
        Verdict::Error => Some("the step is not written".to_owned()),
    };
    ScenarioRecord {
        rule: String::new(),
        name: format!("The scenario {name} <&\"]]> is {verdict}"),
        feature: "features/sample.feature".to_owned(),
        line: 7,
        verdict,
        by_document: Vec::new(),
        expected: Vec::new(),
        actual: None,
        manner: None,
        reason,
        deviation: None,
        tries: 1,
        passed_at: None,
        duration: Duration::from_micros(1_500),
        exchanges: vec![post("code=&code=other", Ok(Response::new(200)))],
        dropped: 0,
    }
}

fn violated(name: &str, verdict: Verdict) -> ScenarioRecord {
    ScenarioRecord {
        expected: vec![
            "400 invalid_grant".to_owned(),
            "a refusal (4xx) without a token".to_owned(),
        ],
        actual: Some(format!("200 with {CODE} \u{1b}[2J]]>\n  and a second line")),
        deviation: Some("the code is sent a second time; its control succeeded".to_owned()),
        ..scenario(name, verdict)
    }
}

/// A violation whose exchange holds the secrets in their ordinary places.
fn failed() -> ScenarioRecord {
    let body: String = Serializer::new(String::new())
        .extend_pairs([("code", CODE), ("client_secret", CLIENT_SECRET), ("state", "s")])
        .finish();
    let mut response = Response::new(302);
    response.headers.push("Location", format!("https://c.example/cb?code={CODE}x&state=s"));
    response.headers.push("Set-Cookie", "sid=cookie-value; Path=/; HttpOnly");
    response.body = format!("{{\"access_token\":\"unregistered\",\"code\":{CODE:?}}}").into_bytes();
    let mut exchange = post(&body, Ok(response));
    let pair = format!("client:{CLIENT_SECRET}");
    let basic = format!("Basic {}", STANDARD.encode(pair));
    exchange.request.headers.push("Authorization", basic);
    exchange.request.headers.push("Cookie", "sid=cookie-value; lang=en");
    let manner = Some(Manner::Granted);
    let failed = ScenarioRecord { manner, ..violated("single-use", Verdict::Fail) };
    let judged = |document: &str, verdict: Verdict, failed: &ScenarioRecord| Judged {
        document: document.to_owned(),
        verdict,
        expected: failed.expected.clone(),
        actual: failed.actual.clone(),
        manner: failed.manner,
        reason: None,
    };
    let by_document = vec![
        judged("box", Verdict::Fail, &failed),
        judged("rfc6749", Verdict::Pass, &scenario("single-use", Verdict::Pass)),
    ];
    ScenarioRecord { exchanges: vec![exchange], by_document, ..failed }
}

/// Bodies made to break reports: controls, CDATA ends, invalid UTF-8, ANSI codes, every encoding
/// of the secrets, a body too long and one that is no text.
fn hostile() -> ScenarioRecord {
    let mut response = Response::new(500);
    response.headers.push("X-Evil", b"a\x1b[31m\xff\r\nInjected: 1".to_vec());
    response.body =
        b"]]><script>\x00\x1b]0;title\x07 \x9b31m \xe2\x80\xae rtl \xef\xbf\xbf\r".to_vec();
    for secret in [CODE, CLIENT_SECRET] {
        for form in super::redact::encodings(secret) {
            response.body.extend_from_slice(form.as_bytes());
            response.body.push(b'\n');
        }
    }
    response.body.resize(20_000, b'.');
    let mut binary = Response::new(200);
    binary.body = (0..=255).collect();
    let error = TransportError::Closed(format!("after {CODE}\u{1b}[A\nand more"));
    ScenarioRecord {
        exchanges: vec![
            post("x=\u{202e}", Ok(response)),
            post("", Ok(binary)),
            post("", Err(error)),
        ],
        ..scenario("hostile", Verdict::Inconclusive)
    }
}

fn post(body: &str, response: Sent) -> Exchange {
    let origin = Origin { scheme: Scheme::Http, host: "127.0.0.1".to_owned(), port: 8080 };
    let target = format!("/oauth2/token?token={CODE}");
    let mut request = Request::new("POST", origin, &target);
    request.headers.push("Content-Type", "application/x-www-form-urlencoded");
    request.body = body.as_bytes().to_vec();
    let label = format!("token request, with {CODE}");
    Exchange {
        role: Role::default(),
        label,
        request,
        response,
        cut_from: None,
        duration: Duration::from_micros(420),
    }
}
