//! The introspection endpoint (RFC 7662).

use serde_json::{Map, Value};

use super::definition::{given, then, when};
use super::hinted::{HINT, is_found_by_hint, kind_of, send};
use super::params::{Changes, Client};
use super::world::{StepResult, World};
use crate::driver::{Change, Client as Role, Pair, Unmet};
use crate::observe::{Mismatch, Observed, observed, refusal};
use crate::wire::{Secret, jws};

/// Members that are texts (RFC 7662 §2.2).
const TEXTS: &[&str] = &["scope", "client_id", "username", "token_type", "sub", "iss", "jti"];
/// Members that are points in time, in whole seconds.
const TIMES: &[&str] = &["exp", "iat", "nbf"];

/// Asks about a token. `by`: the client that asks; none: the one that may.
pub(super) async fn ask(
    w: &mut World,
    by: Option<&Role>,
    token: &str,
    changes: &[Change],
) -> StepResult {
    let draft = w.driver().introspection_by(by, token);
    let draft = w.need(draft)?;
    let mut draft = w.changed(draft, changes)?;
    let needs_hint = w.answers.needs_hint && draft.form.first(HINT).is_none();
    if needs_hint {
        draft.form.push(HINT, kind_of(w, token));
    }
    send(w, draft).await
}

/// Who may ask is the server's affair: where neither the profile says it nor an answer before has shown
/// it, a refusal shows nothing.
fn may_ask(w: &mut World, what: &Observed) -> StepResult {
    let named = w.answers.introspects || w.driver().site.profile.introspector().is_some();
    let refused = what.is_refusal() && !matches!(what, Observed::Status(404 | 405 | 410, _));
    if named || !refused {
        return Ok(());
    }
    let text = format!(
        "the default client may not introspect its token ({}); name the one that may \
         (`introspection_client`, or `introspection_credentials` of a protected resource)",
        what.describe()
    );
    w.need(Err(Unmet::Lacking(text)))
}

/// A live access token has to be active.
pub(super) async fn lives(w: &mut World, token: &str) -> StepResult {
    ask(w, None, token, &[]).await?;
    is_live(w).await
}

/// The answer about an access token that lives.
async fn is_live(w: &mut World) -> StepResult {
    is_found_by_hint(w).await?;
    let what = w.answer()?.what;
    may_ask(w, &what)?;
    w.answers.introspects |= what.is_served();
    w.control_that(what.is_served(), || {
        format!("the introspection of a live access token: {}", what.describe())
    })
}

given!("the access token is active", is_active().await);
async fn is_active(w: &mut World) -> StepResult {
    let token = w.pair()?.access;
    lives(w, &token).await
}

given!("the refresh token is active", refresh_is_active().await);
/// A server need not know refresh tokens at this endpoint.
async fn refresh_is_active(w: &mut World) -> StepResult {
    let token = w.refresh_token()?;
    ask(w, None, &token, &[]).await?;
    is_found_by_hint(w).await?;
    let what = w.answer()?.what;
    match what {
        Observed::Active => {
            w.answers.introspects = true;
            w.control(Ok(()))
        }
        what if what.is_refusal() => {
            let text = "refresh tokens are not introspected by this server".to_owned();
            w.need(Err(Unmet::Lacking(text)))
        }
        what => {
            w.control_failed(format!("the introspection of a refresh token: {}", what.describe()))
        }
    }
}

given!("{client} can introspect its own token", can_introspect(client).await);
async fn can_introspect(w: &mut World, client: Client) -> StepResult {
    let own = w.obtain_tokens(&client.0).await?;
    ask(w, Some(&client.0), &own.access, &[]).await?;
    is_found_by_hint(w).await?;
    let what = w.answer()?.what;
    let text = || format!("{} may not introspect ({})", client.0.0, what.describe());
    w.control(if what.is_served() { Ok(()) } else { Err(Unmet::Lacking(text())) })
}

/// What is said of a token, this among it: a JWT says it itself; of another one the server says it to
/// whoever may ask.
pub(super) async fn all_said(
    w: &mut World,
    pair: &Pair,
    name: &str,
) -> Result<Map<String, Value>, String> {
    let claims = jws::read(&pair.access).map(|parts| parts.claims);
    if let Some(claims) = claims.filter(|claims| claims.contains_key(name)) {
        return Ok(claims);
    }
    ask(w, None, &pair.access, &[]).await?;
    // A server may tell each client of its own tokens alone.
    if !w.answer()?.what.is_served() {
        ask(w, Some(&pair.client), &pair.access, &[]).await?;
    }
    is_live(w).await?;
    members(w)
}

