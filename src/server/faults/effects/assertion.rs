//! Mistakes with assertions, by what they are for.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Map, Value};

use crate::server::core::Core;
use crate::server::faults::{client_assertion, server_auth};
use crate::server::oauth::assertion::{
    self, ALGORITHMS, Found, LEEWAY, Presented, Times, Use, is_among, is_for,
    is_signed as by_own_key, text,
};
use crate::server::oauth::http::Refusal;
use crate::server::variants;
use crate::server::world::Application;
use crate::testbed::Fault;
use crate::wire::jwk::{self, Alg};
use crate::wire::jws::{self, Parts};

/// What stands before the point of a P-256 key in its `SubjectPublicKeyInfo` (RFC 5480 §2).
const P256: [u8; 26] = [
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a,
    0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
];

/// The mistakes that are alike in both uses.
struct Mistakes {
    signature_unchecked: &'static Fault,
    signature_optional: &'static Fault,
    key_confused: &'static Fault,
    alg_none: &'static Fault,
    alg_none_in_other_case: &'static Fault,
    alg_none_signed: &'static Fault,
    any_key: &'static Fault,
    key_of_header: &'static Fault,
    key_by_url: &'static Fault,
    crit_ignored: &'static Fault,
    aud_unchecked: &'static Fault,
    aud_optional: &'static Fault,
    aud_list_empty: &'static Fault,
    aud_beginning: &'static Fault,
    aud_within: &'static Fault,
    aud_host: &'static Fault,
    exp_unchecked: &'static Fault,
    exp_optional: &'static Fault,
    exp_as_text: &'static Fault,
    nbf_unchecked: &'static Fault,
}

static OF_CLIENT: Mistakes = Mistakes {
    signature_unchecked: &client_assertion::SIGNATURE_UNCHECKED,
    signature_optional: &client_assertion::SIGNATURE_OPTIONAL,
    key_confused: &client_assertion::KEY_CONFUSED,
    alg_none: &client_assertion::ALG_NONE,
    alg_none_in_other_case: &client_assertion::ALG_NONE_IN_OTHER_CASE,
    alg_none_signed: &client_assertion::ALG_NONE_SIGNED,
    any_key: &client_assertion::ANY_KEY,
    key_of_header: &client_assertion::KEY_OF_HEADER,
    key_by_url: &client_assertion::KEY_BY_URL,
    crit_ignored: &client_assertion::CRIT_IGNORED,
    aud_unchecked: &client_assertion::AUD_UNCHECKED,
    aud_optional: &client_assertion::AUD_OPTIONAL,
    aud_list_empty: &client_assertion::AUD_LIST_EMPTY,
    aud_beginning: &client_assertion::AUD_BEGINNING,
    aud_within: &client_assertion::AUD_WITHIN,
    aud_host: &client_assertion::AUD_HOST,
    exp_unchecked: &client_assertion::EXP_UNCHECKED,
    exp_optional: &client_assertion::EXP_OPTIONAL,
    exp_as_text: &client_assertion::EXP_AS_TEXT,
    nbf_unchecked: &client_assertion::NBF_UNCHECKED,
};

static OF_GRANT: Mistakes = Mistakes {
    signature_unchecked: &server_auth::SIGNATURE_UNCHECKED,
    signature_optional: &server_auth::SIGNATURE_OPTIONAL,
    key_confused: &server_auth::KEY_CONFUSED,
    alg_none: &server_auth::ALG_NONE,
    alg_none_in_other_case: &server_auth::ALG_NONE_IN_OTHER_CASE,
    alg_none_signed: &server_auth::ALG_NONE_SIGNED,
    any_key: &server_auth::ANY_KEY,
    key_of_header: &server_auth::KEY_OF_HEADER,
    key_by_url: &server_auth::KEY_BY_URL,
    crit_ignored: &server_auth::CRIT_IGNORED,
    aud_unchecked: &server_auth::AUD_UNCHECKED,
    aud_optional: &server_auth::AUD_OPTIONAL,
    aud_list_empty: &server_auth::AUD_LIST_EMPTY,
    aud_beginning: &server_auth::AUD_BEGINNING,
    aud_within: &server_auth::AUD_WITHIN,
    aud_host: &server_auth::AUD_HOST,
    exp_unchecked: &server_auth::EXP_UNCHECKED,
    exp_optional: &server_auth::EXP_OPTIONAL,
    exp_as_text: &server_auth::EXP_AS_TEXT,
    nbf_unchecked: &server_auth::NBF_UNCHECKED,
};

