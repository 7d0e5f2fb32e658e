//! Proofs of possession at a protected resource (RFC 9449 §7).

use super::answers::Answer;
use super::definition::{given, then, when};
use super::dpop::{Flawed, Which, note, told};
use super::world::{StepResult, World};
use crate::driver::dpop::{Showing, challenge_of};
use crate::driver::keys::Key;
use crate::driver::{Draft, Unmet};
use crate::observe::{Mismatch, Observed};

/// A call with the newest access token behind a scheme.
fn call(w: &mut World, scheme: &str) -> Result<(Draft, String), String> {
    let token = w.pair()?.access;
    let draft = w.driver().call(false);
    let mut draft = w.need(draft)?;
    draft.headers.push("Authorization", format!("{scheme} {}", &*token));
    Ok((draft, token.to_string()))
}

/// Calls with a proof, and keeps the answer.
async fn send(w: &mut World, scheme: &str, how: Showing<'_>) -> StepResult {
    let (draft, token) = call(w, scheme)?;
    let how = Showing { token: Some(&token), ..how };
    let shown = w.driver().show(&draft, &how).await;
    let (draft, sent) = w.need(shown)?;
    note(w, &how);
    let what = Observed::of_resource(&sent);
    w.answers.last = Some(Answer { draft, sent, what });
    Ok(())
}

given!("the access token works with its key", works().await);
then!("the call with a proof is still served", works().await);
async fn works(w: &mut World) -> StepResult {
    send(w, "DPoP", Showing::default()).await?;
    let what = w.answer()?.what;
    if what.is_refusal() {
        knows_proofs(w).await?;
    }
    w.control_served(&what, "a call with a bound token and a proof")
}

given!("the resource knows proofs of possession", knows_proofs().await);
/// A resource that is not aware of them takes a bound token for a Bearer token (RFC 9449 §7.2).
async fn knows_proofs(w: &mut World) -> StepResult {
    let (mut draft, _) = call(w, "Bearer")?;
    // As it stands: a token that is bound would get its proof on the way.
    draft.unproven = true;
    let sent = w.submit(&draft).await?;
    if !Observed::of_resource(&sent).is_served() {
        return Ok(());
    }
    let bare = w.driver().call(false);
    let bare = w.need(bare)?;
    let asked = w.submit(&bare).await?;
    let told = asked.as_ref().is_ok_and(|response| challenge_of(response).is_some());
    let text = "the resource knows no proofs of possession: it takes bound tokens as Bearer tokens (RFC 9449 §7.2)";
    w.need(told.then_some(()).ok_or_else(|| Unmet::Lacking(text.to_owned())))
}

when!("the client calls the API, proving possession of {key}", calls(key).await);
async fn calls(w: &mut World, key: Which) -> StepResult {
    send(w, "DPoP", Showing { key: key.0, ..Showing::default() }).await
}

when!(
    "the client calls the API, proving possession of its key by {proofs}",
    calls_flawed(flaw).await
);
async fn calls_flawed(w: &mut World, flaw: Flawed) -> StepResult {
    send(w, "DPoP", Showing { flaw: Some(&flaw.0), ..Showing::default() }).await
}

when!(
    "the client calls the API with the scheme {string}, proving possession of its key",
    calls_with_scheme(scheme).await
);
async fn calls_with_scheme(w: &mut World, scheme: String) -> StepResult {
    send(w, &scheme, Showing::default()).await?;
    w.deviates(format!("scheme {scheme}"));
    Ok(())
}

given!("the access token is bound to no key", is_unbound());
fn is_unbound(w: &mut World) -> StepResult {
    let kind = w.pair()?.token_type.unwrap_or_default();
    let bound = kind.eq_ignore_ascii_case("DPoP");
    let text = "every token of the target is bound to a key".to_owned();
    w.need(if bound { Err(Unmet::Lacking(text)) } else { Ok(()) })
}

then!("the new token is served with the other key", works_with_other().await);
async fn works_with_other(w: &mut World) -> StepResult {
    send(w, "DPoP", Showing { key: Key::Other, ..Showing::default() }).await?;
    w.assessment.deviation = None;
    let what = w.answer()?.what;
    w.judge_what(&what, "the resource is served", Observed::is_served)
}

/// A server error proves nothing of challenges; a call that is served has none.
fn refusal(w: &mut World) -> Result<crate::wire::Response, String> {
    let what = w.answer()?.what;
    w.refused(&what)?;
    w.response()
}

then!("a challenge for bound tokens names the algorithms", challenged());
fn challenged(w: &mut World) -> StepResult {
    let response = refusal(w)?;
    let algs = challenge_of(&response).map(|it| it.param("algs").map(str::to_owned));
    let result = match algs {
        Some(Some(algs)) if !algs.trim().is_empty() => Ok(()),
        Some(_) => Err("a challenge DPoP without algs"),
        None => Err("no challenge DPoP"),
    };
    w.judge(result.map_err(|actual| Mismatch::new("a challenge DPoP with algs", actual)))
}

/// Without a challenge for bound tokens there is nothing to look at.
fn error(w: &mut World) -> Result<Option<String>, String> {
    let response = refusal(w)?;
    let challenge = challenge_of(&response);
    let text = || Unmet::Lacking("the refusal has no challenge DPoP".to_owned());
    let challenge = w.need(challenge.ok_or_else(text))?;
    Ok(challenge.param("error").map(str::to_owned))
}

then!("the challenge for bound tokens names an error", error_named());
fn error_named(w: &mut World) -> StepResult {
    let named = error(w)?;
    w.judge(match named {
        Some(_) => Ok(()),
        None => Err(Mismatch::new("an error in the challenge DPoP", "none")),
    })
}

then!("the challenge for bound tokens names no error", no_error_named());
fn no_error_named(w: &mut World) -> StepResult {
    let named = error(w)?;
    w.judge(match named {
        None => Ok(()),
        Some(error) => Err(Mismatch::new("no error in the challenge DPoP", format!("{error:?}"))),
    })
}

then!("the resource asks for a nonce", asks());
fn asks(w: &mut World) -> StepResult {
    let (what, response) = (w.answer()?.what, w.response()?);
    let error = challenge_of(&response).and_then(|it| it.param("error").map(str::to_owned));
    let asked = error.as_deref() == Some("use_dpop_nonce");
    if what.is_served() || !asked && response.headers.get("dpop-nonce").is_none() {
        let text = format!("the resource asks for no nonce, but answers {}", what.describe());
        return w.need(Err(Unmet::Lacking(text)));
    }
    let right = match asked && response.status == 401 {
        true => told(&response),
        false => Err(format!("{} with error {error:?}", response.status)),
    };
    w.judge(right.map_err(|actual| {
        Mismatch::new("401 with a challenge DPoP, error use_dpop_nonce, and one DPoP-Nonce", actual)
    }))?;
    w.assessment.evidence.refusal();
    Ok(())
}

given!("the resource demands nonces", was_asked());
fn was_asked(w: &mut World) -> StepResult {
    let url = w.driver().site.resource.clone();
    let asked = url.is_some_and(|url| w.driver().was_asked_for_nonce(&url));
    let text = "the resource asks for no nonce".to_owned();
    w.need(if asked { Ok(()) } else { Err(Unmet::Lacking(text)) })
}
