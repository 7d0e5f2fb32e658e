//! Mistakes with the token that is introspected.

use std::time::Duration;

use super::lookup;
use crate::server::faults::introspection as faults;
use crate::server::oauth::store::{Grant, Store, Told};

impl Store {
    /// The token that is taken to be meant.
    pub(in crate::server) fn meant(&self, token: &str) -> String {
        let state = self.lock();
        let access = lookup::introspected(&self.switches, &state.access, token);
        let refresh = lookup::introspected(&self.switches, &state.refresh, token);
        if access == token { refresh.into_owned() } else { access.into_owned() }
    }

    /// Whether a token is the access token of a refresh.
    pub(in crate::server) fn is_refreshed(&self, token: &str) -> bool {
        let state = self.lock();
        let id = state.access.get(token);
        id.is_some_and(|id| state.pairs.values().any(|before| before.successor == Some(*id)))
    }

    /// Whether the access token of a refresh is taken to end with the one before it, which has expired.
    pub(in crate::server) fn ends_with_first(&self, now: Duration, token: &str) -> bool {
        let state = self.lock();
        let id = state.access.get(token);
        let is_over = |id: &u64| {
            let mut before = state.pairs.values().filter(|before| before.successor == Some(*id));
            before.any(|before| before.access_expires <= now)
        };
        self.switches.has(&faults::REFRESHED_EXPIRED) && id.is_some_and(is_over)
    }

    /// When the first access token of a grant ends, of which another one is asked about.
    pub(in crate::server) fn first_expiry(&self, token: &str) -> Option<Duration> {
        let state = self.lock();
        let known = state.access.get(token).and_then(|id| state.pairs.get(id))?;
        let kin = state.pairs.values().filter(|pair| pair.family == known.family);
        kin.map(|pair| pair.access_expires).min()
    }

    /// The user who granted last.
    pub(in crate::server) fn last_user(&self) -> Option<String> {
        let state = self.lock();
        let mut pairs = state.pair_order.iter().rev().filter_map(|id| state.pairs.get(id));
        let last = pairs.find(|pair| !pair.grant.user_id.is_empty())?;
        Some(last.grant.user_id.clone())
    }

    /// Whether a refresh token is taken to end with its access token, which has expired.
    pub(in crate::server) fn outlives(&self, now: Duration, token: &str) -> bool {
        let state = self.lock();
        let pair = state.refresh.get(token).and_then(|id| state.pairs.get(id));
        pair.is_some_and(|pair| pair.access_expires <= now)
            && self.switches.has(&faults::REFRESH_EXPIRED)
    }

    /// Whether a token was revoked.
    pub(in crate::server) fn was_revoked(&self, token: &str) -> bool {
        self.lock().revoked.contains_key(token)
    }

    /// A token that does not live, and does by a mistake.
    pub(in crate::server) fn raised(&self, now: Duration, token: &str) -> Option<Told> {
        let (state, switches) = (self.lock(), &self.switches);
        let pair = |id: Option<&u64>| id.and_then(|id| state.pairs.get(id));
        let expired =
            pair(state.access.get(token)).filter(|_| switches.has(&faults::EXPIRED_ACTIVE));
        let used = pair(state.refresh.get(token)).filter(|_| switches.has(&faults::USED_ACTIVE));
        if let Some(pair) = expired.or(used) {
            return Some(Told::of(pair, expired.is_some()));
        }
        let revoked = state.revoked.get(token).filter(|_| {
            switches.has(&faults::REVOKED_ACTIVE) || switches.has(&faults::REVOKED_REFRESH_ACTIVE)
        });
        let by_code = state.codes.get(token).map(|code| &code.grant);
        let by_code = by_code.filter(|_| switches.has(&faults::CODE_ACTIVE));
        let any = Grant::default();
        let mut places = [&state.access, &state.refresh].into_iter();
        let known =
            state.revoked.contains_key(token) || places.any(|place| place.contains_key(token));
        let by_form = (token.len() >= 32 && !known).then_some(&any);
        let by_form = by_form.filter(|_| switches.has(&faults::ANY_TOKEN));
        let grant = revoked.or(by_code).or(by_form)?.clone();
        Some(Told::now(now, grant))
    }
}
