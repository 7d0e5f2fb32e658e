//! How time passes: on a clock that can be moved, or really.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant, UNIX_EPOCH};

use tokio::sync::{
    Mutex, OwnedRwLockReadGuard, OwnedRwLockWriteGuard, OwnedSemaphorePermit, RwLock, Semaphore,
};

use crate::wire::Response;

/// Where scenarios wait for their turn.
#[derive(Clone)]
pub struct Gate {
    /// Where those queue that have not begun. Only the first of them waits for a place, so that a
    /// scenario that comes back from a wait has at most one of them before it.
    door: Arc<Mutex<()>>,
    /// How many may send at once.
    places: Arc<Semaphore>,
    /// Who has the whole target for itself, where all meet the same one.
    order: Option<Arc<RwLock<()>>>,
    /// Whether a place is kept while a scenario waits.
    holds: bool,
    /// Places that are given up as soon as nobody has them.
    surplus: Arc<AtomicUsize>,
}

impl Gate {
    /// A gate for so many at once. With `shared`, a scenario can have the target for itself.
    pub fn new(places: usize, shared: bool) -> Self {
        let order = shared.then(Arc::default);
        let places = Arc::new(Semaphore::new(places.max(1)));
        Self { door: Arc::default(), places, order, holds: false, surplus: Arc::default() }
    }

    /// So many places fewer, from when those who have them leave.
    pub fn narrow(&self, by: usize) {
        self.surplus.store(by, Ordering::Relaxed);
    }

    /// The same where nobody else sends while a scenario waits.
    #[must_use]
    pub fn holding(self) -> Self {
        Self { holds: true, ..self }
    }
}

enum Turn {
    Among(#[expect(dead_code, reason = "held")] OwnedRwLockReadGuard<()>),
    Alone(#[expect(dead_code, reason = "held")] OwnedRwLockWriteGuard<()>),
}

/// A place among the scenarios that may send at once. It is given up while the scenario waits, so
/// that all waits overlap.
pub struct Slot {
    gate: Gate,
    alone: bool,
    turn: Option<Turn>,
    place: Option<OwnedSemaphorePermit>,
}

impl Slot {
    /// Waits for a place; with `alone`, for the target to be free of all others.
    pub async fn take(gate: Gate, alone: bool) -> Self {
        let door = Arc::clone(&gate.door);
        let mut slot = Self { gate, alone, turn: None, place: None };
        let _first = door.lock().await;
        slot.enter().await;
        slot
    }

    /// The one place of a gate that nobody else comes to.
    pub fn own() -> Self {
        let gate = Gate::new(1, false);
        let place = Arc::clone(&gate.places).try_acquire_owned().ok();
        Self { gate, alone: false, turn: None, place }
    }

    async fn enter(&mut self) {
        self.turn = match (&self.gate.order, self.alone) {
            (None, _) => None,
            (Some(order), true) => Some(Turn::Alone(Arc::clone(order).write_owned().await)),
            (Some(order), false) => Some(Turn::Among(Arc::clone(order).read_owned().await)),
        };
        // The gate is never closed.
        self.place = Arc::clone(&self.gate.places).acquire_owned().await.ok();
    }

    async fn away_until(&mut self, instant: Instant) {
        if self.gate.holds {
            return tokio::time::sleep_until(instant.into()).await;
        }
        self.leave();
        tokio::time::sleep_until(instant.into()).await;
        self.enter().await;
    }

    fn leave(&mut self) {
        self.turn = None;
        let Some(place) = self.place.take() else { return };
        let one_less = |surplus: usize| surplus.checked_sub(1);
        let surplus = &self.gate.surplus;
        if surplus.fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_less).is_ok() {
            place.forget();
        }
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        self.leave();
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

/// A time that the target said it had, and when it said so.
#[derive(Debug, Clone, Copy)]
pub struct Said {
    time: Duration,
    at: Instant,
}

impl Said {
    /// The time in the `Date` field of a response.
    pub fn by(response: &Response) -> Option<Self> {
        let date = httpdate::parse_http_date(&response.headers.text("date")?).ok()?;
        let time = date.duration_since(UNIX_EPOCH).ok()?;
        Some(Self { time, at: Instant::now() })
    }

    /// What time it has now by that, since the epoch.
    pub fn now(self) -> Duration {
        self.time + self.at.elapsed()
    }

    /// Whether a clock that was to be moved by so much was moved since it said this.
    pub fn is_later(self, before: Self, by: Duration) -> bool {
        self.time.saturating_sub(before.time) >= by / 2 + (self.at - before.at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_gate_becomes_narrower_as_slots_are_left() {
        let gate = Gate::new(3, true);
        let mut slots = Vec::new();
        for _ in 0..3 {
            slots.push(Slot::take(gate.clone(), false).await);
        }
        gate.narrow(2);
        drop(slots.pop());
        drop(slots.pop());
        assert_eq!(gate.places.available_permits(), 0);
        drop(slots.pop());
        assert_eq!(gate.places.available_permits(), 1);
        drop(Slot::take(gate.clone(), true).await);
        assert_eq!(gate.places.available_permits(), 1);
    }

    /// Lets the other tasks run until each of them waits for something.
    async fn settle() {
        for _ in 0..50 {
            tokio::task::yield_now().await;
        }
    }

    #[tokio::test]
    async fn who_comes_back_from_a_wait_has_one_newcomer_before_it_at_most() {
        for alone in [false, true] {
            let gate = Gate::new(1, true);
            let (begun, mut order) = tokio::sync::mpsc::unbounded_channel();
            let mut waited = Slot::take(gate.clone(), false).await;
            for name in ["first", "second", "third"] {
                let (gate, begun) = (gate.clone(), begun.clone());
                tokio::spawn(async move {
                    let _slot = Slot::take(gate, alone).await;
                    begun.send(name).unwrap();
                    settle().await;
                });
                settle().await;
            }
            waited.leave();
            waited.enter().await;
            begun.send("who waited").unwrap();
            drop((waited, begun));
            let mut names = Vec::new();
            while let Some(name) = order.recv().await {
                names.push(name);
            }
            assert_eq!(names, ["first", "who waited", "second", "third"], "alone: {alone}");
        }
    }
}
