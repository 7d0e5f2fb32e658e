//! Logins that no page recogniser can answer: a page drawn by a script over a JSON API, by requests in
//! the profile, by a command, and by a browser.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Mutex;

use oauthspec::cli::{self, Additions, Doctor, Run};
use oauthspec::server::Server;
use oauthspec::verdict::{ExitCode, Verdict};
use oauthspec::wire::{Params, Request, Response, form};
use serde_json::{Value, json};

use crate::rig::{self, Target};

/// The pages of the bundled server behind a script: `/app` is empty without one, and talks to `/api/…`
/// in JSON. What the forms of the bundled server would send is sent by the API.
struct Scripted {
    server: Server,
    /// The page of the bundled server that the script would draw, with its session.
    shown: Mutex<Vec<(String, String)>>,
}

const SCRIPT: &str = r#"<!doctype html><title>Sign in</title><div id=app></div><script>
const request = new URLSearchParams(location.search).get('request');
const send = async (path, body) => (await (await fetch(path, {method: 'POST',
  headers: {'Content-Type': 'application/json', 'X-Script': '1'}, body: JSON.stringify(body)})).json());
const app = document.getElementById('app');
function consent(proof) {
  app.innerHTML = '<p>May it?</p><button id=yes>Allow</button><button id=no>Deny</button>';
  const decide = async allow =>
    { location = (await send('/api/consent', {request, proof, allow})).redirect; };
  document.getElementById('yes').onclick = () => decide(true);
  document.getElementById('no').onclick = () => decide(false);
}
app.innerHTML = '<label>User <input id=who></label><input id=pw type=password><button id=go>Next</button>';
document.getElementById('go').onclick = async () => {
  const it = await send('/api/login', {request, name: document.getElementById('who').value,
    password: document.getElementById('pw').value});
  if (it.proof) consent(it.proof);
};
</script>"#;

impl Scripted {
    fn answer(&self, request: &Request) -> Response {
        match request.path() {
            "/api/oauth2/authorize" if request.method == "GET" => self.begin(request),
            "/app" => html(SCRIPT),
            "/api/login" => self.sign_in(request),
            "/api/consent" => self.decide(request),
            _ => self.server.handle(request),
        }
    }

    /// Sends the browser to the script where the bundled server would show a page.
    fn begin(&self, request: &Request) -> Response {
        let response = self.server.handle(request);
        if response.status != 200 {
            return response;
        }
        let mut shown = self.shown.lock().unwrap();
        shown.push((request.target.clone(), String::new()));
        let number = shown.len() - 1;
        drop(shown);
        let there = self.by_cookie(request, number);
        let mut answer = Response::new(302);
        let there = there.unwrap_or_else(|| format!("/app?request={number}"));
        answer.headers.push("Location", there);
        answer
    }

    /// Whoever brings a pass (name, password and decision) is spared the script.
    fn by_cookie(&self, request: &Request, number: usize) -> Option<String> {
        let cookie = request.headers.text("cookie")?.into_owned();
        let pass = cookie.split("; ").find_map(|pair| pair.strip_prefix("pass="))?.to_owned();
        let parts: Vec<&str> = pass.split('/').collect();
        let [name, password, decision] = parts.as_slice() else { return None };
        let mut asked = request.clone();
        asked.headers.push("X-Script", "1");
        let number = number.to_string();
        let body = json!({"request": number, "name": name, "password": password});
        asked.body = body.to_string().into_bytes();
        let answer: Value = serde_json::from_slice(&self.sign_in(&asked).body).ok()?;
        let proof = text(&answer, "proof");
        let body = json!({"request": number, "proof": proof, "allow": *decision == "grant"});
        asked.body = body.to_string().into_bytes();
        let answer: Value = serde_json::from_slice(&self.decide(&asked).body).ok()?;
        Some(text(&answer, "redirect"))
    }

