//! Access tokens that are JWTs (RFC 9068): what they say, and which the resource takes.

use std::collections::BTreeSet;
use std::str::FromStr;

use serde_json::{Map, Value};

use super::api::send_with;
use super::definition::{given, then, when};
use super::metadata::{ask, is_found, text};
use super::parameter::parameter;
use super::params::Grant;
use super::world::{StepResult, World};
use crate::driver::forgery::{Forgery, UnknownForgery};
use crate::driver::{Client as Role, Pair, Unmet};
use crate::observe::{Mismatch, observed};
use crate::profile::AccessTokens;
use crate::rules::Means;
use crate::wire::jwks;
use crate::wire::jws;

parameter!(Forged, "forgery", r"(?:that has|whose|signed|of another) .*");

/// What is wrong with an access token.
#[derive(Debug, Clone)]
pub struct Forged(pub Forgery);

impl FromStr for Forged {
    type Err = UnknownForgery;

    fn from_str(text: &str) -> Result<Self, UnknownForgery> {
        text.parse().map(Self)
    }
}

type Members = Map<String, Value>;

/// Seconds that times may differ by, since they are rounded.
const LEEWAY: f64 = 5.0;

/// Claims of each access token (RFC 9068 §2.2).
const TEXTS: [&str; 4] = ["iss", "sub", "client_id", "jti"];
const TIMES: [&str; 2] = ["exp", "iat"];

/// Members that tell of the sign-in (RFC 9068 §2.2.1).
const SIGN_IN: [&str; 3] = ["auth_time", "acr", "amr"];

/// Whether this is the type of access tokens (RFC 9068 §2.1); media types have no case (RFC 7515 §4.1.9).
fn is_own_type(header: &Members) -> bool {
    let kind = header.get("typ").and_then(Value::as_str).unwrap_or_default();
    matches!(kind.to_ascii_lowercase().as_str(), "at+jwt" | "application/at+jwt")
}

/// Header and claims of a token.
fn read(w: &mut World, token: &str) -> Result<(Members, Members), String> {
    let read = jws::read(token).map(|parts| (parts.header, parts.claims));
    let text = || Unmet::Lacking("the access tokens of the target are no JWTs".to_owned());
    w.need(read.ok_or_else(text))
}

fn newest(w: &mut World) -> Result<(Members, Members), String> {
    let token = w.pair()?.access;
    read(w, &token)
}

given!("access tokens are JWTs", are_jwts());
when!("a resource reads the access token", are_jwts());
when!("a resource reads all the access tokens", are_jwts());
/// Tokens of another kind are no matter of these rules, unless the profile says that they are of this.
fn are_jwts(w: &mut World) -> StepResult {
    if w.driver().site.profile.access_tokens == Some(AccessTokens::Jwt) {
        return Ok(());
    }
    let (header, _) = newest(w)?;
    let kind = header.get("typ").cloned().unwrap_or_default();
    let text = || {
        format!(
            "the access tokens of the target are JWTs of the type {kind}, and the profile does not say \
             that they follow RFC 9068 (`access_tokens: jwt`)"
        )
    };
    w.need(if is_own_type(&header) { Ok(()) } else { Err(Unmet::Lacking(text())) })
}

given!("a client has obtained a token of its own", own_token().await);
/// A token by client credentials. Where a token before was got so, too, there is no user to tell it from.
async fn own_token(w: &mut World) -> StepResult {
    let before = w.issued.pairs.last().map(|pair| pair.client.clone());
    if before.is_some_and(|client| w.driver().stands_for_itself(&client)) {
        let text = "the tokens of the client are its own, since the server has no codes";
        return w.need(Err(Unmet::Lacking(text.to_owned())));
    }
    let draft = w.driver().grant_of_its_own(Grant::ClientCredentials.name());
    let draft = w.need(draft.map_err(Unmet::into_lacking))?;
    let role = w.driver().site.profile.of_grant(Grant::ClientCredentials.name()).map(str::to_owned);
    let client = role.map_or_else(Role::default_role, Role);
    let pair = w.obtain(&client, &draft).await?;
    w.issued.pairs.push(pair);
    Ok(())
}

then!("the type of the token is that of access tokens", typed());
fn typed(w: &mut World) -> StepResult {
    let token = w.pair()?.access;
    let header = jws::read(&token).map(|parts| parts.header);
    let result = match &header {
        Some(header) if is_own_type(header) => Ok(()),
        Some(header) => Err(format!("typ {}", header.get("typ").unwrap_or(&Value::Null))),
        None => Err("no JWT".to_owned()),
    };
    w.judge(result.map_err(|actual| Mismatch::new("a JWT of the type at+jwt", actual)))
}

