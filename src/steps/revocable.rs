//! Revocations of whichever token the server revokes: it need not revoke access tokens (RFC 7009 §2).

use super::api::{still_works, works};
use super::definition::{given, then, when};
use super::params::{Changes, Client};
use super::refresh::refresh_lives;
use super::revoke::{
    answered, dies_with_proof, is_dead, is_unsupported, not_of_this_kind, refresh_token_dies,
    revoke, succeeded,
};
use super::world::{StepResult, World};

given!("{client} can revoke a token", can_revoke(client).await);
/// Steps about "the token" take the one of a kind that the server revokes.
async fn can_revoke(w: &mut World, client: Client) -> StepResult {
    let pair = w.obtain_tokens(&client.0).await?;
    let what = answered(w, &client.0, &pair.access).await?;
    w.issued.revokes_refresh_alone = is_unsupported(&what);
    if !w.issued.revokes_refresh_alone {
        succeeded(w, &what)?;
    } else if pair.refresh.is_none() {
        return not_of_this_kind(w, &what);
    }
    let dead = !w.issued.revokes_refresh_alone
        && (is_dead(w, &pair).await? || dies_with_proof(w, &client.0, &pair).await?);
    let dead = dead || refresh_token_dies(w, &client.0, pair.refresh).await?;
    w.control_that(dead, || "a valid revocation revoked nothing".to_owned())
}

when!("{client} revokes the token {change}", revokes(client, changes).await);
/// The token of a kind that the server revokes, as a control has shown.
async fn revokes(w: &mut World, client: Client, changes: Changes) -> StepResult {
    let refresh = w.issued.revokes_refresh_alone;
    revoke(w, &client.0, refresh, &changes.0).await
}

given!("the token works", token_works().await);
/// A refresh token was just issued, and is used by a look at it.
async fn token_works(w: &mut World) -> StepResult {
    if w.issued.revokes_refresh_alone {
        return w.refresh_token().map(drop);
    }
    works(w).await
}

then!("the token still works", token_lives().await);
async fn token_lives(w: &mut World) -> StepResult {
    if w.issued.revokes_refresh_alone {
        return refresh_lives(w).await;
    }
    still_works(w).await
}
