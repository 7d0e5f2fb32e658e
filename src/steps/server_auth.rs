//! Server applications: assertions, client credentials, and what they bring.

use std::time::Instant;

use super::definition::{given, then, when};
use super::params::{Asking, Changes, Client, Flaw, Holder, app_user_of};
use super::world::{StepResult, World};
use crate::driver::assertion::Assertion;
use crate::driver::flow::Authorization;
use crate::driver::grants::Subject;
use crate::driver::{Client as Role, Draft, Unmet};
use crate::observe::{Mismatch, success};
use crate::wire::jws::Algorithm;

/// The valid request of a server application.
pub(super) async fn request(
    w: &mut World,
    client: &Role,
    asking: &Asking,
    subject: &Subject,
) -> Result<Draft, String> {
    let draft = match asking {
        Asking::ByAssertion => {
            let assertion = assertion(w, client, subject).await?;
            let written = assertion.sign().map_err(|error| Unmet::Failed(error.to_string()));
            let written = w.need(written)?;
            w.driver().assertion_grant(client, &written)
        }
        Asking::ByCredentials => w.driver().credentials_grant(client, subject),
    };
    w.need(draft)
}

async fn assertion(w: &mut World, client: &Role, subject: &Subject) -> Result<Assertion, String> {
    let assertion = w.driver().assertion(client, subject).await;
    w.need(assertion)
}

/// A valid assertion of a client for the enterprise, as it is sent.
pub(super) async fn request_assertion(w: &mut World, client: &Role) -> Result<String, String> {
    let assertion = assertion(w, client, &Subject::Enterprise).await?;
    let written = assertion.sign().map_err(|error| Unmet::Failed(error.to_string()));
    w.need(written)
}

/// A token as a precondition or a control.
pub(super) async fn obtain(
    w: &mut World,
    client: &Role,
    asking: &Asking,
    subject: &Subject,
) -> StepResult {
    let draft = request(w, client, asking, subject).await?;
    let pair = w.obtain(client, &draft).await?;
    w.issued.pairs.push(pair);
    Ok(())
}

/// The subject that a request of this client names.
fn subject(w: &mut World, client: &Role, holder: &Holder) -> Result<Subject, String> {
    Ok(match holder {
        Holder::Enterprise => Subject::Enterprise,
        Holder::OtherEnterprise => Subject::OtherEnterprise,
        Holder::OwnAppUser => Subject::User(app_user_of(&client.0)),
        Holder::User(role) => Subject::User(role.clone()),
        Holder::Created => {
            let nothing = || Unmet::Failed("the response names no app user".to_owned());
            let made = w.people.made.clone().ok_or_else(nothing);
            Subject::Made(w.need(made)?)
        }
    })
}

given!("{client} has a token for {holder} {asking}", has_token(client, holder, asking).await);
then!("{client} still gets a token for {holder} {asking}", has_token(client, holder, asking).await);
async fn has_token(w: &mut World, client: Client, holder: Holder, asking: Asking) -> StepResult {
    let subject = subject(w, &client.0, &holder)?;
    obtain(w, &client.0, &asking, &subject).await
}

given!("{client} has a token for {holder}", has_token_anyhow(client, holder).await);
then!("{client} can still get a token for {holder}", has_token_anyhow(client, holder).await);
async fn has_token_anyhow(w: &mut World, client: Client, holder: Holder) -> StepResult {
    let asking = own_grant(w, &client.0)?;
    has_token(w, client, holder, asking).await
}

when!("{client} requests a token for {holder}", requests_anyhow(client, holder).await);
async fn requests_anyhow(w: &mut World, client: Client, holder: Holder) -> StepResult {
    let asking = own_grant(w, &client.0)?;
    requests(w, client, holder, asking).await
}

/// The grant that a server application has.
pub(super) fn own_grant(w: &mut World, client: &Role) -> Result<Asking, String> {
    let entry = w.driver().client(client);
    Ok(Asking::of(&w.need(entry)?))
}

