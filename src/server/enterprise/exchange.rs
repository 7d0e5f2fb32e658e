//! Token exchange (`box`, downscoping; RFC 8693): an access token becomes another one that can do less.
//! Who holds a token may narrow it; no client credentials are needed.

use serde_json::{Value, json};

use crate::server::core::Core;
use crate::server::enterprise::api;
use crate::server::enterprise::narrowing;
use crate::server::faults::effects::exchange as effects;
use crate::server::oauth::client_auth::{self, Purpose};
use crate::server::oauth::http::{Refusal, given};
use crate::server::oauth::issued::{ACCESS_TOKEN, Issued};
use crate::server::oauth::store::{Fresh, Grant, Occasion, Restriction};
use crate::server::oauth::token::needed;
use crate::server::world::GrantType;
use crate::wire::{Params, Request};

/// What clients that authenticate do it for.
const PURPOSE: Purpose = Purpose::Tokens(GrantType::TokenExchange);

/// Where resources are by the documents, whatever the server is called.
const OFFICIAL: &str = "https://api.box.com/2.0/";

const MISSING_TOKEN: Refusal =
    Refusal::invalid_request("Missing parameter. \"subject_token\" is required");
const MISSING_TYPE: Refusal =
    Refusal::invalid_request("Missing parameter. \"subject_token_type\" is required");
const MISSING_SCOPE: Refusal = Refusal::invalid_request("Missing parameter. \"scope\" is required");
const OTHER_TYPE: Refusal =
    Refusal::invalid_request("Only access tokens can be exchanged for access tokens");
const ACTOR: Refusal = Refusal::invalid_request("Tokens are not exchanged for an actor here");
const TWO_RESOURCES: Refusal =
    Refusal::invalid_request("\"resource\" and \"box_shared_link\" exclude each other");
const SUBJECT: Refusal = Refusal::new("invalid_grant", "The subject token is invalid");
const SCOPE: Refusal = Refusal::new("invalid_scope", "An unsupported scope was requested.");
const RESOURCE: Refusal = Refusal::new("invalid_resource", "The target resource is invalid.");

/// The narrower token that a request asks for.
pub(in crate::server) fn grant(
    server: &Core,
    request: &Request,
    params: &Params,
) -> Result<Issued, Refusal> {
    let (token, subject) = subject(server, request, params)?;
    // downscope/never-widens
    let asked = needed(params, "scope", MISSING_SCOPE)?;
    let scopes =
        scopes(server, &subject, asked).map_err(|refusal| effects::told(server, refusal))?;
    let object = resource(server, request, params, token)?;
    let place = object.as_ref().and_then(|object| object.place.as_ref());
    let place = effects::place(server, place);
    let restricted_to = restrictions(&subject, &scopes, place);
    let shown = shown(server, &subject, &restricted_to, object.as_ref());
    let carried = scopes.clone();
    let narrowed = Grant { scopes, restricted_to, ..subject.clone() };
    let grant = effects::narrowed(server, (token, &subject), narrowed);
    // downscope/no-refresh
    let fresh = Fresh { access: server.access_token(), refresh: None };
    let tokens = effects::tokens(server, token, fresh);
    server.store.issue_alone(server.now(), Occasion::Exchange, grant, tokens.clone());
    let issued = Issued::new(GrantType::TokenExchange, tokens, carried);
    Ok(Issued { restricted_to: shown, ..issued })
}

/// The token that is exchanged, and what it stands for.
fn subject<'p>(
    server: &Core,
    request: &Request,
    params: &'p Params,
) -> Result<(&'p str, Grant), Refusal> {
    let token = needed(params, "subject_token", MISSING_TOKEN)?;
    if needed(params, "subject_token_type", MISSING_TYPE)? != ACCESS_TOKEN {
        return Err(OTHER_TYPE);
    }
    if given(params, "actor_token").is_some() {
        return Err(ACTOR);
    }
    let live = server.store.access(server.now(), token);
    let grant = effects::subject(server, token, live);
    let grant = grant.ok_or_else(|| effects::told(server, SUBJECT))?;
    // Credentials are not needed; who sends some has to send the right ones.
    if given(params, "client_secret").is_some() {
        let app = client_auth::authenticate(server, request, params, PURPOSE)?;
        if !effects::may_authenticate(server, app.client_id == grant.client_id) {
            return Err(effects::told(server, SUBJECT));
        }
    }
    Ok((token, grant))
}

