//! Mistakes of the endpoint at which a client looks after its registration, around what is right.

use serde_json::{Value, json};

use crate::server::core::Core;
use crate::server::faults::registration as faults;
use crate::server::oauth::http;
use crate::server::oauth::register::bearer_token;
use crate::server::oauth::registered::client_of;
use crate::server::variants;
use crate::server::world::Application;
use crate::wire::{Request, Response};

type Right = fn(&Core, &Request) -> Response;

/// The answer to a request. `right`: that of a server without mistakes.
pub(in crate::server) fn around(server: &Core, request: &Request, right: Right) -> Response {
    let Some(app) = client_of(server, request) else {
        return unknown(server, right(server, request));
    };
    if matches!(&*request.method, "PUT" | "DELETE") && server.varies(&variants::REGISTER_FIXED) {
        return http::method_not_allowed("GET, HEAD");
    }
    let token = app.registration.as_ref().map_or("", |it| it.access_token.as_str());
    let mut asked = request.clone();
    let sent = bearer_token(request);
    if sent != Some(token) {
        if !opens(server, (sent, token)) {
            if request.method == "DELETE" && server.has(&faults::DELETED_FIRST) {
                remove(server, &app);
            }
            return refused(server, right(server, request));
        }
        asked.headers.set("Authorization", format!("Bearer {token}"));
    }
    match request.method.as_str() {
        "GET" | "HEAD" => read(server, right(server, &asked)),
        "DELETE" => delete(server, &app, || right(server, &asked)),
        "PUT" => update(server, asked, &app, right),
        // registration/management-method
        _ if server.has(&faults::PATCH_200) => {
            asked.method = "GET".to_owned();
            right(server, &asked)
        }
        _ => right(server, &asked),
    }
}

fn remove(server: &Core, app: &Application) {
    server.change_world(|world| world.applications.retain(|it| it.client_id != app.client_id));
}

/// Whether a token that is not the right one opens a registration.
// registration/management-token, registration/own-client-alone
fn opens(server: &Core, (sent, expected): (Option<&str>, &str)) -> bool {
    let world = server.world();
    let of_any = |token: &str| {
        let mut known = world.applications.iter().filter_map(|app| app.registration.as_ref());
        known.any(|registration| registration.access_token == token)
    };
    let alive = |token: &str| server.store.told(server.now(), token).is_some();
    server.has(&faults::NO_TOKEN_NEEDED)
        || sent.is_some_and(|token| {
            token.len() >= 8 && expected.starts_with(token) && server.has(&faults::TOKEN_PREFIX)
                || of_any(token) && server.has(&faults::BY_ANOTHER)
                || alive(token) && server.has(&faults::BY_ACCESS_TOKEN)
        })
}

/// The answer to a request without the right token.
// registration/management-challenge
fn refused(server: &Core, mut right: Response) -> Response {
    if server.has(&faults::UNCHALLENGED) {
        right.headers.remove("WWW-Authenticate");
    }
    right
}

/// The answer for a registration that is not there.
// registration/unknown-client
fn unknown(server: &Core, mut right: Response) -> Response {
    let absent = [&faults::UNKNOWN_404, &faults::NO_TOKEN_NEEDED, &faults::BY_ANOTHER];
    if server.switches().has_any(&absent) {
        right.status = 404;
    }
    right
}

// registration/read
fn read(server: &Core, mut right: Response) -> Response {
    if server.has(&faults::READ_OTHERWISE) {
        edit(&mut right, |said| said["redirect_uris"] = json!([]));
    }
    right
}

fn edit(response: &mut Response, change: impl FnOnce(&mut Value)) {
    if let Ok(mut said) = serde_json::from_slice::<Value>(&response.body) {
        change(&mut said);
        response.body = said.to_string().into_bytes();
    }
}

// registration/delete, registration/deleted-tokens
fn delete(server: &Core, app: &Application, right: impl FnOnce() -> Response) -> Response {
    if server.has(&faults::STILL_THERE) {
        return Response::new(204);
    }
    if server.has(&faults::TOKENS_LIVE) {
        remove(server, app);
        return Response::new(204);
    }
    let mut response = right();
    if server.has(&faults::DELETED_AUTHORIZES) {
        // Nobody knows its secret, and it has no registration.
        let secret = server.token();
        let left = Application { secret, registration: None, jwks: Vec::new(), ..app.clone() };
        server.change_world(|world| world.applications.push(left));
    }
    response.status = server.switches().pick(response.status, [(&faults::DELETED_200, 200)]);
    response
}

