//! What only mistakes ask the store for.

use std::time::Duration;

use crate::server::faults::refresh;
use crate::server::oauth::store::{Grant, Loss, Pair, Store};

/// What only mistakes ask the store for.
impl Store {
    /// Counts a refresh token as used, or destroys its pair, without giving anything for it.
    // refresh/failed-refresh-consumes-nothing
    pub(in crate::server) fn spoil_refresh(&self, refresh: &str) {
        let mut state = self.lock();
        let Some(id) = state.refresh.get(refresh).copied() else { return };
        if self.switches.has(&refresh::FAILURE_REVOKES) {
            state.destroy(id, Loss::Pair);
        } else if let Some(pair) = state.pairs.get_mut(&id) {
            pair.refresh_used = true;
        }
    }

    /// Whether a refresh token could be used now.
    // token/losers-refused
    pub(in crate::server) fn is_unused(&self, refresh: &str) -> bool {
        let state = self.lock();
        let pair = state.refresh.get(refresh).and_then(|id| state.pairs.get(id));
        pair.is_some_and(|pair| !pair.refresh_used)
    }

    /// Whether a code could be redeemed now.
    // token/losers-refused
    pub(in crate::server) fn is_unredeemed(&self, code: &str) -> bool {
        self.lock().codes.get(code).is_some_and(|code| code.redeemed.is_none())
    }

    /// A code that begins like this.
    // code/unknown
    pub(in crate::server) fn code_that_begins(&self, start: &str) -> Option<String> {
        self.lock().codes.keys().find(|code| code.starts_with(start)).cloned()
    }

    /// The client that a code was issued to.
    // token/public-names-itself
    pub(in crate::server) fn client_of_code(&self, code: &str) -> Option<String> {
        self.lock().codes.get(code).map(|code| code.grant.client_id.clone())
    }

    /// The client that a refresh token was issued to.
    // refresh/bound-to-client, refresh/needs-client-credentials
    pub(in crate::server) fn client_of_refresh(&self, refresh: &str) -> Option<String> {
        let state = self.lock();
        let pair = state.refresh.get(refresh).and_then(|id| state.pairs.get(id));
        pair.map(|pair| pair.grant.client_id.clone())
    }

    /// The access token that the user and the client of a code have, as long as it lives.
    // access-token/unguessable
    pub(in crate::server) fn live_access(&self, now: Duration, code: &str) -> Option<String> {
        let state = self.lock();
        let new = &state.codes.get(code)?.grant;
        let same = |old: &Grant| {
            (&old.client_id, &old.user_id, &old.scopes)
                == (&new.client_id, &new.user_id, &new.scopes)
        };
        let lives = |pair: &&Pair| {
            now < pair.access_expires && state.access.contains_key(&pair.tokens.access)
        };
        let pair = state.pairs.values().filter(|pair| same(&pair.grant)).find(lives)?;
        Some(pair.tokens.access.clone())
    }

    /// Makes an access token one for all that was granted, where a refresh asked for less.
    // refresh/scope-told, introspection/agrees
    pub(in crate::server) fn unnarrow(&self, access: &str) {
        let mut state = self.lock();
        let id = state.access.get(access).copied();
        let Some(pair) = id.and_then(|id| state.pairs.get_mut(&id)) else { return };
        let granted = pair.grant.granted.clone();
        if let Some(granted) = granted.filter(|_| self.switches.has(&refresh::NARROWS_IN_WORDS)) {
            pair.grant.scopes = granted;
        }
    }

    /// Narrows what the refresh token beside an access token is for.
    // refresh/scope-kept
    pub(in crate::server) fn narrow_session(&self, access: &str, scopes: &[String]) {
        let mut state = self.lock();
        let id = state.access.get(access).copied();
        if let Some(pair) = id.and_then(|id| state.pairs.get_mut(&id)) {
            pair.grant.granted = Some(scopes.to_vec());
        }
    }

    /// What an access token stood for that was destroyed.
    // downscope/never-widens
    pub(in crate::server) fn last_of(&self, access: &str) -> Option<Grant> {
        self.lock().revoked.get(access).cloned()
    }

    /// The user who granted last.
    // identity/current-user
    pub(in crate::server) fn newest_user(&self) -> Option<String> {
        let state = self.lock();
        let newest = state.pairs.iter().max_by_key(|(id, _)| **id);
        newest.map(|(_, pair)| pair.grant.user_id.clone())
    }

    /// Destroys every token of a client.
    // revoke/token-required
    pub(in crate::server) fn revoke_all(&self, client_id: &str) {
        self.lock().destroy_where(Loss::Pair, |pair| pair.grant.client_id == client_id);
    }
}
