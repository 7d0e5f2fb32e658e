//! Proofs of possession (RFC 9449): at the token endpoint, and what is told of the key.

use std::convert::Infallible;
use std::str::FromStr;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::answers::Answer;
use super::definition::{given, then, when};
use super::introspection::members;
use super::metadata::{members as published, names};
use super::parameter::parameter;
use super::params::{Client, Span};
use super::refresh::{goes_on, refreshment};
use super::time::age;
use super::token::TokenRequest;
use super::world::{StepResult, World};
use crate::driver::dpop::Showing;
use crate::driver::dpop_flaw::{Flaw, UnknownFlaw};
use crate::driver::dpop_proof::algorithms;
use crate::driver::flow::Authorization;
use crate::driver::keys::Key;
use crate::driver::time::Side;
use crate::driver::{Change, Client as Role, Draft, Unmet};
use crate::observe::{Mismatch, Observed};
use crate::wire::Response;

parameter!(Which, "key", r"its key|another key");

/// Which key a client proves.
#[derive(Debug, Clone, Copy)]
pub struct Which(pub Key);

impl FromStr for Which {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Self(if text == "another key" { Key::Other } else { Key::Own }))
    }
}

parameter!(Flawed, "proofs", r"(?:an? |two |the same )[a-z ]*proofs?[^,]*");

/// What is wrong with a proof.
#[derive(Debug, Clone)]
pub struct Flawed(pub Flaw);

impl FromStr for Flawed {
    type Err = UnknownFlaw;

    fn from_str(text: &str) -> Result<Self, UnknownFlaw> {
        text.parse().map(Self)
    }
}

/// Notes which proof the judged request carries.
pub(super) fn note(w: &mut World, how: &Showing<'_>) {
    match (how.flaw, how.key) {
        (Some(flaw), _) => w.deviates(flaw.to_string()),
        (None, Key::Other) => w.deviates("a proof by another key"),
        (None, Key::Own) => {}
    }
}

/// Sends a token request with a proof, and keeps the tokens that come.
pub(super) async fn send(
    w: &mut World,
    client: &Role,
    draft: Draft,
    how: &Showing<'_>,
) -> StepResult {
    let since = Instant::now();
    let shown = w.driver().show(&draft, how).await;
    let (draft, sent) = w.need(shown)?;
    note(w, how);
    let what = Observed::of_token(&sent);
    let pair = w.driver().pair_of(client, &sent, since);
    w.issued.pairs.extend(pair);
    w.answers.last = Some(Answer { draft, sent, what });
    Ok(())
}

async fn ask(w: &mut World, client: &Role, request: TokenRequest, how: &Showing<'_>) -> StepResult {
    let draft = request.draft(w, client).await?;
    send(w, client, draft, how).await
}

/// The tokens of the last answer are to be bound to a key. A server may issue others to a client that
/// proves one (RFC 9449 §5): then there is nothing that could be bound.
fn are_bound(w: &mut World) -> StepResult {
    let what = w.answer()?.what;
    w.control_that(what == Observed::Tokens, || {
        format!("a token request with a proof of possession got {}", what.describe())
    })?;
    let kind = w.pair()?.token_type.unwrap_or_default();
    let text = || format!("the target issues tokens of the type {kind:?} to a client with a proof");
    let bound = kind.eq_ignore_ascii_case("DPoP");
    w.need(if bound { Ok(()) } else { Err(Unmet::Lacking(text())) })
}

given!("{client} has obtained tokens bound to its key", has_bound(client).await);
pub(super) async fn has_bound(w: &mut World, client: Client) -> StepResult {
    ask(w, &client.0, TokenRequest::Any, &Showing::default()).await?;
    are_bound(w)
}

/// A code that was asked for with the thumbprint of the client's key (RFC 9449 §10).
async fn code_for_key(w: &mut World, client: &Role) -> StepResult {
    let key = w.driver().signing_key(Key::Own, None);
    let thumbprint = w.need(key)?.thumbprint();
    let changes = [Change::set("dpop_jkt", thumbprint)];
    let ask = Authorization { changes: &changes, ..Authorization::of(client) };
    let code = w.driver().obtain_code(&ask).await;
    w.issued.code = Some(w.control(code)?);
    Ok(())
}

given!("{client} holds an authorization code for its key", holds_for_key(client).await);
async fn holds_for_key(w: &mut World, client: Client) -> StepResult {
    code_for_key(w, &client.0).await
}

given!("{client} has redeemed a code for its key", redeemed_for_key(client).await);
async fn redeemed_for_key(w: &mut World, client: Client) -> StepResult {
    code_for_key(w, &client.0).await?;
    ask(w, &client.0, TokenRequest::OfCode, &Showing::default()).await?;
    are_bound(w)
}

given!("{client} was asked for a nonce", was_asked(client));
fn was_asked(w: &mut World, client: Client) -> StepResult {
    let url = w.driver().site.token.clone();
    let asked = w.driver().was_asked_for_nonce(&url);
    let text = || format!("the token endpoint asks the {} client for no nonce", client.0.0);
    w.need(if asked { Ok(()) } else { Err(Unmet::Lacking(text())) })
}

