//! Using tokens at a protected resource.

use std::collections::BTreeSet;

use serde_json::Value;

use super::answers::Answer;
use super::definition::{given, then, when};
use super::params::{Holder, Spoilt};
use super::world::{StepResult, World};
use crate::driver::draft::Encoding;
use crate::driver::{Client as Role, Draft, Unmet};
use crate::observe::observed::{bearer_challenge, challenges, json};
use crate::observe::{Mismatch, Observed, challenge, refusal, success};
use crate::rules::Means;
use crate::wire::Response;

/// A resource that the profile does not name is a duty left out where the rule is about resources.
fn call(w: &mut World, scoped: bool) -> Result<Draft, String> {
    let draft = w.driver().call(scoped);
    w.need(draft)
}

/// A call with this access token.
pub(super) fn call_with(w: &mut World, scoped: bool, token: &str) -> Result<Draft, String> {
    let draft = w.driver().call_with(scoped, token);
    w.need(draft)
}

pub(super) async fn send(w: &mut World, draft: Draft) -> StepResult {
    let sent = w.submit(&draft).await?;
    let what = w.driver().called(&draft, &sent);
    w.answers.last = Some(Answer { what, draft, sent });
    Ok(())
}

/// Calls the resource with something as the access token.
pub(super) async fn send_with(w: &mut World, token: &str) -> StepResult {
    let draft = call_with(w, false, token)?;
    send(w, draft).await
}

then!("the challenge is well formed", well_formed());
fn well_formed(w: &mut World) -> StepResult {
    let what = w.answer()?.what;
    w.readable(&what)?;
    let response = w.response()?;
    let Some(judgement) = challenge::shape(&response) else {
        let text = "the refusal has no Bearer challenge".to_owned();
        return w.need(Err(Unmet::Lacking(text)));
    };
    w.judge_by(|_| judgement.clone())
}

given!("the access token works", works().await);
then!("the unchanged call is still served", works().await);
/// A control at the end, too: why a token died meanwhile is the matter of other rules.
pub(super) async fn works(w: &mut World) -> StepResult {
    let token = w.pair()?.access;
    let what = w.driver().probe(&token).await;
    let what = w.need(what)?;
    w.control_served(&what, "the access token did not work")
}

then!("the access token still works", still_works().await);
pub(super) async fn still_works(w: &mut World) -> StepResult {
    let token = w.pair()?.access;
    let what = w.driver().probe(&token).await;
    let what = w.need(what)?;
    w.judge_what(&what, "the resource is served", Observed::is_served)
}

then!("the access token no longer works", dead().await);
async fn dead(w: &mut World) -> StepResult {
    let token = w.pair()?.access;
    let what = w.driver().probe(&token).await;
    let what = w.need(what)?;
    w.judge_what(&what, "a refusal of the access token", Observed::is_refusal_of_call)
}

then!("a new access token works", fresh_works().await);
async fn fresh_works(w: &mut World) -> StepResult {
    let pair = w.obtain_tokens(&Role::default_role()).await?;
    w.issued.pairs.push(pair);
    works(w).await
}

then!("the API answers as documented", documented());
fn documented(w: &mut World) -> StepResult {
    let answer = w.answer()?;
    w.judge_documented(&answer.what, Means::Body)
}

then!("the API refuses the call", refuses());
fn refuses(w: &mut World) -> StepResult {
    let answer = w.answer()?;
    w.judgeable(&answer.what)?;
    w.judge_each(|cite| refusal::at_resource(&cite.document.resource_refusal, &answer.what))?;
    w.assessment.evidence.refusal();
    Ok(())
}

then!("the API serves the request", served());
fn served(w: &mut World) -> StepResult {
    let answer = w.answer()?;
    w.judge_what(&answer.what, "the resource is served", Observed::is_served)
}

when!("the client calls the API with the access token", calls().await);
async fn calls(w: &mut World) -> StepResult {
    let token = w.pair()?.access;
    let draft = call_with(w, false, &token)?;
    send(w, draft).await
}