// registration/update-replaces, registration/update-bound, registration/update-refused
fn update(server: &Core, mut asked: Request, app: &Application, right: Right) -> Response {
    if server.varies(&variants::REGISTERED_FIXED) {
        return http::method_not_allowed("GET, HEAD, DELETE");
    }
    let Ok(mut metadata) = serde_json::from_slice::<Value>(&asked.body) else {
        return right(server, &asked);
    };
    let text = |name: &str| metadata[name].as_str().map(str::to_owned);
    let (id, secret) = (text("client_id"), text("client_secret"));
    let uris = metadata["redirect_uris"].clone();
    let unnamed = id.is_none() && server.has(&faults::NO_ID_NEEDED);
    let other_id = id.filter(|id| *id != app.client_id);
    let other_id = other_id.filter(|_| server.has(&faults::OTHER_ID_TAKEN));
    let secret = secret.filter(|secret| *secret != app.secret);
    let secret = secret.filter(|_| server.has(&faults::SECRET_TAKEN));
    let unchecked = server.has(&faults::UPDATE_UNCHECKED);
    if unnamed || other_id.is_some() {
        metadata["client_id"] = json!(app.client_id);
    }
    if secret.is_some() {
        metadata["client_secret"] = json!(app.secret);
    }
    if unchecked {
        metadata["redirect_uris"] = json!(app.redirect_uris);
    }
    asked.body = metadata.to_string().into_bytes();
    let mut response = right(server, &asked);
    if response.status != 200 {
        return response;
    }
    let mut next = app.redirect_uris.clone();
    server.change_world(|world| {
        let mut known = world.applications.iter_mut();
        let Some(known) = known.find(|it| it.client_id == app.client_id) else { return };
        if server.has(&faults::MERGED) {
            known.redirect_uris.extend(app.redirect_uris.iter().cloned());
        }
        if unchecked {
            let uris = uris.as_array().into_iter().flatten().filter_map(Value::as_str);
            known.redirect_uris = uris.map(str::to_owned).collect();
        }
        next.clone_from(&known.redirect_uris);
        let left_out = app.redirect_uris.iter().filter(|uri| !next.contains(uri));
        let left_out: Vec<String> = left_out.cloned().collect();
        if !left_out.is_empty() && server.has(&faults::UPDATE_CACHED) {
            known.redirect_uris.extend(left_out);
        }
        known.secret = secret.unwrap_or_else(|| known.secret.clone());
        known.client_id = other_id.unwrap_or_else(|| known.client_id.clone());
    });
    edit(&mut response, |said| said["redirect_uris"] = json!(next));
    if server.varies(&variants::REGISTERED_RENEWS) {
        renew(server, app, &mut response);
    }
    if server.varies(&variants::REGISTERED_RENEWS_SECRET) {
        renew_secret(server, app, &mut response);
    }
    response
}

/// Another secret, which the answer tells (RFC 7592 §2.2).
fn renew_secret(server: &Core, app: &Application, response: &mut Response) {
    let secret = server.token();
    let mut renewed = false;
    server.change_world(|world| {
        let mut known = world.applications.iter_mut();
        let known = known.find(|it| it.client_id == app.client_id && !it.secret.is_empty());
        if let Some(known) = known {
            known.secret.clone_from(&secret);
            renewed = true;
        }
    });
    if renewed {
        edit(response, |said| said["client_secret"] = json!(secret));
    }
}

/// Another registration access token, which the answer tells (RFC 7592 §3).
fn renew(server: &Core, app: &Application, response: &mut Response) {
    let token = server.token();
    server.change_world(|world| {
        let mut known = world.applications.iter_mut();
        let known = known.find(|it| it.client_id == app.client_id);
        if let Some(kept) = known.and_then(|known| known.registration.as_mut()) {
            kept.access_token.clone_from(&token);
        }
    });
    edit(response, |said| said["registration_access_token"] = json!(token));
}
