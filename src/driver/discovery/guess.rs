//! Where the endpoints of a server without metadata may be.

use serde_json::Value;
use url::Url;

use super::permit::Permit;
use crate::wire::{Origin, Request, Response, Transport};

/// Where the endpoints may be, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guess {
    /// Documents that fix these paths; none: they are merely usual.
    pub documents: Vec<String>,
    /// Path of the authorization endpoint.
    pub authorization: String,
    /// Path of the token endpoint.
    pub token: String,
    /// Path of the revocation endpoint, if there is one.
    pub revocation: Option<String>,
}

/// Usual paths: of the authorization, the token and the revocation endpoint.
const USUAL: &[[&str; 3]] = &[
    ["/oauth2/authorize", "/oauth2/token", "/oauth2/revoke"],
    ["/oauth/authorize", "/oauth/token", "/oauth/revoke"],
    ["/authorize", "/token", "/revoke"],
    ["/o/authorize/", "/o/token/", "/o/revoke_token/"],
    ["/oauth2/auth", "/oauth2/token", "/oauth2/revoke"],
    ["/oauth2/v1/authorize", "/oauth2/v1/token", "/oauth2/v1/revoke"],
    ["/auth", "/token", "/token/revocation"],
];

/// Every guess that is made, those of the documents first.
fn guesses(of_documents: &[Guess]) -> Vec<Guess> {
    let usual = USUAL.iter().map(|paths| {
        let [authorization, token, revocation] = paths.map(str::to_owned);
        Guess { documents: Vec::new(), authorization, token, revocation: Some(revocation) }
    });
    of_documents.iter().cloned().chain(usual).collect()
}

/// The first guess at which a token endpoint answers like one, without a revocation endpoint that does
/// not.
pub async fn find(
    transport: &dyn Transport,
    base: &Url,
    permit: &Permit,
    of_documents: &[Guess],
) -> Option<Guess> {
    permit.check(base).ok()?;
    for mut guess in guesses(of_documents) {
        let token = post(transport, base, &guess.token).await;
        let page = get(transport, base, &guess.authorization).await;
        if !(token.as_ref().is_some_and(is_refusal) && page.as_ref().is_some_and(is_there)) {
            continue;
        }
        if let Some(path) = &guess.revocation
            && guess.documents.is_empty()
            && !post(transport, base, path).await.as_ref().is_some_and(is_refusal)
        {
            guess.revocation = None;
        }
        return Some(guess);
    }
    None
}

/// Whether this is how a token endpoint refuses an empty request (RFC 6749 §5.2).
fn is_refusal(response: &Response) -> bool {
    let body: Value = serde_json::from_slice(&response.body).unwrap_or_default();
    matches!(response.status, 400 | 401) && body["error"].is_string()
}

fn is_there(response: &Response) -> bool {
    !matches!(response.status, 404 | 405 | 500..)
}

async fn post(transport: &dyn Transport, base: &Url, path: &str) -> Option<Response> {
    let mut request = Request::new("POST", Origin::of(base)?, path);
    request.headers.push("Content-Type", "application/x-www-form-urlencoded");
    request.body = b"x=".to_vec();
    transport.send(&request).await.ok()
}

async fn get(transport: &dyn Transport, base: &Url, path: &str) -> Option<Response> {
    transport.send(&Request::new("GET", Origin::of(base)?, path)).await.ok()
}
