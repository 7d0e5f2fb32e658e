//! Mistakes of the introspection endpoint, around what is right.

use serde_json::{Value, json};

use super::client_auth::credentials;
use super::{post, query_posted};
use crate::server::core::Core;
use crate::server::faults::{audience, dpop, introspection as faults};
use crate::server::oauth::http::{self, Refusal, given};
use crate::server::oauth::introspect;
use crate::server::oauth::jwt_tokens::of_id_token;
use crate::server::oauth::store::{Gone, Told};
use crate::server::variants;
use crate::server::world::Application;
use crate::testbed::Fault;
use crate::wire::params::Param;
use crate::wire::{Headers, Origin, Params, Request, Response, jws};

/// What a mistake does to the members of an answer.
type Edit = fn(&Core, &mut Value);

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
    let takes_get = by_get || server.varies(&variants::INTROSPECT_BY_GET);
    let takes_get = takes_get && request.method == "GET";
    let mut asked = if takes_get { query_posted(request) } else { request.clone() };
    let mut params = http::body_params(&asked).unwrap_or_default();
    let mut response = right(server, &asked);
    if response.status == 401 {
        let app = let_in(server, (&asked, &params), by_get);
        response.status = server.switches().pick(401, [(&faults::CALLER_200, 200)]);
        // introspection/caller-challenged
        if server.has(&faults::UNCHALLENGED) {
            response.headers.remove("WWW-Authenticate");
        }
        if credentials(&asked, &params).0.is_some() && server.has(&faults::CALLER_AS_TEXT) {
            response.headers.set("Content-Type", "text/plain");
            response.body = b"Who are you?".to_vec();
        }
        let Some(app) = app else { return response };
        params = params.iter().filter(|it| !it.name.starts_with("client_")).map(pair).collect();
        asked.headers = Headers::default();
        params.push("client_id", app.client_id);
        params.push("client_secret", app.secret);
        post(&mut asked, &params);
        response = right(server, &asked);
    }
    let Some(token) = given(&params, "token").map(str::to_owned) else {
        return missing(server, response);
    };
    let hint = given(&params, "token_type_hint").map(str::to_owned);
    let meant = server.store.meant(&token);
    if meant != token {
        params = params.iter().filter(|it| it.name != "token").map(pair).collect();
        params.push("token", meant.clone());
        post(&mut asked, &params);
        response = right(server, &asked);
    }
    let (caller, _) = credentials(&asked, &params);
    told(server, (&meant, hint.as_deref()), (caller.as_deref(), &asked.origin), response)
}

fn pair(param: &Param) -> (String, String) {
    (param.name.clone(), param.value.clone())
}

/// A client in whose name an answer is given all the same.
// introspection/caller-authenticated
fn let_in(
    server: &Core,
    (request, params): (&Request, &Params),
    by_get: bool,
) -> Option<Application> {
    let world = server.world();
    let (named, secret) = credentials(request, params);
    let named = named.and_then(|id| world.application(&id));
    let public = named.is_some_and(|app| app.is_public());
    let wrong = [
        (&faults::PUBLIC_CALLER, public),
        (&faults::ANY_SECRET, named.is_some() && !public && secret.is_some()),
        (&faults::NO_SECRET, named.is_some() && !public && secret.is_none()),
        (&faults::ANY_CALLER, true),
    ];
    let taken = wrong.into_iter().any(|(fault, fits)| fits && server.has(fault));
    let own = named.filter(|_| !public).or(world.applications.first());
    own.filter(|_| taken || by_get).cloned()
}

/// The answer to a request without a token.
// introspection/token-required
fn missing(server: &Core, right: Response) -> Response {
    if right.status == 400 && server.has(&faults::MISSING_ACTIVE) {
        return http::json(200, &json!({"active": true}));
    }
    if right.status == 400 && server.has(&faults::MISSING_BREAKS) {
        return Response::new(500);
    }
    right
}