    /// What a person with this session sees at the bundled server.
    fn page(&self, target: &str, cookie: &str) -> Response {
        self.send("GET", target, cookie, None)
    }

    fn send(&self, method: &str, target: &str, cookie: &str, form: Option<Params>) -> Response {
        self.server.handle(&browsed((method, target), cookie, form))
    }

    fn sign_in(&self, request: &Request) -> Response {
        let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
        let Some((number, target)) = self.known(request, &body) else { return refusal() };
        let page = self.page(&target, "");
        let (action, mut fields) = form_of(&page);
        for (name, value) in &mut fields {
            match name.as_str() {
                "login" => *value = text(&body, "name"),
                "password" => *value = text(&body, "password"),
                _ => {}
            }
        }
        let cookies = cookies(&page);
        let fields: Params = fields.into_iter().collect();
        let answer = self.send("POST", &action, &cookies, Some(fields));
        if answer.status != 200 && answer.status != 302 && answer.status != 303 {
            return refusal();
        }
        // A login begins another session.
        let fresh = self::cookies(&answer);
        let session = if fresh.is_empty() { cookies } else { fresh };
        let consent = self.page(&target, &session);
        if !consent.text().contains("value=\"grant\"") {
            return refusal();
        }
        self.shown.lock().unwrap()[number].1 = session;
        rig::json_response(200, &json!({"proof": format!("proof-of-the-login-{number}")}))
    }

    fn decide(&self, request: &Request) -> Response {
        let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
        let Some((number, target)) = self.known(request, &body) else { return refusal() };
        if text(&body, "proof") != format!("proof-of-the-login-{number}") {
            return refusal();
        }
        let session = self.shown.lock().unwrap()[number].1.clone();
        let (action, mut fields) = form_of(&self.page(&target, &session));
        fields.retain(|(name, _)| name != "decision");
        let allow = body["allow"] == true;
        fields.push(("decision".to_owned(), if allow { "grant" } else { "deny" }.to_owned()));
        let answer = self.send("POST", &action, &session, Some(fields.into_iter().collect()));
        let location = answer.headers.text("location").unwrap_or_default().into_owned();
        rig::json_response(200, &json!({"redirect": location}))
    }

    /// The number and the target of the request that the script is about.
    fn known(&self, request: &Request, body: &Value) -> Option<(usize, String)> {
        request.headers.get("x-script")?;
        let number: usize = text(body, "request").parse().ok()?;
        Some((number, self.shown.lock().unwrap().get(number)?.0.clone()))
    }
}

fn refusal() -> Response {
    rig::json_response(403, &json!({"error": "no"}))
}

pub(crate) fn text(body: &Value, name: &str) -> String {
    body[name].as_str().unwrap_or_default().to_owned()
}

/// A browser's request to the bundled server behind, with its cookies and the fields of a form.
pub(crate) fn browsed(
    (method, target): (&str, &str),
    cookie: &str,
    form: Option<Params>,
) -> Request {
    let origin = url::Url::parse("http://127.0.0.1:1").unwrap();
    let origin = oauthspec::wire::Origin::of(&origin).unwrap();
    let mut request = Request::new(method, origin, target);
    if !cookie.is_empty() {
        request.headers.push("Cookie", cookie);
    }
    if let Some(params) = form {
        request.headers.push("Content-Type", "application/x-www-form-urlencoded");
        request.body = form::encode(&params).into_bytes();
    }
    request
}

pub(crate) fn html(text: &str) -> Response {
    let mut response = Response::new(200);
    response.headers.push("Content-Type", "text/html");
    response.body = text.as_bytes().to_vec();
    response
}

pub(crate) fn cookies(response: &Response) -> String {
    let pairs = response.headers.all("set-cookie").map(|line| {
        let line = String::from_utf8_lossy(line).into_owned();
        line.split(';').next().unwrap_or_default().to_owned()
    });
    pairs.collect::<Vec<_>>().join("; ")
}

