//! Whether a request may reach a resource (`box` OAuth page, "Using Your Access Token";
//! RFC 6750 §2 and §3). Refusals have no body: the challenge says it all.

use crate::server::core::Core;
use crate::server::faults::effects::bearer as effects;
use crate::server::oauth::dpop::{self, Unheld};
use crate::server::oauth::http::{self, FORM};
use crate::server::oauth::store::{Gone, Grant};
use crate::server::variants;
use crate::wire::bearer::{self, Bearer};
use crate::wire::challenge::Challenge;
use crate::wire::{Params, Request, Response};

/// A parameter of a challenge.
pub(in crate::server) type Param = (String, String);

/// Why a request does not reach a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::server) enum Refusal {
    /// No credentials: 401 without `error`.
    Missing,
    /// More than one token of one kind: 400.
    Repeated,
    /// A token in the field, and another one elsewhere: 400.
    TwoMethods,
    /// Unknown or malformed token: 401.
    InvalidToken,
    /// Expired token: 401.
    Expired,
    /// Revoked token: 401.
    Revoked,
    /// The token is for another resource: 401.
    OtherAudience,
    /// An `Authorization` field that cannot be understood: 400 or 401.
    Malformed(&'static Self),
    /// More than a token behind the scheme: 400.
    InvalidField,
    /// A query that cannot be understood: 400.
    InvalidQuery,
    /// The token does not carry the scope: 403.
    InsufficientScope,
    /// The key that the token is bound to is not proven: 401.
    Key(Unheld),
}

impl Refusal {
    /// As a response.
    pub(in crate::server) fn response(self, server: &Core) -> Response {
        self.response_with(server, &[])
    }

    /// The same with more parameters in the challenge.
    pub(in crate::server) fn response_with(self, server: &Core, more: &[Param]) -> Response {
        let mut right = Response::new(self.status());
        right.headers.push("Cache-Control", "no-store");
        let mut challenge = challenge(self.error(), self.description());
        challenge.params.extend_from_slice(more);
        right.headers.push("WWW-Authenticate", challenge.write());
        effects::refused(server, self, more, right)
    }

    // bearer/missing, bearer/invalid, bearer/expired, bearer/revoked, bearer/insufficient-scope
    pub(in crate::server) fn status(self) -> u16 {
        match self {
            Self::Missing
            | Self::InvalidToken
            | Self::Expired
            | Self::Revoked
            | Self::OtherAudience
            | Self::Key(_) => 401,
            Self::Repeated | Self::TwoMethods | Self::InvalidField | Self::InvalidQuery => 400,
            Self::InsufficientScope => 403,
            Self::Malformed(refusal) => refusal.status(),
        }
    }

    pub(in crate::server) fn error(self) -> Option<&'static str> {
        match self {
            Self::Missing => None,
            Self::InvalidToken | Self::Expired | Self::Revoked | Self::OtherAudience => {
                Some("invalid_token")
            }
            Self::Key(unheld) => Some(unheld.error()),
            Self::Repeated | Self::TwoMethods | Self::InvalidField | Self::InvalidQuery => {
                Some("invalid_request")
            }
            Self::InsufficientScope => Some("insufficient_scope"),
            Self::Malformed(refusal) => refusal.error(),
        }
    }

    pub(in crate::server) fn description(self) -> &'static str {
        match self {
            Self::Missing => "An access token is required.",
            Self::Repeated | Self::TwoMethods | Self::InvalidField | Self::InvalidQuery => {
                "The request is malformed."
            }
            Self::InvalidToken | Self::Expired | Self::Revoked | Self::OtherAudience => {
                "The access token provided is invalid."
            }
            Self::Key(unheld) => unheld.description(),
            Self::InsufficientScope => {
                "The request requires higher privileges than provided by the access token."
            }
            Self::Malformed(refusal) => refusal.description(),
        }
    }
}

// bearer/description
pub(in crate::server) fn challenge(error: Option<&str>, description: &str) -> Challenge {
    let mut params = vec![("realm".to_owned(), "Service".to_owned())];
    if let Some(error) = error {
        params.push(("error".to_owned(), error.to_owned()));
        params.push(("error_description".to_owned(), description.to_owned()));
    }
    Challenge { scheme: "Bearer".to_owned(), params }
}

/// What the access token of a request stands for.
pub(in crate::server) fn authenticate(server: &Core, request: &Request) -> Result<Grant, Refusal> {
    let right = identify(server, request);
    effects::authenticated(server, request, right)
}

