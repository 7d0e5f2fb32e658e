//! What developers and administrators do in the target's consoles, and what comes of it.

use super::answers::Answer;
use super::definition::{given, then, when};
use super::params::Client;
use super::scoped::opened;
use super::server_auth::{self, own_grant, request};
use super::world::{StepResult, World};
use crate::driver::flow::Authorization;
use crate::driver::grants::Subject;
use crate::driver::hooks::Attempt;
use crate::driver::placeholders::Values;
use crate::driver::{Change, Client as Role, Unmet};
use crate::observe::{Mismatch, Observed};
use crate::rules::Means;

/// The values of an action about a client.
fn about(w: &mut World, client: &Role) -> Result<Values, String> {
    let entry = w.driver().client(client);
    let id = w.need(entry)?.id;
    Ok(w.driver().values().with("client", id))
}

/// Does something in a console, and notes how it is taken back.
async fn act(w: &mut World, name: &str, values: Values, undo: &[(&str, &Values)]) -> StepResult {
    for (name, values) in undo {
        w.interventions.undo_by(name, (*values).clone());
    }
    let done = w.driver().console(name, &values).await;
    w.need(done).map(drop)
}

// --- redirect URIs -------------------------------------------------------------------------------

when!("the developer registers {string} for {client}", registers(uri, client).await);
async fn registers(w: &mut World, uri: String, client: Client) -> StepResult {
    register(w, &uri, &client.0).await?;
    w.deviates(format!("the redirect URI {uri}"));
    Ok(())
}

given!("the console accepts {string} as a redirect URI of {client}", takes(uri, client).await);
async fn takes(w: &mut World, uri: String, client: Client) -> StepResult {
    register(w, &uri, &client.0).await?;
    let done = match w.left(w.interventions.attempt.clone(), "an attempt")? {
        Attempt::Done => Ok(()),
        Attempt::Refused(text) => Err(Unmet::Failed(text)),
    };
    w.control(done)
}

async fn register(w: &mut World, uri: &str, client: &Role) -> StepResult {
    let values = about(w, client)?.with("uri", uri);
    let attempt = w.driver().attempt("register_redirect_uri", &values).await;
    let attempt = w.need(attempt)?;
    if attempt == Attempt::Done {
        w.interventions.undo_by("remove_redirect_uri", values);
    }
    w.interventions.attempt = Some(attempt);
    Ok(())
}

then!("the console accepts it", taken());
fn taken(w: &mut World) -> StepResult {
    let result = match w.left(w.interventions.attempt.clone(), "an attempt")? {
        Attempt::Done => Ok(()),
        Attempt::Refused(text) => Err(Mismatch::new("the redirect URI is registered", text)),
    };
    w.judge(result)
}

then!("the console refuses it", refused());
fn refused(w: &mut World) -> StepResult {
    let result = match w.left(w.interventions.attempt.clone(), "an attempt")? {
        Attempt::Refused(_) => Ok(()),
        Attempt::Done => Err(Mismatch::new("a refusal", "the redirect URI is registered")),
    };
    w.judge(result)?;
    w.assessment.evidence.refusal();
    Ok(())
}

then!("{client} receives a code at {string}", code_at(client, uri).await);
async fn code_at(w: &mut World, client: Client, uri: String) -> StepResult {
    let changes = [Change::set("redirect_uri", uri)];
    let ask = Authorization { changes: &changes, ..Authorization::of(&client.0) };
    let journey = w.driver().authorize(&ask).await;
    let what = crate::driver::authorization::what(&w.need(journey)?);
    w.judge_what(&what, "a redirect to the client with a code", |what| *what == Observed::Code)
}

// --- special permissions -------------------------------------------------------------------------

given!(
    "the developer has requested the permission {string} for {client}",
    asks_for(permission, client).await
);
/// Whether the console takes the wish or refuses it: what comes of it is judged, not this.
async fn asks_for(w: &mut World, permission: String, client: Client) -> StepResult {
    let values = about(w, &client.0)?.with("permission", permission);
    let attempt = w.driver().attempt("request_special_permission", &values).await;
    if w.need(attempt)? == Attempt::Done {
        w.interventions.undo_by("withdraw_special_permission", values);
    }
    Ok(())
}