when!("the client calls the API with the scheme {string}", calls_with_scheme(scheme).await);
async fn calls_with_scheme(w: &mut World, scheme: String) -> StepResult {
    let token = w.pair()?.access;
    let mut draft = call(w, false)?;
    draft.headers.push("Authorization", format!("{scheme} {}", &*token));
    draft.unproven = true;
    w.deviates(format!("scheme {scheme}"));
    send(w, draft).await
}

when!(
    "the client calls the API with credentials of the scheme {string}",
    calls_with_credentials(scheme).await
);
/// Credentials of nobody. A resource that asks for this scheme as well may say what is wrong with them.
async fn calls_with_credentials(w: &mut World, scheme: String) -> StepResult {
    let mut draft = call(w, false)?;
    draft.headers.push("Authorization", format!("{scheme} {NOBODY}"));
    w.deviates(format!("credentials of the scheme {scheme}"));
    send(w, draft).await?;
    if !challenges(&w.response()?).any(|challenge| challenge.is(&scheme)) {
        return Ok(());
    }
    w.need(Err(Unmet::Lacking(format!("the resource takes the scheme {scheme}, too"))))
}

/// `oauthspec:oauthspec`, as HTTP Basic writes it.
const NOBODY: &str = "b2F1dGhzcGVjOm9hdXRoc3BlYw==";

when!("the client calls the API with the access token and no scheme", calls_bare().await);
async fn calls_bare(w: &mut World) -> StepResult {
    let token = w.pair()?.access;
    let mut draft = call(w, false)?;
    draft.headers.push("Authorization", &*token);
    w.deviates("no scheme before the token".to_owned());
    send(w, draft).await
}

when!("the client calls the API without a token", calls_without().await);
async fn calls_without(w: &mut World) -> StepResult {
    let draft = call(w, false)?;
    w.deviates("no token".to_owned());
    send(w, draft).await
}

when!("the client calls the API with {string} as the access token", calls_with(value).await);
async fn calls_with(w: &mut World, value: String) -> StepResult {
    let mut draft = call(w, false)?;
    draft.headers.push("Authorization", format!("Bearer {value}").trim_end().to_owned());
    w.deviates(format!("token {value:?}"));
    send(w, draft).await
}

when!("the client calls the API with the access token {spoilt}", calls_spoilt(spoilt).await);
async fn calls_spoilt(w: &mut World, spoilt: Spoilt) -> StepResult {
    let token = w.pair()?.access;
    let draft = call_with(w, false, &spoilt.0.apply(&token))?;
    w.deviates(format!("the access token {}", spoilt.0));
    send(w, draft).await
}

when!(
    "the client calls the API with the access token in the header and in the {word}",
    calls_twice(place).await
);
async fn calls_twice(w: &mut World, place: String) -> StepResult {
    let token = w.pair()?.access;
    let mut draft = call_with(w, false, &token)?;
    match place.as_str() {
        "body" => {
            draft.method = "POST".to_owned();
            draft.encoding = Encoding::Form;
            draft.json = None;
            draft.form.push("access_token", token);
        }
        _ => draft.query.push("access_token", token),
    }
    w.deviates(format!("a second access token in the {place}"));
    send(w, draft.clone()).await?;
    if place == "body" { takes_body(w, draft).await } else { Ok(()) }
}

/// Whether a token in the body is one at all: that a resource takes it there is optional (RFC 6750 §2.2).
async fn takes_body(w: &mut World, both: Draft) -> StepResult {
    takes_post(w, both.clone()).await?;
    if !w.answer()?.what.is_served() {
        return Ok(());
    }
    let mut alone = both;
    alone.headers.remove("Authorization");
    let what = Observed::of_resource(&w.submit(&alone).await?);
    if what.is_served() {
        return Ok(());
    }
    let text = format!("the resource takes no token from the body: {}", what.describe());
    w.need(Err(Unmet::Lacking(text)))
}

when!("the client calls the API with the access token in the query alone", calls_by_query().await);
async fn calls_by_query(w: &mut World) -> StepResult {
    let token = w.pair()?.access;
    let mut draft = call(w, false)?;
    draft.query.push("access_token", token);
    w.deviates("the access token in the query alone".to_owned());
    send(w, draft).await
}

