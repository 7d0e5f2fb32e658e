//! Mistakes of the registration endpoint.

mod choices;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Map, Value, json};

use self::choices::{SECRETLESS, cut, freed, unwilling};
use crate::server::core::Core;
use crate::server::faults::{dpop, pushed, registration as faults};
use crate::server::oauth::http::{self, FORM, Refusal};
use crate::server::oauth::metadata;
use crate::server::oauth::register::{self, bearer_token};
use crate::server::variants;
use crate::server::world::{Application, GrantType};
use crate::testbed::Fault;
use crate::wire::{Request, Response};

type Right = fn(&Core, &Request) -> Response;

/// The answer to a request. `right`: that of a server without mistakes.
pub(in crate::server) fn around(server: &Core, request: &Request, right: Right) -> Response {
    // registration/endpoint
    if server.has(&faults::NO_ENDPOINT) {
        return Response::new(404);
    }
    let mut asked = request.clone();
    if request.method == "GET" && server.has(&faults::BY_GET) {
        asked.method = "POST".to_owned();
    }
    let demanded = register::demanded_token(server, request);
    if let Some(expected) = demanded.filter(|it| is_taken(server, (bearer_token(request), it))) {
        asked.headers.set("Authorization", format!("Bearer {expected}"));
    }
    let body = register::body(&asked).ok().or_else(|| other_body(server, &asked));
    let Some(metadata) = body else { return refused(server, right(server, &asked)) };
    // registration/works, registration/public-client
    let is_public = metadata["token_endpoint_auth_method"] == "none";
    // registration/default-method
    let unsaid = metadata["token_endpoint_auth_method"].is_null();
    if unsaid && server.has(&faults::DEFAULT_REFUSED) {
        return refused(server, SECRETLESS.response());
    }
    if let Some(refusal) = unwilling(server, &metadata) {
        return refused(server, refusal.response());
    }
    let metadata = freed(server, cut(server, metadata));
    let before = metadata["redirect_uris"].clone();
    let method = metadata["token_endpoint_auth_method"].clone();
    let metadata = match edited(server, metadata) {
        Ok(metadata) => metadata,
        Err(refusal) => return refusal.response(),
    };
    let replaced = metadata["redirect_uris"] != before && before != json!(null);
    let uris = Some(before).filter(|_| replaced || server.has(&faults::NONE_NEEDED));
    asked.headers.set("Content-Type", "application/json");
    asked.body = metadata.to_string().into_bytes();
    let response = right(server, &asked);
    match (response.status, serde_json::from_slice::<Value>(&response.body)) {
        (201, Ok(mut said)) => {
            oddly(server, &mut said);
            // registration/malformed-metadata
            if method.is_string() && server.has(&faults::UNKNOWN_METHOD_KEPT) {
                said["token_endpoint_auth_method"] = method;
            }
            // A way that is not named is HTTP Basic (RFC 7591 §2).
            if is_public && server.varies(&variants::REGISTER_BASIC_FOR_NONE) {
                said.as_object_mut()
                    .and_then(|members| members.remove("token_endpoint_auth_method"));
            }
            registered(server, (&metadata, uris), said, response)
        }
        _ => refused(server, response),
    }
}

/// Chooses another secret for a client that has registered, if it has one.
fn oddly(server: &Core, said: &mut Value) {
    let Some(secret) = said["client_secret"].as_str().map(|it| format!("{it}%7E@+&= #")) else {
        return;
    };
    if server.varies(&variants::REGISTER_ODD_SECRET) {
        server.change_world(|world| {
            let mut known = world.applications.iter_mut();
            let own = known.find(|app| Some(&*app.client_id) == said["client_id"].as_str());
            own.into_iter().for_each(|app| app.secret.clone_from(&secret));
        });
        said["client_secret"] = json!(secret);
    }
}

/// The answer to a client that is registered.
fn registered(
    server: &Core,
    (asked, uris): (&Value, Option<Value>),
    mut said: Value,
    mut response: Response,
) -> Response {
    let id = said["client_id"].as_str().unwrap_or_default().to_owned();
    let Some(app) = server.world().application(&id).cloned() else { return response };
    let mut app = application(server, asked, app);
    // A statement that is believed names the redirect URIs; what is taken by a mistake is kept.
    if let Some(uris) = uris.filter(|_| !server.has(&faults::STATEMENT_BELIEVED)) {
        let texts = uris.as_array().into_iter().flatten().filter_map(Value::as_str);
        app.redirect_uris = texts.map(str::to_owned).collect();
        said["redirect_uris"] = uris;
    }
    said["client_id"] = json!(app.client_id);
    if !app.secret.is_empty() {
        said["client_secret"] = json!(app.secret);
        said["client_secret_expires_at"] = json!(0);
    }
    if let Some(registration) = &app.registration {
        said["registration_access_token"] = json!(registration.access_token);
    }
    // registration/keys
    for name in ["jwks", "jwks_uri"] {
        if server.has(&faults::KEYS_TWICE) && !asked[name].is_null() {
            said[name] = asked[name].clone();
        }
    }
    let kept = kept(server, &app);
    server.change_world(|world| {
        world.applications.retain(|known| known.client_id != id);
        world.applications.extend(kept);
    });
    response.body = information(server, said).to_string().into_bytes();
    success(server, response)
}

