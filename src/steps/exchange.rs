//! Tokens that become other ones (RFC 8693).

use std::time::Duration;

use super::definition::{given, then, when};
use super::kinds::id_token;
use super::params::{Changes, Client, Span, Spoilt};
use super::refresh::refresh;
use super::refresh_scope::{refused_as_no_part, scopes};
use super::scoped::opened;
use super::time::age;
use super::world::{StepResult, World};
use crate::driver::exchange::TypedToken;
use crate::driver::flow::Authorization;
use crate::driver::time::Side;
use crate::driver::{Change, Client as Role, Draft, Pair, Unmet};
use crate::observe::{Observed, success};
use crate::wire::Secret;

/// Tokens of a new grant by this user, with this scope, of which one is to be exchanged.
pub(super) async fn granted(
    w: &mut World,
    client: &Role,
    user: &str,
    scope: Option<&str>,
) -> Result<Pair, String> {
    let client = w.driver().subject_client(client);
    let client = w.need(client)?;
    w.driver().fresh_browser();
    let ask = Authorization { user, scope, ..Authorization::of(&client) };
    let pair = w.driver().obtain_tokens(&ask).await;
    w.control(pair)
}

async fn hold(w: &mut World, client: &Role, user: &str, scope: Option<&str>) -> StepResult {
    let pair = granted(w, client, user, scope).await?;
    w.issued.subject = Some((TypedToken::access(&pair.access), pair));
    Ok(())
}

/// The token that is exchanged, and the tokens that it is one of.
fn subject(w: &mut World) -> Result<(TypedToken, Pair), String> {
    let subject = w.issued.subject.clone();
    w.left(subject, "a token to exchange")
}

/// The exchange of what was left to be exchanged.
pub(super) fn exchange(
    w: &mut World,
    client: &Role,
    actor: Option<&TypedToken>,
) -> Result<Draft, String> {
    let (subject, _) = subject(w)?;
    let draft = w.driver().token_exchange(client, &subject, actor);
    w.need(draft)
}

/// Exchanges what was left to be exchanged, by a request with these changes.
pub(super) async fn exchange_for(w: &mut World, client: &Role, changes: &[Change]) -> StepResult {
    let draft = exchange(w, client, None)?;
    w.submit_for_tokens(client, draft, changes).await
}

/// Exchanges something else in its place.
async fn exchange_other(w: &mut World, client: &Role, other: TypedToken, what: &str) -> StepResult {
    let draft = w.driver().token_exchange(client, &other, None);
    let draft = w.need(draft)?;
    w.deviates(what);
    w.submit_for_tokens(client, draft, &[]).await
}

given!("{client} holds a token to exchange", holds(client).await);
async fn holds(w: &mut World, client: Client) -> StepResult {
    hold(w, &client.0, "default", None).await
}

given!("{client} holds a token of the second user to exchange", holds_of_second(client).await);
async fn holds_of_second(w: &mut World, client: Client) -> StepResult {
    hold(w, &client.0, "second", None).await
}

given!(
    "{client} holds a token to exchange that opens the scoped resource",
    holds_wide(client).await
);
async fn holds_wide(w: &mut World, client: Client) -> StepResult {
    w.driver().be_about_scoped_resource();
    let (wide, _) = scopes(w)?;
    hold(w, &client.0, "default", Some(&wide)).await?;
    let token = subject(w)?.0.token;
    let what = opened(w, &token).await?;
    w.control_served(&what, "with the scope")
}

given!(
    "{client} holds a token to exchange that does not open the scoped resource",
    holds_narrow(client).await
);
async fn holds_narrow(w: &mut World, client: Client) -> StepResult {
    w.driver().be_about_scoped_resource();
    let (_, narrow) = scopes(w)?;
    hold(w, &client.0, "default", Some(&narrow)).await?;
    let token = subject(w)?.0.token;
    let what = opened(w, &token).await?;
    w.control_that(what.is_refusal_of_call(), || format!("without the scope: {}", what.describe()))
}

given!("{client} has exchanged the token", has_exchanged(client).await);
/// Exchanges what was left to be exchanged, which has to work.
async fn has_exchanged(w: &mut World, client: Client) -> StepResult {
    let draft = exchange(w, &client.0, None)?;
    let pair = w.obtain(&client.0, &draft).await?;
    w.issued.pairs.push(pair);
    Ok(())
}

