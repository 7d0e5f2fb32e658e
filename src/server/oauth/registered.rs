//! The client configuration endpoint, one for each client that registered itself (RFC 7592). It is read,
//! updated and deleted there.

use crate::server::core::Core;
use crate::server::faults::effects::registered as effects;
use crate::server::oauth::http::{self, Refusal};
use crate::server::oauth::register::{self, bearer_token, information, unauthorized};
use crate::server::oauth::secret::same_secret;
use crate::server::world::Application;
use crate::wire::{Request, Response};

const OTHER_CLIENT: Refusal =
    Refusal::new("invalid_client_metadata", "client_id or client_secret is not that of the client");

/// Every method at every client's own endpoint.
pub(in crate::server) fn endpoint(server: &Core, request: &Request) -> Response {
    effects::around(server, request, answer)
}

fn answer(server: &Core, request: &Request) -> Response {
    // registration/management-token, registration/unknown-client
    let app = client_of(server, request).filter(|app| is_authenticated(request, app));
    let Some(app) = app else { return unauthorized(request) };
    match request.method.as_str() {
        // registration/read
        "GET" | "HEAD" => http::json(200, &information(server, request, &app)),
        "DELETE" => delete(server, &app),
        "PUT" => update(server, request, &app).unwrap_or_else(Refusal::response),
        // registration/management-method
        _ => http::method_not_allowed("GET, HEAD, PUT, DELETE"),
    }
}

/// The client whose endpoint this is. One that is not there is refused like one whose token is wrong
/// (RFC 7592 §2.1).
pub(in crate::server) fn client_of(server: &Core, request: &Request) -> Option<Application> {
    let client_id = request.path().rsplit('/').next()?;
    let world = server.world();
    world.application(client_id).filter(|app| app.registration.is_some()).cloned()
}

/// Whether a request carries the client's registration access token.
// registration/own-client-alone
fn is_authenticated(request: &Request, app: &Application) -> bool {
    let known = app.registration.as_ref().map(|it| it.access_token.as_str());
    known.zip(bearer_token(request)).is_some_and(|(known, sent)| same_secret(sent, known))
}

/// What was registered is replaced (RFC 7592 §2.2); identifier, secret and token stay.
// registration/update-replaces, registration/update-bound, registration/update-refused
fn update(server: &Core, request: &Request, before: &Application) -> Result<Response, Refusal> {
    let asked = register::body(request)?;
    let sent = |name: &str| asked[name].as_str();
    let named = sent("client_id") == Some(before.client_id.as_str());
    let secret = sent("client_secret").is_none_or(|secret| same_secret(secret, &before.secret));
    if !named || !secret {
        return Err(OTHER_CLIENT);
    }
    let next = replaced(before, register::application(server, &asked)?);
    server.change_world(|world| {
        for app in world.applications.iter_mut().filter(|app| app.client_id == before.client_id) {
            *app = next.clone();
        }
    });
    Ok(http::json(200, &information(server, request, &next)))
}

/// A client as it is to be, with what the server chose for it.
fn replaced(before: &Application, next: Application) -> Application {
    let method = next.registration.as_ref().map(|it| it.method);
    let registration = before.registration.clone().map(|mut kept| {
        kept.method = method.unwrap_or(kept.method);
        kept
    });
    let had_secret = !before.secret.is_empty() && !next.secret.is_empty();
    Application {
        role: before.role.clone(),
        client_id: before.client_id.clone(),
        secret: if had_secret { before.secret.clone() } else { next.secret.clone() },
        registration,
        ..next
    }
}

/// The client is gone, and all that was issued to it (RFC 7592 §2.3).
// registration/delete, registration/deleted-tokens
fn delete(server: &Core, app: &Application) -> Response {
    server.change_world(|world| world.applications.retain(|it| it.client_id != app.client_id));
    server.store.forget_client(&app.client_id);
    let mut response = Response::new(204);
    response.headers.push("Cache-Control", "no-store");
    response
}
