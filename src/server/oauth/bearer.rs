//! Whether a request may reach a resource (`box` OAuth page, "Using Your Access Token";
//! RFC 6750 §2 and §3). Refusals have no body: the challenge says it all.

use crate::server::Server;
use crate::server::faults;
use crate::server::oauth::http::{self, FORM};
use crate::server::oauth::store::{Gone, Grant};
use crate::wire::bearer::{self, Bearer};
use crate::wire::challenge::Challenge;
use crate::wire::{Params, Request, Response};

/// Why a request does not reach a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::server) enum Refusal {
    /// No credentials: 401 without `error`.
    Missing,
    /// Cannot be understood: 400.
    InvalidRequest,
    /// Unknown or malformed token: 401.
    InvalidToken,
    /// Expired token: 401.
    Expired,
    /// Revoked token: 401.
    Revoked,
    /// The server broke on it.
    Broken,
    /// An `Authorization` field that cannot be understood: 400 or 401.
    Malformed(&'static Self),
    /// The token does not carry the scope: 403.
    InsufficientScope,
}

const INVALID_TOKEN: Option<&str> = Some("invalid_token");

impl Refusal {
    /// As a response.
    // bearer/missing, bearer/description
    pub(in crate::server) fn response(self, server: &Server) -> Response {
        let mut response = Response::new(self.status(server));
        response.headers.push("Cache-Control", "no-store");
        if self == Self::Missing && server.has(&faults::bearer::MISSING_REDIRECTS) {
            response.headers.push("Location", "/login");
        }
        let unchallenged = match self {
            Self::Missing => server.has(&faults::bearer::MISSING_UNCHALLENGED),
            Self::InvalidToken => server.has(&faults::bearer::INVALID_UNCHALLENGED),
            Self::Expired => server.has(&faults::bearer::EXPIRED_UNCHALLENGED),
            Self::Revoked => server.has(&faults::bearer::REVOKED_UNCHALLENGED),
            Self::InsufficientScope => server.has(&faults::bearer::SCOPE_UNCHALLENGED),
            Self::InvalidRequest | Self::Malformed(_) => false,
            Self::Broken => true,
        };
        if !unchallenged {
            response.headers.push("WWW-Authenticate", self.challenge(server).write());
        }
        response
    }

    fn status(self, server: &Server) -> u16 {
        use faults::bearer as slip;
        let switches = server.switches();
        match self {
            Self::Missing => switches.pick(
                401,
                [
                    (&slip::MISSING_403, 403),
                    (&slip::MISSING_404, 404),
                    (&slip::MISSING_REDIRECTS, 302),
                ],
            ),
            Self::InvalidRequest => 400,
            Self::Broken => 500,
            Self::InvalidToken => {
                switches.pick(401, [(&slip::INVALID_403, 403), (&slip::INVALID_400, 400)])
            }
            Self::Expired => {
                switches.pick(401, [(&slip::EXPIRED_403, 403), (&slip::EXPIRED_400, 400)])
            }
            Self::Revoked => switches.pick(401, [(&slip::REVOKED_403, 403)]),
            Self::InsufficientScope => {
                switches.pick(403, [(&slip::SCOPE_401, 401), (&slip::SCOPE_404, 404)])
            }
            // bearer/malformed-request
            Self::Malformed(refusal) => switches.pick(
                refusal.status(server),
                [(&slip::MALFORMED_BREAKS, 500), (&slip::MALFORMED_403, 403)],
            ),
        }
    }

