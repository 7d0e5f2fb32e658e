//! The bundled reference server, in several dialects ([`dialect`]).
//!
//! [`Server::handle`] is the whole of it: one request in, one response out, with no input or output
//! besides, and deterministic given its clock and its random source. A panic in it is a bug and
//! passes through; the two edges, [`in_process`] and [`listen`](crate::testbed::listen), turn it into
//! a 500.

mod control;
pub mod dialect;
mod enterprise;
pub mod faults;
pub mod in_process;
pub mod oauth;
mod policy;
mod routes;
#[cfg(test)]
pub(crate) mod testing;
pub mod variants;
pub mod world;

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, UNIX_EPOCH};

use futures::FutureExt;
use futures::future::BoxFuture;

pub use dialect::Dialect;
pub use enterprise::company::{Company, IdentityProvider};
pub use in_process::{InProcess, ProviderInProcess};
pub use policy::Lifetimes;
pub use world::World;

use crate::testbed::random::{self, Random};
use crate::testbed::{Clock, Fault, Handler, MovableClock, OsRandom, Switches, Variant};
use crate::wire::{Request, Response, Scheme};
use enterprise::console;
use faults::effects;
use oauth::http;
use oauth::sessions::Sessions;
use oauth::store::Store;
use policy::{Policy, Reason};
use routes::Routes;
use variants::wrap;

impl Default for Lifetimes {
    /// Those of the default dialect.
    fn default() -> Self {
        Dialect::by_default().lifetimes
    }
}

/// What the harness can make happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Hooks {
    /// The device of whoever signs in is not authorized: redirect with `server_error`.
    pub block_device: bool,
    /// Too many authorization requests came: redirect with `temporarily_unavailable`.
    pub rate_limit: bool,
    /// The authorization endpoint fails: page `internal_server_error`.
    pub fail: bool,
}

/// What a server is made of.
#[derive(Clone)]
pub struct Config {
    /// Which paths, choices and texts it has.
    pub dialect: &'static Dialect,
    /// Enterprises, users and applications.
    pub world: Arc<World>,
    /// Where it reads the time.
    pub clock: Arc<dyn Clock>,
    /// Where it draws codes and tokens.
    pub random: Arc<dyn Random>,
    /// How long what it issues lives.
    pub lifetimes: Lifetimes,
    /// Whether plain HTTP is refused.
    pub tls_only: bool,
    /// Whether `/control/…` is there, by which the harness moves the clock and sets hooks.
    pub control: bool,
    /// The company whose users sign in at an identity provider of its own, where there is one.
    pub company: Option<Arc<Company>>,
    /// What it does otherwise than it should, or than it usually does.
    pub switches: Switches,
}

impl Default for Config {
    /// [`Config::of`] the default dialect.
    fn default() -> Self {
        Self::of(Dialect::by_default())
    }
}

impl Config {
    /// A dialect with its world, the system's clock and random source, no control.
    pub fn of(dialect: &'static Dialect) -> Self {
        Self {
            dialect,
            world: dialect.world(),
            clock: Arc::new(MovableClock::default()),
            random: Arc::new(OsRandom),
            lifetimes: dialect.lifetimes,
            tls_only: false,
            control: false,
            company: None,
            switches: Switches::default(),
        }
    }
}

/// An authorization server with its state.
pub struct Server {
    config: Config,
    routes: Routes,
    world: Mutex<Arc<World>>,
    hooks: Mutex<Hooks>,
    sessions: Sessions,
    visits: console::Visits,
    store: Store,
    weak: effects::random::Weak,
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server").finish_non_exhaustive()
    }
}

impl Server {
    /// A server to which nothing has happened yet.
    pub fn new(config: Config) -> Self {
        let store = {
            let policy = &config.dialect.policy;
            let ends = (policy.revocation, policy.refresh_replay);
            Store::new(config.lifetimes, ends, config.switches.clone())
        };
        let sessions = Sessions::new(config.switches.clone());
        let mut known = Arc::clone(&config.world);
        effects::console::known(&config.switches, &mut known);
        let world = Mutex::new(known);
        let (hooks, weak) = (Mutex::default(), effects::random::Weak::default());
        let visits = console::Visits::default();
        let routes = Routes::of(config.dialect, config.control);
        Self { config, routes, world, hooks, sessions, visits, store, weak }
    }

