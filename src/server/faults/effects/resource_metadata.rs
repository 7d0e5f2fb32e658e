//! Mistakes in what a protected resource says of itself.

use serde_json::{Map, Value, json};

use crate::server::core::Core;
use crate::server::faults::resource_metadata as faults;
use crate::server::oauth::bearer::{Param, Refusal};
use crate::server::oauth::{http, pages};
use crate::testbed::Fault;
use crate::wire::Response;

type Members = Map<String, Value>;

/// What a mistake does to the members.
type Edit = fn(&mut Members);

const EDITS: [(&Fault, Edit); 6] = [
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

/// What a challenge says beyond RFC 6750.
// resource-metadata/announced, bearer/needed-scope-named
pub(in crate::server) fn announced(
    server: &Core,
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
    if why == Refusal::InsufficientScope && server.has(&faults::SCOPE_UNNAMED) {
        params.retain(|(name, _)| name != "scope");
    }
    params
}

/// The response with the metadata.
// resource-metadata/published, resource-metadata/form
pub(in crate::server) fn document(server: &Core, mut members: Members) -> Response {
    if server.has(&faults::ABSENT) {
        return http::html(404, pages::not_found());
    }
    for (fault, edit) in EDITS {
        if server.has(fault) {
            edit(&mut members);
        }
    }
    let members = Value::Object(members);
    let body = if server.has(&faults::LIST) { json!([members]) } else { members };
    let mut response = http::json(200, &body);
    if server.has(&faults::TEXT) {
        response.headers.set("Content-Type", "text/plain");
    }
    response
}
