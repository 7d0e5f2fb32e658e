//! A real browser, for pages that need a script, by the WebDriver protocol (W3C). It reaches the target
//! and nothing else: not even the client that it is sent back to.

use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

use super::HttpTransport;
use super::page::{Decision, Deed, Field, Form, Page};
use crate::observe::observed::excerpt;
use crate::profile::{Login, User};
use crate::wire::{Origin, Request, Transport};

/// A browser may take this long to start.
const PATIENCE: Duration = Duration::from_secs(60);
/// A page is looked at again after so long, and so often.
const PAUSE: Duration = Duration::from_millis(100);
const LOOKS: usize = 200;

/// What a person could fill in or press.
const COLLECT: &str = r#"
const seen = e => { const r = e.getBoundingClientRect(), s = getComputedStyle(e);
  return r.width > 0 && r.height > 0 && s.visibility !== 'hidden' && !e.disabled; };
const press = 'button, [role=button], input[type=submit], input[type=button], input[type=image]';
const label = e => (e.labels && e.labels.length ? [...e.labels].map(l => l.innerText).join(' ')
  : e.getAttribute('aria-label') || e.placeholder || e.innerText || (e.matches(press) ? e.value : ''));
const all = [...document.querySelectorAll('input, textarea, button, [role=button]')].filter(seen);
return {text: document.body ? document.body.innerText : '', fields: all.map(e => ({ element: e,
  kind: e.matches(press) ? 'submit' : (e.type || 'text').toLowerCase(), name: e.name || e.id || '',
  label: (label(e) || '').trim(), value: e.value || '', checked: !!e.checked,
  required: !!e.required, autocomplete: e.autocomplete || '' }))};
"#;

/// What the browser shows.
#[derive(Debug, Deserialize)]
struct Shown {
    text: String,
    fields: Vec<Element>,
}

#[derive(Debug, Deserialize)]
struct Element {
    element: Value,
    kind: String,
    name: String,
    label: String,
    value: String,
    checked: bool,
    required: bool,
    autocomplete: String,
}

/// Who sits at the browser, and where it may go.
pub(super) struct Errand<'a> {
    pub user: &'a User,
    pub words: &'a Login,
    pub decision: Decision,
    /// Origins that belong to the target.
    pub origins: Vec<Origin>,
    /// Whether it stops where a name and a password are asked for, and where a decision is.
    pub stops: [bool; 2],
}

/// How far the browser came.
pub(super) enum Came {
    /// It was sent to the client: the URL.
    Away(String),
    /// It stopped at a page that asks for something.
    Stopped(Page),
}

/// What the user did on the way.
#[derive(Debug, Default)]
pub(super) struct Done {
    pub logins: usize,
    pub choices: Vec<Page>,
}

struct Session {
    transport: HttpTransport,
    origin: Origin,
    path: String,
}

/// Follows an authorization request with the browser of a WebDriver server.
pub(super) async fn follow(
    server: &str,
    start: &Url,
    errand: &Errand<'_>,
) -> (Result<Came, String>, Done) {
    let mut done = Done::default();
    let came = match Session::open(server, errand).await {
        Ok(session) => {
            let came = session.go(start, errand, &mut done).await;
            // What cannot be closed ends with its server.
            drop(session.call("DELETE", "", &Value::Null).await);
            came
        }
        Err(text) => Err(text),
    };
    (came.map_err(|text| format!("login.webdriver: {text}")), done)
}

impl Session {
    async fn open(server: &str, errand: &Errand<'_>) -> Result<Self, String> {
        let url = Url::parse(server).map_err(|error| error.to_string())?;
        let origin = Origin::of(&url).ok_or("the URL is not http")?;
        let transport =
            HttpTransport::new(PATIENCE, Vec::new()).map_err(|error| error.to_string())?;
        let path = format!("{}/session", url.path().trim_end_matches('/'));
        let hosts: Vec<&str> = errand.origins.iter().map(|it| it.host.as_str()).collect();
        let excluded: String = hosts.iter().map(|host| format!(" , EXCLUDE {host}")).collect();
        let arguments = [
            "--headless=new".to_owned(),
            "--no-sandbox".to_owned(),
            "--disable-gpu".to_owned(),
            "--disable-dev-shm-usage".to_owned(),
            format!("--host-resolver-rules=MAP * ~NOTFOUND{excluded}"),
        ];
        let wanted = json!({"capabilities": {"alwaysMatch": {
            "browserName": "chrome", "goog:chromeOptions": {"args": arguments}}}});
        let mut session = Self { transport, origin, path };
        let opened = session.call("POST", "", &wanted).await?;
        let id = opened.get("sessionId").and_then(Value::as_str).ok_or("no session came about")?;
        session.path = format!("{}/{id}", session.path);
        Ok(session)
    }

