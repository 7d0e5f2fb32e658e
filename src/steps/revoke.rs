//! The revocation endpoint (RFC 7009).

use super::definition::{given, then, when};
use super::params::{Changes, Client};
use super::world::{StepResult, World};
use crate::driver::flow::Authorization;
use crate::driver::{Change, Client as Role, Draft, Pair, Unmet};
use crate::observe::Observed;
use crate::wire::Secret;
use crate::wire::transport::Sent;

/// The valid revocation. That there is no endpoint is said once, by the rule about it.
pub(super) fn draft(w: &mut World, client: &Role, token: &str) -> Result<Draft, String> {
    let draft = w.driver().revocation(client, token);
    w.need(draft)
}

pub(super) async fn revoke(
    w: &mut World,
    client: &Role,
    refresh: bool,
    changes: &[Change],
) -> StepResult {
    let token = if refresh { w.refresh_token()? } else { w.pair()?.access };
    let draft = draft(w, client, &token)?;
    w.submit_token(draft, changes).await
}

when!("{client} revokes the access token", access(client).await);
async fn access(w: &mut World, client: Client) -> StepResult {
    revoke(w, &client.0, false, &[]).await
}

when!("{client} revokes the access token {change}", access_changed(client, changes).await);
async fn access_changed(w: &mut World, client: Client, changes: Changes) -> StepResult {
    revoke(w, &client.0, false, &changes.0).await
}

when!("{client} revokes the refresh token", refresh(client).await);
async fn refresh(w: &mut World, client: Client) -> StepResult {
    revoke(w, &client.0, true, &[]).await
}

when!("{client} revokes the refresh token {change}", refresh_changed(client, changes).await);
async fn refresh_changed(w: &mut World, client: Client, changes: Changes) -> StepResult {
    revoke(w, &client.0, true, &changes.0).await
}

when!("{client} revokes the tokens", either(client).await);
/// The refresh token where there is one, which every server has to be able to revoke.
async fn either(w: &mut World, client: Client) -> StepResult {
    let refresh = w.pair()?.refresh.is_some();
    revoke(w, &client.0, refresh, &[]).await
}

then!("the revocation endpoint answers", endpoint_answers());
fn endpoint_answers(w: &mut World) -> StepResult {
    // What the answer should be is the matter of the rules about revocation.
    w.judge_endpoint("a revocation endpoint")
}

given!("{client} has revoked the access token", has_revoked(client).await);
async fn has_revoked(w: &mut World, client: Client) -> StepResult {
    let token = w.pair()?.access;
    revoked(w, &client.0, &token).await
}

given!("{client} has revoked the refresh token", has_revoked_refresh(client).await);
async fn has_revoked_refresh(w: &mut World, client: Client) -> StepResult {
    let token = w.refresh_token()?;
    revoked(w, &client.0, &token).await
}

/// A valid revocation, which has to succeed. A server need not revoke tokens of every kind, and tells by
/// `unsupported_token_type` that it does not (RFC 7009 §2, §2.2.1).
pub(super) async fn revoked(w: &mut World, client: &Role, token: &str) -> StepResult {
    let what = answered(w, client, token).await?;
    if is_unsupported(&what) {
        return not_of_this_kind(w, &what);
    }
    succeeded(w, &what)
}

pub(super) fn not_of_this_kind(w: &mut World, what: &Observed) -> StepResult {
    let text = format!("tokens of this kind are not revoked ({})", what.describe());
    w.need(Err(Unmet::Lacking(text)))
}

pub(super) fn succeeded(w: &mut World, what: &Observed) -> StepResult {
    let done = matches!(what, Observed::Status(200..=299, _));
    w.control_that(done, || format!("a valid revocation got {}", what.describe()))
}

/// What a valid revocation is answered.
pub(super) async fn answered(
    w: &mut World,
    client: &Role,
    token: &str,
) -> Result<Observed, String> {
    let draft = draft(w, client, token)?;
    Ok(Observed::of_token(&w.submit(&draft).await?))
}

pub(super) fn is_unsupported(what: &Observed) -> bool {
    matches!(what, Observed::Error { error, .. } if error == "unsupported_token_type")
}

/// Whether an access token of the client is dead after a valid revocation of its own.
async fn access_token_dies(w: &mut World, client: &Role) -> Result<bool, String> {
    let pair = w.obtain_tokens(client).await?;
    revoked(w, client, &pair.access).await?;
    Ok(is_dead(w, &pair).await? || dies_with_proof(w, client, &pair).await?)
}

/// Whether an access token that a valid revocation has left usable is dead after one with a proof of possession.
pub(super) async fn dies_with_proof(
    w: &mut World,
    client: &Role,
    pair: &Pair,
) -> Result<bool, String> {
    if !w.driver().tries_proof_to_revoke() {
        return Ok(false);
    }
    revoked(w, client, &pair.access).await?;
    let dead = is_dead(w, pair).await?;
    w.driver().keep_proof_to_revoke(dead);
    Ok(dead)
}

