//! Conformance test suite and fuzzer for OAuth 2.0 authorization servers.
//!
//! ```text
//! L6  cli ─────────────► everything: arguments, output, exit codes
//! L5  harness ─────────► runner, server, sample_app, driver: the bundled targets, the kill matrix
//! L4  runner ──────────► steps, driver, verdict, rules, profile
//! L3  steps ───────────► driver, observe, verdict, profile, wire
//!     fuzzing ─────────► driver, observe, verdict, profile, wire, server (in process only)
//! L2  driver ► profile, wire       report ► verdict, rules
//!     server ► testbed, rules, wire       sample_app ► testbed, wire
//! L1  observe ► wire, rules   verdict ► rules, wire   profile ► rules, wire   testbed ► wire
//! L0  wire   rules
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