given!("{client} can exchange a token", has_exchanged_one(client).await);
then!("{client} can still exchange a token", has_exchanged_one(client).await);
async fn has_exchanged_one(w: &mut World, client: Client) -> StepResult {
    holds(w, client.clone()).await?;
    has_exchanged(w, client).await
}

given!("{client} has exchanged its refresh token", has_exchanged_refresh(client).await);
/// A server need not exchange refresh tokens: then there is nothing to be said of them.
async fn has_exchanged_refresh(w: &mut World, client: Client) -> StepResult {
    let (_, pair) = subject(w)?;
    let refresh = w.refresh_beside(pair.refresh.clone())?;
    w.issued.subject = Some((TypedToken::refresh(&refresh), pair));
    let draft = exchange(w, &client.0, None)?;
    optional(w, &client.0, draft, "refresh tokens").await
}

/// An exchange that a server may refuse altogether, for what it is about.
pub(super) async fn optional(
    w: &mut World,
    client: &Role,
    draft: Draft,
    about: &str,
) -> StepResult {
    w.submit_for_tokens(client, draft, &[]).await?;
    let what = w.answer()?.what;
    if what.is_refusal() {
        let text = format!("the server exchanges no tokens where it comes to {about}");
        return w.need(Err(Unmet::Lacking(format!("{text}: {}", what.describe()))));
    }
    w.control_that(what == Observed::Tokens, || format!("an exchange: {}", what.describe()))
}

given!("the token to exchange has been revoked", revoked().await);
async fn revoked(w: &mut World) -> StepResult {
    let (subject, pair) = subject(w)?;
    super::revoke::revoked(w, &pair.client, &subject.token).await
}

when!("{client} exchanges the token", exchanges(client).await);
async fn exchanges(w: &mut World, client: Client) -> StepResult {
    exchange_for(w, &client.0, &[]).await
}

when!("{client} exchanges the token that has ended", exchanges_ended(client).await);
async fn exchanges_ended(w: &mut World, client: Client) -> StepResult {
    let (subject, _) = subject(w)?;
    exchange_other(w, &client.0, subject, "a token that has ended").await
}

when!("{client} exchanges the token {change}", exchanges_changed(client, changes).await);
async fn exchanges_changed(w: &mut World, client: Client, changes: Changes) -> StepResult {
    exchange_for(w, &client.0, &changes.0).await
}

when!(
    "{client} exchanges the token, and leaves other parameters empty",
    exchanges_empty(client).await
);
async fn exchanges_empty(w: &mut World, client: Client) -> StepResult {
    let changes = ["scope", "actor_token", "actor_token_type"].map(|name| Change::set(name, ""));
    exchange_for(w, &client.0, &changes).await
}

when!("{client} exchanges the token {spoilt}", exchanges_spoilt(client, spoilt).await);
async fn exchanges_spoilt(w: &mut World, client: Client, spoilt: Spoilt) -> StepResult {
    let (subject, _) = subject(w)?;
    let token = Secret::from(spoilt.0.apply(&subject.token));
    let what = format!("the token {}", spoilt.0);
    exchange_other(w, &client.0, TypedToken { token, ..subject }, &what).await
}

when!("{client} exchanges the refresh token as an access token", exchanges_refresh(client).await);
async fn exchanges_refresh(w: &mut World, client: Client) -> StepResult {
    let (_, pair) = subject(w)?;
    let refresh = w.refresh_beside(pair.refresh)?;
    let what = "a refresh token that is called an access token";
    exchange_other(w, &client.0, TypedToken::access(&refresh), what).await
}

when!("{client} exchanges the access token as a refresh token", exchanges_access(client).await);
async fn exchanges_access(w: &mut World, client: Client) -> StepResult {
    let (_, pair) = subject(w)?;
    let what = "an access token that is called a refresh token";
    exchange_other(w, &client.0, TypedToken::refresh(&pair.access), what).await
}

when!("{client} exchanges an authorization code as an access token", exchanges_code(client).await);
async fn exchanges_code(w: &mut World, client: Client) -> StepResult {
    let (_, pair) = subject(w)?;
    let code = w.obtain_code(&pair.client).await?.value;
    let what = "an authorization code that is called an access token";
    exchange_other(w, &client.0, TypedToken::access(&code), what).await
}

