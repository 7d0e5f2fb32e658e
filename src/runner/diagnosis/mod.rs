//! Why something that rules build upon does not work: the request, the URL, what the server said, and
//! the keys of the profile to look at. One source of sentences for `oauthspec doctor` and for the
//! preflight of `oauthspec run`.

mod causes;
mod checks;
mod clients;
mod cure;
mod flows;
mod means;
mod reach;
mod resource;

use std::fmt;
use std::sync::Arc;

use serde_json::Value;

use crate::driver::{Driver, Site};
use crate::observe::observed::excerpt;
use crate::profile::Amendment;
use crate::verdict::{Exchange, Secrets};
use crate::wire::{Response, TransportError, form, has_failed};

pub use checks::{Checked, Examiner, Found};
pub use flows::Part;
pub(super) use flows::play;
pub use reach::unreachable;

use self::causes::Cause;
use self::checks::answered;
use self::cure::Cure;
use self::flows::Stop;

/// A flow that rules build upon.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Flow {
    /// An authorization that ends with a code.
    Code,
    /// The redemption of a code.
    Tokens,
    /// A call of the protected resource.
    Resource,
}

impl Flow {
    /// What is missing without it.
    fn missing(self) -> &'static str {
        match self {
            Self::Code => "no authorization code could be obtained",
            Self::Tokens => "no access token could be obtained",
            Self::Resource => "the protected resource is not served to a fresh access token",
        }
    }

    /// The key that names the URL of its last request.
    fn endpoint(self) -> &'static str {
        match self {
            Self::Code => "endpoints.authorization",
            Self::Tokens => "endpoints.token",
            Self::Resource => "resource.url",
        }
    }
}

/// Something that does not work, and what to do about it.
#[derive(Debug, Clone, Default)]
pub struct Finding {
    /// What does not work, what was sent and what the server said; may hold secrets.
    pub text: String,
    /// Keys of the profile to look at, the most likely first.
    pub keys: Vec<String>,
    /// Changes to the profile that were tried.
    pub cure: Vec<Amendment>,
    /// Whether everything worked with them.
    pub cured: bool,
    /// Whether it is the profile that is wrong, whatever the server does: nothing that depends on it
    /// can be judged.
    pub certain: bool,
}

impl Finding {
    /// A finding about these keys.
    fn new(text: impl Into<String>, keys: &[&str]) -> Self {
        let keys = keys.iter().map(|&key| key.to_owned()).collect();
        Self { text: text.into(), keys, ..Self::default() }
    }

    /// The same, and nothing but the profile can be wrong.
    fn certain(mut self) -> Self {
        self.certain = true;
        self
    }

    /// The same with a change that is known to help.
    fn cured_by(mut self, amendment: Amendment) -> Self {
        self.cured = true;
        self.certain = true;
        self.cure.push(amendment);
        self
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)?;
        let changes: Vec<String> = self.cure.iter().map(ToString::to_string).collect();
        let changes = changes.join(" and ");
        match (self.cure.is_empty(), self.cured) {
            (true, _) => write!(f, "; check {}", self.keys.join(", ")),
            (false, true) => write!(f, "; with {changes} it works"),
            (false, false) => {
                write!(f, "; with {changes} it goes further; check {}", self.keys.join(", "))
            }
        }
    }
}

/// Why a flow stopped, with what was tried instead.
async fn diagnose(
    driver: &mut Driver,
    site: &Arc<Site>,
    (part, to): (&Part, Flow),
    stop: &Stop,
    secrets: &mut Secrets,
) -> Finding {
    let last = driver.journal.exchanges().last().cloned();
    let trail = trail(driver.journal.exchanges());
    let cause = match last.as_ref().and_then(|last| last.response.as_ref().ok()) {
        // Whatever else is asked now is refused for the same reason.
        Some(response) if response.is_throttled() => causes::limited(response),
        _ => causes::of(driver, part, stop).await,
    };
    // Nobody is asked to sign in for what may not help.
    let cure = match cause.certain || site.person.is_some() {
        true => Cure::default(),
        false => cure::seek(site, part, to, stop, last.as_ref()).await,
    };
    secrets.extend(&cure.secrets);
    let mut text = sentence(stop.flow.missing(), &stop.unmet.to_string(), last.as_ref());
    if stop.flow == Flow::Code {
        text.push_str(&trail);
    }
    let unasked = stop.journey.as_ref().is_some_and(|journey| journey.logins == 0);
    let error = last.as_ref().filter(|_| unasked && stop.flow == Flow::Code);
    let cause = match error.and_then(|last| refused_at_once(&part.client.0, last)) {
        Some(told) if cause.keys.is_empty() => told,
        _ => cause,
    };
    if let Some(says) = &cause.says {
        text.push_str(&format!("; {says}"));
    }
    let keys = match (cause.keys.is_empty(), last.as_ref().map(|last| &last.response)) {
        (false, _) => cause.keys,
        (true, Some(Ok(response))) => keys(stop.flow, &part.client.0, response),
        (true, Some(Err(error))) => unanswered(error),
        (true, None) => vec!["base_url".to_owned()],
    };
    let certain = cause.certain || cure.complete;
    Finding { text, keys, cured: cure.complete, cure: cure.amendments, certain }
}

