//! The codes of a device (RFC 8628 §3.1, §3.2): what a device asks for, and what it is told.

use std::time::Instant;

use serde_json::Value;

use super::answers::Answer;
use super::definition::{given, then, when};
use super::params::{Changes, Client};
use super::scoped::resource;
use super::world::{StepResult, World};
use crate::driver::device::{DEVICE_CODE, Device};
use crate::driver::{Change, Client as Role, Unmet};
use crate::observe::{Mismatch, Observed, observed, success};
use crate::profile;

/// A client asks for codes, and keeps what comes.
pub(super) async fn ask(
    w: &mut World,
    client: &Role,
    scope: Option<&str>,
    changes: &[Change],
) -> StepResult {
    let draft = w.driver().device_authorization(client, scope);
    let draft = w.need(draft)?;
    let draft = w.changed(draft, changes)?;
    let since = Instant::now();
    let sent = w.submit(&draft).await?;
    let what = Observed::of_device_endpoint(&sent);
    w.issued.device = w.driver().device_of(client, &sent, since);
    w.answers.last = Some(Answer { draft, sent, what });
    Ok(())
}

/// Whether a client may have the grant is the server's to say; without one that may, nothing shows. Servers
/// have several codes for that, all of which count where the profile does not say that this one may.
fn may_have(w: &mut World, client: &Role, what: &Observed) -> StepResult {
    let told = {
        let driver = w.driver();
        let named = client.0.ends_with("device") && driver.site.profile.client(&client.0).is_some();
        let has = |it: profile::Client| it.grants.iter().any(|grant| grant == DEVICE_CODE);
        named || driver.client(client).is_ok_and(has)
    };
    let refused =
        |code: &str| !told || matches!(code, "unauthorized_client" | "unsupported_grant_type");
    match what {
        // Whom the server does not know it gives nothing, whatever else it does.
        Observed::Error { error, .. } if error == "invalid_client" => {
            w.control_that(false, || format!("a device asked for its codes: {}", what.describe()))
        }
        Observed::Error { error, .. } if refused(error) => {
            let role = &client.0;
            let text = format!(
                "the client may not ask for codes ({error}); name one that may (`clients.{role}`, \
                 with the grant in `grants`)"
            );
            w.need(Err(Unmet::Lacking(text)))
        }
        _ => Ok(()),
    }
}

/// Codes by an ordinary request.
pub(super) async fn hold(w: &mut World, client: &Role, scope: Option<&str>) -> StepResult {
    ask(w, client, scope, &[]).await?;
    is_held(w, client)
}

/// The codes that a device has asked for.
pub(super) fn is_held(w: &mut World, client: &Role) -> StepResult {
    let what = w.answer()?.what;
    may_have(w, client, &what)?;
    let given = w.issued.device.is_some();
    w.control_that(given, || format!("a device asked for its codes: {}", what.describe()))
}

pub(super) fn device(w: &mut World) -> Result<Device, String> {
    w.left(w.issued.device.clone(), "a device code")
}

given!("{client} holds a device code", holds(client).await);
async fn holds(w: &mut World, client: Client) -> StepResult {
    hold(w, &client.0, None).await
}

given!("{client} holds a device code {change}", holds_changed(client, changes).await);
async fn holds_changed(w: &mut World, client: Client, changes: Changes) -> StepResult {
    ask(w, &client.0, None, &changes.0).await?;
    w.assessment.deviation = None;
    is_held(w, &client.0)
}

given!(
    "{client} holds a device code for less than the scoped resource takes",
    holds_narrow(client).await
);
async fn holds_narrow(w: &mut World, client: Client) -> StepResult {
    let scope = resource(w)?.narrow_scope;
    let lacking = || Unmet::Lacking("the profile has no `scoped_resource.narrow_scope`".to_owned());
    let scope = w.need(scope.ok_or_else(lacking))?;
    hold(w, &client.0, Some(&scope)).await
}