when!("the access token is introspected", access().await);
async fn access(w: &mut World) -> StepResult {
    let token = w.pair()?.access;
    ask(w, None, &token, &[]).await
}

when!("the access token is introspected {change}", access_changed(changes).await);
async fn access_changed(w: &mut World, changes: Changes) -> StepResult {
    let token = w.pair()?.access;
    ask(w, None, &token, &changes.0).await
}

when!("the refresh token is introspected", refresh().await);
async fn refresh(w: &mut World) -> StepResult {
    let token = w.refresh_token()?;
    ask(w, None, &token, &[]).await
}

when!("the refresh token is introspected {change}", refresh_changed(changes).await);
async fn refresh_changed(w: &mut World, changes: Changes) -> StepResult {
    let token = w.refresh_token()?;
    ask(w, None, &token, &changes.0).await
}

/// The refresh token before the newest one, and the client that it was issued to.
fn used(w: &mut World) -> Result<(Secret, Role), String> {
    let before = w.issued.pairs.len().checked_sub(2).and_then(|at| w.issued.pairs.get(at).cloned());
    let Pair { refresh, client, .. } = w.left(before, "a used refresh token")?;
    Ok((w.left(refresh, "a used refresh token")?, client))
}

when!("the used refresh token is introspected", used_refresh().await);
async fn used_refresh(w: &mut World) -> StepResult {
    let (token, _) = used(w)?;
    w.deviates("the refresh token was used before");
    ask(w, None, &token, &[]).await
}

when!("the authorization code is introspected", code().await);
async fn code(w: &mut World) -> StepResult {
    let code = w.code()?.value;
    w.deviates("an authorization code in place of a token");
    ask(w, None, &code, &[]).await
}

when!("{client} introspects the access token", by(client).await);
async fn by(w: &mut World, client: Client) -> StepResult {
    let token = w.pair()?.access;
    ask(w, Some(&client.0), &token, &[]).await
}

when!("{client} introspects the access token {change}", by_changed(client, changes).await);
/// That of the sacrificial client, which wrong secrets are tried on: it may ask where others may.
async fn by_changed(w: &mut World, client: Client, changes: Changes) -> StepResult {
    let token = w.pair()?.access;
    ask(w, Some(&client.0), &token, &changes.0).await
}

then!("the introspection endpoint answers", endpoint_answers());
fn endpoint_answers(w: &mut World) -> StepResult {
    w.judge_endpoint("an introspection endpoint")
}

then!("the token is active", active().await);
async fn active(w: &mut World) -> StepResult {
    if is_found_by_hint(w).await? {
        let expected =
            "200 with \"active\": true, whether the request names the kind of the token or not";
        return w
            .judge(Err(Mismatch::new(expected, "the token is found by `token_type_hint` alone")));
    }
    let what = w.answer()?.what;
    may_ask(w, &what)?;
    w.judge_what(&what, "200 with \"active\": true", Observed::is_served)
}

then!("the token is not active", inactive());
fn inactive(w: &mut World) -> StepResult {
    let what = w.answer()?.what;
    w.judge_what(&what, "200 with \"active\": false", |what| *what == Observed::Inactive)
}

then!("the token is not active, or the request is refused", inactive_or_refused());
fn inactive_or_refused(w: &mut World) -> StepResult {
    let what = w.answer()?.what;
    w.judge_what(&what, "200 with \"active\": false, or a refusal", |what| {
        *what == Observed::Inactive || what.is_refusal()
    })
}

then!("the server says whether the token is active", said());
fn said(w: &mut World) -> StepResult {
    let what = w.answer()?.what;
    w.judge_what(&what, "200 with \"active\" true or false", |what| {
        what.is_served() || *what == Observed::Inactive
    })
}

then!("the token is not active, unless it still works", inactive_unless_it_works().await);
/// A server that does not replace refresh tokens, or not at once, is right to call them active.
async fn inactive_unless_it_works(w: &mut World) -> StepResult {
    let what = w.answer()?.what;
    if !what.is_served() {
        return inactive(w);
    }
    let (token, client) = used(w)?;
    let draft = w.driver().refreshment(&client, &token);
    let draft = w.need(draft)?;
    match Observed::of_token(&w.submit(&draft).await?) {
        Observed::Tokens => {
            let text = "a used refresh token still works, and is active".to_owned();
            w.need(Err(Unmet::Lacking(text)))
        }
        refused if refused.is_refusal() => w.judge(Err(Mismatch::new(
            "200 with \"active\": false, since a refresh with the token is refused",
            "the token is active",
        ))),
        other => w.control_failed(format!("a refresh with the used token: {}", other.describe())),
    }
}

