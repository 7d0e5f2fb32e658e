//! Conformance test suite and fuzzer for OAuth 2.0 authorization servers.
//!
//! ```text
//! L5  cli ─────────────► everything: picks the transport, the clock and the sinks
//! L4  runner ──────────► steps, verdict, rules, target
//! L3  steps ───────────► driver, expect, verdict, target, wire
//!     fuzzing ─────────► driver, expect, verdict, target, wire, server (in process only)
//! L2  driver ► wire, target        report ► verdict, rules
//! L1  expect ► wire, rules   verdict ► rules, wire   target ► rules, wire   server ► wire, rules
//!     application ► server, wire
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
pub mod verdict;
pub mod wire;
