//! The Developer Console and the Admin Console: what is done in them, and the pages to do it on.
//!
//! [`actions`] is the whole of what they do. The pages ask for it on behalf of whoever has signed
//! in; the harness asks for it by `/control/console`, on nobody's behalf.

pub(in crate::server) mod actions;
mod forms;
mod keys;
mod pages;

pub(in crate::server) use forms::endpoint;
