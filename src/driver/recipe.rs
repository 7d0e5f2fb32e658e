//! Logins that the profile describes, where no page can be filled in: requests in place of a script, or
//! a command.

use std::collections::BTreeMap;

use percent_encoding::percent_decode_str;
use serde::Deserialize;
use serde_json::Value;
use url::Url;

use super::command::{self, Place};
use super::navigation::{FetchMetadata, page_request};
use super::page::{Decision, Page};
use super::placeholders::{OfPage, Values, of_user};
use super::script::{Script, Shown};
use crate::observe::observed::excerpt;
use crate::profile::{self, Login, LoginStep, User};
use crate::wire::{Origin, Params, Request, Response, form};

/// How far the requests of the profile have come.
#[derive(Debug, Clone, Default)]
pub struct Recipe {
    next: usize,
    /// The step that the next answer is to.
    pending: Option<usize>,
    /// Where the browser is.
    page: Option<Url>,
    /// What was shown there.
    shown: Shown,
    /// The text that came with it, where a step looks for something in it.
    source: String,
    /// The page itself, where it depends on the answers of requests what is sent there.
    kept: Option<(Response, Page)>,
    /// What was sent so far.
    pub(super) played: Script,
    taken: BTreeMap<String, String>,
    /// Cookies that scripts of the page read.
    cookies: Vec<(String, String)>,
}

/// What comes next.
pub(super) enum Next<'s> {
    /// A request of this step.
    Send(&'s LoginStep, Request),
    /// The browser goes there.
    Follow(Url),
    /// Nothing: the page is for the user.
    Page,
    /// Nothing: the script shows the user that the request is refused.
    Refused,
    /// It cannot go on.
    Stuck(String),
}

impl Recipe {
    /// The page that the browser is on, where requests are sent in place of its script.
    pub(super) fn page(&self) -> Option<&Url> {
        self.page.as_ref()
    }

    /// The browser shows this page, unless it is an answer to what a script has sent.
    pub(super) fn keeps(&mut self, login: &Login, response: &Response, page: &Page) {
        let depends = login.steps.iter().any(|step| !step.when.is_empty());
        if depends && self.pending.is_none() {
            self.kept = Some((response.clone(), page.clone()));
        }
    }

    /// The page that the user sees where this is the last answer.
    pub(super) fn seen(&self, response: &Response, page: &Page) -> (Response, Page) {
        self.kept.clone().unwrap_or_else(|| (response.clone(), page.clone()))
    }

    /// The browser holds these cookies for the page.
    pub(super) fn holds(&mut self, cookies: Vec<(String, String)>) {
        self.cookies = cookies;
    }

    /// The request that was to be sent next, as the script of the page sends it when its user comes back to it.
    pub(super) fn resumed(
        &mut self,
        steps: &[LoginStep],
        user: &User,
        cookies_of: impl FnOnce(&Url) -> Vec<(String, String)>,
    ) -> Result<Request, String> {
        let waiting = self.pending.zip(self.page.clone());
        let (index, page) = waiting.ok_or_else(|| "the page sends nothing".to_owned())?;
        self.holds(cookies_of(&page));
        let values = OfPage::new(self.values(&page, user), &page);
        let request = request(&steps[index], &page, &values);
        request
            .map(|it| it.referred_by(&page))
            .map_err(|text| format!("login.steps[{index}]: {text}"))
    }

    /// An answer came, of whatever kind.
    pub(super) fn came(&mut self, response: &Response) {
        if let Some(index) = self.pending {
            self.played.note(index, self.shown, response.status);
        }
    }

    /// An answer redirects the browser: what it was to is done.
    pub(super) fn redirected(&mut self) {
        self.pending = None;
    }

