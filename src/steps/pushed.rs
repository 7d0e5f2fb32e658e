//! Authorization requests that a client pushes, and users who are sent with the reference (RFC 9126).

use serde_json::Value;

use super::answers::Answer;
use super::definition::{given, then, when};
use super::params::{Changes, Client, Edge, Method, Span};
use super::redirected::{returned, what};
use super::world::{StepResult, World};
use crate::driver::flow::Authorization;
use crate::driver::proof::Proof;
use crate::driver::pushed::{Pushed, members, name_once};
use crate::driver::{Change, Client as Role, Code, Draft, Unmet, authorization};
use crate::observe::{Mismatch, Observed};
use crate::wire::transport::Sent;

/// Pushes the authorization request of a client, changed as it is said.
async fn push(w: &mut World, ask: Authorization<'_>) -> StepResult {
    let draft = drafted(w, &ask)?;
    let sent = w.submit(&draft).await?;
    keep(w, ask.client, draft, sent)
}

/// The request with which a client pushes its authorization request.
pub(super) fn drafted(w: &mut World, ask: &Authorization<'_>) -> Result<Draft, String> {
    let draft = w.driver().push(ask);
    let valid = w.need(draft)?;
    let known = w.driver().client(ask.client);
    let uris = w.need(known)?.redirect_uris;
    let mut draft = valid.clone();
    for change in ask.changes {
        let changed = change.apply(&draft, &uris).map_err(Unmet::from);
        draft = w.need(changed)?;
    }
    w.note_changes(ask.changes);
    if draft.credentials != valid.credentials {
        name_once(&mut draft);
    }
    Ok(draft)
}

/// Pushes a request of a client as it is.
pub(super) async fn send_pushed(w: &mut World, client: &Role, draft: Draft) -> StepResult {
    let sent = w.submit(&draft).await?;
    keep(w, client, draft, sent)
}

/// Keeps the answer to a push, and what it refers to.
pub(super) fn keep(w: &mut World, client: &Role, draft: Draft, sent: Sent) -> StepResult {
    let pushed = w.driver().pushed(client, &draft, &sent);
    let what = match (&pushed, &sent) {
        (Some(_), Ok(response)) => Observed::Pushed(response.status),
        _ => Observed::of_token(&sent),
    };
    w.issued.pushed = pushed.or(w.issued.pushed.take());
    w.answers.last = Some(Answer { draft, sent, what });
    Ok(())
}

/// A pushed request that has to be kept.
pub(super) async fn has_pushed_so(w: &mut World, ask: Authorization<'_>) -> StepResult {
    push(w, ask).await?;
    w.assessment.deviation = None;
    let what = w.answer()?.what;
    w.control_that(matches!(what, Observed::Pushed(_)), || {
        format!("an ordinary pushed request got {}", what.describe())
    })
}

/// The newest pushed request.
fn pushed(w: &mut World) -> Result<Pushed, String> {
    w.left(w.issued.pushed.clone(), "a pushed request")
}

/// Sends the user with the reference. `by`: whose the request is said to be; none: that of who pushed it.
pub(super) async fn follow(w: &mut World, by: Option<&Role>, changes: &[Change]) -> StepResult {
    let pushed = pushed(w)?;
    let ask = Authorization { changes, ..Authorization::of(by.unwrap_or(&pushed.client)) };
    let journey = w.driver().follow_pushed(&ask, &pushed).await;
    let journey = w.need(journey)?;
    w.note_changes(changes);
    w.answers.journey = Some(journey);
    Ok(())
}

/// The code that a pushed request has to bring.
pub(super) async fn followed(w: &mut World, changes: &[Change]) -> StepResult {
    follow(w, None, changes).await?;
    let journey = w.journey()?;
    let code = w.driver().ordinary_code(&journey);
    w.issued.code = Some(w.control(code)?);
    Ok(())
}

given!("{client} has pushed an authorization request", has_pushed(client).await);
async fn has_pushed(w: &mut World, client: Client) -> StepResult {
    has_pushed_so(w, Authorization::of(&client.0)).await
}