then!("the token is active, unless it no longer works", active_unless_it_is_dead().await);
/// A refresh token lives by itself, for as long as the server likes.
async fn active_unless_it_is_dead(w: &mut World) -> StepResult {
    let what = w.answer()?.what;
    if what != Observed::Inactive {
        return active(w).await;
    }
    let (token, client) = (w.refresh_token()?, w.pair()?.client);
    let draft = w.driver().refreshment(&client, &token);
    let draft = w.need(draft)?;
    match Observed::of_token(&w.submit(&draft).await?) {
        Observed::Tokens => w.judge(Err(Mismatch::new(
            "200 with \"active\": true, since the token brings new tokens",
            "the token is not active",
        ))),
        refused if refused.is_refusal() => {
            let text = "the refresh token is worth nothing any more, and not active".to_owned();
            w.need(Err(Unmet::Lacking(text)))
        }
        other => w.control_failed(format!("a refresh with the token: {}", other.describe())),
    }
}

then!("the introspection is answered as documented", documented());
/// "Not active" lets nobody in, and is not what is due.
fn documented(w: &mut World) -> StepResult {
    let answer = w.answer()?;
    if answer.what == Observed::Inactive {
        return w.tolerate(&Mismatch::seen("an error", &answer.what));
    }
    w.judge_answer(&answer)
}

then!("wrong credentials are refused as at the token endpoint", refused_as_for_tokens());
fn refused_as_for_tokens(w: &mut World) -> StepResult {
    let answer = w.answer()?;
    w.refused(&answer.what)?;
    let response = w.response()?;
    if response.status != 401 {
        let text = format!("the refusal has status {}, which is another rule's", response.status);
        return w.need(Err(Unmet::Lacking(text)));
    }
    w.judge_each(|cite| refusal::shape(&cite.document, answer.means(), &response))
}

then!("nothing is told of the token", nothing_told());
fn nothing_told(w: &mut World) -> StepResult {
    let what = w.answer()?.what;
    w.judge_what(&what, "a refusal, or nothing of the token", |what| {
        what.is_refusal() || matches!(what, Observed::Status(200..=399, _))
    })
}

/// The members of the answer; what form they have is another rule's subject.
pub(super) fn members(w: &mut World) -> Result<Map<String, Value>, String> {
    let answer = w.answer()?;
    w.readable(&answer.what)?;
    let read = answer.sent.as_ref().ok().and_then(observed::json);
    let read = match read {
        Some(Value::Object(members)) if answer.what.is_success() => Ok(members),
        Some(Value::Object(members)) if answer.what == Observed::Inactive => Ok(members),
        _ => Err(Unmet::Failed(format!("the introspection got {}", answer.what.describe()))),
    };
    w.need(read)
}

then!("the answer is a JSON object that says whether the token is active", form());
fn form(w: &mut World) -> StepResult {
    let answer = w.answer()?;
    let response = w.response()?;
    if response.status >= 400 {
        may_ask(w, &answer.what)?;
    }
    let media = response.media_type().unwrap_or_default();
    let said = match observed::json(&response) {
        Some(Value::Object(members)) => match members.get("active") {
            Some(Value::Bool(_)) if media == "application/json" => Ok(()),
            Some(Value::Bool(_)) => Err(format!("the media type {media:?}")),
            Some(other) => Err(format!("\"active\": {other}")),
            None => Err("an object without \"active\"".to_owned()),
        },
        _ => Err("something else".to_owned()),
    };
    w.judge(said.map_err(|actual| {
        let expected =
            "a JSON object of the media type application/json with \"active\" true or false";
        Mismatch::new(expected, actual)
    }))
}

then!("the answer says nothing more", alone());
fn alone(w: &mut World) -> StepResult {
    let members = members(w)?;
    if members.get("active") != Some(&Value::Bool(false)) {
        let text = "the token is active: other rules judge that".to_owned();
        return w.need(Err(Unmet::Lacking(text)));
    }
    let more: Vec<&String> = members.keys().filter(|name| *name != "active").collect();
    w.judge(match more.is_empty() {
        true => Ok(()),
        false => Err(Mismatch::new("\"active\": false and nothing else", format!("also {more:?}"))),
    })?;
    w.assessment.evidence.refusal();
    Ok(())
}

