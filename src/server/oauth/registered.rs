//! The client configuration endpoint, one for each client that registered itself (RFC 7592). It is read
//! and deleted there; an update is optional and not offered.

use crate::server::core::Core;
use crate::server::oauth::http;
use crate::server::oauth::register::information;
use crate::server::oauth::secret::same_secret;
use crate::server::world::Application;
use crate::wire::bearer::{self, Bearer};
use crate::wire::{Request, Response};

/// Every method at every client's own endpoint.
pub(in crate::server) fn endpoint(server: &Core, request: &Request) -> Response {
    let Some(app) = authenticated(server, request) else { return unauthorized() };
    match request.method.as_str() {
        "GET" | "HEAD" => http::json(200, &information(server, request, &app)),
        "DELETE" => delete(server, &app),
        _ => http::method_not_allowed("GET, HEAD, DELETE"),
    }
}

/// The client whose endpoint this is, if the request carries its registration access token. One that
/// is not there is refused like one whose token is wrong (RFC 7592 §2.1).
fn authenticated(server: &Core, request: &Request) -> Option<Application> {
    let client_id = request.path().rsplit('/').next()?;
    let Bearer::Token(token) = bearer::read(request.headers.get("authorization")?) else {
        return None;
    };
    let world = server.world();
    let app = world.application(client_id)?;
    let registration = app.registration.as_ref()?;
    same_secret(token, &registration.access_token).then(|| app.clone())
}

/// The client is gone, and all that was issued to it (RFC 7592 §2.3).
fn delete(server: &Core, app: &Application) -> Response {
    server.change_world(|world| world.applications.retain(|it| it.client_id != app.client_id));
    server.store.forget_client(&app.client_id);
    let mut response = Response::new(204);
    response.headers.push("Cache-Control", "no-store");
    response
}

fn unauthorized() -> Response {
    let mut response = Response::new(401);
    response.headers.push("WWW-Authenticate", "Bearer error=\"invalid_token\"");
    response.headers.push("Cache-Control", "no-store");
    response
}
