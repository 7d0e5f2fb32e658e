//! Refresh tokens at the token endpoint.

use super::definition::{given, then, when};
use super::params::{Changes, Client};
use super::world::{StepResult, World};
use crate::driver::{Change, Client as Role, Draft, Pair, Unmet};
use crate::observe::{Mismatch, Observed};
use crate::wire::Secret;

pub(super) async fn refresh(
    w: &mut World,
    client: &Role,
    token: &str,
    changes: &[Change],
) -> StepResult {
    let draft = w.driver().refreshment(client, token);
    let draft = w.need(draft)?;
    w.submit_for_tokens(client, draft, changes).await?;
    Ok(())
}

/// The refresh request with the newest refresh token.
pub(super) fn refreshment(w: &mut World, client: &Role) -> Result<Draft, String> {
    let token = w.refresh_token()?;
    let draft = w.driver().refreshment(client, &token);
    w.need(draft)
}

/// Refreshes once and judges that it worked.
pub(super) async fn once(w: &mut World, client: &Role, token: &str) -> StepResult {
    refresh(w, client, token, &[]).await?;
    let answer = w.answer()?;
    w.judge_what(&answer.what, "200 with an access token", |what| *what == Observed::Tokens)
}

/// The tokens of a refresh that has to work.
async fn obtain(w: &mut World, client: &Role, token: &str) -> Result<Pair, String> {
    let draft = w.driver().refreshment(client, token);
    let draft = w.need(draft)?;
    w.obtain(client, &draft).await
}

/// Refreshes as a control; the new pair keeps the used refresh token if no other came.
async fn refreshed(w: &mut World, client: &Role) -> StepResult {
    let token = w.refresh_token()?;
    let pair = obtain(w, client, &token).await?;
    let refresh = match pair.refresh.clone() {
        Some(new) => Some(new),
        None => {
            // The one used may be dead, or live on: what follows needs one that surely lives.
            w.issued.pairs.push(Pair { refresh: Some(token), ..pair.clone() });
            w.obtain_tokens(client).await?.refresh
        }
    };
    w.issued.pairs.push(Pair { refresh, ..pair });
    Ok(())
}

given!("{client} has refreshed", has_refreshed(client).await);
async fn has_refreshed(w: &mut World, client: Client) -> StepResult {
    refreshed(w, &client.0).await
}

/// Where a refresh brought no new refresh token, the used one goes on (RFC 6749 §6).
pub(super) fn goes_on(w: &mut World, used: Secret) {
    if let Some(pair) = w.issued.pairs.last_mut() {
        pair.refresh.get_or_insert(used);
    }
}

given!("{client} has refreshed both tokens", has_refreshed_both(client).await);
/// The new pair is one of the same grant, which is what some rules are about.
async fn has_refreshed_both(w: &mut World, client: Client) -> StepResult {
    let token = w.refresh_token()?;
    let pair = obtain(w, &client.0, &token).await?;
    if pair.refresh.is_none() {
        let text = "the refresh brought no new refresh token".to_owned();
        return w.need(Err(Unmet::Lacking(text)));
    }
    w.issued.pairs.push(pair);
    Ok(())
}

when!("{client} refreshes", refreshes(client).await);
async fn refreshes(w: &mut World, client: Client) -> StepResult {
    let foreign = w.issued.pairs.last().is_some_and(|pair| pair.client != client.0);
    w.assessment.deviation =
        foreign.then(|| "a client that the token was not issued to".to_owned());
    let token = w.refresh_token()?;
    refresh(w, &client.0, &token, &[]).await
}

when!("{client} refreshes {change}", refreshes_changed(client, changes).await);
async fn refreshes_changed(w: &mut World, client: Client, changes: Changes) -> StepResult {
    let token = w.refresh_token()?;
    refresh(w, &client.0, &token, &changes.0).await?;
    super::token::read_at_all(w, &client.0, &changes.0).await
}

/// The refresh token before the newest one.
fn used(w: &mut World) -> Result<Secret, String> {
    let before = w.issued.pairs.len().checked_sub(2).and_then(|at| w.issued.pairs.get(at).cloned());
    let pair = w.left(before, "a used refresh token")?;
    w.left(pair.refresh, "a used refresh token")
}

when!("{client} replays the used refresh token", refreshes_used(client).await);
async fn refreshes_used(w: &mut World, client: Client) -> StepResult {
    let token = used(w)?;
    w.deviates("the refresh token was used before".to_owned());
    refresh(w, &client.0, &token, &[]).await
}

when!("{client} revokes the refresh token that it used", revokes_used(client).await);
async fn revokes_used(w: &mut World, client: Client) -> StepResult {
    let token = used(w)?;
    w.deviates("the refresh token was used before".to_owned());
    let draft = super::revoke::draft(w, &client.0, &token)?;
    w.submit_token(draft, &[]).await
}

when!("{client} replays the refresh token that it got first", refreshes_original(client).await);
async fn refreshes_original(w: &mut World, client: Client) -> StepResult {
    let token = w.issued.pairs.first().and_then(|pair| pair.refresh.clone());
    let token = w.left(token, "a used refresh token")?;
    w.deviates("the refresh token and its successor were used before".to_owned());
    refresh(w, &client.0, &token, &[]).await
}

