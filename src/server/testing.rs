//! Helpers of the unit tests: a server with a standing clock, and a browser on it.

use std::sync::Arc;
use std::time::Duration;

use scraper::{Html, Selector};
use serde_json::Value;

use crate::server::{Config, Server};
use crate::testbed::{ManualClock, SeededRandom};
use crate::wire::{Origin, Params, Request, Response, Scheme, form};

pub(super) const DEFAULT_URI: &str = "https://www.myboxapp.com/app";

pub(crate) fn config() -> Config {
    Config {
        clock: Arc::new(ManualClock::default()),
        random: Arc::new(SeededRandom::new(1)),
        control: true,
        ..Config::default()
    }
}

pub(crate) fn origin() -> Origin {
    Origin { scheme: Scheme::Http, host: "127.0.0.1".into(), port: 8080 }
}

pub(crate) fn get(target: &str) -> Request {
    Request::new("GET", origin(), target)
}

pub(crate) fn post(target: &str, body: &str) -> Request {
    let mut request = Request::new("POST", origin(), target);
    request.headers.push("Content-Type", "application/x-www-form-urlencoded");
    request.body = body.as_bytes().to_vec();
    request
}

pub(crate) fn authorize_target(pairs: &[(&str, &str)]) -> String {
    let params: Params = pairs.iter().copied().collect();
    format!("/api/oauth2/authorize?{}", form::encode(&params))
}

/// A form as it stands on a page, to be filled in and posted.
#[derive(Debug, Clone)]
pub(super) struct PageForm {
    pub(super) action: String,
    pub(super) fields: Vec<(String, String)>,
}

impl PageForm {
    pub(crate) fn of(page: &Response) -> Self {
        let page = Html::parse_document(&page.text());
        let form = page.select(&selector("form")).next().expect("the page has a form");
        let fields = form
            .select(&selector("input[name]"))
            .map(|input| {
                let attribute = |name| input.attr(name).unwrap_or_default().to_owned();
                (attribute("name"), attribute("value"))
            })
            .collect();
        Self { action: form.attr("action").unwrap().to_owned(), fields }
    }

    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.fields.retain(|(known, _)| known != name);
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn field(&self, name: &str) -> &str {
        self.fields.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    pub(crate) fn request(&self) -> Request {
        let params: Params = self.fields.iter().cloned().collect();
        post(&self.action, &form::encode(&params))
    }
}

fn selector(text: &str) -> Selector {
    Selector::parse(text).unwrap()
}

/// A server and one browser's cookie.
#[derive(Debug, Clone)]
pub(super) struct Browser {
    pub(super) server: Arc<Server>,
    pub(super) cookie: Option<String>,
}

impl Browser {
    pub(crate) fn new() -> Self {
        Self { server: Arc::new(Server::new(config())), cookie: None }
    }

    /// Another browser on the same server.
    pub(crate) fn another(&self) -> Self {
        Self { server: Arc::clone(&self.server), cookie: None }
    }

    pub(crate) fn advance(&self, seconds: u64) {
        self.server.clock().advance(Duration::from_secs(seconds));
    }

    pub(crate) fn send(&mut self, mut request: Request) -> Response {
        if let Some(cookie) = &self.cookie {
            request.headers.push("Cookie", format!("x=y; {cookie}"));
        }
        let response = self.server.handle(&request);
        if let Some(set) = response.headers.text("set-cookie") {
            self.cookie = set.split(';').next().map(str::to_owned);
        }
        response
    }

    pub(crate) fn authorize(&mut self, pairs: &[(&str, &str)]) -> Response {
        self.send(get(&authorize_target(pairs)))
    }

    /// From the login page to what follows it.
    pub(crate) fn sign_in(&mut self, login_page: &Response, login: &str) -> Response {
        let first = login.split('@').next().unwrap();
        let password = format!("test-only-password-of-{first}");
        let form = PageForm::of(login_page).with("login", login).with("password", &password);
        let response = self.send(form.request());
        match response.headers.text("location") {
            Some(next) if next.starts_with('/') => self.send(get(&next)),
            _ => response,
        }
    }

    /// From the consent page to the redirect.
    pub(crate) fn decide(&mut self, consent_page: &Response, decision: &str) -> Response {
        self.send(PageForm::of(consent_page).with("decision", decision).request())
    }

    /// A fresh code of a client, all the way.
    pub(crate) fn code_for(&mut self, client_id: &str) -> String {
        let pairs = [("response_type", "code"), ("client_id", client_id)];
        let mut page = self.authorize(&pairs);
        if PageForm::of(&page).action == "/login" {
            page = self.sign_in(&page, "alice@example.com");
        }
        let redirect = self.decide(&page, "grant");
        query_of(&redirect).first("code").expect("the redirect has a code").to_owned()
    }

    /// A token request of a client with its secret and these parameters.
    pub(crate) fn token(&mut self, client_id: &str, pairs: &[(&str, &str)]) -> Response {
        self.client_post("/oauth2/token", client_id, pairs)
    }

    pub(crate) fn client_post(
        &mut self,
        path: &str,
        client_id: &str,
        pairs: &[(&str, &str)],
    ) -> Response {
        let secret = self.server.world().application(client_id).unwrap().secret.clone();
        let own = [("client_id", client_id), ("client_secret", secret.as_str())];
        let params: Params = pairs.iter().copied().chain(own).collect();
        self.send(post(path, &form::encode(&params)))
    }

    /// A fresh pair of tokens of a client, all the way: access and refresh token.
    pub(crate) fn pair_for(&mut self, client_id: &str) -> (String, String) {
        let code = self.code_for(client_id);
        pair(&self.token(client_id, &[("grant_type", "authorization_code"), ("code", &code)]))
    }

    pub(crate) fn api(&mut self, path: &str, token: &str) -> Response {
        let mut request = get(path);
        request.headers.push("Authorization", format!("Bearer {token}"));
        self.send(request)
    }

    /// Whose token it is.
    pub(crate) fn login_of(&mut self, token: &str) -> String {
        body(&self.api("/2.0/users/me", token))["login"].as_str().unwrap_or_default().to_owned()
    }

    pub(crate) fn lives(&mut self, token: &str) -> bool {
        self.api("/2.0/users/me", token).status == 200
    }
}

pub(crate) fn body(response: &Response) -> Value {
    serde_json::from_slice(&response.body).expect("the body is JSON")
}

pub(crate) fn pair(response: &Response) -> (String, String) {
    let body = body(response);
    let text = |name: &str| body[name].as_str().expect("the response has tokens").to_owned();
    (text("access_token"), text("refresh_token"))
}

/// The parameters of a redirect to an application.
pub(crate) fn query_of(redirect: &Response) -> Params {
    assert_eq!(redirect.status, 302, "{}", redirect.text());
    let location = redirect.headers.text("location").unwrap();
    form::decode(location.split_once('?').unwrap().1.as_bytes()).unwrap()
}

/// Status and error code of a JSON refusal.
pub(crate) fn refusal(response: &Response) -> (u16, String) {
    let body = body(response);
    assert!(body.get("access_token").is_none(), "{body}");
    (response.status, body["error"].as_str().unwrap().to_owned())
}

/// The code on an error page; no redirect went with it.
pub(crate) fn page_error(response: &Response) -> String {
    assert!(response.headers.get("location").is_none(), "{response:?}");
    let page = Html::parse_document(&response.text());
    page.select(&selector(".message code")).flat_map(|code| code.text()).collect()
}
