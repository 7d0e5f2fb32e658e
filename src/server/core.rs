//! What the endpoints know and keep: world, clock, randomness, what was issued, who has signed in, and
//! the choices of the dialect.

mod extension;

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::config::{Config, Hooks};
use super::dialect::Dialect;
use super::enterprise::company::Company;
use super::enterprise::visits::Visits;
use super::faults::effects::core as effects;
use super::oauth::devices::Devices;
use super::oauth::dpop_nonce::Nonces;
use super::oauth::http;
use super::oauth::pushed::PushedRequests;
use super::oauth::sessions::Sessions;
use super::oauth::store::Store;
use super::policy::{Lifetimes, Policy, Reason};
use super::world::World;
use crate::testbed::random::{self, Random};
use crate::testbed::{Clock, Fault, Switches, Variant};
use crate::wire::Request;

pub(in crate::server) use extension::{Extension, Nothing};

/// What every endpoint may use.
pub(in crate::server) struct Core {
    config: Config,
    /// What lies on top of OAuth 2.0.
    pub(in crate::server) extension: &'static dyn Extension,
    world: Mutex<Arc<World>>,
    hooks: Mutex<Hooks>,
    /// Who has signed in to agree to clients, and what waits for them.
    pub(in crate::server) sessions: Sessions,
    /// Who has signed in to the consoles.
    pub(in crate::server) visits: Visits,
    /// Codes and tokens.
    pub(in crate::server) store: Store,
    /// Authorization requests that clients have pushed.
    pub(in crate::server) pushed: PushedRequests,
    /// Nonces of proofs of possession.
    pub(in crate::server) nonces: Nonces,
    /// Devices that wait for their users.
    pub(in crate::server) devices: Devices,
    weak: effects::Weak,
}

impl fmt::Debug for Core {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Core").finish_non_exhaustive()
    }
}

impl Core {
    /// Nothing has happened yet.
    pub(in crate::server) fn new(config: Config, extension: &'static dyn Extension) -> Self {
        let store = {
            let policy = &config.dialect.policy;
            let ends = (policy.revocation, policy.refresh_replay);
            Store::new(config.lifetimes, ends, config.switches.clone())
        };
        let sessions = Sessions::new(config.switches.clone());
        let devices = Devices::new(config.switches.clone());
        let mut known = Arc::clone(&config.world);
        effects::known(&config.switches, &mut known);
        let world = Mutex::new(known);
        let (hooks, weak) = (Mutex::default(), effects::Weak::default());
        let (visits, nonces) = (Visits::default(), Nonces::default());
        let pushed = PushedRequests::default();
        Self {
            config,
            extension,
            world,
            hooks,
            sessions,
            visits,
            store,
            devices,
            pushed,
            nonces,
            weak,
        }
    }

    /// Paths, choices and texts.
    pub(in crate::server) fn dialect(&self) -> &'static Dialect {
        self.config.dialect
    }

    /// What it does where documents leave a choice.
    pub(in crate::server) fn policy(&self) -> &'static Policy {
        &self.config.dialect.policy
    }

    /// What the dialect says to a token or a revocation request that is refused for this reason.
    pub(in crate::server) fn refusal(&self, reason: Reason) -> http::Refusal {
        self.config.dialect.errors.refusal(reason)
    }

    /// Whether it makes this mistake.
    pub(in crate::server) fn has(&self, fault: &'static Fault) -> bool {
        self.config.switches.has(fault)
    }

    /// What it does otherwise than it should.
    pub(in crate::server) fn switches(&self) -> &Switches {
        &self.config.switches
    }

    /// Whether it makes this choice.
    pub(in crate::server) fn varies(&self, variant: &'static Variant) -> bool {
        self.config.switches.varies(variant)
    }

    /// Where the identity provider of a company is, once it listens.
    pub(in crate::server) fn company(&self) -> Option<&Company> {
        self.config.company.as_deref()
    }

    /// Whether a request is for the authorization endpoint.
    pub(in crate::server) fn is_authorization(&self, request: &Request) -> bool {
        self.dialect().endpoints.authorization.iter().any(|path| path == request.path())
    }

    /// What the harness makes happen at present.
    pub(in crate::server) fn hooks(&self) -> Hooks {
        *self.hooks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sets what the harness makes happen.
    pub(in crate::server) fn set_hooks(&self, hooks: Hooks) {
        *self.hooks.lock().unwrap_or_else(PoisonError::into_inner) = hooks;
    }

    /// Enterprises, users and applications as they are now.
    pub(in crate::server) fn world(&self) -> Arc<World> {
        Arc::clone(&self.world.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Changes what is known. Whoever read the world before goes on with what was.
    pub(in crate::server) fn change_world<T>(&self, change: impl FnOnce(&mut World) -> T) -> T {
        let mut world = self.world.lock().unwrap_or_else(PoisonError::into_inner);
        change(Arc::make_mut(&mut world))
    }

    /// The clock, to be moved.
    pub(in crate::server) fn clock(&self) -> &dyn Clock {
        &*self.config.clock
    }

    /// Where codes and tokens are drawn.
    pub(in crate::server) fn random(&self) -> &dyn Random {
        &*self.config.random
    }

    /// Where a mistaken way to draw them stands.
    pub(in crate::server) fn weak(&self) -> &effects::Weak {
        &self.weak
    }

    pub(in crate::server) fn now(&self) -> Duration {
        self.config.clock.now()
    }

    pub(in crate::server) fn lifetimes(&self) -> Lifetimes {
        self.config.lifetimes
    }

    pub(in crate::server) fn token(&self) -> String {
        self.token_of(random::SHORT)
    }

    pub(in crate::server) fn token_of(&self, len: usize) -> String {
        effects::written(self, random::token(self.random(), len))
    }

    // code/unguessable
    pub(in crate::server) fn code(&self) -> String {
        effects::code(self, self.token())
    }

    // access-token/unguessable
    pub(in crate::server) fn access_token(&self) -> String {
        effects::access_token(self, self.token())
    }

    // access-token/unguessable
    pub(in crate::server) fn refresh_token(&self) -> String {
        effects::refresh_token(self, self.token_of(random::LONG))
    }
}
