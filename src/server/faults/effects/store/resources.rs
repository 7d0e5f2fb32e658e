//! Mistakes with what codes and tokens are for.

use crate::server::oauth::store::{Grant, State, Store};

/// What a code or a refresh token stands for.
fn grant<'s>(state: &'s mut State, token: &str) -> Option<&'s mut Grant> {
    let id = state.refresh.get(token).copied();
    match id {
        Some(id) => state.pairs.get_mut(&id).map(|pair| &mut pair.grant),
        None => state.codes.get_mut(token).map(|code| &mut code.grant),
    }
}

impl Store {
    /// Adds resources to what a code or a refresh token stands for; `false` where there is none.
    // audience/code-never-widens, audience/refresh-never-widens
    pub(in crate::server) fn widen(&self, token: &str, resources: &[String]) -> bool {
        let mut state = self.lock();
        let granted = grant(&mut state, token);
        granted.map(|grant| grant.resources.extend_from_slice(resources)).is_some()
    }

    /// Makes these resources, or the usual ones, all that was granted with an access token.
    // audience/chosen, audience/granted-is-kept
    pub(in crate::server) fn regrant(&self, access: &str, resources: &[String]) {
        let mut state = self.lock();
        let id = state.access.get(access).copied();
        if let Some(pair) = id.and_then(|id| state.pairs.get_mut(&id)) {
            pair.grant.resources = resources.to_vec();
        }
    }
}
