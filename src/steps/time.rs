//! Lifetimes: time passes until something has expired, or has not yet.

use std::sync::Arc;
use std::time::Duration;

use super::definition::{given, then, when};
use super::params::{Client, Credential, Edge, Span};
use super::world::{StepResult, World};
use crate::driver::time::{Born, Side};
use crate::driver::{Change, Client as Role, Unmet};
use crate::observe::Observed;
use crate::profile::{Clock, Profile};
use crate::rules::Document;

/// How long something lives: what a document fixes, or else what the profile promises.
pub fn lifetime(
    profile: &Profile,
    documents: &[Arc<Document>],
    mortal: Credential,
) -> Option<Duration> {
    let promised = match mortal {
        Credential::Code => profile.lifetimes.code,
        Credential::AccessToken => profile.lifetimes.access_token,
        Credential::RefreshToken => profile.lifetimes.refresh_token,
    };
    documents.iter().find_map(|document| fixed(document, mortal)).or(promised)
}

/// Why nothing is judged whose lifetime nobody defines.
pub fn undefined(mortal: Credential) -> String {
    format!("neither the document nor the profile defines the lifetime of {}", name(mortal))
}

/// Whether the response that brings it says how long it lives (RFC 6749 §5.1).
pub fn is_told(mortal: Credential) -> bool {
    mortal == Credential::AccessToken
}

/// What the response promised of the newest tokens. Past it they have expired; that a token works until then is a
/// matter of the documents that say so.
fn told(w: &mut World, mortal: Credential, side: Side) -> Option<Duration> {
    let pair = w.issued.pairs.last().filter(|_| is_told(mortal) && side == Side::Past)?;
    pair.expires_in.map(Duration::from_secs)
}

/// How long something lives by a document.
fn fixed(document: &Document, mortal: Credential) -> Option<Duration> {
    match mortal {
        Credential::Code => document.lifetimes.code,
        Credential::AccessToken => document.lifetimes.access_token,
        Credential::RefreshToken => document.lifetimes.refresh_token,
    }
}

/// Whether the target's clock is real.
pub fn is_real(profile: &Profile) -> bool {
    matches!(profile.clock, Clock::Real)
}

given!("the {credential} is {span} {side} its lifetime", ages(mortal, span, edge).await);
async fn ages(w: &mut World, mortal: Credential, span: Span, edge: Edge) -> StepResult {
    let documents = w.context.as_ref().map(|context| Arc::clone(&context.documents));
    let documents = documents.unwrap_or_default();
    let life = lifetime(&w.driver().site.profile, &documents, mortal);
    let life = life.or_else(|| told(w, mortal, edge.0));
    let untold = is_told(mortal) && edge.0 == Side::Past;
    let untold = if untold { ", and the token response has no expires_in" } else { "" };
    let lacking = || Unmet::Lacking(format!("{}{untold}", undefined(mortal)));
    let life = w.need(life.ok_or_else(lacking))?;
    let born = born(w, mortal)?;
    age(w, born, life, span, edge.0).await
}

given!("the access token is {span} {side} its expires_in", ages_as_promised(span, edge).await);
async fn ages_as_promised(w: &mut World, span: Span, edge: Edge) -> StepResult {
    let pair = w.pair()?;
    let life = w.need(
        pair.expires_in
            .map(Duration::from_secs)
            .ok_or_else(|| Unmet::Lacking("the token response has no expires_in".to_owned())),
    )?;
    age(w, pair.born, life, span, edge.0).await
}

given!("the assertion is {span} old", assertion_ages(span).await);
/// An assertion is as old as the token that it brought.
async fn assertion_ages(w: &mut World, span: Span) -> StepResult {
    let born = w.pair()?.born;
    age(w, born, span.0, Span(Duration::ZERO), Side::Past).await
}

given!("the code is {span} old", code_ages(span).await);
async fn code_ages(w: &mut World, span: Span) -> StepResult {
    let born = w.code()?.born;
    age(w, born, span.0, Span(Duration::ZERO), Side::Past).await
}

fn name(mortal: Credential) -> &'static str {
    match mortal {
        Credential::Code => "a code",
        Credential::AccessToken => "an access token",
        Credential::RefreshToken => "a refresh token",
    }
}

fn born(w: &mut World, mortal: Credential) -> Result<Born, String> {
    match mortal {
        Credential::Code => Ok(w.code()?.born),
        Credential::AccessToken | Credential::RefreshToken => Ok(w.pair()?.born),
    }
}

pub(super) async fn age(
    w: &mut World,
    born: Born,
    life: Duration,
    span: Span,
    side: Side,
) -> StepResult {
    let age = match side {
        Side::Short => life.saturating_sub(span.0),
        Side::Past => life + span.0,
    };
    if is_real(&w.driver().site.profile) && age > w.driver().waits_budget() {
        let text = format!("waiting {} s is over the time budget", age.as_secs());
        return w.need(Err(Unmet::Lacking(text)));
    }
    let aged = w.driver().age(born, age, side).await;
    w.need(aged)?;
    let late =
        side == Side::Short && is_real(&w.driver().site.profile) && born.sent.elapsed() >= life;
    if late {
        w.inconclusive("started too late to judge; lower `limits.concurrency`")
    } else {
        Ok(())
    }
}

when!("{client} refreshes every {span} for {span}", chain(client, every, whole).await);
async fn chain(w: &mut World, client: Client, every: Span, whole: Span) -> StepResult {
    let rounds = whole.0.as_secs() / every.0.as_secs().max(1);
    for _ in 0..=rounds {
        let pair = w.pair()?;
        let token = w.refresh_token()?;
        let aged = w.driver().age(pair.born, every.0, Side::Short).await;
        w.need(aged)?;
        super::refresh::once(w, &client.0, &token).await?;
    }
    Ok(())
}

then!("a new code can be redeemed", fresh_code().await);
async fn fresh_code(w: &mut World) -> StepResult {
    w.show_tokens(&Role::default_role()).await
}

given!(
    "the code was presented with another redirect URI, and with another verifier",
    presented().await
);
/// Whether that is refused is the matter of other rules. A client without a proof key has no verifier.
async fn presented(w: &mut World) -> StepResult {
    let code = w.code()?;
    let draft = w.driver().redemption(&code.client, &code);
    let draft = w.need(draft)?;
    let elsewhere = Change::set("redirect_uri", "https://oauthspec.example/elsewhere");
    let verifier = Change::set("code_verifier", w.driver().fresh(64));
    let has_key = draft.form.first("code_verifier").is_some();
    for change in [Some(elsewhere), has_key.then_some(verifier)].into_iter().flatten() {
        let wrong = w.changed(draft.clone(), &[change])?;
        w.assessment.deviation = None;
        let what = Observed::of_token(&w.submit(&wrong).await?);
        let text = || format!("a code in a wrong request: {}", what.describe());
        w.need(if what.is_refusal() { Ok(()) } else { Err(Unmet::Lacking(text())) })?;
    }
    Ok(())
}
