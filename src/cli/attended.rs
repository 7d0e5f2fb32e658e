//! Runs in which a person signs in (`login.person`).

use std::collections::BTreeMap;
use std::io::{IsTerminal, stderr, stdin};

use super::Failure;
use super::run::Setup;
use crate::driver::{Person, is_received};
use crate::profile::Profile;
use crate::runner::Todo;

/// Whether somebody can be asked: nobody waits for a person who sees nothing.
///
/// # Errors
/// What to do, where nobody can.
pub(super) async fn check(setup: &Setup, attended: bool) -> Result<(), Failure> {
    let Some(text) = profile(setup).filter(|_| !attended).and_then(unseen) else { return Ok(()) };
    setup.farewell().await;
    Err(Failure::usage(format!("login.person: {text}")))
}

/// The profile of a target at which a person signs in.
fn profile(setup: &Setup) -> Option<&Profile> {
    setup.server().ok().filter(|profile| profile.login.person.is_some())
}

/// Why nobody sees what is asked, or can answer it.
fn unseen(profile: &Profile) -> Option<&'static str> {
    if !stderr().is_terminal() {
        return Some(
            "a person has to be shown a URL, and standard error is no terminal; run it in a terminal, or \
             with --attended where somebody reads along",
        );
    }
    let uri = profile.client("default").and_then(|client| client.redirect_uris.first());
    (!uri.is_some_and(|uri| is_received(uri)) && !stdin().is_terminal()).then_some(
        "the redirect URI of clients.default is not of this machine, so the URL that the browser is sent \
         to has to be pasted, and standard input is no terminal; run it in a terminal, with --attended, or \
         register http://127.0.0.1:8765/callback",
    )
}

/// A command that would ask too often.
///
/// # Errors
/// Where the profile leaves the login to a person.
pub(super) async fn none(setup: &Setup, command: &str) -> Result<(), Failure> {
    if profile(setup).is_none() {
        return Ok(());
    }
    setup.farewell().await;
    Err(Failure::usage(format!(
        "login.person: a person signs in a few times in `oauthspec run`, and {command} would ask far \
         oftener; `oauthspec run` tries the ordinary flow first, and says what does not work"
    )))
}

/// How many rules of a run take nobody who signs in, in a line; empty: nobody is asked.
pub(super) fn outlook(setup: &Setup) -> String {
    let terms = profile(setup).and_then(|profile| profile.login.person.as_ref());
    let Some(terms) = terms else { return String::new() };
    let mut rules: BTreeMap<&str, bool> = BTreeMap::new();
    let all = &setup.plan.scenarios;
    for planned in all.iter().filter(|it| matches!(it.todo, Todo::Run { .. })) {
        *rules.entry(&planned.rule.id).or_default() |= !planned.item.has_nobody_sign_in();
    }
    let without = rules.values().filter(|takes| !**takes).count();
    format!(
        "{without} of {} rules take nobody who signs in (`oauthspec list --nobody-signs-in`); for the others \
         a person is asked to sign in up to {} times\n",
        rules.len(),
        terms.times
    )
}

/// How often a person was asked.
pub(super) fn asked(person: &Person) -> String {
    let (asked, most) = person.asked();
    format!("a person was asked to sign in {asked} times of at most {most} (login.person.times)")
}
