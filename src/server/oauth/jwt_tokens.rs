//! Access tokens that are JWTs (RFC 9068): they say who issued them, for whom, and for which resource, and a
//! published key has signed them. They are known by what they are as opaque ones are, so that the rest of
//! the server is the same for both.

use std::sync::LazyLock;

use serde_json::{Map, Value, json};

use crate::server::core::Core;
use crate::server::faults::effects::jwt_tokens::{
    self as effects, brings_id_tokens, takes_id_tokens,
};
use crate::server::oauth::audience;
use crate::server::oauth::issued::Issued;
use crate::server::oauth::store::{Grant, Told};
use crate::server::policy::AccessTokens;
use crate::server::variants;
use crate::wire::Origin;
use crate::wire::jwk::SigningKey;
use crate::wire::jws::{self, Algorithm};

/// The type of such a token (RFC 9068 §2.1).
const TYPE: &str = "at+jwt";

/// The scope that asks for an ID Token as well.
const OPENID: &str = "openid";

/// Published and worthless keys.
const RS256: &str = include_str!("../../../fixtures/keys/tokens-rs256.pem");
const ES256: &str = include_str!("../../../fixtures/keys/tokens-es256.pem");

/// Public halves of both.
#[expect(clippy::expect_used, reason = "the keys are compiled in, and a test reads them")]
static PUBLIC: LazyLock<[Map<String, Value>; 2]> = LazyLock::new(|| {
    let rsa = SigningKey::from_pem(RS256).expect("the file is an RSA key");
    let curve = SigningKey::from_pem(ES256).expect("the file is a key of P-256");
    [published(rsa.jwk(), "RS256"), published(curve.jwk(), "ES256")]
});

fn published(mut key: Map<String, Value>, alg: &str) -> Map<String, Value> {
    let more =
        [("kid", format!("tokens-{alg}")), ("alg", alg.to_owned()), ("use", "sig".to_owned())];
    key.extend(more.map(|(name, value)| (name.to_owned(), json!(value))));
    key
}

/// Whether access tokens are JWTs.
pub(in crate::server) fn are_issued(server: &Core) -> bool {
    let by_policy = server.policy().access_tokens == AccessTokens::Jwt;
    by_policy || server.varies(&variants::JWT_ACCESS_TOKENS)
}

/// The algorithm of their signatures.
fn algorithm(server: &Core) -> &'static str {
    if server.varies(&variants::JWT_ES256) { "ES256" } else { "RS256" }
}

/// The key that verifies them.
pub(in crate::server) fn key(server: &Core) -> &'static Map<String, Value> {
    &PUBLIC[usize::from(algorithm(server) == "ES256")]
}

/// The keys at `jwks_uri` (RFC 7517 §5).
// jwt-access-tokens/signed
pub(in crate::server) fn keys(server: &Core) -> Value {
    let right = if are_issued(server) { vec![json!(key(server))] } else { Vec::new() };
    json!({ "keys": effects::keys(server, right) })
}

/// The compact JWS of a header and its claims, by the key of the server.
pub(in crate::server) fn signed(
    server: &Core,
    header: &Map<String, Value>,
    claims: &Map<String, Value>,
) -> Option<String> {
    let text = jws::text(header, claims);
    let signature = match algorithm(server) {
        "ES256" => SigningKey::from_pem(ES256).and_then(|key| key.sign(&text)).ok(),
        _ => jws::sign(RS256, Algorithm::Rs256, &text).ok(),
    };
    Some(format!("{text}.{}", jws::part(&signature?)))
}