    /// What follows an answer. `ordinary`: how the steps go for an ordinary request, as far as is known.
    pub(super) fn go_on<'s>(
        &mut self,
        (at, response): (&Url, &Response),
        (login, ordinary): (&'s Login, &Script),
        user: &User,
        decision: Decision,
    ) -> Next<'s> {
        let steps = login.steps.as_slice();
        match self.pending.take() {
            Some(index) if login.is_question(&steps[index]) => {
                for (name, pointer) in &steps[index].take {
                    let value = Some(response).filter(|it| it.status < 400);
                    let value = value.and_then(|it| told(it, pointer)).unwrap_or_default();
                    self.taken.insert(name.clone(), value);
                }
            }
            Some(index) => {
                let step = (index, &steps[index]);
                if response.status >= 400 && ordinary.is_refused(step, response) {
                    // Some answers say no, and where the browser goes on to.
                    let leads = step.1.follow.as_ref().filter(|place| !place.contains('{'));
                    let leads = leads.and_then(|place| told(response, place));
                    let url = leads.and_then(|url| at.join(&url).ok());
                    return url.map_or(Next::Refused, Next::Follow);
                }
                match self.answered(step, at, response, user) {
                    Ok(Some(url)) => return Next::Follow(url),
                    Ok(None) => {}
                    Err(text) => return Next::Stuck(format!("login.steps[{index}]: {text}")),
                }
            }
            None => {
                self.page = Some(at.clone());
                self.shown = Shown::of(response);
                if steps.iter().any(|step| !step.find.is_empty()) {
                    self.source = response.text().into_owned();
                }
            }
        }
        let page = self.page.clone().unwrap_or_else(|| at.clone());
        let found = steps.iter().enumerate().skip(self.next).find(|(_, step)| {
            let here = step.at.as_ref().is_none_or(|path| page.path().starts_with(path));
            let taken = |name| self.taken.get(name).map_or("", String::as_str);
            let is_due = step.when.iter().all(|(name, value)| taken(name) == value);
            here && is_due && step.decision.is_none_or(|it| same(it, decision))
        });
        let Some((index, step)) = found else { return Next::Page };
        if ordinary.is_not_on(index, self.shown) {
            return Next::Page;
        }
        self.next = index + 1;
        if let Err(text) = self.find(step, &page) {
            return Next::Stuck(format!("login.steps[{index}]: {text}"));
        }
        let values = OfPage::new(self.values(&page, user), &page);
        match request(step, &page, &values) {
            Ok(request) => {
                self.pending = Some(index);
                Next::Send(step, request)
            }
            Err(text) => Next::Stuck(format!("login.steps[{index}]: {text}")),
        }
    }

    /// Takes from the text of the page what its script has there.
    fn find(&mut self, step: &LoginStep, page: &Url) -> Result<(), String> {
        for (name, pattern) in &step.find {
            let nothing =
                || format!("find.{name}: the page at {} has nothing like {pattern}", page.path());
            let value = between(&self.source, pattern).ok_or_else(nothing)?.to_owned();
            self.taken.insert(name.clone(), value);
        }
        Ok(())
    }

    /// Takes from the answer of a step what it has to give.
    fn answered(
        &mut self,
        (index, step): (usize, &LoginStep),
        at: &Url,
        response: &Response,
        user: &User,
    ) -> Result<Option<Url>, String> {
        if response.status >= 400 {
            let said = excerpt(&response.text());
            return Err(format!("{at} was answered {}: {said}", response.status));
        }
        let member = |key: &str, pointer: &String| {
            let nothing = || format!("{key}: the answer of {at} has nothing at {pointer}");
            told(response, pointer).ok_or_else(nothing)
        };
        for (name, pointer) in &step.take {
            let value = member(&format!("take.{name}"), pointer)?;
            self.taken.insert(name.clone(), value);
        }
        let Some(place) = &step.follow else { return Ok(None) };
        let page = self.page.as_ref().unwrap_or(at);
        let (from, url) = match place.contains('{') {
            true => (page, OfPage::new(self.values(page, user), page).fill_url(place)),
            false => (at, member("follow", place)?),
        };
        from.join(&url).map(Some).map_err(|_| format!("[{index}] follow: {url} is not a URL"))
    }

    fn values(&self, page: &Url, user: &User) -> Values {
        let search = page.query().unwrap_or_default();
        let mut values = of_user(user).with("url", page.as_str()).with("search", search);
        for (name, value) in page.query_pairs() {
            values = values.with(&format!("query.{name}"), value);
        }
        // Servers escape what has to be a cookie, and scripts send what it stands for.
        for (name, value) in &self.cookies {
            let value = percent_decode_str(value).decode_utf8_lossy();
            values = values.with(&format!("cookie.{name}"), value);
        }
        self.taken.iter().fold(values, |values, (name, value)| values.with(name, value.as_str()))
    }

    /// What was taken from answers and is not to be shown.
    pub(super) fn secrets(&self) -> impl Iterator<Item = &str> {
        self.taken.values().map(String::as_str).filter(|value| value.len() >= 16)
    }
}

