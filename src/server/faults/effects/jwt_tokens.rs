//! Mistakes with access tokens that are JWTs: what they say, who signs them, and what the resource takes for
//! one.

use serde_json::{Map, Value, json};

use crate::server::core::Core;
use crate::server::faults::{bearer, exchange, introspection, jwt_access_tokens as faults, token};
use crate::server::oauth::jwt_tokens::{key, signed};
use crate::server::oauth::store::Told;
use crate::server::variants;
use crate::testbed::{Fault, Variant};
use crate::wire::Origin;
use crate::wire::jwk::SigningKey;
use crate::wire::jwks;
use crate::wire::jws::{self, Algorithm, Parts};

type Members = Map<String, Value>;

/// A key that nobody publishes.
const STRANGER: &str = include_str!("../../../../fixtures/keys/stranger.pem");

/// What is as secret as a published key.
const SECRET: &[u8] = b"oauthspec-shared-key-of-32-bytes";

/// Whether ID Tokens come with access tokens that are no JWTs.
pub(in crate::server) fn brings_id_tokens(server: &Core) -> bool {
    server.varies(&variants::ID_TOKEN) || takes_id_tokens(server)
}

/// Whether an ID Token is taken for something else, so that it has to come.
pub(in crate::server) fn takes_id_tokens(server: &Core) -> bool {
    server.switches().has_any(&[
        &bearer::BY_ID_TOKEN,
        &exchange::ID_TOKEN_AS_ACCESS,
        &introspection::ID_TOKEN_ACTIVE,
        &token::CODE_BY_ID_TOKEN,
        &token::REFRESH_BY_ID_TOKEN,
    ])
}

/// The published keys.
// jwt-access-tokens/signed
pub(in crate::server) fn keys(server: &Core, mut right: Vec<Value>) -> Vec<Value> {
    if server.varies(&variants::JWT_MORE_KEYS) {
        let other = SigningKey::from_pem(STRANGER).map(|key| key.jwk()).unwrap_or_default();
        let mut encrypts = json!(other);
        encrypts["use"] = json!("enc");
        encrypts["kid"] = json!("of-another-use");
        right.insert(0, encrypts);
        right.push(json!({"kty": "AKP", "alg": "ML-DSA-44", "pub": "AA", "kid": "of-a-new-kind"}));
    }
    server.switches().pick(right, [(&faults::KEYS_EMPTY, Vec::new())])
}

/// A token with this header and these claims, as it is issued.
pub(in crate::server) fn token(
    server: &Core,
    told: &Told,
    mut header: Members,
    mut claims: Members,
) -> Option<String> {
    if server.switches().may_vary() {
        VARIED.iter().filter(|(it, _)| server.varies(it)).for_each(|(_, edit)| edit(&mut claims));
        TYPED.iter().filter(|(it, _)| server.varies(it)).for_each(|(_, edit)| edit(&mut header));
    }
    if !server.switches().may_err() {
        return signed(server, &header, &claims);
    }
    CLAIMS.iter().filter(|(it, _)| server.has(it)).for_each(|(_, edit)| edit(&mut claims));
    HEADERS.iter().filter(|(it, _)| server.has(it)).for_each(|(_, edit)| edit(&mut header));
    if server.has(&faults::AUDIENCE_OF_ALL) {
        let issuer = claims.get("iss").and_then(Value::as_str).unwrap_or_default();
        let all = server.dialect().resources.iter().map(|it| format!("{issuer}{}", it.path));
        let all = json!(all.collect::<Vec<_>>());
        set(&mut claims, "aud", all);
    }
    if told.refreshed && server.has(&faults::SIGN_IN_LOST) {
        claims.insert("amr".to_owned(), json!(["refresh_token"]));
    }
    let text = jws::text(&header, &claims);
    let with = |signature: &[u8]| Some(format!("{text}.{}", jws::part(signature)));
    if server.has(&faults::UNSIGNED) {
        return with(b"");
    }
    if server.has(&faults::SHARED_SECRET) {
        return with(&jws::hs256(SECRET, &text));
    }
    if server.has(&faults::OTHER_KEY) {
        return with(&jws::sign(STRANGER, Algorithm::Rs256, &text).ok()?);
    }
    signed(server, &header, &claims)
}