then!("nobody but the client may keep what the API answers", is_private());
fn is_private(w: &mut World) -> StepResult {
    let what = w.answer()?.what;
    if !what.is_served() {
        let text = format!("the resource takes no token from the query: {}", what.describe());
        return w.need(Err(Unmet::Lacking(text)));
    }
    let response = w.response()?;
    w.judge(success::private(&response))
}

/// A resource that answers every POST alike takes none: then nothing can be said about two tokens.
pub(super) async fn takes_post(w: &mut World, mut single: Draft) -> StepResult {
    single.form = [("oauthspec", "1")].into_iter().collect();
    let alone = Observed::of_resource(&w.submit(&single).await?);
    if alone.is_served() || w.answer()?.what != alone {
        return Ok(());
    }
    let text = format!("the resource does not take POST: {}", alone.describe());
    w.need(Err(Unmet::Lacking(text)))
}

when!(
    "the client calls the API with two access tokens in the {word}",
    calls_same_place_twice(place).await
);
async fn calls_same_place_twice(w: &mut World, place: String) -> StepResult {
    let token = w.pair()?.access;
    let mut draft = call(w, false)?;
    for _ in 0..2 {
        match place.as_str() {
            "query" => draft.query.push("access_token", token.clone()),
            _ => draft.headers.push("Authorization", format!("Bearer {}", &*token)),
        }
    }
    w.deviates(format!("two access tokens in the {place}"));
    send(w, draft).await
}

given!("the parameter {string} changes what the API answers", query_means_something(raw).await);
/// A parameter that means nothing to the target cannot be malformed.
async fn query_means_something(w: &mut World, raw: String) -> StepResult {
    calls(w).await?;
    let plain = w.response()?;
    calls_with_query(w, raw.clone()).await?;
    w.assessment.deviation = None;
    let what = w.answer()?.what;
    w.control_served(&what, &format!("a call with {raw} was not served"))?;
    if names(&plain) != names(&w.response()?) {
        return Ok(());
    }
    let text = format!("the target does not support the parameter {raw}: it changes nothing");
    w.need(Err(Unmet::Lacking(text)))
}

/// The members of a JSON object by name, in any order.
fn names(response: &Response) -> Option<BTreeSet<String>> {
    Some(json(response)?.as_object()?.keys().cloned().collect())
}

when!(
    "the client calls the API with the access token and the parameter {string}",
    calls_with_query(raw).await
);
async fn calls_with_query(w: &mut World, raw: String) -> StepResult {
    let token = w.pair()?.access;
    let mut draft = call_with(w, false, &token)?;
    draft.raw_query = Some(raw.clone());
    w.deviates(format!("the query {raw}"));
    send(w, draft).await
}

then!("the challenge carries a description", described());
fn described(w: &mut World) -> StepResult {
    let what = w.answer()?.what;
    w.readable(&what)?;
    let response = w.response()?;
    let challenge = bearer_challenge(&response);
    let has =
        challenge.is_some_and(|c| c.param("error_description").is_some_and(|d| !d.is_empty()));
    let result = if has {
        Ok(())
    } else {
        Err(Mismatch::new("an error_description in the challenge", "none"))
    };
    w.judge(result)
}

/// The user whom a sentence means, by what the API calls them.
fn identity_of(w: &mut World, holder: &Holder) -> Result<String, String> {
    let Holder::User(role) = holder else { return w.left(None, "a user of the profile") };
    let user = w.driver().user(role);
    let user = w.need(user)?;
    Ok(user.identity.unwrap_or(user.login))
}

then!("the resource names {holder}", names_user(holder));
fn names_user(w: &mut World, holder: Holder) -> StepResult {
    let expected = identity_of(w, &holder)?;
    let actual = identity(w)?;
    let result = if actual == expected {
        Ok(())
    } else {
        Err(Mismatch::new(format!("{expected:?}"), format!("{actual:?}")))
    };
    w.judge(result)
}

