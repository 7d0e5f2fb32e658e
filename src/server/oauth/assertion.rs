//! What an assertion has to be, whether a client says by it who it is or asks for tokens (RFC 7523 §3): a
//! JWT that a key of the client has signed, for this server, and for now.

use std::time::Duration;

use serde_json::{Map, Value};

use crate::server::core::Core;
use crate::server::faults::effects::assertion as effects;
use crate::server::oauth::http::Refusal;
use crate::server::world::Application;
use crate::wire::Request;
use crate::wire::jwk::{self, Alg};
use crate::wire::jws::Parts;

/// Algorithms that are known.
pub(in crate::server) const ALGORITHMS: [Alg; 2] = [Alg::Es256, Alg::Rs256];

/// By how much clocks may differ (RFC 7523 §3: "no more than a few minutes").
pub(in crate::server) const LEEWAY: Duration = Duration::from_secs(60);

/// What an assertion is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::server) enum Use {
    /// To say who a client is.
    Authentication,
    /// To ask for tokens.
    Grant,
}

/// An assertion of a client.
#[derive(Debug, Clone, Copy)]
pub(in crate::server) struct Presented<'a> {
    pub(in crate::server) by: Use,
    /// Who is to have signed it.
    pub(in crate::server) app: &'a Application,
    pub(in crate::server) parts: &'a Parts<'a>,
}

/// What is found of an assertion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::server) struct Found {
    /// A key of the client has signed it.
    pub(in crate::server) signed: bool,
    /// Its header demands an extension; none is known (RFC 7515 §4.1.11).
    pub(in crate::server) extended: bool,
    /// It is meant for this server.
    pub(in crate::server) meant: bool,
    /// When it expires.
    pub(in crate::server) times: Times,
    /// Whether it is remembered that it came.
    pub(in crate::server) remembered: bool,
}

/// For when an assertion is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::server) struct Times {
    /// When it expires; `None`: it does not say so.
    pub(in crate::server) expires: Option<Duration>,
    /// It has not expired.
    pub(in crate::server) lives: bool,
    /// Its time has come.
    pub(in crate::server) begun: bool,
}

/// Whether an assertion will do; `refusal`: what is told where it does not.
pub(in crate::server) fn check(
    server: &Core,
    request: &Request,
    it: Presented<'_>,
    refusal: Refusal,
) -> Result<(), Refusal> {
    let names = own_names(server, request);
    let right = Found {
        signed: is_signed(it.app, it.parts),
        // client-assertion/critical, server-auth/assertion-critical
        extended: it.parts.header.contains_key("crit"),
        meant: is_for(it.parts.claims.get("aud"), &names),
        times: times(server.now(), &it.parts.claims, LEEWAY),
        remembered: true,
    };
    let found = effects::found(server, it, &names, right);
    let Times { expires, lives, begun } = found.times;
    let holds = found.signed && !found.extended && found.meant && lives && begun;
    // Last, so that what is refused for another reason uses nothing up.
    match expires.filter(|_| holds) {
        Some(expires) if !found.remembered || is_new(server, it, expires) => Ok(()),
        _ => Err(refusal),
    }
}

// client-assertion/signature, client-assertion/unsigned, client-assertion/key, client-assertion/algorithms,
// server-auth/jwt-signature, server-auth/jwt-alg-none, server-auth/jwt-wrong-key
pub(in crate::server) fn is_signed(app: &Application, parts: &Parts<'_>) -> bool {
    let alg = text(&parts.header, "alg").and_then(Alg::read);
    let alg = alg.filter(|alg| ALGORITHMS.contains(alg));
    let by = |alg, key| jwk::is_signed(key, alg, parts.signed, &parts.signature);
    // client-assertion/key-in-header: no other member of the header says anything of the key.
    alg.is_some_and(|alg| app.jwks.iter().any(|key| by(alg, key)))
}

/// Names of this server: its issuer and the endpoints that clients authenticate at (RFC 9126 §2).
fn own_names(server: &Core, request: &Request) -> Vec<String> {
    let paths = &server.dialect().endpoints;
    let path = |paths: &Vec<String>| paths.first().cloned();
    let known = [path(&paths.token), path(&paths.pushed), Some(request.path().to_owned())];
    let paths = known.into_iter().flatten().chain([String::new()]);
    paths.map(|path| format!("{}{path}", request.origin)).collect()
}

/// Whether one of these names is among the audiences.
// client-assertion/audience, server-auth/jwt-audience
pub(in crate::server) fn is_for(given: Option<&Value>, names: &[String]) -> bool {
    let is_own = |text: &str| names.iter().any(|name| name == text);
    match given {
        Some(Value::Array(several)) => several.iter().filter_map(Value::as_str).any(is_own),
        one => is_among(one, is_own),
    }
}

/// For when an assertion is, where clocks may differ by so much.
// client-assertion/expired, client-assertion/not-yet, server-auth/assertion-expired,
// server-auth/assertion-not-yet
pub(in crate::server) fn times(
    now: Duration,
    claims: &Map<String, Value>,
    leeway: Duration,
) -> Times {
    let expires = time(claims, "exp").ok().flatten();
    let lives = expires.is_some_and(|expires| expires.saturating_add(leeway) > now);
    let begins = time(claims, "nbf").map(Option::unwrap_or_default);
    let begun = begins.is_ok_and(|begins| begins <= now.saturating_add(leeway));
    Times { expires, lives, begun }
}

/// An assertion with a `jti` works once (RFC 7523 §3 leaves that to the server).
fn is_new(server: &Core, it: Presented<'_>, expires: Duration) -> bool {
    let Some(jti) = text(&it.parts.claims, "jti") else { return true };
    let until = expires.saturating_add(LEEWAY);
    server.store.use_jti(server.now(), &it.app.client_id, jti, until)
}

pub(in crate::server) fn text<'a>(members: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    members.get(name).and_then(Value::as_str)
}

/// Whether the audience, or each of several, is one of those that are meant.
pub(in crate::server) fn is_among(given: Option<&Value>, meant: impl Fn(&str) -> bool) -> bool {
    match given {
        Some(Value::String(one)) => meant(one),
        Some(Value::Array(several)) => {
            let mut texts = several.iter().map(|one| one.as_str().unwrap_or_default());
            !several.is_empty() && texts.all(meant)
        }
        _ => false,
    }
}

/// A time of the claims (RFC 7519 §2, NumericDate), since the epoch.
pub(in crate::server) fn time(
    claims: &Map<String, Value>,
    name: &str,
) -> Result<Option<Duration>, ()> {
    let Some(value) = claims.get(name) else { return Ok(None) };
    let seconds = value.as_f64().ok_or(())?;
    Duration::try_from_secs_f64(seconds).map(Some).map_err(|_| ())
}