// --- settings and enabling -----------------------------------------------------------------------

async fn setting(w: &mut World, name: &str, on: bool) -> StepResult {
    w.pull(name, on).await
}

given!("unpublished applications are disabled by default", unpublished_disabled().await);
async fn unpublished_disabled(w: &mut World) -> StepResult {
    setting(w, "disable_unpublished", true).await
}

given!("unpublished applications are no longer disabled by default", unpublished_enabled().await);
async fn unpublished_enabled(w: &mut World) -> StepResult {
    setting(w, "disable_unpublished", false).await
}

given!("published applications are disabled by default", published_disabled().await);
async fn published_disabled(w: &mut World) -> StepResult {
    setting(w, "disable_published", true).await
}

async fn enable(w: &mut World, client: &Role) -> StepResult {
    let values = about(w, client)?;
    let undo = values.clone();
    act(w, "enable_application", values, &[("disable_application", &undo)]).await
}

given!("the administrator has enabled {client}", enabled(client).await);
async fn enabled(w: &mut World, client: Client) -> StepResult {
    enable(w, &client.0).await
}

given!("the administrator has disabled {client} again", disabled(client).await);
async fn disabled(w: &mut World, client: Client) -> StepResult {
    let values = about(w, &client.0)?;
    act(w, "disable_application", values, &[]).await
}

then!(
    "once the administrator has enabled {client}, it receives a code",
    code_once_enabled(client).await
);
async fn code_once_enabled(w: &mut World, client: Client) -> StepResult {
    enable(w, &client.0).await?;
    let journey = w.driver().authorize(&Authorization::of(&client.0)).await;
    let what = crate::driver::authorization::what(&w.need(journey)?);
    w.judge_what(&what, "a redirect to the client with a code", |what| *what == Observed::Code)
}

// --- authorization -------------------------------------------------------------------------------

async fn authorize(w: &mut World, client: &Role) -> StepResult {
    let values = about(w, client)?;
    act(w, "authorize_application", values, &[]).await
}

given!("the administrator has authorized {client}", authorized(client).await);
async fn authorized(w: &mut World, client: Client) -> StepResult {
    let undo = about(w, &client.0)?;
    w.interventions.undo_by("deauthorize_application", undo);
    authorize(w, &client.0).await
}

given!("the administrator has revoked the authorization of {client}", deauthorized(client).await);
async fn deauthorized(w: &mut World, client: Client) -> StepResult {
    let values = about(w, &client.0)?;
    act(w, "deauthorize_application", values, &[]).await
}

/// For whom a server application asks: for itself, or for the user of a role.
fn subject(user: Option<&str>) -> Subject {
    user.map_or(Subject::Enterprise, |role| Subject::User(role.to_owned()))
}

async fn ask(w: &mut World, client: &Role, user: Option<&str>) -> StepResult {
    let asking = own_grant(w, client)?;
    let draft = request(w, client, &asking, &subject(user)).await?;
    w.submit_for_tokens(client, draft, &[]).await
}

/// A token as a control.
async fn obtain(w: &mut World, client: &Role, user: Option<&str>) -> StepResult {
    let asking = own_grant(w, client)?;
    server_auth::obtain(w, client, &asking, &subject(user)).await
}

given!("{client} gets a token of its own", gets_token(client).await);
async fn gets_token(w: &mut World, client: Client) -> StepResult {
    obtain(w, &client.0, None).await
}

when!("{client} requests a token of its own", asks_token(client).await);
async fn asks_token(w: &mut World, client: Client) -> StepResult {
    w.deviates("what an administrator decided".to_owned());
    ask(w, &client.0, None).await
}

then!(
    "the token request or the call with the token is refused as documented",
    token_or_call_refused().await
);
/// The server may refuse the token request, or issue a token that then opens nothing.
async fn token_or_call_refused(w: &mut World) -> StepResult {
    let answer = w.answer()?;
    let token = w.issued.pairs.last().map(|pair| pair.access.clone());
    let Some(token) = token.filter(|_| answer.what == Observed::Tokens) else {
        return w.judge_answer(&answer);
    };
    let probe = w.driver().probe(&token).await;
    let what = w.need(probe)?;
    w.judge_documented(&what, Means::Body)
}

