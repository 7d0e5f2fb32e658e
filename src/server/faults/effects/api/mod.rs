//! Mistakes of the resources: who calls, what a token opens, and who may touch what.

pub(in crate::server) mod as_user;
pub(in crate::server) mod call;
pub(in crate::server) mod gate;
pub(in crate::server) mod items;
pub(in crate::server) mod reach;
