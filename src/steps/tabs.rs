//! Authorization requests that wait for their user side by side in one browser.

use super::consent::consent_shown;
use super::definition::when;
use super::interaction::narrow;
use super::parameter::parameter;
use super::params::{Changes, Client};
use super::world::{StepResult, World};
use crate::driver::flow::Authorization;
use crate::driver::journey::Stop;
use crate::driver::tabs::Tab;
use crate::driver::{Client as Role, Unmet, authorization};
use crate::observe::Observed;

parameter!(String, "order", r"before|after");

/// The consent page of a request, in a tab of its own.
async fn shown(w: &mut World, ask: &Authorization<'_>) -> Result<Tab, String> {
    let (page, journey) = consent_shown(w, ask.clone()).await?;
    Ok(w.driver().tab(&page, &journey))
}

/// Another request in another tab. Whether the user is asked about it is the matter of other rules.
async fn beside(w: &mut World, ask: &Authorization<'_>) -> StepResult {
    let ask = Authorization { stop: Stop::AtChoice, ..ask.clone() };
    let journey = w.driver().authorize(&ask).await;
    let what = authorization::what(&w.need(journey)?);
    w.control_that(matches!(what, Observed::Asked(_) | Observed::Code), || {
        format!("the user was not asked about the other request: {}", what.describe())
    })
}

/// Opens two requests, and grants the first of them here; `order`: that in which they are opened.
async fn grants(
    w: &mut World,
    (ask, other): (Authorization<'_>, Authorization<'_>),
    order: &str,
) -> StepResult {
    let tab = if order == "before" {
        let tab = shown(w, &ask).await?;
        beside(w, &other).await?;
        tab
    } else {
        beside(w, &other).await?;
        shown(w, &ask).await?
    };
    let journey = w.driver().return_to(&tab).await;
    w.answers.journey = Some(w.need(journey)?);
    w.deviates(format!("the page was opened {order} that of another request"));
    Ok(())
}

when!(
    "the user opens {client}'s authorization request {order} another client's, and grants it",
    beside_another_client(client, order).await
);
async fn beside_another_client(w: &mut World, client: Client, order: String) -> StepResult {
    let other = Role("other".to_owned());
    w.answers.keep("tampered", vec!["client_id".to_owned()]);
    grants(w, (Authorization::of(&client.0), Authorization::of(&other)), &order).await
}

when!(
    "the user opens {client}'s authorization request {order} one more of its own, and grants it",
    beside_own(client, order).await
);
async fn beside_own(w: &mut World, client: Client, order: String) -> StepResult {
    grants(w, (Authorization::of(&client.0), Authorization::of(&client.0)), &order).await
}

when!(
    "the user opens {client}'s authorization request {order} one {change}, and grants it",
    beside_changed(client, order, changes).await
);
async fn beside_changed(
    w: &mut World,
    client: Client,
    order: String,
    changes: Changes,
) -> StepResult {
    let ask = Authorization::of(&client.0);
    let other = Authorization { changes: &changes.0, ..ask.clone() };
    grants(w, (ask, other), &order).await
}

when!(
    "the user agrees to less than the scoped resource takes, on a page opened {order} one for more",
    beside_wider(order).await
);
async fn beside_wider(w: &mut World, order: String) -> StepResult {
    let (client, scope, wanted) = narrow(w)?;
    let lacking = || Unmet::Lacking("the profile has no `scoped_resource.scope`".to_owned());
    let wanted = w.need(wanted.ok_or_else(lacking))?;
    let wider = Role::default_role();
    let ask = Authorization { scope: scope.as_deref(), ..Authorization::of(&client) };
    let other = Authorization { scope: Some(&wanted), ..Authorization::of(&wider) };
    grants(w, (ask, other), &order).await
}
