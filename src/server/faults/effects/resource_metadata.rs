//! Mistakes in what a protected resource says of itself.

use serde_json::{Map, Value, json};

use crate::server::core::Core;
use crate::server::dialect::Speech;
use crate::server::faults::resource_metadata as faults;
use crate::server::oauth::bearer::{Param, Refusal};
use crate::server::oauth::{http, pages, resource_metadata};
use crate::server::variants;
use crate::testbed::Fault;
use crate::wire::{Request, Response};

type Members = Map<String, Value>;

/// What a mistake does to the members.
type Edit = fn(&mut Members);

static EDITS: &[(&Fault, Edit)] = &[
    (&faults::SLASH_ADDED, |members| renamed(members, |name| format!("{name}/"))),
    (&faults::FRAGMENT, |members| renamed(members, |name| format!("{name}#metadata"))),
    (&faults::BY_NAME, |members| renamed(members, |_| "the resource".to_owned())),
    (&faults::CAPITAL_SCHEME, |members| renamed(members, |name| name.replacen("http", "HTTP", 1))),
    (&faults::SERVER_AS_TEXT, |members| {
        let first = members.get("authorization_servers").and_then(|it| it.get(0)).cloned();
        set(members, "authorization_servers", first.unwrap_or_default());
    }),
    (&faults::SCOPES_AS_TEXT, |members| set(members, "scopes_supported", json!("profile email"))),
    (&faults::SCOPES_LEFT_OUT, |members| drop(members.remove("scopes_supported"))),
    (&faults::NAME_LEFT_OUT, |members| drop(members.remove("resource_name"))),
    (&faults::PLAIN_KEYS, |members| set(members, "jwks_uri", json!("http://keys.example/keys"))),
    (&faults::ALGORITHM_NONE, |members| {
        set(members, "resource_signing_alg_values_supported", json!(["ES256", "none"]));
    }),
    (&faults::SERVER_OF_NOBODY, |members| {
        servers(members, |server| vec![server.clone(), format!("{server}/nobody")]);
    }),
    (&faults::SERVER_WITH_SLASH, |members| servers(members, |server| vec![format!("{server}/")])),
    (&faults::LISTS_QUERY, |members| {
        set(members, "bearer_methods_supported", json!(["header", "query"]));
    }),
    (&faults::EMPTY_LIST, |members| set(members, "bearer_methods_supported", json!([]))),
    (&faults::OTHER_RESOURCE, |members| {
        set(members, "resource", json!("https://other.example/mcp"));
    }),
    (&faults::ORIGIN_ALONE, |members| {
        let servers = members.get("authorization_servers");
        let origin = servers.and_then(|it| it.get(0)).cloned().unwrap_or_default();
        set(members, "resource", origin);
    }),
    (&faults::NO_SERVERS, |members| drop(members.remove("authorization_servers"))),
    (&faults::SERVER_BY_NAME, |members| {
        set(members, "authorization_servers", json!(["the server"]));
    }),
    (&faults::OFFLINE_ACCESS, |members| {
        set(members, "scopes_supported", json!(["email", "offline_access"]));
    }),
];

fn set(members: &mut Members, name: &str, value: Value) {
    members.insert(name.to_owned(), value);
}

fn renamed(members: &mut Members, rename: impl Fn(&str) -> String) {
    let name = members.get("resource").and_then(Value::as_str).unwrap_or_default().to_owned();
    set(members, "resource", json!(rename(&name)));
}

fn servers(members: &mut Members, make: impl Fn(String) -> Vec<String>) {
    let first = members.get("authorization_servers").and_then(|it| it.get(0));
    let first = first.and_then(Value::as_str).unwrap_or_default().to_owned();
    set(members, "authorization_servers", json!(make(first)));
}

/// The host that a proxy is said to have been asked for.
pub(super) fn forwarded(request: &Request) -> Option<&str> {
    request.headers.get("X-Forwarded-Host").and_then(|it| str::from_utf8(it).ok())
}

/// A URL, at another host.
pub(super) fn moved_to(host: &str, url: &str) -> String {
    let path = url.splitn(4, '/').nth(3).unwrap_or_default();
    format!("https://{host}/{path}")
}

