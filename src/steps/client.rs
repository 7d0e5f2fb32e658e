//! An application: logins through it, callbacks to it, and its use of tokens.

use std::time::Duration;

use super::definition::{given, then, when};
use super::params::Changes;
use super::visits::{arrive, log_in};
use super::world::{StepResult, World};
use crate::driver::application::{code_of, sent_once};
use crate::driver::browser::Browser;
use crate::driver::page::Decision;
use crate::driver::{Change, Door, Draft, LoginEnd, Seen, Unmet};
use crate::observe::rotation::{self, Event};
use crate::observe::success;
use crate::observe::{Mismatch, Observed};
use crate::profile::Clock;
use crate::wire::has_failed;

/// How long an access token of the suite's own server lives, and a little more.
const EXPIRED: Duration = Duration::from_secs(3600 + 60);
/// How long a code of the suite's own server lives, and a little more.
const CODE_EXPIRED: Duration = Duration::from_secs(30 + 60);

impl World {
    fn events(&mut self) -> Result<Vec<Event>, String> {
        Ok(self.seen()?.iter().flat_map(events_of).collect())
    }
}

/// What an exchange with the authorization server means for the tokens.
fn events_of(seen: &Seen) -> Vec<Event> {
    let mut events = Vec::new();
    match seen.door {
        Door::Token => {
            events.extend(sent_once(seen, "refresh_token").map(Event::Refresh));
            events.extend(success::tokens(&seen.response).and_then(|tokens| {
                Some(Event::Issued {
                    access: tokens.access.into(),
                    refresh: tokens.refresh?.into(),
                })
            }));
        }
        Door::Resource => {
            let bearer = seen.request.headers.text("authorization");
            let token = bearer.as_deref().and_then(|value| value.split_once(' '));
            events.extend(token.map(|(_, token)| Event::Call(token.trim().to_owned())));
        }
        Door::Authorization | Door::Revocation | Door::Other => {}
    }
    events
}

given!("a login through the application works", login_works().await);
async fn login_works(w: &mut World) -> StepResult {
    log_in(w).await
}

then!("a login through the application still works", login_still_works().await);
async fn login_still_works(w: &mut World) -> StepResult {
    log_in(w).await
}

// --- errors -------------------------------------------------------------------------------------

/// The callback after the user has said no, with another error where it is asked for.
async fn error_callback(w: &mut World, error: &str, changes: &[Change]) -> Result<Draft, String> {
    w.visitor()?.browser = Browser::default();
    let mut callback = w.reach_callback(Decision::Deny).await?;
    let text = description_of(error);
    for (name, value) in [("error", error), ("error_description", text)] {
        if callback.query.first(name) != Some(value) {
            let change = Change::set(name, value);
            let label = callback.label.clone();
            callback = w.need(change.apply(&callback, &[]).map_err(Unmet::from))?;
            callback.label = label;
        }
    }
    w.changed(callback, changes)
}

/// What the documents, or a server that follows them, say beside an error.
fn description_of(error: &str) -> &'static str {
    match error {
        "access_denied" => "The user denied access to your application",
        "invalid_request" => "The request is missing a required parameter",
        "unsupported_response_type" => "This method to obtain a code is not supported",
        "server_error" => "The device is not authorized",
        _ => "Too many authorization requests, please wait a bit",
    }
}

given!("the application has handled {word} with the usual description", handled(error).await);
async fn handled(w: &mut World, error: String) -> StepResult {
    let callback = error_callback(w, &error, &[]).await?;
    let login_end = w.deliver(&callback).await?;
    keep_control(w, login_end, |status| !has_failed(status))
}

/// Keeps the control's answer, if it is one that others can be compared with.
fn keep_control(w: &mut World, login_end: LoginEnd, fine: impl Fn(u16) -> bool) -> StepResult {
    let useless = match &login_end {
        LoginEnd::Answered(status) => *status == 429 || !fine(*status),
        LoginEnd::Left(_) => false,
        LoginEnd::Nothing(_) => true,
    };
    if useless {
        let text = format!("with a description, {}", login_end.describe());
        return w.need(Err(Unmet::Failed(text)));
    }
    w.client.control = Some(login_end);
    w.assessment.evidence.control();
    Ok(())
}

when!("{word} is returned {change}", comes_back(error, changes).await);
async fn comes_back(w: &mut World, error: String, changes: Changes) -> StepResult {
    let callback = error_callback(w, &error, &changes.0).await?;
    arrive(w, callback).await
}

