//! What a server is made of.

use std::sync::Arc;

use super::dialect::Dialect;
use super::enterprise::company::Company;
use super::policy::Lifetimes;
use super::world::World;
use crate::testbed::random::Random;
use crate::testbed::{Clock, MovableClock, OsRandom, Switches};

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
