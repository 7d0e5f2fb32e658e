//! What a protected resource says of itself (RFC 9728).

use serde_json::Value;
use url::Url;

use super::answers::Answer;
use super::api::{send, takes_post};
use super::definition::{given, then, when};
use super::issuer::is_secure;
use super::metadata::{ELSEWHERE, by_way_of, is_found, members, names, text};
use super::world::{StepResult, World};
use crate::driver::draft::Encoding;
use crate::driver::{Draft, Unmet};
use crate::observe::observed::{bearer_challenge, json};
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

given!("the resource refuses a call without a token", refuses().await);
async fn refuses(w: &mut World) -> StepResult {
    challenged(w, "realm").await.map(drop)
}

then!("the challenge names the metadata of the resource", announced());
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

then!("the challenge names a scope", scope_named());
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

when!("a client reads the metadata of the resource at the location made of its URL", reads().await);
async fn reads(w: &mut World) -> StepResult {
    let draft = w.driver().resource_metadata_request();
    let draft = w.need(draft)?;
    ask(w, draft).await
}

when!("a client looks for the metadata of the resource", looks().await);
/// By the challenge, and else at the location made of the URL.
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

then!("they name the resource that was called", itself());
fn itself(w: &mut World) -> StepResult {
    let named = text(w, "resource")?;
    let called = w.driver().call(false);
    let called = w.need(called)?.url.to_string();
    same(w, &called, &named)
}

/// A URL without a path may be written with a slash or without.
fn same(w: &mut World, expected: &str, named: &str) -> StepResult {
    let bare = |url: &str| Url::parse(url).is_ok_and(|url| url.path() == "/");
    let same = named == expected || bare(expected) && expected.strip_suffix('/') == Some(named);
    w.judge(match same {
        true => Ok(()),
        false => {
            let expected = format!("resource {expected:?}");
            Err(Mismatch::new(expected, format!("resource {named:?}")))
        }
    })
}

then!("they name the resource that led to them", identical());
fn identical(w: &mut World) -> StepResult {
    let named = text(w, "resource")?;
    let expected = w.driver().resource_identifier();
    let expected = w.need(expected)?;
    same(w, &expected, &named)
}

given!("the resource has metadata at the location made of its URL", has_there().await);
async fn has_there(w: &mut World) -> StepResult {
    reads(w).await?;
    found(w)
}

given!("the resource names its metadata where a call has no token", names_them().await);
async fn names_them(w: &mut World) -> StepResult {
    let named = challenged(w, "resource_metadata").await?;
    let text = || Unmet::Lacking("the challenge names no metadata of the resource".to_owned());
    w.control(named.map(drop).ok_or_else(text))
}

when!("a client follows the challenge", follows().await);
/// What is no URL is the matter of the scenario about the challenge.
async fn follows(w: &mut World) -> StepResult {
    let named = challenged(w, "resource_metadata").await?.unwrap_or_default();
    let draft = w.driver().named_metadata(&named);
    let draft = w.need(draft)?;
    ask(w, draft).await
}

then!("the challenge names the metadata by one absolute URL", named_once());
fn named_once(w: &mut World) -> StepResult {
    let response = w.response()?;
    let challenge = bearer_challenge(&response).map(|it| it.params).unwrap_or_default();
    let named: Vec<String> =
        challenge.into_iter().filter(|it| it.0 == "resource_metadata").map(|it| it.1).collect();
    let right = matches!(&named[..], [one] if is_secure(one));
    let expected = "resource_metadata once, with an https URL";
    let wrong = Mismatch::new(expected, format!("resource_metadata {named:?}"));
    w.judge(right.then_some(()).ok_or(wrong))
}

when!("a client reads the metadata of the resource by way of another host", reads_by_way().await);
async fn reads_by_way(w: &mut World) -> StepResult {
    let draft = w.driver().resource_metadata_request();
    let draft = w.need(draft)?;
    w.deviates(format!("it came by way of {ELSEWHERE}"));
    ask(w, by_way_of(ELSEWHERE, draft)).await
}

