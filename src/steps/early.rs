//! Codes that are good before anybody has granted anything: what the browser sees on the way to a code is tried
//! in place of one.

use std::collections::BTreeSet;

use super::definition::{given, then, when};
use super::parameter::parameter;
use super::token::redeem;
use super::world::{StepResult, World};
use crate::driver::flow::Authorization;
use crate::driver::journey::{End, Journey, Stop};
use crate::driver::nested::{Found, seen};
use crate::driver::{Client as Role, Unmet, authorization};
use crate::observe::Observed;

/// More pages than these for one sign-in are not looked at.
const MOST_SIGN_INS: usize = 4;

/// How a code is called in what the browser sees.
const NAMES: [&str; 2] = ["parameter code", "member code"];

/// Where what became the code was seen before.
const PLACES: &str = "places of the code";

parameter!(String, "before", r"anybody signs in|anybody grants|the sign-in ends");

/// What the browser has seen since this exchange.
fn seen_since(w: &mut World, start: usize) -> Vec<Vec<Found>> {
    let exchanges = w.driver().journal.exchanges();
    exchanges.iter().skip(start).map(seen).collect()
}

given!("the client has redeemed a code, and notes what its browser saw before", notes().await);
async fn notes(w: &mut World) -> StepResult {
    let client = Role::default_role();
    w.driver().fresh_browser();
    let start = w.driver().journal.exchanges().len();
    let journey = w.driver().authorize(&Authorization::of(&client)).await;
    let journey = w.need(journey)?;
    let what = authorization::what(&journey);
    let text =
        || Unmet::Failed(format!("an ordinary request gave no code, but {}", what.describe()));
    let code = w.driver().code_of(&journey).ok_or_else(text);
    let code = w.control(code)?;
    let mut steps = seen_since(w, start);
    let comes = |found: &Found| found.place == "parameter code" && found.value == *code.value;
    let end = steps.iter().position(|step| step.iter().any(comes)).unwrap_or(steps.len());
    steps.truncate(end);
    let places = steps.into_iter().flatten().filter(|found| found.value == *code.value);
    let places: BTreeSet<String> = places.map(|found| found.place).collect();
    w.answers.keep(PLACES, places.into_iter().collect());
    w.issued.code = Some(code);
    redeem(w, &client, &[]).await?;
    let what = w.answer()?.what;
    w.answers.last = None;
    w.control_that(what == Observed::Tokens, || {
        format!("an ordinary token request gave no tokens, but {}", what.describe())
    })
}

when!("the client redeems what stands in the same place before {before}", redeems(before).await);
async fn redeems(w: &mut World, before: String) -> StepResult {
    let stop = match before.as_str() {
        "anybody signs in" => Stop::AtAny,
        "anybody grants" => Stop::AtChoice,
        _ => return redeems_between(w, &before).await,
    };
    if w.answers.collected(PLACES).is_empty() {
        return Ok(());
    }
    let (journey, seen) = goes(w, stop).await?;
    if authorization::what(&journey) == Observed::Code {
        let text = format!("the client gets a code before {before}");
        return w.need(Err(Unmet::Lacking(text)));
    }
    redeems_seen(w, seen, &before).await
}

/// A sign-in may take several pages or requests, and ends with the last of them.
async fn redeems_between(w: &mut World, before: &str) -> StepResult {
    for number in 1..MOST_SIGN_INS {
        let (journey, seen) = goes(w, Stop::BeforeSignIn(number)).await?;
        if !matches!(journey.end, End::Stopped { .. }) {
            // The user has signed in and granted, as at first.
            let code = w.driver().ordinary_code(&journey);
            return w.need(code.map(drop));
        }
        redeems_seen(w, seen, before).await?;
        if w.answers.last.as_ref().is_some_and(|answer| answer.what == Observed::Tokens) {
            return Ok(());
        }
    }
    Ok(())
}

/// The user is sent with an ordinary request, in a new browser, and goes no further than this; what the browser
/// saw.
async fn goes(w: &mut World, stop: Stop) -> Result<(Journey, Vec<Found>), String> {
    let client = Role::default_role();
    w.driver().fresh_browser();
    let start = w.driver().journal.exchanges().len();
    let journey = w.driver().authorize(&Authorization { stop, ..Authorization::of(&client) }).await;
    let journey = w.need(journey)?;
    Ok((journey, seen_since(w, start).into_iter().flatten().collect()))
}

/// Redeems what may be a code: what stands where a code stood, or is called one.
async fn redeems_seen(w: &mut World, seen: Vec<Found>, before: &str) -> StepResult {
    let client = Role::default_role();
    let places = w.answers.collected(PLACES);
    let may_be = |found: &Found| {
        let is_named = NAMES.iter().any(|name| found.place.ends_with(name));
        is_named || places.contains(&found.place)
    };
    for Found { place, value } in seen.into_iter().filter(may_be) {
        let Some(code) = w.driver().code_with(&value) else { continue };
        w.issued.code = Some(code);
        redeem(w, &client, &[]).await?;
        w.deviates(format!("what stood in the {place} before {before}, in place of a code"));
        if w.answer()?.what == Observed::Tokens {
            break;
        }
    }
    Ok(())
}

then!("no code is good before it is granted", none_is_good());
/// Where nothing that the browser saw before becomes the code, there is nothing to redeem.
fn none_is_good(w: &mut World) -> StepResult {
    match w.answers.last.clone() {
        Some(answer) => w.judge_what(&answer.what, "a refusal", Observed::is_refusal),
        None => w.judge(Ok(())),
    }
}
