//! The page on which a user says which device is theirs (RFC 8628 §3.3): they type its code, sign in, and
//! decide as at the authorization endpoint.

use crate::server::core::Core;
use crate::server::faults::effects::verification as effects;
use crate::server::oauth::devices::Device;
use crate::server::oauth::http::{self, given};
use crate::server::oauth::interaction;
use crate::server::oauth::pages;
use crate::server::oauth::sessions::{Authorization, Codes, FormKey};
use crate::wire::{Request, Response};

/// Every method at the verification page.
// device/verification-page
pub(in crate::server) fn endpoint(server: &Core, request: &Request) -> Response {
    match request.method.as_str() {
        "GET" | "HEAD" => show(server, request),
        "POST" => typed(server, request),
        _ => http::method_not_allowed("GET, HEAD, POST"),
    }
}

/// The page that asks for the user code. A link that has it fills it in, and decides nothing
/// (RFC 8628 §3.3.1).
// device/complete-uri, device/link-decides-nothing
fn show(server: &Core, request: &Request) -> Response {
    let (params, _) = http::decode_each(request.query().unwrap_or_default().as_bytes());
    let code = params.first("user_code").unwrap_or_default();
    if let Some(response) = effects::followed(server, request, code) {
        return response;
    }
    http::html(200, pages::user_code(server.switches(), request.path(), code, false))
}

/// The user has typed a code.
fn typed(server: &Core, request: &Request) -> Response {
    let params = http::body_params(request).unwrap_or_default();
    let code = given(&params, "user_code").unwrap_or_default();
    let session = http::session_cookie(request);
    let browser = session.clone().unwrap_or_default();
    let now = server.now();
    // device/guesses-limited
    let page = || pages::user_code(server.switches(), request.path(), code, true);
    let refused = |status: u16| http::html(status, page());
    if server.devices.is_guessing(now, &browser) {
        return refused(429);
    }
    let typed = letters(server, code);
    let Some((device_code, device)) = server.devices.find(now, &typed) else {
        let known = session.unwrap_or_else(|| server.token());
        server.devices.guessed(now, &known);
        let mut response = refused(effects::status_of_unknown(server, &typed, 400));
        http::set_session_cookie(server.switches(), &mut response, &known, request.origin.scheme);
        return response;
    };
    let authorization = authorization(device_code, device);
    let decided = effects::decided_at_once(server, &params, &authorization, page);
    decided.unwrap_or_else(|| begin(server, request, authorization))
}

/// A user code without what people put between its letters, in capitals (RFC 8628 §6.1).
// device/user-code-any-case, device/user-code-punctuation
fn letters(server: &Core, typed: &str) -> String {
    let right = typed.chars().filter(char::is_ascii_alphanumeric).collect::<String>();
    effects::letters(server, typed, right.to_ascii_uppercase())
}

/// What the user of a device is asked for.
fn authorization(device_code: String, Device { grant, user_code, .. }: Device) -> Authorization {
    Authorization {
        client_id: grant.client_id,
        scopes: grant.scopes,
        resources: grant.resources,
        device: Some(Codes { device: device_code, user: user_code }),
        ..Authorization::default()
    }
}

/// The user signs in and is asked as for any client.
// device/consent-asked
fn begin(server: &Core, request: &Request, authorization: Authorization) -> Response {
    let known = http::session_cookie(request).filter(|id| server.sessions.knows(server.now(), id));
    let session = known.unwrap_or_else(|| server.token());
    let (waiting, form_token) = (server.token(), server.token());
    let key = FormKey { session: &session, request: &waiting, form_token: &form_token };
    server.sessions.add(server.now(), key, authorization);
    let mut response = interaction::ask(server, &session, &waiting);
    http::set_session_cookie(server.switches(), &mut response, &session, request.origin.scheme);
    response
}
