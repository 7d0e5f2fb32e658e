//! Mistakes with access tokens in requests: which are taken, and how a call is refused.

mod kinds;
mod shape;

use super::dpop;
use crate::server::core::Core;
use crate::server::faults::{bearer as faults, resource_metadata};
use crate::server::oauth::bearer::{
    Param, Refusal, challenge, grant_of, identify, token_of, words,
};
use crate::server::oauth::http::{self, FORM};
use crate::server::oauth::store::Grant;
use crate::server::variants;
use crate::testbed::Fault;
use crate::wire::{Request, Response};

/// The response to a call that is refused.
pub(in crate::server) fn refused(
    server: &Core,
    why: Refusal,
    more: &[Param],
    mut right: Response,
) -> Response {
    if !server.switches().may_err() {
        return right;
    }
    let switches = server.switches();
    right.status = status(server, why);
    if why == Refusal::Missing && switches.has(&faults::MISSING_REDIRECTS) {
        right.status = 302;
        right.headers.push("Location", "/login");
    }
    let mut told = challenge(error(server, why), why.description());
    told.params.extend_from_slice(more);
    // bearer/description
    if why.error().is_some() && switches.has(&faults::NO_DESCRIPTION) {
        told.params.retain(|(name, _)| name != "error_description");
    }
    if why.error().is_some() && switches.has(&faults::EMPTY_DESCRIPTION) {
        let text = told.params.iter_mut().find(|(name, _)| name == "error_description");
        text.into_iter().for_each(|(_, text)| text.clear());
    }
    right.headers.set("WWW-Authenticate", shape::written(server, why, &told));
    if is_unchallenged(server, why) {
        right.headers.remove("WWW-Authenticate");
    }
    right
}

fn is_unchallenged(server: &Core, why: Refusal) -> bool {
    let fault = match why {
        Refusal::Missing => &faults::MISSING_UNCHALLENGED,
        Refusal::InvalidToken => &faults::INVALID_UNCHALLENGED,
        Refusal::Expired => &faults::EXPIRED_UNCHALLENGED,
        Refusal::Revoked => &faults::REVOKED_UNCHALLENGED,
        Refusal::InsufficientScope => &faults::SCOPE_UNCHALLENGED,
        Refusal::InvalidQuery => &faults::FIELDS_BREAK,
        _ => return false,
    };
    server.has(fault)
}

fn status(server: &Core, why: Refusal) -> u16 {
    let right = match why {
        Refusal::Malformed(refusal) => status(server, *refusal),
        _ => why.status(),
    };
    let wrong: &[(&'static Fault, u16)] = match why {
        Refusal::Missing => &[(&faults::MISSING_403, 403), (&faults::MISSING_404, 404)],
        Refusal::InvalidToken => &[
            (&faults::INVALID_403, 403),
            (&faults::INVALID_400, 400),
            (&faults::INVALID_BREAKS, 500),
        ],
        Refusal::Expired => &[
            (&faults::EXPIRED_403, 403),
            (&faults::EXPIRED_400, 400),
            (&faults::EXPIRED_BREAKS, 500),
        ],
        Refusal::Revoked => &[(&faults::REVOKED_403, 403)],
        Refusal::InsufficientScope => &[(&faults::SCOPE_401, 401), (&faults::SCOPE_404, 404)],
        Refusal::Repeated => &[(&faults::REPEATED_401, 401)],
        Refusal::TwoMethods => &[(&faults::TWO_METHODS_401, 401)],
        Refusal::InvalidQuery => &[(&faults::FIELDS_BREAK, 500)],
        // bearer/malformed-request
        Refusal::Malformed(_) => &[(&faults::MALFORMED_BREAKS, 500), (&faults::MALFORMED_403, 403)],
        Refusal::InvalidField | Refusal::OtherAudience | Refusal::Key(_) => &[],
    };
    server.switches().pick(right, wrong.iter().copied())
}

fn error(server: &Core, why: Refusal) -> Option<&'static str> {
    const INVALID_TOKEN: Option<&str> = Some("invalid_token");
    let wrong: &[(&'static Fault, Option<&'static str>)] = match why {
        Refusal::Missing => &[(&faults::MISSING_IS_INVALID_TOKEN, INVALID_TOKEN)],
        Refusal::InvalidToken => &[
            (&faults::INVALID_WITHOUT_ERROR, None),
            (&faults::INVALID_IS_INVALID_REQUEST, Some("invalid_request")),
        ],
        Refusal::Expired => &[(&faults::EXPIRED_TOKEN, Some("expired_token"))],
        Refusal::Revoked => &[(&faults::REVOKED_WITHOUT_ERROR, None)],
        Refusal::InsufficientScope => &[(&faults::SCOPE_IS_INVALID_TOKEN, INVALID_TOKEN)],
        Refusal::Repeated => &[(&faults::REPEATED_401, INVALID_TOKEN)],
        Refusal::TwoMethods => &[(&faults::TWO_METHODS_401, INVALID_TOKEN)],
        Refusal::Malformed(refusal) => return error(server, *refusal),
        _ => &[],
    };
    server.switches().pick(why.error(), wrong.iter().copied())
}

