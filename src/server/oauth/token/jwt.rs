//! The JWT grant (`box`, authentication models; RFC 7523 §2.1 and §3): an assertion that the
//! application signed stands for its secret alone, and says for whom the token is.

use std::time::Duration;

use serde_json::{Map, Value};

use super::subject::{self, Subject};
use super::{Issued, alone};
use crate::server::Server;
use crate::server::faults::server_auth as slip;
use crate::server::oauth::http::Refusal;
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
const ALGORITHM: Refusal = Refusal::new("invalid_grant", "Algorithm not allowed");
const KEY: Refusal = Refusal::new("invalid_grant", "\"kid\" invalid, unable to lookup correct key");
const SIGNATURE: Refusal = Refusal::new(
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
pub(super) fn grant(
    server: &Server,
    request: &Request,
    app: &Application,
    params: &Params,
) -> Result<Issued, Refusal> {
    let assertion = super::needed(params, "assertion", MISSING)?;
    let told = |refusal: Refusal| {
        server.switches().pick(
            refusal,
            [
                (&slip::JWT_IS_INVALID_CLIENT, refusal.called("invalid_client")),
                (&slip::JWT_IS_INVALID_REQUEST, refusal.called("invalid_request")),
                (&slip::JWT_401, refusal.at(401)),
            ],
        )
    };
    let claims = verified(server, app, assertion).map_err(told)?;
    issuer(server, app, &claims).map_err(told)?;
    audience(server, request, &claims).map_err(told)?;
    let expires = times(server, &claims).map_err(told)?;
    let subject = named(server, app, &claims).map_err(told)?;
    let grant = subject::grant(server, app, (GrantType::JwtBearer, subject), told(SUBJECT))?;
    // Last, so that what is refused for another reason uses nothing up.
    once(server, app, (assertion, &claims), expires).map_err(told)?;
    if server.has(&slip::JWT_PENDING) {
        return Err(Refusal::new("access_denied", "The user has not signed in"));
    }
    Ok(alone(server, GrantType::JwtBearer, grant))
}

/// The claims of an assertion that the application signed.
fn verified(
    server: &Server,
    app: &Application,
    assertion: &str,
) -> Result<Map<String, Value>, Refusal> {
    let parts = jws::read(assertion).ok_or(MALFORMED)?;
    let name = text(&parts.header, "alg").unwrap_or_default();
    // server-auth/jwt-alg-none
    let unsigned = name == "none" && server.has(&slip::ALG_NONE)
        || name.eq_ignore_ascii_case("none")
            && name != "none"
            && server.has(&slip::ALG_NONE_IN_OTHER_CASE)
        || name == "none" && !parts.signature.is_empty() && server.has(&slip::ALG_NONE_SIGNED);
    let keys = keys(server, app, &parts)?;
    if unsigned || is_confused(server, name, &keys, &parts) {
        return Ok(parts.claims);
    }
    // server-auth/jwt-algorithms
    let algorithm = Algorithm::read(name).filter(|known| knows(server, *known)).ok_or(ALGORITHM)?;
    // server-auth/jwt-signature, server-auth/jwt-wrong-key
    let signed =
        |key: &PublicKey| jws::is_signed(&key.pem, algorithm, parts.signed, &parts.signature);
    let let_through = server.has(&slip::SIGNATURE_UNCHECKED)
        || parts.signature.is_empty() && server.has(&slip::SIGNATURE_OPTIONAL);
    if keys.iter().any(signed) || let_through { Ok(parts.claims) } else { Err(SIGNATURE) }
}

/// The keys that may have signed: that of `kid`, or the only one.
// server-auth/jwt-unknown-kid
fn keys(server: &Server, app: &Application, parts: &Parts<'_>) -> Result<Vec<PublicKey>, Refusal> {
    let world = server.world();
    let everybodys = || world.applications.iter().flat_map(|app| app.keys.iter().cloned());
    let own = app.keys.clone();
    let of = |keys: &[PublicKey], id: &str| {
        keys.iter().filter(|key| key.id == id).cloned().collect::<Vec<_>>()
    };
    let found = match text(&parts.header, "kid") {
        _ if server.has(&slip::ANY_KEY) => everybodys().collect(),
        _ if server.has(&slip::KID_IGNORED) => own,
        Some(id) if server.has(&slip::KID_OF_ANYBODY) => of(&everybodys().collect::<Vec<_>>(), id),
        Some(id) => match of(&own, id) {
            unknown if unknown.is_empty() && server.has(&slip::KID_UNKNOWN_IS_FIRST) => {
                own.into_iter().take(1).collect()
            }
            known => known,
        },
        None if own.len() == 1 || server.has(&slip::NO_KID_IS_FIRST) => {
            own.into_iter().take(1).collect()
        }
        None => Vec::new(),
    };
    if found.is_empty() { Err(KEY) } else { Ok(found) }
}

/// The algorithm of the header is believed, and the public key taken for a shared secret.
// server-auth/jwt-signature
fn is_confused(server: &Server, name: &str, keys: &[PublicKey], parts: &Parts<'_>) -> bool {
    name == "HS256"
        && server.has(&slip::KEY_CONFUSED)
        && keys.iter().any(|key| {
            let with = |secret: &str| jws::hs256(secret.as_bytes(), parts.signed);
            [with(&key.pem), with(key.pem.trim_end())].contains(&parts.signature)
        })
}

fn knows(server: &Server, algorithm: Algorithm) -> bool {
    match algorithm {
        Algorithm::Rs256 => true,
        Algorithm::Rs384 => !server.has(&slip::RS384_UNKNOWN),
        Algorithm::Rs512 => !server.has(&slip::RS512_UNKNOWN),
    }
}

fn text<'a>(members: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    members.get(name).and_then(Value::as_str)
}

