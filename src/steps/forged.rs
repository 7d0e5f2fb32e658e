//! Tokens that nobody issued, which say that the server did: JWTs in place of any kind of token.

use serde_json::{Map, Value, json};

use super::api::send_with;
use super::definition::when;
use super::introspection;
use super::jwt_tokens::Forged;
use super::metadata::{ask, members};
use super::world::{StepResult, World};
use crate::driver::Unmet;
use crate::driver::forgery::{Forgery, unissued};
use crate::observe::observed;
use crate::wire::{jwks, jws};

type Members = Map<String, Value>;

/// Seconds for which a token that is made up would live.
const LIFETIME: u64 = 3600;

/// The key that the server publishes under the name of the one that has signed the token, or else its
/// first; none where it publishes none.
async fn published_key(
    w: &mut World,
    metadata: &Members,
    token: &str,
) -> Result<Option<Members>, String> {
    let Some(place) = metadata.get("jwks_uri").and_then(Value::as_str) else { return Ok(None) };
    let Ok(draft) = w.driver().named_endpoint("jwks_uri", place) else { return Ok(None) };
    let sent = w.submit(&draft).await?;
    let keys = sent.ok().as_ref().and_then(observed::json).as_ref().and_then(jwks::read);
    let keys = keys.unwrap_or_default();
    let kid = jws::read(token).and_then(|parts| parts.header.get("kid").cloned());
    let named = keys.iter().find(|key| kid.is_some() && key.get("kid") == kid.as_ref());
    Ok(named.or(keys.first()).cloned())
}

/// What the token says that the client has: as its introspection told before, or as the profile says.
fn claims(w: &mut World, told: Members, issuer: &str, now: u64) -> Result<Members, String> {
    let pair = w.pair()?;
    let client = w.driver().client(&pair.client);
    let client = w.need(client)?;
    let login = w.driver().site.profile.user("default").map(|user| user.login.clone());
    let mut claims = told;
    claims.remove("active");
    for (name, usual) in [
        ("sub", json!(login)),
        ("client_id", json!(client.id)),
        ("scope", json!(pair.scope.unwrap_or_default())),
        ("aud", json!(issuer)),
    ] {
        claims.entry(name.to_owned()).or_insert(usual);
    }
    for (name, value) in [
        ("iss", json!(issuer)),
        ("iat", json!(now)),
        ("exp", json!(now + LIFETIME)),
        ("jti", json!("oauthspecNeverIssued")),
    ] {
        claims.insert(name.to_owned(), value);
    }
    Ok(claims)
}

/// A token that nobody issued, made of this one where it is a JWT.
async fn forge(w: &mut World, token: &str, forgery: &Forgery) -> Result<String, String> {
    let told = w.answers.last.as_ref().and_then(|it| it.sent.as_ref().ok()).cloned();
    let is_jwt = jws::read(token).is_some();
    if is_jwt && !forgery.needs_key() {
        let made = forgery.of(token, None);
        return w.need(made);
    }
    if !is_jwt && forgery.needs_issued() {
        let text = "the tokens are no JWTs: they say nothing that could be changed".to_owned();
        return w.need(Err(Unmet::Lacking(text)));
    }
    ask(w).await?;
    let metadata = members(w).unwrap_or_default();
    let issuer = metadata.get("issuer").and_then(Value::as_str).map(str::to_owned);
    let issuer = issuer.unwrap_or_else(|| w.driver().issuer());
    let key = published_key(w, &metadata, token).await?;
    let told = match told.as_ref().and_then(observed::json) {
        Some(Value::Object(members)) if members.contains_key("active") => members,
        _ => Members::new(),
    };
    let now = w.driver().target_time().await;
    let now = w.need(now)?.as_secs();
    let claims = claims(w, told, &issuer, now)?;
    let token = if is_jwt { token.to_owned() } else { unissued(&claims, key.as_ref()) };
    let made = forgery.of(&token, key.as_ref());
    w.need(made)
}

/// What differs from the request that the server takes.
fn deviates(w: &mut World, forgery: &Forgery) {
    w.deviates(format!("a JWT {forgery} that nobody issued"));
}

when!("a JWT {forgery} is introspected in place of the access token", introspects(forged).await);
async fn introspects(w: &mut World, forged: Forged) -> StepResult {
    let token = w.pair()?.access;
    let made = forge(w, &token, &forged.0).await?;
    deviates(w, &forged.0);
    introspection::ask(w, None, &made, &[]).await
}

when!(
    "the client calls the API with a JWT {forgery} in place of the access token",
    calls(forged).await
);
async fn calls(w: &mut World, forged: Forged) -> StepResult {
    let token = w.pair()?.access;
    let made = forge(w, &token, &forged.0).await?;
    deviates(w, &forged.0);
    send_with(w, &made).await
}
