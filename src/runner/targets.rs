//! Where a scenario gets its target from.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures::future::{BoxFuture, FutureExt};

use crate::driver::{Person, Site, Stage};
use crate::profile::{Clock, Profile};

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

    /// Registers other clients in place of those that it has, where a run registers them: whether it did.
    fn renew(&self) -> BoxFuture<'_, bool> {
        async { false }.boxed()
    }

    /// Registers so many of each client in all, for scenarios to take in turn; how many there are then.
    fn multiply(&self, _count: usize) -> BoxFuture<'_, usize> {
        async { 1 }.boxed()
    }

    /// The limit on requests that it keeps to, where requests are not sent because of it.
    fn limit(&self) -> Option<String> {
        None
    }

    /// What is sent to it otherwise than to others, since it knows nobody otherwise.
    fn concession(&self) -> Option<String> {
        None
    }
}

/// The profile with clients that were registered anew; none: they could not be.
pub type Renewal = Box<dyn Fn(Arc<Profile>) -> BoxFuture<'static, Option<Profile>> + Send + Sync>;

/// One target for all scenarios.
pub struct Shared {
    first: Arc<Site>,
    /// The same with other clients, once those of the first were given up.
    later: Mutex<Vec<Arc<Site>>>,
    /// The same with other clients, which scenarios take in turn with the first.
    beside: Mutex<Vec<Arc<Site>>>,
    renewal: Option<Renewal>,
}

impl Shared {
    /// This target, whose clients can be registered anew if there is a way.
    pub fn new(site: Arc<Site>, renewal: Option<Renewal>) -> Self {
        Self { first: site, later: Mutex::default(), beside: Mutex::default(), renewal }
    }

    /// The target as it was at first.
    pub fn into_site(self) -> Arc<Site> {
        self.first
    }

    fn later(&self) -> MutexGuard<'_, Vec<Arc<Site>>> {
        self.later.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn beside(&self) -> MutexGuard<'_, Vec<Arc<Site>>> {
        self.beside.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now(&self) -> Arc<Site> {
        self.later().last().map_or_else(|| Arc::clone(&self.first), Arc::clone)
    }

    /// Whose turn it is, by the number of the scenario.
    fn in_turn(&self, scenario: usize) -> Arc<Site> {
        let (now, beside) = (self.now(), self.beside());
        // Once clients were given up, those beside them may be of no more use.
        let others = if Arc::ptr_eq(&now, &self.first) { &**beside } else { &[] };
        let turn = scenario % (others.len() + 1);
        turn.checked_sub(1).and_then(|turn| others.get(turn)).map_or(now, Arc::clone)
    }

    /// The same target with clients that are registered for it.
    async fn with_other_clients(&self) -> Option<Arc<Site>> {
        let now = self.now();
        let renewal = self.renewal.as_ref().filter(|_| now.person.is_none())?;
        let profile = renewal(Arc::clone(&now.profile)).await?;
        let site = Site::new(Arc::new(profile), Arc::clone(&now.transport), None).ok()?;
        site.know_like(&now);
        site.has_clock_of(&now);
        Some(Arc::new(site))
    }
}

impl Targets for Shared {
    fn open(&self, scenario: usize) -> BoxFuture<'_, Opened> {
        async move { Ok(Target::Server(self.in_turn(scenario))) }.boxed()
    }

    fn shared(&self) -> bool {
        true
    }

    fn staying(&self) -> Vec<(String, String)> {
        let later = self.later();
        let beside = self.beside();
        let sites = std::iter::once(&self.first).chain(later.iter()).chain(beside.iter());
        sites
            .flat_map(|site| site.staying.lock().unwrap_or_else(PoisonError::into_inner).clone())
            .collect()
    }

    fn person(&self) -> Option<&Person> {
        self.first.person.as_deref()
    }

    fn has_given_up(&self) -> bool {
        self.first.transport.has_given_up()
    }

    fn renew(&self) -> BoxFuture<'_, bool> {
        async {
            let other = self.with_other_clients().await;
            let renewed = other.is_some();
            self.later().extend(other);
            renewed
        }
        .boxed()
    }

    fn multiply(&self, count: usize) -> BoxFuture<'_, usize> {
        async move {
            // A clock that the suite moves is moved for all of them, which the others would not know.
            let stands = matches!(self.first.profile.clock, Clock::None | Clock::Real);
            for _ in 1..if stands { count } else { 1 } {
                let Some(other) = self.with_other_clients().await else { break };
                self.beside().push(other);
            }
            self.beside().len() + 1
        }
        .boxed()
    }

    fn limit(&self) -> Option<String> {
        self.first.transport.limit()
    }

    fn concession(&self) -> Option<String> {
        let told = self.now().told();
        (!told.is_empty()).then(|| told.join("; "))
    }
}
