//! What a mistake finds a code or a token by that is presented as one of another kind.

use crate::server::oauth::store::{Grant, Store};

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

    /// What a code stands for, redeemed or not.
    pub(in crate::server) fn of_code(&self, code: &str) -> Option<Grant> {
        self.lock().codes.get(code).map(|code| code.grant.clone())
    }
}
