//! Mistakes of the protected resources with what a token opens.

use crate::server::core::Core;
use crate::server::faults::{bearer, scope as faults};
use crate::server::oauth::store::Grant;

/// Whether a token opens a resource that needs a scope.
// bearer/insufficient-scope
pub(in crate::server) fn opens(server: &Core, grant: &Grant, needed: &str, right: bool) -> bool {
    let begins = |held: &String| held.starts_with(needed) || needed.starts_with(held.as_str());
    server.switches().alter(
        right,
        [
            (&bearer::SCOPE_UNCHECKED, true),
            (&faults::ANY_SCOPE_OPENS, !grant.scopes.is_empty()),
            (&faults::BY_PREFIX, grant.scopes.iter().any(begins)),
            (&faults::OWNER_NEEDS_NONE, !grant.user_id.is_empty()),
        ],
    )
}