/// Makes what was issued a JWT, where tokens are that. One that is handed out again is one already, and is
/// written anew where it is for another resource now.
pub(in crate::server) fn written(server: &Core, origin: &Origin, issued: Issued) -> Issued {
    let name = &issued.tokens.access;
    let signs = are_issued(server) || brings_id_tokens(server);
    let told = signs.then(|| server.store.told(server.now(), name)).flatten();
    // An exchange may bring a refresh token in its place (RFC 8693 §2.2.1).
    let Some(told) = told.filter(|told| told.access) else { return issued };
    let before = jws::read(name).map(|parts| parts.claims);
    let member = |name: &str| before.as_ref().and_then(|claims| claims.get(name));
    let handle = member("jti").and_then(Value::as_str).unwrap_or(name);
    let claims = claims(server, origin, (handle, &told));
    if before.is_some() && member("aud") == claims.get("aud") {
        return issued;
    }
    let id_token = id_token(server, &told, &claims);
    if !are_issued(server) {
        return Issued { id_token, ..issued };
    }
    let Some(token) = effects::token(server, &told, header(server, TYPE), claims) else {
        return issued;
    };
    server.store.rename(name, &token);
    let mut issued = Issued { id_token, ..issued };
    issued.tokens.access = token;
    issued
}

fn header(server: &Core, kind: &str) -> Map<String, Value> {
    jws::members(json!({"typ": kind, "alg": algorithm(server), "kid": key(server)["kid"]}))
}

/// What a token says (RFC 9068 §2.2).
// jwt-access-tokens/claims, jwt-access-tokens/issuer, jwt-access-tokens/lifetime, jwt-access-tokens/client,
// jwt-access-tokens/unique, jwt-access-tokens/subject, jwt-access-tokens/scope, jwt-access-tokens/audiences
fn claims(server: &Core, origin: &Origin, (handle, told): (&str, &Told)) -> Map<String, Value> {
    let grant = &told.grant;
    let user = (!grant.user_id.is_empty()).then_some(&grant.user_id);
    let expires = told.issued.saturating_add(server.lifetimes().access);
    let mut claims = json!({
        "iss": origin.to_string(),
        "sub": user.unwrap_or(&grant.client_id),
        "client_id": grant.client_id,
        "iat": told.issued.as_secs(),
        "exp": expires.as_secs(),
        "jti": handle,
    });
    let mut audience = audience::meant(server, origin, &grant.resources);
    claims["aud"] = match (audience.pop(), audience.is_empty()) {
        (Some(one), true) => json!(one),
        (Some(last), false) => json!([audience, vec![last]].concat()),
        // Who has no resources is one.
        (None, _) => json!(origin.to_string()),
    };
    if !grant.scopes.is_empty() {
        claims["scope"] = json!(grant.scopes.join(" "));
    }
    // jwt-access-tokens/authentication-kept: each user signs in with a password (RFC 8176 §2).
    if user.is_some() {
        claims["amr"] = json!(["pwd"]);
    }
    // dpop/confirmation
    if let Some(key) = &grant.key {
        claims["cnf"] = json!({"jkt": key});
    }
    jws::members(claims)
}

/// What tells the client who the user is, where it asked for that: a JWT of the same key, for the client, and
/// of another type.
// jwt-access-tokens/type-checked
fn id_token(server: &Core, told: &Told, access: &Map<String, Value>) -> Option<String> {
    let asked = told.grant.scopes.iter().any(|scope| scope == OPENID) || takes_id_tokens(server);
    if !asked || told.grant.user_id.is_empty() {
        return None;
    }
    // The handle of a token that is no JWT is the token.
    let kept = ["iss", "sub", "iat", "exp", "jti"].into_iter();
    let kept = kept.filter(|name| *name != "jti" || are_issued(server));
    let mut claims: Map<_, _> = kept.map(|name| (name.to_owned(), access[name].clone())).collect();
    claims.insert("aud".to_owned(), json!(told.grant.client_id));
    signed(server, &header(server, "JWT"), &claims)
}

/// What stands behind an ID Token of this server: its user, for the client that it was made for.
pub(in crate::server) fn of_id_token(server: &Core, sent: &str) -> Option<Grant> {
    let jws::Parts { header, claims, .. } = jws::read(sent)?;
    let own = signed(server, &header, &claims).as_deref() == Some(sent)
        && header.get("typ") == Some(&json!("JWT"));
    let said = |name: &str| claims.get(name)?.as_str().map(str::to_owned);
    let (client_id, user_id) = (said("aud")?, said("sub")?);
    own.then(|| Grant { client_id, user_id, ..Grant::default() })
}

#[cfg(test)]
#[path = "jwt_tokens_tests.rs"]
mod tests;