then!(
    "once the administrator has enabled {client}, it gets a token of its own",
    token_once_enabled(client).await
);
async fn token_once_enabled(w: &mut World, client: Client) -> StepResult {
    enable(w, &client.0).await?;
    judge_token(w, &client.0, None, true).await
}

then!(
    "once the administrator has authorized {client}, it gets a token of its own",
    token_once_authorized(client).await
);
async fn token_once_authorized(w: &mut World, client: Client) -> StepResult {
    authorized(w, client.clone()).await?;
    judge_token(w, &client.0, None, true).await
}

/// Whether a token is issued, and works; or else refused.
async fn judge_token(
    w: &mut World,
    client: &Role,
    user: Option<&str>,
    expected: bool,
) -> StepResult {
    ask(w, client, user).await?;
    let Answer { what, .. } = w.answer()?;
    if !expected {
        let refused = |what: &Observed| matches!(what, Observed::Error { status: 400, .. });
        return w.judge_what(&what, "a refusal of the token request", refused);
    }
    w.judge_what(&what, "an access token", |what| *what == Observed::Tokens)?;
    let token = w.pair()?.access;
    let probe = w.driver().probe(&token).await;
    let what = w.need(probe)?;
    w.judge_what(&what, "the resource is served", Observed::is_served)
}

// --- the snapshot --------------------------------------------------------------------------------

/// The scopes of a server application, and the same without the one that opens the scoped resource.
fn scopes(w: &mut World, client: &Role) -> Result<(String, String), String> {
    let entry = w.driver().client(client);
    let all = w.need(entry)?.scope;
    let scoped = w.driver().site.profile.scoped_resource.clone().and_then(|it| it.scope);
    let lacking = || {
        let role = &client.0;
        Unmet::Lacking(format!(
            "the profile does not say which scopes the client has (`clients.{role}.scope`), or which \
             of them opens the resource (`scoped_resource.scope`)"
        ))
    };
    let (all, wanted) = w.need(all.zip(scoped).ok_or_else(lacking))?;
    let others: Vec<&str> = all.split_whitespace().filter(|scope| *scope != wanted).collect();
    let others = others.join(" ");
    let changes = others.len() < all.len() && !others.is_empty();
    w.need(changes.then_some((all, others)).ok_or_else(lacking))
}

async fn set_scopes(w: &mut World, client: &Role, scopes: &str) -> StepResult {
    let values = about(w, client)?.with("scopes", scopes);
    act(w, "set_scopes", values, &[]).await
}

/// In the end the client has its scopes again, and is authorized with them.
fn restore_scopes(w: &mut World, client: &Role) -> Result<(String, String), String> {
    let (all, others) = scopes(w, client)?;
    let values = about(w, client)?.with("scopes", all.clone());
    w.interventions.undo_by("authorize_application", values.clone());
    w.interventions.undo_by("set_scopes", values);
    Ok((all, others))
}

async fn opens(w: &mut World, client: &Role) -> Result<Observed, String> {
    obtain(w, client, None).await?;
    let token = w.pair()?.access;
    opened(w, &token).await
}

async fn judge_scope(w: &mut World, client: &Role, expected: bool) -> StepResult {
    let what = opens(w, client).await?;
    if expected {
        w.judge_what(&what, "the resource is served", Observed::is_served)
    } else {
        w.judge_what(&what, "403 for lack of scope", |what| {
            matches!(what, Observed::Challenge { status: 403, .. } | Observed::Status(403, _))
        })
    }
}

given!("{client}'s new tokens open the scoped resource", tokens_open(client).await);
async fn tokens_open(w: &mut World, client: Client) -> StepResult {
    let what = opens(w, &client.0).await?;
    w.control_served(&what, "with the scope")
}

given!(
    "the administrator has authorized {client} without that scope",
    authorized_without(client).await
);
async fn authorized_without(w: &mut World, client: Client) -> StepResult {
    let (_, others) = restore_scopes(w, &client.0)?;
    set_scopes(w, &client.0, &others).await?;
    authorize(w, &client.0).await
}

