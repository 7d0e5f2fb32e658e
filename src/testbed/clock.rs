//! Time as the server sees it: the only place in `server` that reads a clock.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Where the server reads the time. Every lifetime is measured on it.
pub trait Clock: Send + Sync {
    /// Time since the Unix epoch.
    fn now(&self) -> Duration;

    /// Moves the clock forward; there is no way back.
    fn advance(&self, by: Duration);
}

/// A clock that stands still until it is moved: 60 days pass in no time.
#[derive(Debug)]
pub struct ManualClock(Mutex<Duration>);

impl ManualClock {
    /// A clock that shows this time since the Unix epoch.
    pub fn at(now: Duration) -> Self {
        Self(Mutex::new(now))
    }
}

impl Default for ManualClock {
    /// An arbitrary fixed day, 2025-01-01 00:00 UTC, so that runs can be repeated.
    fn default() -> Self {
        Self::at(Duration::from_secs(1_735_689_600))
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Duration {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn advance(&self, by: Duration) {
        let mut now = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *now = now.saturating_add(by);
    }
}

/// The system's clock plus an offset that can grow: for `serve`.
#[derive(Debug, Default)]
pub struct MovableClock(Mutex<Duration>);

impl Clock for MovableClock {
    fn now(&self) -> Duration {
        let offset = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // A system clock before 1970 is read as 1970: lifetimes are differences, not dates.
        let system = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        system.saturating_add(offset)
    }

    fn advance(&self, by: Duration) {
        let mut offset = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *offset = offset.saturating_add(by);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manual_clock_moves_only_when_told() {
        let clock = ManualClock::at(Duration::from_secs(5));
        assert_eq!(clock.now(), clock.now());
        clock.advance(Duration::from_secs(3));
        assert_eq!(clock.now(), Duration::from_secs(8));
        clock.advance(Duration::MAX);
        assert_eq!(clock.now(), Duration::MAX);
    }

    #[test]
    fn a_movable_clock_adds_its_offset() {
        let clock = MovableClock::default();
        let before = clock.now();
        clock.advance(Duration::from_secs(86_400));
        assert!(clock.now() - before >= Duration::from_secs(86_400));
    }
}
