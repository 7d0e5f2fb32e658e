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

/// Rules that are judged where users can be asked again.
const WON: [&str; 6] = [
    "authorize/state-on-deny",
    "consent/consent-names-application",
    "consent/consent-not-forgeable",
    "consent/deny",
    "consent/own-page",
    "consent/requests-apart",
];

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

#[tokio::test(flavor = "multi_thread")]
async fn the_code_of_a_client_that_registers_for_it_is_redeemed_by_that_client() {
    let switches = Switches::variant(&variants::CONSENT_REMEMBERED);
    let server = Server::new(Config { switches, ..config() });
    let target = rig::http(move |request| server.handle(&request)).await;
    let words = &["code", "consent", "authorize"];
    let judged = judged(&target, ("\nusers:", "\nusers:"), words).await;
    assert_eq!(judged.ids(Verdict::Fail), [""; 0], "{}", judged.summary());
    for rule in ["code/lifetime", "consent/denied-is-not-granted"] {
        assert_eq!(judged.rule(rule).verdict, Verdict::Pass, "{rule}: {}", judged.summary());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_counts_as_consent_by_mistake_is_noticed_behind_scenarios_in_which_it_counted() {
    const REGISTERS: (&str, &str) = ("\nusers:", "\nusers:");
    const REGISTERS_NONE: (&str, &str) = ("\n  registration: /protected/register", "");
    for (name, profile) in [
        ("consent-kept-after-deny", REGISTERS),
        ("consent-given-by-page", REGISTERS),
        ("consent-given-by-page", REGISTERS_NONE),
    ] {
        let fault = oauthspec::server::faults::find(name).unwrap();
        let server = Server::new(Config { switches: Switches::fault(fault), ..config() });
        let target = rig::http(move |request| server.handle(&request)).await;
        let judged = judged(&target, profile, &["consent"]).await;
        let verdict = judged.rule("consent/denied-is-not-granted").verdict;
        assert_eq!(verdict, Verdict::Fail, "{name}: {}", judged.summary());
    }
}

/// What a server remembers that asks users once, by what its pages and clients say.
#[derive(Default)]
struct Memory {
    /// The client of each authorization request that goes on, unless it has the user asked.
    under_way: BTreeMap<String, String>,
    agreed: BTreeSet<String>,
    /// Whether it has nobody asked again, whatever the client says.
    is_deaf: bool,
}

/// Agrees in place of a user who has agreed to the client before, unless the client has them asked.
fn remembering(server: &Server, memory: &Mutex<Memory>, request: &Request) -> Response {
    let answer = server.handle(request);
    let query = form::decode(request.query().unwrap_or_default().as_bytes()).unwrap_or_default();
    let page = answer.text();
    let mut memory = memory.lock().unwrap();
    let number = hidden(&page, "request").or_else(|| query.first("request").map(str::to_owned));
    let again = query.first("prompt").filter(|_| !memory.is_deaf);
    if let (Some(number), Some(client), None) = (&number, query.first("client_id"), again) {
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

/// The same server, whose consent page has the address of the authorization endpoint.
fn at_one_address(server: &Server, memory: &Mutex<Memory>, mut request: Request) -> Response {
    let decides = String::from_utf8_lossy(&request.body).contains("form_token=");
    if request.method == "POST" && request.path() == "/authorize" && decides {
        request.target = "/consent".to_owned();
    }
    let mut answer = remembering(server, memory, &request);
    answer.body =
        answer.text().replace("action=\"/consent\"", "action=\"/authorize\"").into_bytes();
    answer
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_without_a_page_is_no_forged_consent_where_the_user_has_agreed_before() {
    for (is_deaf, verdict) in [(true, Verdict::NotApplicable), (false, Verdict::Pass)] {
        let server = Server::new(config());
        let memory = Mutex::new(Memory { is_deaf, ..Memory::default() });
        let target =
            rig::http(move |request| at_one_address(&server, &memory, request.clone())).await;
        let words = &["consent/own-page", "code/single-use"];
        let judged = judged(&target, ("\n  registration: /protected/register", ""), words).await;
        assert_eq!(judged.ids(Verdict::Fail), [""; 0], "{}", judged.summary());
        assert_eq!(judged.rule("consent/own-page").verdict, verdict, "{}", judged.summary());
    }
}

/// The rules that are judged of a server that remembers consent and registers no clients, none of which fails, and
/// whether the report says that its users are asked again.
async fn judged_there(is_deaf: bool) -> (BTreeSet<String>, bool) {
    let server = Server::new(config());
    let memory = Mutex::new(Memory { is_deaf, ..Memory::default() });
    let target = rig::http(move |request| remembering(&server, &memory, &request)).await;
    let words = &["consent", "authorize/state-on-deny", "code/single-use"];
    let judged = judged(&target, ("\n  registration: /protected/register", ""), words).await;
    assert_eq!(judged.ids(Verdict::Fail), [""; 0], "{}", judged.summary());
    // Whether a user is asked is no matter of what has them asked.
    assert_eq!(judged.rule("consent/public-asked-again").verdict, Verdict::Warn);
    // Nobody can deny, and the page of a client that nobody agreed to can be left.
    let denied = judged.rule("consent/denied-is-not-granted").verdict;
    assert_eq!(denied, Verdict::Pass, "{}", judged.summary());
    let conduct = judged.record.conduct.as_ref();
    let told = conduct.and_then(|conduct| conduct.concession.as_deref()).unwrap_or_default();
    let passed = judged.ids(Verdict::Pass).into_iter().map(str::to_owned).collect();
    (passed, told.contains("`prompt=consent`"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_parameter_has_the_user_asked_again_where_a_scenario_is_about_that_page() {
    let (before, untold) = judged_there(true).await;
    let (after, told) = judged_there(false).await;
    let won: Vec<&str> = after.difference(&before).map(String::as_str).collect();
    assert_eq!(won, WON);
    assert!(before.is_subset(&after) && told && !untold);
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

/// The bundled server, at which nobody agrees to a client in two sessions.
async fn agreeing_once() -> Target {
    let fault = oauthspec::server::faults::find("consent-twice-500").unwrap();
    let server = Server::new(Config { switches: Switches::fault(fault), ..config() });
    rig::http(move |request| server.handle(&request)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_lets_users_agree_once_fails_for_it_and_the_report_says_what_that_keeps_from_judging()
 {
    let target = agreeing_once().await;
    let judged =
        judged(&target, ("\nusers:", "\nusers:"), &["consent/grant", "code/replay-revokes"]).await;
    assert_eq!(judged.ids(Verdict::Fail), ["consent/grant"], "{}", judged.summary());
    let conduct = judged.record.conduct.as_ref().and_then(|it| it.clash.clone());
    assert!(conduct.is_some_and(|it| it.contains("no further code")), "{}", judged.summary());
    drop(judged);
    let target = agreeing_once().await;
    let folder = tempfile::tempdir().unwrap();
    let file = rig::written(folder.path(), &rig::registering(&target.url));
    let doctor = crate::init::oauthspec(&["doctor", &file], &[]).await;
    // What is tried before a run is not the one time.
    assert!(doctor.out.contains("✔ the default client gets tokens"), "{}", doctor.out);
    assert!(doctor.out.contains("gets it no further code"), "{}{}", doctor.out, doctor.err);
}