/// Who may keep the answer to a token in the query (RFC 6750 §2.3).
// bearer/query-private
pub(in crate::server) fn kept(server: &Core, request: &Request, right: Response) -> Response {
    let mut right = tagged(server, right);
    if request.headers.get("authorization").is_none() {
        if server.varies(&variants::QUERY_TOKEN) {
            right.headers.set("Cache-Control", "private");
        }
        if server.has(&faults::QUERY_ALONE_CACHED) {
            right.headers.remove("Cache-Control");
        }
    }
    right
}

/// Whom a call is taken to come from.
pub(in crate::server) fn authenticated(
    server: &Core,
    request: &Request,
    right: Result<Grant, Refusal>,
) -> Result<Grant, Refusal> {
    if !server.switches().may_err() {
        return right;
    }
    let read = Read { server, request, field: request.headers.all("authorization").next() };
    let again = match right {
        Ok(_) => read.scheme_in_other_case(),
        Err(Refusal::Repeated) => read.repeated(),
        Err(Refusal::TwoMethods) => {
            read.scheme_in_other_case().or_else(|| read.two_methods()).or_else(|| read.elsewhere())
        }
        Err(Refusal::Missing) => read.missing(),
        Err(Refusal::InvalidToken | Refusal::Expired | Refusal::Revoked) => {
            read.scheme_in_other_case().or_else(|| read.invalid())
        }
        Err(_) => read.scheme_in_other_case(),
    };
    again.unwrap_or(right)
}

/// A request, to be read otherwise than it should be.
struct Read<'a> {
    server: &'a Core,
    request: &'a Request,
    /// The first `Authorization` field.
    field: Option<&'a [u8]>,
}

/// What a mistaken reading makes of a request; `None` where none is made.
type Again = Option<Result<Grant, Refusal>>;