/// Delivers a callback whose code is too old by then.
async fn refused_code(w: &mut World, described: bool) -> Result<LoginEnd, String> {
    w.visitor()?.browser = Browser::default();
    let callback = w.reach_callback(Decision::Grant).await?;
    let passed = w.visitor()?.pass(CODE_EXPIRED).await;
    w.need(passed)?;
    w.visitor()?.stage.counterpart.describe(described);
    let login_end = w.deliver(&callback).await;
    w.visitor()?.stage.counterpart.describe(true);
    let login_end = login_end?;
    let code = w.left(code_of(&callback), "a code")?;
    let seen = w.visitor()?.redeemed(&code);
    let refused = seen.is_some_and(|seen| seen.response.status == 400);
    let text = || Unmet::Failed("the application did not try to redeem its code".to_owned());
    w.need(if refused { Ok(login_end) } else { Err(text()) })
}

given!(
    "the application has handled the refusal of a code with a description",
    handled_refusal().await
);
async fn handled_refusal(w: &mut World) -> StepResult {
    let login_end = refused_code(w, true).await?;
    // A gateway's own statuses say on purpose that somebody else has refused.
    keep_control(w, login_end, |status| status != 500)
}

when!("a code is refused without a description", code_refused().await);
async fn code_refused(w: &mut World) -> StepResult {
    w.deviates("without error_description at the token endpoint".to_owned());
    let login_end = refused_code(w, false).await?;
    w.client.login_end = Some(login_end);
    Ok(())
}

then!("the application handles it the same way", alike().await);
async fn alike(w: &mut World) -> StepResult {
    let login_end = w.login_end()?;
    let control = w.client.control.clone();
    let control = w.left(control, "the answer to the same error with a description")?;
    match &login_end {
        LoginEnd::Nothing(text) => w.inconclusive(text.clone()),
        LoginEnd::Answered(429) => w.inconclusive(login_end.describe()),
        _ if login_end == control => w.judge(Ok(())),
        _ => w.judge(Err(Mismatch::new(
            format!("the same as with the usual description: {}", control.describe()),
            login_end.describe(),
        ))),
    }
}

then!("the application has sent no token request", asked_for_no_tokens().await);
async fn asked_for_no_tokens(w: &mut World) -> StepResult {
    let before = w.client.before;
    let asked = w.seen()?.iter().skip(before).any(|seen| seen.door == Door::Token);
    let wrong = || Mismatch::new("no token request", "the application sent a token request");
    w.judge(if asked { Err(wrong()) } else { Ok(()) })
}

// --- the state of a login -----------------------------------------------------------------------

async fn begin(w: &mut World) -> StepResult {
    let params = w.visitor()?.begin_login().await;
    let params = w.need(params)?;
    match params.first("state").filter(|state| !state.is_empty()) {
        Some(state) => w.answers.collect("state", state),
        None => w.client.stateless += 1,
    }
    Ok(())
}

when!("{int} browsers start a login", many_browsers(count).await);
async fn many_browsers(w: &mut World, count: usize) -> StepResult {
    for _ in 0..count {
        w.visitor()?.browser = Browser::default();
        begin(w).await?;
    }
    Ok(())
}

when!("one browser starts {int} logins", one_browser(count).await);
async fn one_browser(w: &mut World, count: usize) -> StepResult {
    w.visitor()?.browser = Browser::default();
    for _ in 0..count {
        begin(w).await?;
    }
    Ok(())
}

then!("every authorization request carries a state", carries_state().await);
async fn carries_state(w: &mut World) -> StepResult {
    let missing = w.client.stateless;
    let wrong = || {
        Mismatch::new(
            "a state in every authorization request",
            format!("{missing} authorization requests without one"),
        )
    };
    w.judge(if missing > 0 { Err(wrong()) } else { Ok(()) })
}

// --- tokens -------------------------------------------------------------------------------------

/// Lets the application use its access token, and the answers of the API to it be.
async fn used(w: &mut World) -> Result<(LoginEnd, Vec<Seen>), String> {
    let before = w.seen()?.len();
    let login_end = w.visitor()?.use_token().await;
    let login_end = w.need(login_end)?;
    let calls = w.seen()?.into_iter().skip(before).filter(|seen| seen.door == Door::Resource);
    Ok((login_end, calls.collect()))
}