/// Whether an initial access token is taken that is not the right one.
// registration/initial-token
fn is_taken(server: &Core, (sent, expected): (Option<&str>, &str)) -> bool {
    let alive = |token: &str| server.store.told(server.now(), token).is_some();
    match sent {
        None => server.has(&faults::NO_INITIAL_TOKEN),
        Some(token) => {
            let prefix = token.len() >= 8 && expected.starts_with(token);
            server.has(&faults::ANY_INITIAL_TOKEN)
                || prefix && server.has(&faults::INITIAL_PREFIX)
                || alive(token) && server.has(&faults::ACCESS_TOKEN_TAKEN)
        }
    }
}

/// The metadata of a body that is no JSON object.
// registration/json-only
fn other_body(server: &Core, request: &Request) -> Option<Value> {
    if request.media_type().as_deref() == Some(FORM) {
        let (params, _) = http::decode_each(&request.body);
        let value = |text: &str| serde_json::from_str(text).unwrap_or_else(|_| json!(text));
        let members: Map<String, Value> =
            params.iter().map(|it| (it.name.clone(), value(&it.value))).collect();
        return server.has(&faults::FORM_TAKEN).then_some(Value::Object(members));
    }
    match serde_json::from_slice(&request.body) {
        Ok(Value::Array(mut list)) if server.has(&faults::LIST_TAKEN) => list.pop(),
        _ => None,
    }
}

/// The metadata that are registered.
fn edited(server: &Core, mut right: Value) -> Result<Value, Refusal> {
    const KNOWN: &[&str] = &[
        "redirect_uris",
        "token_endpoint_auth_method",
        "grant_types",
        "response_types",
        "client_name",
        "scope",
        "client_id",
        "client_secret",
        "software_statement",
    ];
    let members = right.as_object().into_iter().flatten();
    // registration/unknown-members
    let unknown = members.clone().any(|(name, _)| !KNOWN.contains(&name.as_str()));
    if unknown && server.has(&faults::UNKNOWN_REFUSED) {
        return Err(Refusal::new("invalid_client_metadata", "A member is not known"));
    }
    // registration/malformed-metadata
    let listed = |name: &str| name == "redirect_uris" || name == "grant_types";
    let odd = members.clone().any(|(name, value)| listed(name) && !value.is_array());
    if odd && server.has(&faults::TYPES_BREAK) {
        return Err(Refusal::new("server_error", "The server is broken").at(500));
    }
    if right["redirect_uris"].is_string() && server.has(&faults::TEXT_URI_TAKEN) {
        right["redirect_uris"] = json!([right["redirect_uris"]]);
    }
    // registration/software-statement
    let payload = right["software_statement"].as_str().and_then(|text| text.split('.').nth(1));
    let claims = payload.and_then(|text| URL_SAFE_NO_PAD.decode(text).ok());
    let claims = claims.and_then(|bytes| serde_json::from_slice::<Value>(&bytes).ok());
    if let Some(claims) = claims.filter(|_| server.has(&faults::STATEMENT_BELIEVED)) {
        right["redirect_uris"] = claims["redirect_uris"].clone();
    }
    // registration/redirect-uri-required
    let none = right["redirect_uris"].as_array().is_none_or(Vec::is_empty);
    if none && !odd && server.has(&faults::NONE_NEEDED) {
        right["redirect_uris"] = json!(["https://taken.example/"]);
    }
    // registration/told
    if server.varies(&variants::REGISTER_NAMELESS) {
        right.as_object_mut().and_then(|members| members.remove("client_name"));
    }
    taken(server, &mut right);
    // registration/default-method, registration/malformed-metadata
    let method = right["token_endpoint_auth_method"].as_str();
    let unknown = method.is_some_and(|name| metadata::method(server, name).is_none());
    let secret = method == Some("none") && server.varies(&variants::REGISTER_BASIC_FOR_NONE);
    if method.is_none() && server.has(&faults::DEFAULT_POST) {
        right["token_endpoint_auth_method"] = json!("client_secret_post");
    } else if secret
        || (unknown
            && (server.has(&faults::UNKNOWN_METHOD_KEPT)
                || server.varies(&variants::REGISTER_METHOD_REPLACED)))
    {
        right["token_endpoint_auth_method"] = json!("client_secret_basic");
    }
    // registration/consistent-types
    if server.has(&faults::ANY_TYPES) {
        right.as_object_mut().and_then(|members| members.remove("response_types"));
    }
    Ok(right)
}