/// What stands first in a text for the `*` of a pattern.
fn between<'t>(text: &'t str, pattern: &str) -> Option<&'t str> {
    let (before, after) = pattern.split_once('*')?;
    let (_, rest) = text.split_once(before)?;
    if after.is_empty() { Some(rest) } else { rest.split_once(after).map(|(value, _)| value) }
}

/// What the JSON of an answer has at a pointer.
fn told(response: &Response, pointer: &str) -> Option<String> {
    let body: Value = serde_json::from_slice(&response.body).ok()?;
    match body.pointer(pointer)? {
        Value::String(text) => Some(text.clone()),
        Value::Null => None,
        other => Some(other.to_string()),
    }
}

fn same(word: profile::Decision, decision: Decision) -> bool {
    (word == profile::Decision::Grant) == (decision == Decision::Grant)
}

fn request(step: &LoginStep, page: &Url, values: &OfPage) -> Result<Request, String> {
    let url = values.fill_url(&step.url);
    let url = page.join(&url).map_err(|_| format!("{url} is not a URL"))?;
    let method = step.method.as_deref().unwrap_or("POST");
    let request = page_request(method, &url).ok_or_else(|| format!("{url} is not http"))?;
    let mut request = request.by_script();
    request.headers.set("Accept", "application/json, text/html;q=0.9, */*;q=0.8");
    if let Some(origin) = Origin::of(page).filter(|_| method != "GET") {
        request.headers.push("Origin", origin.to_string());
        request.headers.push("Referer", page.as_str());
    }
    if let Some(json) = &step.json {
        request.headers.push("Content-Type", "application/json");
        request.body = values.json(json).to_string().into_bytes();
    } else if !step.form.is_empty() {
        request.headers.push("Content-Type", "application/x-www-form-urlencoded");
        let fields: Params = step.form.iter().flat_map(|field| values.field(field)).collect();
        request.body = form::encode(&fields).into_bytes();
    }
    for (name, value) in step.headers.iter().flat_map(|field| values.field(field)) {
        request.headers.set(&name, value);
    }
    Ok(request)
}

/// What a command answers, as JSON; or the redirect alone, as text.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Commanded {
    /// The redirect to the client.
    #[serde(default)]
    pub redirect: Option<String>,
    /// Cookies of the session with which the authorization request is sent again.
    #[serde(default)]
    pub cookies: BTreeMap<String, String>,
}

impl Commanded {
    /// What is no URL is no redirect of the target, and what breaks a field is no cookie.
    fn sound(mut self) -> Result<Self, String> {
        if let Some(text) = self.redirect.take() {
            let no_url = || {
                let text = excerpt(&text);
                format!("wrote no URL as the redirect to the client, but `{text}`")
            };
            self.redirect = Some(as_browsers_read(&text).ok_or_else(no_url)?);
        }
        let broken = |text: &str| text.contains(|c: char| c.is_control() || c == ';');
        let mut cookies = self.cookies.iter();
        if let Some((name, _)) = cookies.find(|(name, value)| broken(name) || broken(value)) {
            let name = excerpt(name);
            return Err(format!("wrote a cookie that no browser would send: `{name}`"));
        }
        Ok(self)
    }
}

