//! Generators and oracles for fuzzing, free of any engine.
//!
//! The cargo-fuzz targets are glue around `replay`, and `cargo test` replays the committed corpus
//! through the same function. The feature `arbitrary` adds the impls that make values of bytes, and
//! changes nothing else.

pub mod grammar;
pub mod oracle;
#[cfg(feature = "arbitrary")]
pub mod replay;
