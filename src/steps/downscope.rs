//! Narrowing access tokens.

use super::answers::Answer;
use super::definition::{given, then, when};
use super::operations::{Operation, Thing};
use super::params::{Changes, Client, Spoilt};
use super::people::keep;
use super::revoke::revoked;
use super::world::{StepResult, World};
use crate::driver::{Client as Role, Draft, Pair, Unmet};
use crate::observe::{Mismatch, Observed, success};
use crate::profile::Downscope;

/// How the profile says that tokens are narrowed.
fn means(w: &mut World) -> Result<Downscope, String> {
    let means = w.driver().site.profile.downscope.clone();
    let lacking = || Unmet::Lacking("the profile defines no `downscope`".to_owned());
    w.need(means.ok_or_else(lacking))
}

fn id_of(w: &mut World, thing: &str) -> Result<String, String> {
    let id = w.driver().site.profile.things.get(thing).cloned();
    let lacking = || Unmet::Lacking(format!("the profile defines no thing of role `{thing}`"));
    w.need(id.ok_or_else(lacking))
}

/// The identifier of a thing, and the URL that names it as a resource.
fn resource(w: &mut World, thing: &str) -> Result<(String, String), String> {
    let (means, id) = (means(w)?, id_of(w, thing)?);
    let lacking = || Unmet::Lacking("the profile defines no `downscope.file_resource`".to_owned());
    let pattern = if thing.contains("file") {
        w.need(means.file_resource.ok_or_else(lacking))?
    } else {
        means.resource
    };
    let url = w.driver().values().with("item", id.clone()).fill(&pattern);
    Ok((id, url))
}

/// The original tokens of the scenario, which are not narrowed.
fn first(w: &mut World) -> Result<Pair, String> {
    let first = w.issued.pairs.first().cloned();
    w.left(first, "tokens")
}

/// The exchange of a token for the scope of the profile, and for an item if one is named.
fn narrowing(w: &mut World, token: &Pair, thing: Option<&str>) -> Result<Draft, String> {
    let scope = means(w)?.scope;
    let url = thing.map(|thing| resource(w, thing)).transpose()?.map(|(_, url)| url);
    Ok(w.driver().exchange(&token.access, &scope, url.as_deref()))
}

/// Narrows a token as a precondition or a control.
async fn narrowed(w: &mut World, token: &Pair, thing: Option<&str>) -> Result<Pair, String> {
    let draft = narrowing(w, token, thing)?;
    w.obtain(&token.client, &draft).await
}

given!("the client has narrowed the access token", has_narrowed().await);
async fn has_narrowed(w: &mut World) -> StepResult {
    let token = w.pair()?;
    let pair = narrowed(w, &token, None).await?;
    w.issued.pairs.push(pair);
    Ok(())
}

given!("the client has narrowed the access token to {thing}", has_narrowed_to(thing).await);
async fn has_narrowed_to(w: &mut World, thing: Thing) -> StepResult {
    let token = w.pair()?;
    let pair = narrowed(w, &token, Some(&thing.0)).await?;
    w.issued.pairs.push(pair);
    Ok(())
}

given!(
    "the client has narrowed the original access token to {thing}",
    has_narrowed_first_to(thing).await
);
async fn has_narrowed_first_to(w: &mut World, thing: Thing) -> StepResult {
    let token = first(w)?;
    let pair = narrowed(w, &token, Some(&thing.0)).await?;
    w.issued.pairs.push(pair);
    Ok(())
}

given!(
    "the client has narrowed the access token to the scope of {string}",
    has_narrowed_for(operation).await
);
/// The scope of the profile that opens an operation and no other one.
async fn has_narrowed_for(w: &mut World, operation: String) -> StepResult {
    let token = w.pair()?;
    let scope = means(w)?.opens.get(&operation).cloned();
    let lacking =
        || Unmet::Lacking(format!("the profile defines no `downscope.opens.{operation}`"));
    let scope = w.need(scope.ok_or_else(lacking))?;
    let draft = w.driver().exchange(&token.access, &scope, None);
    let pair = w.obtain(&token.client, &draft).await?;
    w.issued.pairs.push(pair);
    Ok(())
}