given!(
    "{client} has pushed an authorization request {change}",
    has_pushed_changed(client, changes).await
);
async fn has_pushed_changed(w: &mut World, client: Client, changes: Changes) -> StepResult {
    has_pushed_so(w, Authorization { changes: &changes.0, ..Authorization::of(&client.0) }).await
}

given!(
    "{client} may push an authorization request {change}",
    may_push_changed(client, changes).await
);
/// A way to push that no document demands of every server.
async fn may_push_changed(w: &mut World, client: Client, changes: Changes) -> StepResult {
    push(w, Authorization { changes: &changes.0, ..Authorization::of(&client.0) }).await?;
    let what = w.answer()?.what;
    let ways: Vec<String> = changes.0.iter().map(ToString::to_string).collect();
    let about = format!("a pushed request {}: {}", ways.join(" and "), what.describe());
    if what.is_refusal() {
        return w.need(Err(Unmet::Lacking(about)));
    }
    w.assessment.deviation = None;
    w.control_that(matches!(what, Observed::Pushed(_)), || about)
}

given!(
    "{client} has pushed an authorization request carrying {method}",
    has_pushed_challenge(client, method).await
);
async fn has_pushed_challenge(w: &mut World, client: Client, method: Method) -> StepResult {
    let proof = method.of(&w.driver().fresh(64));
    has_pushed_so(w, Authorization { proof: Some(&proof), ..Authorization::of(&client.0) }).await
}

given!(
    "{client} holds an authorization code of a pushed request carrying {method}",
    holds_code(client, method).await
);
async fn holds_code(w: &mut World, client: Client, method: Method) -> StepResult {
    has_pushed_challenge(w, client, method).await?;
    followed(w, &[]).await
}

given!("{client} has pushed a request that can be followed", can_be_followed(client).await);
async fn can_be_followed(w: &mut World, client: Client) -> StepResult {
    has_pushed_so(w, Authorization::of(&client.0)).await?;
    followed(w, &[]).await
}

given!(
    "{client} has pushed a request that can be followed, {change}",
    can_be_followed_changed(client, changes).await
);
async fn can_be_followed_changed(w: &mut World, client: Client, changes: Changes) -> StepResult {
    has_pushed_so(w, Authorization { changes: &changes.0, ..Authorization::of(&client.0) }).await?;
    followed(w, &[]).await
}

given!(
    "{client} has obtained tokens by a pushed request carrying {method}",
    tokens_by_challenge(client, method).await
);
async fn tokens_by_challenge(w: &mut World, client: Client, method: Method) -> StepResult {
    holds_code(w, client, method).await?;
    redeemed(w).await
}

given!("a code that was not pushed for takes its verifier", verifier_counts().await);
/// Whether codes are bound to their challenge at all is the matter of other rules.
async fn verifier_counts(w: &mut World) -> StepResult {
    let client = Role::default_role();
    let proof = Proof::s256(&w.driver().fresh(64));
    let ask = Authorization { proof: Some(&proof), ..Authorization::of(&client) };
    let code = w.driver().obtain_code(&ask).await;
    let code = Code { verifier: None, ..w.control(code)? };
    let draft = w.driver().redemption(&client, &code);
    let draft = w.need(draft)?;
    let sent = w.submit(&draft).await?;
    let what = Observed::of_token(&sent);
    w.not_broken(&what)?;
    let text = "a code is redeemed without its verifier, pushed or not: other rules judge that";
    match what {
        Observed::Tokens => w.need(Err(Unmet::Lacking(text.to_owned()))),
        _ => Ok(()),
    }
}

given!("the user has followed the pushed request", has_followed().await);
async fn has_followed(w: &mut World) -> StepResult {
    followed(w, &[]).await
}

given!("{client}'s authorization request brings its state back", state_comes_back(client).await);
async fn state_comes_back(w: &mut World, client: Client) -> StepResult {
    let journey = w.driver().authorize(&Authorization::of(&client.0)).await;
    w.answers.journey = Some(w.need(journey)?);
    same_state(w)
}

