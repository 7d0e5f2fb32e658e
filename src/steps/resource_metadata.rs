//! What a protected resource says of itself (RFC 9728).

use cucumber::{given, then, when};
use serde_json::Value;
use url::Url;

use super::answers::Answer;
use super::issuer::is_secure;
use super::metadata::{is_found, members, names, text};
use super::world::{StepResult, World};
use crate::driver::{Draft, Unmet};
use crate::observe::observed::bearer_challenge;
use crate::observe::{Mismatch, Observed};

/// Asks, and keeps the answer.
async fn ask(w: &mut World, draft: Draft) -> StepResult {
    let sent = w.submit(&draft).await?;
    w.answers.last = Some(Answer { what: Observed::of_token(&sent), draft, sent });
    Ok(())
}

/// What the challenge to a call without a token says.
async fn challenged(w: &mut World, param: &str) -> Result<Option<String>, String> {
    let draft = w.driver().call(false);
    let draft = w.need(draft)?;
    let sent = w.submit(&draft).await?;
    let what = w.driver().called(&draft, &sent);
    w.control_that(what.is_refusal_of_call(), || {
        format!("a call without a token was not refused, but {}", what.describe())
    })?;
    w.answers.last = Some(Answer { what, draft, sent });
    let response = w.response()?;
    Ok(bearer_challenge(&response).and_then(|it| it.param(param).map(str::to_owned)))
}

#[given("the resource refuses a call without a token")]
async fn refuses(w: &mut World) -> StepResult {
    challenged(w, "realm").await.map(drop)
}

#[then("the challenge names the metadata of the resource")]
fn announced(w: &mut World) -> StepResult {
    let response = w.response()?;
    let named = bearer_challenge(&response);
    let named = named.and_then(|it| it.param("resource_metadata").map(str::to_owned));
    let result = match named {
        Some(url) if Url::parse(&url).is_ok() && is_secure(&url) => Ok(()),
        Some(other) => Err(format!("resource_metadata {other:?}")),
        None => Err("no such parameter".to_owned()),
    };
    w.judge(result.map_err(|actual| Mismatch::new("resource_metadata with an https URL", actual)))
}

#[then("the challenge names a scope")]
fn scope_named(w: &mut World) -> StepResult {
    let what = w.answer()?.what;
    w.readable(&what)?;
    let response = w.response()?;
    let named = bearer_challenge(&response).is_some_and(|it| it.param("scope").is_some());
    w.judge(match named {
        true => Ok(()),
        false => Err(Mismatch::new("scope in the challenge", "none")),
    })
}

#[when("a client reads the metadata of the resource at the location made of its URL")]
async fn reads(w: &mut World) -> StepResult {
    let draft = w.driver().resource_metadata_request();
    let draft = w.need(draft)?;
    ask(w, draft).await
}

/// By the challenge, and else at the location made of the URL.
#[when("a client looks for the metadata of the resource")]
async fn looks(w: &mut World) -> StepResult {
    let named = challenged(w, "resource_metadata").await?;
    // One that leads nowhere is the matter of the rule about the challenge.
    if let Some(draft) = named.and_then(|named| w.driver().named_metadata(&named).ok()) {
        ask(w, draft).await?;
        if is_found(&w.response()?) {
            return Ok(());
        }
    }
    reads(w).await
}

#[then("they name the resource that was called")]
fn itself(w: &mut World) -> StepResult {
    let named = text(w, "resource")?;
    let called = w.driver().call(false);
    let called = w.need(called)?.url.to_string();
    let same = named == called || called.strip_suffix('/') == Some(&named);
    w.judge(match same {
        true => Ok(()),
        false => Err(Mismatch::new(format!("resource {called:?}"), format!("resource {named:?}"))),
    })
}

#[then("they name an authorization server")]
fn servers(w: &mut World) -> StepResult {
    let members = members(w)?;
    let named = names(&members, "authorization_servers").unwrap_or_default();
    let right = !named.is_empty() && named.iter().all(|it| is_secure(it));
    w.judge(match right {
        true => Ok(()),
        false => {
            let expected = "authorization_servers with https URLs";
            Err(Mismatch::new(expected, format!("{named:?}")))
        }
    })
}

#[then("neither they nor the challenge ask for offline_access")]
async fn no_offline_access(w: &mut World) -> StepResult {
    let listed = members(w)?.get("scopes_supported").cloned().unwrap_or_default();
    let listed = listed.as_array().is_some_and(|it| it.contains(&Value::from("offline_access")));
    let named = challenged(w, "scope").await?.unwrap_or_default();
    let named = named.split(' ').any(|scope| scope == "offline_access");
    w.judge(match listed || named {
        false => Ok(()),
        true => Err(Mismatch::new("scopes without offline_access", "offline_access")),
    })
}

#[given("the resource has metadata")]
async fn has(w: &mut World) -> StepResult {
    looks(w).await?;
    let response = w.response()?;
    let text = || Unmet::Lacking(format!("the resource has no metadata ({})", response.status));
    w.control(is_found(&response).then_some(()).ok_or_else(text))
}