/// A URL that a script goes to, as a browser reads it: a space in it and what is beyond ASCII come to be encoded.
fn as_browsers_read(text: &str) -> Option<String> {
    if text.contains(char::is_control) {
        return None;
    }
    let url = Url::parse(text).ok()?;
    let begin = text.split(char::is_whitespace).next()?;
    if begin.len() == text.len() {
        return Some(if text.is_ascii() { text.to_owned() } else { url.into() });
    }
    // A sentence is no URL, even if it begins like one.
    let begins = Url::parse(begin).is_ok_and(|it| it.query().is_some() || it.fragment().is_some());
    begins.then(|| url.into())
}

/// Has a command sign in and decide. Secrets reach it by its environment, where no list of processes
/// shows them.
pub(super) async fn by_command(
    command: &[String],
    (url, user, decision): (&str, &User, Decision),
    place: Place<'_>,
) -> Result<Commanded, String> {
    let program = command.first().map(String::as_str).unwrap_or_default();
    let fail = |text: String| format!("login.command: `{program}` {text}");
    let values = Values::default().with("url", url);
    let words: Vec<String> = command.iter().map(|word| values.fill(word)).collect();
    let environment = [
        ("OAUTHSPEC_URL", url),
        ("OAUTHSPEC_LOGIN", &*user.login),
        ("OAUTHSPEC_PASSWORD", &*user.password),
        ("OAUTHSPEC_DECISION", if decision == Decision::Grant { "grant" } else { "deny" }),
    ];
    let written = command::run(&words, &environment, place).await;
    let written = written.map_err(|text| format!("login.command: {text}"))?;
    if written.starts_with('{') {
        let read: Commanded = serde_json::from_str(&written)
            .map_err(|error| fail(format!("wrote no answer that can be read: {error}")))?;
        return read.sound().map_err(fail);
    }
    if written.is_empty() {
        return Err(fail("wrote nothing; the redirect to the client is wanted".to_owned()));
    }
    Commanded { redirect: Some(written), cookies: BTreeMap::new() }.sound().map_err(fail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_redirect_in_words_is_read_as_browsers_read_it() {
        let read = |text: &str| as_browsers_read(text);
        let as_it_is = "https://a.example/cb?code=x&state=a%20b+c";
        assert_eq!(read(as_it_is).as_deref(), Some(as_it_is));
        let glued = "https://a.example/cb?state=a+b c&d=\u{fc} e&iss=x";
        let encoded = "https://a.example/cb?state=a+b%20c&d=%C3%BC%20e&iss=x";
        assert_eq!(read(glued).as_deref(), Some(encoded));
        let fragment = read("com.example:/cb#access_token=x&state=a b");
        assert_eq!(fragment.as_deref(), Some("com.example:/cb#access_token=x&state=a%20b"));
        for none in
            ["signed in", "note: https://a.example/cb?code=x", "https://a.example/ done", "a:\nb"]
        {
            assert_eq!(read(none), None, "{none}");
        }
    }

    #[test]
    fn a_step_sends_what_the_script_of_the_page_has_in_its_text() {
        assert_eq!(between("var a='1', b='2';", "b='*'"), Some("2"));
        assert_eq!(between("a=1", "a=*"), Some("1"));
        assert_eq!((between("a=1", "b=*"), between("a='1", "a='*'")), (None, None));
        let user: User =
            serde_json::from_value(serde_json::json!({"login": "alice", "password": "p"})).unwrap();
        let steps: Vec<LoginStep> = serde_json::from_value(serde_json::json!([{
            "url": "/api/login?{search}&for={login}",
            "find": {"state": "const S = \"*\";"},
            "json": {"state": "{state}", "query": "{search}"},
        }]))
        .unwrap();
        let page = Url::parse("http://127.0.0.1:1/login?p=b&p=%2Fa").unwrap();
        let mut response = Response::new(200);
        response.body = b"<script>const S = \"s.1\"; const T = \"t\";</script>".to_vec();
        let nothing = Script::default();
        let login = Login { steps, ..Login::default() };
        let known = (&login, &nothing);
        let mut recipe = Recipe::default();
        let Next::Send(_, sent) = recipe.go_on((&page, &response), known, &user, Decision::Grant)
        else {
            panic!("the step is sent");
        };
        assert_eq!(sent.url(), "http://127.0.0.1:1/api/login?p=b&p=%2Fa&for=alice");
        assert_eq!(sent.body, br#"{"state":"s.1","query":"p=b&p=%2Fa"}"#);
        let other = Response::new(200);
        let mut recipe = Recipe::default();
        let Next::Stuck(text) = recipe.go_on((&page, &other), known, &user, Decision::Grant) else {
            panic!("there is nothing to send");
        };
        assert!(text.contains("login.steps[0]: find.state: the page at /login has nothing like"));
    }

    #[test]
    fn a_step_is_sent_where_an_earlier_answer_says_so() {
        let user: User =
            serde_json::from_value(serde_json::json!({"login": "alice", "password": "p"})).unwrap();
        let steps: Vec<LoginStep> = serde_json::from_value(serde_json::json!([
            {"method": "GET", "url": "/prompt", "take": {"prompt": "/prompt"}},
            {"when": {"prompt": ""}, "url": "/login", "json": {}},
            {"when": {"prompt": "consent"}, "url": "/consent", "json": {}, "decision": "grant"},
        ]))
        .unwrap();
        let login = Login { steps, ..Login::default() };
        let nothing = Script::default();
        let page = Url::parse("http://127.0.0.1:1/page").unwrap();
        let answers = [(200, "{\"prompt\": \"consent\"}", "/consent"), (401, "no", "/login")];
        for (status, body, sent) in answers {
            let mut recipe = Recipe::default();
            let mut go = |response: &Response| {
                let seen = (&page, response);
                match recipe.go_on(seen, (&login, &nothing), &user, Decision::Grant) {
                    Next::Send(_, request) => request.target,
                    _ => panic!("something is sent"),
                }
            };
            assert_eq!(go(&Response::new(200)), "/prompt");
            let mut response = Response::new(status);
            response.body = body.as_bytes().to_vec();
            assert_eq!(go(&response), sent);
        }
    }

    #[test]
    fn a_step_fills_in_cookies_and_goes_on_where_the_page_says() {
        let user: User =
            serde_json::from_value(serde_json::json!({"login": "alice", "password": "p"})).unwrap();
        let steps: Vec<LoginStep> = serde_json::from_value(serde_json::json!([{
            "at": "/login",
            "url": "/api/login",
            "headers": {"X-XSRF-TOKEN": "{cookie.XSRF-TOKEN}"},
            "follow": "{query.return_to}",
        }]))
        .unwrap();
        let page =
            Url::parse("http://127.0.0.1:1/login?return_to=%2Fauthorize%3Fstate%3Da").unwrap();
        let mut recipe = Recipe::default();
        recipe.holds(vec![("XSRF-TOKEN".to_owned(), "a%3D%3D".to_owned())]);
        let response = Response::new(200);
        let nothing = Script::default();
        let login = Login { steps, ..Login::default() };
        let known = (&login, &nothing);
        let Next::Send(_, sent) = recipe.go_on((&page, &response), known, &user, Decision::Grant)
        else {
            panic!("the step is sent");
        };
        assert_eq!(sent.headers.text("X-XSRF-TOKEN").as_deref(), Some("a=="));
        assert_eq!(sent.headers.text("Sec-Fetch-Mode").as_deref(), Some("cors"));
        assert_eq!(sent.headers.text("Sec-Fetch-Site").as_deref(), Some("same-origin"));
        let api = Url::parse("http://127.0.0.1:1/api/login").unwrap();
        let Next::Follow(url) = recipe.go_on((&api, &response), known, &user, Decision::Grant)
        else {
            panic!("the browser goes on");
        };
        assert_eq!(url.as_str(), "http://127.0.0.1:1/authorize?state=a");
    }
}
