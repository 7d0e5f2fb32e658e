//! The implicit grant: requests for an access token, and the response in the fragment of the redirect
//! URI (RFC 6749 §4.2).

use super::definition::{then, when};
use super::params::{Changes, Client};
use super::scope::{self, Excess};
use super::world::{StepResult, World};
use crate::driver::implicit::TokenRedirect;
use crate::driver::page::Decision;
use crate::driver::{Change, Client as Role, Unmet};
use crate::observe::{Mismatch, Observed};
use crate::rules::Means;

/// Parameters of the response (RFC 6749 §4.2.2 and §4.2.2.1), and the code that is none of them.
const RESPONSE: [&str; 7] =
    ["access_token", "token_type", "expires_in", "scope", "error", "error_description", "code"];

/// A token for the client that has the grant, to use and as a control. A server that does not offer the
/// grant answers with an error.
pub(super) async fn obtain(w: &mut World) -> StepResult {
    let client = client(w)?;
    let obtained = w.driver().obtain_by_redirect(&client).await;
    let (journey, pair) = w.control(obtained)?;
    w.issued.pairs.push(pair);
    w.answers.journey = Some(journey);
    Ok(())
}

fn client(w: &mut World) -> Result<Role, String> {
    let client = w.driver().implicit_client();
    w.need(client)
}

/// Asks for a token and keeps what comes.
pub(super) async fn ask(
    w: &mut World,
    client: Option<Role>,
    changes: &[Change],
    (scope, decision): (Option<&str>, Decision),
) -> StepResult {
    let client = client.map_or_else(|| self::client(w), Ok)?;
    let journey = w.driver().ask_for_token(&client, changes, (scope, decision)).await;
    let journey = w.need(journey)?;
    w.note_changes(changes);
    w.answers.journey = Some(journey);
    Ok(())
}

when!("the user denies that client's request for a token", denied().await);
async fn denied(w: &mut World) -> StepResult {
    ask(w, None, &[], (None, Decision::Deny)).await
}

when!(
    "the user opens a new browser, and denies that client's request for a token {change}",
    denied_changed(changes).await
);
async fn denied_changed(w: &mut World, changes: Changes) -> StepResult {
    w.driver().fresh_browser();
    ask(w, None, &changes.0, (None, Decision::Deny)).await
}

when!("that client asks for a token with {excess}", excessive(excess).await);
async fn excessive(w: &mut World, excess: Excess) -> StepResult {
    let client = client(w)?;
    let scope = excess.asked(w, &client)?;
    ask(w, Some(client), &[], (Some(&scope), Decision::Grant)).await
}

when!("{client} asks for a token from the authorization endpoint", of_another(client).await);
async fn of_another(w: &mut World, client: Client) -> StepResult {
    if w.driver().implicit_client().is_ok_and(|known| known == client.0) {
        let text = format!("the {} client has the implicit grant", client.0.0);
        return w.need(Err(Unmet::Lacking(text)));
    }
    w.deviates("a client that is not registered for it");
    ask(w, Some(client.0), &[], (None, Decision::Grant)).await
}

fn response(w: &mut World) -> Result<TokenRedirect, String> {
    Ok(TokenRedirect::of(&w.journey()?))
}

/// The response with a token; that one comes is the matter of other rules.
pub(super) fn granted(w: &mut World) -> Result<TokenRedirect, String> {
    let response = response(w)?;
    if response.what != Observed::Tokens {
        w.control_failed(format!("no token to look at, but {}", response.what.describe()))?;
    }
    Ok(response)
}

/// The response with an error; that one comes is the matter of other rules.
pub(super) fn refused(w: &mut World) -> Result<TokenRedirect, String> {
    let response = response(w)?;
    if !matches!(response.what, Observed::Redirect(_)) {
        let text = format!("no error to look at, but {}", response.what.describe());
        w.need(Err(Unmet::Lacking(text)))?;
    }
    Ok(response)
}

/// That a parameter stands in the fragment, and nothing of the response in the query.
fn stands_in_fragment(response: &TokenRedirect, name: &str) -> Result<(), Mismatch> {
    let outside = RESPONSE.iter().find(|name| response.query.first(name).is_some());
    let expected = format!("{name} in the fragment, and nothing of the response in the query");
    match (outside, response.fragment.all(name).count()) {
        (Some(outside), _) => Err(Mismatch::new(expected, format!("{outside} in the query"))),
        (None, 1) => Ok(()),
        (None, count) => Err(Mismatch::new(expected, format!("{name} {count} times there"))),
    }
}