// server-auth/jwt-issuer
fn issuer(server: &Server, app: &Application, claims: &Map<String, Value>) -> Result<(), Refusal> {
    let issuer = text(claims, "iss");
    let world = server.world();
    let registered = issuer.is_some_and(|id| world.application(id).is_some());
    let right = server.switches().pick(
        issuer == Some(app.client_id.as_str()),
        [
            (&slip::ISS_UNCHECKED, true),
            (&slip::ISS_OPTIONAL, issuer.is_none_or(|id| id == app.client_id)),
            (&slip::ISS_OF_ANYBODY, registered),
        ],
    );
    if right { Ok(()) } else { Err(ISSUER) }
}

// server-auth/jwt-audience
fn audience(
    server: &Server,
    request: &Request,
    claims: &Map<String, Value>,
) -> Result<(), Refusal> {
    let own = format!("{}{}", request.origin, request.path());
    let meant = |given: &str| {
        [AUDIENCE, own.as_str()].into_iter().any(|right| {
            server.switches().pick(
                given == right,
                [
                    (&slip::AUD_UNCHECKED, true),
                    (&slip::AUD_BEGINNING, given.starts_with(right)),
                    (&slip::AUD_WITHIN, given.contains(right)),
                    (&slip::AUD_HOST, host(given) == host(right)),
                ],
            )
        })
    };
    let right = match claims.get("aud") {
        Some(Value::String(one)) => meant(one),
        Some(Value::Array(several)) => {
            let mut texts = several.iter().map(|one| one.as_str().unwrap_or_default());
            (!several.is_empty() || server.has(&slip::AUD_LIST_EMPTY)) && texts.all(meant)
        }
        None => server.has(&slip::AUD_UNCHECKED) || server.has(&slip::AUD_OPTIONAL),
        Some(_) => false,
    };
    if right { Ok(()) } else { Err(AUDIENCES) }
}

fn host(uri: &str) -> Option<String> {
    url::Url::parse(uri).ok().and_then(|url| url.host_str().map(str::to_owned))
}

/// A time of the claims (RFC 7519 §2, NumericDate), since the epoch.
fn time(claims: &Map<String, Value>, name: &str) -> Result<Option<Duration>, ()> {
    let Some(value) = claims.get(name) else { return Ok(None) };
    let seconds = value.as_f64().ok_or(())?;
    Duration::try_from_secs_f64(seconds).map(Some).map_err(|_| ())
}

