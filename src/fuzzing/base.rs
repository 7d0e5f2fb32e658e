//! What the requests of a case are: their names, what they need, and whose they are.

use super::case::Base;

impl Base {
    /// The name of the request.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Authorize { .. } => "authorize",
            Self::Exchange { .. } => "exchange",
            Self::Refresh { .. } => "refresh",
            Self::Revoke { .. } => "revoke",
            Self::Downscope { .. } => "downscope",
            Self::Use { .. } => "use",
            Self::UseOther { .. } => "use-other",
            Self::Introspect { .. } => "introspect",
            Self::Push { .. } => "push",
            Self::Follow { .. } => "follow",
            Self::Device { .. } => "device",
            Self::Visit { .. } => "visit",
            Self::Poll { .. } => "poll",
            Self::Register {} => "register",
            Self::Resubmit { .. } => "resubmit",
            Self::Forge { .. } => "forge",
            Self::TokenExchange { .. } => "token-exchange",
            Self::Assertion { .. } => "assertion",
        }
    }

    /// The number of the step that this one needs.
    pub fn needs(&mut self) -> Option<&mut Option<usize>> {
        match self {
            Self::Authorize { .. }
            | Self::Push { .. }
            | Self::Device { .. }
            | Self::Register {}
            | Self::Assertion { .. }
            | Self::Forge { .. } => None,
            Self::Exchange { code: from, .. }
            | Self::Refresh { token: from, .. }
            | Self::Revoke { token: from, .. }
            | Self::Downscope { token: from, .. }
            | Self::Use { token: from, .. }
            | Self::UseOther { token: from }
            | Self::Introspect { token: from, .. }
            | Self::TokenExchange { token: from, .. }
            | Self::Follow { pushed: from, .. }
            | Self::Visit { device: from, .. }
            | Self::Resubmit { of: from, .. }
            | Self::Poll { device: from, .. } => Some(from),
        }
    }

    /// The role of the client, where one asks.
    pub fn client(&mut self) -> Option<&mut String> {
        match self {
            Self::Authorize { client, .. }
            | Self::Exchange { client, .. }
            | Self::Refresh { client, .. }
            | Self::Revoke { client, .. }
            | Self::Introspect { client, .. }
            | Self::Push { client }
            | Self::Follow { client, .. }
            | Self::Device { client }
            | Self::TokenExchange { client, .. }
            | Self::Assertion { client }
            | Self::Poll { client, .. } => Some(client),
            Self::Downscope { .. }
            | Self::Use { .. }
            | Self::UseOther { .. }
            | Self::Visit { .. }
            | Self::Register {}
            | Self::Resubmit { .. }
            | Self::Forge { .. } => None,
        }
    }
}
