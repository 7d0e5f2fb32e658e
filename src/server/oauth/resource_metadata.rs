//! What a protected resource says of itself (RFC 9728): who it is, and whose tokens open it.

use serde_json::{Map, Value, json};

use crate::server::core::Core;
use crate::server::dialect::{Resource, Speech};
use crate::server::faults::effects::resource_metadata as effects;
use crate::server::oauth::bearer::{Param, Refusal};
use crate::server::oauth::{audience, http};
use crate::wire::{Origin, Request, Response};

/// The well-known location of the metadata of a resource (RFC 9728 §3): the path of the resource follows.
pub(in crate::server) const PATH: &str = "/.well-known/oauth-protected-resource";

/// What a challenge says beyond RFC 6750: where the metadata are (RFC 9728 §5.1), and which scope would do.
// resource-metadata/announced, bearer/needed-scope-named
pub(in crate::server) fn announced(
    server: &Core,
    request: &Request,
    resource: &Resource,
    why: Refusal,
) -> Vec<Param> {
    if !server.policy().resource_metadata {
        return Vec::new();
    }
    let at = format!("{}{PATH}{}", request.origin, resource.path);
    let mut params = vec![("resource_metadata".to_owned(), at)];
    // bearer/scope-named: what a client asks for at first, where clients go by it.
    let first = resource.speaks == Speech::Mcp && why != Refusal::InsufficientScope;
    let more = resource.announces.iter().filter(|_| first);
    let scopes: Vec<&str> = resource.scope.iter().chain(more).map(String::as_str).collect();
    if !scopes.is_empty() {
        params.push(("scope".to_owned(), scopes.join(" ")));
    }
    effects::announced(server, request, why, params)
}

/// Every method below the well-known location.
pub(in crate::server) fn endpoint(server: &Core, request: &Request) -> Response {
    if !matches!(request.method.as_str(), "GET" | "HEAD") {
        return http::method_not_allowed("GET, HEAD");
    }
    let path = request.path().strip_prefix(PATH).unwrap_or_default();
    let mut known = server.dialect().resources.iter();
    // resource-metadata/published, resource-metadata/unknown-resource
    let right = known.find(|known| known.path == path);
    let right = right.map(|resource| members(&request.origin, resource));
    let first = || server.dialect().resources.first().map(|it| members(&request.origin, it));
    effects::document(server, request, right, first)
}

/// The identifiers of the protected resources that name this server (RFC 9728 §4); none: it lists none.
// resource-metadata/servers-agree
pub(in crate::server) fn listed(server: &Core, origin: &Origin) -> Option<Vec<String>> {
    let all = server.dialect().resources.iter().map(|it| audience::identifier(origin, it));
    let known = server.policy().resource_metadata;
    known.then(|| all.collect())
}

/// The members (RFC 9728 §2).
// resource-metadata/names-itself, resource-metadata/names-servers, resource-metadata/no-offline-access
fn members(origin: &Origin, resource: &Resource) -> Map<String, Value> {
    let mut members = Map::new();
    members.insert("resource".to_owned(), json!(audience::identifier(origin, resource)));
    members.insert("authorization_servers".to_owned(), json!([origin.to_string()]));
    if let Some(name) = &resource.name {
        members.insert("resource_name".to_owned(), json!(name));
    }
    let scopes: Vec<&String> = resource.scope.iter().chain(&resource.announces).collect();
    if !scopes.is_empty() {
        members.insert("scopes_supported".to_owned(), json!(scopes));
    }
    members.insert("bearer_methods_supported".to_owned(), json!(["header"]));
    members
}
