//! Mistakes with developer tokens.

use crate::server::core::Core;
use crate::server::faults::access_token as faults;
use crate::server::oauth::store::{Fresh, Grant};

/// What a developer gets, and what it stands for.
// access-token/developer-token
pub(in crate::server) fn made(
    server: &Core,
    mut grant: Grant,
    mut tokens: Fresh,
) -> (Grant, Fresh) {
    if server.has(&faults::DEVELOPER_WITHOUT_SCOPES) {
        grant.scopes.clear();
    }
    if server.has(&faults::DEVELOPER_REFRESHES) {
        tokens.refresh = Some(tokens.access.clone());
    }
    (grant, tokens)
}
