//! Mistakes with the parameters of an authorization request, as they are read.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

use crate::server::core::Core;
use crate::server::faults::{authorize as faults, scope};
use crate::server::oauth::authorization_request::{ADDRESSING, Input, knows};
use crate::server::oauth::authorization_response::{Denial, SCOPE, TARGET};
use crate::server::oauth::http::{self, FORM, given};
use crate::server::oauth::pkce;
use crate::server::variants;
use crate::wire::{Params, Request};

/// The request as it is read.
// authorize/url-encoding, authorize/post
pub(in crate::server) fn request<'r>(server: &Core, request: &'r Request) -> Cow<'r, Request> {
    let mut read = Cow::Borrowed(request);
    let query = request.query().unwrap_or_default();
    if query.contains('+') && server.has(&faults::PLUS_KEPT) {
        let kept = |pair: &str| match pair.strip_prefix("state=") {
            Some(state) => format!("state={}", state.replace('+', "%2B")),
            None => pair.to_owned(),
        };
        let pairs: Vec<String> = query.split('&').map(kept).collect();
        read.to_mut().target = format!("{}?{}", request.path(), pairs.join("&"));
    }
    if request.method == "GET" && server.has(&faults::GET_UNREAD) {
        read.to_mut().target = request.path().to_owned();
    }
    let form = !request.body.is_empty() && request.media_type().as_deref() == Some(FORM);
    if form && server.has(&faults::POST_BODY_IGNORED) {
        read.to_mut().body.clear();
    }
    if form && server.has(&faults::BODY_OVER_QUERY) {
        let (posted, _) = http::decode_each(&request.body);
        let (asked, _) = http::decode_each(query.as_bytes());
        let kept = asked.iter().filter(|one| posted.first(&one.name).is_none());
        let kept: Params = kept.map(|one| (one.name.clone(), one.value.clone())).collect();
        let encoded = crate::wire::form::encode(&kept);
        read.to_mut().target = format!("{}?{encoded}", request.path());
    }
    read
}

/// The parameters as they are understood.
pub(in crate::server) fn params(server: &Core, right: &Params) -> Params {
    misread(server, tolerate_repetition(server, right))
}

/// Mistakes with the value of the state.
// authorize/url-encoding, authorize/state-on-grant
fn misread(server: &Core, params: Params) -> Params {
    if !server.switches().may_err_in(faults::ALL) {
        return params;
    }
    let ascii = |c: char| if c.is_ascii() { c } else { '?' };
    let read = |value: &str| {
        let wrong = [
            (&faults::DECODED_TWICE, percent_decode_str(value).decode_utf8_lossy().into_owned()),
            (&faults::STATE_HTML_ESCAPED, value.replace('&', "&amp;").replace('\'', "&#39;")),
            (&faults::STATE_ASCII_ONLY, value.chars().map(ascii).collect()),
            (&faults::STATE_TRIMMED, value.trim().to_owned()),
            (&faults::STATE_CUT, value.chars().take(255).collect()),
        ];
        server.switches().alter(value.to_owned(), wrong)
    };
    let read = |name: &str, value: &str| match name {
        "state" => read(value),
        _ => value.to_owned(),
    };
    params.iter().map(|one| (one.name.clone(), read(&one.name, &one.value))).collect()
}

/// Mistakes with parameters that are there more than once.
// authorize/repeated-parameter
fn tolerate_repetition(server: &Core, params: &Params) -> Params {
    if params.repeated(|_| true).is_none() {
        return params.clone();
    }
    let rest = |name: &str| knows(server, name) && !ADDRESSING.contains(&name);
    if server.has(&faults::REPEATED_FIRST) {
        return keep_one(params, rest, false);
    }
    if server.has(&faults::REPEATED_LAST) {
        return keep_one(params, rest, true);
    }
    if server.has(&faults::REPEATED_SAME) {
        let same = |name: &str| {
            let first = params.first(name);
            params.all(name).all(|value| Some(value) == first)
        };
        return keep_one(params, same, false);
    }
    let tolerated = [
        (&faults::REPEATED_STATE, Some("state")),
        (&faults::REPEATED_SCOPE, Some("scope")),
        (&faults::REPEATED_CLIENT, Some("client_id")),
        (&faults::REPEATED_URI, Some("redirect_uri")),
        (&faults::REPEATED_URI_MIXED, Some("redirect_uri")),
    ];
    match server.switches().pick(None, tolerated) {
        Some(wanted) => keep_one(params, |name| name == wanted, false),
        None => params.clone(),
    }
}

