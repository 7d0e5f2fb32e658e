//! The resources: enough of an API to see whether a token lives, whose it is and what it opens
//! (`box` OAuth page, "Using Your Access Token with API V2").

use serde_json::{Value, json};

use super::bearer::{self, Refusal};
use super::store::Grant;
use super::world::{ROOT_READWRITE, User};
use super::{Server, fault, http};
use crate::wire::{Request, Response};

/// Everything below `/2.0/`; the path comes without it.
pub(super) fn endpoint(server: &Server, request: &Request, path: &str) -> Response {
    route(server, request, path).unwrap_or_else(|refusal| refusal.response(server))
}

fn route(server: &Server, request: &Request, path: &str) -> Result<Response, Refusal> {
    let grant = bearer::authenticate(server, request)?;
    bearer::query(server, request)?;
    // Behind the token: two tokens are refused as such whatever the method.
    let posted = request.method == "POST" && server.has(&fault::bearer::BODY_IGNORED);
    if !matches!(request.method.as_str(), "GET" | "HEAD") && !posted {
        return Ok(http::method_not_allowed("GET, HEAD"));
    }
    // A token of a user who is no longer there is no token.
    let user = user_of(server, &grant).ok_or(Refusal::InvalidToken)?;
    match path.split_once('/') {
        // identity/current-user: open to every token.
        Some(("users", "me")) => Ok(http::json(200, &user_json(&user))),
        Some(("folders", id)) => folder(server, &grant, &user, id),
        _ => Ok(not_found("resource")),
    }
}

// identity/current-user
fn user_of(server: &Server, grant: &Grant) -> Option<User> {
    let world = server.world();
    let user = world.user(&grant.user_id);
    let newest = || server.store.newest_user().and_then(|id| world.user(&id));
    server
        .switches()
        .pick(
            user,
            [
                (&fault::identity::FIRST_USER, world.users.first()),
                (&fault::identity::LAST_USER, world.users.last()),
                (&fault::identity::LAST_GRANTED, newest()),
                (&fault::identity::LOST_BY_REFRESH, user.or(world.users.first())),
            ],
        )
        .cloned()
}

fn folder(server: &Server, grant: &Grant, user: &User, id: &str) -> Result<Response, Refusal> {
    // scope/scope-before-existence
    bearer::require_scope(server, grant, ROOT_READWRITE)?;
    // permission/owner, permission/stranger
    Ok(if id == "0" { http::json(200, &root_folder(user)) } else { not_found("folder") })
}

fn user_json(user: &User) -> Value {
    json!({
        "type": "user",
        "id": user.id,
        "name": user.name,
        "login": user.login,
        "language": "en",
        "timezone": "Etc/UTC",
        "status": "active",
    })
}

fn root_folder(user: &User) -> Value {
    json!({
        "type": "folder",
        "id": "0",
        "sequence_id": null,
        "etag": null,
        "name": "All Files",
        "owned_by": {"type": "user", "id": user.id, "name": user.name, "login": user.login},
        "item_collection": {"total_count": 0, "entries": [], "offset": 0, "limit": 100},
    })
}

fn not_found(name: &str) -> Response {
    let body = json!({
        "type": "error",
        "status": 404,
        "code": "not_found",
        "message": "Not Found",
        "context_info": {"errors": [{"reason": "invalid_parameter", "name": name}]},
    });
    http::json(404, &body)
}