/// What an error says of an authorization request that was refused before anybody was asked to sign in: whoever has not
/// signed in has no wrong password.
fn refused_at_once(role: &str, last: &Exchange) -> Option<Cause> {
    let response = last.response.as_ref().ok()?;
    let error = member(response, "error")?;
    let about_pkce = member(response, "error_description").is_some_and(|it| is_about_pkce(&it));
    (!about_pkce).then(|| causes::by_error(&error, role))
}

/// The sentence about something that did not work: `text` is what came of it, `last` its last exchange.
fn sentence(missing: &str, text: &str, last: Option<&Exchange>) -> String {
    let Some(exchange) = last else { return format!("{missing}: {text}") };
    let request = format!("{} {}", exchange.request.method, exchange.request.url());
    match &exchange.response {
        Ok(response) => format!("{missing}: {request} was answered {} ({text})", said(response)),
        Err(error) => format!("{missing}: {request} was not answered: {error}"),
    }
}

/// What was done before the last request, where that is more than one.
fn trail(exchanges: &[Exchange]) -> String {
    let mut labels: Vec<&str> = exchanges.iter().map(|exchange| exchange.label.as_str()).collect();
    labels.dedup();
    if labels.len() < 2 { String::new() } else { format!("; on the way: {}", labels.join(", ")) }
}

/// Status, error code and description, and where a redirect leads.
fn said(response: &Response) -> String {
    let mut out = response.status.to_string();
    for name in ["error", "error_description"] {
        if let Some(text) = member(response, name) {
            out.push_str(&format!(" {text:?}"));
        }
    }
    if let Some(location) = response.headers.text("location") {
        let at = location.split(['?', '#']).next().unwrap_or_default();
        out.push_str(&format!(" with a redirect to {at}"));
    }
    if has_failed(response.status) {
        // Whoever breaks seldom has the form of an error, and what else is said names the cause.
        let text = response.text();
        let line = text.lines().map(str::trim).find(|line| !line.is_empty());
        let line =
            line.filter(|line| !line.starts_with('<') && member(response, "error").is_none());
        out.push_str(&line.map(|line| format!(" {:?}", excerpt(line))).unwrap_or_default());
        out.push_str(", and its log says why");
    }
    out
}

/// A member of a JSON body, or a parameter of the redirect.
fn member(response: &Response, name: &str) -> Option<String> {
    if let Some(location) = response.headers.text("location") {
        let query = location.split_once('?').map_or("", |(_, query)| query);
        let query = query.split('#').next().unwrap_or_default();
        return form::decode(query.as_bytes()).ok()?.first(name).map(str::to_owned);
    }
    let body: Value = serde_json::from_slice(&response.body).ok()?;
    body.get(name)?.as_str().map(str::to_owned)
}

/// Whether an answer is that of a place where the endpoint is not.
fn is_lost(flow: Flow, response: &Response) -> bool {
    let redirected = (300..400).contains(&response.status) && flow != Flow::Code;
    matches!(response.status, 404 | 405 | 410) || redirected
}

/// The keys to look at where no answer came.
fn unanswered(error: &TransportError) -> Vec<String> {
    let key = match error {
        TransportError::TimedOut(_) => "limits.timeout",
        TransportError::OverBudget => "limits.requests",
        TransportError::BadCertificate(_) => "tls.ca",
        _ => "base_url",
    };
    vec![key.to_owned()]
}

/// Whether the description of an error is about proof keys.
fn is_about_pkce(description: &str) -> bool {
    let description = description.to_lowercase();
    ["code_challenge", "code_verifier", "pkce"].iter().any(|word| description.contains(word))
}

