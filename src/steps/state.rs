//! The state that comes back to the client.

use super::definition::then;
use super::redirected::{came_back, returned, what};
use super::world::{StepResult, World};
use crate::driver::Unmet;
use crate::observe::{Mismatch, Observed};

then!("the state is returned unchanged", state_back());
fn state_back(w: &mut World) -> StepResult {
    let sent = w.answers.journey.as_ref().and_then(|journey| journey.state.clone());
    let sent = w.left(sent, "a state")?;
    state_is(w, &sent)
}

then!("the state is returned unchanged with the code", state_back_with_code());
fn state_back_with_code(w: &mut World) -> StepResult {
    // That a code comes is the affair of other rules.
    match what(w)? {
        Observed::Code => state_back(w),
        what => w.control_failed(format!("no code to look at, but {}", what.describe())),
    }
}

then!("the state is returned unchanged, if a code comes", state_back_if_code());
fn state_back_if_code(w: &mut World) -> StepResult {
    match what(w)? {
        Observed::Code => state_back(w),
        what => {
            let text = format!("no code to look at, but {}", what.describe());
            w.need(Err(Unmet::Lacking(text)))
        }
    }
}

then!(
    "the state is returned unchanged with the code, or the request is refused",
    state_back_or_refused()
);
fn state_back_or_refused(w: &mut World) -> StepResult {
    match what(w)? {
        Observed::Code => state_back(w),
        what => w.judge_what(&what, "the state unchanged, or a refusal", |what| {
            matches!(
                what,
                Observed::Redirect(_) | Observed::Page { .. } | Observed::Status(400..=499, _)
            )
        }),
    }
}

then!("the state is returned unchanged with an error", state_back_with_error());
fn state_back_with_error(w: &mut World) -> StepResult {
    // A code where an error was due is the affair of other rules, and no control of this one.
    match what(w)? {
        Observed::Code => {
            let text = "no error to look at, but a redirect to the client with a code";
            w.need(Err(Unmet::Lacking(text.to_owned())))
        }
        _ => state_back(w),
    }
}

then!("the state is returned unchanged, if the client is told an error", state_back_if_error());
/// Whether the request is refused, and whether the client is told, is the matter of other rules.
fn state_back_if_error(w: &mut World) -> StepResult {
    match what(w)? {
        Observed::Redirect(_) => state_back(w),
        what => {
            let text = format!("no error to look at, but {}", what.describe());
            w.need(Err(Unmet::Lacking(text)))
        }
    }
}

then!("the state is returned as {string}", state_back_as(expected));
fn state_back_as(w: &mut World, expected: String) -> StepResult {
    state_is(w, &expected)
}

fn state_is(w: &mut World, expected: &str) -> StepResult {
    let states = returned(w, "state")?;
    let result = match states.as_slice() {
        [state] if state == expected => Ok(()),
        [] => Err(Mismatch::new(format!("state {expected:?}"), "no state")),
        [state] => Err(Mismatch::new(format!("state {expected:?}"), format!("state {state:?}"))),
        many => Err(Mismatch::new("one state", format!("{} states", many.len()))),
    };
    w.judge(result)
}

/// Keeps a state that came back for a request that had none.
pub(super) fn keep_unasked(w: &mut World) -> StepResult {
    let unasked = w.answers.journey.as_ref().is_some_and(|it| it.state.is_none());
    if unasked {
        let states = returned(w, "state")?;
        w.answers.keep(UNASKED, states);
    }
    Ok(())
}

const UNASKED: &str = "a state that nobody sent";

then!("no state is returned", no_state());
fn no_state(w: &mut World) -> StepResult {
    if !came_back(w)? {
        return Ok(());
    }
    let states = returned(w, "state")?;
    let [state, ..] = states.as_slice() else { return w.judge(Ok(())) };
    let mismatch = Mismatch::new("no state", format!("state {state:?}"));
    // An empty one that comes back as it was is none to the client, either (RFC 6749 §3.1).
    let sent = w.answers.journey.as_ref().is_some_and(|it| it.state.as_deref() == Some(""));
    // Where one comes for a request without any, too, an empty one counts as absent.
    if sent && w.answers.collected(UNASKED).iter().any(|it| !it.is_empty()) {
        return w.judge(Ok(()));
    }
    if sent && states.iter().all(String::is_empty) {
        return w.tolerate(&mismatch);
    }
    w.judge(Err(mismatch))
}
