//! Mistakes of the introspection endpoint.

use serde_json::{Value, json};

use crate::server::core::Core;
use crate::server::faults::introspection as faults;
use crate::server::oauth::http::{self, Refusal, given};
use crate::server::oauth::introspect::{self, inactive};
use crate::server::oauth::store::{Gone, Told};
use crate::server::variants;
use crate::server::world::Application;
use crate::testbed::Fault;
use crate::wire::{Params, Request, Response, basic};

/// What a mistake does to the members of an answer.
type Edit = fn(&Core, &mut Value);

/// The answer to a request for its method, or of a server that has no such endpoint.
// introspection/endpoint
pub(in crate::server) fn method(
    server: &Core,
    request: &Request,
    refused: Option<Response>,
) -> Option<Response> {
    if server.has(&faults::NO_ENDPOINT) {
        return Some(Response::new(404));
    }
    let right = refused?;
    let params = || http::decode_each(request.query().unwrap_or_default().as_bytes()).0;
    if server.varies(&variants::INTROSPECT_BY_GET) {
        return Some(introspect::answer(server, request, &params()));
    }
    if server.has(&faults::BY_GET) {
        let params = params();
        let token = given(&params, "token").unwrap_or_default();
        let told = server.store.told(server.now(), (token, None));
        return Some(http::json(200, &introspect::members(server, token, told.as_ref())));
    }
    Some(right)
}

/// The response with an answer.
// introspection/form, introspection/not-kept
pub(in crate::server) fn document(server: &Core, right: Value) -> Response {
    let body = if server.has(&faults::IN_A_LIST) { json!([right]) } else { right };
    let mut response = http::json(200, &body);
    if server.has(&faults::AS_TEXT) {
        response.headers.set("Content-Type", "text/plain");
    }
    if server.has(&faults::KEPT) {
        response.headers.set("Cache-Control", "private, max-age=86400");
    }
    if server.varies(&variants::INTROSPECT_KEPT) {
        response.headers.set("Cache-Control", "private, max-age=60");
    }
    response
}

/// Who asks.
// introspection/caller-authenticated
pub(in crate::server) fn caller(
    server: &Core,
    request: &Request,
    params: &Params,
    right: Result<Application, Refusal>,
) -> Result<Application, Refusal> {
    let Err(refusal) = right else { return right };
    let world = server.world();
    let field = request.headers.get("authorization").and_then(basic::decode);
    let by_field = field.as_ref().map(|sent| sent.id.as_str());
    let named = by_field.or(given(params, "client_id")).and_then(|id| world.application(id));
    let secret = field.as_ref().map(|sent| sent.secret.as_str());
    let secret = secret.or(given(params, "client_secret"));
    let public = named.filter(|app| app.secret.is_empty());
    let confidential = named.filter(|app| !app.secret.is_empty());
    let any = world.applications.first();
    let wrong = [
        (&faults::PUBLIC_CALLER, public),
        (&faults::ANY_SECRET, confidential.filter(|_| secret.is_some())),
        (&faults::NO_SECRET, confidential.filter(|_| secret.is_none())),
        (&faults::ANY_CALLER, any),
    ];
    let let_in = wrong.into_iter().find_map(|(fault, app)| app.filter(|_| server.has(fault)));
    let told = server.switches().pick(refusal, [(&faults::CALLER_200, refusal.at(200))]);
    let_in.cloned().ok_or(told)
}

/// What comes of a request without a token.
// introspection/token-required
pub(in crate::server) fn missing(server: &Core, right: Refusal) -> Result<Value, Refusal> {
    if server.has(&faults::MISSING_ACTIVE) {
        return Ok(json!({"active": true}));
    }
    Err(server.switches().pick(right, [(&faults::MISSING_BREAKS, right.at(500))]))
}

/// What is told to a client about a token.
pub(in crate::server) fn told(
    server: &Core,
    (token, hint): (&str, Option<&str>),
    app: &Application,
    right: Option<Told>,
) -> Result<Option<Told>, Refusal> {
    let known = hint.is_none_or(|hint| matches!(hint, "access_token" | "refresh_token"));
    // introspection/wrong-hint
    if !known && server.has(&faults::HINT_REFUSED) {
        return Err(Refusal::new("unsupported_token_type", "The type of token is not known"));
    }
    match right {
        None => unknown(server, token).map_or(Ok(None), Err),
        Some(told) if told.grant.client_id != app.client_id => foreign(server, told),
        Some(told) => Ok(Some(told).filter(|told| !is_lost(server, told))),
    }
}