/// The scopes asked for, if the subject token has them all.
// downscope/never-widens
fn scopes(server: &Core, subject: &Grant, asked: &str) -> Result<Vec<String>, Refusal> {
    let has = |scope: &str| {
        let own = subject.scopes.iter().any(|held| held == scope);
        let full = subject.restricted_to.is_empty();
        let right = own || full && narrowing::is_within(&subject.scopes, scope);
        effects::is_held(server, subject, scope, right)
    };
    let asked: Vec<&str> = asked.split(' ').filter(|scope| !scope.is_empty()).collect();
    let held: Vec<String> =
        asked.iter().filter(|scope| has(scope)).map(|scope| (*scope).to_owned()).collect();
    let short = effects::is_short(server, held.len() < asked.len());
    if asked.is_empty() || short { Err(SCOPE) } else { Ok(held) }
}

/// A resource that the token is narrowed to.
struct Object {
    /// Kind and identifier; `None`: a root folder, in which everything lies.
    place: Option<(String, String)>,
    /// As the response shows it.
    shown: Value,
}

/// The resource asked for, if the subject token reaches it.
fn resource(
    server: &Core,
    request: &Request,
    params: &Params,
    token: &str,
) -> Result<Option<Object>, Refusal> {
    let link = given(params, "box_shared_link");
    let Some(url) = given(params, "resource") else {
        // No item has a shared link here.
        return if link.is_some() { Err(RESOURCE) } else { Ok(None) };
    };
    if link.is_some() {
        return Err(TWO_RESOURCES);
    }
    let (folder, id) = named(request, url).ok_or(RESOURCE)?;
    let kind = if folder { "folder" } else { "file" };
    let path = format!("{kind}s/{id}");
    let mut call = Request::new("GET", request.origin.clone(), &format!("/2.0/{path}"));
    call.headers.push("Authorization", format!("Bearer {token}"));
    let response = api::endpoint(server, &call, &path);
    let item: Value = serde_json::from_slice(&response.body).unwrap_or_default();
    // downscope/never-widens
    if !effects::is_reached(server, response.status == 200) {
        return Err(RESOURCE);
    }
    let member = |name: &str| item.get(name).cloned().unwrap_or_default();
    let shown = json!({
        "type": kind,
        "id": id,
        "sequence_id": member("sequence_id"),
        "etag": member("etag"),
        "name": member("name"),
    });
    let place = (id != "0").then(|| (kind.to_owned(), id.to_owned()));
    Ok(Some(Object { place, shown }))
}

/// Whether a URL names a folder or a file of this server, and its identifier. No more than the paths of
/// the documents is understood: an identifier is a number, and nothing follows it.
fn named<'u>(request: &Request, url: &'u str) -> Option<(bool, &'u str)> {
    let own = [format!("{}/2.0/", request.origin), format!("{}/api/2.0/", request.origin)];
    let mut bases = own.iter().map(String::as_str).chain([OFFICIAL]);
    let (kind, id) = bases.find_map(|base| url.strip_prefix(base))?.split_once('/')?;
    let folder = match kind {
        "folders" => true,
        "files" => false,
        _ => return None,
    };
    id.bytes().all(|byte| byte.is_ascii_digit()).then_some((folder, id))
}

/// What each scope holds for: the resource asked for, or else what it held for before.
// downscope/narrows
fn restrictions(
    subject: &Grant,
    scopes: &[String],
    place: Option<&(String, String)>,
) -> Vec<Restriction> {
    let before = |scope: &str| {
        let known = subject.restricted_to.iter().find(|known| known.scope == scope);
        known.and_then(|known| known.object.clone())
    };
    let each = |scope: &String| Restriction {
        scope: scope.clone(),
        object: place.cloned().or_else(|| before(scope)),
    };
    scopes.iter().map(each).collect()
}

/// `restricted_to` of the response.
// downscope/narrows
fn shown(
    server: &Core,
    subject: &Grant,
    restricted_to: &[Restriction],
    object: Option<&Object>,
) -> Value {
    let entry = |restriction: &Restriction| {
        let mut entry = json!({"scope": restriction.scope});
        let brief = |(kind, id): &(String, String)| json!({"type": kind, "id": id});
        let whole = object.map(|object| object.shown.clone());
        let shown = effects::shown_object(server, whole);
        let shown = shown.or_else(|| restriction.object.as_ref().map(brief));
        if let Some(object) = shown {
            entry["object"] = object;
        }
        entry
    };
    effects::shown(server, subject, restricted_to.iter().map(entry).collect())
}

#[cfg(test)]
#[path = "exchange_tests.rs"]
mod tests;
