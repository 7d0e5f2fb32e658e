//! What stands between the suite and a target that must not be overrun, or that is silent.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use futures::future::{BoxFuture, FutureExt};
use tokio::sync::Mutex;

use super::breaker::{Breaker, Pass};
use super::limiter::Limiter;
use crate::wire::transport::Sent;
use crate::wire::{Request, Transport, TransportError};

/// A transport that keeps to the limits of the profile, and gives up on a silent target.
pub struct Guard {
    inner: Arc<dyn Transport>,
    pause: Option<Duration>,
    next: Mutex<Instant>,
    budget: Option<u64>,
    sent: AtomicU64,
    breaker: Breaker,
    limiter: Limiter,
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
            breaker: Breaker::new(),
            limiter: Limiter::default(),
        }
    }

    async fn admit(&self, requests: &[Request]) -> Result<Pass, TransportError> {
        let count = requests.len();
        for request in requests {
            self.limiter.admit(request).map_err(TransportError::Limited)?;
        }
        let pass = self.breaker.admit().await.map_err(TransportError::GivenUp)?;
        let sent = self.sent.fetch_add(count as u64, Ordering::SeqCst);
        if self.budget.is_some_and(|budget| sent + count as u64 > budget) {
            return Err(TransportError::OverBudget);
        }
        if let Some(pause) = self.pause {
            let mut next = self.next.lock().await;
            tokio::time::sleep_until((*next).into()).await;
            *next = Instant::now() + pause * u32::try_from(count).unwrap_or(u32::MAX);
        }
        Ok(pass)
    }

    fn note(&self, pass: Pass, request: &Request, sent: &Sent) {
        self.limiter.note(request, sent);
        match sent {
            Err(TransportError::TimedOut(_)) => self.breaker.timed_out(pass),
            _ => self.breaker.answered(),
        }
    }
}

impl Transport for Guard {
    fn send<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Sent> {
        async move {
            let pass = self.admit(std::slice::from_ref(request)).await?;
            let sent = self.inner.send(request).await;
            self.note(pass, request, &sent);
            sent
        }
        .boxed()
    }

    fn race<'a>(&'a self, requests: &'a [Request]) -> BoxFuture<'a, Vec<Sent>> {
        async move {
            let pass = match self.admit(requests).await {
                Ok(pass) => pass,
                Err(error) => return requests.iter().map(|_| Err(error.clone())).collect(),
            };
            let sent = self.inner.race(requests).await;
            requests.iter().zip(&sent).for_each(|(request, sent)| self.note(pass, request, sent));
            sent
        }
        .boxed()
    }

    fn set_timeout(&self, timeout: Duration) {
        self.inner.set_timeout(timeout);
    }

    fn keep_connections(&self, keep: bool) {
        self.inner.keep_connections(keep);
    }

    fn has_given_up(&self) -> bool {
        self.breaker.has_given_up()
    }

    fn limit(&self) -> Option<String> {
        self.limiter.met()
    }
}
