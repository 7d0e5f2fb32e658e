//! Generators and oracles for fuzzing, free of any engine.
//!
//! A *case* is a row of steps ([`case`]): valid requests with named edits, made from a seed or from
//! an engine's bytes ([`choices`], [`generate`]). It is played against any target ([`mod@play`]), and
//! each answer is judged by a reference model ([`model`], [`expected`]) and by the properties of one
//! table ([`oracle`]). The cargo-fuzz targets are glue around [`replay`], and `cargo test` replays the
//! committed corpora through the same function.

pub mod answers;
mod as_asked;
mod asking;
mod asserted;
pub mod assertion;
pub mod authorize;
pub mod base;
pub mod bugs;
pub mod bundled;
pub mod campaign;

pub mod case;
pub mod choices;
mod client_proof;
pub mod controls;
pub mod devices;
pub mod dictionary;
mod edits;
mod exchanged;
pub mod expected;
#[cfg(test)]
mod fairness_tests;
pub mod forging;
mod forms;
pub mod generate;
pub mod grammar;
mod granted_scope;
mod introspected;
mod kinds;
mod learn;
pub mod model;
pub mod narrowing;
pub mod novelty;
mod opening;
mod opening_further;
mod opening_grants;
pub mod oracle;
pub mod parsers;
pub mod play;
pub mod possession;
pub mod presented;
pub mod proof;
pub mod proof_key;
mod properties;
pub mod pushing;
mod races;
pub mod reading;
pub mod redirected;
mod registering;
mod repeats;
pub mod replay;
pub mod request;
pub mod roles;
pub mod shrink;
pub mod story;
mod targets;
pub mod tried;
mod wording;
