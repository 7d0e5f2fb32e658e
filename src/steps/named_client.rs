//! Requests of a client that names another one, whose code or token it holds.

use std::convert::Infallible;
use std::str::FromStr;

use super::definition::when;
use super::parameter::parameter;
use super::params::Client;
use super::world::{StepResult, World};
use crate::driver::{Client as Role, Draft, Unmet};
use crate::wire::basic;

parameter!(Kept, "naming", r"in the name of|for the identifier of");

/// Which of its credentials a client keeps as it names another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kept {
    /// Identifier and secret, in the header.
    Header,
    /// The secret, beside the identifier of the other one.
    Secret,
}

impl FromStr for Kept {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(if text == "in the name of" { Self::Header } else { Self::Secret })
    }
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

when!("{client} redeems the code {naming} {client}", redeems(client, kept, other).await);
async fn redeems(w: &mut World, client: Client, kept: Kept, other: Client) -> StepResult {
    let code = w.code()?;
    let draft = w.driver().redemption(&client.0, &code);
    let draft = w.need(draft)?;
    let draft = named(w, draft, (&other.0, kept))?;
    w.submit_for_tokens(&client.0, draft, &[]).await
}

when!("{client} refreshes {naming} {client}", refreshes(client, kept, other).await);
async fn refreshes(w: &mut World, client: Client, kept: Kept, other: Client) -> StepResult {
    let token = w.refresh_token()?;
    let draft = w.driver().refreshment(&client.0, &token);
    let draft = w.need(draft)?;
    let draft = named(w, draft, (&other.0, kept))?;
    w.submit_for_tokens(&client.0, draft, &[]).await
}

when!("{client} revokes the access token {naming} {client}", revokes(client, kept, other).await);
async fn revokes(w: &mut World, client: Client, kept: Kept, other: Client) -> StepResult {
    let token = w.pair()?.access;
    let draft = w.driver().revocation(&client.0, &token);
    let draft = w.need(draft)?;
    let draft = named(w, draft, (&other.0, kept))?;
    w.submit_token(draft, &[]).await
}
