//! Mistakes of the device authorization endpoint, around what is right.

use serde_json::{Value, json};

use super::client_auth::credentials;
use super::{Edit, edited, query_posted};
use crate::server::core::Core;
use crate::server::faults::device as faults;
use crate::server::oauth::device::KNOWN;
use crate::server::oauth::http::Refusal;
use crate::server::oauth::scope;
use crate::server::policy::Reason;
use crate::server::variants;
use crate::server::world::{Application, GrantType};
use crate::testbed::Fault;
use crate::wire::{Params, Request, Response};

/// The answer to a request. `right`: that of a server without mistakes.
pub(in crate::server) fn around(
    server: &Core,
    request: &Request,
    right: fn(&Core, &Request) -> Response,
) -> Response {
    if server.has(&faults::NO_ENDPOINT) {
        return Response::new(404);
    }
    let by_get = request.method == "GET" && server.has(&faults::BY_GET);
    let response = match by_get {
        true => right(server, &query_posted(request)),
        false => right(server, request),
    };
    match response.status {
        200 => told(server, response),
        405 => response,
        _ => refused(server, response),
    }
}

// device/answer, device/no-store
fn told(server: &Core, mut response: Response) -> Response {
    let mut members = edited(server, &response, EDITS);
    if server.varies(&variants::DEVICE_BRIEF)
        && let Some(members) = members.as_object_mut()
    {
        members.remove("verification_uri_complete");
        members.remove("interval");
    }
    response.body = members.to_string().into_bytes();
    response.status = server.switches().pick(200, [(&faults::STATUS_201, 201)]);
    if server.has(&faults::AS_TEXT) {
        response.headers.set("Content-Type", "text/plain");
    }
    if server.has(&faults::STORED) {
        response.headers.set("Cache-Control", "private, max-age=600");
    }
    response
}

static EDITS: &[(&Fault, Edit)] = &[
    (&faults::NO_EXPIRES_IN, |it| it["expires_in"] = Value::Null),
    (&faults::EXPIRES_IN_TEXT, |it| it["expires_in"] = json!(it["expires_in"].to_string())),
    (&faults::INTERVAL_TEXT, |it| it["interval"] = json!(it["interval"].to_string())),
    (&faults::URI_RELATIVE, |it| it["verification_uri"] = json!("/device")),
    (&faults::URI_RENAMED, |it| {
        it["verification_url"] = it["verification_uri"].take();
    }),
    (&faults::COMPLETE_OF_ANOTHER, |it| {
        let page = it["verification_uri"].as_str().unwrap_or_default();
        it["verification_uri_complete"] = json!(format!("{page}?user_code=BBBB-CCCC"));
    }),
];

// device/refusal
fn refused(server: &Core, mut response: Response) -> Response {
    response.status = server.switches().pick(response.status, [(&faults::REFUSED_200, 200)]);
    if server.has(&faults::REFUSED_AS_TEXT) {
        response.headers.set("Content-Type", "text/plain");
        response.body = b"The device is refused".to_vec();
    }
    if server.has(&faults::UNCHALLENGED) {
        response.headers.remove("WWW-Authenticate");
    }
    response
}

/// Whether a request is refused for what its parameters are.
// device/repeated-parameter, device/unknown-parameters, device/empty-is-absent
pub(in crate::server) fn is_repeated(server: &Core, params: &Params, right: bool) -> bool {
    let unknown = params.iter().any(|param| !KNOWN.contains(&param.name.as_str()));
    let empty = params.first("scope") == Some("");
    server.switches().alter(
        right,
        [
            (&faults::REPEATED, false),
            (&faults::UNKNOWN_REFUSED, right || unknown),
            (&faults::EMPTY_REFUSED, right || empty),
        ],
    )
}

/// The client with the scopes that it is taken to have.
// device/scope-unknown
fn with_scopes(server: &Core, params: &Params, mut app: Application) -> Application {
    let asked = params.first("scope").unwrap_or_default();
    let named = scope::named(server.policy(), asked).map(str::to_owned);
    let unknown: Vec<String> = named.filter(|named| !app.scopes.contains(named)).collect();
    let like = |named: &String| app.scopes.iter().any(|it| it.eq_ignore_ascii_case(named));
    let only_by_case = unknown.iter().all(like);
    let taken = !unknown.is_empty()
        && (server.has(&faults::UNKNOWN_SCOPE)
            || only_by_case && server.has(&faults::SCOPE_ANY_CASE));
    if taken {
        app.scopes.extend(unknown);
    }
    app
}

/// The client that asks.
// device/client-known, device/client-authenticated
pub(in crate::server) fn client(
    server: &Core,
    (request, params): (&Request, &Params),
    right: Result<Application, Refusal>,
) -> Result<Application, Refusal> {
    let refusal = match right {
        // device/client-not-allowed
        Ok(mut app) if server.has(&faults::FOR_ANY) => {
            app.grants.push(GrantType::DeviceCode);
            return Ok(app);
        }
        Ok(app) => return Ok(with_scopes(server, params, app)),
        Err(refusal) => refusal,
    };
    let world = server.world();
    let own = world.application_of_role("device").cloned();
    let (named, secret) = credentials(request, params);
    let named = named.and_then(|id| world.application(&id)).cloned();
    let sent = secret.is_some();
    let wrong = matches!(refusal.reason, Some(Reason::Client | Reason::ClientByBasic));
    let taken =
        |applies: bool, app: Option<Application>| app.filter(|_| applies && wrong).ok_or(refusal);
    server.switches().alter(
        Err(refusal),
        [
            (&faults::UNKNOWN_CLIENT, taken(named.is_none(), own)),
            (&faults::SECRET_UNCHECKED, taken(sent, named.clone())),
            (&faults::NO_SECRET, taken(!sent, named)),
        ],
    )
}

/// The codes that are issued, of the device and of its user.
pub(in crate::server) fn codes(
    server: &Core,
    (code, letters): (String, String),
) -> (String, String) {
    (device_code(server, code), user_code(server, letters))
}

// device/code-unguessable
fn device_code(server: &Core, right: String) -> String {
    let count = server.devices.count();
    let short = u64::from_str_radix(&hex(&right), 16).unwrap_or_default() % 10_000_000_000;
    let wrong = [
        (&faults::CODE_COUNTED, format!("oauthspec-device-code-{:012}", 1000 + count)),
        (&faults::CODE_SHORT, format!("{short:010}")),
        (&faults::CODE_IS_USER_CODE, format!("device-code-{}", &right[..8].to_uppercase())),
    ];
    server.switches().pick(right, wrong)
}

fn hex(text: &str) -> String {
    text.bytes().take(8).map(|byte| format!("{byte:02x}")).collect()
}

// device/user-code-unguessable, device/user-code-readable
fn user_code(server: &Core, right: String) -> String {
    let count = server.devices.count();
    let drawn: usize = right.bytes().map(usize::from).sum::<usize>() * 7919;
    let alike: String = right
        .bytes()
        .map(|letter| char::from(b"01OILXYZABCDEFGHJKMN"[usize::from(letter) % 20]))
        .collect();
    let wrong = [
        (&faults::USER_CODE_DIGITS, format!("{:04}", drawn % 10_000)),
        (&faults::USER_CODE_COUNTED, format!("{:08}", 10_000 + count)),
        (&faults::USER_CODE_ALIKE, alike),
    ];
    server.switches().pick(right, wrong)
}