when!("a client calls the resource without a token by way of another host", calls_by_way().await);
async fn calls_by_way(w: &mut World) -> StepResult {
    let draft = w.driver().call(false);
    let draft = w.need(draft)?;
    w.deviates(format!("it came by way of {ELSEWHERE}"));
    ask(w, by_way_of(ELSEWHERE, draft)).await
}

then!("the challenge names no metadata at that host", announced_elsewhere());
fn announced_elsewhere(w: &mut World) -> StepResult {
    let what = w.answer()?.what;
    w.readable(&what)?;
    let response = w.response()?;
    let named = bearer_challenge(&response);
    let named = named.and_then(|it| it.param("resource_metadata").map(str::to_owned));
    w.judge(match named.filter(|named| named.contains(ELSEWHERE)) {
        None => Ok(()),
        Some(named) => {
            let actual = format!("resource_metadata {named:?}");
            Err(Mismatch::new("nothing at another host", actual))
        }
    })
}

when!("a client reads the metadata of a resource that there is not", reads_of_nothing().await);
async fn reads_of_nothing(w: &mut World) -> StepResult {
    let draft = w.driver().resource_metadata_of_nothing();
    let draft = w.need(draft)?;
    w.deviates("the resource is unknown".to_owned());
    ask(w, draft).await
}

then!("their keys are at an https URL, and none of their algorithms is \"none\"", signatures());
fn signatures(w: &mut World) -> StepResult {
    let members = members(w)?;
    let keys = members.get("jwks_uri").and_then(Value::as_str);
    let algorithms = names(&members, "resource_signing_alg_values_supported");
    if keys.is_none() && algorithms.is_none() {
        let text = "the metadata name neither keys of the resource nor its algorithms".to_owned();
        return w.need(Err(Unmet::Lacking(text)));
    }
    let algorithms = algorithms.unwrap_or_default();
    w.judge(match keys {
        Some(url) if !is_secure(url) => {
            Err(Mismatch::new("jwks_uri with an https URL", format!("jwks_uri {url:?}")))
        }
        _ if algorithms.iter().any(|name| name == "none") => {
            Err(Mismatch::new("algorithms without \"none\"", format!("{algorithms:?}")))
        }
        _ => Ok(()),
    })
}

/// The authorization servers that the metadata name.
fn named_servers(w: &mut World) -> Result<Vec<String>, String> {
    let members = members(w)?;
    let named = names(&members, "authorization_servers").unwrap_or_default();
    let text = || Unmet::Lacking("the metadata name no authorization_servers".to_owned());
    w.need((!named.is_empty()).then_some(named).ok_or_else(text))
}

/// What an authorization server says of itself; none where it says nothing.
async fn metadata_of(w: &mut World, issuer: &str) -> Result<Option<Value>, String> {
    let drafts = w.driver().metadata_of(issuer);
    for draft in w.need(drafts)? {
        ask(w, draft).await?;
        let response = w.response()?;
        if is_found(&response) {
            return Ok(json(&response));
        }
    }
    Ok(None)
}

then!(
    "the metadata of each authorization server name it as the issuer",
    servers_name_themselves().await
);
async fn servers_name_themselves(w: &mut World) -> StepResult {
    for named in named_servers(w)? {
        let expected = format!("metadata of the issuer {named:?}");
        if !is_secure(&named) {
            return w.judge(Err(Mismatch::new(expected, "no https URL")));
        }
        let said = metadata_of(w, &named).await?;
        let wrong = match said.as_ref().map(|said| &said["issuer"]) {
            Some(issuer) if issuer == named.as_str() => continue,
            Some(issuer) => format!("those of {issuer}"),
            None => "none at a well-known location".to_owned(),
        };
        return w.judge(Err(Mismatch::new(expected, wrong)));
    }
    w.judge(Ok(()))
}