pub(super) async fn is_dead(w: &mut World, pair: &Pair) -> Result<bool, String> {
    let probe = w.driver().probe(&pair.access).await;
    Ok(!w.need(probe)?.is_served())
}

/// A server may revoke refresh tokens alone (RFC 7009 §2).
pub(super) async fn refresh_token_dies(
    w: &mut World,
    client: &Role,
    token: Option<Secret>,
) -> Result<bool, String> {
    let Some(token) = token else { return Ok(false) };
    let sent = refresh_revoked(w, client, &token).await?;
    if Observed::of_token(&sent).is_refusal() {
        return Ok(true);
    }
    if !w.driver().tries_proof_to_revoke() {
        return Ok(false);
    }
    // The refresh may have used the token up.
    let pair = w.driver().pair_of(client, &sent, std::time::Instant::now());
    let token = pair.and_then(|pair| pair.refresh).unwrap_or(token);
    let dead = Observed::of_token(&refresh_revoked(w, client, &token).await?).is_refusal();
    w.driver().keep_proof_to_revoke(dead);
    Ok(dead)
}

/// The response to a refresh with a token that was revoked before.
async fn refresh_revoked(w: &mut World, client: &Role, token: &str) -> Result<Sent, String> {
    revoked(w, client, token).await?;
    let refreshment = w.driver().refreshment(client, token);
    let draft = w.need(refreshment)?;
    w.submit(&draft).await
}

given!("{client} can revoke an access token", can_revoke_access(client).await);
/// That access tokens can be revoked is the matter of the rules about it, and a should by RFC 7009 §2.
async fn can_revoke_access(w: &mut World, client: Client) -> StepResult {
    let dead = access_token_dies(w, &client.0).await?;
    let text = || Unmet::Lacking("a valid revocation leaves the access token usable".to_owned());
    w.control(if dead { Ok(()) } else { Err(text()) })
}

given!("{client} can revoke a refresh token", can_revoke_refresh(client).await);
/// That refresh tokens can be revoked is the matter of the rules about it.
async fn can_revoke_refresh(w: &mut World, client: Client) -> StepResult {
    let pair = w.obtain_tokens(&client.0).await?;
    let dead = refresh_token_dies(w, &client.0, pair.refresh).await?;
    let text = || Unmet::Lacking("a valid revocation leaves the refresh token usable".to_owned());
    w.control(if dead { Ok(()) } else { Err(text()) })
}

given!("the user has granted the client other tokens", other_tokens().await);
async fn other_tokens(w: &mut World) -> StepResult {
    w.issued.other_pair = Some(w.obtain_tokens(&Role::default_role()).await?);
    Ok(())
}

given!("the user has granted another client tokens", tokens_of_another().await);
async fn tokens_of_another(w: &mut World) -> StepResult {
    w.issued.other_pair = Some(w.obtain_tokens(&Role("other".to_owned())).await?);
    Ok(())
}

given!("the {word} user has granted {client} other tokens", other_tokens_of(user, client).await);
async fn other_tokens_of(w: &mut World, user: String, client: Client) -> StepResult {
    let client = client.0;
    w.driver().fresh_browser();
    let ask = Authorization { user: &user, ..Authorization::of(&client) };
    let pair = w.driver().obtain_tokens(&ask).await;
    w.issued.other_pair = Some(w.control(pair)?);
    w.driver().fresh_browser();
    Ok(())
}

when!("the {word} user grants the client other tokens", grants_other(user).await);
async fn grants_other(w: &mut World, user: String) -> StepResult {
    other_tokens_of(w, user, Client(Role::default_role())).await?;
    w.deviates("another user has granted the same client");
    Ok(())
}

given!("the other access token works", other_works().await);
/// A server may end what a user granted a client once the user grants it again, and may hand out the
/// access token again that is still good.
async fn other_works(w: &mut World) -> StepResult {
    let other = w.left(w.issued.other_pair.clone(), "other tokens")?;
    let same = |pair: &Pair| pair.client == other.client && pair.access == other.access;
    if w.issued.pairs.last().is_some_and(same) {
        let text = "a new grant yields the same access token: the user has no other one".to_owned();
        return w.need(Err(Unmet::Lacking(text)));
    }
    let what = w.driver().probe(&other.access).await;
    match w.need(what)? {
        what if what.is_served() => Ok(()),
        what if what.is_refusal_of_call() => {
            let text = "a new grant ended the older one: the user has no other tokens".to_owned();
            w.need(Err(Unmet::Lacking(text)))
        }
        what => w.control_failed(format!("the other access token: {}", what.describe())),
    }
}

then!("the other access token still works", other_lives().await);
async fn other_lives(w: &mut World) -> StepResult {
    let other = w.left(w.issued.other_pair.clone(), "other tokens")?;
    let what = w.driver().probe(&other.access).await;
    let what = w.need(what)?;
    w.judge_what(&what, "the other token is served", Observed::is_served)
}