/// The application calls the API, and is served.
async fn uses(w: &mut World) -> StepResult {
    let (login_end, calls) = used(w).await?;
    let served = calls.last().is_some_and(|call| (200..300).contains(&call.response.status));
    let result = match (calls.is_empty(), served && login_end.is_success()) {
        (_, true) => Ok(()),
        (true, _) if login_end.is_success() => Err(Unmet::Lacking(
            "the application did not call the API on the URL that the profile names \
             (`uses_token`)"
                .to_owned(),
        )),
        _ => Err(Unmet::Failed(format!(
            "the application could not use its access token: {}",
            login_end.describe()
        ))),
    };
    w.control(result)
}

given!("the application has used its access token", has_used().await);
async fn has_used(w: &mut World) -> StepResult {
    uses(w).await
}

then!("the application can still use its access token", still_uses().await);
async fn still_uses(w: &mut World) -> StepResult {
    uses(w).await?;
    let events = w.events()?;
    w.judge(rotation::each_once(&events))
}

async fn expire(w: &mut World) -> StepResult {
    let passed = w.visitor()?.pass(EXPIRED).await;
    w.need(passed)?;
    w.client.expiries += 1;
    Ok(())
}

/// Uses the access token, whatever comes of it: the exchanges are what is judged.
async fn use_anyhow(w: &mut World) -> StepResult {
    let (login_end, _) = used(w).await?;
    if let Observed::Unjudgeable { text, .. } = login_end.what() {
        w.client.useless.push(text);
    }
    Ok(())
}

/// So often an application may be used until it refreshes: some let the call fail that finds the
/// access token expired, and refresh before the next.
const TRIES: usize = 2;

/// How many refreshes there have been.
fn refreshes(w: &mut World) -> Result<usize, String> {
    Ok(rotation::refreshes(&w.events()?))
}

when!(
    "the application uses its access token {int} times, each time after it has expired",
    expires_each_time(times).await
);
async fn expires_each_time(w: &mut World, times: usize) -> StepResult {
    for _ in 0..times {
        let before = refreshes(w)?;
        expire(w).await?;
        for _ in 0..TRIES {
            use_anyhow(w).await?;
            if refreshes(w)? > before {
                break;
            }
        }
    }
    Ok(())
}

when!("the application uses its expired access token {int} times", expires_once(times).await);
async fn expires_once(w: &mut World, times: usize) -> StepResult {
    expire(w).await?;
    for _ in 0..times {
        use_anyhow(w).await?;
    }
    Ok(())
}

when!(
    "the application uses its expired access token {int} times at once, in {int} rounds",
    at_once(times, rounds).await
);
async fn at_once(w: &mut World, times: usize, rounds: usize) -> StepResult {
    w.deviates(format!("{times} requests at once, {rounds} rounds"));
    for _ in 0..rounds {
        let before = refreshes(w)?;
        expire(w).await?;
        for _ in 0..TRIES {
            let answered = w.visitor()?.use_token_at_once(times).await;
            if w.need(answered)? == 0 {
                w.client.useless.push("no request of a round was answered".to_owned());
            }
            if refreshes(w)? > before {
                break;
            }
        }
    }
    Ok(())
}

then!("the application has used each refresh token once, and always the newest", each_once().await);
async fn each_once(w: &mut World) -> StepResult {
    let events = w.events()?;
    let once = rotation::each_once(&events);
    if once.is_err() {
        return w.judge(once);
    }
    let (refreshes, expiries) = (rotation::refreshes(&events), w.client.expiries);
    if refreshes >= expiries {
        return w.judge(Ok(()));
    }
    if let Some(text) = w.client.useless.first().cloned() {
        return w.control_failed(text);
    }
    if refreshes == 0 {
        let text = "the application did not refresh when the API refused its access token as \
                    expired; if it uses its own clock, the profile needs a way to move it (`clock`)";
        return w.need(Err(Unmet::Lacking(text.to_owned())));
    }
    if !matches!(w.visitor()?.stage.profile.clock, Clock::None) {
        return w.control_failed(format!(
            "the application refreshed {refreshes} times and then no more: it did not keep the new \
             refresh token, or its own session ended when its clock was moved"
        ));
    }
    w.judge(Err(Mismatch::new(
        format!("{expiries} refreshes, each with the token that the one before brought"),
        format!("{refreshes} refreshes, and then the application had no refresh token to use"),
    )))
}

then!("the application has called the API with the newest access token", newest_called().await);
async fn newest_called(w: &mut World) -> StepResult {
    let events = w.events()?;
    w.judge(rotation::newest_called(&events))
}
