//! Everything that is tested from outside the library, in one binary: linking is what a newcomer
//! waits for.

mod corpus;
mod layers;
mod readme;
mod trace;