fn of(by: Use) -> &'static Mistakes {
    if by == Use::Authentication { &OF_CLIENT } else { &OF_GRANT }
}

/// Whether the client is taken to have signed.
// client-assertion/signature, client-assertion/unsigned, client-assertion/key,
// client-assertion/key-in-header, server-auth/jwt-signature, server-auth/jwt-alg-none,
// server-auth/assertion-key-in-header
fn is_signed(server: &Core, it: Presented<'_>, right: bool) -> bool {
    let (wrong, parts) = (of(it.by), it.parts);
    let name = text(&parts.header, "alg").unwrap_or_default();
    let known = ALGORITHMS.iter().any(|alg| alg.name() == name);
    let none = name.eq_ignore_ascii_case("none");
    let unsigned = parts.signature.is_empty();
    let world = server.world();
    let anybody = || world.applications.iter().any(|app| by_own_key(app, parts));
    let named = ["jku", "x5u"].into_iter().any(|name| parts.header.contains_key(name));
    let rsa = it.by == Use::Authentication && name == "RS256";
    server.switches().alter(
        right,
        [
            (wrong.alg_none, right || name == "none"),
            (wrong.alg_none_in_other_case, right || none && name != "none"),
            (wrong.alg_none_signed, right || name == "none" && !unsigned),
            (wrong.key_confused, right || name == "HS256" && is_shared(it.app, parts)),
            (wrong.signature_unchecked, right || known && !unsigned),
            (wrong.signature_optional, right || known && unsigned),
            (wrong.any_key, right || anybody()),
            (wrong.key_of_header, right || brings_key(parts)),
            (wrong.key_by_url, right || known && named),
            (&client_assertion::RS256_UNKNOWN, right && !rsa),
        ],
    )
}

/// Whether an assertion is signed with the key in its header.
fn brings_key(parts: &Parts<'_>) -> bool {
    let alg = text(&parts.header, "alg").and_then(Alg::read);
    let key = parts.header.get("jwk").and_then(Value::as_object);
    alg.zip(key).is_some_and(|(alg, key)| jwk::is_signed(key, alg, parts.signed, &parts.signature))
}

/// A public key is taken for a shared secret.
fn is_shared(app: &Application, parts: &Parts<'_>) -> bool {
    let by = |secret: &[u8]| jws::hs256(secret, parts.signed) == parts.signature;
    let mut keys = app.jwks.iter().filter_map(der);
    keys.any(|der| {
        let pem = pem(&der);
        by(&der) || by(pem.as_bytes()) || by(pem.trim_end().as_bytes())
    })
}

/// A P-256 key as `SubjectPublicKeyInfo`.
fn der(key: &Map<String, Value>) -> Option<Vec<u8>> {
    let number = |name: &str| jws::bytes(text(key, name)?);
    Some([P256.to_vec(), vec![4], number("x")?, number("y")?].concat())
}

fn pem(der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let (first, second) = text.split_at(text.len().min(64));
    format!("-----BEGIN PUBLIC KEY-----\n{first}\n{second}\n-----END PUBLIC KEY-----\n")
}