fn keep_one(params: &Params, applies: impl Fn(&str) -> bool, last: bool) -> Params {
    let mut kept: Vec<(String, String)> = Vec::new();
    for one in params.iter() {
        let known = kept.iter_mut().find(|(name, _)| *name == one.name && applies(name));
        match known {
            Some((_, value)) if last => value.clone_from(&one.value),
            Some(_) => {}
            None => kept.push((one.name.clone(), one.value.clone())),
        }
    }
    kept.into_iter().collect()
}

/// What a request that names no scope is told alone to its user.
pub(in crate::server) const SCOPE_MISSING: Denial =
    Denial { error: "scope_missing", description: None };

/// Why a request is refused that names no scope, or an empty one.
// scope/default, authorize/empty-is-absent
pub(super) fn without_scope(server: &Core, input: &Input) -> Option<Denial> {
    if given(&input.params, "scope").is_some() {
        return None;
    }
    let empty = input.params.first("scope").is_some();
    let invalid = Denial::invalid_request("A scope is required");
    server.switches().pick(
        None,
        [
            (&scope::MISSING_INVALID, Some(invalid)),
            (&scope::MISSING_ON_PAGE, Some(SCOPE_MISSING)),
            (&faults::EMPTY_SCOPE, Some(SCOPE).filter(|_| empty)),
        ],
    )
}

/// Fewest characters of a state where one is needed.
const SHORTEST_STATE: usize = 8;

/// Why a request is refused that lacks what some servers need: a state that cannot be guessed, which
/// RFC 6749 recommends to clients (§4.1.1), or a scope (§3.3).
// authorize/state-absent, authorize/url-encoding, scope/default
pub(super) fn without_needed(server: &Core, input: &Input) -> Option<Denial> {
    let length = input.params.first("state").map_or(0, |state| state.chars().count());
    let without_scope = given(&input.params, "scope").is_none();
    if length < SHORTEST_STATE && server.varies(&variants::STATE_OF_8) {
        return Some(Denial::invalid_request("A state of at least eight characters is required"));
    }
    (without_scope && server.varies(&variants::SCOPE_NEEDED)).then_some(SCOPE)
}

/// The state that goes back.
pub(in crate::server) fn state<'i>(
    server: &Core,
    input: &Input,
    right: Option<&'i str>,
) -> Option<&'i str> {
    // authorize/empty-is-absent
    let empty = input.params.first("state") == Some("");
    if empty && server.varies(&variants::EMPTY_STATE_RETURNED) {
        return Some("");
    }
    if empty && server.has(&faults::EMPTY_STATE_FILLED) {
        return Some("null");
    }
    let right = right?;
    let no_uri = given(&input.params, "redirect_uri").is_none();
    let lost = input.posted && server.has(&faults::POST_DROPS_STATE)
        || no_uri && server.has(&faults::STATE_DROPPED_WITHOUT_URI);
    (!lost).then_some(right)
}

/// The state that goes back with an error about what is asked for.
// authorize/state-on-error
pub(in crate::server) fn state_told(
    server: &Core,
    state: Option<String>,
    denial: Denial,
) -> Option<String> {
    let of_challenge = [pkce::MISSING, pkce::METHOD, pkce::SYNTAX].contains(&denial);
    let lost = denial == SCOPE && server.has(&faults::STATE_DROPPED_FOR_SCOPE)
        || denial == TARGET && server.has(&faults::STATE_DROPPED_FOR_TARGET)
        || of_challenge && server.has(&faults::STATE_DROPPED_FOR_CHALLENGE);
    state.filter(|_| !lost)
}
