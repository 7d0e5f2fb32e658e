//! What an answer amounts to, before any document has its say.

use std::collections::BTreeSet;
use std::fmt;

use serde::de::{IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::wire::transport::Sent;
use crate::wire::{Response, TransportError, challenge, has_failed};

/// The outcome of a request, as far as the rules tell outcomes apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Observed {
    /// An access token was issued.
    Tokens,
    /// A JSON error.
    Error {
        /// HTTP status.
        status: u16,
        /// `error` member.
        error: String,
    },
    /// Another answer of this status, and what would have told more.
    Status(u16, Missing),
    /// A redirect to the client with a code.
    Code,
    /// A redirect to the client with an error.
    Redirect(String),
    /// A redirect to the client with neither, or with both.
    OddRedirect(String),
    /// A redirect to somewhere that the client did not ask for or has not registered.
    Elsewhere(String),
    /// A page for the user that asks for nothing.
    Page {
        /// HTTP status.
        status: u16,
        /// What a person can read on it.
        text: String,
    },
    /// A login or a consent page.
    Asked(&'static str),
    /// The resource was served.
    Served(u16),
    /// The introspection endpoint says that the token is active (RFC 7662 §2.2).
    Active,
    /// A device is given its codes (RFC 8628 §3.2).
    DeviceCodes(u16),
    /// A Bearer challenge.
    Challenge {
        /// HTTP status.
        status: u16,
        /// `error` attribute.
        error: Option<String>,
    },
    /// A client was registered (RFC 7591 §3.2.1).
    Registered(u16),
    /// An authorization request is kept for its user (RFC 9126 §2.2).
    Pushed(u16),
    /// The introspection endpoint says that the token is not active (RFC 7662 §2.2).
    Inactive,
    /// Nothing came, or a 429 or 5xx: proves nothing.
    Unjudgeable {
        /// Status, where there was a response that does not ask to try again later (`Retry-After`).
        status: Option<u16>,
        /// What happened.
        text: String,
        /// Whether the connection was closed without an answer, which is as good as a status from 500.
        dropped: bool,
    },
}

/// What an answer lacks that its endpoint tells outcomes apart by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    /// An error code, of an endpoint that answers in JSON.
    Code,
    /// A Bearer challenge, of a protected resource.
    Challenge,
    /// A page that a browser shows, of the authorization endpoint.
    Page,
}

impl Missing {
    fn describe(self) -> &'static str {
        match self {
            Self::Code => "without an error code",
            Self::Challenge => "without a Bearer challenge",
            Self::Page => "without a page for the user",
        }
    }
}

impl Observed {
    /// Reads the answer of a token or revocation endpoint.
    pub fn of_token(sent: &Sent) -> Self {
        let response = match judgeable(sent) {
            Ok(response) => response,
            Err(what) => return what,
        };
        let member = |name: &str| match json(response) {
            Some(Value::Object(members)) => {
                members.get(name).and_then(|value| value.as_str()).map(str::to_owned)
            }
            _ => None,
        };
        if member("access_token").is_some_and(|token| !token.is_empty()) {
            return Self::Tokens;
        }
        match member("error") {
            Some(error) => Self::Error { status: response.status, error },
            None => Self::Status(response.status, Missing::Code),
        }
    }

    /// Reads the answer of a protected resource.
    pub fn of_resource(sent: &Sent) -> Self {
        Self::of_call(sent, "bearer")
    }

    /// The same, where the call presented its token by this scheme, in lower case: challenges are of the same.
    pub fn of_call(sent: &Sent, scheme: &str) -> Self {
        let response = match judgeable(sent) {
            Ok(response) => response,
            Err(what) => return what,
        };
        if (200..300).contains(&response.status) {
            return Self::Served(response.status);
        }
        let own = challenges(response).find(|challenge| challenge.is(scheme));
        match own.or_else(|| bearer_challenge(response)) {
            Some(challenge) => Self::Challenge {
                status: response.status,
                error: challenge.param("error").map(str::to_owned),
            },
            None => Self::Status(response.status, Missing::Challenge),
        }
    }

    /// Reads the answer of an introspection endpoint: what a resource would say to the token that was
    /// asked about. A refusal of the client that asks says nothing of it.
    pub fn of_introspection(sent: &Sent) -> Self {
        match Self::of_introspection_endpoint(sent) {
            said @ (Self::Active | Self::Inactive | Self::Unjudgeable { .. }) => said,
            answer => {
                let answer = answer.describe();
                let text = format!("the introspection endpoint does not say, but {answer}");
                Self::unjudgeable(None, text)
            }
        }
    }