when!("the developer removes that scope from {client}", takes_scope(client).await);
async fn takes_scope(w: &mut World, client: Client) -> StepResult {
    let (_, others) = restore_scopes(w, &client.0)?;
    w.deviates("a scope is removed".to_owned());
    set_scopes(w, &client.0, &others).await
}

when!("the developer adds that scope to {client}", gives_scope(client).await);
async fn gives_scope(w: &mut World, client: Client) -> StepResult {
    let (all, _) = scopes(w, &client.0)?;
    w.deviates("a scope is added".to_owned());
    set_scopes(w, &client.0, &all).await
}

then!("{client}'s new tokens still open the scoped resource", still_open(client).await);
async fn still_open(w: &mut World, client: Client) -> StepResult {
    judge_scope(w, &client.0, true).await
}

then!("{client}'s new tokens do not open the scoped resource", not_open(client).await);
async fn not_open(w: &mut World, client: Client) -> StepResult {
    judge_scope(w, &client.0, false).await
}

then!(
    "once the administrator has authorized {client} again, its new tokens open the scoped resource",
    open_once_authorized(client).await
);
async fn open_once_authorized(w: &mut World, client: Client) -> StepResult {
    authorize(w, &client.0).await?;
    judge_scope(w, &client.0, true).await
}

then!(
    "once the administrator has authorized {client} again, its new tokens do not open the scoped resource",
    closed_once_authorized(client).await
);
async fn closed_once_authorized(w: &mut World, client: Client) -> StepResult {
    authorize(w, &client.0).await?;
    judge_scope(w, &client.0, false).await
}

const APP_ONLY: &str = "app-only";
const APP_AND_ENTERPRISE: &str = "app-and-enterprise";

async fn set_access(w: &mut World, client: &Role, access: &str, before: &str) -> StepResult {
    let values = about(w, client)?;
    let (values, before) = (values.clone().with("access", access), values.with("access", before));
    w.deviates(format!("the access level {access}"));
    let undo = [("authorize_application", &before), ("set_access", &before)];
    act(w, "set_access", values, &undo).await
}

given!("{client} gets a token for the managed user", gets_user_token(client).await);
async fn gets_user_token(w: &mut World, client: Client) -> StepResult {
    obtain(w, &client.0, Some("default")).await
}

given!("{client} gets no token for the managed user", gets_no_user_token(client).await);
async fn gets_no_user_token(w: &mut World, client: Client) -> StepResult {
    ask(w, &client.0, Some("default")).await?;
    match w.answer()?.what {
        Observed::Error { status: 400, .. } => Ok(()),
        what => w.control_failed(format!("before anything was changed: {}", what.describe())),
    }
}

when!("the developer lets {client} act for managed users", widens(client).await);
async fn widens(w: &mut World, client: Client) -> StepResult {
    set_access(w, &client.0, APP_AND_ENTERPRISE, APP_ONLY).await
}

when!("the developer no longer lets {client} act for managed users", narrows(client).await);
async fn narrows(w: &mut World, client: Client) -> StepResult {
    set_access(w, &client.0, APP_ONLY, APP_AND_ENTERPRISE).await
}

then!("{client} still gets a token for the managed user", still_user_token(client).await);
async fn still_user_token(w: &mut World, client: Client) -> StepResult {
    judge_token(w, &client.0, Some("default"), true).await
}

then!("{client} still gets no token for the managed user", still_no_user_token(client).await);
async fn still_no_user_token(w: &mut World, client: Client) -> StepResult {
    judge_token(w, &client.0, Some("default"), false).await
}

then!(
    "once the administrator has authorized {client} again, it gets a token for the managed user",
    user_token_once_authorized(client).await
);
async fn user_token_once_authorized(w: &mut World, client: Client) -> StepResult {
    authorize(w, &client.0).await?;
    judge_token(w, &client.0, Some("default"), true).await
}

then!(
    "once the administrator has authorized {client} again, it gets no token for the managed user",
    no_user_token_once_authorized(client).await
);
async fn no_user_token_once_authorized(w: &mut World, client: Client) -> StepResult {
    authorize(w, &client.0).await?;
    judge_token(w, &client.0, Some("default"), false).await
}