/// The published keys; none where the metadata name no place.
async fn keys(w: &mut World) -> Result<Vec<Members>, String> {
    ask(w).await?;
    let place = text(w, "jwks_uri")?;
    let draft = w.driver().named_endpoint("jwks_uri", &place);
    let draft = w.need(draft)?;
    let sent = w.submit(&draft).await?;
    let set = sent.as_ref().ok().filter(|it| it.status == 200).and_then(observed::json);
    let keys = set.as_ref().and_then(jwks::read);
    let text =
        || Unmet::Failed("there is no set of keys at the jwks_uri of the metadata".to_owned());
    w.control(keys.ok_or_else(text))
}

/// The published key that has signed a token.
async fn signer(w: &mut World, token: &str, alg: &str) -> Result<Option<Members>, String> {
    let known = keys(w).await?;
    let parts = jws::read(token);
    let is = |key: &Members| {
        parts.as_ref().is_some_and(|it| jwks::is_signed(key, alg, it.signed, &it.signature))
    };
    Ok(known.into_iter().find(is))
}

/// The algorithm of a token.
fn algorithm(header: &Members) -> String {
    header.get("alg").and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn is_shared(alg: &str) -> bool {
    matches!(alg, "HS256" | "HS384" | "HS512")
}

then!("a published key has signed the token", signed().await);
async fn signed(w: &mut World) -> StepResult {
    let token = w.pair()?.access;
    let (header, _) = read(w, &token)?;
    let alg = algorithm(&header);
    let expected = "a signature by a key of jwks_uri";
    if alg.is_empty() || alg.eq_ignore_ascii_case("none") {
        return w.judge(Err(Mismatch::new(expected, format!("the algorithm {alg:?}"))));
    }
    if is_shared(&alg) || !jwks::is_verifiable(&alg) {
        let text = format!("the suite cannot verify a signature by {alg}");
        return w.need(Err(Unmet::Lacking(text)));
    }
    let found = signer(w, &token, &alg).await?;
    w.judge(match found {
        Some(_) => Ok(()),
        None => Err(Mismatch::new(expected, format!("one by {alg} and none of these keys"))),
    })
}

then!("the algorithm of the token is one of public keys", asymmetric());
fn asymmetric(w: &mut World) -> StepResult {
    let (header, _) = newest(w)?;
    let alg = algorithm(&header);
    if alg.eq_ignore_ascii_case("none") {
        let text = "nobody has signed the token".to_owned();
        return w.need(Err(Unmet::Lacking(text)));
    }
    w.judge(match is_shared(&alg) {
        false => Ok(()),
        true => Err(Mismatch::new("an algorithm of public keys", alg)),
    })
}

when!("a client reads the metadata at each location", read_each().await);
async fn read_each(w: &mut World) -> StepResult {
    let drafts = w.driver().metadata_requests();
    let mut found = Vec::new();
    for draft in w.need(drafts)? {
        let sent = w.submit(&draft).await?;
        found.extend(sent.ok().filter(is_found).as_ref().and_then(observed::json));
    }
    if found.len() < 2 {
        let text = "the metadata are at one location alone".to_owned();
        return w.need(Err(Unmet::Lacking(text)));
    }
    let member = |name: &str| found.iter().map(|it| it[name].to_string()).collect::<Vec<_>>();
    for name in ["issuer", "jwks_uri"] {
        w.answers.keep(name, member(name));
    }
    w.control(Ok(()))
}

then!("they name one issuer and one place of keys", agree());
fn agree(w: &mut World) -> StepResult {
    let differing = ["issuer", "jwks_uri"].into_iter().find_map(|name| {
        let told = w.answers.collected(name);
        let distinct: BTreeSet<&String> = told.iter().collect();
        (distinct.len() > 1).then(|| format!("{name}: {}", told.join(", ")))
    });
    w.judge(differing.map_or(Ok(()), |actual| {
        Err(Mismatch::new("the same issuer and jwks_uri at each location", actual))
    }))
}

/// Whether a claim has its type.
fn is_right(name: &str, value: &Value) -> bool {
    let is_text = |value: &Value| value.as_str().is_some_and(|text| !text.is_empty());
    match value {
        Value::Array(all) if name == "aud" => !all.is_empty() && all.iter().all(is_text),
        Value::Number(_) => TIMES.contains(&name),
        value => !TIMES.contains(&name) && is_text(value),
    }
}

then!("the token has each claim of access tokens", whole());
fn whole(w: &mut World) -> StepResult {
    let (_, claims) = newest(w)?;
    let wrong =
        TEXTS.iter().chain(&TIMES).chain(&["aud"]).find_map(|name| match claims.get(*name) {
            None => Some(format!("no {name}")),
            Some(value) if is_right(name, value) => None,
            Some(value) => Some(format!("{name}: {value}")),
        });
    w.judge(wrong.map_or(Ok(()), |actual| {
        let expected = "iss, exp, aud, sub, client_id, iat and jti, each of its type";
        Err(Mismatch::new(expected, actual))
    }))
}

/// A claim that is a text; that it is there is the matter of another rule.
fn claim(w: &mut World, name: &str, token: &str) -> Result<String, String> {
    let (_, claims) = read(w, token)?;
    let value = claims.get(name).and_then(Value::as_str).map(str::to_owned);
    w.need(value.ok_or_else(|| Unmet::Lacking(format!("the access token has no {name}"))))
}

then!("the token names the issuer of the metadata", issuer().await);
async fn issuer(w: &mut World) -> StepResult {
    let token = w.pair()?.access;
    let said = claim(w, "iss", &token)?;
    ask(w).await?;
    let issuer = text(w, "issuer")?;
    w.judge(match said == issuer {
        true => Ok(()),
        false => Err(Mismatch::new(format!("iss {issuer:?}"), format!("{said:?}"))),
    })
}

then!("the claims of the token agree with its lifetime", lifetime());
fn lifetime(w: &mut World) -> StepResult {
    let (pair, (_, claims)) = (w.pair()?, newest(w)?);
    let time = |name: &str| claims.get(name).and_then(Value::as_f64);
    let told = pair.expires_in.and_then(|seconds| u32::try_from(seconds).ok()).map(f64::from);
    let (Some(lives), Some(told)) = (time("exp").zip(time("iat")), told) else {
        let text = "the token response or the access token names no lifetime".to_owned();
        return w.need(Err(Unmet::Lacking(text)));
    };
    let lives = lives.0 - lives.1;
    w.judge(match (lives - told).abs() > LEEWAY {
        false => Ok(()),
        true => {
            let expected = format!("exp {told} s after iat, as expires_in said");
            Err(Mismatch::new(expected, format!("{lives} s after it")))
        }
    })
}

then!("the token names its client", client());
fn client(w: &mut World) -> StepResult {
    let pair = w.pair()?;
    let said = claim(w, "client_id", &pair.access)?;
    let client = w.driver().client(&pair.client);
    let client = w.need(client)?;
    w.judge(match said == client.id {
        true => Ok(()),
        false => Err(Mismatch::new(format!("client_id {:?}", client.id), format!("{said:?}"))),
    })
}

/// A claim of each token of the scenario; one may be handed out several times.
fn of_each(w: &mut World, name: &str) -> Result<Vec<String>, String> {
    let pairs = w.issued.pairs.iter().chain(&w.issued.other_pair);
    let mut tokens: Vec<_> = pairs.map(|pair| pair.access.clone()).collect();
    tokens.sort_unstable();
    tokens.dedup();
    if tokens.len() < 2 {
        let text = "the target hands out the same access token again".to_owned();
        return w.need(Err(Unmet::Lacking(text)));
    }
    tokens.iter().map(|token| claim(w, name, token)).collect()
}

then!("each has an identifier of its own", unique());
fn unique(w: &mut World) -> StepResult {
    let identifiers = of_each(w, "jti")?;
    let distinct: BTreeSet<&String> = identifiers.iter().collect();
    w.judge(match distinct.len() == identifiers.len() {
        true => Ok(()),
        false => {
            let expected = format!("{} values of jti", identifiers.len());
            Err(Mismatch::new(expected, format!("{}", distinct.len())))
        }
    })
}

then!("their subject is the same", same_subject());
fn same_subject(w: &mut World) -> StepResult {
    let subjects: BTreeSet<String> = of_each(w, "sub")?.into_iter().collect();
    w.judge(match subjects.len() {
        0 | 1 => Ok(()),
        several => Err(Mismatch::new("one sub of one user", format!("{several}"))),
    })
}

then!("their subjects differ", other_subjects());
fn other_subjects(w: &mut World) -> StepResult {
    let subjects = of_each(w, "sub")?;
    let distinct: BTreeSet<&String> = subjects.iter().collect();
    w.judge(match distinct.len() == subjects.len() {
        true => Ok(()),
        false => {
            Err(Mismatch::new("a sub for each", format!("one and the same {:?}", subjects[0])))
        }
    })
}

fn words(scope: &str) -> BTreeSet<&str> {
    scope.split(' ').filter(|word| !word.is_empty()).collect()
}

then!("the token says the scope that was granted", scope());
fn scope(w: &mut World) -> StepResult {
    let (pair, (_, claims)) = (w.pair()?, newest(w)?);
    let client = w.driver().client(&pair.client);
    let client = w.need(client)?;
    let asked = w.driver().site.profile.scope(&client).map(str::to_owned);
    let text = || Unmet::Lacking("no scope was asked for, and none was told".to_owned());
    let granted = w.need(pair.scope.or(asked).ok_or_else(text))?;
    let said = claims.get("scope").unwrap_or(&Value::Null);
    let right = said.as_str().is_some_and(|said| words(said) == words(&granted));
    w.judge(match right {
        true => Ok(()),
        false => Err(Mismatch::new(format!("scope {granted:?}"), format!("scope {said}"))),
    })
}

fn newest_two(w: &mut World) -> Result<(Pair, Pair), String> {
    let two = match w.issued.pairs.as_slice() {
        [.., one, other] => Some((one.clone(), other.clone())),
        _ => None,
    };
    w.left(two, "two pairs")
}

/// Whom a token is for.
fn audience(w: &mut World, pair: &Pair) -> Result<BTreeSet<String>, String> {
    let (_, claims) = read(w, &pair.access)?;
    Ok(match claims.get("aud") {
        Some(Value::String(one)) => [one.clone()].into(),
        Some(Value::Array(all)) => {
            all.iter().filter_map(Value::as_str).map(str::to_owned).collect()
        }
        _ => BTreeSet::new(),
    })
}

then!("they are not for the same", apart());
/// A server that does not say what a token is for, though it was asked, is the matter of another rule.
fn apart(w: &mut World) -> StepResult {
    let (one, other) = newest_two(w)?;
    let (one, other) = (audience(w, &one)?, audience(w, &other)?);
    let named = w.driver().resource_identifier();
    let named = w.need(named)?;
    if !one.contains(&named) {
        let text = format!("a token for {named:?} does not name it");
        return w.need(Err(Unmet::Lacking(text)));
    }
    w.judge(match one == other {
        false => Ok(()),
        true => Err(Mismatch::new("another aud for another resource", format!("aud {one:?}"))),
    })
}

then!("they tell of one sign-in", one_sign_in());
fn one_sign_in(w: &mut World) -> StepResult {
    let (first, next) = newest_two(w)?;
    let ((_, before), (_, after)) = (read(w, &first.access)?, read(w, &next.access)?);
    let told: Vec<&str> = SIGN_IN.into_iter().filter(|name| before.contains_key(*name)).collect();
    if told.is_empty() {
        let text = "the access token says nothing of the sign-in".to_owned();
        return w.need(Err(Unmet::Lacking(text)));
    }
    let other = told.into_iter().find(|name| before.get(*name) != after.get(*name));
    w.judge(other.map_or(Ok(()), |name| {
        let of = |claims: &Members| format!("{name} {}", claims.get(name).unwrap_or(&Value::Null));
        Err(Mismatch::new(of(&before), of(&after)))
    }))
}

when!("the client calls the API with an access token {forgery}", calls_forged(forged).await);
async fn calls_forged(w: &mut World, forged: Forged) -> StepResult {
    let (token, forgery) = (w.pair()?.access, forged.0);
    let (header, _) = read(w, &token)?;
    let key = match forgery.needs_key() {
        true => signer(w, &token, &algorithm(&header)).await?,
        false => None,
    };
    let made = forgery.of(&token, key.as_ref());
    let made = w.need(made)?;
    if made == *token {
        let text = "the access token is one already that nobody should take".to_owned();
        return w.need(Err(Unmet::Lacking(text)));
    }
    w.deviates(format!("an access token {forgery}"));
    send_with(w, &made).await
}

then!("the refusal says that the token is not valid", told_invalid());
/// That such a token is served is the matter of the rules about what is wrong with it.
fn told_invalid(w: &mut World) -> StepResult {
    let what = w.answer()?.what;
    w.refused(&what)?;
    w.judge_documented(&what, Means::Body)
}
