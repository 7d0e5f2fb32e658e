//! Mistakes with what tokens are for.

use crate::server::core::Core;
use crate::server::faults::{audience as faults, exchange};
use crate::server::variants;
use crate::server::world::GrantType;
use crate::wire::{Origin, Params};

/// Whether several resources may be named.
// audience/several-named
pub(in crate::server) fn repeats(server: &Core) -> bool {
    !server.has(&faults::TWO_REFUSED)
}

/// The resources that a request is taken to name.
// audience/resource-accepted, audience/unknown-refused, audience/empty-is-absent
pub(in crate::server) fn asked(
    server: &Core,
    (params, origin): (&Params, &Origin),
    right: Option<Vec<String>>,
) -> Option<Vec<String>> {
    let named = params.all("resource").filter(|it| !it.is_empty()).count();
    let refused = named > 0 && server.has(&faults::RESOURCE_REFUSED)
        || named > 1 && server.varies(&variants::RESOURCE_UNWILLING)
        || named == 0 && is_demanded(server, params);
    let empty = params.all("resource").any(str::is_empty) && server.has(&faults::EMPTY_UNKNOWN);
    if refused || empty {
        return None;
    }
    let fragment = params.all("resource").any(|it| it.contains('#'));
    let passed_over =
        server.has(&faults::UNKNOWN_IGNORED) || fragment && server.has(&faults::FRAGMENT_TAKEN);
    if right.is_none() && passed_over {
        return Some(Vec::new());
    }
    let own = |one: &&str| {
        one.starts_with("https://") && !one.contains('#') && !one.starts_with(&origin.to_string())
    };
    let all = || params.all("resource").filter(|it| !it.is_empty());
    match right {
        None if server.varies(&variants::RESOURCE_ANY) && all().all(|one| own(&one)) => {
            Some(all().map(str::to_owned).collect())
        }
        right => right,
    }
}

/// Whether a request has to name a resource (RFC 8707 §2.1).
fn is_demanded(server: &Core, params: &Params) -> bool {
    let grants = ["authorization_code", "refresh_token", "client_credentials"];
    let asks = match params.first("grant_type") {
        Some(grant) => grants.contains(&grant),
        None => params.first("response_type").is_some(),
    };
    asks && server.varies(&variants::RESOURCE_DEMANDED)
}

/// The resources that a token request is taken to name.
// audience/refused-for-tokens
pub(in crate::server) fn asked_for_tokens(
    server: &Core,
    params: &Params,
    right: Option<Vec<String>>,
) -> Option<Vec<String>> {
    let grants = [
        (&faults::UNKNOWN_REDEEMED, "authorization_code"),
        (&faults::UNKNOWN_REFRESHED, "refresh_token"),
        (&faults::UNKNOWN_OF_ITS_OWN, "client_credentials"),
    ];
    let grant = params.first("grant_type");
    let passed_over = grants.into_iter().any(|(fault, it)| grant == Some(it) && server.has(fault));
    // exchange/target-malformed
    let fragment = is_exchange(params) && params.all("resource").any(|it| it.contains('#'));
    let passed_over = passed_over || fragment && server.has(&exchange::FRAGMENT_CUT);
    right.or(passed_over.then(Vec::new))
}

/// Whether the resources of a token request are within those that were granted.
// audience/code-never-widens, audience/refresh-never-widens
pub(in crate::server) fn within(
    server: &Core,
    params: &Params,
    asked: &[String],
    right: bool,
) -> bool {
    let widens = |name: &str| match name {
        "code" => server.has(&faults::CODE_WIDENS),
        _ => server.has(&faults::REFRESH_WIDENS),
    };
    let names = ["code", "refresh_token"];
    let of = names.into_iter().find_map(|name| Some((name, params.first(name)?)));
    // A grant for which no resource was named is one for all that need no naming, or for none.
    let grant = of.and_then(|(_, of)| server.store.grant_of(of));
    let unnamed = grant.is_some_and(|grant| grant.resources.is_empty());
    let right = right && !(unnamed && server.varies(&variants::RESOURCE_NAMED_FIRST));
    let Some((_, of)) = of.filter(|(name, _)| !right && widens(name)) else { return right };
    server.store.widen(of, asked)
}

/// The resources to which a new access token is narrowed.
// audience/chosen, audience/own-tokens, audience/granted-is-kept
pub(in crate::server) fn narrowed(
    server: &Core,
    params: &Params,
    access: &str,
    asked: &[String],
) -> Vec<String> {
    let grant = params.first("grant_type").unwrap_or_default();
    let own = grant == "client_credentials";
    // exchange/target
    if is_exchange(params) && server.has(&exchange::TARGET_IGNORED) {
        return Vec::new();
    }
    if own && server.has(&faults::OF_ITS_OWN_UNNAMED) || !own && server.has(&faults::ALL_GRANTED) {
        return Vec::new();
    }
    let code = grant == "authorization_code";
    if code && !asked.is_empty() && server.has(&faults::CHOICE_ENDS_GRANT) {
        server.store.regrant(access, asked);
    }
    if code && asked.is_empty() && server.has(&faults::GRANTED_FORGOTTEN) {
        server.store.regrant(access, &[]);
    }
    let refresh = grant == "refresh_token";
    let stays =
        if asked.is_empty() { &faults::REFRESH_FORGETS } else { &faults::REFRESH_CHOICE_STAYS };
    if refresh && server.has(stays) {
        server.store.regrant(access, asked);
    }
    match asked {
        [_, last] if server.has(&faults::LAST_ALONE) => vec![last.clone()],
        _ => asked.to_vec(),
    }
}

fn is_exchange(params: &Params) -> bool {
    params.first("grant_type") == Some(GrantType::TokenExchange.as_str())
}

/// Whether a token is taken to be for the resource that is called.
// audience/foreign-token-refused
pub(in crate::server) fn is_for(server: &Core, right: bool) -> bool {
    server.switches().alter(right, [(&faults::FOREIGN_SERVED, true)])
}

/// Whether a resource that was asked for is taken to be this one.
// audience/malformed-refused, audience/similar-is-another
pub(in crate::server) fn same(server: &Core, asked: &str, known: &str, right: bool) -> bool {
    if right {
        return true;
    }
    let path = known.splitn(4, '/').nth(3).unwrap_or_default();
    let relative = asked.strip_prefix('/') == Some(path);
    let schemeless = known.split_once(':').is_some_and(|(_, rest)| rest == asked);
    let fragment = asked.strip_suffix('#') == Some(known);
    // Two slashes in a row count as one there.
    let unescaped = asked.replace("/%2F", "/").replace("%2F", "/");
    let climbed =
        asked.split("/../").last().is_some_and(|end| end == path) && asked.contains("/../");
    let wrong = [
        (&faults::RELATIVE_TAKEN, relative),
        (&faults::SCHEMELESS_TAKEN, schemeless),
        (&faults::EMPTY_FRAGMENT_TAKEN, fragment),
        (&faults::PREFIX_TAKEN, asked.starts_with(known)),
        (&faults::ANY_CASE_TAKEN, asked.eq_ignore_ascii_case(known)),
        (&faults::DOTS_RESOLVED, climbed),
        (&faults::ESCAPES_RESOLVED, unescaped == known),
    ];
    wrong.into_iter().any(|(fault, taken)| taken && server.has(fault))
}
