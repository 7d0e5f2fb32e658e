//! What comes of an exchange (RFC 8693): of which type it is, who acts with it, and what it is for.

use serde_json::Value;

use super::api::send;
use super::audience::{Audience, named};
use super::definition::{given, then, when};
use super::exchange::{exchange, exchange_for, granted, optional, outlive};
use super::introspection::all_said;
use super::params::{Changes, Client, Holder, Span};
use super::world::{StepResult, World};
use crate::driver::exchange::{ACCESS_TOKEN, REFRESH_TOKEN, TypedToken};
use crate::driver::{Change, Client as Role, Draft, Pair, Unmet};
use crate::observe::observed::json;
use crate::observe::{Mismatch, Observed};

/// A type that nobody has defined.
const NO_TYPE: &str = "urn:oauthspec:nothing";

/// The member of an answer that is a text.
fn told(w: &mut World, name: &str) -> Result<Option<String>, String> {
    let members = json(&w.response()?).unwrap_or_default();
    Ok(members.get(name).and_then(Value::as_str).map(str::to_owned))
}

/// The type of what an exchange has brought; where it brought nothing, there is none to be judged.
fn issued_type(w: &mut World) -> Result<String, String> {
    let what = w.answer()?.what;
    w.not_broken(&what)?;
    let kind = match what {
        Observed::Tokens => {
            told(w, "issued_token_type")?.ok_or("no type is told of what came".to_owned())
        }
        what => Err(format!("the exchange is refused: {}", what.describe())),
    };
    w.need(kind.map_err(Unmet::Lacking))
}

async fn request(w: &mut World, client: &Role, kind: &str) -> StepResult {
    exchange_for(w, client, &[Change::set("requested_token_type", kind)]).await
}

when!("{client} exchanges the token for an access token", for_access(client).await);
async fn for_access(w: &mut World, client: Client) -> StepResult {
    request(w, &client.0, ACCESS_TOKEN).await
}

when!("{client} exchanges the token for a refresh token", for_refresh(client).await);
async fn for_refresh(w: &mut World, client: Client) -> StepResult {
    request(w, &client.0, REFRESH_TOKEN).await
}

when!(
    "{client} exchanges the token for something of a type that nobody knows",
    for_nothing(client).await
);
async fn for_nothing(w: &mut World, client: Client) -> StepResult {
    request(w, &client.0, NO_TYPE).await
}

then!("what came is of the type that is told", of_its_type().await);
/// A type is requested, and not demanded: a server may refuse it, or issue another.
async fn of_its_type(w: &mut World) -> StepResult {
    let answer = w.answer()?;
    let requested = answer.draft.form.first("requested_token_type").is_some();
    if requested && answer.what.is_refusal() {
        w.not_broken(&answer.what)?;
        w.judge(Ok(()))?;
        w.assessment.evidence.refusal();
        return Ok(());
    }
    let kind = issued_type(w)?;
    let pair = w.pair()?;
    if kind == NO_TYPE {
        let seen = "one that nobody has defined";
        return w.judge(Err(Mismatch::new("the type of what came", seen)));
    }
    if kind != ACCESS_TOKEN && kind != REFRESH_TOKEN {
        return w.judge(Ok(()));
    }
    let draft = w.driver().refreshment(&pair.client, &pair.access);
    let draft = w.need(draft)?;
    let what = Observed::of_token(&w.submit(&draft).await?);
    if kind == ACCESS_TOKEN {
        let expected = "an access token, which refreshes nothing";
        return w.judge_what(&what, expected, Observed::is_refusal);
    }
    // Who may have a refresh token need not be the client that exchanges.
    if matches!(&what, Observed::Error { error, .. } if error == "unauthorized_client") {
        let text = "the client that exchanges may not refresh".to_owned();
        return w.need(Err(Unmet::Lacking(text)));
    }
    w.judge_what(&what, "a refresh token, which brings tokens", |it| *it == Observed::Tokens)
}

then!("what is no access token has no type of one", no_type_of_one());
fn no_type_of_one(w: &mut World) -> StepResult {
    if issued_type(w)? == ACCESS_TOKEN {
        let text = "the server exchanges tokens for access tokens alone".to_owned();
        return w.need(Err(Unmet::Lacking(text)));
    }
    let kind = told(w, "token_type")?.unwrap_or_default();
    w.judge(match kind.as_str() {
        "N_A" => Ok(()),
        other => Err(Mismatch::new("token_type \"N_A\"", format!("token_type {other:?}"))),
    })
}

