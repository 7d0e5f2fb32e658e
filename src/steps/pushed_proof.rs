//! Authorization requests that a client pushes for its key (RFC 9449 §10.1).

use super::definition::{given, when};
use super::dpop::{Which, note};
use super::params::Client;
use super::pushed::{drafted, followed, has_pushed_so, keep};
use super::world::{StepResult, World};
use crate::driver::dpop::Showing;
use crate::driver::flow::Authorization;
use crate::driver::keys::Key;
use crate::driver::{Change, Client as Role};
use crate::observe::Observed;

/// The parameter that names the client's key by its thumbprint.
fn naming(w: &mut World) -> Result<[Change; 1], String> {
    let key = w.driver().signing_key(Key::Own, None);
    Ok([Change::set("dpop_jkt", w.need(key)?.thumbprint())])
}

/// Pushes a request with a proof of possession.
async fn push(w: &mut World, client: &Role, changes: &[Change], key: Key) -> StepResult {
    let draft = drafted(w, &Authorization { changes, ..Authorization::of(client) })?;
    w.assessment.deviation = None;
    let how = Showing { key, ..Showing::default() };
    let shown = w.driver().show(&draft, &how).await;
    let (draft, sent) = w.need(shown)?;
    note(w, &how);
    keep(w, client, draft, sent)
}

/// A request that is pushed with a proof and has to be kept.
async fn pushed(w: &mut World, client: &Role, changes: &[Change]) -> StepResult {
    push(w, client, changes, Key::Own).await?;
    let what = w.answer()?.what;
    w.control_that(matches!(what, Observed::Pushed(_)), || {
        format!("a request that was pushed with a proof of possession got {}", what.describe())
    })
}

given!(
    "{client} holds an authorization code of a pushed request for its key",
    holds_code_for_key(client).await
);
async fn holds_code_for_key(w: &mut World, client: Client) -> StepResult {
    let changes = naming(w)?;
    has_pushed_so(w, Authorization { changes: &changes, ..Authorization::of(&client.0) }).await?;
    followed(w, &[]).await
}

given!(
    "{client} holds an authorization code of a request that was pushed with a proof",
    holds_code_by_proof(client).await
);
async fn holds_code_by_proof(w: &mut World, client: Client) -> StepResult {
    pushed(w, &client.0, &[]).await?;
    followed(w, &[]).await
}

given!(
    "{client} has pushed an authorization request for its key, proving possession of its key",
    has_pushed_both(client).await
);
async fn has_pushed_both(w: &mut World, client: Client) -> StepResult {
    let changes = naming(w)?;
    pushed(w, &client.0, &changes).await
}

when!(
    "{client} pushes an authorization request for its key, proving possession of {key}",
    pushes_both(client, key).await
);
async fn pushes_both(w: &mut World, client: Client, key: Which) -> StepResult {
    let changes = naming(w)?;
    push(w, &client.0, &changes, key.0).await
}
