//! Less scope in a pushed request than stands beside its reference (RFC 9126 §4).

use super::definition::{given, then, when};
use super::pushed::{beside, follow, has_pushed_so, redeemed, set};
use super::redirected::what;
use super::refresh_scope::scopes;
use super::scoped::{narrow_client, opened, resource};
use super::world::{StepResult, World};
use crate::driver::Change;
use crate::driver::flow::Authorization;
use crate::observe::Observed;

given!("a token for less does not open the scoped resource", stays_closed().await);
async fn stays_closed(w: &mut World) -> StepResult {
    let resource = resource(w)?;
    let client = narrow_client(&resource);
    w.driver().fresh_browser();
    let scope = resource.narrow_scope.as_deref();
    let pair =
        w.driver().obtain_tokens(&Authorization { scope, ..Authorization::of(&client) }).await;
    let pair = w.control(pair)?;
    let what = opened(w, &pair.access).await?;
    w.control_that(what.is_refusal_of_call(), || format!("without the scope: {}", what.describe()))
}

given!("a client has pushed an authorization request for less", has_pushed_less().await);
async fn has_pushed_less(w: &mut World) -> StepResult {
    let resource = resource(w)?;
    let client = narrow_client(&resource);
    let scope = resource.narrow_scope.as_deref();
    has_pushed_so(w, Authorization { scope, ..Authorization::of(&client) }).await
}

/// Follows the pushed request and redeems the code; a refusal of more than was pushed gives nobody more.
async fn tokens_of(w: &mut World, changes: &[Change]) -> StepResult {
    follow(w, None, changes).await?;
    let journey = w.journey()?;
    let what = what(w)?;
    if !changes.is_empty() && what.is_refusal() {
        return w.tolerate(&beside(&what));
    }
    let code = w.driver().ordinary_code(&journey);
    w.issued.code = Some(w.need(code)?);
    redeemed(w).await
}

given!("a pushed request for less does not open the scoped resource", pushed_stays_closed().await);
async fn pushed_stays_closed(w: &mut World) -> StepResult {
    has_pushed_less(w).await?;
    tokens_of(w, &[]).await?;
    let token = w.pair()?.access;
    let what = opened(w, &token).await?;
    w.control_that(what.is_refusal_of_call(), || format!("without the scope: {}", what.describe()))
}

when!("a client obtains tokens by the pushed request", obtains().await);
async fn obtains(w: &mut World) -> StepResult {
    tokens_of(w, &[]).await
}

when!("a client obtains tokens by the pushed request beside more scope", obtains_beside().await);
async fn obtains_beside(w: &mut World) -> StepResult {
    let wide = scopes(w)?.0;
    w.deviates("more scope beside the reference");
    tokens_of(w, &set("scope", wide)).await
}

then!("the scoped resource stays closed to them", closed().await);
async fn closed(w: &mut World) -> StepResult {
    let token = w.pair()?.access;
    let what = opened(w, &token).await?;
    w.judge_what(&what, "a refusal: the scope was not pushed", Observed::is_refusal_of_call)
}
