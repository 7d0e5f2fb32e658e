//! Mistakes of the verification page.

use maud::Markup;

use crate::server::core::Core;
use crate::server::faults::device as faults;
use crate::server::oauth::devices::Decision;
use crate::server::oauth::http;
use crate::server::oauth::interaction;
use crate::server::oauth::pages;
use crate::server::oauth::secret::knows_secret;
use crate::server::oauth::sessions::Authorization;
use crate::server::variants;
use crate::wire::{Params, Request, Response};

/// The answer to somebody who follows a link with a user code; `None` for the page that asks.
// device/link-decides-nothing
pub(in crate::server) fn followed(
    server: &Core,
    request: &Request,
    code: &str,
) -> Option<Response> {
    // device/verification-page
    if server.has(&faults::NO_PAGE) {
        return Some(http::html(404, pages::not_found()));
    }
    // device/pending
    if server.has(&faults::NOBODY_ASKED) {
        return Some(http::json(200, &serde_json::json!({"ok": true})));
    }
    if !code.is_empty() && server.varies(&variants::DEVICE_LINK_BY_PAGE) {
        let mut response = http::html(200, pages::sends_user_code(request.path(), code));
        // The other pages have no script.
        response.headers.remove("content-security-policy");
        return Some(response);
    }
    if code.is_empty() || !server.has(&faults::BY_LINK) {
        return None;
    }
    let session = http::session_cookie(request)?;
    let user = server.sessions.user_of(server.now(), &session)?;
    let typed = code.replace('-', "");
    let (device_code, _) = server.devices.find(server.now(), &typed)?;
    server.devices.decide(server.now(), &device_code, (&user, Decision::Granted));
    Some(http::html(200, pages::device_decided(true)))
}

/// The status of the page for a user code that no device shows.
// device/user-code-once
pub(in crate::server) fn status_of_unknown(server: &Core, typed: &str, right: u16) -> u16 {
    let decided = server.devices.is_decided(typed);
    if decided && server.has(&faults::AGAIN_BREAKS) { 500 } else { right }
}

/// The response to a user who has typed the code, signed in and decided at once; `page` asks again.
pub(in crate::server) fn decided_at_once(
    server: &Core,
    params: &Params,
    authorization: &Authorization,
    page: impl Fn() -> Markup,
) -> Option<Response> {
    if !server.varies(&variants::DEVICE_ONE_PAGE) {
        return None;
    }
    let field = |name: &str| params.first(name).unwrap_or_default();
    let world = server.world();
    let user = world.user_of_login(field("login"));
    let right = knows_secret(field("password"), user.map(|user| user.password.as_str()));
    let Some(user) = user.filter(|_| right) else { return Some(http::html(200, page())) };
    Some(match field("decision") {
        "grant" => interaction::grant(server, authorization.clone(), user.id.clone(), server.now()),
        _ => interaction::refuse(server, authorization, Some(&user.id)),
    })
}

/// The letters of a user code as it was typed.
// device/user-code-any-case, device/user-code-punctuation
pub(in crate::server) fn letters(server: &Core, typed: &str, right: String) -> String {
    let exact = typed.replace('-', "");
    let hyphens = typed.as_bytes().get(4) == Some(&b'-') && typed.len() == 9;
    server.switches().alter(
        right.clone(),
        [
            (&faults::EXACT_CASE, exact),
            (&faults::EXACT_PUNCTUATION, if hyphens { right } else { String::new() }),
        ],
    )
}