when!("{client} requests a token for {holder} {asking}", requests(client, holder, asking).await);
async fn requests(w: &mut World, client: Client, holder: Holder, asking: Asking) -> StepResult {
    let subject = subject(w, &client.0, &holder)?;
    w.assessment.deviation = match &holder {
        Holder::Enterprise => None,
        Holder::OtherEnterprise => Some("a token for another enterprise".to_owned()),
        Holder::OwnAppUser => Some("a token for its app user".to_owned()),
        Holder::Created => Some("a token for the app user just created".to_owned()),
        Holder::User(role) => Some(format!("a token for the user of role {role}")),
    };
    let draft = request(w, &client.0, &asking, &subject).await?;
    w.submit_for_tokens(&client.0, draft, &[]).await
}

when!(
    "{client} requests a token for {holder} {asking} {change}",
    requests_changed(client, holder, asking, changes).await
);
async fn requests_changed(
    w: &mut World,
    client: Client,
    holder: Holder,
    asking: Asking,
    changes: Changes,
) -> StepResult {
    let subject = subject(w, &client.0, &holder)?;
    let draft = request(w, &client.0, &asking, &subject).await?;
    w.submit_token(draft, &changes.0).await
}

when!("{client} presents an assertion using {word}", presents_under(client, algorithm).await);
async fn presents_under(w: &mut World, client: Client, algorithm: String) -> StepResult {
    let unknown = || Unmet::Failed(format!("{algorithm} is no algorithm of assertions"));
    let algorithm = w.need(Algorithm::read(&algorithm).ok_or_else(unknown))?;
    let valid = assertion(w, &client.0, &Subject::Enterprise).await?.under(algorithm);
    let written = w.need(valid.sign().map_err(|error| Unmet::Failed(error.to_string())))?;
    w.deviates(format!("algorithm {}", algorithm.name()));
    present(w, &client.0, written).await
}

async fn present(w: &mut World, client: &Role, written: String) -> StepResult {
    let draft = w.driver().assertion_grant(client, &written);
    let draft = w.need(draft)?;
    w.submit_for_tokens(client, draft, &[]).await
}

when!("{client} presents an assertion {flaw}", presents_flawed(client, flaw).await);
async fn presents_flawed(w: &mut World, client: Client, flaw: Flaw) -> StepResult {
    let valid = assertion(w, &client.0, &Subject::Enterprise).await?;
    let written = w.driver().spoil(valid, &flaw.0);
    let written = w.need(written)?;
    w.deviates(format!("an assertion {}", flaw.0));
    present(w, &client.0, written).await
}

given!("{client} has presented an assertion", has_presented(client).await);
/// Presents an assertion that has to work, and keeps it.
async fn has_presented(w: &mut World, client: Client) -> StepResult {
    let valid = assertion(w, &client.0, &Subject::Enterprise).await?;
    let written = w.need(valid.sign().map_err(|error| Unmet::Failed(error.to_string())))?;
    let draft = w.driver().assertion_grant(&client.0, &written);
    let draft = w.need(draft)?;
    let pair = w.obtain(&client.0, &draft).await?;
    w.issued.pairs.push(pair);
    w.answers.keep("assertion", vec![written, valid.jti().to_owned()]);
    Ok(())
}

/// The assertion that was presented before, and its `jti`.
fn presented(w: &mut World) -> Result<(String, String), String> {
    let kept = w.answers.collected("assertion");
    match kept.as_slice() {
        [written, jti] => Ok((written.clone(), jti.clone())),
        _ => w.left(None, "an assertion"),
    }
}

when!("{client} presents the same assertion again", presents_again(client).await);
async fn presents_again(w: &mut World, client: Client) -> StepResult {
    let (written, _) = presented(w)?;
    w.deviates("the assertion was used before".to_owned());
    present(w, &client.0, written).await
}