    fn error(self, server: &Server) -> Option<&'static str> {
        use faults::bearer as slip;
        let switches = server.switches();
        match self {
            Self::Missing => {
                switches.pick(None, [(&slip::MISSING_IS_INVALID_TOKEN, INVALID_TOKEN)])
            }
            Self::InvalidRequest => Some("invalid_request"),
            Self::Broken => None,
            Self::InvalidToken => switches.pick(
                INVALID_TOKEN,
                [
                    (&slip::INVALID_WITHOUT_ERROR, None),
                    (&slip::INVALID_IS_INVALID_REQUEST, Some("invalid_request")),
                ],
            ),
            Self::Expired => {
                switches.pick(INVALID_TOKEN, [(&slip::EXPIRED_TOKEN, Some("expired_token"))])
            }
            Self::Revoked => switches.pick(INVALID_TOKEN, [(&slip::REVOKED_WITHOUT_ERROR, None)]),
            Self::InsufficientScope => switches
                .pick(Some("insufficient_scope"), [(&slip::SCOPE_IS_INVALID_TOKEN, INVALID_TOKEN)]),
            Self::Malformed(refusal) => refusal.error(server),
        }
    }

    fn description(self) -> &'static str {
        match self {
            Self::Missing => "An access token is required.",
            Self::InvalidRequest | Self::Broken => "The request is malformed.",
            Self::InvalidToken | Self::Expired | Self::Revoked => {
                "The access token provided is invalid."
            }
            Self::InsufficientScope => {
                "The request requires higher privileges than provided by the access token."
            }
            Self::Malformed(refusal) => refusal.description(),
        }
    }

    fn challenge(self, server: &Server) -> Challenge {
        let mut params = vec![("realm".to_owned(), "Service".to_owned())];
        if let Some(error) = self.error(server) {
            params.push(("error".to_owned(), error.to_owned()));
            // bearer/description
            let empty = server.has(&faults::bearer::EMPTY_DESCRIPTION);
            let description = if empty { "" } else { self.description() };
            if !server.has(&faults::bearer::NO_DESCRIPTION) {
                params.push(("error_description".to_owned(), description.to_owned()));
            }
        }
        Challenge { scheme: "Bearer".to_owned(), params }
    }
}

/// What the access token of a request stands for.
pub(in crate::server) fn authenticate(
    server: &Server,
    request: &Request,
) -> Result<Grant, Refusal> {
    let mut fields: Vec<&[u8]> = request.headers.all("authorization").collect();
    let elsewhere = tokens_elsewhere(server, request);
    // bearer/repeated
    if server.has(&faults::bearer::REPEATED_LAST) {
        fields.reverse();
    }
    let one_wins = [&faults::bearer::REPEATED_FIRST, &faults::bearer::REPEATED_LAST];
    if fields.len() > 1 && !server.switches().has_any(&one_wins) || elsewhere > 1 {
        if server.has(&faults::bearer::QUERY_TAKEN) && fields.is_empty() {
            let (params, _) = http::decode_each(request.query().unwrap_or_default().as_bytes());
            let token = params.first("access_token").unwrap_or_default();
            return server.store.access(server.now(), token).ok_or(Refusal::InvalidToken);
        }
        let called = [(&faults::bearer::REPEATED_401, Refusal::InvalidToken)];
        return Err(server.switches().pick(Refusal::InvalidRequest, called));
    }
    let Some(field) = fields.first().filter(|field| is_bearer(server, field)) else {
        // bearer/missing, bearer/other-schemes. A token in query or body alone is not looked at.
        let served = server.has(&faults::bearer::MISSING_SERVED);
        return if served { guest(server) } else { None }.ok_or(Refusal::Missing);
    };
    // bearer/two-methods
    if elsewhere > 0 && !server.has(&faults::bearer::TWO_METHODS_SERVED) {
        let called = [(&faults::bearer::TWO_METHODS_401, Refusal::InvalidToken)];
        return Err(server.switches().pick(Refusal::InvalidRequest, called));
    }
    // bearer/invalid, bearer/expired, bearer/revoked
    let token = match token_of(field) {
        Err(_) if server.has(&faults::bearer::EMPTY_SERVED) && field.len() <= "Bearer ".len() => {
            return guest(server).ok_or(Refusal::InvalidToken);
        }
        token => token?,
    };
    let any = || server.has(&faults::bearer::ANY_TOKEN).then(|| guest(server)).flatten();
    server.store.access(server.now(), token).or_else(any).ok_or_else(|| {
        match server.store.gone(token) {
            Gone::Unknown => Refusal::InvalidToken,
            Gone::Expired => Refusal::Expired,
            Gone::Revoked => Refusal::Revoked,
        }
    })
}