when!("{client} replays every used refresh token", replays_all(client).await);
async fn replays_all(w: &mut World, client: Client) -> StepResult {
    let used = w.issued.pairs.iter().rev().skip(1).rev().filter_map(|pair| pair.refresh.clone());
    for token in used.collect::<Vec<_>>() {
        refresh(w, &client.0, &token, &[]).await?;
        if w.answer()?.what == Observed::Tokens {
            break;
        }
    }
    w.deviates("each refresh token was used before".to_owned());
    Ok(())
}

given!("{client} has used the original refresh token", has_refreshed_original(client).await);
async fn has_refreshed_original(w: &mut World, client: Client) -> StepResult {
    let token = w.issued.pairs.first().and_then(|pair| pair.refresh.clone());
    let token = w.refresh_beside(token)?;
    let pair = obtain(w, &client.0, &token).await?;
    w.issued.pairs.push(pair);
    Ok(())
}

then!("both tokens are new", both_new());
fn both_new(w: &mut World) -> StepResult {
    let response = w.answer()?;
    if response.what != Observed::Tokens {
        return w.judge_what(&response.what, "200 with an access token", |_| false);
    }
    let (old, new) = match w.issued.pairs.as_slice() {
        [.., old, new] => (old.clone(), new.clone()),
        _ => return w.left(None::<()>, "two pairs of tokens"),
    };
    let result = if new.access == old.access {
        Err(Mismatch::new("a new access token", "the access token from before, once more"))
    } else if new.refresh.is_none() {
        Err(Mismatch::new("a new refresh token", "none"))
    } else if new.refresh == old.refresh {
        Err(Mismatch::new("a new refresh token", "the refresh token from before, once more"))
    } else {
        Ok(())
    };
    w.judge(result)
}

then!("{client} can still refresh with the same token", same_token_lives(client).await);
async fn same_token_lives(w: &mut World, client: Client) -> StepResult {
    let token = w.refresh_token()?;
    obtain(w, &client.0, &token).await.map(drop)
}

then!("the refresh is refused", is_refused());
fn is_refused(w: &mut World) -> StepResult {
    let answer = w.answer()?;
    w.refused(&answer.what)
}

/// What the newest refresh token gets.
async fn tried(w: &mut World) -> Result<Observed, String> {
    let (pair, token) = (w.pair()?, w.refresh_token()?);
    let draft = w.driver().refreshment(&pair.client, &token);
    let draft = w.need(draft)?;
    Ok(Observed::of_token(&w.submit(&draft).await?))
}

then!("the refresh token still works", refresh_lives().await);
pub(super) async fn refresh_lives(w: &mut World) -> StepResult {
    let what = tried(w).await?;
    w.judge_what(&what, "200 with an access token", |what| *what == Observed::Tokens)
}

then!("the refresh token still works, unless its grant has ended", lives_or_ended().await);
/// Who presents the refresh token of another client has it from somewhere: a server may end its grant, as it does where
/// one is replayed (RFC 9700 §4.14.2).
async fn lives_or_ended(w: &mut World) -> StepResult {
    // Before the refresh token is tried, which may end a grant as well.
    let access = w.pair()?.access;
    let ended = w.driver().probe(&access).await.is_ok_and(|it| it.is_refusal_of_call());
    let what = tried(w).await?;
    if ended && what.is_refusal() {
        let text = "the server ends the grant of a refresh token that another client presents";
        return w.need(Err(Unmet::Lacking(text.to_owned())));
    }
    w.judge_what(&what, "200 with an access token", |what| *what == Observed::Tokens)
}

then!("the other refresh token still works, if there is one", other_lives().await);
async fn other_lives(w: &mut World) -> StepResult {
    let other = w.left(w.issued.other_pair.clone(), "other tokens")?;
    let Some(token) = other.refresh else {
        return w.need(Err(Unmet::Lacking("the other tokens have no refresh token".to_owned())));
    };
    let draft = w.driver().refreshment(&other.client, &token);
    let draft = w.need(draft)?;
    let what = Observed::of_token(&w.submit(&draft).await?);
    w.judge_what(&what, "200 with an access token", |what| *what == Observed::Tokens)
}

then!("a new refresh token works", fresh_refreshes().await);
async fn fresh_refreshes(w: &mut World) -> StepResult {
    let client = Role::default_role();
    let pair = w.obtain_tokens(&client).await?;
    w.issued.pairs.push(pair);
    refreshed(w, &client).await
}

then!("the refresh token no longer works", refresh_dead().await);
async fn refresh_dead(w: &mut World) -> StepResult {
    let what = tried(w).await?;
    w.judge_what(&what, "no tokens for that refresh token", |what| *what != Observed::Tokens)
}

given!("{client} has refreshed once more", control(client).await);
async fn control(w: &mut World, client: Client) -> StepResult {
    // Where a refresh brings no successor the two newest pairs show the token that was used.
    let [.., used, newest] = w.issued.pairs.as_slice() else {
        return w.left(None::<()>, "two pairs");
    };
    if used.access == newest.access {
        let text = "the refresh brought no new refresh token".to_owned();
        return w.need(Err(Unmet::Lacking(text)));
    }
    refreshed(w, &client.0).await
}
