//! What a mistake finds a code or a token by that is presented as one of another kind.

use std::time::Duration;

use super::lookup;
use crate::server::oauth::store::{Grant, Loss, Store};

impl Store {
    /// What a refresh token stands for.
    pub(in crate::server) fn of_refresh(&self, refresh: &str) -> Option<Grant> {
        let state = self.lock();
        state.pairs.get(state.refresh.get(refresh)?).map(|pair| pair.grant.clone())
    }

    /// What an access token stands for, or stood for before it expired.
    pub(in crate::server) fn of_access(&self, access: &str) -> Option<Grant> {
        let state = self.lock();
        state.pairs.get(state.access.get(access)?).map(|pair| pair.grant.clone())
    }

    /// Whether a token is an access token whose time is over, and whether it is a refresh token that was used.
    pub(in crate::server) fn ended(&self, now: Duration, token: &str) -> (bool, bool) {
        let state = self.lock();
        let pair = |id: Option<&_>| id.and_then(|id| state.pairs.get(id));
        let expired = pair(state.access.get(token)).is_some_and(|it| now >= it.access_expires);
        (expired, pair(state.refresh.get(token)).is_some_and(|it| it.refresh_used))
    }

    /// What a code stands for, redeemed or not.
    pub(in crate::server) fn of_code(&self, code: &str) -> Option<Grant> {
        self.lock().codes.get(code).map(|code| code.grant.clone())
    }

    /// What an access token stands for that is close to this one.
    // exchange/subject-invalid
    pub(in crate::server) fn near(&self, sent: &str) -> Option<Grant> {
        let meant = lookup::exchanged(&self.switches, &self.lock().access, sent).into_owned();
        self.of_access(&meant).filter(|_| meant != sent)
    }

    /// Ends an access token.
    // exchange/subject-stays
    pub(in crate::server) fn end(&self, access: &str) {
        let mut state = self.lock();
        let id = state.access.get(access).copied();
        id.into_iter().for_each(|id| state.destroy(id, Loss::Access));
    }
}
