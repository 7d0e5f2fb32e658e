//! Requests of a client that names another one, whose code or token it holds.

use super::definition::when;
use super::params::Client;
use super::world::{StepResult, World};
use crate::driver::{Client as Role, Draft, Unmet};
use crate::wire::{Secret, basic};

/// Which of its credentials a client keeps as it names another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kept {
    /// Identifier and secret, in the header.
    Header,
    /// The secret, beside the identifier of the other one.
    Secret,
}

/// The request of a client in the name of another one.
fn named(w: &mut World, draft: Draft, (named, kept): (&Role, Kept)) -> Result<Draft, String> {
    let other = w.driver().client(named);
    let other = w.need(other)?.id;
    let lacking = || Unmet::Lacking("the client has no secret".to_owned());
    let (id, secret) = w.need(draft.own_credentials().ok_or_else(lacking))?;
    let mut draft = Draft { credentials: None, ..draft };
    if kept == Kept::Header {
        draft.headers.push("Authorization", basic::encode(&id, &secret));
    }
    draft.form.push("client_id", other);
    if kept == Kept::Secret {
        draft.form.push("client_secret", String::from(secret));
    }
    w.deviates(match kept {
        Kept::Header => "the body names another client than HTTP Basic",
        Kept::Secret => "the identifier of another client beside its own secret",
    });
    Ok(draft)
}

async fn redeem(w: &mut World, client: &Role, other: &Role, kept: Kept) -> StepResult {
    let code = w.code()?;
    let draft = w.driver().redemption(client, &code);
    let draft = w.need(draft)?;
    let draft = named(w, draft, (other, kept))?;
    w.submit_for_tokens(client, draft, &[]).await
}

async fn refresh(w: &mut World, client: &Role, other: &Role, kept: Kept) -> StepResult {
    let token: Secret = w.refresh_token()?;
    let draft = w.driver().refreshment(client, &token);
    let draft = w.need(draft)?;
    let draft = named(w, draft, (other, kept))?;
    w.submit_for_tokens(client, draft, &[]).await
}

async fn revoke(w: &mut World, client: &Role, other: &Role, kept: Kept) -> StepResult {
    let token = w.pair()?.access;
    let draft = w.driver().revocation(client, &token);
    let draft = w.need(draft)?;
    let draft = named(w, draft, (other, kept))?;
    w.submit_token(draft, &[]).await
}

when!("{client} redeems the code in the name of {client}", redeems(client, other).await);
async fn redeems(w: &mut World, client: Client, other: Client) -> StepResult {
    redeem(w, &client.0, &other.0, Kept::Header).await
}

when!(
    "{client} redeems the code for the identifier of {client}",
    redeems_by_secret(client, other).await
);
async fn redeems_by_secret(w: &mut World, client: Client, other: Client) -> StepResult {
    redeem(w, &client.0, &other.0, Kept::Secret).await
}

when!("{client} refreshes in the name of {client}", refreshes(client, other).await);
async fn refreshes(w: &mut World, client: Client, other: Client) -> StepResult {
    refresh(w, &client.0, &other.0, Kept::Header).await
}

when!(
    "{client} refreshes for the identifier of {client}",
    refreshes_by_secret(client, other).await
);
async fn refreshes_by_secret(w: &mut World, client: Client, other: Client) -> StepResult {
    refresh(w, &client.0, &other.0, Kept::Secret).await
}

when!("{client} revokes the access token in the name of {client}", revokes(client, other).await);
async fn revokes(w: &mut World, client: Client, other: Client) -> StepResult {
    revoke(w, &client.0, &other.0, Kept::Header).await
}

when!(
    "{client} revokes the access token for the identifier of {client}",
    revokes_by_secret(client, other).await
);
async fn revokes_by_secret(w: &mut World, client: Client, other: Client) -> StepResult {
    revoke(w, &client.0, &other.0, Kept::Secret).await
}
