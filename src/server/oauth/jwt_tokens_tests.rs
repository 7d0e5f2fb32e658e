use std::sync::Arc;

use serde_json::{Value, json};

use super::*;
use crate::rules::Catalogue;
use crate::server::dialect::Dialect;
use crate::server::testing::{self, get, post};
use crate::server::{Config, Server};
use crate::testbed::{Switches, Variant};
use crate::wire::jwks;

const OWN: &str = "client_id=server-client&client_secret=test-only-S2hJz6RnYv4CkFq8MbVx";

fn server(variants: Vec<&'static Variant>) -> Arc<Server> {
    let documents = Catalogue::embedded().unwrap().documents().of(&["rfc9068".to_owned()]);
    let dialect = Dialect::find("oauth").unwrap().satisfying(&documents).unwrap();
    let (world, switches) = (dialect.world(), Switches { variants, ..Switches::default() });
    Arc::new(Server::new(Config { dialect, world, switches, ..testing::config() }))
}

fn members(body: &[u8]) -> Value {
    serde_json::from_slice(body).unwrap()
}

fn token(server: &Arc<Server>) -> String {
    let body = format!("grant_type=client_credentials&{OWN}");
    let told = members(&server.handle(&post("/token", &body)).body);
    told["access_token"].as_str().unwrap().to_owned()
}

#[test]
fn a_published_key_has_signed_what_a_token_says() {
    for (variants, alg) in [(vec![], "RS256"), (vec![&variants::JWT_ES256], "ES256")] {
        let server = server(variants);
        let token = token(&server);
        let parts = jws::read(&token).unwrap();
        assert_eq!((&parts.header["typ"], &parts.header["alg"]), (&json!(TYPE), &json!(alg)));
        let set = jwks::read(&members(&server.handle(&get("/keys")).body)).unwrap();
        assert!(jwks::is_signed(&set[0], alg, parts.signed, &parts.signature));
        assert_eq!(parts.claims["iss"], "http://127.0.0.1:8080");
        assert_eq!(parts.claims["sub"], "server-client");
        let both = ["http://127.0.0.1:8080/userinfo", "http://127.0.0.1:8080/email"];
        assert_eq!(parts.claims["aud"], json!(both));
    }
}

#[test]
fn a_token_is_known_as_it_was_issued_and_not_otherwise() {
    let server = server(Vec::new());
    let token = token(&server);
    let call = |token: &str| {
        let mut request = get("/userinfo");
        request.headers.push("Authorization", format!("Bearer {token}"));
        server.handle(&request).status
    };
    let handle = jws::read(&token).unwrap().claims["jti"].as_str().unwrap().to_owned();
    let (text, _) = token.rsplit_once('.').unwrap();
    assert_eq!(call(&token), 200);
    for other in [&handle, &format!("{text}."), &format!("{text}.AAAA")] {
        assert_eq!(call(other), 401, "{other}");
    }
    server.handle(&post("/revoke", &format!("token={token}&{OWN}")));
    assert_eq!(call(&token), 401);
}