/// What is found of an assertion.
pub(in crate::server) fn found(
    server: &Core,
    it: Presented<'_>,
    names: &[String],
    right: Found,
) -> Found {
    let crit = of(it.by).crit_ignored;
    Found {
        signed: is_signed(server, it, right.signed),
        // client-assertion/critical, server-auth/assertion-critical
        extended: server.switches().alter(right.extended, [(crit, false)]),
        meant: is_for_server(server, it, names, right.meant),
        times: times(server, it, right.times),
        remembered: right.remembered && !server.varies(&variants::ASSERTION_WORKS_AGAIN),
    }
}

/// Whether the audience will do.
// client-assertion/audience, server-auth/jwt-audience, pushed/assertion-audiences
fn is_for_server(server: &Core, it: Presented<'_>, names: &[String], right: bool) -> bool {
    let (wrong, given) = (of(it.by), it.parts.claims.get("aud"));
    if server.varies(&variants::ASSERTION_FOR_TOKEN_ENDPOINT) {
        return is_for(given, &names[..names.len().min(1)]);
    }
    let elsewhere = names.len() > 3 && !names[..2].contains(&names[2]);
    if elsewhere && server.varies(&variants::ASSERTION_FOR_ISSUER_ELSEWHERE) {
        return is_for(given, &names[2..]);
    }
    let each = |same: fn(&str, &str) -> bool| {
        is_among(given, |given| names.iter().any(|name| same(given, name)))
    };
    let empty = given.and_then(Value::as_array).is_some_and(Vec::is_empty);
    let listed = given.is_some_and(Value::is_array);
    let client = it.by == Use::Authentication;
    let issuer = client && names.last().map(String::as_str) == given.and_then(Value::as_str);
    server.switches().alter(
        right,
        [
            (wrong.aud_unchecked, given.is_none() || each(|_, _| true)),
            (wrong.aud_optional, right || given.is_none()),
            (wrong.aud_list_empty, right || empty),
            (wrong.aud_beginning, right || each(|given, name| given.starts_with(name))),
            (wrong.aud_within, right || each(|given, name| given.contains(name))),
            (wrong.aud_host, right || each(|given, name| host(given) == host(name))),
            (&client_assertion::AUD_NO_ISSUER, right && !issuer),
            (&client_assertion::AUD_LIST_REFUSED, right && !(client && listed)),
        ],
    )
}

fn host(uri: &str) -> Option<String> {
    url::Url::parse(uri).ok().and_then(|url| url.host_str().map(str::to_owned))
}

/// For when an assertion is.
// client-assertion/expired, client-assertion/not-yet, server-auth/assertion-expired,
// server-auth/assertion-not-yet
fn times(server: &Core, it: Presented<'_>, right: Times) -> Times {
    let (wrong, now, claims) = (of(it.by), server.now(), &it.parts.claims);
    let right = if server.varies(&variants::ASSERTION_LEEWAY_NONE) {
        assertion::times(now, claims, Duration::ZERO)
    } else if server.varies(&variants::ASSERTION_LEEWAY_LONG) {
        assertion::times(now, claims, LEEWAY * 3)
    } else {
        right
    };
    let given = claims.get("exp");
    let later = Times { expires: Some(now.saturating_add(LEEWAY)), lives: true, ..right };
    let but = |applies: bool, times: Times| if applies { times } else { right };
    let expired = right.expires.is_some() && !right.lives;
    server.switches().alter(
        right,
        [
            (wrong.exp_optional, but(given.is_none(), later)),
            (wrong.exp_as_text, but(given.is_some_and(Value::is_string), later)),
            (wrong.exp_unchecked, but(expired, Times { lives: true, ..right })),
            (wrong.nbf_unchecked, Times { begun: true, ..right }),
        ],
    )
}

