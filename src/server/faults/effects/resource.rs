//! Mistakes of the protected resources with what a token opens.

use crate::server::core::Core;
use crate::server::faults::{bearer, scope as faults};
use crate::server::oauth::store::Grant;
use crate::wire::{Request, Response};

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

/// What is answered before anybody looks at the token.
// bearer/missing
pub(super) fn early(server: &Core, request: &Request) -> Option<Response> {
    if !server.dialect().resources.iter().any(|known| known.path == request.path()) {
        return None;
    }
    let has_token = request.headers.get("authorization").is_some();
    if !has_token && request.method == "HEAD" && server.has(&bearer::HEAD_OPEN) {
        return Some(Response::new(200));
    }
    let known = request.headers.text("if-none-match").is_some_and(|it| it == super::bearer::TAG);
    (known && server.has(&bearer::CONDITION_FIRST)).then(|| Response::new(304))
}
