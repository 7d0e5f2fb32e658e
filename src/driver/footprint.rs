//! What a scenario did to its target besides sending one request after the other.

/// What was done, as far as others have to know of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Footprint {
    /// Time passed, on a clock that was moved or really.
    pub waited: bool,
    /// Requests were sent at once.
    pub raced: bool,
    /// A hook was pulled, or something was done in a console.
    pub intervened: bool,
}