/// Action and fields of the first form of a page.
pub(crate) fn form_of(response: &Response) -> (String, Vec<(String, String)>) {
    let text = response.text().into_owned();
    let attribute = |tag: &str, name: &str| {
        let at = tag.find(&format!(" {name}=\""))? + name.len() + 3;
        tag[at..].split('"').next().map(|value| value.replace("&amp;", "&"))
    };
    let form = text.split("<form").nth(1).unwrap_or_default();
    let form = form.split("</form>").next().unwrap_or_default();
    let action =
        attribute(form.split('>').next().unwrap_or_default(), "action").unwrap_or_default();
    let fields = form.split("<input").skip(1).filter_map(|tag| {
        let tag = tag.split('>').next()?;
        Some((attribute(tag, "name")?, attribute(tag, "value").unwrap_or_default()))
    });
    (action, fields.collect())
}

async fn scripted() -> Target {
    let scripted = Scripted { server: rig::bundled(), shown: Mutex::default() };
    rig::http(move |request| scripted.answer(&request)).await
}

/// A server whose login is elsewhere: whoever brings no pass is refused.
async fn closed() -> Target {
    let scripted = Scripted { server: rig::bundled(), shown: Mutex::default() };
    rig::http(move |request| {
        let cookies = request.headers.text("cookie").unwrap_or_default().into_owned();
        match request.path() {
            "/api/oauth2/authorize" if !cookies.contains("pass=") => Response::new(403),
            _ => scripted.answer(&request),
        }
    })
    .await
}