given!("the server asks for no nonces", asks_for_none());
/// A server that asks for nonces learns from them when a proof was made (RFC 9449 §4.3).
fn asks_for_none(w: &mut World) -> StepResult {
    let site = std::sync::Arc::clone(&w.driver().site);
    let urls = [Some(&site.token), site.resource.as_ref()];
    let asked = urls.into_iter().flatten().any(|url| w.driver().was_asked_for_nonce(url));
    let text = "the nonces of the target say when a proof was made".to_owned();
    w.need(if asked { Err(Unmet::Lacking(text)) } else { Ok(()) })
}

when!("{client} {token_request}, proving possession of {key}", proves(client, request, key).await);
async fn proves(w: &mut World, client: Client, request: TokenRequest, key: Which) -> StepResult {
    ask(w, &client.0, request, &Showing { key: key.0, ..Showing::default() }).await
}

when!(
    "{client} requests tokens, proving possession of its key by {proofs}",
    proves_badly(client, flaw).await
);
async fn proves_badly(w: &mut World, client: Client, flaw: Flawed) -> StepResult {
    let how = Showing { flaw: Some(&flaw.0), ..Showing::default() };
    ask(w, &client.0, TokenRequest::Any, &how).await
}

when!(
    "{client} requests tokens at a URL with a query, proving possession of its key",
    proves_with_query(client).await
);
/// The URL of the request has a query, which no proof names.
async fn proves_with_query(w: &mut World, client: Client) -> StepResult {
    let mut draft = w.token_request(&client.0).await?;
    draft.raw_query = Some("oauthspec=1".to_owned());
    send(w, &client.0, draft, &Showing::default()).await
}

given!("{client} has shown {proofs}", has_shown(client, flaw).await);
/// How far a client's clock may be ahead is the server's to decide.
async fn has_shown(w: &mut World, client: Client, flaw: Flawed) -> StepResult {
    proves_badly(w, client, flaw.clone()).await?;
    w.assessment.deviation = None;
    let what = w.answer()?.what;
    if what.is_refusal() {
        let text = format!("the server does not take {}: {}", flaw.0, what.describe());
        return w.need(Err(Unmet::Lacking(text)));
    }
    w.control_that(what == Observed::Tokens, || format!("{}: {}", flaw.0, what.describe()))
}

given!("that proof is {span} old", proof_ages(span).await);
/// A proof is as old as the token that it brought.
async fn proof_ages(w: &mut World, span: Span) -> StepResult {
    let born = w.pair()?.born;
    age(w, born, span.0, Span(Duration::ZERO), Side::Past).await
}

/// The proof of the request before, which was taken.
fn last_proof(w: &mut World) -> Result<Vec<u8>, String> {
    let draft = w.answer()?.draft;
    let proof = draft.headers.get("dpop").map(<[u8]>::to_vec);
    w.left(proof, "a request with a proof of possession")
}

when!("{client} requests tokens, showing a proof that was used before", proves_again(client).await);
async fn proves_again(w: &mut World, client: Client) -> StepResult {
    let proof = last_proof(w)?;
    let mut draft = w.token_request(&client.0).await?;
    draft.headers.push("DPoP", proof);
    w.deviates("a proof that was used before");
    w.submit_for_tokens(&client.0, draft, &[]).await
}

when!("{client} {token_request}, proving nothing", proves_nothing(client, request).await);
async fn proves_nothing(w: &mut World, client: Client, request: TokenRequest) -> StepResult {
    let draft = Draft { unproven: true, ..request.draft(w, &client.0).await? };
    w.deviates("no proof of possession");
    w.submit_for_tokens(&client.0, draft, &[]).await
}

when!("{client} refreshes, proving nothing", refreshes_unproven(client).await);
async fn refreshes_unproven(w: &mut World, client: Client) -> StepResult {
    let draft = Draft { unproven: true, ..refreshment(w, &client.0)? };
    w.deviates("no proof of possession");
    w.submit_for_tokens(&client.0, draft, &[]).await
}

when!("{client} refreshes, proving possession of {key}", refreshes(client, key).await);
async fn refreshes(w: &mut World, client: Client, key: Which) -> StepResult {
    let draft = refreshment(w, &client.0)?;
    send(w, &client.0, draft, &Showing { key: key.0, ..Showing::default() }).await
}

given!("{client} has refreshed, proving possession of its key", has_refreshed(client).await);
async fn has_refreshed(w: &mut World, client: Client) -> StepResult {
    let before = w.refresh_token()?;
    refreshes_again(w, client).await?;
    goes_on(w, before);
    Ok(())
}

async fn refreshes_again(w: &mut World, client: Client) -> StepResult {
    let draft = refreshment(w, &client.0)?;
    send(w, &client.0, draft, &Showing::default()).await?;
    let what = w.answer()?.what;
    w.control_that(what == Observed::Tokens, || format!("a refresh got {}", what.describe()))
}

