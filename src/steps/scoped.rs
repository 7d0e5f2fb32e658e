//! The scoped resource: tokens that open it, tokens that do not, and calls of it.

use super::api::{call_with, send};
use super::definition::{given, then, when};
use super::world::{StepResult, World};
use crate::driver::flow::Authorization;
use crate::driver::{Client as Role, Pair, Unmet};
use crate::observe::Observed;
use crate::observe::observed::bearer_challenge;
use crate::profile::ScopedResource;

/// The scoped resource of the profile.
pub(super) fn resource(w: &mut World) -> Result<ScopedResource, String> {
    w.driver().be_about_scoped_resource();
    let known = w.driver().site.profile.scoped_resource.clone();
    let lacking = || Unmet::Lacking("the profile defines no `scoped_resource`".to_owned());
    w.need(known.ok_or_else(lacking))
}

/// The client whose tokens do not open the scoped resource.
pub(super) fn narrow_client(resource: &ScopedResource) -> Role {
    resource.narrow_client.clone().map_or_else(Role::default_role, Role)
}

/// What the scoped resource says to a token.
pub(super) async fn opened(w: &mut World, token: &str) -> Result<Observed, String> {
    let draft = call_with(w, true, token)?;
    let sent = w.submit(&draft).await?;
    Ok(w.driver().called(&draft, &sent))
}

/// Tokens of a new grant with this scope.
pub(super) async fn granted(
    w: &mut World,
    client: &Role,
    scope: Option<&str>,
) -> Result<Pair, String> {
    w.driver().fresh_browser();
    let ask = Authorization { scope, ..Authorization::of(client) };
    let pair = w.driver().obtain_tokens(&ask).await;
    w.control(pair)
}

/// Tokens of a new grant that do not open the scoped resource.
async fn granted_narrowly(w: &mut World) -> Result<Pair, String> {
    let resource = resource(w)?;
    granted(w, &narrow_client(&resource), resource.narrow_scope.as_deref()).await
}

given!("the client has obtained tokens that open the scoped resource", wide().await);
async fn wide(w: &mut World) -> StepResult {
    let scope = resource(w)?.scope;
    let pair = granted(w, &Role::default_role(), scope.as_deref()).await?;
    w.issued.pairs.push(pair.clone());
    let what = opened(w, &pair.access).await?;
    w.control_served(&what, "with the scope")
}

given!("the client has obtained tokens that do not open the scoped resource", narrow().await);
async fn narrow(w: &mut World) -> StepResult {
    let pair = granted_narrowly(w).await?;
    w.issued.pairs.push(pair.clone());
    let what = opened(w, &pair.access).await?;
    w.control_that(what.is_refusal_of_call(), || format!("without the scope: {}", what.describe()))
}

when!("the client calls the scoped resource with the access token", calls().await);
async fn calls(w: &mut World) -> StepResult {
    let token = w.pair()?.access;
    let draft = call_with(w, true, &token)?;
    send(w, draft).await
}

when!("the user grants the scope that the challenge names", grants_named().await);
/// Asks for the scope of the challenge beside that of the token that was refused.
async fn grants_named(w: &mut World) -> StepResult {
    let response = w.response()?;
    let named = bearer_challenge(&response).and_then(|it| it.param("scope").map(str::to_owned));
    let text = || Unmet::Lacking("the challenge names no scope".to_owned());
    let named = w.need(named.ok_or_else(text))?;
    let resource = resource(w)?;
    let before = resource.narrow_scope.clone().unwrap_or_default();
    let scope = format!("{before} {named}");
    let pair = granted(w, &narrow_client(&resource), Some(scope.trim())).await?;
    w.issued.pairs.push(pair);
    Ok(())
}

then!("the scoped resource is served", is_served().await);
async fn is_served(w: &mut World) -> StepResult {
    let token = w.pair()?.access;
    let what = opened(w, &token).await?;
    w.judge_what(&what, "the resource is served", Observed::is_served)
}

when!(
    "the client calls the scoped resource with a token without the scope",
    calls_without_scope().await
);
async fn calls_without_scope(w: &mut World) -> StepResult {
    let pair = granted_narrowly(w).await?;
    let draft = call_with(w, true, &pair.access)?;
    w.deviates("a token without the scope".to_owned());
    send(w, draft).await
}
