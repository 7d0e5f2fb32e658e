//! What a user has agreed to, where the next request is for more.

use super::authorize::walk;
use super::definition::{given, then, when};
use super::refresh_scope::scopes;
use super::scoped::{narrow_client, opened, resource};
use super::world::{StepResult, World};
use crate::driver::flow::Authorization;
use crate::driver::journey::Stop;
use crate::driver::{Client as Role, Unmet, authorization};
use crate::observe::Observed;

/// Role of a client that registers because the user may have agreed to the others before.
const NEWCOMER: &str = "newcomer";

/// Lets the user see what a client asks for, and says whether a decision is asked for. Nothing is granted.
async fn sees(w: &mut World, client: &Role, scope: &str) -> Result<bool, String> {
    let stop = Stop::AtChoice;
    walk(w, Authorization { stop, scope: Some(scope), ..Authorization::of(client) }).await?;
    Ok(!w.journey()?.choices.is_empty())
}

/// A client for which the user is asked about this scope: whoever was agreed to before may go unasked.
async fn asked_about(w: &mut World, scope: &str) -> Result<Role, String> {
    let usual = Role::default_role();
    if sees(w, &usual, scope).await? {
        return Ok(usual);
    }
    if let Ok(newcomer) = w.driver().register_for(NEWCOMER, Some(scope)).await {
        w.driver().fresh_browser();
        if sees(w, &newcomer, scope).await? {
            return Ok(newcomer);
        }
    }
    let text = "the user is not asked about the scope, or has agreed to it before";
    w.need(Err(Unmet::Lacking(text.to_owned())))
}

given!(
    "the user is asked about each scope, and has agreed to less than the scoped resource takes",
    agreed_to_less().await
);
async fn agreed_to_less(w: &mut World) -> StepResult {
    let resource = resource(w)?;
    let lacking = || {
        let text = "the profile has no `scoped_resource.narrow_scope` of the default client";
        Unmet::Lacking(text.to_owned())
    };
    let own = narrow_client(&resource) == Role::default_role();
    w.need((own && resource.narrow_scope.is_some()).then_some(()).ok_or_else(lacking))?;
    let (wide, narrow) = scopes(w)?;
    let client = asked_about(w, &wide).await?;
    let ask = Authorization { scope: Some(&narrow), ..Authorization::of(&client) };
    let code = w.driver().obtain_code(&ask).await;
    w.issued.code = Some(w.control(code)?);
    Ok(())
}

when!(
    "the user sees that the same client asks for the scope that opens the scoped resource",
    asks_for_more().await
);
async fn asks_for_more(w: &mut World) -> StepResult {
    let (client, wide) = (w.code()?.client, scopes(w)?.0);
    w.deviates("more scope than the user agreed to".to_owned());
    sees(w, &client, &wide).await.map(drop)
}

then!(
    "the user was asked for consent, or the tokens do not open the scoped resource",
    asked_or_less().await
);
async fn asked_or_less(w: &mut World) -> StepResult {
    let journey = w.journey()?;
    let what = authorization::what(&journey);
    let code = w.driver().code_of(&journey);
    let Some(code) = code.filter(|_| journey.choices.is_empty() && what == Observed::Code) else {
        w.judgeable(&what)?;
        return w.judge(Ok(()));
    };
    let client = code.client.clone();
    let draft = w.driver().redemption(&client, &code);
    let draft = w.need(draft)?;
    let pair = w.obtain(&client, &draft).await?;
    let what = opened(w, &pair.access).await?;
    w.judge_what(&what, "a refusal, as the user did not agree", Observed::is_refusal_of_call)
}