when!(
    "the client requests tokens, by each algorithm of proofs that the target names",
    each_algorithm().await
);
async fn each_algorithm(w: &mut World) -> StepResult {
    let client = Role::default_role();
    let profile = std::sync::Arc::clone(&w.driver().site.profile);
    for alg in algorithms(&profile) {
        let how = Showing { alg: Some(alg), ..Showing::default() };
        ask(w, &client, TokenRequest::Any, &how).await?;
        w.deviates(format!("a proof by {}", alg.name()));
        if w.answer()?.what != Observed::Tokens {
            break;
        }
    }
    Ok(())
}

then!("the token is bound to the key", is_bound());
fn is_bound(w: &mut World) -> StepResult {
    let what = w.answer()?.what;
    w.judge_what(&what, "200 with an access token", |what| *what == Observed::Tokens)?;
    let kind = w.pair()?.token_type.unwrap_or_default();
    let bound = kind.eq_ignore_ascii_case("DPoP");
    let other = || Mismatch::new("token_type DPoP", format!("{kind:?}"));
    w.judge(if bound { Ok(()) } else { Err(other()) })
}

/// Characters of a nonce (RFC 9449 §8.1): those of a scope.
fn is_of_nonce(c: char) -> bool {
    matches!(c, '\x21' | '\x23'..='\x5b' | '\x5d'..='\x7e')
}

/// What is wrong with how a nonce is told.
pub(super) fn told(response: &Response) -> Result<(), String> {
    let told: Vec<String> = response
        .headers
        .all("dpop-nonce")
        .map(|value| String::from_utf8_lossy(value).into_owned())
        .collect();
    match &told[..] {
        [] => Err("no DPoP-Nonce".to_owned()),
        [nonce] if nonce.is_empty() || !nonce.chars().all(is_of_nonce) => {
            Err("DPoP-Nonce with other characters than a scope may have".to_owned())
        }
        [_] => Ok(()),
        several => Err(format!("{} fields DPoP-Nonce", several.len())),
    }
}

then!("the server asks for a nonce", asks());
fn asks(w: &mut World) -> StepResult {
    let (what, response) = (w.answer()?.what, w.response()?);
    let told_anyhow = response.headers.get("dpop-nonce").is_some();
    let error = match &what {
        Observed::Error { error, .. } => error.clone(),
        _ => String::new(),
    };
    if what == Observed::Tokens || error != "use_dpop_nonce" && !told_anyhow {
        let text = format!("the target asks for no nonce, but answers {}", what.describe());
        return w.need(Err(Unmet::Lacking(text)));
    }
    let right = (error == "use_dpop_nonce" && response.status == 400)
        .then_some(())
        .ok_or_else(|| what.describe())
        .and_then(|()| told(&response));
    w.judge(right.map_err(|actual| {
        Mismatch::new("400 use_dpop_nonce with one DPoP-Nonce of the characters of a scope", actual)
    }))?;
    w.assessment.evidence.refusal();
    Ok(())
}

then!("the answer names the key of the token", names_key());
fn names_key(w: &mut World) -> StepResult {
    let members = members(w)?;
    // Of a token that is not active nothing else has to be told (RFC 7662 §2.2).
    let active = members.get("active").and_then(Value::as_bool) != Some(false);
    w.control_that(active, || "the bound token is not active when it is introspected".to_owned())?;
    let key = w.driver().signing_key(Key::Own, None);
    let thumbprint = w.need(key)?.thumbprint();
    let named = members.get("cnf").and_then(|it| it.get("jkt")?.as_str());
    let kind = members.get("token_type").and_then(Value::as_str);
    let other = kind.filter(|kind| !kind.eq_ignore_ascii_case("DPoP"));
    let result = match (named, other) {
        (Some(named), None) if named == thumbprint => Ok(()),
        (Some(named), None) => Err(format!("cnf.jkt {named:?}")),
        (None, None) => Err("no cnf.jkt".to_owned()),
        (_, Some(kind)) => Err(format!("token_type {kind:?}")),
    };
    let expected = format!("cnf.jkt {thumbprint:?}, and token_type DPoP if there is one");
    w.judge(result.map_err(|actual| Mismatch::new(expected, actual)))
}

then!("the algorithms of proofs are those of public keys", asymmetric());
fn asymmetric(w: &mut World) -> StepResult {
    let members = published(w)?;
    let Some(named) = names(&members, "dpop_signing_alg_values_supported") else {
        let text = "the metadata name no dpop_signing_alg_values_supported".to_owned();
        return w.need(Err(Unmet::Lacking(text)));
    };
    let shared = |name: &String| name.eq_ignore_ascii_case("none") || name.starts_with("HS");
    let wrong: Vec<&String> = named.iter().filter(|name| shared(name)).collect();
    w.judge(match wrong.is_empty() && !named.is_empty() {
        true => Ok(()),
        false => {
            let expected = "algorithms of asymmetric signatures";
            Err(Mismatch::new(expected, format!("{named:?}")))
        }
    })
}
