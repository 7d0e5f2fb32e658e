//! What the tokens of a refresh can do. The scoped resource is asked, and not the response alone.

use super::definition::{given, then, when};
use super::refresh::refresh;
use super::scoped::{narrow_client, opened, resource};
use super::world::{StepResult, World};
use crate::driver::{Change, Client as Role, Unmet};
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

/// Refreshes for less scope. RFC 6749, section 6, lets a refresh ask for a part of what was granted, and
/// for nothing else: where the profile's words do not show that it is a part, a refusal says nothing.
async fn refresh_for_less(w: &mut World) -> StepResult {
    let (wide, narrow) = scopes(w)?;
    let is_part = narrow.split(' ').all(|value| wide.split(' ').any(|of| of == value));
    refresh_for(w, Some(narrow)).await?;
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
        return w.judge_documented(&answer.what, answer.means());
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
