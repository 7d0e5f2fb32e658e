//! People, the tokens that they hold, and what they do with them at the API.

use super::answers::Answer;
use super::definition::{given, then, when};
use super::operations::Operation;
use super::params::Client;
use super::person::{Carried, Done, Person};
use super::world::{StepResult, World};
use crate::driver::flow::Authorization;
use crate::driver::operation::made;
use crate::driver::scopes::Carrying;
use crate::driver::{Draft, Unmet};
use crate::observe::{Mismatch, Observed};
use crate::wire::Secret;
use crate::wire::transport::Sent;

/// The last call was a control, and did not end as a control has to.
fn control_failed(w: &mut World, what: &Observed) -> StepResult {
    let done = w.left(w.people.done.clone(), "a call")?;
    w.control_failed(format!("{done}: {}", what.describe()))
}

given!("{person} has a token with {carrying}", has_token(person, carrying).await);
async fn has_token(w: &mut World, person: Person, carrying: Carried) -> StepResult {
    obtain(w, &person, carrying.0).await
}

given!("{person} has a token issued to {client}", has_token_of(person, client).await);
async fn has_token_of(w: &mut World, person: Person, client: Client) -> StepResult {
    obtain(w, &person, Carrying::Usual(client.0)).await
}

/// A token for a person, from now on the one that the person uses.
async fn obtain(w: &mut World, person: &Person, carrying: Carrying) -> StepResult {
    let asking = w.driver().asking(&carrying);
    let asking = w.need(asking)?;
    // Whoever was signed in before is somebody else.
    w.driver().fresh_browser();
    let ask = Authorization {
        user: &person.0,
        scope: asking.scope.as_deref(),
        ..Authorization::of(&asking.client)
    };
    let pair = w.driver().obtain_tokens(&ask).await;
    // That there is a token shows nothing of the calls made with it: no control.
    let pair = w.need(pair)?;
    w.people.held.insert(person.0.clone(), pair.access);
    w.people.carrying = carrying;
    Ok(())
}

/// The token of a person; whoever has none yet gets one like the last.
async fn token(w: &mut World, person: &Person) -> Result<Secret, String> {
    if person.0 == "service-account" {
        return Ok(w.pair()?.access);
    }
    if !w.people.held.contains_key(&person.0) {
        let carrying = w.people.carrying.clone();
        obtain(w, person, carrying).await?;
    }
    w.left(w.people.held.get(&person.0).cloned(), "a token")
}

fn draft(w: &mut World, operation: &Operation, token: &str) -> Result<Draft, String> {
    let Some(name) = operation.operation else {
        let draft = w.driver().call_with(false, token);
        return w.need(draft);
    };
    let mut values = w.driver().values();
    if let Some(thing) = &operation.thing {
        let id = w.driver().site.profile.things.get(thing).cloned();
        let text = || Unmet::Lacking(format!("the profile defines no thing of role `{thing}`"));
        values = values.with("item", w.need(id.ok_or_else(text))?);
    }
    let unique = format!("oauthspec-{}", w.driver().fresh(12).to_lowercase());
    let made = w.people.made.clone().unwrap_or_default();
    if operation.thing.is_none() {
        values = values.with("item", made.clone());
    }
    values = values.with("unique", unique).with("made", made);
    let draft = w.driver().operate(name, token, &values);
    w.need(draft)
}

/// Does something with a token, keeps the answer, and remembers how to take it back.
async fn send(w: &mut World, done: Done, token: &str) -> StepResult {
    let mut draft = draft(w, &done.operation, token)?;
    if let Some((name, value)) = &done.header {
        draft.headers.push(name, value.as_str());
    }
    let sent = w.submit(&draft).await?;
    let what = w.driver().called(&draft, &sent);
    if let Some(operation) = done.operation.operation {
        keep(w, operation, &sent, &what, token)?;
    }
    w.answers.last = Some(Answer { draft, sent, what });
    w.people.done = Some(done);
    Ok(())
}

/// Remembers what an operation made, to take it back with this token when the scenario ends.
pub(super) fn keep(
    w: &mut World,
    operation: &str,
    sent: &Sent,
    what: &Observed,
    token: &str,
) -> StepResult {
    let (Ok(response), Observed::Served(_)) = (sent, what) else { return Ok(()) };
    let operation = w.driver().operation(operation);
    let operation = w.need(operation)?;
    if let (Some(id), Some(undo)) = (made(&operation, response), operation.undo) {
        let values = w.driver().values().with("made", id.clone());
        w.people.made = Some(id);
        w.interventions.remove_by(undo, token.into(), values);
    }
    Ok(())
}