then!("the resource names a user other than {holder}", names_another(holder));
fn names_another(w: &mut World, holder: Holder) -> StepResult {
    let other = identity_of(w, &holder)?;
    let actual = identity(w)?;
    let result = if actual == other {
        Err(Mismatch::new(format!("a user other than {other:?}"), "the same"))
    } else {
        Ok(())
    };
    w.judge(result)
}

then!("the resource names no user", names_nobody());
/// The resource may refuse such a token, or name the client.
fn names_nobody(w: &mut World) -> StepResult {
    let what = w.answer()?.what;
    if !what.is_served() {
        return w.judge_what(&what, "no user, or a refusal", Observed::is_refusal);
    }
    let named = identity(w)?;
    let users = w.driver().site.profile.users.clone();
    let is_user =
        users.values().any(|user| *user.identity.as_ref().unwrap_or(&user.login) == named);
    let wrong = || Err(Mismatch::new("no user, or a refusal", format!("the user {named:?}")));
    w.judge(if is_user { wrong() } else { Ok(()) })
}

/// Whose token the resource was called with, as its last answer says.
pub(super) fn identity(w: &mut World) -> Result<String, String> {
    let answer = w.answer()?;
    let response = w.response()?;
    let pointer = w.driver().site.profile.resource.clone().and_then(|r| r.identity);
    let pointer = w
        .need(pointer.ok_or_else(|| {
            Unmet::Lacking("the profile defines no `resource.identity`".to_owned())
        }))?;
    if !answer.what.is_served() {
        w.judge_what(&answer.what, "the resource is served", |_| false)?;
    }
    let body = json(&response).unwrap_or_default();
    Ok(match body.pointer(&pointer) {
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
        None => String::new(),
    })
}

/// A call by HEAD.
fn by_head(mut draft: Draft) -> Result<Draft, Unmet> {
    if draft.method != "GET" {
        return Err(Unmet::Lacking("the resource is not called by GET".to_owned()));
    }
    draft.method = "HEAD".to_owned();
    Ok(draft)
}

given!("a call by HEAD is served", head_served().await);
/// A resource need not know HEAD.
async fn head_served(w: &mut World) -> StepResult {
    works(w).await?;
    let token = w.pair()?.access;
    let draft = by_head(call_with(w, false, &token)?);
    let draft = w.need(draft)?;
    send(w, draft).await?;
    let what = w.answer()?.what;
    let text = || format!("the resource does not serve HEAD ({})", what.describe());
    w.need(if what.is_served() { Ok(()) } else { Err(Unmet::Lacking(text())) })
}

when!("the client calls the API by HEAD without a token", head_without().await);
async fn head_without(w: &mut World) -> StepResult {
    let draft = by_head(call(w, false)?);
    let draft = w.need(draft)?;
    w.deviates("no token, and the method HEAD".to_owned());
    send(w, draft).await
}

/// Where the entity tag of what was served is kept.
const ETAG: &str = "entity tag";

given!("a call is served with an entity tag", served_with_tag().await);
async fn served_with_tag(w: &mut World) -> StepResult {
    let token = w.pair()?.access;
    send_with(w, &token).await?;
    let what = w.answer()?.what;
    w.control_served(&what, "the access token did not work")?;
    let tag = w.response()?.headers.text("etag").map(std::borrow::Cow::into_owned);
    let lacking = || Unmet::Lacking("what the resource serves has no entity tag".to_owned());
    let tag = w.need(tag.ok_or_else(lacking))?;
    w.answers.keep(ETAG, vec![tag]);
    Ok(())
}

when!("the client calls the API without a token, and with that entity tag", tag_alone().await);
/// A condition counts only where the call would be served (RFC 9110 §13.2.1).
async fn tag_alone(w: &mut World) -> StepResult {
    let mut draft = call(w, false)?;
    let tag = w.answers.collected(ETAG).first().cloned();
    draft.headers.push("If-None-Match", w.left(tag, "an entity tag")?);
    w.deviates("no token, and the entity tag of what was served".to_owned());
    send(w, draft).await
}
