//! No output of a run shows a secret of it, whatever the target does with the secrets it is told.

use std::collections::{BTreeSet, HashMap};
use std::fmt::Write as _;
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use oauthspec::cli::Run;
use oauthspec::report::matrix::Matrix;
use oauthspec::report::{Format, RunView, Style, console, github, html};
use oauthspec::verdict::Verdict;
use oauthspec::wire::{Request, Response};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use crate::rig::{self, Judged, against, judge};

/// Parameters and JSON members whose values are secrets.
const NAMES: &[&str] = &[
    "code",
    "client_secret",
    "refresh_token",
    "access_token",
    "token",
    "password",
    "code_verifier",
    "assertion",
    "subject_token",
];

/// Shorter values are no secrets: nobody is kept out by them.
const SHORTEST: usize = 8;

/// What breaks out of XML, of a terminal and of a line.
const HOSTILE: &str =
    "]]><x/>&bogus;<!--\u{1b}[2J\u{1b}]0;title\u{7}\u{9b}31m\r\n\u{0}\u{8}\u{202e}\u{fffe}\"'";

/// The secrets that went past the proxy, with the place where each was seen.
#[derive(Default)]
struct Seen(BTreeSet<(String, &'static str)>);

impl Seen {
    fn add(&mut self, value: &str, place: &'static str) {
        // What the suite makes up to be refused bears its name and is no secret.
        let made_up = value.to_ascii_lowercase().contains("oauthspec");
        if value.len() >= SHORTEST && !made_up {
            self.0.insert((value.to_owned(), place));
        }
    }

    fn form(&mut self, text: &str, place: &'static str) {
        for (name, value) in url::form_urlencoded::parse(text.as_bytes()) {
            if NAMES.contains(&&*name) {
                self.add(&value, place);
            }
        }
    }

    fn request(&mut self, request: &Request) {
        self.form(request.query().unwrap_or_default(), "query of a request");
        self.form(&String::from_utf8_lossy(&request.body), "body of a request");
        let text = |name| request.headers.text(name).unwrap_or_default().into_owned();
        for pair in text("cookie").split(';') {
            self.add(pair.split_once('=').map_or("", |(_, value)| value).trim(), "Cookie");
        }
        if let Some((_, credentials)) = text("authorization").split_once(' ') {
            self.add(credentials, "Authorization");
        }
    }

    fn response(&mut self, response: &Response) {
        let location = response.headers.text("location").unwrap_or_default();
        self.form(location.split_once('?').map_or("", |(_, query)| query), "Location");
        for cookie in response.headers.all("set-cookie") {
            let cookie = String::from_utf8_lossy(cookie);
            let pair = cookie.split(';').next().unwrap_or_default();
            self.add(pair.split_once('=').map_or("", |(_, value)| value), "Set-Cookie");
        }
        if let Ok(Value::Object(members)) = serde_json::from_slice(&response.body) {
            for name in NAMES {
                let value = members.get(*name).and_then(Value::as_str);
                self.add(value.unwrap_or_default(), "body of a response");
            }
        }
    }
}

fn html(text: &str, encode: impl Fn(char) -> String) -> String {
    text.chars().map(encode).collect()
}

fn named_entities(text: &str) -> String {
    html(text, |c| match c {
        '&' => "&amp;".to_owned(),
        '<' => "&lt;".to_owned(),
        '>' => "&gt;".to_owned(),
        '"' => "&quot;".to_owned(),
        '\'' => "&#39;".to_owned(),
        c => c.to_string(),
    })
}

/// The same percent-encoding with its digits in lower case.
fn lower_hex(encoded: &str) -> String {
    let mut parts = encoded.split('%');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| {
        let (digits, rest) = part.split_at(2);
        format!("{text}%{}{rest}", digits.to_ascii_lowercase())
    })
}

/// Every form in which a value is looked for.
fn forms(value: &str) -> Vec<(&'static str, String)> {
    let percent = utf8_percent_encode(value, NON_ALPHANUMERIC).to_string();
    let all_percent: String = value.bytes().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "%{byte:02X}");
        text
    });
    let json = serde_json::to_string(value).unwrap();
    let unicode: String = value.chars().map(|c| format!("\\u{:04x}", u32::from(c))).collect();
    vec![
        ("plain", value.to_owned()),
        ("percent-encoded", percent.clone()),
        ("percent-encoded, lower case", lower_hex(&percent)),
        ("percent-encoded, every byte", all_percent.clone()),
        ("percent-encoded twice", all_percent.replace('%', "%25")),
        ("form-encoded", url::form_urlencoded::byte_serialize(value.as_bytes()).collect()),
        ("base64", STANDARD.encode(value)),
        ("base64url", URL_SAFE_NO_PAD.encode(value)),
        ("base64 of a pair", inner_base64(value)),
        ("JSON", json.trim_matches('"').to_owned()),
        ("JSON, every character", unicode),
        ("HTML", named_entities(value)),
        ("HTML, decimal", html(value, |c| format!("&#{};", u32::from(c)))),
        ("HTML, hexadecimal", html(value, |c| format!("&#x{:x};", u32::from(c)))),
    ]
}

