//! Grants beside codes: client credentials, passwords and the implicit grant, by any client that has them.

use super::answers::Answer;
use super::definition::{given, then, when};
use super::implicit;
use super::params::{Changes, Client, Grant, Typed};
use super::scope::Excess;
use super::world::{StepResult, World};
use crate::driver::page::Decision;
use crate::driver::{Change, Client as Role, Draft, Unmet};
use crate::observe::Observed;

/// The request of a client that has the grant.
fn request(w: &mut World, grant: Grant) -> Result<Draft, String> {
    let draft = w.driver().grant_of_its_own(grant.name());
    w.need(draft)
}

given!("{client} is no public client", authenticates(client));
fn authenticates(w: &mut World, client: Client) -> StepResult {
    let known = w.driver().client(&client.0);
    let known = w.need(known)?;
    let proven = known.has_credentials();
    let lacking = || Unmet::Lacking("the client is a public one".to_owned());
    w.need(proven.then_some(()).ok_or_else(lacking))
}

given!("{client} gets tokens {change}", gets_tokens(client, changes).await);
/// A way to ask that no document demands of every server.
async fn gets_tokens(w: &mut World, client: Client, changes: Changes) -> StepResult {
    let draft = w.token_request(&client.0).await?;
    let draft = w.changed(draft, &changes.0)?;
    let ways: Vec<String> = changes.0.iter().map(ToString::to_string).collect();
    brings_tokens(w, &draft, &format!("a token request {}", ways.join(" and "))).await
}

/// Whether a token request works that other rules are about, or that no document demands; `way` says which it is.
pub(super) async fn brings_tokens(w: &mut World, draft: &Draft, way: &str) -> StepResult {
    let what = Observed::of_token(&w.submit(draft).await?);
    let about = format!("{way}: {}", what.describe());
    if what.is_refusal() {
        return w.need(Err(Unmet::Lacking(about)));
    }
    w.control_that(what == Observed::Tokens, || about)
}

given!("a client with the {grant} has a token", has_token(grant).await);
when!("a client with the {grant} has a token", has_token(grant).await);
then!("a client with the {grant} still gets a token", has_token(grant).await);
async fn has_token(w: &mut World, grant: Grant) -> StepResult {
    if grant == Grant::Implicit {
        return implicit::obtain(w).await;
    }
    let draft = request(w, grant)?;
    let pair = w.obtain(&Role::default_role(), &draft).await?;
    w.issued.pairs.push(pair);
    Ok(())
}

when!("that client requests a token by the {grant} {change}", changed(grant, changes).await);
async fn changed(w: &mut World, grant: Grant, changes: Changes) -> StepResult {
    if grant == Grant::Implicit {
        return implicit::ask(w, None, &changes.0, (None, Decision::Grant)).await;
    }
    let draft = request(w, grant)?;
    w.submit_token(draft, &changes.0).await?;
    let Answer { draft, what, .. } = w.answer()?;
    let refused = matches!(&what, Observed::Error { error, .. } if error == "invalid_scope");
    let is_empty = draft.form.first("scope") == Some("");
    if refused && is_empty && w.driver().has_to_name_scope(&draft) {
        let text = "the server wants a scope that is named, and no scope and an empty one are refused alike";
        return w.need(Err(Unmet::Lacking(text.to_owned())));
    }
    Ok(())
}

when!("that client requests a token by the {grant} for {excess}", beyond(grant, excess).await);
async fn beyond(w: &mut World, grant: Grant, excess: Excess) -> StepResult {
    let draft = request(w, grant)?;
    let role = w.driver().site.profile.of_grant(grant.name()).map(|role| Role(role.to_owned()));
    let scope = excess.asked(w, &role.unwrap_or_else(Role::default_role))?;
    w.submit_token(draft, &[Change::set("scope", scope)]).await
}

when!(
    "that client requests a token by the {grant} and types {typed}",
    mistyped(grant, typed).await
);
async fn mistyped(w: &mut World, grant: Grant, typed: Typed) -> StepResult {
    let draft = request(w, grant)?;
    let right = draft.form.first("password").unwrap_or_default();
    let wrong = typed.of(right).ok_or_else(|| {
        Unmet::Lacking(format!("{typed} is the same as the password of the profile"))
    });
    let wrong = w.need(wrong)?;
    w.submit_token(draft, &[Change::set("password", wrong)]).await?;
    // What was typed is no matter of the report.
    w.deviates(typed.to_string());
    Ok(())
}

then!("the token request brings no tokens", brings_none());
/// By which error is left open: a client may lack the grant, or send less than the server asks for.
fn brings_none(w: &mut World) -> StepResult {
    let answer = w.answer()?;
    w.judge_what(&answer.what, "a refusal", Observed::is_refusal)
}

then!(
    "the token request is answered as documented, or as one that lacks a parameter",
    documented_or_lacking()
);
fn documented_or_lacking(w: &mut World) -> StepResult {
    let answer = w.answer()?;
    match &answer.what {
        Observed::Error { status: 400, error } if error == "invalid_request" => {
            w.assessment.evidence.refusal();
            w.judge(Ok(()))
        }
        what => w.judge_documented(what, answer.means()),
    }
}

when!("that client requests a token by the {grant}", unchanged(grant).await);
async fn unchanged(w: &mut World, grant: Grant) -> StepResult {
    if grant == Grant::Implicit {
        return implicit::ask(w, None, &[], (None, Decision::Grant)).await;
    }
    let draft = request(w, grant)?;
    w.submit_token(draft, &[]).await
}

when!("{client} requests a token by the {grant}", requests(client, grant).await);
async fn requests(w: &mut World, client: Client, grant: Grant) -> StepResult {
    let draft = w.driver().grant_of(&client.0, grant.name());
    let draft = w.need(draft)?;
    w.deviates(format!("a client that has no secret, and the {grant}"));
    w.submit_token(draft, &[]).await
}
