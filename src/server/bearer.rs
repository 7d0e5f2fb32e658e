//! Whether a request may reach a resource (`box` OAuth page, "Using Your Access Token";
//! RFC 6750 §2 and §3). Refusals have no body: the challenge says it all.

use super::Server;
use super::http::{self, FORM, MediaType};
use super::store::Grant;
use crate::wire::bearer::{self, Bearer};
use crate::wire::challenge::Challenge;
use crate::wire::{Params, Request, Response};

/// Why a request does not reach a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    /// No credentials: 401 without `error`.
    Missing,
    /// Cannot be understood: 400.
    InvalidRequest,
    /// Unknown, expired, revoked or malformed token: 401.
    InvalidToken,
    /// The token does not carry the scope: 403.
    InsufficientScope,
}

impl Refusal {
    /// As a response.
    // bearer/missing, bearer/description
    pub(super) fn response(self) -> Response {
        let (status, error) = match self {
            Self::Missing => (401, None),
            Self::InvalidRequest => (400, Some(("invalid_request", "The request is malformed."))),
            Self::InvalidToken => {
                (401, Some(("invalid_token", "The access token provided is invalid.")))
            }
            Self::InsufficientScope => (
                403,
                Some((
                    "insufficient_scope",
                    "The request requires higher privileges than provided by the access token.",
                )),
            ),
        };
        let mut params = vec![("realm".to_owned(), "Service".to_owned())];
        if let Some((error, description)) = error {
            params.push(("error".to_owned(), error.to_owned()));
            params.push(("error_description".to_owned(), description.to_owned()));
        }
        let challenge = Challenge { scheme: "Bearer".to_owned(), params };
        let mut response = Response::new(status);
        response.headers.push("WWW-Authenticate", challenge.write());
        response.headers.push("Cache-Control", "no-store");
        response
    }
}

/// What the access token of a request stands for.
pub(super) fn authenticate(server: &Server, request: &Request) -> Result<Grant, Refusal> {
    let fields: Vec<&[u8]> = request.headers.all("authorization").collect();
    let elsewhere = tokens_elsewhere(request);
    // bearer/repeated
    if fields.len() > 1 || elsewhere > 1 {
        return Err(Refusal::InvalidRequest);
    }
    let Some(field) = fields.first().filter(|field| is_bearer(field)) else {
        // bearer/missing, bearer/other-schemes. A token in query or body alone is not looked at.
        return Err(Refusal::Missing);
    };
    // bearer/two-methods
    if elsewhere > 0 {
        return Err(Refusal::InvalidRequest);
    }
    // bearer/invalid, bearer/expired, bearer/revoked
    let token = token_of(field)?;
    server.store.access(server.now(), token).ok_or(Refusal::InvalidToken)
}

/// How many tokens stand in query and body.
fn tokens_elsewhere(request: &Request) -> usize {
    let count = |raw: &[u8]| {
        let (params, broken) = http::decode_each(raw);
        params.all("access_token").count()
            + broken.iter().filter(|name| *name == "access_token").count()
    };
    let is_form = request.media_type().as_deref() == Some(FORM);
    let in_body = if is_form { count(&request.body) } else { 0 };
    count(request.query().unwrap_or_default().as_bytes()) + in_body
}

// bearer/header: the scheme is compared without case.
fn is_bearer(field: &[u8]) -> bool {
    let mut words =
        field.split(|byte| matches!(byte, b' ' | b'\t')).filter(|word| !word.is_empty());
    words.next().is_some_and(|scheme| scheme.eq_ignore_ascii_case(b"bearer"))
}

/// The token of a field whose scheme is Bearer.
fn token_of(field: &[u8]) -> Result<&str, Refusal> {
    if let Bearer::Token(token) = bearer::read(field) {
        return Ok(token);
    }
    let words = field.split(|byte| matches!(byte, b' ' | b'\t')).filter(|word| !word.is_empty());
    // No word or one that is not a token: a malformed token. More than one: a malformed request.
    // bearer/invalid, bearer/malformed-request
    Err(if words.count() > 2 { Refusal::InvalidRequest } else { Refusal::InvalidToken })
}

/// The query of a resource request.
// bearer/malformed-request
pub(super) fn query(request: &Request) -> Result<Params, Refusal> {
    let (params, broken) = http::decode_each(request.query().unwrap_or_default().as_bytes());
    let fields_valid = params.all("fields").all(is_field_list);
    if !broken.is_empty() || params.all("fields").count() > 1 || !fields_valid {
        return Err(Refusal::InvalidRequest);
    }
    Ok(params)
}

fn is_field_list(value: &str) -> bool {
    value.chars().all(|c| c.is_ascii_alphanumeric() || "_.,- ".contains(c))
}

/// Whether the token carries a scope.
// bearer/insufficient-scope, scope/root-readwrite
pub(super) fn require_scope(grant: &Grant, scope: &str) -> Result<(), Refusal> {
    if grant.scopes.iter().any(|held| held == scope) {
        Ok(())
    } else {
        Err(Refusal::InsufficientScope)
    }
}

#[cfg(test)]
#[path = "bearer_tests.rs"]
mod tests;
