//! Mistakes in the metadata of the server.

use serde_json::{Map, Value, json};

use super::resource_metadata::{forwarded, moved_to};
use crate::server::core::Core;
use crate::server::faults::{
    client_document, dpop, jwt_access_tokens as jwt, metadata as faults, pushed, redirect,
};
use crate::server::oauth::{http, pages};
use crate::server::variants;
use crate::testbed::Fault;
use crate::wire::{Request, Response};

type Members = Map<String, Value>;

/// What a mistake does to the metadata.
type Edit = fn(&mut Members);

/// The response with the metadata.
// metadata/published, metadata/form
pub(in crate::server) fn document(server: &Core, request: &Request, right: Members) -> Response {
    let only_openid = server.varies(&variants::METADATA_OF_OPENID);
    if server.has(&faults::ABSENT)
        || only_openid && !request.path().ends_with("openid-configuration")
    {
        return http::html(404, pages::not_found());
    }
    let mut members = members(server, right);
    // jwt-access-tokens/metadata-agree
    if request.path().ends_with("openid-configuration") {
        OF_OPENID.iter().filter(|(it, _)| server.has(it)).for_each(|(_, edit)| edit(&mut members));
    }
    // metadata/outside-host
    if let Some(host) = forwarded(request).filter(|_| server.has(&faults::FORWARDED)) {
        for member in ["issuer", "authorization_endpoint", "token_endpoint"] {
            change(&mut members, member, |url| moved_to(host, url));
        }
    }
    let members = Value::Object(members);
    let body = match server.has(&faults::LIST) {
        true => json!([members]),
        false => members,
    };
    let mut response = http::json(200, &body);
    if server.has(&faults::TEXT) {
        response.headers.set("Content-Type", "text/plain");
    }
    if server.varies(&variants::METADATA_WITH_CHARSET) {
        response.headers.set("Content-Type", "application/json; charset=utf-8");
    }
    response
}

/// The answer where the metadata of another issuer would be.
// metadata/unknown-issuer
pub(in crate::server) fn elsewhere(
    server: &Core,
    request: &Request,
    right: Response,
    own: impl FnOnce() -> Members,
) -> Response {
    if !server.has(&faults::ANY_ISSUER) {
        return right;
    }
    let mut members = own();
    let (_, path) = request.path().rsplit_once('/').unwrap_or_default();
    members.insert("issuer".to_owned(), json!(format!("{}/{path}", request.origin)));
    http::json(200, &Value::Object(members))
}

fn members(server: &Core, mut members: Members) -> Members {
    super::resource_metadata::listed(server, &mut members);
    for (fault, edit) in EDITS {
        if server.has(fault) {
            edit(&mut members);
        }
    }
    if server.varies(&variants::FORM_POST) {
        add(&mut members, MODES, "form_post");
    }
    if server.varies(&variants::PKCE_PLAIN) {
        add(&mut members, CHALLENGES, "plain");
    }
    if server.varies(&variants::METADATA_WITH_MORE) {
        members.insert("oauthspec_example".to_owned(), json!({"nested": [1, {"deep": true}]}));
        members.insert("op_policy_uri#de".to_owned(), json!("https://other.example/de"));
    }
    let demanded = server.varies(&variants::PUSH_DEMANDED)
        || server.switches().has_any(&redirect::DEMANDS_TO_PUSH);
    if demanded && members.contains_key(PUSHED) {
        members.insert("require_pushed_authorization_requests".to_owned(), json!(true));
    }
    members
}

/// The endpoint for pushed requests.
const PUSHED: &str = "pushed_authorization_request_endpoint";

/// What each mistake does at the location of OpenID Connect.
static OF_OPENID: &[(&Fault, Edit)] = &[
    (&jwt::METADATA_DISAGREE, |it| change(it, "jwks_uri", |url| format!("{url}.json"))),
    (&jwt::METADATA_OTHER_ISSUER, |it| change(it, "issuer", |url| format!("{url}/"))),
];

