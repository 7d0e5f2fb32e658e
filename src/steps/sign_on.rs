//! Signing in at the identity provider of the user's company.

use super::definition::{given, then, when};
use super::params::Client;
use super::world::{StepResult, World};
use crate::driver::flow::Authorization;
use crate::driver::journey::{End, Odd, Stop};
use crate::driver::page::Decision;
use crate::driver::{Client as Role, Unmet, authorization};
use crate::observe::{Mismatch, Observed};
use crate::wire::{Params, Request, form};

/// The request of the company's user, as far as it is asked to go.
async fn follow(w: &mut World, client: &Role, decision: Decision, stop: Stop) -> StepResult {
    let ask = Authorization { user: "company", decision, stop, ..Authorization::of(client) };
    let journey = w.driver().authorize(&ask).await;
    w.answers.journey = Some(w.need(journey)?);
    Ok(())
}

when!("the company user denies {client}'s authorization request", denies(client).await);
async fn denies(w: &mut World, client: Client) -> StepResult {
    follow(w, &client.0, Decision::Deny, Stop::Never).await
}

when!(
    "the company user grants {client}'s authorization request after a wrong password",
    mistypes(client).await
);
async fn mistypes(w: &mut World, client: Client) -> StepResult {
    let mistyped = format!("wrong-{}", w.driver().fresh(12));
    let odd = Odd { mistyped: Some(&mistyped), ..Odd::default() };
    let ask = Authorization { user: "company", odd, ..Authorization::of(&client.0) };
    w.deviates("a wrong password first".to_owned());
    let journey = w.driver().authorize(&ask).await;
    let journey = w.need(journey)?;
    let again = journey.company_logins > 1;
    w.answers.journey = Some(journey);
    w.control_that(again, || "the user was not asked again after a wrong password".to_owned())
}

given!(
    "{client}'s authorization request yields a code for the company user",
    control(client).await
);
then!(
    "{client}'s authorization request still yields a code for the company user",
    control(client).await
);
async fn control(w: &mut World, client: Client) -> StepResult {
    let ask = Authorization { user: "company", ..Authorization::of(&client.0) };
    let code = w.driver().obtain_code(&ask).await;
    w.control(code).map(drop)
}

then!("the user has signed in at the company's identity provider", signed_in_there());
fn signed_in_there(w: &mut World) -> StepResult {
    let journey = w.journey()?;
    let what = authorization::what(&journey);
    w.judge_what(&what, "a login at the company's identity provider", |_| {
        journey.company_logins == 1 && journey.company_logins == journey.logins
    })
}

then!("the redirect has the same parameters as for other users", same_parameters().await);
async fn same_parameters(w: &mut World) -> StepResult {
    let theirs = parameters(w)?;
    w.driver().fresh_browser();
    let journey = w.driver().authorize(&Authorization::of(&Role::default_role())).await;
    w.answers.journey = Some(w.need(journey)?);
    let everybodys = parameters(w)?;
    let result = if theirs == everybodys {
        Ok(())
    } else {
        Err(Mismatch::new(everybodys.join(", "), theirs.join(", ")))
    };
    w.judge(result)
}

/// Names of the parameters that the client received with its code.
fn parameters(w: &mut World) -> Result<Vec<String>, String> {
    let journey = w.journey()?;
    let what = authorization::what(&journey);
    match &journey.end {
        End::Redirected(redirected) if what == Observed::Code => {
            let params = redirected.params().unwrap_or_default();
            let mut names: Vec<String> = params.iter().map(|param| param.name.clone()).collect();
            names.sort();
            Ok(names)
        }
        _ => {
            w.judge_what(&what, "a redirect to the client with a code", |_| false)?;
            Err(what.describe())
        }
    }
}

/// How the browser came back from the identity provider.
fn way_back(w: &mut World) -> Result<Request, String> {
    let journey = w.journey()?;
    let failed = || {
        let what = authorization::what(&journey).describe();
        Unmet::Failed(format!("the user did not return from the identity provider, but {what}"))
    };
    w.need(journey.handed_over.clone().ok_or_else(failed))
}

async fn brings(w: &mut World, request: Request, label: &str) -> StepResult {
    let journey = w.driver().browse(request, label, Stop::AtAny).await;
    w.answers.journey = Some(w.need(journey)?);
    w.deviates(label.to_owned());
    Ok(())
}

when!("the identity provider's response is altered in transit", altered().await);
async fn altered(w: &mut World) -> StepResult {
    follow(w, &Role::default_role(), Decision::Grant, Stop::AtHandOver).await?;
    let request = way_back(w)?;
    let lacking =
        || Unmet::Lacking("the identity provider's response is too short to alter".to_owned());
    let changed = w.need(tampered(&request).ok_or_else(lacking))?;
    brings(w, changed, "the identity provider's response, altered").await
}

when!(
    "another browser delivers the identity provider's response first",
    of_another_browser().await
);
async fn of_another_browser(w: &mut World) -> StepResult {
    follow(w, &Role::default_role(), Decision::Grant, Stop::AtHandOver).await?;
    let request = way_back(w)?;
    from_another_browser(w, request, "the identity provider's response to another browser").await
}

when!("another browser replays the identity provider's response", again().await);
async fn again(w: &mut World) -> StepResult {
    follow(w, &Role::default_role(), Decision::Grant, Stop::Never).await?;
    let request = way_back(w)?;
    let what =
        w.left(w.answers.journey.as_ref().map(authorization::what), "an authorization request")?;
    if what != Observed::Code {
        return w.control_failed(what.describe());
    }
    from_another_browser(w, request, "the identity provider's response, replayed").await
}

/// Another browser, in which an authorization request waits, goes the other's way back.
async fn from_another_browser(w: &mut World, request: Request, label: &str) -> StepResult {
    w.driver().fresh_browser();
    let client = Role::default_role();
    let ask = Authorization { stop: Stop::AtLogin, ..Authorization::of(&client) };
    let opened = w.driver().authorize(&ask).await;
    w.need(opened)?;
    brings(w, request, label).await
}

then!("nobody is signed in", nobody());
fn nobody(w: &mut World) -> StepResult {
    let journey = w.journey()?;
    let what = authorization::what(&journey);
    let signed_in = !journey.choices.is_empty() || what == Observed::Code;
    w.judge_what(&what, "nobody is signed in", |_| !signed_in)?;
    w.not_broken(&what)
}

/// The request with one character changed in what it carries. Not in the first ones, which may be a
/// header, and not in the last ones, of which an encoding may ignore bits.
fn tampered(request: &Request) -> Option<Request> {
    const FROM_THE_END: usize = 8;
    let posted = !request.body.is_empty();
    let raw = if posted { &request.body[..] } else { request.query()?.as_bytes() };
    let params = form::decode(raw).ok()?;
    let longest = params.iter().max_by_key(|param| param.value.len())?.clone();
    let at = longest.value.len().checked_sub(FROM_THE_END)?;
    let (before, rest) = longest.value.split_at_checked(at)?;
    let other = if rest.starts_with('A') { 'B' } else { 'A' };
    let value = format!("{before}{other}{}", rest.get(1..)?);
    let changed: Params = params
        .iter()
        .map(|param| {
            let value = if param.name == longest.name { &value } else { &param.value };
            (param.name.clone(), value.clone())
        })
        .collect();
    let mut request = request.clone();
    if posted {
        request.body = form::encode(&changed).into_bytes();
    } else {
        request.target = format!("{}?{}", request.path(), form::encode(&changed));
    }
    Some(request)
}