/// What of `x:value` in base64 depends on the value alone.
fn inner_base64(value: &str) -> String {
    let encoded = STANDARD_NO_PAD.encode(format!("x:{value}"));
    let whole = (value.len() + 2) * 8 / 6;
    encoded[3..whole].to_owned()
}

/// What a server that wants to give secrets away says: all that it was told, in every form.
fn echo(request: &Request) -> String {
    let body = String::from_utf8_lossy(&request.body);
    let mut told = format!("body={body} query={} ", request.query().unwrap_or_default());
    for (name, value) in request.headers.iter() {
        let _ = write!(told, "{name}={} ", String::from_utf8_lossy(value));
    }
    let pairs = url::form_urlencoded::parse(request.body.as_slice());
    for (name, value) in pairs.filter(|(name, _)| NAMES.contains(&&**name)) {
        let _ = write!(told, "\n{name}: ");
        for (kind, form) in forms(&value) {
            let _ = write!(told, "{kind} {form} | ");
        }
    }
    told
}

fn header_safe(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(2000).collect()
}

/// Gives away in the body and in header fields what the request told.
fn gossip(request: &Request, mut response: Response) -> Response {
    let told = echo(request);
    response.headers.push("X-Echo", header_safe(&told));
    response.headers.push("X-Auth-Debug", header_safe(&STANDARD.encode(&told)));
    let path = request.path();
    if path == "/oauth2/token" || path == "/oauth2/revoke" || path.starts_with("/2.0/") {
        if let Ok(Value::Object(mut members)) = serde_json::from_slice(&response.body) {
            if members.contains_key("error") {
                // Refusals fail, and say more than they should in every place that is shown.
                members.insert("error".to_owned(), format!("{told}{HOSTILE}").into());
                members.insert("error_description".to_owned(), format!("{HOSTILE}{told}").into());
            }
            members.insert("debug".to_owned(), told.into());
            response.body = Value::Object(members).to_string().into_bytes();
        } else if response.status >= 400 {
            response.body = format!("{told}{HOSTILE}").into_bytes();
        }
    } else if path == "/api/oauth2/authorize" && response.status >= 400 {
        response.body.extend_from_slice(format!("<pre>{told}{HOSTILE}</pre>").as_bytes());
    }
    response
}

/// A bundled server behind a proxy, and what the proxy sees.
async fn proxy(
    change: impl Fn(&Request, Response) -> Response + Send + Sync + 'static,
) -> (Arc<Mutex<Seen>>, rig::Target) {
    let seen: Arc<Mutex<Seen>> = Arc::default();
    let (server, watched) = (rig::bundled(), Arc::clone(&seen));
    let target = rig::http(move |request| {
        let response = server.handle(&request);
        let mut seen = watched.lock().unwrap();
        seen.request(&request);
        seen.response(&response);
        drop(seen);
        change(&request, response)
    })
    .await;
    (seen, target)
}