pub(crate) fn profile(url: &str, login: &str) -> String {
    format!(
        "\
name: a server
documents: [box]
base_url: {url}
endpoints: {{authorization: /api/oauth2/authorize, token: /oauth2/token, revocation: /oauth2/revoke}}
clients:
  default:
    id: default-client
    secret: test-only-9fQ2mLx7TzRk4VwB1cYe
    redirect_uris: [https://www.myboxapp.com/app]
users:
  default: {{login: alice@example.com, password: test-only-password-of-alice}}
  second: {{login: dora@example.com, password: test-only-password-of-dora}}
resource: {{url: /2.0/users/me, identity: /login}}
limits: {{timeout: 20s}}
{login}"
    )
}

const STEPS: &str = "\
login:
  steps:
    - at: /app
      url: /api/login
      headers: {X-Script: '1'}
      json: {request: '{query.request}', name: '{login}', password: '{password}'}
      take: {proof: /proof}
    - url: /api/consent
      decision: grant
      headers: {X-Script: '1'}
      json: {request: '{query.request}', proof: '{proof}', allow: true}
      follow: /redirect
    - url: /api/consent
      decision: deny
      headers: {X-Script: '1'}
      json: {request: '{query.request}', proof: '{proof}', allow: false}
      follow: /redirect
";

async fn examined(path: &str) -> (String, ExitCode) {
    let doctor = Doctor {
        profile: path.into(),
        client: false,
        fix: false,
        base_url: None,
        additions: Additions::default(),
    };
    cli::examine(doctor).await.unwrap()
}

/// Rules about both decisions, and about both users.
const BOTH: &[&str] =
    &["consent/deny", "consent/grant", "code/single-use", "identity/current-user"];
/// Those without a denial: a session that holds the decision denies again.
const GRANTS: &[&str] = &["consent/grant", "code/single-use", "identity/current-user"];

/// The login works, both users sign in, both decisions are made, and the rules about them hold.
async fn works(path: String, rules: &[&str]) {
    let (text, code) = examined(&path).await;
    assert_eq!(code, ExitCode::Conformant, "{text}");
    let words = [&[path.as_str()], rules].concat();
    let words = words.into_iter().map(str::to_owned).collect();
    let judged = rig::judge(Run { words, seed: Some(7), ..Run::default() }).await;
    for rule in rules {
        assert_eq!(judged.rule(rule).verdict, Verdict::Pass, "{}", judged.summary());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_of_the_profile_take_the_place_of_a_script() {
    let target = scripted().await;
    let folder = tempfile::tempdir().unwrap();
    works(rig::written(folder.path(), &profile(&target.url, STEPS)), BOTH).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_that_does_not_work_is_told_step_by_step() {
    let target = scripted().await;
    let folder = tempfile::tempdir().unwrap();
    for (from, to, says) in [
        ("", "", "the page has no form: where a script draws it"),
        (
            "take: {proof: /proof}",
            "take: {proof: /proofs}",
            "login.steps[0]: take.proof: the answer",
        ),
        ("url: /api/login", "url: /api/log-in", "login.steps[0]: http"),
        ("name: '{login}'", "name: '{id}'", "was answered 403"),
        ("      follow: /redirect\n", "", "the last answer leads nowhere: its `follow` has to say"),
    ] {
        let login = if from.is_empty() { String::new() } else { STEPS.replacen(from, to, 1) };
        let path = rig::written(folder.path(), &profile(&target.url, &login));
        let (text, code) = examined(&path).await;
        assert_eq!(code, ExitCode::Failed, "{text}");
        assert!(text.contains(says) && text.contains("login"), "{says}\n{text}");
    }
}

/// A program that makes a session: what it gets is in its environment.
const COMMAND: &str = r#"#!/bin/sh
test "$1" = "$OAUTHSPEC_URL" || exit 9
printf '{"cookies": {"pass": "%s/%s/%s"}}' "$OAUTHSPEC_LOGIN" "$OAUTHSPEC_PASSWORD" "$OAUTHSPEC_DECISION"
"#;

#[tokio::test(flavor = "multi_thread")]
async fn a_command_takes_the_place_of_a_script() {
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("sign-in");
    let target = scripted().await;
    executable(&program, COMMAND);
    let login = format!("login: {{command: ['{}', '{{url}}']}}\n", program.display());
    let path = rig::written(folder.path(), &profile(&target.url, &login));
    works(path, GRANTS).await;
    for target in [target, closed().await] {
        // Nobody signs in where the user only looks at what is asked.
        let path = rig::written(folder.path(), &profile(&target.url, &login));
        let words = vec![path, "consent/login-required".to_owned()];
        let judged = rig::judge(Run { words, seed: Some(7), ..Run::default() }).await;
        let scenarios = &judged.rule("consent/login-required").scenarios;
        let looks =
            scenarios.iter().find(|it| it.name == "a user who is not signed in is asked to");
        assert_eq!(looks.unwrap().verdict, Verdict::Pass, "{}", judged.summary());
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a WebDriver server: fixtures/browser/login"]
async fn a_browser_runs_the_script() {
    let webdriver = std::env::var("OAUTHSPEC_TEST_WEBDRIVER").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let target = scripted().await;
    let login = format!("login: {{webdriver: '{webdriver}'}}\n");
    works(rig::written(folder.path(), &profile(&target.url, &login)), BOTH).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_that_fails_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("sign-in");
    let target = scripted().await;
    for (script, says) in [
        ("#!/bin/sh\nexit 3\n", "ended with exit status: 3"),
        ("#!/bin/sh\nexit 0\n", "wrote nothing; the redirect to the client is wanted"),
        ("#!/bin/sh\necho '{\"sessions\": 1}'\n", "wrote no answer that can be read"),
    ] {
        executable(&program, script);
        let login = format!("login: {{command: ['{}', '{{url}}']}}\n", program.display());
        let path = rig::written(folder.path(), &profile(&target.url, &login));
        let (text, code) = examined(&path).await;
        assert_eq!(code, ExitCode::Failed, "{text}");
        assert!(text.contains(says), "{says}\n{text}");
    }
}

fn executable(path: &Path, text: &str) {
    std::fs::write(path, text).unwrap();
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
}
