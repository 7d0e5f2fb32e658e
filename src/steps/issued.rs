//! What was issued to the clients of a scenario.

use crate::driver::{Code, Pair};

/// Codes and tokens.
#[derive(Default)]
pub struct Issued {
    /// The current code.
    pub code: Option<Code>,
    /// Tokens, the newest last.
    pub pairs: Vec<Pair>,
    /// Tokens of another authorization.
    pub other_pair: Option<Pair>,
}