given!("{client}'s pushed request brings its state back", pushed_state_comes_back(client).await);
async fn pushed_state_comes_back(w: &mut World, client: Client) -> StepResult {
    has_pushed_so(w, Authorization::of(&client.0)).await?;
    follow(w, None, &[]).await?;
    same_state(w)
}

/// An ordinary journey, which has to end with a code and its state.
fn same_state(w: &mut World) -> StepResult {
    let journey = w.journey()?;
    let what = authorization::what(&journey);
    let sent = journey.state;
    let back = if what == Observed::Code { returned(w, "state")? } else { Vec::new() };
    let holds = back.len() == 1 && back.first() == sent.as_ref();
    w.control_that(holds, || {
        format!("an ordinary request brings no code with its state, but {}", what.describe())
    })
}

given!(
    "{client}'s unpushed authorization request {change} is refused",
    refused_unpushed(client, changes).await
);
/// What an ordinary request can ask for, too, is the matter of other rules. Where the server takes none, it
/// does not show what that is: a scope may be cut, and a client that authenticates itself may push another
/// redirect URI (RFC 9126 §2.4).
async fn refused_unpushed(w: &mut World, client: Client, changes: Changes) -> StepResult {
    let known = w.driver().client(&client.0);
    let known = w.need(known)?;
    let public = !known.has_credentials();
    let redirected = |it: &Change| matches!(it, Change::Valued(name, _) if name == "redirect_uri");
    let never_allowed = public && changes.0.iter().all(redirected);
    if !never_allowed && w.driver().pushes_alone().await {
        let text = "the server takes pushed requests alone: nothing shows what others may ask for";
        return w.need(Err(Unmet::Lacking(text.to_owned())));
    }
    let ordinary = Authorization::of(&client.0);
    let ask = Authorization { changes: &changes.0, unpushed: true, ..ordinary };
    let journey = w.driver().authorize(&ask).await;
    let journey = w.need(journey)?;
    let what = authorization::what(&journey);
    w.not_broken(&what)?;
    if what.is_refusal() {
        return Ok(());
    }
    let text = format!("the same without a push got {}: other rules judge that", what.describe());
    w.need(Err(Unmet::Lacking(text)))
}

given!("the metadata say that every client has to push its requests", is_demanded().await);
/// Metadata that say nothing demand it of nobody (RFC 9126 §5).
async fn is_demanded(w: &mut World) -> StepResult {
    let text = "the metadata do not say that every client has to push its requests";
    let demanded = w.driver().is_push_demanded().await;
    w.need(if demanded { Ok(()) } else { Err(Unmet::Lacking(text.to_owned())) })
}

when!("the user follows {client}'s unpushed authorization request", follows_unpushed(client).await);
async fn follows_unpushed(w: &mut World, client: Client) -> StepResult {
    w.deviates("a request that is not pushed");
    let ask = Authorization { unpushed: true, ..Authorization::of(&client.0) };
    super::authorize::walk(w, ask).await
}

given!("the pushed request is {span} {side} its lifetime", ages(span, edge).await);
async fn ages(w: &mut World, span: Span, edge: Edge) -> StepResult {
    let pushed = pushed(w)?;
    let lacking = || Unmet::Lacking("it is not told how long a reference lives".to_owned());
    let life = w.need(pushed.expires_in.filter(|life| *life > 0).ok_or_else(lacking))?;
    let life = std::time::Duration::from_secs(life);
    w.deviates("an expired reference");
    super::time::age(w, pushed.born, life, span, edge.0).await
}

when!("{client} pushes an authorization request", pushes(client).await);
async fn pushes(w: &mut World, client: Client) -> StepResult {
    push(w, Authorization::of(&client.0)).await
}

when!("{client} pushes an authorization request {change}", pushes_changed(client, changes).await);
async fn pushes_changed(w: &mut World, client: Client, changes: Changes) -> StepResult {
    push(w, Authorization { changes: &changes.0, ..Authorization::of(&client.0) }).await
}

