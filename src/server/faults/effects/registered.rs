//! Mistakes of the endpoint at which a client looks after its registration.

use serde_json::{Value, json};

use crate::server::core::Core;
use crate::server::faults::registration as faults;
use crate::server::oauth::http::Refusal;
use crate::server::variants;
use crate::server::world::Application;
use crate::wire::{Request, Response};

/// Whether this token opens the registration of a client.
// registration/management-token, registration/own-client-alone
pub(in crate::server) fn opens(
    server: &Core,
    (sent, expected): (Option<&str>, &str),
    right: bool,
) -> bool {
    let world = server.world();
    let of_any = |token: &str| {
        let mut known = world.applications.iter().filter_map(|app| app.registration.as_ref());
        known.any(|registration| registration.access_token == token)
    };
    let alive = |token: &str| server.store.told(server.now(), (token, None)).is_some();
    right
        || server.has(&faults::NO_TOKEN_NEEDED)
        || sent.is_some_and(|token| {
            token.len() >= 8 && expected.starts_with(token) && server.has(&faults::TOKEN_PREFIX)
                || of_any(token) && server.has(&faults::BY_ANOTHER)
                || alive(token) && server.has(&faults::BY_ACCESS_TOKEN)
        })
}

/// The answer to a request that is refused. `app`: the client whose endpoint it is.
// registration/unknown-client
pub(in crate::server) fn refused(
    server: &Core,
    request: &Request,
    app: Option<&Application>,
    mut right: Response,
) -> Response {
    if let Some(app) = app {
        if request.method == "DELETE" && server.has(&faults::DELETED_FIRST) {
            server.change_world(|world| {
                world.applications.retain(|it| it.client_id != app.client_id);
            });
        }
        return right;
    }
    let opened = server.has(&faults::NO_TOKEN_NEEDED) || server.has(&faults::BY_ANOTHER);
    right.status = server.switches().pick(right.status, [(&faults::UNKNOWN_404, 404)]);
    if opened {
        right.status = 404;
    }
    right
}

/// The answer to a read.
// registration/read
pub(in crate::server) fn read(server: &Core, mut right: Value) -> Value {
    if server.has(&faults::READ_OTHERWISE) {
        right["redirect_uris"] = json!([]);
    }
    right
}

/// What of a client is gone with it: the client, and what was issued to it.
// registration/delete, registration/deleted-tokens
pub(in crate::server) fn gone(server: &Core) -> (bool, bool) {
    let there = server.has(&faults::STILL_THERE);
    (!there, !there && !server.has(&faults::TOKENS_LIVE))
}

/// The status of a deletion.
pub(in crate::server) fn deleted(server: &Core, right: u16) -> u16 {
    server.switches().pick(right, [(&faults::DELETED_200, 200)])
}

/// Whether an update is taken that does not name its client.
// registration/update-refused
pub(in crate::server) fn named(server: &Core, sent: Option<&str>, right: bool) -> bool {
    right
        || sent.is_none() && server.has(&faults::NO_ID_NEEDED)
        || sent.is_some() && server.has(&faults::OTHER_ID_TAKEN)
}

/// What an update that is refused registers all the same.
// registration/update-refused
pub(in crate::server) fn unchecked(
    server: &Core,
    asked: &Value,
    before: &Application,
    right: Result<Application, Refusal>,
) -> Result<Application, Refusal> {
    let uris = asked["redirect_uris"].as_array().into_iter().flatten();
    let uris: Vec<String> = uris.filter_map(Value::as_str).map(str::to_owned).collect();
    match right {
        Err(_) if server.has(&faults::UPDATE_UNCHECKED) => {
            Ok(Application { redirect_uris: uris, ..before.clone() })
        }
        right => right,
    }
}

/// The client after an update.
// registration/update-replaces, registration/update-bound
pub(in crate::server) fn updated(
    server: &Core,
    asked: &Value,
    before: &Application,
    mut right: Application,
) -> Application {
    if server.has(&faults::MERGED) {
        right.redirect_uris.extend(before.redirect_uris.iter().cloned());
    }
    let text = |name: &str| asked[name].as_str().map(str::to_owned);
    if let Some(id) = text("client_id").filter(|_| server.has(&faults::OTHER_ID_TAKEN)) {
        right.client_id = id;
    }
    if let Some(secret) = text("client_secret").filter(|_| server.has(&faults::SECRET_TAKEN)) {
        right.secret = secret;
    }
    right
}

/// Whether the secret of an update will do.
pub(in crate::server) fn secret(server: &Core, right: bool) -> bool {
    right || server.has(&faults::SECRET_TAKEN)
}

/// The answer to a method that is not known.
// registration/management-method
pub(in crate::server) fn other_method(
    server: &Core,
    right: Response,
    read: impl FnOnce() -> Response,
) -> Response {
    if server.has(&faults::PATCH_200) { read() } else { right }
}

/// Whether registrations can be updated.
pub(in crate::server) fn takes_updates(server: &Core) -> bool {
    !server.varies(&variants::REGISTERED_FIXED)
}
