//! Reading forms and cookies, and the shapes of response that all endpoints share.

use maud::Markup;
use serde_json::{Value, json};

use crate::server::faults::effects;
use crate::server::oauth::pages;
use crate::server::policy::Reason;
use crate::testbed::Switches;
use crate::wire::{Params, Request, Response, Scheme, form};

pub(in crate::server) use crate::server::policy::Refusal;

/// Name of the session cookie.
pub(in crate::server) const COOKIE: &str = "oauthspec_session";

/// Media type of a form (RFC 6749 appendix B).
pub(in crate::server) const FORM: &str = "application/x-www-form-urlencoded";

impl Refusal {
    /// As a response.
    // token/error-shape, token/error-text
    pub(in crate::server) fn response(self) -> Response {
        let members = json!({"error": self.error, "error_description": self.description});
        let mut response = json(self.status, &members);
        self.challenge(&mut response);
        response
    }

    /// Adds the challenge that goes with it, if one does (RFC 6749 §5.2).
    pub(in crate::server) fn challenge(self, response: &mut Response) {
        if self.challenge {
            response.headers.push("WWW-Authenticate", "Basic realm=\"Service\"");
        }
    }

    /// As a response with another status.
    pub(in crate::server) fn with_status(self, status: u16) -> Response {
        self.at(status).response()
    }
}

/// A JSON response that nobody may keep.
// token/no-store
pub(in crate::server) fn json(status: u16, value: &Value) -> Response {
    let mut response = Response::new(status);
    response.headers.push("Content-Type", "application/json");
    response.headers.push("Cache-Control", "no-store");
    response.body = value.to_string().into_bytes();
    response
}

/// An HTML page that nobody may keep, frame or feed scripts to.
pub(in crate::server) fn html(status: u16, page: Markup) -> Response {
    let mut response = Response::new(status);
    response.headers.push("Content-Type", "text/html; charset=utf-8");
    response.headers.push("Cache-Control", "no-store");
    // No `form-action`: browsers apply it to the redirect behind the consent form as well.
    response.headers.push("Content-Security-Policy", pages::policy());
    response.headers.push("X-Content-Type-Options", "nosniff");
    response.headers.push("X-Frame-Options", "DENY");
    response.headers.push("Referrer-Policy", "no-referrer");
    response.body = page.into_string().into_bytes();
    response
}

/// A redirect that nobody may keep.
pub(in crate::server) fn redirect(status: u16, location: &str) -> Response {
    let mut response = Response::new(status);
    response.headers.push("Location", location);
    response.headers.push("Cache-Control", "no-store");
    response.headers.push("Referrer-Policy", "no-referrer");
    response
}

/// 405 with the methods there are, and the JSON error object.
pub(in crate::server) fn method_not_allowed(allow: &str) -> Response {
    let refusal = Refusal::invalid_request("The method is not supported here");
    let mut response = refusal.with_status(405);
    response.headers.push("Allow", allow);
    response
}

/// The answer to a request that has to post a form: a JSON object of this status, or why there is none.
/// `refuse`: what is said of a body that is no such form.
pub(in crate::server) fn posted(
    request: &Request,
    status: u16,
    refuse: impl FnOnce(Reason) -> Refusal,
    answer: impl FnOnce(&Params) -> Result<Value, Refusal>,
) -> Response {
    if request.method != "POST" {
        return method_not_allowed("POST");
    }
    match body_params(request).map_err(refuse).and_then(|params| answer(&params)) {
        Ok(told) => json(status, &told),
        Err(refusal) => refusal.response(),
    }
}

/// The parameters of a token or revocation request: the body only, as a form.
pub(in crate::server) fn body_params(request: &Request) -> Result<Params, Reason> {
    // token/query-ignored: the target is not looked at.
    // token/form-encoded
    if request.body.is_empty() {
        return Ok(Params::default());
    }
    if request.media_type().as_deref() != Some(FORM) {
        return Err(Reason::BodyNotAForm);
    }
    form::decode(&request.body).map_err(|_| Reason::BodyMalformed)
}

/// The value of a parameter; one sent without a value counts as left out (RFC 6749 §3.2).
pub(in crate::server) fn given<'a>(params: &'a Params, name: &str) -> Option<&'a str> {
    params.first(name).filter(|value| !value.is_empty())
}

/// Reads a query or a form pair by pair, so that one broken escape does not hide the others. The
/// names of the broken pairs come second, as far as they can be read.
pub(in crate::server) fn decode_each(raw: &[u8]) -> (Params, Vec<String>) {
    let (mut params, mut broken) = (Params::default(), Vec::new());
    for pair in raw.split(|byte| *byte == b'&') {
        match form::decode(pair) {
            Ok(decoded) => params.extend(decoded),
            Err(_) => broken.push(name_of(pair)),
        }
    }
    (params, broken)
}

/// The names in a query or a form, whether or not their values can be read.
pub(in crate::server) fn names(raw: &[u8]) -> impl Iterator<Item = String> {
    raw.split(|byte| *byte == b'&').map(name_of)
}

fn name_of(pair: &[u8]) -> String {
    let name = pair.split(|byte| *byte == b'=').next().unwrap_or_default();
    let decoded = form::decode(name).ok();
    decoded.and_then(|params| params.iter().next().map(|one| one.name.clone())).unwrap_or_default()
}

/// The session identifier that the browser sent.
pub(in crate::server) fn session_cookie(request: &Request) -> Option<String> {
    cookie(request, COOKIE)
}

/// The cookie of this name that the browser sent.
pub(in crate::server) fn cookie(request: &Request, wanted: &str) -> Option<String> {
    request.headers.all("cookie").find_map(|value| {
        let text = std::str::from_utf8(value).ok()?;
        let pairs = text.split(';').filter_map(|pair| pair.trim().split_once('='));
        pairs.into_iter().find(|(name, _)| *name == wanted).map(|(_, value)| value.to_owned())
    })
}

/// Gives the browser this session identifier.
pub(in crate::server) fn set_session_cookie(
    switches: &Switches,
    response: &mut Response,
    session: &str,
    scheme: Scheme,
) {
    let secure = if scheme == Scheme::Https { "; Secure" } else { "" };
    // consent/consent-not-forgeable
    let same_site = effects::sessions::same_site(switches, "; SameSite=Lax");
    let value = format!("{COOKIE}={session}; Path=/; HttpOnly{same_site}{secure}");
    response.headers.push("Set-Cookie", value);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broken_pair_does_not_hide_the_others() {
        let (params, broken) = decode_each(b"a=%zz&b=1&%=2&c=%ff&&d");
        assert_eq!(params, [("b", "1"), ("d", "")].into_iter().collect());
        assert_eq!(broken, ["a", "", "c"]);
    }
}