/// The answer about a token.
fn told(
    server: &Core,
    (token, hint): (&str, Option<&str>),
    (caller, origin): (Option<&str>, &Origin),
    right: Response,
) -> Response {
    let Ok(said) = serde_json::from_slice::<Value>(&right.body) else { return right };
    let Some(active) = said["active"].as_bool() else { return right };
    let known = hint.is_none_or(|hint| matches!(hint, "access_token" | "refresh_token"));
    // introspection/wrong-hint
    if !known && server.has(&faults::HINT_REFUSED) {
        let text = "The type of token is not known";
        return Refusal::new("unsupported_token_type", text).response();
    }
    let raised = if active { None } else { server.store.raised(server.now(), token) };
    let said = raised.map(|told| introspect::active(server, origin, &told)).unwrap_or(said);
    // introspection/id-token
    let shown = if active { None } else { of_id_token(server, token) };
    let shown = shown.filter(|_| server.has(&faults::ID_TOKEN_ACTIVE));
    let said = shown
        .map_or(said, |grant| introspect::active(server, origin, &Told::now(server.now(), grant)));
    let said = if active { said } else { believed(server, origin, token).unwrap_or(said) };
    let live = said["active"] == json!(true);
    if !live {
        return unknown(server, token).unwrap_or_else(|| document(server, dead(server, token)));
    }
    let owner = said["client_id"].as_str();
    let owner_differs = owner.is_some_and(|owner| Some(owner) != caller);
    if let Some(refused) = foreign(server, owner_differs) {
        return refused;
    }
    let access = said["token_type"].is_string();
    let kind = if access { "access_token" } else { "refresh_token" };
    let lost = server.has(&faults::ALL_INACTIVE)
        || hint.is_some_and(|hint| known && hint != kind) && server.has(&faults::HINT_OBEYED)
        || hint != Some(kind) && server.has(&faults::HINT_NEEDED)
        || server.store.is_refreshed(token) && server.has(&faults::REFRESHED_INACTIVE)
        || server.store.ends_with_first(server.now(), token)
        || !access && server.has(&faults::REFRESH_INACTIVE)
        || !access && server.varies(&variants::INTROSPECT_ACCESS_ALONE)
        || !access && server.store.outlives(server.now(), token);
    let mut said = said;
    // introspection/agrees
    if owner_differs && server.has(&faults::ASKER_AS_CLIENT) {
        said["client_id"] = json!(caller);
    }
    // introspection/expiry-agrees
    let first = server.store.first_expiry(token).filter(|_| server.has(&faults::EXPIRY_STALE));
    if let Some(first) = first {
        said["exp"] = json!(first.as_secs());
    }
    let said = if lost { introspect::inactive() } else { edited(server, said) };
    document(server, said)
}

/// What a JWT says of itself, where a mistake believes it.
// introspection/forged-token
fn believed(server: &Core, origin: &Origin, token: &str) -> Option<Value> {
    let alg = super::jwt_tokens::of_this_server(server, origin, token)?;
    let takes = server.has(&faults::JWT_BELIEVED)
        || alg.eq_ignore_ascii_case("none") && server.has(&faults::JWT_UNSIGNED)
        || matches!(alg.as_str(), "RS256" | "ES256") && server.has(&faults::JWT_BY_NAME);
    let mut said = takes.then(|| jws::read(token)).flatten()?.claims;
    said.insert("active".to_owned(), json!(true));
    Some(Value::Object(said))
}

/// The response with an answer.
// introspection/form, introspection/not-kept
fn document(server: &Core, said: Value) -> Response {
    let body = if server.has(&faults::IN_A_LIST) { json!([said]) } else { said };
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

// introspection/unknown-token
fn unknown(server: &Core, token: &str) -> Option<Response> {
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
    let made = wrong.into_iter().find(|(fault, _)| server.has(fault));
    made.map(|(_, status)| refusal.with_status(status))
}

// introspection/not-allowed
fn foreign(server: &Core, is_foreign: bool) -> Option<Response> {
    if !is_foreign {
        return None;
    }
    let refusal = Refusal::new("access_denied", "The token is that of another client");
    let wrong = [(&faults::FOREIGN_403, 403), (&faults::FOREIGN_404, 404)];
    let made = wrong.into_iter().find(|(fault, _)| server.has(fault));
    let refused = made.map(|(_, status)| refusal.with_status(status));
    let own_alone = || server.varies(&variants::INTROSPECT_OWN_ALONE);
    refused.or_else(|| own_alone().then(|| http::json(200, &introspect::inactive())))
}

/// The members of the answer about a live token.
fn edited(server: &Core, mut right: Value) -> Value {
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
        let aud = right["aud"].as_array_mut().map(std::mem::take).unwrap_or_default();
        let more = ["https://resource.example", "https://other.example"].map(Value::from);
        right["aud"] = aud.into_iter().chain(more).collect();
        right["iss"] = json!("https://server.example");
        right["jti"] = json!("1");
    }
    right
}

/// The members of the answer about a token that is not active.
fn dead(server: &Core, token: &str) -> Value {
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
    server.switches().pick(introspect::inactive(), wrong)
}

/// Changes what is told of a token that is bound to a key.
fn of_bound(members: &mut Value, name: &str, value: Value) {
    if members.get("cnf").is_some() {
        members[name] = value;
    }
}

/// What each mistake does to the members of a live token.
static EDITS: &[(&Fault, Edit)] = &[
    // audience/token-names-resource
    (&audience::ANOTHER_TOLD, |_, it| it["aud"] = json!(["https://resource.oauthspec.example/"])),
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
    // introspection/users-apart
    (&faults::USER_OF_LAST, |server, it| {
        let world = server.world();
        let last = server.store.last_user();
        if let Some(user) = last.and_then(|id| world.user(&id)).filter(|_| it["sub"].is_string()) {
            it["sub"] = json!(user.id);
            it["username"] = json!(user.login);
        }
    }),
    // dpop/confirmation
    (&dpop::CONFIRMATION_MISSING, |_, it| {
        it.as_object_mut().and_then(|it| it.remove("cnf"));
    }),
    (&dpop::CONFIRMATION_OTHER, |_, it| of_bound(it, "cnf", json!({"jkt": "0123456789abcdef"}))),
    (&dpop::INTROSPECTED_BEARER, |_, it| of_bound(it, "token_type", json!("Bearer"))),
    (&faults::OTHER_TYPE, |_, it| it["token_type"] = json!("access_token")),
];