/// A run against such a server, and what the proxy saw.
async fn run_behind(
    change: impl Fn(&Request, Response) -> Response + Send + Sync + 'static,
    run: Run,
) -> (Judged, Seen) {
    let (seen, target) = proxy(change).await;
    let judged = judge(Run { base_url: Some(target.url.clone()), ..run }).await;
    let seen = std::mem::take(&mut *seen.lock().unwrap());
    (judged, seen)
}

/// Finds many needles in one text: by their first bytes.
struct Needles(HashMap<[u8; SHORTEST], Vec<(String, String)>>);

impl Needles {
    /// Each value in every form, with a name that says where it comes from.
    fn of(values: &BTreeSet<(String, &str)>) -> Self {
        let mut needles: HashMap<_, Vec<_>> = HashMap::new();
        for (value, place) in values {
            for (kind, form) in forms(value) {
                if let Some(first) = form.as_bytes().first_chunk() {
                    needles.entry(*first).or_default().push((form, format!("{kind}, {place}")));
                }
            }
        }
        Self(needles)
    }

    /// The first needles that stand in the text, with their surroundings.
    fn found(&self, text: &str) -> Vec<String> {
        let mut found = Vec::new();
        for (at, window) in text.as_bytes().windows(SHORTEST).enumerate() {
            let Some(needles) = window.try_into().ok().and_then(|w: [u8; SHORTEST]| self.0.get(&w))
            else {
                continue;
            };
            let rest = &text.as_bytes()[at..];
            for (needle, name) in needles.iter().filter(|(n, _)| rest.starts_with(n.as_bytes())) {
                let around = &text.as_bytes()[at.saturating_sub(80)..(at + 80).min(text.len())];
                found.push(format!("{name}: {needle}: …{}…", String::from_utf8_lossy(around)));
            }
            if found.len() > 4 {
                break;
            }
        }
        found
    }
}

/// Everything that the run puts out, by name.
fn outputs(judged: &Judged) -> Vec<(&'static str, String)> {
    let view = RunView::of(&judged.record);
    let console = |color, verbose| console::write(&view, Style { color, verbose });
    let lines = judged.record.rules.iter().flat_map(|rule| &rule.scenarios).fold(
        String::new(),
        |text, scenario| {
            text + &console::line(
                &scenario.rule,
                &scenario.name,
                scenario.verdict,
                Style::default(),
            ) + "\n"
        },
    );
    let files = [Format::Html, Format::Sarif, Format::Har, Format::Markdown, Format::Tap];
    let rendered = |it: Format| (it.name(), String::from_utf8(it.render(&view).unwrap()).unwrap());
    let mut outputs = vec![
        ("JUnit", judged.junit.clone()),
        ("JSON", judged.json.clone()),
        ("GitHub", github::annotations(&view)),
        ("matrix", html::matrix(&Matrix::of(std::slice::from_ref(&view)))),
        ("verbose console", judged.console.clone()),
        ("coloured console", console(true, true)),
        ("short console", console(false, false)),
        ("progress", lines),
        ("remarks", judged.remarks.join("\n")),
    ];
    outputs.extend(files.map(rendered));
    outputs
}

fn assert_no_secret(judged: &Judged, seen: &Seen) {
    let mut values = seen.0.clone();
    for secret in judged.record.secrets.list() {
        if secret.value.len() >= SHORTEST {
            values.insert((secret.value, "secrets of the record"));
        }
    }
    let mut from_record = Seen::default();
    for exchange in judged.record.rules.iter().flat_map(|r| &r.scenarios).flat_map(|s| &s.exchanges)
    {
        from_record.request(&exchange.request);
    }
    values.extend(from_record.0);
    let needles = Needles::of(&values);
    for (name, text) in outputs(judged) {
        let found = needles.found(&text);
        assert!(found.is_empty(), "{name} shows\n{}", found.join("\n"));
    }
}

