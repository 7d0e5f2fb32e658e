//! The bundled reference server, in several dialects ([`dialect`]).
//!
//! [`Server::handle`] is the whole of it: one request in, one response out, with no input or output
//! besides, and deterministic given its clock and its random source. A panic in it is a bug and
//! passes through; the two edges, [`in_process`] and [`listen`](crate::testbed::listen), turn it into
//! a 500. `ARCHITECTURE.md` says in which order its modules stand.

mod authorization_server;
mod choices;
mod config;
mod control;
mod core;
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

pub use authorization_server::Server;
pub use config::{Config, Hooks};
pub use dialect::Dialect;
pub use enterprise::company::Company;
pub use enterprise::identity_provider::IdentityProvider;
pub use in_process::{InProcess, ProviderInProcess};
pub use policy::Lifetimes;
pub use world::World;