    /// Paths, choices and texts.
    fn dialect(&self) -> &'static Dialect {
        self.config.dialect
    }

    /// What it does where documents leave a choice.
    fn policy(&self) -> &'static Policy {
        &self.config.dialect.policy
    }

    /// What the dialect says to a token or a revocation request that is refused for this reason.
    fn refusal(&self, reason: Reason) -> http::Refusal {
        self.config.dialect.errors.refusal(reason)
    }

    /// Whether it makes this mistake.
    fn has(&self, fault: &'static Fault) -> bool {
        self.config.switches.has(fault)
    }

    /// What it does otherwise than it should.
    fn switches(&self) -> &Switches {
        &self.config.switches
    }

    /// Whether it makes this choice.
    fn varies(&self, variant: &'static Variant) -> bool {
        self.config.switches.varies(variant)
    }

    /// Answers one request.
    pub fn handle(&self, request: &Request) -> Response {
        // The edges close the connection before this.
        if self.config.tls_only
            && request.origin.scheme == Scheme::Http
            && let Some(refusal) = effects::plain::answer(self, request)
        {
            return refusal;
        }
        let mut plain = request.clone();
        let early = wrap::undress(self, &mut plain);
        let mut response = early.unwrap_or_else(|| self.routes.find(plain.path())(self, &plain));
        oauth::issuer::identify(self, request, &mut response);
        response = wrap::dress(self, request, response);
        // Clients correct their own clock by it before they sign an assertion.
        let date = UNIX_EPOCH.checked_add(self.now()).unwrap_or(UNIX_EPOCH);
        response.headers.set("Date", httpdate::fmt_http_date(date));
        if request.method == "HEAD" {
            response.body.clear();
        }
        response
    }

    /// Where the identity provider of a company is, once it listens.
    fn company(&self) -> Option<&Company> {
        self.config.company.as_deref()
    }

    /// Whether a connection of this scheme is to be closed without an answer.
    // authorize/https-only, token/https-only
    pub fn refuses(&self, scheme: Scheme) -> bool {
        effects::plain::closes(self, self.config.tls_only && scheme == Scheme::Http)
    }

    /// Whether a request is for the authorization endpoint.
    fn is_authorization(&self, request: &Request) -> bool {
        self.dialect().endpoints.authorization.iter().any(|path| path == request.path())
    }

    /// What the harness makes happen at present.
    pub fn hooks(&self) -> Hooks {
        *self.hooks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sets what the harness makes happen.
    pub fn set_hooks(&self, hooks: Hooks) {
        *self.hooks.lock().unwrap_or_else(PoisonError::into_inner) = hooks;
    }

    /// Enterprises, users and applications as they are now.
    pub fn world(&self) -> Arc<World> {
        Arc::clone(&self.world.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Changes what is known. Whoever read the world before goes on with what was.
    pub fn change_world<T>(&self, change: impl FnOnce(&mut World) -> T) -> T {
        let mut world = self.world.lock().unwrap_or_else(PoisonError::into_inner);
        change(Arc::make_mut(&mut world))
    }

    /// The clock, to be moved.
    pub fn clock(&self) -> &dyn Clock {
        &*self.config.clock
    }

    fn now(&self) -> Duration {
        self.config.clock.now()
    }

    fn lifetimes(&self) -> Lifetimes {
        self.config.lifetimes
    }

    fn token(&self) -> String {
        self.token_of(random::SHORT)
    }

    fn token_of(&self, len: usize) -> String {
        wrap::token(self, random::token(&*self.config.random, len))
    }

    // code/unguessable
    fn code(&self) -> String {
        effects::random::code(self, self.token())
    }

    // access-token/unguessable
    fn access_token(&self) -> String {
        effects::random::access_token(self, self.token())
    }

    // access-token/unguessable
    fn refresh_token(&self) -> String {
        effects::random::refresh_token(self, self.token_of(random::LONG))
    }
}

impl Handler for Server {
    fn answer<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Response> {
        async { self.handle(request) }.boxed()
    }

    fn refuses(&self, scheme: Scheme) -> bool {
        self.refuses(scheme)
    }
}

impl Handler for IdentityProvider {
    fn answer<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Response> {
        async { self.handle(request) }.boxed()
    }
}
