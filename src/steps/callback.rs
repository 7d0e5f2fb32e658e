//! Callbacks to an application: the browser comes back from the authorization server.

use super::definition::{given, then, when};
use super::parameter::parameter;
use super::params::Changes;
use super::visits::{arrive, log_in};
use super::world::{StepResult, World};
use crate::driver::application::code_of;
use crate::driver::browser::Browser;
use crate::driver::page::Decision;
use crate::driver::spoiling::NEVER_ISSUED;
use crate::driver::{Change, Unmet};
use crate::observe::Mismatch;
use crate::rules::Means;
use crate::wire::Params;

given!("the user is about to return to the application with a code", on_the_way_back().await);
async fn on_the_way_back(w: &mut World) -> StepResult {
    w.visitor()?.browser = Browser::default();
    let callback = w.reach_callback(Decision::Grant).await?;
    w.client.callback = Some(callback);
    Ok(())
}

when!("the callback arrives {change}", arrives(changes).await);
async fn arrives(w: &mut World, changes: Changes) -> StepResult {
    let callback = w.client.callback.clone();
    let callback = w.left(callback, "a callback")?;
    let callback = w.changed(callback, &changes.0)?;
    arrive(w, callback).await
}

parameter!(String, "other_browser", r"[a-z ]+");

when!("the callback arrives in a browser that {other_browser}", arrives_elsewhere(which).await);
async fn arrives_elsewhere(w: &mut World, which: String) -> StepResult {
    let callback = w.client.callback.clone();
    let callback = w.left(callback, "a callback")?;
    w.deviates(format!("in a browser that {which}"));
    w.visitor()?.browser = Browser::default();
    match which.as_str() {
        "has started a login of its own" => {
            w.reach_callback(Decision::Grant).await?;
        }
        "is already signed in" => log_in(w).await?,
        _ => {}
    }
    arrive(w, callback).await
}

when!(
    "another state comes before the one that belongs to the callback",
    behind_another_state().await
);
async fn behind_another_state(w: &mut World) -> StepResult {
    let callback = w.client.callback.clone();
    let mut callback = w.left(callback, "a callback")?;
    let params = std::mem::take(&mut callback.query);
    callback.query = [("state", NEVER_ISSUED)].into_iter().collect::<Params>();
    callback.query.extend(params);
    w.deviates("behind another state".to_owned());
    arrive(w, callback).await
}

async fn has_returned(w: &mut World, decision: Decision) -> StepResult {
    w.visitor()?.browser = Browser::default();
    let callback = w.reach_callback(decision).await?;
    w.deliver(&callback).await?;
    let redeemed = match code_of(&callback) {
        Some(code) => w.visitor()?.redeemed(&code).is_some(),
        None => decision == Decision::Deny,
    };
    w.client.callback = Some(callback);
    w.control_that(redeemed, || "the application did not redeem its code".to_owned())
}

given!("the user has returned to the application with a code", returned_with_code().await);
async fn returned_with_code(w: &mut World) -> StepResult {
    has_returned(w, Decision::Grant).await
}

given!("the user has returned to the application with an error", returned_with_error().await);
async fn returned_with_error(w: &mut World) -> StepResult {
    has_returned(w, Decision::Deny).await
}

when!("another code arrives with the state of that login", state_again().await);
/// The code is that of a login in another browser, so that this one has not begun a new login.
async fn state_again(w: &mut World) -> StepResult {
    let callback = w.client.callback.clone();
    let before = w.left(callback, "a callback")?;
    let state = before.query.first("state").map(str::to_owned);
    let lacking = || Unmet::Lacking("the application sends no state".to_owned());
    let state = w.need(state.ok_or_else(lacking))?;
    let own = std::mem::take(&mut w.visitor()?.browser);
    let callback = w.reach_callback(Decision::Grant).await?;
    w.visitor()?.browser = own;
    let changed = Change::set("state", state).apply(&callback, &[]);
    let callback = w.need(changed.map_err(Unmet::from))?;
    w.deviates("with the state of a login that is over".to_owned());
    w.client.callback = Some(callback.clone());
    arrive(w, callback).await
}

then!(
    "the application has not redeemed the code, which would be tolerated",
    better_not_redeemed().await
);
/// The state is the right one each time, so that a login goes on is no danger to anybody.
async fn better_not_redeemed(w: &mut World) -> StepResult {
    let callback = w.client.callback.clone();
    let code = w.left(callback.as_ref().and_then(code_of), "a code")?;
    match w.visitor()?.redeemed(&code) {
        None => Ok(()),
        Some(_) => w.tolerate(&Mismatch::new(
            "a refusal, and no token request with the code",
            "the application took a state that was given twice",
        )),
    }
}

then!("the application has turned the callback away", turned_away().await);
async fn turned_away(w: &mut World) -> StepResult {
    not_redeemed(w).await?;
    let what = w.login_end()?.what();
    w.judgeable(&what)?;
    w.judged(&what);
    w.judge(Ok(()))
}

then!("the application has not redeemed the code", not_redeemed().await);
async fn not_redeemed(w: &mut World) -> StepResult {
    let callback = w.client.callback.clone();
    let code = w.left(callback.as_ref().and_then(code_of), "a code")?;
    match w.visitor()?.redeemed(&code) {
        None => Ok(()),
        Some(_) => w.judge(Err(Mismatch::new(
            "a refusal, and no token request with the code",
            "the application sent the code to the token endpoint",
        ))),
    }
}

then!("the application answers as documented", answers().await);
async fn answers(w: &mut World) -> StepResult {
    let what = w.login_end()?.what();
    w.judge_documented(&what, Means::Body)
}
