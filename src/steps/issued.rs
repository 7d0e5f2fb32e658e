//! What was issued to the clients of a scenario.

use crate::driver::device::Device;
use crate::driver::exchange::TypedToken;
use crate::driver::pushed::Pushed;
use crate::driver::{Client, Code, Pair};

/// Codes and tokens.
#[derive(Default)]
pub struct Issued {
    /// A client, and the one in its place that the user was asked about.
    pub(super) newcomer: Option<(Client, Client)>,
    /// The current code.
    pub code: Option<Code>,
    /// The newest authorization request that was pushed.
    pub pushed: Option<Pushed>,
    /// Tokens, the newest last.
    pub pairs: Vec<Pair>,
    /// What a device was told.
    pub device: Option<Device>,
    /// The token that is exchanged, and the tokens that it is one of.
    pub subject: Option<(TypedToken, Pair)>,
    /// The tokens of whoever is to act, the newest last.
    pub actors: Vec<Pair>,
    /// Tokens of another authorization.
    pub other_pair: Option<Pair>,
    /// Whether the server tells that it revokes refresh tokens alone (RFC 7009 §2.2.1), as a control has shown.
    pub(super) revokes_refresh_alone: bool,
}
