//! Requests that say by way of which host they came, and what the answers name (RFC 7239 §8.1: whoever sends a
//! request writes these fields).

use serde_json::Value;

use super::answers::Answer;
use super::definition::{then, when};
use super::metadata::{ELSEWHERE, by_way_of};
use super::world::{StepResult, World};
use crate::driver::flow::Authorization;
use crate::driver::{Client as Role, Draft, Unmet};
use crate::observe::{Mismatch, Observed};

/// Sends a request that says so.
async fn send(w: &mut World, draft: Draft) -> StepResult {
    w.deviates(format!("it came by way of {ELSEWHERE}"));
    let draft = by_way_of(ELSEWHERE, draft);
    let sent = w.submit(&draft).await?;
    let what = Observed::of_token(&sent);
    w.answers.last = Some(Answer { draft, sent, what });
    Ok(())
}

when!("a device asks for its codes by way of another host", device().await);
async fn device(w: &mut World) -> StepResult {
    let draft = w.driver().device_authorization(&Role("device".to_owned()), None);
    let draft = w.need(draft)?;
    send(w, draft).await
}

when!("a registration comes by way of another host", registration().await);
async fn registration(w: &mut World) -> StepResult {
    let metadata = Value::Object(w.driver().client_metadata());
    let draft = w.driver().registration(metadata.clone());
    let draft = w.need(draft)?;
    send(w, draft).await?;
    let answer = w.answer()?;
    w.driver().enrol("second", &metadata, &answer.sent);
    Ok(())
}

when!("the client's authorization request comes by way of another host", authorization().await);
async fn authorization(w: &mut World) -> StepResult {
    let draft = w.driver().opening(&Authorization::of(&Role::default_role())).await;
    let draft = w.need(draft)?;
    send(w, draft).await
}

then!("the answer names nothing at that host", nothing_there());
fn nothing_there(w: &mut World) -> StepResult {
    let what = w.answer()?.what;
    w.readable(&what)?;
    let response = w.response()?;
    if response.status >= 400 {
        let text = format!("such a request is refused (status {})", response.status);
        return w.need(Err(Unmet::Lacking(text)));
    }
    let location = response.headers.text("location").unwrap_or_default().into_owned();
    let text = response.text();
    let at = [("the Location", location.as_str()), ("the body", &*text)];
    let named = at.into_iter().find(|(_, text)| text.contains(&format!("//{ELSEWHERE}")));
    w.judge(named.map_or(Ok(()), |(place, _)| {
        Err(Mismatch::new("nothing at another host", format!("a URL at {ELSEWHERE} in {place}")))
    }))
}
