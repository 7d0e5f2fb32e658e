//! Threads that do something at the same time, and wait for one another where a server would only happen to
//! let others in: what depends on that is the same each time.

use std::cell::RefCell;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

thread_local! {
    static GROUP: RefCell<Option<Arc<Group>>> = const { RefCell::new(None) };
}

/// Threads that go on together.
#[derive(Debug, Default)]
struct Group {
    state: Mutex<Counted>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct Counted {
    running: usize,
    waiting: usize,
    /// How often all have met.
    met: usize,
}

impl Group {
    fn lock(&self) -> MutexGuard<'_, Counted> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whoever still runs and does not wait may come, too.
    fn meet(&self) {
        let mut state = self.lock();
        state.waiting += 1;
        let met = state.met;
        self.go_on(&mut state);
        while state.met == met {
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn go_on(&self, state: &mut Counted) {
        if state.waiting > 0 && state.waiting >= state.running {
            state.waiting = 0;
            state.met += 1;
            self.changed.notify_all();
        }
    }
}

/// A thread of a group, until it ends.
struct Member(Arc<Group>);

impl Member {
    fn of(group: &Arc<Group>) -> Self {
        GROUP.with(|own| *own.borrow_mut() = Some(Arc::clone(group)));
        Self(Arc::clone(group))
    }
}

impl Drop for Member {
    fn drop(&mut self) {
        let mut state = self.0.lock();
        state.running -= 1;
        self.0.go_on(&mut state);
        drop(state);
        GROUP.with(|own| *own.borrow_mut() = None);
    }
}

/// Does something to each of them in a thread of its own: all start together. `None` where a thread died.
pub fn each<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<Option<R>> {
    let group = Arc::new(Group::default());
    group.lock().running = items.len();
    std::thread::scope(|scope| {
        let spawn = |item| {
            let (group, work) = (&group, &work);
            scope.spawn(move || {
                let _member = Member::of(group);
                group.meet();
                work(item)
            })
        };
        let running: Vec<_> = items.iter().map(spawn).collect();
        running.into_iter().map(|thread| thread.join().ok()).collect()
    })
}

/// Lets others come in between: all threads that started together with this one, and that have not ended; or
/// whoever comes within `time`.
pub fn pause(time: Duration) {
    let group = GROUP.with(|own| own.borrow().clone());
    match group {
        Some(group) => group.meet(),
        None => std::thread::sleep(time),
    }
}

/// Whether this thread started together with others.
pub fn is_among_others() -> bool {
    GROUP.with(|own| own.borrow().is_some())
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[test]
    fn all_are_there_before_one_goes_on() {
        for _ in 0..50 {
            let there = AtomicUsize::new(0);
            let seen = each(&[1, 2, 3, 4], |number| {
                // One of them never comes.
                (*number != 3).then(|| {
                    there.fetch_add(1, Ordering::SeqCst);
                    pause(Duration::ZERO);
                    there.load(Ordering::SeqCst)
                })
            });
            assert_eq!(seen, [Some(Some(3)), Some(Some(3)), Some(None), Some(Some(3))]);
        }
    }

    #[test]
    fn who_dies_keeps_nobody_waiting() {
        let ended = each(&[1, 2], |number| {
            assert_ne!(*number, 1);
            pause(Duration::ZERO);
        });
        assert_eq!(ended, [None, Some(())]);
        assert!(each(&[(); 0], |()| ()).is_empty());
    }
}