    async fn call(&self, method: &str, path: &str, body: &Value) -> Result<Value, String> {
        let target = format!("{}{path}", self.path);
        let mut request = Request::new(method, self.origin.clone(), &target);
        if !body.is_null() {
            request.headers.push("Content-Type", "application/json");
            request.body = body.to_string().into_bytes();
        }
        let response = self.transport.send(&request).await.map_err(|error| error.to_string())?;
        let mut answer: Value = serde_json::from_slice(&response.body)
            .map_err(|_| format!("{method} {target} was answered {}", response.status))?;
        let value = answer.get_mut("value").map(Value::take).unwrap_or_default();
        match value.get("message").and_then(Value::as_str) {
            Some(message) if response.status >= 400 => {
                Err(excerpt(message.lines().next().unwrap_or_default()))
            }
            _ => Ok(value),
        }
    }

    async fn go(&self, start: &Url, errand: &Errand<'_>, done: &mut Done) -> Result<Came, String> {
        // A redirect to the client, which cannot be reached, is an error here and the end.
        drop(self.call("POST", "/url", &json!({"url": start.as_str()})).await);
        let mut answered = String::new();
        let mut last = String::new();
        for _ in 0..LOOKS {
            let at = self.call("GET", "/url", &Value::Null).await?;
            let at = at.as_str().unwrap_or_default().to_owned();
            let url = Url::parse(&at).map_err(|_| format!("the browser is at {at}"))?;
            if leaves(&url, errand) {
                return Ok(Came::Away(at));
            }
            if let Some((page, elements)) = self.look(&url).await? {
                last = format!("{}: {}", url.path(), excerpt(&page.text));
                let seen = format!("{at} {:?}", page.forms);
                let deeds = page.forms[0].deeds(errand.user, errand.decision, errand.words);
                if let Some((decides, deeds)) = deeds.filter(|_| seen != answered) {
                    answered = seen;
                    if decides {
                        done.choices.push(page.clone());
                    }
                    if errand.stops[usize::from(decides)] {
                        return Ok(Came::Stopped(page));
                    }
                    done.logins += usize::from(!decides);
                    self.act(&deeds, &elements).await?;
                }
            }
            tokio::time::sleep(PAUSE).await;
        }
        Err(format!("the browser does not come back to the client; it shows {last}"))
    }

    /// The page as a form, and its elements by the same numbers; `None` while it is being replaced.
    async fn look(&self, at: &Url) -> Result<Option<(Page, Vec<Value>)>, String> {
        let script = json!({"script": COLLECT, "args": []});
        let Ok(shown) = self.call("POST", "/execute/sync", &script).await else { return Ok(None) };
        let shown: Shown = serde_json::from_value(shown).map_err(|error| error.to_string())?;
        let (mut fields, mut elements) = (Vec::new(), Vec::new());
        for it in shown.fields {
            elements.push(it.element);
            fields.push(Field {
                name: it.name,
                kind: it.kind,
                value: it.value,
                label: it.label,
                checked: it.checked,
                required: it.required,
                autocomplete: it.autocomplete,
                options: Vec::new(),
                action: None,
                method: None,
            });
        }
        let form = Form { method: "POST".to_owned(), action: at.clone(), fields };
        let page = Page { text: shown.text, forms: vec![form], ..Page::default() };
        Ok(Some((page, elements)))
    }

    async fn act(&self, deeds: &[Deed], elements: &[Value]) -> Result<(), String> {
        for deed in deeds {
            let (Deed::Type(index, _) | Deed::Press(index)) = deed;
            let id = elements[*index].as_object().and_then(|it| it.values().next()?.as_str());
            let id = id.ok_or("the browser names no element")?;
            let at = |what: &str| format!("/element/{id}/{what}");
            if let Deed::Type(_, text) = deed {
                drop(self.call("POST", &at("clear"), &json!({})).await);
                self.call("POST", &at("value"), &json!({"text": text})).await?;
            } else {
                // The page may be gone before the answer is there.
                drop(self.call("POST", &at("click"), &json!({})).await);
            }
        }
        Ok(())
    }
}

/// Whether a URL is not the target's, nor a page of the browser itself.
fn leaves(url: &Url, errand: &Errand<'_>) -> bool {
    let own = ["about", "data", "chrome", "chrome-error"].contains(&url.scheme());
    !own && Origin::of(url).is_none_or(|origin| !errand.origins.contains(&origin))
}