then!("the original access token can still be narrowed", still_narrowed().await);
async fn still_narrowed(w: &mut World) -> StepResult {
    let token = first(w)?;
    narrowed(w, &token, None).await.map(drop)
}

then!("a new access token can be narrowed", fresh_narrowed().await);
async fn fresh_narrowed(w: &mut World) -> StepResult {
    let token = w.obtain_tokens(&Role::default_role()).await?;
    narrowed(w, &token, None).await.map(drop)
}

when!("{client} narrows the access token", narrows(client).await);
async fn narrows(w: &mut World, client: Client) -> StepResult {
    let token = w.pair()?;
    let draft = narrowing(w, &token, None)?;
    w.submit_for_tokens(&client.0, draft, &[]).await
}

when!(
    "{client} narrows the access token and sends its credentials",
    narrows_authenticated(client).await
);
async fn narrows_authenticated(w: &mut World, client: Client) -> StepResult {
    let (token, scope) = (w.pair()?, means(w)?.scope);
    let draft = w.driver().exchange_of(&client.0, &token.access, &scope);
    let draft = w.need(draft)?;
    w.submit_for_tokens(&client.0, draft, &[]).await
}

when!(
    "{client} narrows the original access token {change}",
    narrows_changed(client, changes).await
);
async fn narrows_changed(w: &mut World, client: Client, changes: Changes) -> StepResult {
    let (token, scope) = (first(w)?, means(w)?.scope);
    let draft = w.driver().exchange_of(&client.0, &token.access, &scope);
    let draft = w.need(draft)?;
    w.submit_token(draft, &changes.0).await
}

when!(
    "{client} exchanges the refresh token of the original tokens",
    exchanges_refresh(client).await
);
async fn exchanges_refresh(w: &mut World, client: Client) -> StepResult {
    let refresh = first(w)?.refresh;
    let refresh = w.refresh_beside(refresh)?;
    let scope = means(w)?.scope;
    w.deviates("a refresh token in place of the access token".to_owned());
    let draft = w.driver().exchange(&refresh, &scope, None);
    w.submit_for_tokens(&client.0, draft, &[]).await
}

when!("{client} narrows the original access token {spoilt}", narrows_spoilt(client, spoilt).await);
async fn narrows_spoilt(w: &mut World, client: Client, spoilt: Spoilt) -> StepResult {
    let token = first(w)?;
    let spoilt_token = Pair { access: spoilt.0.apply(&token.access).into(), ..token };
    let draft = narrowing(w, &spoilt_token, None)?;
    w.deviates(format!("the access token {}", spoilt.0));
    w.submit_for_tokens(&client.0, draft, &[]).await
}

when!("{client} narrows the access token to {thing}", narrows_to(client, thing).await);
async fn narrows_to(w: &mut World, client: Client, thing: Thing) -> StepResult {
    let token = w.pair()?;
    let draft = narrowing(w, &token, Some(&thing.0))?;
    w.deviates(format!("narrowed to {}", thing.0));
    w.submit_for_tokens(&client.0, draft, &[]).await
}

when!("{client} exchanges the original access token for the wider scope", widens(client).await);
async fn widens(w: &mut World, client: Client) -> StepResult {
    let (token, scope) = (first(w)?, means(w)?.wider_scope);
    w.deviates("a scope that the token lacks".to_owned());
    let draft = w.driver().exchange(&token.access, &scope, None);
    w.submit_for_tokens(&client.0, draft, &[]).await
}

when!(
    "{client} exchanges the original access token for the wider scope as well",
    widens_besides(client).await
);
async fn widens_besides(w: &mut World, client: Client) -> StepResult {
    let (token, means) = (first(w)?, means(w)?);
    w.deviates("in addition, a scope that the token lacks".to_owned());
    let scope = format!("{} {}", means.scope, means.wider_scope);
    let draft = w.driver().exchange(&token.access, &scope, None);
    w.submit_for_tokens(&client.0, draft, &[]).await
}

