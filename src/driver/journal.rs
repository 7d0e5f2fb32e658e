//! Every exchange of a scenario, kept as evidence, and every secret that was seen on the way. Secrets are
//! only noted while it goes on: they are looked for when somebody wants to show something.

use std::sync::Arc;
use std::time::Instant;

use super::time::Said;
use crate::profile::Profile;
use crate::verdict::{Exchange, Role, Secrets};
use crate::wire::form;
use crate::wire::params;
use crate::wire::transport::Sent;
use crate::wire::vocabulary::{is_telling, is_wording};
use crate::wire::{Headers, Request, Response, Transport, TransportError, basic};

/// The pairs of a form, as far as they can be read: what cannot is not worth less secrecy, but the
/// reports cut it by name.
fn form_pairs(bytes: &[u8]) -> impl Iterator<Item = (String, String)> {
    url::form_urlencoded::parse(bytes).map(|(name, value)| (name.into_owned(), value.into_owned()))
}

/// The evidence of one scenario.
#[derive(Debug, Default)]
pub struct Journal {
    exchanges: Vec<Exchange>,
    notes: Vec<Note>,
    unreachable: bool,
    said: Option<Said>,
    /// Bytes of responses that are kept whole.
    whole: usize,
    /// The first exchange that may be.
    first_whole: usize,
    /// The secrets of those that no longer are.
    learnt: Secrets,
}

/// More of a response that has been judged is not kept: reports show less.
const KEPT: usize = 16_384;

/// Bytes of responses that a scenario has at hand: those of the last ones in any case.
const AT_HAND: usize = 8 * 1024 * 1024;

/// Where secrets are, in the order in which they came up.
#[derive(Debug)]
enum Note {
    /// Those of a profile.
    Profile(Arc<Profile>),
    /// A value of this kind.
    Value(String, String),
    /// Those of an exchange, by its number.
    Exchange(usize),
}

impl Journal {
    /// Sends a request and keeps the exchange.
    pub async fn send(
        &mut self,
        transport: &dyn Transport,
        label: &str,
        request: &Request,
    ) -> Sent {
        let start = Instant::now();
        let sent = transport.send(request).await;
        self.keep(label, request, &sent, start);
        sent
    }

    /// Sends all requests at once and keeps the exchanges.
    pub async fn race(
        &mut self,
        transport: &dyn Transport,
        label: &str,
        requests: &[Request],
    ) -> Vec<Sent> {
        let start = Instant::now();
        let answers = transport.race(requests).await;
        for (request, sent) in requests.iter().zip(&answers) {
            self.keep(label, request, sent, start);
        }
        answers
    }

    fn keep(&mut self, label: &str, request: &Request, sent: &Sent, start: Instant) {
        self.notes.push(Note::Exchange(self.exchanges.len()));
        self.unreachable |= matches!(sent, Err(TransportError::Unreachable(_)));
        // What refuses a malformed message often stands before the application, and has a clock of its own.
        if let Ok(response) = sent
            && !request.may_be_dropped()
        {
            self.said = Said::by(response).or(self.said);
        }
        let mut request = request.clone();
        slim(&mut request.headers);
        let mut response = sent.clone();
        if let Ok(response) = &mut response {
            slim(&mut response.headers);
        }
        self.exchanges.push(Exchange {
            role: Role::default(),
            label: label.to_owned(),
            request,
            response,
            cut_from: None,
            duration: start.elapsed(),
        });
        self.whole += self.exchanges.last().map_or(0, size);
        while self.whole > AT_HAND && self.first_whole + 1 < self.exchanges.len() {
            self.shorten_oldest();
        }
    }

    /// Cuts the oldest response that is kept whole, its secrets learnt first.
    fn shorten_oldest(&mut self) {
        if let Some(exchange) = self.exchanges.get_mut(self.first_whole) {
            learn_exchange(&mut self.learnt, exchange);
            self.whole -= size(exchange);
            exchange.shorten(KEPT);
        }
        self.first_whole += 1;
    }

    /// Keeps an exchange between others that the suite looked on at.
    pub fn look_on(&mut self, label: &str, request: &Request, response: &Response) {
        self.keep(label, request, &Ok(response.clone()), Instant::now());
    }

    /// Says what the last request was for; where it was for several things, the weightiest counts.
    pub fn mark_last(&mut self, role: Role) {
        if let Some(exchange) = self.exchanges.last_mut() {
            exchange.role = exchange.role.max(role);
        }
    }

    /// Gives a role to the last exchange that ended like this.
    pub fn mark_end(&mut self, end: &Sent, role: Role) {
        if let Some(exchange) = self.exchanges.iter_mut().rfind(|it| it.response == *end) {
            exchange.role = exchange.role.max(role);
        }
    }

    /// Registers a value that must not be shown.
    pub fn secret(&mut self, kind: &str, value: &str) {
        self.notes.push(Note::Value(kind.to_owned(), value.to_owned()));
    }