/// What a mistake does to header or claims.
type Edit = fn(&mut Members);

fn set(members: &mut Members, name: &str, value: Value) {
    members.insert(name.to_owned(), value);
}

fn copy(members: &mut Members, from: &str, to: &str) {
    let value = members.get(from).cloned().unwrap_or_default();
    set(members, to, value);
}

// jwt-access-tokens/typed, jwt-access-tokens/signed, jwt-access-tokens/asymmetric
static HEADERS: &[(&Fault, Edit)] = &[
    (&faults::TYPE_JWT, |it| set(it, "typ", json!("JWT"))),
    (&faults::TYPE_MISSING, |it| drop(it.remove("typ"))),
    (&faults::UNSIGNED, |it| set(it, "alg", json!("none"))),
    (&faults::SHARED_SECRET, |it| set(it, "alg", json!("HS256"))),
];

static TYPED: &[(&Variant, Edit)] = &[
    (&variants::JWT_TYPE_LONG, |it| set(it, "typ", json!("application/at+jwt"))),
    (&variants::JWT_TYPE_CAPITALS, |it| set(it, "typ", json!("AT+JWT"))),
    (&variants::JWT_WITHOUT_KID, |it| drop(it.remove("kid"))),
];

static VARIED: &[(&Variant, Edit)] = &[
    (&variants::JWT_WITH_MORE, |it| {
        copy(it, "iat", "nbf");
        set(it, "auth_time", json!(1_700_000_000));
        set(it, "acr", json!("urn:example:password"));
        set(it, "groups", json!(["staff", {"value": "admins"}]));
    }),
    (&variants::JWT_AUDIENCE_LIST, |it| {
        let one = it.get("aud").filter(|aud| aud.is_string()).cloned();
        one.into_iter().for_each(|one| set(it, "aud", json!([one])));
    }),
    (&variants::JWT_WITHOUT_AMR, |it| drop(it.remove("amr"))),
];

static CLAIMS: &[(&Fault, Edit)] = &[
    // jwt-access-tokens/claims
    (&faults::NO_ISSUER, |it| drop(it.remove("iss"))),
    (&faults::NO_EXPIRY, |it| drop(it.remove("exp"))),
    (&faults::NO_AUDIENCE, |it| drop(it.remove("aud"))),
    (&faults::NO_SUBJECT, |it| drop(it.remove("sub"))),
    (&faults::NO_CLIENT, |it| drop(it.remove("client_id"))),
    (&faults::NO_TIME, |it| drop(it.remove("iat"))),
    (&faults::NO_IDENTIFIER, |it| {
        copy(it, "jti", "tid");
        it.remove("jti");
    }),
    (&faults::EXPIRY_AS_TEXT, |it| change_time(it, "exp", |time| json!(time.to_string()))),
    (&faults::AUDIENCE_EMPTY, |it| set(it, "aud", json!([]))),
    // jwt-access-tokens/issuer
    (&faults::ISSUER_WITH_SLASH, |it| {
        let issuer = it.get("iss").and_then(Value::as_str).unwrap_or_default();
        let issuer = json!(format!("{issuer}/"));
        set(it, "iss", issuer);
    }),
    (&faults::OTHER_ISSUER, |it| set(it, "iss", json!("https://other.example"))),
    // jwt-access-tokens/lifetime
    (&faults::LIVES_LONGER, |it| change_time(it, "exp", |time| json!(time + 3600))),
    (&faults::IN_MILLISECONDS, |it| {
        change_time(it, "exp", |time| json!(time * 1000));
        change_time(it, "iat", |time| json!(time * 1000));
    }),
    // jwt-access-tokens/client
    (&faults::CLIENT_OF_SERVER, |it| copy(it, "iss", "client_id")),
    // jwt-access-tokens/unique: what tells tokens from one another has another name.
    (&faults::SAME_IDENTIFIER, |it| {
        copy(it, "jti", "tid");
        set(it, "jti", json!("access-token"));
    }),
    (&faults::IDENTIFIER_OF_USER, |it| {
        copy(it, "jti", "tid");
        copy(it, "sub", "jti");
    }),
    // jwt-access-tokens/subject
    (&faults::SAME_SUBJECT, |it| set(it, "sub", json!("someone"))),
    (&faults::SUBJECT_OF_CLIENT, |it| copy(it, "client_id", "sub")),
    // jwt-access-tokens/scope
    (&faults::NO_SCOPE, |it| drop(it.remove("scope"))),
    (&faults::SCOPE_LIST, |it| {
        let scope = it.get("scope").and_then(Value::as_str).unwrap_or_default();
        let list = json!(scope.split(' ').collect::<Vec<_>>());
        set(it, "scope", list);
    }),
    (&faults::SCOPE_MORE, |it| {
        let scope = it.get("scope").and_then(Value::as_str).unwrap_or_default();
        let more = json!(format!("{scope} admin"));
        set(it, "scope", more);
    }),
    // audience/token-names-resource, jwt-access-tokens/audiences
    (&faults::SAME_AUDIENCE, |it| copy(it, "iss", "aud")),
    // jwt-access-tokens/authentication-kept
    (&faults::SIGN_IN_CHANGES, |it| copy(it, "jti", "acr")),
];