    /// The same, where the endpoint itself is judged: a refusal is one.
    pub fn of_introspection_endpoint(sent: &Sent) -> Self {
        let response = match judgeable(sent) {
            Ok(response) => response,
            Err(what) => return what,
        };
        match json(response).as_ref().and_then(|it| it.get("active")?.as_bool()) {
            Some(true) if response.status == 200 => Self::Active,
            Some(false) if response.status == 200 => Self::Inactive,
            _ => Self::of_token(sent),
        }
    }

    /// Reads the answer of a device authorization endpoint (RFC 8628 §3.2): codes, or a refusal.
    pub fn of_device_endpoint(sent: &Sent) -> Self {
        let response = match judgeable(sent) {
            Ok(response) => response,
            Err(what) => return what,
        };
        let code = |it: &Value| it.get("device_code")?.as_str().map(|code| !code.is_empty());
        match json(response).as_ref().and_then(code) {
            Some(true) if response.status < 300 => Self::DeviceCodes(response.status),
            _ => Self::of_token(sent),
        }
    }

    /// What proves nothing, but that the connection was closed.
    pub fn unjudgeable(status: Option<u16>, text: impl Into<String>) -> Self {
        Self::Unjudgeable { status, text: text.into(), dropped: false }
    }

    /// Nothing came.
    pub fn lost(error: &TransportError) -> Self {
        let dropped = *error == TransportError::Dropped;
        Self::Unjudgeable { status: None, text: error.to_string(), dropped }
    }

    /// An answer to who asked too often, or a server error.
    pub fn server_error(response: &Response) -> Self {
        let status = response.status;
        if response.is_throttled() && status != 429 {
            let text = format!("the target answered {status}: it was asked too often");
            return Self::unjudgeable(None, text);
        }
        if let Some(after) = response.headers.text("retry-after") {
            let after = excerpt(&after);
            let text = format!("the target answered {status} with Retry-After: {after}");
            return Self::unjudgeable(None, text);
        }
        Self::unjudgeable(Some(status), format!("the target answered {status}"))
    }

    /// Whether the client got what it asked for.
    pub fn is_success(&self) -> bool {
        matches!(
            self,
            Self::Tokens
                | Self::Code
                | Self::Served(_)
                | Self::Active
                | Self::DeviceCodes(_)
                | Self::Registered(_)
                | Self::Pushed(_)
        )
    }

    /// Whether somebody was let in: a success, or a code that went elsewhere.
    pub fn is_grant(&self) -> bool {
        let parameters = |uri: &str| uri.split(['?', '&', '#']).any(|it| it.starts_with("code="));
        self.is_success() || matches!(self, Self::Elsewhere(uri) if parameters(uri))
    }

    /// Whether it is a refusal.
    pub fn is_refusal(&self) -> bool {
        match self {
            Self::Error { status, .. }
            | Self::Status(status, _)
            | Self::Page { status, .. }
            | Self::Challenge { status, .. } => !has_failed(*status),
            Self::Redirect(_) | Self::Inactive => true,
            _ => false,
        }
    }

    /// Whether a device was given its codes.
    pub fn is_codes(&self) -> bool {
        matches!(self, Self::DeviceCodes(_))
    }

    /// Whether a resource was served, or would be by what the introspection endpoint says.
    pub fn is_served(&self) -> bool {
        matches!(self, Self::Served(_) | Self::Active)
    }

    /// Whether a resource refused a call: it has a challenge for the client, or finds fault with it.
    pub fn is_refusal_of_call(&self) -> bool {
        matches!(self, Self::Challenge { .. } | Self::Status(400..=499, _) | Self::Inactive)
    }

    /// Whether a description is of the same. What a page says is not compared: it may name the request.
    pub fn is_told_by(&self, description: &str) -> bool {
        match self {
            Self::Page { status, .. } => description.starts_with(&page(*status)),
            _ => description == self.describe(),
        }
    }

    /// Whether the connection was closed without an answer.
    pub fn is_dropped(&self) -> bool {
        matches!(self, Self::Unjudgeable { dropped: true, .. })
    }

    /// Whether it is a server error that proves something if it comes again: the server is neither
    /// overloaded nor in maintenance, by what it says. A connection that is closed without an answer is one:
    /// so a server ends that breaks on a request.
    pub fn is_lasting_error(&self) -> bool {
        let lasting = |status: u16| has_failed(status) && !matches!(status, 503 | 504);
        match self {
            Self::Unjudgeable { dropped: true, .. } => true,
            Self::Unjudgeable { status: Some(status), .. } | Self::Page { status, .. } => {
                lasting(*status)
            }
            Self::Redirect(error) => error == "server_error",
            _ => false,
        }
    }

