//! Authorization requests that clients have pushed, in memory (RFC 9126).

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::wire::Params;

/// How long a pushed request waits to be referred to (RFC 9126 §2.2).
pub(in crate::server) const LIFETIME: Duration = Duration::from_secs(90);
/// How long after that its user may take to decide.
const DECISION: Duration = Duration::from_secs(15 * 60);

/// A pushed request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::server) struct Pushed {
    /// The client that pushed it.
    pub(in crate::server) client_id: String,
    /// Its parameters, without those that authenticated the client.
    pub(in crate::server) params: Params,
    /// Until when it can be referred to.
    pub(in crate::server) expires: Duration,
    /// Whether it was referred to, where a server minds that.
    pub(in crate::server) opened: bool,
}

/// All pushed requests of one server, by their references.
#[derive(Debug, Default)]
pub(in crate::server) struct PushedRequests {
    kept: Mutex<HashMap<String, Pushed>>,
}

impl PushedRequests {
    pub(in crate::server) fn lock(&self) -> MutexGuard<'_, HashMap<String, Pushed>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps a pushed request.
    pub(in crate::server) fn add(&self, now: Duration, uri: String, pushed: Pushed) {
        let mut kept = self.lock();
        kept.retain(|_, known| now < known.expires.saturating_add(DECISION));
        kept.insert(uri, pushed);
    }

    /// The request that a client refers to.
    // pushed/bound-to-client, pushed/expires, pushed/unknown-reference
    pub(in crate::server) fn find(
        &self,
        now: Duration,
        uri: &str,
        client_id: &str,
    ) -> Option<Params> {
        let kept = self.lock();
        let right = |known: &&Pushed| known.client_id == client_id && now < known.expires;
        kept.get(uri).filter(right).map(|known| known.params.clone())
    }

    /// Its user has decided: it is used, once. `false`: it was before.
    // pushed/single-use
    pub(in crate::server) fn spend(&self, uri: &str) -> bool {
        self.lock().remove(uri).is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn a_reference_works_in_time_for_its_client_until_it_is_spent() {
        let requests = PushedRequests::default();
        let params: Params = [("scope", "a")].into_iter().collect();
        let client_id = "own".to_owned();
        let pushed = Pushed { client_id, params, expires: at(90), opened: false };
        requests.add(at(0), "one".to_owned(), pushed);
        assert_eq!(requests.find(at(1), "one", "other"), None);
        assert_eq!(requests.find(at(1), "on", "own"), None);
        assert!(requests.find(at(89), "one", "own").is_some());
        assert_eq!(requests.find(at(90), "one", "own"), None);
        assert!(requests.spend("one"));
        assert!(!requests.spend("one"));
        assert_eq!(requests.find(at(1), "one", "own"), None);
    }
}
