//! What the tokens of a refresh can do. The scoped resource is asked, and not the response alone.

use serde_json::Value;

use super::definition::{given, then, when};
use super::introspection::all_said;
use super::params::Client;
use super::refresh::refresh;
use super::scope::Excess;
use super::scoped::{granted, narrow_client, opened, resource};
use super::token::redeem;
use super::world::{StepResult, World};
use crate::driver::flow::Authorization;
use crate::driver::{Change, Client as Role, Code, Pair, Unmet};
use crate::observe::{Mismatch, Observed, success};
use crate::wire::Secret;

/// The scope that opens the scoped resource, and the one that does not.
pub(super) fn scopes(w: &mut World) -> Result<(String, String), String> {
    let resource = resource(w)?;
    let default = Role::default_role();
    let client = narrow_client(&resource);
    let (usual, narrow) = (w.driver().client(&default), w.driver().client(&client));
    let (usual, narrow) = (w.need(usual)?.scope, w.need(narrow)?.scope);
    let of_all = w.driver().site.profile.scope.clone();
    let wide = resource.scope.or(usual).or_else(|| of_all.clone());
    let narrow = resource.narrow_scope.or(narrow).or(of_all);
    let lacking = || {
        let text =
            "the profile names no scope that opens the scoped resource and one that does not";
        Unmet::Lacking(text.to_owned())
    };
    w.need(wide.zip(narrow).ok_or_else(lacking))
}

/// Refreshes for this scope, or for none.
async fn refresh_for(w: &mut World, scope: Option<String>) -> StepResult {
    let (client, token) = (w.pair()?.client, w.refresh_token()?);
    let change = scope.map(|scope| Change::set("scope", scope));
    refresh(w, &client, &token, change.as_slice()).await
}

/// Refreshes for less scope: RFC 6749, section 6, lets a refresh ask for a part of what was granted.
async fn refresh_for_less(w: &mut World) -> StepResult {
    let (_, narrow) = scopes(w)?;
    refresh_for(w, Some(narrow)).await?;
    refused_as_no_part(w)
}

/// Where the profile's words do not show that the narrow scope is a part of the wide one, a refusal of a request for
/// it says nothing.
pub(super) fn refused_as_no_part(w: &mut World) -> StepResult {
    let (wide, narrow) = scopes(w)?;
    let is_part = narrow.split(' ').all(|value| wide.split(' ').any(|of| of == value));
    if !is_part && w.answer()?.what != Observed::Tokens {
        let text = "scoped_resource.narrow_scope is not a part of scoped_resource.scope";
        return w.need(Err(Unmet::Lacking(text.to_owned())));
    }
    Ok(())
}

given!("the client has refreshed for less scope", has_refreshed().await);
async fn has_refreshed(w: &mut World) -> StepResult {
    let used = w.refresh_token()?;
    refresh_for_less(w).await?;
    brought_less(w, used)
}

/// The control: the refresh for less scope has succeeded.
fn brought_less(w: &mut World, used: Secret) -> StepResult {
    let what = w.answer()?.what;
    w.control_that(what == Observed::Tokens, || {
        format!("a refresh for less scope got {}", what.describe())
    })?;
    // A server that does not rotate goes on with the refresh token that it has.
    if let Some(newest) = w.issued.pairs.last_mut() {
        newest.refresh.get_or_insert(used);
    }
    Ok(())
}

when!("the client refreshes for the scope that opens the scoped resource", widens().await);
async fn widens(w: &mut World) -> StepResult {
    let scope = scopes(w)?.0;
    refresh_for(w, Some(scope)).await
}

when!("the client refreshes for the scope that does not open the scoped resource", narrows().await);
async fn narrows(w: &mut World) -> StepResult {
    refresh_for_less(w).await
}

/// A code of the default client for this scope.
async fn code_for(w: &mut World, client: &Role, scope: Option<&str>) -> Result<Code, String> {
    w.driver().fresh_browser();
    let code = w.driver().obtain_code(&Authorization { scope, ..Authorization::of(client) }).await;
    w.control(code)
}

given!(
    "the client holds an authorization code for less than the scoped resource takes",
    holds_narrow_code().await
);
async fn holds_narrow_code(w: &mut World) -> StepResult {
    let resource = resource(w)?;
    let client = narrow_client(&resource);
    let code = code_for(w, &client, resource.narrow_scope.as_deref()).await?;
    w.issued.code = Some(code);
    Ok(())
}

when!(
    "the client redeems the code for the scope that opens the scoped resource",
    redeems_for_more().await
);
async fn redeems_for_more(w: &mut World) -> StepResult {
    let (scope, client) = (scopes(w)?.0, w.code()?.client);
    redeem(w, &client, &[Change::set("scope", scope)]).await
}