/// Puts others in the place of redirect URIs that are taken by a mistake.
fn taken(server: &Core, metadata: &mut Value) {
    let Some(uris) = metadata.get_mut("redirect_uris").and_then(Value::as_array_mut) else {
        return;
    };
    let further = server.has(&faults::FIRST_ALONE);
    for (number, uri) in uris.iter_mut().enumerate() {
        let text = uri.as_str().unwrap_or(" ");
        if number > 0 && further || is_registrable(server, text) {
            *uri = json!(format!("https://taken.example/{number}"));
        }
    }
}

/// Whether a redirect URI is taken by a mistake.
fn is_registrable(server: &Core, uri: &str) -> bool {
    let scheme = uri.split(':').next().unwrap_or_default();
    let absolute = uri.contains(':') && !uri.starts_with('/');
    let is = |name: &str| scheme.eq_ignore_ascii_case(name);
    let script = absolute && !is("http") && !is("https");
    let http = absolute && is("http");
    let host = uri.split('/').nth(2).unwrap_or_default();
    let local = host.starts_with("127.0.0.1") || host.starts_with("localhost");
    let https = absolute && is("https");
    let taken = [
        // registration/script-scheme
        (&faults::SCRIPT_TAKEN, script),
        (&faults::SCRIPT_BY_NAME, script && scheme.contains(|c: char| c.is_ascii_uppercase())),
        (&faults::SCRIPT_BY_TEXT, script && scheme.contains(|c: char| c.is_control() || c == ' ')),
        (&faults::DATA_TAKEN, is("data")),
        // registration/dotless-scheme
        (&faults::DOTLESS_TAKEN, script && uri.starts_with("oauthspec:")),
        // registration/plain-redirect-uri
        (&faults::PLAIN_TAKEN, http && !host.contains('@')),
        (&faults::PLAIN_COLON, http && local && host.contains(':')),
        (&faults::PLAIN_PREFIX, http && local),
        // registration/redirect-uri-form
        (&faults::FRAGMENT_TAKEN, https && uri.contains('#')),
        (&faults::RELATIVE_TAKEN, uri.starts_with('/')),
        (&faults::EMPTY_TAKEN, uri.is_empty()),
        // registration/odd-redirect-uri
        (&faults::WILDCARD_TAKEN, https && host.contains('*')),
        (&faults::USERINFO_TAKEN, https && host.contains('@')),
        (&faults::SPACED_TAKEN, https && uri.contains(|c: char| c.is_ascii_whitespace())),
    ];
    taken.into_iter().any(|(fault, fits)| fits && server.has(fault))
}

/// A client that was registered under the same name and with the same redirect URIs.
fn like(server: &Core, app: &Application) -> Option<Application> {
    let same = |it: &&Application| it.name == app.name && it.redirect_uris == app.redirect_uris;
    server.world().applications.iter().filter(|it| it.registration.is_some()).find(same).cloned()
}

/// The client that is registered.
fn application(server: &Core, asked: &Value, mut right: Application) -> Application {
    let text = |name: &str| asked[name].as_str().map(str::to_owned);
    // registration/chosen-by-server
    if let Some(id) = text("client_id").filter(|_| server.has(&faults::CHOSEN_ID)) {
        right.client_id = id;
    }
    if let Some(secret) = text("client_secret").filter(|_| server.has(&faults::CHOSEN_SECRET)) {
        right.secret = secret;
    }
    // registration/same-metadata
    if let Some(known) = like(server, &right).filter(|_| server.has(&faults::BY_METADATA)) {
        server.change_world(|world| world.applications.retain(|it| it.role != known.role));
        right.client_id = known.client_id;
    } else if let Some(known) = like(server, &right).filter(|_| server.has(&faults::BY_NAME)) {
        return known;
    }
    let digits = |text: &str| {
        let sum = text.bytes().fold(0_u64, |sum, byte| sum.wrapping_mul(31) + u64::from(byte));
        format!("{:08}", sum % 100_000_000)
    };
    // registration/differ, registration/unguessable, registration/public-client
    let (public, secret) = (right.is_public(), !right.secret.is_empty());
    if secret && server.has(&faults::ONE_SECRET) {
        right.secret = "one-secret-of-all-clients-0123456789".to_owned();
    }
    if secret && server.has(&faults::SHORT_SECRET) {
        right.secret = digits(&right.secret);
    }
    let given = [&faults::SECRET_FOR_PUBLIC, &faults::SECRET_WITHOUT_USE];
    if public && given.into_iter().any(|fault| server.has(fault)) {
        right.secret = server.token();
    }
    if let Some(registration) =
        right.registration.as_mut().filter(|_| server.has(&faults::SHORT_TOKEN))
    {
        registration.access_token = digits(&registration.access_token);
    }
    right
}

