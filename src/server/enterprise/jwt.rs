//! The JWT grant (`box`, authentication models; RFC 7523 §2.1 and §3): an assertion that the
//! application signed stands for its secret alone, and says for whom the token is.

use std::time::Duration;

use serde_json::{Map, Value};

use super::subject::{self, Subject};
use crate::server::core::Core;
use crate::server::faults::effects::assertion as mistakes;
use crate::server::faults::effects::jwt as effects;
use crate::server::oauth::assertion::{is_among, text, time};
use crate::server::oauth::http::Refusal;
use crate::server::oauth::issued::Issued;
use crate::server::oauth::token::{alone, needed};
use crate::server::world::{Application, GrantType, PublicKey};
use crate::wire::jws::{self, Algorithm, Parts};
use crate::wire::{Params, Request};

/// Audience that every client library of `box` names, whatever server it speaks to.
const AUDIENCE: &str = "https://api.box.com/oauth2/token";

/// How far ahead an assertion may expire.
const LONGEST: Duration = Duration::from_secs(60);

/// By how much clocks may differ.
const SKEW: Duration = Duration::from_secs(5);

const MISSING: Refusal = Refusal::invalid_request("Missing parameter. \"assertion\" is required");
const MALFORMED: Refusal = Refusal::new("invalid_grant", "The assertion is not a signed JWT.");
pub(in crate::server) const ALGORITHM: Refusal =
    Refusal::new("invalid_grant", "Algorithm not allowed");
const KEY: Refusal = Refusal::new("invalid_grant", "\"kid\" invalid, unable to lookup correct key");
pub(in crate::server) const SIGNATURE: Refusal = Refusal::new(
    "invalid_grant",
    "Signature verification error. The public key identified by \"kid\" must correspond to the \
     private key used for signing.",
);
const ISSUER: Refusal = Refusal::new("invalid_grant", "Please check the 'iss' claim.");
const AUDIENCES: Refusal = Refusal::new("invalid_grant", "Please check the 'aud' claim.");
const SUBJECT: Refusal =
    Refusal::new("invalid_grant", "Please check the 'sub' claim. The 'sub' specified is invalid.");
const EXPIRED: Refusal = Refusal::new(
    "invalid_grant",
    "Current date/time MUST be before the expiration date/time listed in the 'exp' claim",
);
const TOO_LONG: Refusal = Refusal::new("invalid_grant", "Please check the 'exp' claim.");
const NOT_YET: Refusal = Refusal::new(
    "invalid_grant",
    "Current date/time MUST be after the times listed in the 'nbf' and 'iat' claims",
);
const JTI: Refusal = Refusal::new(
    "invalid_grant",
    "Please check the 'jti' claim. A unique 'jti' value is required.",
);

// server-auth/jwt-enterprise, server-auth/jwt-user
pub(in crate::server) fn grant(
    server: &Core,
    request: &Request,
    app: &Application,
    params: &Params,
) -> Result<Issued, Refusal> {
    let assertion = needed(params, "assertion", MISSING)?;
    let told = |refusal: Refusal| mistakes::told(server, refusal);
    let claims = verified(server, app, assertion).map_err(told)?;
    issuer(server, app, &claims).map_err(told)?;
    audience(server, request, &claims).map_err(told)?;
    let expires = times(server, &claims).map_err(told)?;
    let subject = named(server, app, &claims).map_err(told)?;
    let grant = subject::grant(server, app, (GrantType::JwtBearer, subject), told(SUBJECT))?;
    // Last, so that what is refused for another reason uses nothing up.
    once(server, app, (assertion, &claims), expires).map_err(told)?;
    mistakes::pending(server)?;
    Ok(alone(server, GrantType::JwtBearer, grant))
}

/// The claims of an assertion that the application signed.
fn verified(
    server: &Core,
    app: &Application,
    assertion: &str,
) -> Result<Map<String, Value>, Refusal> {
    // server-auth/jwt-malformed
    let parts =
        jws::read(assertion).ok_or_else(|| mistakes::breaks(server, assertion, MALFORMED))?;
    let keys = effects::keys(server, app, &parts, named_keys(app, &parts));
    if keys.is_empty() {
        return Err(KEY);
    }
    let right = check_signature(&keys, &parts);
    effects::verified(server, &keys, &parts, right)?;
    Ok(parts.claims)
}

