//! What metadata says where a profile says nothing.

use super::metadata::{Metadata, is_same};
use super::permit::Permit;
use super::register::Registrar;
use crate::profile::{ClientAuthentication, Endpoints, Methods, Pkce, Profile, Resource};

/// Whether this profile leaves to metadata what a run cannot do without.
pub fn needs_metadata(profile: &Profile) -> bool {
    let Endpoints { authorization, token, registration, .. } = &profile.endpoints;
    let registers = profile.clients.are_registered() && registration.is_none();
    let lacks_authorization = authorization.is_empty() && !profile.is_codeless();
    lacks_authorization || token.is_empty() || registers
}

/// The members of metadata that would offer what this profile names.
pub fn named(profile: &Profile) -> Vec<String> {
    let endpoints = &profile.endpoints;
    let of = [
        ("token_endpoint", !endpoints.token.is_empty()),
        ("revocation_endpoint", endpoints.revocation.is_some()),
        ("introspection_endpoint", endpoints.introspection.is_some()),
        ("pushed_authorization_request_endpoint", endpoints.pushed_authorization_request.is_some()),
        ("device_authorization_endpoint", endpoints.device_authorization.is_some()),
        ("registration_endpoint", endpoints.registration.is_some()),
        ("userinfo_endpoint", profile.resource.is_some()),
        ("code_challenge_methods_supported", profile.pkce.is_some_and(|it| it != Pkce::None)),
    ];
    let members = of.into_iter().filter(|(_, is_named)| *is_named).map(|(it, _)| it.to_owned());
    let grants = profile.clients.values().flat_map(|client| &client.grants);
    members.chain(grants.map(|grant| format!("grant_types_supported={grant}"))).collect()
}

/// Fills in what the profile leaves out.
pub fn apply(profile: &mut Profile, found: &Metadata) {
    let endpoints = &mut profile.endpoints;
    let of = |url: &Option<String>| url.clone().unwrap_or_default();
    if endpoints.authorization.is_empty() {
        endpoints.authorization = of(&found.authorization);
    }
    if endpoints.token.is_empty() {
        endpoints.token = of(&found.token);
    }
    let or = |own: &mut Option<String>, said: &Option<String>| {
        if own.is_none() {
            own.clone_from(said);
        }
    };
    or(&mut endpoints.revocation, &found.revocation);
    or(&mut endpoints.introspection, &found.introspection);
    or(&mut endpoints.pushed_authorization_request, &found.pushed);
    or(&mut endpoints.device_authorization, &found.device_authorization);
    or(&mut endpoints.registration, &found.registration);
    if profile.client_authentication.is_none() {
        profile.client_authentication = authentication(found);
    }
    profile.offered_scopes.clone_from(&found.scopes);
    profile.pkce = profile.pkce.or(challenge(found));
    if profile.dpop.is_empty() {
        profile.dpop.clone_from(&found.proofs);
    }
    // Its last slash is part of a name that is compared letter by letter (RFC 7523 §3, RFC 9207 §2.4).
    if profile.issuer.is_none() && is_same(&found.issuer, &profile.base_url) {
        profile.issuer = Some(found.issuer.clone());
    }
    if profile.resource.is_none() {
        let userinfo = found.userinfo.clone().map(|url| Resource { url, ..Resource::default() });
        profile.resource = userinfo.or_else(|| introspected(found));
    }
}

/// The introspection endpoint in place of a resource.
pub(super) fn introspected(found: &Metadata) -> Option<Resource> {
    let url = found.introspection.clone()?;
    Some(Resource { url, introspected_by: Some("default".to_owned()), ..Resource::default() })
}

/// The ways of client authentication that the suite knows, too. HTTP Basic is always among them: RFC 6749
/// §2.3.1 demands it, and metadata of a server say nothing of a client.
fn authentication(found: &Metadata) -> Option<Methods> {
    let known = found.methods.iter().filter_map(|name| ClientAuthentication::of_name(name));
    let mut ways: Vec<ClientAuthentication> = known.collect();
    if !ways.is_empty() && !ways.contains(&ClientAuthentication::Basic) {
        ways.push(ClientAuthentication::Basic);
    }
    Methods::of(ways)
}

fn challenge(found: &Metadata) -> Option<Pkce> {
    found.challenges.iter().any(|method| method == "S256").then_some(Pkce::S256)
}

/// The registration endpoint of a profile that has its clients registered.
///
/// # Errors
/// Why there is none that can be used.
pub fn registrar(
    profile: &Profile,
    found: Option<&Metadata>,
    permit: &Permit,
) -> Result<Registrar, String> {
    let Some(endpoint) = &profile.endpoints.registration else {
        return Err("clients: register: the server's metadata names no registration endpoint; \
                    name clients, or `endpoints.registration`"
            .to_owned());
    };
    let endpoint = profile.endpoint(endpoint).map_err(|error| error.to_string())?;
    let mut registrar = Registrar::at(endpoint.as_str(), permit)?;
    registrar.token.clone_from(&profile.registration_token);
    registrar.more.clone_from(&profile.registration_metadata);
    if let Some(found) = found {
        let chosen = profile.client_authentication.as_ref().map(Methods::first);
        let is_chosen = |name: &String| ClientAuthentication::of_name(name) == chosen;
        let (mut first, rest): (Vec<_>, Vec<_>) =
            found.methods.iter().cloned().partition(is_chosen);
        first.extend(rest);
        registrar.methods = first;
        registrar.grants.clone_from(&found.grants);
        registrar.responses.clone_from(&found.responses);
        registrar.scopes.clone_from(&found.scopes);
    }
    // A client that may have two words of scope shows more than one that may have one.
    registrar.scope = profile.scope.as_ref().map(|scope| {
        let words: Vec<String> = scope.split_whitespace().map(str::to_owned).collect();
        profile.widened(&words).join(" ")
    });
    Ok(registrar)
}