when!("{client} exchanges the access token for its original scope", widens_again(client).await);
async fn widens_again(w: &mut World, client: Client) -> StepResult {
    let token = w.pair()?;
    let entry = w.driver().client(&client.0);
    let entry = w.need(entry)?;
    let scope = w.driver().site.profile.scope(&entry).map(str::to_owned);
    let lacking = || Unmet::Lacking("the profile defines no scope of the client".to_owned());
    let scope = w.need(scope.ok_or_else(lacking))?;
    w.deviates("the scope that the token had before it was narrowed".to_owned());
    let draft = w.driver().exchange(&token.access, &scope, None);
    w.submit_for_tokens(&client.0, draft, &[]).await
}

when!(
    "{client} exchanges the original access token for the narrower scope",
    exchanges_first(client).await
);
async fn exchanges_first(w: &mut World, client: Client) -> StepResult {
    let token = first(w)?;
    let draft = narrowing(w, &token, None)?;
    w.deviates("a token that has ended".to_owned());
    w.submit_for_tokens(&client.0, draft, &[]).await
}

given!("the client has revoked the original access token", has_revoked_first().await);
async fn has_revoked_first(w: &mut World) -> StepResult {
    let token = first(w)?;
    revoked(w, &token.client, &token.access).await
}

then!("no access token is issued that {operation}", opens_nothing_more(operation).await);
/// A server may exchange a narrowed token or not; what it gives for one reaches no further.
async fn opens_nothing_more(w: &mut World, operation: Operation) -> StepResult {
    let answer = w.answer()?;
    if answer.what != Observed::Tokens {
        return w.judge_what(&answer.what, "a narrowed token, or a refusal", |what| {
            matches!(what, Observed::Error { .. })
        });
    }
    call(w, &operation).await?;
    let what = w.answer()?.what;
    w.judge_what(&what, "a refusal of the API", Observed::is_refusal_of_call)
}

then!("the response names the narrowed scope", says_scope());
fn says_scope(w: &mut World) -> StepResult {
    let scope = means(w)?.scope;
    let response = w.response()?;
    w.judge_each(|cite| success::narrowed(&cite.document, (&scope, None), &response))
}

then!("the response restricts the access token to {thing}", says_item(thing));
fn says_item(w: &mut World, thing: Thing) -> StepResult {
    let scope = means(w)?.scope;
    let (id, _) = resource(w, &thing.0)?;
    let response = w.response()?;
    w.judge_each(|cite| success::narrowed(&cite.document, (&scope, Some(&id)), &response))
}

then!("the access token is new", is_new());
fn is_new(w: &mut World) -> StepResult {
    let (old, new) = (first(w)?, w.pair()?);
    let result = if old.access == new.access {
        Err(Mismatch::new("a new access token", "the old one"))
    } else {
        Ok(())
    };
    w.judge(result)
}

/// A call of the API about a thing of the profile, with the newest access token.
async fn call(w: &mut World, operation: &Operation) -> StepResult {
    let name = w.left(operation.operation, "an operation")?;
    let thing = w.left(operation.thing.clone(), "a thing")?;
    let token = w.pair()?.access;
    let id = id_of(w, &thing)?;
    let unique = w.driver().fresh(12);
    let values = w.driver().values().with("item", id).with("unique", unique);
    let draft = w.driver().operate(name, &token, &values);
    let draft = w.need(draft)?;
    let sent = w.submit(&draft).await?;
    let what = Observed::of_resource(&sent);
    // What was made is taken back by the token that may do most.
    let whole = first(w)?.access;
    keep(w, name, &sent, &what, &whole)?;
    w.answers.last = Some(Answer { what, draft, sent });
    Ok(())
}

when!("the client {operation} with the access token", calls(operation).await);
async fn calls(w: &mut World, operation: Operation) -> StepResult {
    w.deviates(operation.to_string());
    call(w, &operation).await
}

given!("the client {operation} successfully", call_works(operation).await);
async fn call_works(w: &mut World, operation: Operation) -> StepResult {
    call(w, &operation).await?;
    let what = w.answer()?.what;
    w.control_served(&what, &operation.to_string())
}
