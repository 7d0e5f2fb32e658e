//! Mistakes with signed assertions.

use std::time::Duration;

use serde_json::{Map, Value};

use crate::server::core::Core;
use crate::server::enterprise::jwt::{ALGORITHM, Limits, SIGNATURE};
use crate::server::enterprise::subject::Subject;
use crate::server::faults::server_auth as faults;
use crate::server::oauth::assertion::{is_among, text, time};
use crate::server::oauth::http::Refusal;
use crate::server::world::{Application, PublicKey};
use crate::wire::jws::{self, Parts};

const MINUTE: Duration = Duration::from_secs(60);

/// The keys that may have signed.
// server-auth/jwt-unknown-kid
pub(in crate::server) fn keys(
    server: &Core,
    app: &Application,
    parts: &Parts<'_>,
    right: Vec<PublicKey>,
) -> Vec<PublicKey> {
    let world = server.world();
    let everybodys = || world.applications.iter().flat_map(|app| app.keys.iter().cloned());
    let kid = text(&parts.header, "kid");
    if server.has(&faults::ANY_KEY) {
        everybodys().collect()
    } else if server.has(&faults::KID_IGNORED) {
        app.keys.clone()
    } else if kid.is_some() && server.has(&faults::KID_OF_ANYBODY) {
        everybodys().filter(|key| Some(key.id.as_str()) == kid).collect()
    } else if is_first_taken(server, kid, &right) {
        app.keys.iter().take(1).cloned().collect()
    } else {
        right
    }
}

fn is_first_taken(server: &Core, kid: Option<&str>, right: &[PublicKey]) -> bool {
    match kid {
        Some(_) => right.is_empty() && server.has(&faults::KID_UNKNOWN_IS_FIRST),
        None => server.has(&faults::NO_KID_IS_FIRST),
    }
}

/// Whether the application is taken to have signed.
// server-auth/jwt-algorithms, server-auth/jwt-alg-none, server-auth/jwt-signature
pub(in crate::server) fn verified(
    server: &Core,
    keys: &[PublicKey],
    parts: &Parts<'_>,
    right: Result<(), Refusal>,
) -> Result<(), Refusal> {
    let name = text(&parts.header, "alg").unwrap_or_default();
    let none = name.eq_ignore_ascii_case("none");
    let unsigned = parts.signature.is_empty();
    let wrong_signature = right == Err(SIGNATURE);
    let taken = |applies: bool| if applies { Ok(()) } else { right };
    let unknown = |algorithm: &str| if name == algorithm { Err(ALGORITHM) } else { right };
    let confused = name == "HS256" && keys.iter().any(|key| is_shared(&key.pem, parts));
    server.switches().alter(
        right,
        [
            (&faults::ALG_NONE, taken(name == "none")),
            (&faults::ALG_NONE_IN_OTHER_CASE, taken(none && name != "none")),
            (&faults::ALG_NONE_SIGNED, taken(name == "none" && !unsigned)),
            (&faults::KEY_CONFUSED, taken(confused)),
            (&faults::RS384_UNKNOWN, unknown("RS384")),
            (&faults::RS512_UNKNOWN, unknown("RS512")),
            (&faults::SIGNATURE_UNCHECKED, taken(wrong_signature)),
            (&faults::SIGNATURE_OPTIONAL, taken(wrong_signature && unsigned)),
        ],
    )
}

/// The public key is taken for a shared secret.
fn is_shared(pem: &str, parts: &Parts<'_>) -> bool {
    let with = |secret: &str| jws::hs256(secret.as_bytes(), parts.signed);
    [with(pem), with(pem.trim_end())].contains(&parts.signature)
}

/// Whether the audience will do.
// server-auth/jwt-audience
pub(in crate::server) fn is_audience(
    server: &Core,
    given: Option<&Value>,
    audiences: [&str; 2],
    right: bool,
) -> bool {
    let by = |same: fn(&str, &str) -> bool| {
        is_among(given, |given| audiences.iter().any(|audience| same(given, audience)))
    };
    let empty = given.and_then(Value::as_array).is_some_and(Vec::is_empty);
    server.switches().alter(
        right,
        [
            (&faults::AUD_UNCHECKED, given.is_none() || by(|_, _| true)),
            (&faults::AUD_OPTIONAL, right || given.is_none()),
            (&faults::AUD_LIST_EMPTY, right || empty),
            (&faults::AUD_BEGINNING, by(|given, audience| given.starts_with(audience))),
            (&faults::AUD_WITHIN, by(|given, audience| given.contains(audience))),
            (&faults::AUD_HOST, by(|given, audience| host(given) == host(audience))),
        ],
    )
}

