//! Exchanges (RFC 8693) of what an exchange has brought, and of tokens that are bound to a key (RFC 9449).

use super::definition::{given, when};
use super::dpop::has_bound;
use super::exchange::{exchange, optional};
use super::params::Client;
use super::scoped::opened;
use super::world::{StepResult, World};
use crate::driver::dpop::Showing;
use crate::driver::exchange::TypedToken;
use crate::driver::{Draft, Unmet};
use crate::observe::Observed;

given!(
    "{client} holds what came to exchange, which does not open the scoped resource",
    holds_narrowed(client).await
);
/// Whether an exchange heeds the scope is the matter of another rule; and what came of one need not be exchanged.
async fn holds_narrowed(w: &mut World, client: Client) -> StepResult {
    let pair = w.pair()?;
    let what = opened(w, &pair.access).await?;
    if what.is_served() {
        let text = "an exchange for less scope brings a token that opens the scoped resource";
        return w.need(Err(Unmet::Lacking(text.to_owned())));
    }
    w.control_that(what.is_refusal_of_call(), || {
        format!("a token that was exchanged for less scope: {}", what.describe())
    })?;
    w.issued.subject = Some((TypedToken::access(&pair.access), pair));
    let draft = exchange(w, &client.0, None)?;
    optional(w, &client.0, draft, "what came of an exchange").await
}

given!("{client} holds a token to exchange that is bound to its key", holds_bound(client).await);
async fn holds_bound(w: &mut World, client: Client) -> StepResult {
    let issued_to = w.driver().subject_client(&client.0);
    let issued_to = w.need(issued_to)?;
    has_bound(w, Client(issued_to)).await?;
    let pair = w.pair()?;
    w.issued.subject = Some((TypedToken::access(&pair.access), pair));
    Ok(())
}

given!("{client} has exchanged the token, proving possession of its key", has_proven(client).await);
/// A server need not exchange bound tokens.
async fn has_proven(w: &mut World, client: Client) -> StepResult {
    let draft = exchange(w, &client.0, None)?;
    super::dpop::send(w, &client.0, draft, &Showing::default()).await?;
    let what = w.answer()?.what;
    if what.is_refusal() {
        let text = format!("the server exchanges no bound tokens: {}", what.describe());
        return w.need(Err(Unmet::Lacking(text)));
    }
    w.control_that(what == Observed::Tokens, || format!("an exchange: {}", what.describe()))
}

when!("{client} exchanges the token, proving nothing", proves_nothing(client).await);
async fn proves_nothing(w: &mut World, client: Client) -> StepResult {
    let draft = Draft { unproven: true, ..exchange(w, &client.0, None)? };
    w.deviates("no proof of possession");
    w.submit_for_tokens(&client.0, draft, &[]).await
}
