//! What the introspection endpoint learns of a token (RFC 7662 §2.2).

use std::time::Duration;

use super::{Grant, Pair, Store};

/// A token that lives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::server) struct Told {
    pub(in crate::server) grant: Grant,
    /// Whether it is an access token, and not a refresh token.
    pub(in crate::server) access: bool,
    /// Whether a refresh token brought it.
    pub(in crate::server) refreshed: bool,
    pub(in crate::server) issued: Duration,
    pub(in crate::server) expires: Duration,
}

impl Told {
    /// An access token of a grant that lives for now.
    pub(in crate::server) fn now(now: Duration, grant: Grant) -> Self {
        Self { grant, access: true, refreshed: false, issued: now, expires: now }
    }

    /// What one of the tokens of a pair stands for.
    pub(in crate::server) fn of(pair: &Pair, access: bool) -> Self {
        let expires = if access { pair.access_expires } else { pair.refresh_expires };
        let grant = if access { pair.of_access() } else { pair.grant.clone() };
        Self { grant, access, refreshed: pair.refreshed, issued: pair.issued, expires }
    }
}

impl Store {
    /// What a token stands for, of either kind; `None` where it is unknown, expired, used or destroyed.
    pub(in crate::server) fn told(&self, now: Duration, token: &str) -> Option<Told> {
        let state = self.lock();
        self.switches.time_counts();
        // introspection/unknown-token, introspection/revoked-token
        let access = state.access.get(token);
        let pair = state.pairs.get(access.or_else(|| state.refresh.get(token))?)?;
        let told = Told::of(pair, access.is_some());
        // introspection/expired-token, introspection/used-refresh-token
        let used = access.is_none() && pair.refresh_used;
        (now < told.expires && !used).then_some(told)
    }

    /// Gives an access token another name.
    pub(in crate::server) fn rename(&self, access: &str, name: &str) {
        let mut state = self.lock();
        let Some(id) = state.access.remove(access) else { return };
        state.access.insert(name.to_owned(), id);
        if let Some(pair) = state.pairs.get_mut(&id) {
            name.clone_into(&mut pair.tokens.access);
        }
    }

    /// The access token whose name has a property.
    pub(in crate::server) fn named(&self, is: impl Fn(&str) -> bool) -> Option<String> {
        self.lock().access.keys().find(|name| is(name)).cloned()
    }
}
