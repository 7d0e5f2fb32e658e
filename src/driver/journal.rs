//! Every exchange of a scenario, kept as evidence, and every secret that was seen on the way.

use std::time::Instant;

use super::moment::Said;
use crate::verdict::{Exchange, Secrets};
use crate::wire::form;
use crate::wire::transport::Sent;
use crate::wire::{Request, Response, Transport, TransportError, basic};

/// Names of parameters and members whose values are secrets, with the kind that stands for them.
const SECRET_NAMES: &[(&str, &str)] = &[
    ("code", "code"),
    ("access_token", "access token"),
    ("refresh_token", "refresh token"),
    ("id_token", "id token"),
    ("client_secret", "client secret"),
    ("password", "password"),
    ("code_verifier", "code verifier"),
    ("token", "token"),
    ("assertion", "assertion"),
    ("subject_token", "access token"),
    ("actor_token", "actor token"),
];

/// The pairs of a form, as far as they can be read: what cannot is not worth less secrecy, but the
/// reports cut it by name.
fn form_pairs(bytes: &[u8]) -> impl Iterator<Item = (String, String)> {
    url::form_urlencoded::parse(bytes).map(|(name, value)| (name.into_owned(), value.into_owned()))
}

/// The evidence of one scenario.
#[derive(Debug, Default)]
pub struct Journal {
    exchanges: Vec<Exchange>,
    secrets: Secrets,
    unreachable: bool,
    said: Option<Said>,
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
        self.learn_request(request);
        self.unreachable |= matches!(sent, Err(TransportError::Unreachable(_)));
        if let Ok(response) = sent {
            self.learn(&response.body, response.headers.get("location"));
            self.said = Said::by(response).or(self.said);
        }
        self.exchanges.push(Exchange {
            label: label.to_owned(),
            request: request.clone(),
            response: sent.clone().map_err(|error| error.to_string()),
            duration: start.elapsed(),
        });
    }

    /// Keeps an exchange between others that the suite looked on at.
    pub fn look_on(&mut self, label: &str, request: &Request, response: &Response) {
        self.keep(label, request, &Ok(response.clone()), Instant::now());
    }

    /// Registers a value that must not be shown.
    pub fn secret(&mut self, kind: &str, value: &str) {
        self.secrets.add(kind, value);
    }

    /// Registers a private key: as it stands, and line by line.
    pub fn private_key(&mut self, pem: &str) {
        for part in pem.lines().filter(|line| !line.starts_with('-')).chain([pem]) {
            self.secrets.add("private key", part);
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
        if let Some((_, value)) = pair.split_once('=').filter(|(_, value)| value.len() >= 8) {
            self.secrets.add("cookie", value.trim());
        }
    }

    /// What a request carries is nearly a secret even where it was spoilt on purpose.
    fn learn_request(&mut self, request: &Request) {
        let query = request.query().unwrap_or_default().as_bytes();
        for (name, value) in form_pairs(query).chain(form_pairs(&request.body)) {
            if let Some((_, kind)) = SECRET_NAMES.iter().find(|(known, _)| *known == name) {
                self.secrets.add(kind, &value);
            }
        }
        if let Ok(serde_json::Value::Object(members)) = serde_json::from_slice(&request.body) {
            for (name, kind) in SECRET_NAMES {
                if let Some(value) = members.get(*name).and_then(|value| value.as_str()) {
                    self.secrets.add(kind, value);
                }
            }
        }
        for value in request.headers.all("authorization") {
            if let Some(credentials) = basic::decode(value) {
                self.secrets.add("client secret", &credentials.secret);
            } else if let Some(token) = String::from_utf8_lossy(value).split(' ').next_back() {
                self.secrets.add("access token", token);
            }
        }
    }

    fn learn(&mut self, body: &[u8], location: Option<&[u8]>) {
        if let Ok(serde_json::Value::Object(members)) = serde_json::from_slice(body) {
            for (name, kind) in SECRET_NAMES {
                if let Some(value) = members.get(*name).and_then(|value| value.as_str()) {
                    self.secrets.add(kind, value);
                }
            }
        }
        let Some(location) = location else { return };
        let from = location.iter().position(|b| matches!(b, b'?' | b'#')).map_or(0, |at| at + 1);
        if let Ok(params) = form::decode(&location[from..]) {
            for (name, kind) in SECRET_NAMES {
                params.all(name).for_each(|value| self.secrets.add(kind, value));
            }
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

    /// Hands over the evidence.
    pub fn take(&mut self) -> (Vec<Exchange>, Secrets) {
        (std::mem::take(&mut self.exchanges), std::mem::take(&mut self.secrets))
    }
}