/// Whether the assertion is meant for now; and when it expires.
fn times(server: &Server, claims: &Map<String, Value>) -> Result<Duration, Refusal> {
    const MINUTE: Duration = Duration::from_secs(60);
    let now = server.now();
    let switches = server.switches();
    let expires = match time(claims, "exp") {
        Ok(Some(at)) => at,
        Ok(None) if server.has(&slip::EXP_OPTIONAL) => now.saturating_add(LONGEST),
        _ => return Err(TOO_LONG),
    };
    // server-auth/jwt-expired
    let late = switches
        .pick(SKEW, [(&slip::EXP_UNCHECKED, now), (&slip::EXP_A_MINUTE_LATE, MINUTE + SKEW)]);
    if expires.saturating_add(late) <= now {
        return Err(EXPIRED);
    }
    // server-auth/jwt-too-long
    let longest = switches.pick(
        LONGEST,
        [
            (&slip::LENGTH_UNCHECKED, Duration::MAX),
            (&slip::LENGTH_AN_HOUR, MINUTE * 61),
            (&slip::LENGTH_FIVE_MINUTES, MINUTE * 5),
        ],
    );
    let from = if server.has(&slip::LENGTH_BY_IAT) {
        time(claims, "iat").ok().flatten().unwrap_or(expires)
    } else {
        now
    };
    if expires > from.saturating_add(longest).saturating_add(SKEW) {
        return Err(TOO_LONG);
    }
    // server-auth/jwt-not-yet
    for (name, unchecked) in [("nbf", &slip::NBF_UNCHECKED), ("iat", &slip::IAT_UNCHECKED)] {
        let from = time(claims, name).map_err(|()| NOT_YET)?.unwrap_or_default();
        if from > now.saturating_add(SKEW) && !server.has(unchecked) {
            return Err(NOT_YET);
        }
    }
    Ok(expires)
}

/// For whom the token is to be.
// server-auth/jwt-subject
fn named<'a>(
    server: &Server,
    app: &'a Application,
    claims: &'a Map<String, Value>,
) -> Result<Subject<'a>, Refusal> {
    let kind = match text(claims, "box_sub_type") {
        None if server.has(&slip::SUB_TYPE_OPTIONAL) => "enterprise",
        kind => kind.ok_or(SUBJECT)?,
    };
    let id = match text(claims, "sub") {
        None if server.has(&slip::SUB_OPTIONAL) => app.enterprise.as_str(),
        id => id.ok_or(SUBJECT)?,
    };
    let world = server.world();
    let nobody = match kind {
        "user" => world.user(id).is_none(),
        _ => world.enterprise(id).is_none(),
    };
    if nobody && server.has(&slip::SUB_UNKNOWN_IS_OWN) {
        return Ok(Subject::Enterprise(&app.enterprise));
    }
    Subject::read(kind, id).ok_or(SUBJECT)
}

/// An assertion is good for one token: its `jti` is remembered until it expires.
// server-auth/jwt-replayed-jti
fn once(
    server: &Server,
    app: &Application,
    (assertion, claims): (&str, &Map<String, Value>),
    expires: Duration,
) -> Result<(), Refusal> {
    let jti = text(claims, "jti").unwrap_or_default();
    if jti.is_empty() && server.has(&slip::JTI_OPTIONAL) {
        return Ok(());
    }
    if !(16..=128).contains(&jti.chars().count()) {
        return Err(JTI);
    }
    let subject = text(claims, "sub").unwrap_or_default();
    let remembered = server.switches().pick(
        jti.to_owned(),
        [
            (&slip::JTI_UNCHECKED, server.token()),
            (&slip::JTI_BY_ASSERTION, assertion.to_owned()),
            (&slip::JTI_BY_SUBJECT, format!("{jti} {subject}")),
        ],
    );
    let ten_seconds = server.now().saturating_add(Duration::from_secs(10));
    let until = server
        .switches()
        .pick(expires.saturating_add(SKEW), [(&slip::JTI_TEN_SECONDS, ten_seconds)]);
    if server.store.use_jti(server.now(), &app.client_id, &remembered, until) {
        Ok(())
    } else {
        Err(JTI)
    }
}

#[cfg(test)]
#[path = "jwt_tests.rs"]
mod tests;