impl Read<'_> {
    /// The first user, for the faults that serve whoever comes.
    fn guest(&self) -> Option<Grant> {
        let world = self.server.world();
        let user = world.users.first()?;
        Some(Grant { user_id: user.id.clone(), ..Grant::default() })
    }

    fn changed(&self, change: impl FnOnce(&mut Request)) -> Result<Grant, Refusal> {
        let mut request = self.request.clone();
        change(&mut request);
        identify(self.server, &request)
    }

    // bearer/header
    fn scheme_in_other_case(&self) -> Again {
        let scheme = words(self.field?).next().unwrap_or_default();
        if scheme.eq_ignore_ascii_case(b"dpop") {
            return dpop::is_unknown(self.server, scheme).then_some(Err(Refusal::Missing));
        }
        let case = scheme != b"Bearer" && self.server.has(&faults::CASE_MATTERS);
        let known = scheme == b"Bearer" || scheme == b"bearer";
        let capitals = !known && self.server.has(&faults::CAPITALS_UNKNOWN);
        (case || capitals).then_some(Err(Refusal::Missing))
    }

    // bearer/repeated
    fn repeated(&self) -> Again {
        let fields: Vec<&[u8]> = self.request.headers.all("authorization").collect();
        let only = |field: &[u8]| {
            self.changed(|request| {
                request.headers.remove("Authorization");
                request.headers.push("Authorization", field);
            })
        };
        if fields.len() > 1 && self.server.has(&faults::REPEATED_FIRST) {
            return fields.first().map(|field| only(field));
        }
        if fields.len() > 1 && self.server.has(&faults::REPEATED_LAST) {
            return fields.last().map(|field| only(field));
        }
        if fields.is_empty() && self.server.has(&faults::QUERY_TAKEN) {
            let query = self.request.query().unwrap_or_default();
            let (params, _) = http::decode_each(query.as_bytes());
            let token = params.first("access_token").unwrap_or_default();
            return Some(grant_of(self.server, token));
        }
        self.elsewhere()
    }

    // bearer/two-methods, bearer/repeated
    fn elsewhere(&self) -> Again {
        let form = self.request.media_type().as_deref() == Some(FORM);
        if self.server.has(&faults::QUERY_IGNORED) {
            return Some(self.changed(|request| {
                request.target = request.target.split('?').next().unwrap_or_default().to_owned();
            }));
        }
        (form && is_body_ignored(self.server)).then(|| self.changed(|request| request.body.clear()))
    }

    // bearer/two-methods
    fn two_methods(&self) -> Again {
        let served = self.server.has(&faults::TWO_METHODS_SERVED);
        let field = self.field.filter(|_| served)?;
        Some(token_of(field).and_then(|token| grant_of(self.server, token)))
    }

    // bearer/missing, bearer/other-schemes
    fn missing(&self) -> Again {
        if self.is_taken_for_bearer() {
            let text = std::str::from_utf8(self.field?).ok()?;
            let token = text.split_whitespace().last().unwrap_or_default();
            return Some(grant_of(self.server, token));
        }
        // bearer/query-ignored
        let (params, _) = http::decode_each(self.request.query().unwrap_or_default().as_bytes());
        let taken = [&faults::QUERY_ALONE, &faults::QUERY_ALONE_CACHED];
        let taken = |_: &&str| self.server.switches().has_any(&taken);
        let sent = params.first("access_token").filter(taken);
        if let Some(token) = sent {
            return Some(grant_of(self.server, token));
        }
        // bearer/two-methods
        let (params, _) = http::decode_each(&self.request.body);
        let sent = params.first("access_token").filter(|_| self.server.has(&faults::BODY_TAKEN));
        if let Some(token) = sent {
            return Some(grant_of(self.server, token));
        }
        if self.server.has(&faults::MISSING_SERVED) {
            return self.guest().map(Ok);
        }
        self.blamed().map(Err)
    }

    /// What is said to be wrong with credentials of another scheme.
    // bearer/other-credentials
    fn blamed(&self) -> Option<Refusal> {
        let blames = [
            (&faults::OTHER_IS_INVALID_TOKEN, Some(Refusal::InvalidToken)),
            (&faults::OTHER_IS_INVALID_REQUEST, Some(Refusal::InvalidField)),
        ];
        self.field.and_then(|_| self.server.switches().pick(None, blames))
    }

    // bearer/other-schemes
    fn is_taken_for_bearer(&self) -> bool {
        let mut words = words(self.field.unwrap_or_default());
        let scheme = words.next().unwrap_or_default().to_ascii_lowercase();
        let bare = !scheme.is_empty() && words.next().is_none();
        self.server.switches().alter(
            false,
            [
                (&faults::BASIC_TAKEN, scheme == b"basic"),
                (&faults::SUFFIX_TAKEN, scheme.ends_with(b"bearer")),
                (&faults::PREFIX_TAKEN, scheme.starts_with(b"bearer")),
                (&faults::BARE_TAKEN, bare),
            ],
        )
    }

    // bearer/invalid, bearer/token-kind
    fn invalid(&self) -> Again {
        let field = self.field?;
        let token = token_of(field).is_ok();
        let empty = !token && field.len() <= "Bearer ".len();
        let other_kind =
            token_of(field).ok().and_then(|sent| kinds::at_resource(self.server, sent));
        if let Some(grant) = other_kind {
            return Some(Ok(grant));
        }
        let sent = token_of(field).unwrap_or_default();
        if let Some(forged) = super::jwt_tokens::taken(self.server, sent) {
            return Some(grant_of(self.server, &forged));
        }
        let believed = self.server.has(&faults::JWT_BELIEVED)
            && super::jwt_tokens::of_this_server(self.server, &self.request.origin, sent).is_some();
        let served = token && (believed || self.server.has(&faults::ANY_TOKEN))
            || empty && self.server.has(&faults::EMPTY_SERVED);
        if served { self.guest().map(Ok) } else { None }
    }
}

/// By a mistake a query that cannot be understood is not looked at; a server that knows no parameter
/// may pass over it.
// bearer/malformed-request
pub(in crate::server) fn is_query_ignored(server: &Core) -> bool {
    server.varies(&variants::FIELDS_UNKNOWN) || server.has(&faults::FIELDS_IGNORED)
}

// bearer/two-methods, resource-metadata/bearer-methods
fn is_body_ignored(server: &Core) -> bool {
    server.varies(&variants::BEARER_BODY_IGNORED)
        || server.switches().has_any(&[&faults::BODY_TAKEN, &resource_metadata::LISTS_BODY])
}

/// The method of a call, of which a mistake does not look at the body.
// bearer/two-methods
pub(in crate::server) fn method<'a>(server: &Core, request: &Request, right: &'a str) -> &'a str {
    let form = request.media_type().as_deref() == Some(FORM);
    let ignored = right == "POST" && form && is_body_ignored(server);
    if ignored { "GET" } else { right }
}

/// The entity tag of everything that is served.
pub(super) const TAG: &str = "\"oauthspec\"";

/// What is served, with its entity tag.
fn tagged(server: &Core, mut right: Response) -> Response {
    if server.varies(&variants::RESOURCE_ETAG) || server.has(&faults::CONDITION_FIRST) {
        right.headers.set("ETag", TAG);
    }
    right
}
