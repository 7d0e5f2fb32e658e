//! What tokens are for (RFC 8707): each resource takes those that are for it, and no others.

use crate::server::core::Core;
use crate::server::dialect::Resource;
use crate::server::faults::effects::audience as effects;
use crate::server::oauth::http::{Refusal, given};
use crate::server::policy::Reason;
use crate::server::world::GrantType;
use crate::wire::{Origin, Params, Request};

/// The parameter that names a resource. It may be repeated (RFC 8707 §2).
const RESOURCE: &str = "resource";
/// That which names one in a token exchange (RFC 8693 §2.1): here by its identifier, too.
const AUDIENCE: &str = "audience";

/// Whether a parameter that stands there several times is nothing wrong.
pub(in crate::server) fn repeats(server: &Core, name: &str) -> bool {
    server.policy().resource_indicators && name == RESOURCE && effects::repeats(server)
}

/// Whether a parameter names a resource, and may do so once.
pub(in crate::server) fn is_single(server: &Core, name: &str) -> bool {
    server.policy().resource_indicators && name == RESOURCE && !repeats(server, name)
}

/// The identifier of a resource: its URL.
pub(in crate::server) fn identifier(origin: &Origin, resource: &Resource) -> String {
    format!("{origin}{}", resource.path)
}

/// The resources that a request names; none where there is one that nobody knows.
// audience/unknown-refused
pub(in crate::server) fn asked(
    server: &Core,
    params: &Params,
    origin: &Origin,
) -> Option<Vec<String>> {
    if !server.policy().resource_indicators {
        return Some(Vec::new());
    }
    let exchanged = params.first("grant_type") == Some(GrantType::TokenExchange.as_str());
    let by_name = params.all(AUDIENCE).filter(|_| exchanged);
    let named = params.all(RESOURCE).chain(by_name).filter(|it| !it.is_empty());
    let right = named.map(|one| known(server, origin, one)).collect();
    effects::asked(server, (params, origin), right)
}

/// The identifier of the resource that is asked for.
fn known(server: &Core, origin: &Origin, asked: &str) -> Option<String> {
    let mut known = server.dialect().resources.iter().map(|it| identifier(origin, it));
    known.find(|it| effects::same(server, asked, it, is_same(asked, it)))
}

/// Scheme and host are compared without case (RFC 3986 §6.2.2.1).
fn is_same(one: &str, other: &str) -> bool {
    let parts = |text: &str| {
        let at = text.find("://").map_or(0, |at| at + 3);
        let end = text[at..].find('/').map_or(text.len(), |end| at + end);
        (text[..end].to_ascii_lowercase(), text[end..].to_owned())
    };
    parts(one) == parts(other)
}

/// The resources that a token request names: those of a code or a refresh token have to be among what
/// was granted.
// audience/refused-for-tokens, audience/code-never-widens, audience/refresh-never-widens
pub(in crate::server) fn granted(
    server: &Core,
    request: &Request,
    params: &Params,
) -> Result<Vec<String>, Refusal> {
    let refused = || server.refusal(Reason::Target);
    let asked = effects::asked_for_tokens(server, params, asked(server, params, &request.origin));
    let asked = asked.ok_or_else(refused)?;
    let of = given(params, "code").or(given(params, "refresh_token"));
    let Some(of) = of.filter(|_| !asked.is_empty()) else { return Ok(asked) };
    let mut granted = server.store.resources_of(of);
    if granted.is_empty() {
        granted.extend(by_default(server, &request.origin));
    }
    let within = asked.iter().all(|one| granted.iter().any(|other| is_same(one, other)));
    if effects::within(server, params, &asked, within) { Ok(asked) } else { Err(refused()) }
}

/// Makes a new access token one for the resources that its request named, and no others.
// audience/chosen, audience/own-tokens
pub(in crate::server) fn narrow(server: &Core, params: &Params, access: &str, asked: &[String]) {
    let asked = effects::narrowed(server, params, access, asked);
    if !asked.is_empty() {
        server.store.narrow(access, &asked);
    }
}

/// What a token is for that was asked for without a word about it.
fn by_default(server: &Core, origin: &Origin) -> Vec<String> {
    let alike = server.dialect().resources.iter().filter(|it| !it.apart);
    alike.map(|it| identifier(origin, it)).collect()
}

/// Whether a token for these resources is for the one that is called.
// audience/foreign-token-refused
pub(in crate::server) fn is_for(
    server: &Core,
    origin: &Origin,
    resources: &[String],
    called: &Resource,
) -> bool {
    if !server.policy().resource_indicators {
        return true;
    }
    let own = identifier(origin, called);
    let right = meant(server, origin, resources).iter().any(|one| is_same(one, &own));
    effects::is_for(server, right)
}

/// The resources that a token is for.
pub(in crate::server) fn meant(
    server: &Core,
    origin: &Origin,
    resources: &[String],
) -> Vec<String> {
    if resources.is_empty() { by_default(server, origin) } else { resources.to_vec() }
}

/// What is told of a token's resources (RFC 7662 §2.2); none: nothing.
// audience/token-names-resource
pub(in crate::server) fn told(
    server: &Core,
    origin: &Origin,
    resources: &[String],
) -> Option<Vec<String>> {
    let known = server.policy().resource_indicators;
    known.then(|| meant(server, origin, resources))
}