/// The first user, for the faults that serve whoever comes.
fn guest(server: &Server) -> Option<Grant> {
    let world = server.world();
    let user = world.users.first()?;
    Some(Grant { user_id: user.id.clone(), ..Grant::default() })
}

/// How many tokens stand in query and body.
fn tokens_elsewhere(server: &Server, request: &Request) -> usize {
    // One that cannot be read is there, too.
    let count = |raw: &[u8]| http::names(raw).filter(|name| name == "access_token").count();
    let is_form = request.media_type().as_deref() == Some(FORM);
    let in_body = if is_form { count(&request.body) } else { 0 };
    let in_query = count(request.query().unwrap_or_default().as_bytes());
    // bearer/two-methods, bearer/repeated
    server.switches().pick(
        in_query + in_body,
        [(&faults::bearer::QUERY_IGNORED, in_body), (&faults::bearer::BODY_IGNORED, in_query)],
    )
}

// bearer/header: the scheme is compared without case.
fn is_bearer(server: &Server, field: &[u8]) -> bool {
    let mut words =
        field.split(|byte| matches!(byte, b' ' | b'\t')).filter(|word| !word.is_empty());
    let scheme = words.next().unwrap_or_default();
    let lower = scheme.to_ascii_lowercase();
    // bearer/other-schemes
    server.switches().pick(
        lower == b"bearer",
        [
            (&faults::bearer::CASE_MATTERS, scheme == b"Bearer"),
            (&faults::bearer::CAPITALS_UNKNOWN, scheme == b"Bearer" || scheme == b"bearer"),
            (&faults::bearer::BASIC_TAKEN, lower == b"bearer" || lower == b"basic"),
            (&faults::bearer::SUFFIX_TAKEN, lower.ends_with(b"bearer")),
            (&faults::bearer::PREFIX_TAKEN, lower.starts_with(b"bearer")),
            (&faults::bearer::BARE_TAKEN, lower == b"bearer" || words.next().is_none()),
        ],
    )
}

/// The token of a field whose scheme is Bearer.
fn token_of(field: &[u8]) -> Result<&str, Refusal> {
    if let Bearer::Token(token) = bearer::read(field) {
        return Ok(token);
    }
    // bearer/other-schemes: what a mistaken reading of the scheme has let through.
    if let (Bearer::OtherScheme, Ok(text)) = (bearer::read(field), std::str::from_utf8(field)) {
        return Ok(text.split_whitespace().last().unwrap_or_default());
    }
    let words = field.split(|byte| matches!(byte, b' ' | b'\t')).filter(|word| !word.is_empty());
    // No word or one that is not a token: a malformed token. More than one: a malformed request.
    // bearer/invalid, bearer/malformed-request
    let count = words.count();
    Err(match count {
        0 | 1 => Refusal::InvalidToken,
        2 => Refusal::Malformed(&Refusal::InvalidToken),
        _ => Refusal::Malformed(&Refusal::InvalidRequest),
    })
}

/// The query of a resource request.
// bearer/malformed-request
pub(in crate::server) fn query(server: &Server, request: &Request) -> Result<Params, Refusal> {
    let (params, broken) = http::decode_each(request.query().unwrap_or_default().as_bytes());
    let fields_valid = params.all("fields").all(is_field_list);
    let valid = broken.is_empty() && params.all("fields").count() <= 1 && fields_valid;
    if !valid && !server.has(&faults::bearer::FIELDS_IGNORED) {
        let breaks = [(&faults::bearer::FIELDS_BREAK, Refusal::Broken)];
        return Err(server.switches().pick(Refusal::InvalidRequest, breaks));
    }
    Ok(params)
}

fn is_field_list(value: &str) -> bool {
    value.chars().all(|c| c.is_ascii_alphanumeric() || "_.,- ".contains(c))
}

#[cfg(test)]
#[path = "bearer_tests.rs"]
mod tests;
