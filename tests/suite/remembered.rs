//! A server that remembers consent: a client that nobody agreed to, or a parameter that has the user asked
//! again, lets the rules about consent be judged all the same.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

use oauthspec::cli::Run;
use oauthspec::server::{Config, Dialect, Server, variants};
use oauthspec::testbed::Switches;
use oauthspec::verdict::Verdict;
use oauthspec::wire::{Params, Request, Response, form};

use crate::rig::{self, Judged, Target, judge};

const OAUTH: &str = include_str!("../../fixtures/profiles/oauth.yaml");
const SHOWN: &str = "consent/consent-shown";

/// A run with the profile of the bundled server, in which this text stands for that one.
async fn judged(target: &Target, (old, new): (&str, &str), words: &[&str]) -> Judged {
    assert!(OAUTH.contains(old), "{old}");
    let folder = tempfile::tempdir().unwrap();
    let file = rig::written(folder.path(), &OAUTH.replacen(old, new, 1));
    let words = std::iter::once(file).chain(words.iter().map(|&word| word.to_owned())).collect();
    judge(Run { words, base_url: Some(target.url.clone()), seed: Some(7), ..Run::default() }).await
}

fn config() -> Config {
    Config { control: true, ..Config::of(Dialect::find("oauth").unwrap()) }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_nobody_agreed_to_is_asked_for() {
    let switches = Switches::variant(&variants::CONSENT_REMEMBERED);
    let server = Server::new(Config { switches, ..config() });
    let target = rig::http(move |request| server.handle(&request)).await;
    let with = judged(&target, ("\n  other:", "\n  other:"), &["consent"]).await;
    assert_eq!(with.rule(SHOWN).verdict, Verdict::Pass, "{}", with.summary());
    assert_eq!(with.ids(Verdict::Fail), [""; 0], "{}", with.summary());
    drop(with);
    let without = judged(&target, ("\n  fresh:", "\n  basic:"), &["consent"]).await;
    assert_ne!(without.rule(SHOWN).verdict, Verdict::Pass, "{}", without.summary());
    assert_eq!(without.ids(Verdict::Fail), [""; 0], "{}", without.summary());
}

/// What a server remembers that asks users once, by what its pages and clients say.
#[derive(Default)]
struct Memory {
    /// The client of each authorization request that goes on, unless it has the user asked.
    under_way: BTreeMap<String, String>,
    agreed: BTreeSet<String>,
}

/// Agrees in place of a user who has agreed to the client before, unless the client has them asked.
fn remembering(server: &Server, memory: &Mutex<Memory>, request: &Request) -> Response {
    let answer = server.handle(request);
    let query = form::decode(request.query().unwrap_or_default().as_bytes()).unwrap_or_default();
    let page = answer.text();
    let mut memory = memory.lock().unwrap();
    let number = hidden(&page, "request").or_else(|| query.first("request").map(str::to_owned));
    if let (Some(number), Some(client), None) =
        (&number, query.first("client_id"), query.first("prompt"))
    {
        memory.under_way.insert(number.clone(), client.to_owned());
    }
    let body = form::decode(&request.body).unwrap_or_default();
    if body.first("decision") == Some("grant")
        && let Some(client) = body.first("request").and_then(|it| memory.under_way.get(it)).cloned()
    {
        memory.agreed.insert(client);
    }
    let client = number.as_ref().and_then(|number| memory.under_way.get(number));
    let known = client.is_some_and(|client| memory.agreed.contains(client));
    match number {
        Some(number) if known && page.contains("value=\"grant\"") => {
            grants(server, request, &number, &page)
        }
        _ => answer,
    }
}

fn hidden(page: &str, name: &str) -> Option<String> {
    let (_, rest) = page.split_once(&format!("name=\"{name}\" value=\""))?;
    rest.split('"').next().map(str::to_owned)
}

/// Posts the form of a consent page.
fn grants(server: &Server, request: &Request, number: &str, page: &str) -> Response {
    let mut post = Request::new("POST", request.origin.clone(), "/consent");
    post.headers.push("Content-Type", "application/x-www-form-urlencoded");
    if let Some(cookie) = request.headers.text("cookie") {
        post.headers.push("Cookie", cookie.into_owned());
    }
    let mut params = Params::default();
    params.push("request", number);
    params.push("form_token", hidden(page, "form_token").unwrap());
    params.push("decision", "grant");
    post.body = form::encode(&params).into_bytes();
    server.handle(&post)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_parameter_has_the_user_asked_again() {
    let server = Server::new(config());
    let memory = Mutex::new(Memory::default());
    let target = rig::http(move |request| remembering(&server, &memory, &request)).await;
    let words = &["consent/deny", "consent/consent-shown", "code/single-use"];
    let registration = "\n  registration: /protected/register";
    let plain = judged(&target, (registration, ""), words).await;
    assert_eq!(plain.ids(Verdict::Fail), [""; 0], "{}", plain.summary());
    assert_ne!(plain.rule("consent/deny").verdict, Verdict::Pass, "{}", plain.summary());
    drop(plain);
    // The endpoints stand in front of the next key.
    let prompt = "\nauthorize_parameters: {prompt: consent}";
    let asked = judged(&target, (registration, prompt), words).await;
    assert_eq!(asked.rule("consent/deny").verdict, Verdict::Pass, "{}", asked.summary());
    assert_eq!(asked.ids(Verdict::Fail), [""; 0], "{}", asked.summary());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_registers_lets_the_user_deny() {
    let server = Server::new(config());
    let memory = Mutex::new(Memory::default());
    let target = rig::http(move |request| remembering(&server, &memory, &request)).await;
    let words = &["consent/deny", "authorize/state-on-deny", "code/single-use"];
    let judged = judged(&target, ("\nusers:", "\nusers:"), words).await;
    assert_eq!(judged.ids(Verdict::Fail), [""; 0], "{}", judged.summary());
    for rule in ["consent/deny", "authorize/state-on-deny"] {
        assert_eq!(judged.rule(rule).verdict, Verdict::Pass, "{rule}: {}", judged.summary());
    }
}
