//! Gives up on a target that does not answer, and not too early: time-outs of one burst count once,
//! and one request is tried after a pause before everything else is given up.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

/// After this many bursts of time-outs in a row the target is left alone for a while.
const BURSTS: u32 = 4;

/// How long it is left alone before one more request is tried.
const PAUSE: Duration = Duration::from_secs(2);

/// What requests may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// All are sent.
    Closed,
    /// None is sent until then.
    Open { until: Instant },
    /// One is on its way; the others wait for what becomes of it.
    Probing,
    /// None is sent any more.
    GivenUp,
}

/// How a request was let through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Pass {
    sent: Instant,
    probe: bool,
}

#[derive(Debug)]
struct Count {
    state: State,
    /// Bursts of time-outs since the last answer.
    bursts: u32,
    /// When the last of them was counted.
    last: Option<Instant>,
}

/// The breaker of one target.
#[derive(Debug)]
pub(super) struct Breaker {
    count: Mutex<Count>,
    changed: Notify,
    pause: Duration,
}

impl Breaker {
    pub(super) fn new() -> Self {
        Self::pausing(PAUSE)
    }

    fn pausing(pause: Duration) -> Self {
        let count = Count { state: State::Closed, bursts: 0, last: None };
        Self { count: Mutex::new(count), changed: Notify::new(), pause }
    }

    fn lock(&self) -> MutexGuard<'_, Count> {
        self.count.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until a request may be sent.
    ///
    /// # Errors
    /// Once nothing is sent any more: the number of time-outs in a row.
    pub(super) async fn admit(&self) -> Result<Pass, u32> {
        loop {
            let changed = self.changed.notified();
            let now = Instant::now();
            let until = {
                let mut count = self.lock();
                match count.state {
                    State::Closed => return Ok(Pass { sent: now, probe: false }),
                    State::GivenUp => return Err(count.bursts),
                    State::Open { until } if until <= now => {
                        count.state = State::Probing;
                        return Ok(Pass { sent: now, probe: true });
                    }
                    State::Open { until } => Some(until),
                    State::Probing => None,
                }
            };
            match until {
                Some(until) => tokio::time::sleep_until(until).await,
                // What is missed between the look and the wait is seen within a pause.
                None => drop(tokio::time::timeout(self.pause, changed).await),
            }
        }
    }

    /// Whether nothing is sent any more.
    pub(super) fn has_given_up(&self) -> bool {
        self.lock().state == State::GivenUp
    }

    /// The target answered a request, with whatever.
    pub(super) fn answered(&self) {
        let mut count = self.lock();
        if count.bursts > 0 || count.state != State::Closed {
            *count = Count { state: State::Closed, bursts: 0, last: None };
            self.changed.notify_waiters();
        }
    }

    /// A request that was let through so was not answered in time.
    pub(super) fn timed_out(&self, pass: Pass) {
        let mut count = self.lock();
        if pass.probe {
            count.bursts += 1;
            count.state = State::GivenUp;
            self.changed.notify_waiters();
            return;
        }
        // What was on its way when the last one was counted belongs to the same burst.
        let same_burst = count.last.is_some_and(|last| pass.sent < last);
        if same_burst || count.state != State::Closed {
            return;
        }
        count.bursts += 1;
        count.last = Some(Instant::now());
        if count.bursts >= BURSTS {
            count.state = State::Open { until: Instant::now() + self.pause };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn breaker() -> Breaker {
        Breaker::pausing(Duration::from_millis(1))
    }

    async fn bursts(breaker: &Breaker, count: u32) {
        for _ in 0..count {
            let passes = [breaker.admit().await.unwrap(), breaker.admit().await.unwrap()];
            passes.into_iter().for_each(|pass| breaker.timed_out(pass));
        }
    }

    #[tokio::test]
    async fn a_burst_counts_once() {
        let breaker = breaker();
        bursts(&breaker, BURSTS - 1).await;
        assert_eq!(breaker.lock().state, State::Closed);
        assert_eq!(breaker.lock().bursts, BURSTS - 1);
        breaker.answered();
        assert_eq!(breaker.lock().bursts, 0);
    }

    #[tokio::test]
    async fn one_more_request_decides() {
        let breaker = breaker();
        bursts(&breaker, BURSTS).await;
        let probe = breaker.admit().await.unwrap();
        assert!(probe.probe);
        breaker.answered();
        bursts(&breaker, BURSTS).await;
        let probe = breaker.admit().await.unwrap();
        let (waiting, ()) = tokio::join!(breaker.admit(), async { breaker.timed_out(probe) });
        assert_eq!(waiting, Err(BURSTS + 1));
        assert_eq!(breaker.admit().await, Err(BURSTS + 1));
    }
}