when!("{client} asks for a device code", asks(client).await);
async fn asks(w: &mut World, client: Client) -> StepResult {
    ask(w, &client.0, None, &[]).await?;
    let what = w.answer()?.what;
    may_have(w, &client.0, &what)
}

when!("{client} that may not have the grant asks for a device code", asks_unallowed(client).await);
async fn asks_unallowed(w: &mut World, client: Client) -> StepResult {
    w.deviates("a client that may not have the grant");
    ask(w, &client.0, None, &[]).await
}

when!("{client} asks for a device code {change}", asks_changed(client, changes).await);
async fn asks_changed(w: &mut World, client: Client, changes: Changes) -> StepResult {
    ask(w, &client.0, None, &changes.0).await
}

when!("{client} collects {int} device codes", collects(client, count).await);
async fn collects(w: &mut World, client: Client, count: usize) -> StepResult {
    for _ in 0..count {
        hold(w, &client.0, None).await?;
        let code = device(w)?.code;
        w.answers.collect("device code", code);
    }
    Ok(())
}

then!("the device is given its codes", given_codes());
fn given_codes(w: &mut World) -> StepResult {
    let what = w.answer()?.what;
    w.judge_what(&what, "a device code", Observed::is_codes)
}

then!("the device authorization is answered as documented", documented());
fn documented(w: &mut World) -> StepResult {
    let answer = w.answer()?;
    w.judge_answer(&answer)
}

then!("the codes come with everything that a device needs", members());
fn members(w: &mut World) -> StepResult {
    let answer = w.answer()?;
    w.readable(&answer.what)?;
    let response = w.response()?;
    let served = (200..300).contains(&response.status);
    w.control_that(served, || format!("a device asked: {}", answer.what.describe()))?;
    let read = observed::json(&response).filter(Value::is_object);
    let media = response.media_type().unwrap_or_default();
    let wrong = match read {
        _ if response.status != 200 => Some(("status 200", response.status.to_string())),
        _ if media != "application/json" => Some(("application/json", format!("{media:?}"))),
        None => Some(("a JSON object", "something else".to_owned())),
        Some(told) => wrong_member(&told),
    };
    w.judge(wrong.map_or(Ok(()), |(due, actual)| Err(Mismatch::new(due, actual))))
}

/// The first member that is missing or is something else (RFC 8628 §3.2).
fn wrong_member(told: &Value) -> Option<(&'static str, String)> {
    let text = |name: &str| told.get(name).and_then(Value::as_str).filter(|it| !it.is_empty());
    let is_url = |name: &str| {
        let url = text(name).and_then(|it| url::Url::parse(it).ok());
        url.is_some_and(|url| url.has_host())
    };
    let number = |name: &str| told.get(name).and_then(Value::as_u64).is_some_and(|it| it > 0);
    let absent = |name: &str| told.get(name).is_none_or(Value::is_null);
    let due = [
        ("device_code", "\"device_code\", a text", text("device_code").is_some()),
        ("user_code", "\"user_code\", a text", text("user_code").is_some()),
        ("verification_uri", "\"verification_uri\", a URL", is_url("verification_uri")),
        (
            "verification_uri_complete",
            "\"verification_uri_complete\", a URL, or none",
            absent("verification_uri_complete") || is_url("verification_uri_complete"),
        ),
        ("expires_in", "\"expires_in\", a number above 0", number("expires_in")),
        (
            "interval",
            "\"interval\", a number above 0, or none",
            absent("interval") || number("interval"),
        ),
    ];
    let wrong = due.into_iter().find(|(_, _, right)| !right);
    wrong.map(|(name, due, _)| {
        let kind = match told.get(name) {
            None | Some(Value::Null) => "no such member".to_owned(),
            Some(_) => format!("another {name:?}"),
        };
        (due, kind)
    })
}

then!("the codes may not be cached", no_store());
fn no_store(w: &mut World) -> StepResult {
    let answer = w.answer()?;
    let given = answer.what.is_codes();
    w.control_that(given, || format!("a device asked: {}", answer.what.describe()))?;
    let response = w.response()?;
    w.judge(success::no_store(&response))
}
