//! Conformance test suite and fuzzer for OAuth 2.0 authorization servers.
//!
//! ```text
//! L7  cli ────────► everything below but steps
//! L6  harness ────► driver, profile, rules, runner, sample_app, server, testbed, verdict, wire
//! L5  runner ─────► driver, observe, profile, rules, steps, verdict, wire
//! L4  steps ──────► driver, observe, profile, rules, verdict, wire
//!     fuzzing ────► driver, observe, profile, rules, server, testbed, verdict, wire
//! L3  driver ─────► observe, profile, rules, verdict, wire
//! L2  profile ────► rules, verdict, wire
//!     report ─────► rules, verdict, wire
//!     server ─────► rules, testbed, wire
//!     sample_app ─► testbed, wire
//! L1  observe ────► rules, wire
//!     verdict ────► rules, wire
//!     testbed ────► wire
//! L0  rules
//!     wire
//! ```
//!
//! Every arrow points down. The suite and the bundled server share syntax (`wire`) and rule
//! names (`rules`) and nothing else: the suite can therefore be pointed at any server.

#![forbid(unsafe_code)]

#[cfg(feature = "suite")]
pub mod cli;
pub mod driver;
pub mod fuzzing;
#[cfg(feature = "suite")]
pub mod harness;
pub mod observe;
pub mod profile;
pub mod report;
pub mod rules;
#[cfg(feature = "suite")]
pub mod runner;
pub mod sample_app;
pub mod server;
#[cfg(feature = "suite")]
pub mod steps;
pub mod testbed;
pub mod verdict;
pub mod wire;

#[cfg(feature = "suite")]
pub use cli::run;