then!("each member of the answer has the type that is defined for it", types());
fn types(w: &mut World) -> StepResult {
    let members = members(w)?;
    let is_text_or_texts = |value: &Value| match value {
        Value::Array(values) => values.iter().all(Value::is_string),
        value => value.is_string(),
    };
    let wrong = members.iter().find_map(|(name, value)| {
        let (due, right) = match name.as_str() {
            name if TEXTS.contains(&name) => ("a text", value.is_string()),
            name if TIMES.contains(&name) => ("a whole number", value.is_u64() || value.is_i64()),
            "aud" => ("a text or a list of texts", is_text_or_texts(value)),
            _ => return None,
        };
        (!right).then(|| Mismatch::new(format!("{name:?} is {due}"), format!("{name:?}: {value}")))
    });
    w.judge(wrong.map_or(Ok(()), Err))
}

then!("the answer agrees with the token response, where the client may ask", agrees_where_told());
/// Two that ask may be told different things; what is told has to be true (RFC 7662 §2.2).
fn agrees_where_told(w: &mut World) -> StepResult {
    let what = w.answer()?.what;
    if what == Observed::Inactive || what.is_refusal() {
        let text = format!("the other client is told nothing of the token ({})", what.describe());
        return w.need(Err(Unmet::Lacking(text)));
    }
    agrees(w)
}

then!("the answer agrees with the token response", agrees());
fn agrees(w: &mut World) -> StepResult {
    let (members, pair) = (members(w)?, w.pair()?);
    let client = w.driver().client(&pair.client);
    let client = w.need(client)?;
    let asked = w.driver().site.profile.scope(&client).map(str::to_owned);
    let granted = pair.scope.or(asked);
    let text = |name: &str| members.get(name).and_then(Value::as_str);
    let other = text("client_id").filter(|id| *id != client.id);
    let more =
        text("scope").zip(granted.as_deref()).filter(|(said, granted)| exceeds(said, granted));
    let same = |(said, told): &(&str, &str)| said.eq_ignore_ascii_case(told);
    let kind = text("token_type").zip(pair.token_type.as_deref()).filter(|it| !same(it));
    let differ = |what: &str, (said, told): (&str, &str)| {
        Mismatch::new(format!("{what} {told:?}"), format!("{said:?}"))
    };
    let wrong = [
        other.map(|_| Mismatch::new("the client that the token was issued to", "another client")),
        more.map(|it| differ("the scope", it)),
        kind.map(|it| differ("the token type", it)),
    ];
    w.judge(wrong.into_iter().flatten().next().map_or(Ok(()), Err))
}

then!("the token expires when the token response said", expires());
fn expires(w: &mut World) -> StepResult {
    let (members, pair) = (members(w)?, w.pair()?);
    let Some((lives, told)) = lifetime(&members).zip(pair.expires_in) else {
        let text = "the token response or the answer names no lifetime".to_owned();
        return w.need(Err(Unmet::Lacking(text)));
    };
    w.judge(match lives.abs_diff(told) > LEEWAY {
        false => Ok(()),
        true => {
            let expected = format!("exp {told} s after iat, as expires_in said");
            Err(Mismatch::new(expected, format!("{lives} s after it")))
        }
    })
}

/// Whether a scope has a value that was not granted.
fn exceeds(said: &str, granted: &str) -> bool {
    said.split(' ').any(|word| !granted.split(' ').any(|it| it == word))
}

/// Seconds that times may differ by, since they are rounded.
pub(super) const LEEWAY: u64 = 5;

/// How long the token lives from its issue on, in seconds.
fn lifetime(members: &Map<String, Value>) -> Option<u64> {
    let time = |name: &str| members.get(name).and_then(Value::as_u64);
    time("exp")?.checked_sub(time("iat")?)
}

then!("the answer may not be kept longer than the token lives", kept());
fn kept(w: &mut World) -> StepResult {
    let answer = w.answer()?;
    w.readable(&answer.what)?;
    let (response, pair) = (w.response()?, w.pair()?);
    let Some(lives) = pair.expires_in else {
        let text = "the token response has no expires_in".to_owned();
        return w.need(Err(Unmet::Lacking(text)));
    };
    let told: Vec<String> = response
        .headers
        .all("cache-control")
        .map(|value| String::from_utf8_lossy(value).to_ascii_lowercase())
        .collect();
    let told = told.join(",");
    let kept = told
        .split(',')
        .map(str::trim)
        .filter_map(|it| it.strip_prefix("max-age=")?.parse::<u64>().ok())
        .max();
    let forbidden = told.split(',').any(|it| matches!(it.trim(), "no-store" | "no-cache"));
    w.judge(match kept {
        Some(kept) if !forbidden && kept > lives => Err(Mismatch::new(
            format!("an answer that is kept for {lives} s at most"),
            format!("max-age={kept}"),
        )),
        _ => Ok(()),
    })
}
