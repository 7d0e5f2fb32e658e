//! What another correct server does differently with the same request, before the endpoints see it.

use std::borrow::Cow;

use super::{between, login};
use crate::server::core::Core;
use crate::server::oauth::authorization_response::error_page;
use crate::server::oauth::http::{self, FORM};
use crate::server::oauth::interaction;
use crate::server::variants as v;
use crate::wire::form::FormError;
use crate::wire::{Params, Request, Response, form};

/// The request as the endpoints expect it; an answer where another server gives it right away.
pub(in crate::server) fn undress(
    server: &Core,
    request: &mut Cow<'_, Request>,
) -> Option<Response> {
    if !server.switches().may_vary() {
        return None;
    }
    let request = request.to_mut();
    if let Some(page) = between::error_at_address(server, request) {
        return Some(page);
    }
    between::token_of_address(server, request);
    if let Some(refusal) = too_large(server, request) {
        return Some(refusal);
    }
    if is_out_of_place(server, request) && server.varies(&v::FETCH_METADATA_ALONE) {
        return Some(error_page(server, 403, "access_denied", &Params::default()));
    }
    if request.headers.get("cookie").is_some() && server.varies(&v::COOKIE_RENAMED) {
        rename_cookie(request, "sid", http::COOKIE);
    }
    login::undress(server, request);
    let literal = literal_escapes(&request.target);
    if literal != request.target && server.varies(&v::BROKEN_ESCAPES_LITERAL) {
        request.target = literal;
    }
    if not_utf8(request) && server.varies(&v::STATE_OCTETS) {
        request.target = mark_octets(&request.target);
    }
    if holds(&request.body, "_csrf=") && server.varies(&v::HIDDEN_RENAMED) {
        let body = String::from_utf8_lossy(&request.body).replace("_csrf=", "form_token=");
        request.body = body.into_bytes();
    }
    if request.body.starts_with(b"transaction=") && server.varies(&v::CONSENT_ONE_VALUE) {
        let asked = request.path() == interaction::CONSENT
            || request.path() == interaction::LOGIN && server.varies(&v::LOGIN_WITH_CONSENT);
        split_value(request, asked && !server.varies(&v::CONSENT_TICK_BOX));
    }
    let authorization = server.is_authorization(request);
    let session = http::session_cookie(request).filter(|_| authorization);
    let signed_in = session.is_some_and(|it| server.sessions.has_user(server.now(), &it));
    if signed_in && (server.varies(&v::LOGIN_EACH_TIME) || server.varies(&v::LOGIN_GRANTS)) {
        request.headers.remove("Cookie");
    }
    let asks_login = request.query().is_some_and(|query| query.contains("prompt=login"));
    if signed_in && asks_login && server.varies(&v::PROMPT_LOGIN) {
        request.headers.remove("Cookie");
    }
    let form = request.media_type().as_deref() == Some(FORM);
    let posted = authorization && request.method == "POST" && form;
    if posted && request.query().is_none() && server.varies(&v::POST_BECOMES_GET) {
        let query = String::from_utf8_lossy(&request.body).into_owned();
        return Some(http::redirect(303, &format!("{}?{query}", request.path())));
    }
    None
}

/// Whether a page is asked for by something else than a browser on its way there, or a form comes from
/// another site (Fetch Metadata Request Headers, §2).
fn is_out_of_place(server: &Core, request: &Request) -> bool {
    let says = |name: &str, value: &str| request.headers.text(name).as_deref() == Some(value);
    let navigates = says("Sec-Fetch-Mode", "navigate") && says("Sec-Fetch-Dest", "document");
    match request.method.as_str() {
        "POST" if [interaction::LOGIN, interaction::CONSENT].contains(&request.path()) => {
            !navigates || !says("Sec-Fetch-Site", "same-origin")
        }
        "GET" if server.is_authorization(request) => !navigates,
        _ => false,
    }
}