    /// The sentence for reports.
    pub fn describe(&self) -> String {
        match self {
            Self::Tokens => "200 with an access token".to_owned(),
            Self::Error { status, error } => format!("{status} {error}"),
            Self::Status(status, missing) => format!("{status} {}", missing.describe()),
            Self::Code => "a redirect to the client with a code".to_owned(),
            Self::Redirect(error) => format!("a redirect to the client with error {error}"),
            Self::OddRedirect(text) => format!("a redirect to the client {text}"),
            Self::Elsewhere(uri) => format!("a redirect to {}", shortened(uri, 400)),
            Self::Page { status, text } => format!("{}: {}", page(*status), excerpt(text)),
            Self::Asked(what) => format!("a page that asks the user for {what}"),
            Self::Served(status) => format!("the resource is served ({status})"),
            Self::Active => "200 with \"active\": true (introspection)".to_owned(),
            Self::DeviceCodes(status) => format!("a device is given its codes ({status})"),
            Self::Challenge { status, error: Some(error) } => {
                format!("{status} with a Bearer challenge, error {error}")
            }
            Self::Challenge { status, error: None } => {
                format!("{status} with a Bearer challenge without an error")
            }
            Self::Pushed(status) => format!("the request is kept ({status})"),
            Self::Registered(status) => format!("a client is registered ({status})"),
            Self::Inactive => "the token is not active (introspection)".to_owned(),
            Self::Unjudgeable { text, .. } => text.clone(),
        }
    }
}

/// A page with this status, whatever it says.
fn page(status: u16) -> String {
    format!("a page ({status})")
}

/// The challenges of a response, as far as they can be read.
pub fn challenges(response: &Response) -> impl Iterator<Item = challenge::Challenge> {
    let fields = response.headers.all("www-authenticate");
    fields.flat_map(|value| challenge::read(&String::from_utf8_lossy(value)))
}

/// The Bearer challenge of a response, if there is one.
pub fn bearer_challenge(response: &Response) -> Option<challenge::Challenge> {
    challenges(response).find(|challenge| challenge.is("bearer"))
}

/// The body as JSON.
pub fn json(response: &Response) -> Option<Value> {
    serde_json::from_slice(&response.body).ok()
}

/// The error code of a response; empty: it tells none.
pub fn error_code(response: &Response) -> String {
    let error = json(response);
    let error = error.as_ref().and_then(|body| body.get("error")?.as_str());
    error.unwrap_or_default().to_owned()
}

/// A member of a JSON object that stands there more than once, of which readers take one or the other
/// (RFC 8259 §4).
pub fn repeated_member(body: &[u8]) -> Option<String> {
    serde_json::from_slice::<Repeated>(body).ok()?.0
}

struct Repeated(Option<String>);

impl<'de> Deserialize<'de> for Repeated {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Members)
    }
}

struct Members;

impl<'de> Visitor<'de> for Members {
    type Value = Repeated;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Repeated, A::Error> {
        let (mut seen, mut repeated) = (BTreeSet::new(), None);
        while let Some((name, IgnoredAny)) = map.next_entry::<String, IgnoredAny>()? {
            if !seen.insert(name.clone()) {
                repeated.get_or_insert(name);
            }
        }
        Ok(Repeated(repeated))
    }
}

/// A response that says something, or why it says nothing.
fn judgeable(sent: &Sent) -> Result<&Response, Observed> {
    match sent {
        Ok(response) if response.is_throttled() || has_failed(response.status) => {
            Err(Observed::server_error(response))
        }
        Ok(response) => Ok(response),
        Err(error) => Err(Observed::lost(error)),
    }
}

/// The first words of a text.
pub fn excerpt(text: &str) -> String {
    shortened(text, 160)
}

fn shortened(text: &str, most: usize) -> String {
    let mut short: String = text.chars().take(most).collect();
    if text.chars().nth(most).is_some() {
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_that_stands_twice_is_told() {
        let twice = |text: &str| repeated_member(text.as_bytes());
        assert_eq!(twice(r#"{"a":1,"b":{"a":2},"a":3}"#).as_deref(), Some("a"));
        for once in [r#"{"a":1,"b":{"a":2}}"#, "[1,1]", "{", "{}"] {
            assert_eq!(twice(once), None, "{once}");
        }
    }
}