when!(
    "the client refreshes its tokens, and sends a code for the scope that opens the scoped resource",
    with_a_code().await
);
async fn with_a_code(w: &mut World) -> StepResult {
    let (client, token) = (w.pair()?.client, w.refresh_token()?);
    let scope = resource(w)?.scope;
    let code = code_for(w, &Role::default_role(), scope.as_deref()).await?;
    refresh(w, &client, &token, &[Change::set("code", code.value)]).await
}

when!("the client refreshes its tokens", as_it_is().await);
async fn as_it_is(w: &mut World) -> StepResult {
    refresh_for(w, None).await
}

/// The newest access token, where the refresh brought one.
fn brought(w: &mut World) -> Result<Option<Secret>, String> {
    let what = w.answer()?.what;
    Ok(if what == Observed::Tokens { Some(w.pair()?.access) } else { None })
}

/// A refresh that is refused for its scope breaks the rule; others say why it is refused otherwise.
fn no_tokens(w: &mut World) -> StepResult {
    let what = w.answer()?.what;
    if matches!(&what, Observed::Error { error, .. } if error == "invalid_scope") {
        return w.judge_what(&what, "200 with an access token", |_| false);
    }
    // Where none came in its place the old refresh token was tried again.
    if let [.., before, newest] = w.issued.pairs.as_slice()
        && before.refresh == newest.refresh
    {
        let text = "a refresh ends the refresh token, and brings no new one".to_owned();
        return w.need(Err(Unmet::Lacking(text)));
    }
    w.control_failed(format!("the token request got {}", what.describe()))
}

then!("no token opens the scoped resource that did not before", nothing_gained().await);
async fn nothing_gained(w: &mut World) -> StepResult {
    let Some(token) = brought(w)? else {
        let answer = w.answer()?;
        return w.judge_answer(&answer);
    };
    let what = opened(w, &token).await?;
    w.judge_what(&what, "a refusal at the scoped resource", Observed::is_refusal_of_call)?;
    let (wide, narrow) = scopes(w)?;
    let gained = |word: &&String| {
        wide.split_whitespace().any(|it| it == *word)
            && !narrow.split_whitespace().any(|it| it == *word)
    };
    let words = success::scope(&w.response()?).unwrap_or_default();
    let result = words.iter().find(gained).map_or(Ok(()), |word| {
        Err(Mismatch::new("no scope that was not granted", format!("the scope {word}")))
    });
    w.judge(result)
}

when!("{client} refreshes for {excess}", exceeds(client, excess).await);
async fn exceeds(w: &mut World, client: Client, excess: Excess) -> StepResult {
    let scope = excess.asked(w, &client.0)?;
    let token = w.refresh_token()?;
    refresh(w, &client.0, &token, &[Change::set("scope", scope)]).await
}

/// All that the client may ask for, word by word; whether the profile says so, and not the metadata alone.
fn whole(w: &mut World) -> Result<(Vec<String>, bool), String> {
    let client = w.driver().client(&Role::default_role());
    let client = w.need(client)?;
    let profile = &w.driver().site.profile;
    let scoped = profile.scoped_resource.as_ref().and_then(|scoped| scoped.scope.as_deref());
    let words = |scope: &str| scope.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    let each = [scoped, profile.scope(&client)].into_iter().flatten().map(words);
    let words = each.max_by_key(Vec::len).unwrap_or_default();
    if words.len() > 1 {
        return Ok((words, true));
    }
    let words = profile.widened(&words);
    let text = || {
        let text = "the profile names no two words of `scope`, and the metadata offer no other";
        Unmet::Lacking(text.to_owned())
    };
    let found = (words.len() > 1).then_some((words, false));
    w.need(found.ok_or_else(text))
}

/// Tokens of a new grant for all of it. What the metadata offer may be nothing for this client.
async fn granted_whole(
    w: &mut World,
    (words, by_profile): (&[String], bool),
) -> Result<Pair, String> {
    let (asked, client) = (words.join(" "), Role::default_role());
    if by_profile {
        return granted(w, &client, Some(&asked)).await;
    }
    w.driver().fresh_browser();
    let ask = Authorization { scope: Some(&asked), ..Authorization::of(&client) };
    let pair = w.driver().obtain_tokens(&ask).await;
    let lacking = |unmet: Unmet| {
        Unmet::Lacking(format!("the scope {asked:?} of the metadata is nothing for it: {unmet}"))
    };
    w.need(pair.map_err(lacking))
}

given!("the client has obtained tokens for a part of its scope", for_a_part().await);
async fn for_a_part(w: &mut World) -> StepResult {
    let (words, by_profile) = whole(w)?;
    if !by_profile {
        granted_whole(w, (&words, false)).await?;
    }
    let asked = words[..words.len() - 1].join(" ");
    let pair = granted(w, &Role::default_role(), Some(&asked)).await?;
    let told = pair.scope.as_deref().unwrap_or(&asked);
    let more: Vec<String> =
        words.into_iter().filter(|word| !told.split(' ').any(|it| it == word)).collect();
    if more.is_empty() {
        let text = "a client that asks for a part of its scope is granted all of it".to_owned();
        return w.need(Err(Unmet::Lacking(text)));
    }
    w.answers.keep("excess", more);
    w.issued.pairs.push(pair);
    Ok(())
}

