//! What stands between the suite and a target that must not be overrun, or that is silent.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use futures::future::{BoxFuture, FutureExt};
use tokio::sync::Mutex;

use crate::wire::transport::Sent;
use crate::wire::{Request, Transport, TransportError};

/// After this many time-outs in a row nothing more is sent.
const TIMEOUTS_IN_A_ROW: u32 = 5;

/// A transport that keeps to the limits of the profile, and gives up on a silent target.
pub struct Guard {
    inner: Arc<dyn Transport>,
    pause: Option<Duration>,
    next: Mutex<Instant>,
    budget: Option<u64>,
    sent: AtomicU64,
    silent: AtomicU32,
}

impl Guard {
    /// Wraps `inner`; `rate` in requests a second, `budget` in requests of the whole run.
    pub fn new(inner: Arc<dyn Transport>, rate: Option<u32>, budget: Option<u64>) -> Self {
        Self {
            inner,
            pause: rate.filter(|rate| *rate > 0).map(|rate| Duration::from_secs(1) / rate),
            next: Mutex::new(Instant::now()),
            budget,
            sent: AtomicU64::new(0),
            silent: AtomicU32::new(0),
        }
    }

    async fn admit(&self, count: usize) -> Result<(), TransportError> {
        let silent = self.silent.load(Ordering::SeqCst);
        if silent >= TIMEOUTS_IN_A_ROW {
            return Err(TransportError::GivenUp(silent));
        }
        let sent = self.sent.fetch_add(count as u64, Ordering::SeqCst);
        if self.budget.is_some_and(|budget| sent + count as u64 > budget) {
            let text = "the request budget of the profile (limits.requests) is used up";
            return Err(TransportError::Unsendable(text.to_owned()));
        }
        if let Some(pause) = self.pause {
            let mut next = self.next.lock().await;
            tokio::time::sleep_until((*next).into()).await;
            *next = Instant::now() + pause * u32::try_from(count).unwrap_or(u32::MAX);
        }
        Ok(())
    }

    fn note(&self, sent: &Sent) {
        match sent {
            Err(TransportError::TimedOut(_)) => {
                self.silent.fetch_add(1, Ordering::SeqCst);
            }
            _ => self.silent.store(0, Ordering::SeqCst),
        }
    }
}

impl Transport for Guard {
    fn send<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Sent> {
        async move {
            self.admit(1).await?;
            let sent = self.inner.send(request).await;
            self.note(&sent);
            sent
        }
        .boxed()
    }

    fn race<'a>(&'a self, requests: &'a [Request]) -> BoxFuture<'a, Vec<Sent>> {
        async move {
            if let Err(error) = self.admit(requests.len()).await {
                return requests.iter().map(|_| Err(error.clone())).collect();
            }
            let sent = self.inner.race(requests).await;
            sent.iter().for_each(|sent| self.note(sent));
            sent
        }
        .boxed()
    }
}