then!("the token stands in the fragment alone", token_in_fragment());
fn token_in_fragment(w: &mut World) -> StepResult {
    let response = granted(w)?;
    let code = response
        .all("code")
        .next()
        .map_or(Ok(()), |_| Err(Mismatch::new("a token", "a token and a code")));
    w.judge(stands_in_fragment(&response, "access_token").and(code))
}

then!(
    "the request for a token is refused, or its token stands in the fragment alone",
    refused_or_in_fragment()
);
/// A server that offers the grant knows where its tokens stand; one that does not refuses. Which error says
/// so is a matter of other scenarios.
fn refused_or_in_fragment(w: &mut World) -> StepResult {
    let response = response(w)?;
    if response.what == Observed::Tokens {
        return w.judge(stands_in_fragment(&response, "access_token"));
    }
    let expected = "a refusal, or a token in the fragment of the redirect URI";
    w.judge_what(&response.what, expected, Observed::is_refusal)
}

then!("the error stands in the fragment alone", error_in_fragment());
fn error_in_fragment(w: &mut World) -> StepResult {
    let response = refused(w)?;
    w.judge(stands_in_fragment(&response, "error"))
}

then!("the response says that it is a bearer token", token_type());
fn token_type(w: &mut World) -> StepResult {
    let response = granted(w)?;
    let named: Vec<&str> = response.all("token_type").collect();
    let result = match named.as_slice() {
        [one] if one.eq_ignore_ascii_case("bearer") => Ok(()),
        _ => Err(Mismatch::new("one token_type, Bearer", format!("token_type {named:?}"))),
    };
    w.judge(result)
}

then!("the response says how long the token lives", lifetime());
fn lifetime(w: &mut World) -> StepResult {
    let response = granted(w)?;
    let told: Vec<&str> = response.all("expires_in").collect();
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let result = match told.as_slice() {
        [one] if digits(one) => Ok(()),
        _ => Err(Mismatch::new("one expires_in, in seconds", format!("expires_in {told:?}"))),
    };
    w.judge(result)
}

then!("no refresh token comes with the token", no_refresh_token());
fn no_refresh_token(w: &mut World) -> StepResult {
    let response = granted(w)?;
    let result = match response.all("refresh_token").next() {
        Some(_) => Err(Mismatch::new("no refresh token", "a refresh token")),
        None => Ok(()),
    };
    w.judge(result)
}

then!("the state comes back with the token", state_with_token());
fn state_with_token(w: &mut World) -> StepResult {
    let response = granted(w)?;
    state(w, &response)
}

then!("the state comes back with the error", state_with_error());
fn state_with_error(w: &mut World) -> StepResult {
    let response = refused(w)?;
    state(w, &response)
}

fn state(w: &mut World, response: &TokenRedirect) -> StepResult {
    let sent = w.journey()?.state;
    let sent = w.left(sent, "a state")?;
    let back: Vec<&str> = response.all("state").collect();
    let result = match back.as_slice() {
        [one] if *one == sent => Ok(()),
        _ => Err(Mismatch::new("the state, once and as it was sent", format!("state {back:?}"))),
    };
    w.judge(result)
}

then!("the scope is refused, or the response with the token does not name it", scope_told());
fn scope_told(w: &mut World) -> StepResult {
    let response = response(w)?;
    if response.what != Observed::Tokens {
        return scope::refused(w, &response.what);
    }
    let excess = w.answers.collected("excess");
    let named: Vec<&str> = response.all("scope").flat_map(|scope| scope.split(' ')).collect();
    let result = match excess.iter().find(|scope| named.contains(&scope.as_str())) {
        _ if named.is_empty() => Err(Mismatch::new("a scope that names what was granted", "none")),
        Some(scope) => Err(Mismatch::new("a scope of less", format!("the scope {scope:?}"))),
        None => Ok(()),
    };
    w.judge(result)
}

then!("the request for a token is answered as documented", documented());
fn documented(w: &mut World) -> StepResult {
    let response = response(w)?;
    w.judge_documented(&response.what, Means::Body)
}