async fn act(
    w: &mut World,
    person: Person,
    operation: Operation,
    header: Option<(&'static str, String)>,
) -> StepResult {
    let token = token(w, &person).await?;
    send(w, Done { person, operation, header }, &token).await
}

/// A control: the same thing has to work for somebody.
async fn succeeds(
    w: &mut World,
    person: Person,
    operation: Operation,
    header: Option<(&'static str, String)>,
) -> StepResult {
    act(w, person, operation, header).await?;
    let (done, what) = (w.left(w.people.done.clone(), "a call")?, w.answer()?.what);
    w.control_served(&what, &done.to_string())
}

/// `As-User` for this person.
fn as_user(w: &mut World, person: &Person) -> Result<Option<(&'static str, String)>, String> {
    let user = w.driver().user(&person.0);
    let id = w.need(user)?.id.ok_or_else(|| {
        let role = &person.0;
        Unmet::Lacking(format!("the profile gives the user of role `{role}` no `id`"))
    });
    Ok(Some(("As-User", w.need(id)?)))
}

given!("there is a user to manage", user_to_manage().await);
async fn user_to_manage(w: &mut World) -> StepResult {
    prepare(w, "creates a user").await
}

given!("there is a group to manage", group_to_manage().await);
async fn group_to_manage(w: &mut World) -> StepResult {
    prepare(w, "creates a group").await
}

/// Has the administrator make what the scenario is about.
async fn prepare(w: &mut World, operation: &str) -> StepResult {
    let (admin, operation) = (Person("admin".to_owned()), operation.parse::<Operation>());
    let operation = w.left(operation.ok(), "an operation")?;
    let carrying = std::mem::take(&mut w.people.carrying);
    succeeds(w, admin.clone(), operation, None).await?;
    w.people.held.remove(&admin.0);
    w.people.carrying = carrying;
    Ok(())
}

given!("{person} {operation} successfully", does_successfully(person, operation).await);
then!("{person} {operation} successfully", does_successfully(person, operation).await);
async fn does_successfully(w: &mut World, person: Person, operation: Operation) -> StepResult {
    succeeds(w, person, operation, None).await
}

given!("what was made is taken back", taken_back().await);
/// So that it can be made again.
async fn taken_back(w: &mut World) -> StepResult {
    w.remove_made().await;
    Ok(())
}

given!("{person} {operation} and is refused", does_in_vain(person, operation).await);
async fn does_in_vain(w: &mut World, person: Person, operation: Operation) -> StepResult {
    act(w, person, operation, None).await?;
    let what = w.answer()?.what;
    if what.is_refusal_of_call() { Ok(()) } else { control_failed(w, &what) }
}

given!(
    "{person} {operation} as {person} successfully",
    does_as_successfully(person, operation, other).await
);
async fn does_as_successfully(
    w: &mut World,
    person: Person,
    operation: Operation,
    other: Person,
) -> StepResult {
    let header = as_user(w, &other)?;
    succeeds(w, person, operation, header).await
}

when!("{person} {operation}", does(person, operation).await);
async fn does(w: &mut World, person: Person, operation: Operation) -> StepResult {
    act(w, person, operation, None).await
}

when!("{person} {operation} as {person}", does_as(person, operation, other).await);
async fn does_as(w: &mut World, person: Person, operation: Operation, other: Person) -> StepResult {
    let header = as_user(w, &other)?;
    w.deviates(format!("As-User for the user of role {}", other.0));
    act(w, person, operation, header).await
}

/// Every mail counts that goes to the second user.
async fn mails(w: &mut World) -> Result<u64, String> {
    let user = w.driver().user("second");
    let login = w.need(user)?.login;
    let values = w.driver().values().with("login", login);
    let yielded = w.driver().console("count_mail", &values).await;
    let text = w.need(yielded)?.unwrap_or_default();
    let number = text.trim().parse::<u64>().map_err(|_| {
        Unmet::Failed(format!("the console action `count_mail` yields no number, but {text:?}"))
    });
    w.need(number)
}

given!(
    "{person} {operation}, and the second user gets an e-mail",
    does_with_mail(person, operation).await
);
async fn does_with_mail(w: &mut World, person: Person, operation: Operation) -> StepResult {
    let before = mails(w).await?;
    succeeds(w, person, operation, None).await?;
    if mails(w).await? > before {
        return Ok(());
    }
    w.control_failed("the call sent no e-mail though nothing kept it from it")
}

when!("{person} {operation} with notifications off", does_quietly(person, operation).await);
async fn does_quietly(w: &mut World, person: Person, operation: Operation) -> StepResult {
    w.people.mails = mails(w).await?;
    w.deviates("the header field Box-Notifications: off".to_owned());
    act(w, person, operation, Some(("Box-Notifications", "off".to_owned()))).await
}

then!("the call succeeds and nobody gets an e-mail", no_mail().await);
async fn no_mail(w: &mut World) -> StepResult {
    let answer = w.answer()?;
    w.judge_what(&answer.what, "the call is served", Observed::is_served)?;
    let sent = mails(w).await?.saturating_sub(w.people.mails);
    let mismatch = Mismatch::new("no e-mail", format!("{sent} more than before"));
    w.judge(if sent == 0 { Ok(()) } else { Err(mismatch) })
}

then!("the call is refused or the second user gets an e-mail", mail_or_refusal().await);
async fn mail_or_refusal(w: &mut World) -> StepResult {
    let answer = w.answer()?;
    match &answer.what {
        what if what.is_refusal_of_call() => return w.judge(Ok(())),
        Observed::Served(_) => {}
        what => return control_failed(w, what),
    }
    let sent = mails(w).await?.saturating_sub(w.people.mails);
    let mismatch =
        Mismatch::new("an e-mail, or a refusal", "the call was served without an e-mail");
    w.judge(if sent > 0 { Ok(()) } else { Err(mismatch) })
}

/// Makes the last call again with another token of the same person.
async fn again(w: &mut World, carrying: Carrying) -> Result<Observed, String> {
    let done = w.left(w.people.done.clone(), "a call")?;
    obtain(w, &done.person, carrying).await?;
    let token = token(w, &done.person).await?;
    send(w, done, &token).await?;
    Ok(w.answer()?.what)
}

then!("the same call succeeds with {carrying}", opens(carrying).await);
async fn opens(w: &mut World, carrying: Carried) -> StepResult {
    let what = again(w, carrying.0).await?;
    scope_opens(w, &what)
}

then!("the scope allows the call", opened());
fn opened(w: &mut World) -> StepResult {
    let what = w.answer()?.what;
    scope_opens(w, &what)
}

/// Whether a scope opened a call: what is refused for other reasons says nothing of the scope.
fn scope_opens(w: &mut World, what: &Observed) -> StepResult {
    match what {
        Observed::Served(_) => w.judge_what(what, "the scope opens the call", |_| true),
        Observed::Challenge { .. } => {
            w.judge(Err(Mismatch::new("the scope allows the call", what.describe())))
        }
        what => control_failed(w, what),
    }
}

then!("the same call finds nothing with {carrying}", finds_nothing(carrying).await);
async fn finds_nothing(w: &mut World, carrying: Carried) -> StepResult {
    let what = again(w, carrying.0).await?;
    let done = w.left(w.people.done.clone(), "a call")?;
    w.control_that(matches!(what, Observed::Status(404, _)), || {
        format!("{done}: {}", what.describe())
    })
}

then!("the permission allows the call", permitted());
/// Whether the permission was enough: what is refused for other reasons says nothing of it.
fn permitted(w: &mut World) -> StepResult {
    let what = w.answer()?.what;
    match what {
        Observed::Served(_) | Observed::Status(401 | 403, _) | Observed::Challenge { .. } => {
            w.judge_what(&what, "the call is served", Observed::is_served)
        }
        what => control_failed(w, &what),
    }
}

then!("the call is refused for lack of permission", no_permission());
fn no_permission(w: &mut World) -> StepResult {
    let answer = w.answer()?;
    w.judge_what(&answer.what, "status 403 or 404", |what| {
        matches!(
            what,
            Observed::Challenge { status: 403 | 404, .. } | Observed::Status(403 | 404, _)
        )
    })
}