/// The client as it is kept, which may be another one than it is told.
fn kept(server: &Core, right: &Application) -> Option<Application> {
    let mut app = right.clone();
    // registration/works
    if server.has(&faults::NOT_KNOWN) {
        return None;
    }
    // registration/public-client
    let is_public = app.registration.as_ref().is_some_and(|it| it.method == "none");
    if is_public && server.has(&faults::SECRET_WITHOUT_USE) {
        app.secret = String::new();
    }
    if app.redirect_uris.len() > 1 && server.has(&faults::FIRST_KEPT) {
        app.redirect_uris.truncate(1);
    }
    let is_bare = |uri: &String| uri.matches('/').count() == 2 && !uri.contains('?');
    if app.redirect_uris.iter().any(is_bare) && server.has(&faults::SLASH_KEPT) {
        app.redirect_uris.iter_mut().filter(|uri| is_bare(uri)).for_each(|uri| uri.push('/'));
    }
    // registration/redirect-uris-hold
    if server.has(&faults::MORE_URIS) {
        app.redirect_uris.push("https://oauthspec.example/callback".to_owned());
    }
    // registration/told
    if server.has(&faults::NAME_AS_ASKED) {
        app.name = app.name.chars().take(8).collect();
    }
    // dpop/client-bound, pushed/required
    if app.dpop_bound_access_tokens && server.has(&dpop::REGISTERED_UNKEPT) {
        app.dpop_bound_access_tokens = false;
    }
    if app.pushes_alone && server.has(&pushed::REGISTERED_UNKEPT) {
        app.pushes_alone = false;
    }
    // registration/grants-hold
    if server.has(&faults::MORE_GRANTS) {
        app.grants.push(GrantType::ClientCredentials);
    }
    Some(app)
}

/// What is told of a registration.
fn information(server: &Core, mut right: Value) -> Value {
    let mut without = |fault: &'static Fault, name: &str| {
        if server.has(fault) {
            right.as_object_mut().and_then(|members| members.remove(name));
        }
    };
    // registration/success
    without(&faults::NO_URIS, "redirect_uris");
    without(&faults::NO_GRANTS, "grant_types");
    without(&faults::NO_METHOD, "token_endpoint_auth_method");
    // registration/told
    without(&faults::NO_NAME, "client_name");
    without(&faults::NO_SCOPE, "scope");
    // registration/secret-expiry
    without(&faults::NO_EXPIRY, "client_secret_expires_at");
    // registration/management-told
    without(&faults::NO_TOKEN, "registration_access_token");
    if server.varies(&variants::REGISTER_UNMANAGED) {
        for name in ["registration_access_token", "registration_client_uri"] {
            right.as_object_mut().and_then(|members| members.remove(name));
        }
    }
    if right["client_secret_expires_at"].is_number() && server.has(&faults::EXPIRY_AS_TEXT) {
        right["client_secret_expires_at"] = json!("never");
    }
    // registration/consistent-types
    if server.has(&faults::ANY_TYPES) {
        right["response_types"] = json!(["code", "token"]);
    }
    if server.has(&faults::URI_AS_PATH) {
        right["registration_client_uri"] = json!("/register/client");
    }
    if server.varies(&variants::REGISTER_MORE) {
        right["oauthspec_example"] = json!({"nested": [1, {"deep": true}]});
    }
    right
}

/// The answer to a registration.
// registration/success, registration/no-store
fn success(server: &Core, mut right: Response) -> Response {
    right.status = server.switches().pick(right.status, [(&faults::OK_200, 200)]);
    if server.has(&faults::AS_TEXT) {
        right.headers.set("Content-Type", "text/plain");
    }
    if server.has(&faults::KEPT) {
        right.headers.set("Cache-Control", "private");
    }
    right
}

/// The answer to a registration that is refused.
// registration/error-shape, registration/initial-token-challenge
fn refused(server: &Core, mut right: Response) -> Response {
    if right.status == 401 && server.has(&faults::INITIAL_UNCHALLENGED) {
        right.headers.remove("WWW-Authenticate");
    }
    if right.status == 400 {
        right.status = server.switches().pick(right.status, [(&faults::ERROR_422, 422)]);
    }
    if server.has(&faults::ERROR_AS_TEXT) {
        right.headers.set("Content-Type", "text/plain");
    }
    if right.status == 400 && server.has(&faults::ERROR_BEYOND_ASCII) {
        let mut told = serde_json::from_slice::<Value>(&right.body).unwrap_or_default();
        told["error_description"] = json!("Ung\u{fc}ltig");
        right.body = told.to_string().into_bytes();
    }
    right
}