/// The exchange for a user who is to act.
async fn exchange_acting(w: &mut World, client: &Role, who: &Holder) -> Result<Draft, String> {
    let role = match who {
        Holder::User(role) => Some(role.clone()),
        _ => None,
    };
    let role = w.left(role, "a user who is to act")?;
    let pair = granted(w, client, &role, None).await?;
    let actor = TypedToken::access(&pair.access);
    w.issued.actors.push(pair);
    exchange(w, client, Some(&actor))
}

/// The tokens of whoever is to act.
fn actor(w: &mut World) -> Result<Pair, String> {
    let actor = w.issued.actors.last().cloned();
    w.left(actor, "a token of an actor")
}

given!(
    "{client} has exchanged the token for {holder} to act",
    has_exchanged_acting(client, who).await
);
/// A server need not know actors: then there is nothing to be said of them.
async fn has_exchanged_acting(w: &mut World, client: Client, who: Holder) -> StepResult {
    let draft = exchange_acting(w, &client.0, &who).await?;
    optional(w, &client.0, draft, "actors").await
}

when!("{client} exchanges the token for {holder} to act", exchanges_acting(client, who).await);
async fn exchanges_acting(w: &mut World, client: Client, who: Holder) -> StepResult {
    let draft = exchange_acting(w, &client.0, &who).await?;
    w.deviates("a token of an actor beside it");
    w.submit_for_tokens(&client.0, draft, &[]).await
}

when!(
    "{client} exchanges the access token that came for {holder} to act",
    exchanges_again(client, who).await
);
async fn exchanges_again(w: &mut World, client: Client, who: Holder) -> StepResult {
    let pair = w.pair()?;
    w.issued.subject = Some((TypedToken::access(&pair.access), pair));
    let draft = exchange_acting(w, &client.0, &who).await?;
    w.submit_for_tokens(&client.0, draft, &[]).await
}

when!("{client}, which is not that actor, exchanges the token", exchanges_itself(client).await);
async fn exchanges_itself(w: &mut World, client: Client) -> StepResult {
    w.deviates("a client that is not the actor");
    exchange_for(w, &client.0, &[]).await
}

when!(
    "{client} that may not have the grant exchanges the token",
    exchanges_forbidden(client).await
);
async fn exchanges_forbidden(w: &mut World, client: Client) -> StepResult {
    w.deviates("a client that may not have the grant");
    exchange_for(w, &client.0, &[]).await
}

/// The exchange for the actor that there was.
async fn same_actor(w: &mut World, client: &Role, changes: &[Change]) -> StepResult {
    let actor = TypedToken::access(&actor(w)?.access);
    let draft = exchange(w, client, Some(&actor))?;
    w.submit_for_tokens(client, draft, changes).await
}

when!(
    "{client} exchanges the token for the same actor, whose token has ended",
    exchanges_ended_actor(client).await
);
async fn exchanges_ended_actor(w: &mut World, client: Client) -> StepResult {
    w.deviates("a token of an actor that has ended");
    same_actor(w, &client.0, &[]).await
}

when!(
    "{client} exchanges the token for the same actor {change}",
    exchanges_changed_actor(client, changes).await
);
async fn exchanges_changed_actor(w: &mut World, client: Client, changes: Changes) -> StepResult {
    same_actor(w, &client.0, &changes.0).await
}

given!("the token of the actor has been revoked", actor_revoked().await);
async fn actor_revoked(w: &mut World) -> StepResult {
    let pair = actor(w)?;
    super::revoke::revoked(w, &pair.client, &pair.access).await?;
    let what = w.driver().probe(&pair.access).await;
    let what = w.need(what)?;
    // Whether a revocation ends a token is the matter of other rules.
    w.control_that(what.is_refusal_of_call(), || {
        format!("the token that was revoked: {}", what.describe())
    })
}

given!("the token of the actor is {span} past its expires_in", actor_expired(span).await);
async fn actor_expired(w: &mut World, span: Span) -> StepResult {
    let pair = actor(w)?;
    outlive(w, &pair, span).await
}

then!("the token of the actor still works", actor_stays().await);
async fn actor_stays(w: &mut World) -> StepResult {
    let token = actor(w)?.access;
    let what = w.driver().probe(&token).await;
    let what = w.need(what)?;
    w.judge_what(&what, "the resource is served", Observed::is_served)
}

