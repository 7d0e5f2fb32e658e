//! Pages that a script draws at the authorization endpoint itself, and what it sends: whether a request is refused
//! by the page or by the API behind it, it is refused.

use std::sync::Mutex;

use oauthspec::cli::Run;
use oauthspec::server::Server;
use oauthspec::verdict::Verdict;
use oauthspec::wire::{Params, Request, Response, form};
use serde_json::{Value, json};

use crate::logins::{browsed, cookies, form_of, html, profile, text};
use crate::rig::{self, Judged, Target};

/// What does the checking.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Checks {
    /// The authorization endpoint, which answers with an error and no script; the API believes everything.
    Page,
    /// The API, by a refusal of its own; the page is the same for every request.
    Api,
    /// Nothing.
    Nobody,
    /// The API, and the request that it grants is the one that the browser opened last.
    Last,
    /// The API, and whoever has the page's query is taken for the user who signed in last.
    Query,
    /// The API, which tells the redirect with a code in answer to the first step already.
    Early,
}

/// The bundled server behind a script, which signs in and sends the page's query to an API.
struct Forwarding {
    server: Server,
    checks: Checks,
    /// Who is signed in, by the number of the session.
    signed_in: Mutex<Vec<(String, String)>>,
    /// What the API was sent.
    sent: &'static Mutex<Vec<Value>>,
}

const SHELL: &str =
    "<!doctype html><title>Sign in</title><div id=root></div><script src=app.js></script>";
const AUTHORIZE: &str = "/api/oauth2/authorize";
const REGISTERED: &str = "https://www.myboxapp.com/app";

impl Forwarding {
    fn answer(&self, request: &Request) -> Response {
        match request.path() {
            AUTHORIZE if request.method == "GET" => {
                let response = self.server.handle(request);
                let refused = response.status != 200;
                if refused && self.checks == Checks::Page {
                    return response;
                }
                let mut page = html(SHELL);
                if matches!(self.checks, Checks::Last | Checks::Early) {
                    let query = request.query().unwrap_or_default();
                    page.headers.push("Set-Cookie", format!("request={query}; Path=/; HttpOnly"));
                }
                page
            }
            "/api/login" => self.sign_in(request),
            "/api/approve" => self.approve(request),
            _ => self.server.handle(request),
        }
    }

    fn sign_in(&self, request: &Request) -> Response {
        let body: Value = serde_json::from_slice(&request.body).unwrap();
        let mut signed_in = self.signed_in.lock().unwrap();
        let user = (text(&body, "name"), text(&body, "password"));
        let mut answer = json!({"ok": true});
        if self.checks == Checks::Early {
            answer["next"] = json!(self.granted(&opened(request), &user).unwrap_or_default());
        }
        signed_in.push(user);
        let mut response = rig::json_response(200, &answer);
        let number = signed_in.len() - 1;
        response.headers.push("Set-Cookie", format!("session={number}; Path=/; HttpOnly"));
        response
    }

    fn approve(&self, request: &Request) -> Response {
        let mut query: Value = serde_json::from_slice(&request.body).unwrap();
        self.sent.lock().unwrap().push(query.clone());
        let number = cookie(request, "session=").parse::<usize>().ok();
        let user = number.and_then(|number| self.signed_in.lock().unwrap().get(number).cloned());
        let last = || self.signed_in.lock().unwrap().last().cloned();
        let user = user.or_else(|| last().filter(|_| self.checks == Checks::Query));
        let Some(user) = user else { return rig::json_response(401, &json!({"error": "login"})) };
        if self.checks == Checks::Last {
            query = opened(request);
        }
        let asked = text(&query, "redirect_uri");
        if matches!(self.checks, Checks::Page | Checks::Nobody) && !asked.is_empty() {
            query["redirect_uri"] = json!(REGISTERED);
        }
        match self.granted(&query, &user) {
            Ok(location) => {
                let to = if asked.is_empty() { REGISTERED } else { &asked };
                let location = match self.checks {
                    Checks::Api | Checks::Last | Checks::Query | Checks::Early => location,
                    _ => location.replacen(REGISTERED, to, 1),
                };
                rig::json_response(200, &json!({"redirect": location}))
            }
            Err(text) => {
                rig::json_response(400, &json!({"error": "invalid_request", "message": text}))
            }
        }
    }

    /// The redirect of the bundled server where this user agrees.
    fn granted(
        &self,
        query: &Value,
        (name, password): &(String, String),
    ) -> Result<String, String> {
        let pairs = query.as_object().into_iter().flatten();
        let pairs = pairs.map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned()));
        let target = format!("{AUTHORIZE}?{}", form::encode(&pairs.collect()));
        let page = self.send("GET", &target, "", None);
        let location = |response: &Response| {
            response.headers.text("location").map(|location| location.into_owned())
        };
        if let Some(location) = location(&page) {
            return Ok(location);
        }
        if page.status != 200 {
            return Err(page.text().into_owned());
        }
        let (action, mut fields) = form_of(&page);
        for (field, value) in &mut fields {
            match field.as_str() {
                "login" => value.clone_from(name),
                "password" => value.clone_from(password),
                _ => {}
            }
        }
        let login = self.send("POST", &action, &cookies(&page), Some(fields.into_iter().collect()));
        let (session, consent) =
            (cookies(&login), self.send("GET", &target, &cookies(&login), None));
        let (action, mut fields) = form_of(&consent);
        fields.retain(|(name, _)| name != "decision");
        fields.push(("decision".to_owned(), "grant".to_owned()));
        let granted = self.send("POST", &action, &session, Some(fields.into_iter().collect()));
        location(&granted).ok_or_else(|| granted.text().into_owned())
    }

    fn send(&self, method: &str, target: &str, cookie: &str, form: Option<Params>) -> Response {
        self.server.handle(&browsed((method, target), cookie, form))
    }
}