/// The change of one parameter.
pub(super) fn set(name: &str, value: impl Into<String>) -> [Change; 1] {
    [Change::set(name, value)]
}

when!(
    "{client} pushes an authorization request in the name of {client}",
    pushes_for(client, named).await
);
async fn pushes_for(w: &mut World, client: Client, named: Client) -> StepResult {
    let named = w.driver().client(&named.0);
    let changes = set("client_id", w.need(named)?.id);
    push(w, Authorization { changes: &changes, ..Authorization::of(&client.0) }).await
}

when!(
    "the client pushes an authorization request that refers to the first one",
    pushes_reference().await
);
async fn pushes_reference(w: &mut World) -> StepResult {
    let changes = set("request_uri", pushed(w)?.uri.to_string());
    let client = Role::default_role();
    push(w, Authorization { changes: &changes, ..Authorization::of(&client) }).await
}

when!("the client pushes {int} authorization requests", pushes_many(count).await);
async fn pushes_many(w: &mut World, count: usize) -> StepResult {
    for _ in 0..count {
        has_pushed_so(w, Authorization::of(&Role::default_role())).await?;
        let uri = pushed(w)?.uri;
        w.answers.collect("reference", uri);
    }
    Ok(())
}

when!("the user follows the pushed request", follows().await);
async fn follows(w: &mut World) -> StepResult {
    follow(w, None, &[]).await
}

when!("the user follows the pushed request again", follows_again().await);
async fn follows_again(w: &mut World) -> StepResult {
    w.deviates("the reference was used before");
    follow(w, None, &[]).await
}

when!("the user follows the pushed request {change}", follows_changed(changes).await);
async fn follows_changed(w: &mut World, changes: Changes) -> StepResult {
    follow(w, None, &changes.0).await
}

when!("the user follows the pushed request for {client}", follows_for(client).await);
async fn follows_for(w: &mut World, client: Client) -> StepResult {
    w.deviates("the reference of another client");
    follow(w, Some(&client.0), &[]).await
}

when!(
    "the user follows the pushed request beside another code challenge",
    follows_challenge().await
);
async fn follows_challenge(w: &mut World) -> StepResult {
    let other = Proof::s256(&w.driver().fresh(64));
    let [challenge] = set("code_challenge", other.challenge.unwrap_or_default());
    let [method] = set("code_challenge_method", "S256");
    follow(w, None, &[challenge, method]).await
}

/// The tokens of the code that the pushed request brought.
pub(super) async fn redeemed(w: &mut World) -> StepResult {
    let (client, code) = (pushed(w)?.client, w.code()?);
    let draft = w.driver().redemption(&client, &code);
    let draft = w.need(draft)?;
    let pair = w.obtain(&client, &draft).await?;
    w.issued.pairs.push(pair);
    Ok(())
}

pub(super) fn beside(what: &Observed) -> Mismatch {
    Mismatch::seen("a code as if nothing stood beside the reference", what)
}

// --- what is answered ---------------------------------------------------------------------------

then!("the endpoint for pushed requests answers", endpoint_answers());
fn endpoint_answers(w: &mut World) -> StepResult {
    w.judge_endpoint("an endpoint for pushed requests")
}

then!("the request is kept", is_kept());
fn is_kept(w: &mut World) -> StepResult {
    let what = w.answer()?.what;
    w.judge_what(&what, "a reference to the request", |what| matches!(what, Observed::Pushed(_)))
}

then!(
    "the client is given a reference and its lifetime in a JSON object with status 201",
    success()
);
fn success(w: &mut World) -> StepResult {
    is_kept(w)?;
    let answer = w.answer()?;
    let media = w.response()?.media_type().unwrap_or_default();
    let members = members(&answer.sent).unwrap_or_default();
    let lifetime = members.get("expires_in");
    let whole = lifetime.and_then(Value::as_u64).is_some_and(|seconds| seconds > 0);
    w.judge(match answer.what {
        Observed::Pushed(201) if media == "application/json" && whole => Ok(()),
        what => {
            let told = lifetime.map_or("none".to_owned(), Value::to_string);
            Err(Mismatch::new(
                "status 201 with a JSON object of the media type application/json and a positive \
                 whole number as expires_in",
                format!("{}, {media}, expires_in {told}", what.describe()),
            ))
        }
    })
}

