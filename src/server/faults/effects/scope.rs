//! Mistakes with the scopes that a request asks for, and choices of other servers.

use crate::server::core::Core;
use crate::server::faults::{implicit, scope as faults};
use crate::server::oauth::scope;
use crate::server::variants;
use crate::server::world::GrantType;
use crate::wire::params::names_openid;

/// The scopes that a request gets; `None`: it is refused.
// scope/unknown
pub(in crate::server) fn chosen(
    server: &Core,
    by: GrantType,
    (asked, allowed): (&str, &[String]),
    right: Option<Vec<String>>,
) -> Option<Vec<String>> {
    let by_itself = by == GrantType::ClientCredentials;
    let of_nobody = asked.is_empty() || names_openid(asked);
    if by_itself && of_nobody && server.varies(&variants::CREDENTIALS_SCOPE_NAMED) {
        return None;
    }
    if let Some(right) = right {
        // scope/order
        let at = |scope: &String| allowed.iter().position(|known| known == scope);
        let in_order = right.is_sorted_by_key(at);
        return (in_order || !server.has(&faults::ORDER_MATTERS)).then_some(right);
    }
    let named: Vec<String> = scope::named(server.policy(), asked).map(str::to_owned).collect();
    let known: Vec<String> =
        named.iter().filter(|scope| allowed.contains(scope)).cloned().collect();
    let cut = Some(if known.is_empty() { allowed.to_vec() } else { known });
    if server.varies(&variants::UNKNOWN_SCOPE_CUT) {
        return cut;
    }
    let world = server.world();
    let of_anybody =
        |scope: &String| world.applications.iter().any(|app| app.scopes.contains(scope));
    let of_others = named.iter().all(of_anybody).then(|| named.clone());
    let like = |named: &String| allowed.iter().any(|scope| scope.eq_ignore_ascii_case(named));
    let in_other_case = named.iter().all(like).then(|| named.clone());
    let quoted = named.iter().any(|scope| scope.contains('"')).then(|| named.clone());
    let is_by_credentials = by == GrantType::ClientCredentials;
    let by_credentials = is_by_credentials.then(|| named.clone());
    server.switches().alter(
        None,
        [
            (&implicit::NO_SCOPE, cut.clone().filter(|_| by == GrantType::Implicit)),
            (&faults::QUOTED_GRANTED, quoted),
            (&faults::UNKNOWN_GRANTED, Some(named)),
            (&faults::UNKNOWN_BY_CREDENTIALS, by_credentials),
            (&faults::OF_OTHERS_BY_CREDENTIALS, of_others.clone().filter(|_| is_by_credentials)),
            (&faults::OF_OTHERS_GRANTED, of_others),
            (&faults::UNKNOWN_ANY_CASE, in_other_case),
            (&faults::UNKNOWN_CUT_UNSAID, cut),
        ],
    )
}
