//! What the introspection endpoint learns of a token (RFC 7662 §2.2).

use std::time::Duration;

use super::{Grant, Store};
use crate::server::faults::effects::store::introspected as effects;

/// A token that lives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::server) struct Told {
    pub(in crate::server) grant: Grant,
    /// Whether it is an access token, and not a refresh token.
    pub(in crate::server) access: bool,
    /// Whether it came by a refresh.
    pub(in crate::server) refreshed: bool,
    pub(in crate::server) issued: Duration,
    pub(in crate::server) expires: Duration,
}

impl Store {
    /// What a token stands for, of either kind; `None` where it is unknown, expired, used or destroyed.
    pub(in crate::server) fn told(
        &self,
        now: Duration,
        (token, hint): (&str, Option<&str>),
    ) -> Option<Told> {
        let state = self.lock();
        // introspection/unknown-token
        let access = effects::access(&self.switches, &state, (token, hint));
        let refresh = effects::refresh(&self.switches, &state, (token, hint));
        let id = access.or(refresh);
        let Some(pair) = id.and_then(|id| state.pairs.get(&id)) else {
            // introspection/revoked-token
            return effects::destroyed(&self.switches, &state, now, token);
        };
        let expires = if access.is_some() { pair.access_expires } else { pair.refresh_expires };
        let told = Told {
            grant: pair.grant.clone(),
            access: access.is_some(),
            refreshed: state.pairs.values().any(|before| before.successor == id),
            issued: pair.issued,
            expires,
        };
        // introspection/expired-token, introspection/used-refresh-token
        let used = access.is_none() && pair.refresh_used;
        effects::lives(&self.switches, (now < expires, used)).then_some(told)
    }
}
