//! Dynamic client registration (RFC 7591). It is open at the first endpoint; at others it may take an initial
//! access token.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::server::core::Core;
use crate::server::faults::effects::register as effects;
use crate::server::oauth::http::{self, Refusal};
use crate::server::oauth::metadata;
use crate::server::oauth::redirect_uri::{self, Comparison, Parts};
use crate::server::oauth::secret::same_secret;
use crate::server::oauth::token::known_grant;
use crate::server::policy::ClientMethod;
use crate::server::world::{Application, GrantType, Mode, Registration};
use crate::wire::bearer::{self, Bearer};
use crate::wire::{Request, Response, jwk};

/// Longest `client_name`, in characters.
const LONGEST_NAME: usize = 100;
/// Most redirect URIs of one client.
const MOST_URIS: usize = 20;

const NOT_JSON: Refusal =
    Refusal::new("invalid_client_metadata", "The body is not a JSON object of client metadata");
pub(in crate::server) const URI: Refusal = Refusal::new(
    "invalid_redirect_uri",
    "A redirect URI is neither https, nor http on this machine, nor of a scheme of its own",
);
const NO_URI: Refusal = Refusal::new("invalid_redirect_uri", "redirect_uris is missing");
const METHOD: Refusal =
    Refusal::new("invalid_client_metadata", "token_endpoint_auth_method is not supported");
const GRANT: Refusal = Refusal::new("invalid_client_metadata", "A grant type is not supported");
const RESPONSE_TYPE: Refusal = Refusal::new(
    "invalid_client_metadata",
    "response_types has to be code where grant_types holds authorization_code, and empty elsewhere",
);
const KEYS: Refusal = Refusal::new(
    "invalid_client_metadata",
    "jwks has to hold the public keys of a client that authenticates by private_key_jwt",
);
const SCOPE: Refusal = Refusal::new("invalid_client_metadata", "A scope is unknown");
const NAME: Refusal = Refusal::new("invalid_client_metadata", "client_name is too long");

/// What is read of the metadata of a client (RFC 7591 §2); all else is ignored.
#[derive(Debug, Deserialize)]
struct Metadata {
    #[serde(default)]
    redirect_uris: Vec<String>,
    token_endpoint_auth_method: Option<String>,
    grant_types: Option<Vec<String>>,
    response_types: Option<Vec<String>>,
    client_name: Option<String>,
    scope: Option<String>,
    #[serde(default)]
    dpop_bound_access_tokens: bool,
    #[serde(default)]
    require_pushed_authorization_requests: bool,
    jwks: Option<Keys>,
}

/// Keys of a client (RFC 7517 §5). Those at a URL (`jwks_uri`) are not fetched.
#[derive(Debug, Default, Deserialize)]
struct Keys {
    keys: Vec<Map<String, Value>>,
}

/// Every method at the registration endpoint.
// registration/endpoint
pub(in crate::server) fn endpoint(server: &Core, request: &Request) -> Response {
    effects::around(server, request, answer)
}

fn answer(server: &Core, request: &Request) -> Response {
    if request.method != "POST" {
        return http::method_not_allowed("POST");
    }
    match register(server, request) {
        // registration/success, registration/told, registration/no-store
        Ok(app) => http::json(201, &information(server, request, &app)),
        Err(refusal) if refusal.status == 401 => unauthorized(request),
        // registration/error-shape
        Err(refusal) => refusal.response(),
    }
}

fn register(server: &Core, request: &Request) -> Result<Application, Refusal> {
    initial_token(server, request)?;
    // registration/chosen-by-server, registration/software-statement: these members are not read.
    let app = application(server, &body(request)?)?;
    server.change_world(|world| world.applications.push(app.clone()));
    Ok(app)
}

const TOKEN: Refusal =
    Refusal::new("invalid_token", "The initial access token is missing or wrong");

/// The token that every registration endpoint but the first demands.
// registration/initial-token
fn initial_token(server: &Core, request: &Request) -> Result<(), Refusal> {
    let Some(expected) = demanded_token(server, request) else { return Ok(()) };
    let right = bearer_token(request).is_some_and(|sent| same_secret(sent, expected));
    if right { Ok(()) } else { Err(TOKEN.at(401)) }
}

