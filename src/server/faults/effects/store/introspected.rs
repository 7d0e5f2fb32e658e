//! Mistakes with the token that is introspected.

use std::time::Duration;

use super::lookup;
use crate::server::faults::introspection as faults;
use crate::server::oauth::store::{Grant, State, Told};
use crate::testbed::Switches;

/// The pair of the access token that is meant.
pub(in crate::server) fn access(
    switches: &Switches,
    state: &State,
    (token, hint): (&str, Option<&str>),
) -> Option<u64> {
    let token = lookup::introspected(switches, &state.access, token);
    let found = state.access.get(&*token).copied();
    obeyed(switches, found, hint == Some("refresh_token"))
}

/// The pair of the refresh token that is meant.
pub(in crate::server) fn refresh(
    switches: &Switches,
    state: &State,
    (token, hint): (&str, Option<&str>),
) -> Option<u64> {
    let token = lookup::introspected(switches, &state.refresh, token);
    let found = state.refresh.get(&*token).copied();
    obeyed(switches, found, hint == Some("access_token"))
}

// introspection/wrong-hint
fn obeyed(switches: &Switches, found: Option<u64>, hinted_otherwise: bool) -> Option<u64> {
    let hidden = found.is_some() && hinted_otherwise && switches.has(&faults::HINT_OBEYED);
    found.filter(|_| !hidden)
}

/// Whether a token that is there lives: one whose time is not over, and that was not used.
pub(in crate::server) fn lives(switches: &Switches, (in_time, used): (bool, bool)) -> bool {
    (in_time || switches.has(&faults::EXPIRED_ACTIVE))
        && (!used || switches.has(&faults::USED_ACTIVE))
}

/// A token that is not there, and lives by a mistake.
pub(in crate::server) fn destroyed(
    switches: &Switches,
    state: &State,
    now: Duration,
    token: &str,
) -> Option<Told> {
    let revoked = state.revoked.get(token).filter(|_| {
        switches.has(&faults::REVOKED_ACTIVE) || switches.has(&faults::REVOKED_REFRESH_ACTIVE)
    });
    let by_code = state.codes.get(token).map(|code| &code.grant);
    let by_code = by_code.filter(|_| switches.has(&faults::CODE_ACTIVE));
    let any = Grant::default();
    let by_form = (token.len() >= 32 && !state.revoked.contains_key(token))
        .then_some(&any)
        .filter(|_| switches.has(&faults::ANY_TOKEN));
    let grant = revoked.or(by_code).or(by_form)?.clone();
    Some(Told { grant, access: true, refreshed: false, issued: now, expires: now })
}
