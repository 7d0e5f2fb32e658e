//! Mistakes with what tokens are for.

use crate::server::core::Core;
use crate::server::faults::audience as faults;
use crate::wire::Params;

/// The resources that a request is taken to name.
// audience/resource-accepted, audience/unknown-refused
pub(in crate::server) fn asked(
    server: &Core,
    params: &Params,
    right: Option<Vec<String>>,
) -> Option<Vec<String>> {
    let named = params.all("resource").any(|it| !it.is_empty());
    if named && server.has(&faults::RESOURCE_REFUSED) {
        return None;
    }
    let fragment = params.all("resource").any(|it| it.contains('#'));
    let passed_over =
        server.has(&faults::UNKNOWN_IGNORED) || fragment && server.has(&faults::FRAGMENT_TAKEN);
    if right.is_none() && passed_over { Some(Vec::new()) } else { right }
}

/// Whether the resources of a token request are within those that were granted.
// audience/refresh-never-widens
pub(in crate::server) fn within(
    server: &Core,
    params: &Params,
    asked: &[String],
    right: bool,
) -> bool {
    let refresh = params.first("refresh_token").filter(|_| server.has(&faults::REFRESH_WIDENS));
    let Some(refresh) = refresh.filter(|_| !right) else { return right };
    let mut state = server.store.lock();
    let id = state.refresh.get(refresh).copied();
    let pair = id.and_then(|id| state.pairs.get_mut(&id));
    pair.map(|pair| pair.grant.resources.extend_from_slice(asked)).is_some()
}

/// Whether a token is taken to be for the resource that is called.
// audience/foreign-token-refused
pub(in crate::server) fn is_for(server: &Core, right: bool) -> bool {
    server.switches().alter(right, [(&faults::FOREIGN_SERVED, true)])
}