/// Nothing in a text that a terminal obeys, but the colours of our own and line breaks.
fn assert_harmless(name: &str, text: &str) {
    let colours = ["0", "1", "2", "31", "32", "33", "35", "36"];
    let text = colours.iter().fold(text.replace("\r\n", "\n"), |text, code| {
        text.replace(&format!("\u{1b}[{code}m"), "")
    });
    let obeyed = |c: char| c.is_control() && !matches!(c, '\n' | '\t');
    let hit = text.char_indices().find(|(_, c)| obeyed(*c) || "\u{202e}\u{fffe}".contains(*c));
    assert!(hit.is_none(), "{name}: {hit:?}");
}

fn selected(words: &[&str]) -> Run {
    let mut run = against("", &["box"]);
    run.words.extend(words.iter().map(|word| (*word).to_owned()));
    run.concurrency = Some(16);
    run
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_passes_shows_no_secret() {
    let mut run = selected(&["code/s", "consent", "revoke"]);
    // The identity provider is not behind the proxy.
    run.exclude.push("consent/company-sign-on".to_owned());
    let (judged, seen) = run_behind(|_, response| response, run).await;
    assert_eq!(judged.ids(Verdict::Fail), [""; 0], "{}", judged.summary());
    assert!(seen.0.len() > 100, "the proxy saw {} secrets", seen.0.len());
    assert_no_secret(&judged, &seen);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_gives_everything_away_finds_no_way_into_the_reports() {
    let words = ["code/b", "code/unk", "token/error", "bearer/inv", "revoke/n", "redirect/other-h"];
    let (judged, seen) = run_behind(gossip, selected(&words)).await;
    // It fails where its gossip is shown, so the reports had every occasion.
    let failing = judged.ids(Verdict::Fail);
    assert!(failing.len() >= 4, "{failing:?}");
    assert!(seen.0.len() > 200, "the proxy saw {} secrets", seen.0.len());
    for place in [
        "body of a request",
        "body of a response",
        "Location",
        "Set-Cookie",
        "Cookie",
        "Authorization",
    ] {
        assert!(seen.0.iter().any(|(_, known)| *known == place), "{place}");
    }
    assert_no_secret(&judged, &seen);
    for (name, text) in outputs(&judged) {
        assert_harmless(name, &text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_itself_prints_no_secret() {
    let (seen, target) = proxy(gossip).await;
    let words = ["code/unk", "token/error-s", "revoke/n"];
    let output = tokio::process::Command::new(env!("CARGO_BIN_EXE_oauthspec"))
        .args(["run", "--verbose", &rig::reference().display().to_string()])
        .args(words)
        .args(["--base-url", &target.url])
        .env("RUST_BACKTRACE", "1")
        .output()
        .await
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let needles = Needles::of(&seen.lock().unwrap().0);
    for (name, bytes) in [("standard output", output.stdout), ("standard error", output.stderr)] {
        let text = String::from_utf8(bytes).unwrap();
        assert!(!text.is_empty(), "{name}");
        let found = needles.found(&text);
        assert!(found.is_empty(), "{name} shows\n{}", found.join("\n"));
        assert!(!text.contains("panicked"), "{name}:\n{text}");
        assert_harmless(name, &text);
    }
}

#[test]
fn the_forms_are_found_where_they_stand() {
    let secret = "s3cr+t/v\"l<u>e&";
    let needles = Needles::of(&BTreeSet::from([(secret.to_owned(), "here")]));
    for (kind, form) in forms(secret) {
        assert!(!needles.found(&format!("abc {form} def")).is_empty(), "{kind}");
    }
    let pair = STANDARD.encode(format!("x:{secret}"));
    assert!(!needles.found(&pair).is_empty());
    assert!(needles.found("nothing of the kind is here").is_empty());
}