fn is_lost(server: &Core, told: &Told) -> bool {
    server.has(&faults::ALL_INACTIVE)
        || told.refreshed && server.has(&faults::REFRESHED_INACTIVE)
        || !told.access && server.varies(&variants::INTROSPECT_ACCESS_ALONE)
}

// introspection/unknown-token
fn unknown(server: &Core, token: &str) -> Option<Refusal> {
    if server.store.gone(token) != Gone::Unknown {
        return None;
    }
    let refusal = Refusal::new("invalid_request", "The token is not known");
    let wrong = [
        (&faults::UNKNOWN_404, 404),
        (&faults::UNKNOWN_401, 401),
        (&faults::UNKNOWN_400, 400),
        (&faults::UNKNOWN_BREAKS, 500),
    ];
    let wrong = wrong.into_iter().map(|(fault, status)| (fault, Some(refusal.at(status))));
    server.switches().pick(None, wrong)
}

// introspection/not-allowed
fn foreign(server: &Core, told: Told) -> Result<Option<Told>, Refusal> {
    let refusal = Refusal::new("access_denied", "The token is that of another client");
    let wrong = [(&faults::FOREIGN_403, 403), (&faults::FOREIGN_404, 404)];
    let wrong = wrong.into_iter().map(|(fault, status)| (fault, Some(refusal.at(status))));
    match server.switches().pick(None, wrong) {
        Some(refusal) => Err(refusal),
        None if server.varies(&variants::INTROSPECT_OWN_ALONE) => Ok(None),
        None => Ok(Some(told)),
    }
}

/// The members of the answer about a live token.
pub(in crate::server) fn active(server: &Core, mut right: Value) -> Value {
    for (fault, edit) in EDITS {
        if server.has(fault) {
            edit(server, &mut right);
        }
    }
    if server.varies(&variants::INTROSPECT_BRIEF) {
        return json!({"active": true});
    }
    if server.varies(&variants::INTROSPECT_MORE) {
        right["oauthspec_example"] = json!({"nested": [1, {"deep": true}]});
        right["aud"] = json!(["https://resource.example", "https://other.example"]);
        right["iss"] = json!("https://server.example");
        right["jti"] = json!("1");
    }
    right
}

/// The members of the answer about a token that is not active.
pub(in crate::server) fn dead(server: &Core, token: &str) -> Value {
    let gone = server.store.gone(token);
    let claims =
        [(&faults::EXPIRED_CLAIMS, Gone::Expired), (&faults::REVOKED_CLAIMS, Gone::Revoked)];
    // introspection/inactive-alone
    if claims.iter().any(|(fault, reason)| gone == *reason && server.has(fault)) {
        return json!({"active": false, "client_id": "default-client", "scope": "profile"});
    }
    if gone == Gone::Unknown && server.has(&faults::UNKNOWN_REASON) {
        return json!({"active": false, "reason": "unknown_token"});
    }
    // introspection/form
    let wrong = [
        (&faults::INACTIVE_AS_TEXT, json!({"active": "false"})),
        (&faults::INACTIVE_LEFT_OUT, json!({})),
    ];
    server.switches().pick(inactive(), wrong)
}

/// What each mistake does to the members of a live token.
static EDITS: &[(&Fault, Edit)] = &[
    // introspection/form
    (&faults::ACTIVE_AS_TEXT, |_, it| it["active"] = json!("true")),
    // introspection/members
    (&faults::SCOPES_AS_LIST, |_, it| it["scope"] = json!(["profile"])),
    (&faults::EXPIRY_AS_TEXT, |_, it| it["exp"] = json!(it["exp"].to_string())),
    (&faults::EXPIRY_IN_PARTS, |_, it| {
        it["exp"] = json!(it["exp"].as_f64().unwrap_or_default() + 0.5);
    }),
    (&faults::CLIENT_AS_OBJECT, |_, it| it["client_id"] = json!({"id": it["client_id"]})),
    (&faults::AUDIENCE_AS_NUMBER, |_, it| it["aud"] = json!(1)),
    // introspection/agrees
    (&faults::OTHER_CLIENT, |_, it| it["client_id"] = json!("another-client")),
    (&faults::MORE_SCOPE, |server, it| {
        let world = server.world();
        let app = it["client_id"].as_str().and_then(|id| world.application(id));
        it["scope"] = json!(app.map(|app| app.scopes.join(" ")));
    }),
    (&faults::LONGER, |_, it| it["exp"] = json!(it["exp"].as_u64().unwrap_or_default() + 3600)),
    (&faults::IN_MILLISECONDS, |_, it| {
        for name in ["exp", "iat"] {
            it[name] = json!(it[name].as_u64().unwrap_or_default() * 1000);
        }
    }),
    (&faults::OTHER_TYPE, |_, it| it["token_type"] = json!("access_token")),
];
