//! How time passes: on a clock that can be moved, or really.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// A place among the scenarios that may send at once. It is given up while the scenario waits, so
/// that all waits overlap.
pub struct Slot {
    gate: Arc<Semaphore>,
    permit: Option<OwnedSemaphorePermit>,
}

impl Slot {
    /// Waits for a place.
    pub async fn take(gate: Arc<Semaphore>) -> Self {
        // The gate is never closed.
        let permit = Arc::clone(&gate).acquire_owned().await.ok();
        Self { gate, permit }
    }

    async fn away_until(&mut self, instant: Instant) {
        self.permit = None;
        tokio::time::sleep_until(instant.into()).await;
        self.permit = Arc::clone(&self.gate).acquire_owned().await.ok();
    }
}

/// When something was issued: between two instants, at a time of the target's clock.
#[derive(Debug, Clone, Copy)]
pub struct Born {
    /// Before the request was sent.
    pub sent: Instant,
    /// When the answer was there.
    pub received: Instant,
    /// What the target's clock had been moved by until then.
    pub moved: Duration,
}

/// On which side of its lifetime something is to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// It still lives.
    Short,
    /// It has died.
    Past,
}

/// The time of one scenario.
pub struct Timeline {
    slot: Slot,
    /// What the target's clock has been moved by in this scenario.
    pub moved: Duration,
}

impl Timeline {
    /// Starts now.
    pub fn new(slot: Slot) -> Self {
        Self { slot, moved: Duration::ZERO }
    }

    /// Something that was asked for at `sent` and is here now.
    pub fn born(&self, sent: Instant) -> Born {
        Born { sent, received: Instant::now(), moved: self.moved }
    }

    /// Really waits until something has this age, counted so that it is certain on its side.
    pub async fn wait(&mut self, born: Born, age: Duration, side: Side) {
        let from = match side {
            Side::Short => born.sent,
            Side::Past => born.received,
        };
        self.slot.away_until(from + age).await;
    }

    /// By how much a movable clock has to be moved until something has this age.
    pub fn to_move(&self, born: Born, age: Duration) -> Duration {
        (born.moved + age).saturating_sub(self.moved)
    }
}