/// What a challenge says beyond RFC 6750.
// resource-metadata/announced, bearer/needed-scope-named
pub(in crate::server) fn announced(
    server: &Core,
    request: &Request,
    why: Refusal,
    mut params: Vec<Param>,
) -> Vec<Param> {
    if server.has(&faults::NOT_ANNOUNCED) {
        params.retain(|(name, _)| name != "resource_metadata");
    }
    if server.has(&faults::ANNOUNCED_RELATIVE) {
        let path = |url: &str| url.splitn(4, '/').nth(3).map(|path| format!("/{path}"));
        for (_, value) in params.iter_mut().filter(|(name, _)| name == "resource_metadata") {
            *value = path(value).unwrap_or_default();
        }
    }
    let named = params.iter().find(|(name, _)| name == "resource_metadata").cloned();
    if let Some((name, url)) = named {
        if server.has(&faults::ANNOUNCED_TWICE) {
            params.push((name.clone(), url.clone()));
        }
        if server.has(&faults::ANNOUNCED_ELSEWHERE) {
            params.retain(|(known, _)| *known != name);
            params.push((name, format!("{url}/nowhere")));
        }
    }
    // resource-metadata/outside-host
    if let Some(host) = forwarded(request).filter(|_| server.has(&faults::ANNOUNCED_FORWARDED)) {
        for (_, value) in params.iter_mut().filter(|(name, _)| name == "resource_metadata") {
            *value = moved_to(host, value);
        }
    }
    let lacking = why == Refusal::InsufficientScope;
    let unnamed = [
        lacking && server.has(&faults::SCOPE_UNNAMED),
        why == Refusal::Missing && server.has(&faults::SCOPE_UNNAMED_AT_FIRST),
    ];
    if unnamed.contains(&true) {
        params.retain(|(name, _)| name != "scope");
    }
    if lacking && server.has(&faults::ANOTHER_SCOPE_NAMED) {
        for (_, scope) in params.iter_mut().filter(|(name, _)| name == "scope") {
            "openid".clone_into(scope);
        }
    }
    params
}

/// The response with the metadata, where there are any. `first`: those of the resource that stands for its
/// host.
// resource-metadata/published, resource-metadata/form, resource-metadata/unknown-resource
pub(in crate::server) fn document(
    server: &Core,
    request: &Request,
    right: Option<Members>,
    first: impl FnOnce() -> Option<Members>,
) -> Response {
    let at_host = request.path() == resource_metadata::PATH;
    let otherwise = at_host && server.has(&faults::OTHERWISE_AT_HOST);
    let taken = at_host && server.varies(&variants::RESOURCE_METADATA_AT_HOST)
        || otherwise
        || !at_host && server.has(&faults::ANY_PATH);
    let known = right.or_else(|| first().filter(|_| taken));
    let Some(mut members) = known.filter(|_| !server.has(&faults::ABSENT)) else {
        return http::html(404, pages::not_found());
    };
    for (fault, edit) in EDITS {
        if server.has(fault) {
            edit(&mut members);
        }
    }
    // A resource that is called with JSON is sent no form.
    let takes_forms = server.dialect().resources.iter().all(|it| it.speaks == Speech::Json);
    if takes_forms && server.has(&faults::LISTS_BODY) {
        set(&mut members, "bearer_methods_supported", json!(["header", "body"]));
    }
    if server.varies(&variants::RESOURCE_METADATA_ALGORITHMS) {
        set(&mut members, "resource_signing_alg_values_supported", json!(["ES256"]));
    }
    if server.varies(&variants::RESOURCE_METADATA_BRIEF) {
        members.retain(|name, _| matches!(name.as_str(), "resource" | "authorization_servers"));
    }
    if otherwise {
        servers(&mut members, |server| vec![format!("{server}/another")]);
    }
    // resource-metadata/outside-host
    if let Some(host) = forwarded(request).filter(|_| server.has(&faults::FORWARDED)) {
        renamed(&mut members, |name| moved_to(host, name));
    }
    let members = Value::Object(members);
    let body = if server.has(&faults::LIST) { json!([members]) } else { members };
    let mut response = http::json(200, &body);
    if server.has(&faults::TEXT) {
        response.headers.set("Content-Type", "text/plain");
    }
    response
}

/// What the authorization server says of the protected resources (RFC 9728 §4).
// resource-metadata/servers-agree
pub(in crate::server) fn listed(server: &Core, members: &mut Members) {
    if server.varies(&variants::RESOURCES_UNLISTED) {
        members.remove("protected_resources");
    }
    if members.contains_key("protected_resources") && server.has(&faults::LISTED_ELSEWHERE) {
        set(members, "protected_resources", json!(["https://resource.oauthspec.example/"]));
    }
}