/// A request that is longer than a server has to read (RFC 9110 §4.1, §15.5.14, §15.5.15).
fn too_large(server: &Core, request: &Request) -> Option<Response> {
    let long = [(&v::LONG_URI_414, 414), (&v::LONG_URI_431, 431)];
    let long = long.into_iter().filter(|_| request.target.len() > LONGEST_URI);
    let large = [(&v::LARGE_BODY_413, 413)];
    let large = large.into_iter().filter(|_| request.body.len() > LARGEST_BODY);
    let cookies = request.headers.get("cookie").map_or(0, <[u8]>::len);
    let many = [(&v::STATE_IN_COOKIE, 431)];
    let many = many.into_iter().filter(|_| cookies > LONGEST_URI);
    let chosen = long.chain(large).chain(many).find(|(variant, _)| server.varies(variant));
    chosen.map(|(_, status)| Response::new(status))
}

/// The state of an authorization request, as the query has it, where it is long.
pub(super) fn long_state<'r>(server: &Core, request: &'r Request) -> Option<&'r str> {
    if !server.is_authorization(request) {
        return None;
    }
    let state = request.query()?.split('&').find_map(|pair| pair.strip_prefix("state="))?;
    (state.len() > LONG_STATE).then_some(state)
}

/// A state of more characters is long.
const LONG_STATE: usize = 1000;

/// The longest URI that is read, and the most cookies, in bytes.
const LONGEST_URI: usize = 8000;

/// The largest body that is read, in bytes.
const LARGEST_BODY: usize = 64 * 1024;

pub(super) fn holds(body: &[u8], text: &str) -> bool {
    body.windows(text.len()).any(|part| part == text.as_bytes())
}

fn rename_cookie(request: &mut Request, from: &str, to: &str) {
    if let Some(value) = request.headers.text("cookie") {
        let value = value.replace(&format!("{from}="), &format!("{to}="));
        request.headers.set("Cookie", value);
    }
}

/// What stands between the two values of a form that carries one: tokens may have single dots.
pub(super) const BETWEEN_VALUES: &str = "..";

/// The one value of a form is its request and its anti-forgery value; where a decision is `asked`, one
/// that nobody denied is a grant.
fn split_value(request: &mut Request, asked: bool) {
    let body = String::from_utf8_lossy(&request.body).into_owned();
    let Some((request_value, token)) = body.strip_prefix("transaction=").and_then(|rest| {
        let (value, _) = rest.split_once('&').unwrap_or((rest, ""));
        value.split_once(BETWEEN_VALUES)
    }) else {
        return;
    };
    let rest = body.split_once('&').map(|(_, rest)| format!("&{rest}")).unwrap_or_default();
    let decided = !asked || rest.contains("decision=");
    let decision = if decided { "" } else { "&decision=grant" };
    let body = format!("request={request_value}&form_token={token}{rest}{decision}");
    request.body = body.into_bytes();
}

/// A `%` that begins no escape stands for itself.
fn literal_escapes(target: &str) -> String {
    let mut parts = target.split('%');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let whole =
            part.as_bytes().get(..2).is_some_and(|two| two.iter().all(u8::is_ascii_hexdigit));
        text.push_str(if whole { "%" } else { "%25" });
        text.push_str(part);
    }
    text
}

fn not_utf8(request: &Request) -> bool {
    let query = request.query().unwrap_or_default();
    matches!(form::decode(query.as_bytes()), Err(FormError::NotUtf8(_)))
}

/// Escapes of octets beyond ASCII become text, until the answer leaves.
fn mark_octets(target: &str) -> String {
    each_octet(target, "%", "%25")
}

/// Replaces what introduces the escape of an octet beyond ASCII.
pub(super) fn each_octet(text: &str, from: &str, to: &str) -> String {
    let mut parts = text.split(from);
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let digits = part.as_bytes();
        let high = digits.first().is_some_and(|one| b"89abcdefABCDEF".contains(one))
            && digits.get(1).is_some_and(u8::is_ascii_hexdigit);
        out.push_str(if high { to } else { from });
        out.push_str(part);
    }
    out
}
