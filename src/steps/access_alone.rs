//! Authorization requests for access alone, which do not ask who the user is.

use super::authorize::{has_yielded, walk};
use super::definition::{given, when};
use super::params::{Changes, Client};
use super::redirected::what;
use super::world::{StepResult, World};
use crate::driver::flow::Authorization;
use crate::driver::{Change, Client as Role, Unmet};
use crate::observe::Observed;
use crate::wire::params::names_openid;

/// Asks for what the client asks for, but not who the user is: where it does, OpenID Connect has
/// demands of its own.
async fn for_access_alone(w: &mut World, client: &Role, changes: &[Change]) -> StepResult {
    let known = w.driver().client(client);
    let known = w.need(known)?;
    let asked = w.driver().site.profile.scope(&known).map(str::to_owned);
    let scope = w.need(asked.as_deref().map(without_identity).transpose())?;
    walk(w, Authorization { changes, scope: scope.as_deref(), ..Authorization::of(client) }).await
}

/// The scopes beside `openid`.
fn without_identity(scope: &str) -> Result<String, Unmet> {
    let others: Vec<&str> = scope.split(' ').filter(|scope| *scope != "openid").collect();
    if others.is_empty() {
        let text = "the client asks for `openid` alone, for which OpenID Connect has other rules";
        return Err(Unmet::Lacking(text.to_owned()));
    }
    Ok(others.join(" "))
}

given!(
    "{client}'s authorization request for access alone yields a code",
    access_control(client).await
);
async fn access_control(w: &mut World, client: Client) -> StepResult {
    for_access_alone(w, &client.0, &[]).await?;
    let what = what(w)?;
    let asks = asks_for_identity(w, &client.0)?;
    if asks && matches!(what, Observed::Redirect(_) | Observed::Page { status: 400..=499, .. }) {
        // Whether the flow works at all shows where the scope is as it was.
        w.show_code(&client.0).await?;
        let text = format!(
            "the server grants nothing without the scope `openid` ({}), and with it redirect_uri is \
             required (OpenID Connect Core §3.1.2.1)",
            what.describe()
        );
        return w.need(Err(Unmet::Lacking(text)));
    }
    w.control_that(what == Observed::Code, || {
        format!("a request for access alone gave no code, but {}", what.describe())
    })
}

when!(
    "the user follows {client}'s authorization request for access alone, {change}",
    access_alone(client, changes).await
);
async fn access_alone(w: &mut World, client: Client, changes: Changes) -> StepResult {
    for_access_alone(w, &client.0, &changes.0).await
}

/// Whether the client asks who the user is.
fn asks_for_identity(w: &mut World, client: &Role) -> Result<bool, String> {
    let known = w.driver().client(client);
    let known = w.need(known)?;
    Ok(w.driver().site.profile.scope(&known).is_some_and(names_openid))
}

given!(
    "{client}'s authorization request for access alone, {change}, yields a code",
    access_alone_control(client, changes).await
);
async fn access_alone_control(w: &mut World, client: Client, changes: Changes) -> StepResult {
    for_access_alone(w, &client.0, &changes.0).await?;
    has_yielded(w, &client.0).await
}
