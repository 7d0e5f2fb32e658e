//! Approvals of a device that another site forges (RFC 8628 §3.3, RFC 6749 §10.12).

use super::consent::{grant, kept_in_browser, post, post_cross_site};
use super::definition::{given, when};
use super::device_code::{device, hold};
use super::world::{StepResult, World};
use crate::driver::device::Visit;
use crate::driver::forged_consent::without_anti_forgery;
use crate::driver::journey::{End, Stop};
use crate::driver::page::{Action, Decision};
use crate::driver::{Unmet, authorization};

/// What the user sends to approve the device, on the page that asks for it.
async fn approval(w: &mut World) -> Result<Action, String> {
    let device = device(w)?;
    let visit = Visit {
        user: "default",
        types: &device.user_code,
        complete: false,
        decision: Decision::Grant,
        stop: Stop::AtChoice,
    };
    let journey = w.driver().visit(&device, visit).await;
    let journey = w.need(journey)?;
    let what = authorization::what(&journey);
    w.not_broken(&what)?;
    match (journey.choices.last(), &journey.end) {
        (Some(page), End::Stopped { .. }) => grant(w, page),
        _ => {
            let text = "no page of its own asks whether the device may have access";
            w.need(Err(Unmet::Lacking(text.to_owned())))
        }
    }
}

/// Signs the user in by another device, about which nothing is decided.
async fn signed_in(w: &mut World) -> Result<Action, String> {
    let waiting = device(w)?;
    hold(w, &waiting.client, None).await?;
    let action = approval(w).await?;
    w.issued.device = Some(waiting);
    Ok(action)
}

given!("the form that approved the device has been posted again", posted_again().await);
async fn posted_again(w: &mut World) -> StepResult {
    let journey = w.journey()?;
    let lacking = || Unmet::Lacking("no page of its own asked about the device".to_owned());
    let page = w.need(journey.choices.first().cloned().ok_or_else(lacking))?;
    let action = grant(w, &page)?;
    post(w, &action, "the form that approved the device is posted again").await
}

when!("the approval of the device is posted without its anti-forgery value", without_value().await);
async fn without_value(w: &mut World) -> StepResult {
    let other = signed_in(w).await?;
    let own = approval(w).await?;
    kept_in_browser(w, &own)?;
    let lacking = || Unmet::Lacking("the form has no hidden value of its own".to_owned());
    let forged = w.need(without_anti_forgery(&own, &other).ok_or_else(lacking))?;
    let label = "the approval is posted without its anti-forgery value";
    post_cross_site(w, &forged, label).await
}

when!("the approval of the device is posted from another browser", from_another_browser().await);
async fn from_another_browser(w: &mut World) -> StepResult {
    let own = approval(w).await?;
    kept_in_browser(w, &own)?;
    w.driver().fresh_browser();
    post(w, &own, "the approval is posted from another browser").await
}

when!(
    "the form to approve the device, opened in another session, is posted in the user's browser",
    of_another_session().await
);
/// Somebody has typed the code of their own device, and has the user's browser post what came of it.
async fn of_another_session(w: &mut World) -> StepResult {
    let theirs = approval(w).await?;
    w.driver().fresh_browser();
    let own = signed_in(w).await?;
    kept_in_browser(w, &own)?;
    post_cross_site(w, &theirs, "a form of another session approves the device").await
}