    /// Registers the secrets of clients and users.
    pub fn profile(&mut self, profile: &Arc<Profile>) {
        self.notes.push(Note::Profile(Arc::clone(profile)));
    }

    /// Registers a private key: as it stands, and line by line.
    pub fn private_key(&mut self, pem: &str) {
        for part in pem.lines().filter(|line| !line.starts_with('-')).chain([pem]) {
            self.secret("private key", part);
        }
    }

    /// What time the target said it had, if it did.
    pub fn said(&self) -> Option<Said> {
        self.said
    }

    /// What the target said of the time no longer holds.
    pub fn forget_said(&mut self) {
        self.said = None;
    }

    /// Registers the value of a cookie.
    pub fn cookie(&mut self, set_cookie: &str) {
        let pair = set_cookie.split(';').next().unwrap_or_default();
        let value = pair.split_once('=').map_or("", |(_, value)| value.trim());
        if is_telling(value) && !is_wording(value) {
            self.secret("cookie", value);
        }
    }

    /// Whether at some point no connection could be made.
    pub fn was_unreachable(&self) -> bool {
        self.unreachable
    }

    /// The exchanges so far.
    pub fn exchanges(&self) -> &[Exchange] {
        &self.exchanges
    }

    /// Every secret that came up.
    pub fn secrets(&self) -> Secrets {
        let mut secrets = self.learnt.clone();
        for note in &self.notes {
            match note {
                Note::Profile(profile) => learn_profile(&mut secrets, profile),
                Note::Value(kind, value) => secrets.add(kind, value),
                Note::Exchange(number) => {
                    if let Some(exchange) = self.exchanges.get(*number) {
                        learn_exchange(&mut secrets, exchange);
                    }
                }
            }
        }
        secrets
    }

    /// Hands over the evidence and its secrets.
    pub fn take(&mut self) -> (Vec<Exchange>, Secrets) {
        let secrets = self.secrets();
        (self.take_exchanges(), secrets)
    }

    /// Hands over the evidence, where nobody shows it: its secrets are lost.
    pub fn take_exchanges(&mut self) -> Vec<Exchange> {
        self.notes.clear();
        (self.whole, self.first_whole, self.learnt) = (0, 0, Secrets::default());
        let mut exchanges = std::mem::take(&mut self.exchanges);
        exchanges.iter_mut().for_each(|exchange| exchange.shorten(KEPT));
        exchanges
    }
}

/// Bytes of the response.
fn size(exchange: &Exchange) -> usize {
    exchange.response.as_ref().map_or(0, |response| {
        response.body.len() + response.headers.iter().map(|(_, value)| value.len()).sum::<usize>()
    })
}

/// Cuts cookies down to what evidence needs: a target that sets a great many of them would fill the
/// memory with those of every request and response.
fn slim(headers: &mut Headers) {
    /// Bytes of cookies that are kept of a message.
    const ENOUGH: usize = 8192;
    let cookie =
        |name: &str| ["cookie", "set-cookie"].iter().any(|it| name.eq_ignore_ascii_case(it));
    let size = |(name, value): (&str, &[u8])| if cookie(name) { value.len() } else { 0 };
    if headers.iter().map(size).sum::<usize>() <= ENOUGH {
        return;
    }
    let mut kept = Headers::default();
    let mut room = ENOUGH;
    for (name, value) in headers.iter() {
        if !cookie(name) || value.len() <= room {
            room -= if cookie(name) { value.len() } else { 0 };
            kept.push(name, value);
        } else {
            room = 0;
        }
    }
    *headers = kept;
}

fn learn_profile(secrets: &mut Secrets, profile: &Profile) {
    // Sent in the place of a token they are still no secrets, nor where a secret is the same.
    profile.clients.values().for_each(|client| secrets.publish(&client.id));
    profile.users.values().for_each(|user| secrets.publish(&user.login));
    for client in profile.clients.values().chain(&profile.introspection_credentials) {
        secrets.add("client secret", client.secret.as_deref().unwrap_or_default());
    }
    for user in profile.users.values() {
        secrets.add("password", &user.password);
    }
}

fn learn_exchange(secrets: &mut Secrets, exchange: &Exchange) {
    learn_request(secrets, &exchange.request);
    if let Ok(response) = &exchange.response {
        learn_response(secrets, &response.body, response.headers.get("location"));
    }
}

/// Keeps a value of a message that may be a secret. Where its name gives it away the reports cut it
/// whatever it is.
fn learn(secrets: &mut Secrets, kind: &str, value: &str) {
    if is_telling(value) {
        secrets.add(kind, value);
    }
}

/// What a request carries is nearly a secret even where it was spoilt on purpose.
fn learn_request(secrets: &mut Secrets, request: &Request) {
    let query = request.query().unwrap_or_default().as_bytes();
    for (name, value) in form_pairs(query).chain(form_pairs(&request.body)) {
        if let Some(kind) = params::secret_kind(&name) {
            learn(secrets, kind, &value);
        }
    }
    learn_members(secrets, &request.body);
    for value in request.headers.all("authorization") {
        if let Some(credentials) = basic::decode(value) {
            learn(secrets, "client secret", &credentials.secret);
        } else if let Some((_, token)) = String::from_utf8_lossy(value).rsplit_once(' ') {
            learn(secrets, "access token", token);
        }
    }
}

