//! Leaves an endpoint alone that limits requests for longer than anybody waits: each further request would
//! be refused like the last, and keep the limit up.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::wire::transport::Sent;
use crate::wire::{Request, Response};

/// So many refusals in a row that name a long wait are enough.
const LONG: usize = 5;

/// So many are where no wait is named, or a short one.
const SHORT: usize = 20;

/// From this wait on it is a long one.
const WAIT: Duration = Duration::from_secs(60);

/// How an endpoint answered last.
#[derive(Debug, Default)]
struct Count {
    /// Refusals in a row.
    refused: usize,
    /// Those among them that named a long wait.
    long: usize,
    /// Until when nothing is sent there, and why.
    closed: Option<(Option<Instant>, String)>,
}

/// The limits that one target showed, by path.
#[derive(Debug, Default)]
pub(super) struct Limiter {
    paths: Mutex<BTreeMap<String, Count>>,
}

impl Limiter {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Count>> {
        self.paths.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a request may be sent.
    ///
    /// # Errors
    /// The limit that was met.
    pub(super) fn admit(&self, request: &Request) -> Result<(), String> {
        let mut paths = self.lock();
        let Some(count) = paths.get_mut(request.path()) else { return Ok(()) };
        match &count.closed {
            Some((until, why)) if until.is_none_or(|until| until > Instant::now()) => {
                Err(why.clone())
            }
            Some(_) => {
                *count = Count::default();
                Ok(())
            }
            None => Ok(()),
        }
    }

    /// Takes note of an answer.
    pub(super) fn note(&self, request: &Request, sent: &Sent) {
        let Ok(response) = sent else { return };
        let mut paths = self.lock();
        if response.status != 429 {
            if let Some(count) = paths.get_mut(request.path()).filter(|it| it.closed.is_none()) {
                *count = Count::default();
            }
            return;
        }
        let wait = wait(response);
        let count = paths.entry(request.path().to_owned()).or_default();
        count.refused += 1;
        count.long += usize::from(wait.is_some_and(|wait| wait >= WAIT));
        if (count.long >= LONG || count.refused >= SHORT) && count.closed.is_none() {
            let until = wait.and_then(|wait| Instant::now().checked_add(wait));
            let told = response.headers.text("retry-after");
            let told = told.map(|told| format!(", Retry-After: {told}")).unwrap_or_default();
            let why = format!("the server limits requests to {} (429{told})", request.path());
            count.closed = Some((until, why));
        }
    }

    /// The first limit that was met, in words.
    pub(super) fn met(&self) -> Option<String> {
        self.lock().values().find_map(|count| count.closed.as_ref().map(|(_, why)| why.clone()))
    }
}

/// The seconds of `Retry-After` (RFC 9110 §10.2.3); a date counts as none.
fn wait(response: &Response) -> Option<Duration> {
    response.headers.text("retry-after")?.trim().parse().ok().map(Duration::from_secs)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::Origin;

    fn request(path: &str) -> Request {
        let url = url::Url::parse("http://127.0.0.1:1").unwrap();
        Request::new("POST", Origin::of(&url).unwrap(), path)
    }

    fn refusal(wait: Option<&str>) -> Sent {
        let mut response = Response::new(429);
        wait.into_iter().for_each(|wait| response.headers.push("Retry-After", wait));
        Ok(response)
    }

    #[test]
    fn a_long_wait_closes_its_path_alone() {
        let limiter = Limiter::default();
        for _ in 1..LONG {
            limiter.note(&request("/token"), &refusal(Some("899")));
        }
        assert_eq!(limiter.admit(&request("/token")), Ok(()));
        limiter.note(&request("/token"), &refusal(Some("899")));
        let why = "the server limits requests to /token (429, Retry-After: 899)";
        assert_eq!(limiter.admit(&request("/token")), Err(why.to_owned()));
        assert_eq!(limiter.admit(&request("/authorize")), Ok(()));
        assert_eq!(limiter.met().as_deref(), Some(why));
    }

    #[test]
    fn an_answer_between_begins_anew_and_short_waits_take_longer() {
        let limiter = Limiter::default();
        for _ in 0..3 {
            (1..LONG).for_each(|_| limiter.note(&request("/a"), &refusal(Some("899"))));
            limiter.note(&request("/a"), &Ok(Response::new(400)));
        }
        (1..SHORT).for_each(|_| limiter.note(&request("/a"), &refusal(None)));
        assert_eq!(limiter.met(), None);
        limiter.note(&request("/a"), &refusal(None));
        assert!(limiter.admit(&request("/a")).is_err());
    }
}