/// The initial access token that this endpoint demands.
pub(in crate::server) fn demanded_token<'s>(
    server: &'s Core,
    request: &Request,
) -> Option<&'s str> {
    let first = server.dialect().endpoints.registration.first();
    let is_open = first.is_some_and(|path| path == request.path());
    server.policy().registration_token.as_deref().filter(|_| !is_open)
}

/// The Bearer token of a request.
pub(in crate::server) fn bearer_token(request: &Request) -> Option<&str> {
    match bearer::read(request.headers.get("authorization")?) {
        Bearer::Token(token) => Some(token),
        _ => None,
    }
}

/// A request without the token that it needs (RFC 6750 §3); where there was none, nothing is wrong with
/// it (§3.1).
// registration/initial-token-challenge, registration/management-challenge
pub(in crate::server) fn unauthorized(request: &Request) -> Response {
    let mut response = Response::new(401);
    let challenge = match bearer_token(request) {
        Some(_) => "Bearer error=\"invalid_token\"",
        None => "Bearer realm=\"Service\"",
    };
    response.headers.push("WWW-Authenticate", challenge);
    response.headers.push("Cache-Control", "no-store");
    response
}

/// The JSON object of a request.
// registration/json-only
pub(in crate::server) fn body(request: &Request) -> Result<Value, Refusal> {
    let is_json = request.media_type().as_deref() == Some("application/json");
    let body = serde_json::from_slice(&request.body).ok();
    body.filter(|body: &Value| is_json && body.is_object()).ok_or(NOT_JSON)
}

/// The client that these metadata describe.
pub(in crate::server) fn application(server: &Core, asked: &Value) -> Result<Application, Refusal> {
    // registration/malformed-metadata, registration/unknown-members
    let asked: Metadata = serde_json::from_value(asked.clone()).map_err(|_| NOT_JSON)?;
    let grants = grants(server, &asked)?;
    // registration/default-method
    let named = asked.token_endpoint_auth_method.as_deref();
    let method = metadata::method(server, named.unwrap_or("client_secret_basic"));
    let method = method.ok_or(METHOD)?;
    let mode = redirect_uris(server, &asked.redirect_uris, &grants)?;
    let scopes = scopes(server, asked.scope.as_deref())?;
    let name = asked.client_name.unwrap_or_default();
    if name.chars().count() > LONGEST_NAME {
        return Err(NAME);
    }
    // registration/keys
    let jwks = asked.jwks.unwrap_or_default().keys;
    let signs = method == ClientMethod::PrivateKeyJwt;
    if signs && jwks.is_empty() || !jwks.iter().all(is_public_key) {
        return Err(KEYS);
    }
    let client_id = server.token();
    let has_secret = method != ClientMethod::None && !signs;
    let secret = if has_secret { server.token() } else { String::new() };
    let registration = Registration {
        access_token: server.token(),
        issued: server.now(),
        method: method.as_str(),
    };
    Ok(Application {
        role: format!("registered-{client_id}"),
        name: if name.is_empty() { client_id.clone() } else { name },
        client_id,
        secret,
        redirect_uris: asked.redirect_uris,
        mode,
        scopes,
        grants,
        // dpop/client-bound, pushed/required: where the server has what the client binds itself to.
        dpop_bound_access_tokens: asked.dpop_bound_access_tokens && server.policy().dpop.is_some(),
        pushes_alone: asked.require_pushed_authorization_requests
            && !server.dialect().endpoints.pushed.is_empty(),
        jwks: if signs { jwks } else { Vec::new() },
        registration: Some(registration),
        ..Application::default()
    })
}

/// Whether a key can be used, and shows no private half.
fn is_public_key(key: &Map<String, Value>) -> bool {
    jwk::thumbprint(key).is_some() && !key.contains_key("d")
}

/// The grants, by default codes (RFC 7591 §2); `response_types` has to go with them (§2.1).
fn grants(server: &Core, asked: &Metadata) -> Result<Vec<GrantType>, Refusal> {
    let by_default = [GrantType::AuthorizationCode.as_str().to_owned()];
    let names = asked.grant_types.as_deref().unwrap_or(&by_default);
    let known = |name: &String| known_grant(server, name).ok_or(GRANT);
    let grants: Vec<GrantType> = names.iter().map(known).collect::<Result<_, _>>()?;
    let by_code = grants.contains(&GrantType::AuthorizationCode);
    let right = match asked.response_types.as_deref() {
        None => true,
        Some([]) => !by_code,
        Some(types) => by_code && types.iter().all(|name| name == "code"),
    };
    // registration/consistent-types
    if right { Ok(grants) } else { Err(RESPONSE_TYPE) }
}

