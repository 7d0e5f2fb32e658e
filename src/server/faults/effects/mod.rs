//! What the faults and variants do, by the module of the server that they bend. That module decides
//! what is right and passes it through a function of these; without a fault it comes back as it is.

pub(in crate::server) mod authorize;
pub(in crate::server) mod client_auth;
pub(in crate::server) mod plain;
pub(in crate::server) mod token;
mod token_refused;