/// The keys to look at by the last answer alone, the most likely first.
fn keys(flow: Flow, role: &str, response: &Response) -> Vec<String> {
    let client = |name: &str| format!("clients.{role}.{name}");
    if is_about_pkce(&member(response, "error_description").unwrap_or_default()) {
        return vec!["pkce".to_owned()];
    }
    if is_lost(flow, response) {
        return vec![flow.endpoint().to_owned(), "base_url".to_owned()];
    }
    let error = member(response, "error");
    let unknown = match error.as_deref() {
        Some("invalid_scope") => return vec!["scope".to_owned(), client("scope")],
        Some(error) => error == "invalid_client",
        None => response.status == 401,
    };
    match flow {
        Flow::Tokens if unknown => {
            vec![client("id"), client("secret"), "client_authentication".to_owned()]
        }
        // It fails at what nobody there foresaw: a scope that needs more than was set up, for instance.
        Flow::Tokens if response.status >= 500 => {
            let lines = ["scope", "client_authentication", "pkce"];
            lines.map(str::to_owned).to_vec()
        }
        Flow::Tokens => {
            vec!["client_authentication".to_owned(), "pkce".to_owned(), client("redirect_uris")]
        }
        Flow::Code => vec![
            "users.default.login".to_owned(),
            "users.default.password".to_owned(),
            client("id"),
            client("redirect_uris"),
            "login".to_owned(),
        ],
        // No resource knows clients: this is an introspection endpoint.
        Flow::Resource if error.as_deref() == Some("invalid_client") => {
            vec!["resource.introspected_by".to_owned(), "client_authentication".to_owned()]
        }
        Flow::Resource => vec!["resource.url".to_owned(), "scope".to_owned()],
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::verdict::Role;
    use crate::wire::{Origin, Request};

    fn exchange(status: u16, body: &str, location: Option<&str>) -> Exchange {
        let url = url::Url::parse("http://127.0.0.1:1/").unwrap();
        let origin = Origin::of(&url).unwrap();
        let mut response = Response::new(status);
        response.body = body.as_bytes().to_vec();
        if let Some(location) = location {
            response.headers.push("Location", location);
        }
        Exchange {
            role: Role::default(),
            label: "token request".to_owned(),
            request: Request::new("POST", origin, "/token"),
            response: Ok(response),
            cut_from: None,
            duration: Duration::ZERO,
        }
    }

    fn told(flow: Flow, text: &str, last: &Exchange) -> String {
        let keys = last.response.as_ref().map(|it| keys(flow, "default", it)).unwrap_or_default();
        let text = sentence(flow.missing(), text, Some(last));
        Finding { text, keys, ..Finding::default() }.to_string()
    }

    #[test]
    fn names_request_answer_and_keys() {
        for (exchange, says) in [
            (
                exchange(
                    401,
                    r#"{"error":"invalid_client","error_description":"use Basic"}"#,
                    None,
                ),
                [
                    "POST http://127.0.0.1:1/token",
                    "401 \"invalid_client\" \"use Basic\"",
                    "client_authentication",
                ],
            ),
            (
                exchange(
                    400,
                    r#"{"error":"invalid_grant","error_description":"PKCE needed"}"#,
                    None,
                ),
                ["400 \"invalid_grant\"", "PKCE needed", "check pkce"],
            ),
            (
                exchange(308, "", Some("/token/?x=secret")),
                ["308 with a redirect to /token/ ", "no access token", "check endpoints.token"],
            ),
            (exchange(404, "x", None), ["404", "went wrong", "endpoints.token"]),
        ] {
            let text = told(Flow::Tokens, "went wrong", &exchange);
            assert!(says.iter().all(|part| text.contains(part)), "{text}");
            assert!(!text.contains("x=secret"), "{text}");
        }
    }

    #[test]
    fn whoever_was_not_asked_to_sign_in_has_no_wrong_password() {
        let refused = |error: &str| {
            let location = format!("https://c.example/cb?error={error}&state=1");
            let last = exchange(303, "", Some(&location));
            refused_at_once("default", &last).unwrap().keys
        };
        for (error, key) in [
            ("invalid_target", "resource"),
            ("invalid_scope", "scope"),
            ("unauthorized_client", "clients.default.id"),
            ("unsupported_response_type", "clients.default.id"),
            ("login_required", "authorize_parameters.prompt"),
            ("invalid_request", "authorize_parameters"),
        ] {
            let keys = refused(error);
            assert_eq!(keys[0], key, "{error}");
            assert!(!keys.iter().any(|key| key.starts_with("users.")), "{error}: {keys:?}");
        }
    }

    #[test]
    fn where_no_answer_came_the_error_tells_the_key() {
        for (error, key) in [
            (TransportError::TimedOut(Duration::from_millis(5)), "limits.timeout"),
            (TransportError::OverBudget, "limits.requests"),
            (TransportError::BadCertificate("UnknownIssuer".to_owned()), "tls.ca"),
            (TransportError::Unreachable("Connection refused".to_owned()), "base_url"),
        ] {
            assert_eq!(unanswered(&error), [key]);
        }
    }

    #[test]
    fn says_what_was_not_answered() {
        let mut silent = exchange(200, "", None);
        silent.response = Err(TransportError::TimedOut(Duration::from_millis(5)));
        let text = told(Flow::Code, "nothing came", &silent);
        assert!(text.contains("was not answered: no response within 5 ms"), "{text}");
        assert!(sentence("x", "no such user", None).ends_with(": no such user"));
    }
}