fn cookie(request: &Request, name: &str) -> String {
    let cookies = request.headers.text("cookie").unwrap_or_default();
    cookies.split("; ").find_map(|it| it.strip_prefix(name)).unwrap_or_default().to_owned()
}

/// The request that the browser opened last.
fn opened(request: &Request) -> Value {
    let last = form::decode(cookie(request, "request=").as_bytes()).unwrap_or_default();
    last.iter().map(|it| (it.name.clone(), json!(it.value))).collect()
}

const STEPS: &str = "\
login:
  steps:
    - {at: /api/oauth2/authorize, url: /api/login, json: {name: '{login}', password: '{password}'}}
    - {at: /api/oauth2/authorize, url: /api/approve, decision: grant, json: '{query}', follow: /redirect}
";

async fn target(checks: Checks, sent: &'static Mutex<Vec<Value>>) -> Target {
    let forwarding =
        Forwarding { server: rig::bundled(), checks, signed_in: Mutex::default(), sent };
    rig::http(move |request| forwarding.answer(&request)).await
}

async fn judged(checks: Checks, rules: &[&str]) -> (Judged, Vec<Value>) {
    let sent: &'static Mutex<Vec<Value>> = Box::leak(Box::default());
    let target = target(checks, sent).await;
    let folder = tempfile::tempdir().unwrap();
    let profile = profile(&target.url, STEPS).replace("[box]", "[rfc6749]");
    let path = rig::written(folder.path(), &profile);
    let words = std::iter::once(path.as_str()).chain(rules.iter().copied());
    let words = words.map(str::to_owned).collect();
    let judged = rig::judge(Run { words, seed: Some(7), ..Run::default() }).await;
    let sent = sent.lock().unwrap().clone();
    (judged, sent)
}

/// Rules about requests that have to be refused to the user's face.
const REFUSED: &[&str] = &[
    "redirect/other-host",
    "redirect/other-scheme",
    "redirect/lookalike-host",
    "redirect/userinfo",
    "authorize/client-id-required",
    "authorize/client-id-known",
];

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_is_an_error_has_no_script_that_sends_anything() {
    let (judged, _) = judged(Checks::Page, REFUSED).await;
    for rule in REFUSED {
        assert_eq!(judged.rule(rule).verdict, Verdict::Pass, "{}", judged.summary());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_api_behind_a_page_refuses_is_refused() {
    let (judged, _) = judged(Checks::Api, REFUSED).await;
    for rule in REFUSED {
        assert_eq!(judged.rule(rule).verdict, Verdict::Pass, "{}", judged.summary());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_script_that_is_believed_sends_codes_anywhere() {
    let rules = ["redirect/other-host", "redirect/lookalike-host"];
    let (judged, _) = judged(Checks::Nobody, &rules).await;
    for rule in rules {
        assert_eq!(judged.rule(rule).verdict, Verdict::Fail, "{}", judged.summary());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_script_sends_what_its_page_was_asked_for_and_nothing_else() {
    let rules = ["authorize/redirect-uri-optional", "authorize/state-absent", "consent/grant"];
    let (judged, sent) = judged(Checks::Api, &rules).await;
    for rule in rules {
        assert_eq!(judged.rule(rule).verdict, Verdict::Pass, "{}", judged.summary());
    }
    assert!(sent.iter().any(|query| query["state"].is_string()));
    assert!(sent.iter().any(|query| query.get("state").is_none()));
    assert!(sent.iter().any(|query| query.get("redirect_uri").is_none()));
    assert!(!sent.iter().any(|query| query.to_string().contains("{query")));
}

const OTHER: &str = "  other:
    id: other-client
    secret: test-only-H3vNs8KdPq6JyUa0GtXo
    redirect_uris: [https://other.myboxapp.com/app]
users:";

async fn verdict(checks: Checks, rule: &str, steps: &str) -> (Verdict, String) {
    let target = target(checks, Box::leak(Box::default())).await;
    let folder = tempfile::tempdir().unwrap();
    let profile = profile(&target.url, steps).replace("[box]", "[rfc6749]");
    let path = rig::written(folder.path(), &profile.replacen("users:", OTHER, 1));
    let words = vec![path, rule.to_owned()];
    let judged = rig::judge(Run { words, seed: Some(7), ..Run::default() }).await;
    (judged.rule(rule).verdict, judged.console)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_script_grants_the_request_of_its_own_page() {
    for (checks, expected) in [(Checks::Api, Verdict::Pass), (Checks::Last, Verdict::Fail)] {
        let (verdict, console) = verdict(checks, "consent/requests-apart", STEPS).await;
        assert_eq!(verdict, expected, "{console}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_not_good_between_two_steps_of_a_sign_in() {
    let no_consent = STEPS.replace(" decision: grant,", "");
    for (checks, expected) in [(Checks::Api, Verdict::Pass), (Checks::Early, Verdict::Fail)] {
        let (verdict, console) = verdict(checks, "code/not-before-grant", &no_consent).await;
        assert_eq!(verdict, expected, "{console}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_script_grants_for_the_user_of_its_own_session() {
    for (checks, expected) in [(Checks::Api, Verdict::Pass), (Checks::Query, Verdict::Fail)] {
        let (verdict, console) = verdict(checks, "consent/consent-not-forgeable", STEPS).await;
        assert_eq!(verdict, expected, "{console}");
    }
}
