//! What codes and tokens are for (RFC 8707 §2).

use super::{Grant, Pair, Store};

impl Pair {
    /// What the access token stands for.
    pub(in crate::server) fn of_access(&self) -> Grant {
        let mut grant = self.grant.clone();
        if !self.resources.is_empty() {
            grant.resources.clone_from(&self.resources);
        }
        grant
    }
}

impl Store {
    /// The resources that a code or a refresh token is for.
    pub(in crate::server) fn resources_of(&self, token: &str) -> Vec<String> {
        self.grant_of(token).map(|grant| grant.resources).unwrap_or_default()
    }

    /// Makes an access token one for these resources alone. What was granted stays.
    pub(in crate::server) fn narrow(&self, access: &str, resources: &[String]) {
        let mut state = self.lock();
        let id = state.access.get(access).copied();
        if let Some(pair) = id.and_then(|id| state.pairs.get_mut(&id)) {
            pair.resources = resources.to_vec();
        }
    }
}