pub(in crate::server) fn identify(server: &Core, request: &Request) -> Result<Grant, Refusal> {
    let fields: Vec<&[u8]> = request.headers.all("authorization").collect();
    let elsewhere = tokens_elsewhere(request);
    // bearer/repeated
    if fields.len() > 1 || elsewhere > 1 {
        return Err(Refusal::Repeated);
    }
    // bearer/missing, bearer/other-schemes, bearer/other-credentials. A token in query or body alone is not looked at.
    let by_proof = fields.first().is_some_and(|field| dpop::is_scheme(server, field));
    let field = fields.first().filter(|field| by_proof || is_bearer(field));
    let Some(field) = field else { return in_query(server, request, &fields) };
    // bearer/two-methods
    if elsewhere > 0 {
        return Err(Refusal::TwoMethods);
    }
    // bearer/invalid, bearer/expired, bearer/revoked
    let token = token_of(field)?;
    let grant = grant_of(server, token)?;
    let held = dpop::held(server, request, (token, by_proof), &grant);
    held.map(|()| grant).map_err(Refusal::Key)
}

/// What a token in the query alone stands for, where such tokens are taken (RFC 6750 §2.3).
fn in_query(server: &Core, request: &Request, fields: &[&[u8]]) -> Result<Grant, Refusal> {
    let (params, _) = http::decode_each(request.query().unwrap_or_default().as_bytes());
    let token = params.first("access_token").filter(|_| fields.is_empty());
    let token = token.filter(|_| server.varies(&variants::QUERY_TOKEN)).ok_or(Refusal::Missing)?;
    let grant = grant_of(server, token)?;
    let held = dpop::held(server, request, (token, false), &grant);
    held.map(|()| grant).map_err(Refusal::Key)
}

/// What a token stands for.
pub(in crate::server) fn grant_of(server: &Core, token: &str) -> Result<Grant, Refusal> {
    server.store.access(server.now(), token).ok_or_else(|| match server.store.gone(token) {
        Gone::Unknown => Refusal::InvalidToken,
        Gone::Expired => Refusal::Expired,
        Gone::Revoked => Refusal::Revoked,
    })
}

/// How many tokens stand in query and body.
fn tokens_elsewhere(request: &Request) -> usize {
    // One that cannot be read is there, too.
    let count = |raw: &[u8]| http::names(raw).filter(|name| name == "access_token").count();
    let is_form = request.media_type().as_deref() == Some(FORM);
    let in_body = if is_form { count(&request.body) } else { 0 };
    in_body + count(request.query().unwrap_or_default().as_bytes())
}

/// The words of a field; blanks of either kind part them.
pub(in crate::server) fn words(field: &[u8]) -> impl Iterator<Item = &[u8]> {
    field.split(|byte| matches!(byte, b' ' | b'\t')).filter(|word| !word.is_empty())
}

// bearer/header: the scheme is compared without case.
fn is_bearer(field: &[u8]) -> bool {
    words(field).next().is_some_and(|scheme| scheme.eq_ignore_ascii_case(b"bearer"))
}

/// The token of a field whose scheme is Bearer, or that for bound tokens.
pub(in crate::server) fn token_of(field: &[u8]) -> Result<&str, Refusal> {
    if let Bearer::Token(token) = bearer::read_as(field, &["bearer", "dpop"]) {
        return Ok(token);
    }
    // No word or one that is not a token: a malformed token. More than one: a malformed request.
    // bearer/invalid, bearer/malformed-request
    Err(match words(field).count() {
        0 | 1 => Refusal::InvalidToken,
        2 => Refusal::Malformed(&Refusal::InvalidToken),
        _ => Refusal::Malformed(&Refusal::InvalidField),
    })
}

/// The query of a resource request.
// bearer/malformed-request
pub(in crate::server) fn query(server: &Core, request: &Request) -> Result<Params, Refusal> {
    let (params, broken) = http::decode_each(request.query().unwrap_or_default().as_bytes());
    let fields_valid = params.all("fields").all(is_field_list);
    let valid = broken.is_empty() && params.all("fields").count() <= 1 && fields_valid;
    let ignored = !valid && effects::is_query_ignored(server);
    if valid || ignored { Ok(params) } else { Err(Refusal::InvalidQuery) }
}

fn is_field_list(value: &str) -> bool {
    value.chars().all(|c| c.is_ascii_alphanumeric() || "_.,- ".contains(c))
}

#[cfg(test)]
#[path = "bearer_tests.rs"]
mod tests;