/// What each mistake does.
static EDITS: &[(&Fault, Edit)] = &[
    // metadata/form
    (&faults::EMPTY_LIST, |it| set(it, "ui_locales_supported", json!([]))),
    (&faults::SCOPES_AS_TEXT, |it| set(it, "scopes_supported", json!("openid email"))),
    (&faults::FLAG_AS_TEXT, |it| {
        set(it, "authorization_response_iss_parameter_supported", json!("true"));
    }),
    (&faults::NUMBER_IN_A_LIST, |it| set(it, "response_modes_supported", json!(["query", 1]))),
    // metadata/members
    (&faults::NO_ISSUER, |it| drop(it.remove("issuer"))),
    (&faults::NO_AUTHORIZATION, |it| drop(it.remove("authorization_endpoint"))),
    (&faults::NO_TOKEN, |it| drop(it.remove("token_endpoint"))),
    (&faults::NO_RESPONSE_TYPES, |it| drop(it.remove("response_types_supported"))),
    (&faults::NO_CODE, |it| set(it, "response_types_supported", json!(["token"]))),
    // metadata/names-what-works
    (&faults::NO_CODE_GRANT, |it| {
        take(it, "grant_types_supported", |it| it == "authorization_code");
    }),
    (&faults::NO_REFRESH_GRANT, |it| take(it, "grant_types_supported", |it| it == "refresh_token")),
    (&faults::NO_SECRETS, |it| take(it, METHODS, |it| it != "none")),
    // metadata/scopes-named
    (&faults::NO_SCOPES, |it| drop(it.remove("scopes_supported"))),
    // metadata/issuer-identical, metadata/issuer-url
    (&faults::OTHER_ISSUER, |it| set(it, "issuer", json!("https://other.example"))),
    (&faults::ISSUER_IN_CAPITALS, |it| change(it, "issuer", |url| url.replacen("http", "HTTP", 1))),
    (&faults::ISSUER_WITH_QUERY, |it| change(it, "issuer", |url| format!("{url}?tenant=1"))),
    (&faults::ISSUER_WITH_FRAGMENT, |it| change(it, "issuer", |url| format!("{url}#1"))),
    (&faults::ISSUER_NO_URL, |it| set(it, "issuer", json!("oauthspec"))),
    // metadata/endpoints-https
    (&faults::PLAIN_AUTHORIZATION, |it| set(it, "authorization_endpoint", json!(PLAIN))),
    (&faults::PLAIN_TOKEN, |it| set(it, "token_endpoint", json!(PLAIN))),
    (&faults::RELATIVE_TOKEN, |it| set(it, "token_endpoint", json!("/token"))),
    // metadata/revocation-endpoint
    (&faults::PLAIN_REVOCATION, |it| set(it, "revocation_endpoint", json!(PLAIN))),
    (&faults::FRAGMENT_OF_REVOCATION, |it| change(it, "revocation_endpoint", fragment)),
    // metadata/endpoint-fragments
    (&faults::FRAGMENT_OF_AUTHORIZATION, |it| change(it, "authorization_endpoint", fragment)),
    (&faults::FRAGMENT_OF_TOKEN, |it| change(it, "token_endpoint", fragment)),
    // metadata/endpoints-there
    (&faults::NO_SUCH_AUTHORIZATION, |it| change(it, "authorization_endpoint", nowhere)),
    (&faults::NO_SUCH_TOKEN, |it| change(it, "token_endpoint", nowhere)),
    (&faults::NO_SUCH_REVOCATION, |it| change(it, "revocation_endpoint", nowhere)),
    (&faults::NO_SUCH_REGISTRATION, |it| change(it, "registration_endpoint", nowhere)),
    (&faults::NO_SUCH_USERINFO, |it| change(it, "userinfo_endpoint", nowhere)),
    (&faults::NO_SUCH_KEYS, |it| change(it, "jwks_uri", nowhere)),
    // metadata/signing-algorithms
    (&faults::NO_ALGORITHMS, |it| {
        add(it, METHODS, "private_key_jwt");
        it.remove("token_endpoint_auth_signing_alg_values_supported");
    }),
    (&faults::ALGORITHM_NONE, |it| {
        add(it, METHODS, "private_key_jwt");
        let algorithms = "token_endpoint_auth_signing_alg_values_supported";
        set(it, algorithms, json!(["RS256", "none"]));
    }),
    (&faults::REVOCATION_ALGORITHM_NONE, |it| {
        let algorithms = "revocation_endpoint_auth_signing_alg_values_supported";
        set(it, algorithms, json!(["none"]));
    }),
    // pkce/advertised
    (&faults::NO_CHALLENGES, |it| drop(it.remove(CHALLENGES))),
    (&faults::NO_S256, |it| set(it, CHALLENGES, json!(["plain"]))),
    // metadata/proof-keys-work
    (&faults::PLAIN_NAMED, |it| add(it, CHALLENGES, "plain")),
    // metadata/response-modes-work
    (&faults::FORM_POST_NAMED, |it| add(it, MODES, "form_post")),
    // client-document/advertised
    (&client_document::NOT_ADVERTISED, |it| {
        it.remove("client_id_metadata_document_supported");
    }),
    // pushed/announced
    (&pushed::UNANNOUNCED, |it| drop(it.remove("pushed_authorization_request_endpoint"))),
    // jwt-access-tokens/keys-published
    (&jwt::KEYS_UNNAMED, |it| drop(it.remove("jwks_uri"))),
    // dpop/algs-advertised
    (&dpop::ALGS_NONE, |it| set(it, PROOFS, json!(["ES256", "EdDSA", "none"]))),
    (&dpop::ALGS_SHARED, |it| set(it, PROOFS, json!(["ES256", "EdDSA", "HS256"]))),
    // issuer/equals-metadata
    (&faults::NO_ISSUER_FLAG, |it| {
        it.remove("authorization_response_iss_parameter_supported");
    }),
];

const CHALLENGES: &str = "code_challenge_methods_supported";
const MODES: &str = "response_modes_supported";
const PROOFS: &str = "dpop_signing_alg_values_supported";

const METHODS: &str = "token_endpoint_auth_methods_supported";

/// A URL that nothing is sent to.
const PLAIN: &str = "http://other.example/endpoint";

fn set(members: &mut Members, name: &str, value: Value) {
    members.insert(name.to_owned(), value);
}

/// Puts a value into a list.
fn add(members: &mut Members, name: &str, value: &str) {
    if let Some(Value::Array(list)) = members.get_mut(name) {
        list.push(json!(value));
    }
}

/// Takes values from a list.
fn take(members: &mut Members, name: &str, goes: impl Fn(&Value) -> bool) {
    if let Some(Value::Array(list)) = members.get_mut(name) {
        list.retain(|value| !goes(value));
    }
}

fn change(members: &mut Members, name: &str, edit: impl Fn(&str) -> String) {
    if let Some(Value::String(text)) = members.get(name) {
        let changed = json!(edit(text));
        members.insert(name.to_owned(), changed);
    }
}

fn fragment(url: &str) -> String {
    format!("{url}#endpoint")
}

fn nowhere(url: &str) -> String {
    format!("{url}-nowhere")
}
