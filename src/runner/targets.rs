//! Where a scenario gets its target from.

use std::sync::{Arc, PoisonError};

use futures::future::{BoxFuture, FutureExt};

use crate::driver::{Person, Site, Stage};

/// What a scenario is run against.
pub enum Target {
    /// A server.
    Server(Arc<Site>),
    /// An application.
    Application(Arc<Stage>),
}

/// A target for one scenario, or why there is none.
pub type Opened = Result<Target, String>;

/// Gives each scenario its target.
pub trait Targets: Send + Sync {
    /// The target of one scenario, by its number in the plan.
    fn open(&self, scenario: usize) -> BoxFuture<'_, Opened>;

    /// Whether all scenarios meet the same target, so that some have to run alone.
    fn shared(&self) -> bool;

    /// Clients that scenarios registered at the target and could not delete: role and identifier.
    fn staying(&self) -> Vec<(String, String)> {
        Vec::new()
    }

    /// The person who signs in at it; `None`: the suite does.
    fn person(&self) -> Option<&Person> {
        None
    }

    /// Whether the target was given up: nothing more can be learnt of it.
    fn has_given_up(&self) -> bool {
        false
    }
}

/// One target for all scenarios.
pub struct Shared(pub Arc<Site>);

impl Targets for Shared {
    fn open(&self, _: usize) -> BoxFuture<'_, Opened> {
        async { Ok(Target::Server(Arc::clone(&self.0))) }.boxed()
    }

    fn shared(&self) -> bool {
        true
    }

    fn staying(&self) -> Vec<(String, String)> {
        self.0.staying.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn person(&self) -> Option<&Person> {
        self.0.person.as_deref()
    }

    fn has_given_up(&self) -> bool {
        self.0.transport.has_given_up()
    }
}