given!("the client has obtained tokens for several scopes", for_several().await);
async fn for_several(w: &mut World) -> StepResult {
    let (words, by_profile) = whole(w)?;
    let pair = granted_whole(w, (&words, by_profile)).await?;
    let asked = words.join(" ");
    let told = pair.scope.as_deref().unwrap_or(&asked);
    let words: Vec<String> = told.split_whitespace().map(str::to_owned).collect();
    if words.len() < 2 {
        let text = format!("of the scope {asked:?} one word alone is granted: {told:?}");
        return w.need(Err(Unmet::Lacking(text)));
    }
    w.answers.keep("granted", words);
    w.issued.pairs.push(pair);
    Ok(())
}

given!("the client has refreshed for the first of them", for_the_first().await);
async fn for_the_first(w: &mut World) -> StepResult {
    let used = w.refresh_token()?;
    let first = w.answers.collected("granted").first().cloned();
    refresh_for(w, first.clone()).await?;
    brought_less(w, used)?;
    // A response that names no scope has the one that was asked for (RFC 6749, section 5.1).
    if let (Some(newest), Some(first)) = (w.issued.pairs.last_mut(), first) {
        newest.scope.get_or_insert(first);
    }
    Ok(())
}

then!(
    "the server tells no scope of the access token that the response does not name",
    told_alike().await
);
async fn told_alike(w: &mut World) -> StepResult {
    let pair = w.pair()?;
    let members = all_said(w, &pair, "scope").await?;
    let said = members.get("scope").and_then(Value::as_str).map(str::to_owned);
    let silent = || Unmet::Lacking("the server does not tell the scope of a token".to_owned());
    let said = w.need(said.ok_or_else(silent))?;
    let named = pair.scope.unwrap_or_default();
    let more = said.split_whitespace().find(|word| !named.split(' ').any(|it| it == *word));
    w.judge(more.map_or(Ok(()), |word| {
        let expected = format!("the scope {named:?}, as the refresh has it");
        Err(Mismatch::new(expected, format!("also {word:?}")))
    }))
}

then!("the response names all of them, if it names a scope", names_all());
fn names_all(w: &mut World) -> StepResult {
    if brought(w)?.is_none() {
        return no_tokens(w);
    }
    let Some(words) = success::scope(&w.response()?) else {
        let text = "the response to a refresh does not name its scope".to_owned();
        return w.need(Err(Unmet::Lacking(text)));
    };
    let granted = w.answers.collected("granted");
    let lost = granted.iter().find(|word| !words.contains(word));
    w.judge(lost.map_or(Ok(()), |word| {
        Err(Mismatch::new("the scope that was granted", format!("a scope without {word:?}")))
    }))
}

when!("the client refreshes for its whole scope", for_all().await);
async fn for_all(w: &mut World) -> StepResult {
    let all = whole(w)?.0.join(" ");
    refresh_for(w, Some(all)).await
}

then!("the response names no scope that was not granted", names_granted());
fn names_granted(w: &mut World) -> StepResult {
    if brought(w)?.is_none() {
        let answer = w.answer()?;
        return w.judge_answer(&answer);
    }
    let Some(words) = success::scope(&w.response()?) else {
        let text = "the response to a refresh does not name its scope".to_owned();
        return w.need(Err(Unmet::Lacking(text)));
    };
    let more = w.answers.collected("excess");
    let gained = more.iter().find(|word| words.contains(word));
    w.judge(gained.map_or(Ok(()), |word| {
        Err(Mismatch::new("no scope that was not granted", format!("the scope {word}")))
    }))
}

then!("the new access token opens the scoped resource", opens().await);
async fn opens(w: &mut World) -> StepResult {
    let Some(token) = brought(w)? else { return no_tokens(w) };
    let what = opened(w, &token).await?;
    w.judge_what(&what, "the scoped resource is served", Observed::is_served)
}

then!("the new access token has that scope, or the response says which it has", as_told().await);
async fn as_told(w: &mut World) -> StepResult {
    let Some(token) = brought(w)? else { return no_tokens(w) };
    let what = opened(w, &token).await?;
    let told = success::scope(&w.response()?).is_some_and(|words| {
        let asked = w.answer().ok().and_then(|it| it.draft.form.first("scope").map(str::to_owned));
        words.iter().any(|word| !asked.iter().any(|all| all.split(' ').any(|it| it == word)))
    });
    let expected = "a refusal at the scoped resource, or a `scope` that names what opens it";
    w.judge_what(&what, expected, |what| what.is_refusal_of_call() || told)
}