when!("{client} exchanges an ID Token as an access token", exchanges_id_token(client).await);
async fn exchanges_id_token(w: &mut World, client: Client) -> StepResult {
    let token = id_token(w)?;
    let what = "an ID Token that is called an access token";
    exchange_other(w, &client.0, TypedToken::access(&token), what).await
}

when!("{client} exchanges a JWT of another issuer", exchanges_foreign(client).await);
async fn exchanges_foreign(w: &mut World, client: Client) -> StepResult {
    let token = w.driver().foreign_jwt(true);
    let token = w.need(token)?;
    exchange_other(w, &client.0, TypedToken::access(&token), "a JWT of another issuer").await
}

when!("{client} exchanges a JWT without a signature", exchanges_unsigned(client).await);
async fn exchanges_unsigned(w: &mut World, client: Client) -> StepResult {
    let token = w.driver().foreign_jwt(false);
    let token = w.need(token)?;
    exchange_other(w, &client.0, TypedToken::access(&token), "a JWT without a signature").await
}

when!("{client} exchanges the token for less scope", narrows(client).await);
async fn narrows(w: &mut World, client: Client) -> StepResult {
    let (_, narrow) = scopes(w)?;
    exchange_for(w, &client.0, &[Change::set("scope", narrow)]).await?;
    refused_as_no_part(w)
}

given!("{client} has exchanged the token for less scope", has_narrowed(client).await);
async fn has_narrowed(w: &mut World, client: Client) -> StepResult {
    let (_, narrow) = scopes(w)?;
    let mut draft = exchange(w, &client.0, None)?;
    draft.form.push("scope", narrow);
    optional(w, &client.0, draft, "less scope").await
}

when!("the client refreshes the tokens of which one was exchanged", refreshes_subject().await);
async fn refreshes_subject(w: &mut World) -> StepResult {
    let (_, pair) = subject(w)?;
    let token = w.refresh_beside(pair.refresh)?;
    refresh(w, &pair.client, &token, &[]).await
}

when!("{client} exchanges the token for more scope", widens(client).await);
async fn widens(w: &mut World, client: Client) -> StepResult {
    let (wide, _) = scopes(w)?;
    exchange_for(w, &client.0, &[Change::set("scope", wide)]).await
}

then!("the answer to the exchange has the documented members", has_members());
fn has_members(w: &mut World) -> StepResult {
    let what = w.answer()?.what;
    w.control_that(what == Observed::Tokens, || format!("an exchange: {}", what.describe()))?;
    let response = w.response()?;
    w.judge_each(|cite| success::exchanged(&cite.document, &response))
}

/// Whether what was to be exchanged lives, as the resource says.
async fn probe(w: &mut World) -> Result<Observed, String> {
    let token = subject(w)?.1.access;
    let what = w.driver().probe(&token).await;
    w.need(what)
}

given!("the token to exchange works", works().await);
async fn works(w: &mut World) -> StepResult {
    let what = probe(w).await?;
    w.control_served(&what, "the token to exchange did not work")
}

given!("the token to exchange does not work any more", works_no_more().await);
/// Whether a revocation ends a token is the matter of other rules.
async fn works_no_more(w: &mut World) -> StepResult {
    let what = probe(w).await?;
    w.control_that(what.is_refusal_of_call(), || {
        format!("the token that was revoked: {}", what.describe())
    })
}

given!("the token to exchange is {span} past its expires_in", expired(span).await);
async fn expired(w: &mut World, span: Span) -> StepResult {
    let (_, pair) = subject(w)?;
    outlive(w, &pair, span).await
}

/// Lets time pass until an access token has expired.
pub(super) async fn outlive(w: &mut World, pair: &Pair, span: Span) -> StepResult {
    let lacking = || Unmet::Lacking("the token response has no expires_in".to_owned());
    let life = w.need(pair.expires_in.map(Duration::from_secs).ok_or_else(lacking))?;
    age(w, pair.born, life, span, Side::Past).await
}

then!("the token that was exchanged still works", subject_stays().await);
async fn subject_stays(w: &mut World) -> StepResult {
    let what = probe(w).await?;
    w.judge_what(&what, "the resource is served", Observed::is_served)
}
