//! Hints about the kind of a token that is introspected.

use super::answers::Answer;
use super::world::{StepResult, World};
use crate::driver::{Draft, Pair};
use crate::observe::Observed;

/// Sends a request to the introspection endpoint.
pub(super) async fn send(w: &mut World, draft: Draft) -> StepResult {
    let sent = w.submit(&draft).await?;
    let what = Observed::of_introspection_endpoint(&sent);
    w.answers.last = Some(Answer { draft, sent, what });
    Ok(())
}

/// What names the kind of a token, so that it may be found faster (RFC 7662 §2.1).
pub(super) const HINT: &str = "token_type_hint";

/// The kind of a token of the scenario, as hints name it.
pub(super) fn kind_of(w: &World, token: &str) -> &'static str {
    let refreshes = |pair: &Pair| pair.refresh.as_ref().is_some_and(|own| **own == *token);
    if w.issued.pairs.iter().any(refreshes) { "refresh_token" } else { "access_token" }
}

/// Whether a token that is not active is, once the request names its kind: whoever asks may introspect then, and the
/// server does not look for the token as it has to (RFC 7662 §2.1).
pub(super) async fn is_found_by_hint(w: &mut World) -> Result<bool, String> {
    let Answer { draft, sent, what } = w.answer()?;
    let token = draft.form.first("token").unwrap_or_default().to_owned();
    if what != Observed::Inactive || draft.form.first(HINT).is_some() {
        return Ok(false);
    }
    let mut hinted = draft.clone();
    hinted.form.push(HINT, kind_of(w, &token));
    send(w, hinted).await?;
    let found = w.answer()?.what.is_served();
    if found {
        w.answers.needs_hint = true;
    } else {
        w.answers.last = Some(Answer { draft, sent, what });
    }
    Ok(found)
}