then!("the pushed request is answered as documented", documented());
fn documented(w: &mut World) -> StepResult {
    let answer = w.answer()?;
    w.judge_answer(&answer)
}

then!("the refusal of the push is a JSON object with an error code", error_form());
fn error_form(w: &mut World) -> StepResult {
    let answer = w.answer()?;
    if matches!(answer.what, Observed::Pushed(_)) {
        let text = "the request was not refused: there is no refusal to judge".to_owned();
        return w.need(Err(Unmet::Lacking(text)));
    }
    w.not_broken(&answer.what)?;
    let media = w.response()?.media_type().unwrap_or_default();
    let right = matches!(answer.what, Observed::Error { status: 400..=499, .. });
    w.judge(match right && media == "application/json" {
        true => Ok(()),
        false => Err(Mismatch::new(
            "a status from 400 to 499 with a JSON object of the media type application/json and an error",
            format!("{}, {media}", answer.what.describe()),
        )),
    })?;
    w.assessment.evidence.refusal();
    Ok(())
}

then!("no code comes of the pushed request", no_code().await);
/// A server may find out what is wrong when the user comes.
async fn no_code(w: &mut World) -> StepResult {
    let answer = w.answer()?;
    if !matches!(answer.what, Observed::Pushed(_)) {
        return w.judge_what(&answer.what, "a refusal", |what| {
            what.is_refusal() && !matches!(what, Observed::Status(200..=299, _))
        });
    }
    follow(w, None, &[]).await?;
    let what = what(w)?;
    w.judge_what(&what, "no code", Observed::is_refusal)
}

then!("the code goes to the pushed redirect URI", to_pushed_uri());
/// That a code comes at all is the matter of another rule.
fn to_pushed_uri(w: &mut World) -> StepResult {
    match what(w)? {
        what if what.is_refusal() => {
            w.control_failed(format!("no code to look at, but {}", what.describe()))
        }
        what => {
            w.judge_what(&what, "a code at the pushed redirect URI", |it| *it == Observed::Code)
        }
    }
}

then!("the client receives a code as if nothing stood beside the reference", code_all_the_same());
/// Nothing that was added took the place of what was pushed; a refusal for it warns.
fn code_all_the_same(w: &mut World) -> StepResult {
    match what(w)? {
        what if what.is_refusal() => w.tolerate(&beside(&what)),
        what => {
            w.judge_what(&what, "a code at the pushed redirect URI", |it| *it == Observed::Code)
        }
    }
}

then!("the state is the pushed one", state());
fn state(w: &mut World) -> StepResult {
    let what = what(w)?;
    match w.assessment.deviation.is_some() {
        true if what.is_refusal() => return w.tolerate(&beside(&what)),
        false if what.is_refusal() => {
            return w.control_failed(format!("no code to look at, but {}", what.describe()));
        }
        _ => {}
    }
    let sent = pushed(w)?.params.first("state").unwrap_or_default().to_owned();
    let back = returned(w, "state")?;
    w.judge(match back.as_slice() {
        [state] if *state == sent => Ok(()),
        other => Err(Mismatch::new(format!("state {sent:?}"), format!("state {other:?}"))),
    })
}

then!("the code belongs to the pushed challenge", pushed_challenge().await);
async fn pushed_challenge(w: &mut World) -> StepResult {
    let what = what(w)?;
    if what.is_refusal() {
        return w.tolerate(&beside(&what));
    }
    let journey = w.journey()?;
    let code = w.driver().ordinary_code(&journey);
    let code = w.need(code)?;
    let client = pushed(w)?.client;
    let draft = w.driver().redemption(&client, &code);
    let draft = w.need(draft)?;
    w.submit_for_tokens(&client, draft, &[]).await?;
    let what = w.answer()?.what;
    w.judge_what(&what, "tokens for the pushed verifier", |what| *what == Observed::Tokens)
}