/// The mode that the redirect URIs need.
fn redirect_uris(server: &Core, uris: &[String], grants: &[GrantType]) -> Result<Mode, Refusal> {
    // registration/redirect-uri-required
    if uris.is_empty() && grants.contains(&GrantType::AuthorizationCode) {
        return Err(NO_URI);
    }
    // registration/script-scheme, registration/plain-redirect-uri, registration/redirect-uri-form
    if uris.len() > MOST_URIS || !uris.iter().all(|uri| is_registrable(server, uri)) {
        return Err(URI);
    }
    let is_local = |uri: &String| Parts::of(uri).is_some_and(|parts| parts.local_host().is_some());
    Ok(if uris.iter().any(is_local) { Mode::Development } else { Mode::Production })
}

/// Whether a code can be sent there: over TLS, on the user's machine (RFC 8252 §7.3), or to the
/// application that has a scheme of its own, which is named after a domain (§7.1). So no browser runs
/// it as a script (RFC 6749 §10.14).
pub(in crate::server) fn is_registrable(server: &Core, uri: &str) -> bool {
    let Some(parts) = Parts::of(uri) else { return false };
    // registration/dotless-scheme
    let own = parts.scheme.contains('.');
    let names_host = parts.host_and_port().is_some_and(|(host, _)| !host.is_empty());
    let web = parts.scheme.eq_ignore_ascii_case("https") && names_host;
    let local = parts.scheme.eq_ignore_ascii_case("http") && parts.local_host().is_some();
    let matching = server.policy().redirect_matching;
    let by = Comparison { mode: Mode::Development, matching, switches: server.switches() };
    let registered = [uri.to_owned()];
    // RFC 3986 §2 has none of these; split at white space the URI would be two.
    let outside = |c: char| c.is_control() || c.is_whitespace() || c == '\\';
    let plain = parts.fragment.is_none() && !uri.contains(outside);
    // registration/odd-redirect-uri
    let authority = uri.split(['/', '?']).nth(2).filter(|_| web || local).unwrap_or_default();
    let plain = plain && !authority.contains(['*', '@']);
    (own || web || local) && plain && redirect_uri::choose(Some(uri), &registered, by).is_ok()
}

/// The scopes; where none are named, all that there are.
fn scopes(server: &Core, asked: Option<&str>) -> Result<Vec<String>, Refusal> {
    let known = metadata::scopes(server);
    let Some(asked) = asked else { return Ok(known.into_iter().collect()) };
    let asked: Vec<String> = asked.split_whitespace().map(str::to_owned).collect();
    if asked.iter().all(|scope| known.contains(scope)) { Ok(asked) } else { Err(SCOPE) }
}

/// What a client is told about its registration (RFC 7591 §3.2.1; RFC 7592 §3).
pub(in crate::server) fn information(server: &Core, request: &Request, app: &Application) -> Value {
    let Some(registration) = &app.registration else { return json!({}) };
    let path = server.dialect().endpoints.registration.first().map_or("", String::as_str);
    let grants: Vec<&str> = app.grants.iter().map(|grant| grant.as_str()).collect();
    let by_code = app.grants.contains(&GrantType::AuthorizationCode);
    let mut members = json!({
        "client_id": app.client_id,
        "client_id_issued_at": registration.issued.as_secs(),
        "registration_access_token": registration.access_token,
        "registration_client_uri": format!("{}{path}/{}", request.origin, app.client_id),
        "redirect_uris": app.redirect_uris,
        "token_endpoint_auth_method": registration.method,
        "grant_types": grants,
        "response_types": if by_code { json!(["code"]) } else { json!([]) },
        "client_name": app.name,
        "scope": app.scopes.join(" "),
    });
    if app.dpop_bound_access_tokens {
        members["dpop_bound_access_tokens"] = json!(true);
    }
    if app.pushes_alone {
        members["require_pushed_authorization_requests"] = json!(true);
    }
    if !app.jwks.is_empty() {
        members["jwks"] = json!({"keys": app.jwks});
    }
    if !app.secret.is_empty() {
        members["client_secret"] = json!(app.secret);
        members["client_secret_expires_at"] = json!(0);
    }
    members
}

#[cfg(test)]
#[path = "register_tests.rs"]
mod tests;