fn change_time(claims: &mut Members, name: &str, change: fn(u64) -> Value) {
    let time = claims.get(name).and_then(Value::as_u64).unwrap_or_default();
    set(claims, name, change(time));
}

/// The algorithm of a JWT that names this server as its issuer and has not expired, by what it says.
pub(in crate::server) fn of_this_server(
    server: &Core,
    origin: &Origin,
    token: &str,
) -> Option<String> {
    let parts = jws::read(token)?;
    let claim = |name: &str| parts.claims.get(name);
    let named = claim("iss")?.as_str()?.trim_end_matches('/') == origin.to_string();
    let lives = claim("exp")?.as_u64()? > server.now().as_secs();
    let alg = parts.header.get("alg")?.as_str()?;
    (named && lives).then(|| alg.to_owned())
}

/// The token that a forged one is taken for.
pub(in crate::server) fn taken(server: &Core, sent: &str) -> Option<String> {
    let parts = jws::read(sent)?;
    let known = |name: &str| {
        let parts = jws::read(name)?;
        parts.claims.get("jti").cloned()
    };
    let jti = parts.claims.get("jti").cloned();
    let meant = |name: &str| jti.is_some() && known(name) == jti;
    is_taken(server, &parts).then(|| server.store.named(meant)).flatten()
}

/// Whether a mistake passes over what is wrong with a token.
fn is_taken(server: &Core, parts: &Parts<'_>) -> bool {
    let header = |name: &str| parts.header.get(name).and_then(Value::as_str).unwrap_or_default();
    let (alg, own) = (header("alg"), key(server));
    let is_own = own.get("alg").and_then(Value::as_str) == Some(alg);
    let is_typed = header("typ") != "JWT";
    let unsigned = alg.eq_ignore_ascii_case("none") && parts.signature.is_empty();
    let is_secret = |secret: &str| {
        alg == "HS256" && jws::hs256(secret.as_bytes(), parts.signed) == parts.signature
    };
    let is_shown = || {
        let shown = parts.header.get("jwk").and_then(Value::as_object);
        shown.is_some_and(|key| jwks::is_signed(key, alg, parts.signed, &parts.signature))
    };
    let is_signed = || jwks::is_signed(own, alg, parts.signed, &parts.signature);
    let plain = is_own && is_typed && !parts.header.contains_key("jwk");
    // jwt-access-tokens/type-checked
    !is_typed && server.has(&faults::TYPE_UNCHECKED) && is_signed()
        // jwt-access-tokens/algorithm-checked
        || unsigned && alg == "none" && server.has(&faults::NONE_TAKEN)
        || unsigned && alg != "none" && server.has(&faults::NONE_IN_ANY_CASE)
        || server.has(&faults::PEM_AS_SECRET) && jwks::pem(own).is_some_and(|it| is_secret(&it))
        || server.has(&faults::JWK_AS_SECRET) && is_secret(&json!(own).to_string())
        // jwt-access-tokens/signature-checked
        || plain && server.has(&faults::SIGNATURE_UNCHECKED)
        || plain && parts.signature.is_empty() && server.has(&faults::SIGNATURE_OPTIONAL)
        // jwt-access-tokens/key-checked
        || server.has(&faults::KEY_OF_TOKEN) && is_shown()
}