then!(
    "each authorization server that lists protected resources lists this one",
    servers_list_it().await
);
async fn servers_list_it(w: &mut World) -> StepResult {
    let own = w.driver().resource_identifier();
    let own = w.need(own)?;
    for named in named_servers(w)? {
        let said = metadata_of(w, &named).await?.unwrap_or_default();
        let Some(listed) = said["protected_resources"].as_array() else { continue };
        if !listed.iter().any(|it| it == own.as_str()) {
            let actual = said["protected_resources"].to_string();
            let expected = format!("{own:?} among the protected_resources");
            return w.judge(Err(Mismatch::new(expected, actual)));
        }
    }
    w.judge(Ok(()))
}

then!("a token is served in each place that they name", each_place().await);
async fn each_place(w: &mut World) -> StepResult {
    let members = members(w)?;
    let places = names(&members, "bearer_methods_supported").unwrap_or_default();
    let known = |place: &&String| ["header", "body", "query"].contains(&place.as_str());
    if !places.iter().any(|place| known(&place)) {
        let text = "the metadata name no place of a token (bearer_methods_supported)";
        return w.need(Err(Unmet::Lacking(text.to_owned())));
    }
    let token = w.pair()?.access;
    for place in places {
        let draft = w.driver().call(false);
        let mut draft = w.need(draft)?;
        match place.as_str() {
            "header" => draft.headers.push("Authorization", format!("Bearer {}", &*token)),
            "query" => draft.query.push("access_token", token.clone()),
            // A call that has a body of its own carries no form.
            "body" if draft.json.is_none() => {
                draft.method = "POST".to_owned();
                draft.encoding = Encoding::Form;
                draft.form.push("access_token", token.clone());
            }
            _ => continue,
        }
        w.deviates(format!("the token in the {place}"));
        send(w, draft.clone()).await?;
        let what = w.answer()?.what;
        if place == "body" && !what.is_served() {
            // By the field the same POST would be served.
            draft.headers.push("Authorization", format!("Bearer {}", &*token));
            takes_post(w, draft).await?;
        }
        w.judge_what(&what, "the resource is served", Observed::is_served)?;
    }
    w.judge(Ok(()))
}

then!("the same is said of the resource at each other location", agree().await);
/// The metadata of a whole host may be those of another resource.
async fn agree(w: &mut World) -> StepResult {
    let first = members(w)?;
    let driver = w.driver();
    let drafts = [driver.resource_metadata_request(), driver.resource_metadata_of_host()];
    let mut compared = 0;
    for draft in drafts {
        let draft = w.need(draft)?;
        ask(w, draft).await?;
        let response = w.response()?;
        let Some(other) = json(&response).filter(|_| is_found(&response)) else { continue };
        if first.get("resource") != Some(&other["resource"]) {
            continue;
        }
        compared += 1;
        let servers = first.get("authorization_servers").cloned().unwrap_or_default();
        if servers != other["authorization_servers"] {
            let actual = format!("authorization_servers {}", other["authorization_servers"]);
            return w.judge(Err(Mismatch::new(format!("{servers} as elsewhere"), actual)));
        }
    }
    let text = || Unmet::Lacking("they are at no location that is made of a URL".to_owned());
    w.need((compared > 0).then_some(()).ok_or_else(text))?;
    w.judge(Ok(()))
}

then!("they name an authorization server", servers());
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

then!("neither they nor the challenge ask for offline_access", no_offline_access().await);
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

given!("the resource has metadata", has().await);
async fn has(w: &mut World) -> StepResult {
    looks(w).await?;
    found(w)
}

fn found(w: &mut World) -> StepResult {
    let response = w.response()?;
    let text = || Unmet::Lacking(format!("the resource has no metadata ({})", response.status));
    w.control(is_found(&response).then_some(()).ok_or_else(text))
}
