//! Some servers make tokens of user, client and second, so that two grants within one second bring the same
//! tokens, or break. Where that was found, grants of one client come in seconds of their own.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How long after a grant tokens that are made of the time in seconds are other ones.
pub const SECOND: Duration = Duration::from_millis(1100);

/// When each client last asked for tokens, where that matters.
#[derive(Debug, Default)]
pub(super) struct Spacing {
    is_on: AtomicBool,
    last: Mutex<HashMap<String, Instant>>,
}

impl Spacing {
    pub(super) fn begin(&self) {
        self.is_on.store(true, Ordering::Relaxed);
    }

    pub(super) fn has_begun(&self) -> bool {
        self.is_on.load(Ordering::Relaxed)
    }

    /// Waits until this client has asked for no tokens for a second.
    pub(super) async fn turn(&self, client: &str) {
        while let Some(wait) = self.take(client) {
            tokio::time::sleep(wait).await;
        }
    }

    /// The client got no tokens by its last request, so that nothing has to wait for it.
    pub(super) fn give_back(&self, client: &str) {
        self.last().remove(client);
    }

    /// Takes the second that has come for this client, or says how long that takes.
    fn take(&self, client: &str) -> Option<Duration> {
        let (mut last, now) = (self.last(), Instant::now());
        let wait = last.get(client).and_then(|then| SECOND.checked_sub(now - *then));
        let wait = wait.filter(|wait| !wait.is_zero());
        if wait.is_none() {
            last.insert(client.to_owned(), now);
        }
        wait
    }

    fn last(&self) -> MutexGuard<'_, HashMap<String, Instant>> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_takes_a_second_once_and_another_client_its_own() {
        let spacing = Spacing::default();
        assert_eq!(spacing.take("a"), None);
        assert!(spacing.take("a").is_some_and(|wait| wait <= SECOND));
        assert_eq!(spacing.take("b"), None);
        spacing.give_back("a");
        assert_eq!(spacing.take("a"), None);
    }
}