given!("{client} holds a token to exchange that names its actor", names_actor(client).await);
async fn names_actor(w: &mut World, client: Client) -> StepResult {
    let pair = granted(w, &client.0, "default", None).await?;
    let named = all_said(w, &pair, "may_act").await?.contains_key("may_act");
    w.issued.subject = Some((TypedToken::access(&pair.access), pair));
    let text = || Unmet::Lacking("the token does not name who may act with it".to_owned());
    w.need(if named { Ok(()) } else { Err(text()) })
}

/// Who acts with the token that came, and who acted before; the last one first.
async fn actors_told(w: &mut World) -> Result<Vec<Value>, String> {
    issued_type(w)?;
    let pair = w.pair()?;
    let said = all_said(w, &pair, "act").await?;
    let mut told = Vec::new();
    let mut next = said.get("act").cloned();
    while let Some(act) = next.filter(Value::is_object) {
        next = act.get("act").cloned();
        told.push(act);
    }
    Ok(told)
}

/// Whether it is told that these act, the last one first. By which claim is left open: where a subject is
/// told of the actor and of the actor's own token, it has to be the same.
async fn judge_actors(w: &mut World, actors: Vec<Pair>) -> StepResult {
    let told = actors_told(w).await?;
    for (at, actor) in actors.iter().enumerate() {
        let own = all_said(w, actor, "sub").await?;
        let Some(act) = told.get(at) else {
            let text = format!("{} actors, one within the other (`act`)", actors.len());
            return w.judge(Err(Mismatch::new(text, told.len().to_string())));
        };
        if own.get("sub").zip(act.get("sub")).is_some_and(|(own, told)| own != told) {
            return w.judge(Err(Mismatch::new("the actor as the subject of `act`", "another one")));
        }
    }
    w.judge(Ok(()))
}

then!("the access token tells that the actor acts", tells_actor().await);
async fn tells_actor(w: &mut World) -> StepResult {
    let last = actor(w)?;
    judge_actors(w, vec![last]).await
}

then!("the access token tells that the actor acts, and who acted before", tells_actors().await);
async fn tells_actors(w: &mut World) -> StepResult {
    let actors = w.issued.actors.iter().rev().cloned().collect();
    judge_actors(w, actors).await
}

given!("the access token opens the resource", opens().await);
async fn opens(w: &mut World) -> StepResult {
    let token = w.pair()?.access;
    let what = w.driver().probe(&token).await;
    let what = w.need(what)?;
    if what.is_refusal_of_call() {
        let text = "what an exchange brings is not for the resource".to_owned();
        return w.need(Err(Unmet::Lacking(text)));
    }
    w.control_served(&what, "what an exchange brought")
}

given!(
    "{client} has exchanged the token for {audience}",
    has_exchanged_for(client, audience).await
);
async fn has_exchanged_for(w: &mut World, client: Client, audience: Audience) -> StepResult {
    let changes = named(w, audience)?;
    let draft = exchange(w, &client.0, None)?;
    let draft = w.changed(draft, &changes)?;
    optional(w, &client.0, draft, "resources").await
}

when!("{client} exchanges the token for {audience}", exchanges_for(client, audience).await);
async fn exchanges_for(w: &mut World, client: Client, audience: Audience) -> StepResult {
    let changes = named(w, audience)?;
    exchange_for(w, &client.0, &changes).await
}

when!(
    "{client} exchanges the token for both resources as audiences",
    exchanges_for_audiences(client).await
);
async fn exchanges_for_audiences(w: &mut World, client: Client) -> StepResult {
    let as_audience = |change| match change {
        Change::Beside(_, value) => Change::Beside("audience".to_owned(), value),
        other => other,
    };
    let changes: Vec<Change> = named(w, Audience::Both)?.into_iter().map(as_audience).collect();
    exchange_for(w, &client.0, &changes).await
}

then!(
    "the access token opens the other resource, where the server exchanges tokens for it",
    opens_other().await
);
async fn opens_other(w: &mut World) -> StepResult {
    issued_type(w)?;
    let token = w.pair()?.access;
    let other = w.driver().call_other(&token);
    let other = w.need(other)?;
    send(w, other).await?;
    let what = w.answer()?.what;
    w.judge_what(&what, "the other resource is served", Observed::is_served)
}