/// The keys that may have signed: that of `kid`, or the only one.
// server-auth/jwt-unknown-kid
fn named_keys(app: &Application, parts: &Parts<'_>) -> Vec<PublicKey> {
    match text(&parts.header, "kid") {
        Some(id) => app.keys.iter().filter(|key| key.id == id).cloned().collect(),
        None if app.keys.len() == 1 => app.keys.clone(),
        None => Vec::new(),
    }
}

// server-auth/jwt-algorithms, server-auth/jwt-alg-none, server-auth/jwt-signature,
// server-auth/jwt-wrong-key
fn check_signature(keys: &[PublicKey], parts: &Parts<'_>) -> Result<(), Refusal> {
    let name = text(&parts.header, "alg").unwrap_or_default();
    let algorithm = Algorithm::read(name).ok_or(ALGORITHM)?;
    let signed =
        |key: &PublicKey| jws::is_signed(&key.pem, algorithm, parts.signed, &parts.signature);
    if keys.iter().any(signed) { Ok(()) } else { Err(SIGNATURE) }
}

// server-auth/jwt-issuer
fn issuer(server: &Core, app: &Application, claims: &Map<String, Value>) -> Result<(), Refusal> {
    let issuer = text(claims, "iss");
    let right = issuer == Some(app.client_id.as_str());
    if mistakes::is_issuer(server, app, issuer, right) { Ok(()) } else { Err(ISSUER) }
}

// server-auth/jwt-audience
fn audience(server: &Core, request: &Request, claims: &Map<String, Value>) -> Result<(), Refusal> {
    let own = format!("{}{}", request.origin, request.path());
    let audiences = [AUDIENCE, own.as_str()];
    let given = claims.get("aud");
    let right = is_among(given, |given| audiences.contains(&given));
    if effects::is_audience(server, given, audiences, right) { Ok(()) } else { Err(AUDIENCES) }
}

/// Between which times an assertion has to expire.
#[derive(Debug, Clone, Copy)]
pub(in crate::server) struct Limits {
    /// After this one.
    pub(in crate::server) earliest: Duration,
    /// Not after this one.
    pub(in crate::server) latest: Duration,
}

/// Whether the assertion is meant for now; and when it expires.
fn times(server: &Core, claims: &Map<String, Value>) -> Result<Duration, Refusal> {
    let now = server.now();
    let latest = now.saturating_add(LONGEST).saturating_add(SKEW);
    let right = Limits { earliest: now.saturating_sub(SKEW), latest };
    let expires = effects::expiry(server, claims, time(claims, "exp").ok().flatten());
    let expires = expires.ok_or(TOO_LONG)?;
    let limits = effects::limits(server, claims, expires, right);
    // server-auth/jwt-expired
    if expires <= limits.earliest {
        return Err(EXPIRED);
    }
    // server-auth/jwt-too-long
    if expires > limits.latest {
        return Err(TOO_LONG);
    }
    // server-auth/jwt-not-yet
    for name in ["nbf", "iat"] {
        let from = time(claims, name).map_err(|()| NOT_YET)?.unwrap_or_default();
        let early = from > now.saturating_add(SKEW);
        if early && !effects::is_taken_early(server, name) {
            return Err(NOT_YET);
        }
    }
    Ok(expires)
}

/// For whom the token is to be.
// server-auth/jwt-subject
fn named<'a>(
    server: &Core,
    app: &'a Application,
    claims: &'a Map<String, Value>,
) -> Result<Subject<'a>, Refusal> {
    let named = (text(claims, "box_sub_type"), text(claims, "sub"));
    let right = match named {
        (Some(kind), Some(id)) => Subject::read(kind, id),
        _ => None,
    };
    effects::subject(server, app, named, right).ok_or(SUBJECT)
}

/// An assertion is good for one token: its `jti` is remembered until it expires.
// server-auth/jwt-replayed-jti
fn once(
    server: &Core,
    app: &Application,
    (assertion, claims): (&str, &Map<String, Value>),
    expires: Duration,
) -> Result<(), Refusal> {
    let jti = text(claims, "jti").unwrap_or_default();
    if !(16..=128).contains(&jti.chars().count()) {
        return effects::without_jti(server, jti, Err(JTI));
    }
    let until = expires.saturating_add(SKEW);
    let (jti, until) = effects::remembered(server, (assertion, claims), jti, until);
    let new = server.store.use_jti(server.now(), &app.client_id, &jti, until);
    if new { Ok(()) } else { Err(JTI) }
}

#[cfg(test)]
#[path = "jwt_tests.rs"]
mod tests;
