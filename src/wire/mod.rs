//! Bytes and values of the protocol: syntax only, no policy, no input or output.
//!
//! Everything here is lossless on purpose (ordered lists, raw bytes, duplicates kept), because the
//! suite has to see and to send exactly what a lenient library would repair.

pub mod basic;
pub mod bearer;
pub mod challenge;
pub mod codes;
pub mod form;
pub mod jwk;
pub mod jwks;
pub mod jws;
pub mod message;
pub mod params;
pub mod secret;
pub mod transport;
pub mod vocabulary;

pub use message::{
    Delivery, Headers, METHODS, Origin, Request, Response, Scheme, bare_host, has_failed,
    tells_failure,
};
pub use params::{Lookup, Params};
pub use secret::Secret;
pub use transport::{Transport, TransportError};