fn host(uri: &str) -> Option<String> {
    url::Url::parse(uri).ok().and_then(|url| url.host_str().map(str::to_owned))
}

/// When the assertion expires; `None` where it does not say so.
// server-auth/jwt-expired
pub(in crate::server) fn expiry(
    server: &Core,
    claims: &Map<String, Value>,
    right: Option<Duration>,
) -> Option<Duration> {
    let optional = !claims.contains_key("exp") && server.has(&faults::EXP_OPTIONAL);
    if optional { Some(server.now().saturating_add(MINUTE)) } else { right }
}

/// Between which times it has to expire.
// server-auth/jwt-expired, server-auth/jwt-too-long
pub(in crate::server) fn limits(
    server: &Core,
    claims: &Map<String, Value>,
    expires: Duration,
    right: Limits,
) -> Limits {
    let issued = time(claims, "iat").ok().flatten().unwrap_or(expires);
    let since_issue = right.latest.saturating_sub(server.now()).saturating_add(issued);
    let earliest = server.switches().alter(
        right.earliest,
        [
            (&faults::EXP_UNCHECKED, Duration::ZERO),
            (&faults::EXP_A_MINUTE_LATE, right.earliest.saturating_sub(MINUTE)),
        ],
    );
    let latest = server.switches().alter(
        right.latest,
        [
            (&faults::LENGTH_UNCHECKED, Duration::MAX),
            (&faults::LENGTH_AN_HOUR, right.latest.saturating_add(MINUTE * 60)),
            (&faults::LENGTH_FIVE_MINUTES, right.latest.saturating_add(MINUTE * 4)),
            (&faults::LENGTH_BY_IAT, since_issue),
        ],
    );
    Limits { earliest, latest }
}

/// Whether it is taken before the time that this claim names.
// server-auth/jwt-not-yet
pub(in crate::server) fn is_taken_early(server: &Core, claim: &str) -> bool {
    server.has(if claim == "nbf" { &faults::NBF_UNCHECKED } else { &faults::IAT_UNCHECKED })
}

/// For whom the token is to be.
// server-auth/jwt-subject
pub(in crate::server) fn subject<'a>(
    server: &Core,
    app: &'a Application,
    (kind, id): (Option<&str>, Option<&'a str>),
    right: Option<Subject<'a>>,
) -> Option<Subject<'a>> {
    let world = server.world();
    let own = Some(Subject::Enterprise(&app.enterprise));
    let nobody = match (kind, id) {
        (Some("user"), Some(id)) => world.user(id).is_none(),
        (Some(_), Some(id)) => world.enterprise(id).is_none(),
        _ => false,
    };
    let untyped = kind.is_none().then(|| id.map(Subject::Enterprise)).flatten();
    let unnamed = match (kind, id) {
        (Some(kind), None) => Subject::read(kind, &app.enterprise),
        _ => None,
    };
    server.switches().alter(
        right,
        [
            (&faults::SUB_TYPE_OPTIONAL, right.or(untyped)),
            (&faults::SUB_OPTIONAL, right.or(unnamed)),
            (&faults::SUB_UNKNOWN_IS_OWN, if nobody { own } else { right }),
        ],
    )
}

/// What becomes of an assertion without a `jti` that will do.
// server-auth/jwt-replayed-jti
pub(in crate::server) fn without_jti(
    server: &Core,
    jti: &str,
    right: Result<(), Refusal>,
) -> Result<(), Refusal> {
    let taken = if jti.is_empty() { Ok(()) } else { right };
    server.switches().alter(right, [(&faults::JTI_OPTIONAL, taken)])
}

/// What is remembered of an assertion, and until when.
// server-auth/jwt-replayed-jti
pub(in crate::server) fn remembered(
    server: &Core,
    (assertion, claims): (&str, &Map<String, Value>),
    jti: &str,
    until: Duration,
) -> (String, Duration) {
    let subject = text(claims, "sub").unwrap_or_default();
    let jti = server.switches().alter(
        jti.to_owned(),
        [
            (&faults::JTI_UNCHECKED, server.token()),
            (&faults::JTI_BY_ASSERTION, assertion.to_owned()),
            (&faults::JTI_BY_SUBJECT, format!("{jti} {subject}")),
        ],
    );
    let soon = server.now().saturating_add(Duration::from_secs(10));
    (jti, server.switches().alter(until, [(&faults::JTI_TEN_SECONDS, soon)]))
}