when!("{client} presents another assertion with the same jti", presents_same_jti(client).await);
async fn presents_same_jti(w: &mut World, client: Client) -> StepResult {
    let (_, jti) = presented(w)?;
    let other = assertion(w, &client.0, &Subject::Enterprise).await?.with("jti", jti);
    let later = other.with_later_expiry();
    let written = w.need(later.sign().map_err(|error| Unmet::Failed(error.to_string())))?;
    w.deviates("the jti was used before".to_owned());
    present(w, &client.0, written).await
}

when!(
    "{client} presents an assertion for {holder} with the same jti",
    presents_same_jti_for(client, holder).await
);
async fn presents_same_jti_for(w: &mut World, client: Client, holder: Holder) -> StepResult {
    let (_, jti) = presented(w)?;
    let subject = subject(w, &client.0, &holder)?;
    let other = assertion(w, &client.0, &subject).await?.with("jti", jti);
    let written = w.need(other.sign().map_err(|error| Unmet::Failed(error.to_string())))?;
    w.deviates("the jti was used before, about another subject".to_owned());
    present(w, &client.0, written).await
}

then!("the token response has the members documented for server applications", alone_shape());
fn alone_shape(w: &mut World) -> StepResult {
    let response = w.response()?;
    w.judge_each(|cite| success::alone(&cite.document, &response))
}

then!("the token response carries no refresh token", no_refresh());
fn no_refresh(w: &mut World) -> StepResult {
    let pair = w.pair()?;
    let result = match pair.refresh {
        None => Ok(()),
        Some(_) => Err(Mismatch::new("an access token alone", "a refresh token beside it")),
    };
    w.judge(result)
}

then!(
    "the access token's expires_in is at most {int} seconds, and up to {int} is tolerated",
    hardly_long(most, worst)
);
/// Newer documents let tokens of server grants live for up to 70 minutes.
fn hardly_long(w: &mut World, most: u64, worst: u64) -> StepResult {
    let expected = format!("expires_in at most {most}");
    match w.pair()?.expires_in {
        Some(seconds) if seconds <= most => w.judge(Ok(())),
        Some(seconds) if seconds <= worst => {
            w.tolerate(&Mismatch::new(expected, format!("expires_in {seconds}")))
        }
        Some(seconds) => w.judge(Err(Mismatch::new(expected, format!("expires_in {seconds}")))),
        None => w.judge(Err(Mismatch::new(expected, super::token::NO_SECONDS))),
    }
}

when!("the service account tries to sign in with {typed}", tries_to_sign_in(typed).await);
async fn tries_to_sign_in(w: &mut World, typed: super::params::Typed) -> StepResult {
    let client = Role::default_role();
    let password = typed.of("oauthspec").unwrap_or_default();
    let ask = Authorization {
        user: "service-account",
        password: Some(&password),
        ..Authorization::of(&client)
    };
    let journey = w.driver().authorize(&ask).await;
    w.answers.journey = Some(w.need(journey)?);
    w.deviates(format!("{typed} of the service account"));
    Ok(())
}

then!("the login of the named user has the form {string}", address_form(form));
fn address_form(w: &mut World, form: String) -> StepResult {
    let actual = super::api::identity(w)?;
    let (start, end) = form.split_once('…').unwrap_or((&form, ""));
    let fits = actual.starts_with(start)
        && actual.ends_with(end)
        && actual.len() > start.len() + end.len();
    let result = if fits { Ok(()) } else { Err(Mismatch::new(form, format!("{actual:?}"))) };
    w.judge(result)
}

given!("the developer of {client} has created a developer token", developer_token(client).await);
/// What a developer made in the console.
async fn developer_token(w: &mut World, client: Client) -> StepResult {
    let entry = w.driver().client(&client.0);
    let id = w.need(entry)?.id;
    let values = w.driver().values().with("client", id);
    let since = Instant::now();
    let made = w.driver().console("developer_token", &values).await;
    let nothing = || Unmet::Failed("the console action yielded no token".to_owned());
    let token = w.need(made.and_then(|token| token.ok_or_else(nothing)))?;
    let driver = w.driver();
    driver.journal.secret("developer token", &token);
    let pair = driver.alone(&client.0, token.into(), since);
    w.issued.pairs.push(pair);
    Ok(())
}
