//! Why an ordinary flow did not work: the request, the URL, what the server said, and the keys of the
//! profile to look at.

use serde_json::Value;

use crate::verdict::Exchange;
use crate::wire::Response;

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

/// The sentence about a flow that did not work: `text` is what came of it, `last` its last exchange.
pub fn diagnose(flow: Flow, text: &str, last: Option<&Exchange>) -> String {
    let missing = flow.missing();
    let Some(exchange) = last else { return format!("{missing}: {text}") };
    let request = format!("{} {}", exchange.request.method, exchange.request.url());
    match &exchange.response {
        Ok(response) => {
            let said = said(response);
            let keys = keys(flow, response).join(", ");
            format!("{missing}: {request} was answered {said} ({text}); check {keys}")
        }
        Err(error) => format!("{missing}: {request} was not answered: {error}; check base_url"),
    }
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
    out
}

fn member(response: &Response, name: &str) -> Option<String> {
    let body: Value = serde_json::from_slice(&response.body).ok()?;
    body.get(name)?.as_str().map(str::to_owned)
}

/// The keys to look at, the most likely first.
fn keys(flow: Flow, response: &Response) -> Vec<&'static str> {
    let description = member(response, "error_description").unwrap_or_default().to_lowercase();
    let about_pkce = ["code_challenge", "code_verifier", "pkce"];
    if about_pkce.iter().any(|word| description.contains(word)) {
        return vec!["pkce"];
    }
    let redirected = (300..400).contains(&response.status) && flow != Flow::Code;
    if matches!(response.status, 404 | 405) || redirected {
        return vec![flow.endpoint(), "base_url"];
    }
    match (flow, member(response, "error").as_deref()) {
        (Flow::Tokens, Some("invalid_client")) => {
            vec!["clients.default.id", "clients.default.secret", "client_authentication"]
        }
        (_, Some("invalid_scope")) => vec!["scope", "clients.default.scope"],
        (Flow::Tokens, _) => vec!["client_authentication", "pkce", "clients.default.redirect_uris"],
        (Flow::Code, _) => vec![
            "users.default.login",
            "users.default.password",
            "clients.default.id",
            "clients.default.redirect_uris",
            "login",
        ],
        (Flow::Resource, _) => vec!["resource.url", "scope"],
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
            duration: Duration::ZERO,
        }
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
            let text = diagnose(Flow::Tokens, "went wrong", Some(&exchange));
            assert!(says.iter().all(|part| text.contains(part)), "{text}");
            assert!(!text.contains("x=secret"), "{text}");
        }
    }

    #[test]
    fn says_what_was_not_answered() {
        let mut silent = exchange(200, "", None);
        silent.response = Err("no response within 5 ms".to_owned());
        let text = diagnose(Flow::Code, "nothing came", Some(&silent));
        assert!(text.contains("was not answered: no response within 5 ms"), "{text}");
        assert!(diagnose(Flow::Code, "no such user", None).ends_with(": no such user"));
    }
}