fn learn_response(secrets: &mut Secrets, body: &[u8], location: Option<&[u8]>) {
    learn_members(secrets, body);
    let Some(location) = location else { return };
    let from = location.iter().position(|b| matches!(b, b'?' | b'#')).map_or(0, |at| at + 1);
    if let Ok(params) = form::decode(&location[from..]) {
        for (name, kind) in params::SECRETS {
            params.all(name).for_each(|value| learn(secrets, kind, value));
        }
    }
}

/// The secrets among the members of a JSON object, if the body is one.
fn learn_members(secrets: &mut Secrets, body: &[u8]) {
    if let Ok(serde_json::Value::Object(members)) = serde_json::from_slice(body) {
        for (name, kind) in params::SECRETS {
            let value = members.get(*name).and_then(|value| value.as_str()).unwrap_or_default();
            // Many an error has a `code` of its own there.
            if *name != "code" || !is_wording(value) {
                learn(secrets, kind, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{Origin, Scheme};

    #[test]
    fn what_refuses_malformed_framing_does_not_tell_the_time_of_the_target() {
        let origin = Origin { scheme: Scheme::Http, host: "127.0.0.1".to_owned(), port: 80 };
        let request = Request::new("POST", origin, "/token");
        let dated = |date: &str| {
            let mut response = Response::new(400);
            response.headers.push("Date", date);
            response
        };
        let mut journal = Journal::default();
        journal.look_on("a request", &request, &dated("Sun, 02 Mar 2025 04:32:02 GMT"));
        let framed = |fields: &[(&str, &str)]| {
            let mut request = request.clone();
            fields.iter().for_each(|(name, value)| request.headers.push(name, *value));
            request
        };
        for malformed in [
            framed(&[("Content-Length", "+0x10")]),
            framed(&[("X-A ", "1")]),
            framed(&[("X-A", "1"); 120]),
            framed(&[("Host", "oauthspec.example")]),
        ] {
            journal.look_on("malformed", &malformed, &dated("Fri, 27 Nov 2026 07:41:36 GMT"));
            let said = journal.said().unwrap().now();
            assert!(said.as_secs() < 1_750_000_000, "{said:?} {malformed:?}");
        }
    }

    #[test]
    fn words_of_messages_are_no_secrets() {
        let origin = Origin { scheme: Scheme::Http, host: "127.0.0.1".to_owned(), port: 80 };
        let mut request =
            Request::new("GET", origin, "/resource?code=oauthspec&token=access_token");
        request.headers.push("Authorization", "Bearer");
        let mut response = Response::new(404);
        response.body =
            br#"{"code":"not_found","token":"bearer","error":"invalid_grant"}"#.to_vec();
        let mut secrets = Secrets::default();
        let exchange = |request, response| Exchange {
            role: Role::Setup,
            label: String::new(),
            request,
            response: Ok(response),
            cut_from: None,
            duration: std::time::Duration::ZERO,
        };
        learn_exchange(&mut secrets, &exchange(request.clone(), response.clone()));
        assert_eq!(secrets.list(), []);
        request.headers.set("Authorization", "Bearer 2YotnFZFEjr1zCsicMWpAA");
        response.body = br#"{"code":"SplxlOBeZQQYbYS6WxSbIA","access_token":"notfound"}"#.to_vec();
        learn_exchange(&mut secrets, &exchange(request, response));
        assert_eq!(secrets.list().len(), 3);
    }

    #[test]
    fn a_scheme_alone_and_a_published_identifier_are_no_tokens() {
        let mut secrets = Secrets::default();
        secrets.publish("suite-default");
        let origin = Origin { scheme: Scheme::Http, host: "127.0.0.1".to_owned(), port: 80 };
        for sent in ["Bearer", "Bearer ", "Bearer suite-default", "Bearer 2YotnFZFEjr1zCsicMWpAA"] {
            let mut request = Request::new("GET", origin.clone(), "/");
            request.headers.push("Authorization", sent);
            learn_request(&mut secrets, &request);
        }
        let known: Vec<String> = secrets.list().into_iter().map(|secret| secret.value).collect();
        assert_eq!(known, ["2YotnFZFEjr1zCsicMWpAA"]);
    }

    #[test]
    fn a_flood_of_cookies_is_cut_down() {
        let mut headers = Headers::default();
        headers.push("Location", "/next");
        (0..60).for_each(|n| headers.push("Set-Cookie", format!("c{n}={}", "x".repeat(3000))));
        headers.push("Content-Type", "text/html");
        slim(&mut headers);
        assert_eq!(headers.all("set-cookie").count(), 2);
        assert_eq!(headers.text("content-type").as_deref(), Some("text/html"));
        let before = headers.clone();
        slim(&mut headers);
        assert_eq!(headers, before);
    }
}
