//! The metadata of the authorization server (RFC 8414), true to its configuration.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::server::core::Core;
use crate::server::faults::effects::metadata as effects;
use crate::server::oauth::{assertion, http, implicit, jwt_tokens, pages, resource_metadata};
use crate::server::policy::ClientMethod;
use crate::server::world::GrantType;
use crate::wire::jwk::Alg;
use crate::wire::{Request, Response};

/// Every method at the location of the metadata.
pub(in crate::server) fn endpoint(server: &Core, request: &Request) -> Response {
    match request.method.as_str() {
        "GET" | "HEAD" => effects::document(server, request, members(server, request)),
        _ => http::method_not_allowed("GET, HEAD"),
    }
}

/// Every method at the location of the keys: none sign opaque tokens.
pub(in crate::server) fn keys(server: &Core, request: &Request) -> Response {
    match request.method.as_str() {
        "GET" | "HEAD" => http::json(200, &jwt_tokens::keys(server)),
        _ => http::method_not_allowed("GET, HEAD"),
    }
}

/// Below that location are those of issuers with a path, of which there are none.
// metadata/unknown-issuer
pub(in crate::server) fn elsewhere(server: &Core, request: &Request) -> Response {
    let right = http::html(404, pages::not_found());
    effects::elsewhere(server, request, right, || members(server, request))
}

/// The members, in the order of RFC 8414 §2.
fn members(server: &Core, request: &Request) -> Map<String, Value> {
    let (paths, policy) = (&server.dialect().endpoints, server.policy());
    let issuer = request.origin.to_string();
    let at = |path: &String| json!(format!("{issuer}{path}"));
    let methods: Vec<&str> = policy.client_authentication.iter().map(|it| it.as_str()).collect();
    let (grants, types, modes) = offered(server);
    let mut members = Map::new();
    let mut add = |name: &str, value: Option<Value>| {
        value.and_then(|value| members.insert(name.to_owned(), value));
    };
    add("issuer", Some(json!(issuer)));
    add("authorization_endpoint", paths.authorization.first().map(at));
    add("token_endpoint", paths.token.first().map(at));
    add("jwks_uri", paths.keys.first().map(at));
    add("registration_endpoint", paths.registration.first().map(at));
    add("scopes_supported", Some(json!(scopes(server))));
    add("response_types_supported", Some(json!(types)));
    add("response_modes_supported", Some(json!(modes)));
    add("grant_types_supported", Some(json!(grants)));
    add("token_endpoint_auth_methods_supported", Some(json!(methods)));
    // client-assertion/algorithms
    let signing = policy.client_authentication.contains(&ClientMethod::PrivateKeyJwt);
    let signing = signing.then(|| json!(assertion::ALGORITHMS.map(Alg::name)));
    add("token_endpoint_auth_signing_alg_values_supported", signing.clone());
    add("revocation_endpoint", paths.revocation.first().map(at));
    add("revocation_endpoint_auth_methods_supported", Some(json!(methods)));
    add("revocation_endpoint_auth_signing_alg_values_supported", signing.clone());
    let introspection = paths.introspection.first();
    add("introspection_endpoint", introspection.map(at));
    // A client without a secret cannot introspect (RFC 7662 §2.1).
    let proving: Vec<&str> = methods.iter().copied().filter(|method| *method != "none").collect();
    let proving = introspection.map(|_| json!(proving));
    add("introspection_endpoint_auth_methods_supported", proving);
    add("introspection_endpoint_auth_signing_alg_values_supported", signing);
    add("device_authorization_endpoint", paths.device_authorization.first().map(at));
    let challenges = policy
        .pkce
        .as_ref()
        .map(|pkce| pkce.methods.iter().map(|method| method.as_str()).collect::<Vec<_>>());
    add("code_challenge_methods_supported", challenges.map(|methods| json!(methods)));
    add("pushed_authorization_request_endpoint", paths.pushed.first().map(at));
    // dpop/algs-advertised
    add("dpop_signing_alg_values_supported", policy.dpop.as_ref().map(|dpop| json!(dpop.algs)));
    let names_issuer = policy.issuer.then(|| json!(true));
    add("authorization_response_iss_parameter_supported", names_issuer);
    // client-document/advertised
    let by_document = policy.client_documents.then(|| json!(true));
    add("client_id_metadata_document_supported", by_document);
    let resources = resource_metadata::listed(server, &request.origin);
    add("protected_resources", resources.map(|listed| json!(listed)));
    for resource in &server.dialect().resources {
        if let Some(name) = &resource.announced_as {
            add(name, Some(at(&resource.path)));
        }
    }
    members
}

/// Grants, response types and response modes.
fn offered(server: &Core) -> (Vec<&'static str>, Vec<&'static str>, Vec<&'static str>) {
    let grants = server.policy().grants.iter().map(|grant| grant.as_str());
    let (mut grants, mut types, mut modes) =
        (grants.collect::<Vec<_>>(), vec!["code"], vec!["query"]);
    if implicit::is_offered(server) {
        grants.push(GrantType::Implicit.as_str());
        types.push(implicit::RESPONSE_TYPE);
        modes.push("fragment");
    }
    (grants, types, modes)
}

/// Every scope that a client can have.
pub(in crate::server) fn scopes(server: &Core) -> BTreeSet<String> {
    let world = server.world();
    world.applications.iter().flat_map(|app| app.scopes.iter().cloned()).collect()
}

/// The way of client authentication that this name means, if it is permitted.
pub(in crate::server) fn method(server: &Core, name: &str) -> Option<ClientMethod> {
    server.policy().client_authentication.iter().copied().find(|method| method.as_str() == name)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::server::dialect::Dialect;
    use crate::server::testing::{self, get};
    use crate::server::{Config, Server};

    fn read(path: &str) -> Value {
        let dialect = Dialect::find("oauth").unwrap();
        let world = dialect.world();
        let server = Server::new(Config { dialect, world, ..testing::config() });
        let answer = Arc::new(server).handle(&get(path));
        assert_eq!(answer.status, 200);
        serde_json::from_slice(&answer.body).unwrap()
    }

    #[test]
    fn the_metadata_is_that_of_the_configuration() {
        let found = read("/.well-known/oauth-authorization-server");
        assert_eq!(found["issuer"], "http://127.0.0.1:8080");
        assert_eq!(found["authorization_endpoint"], "http://127.0.0.1:8080/authorize");
        assert_eq!(found["userinfo_endpoint"], "http://127.0.0.1:8080/userinfo");
        assert_eq!(found["code_challenge_methods_supported"], json!(["S256"]));
        assert_eq!(found["scopes_supported"], json!(["email", "openid", "profile"]));
        let methods =
            json!(["client_secret_basic", "client_secret_post", "private_key_jwt", "none"]);
        assert_eq!(found["token_endpoint_auth_methods_supported"], methods);
        assert_eq!(found, read("/.well-known/openid-configuration"));
    }
}