/// Who issued the assertion of a grant, and for whom the token is to be.
// server-auth/jwt-issuer, server-auth/assertion-subject
pub(in crate::server) fn named(
    server: &Core,
    app: &Application,
    claims: &Map<String, Value>,
    (issued, user): (bool, Option<String>),
) -> (bool, Option<String>) {
    let (issuer, subject) = (text(claims, "iss"), text(claims, "sub"));
    let issued = is_issuer(server, app, issuer, issued);
    let but = |applies: bool| if applies { Some(String::new()) } else { user.clone() };
    let (optional, unknown) = (but(subject.is_none()), but(subject.is_some() && user.is_none()));
    let user = server.switches().alter(
        user,
        [
            (&server_auth::SUBJECT_OPTIONAL, optional),
            (&server_auth::SUBJECT_UNKNOWN_IS_CLIENT, unknown),
        ],
    );
    (issued, user)
}

/// What a client gets by an assertion.
// server-auth/assertion-grant, server-auth/jwt-malformed
pub(in crate::server) fn issued<T>(
    server: &Core,
    assertion: &str,
    right: Result<T, Refusal>,
) -> Result<T, Refusal> {
    pending(server)?;
    right.map_err(|refusal| {
        if refusal.error != "invalid_grant" {
            return refusal;
        }
        let malformed = jws::read(assertion).is_none();
        let refusal = if malformed { breaks(server, assertion, refusal) } else { refusal };
        told(server, refusal)
    })
}

/// How an application is told that its assertion is no signed JWT.
// server-auth/jwt-malformed
pub(in crate::server) fn breaks(server: &Core, assertion: &str, right: Refusal) -> Refusal {
    let faults = [
        &server_auth::ONE_PART_BREAKS,
        &server_auth::PARTS_BREAK,
        &server_auth::BASE64_BREAKS,
        &server_auth::JSON_BREAKS,
    ];
    malformed(server, faults, assertion, right)
}

/// The refusal of what is no signed JWT; the mistakes are about one part, a wrong number of them, parts that
/// are no base64, and parts that are no JSON.
pub(in crate::server) fn malformed(
    server: &Core,
    [one, number, base64, json]: [&'static Fault; 4],
    assertion: &str,
    right: Refusal,
) -> Refusal {
    let broken = |here: bool| if here { right.called("server_error").at(500) } else { right };
    let parts: Vec<&str> = assertion.split('.').collect();
    let of_three = parts.len() == 3;
    let decoded = parts.iter().all(|part| jws::bytes(part).is_some());
    server.switches().alter(
        right,
        [
            (one, broken(parts.len() == 1)),
            (number, broken(parts.len() == 2 || parts.len() > 3)),
            (base64, broken(of_three && !decoded)),
            (json, broken(of_three && decoded)),
        ],
    )
}

/// How an application is told that its assertion is refused.
pub(in crate::server) fn told(server: &Core, right: Refusal) -> Refusal {
    server.switches().alter(
        right,
        [
            (&server_auth::JWT_IS_INVALID_CLIENT, right.called("invalid_client")),
            (&server_auth::JWT_IS_INVALID_REQUEST, right.called("invalid_request")),
            (&server_auth::JWT_401, right.at(401)),
        ],
    )
}

/// By a mistake the user has to sign in first.
pub(in crate::server) fn pending(server: &Core) -> Result<(), Refusal> {
    let told = Refusal::new("access_denied", "The user has not signed in");
    server.switches().alter(Ok(()), [(&server_auth::JWT_PENDING, Err(told))])
}

/// Whether the issuer will do.
// server-auth/jwt-issuer
pub(in crate::server) fn is_issuer(
    server: &Core,
    app: &Application,
    issuer: Option<&str>,
    right: bool,
) -> bool {
    let world = server.world();
    let registered = issuer.is_some_and(|id| world.application(id).is_some());
    server.switches().alter(
        right,
        [
            (&server_auth::ISS_UNCHECKED, true),
            (&server_auth::ISS_OPTIONAL, issuer.is_none_or(|id| id == app.client_id)),
            (&server_auth::ISS_OF_ANYBODY, registered),
        ],
    )
}
