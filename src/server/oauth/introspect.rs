//! The introspection endpoint (RFC 7662): whether a token lives, and what it stands for.

use serde_json::{Value, json};

use crate::server::core::Core;
use crate::server::faults::effects::introspect as effects;
use crate::server::oauth::audience;
use crate::server::oauth::client_auth::{self, Purpose};
use crate::server::oauth::http::{self, Refusal, given};
use crate::server::oauth::store::Told;
use crate::server::policy::Reason;
use crate::server::world::Application;
use crate::wire::{Origin, Params, Request, Response};

const KNOWN: &[&str] = &["client_id", "client_secret", "token", "token_type_hint"];

/// Every method at the introspection endpoint.
// introspection/endpoint
pub(in crate::server) fn endpoint(server: &Core, request: &Request) -> Response {
    effects::around(server, request, answer)
}

// introspection/form, introspection/not-kept
fn answer(server: &Core, request: &Request) -> Response {
    let refuse = |reason| server.refusal(reason);
    http::posted(request, 200, refuse, |params| introspect(server, request, params))
}

fn introspect(server: &Core, request: &Request, params: &Params) -> Result<Value, Refusal> {
    if params.repeated(|name| KNOWN.contains(&name)).is_some() {
        return Err(server.refusal(Reason::RepeatedParameter));
    }
    // introspection/caller-authenticated, introspection/caller-challenged
    caller(server, request, params)?;
    // introspection/token-required
    let token = given(params, "token").ok_or_else(|| server.refusal(Reason::TokenMissing))?;
    // introspection/wrong-hint: the hint is not needed to find a token (RFC 7662 §2.1).
    // introspection/not-allowed: whoever proves who they are may ask about every token.
    let told = server.store.told(server.now(), token);
    Ok(told.map_or_else(inactive, |told| active(server, &request.origin, &told)))
}

/// The client that asks. Whoever cannot prove who they are could try tokens (RFC 7662 §4).
fn caller(server: &Core, request: &Request, params: &Params) -> Result<Application, Refusal> {
    // RFC 7662 §2.3: 401, wherever the credentials stood.
    let refusal = server.refusal(Reason::ClientByBasic);
    let app = client_auth::authenticate(server, request, params, Purpose::Introspection);
    let app = app.map_err(|told| if told.error == refusal.error { refusal } else { told })?;
    if app.is_public() { Err(refusal) } else { Ok(app) }
}

/// A token that is unknown, expired, revoked or of another kind is told no more of (RFC 7662 §2.2).
// introspection/unknown-token, introspection/inactive-alone
pub(in crate::server) fn inactive() -> Value {
    json!({"active": false})
}

// introspection/members, introspection/agrees
pub(in crate::server) fn active(server: &Core, origin: &Origin, told: &Told) -> Value {
    let Told { grant, access, issued, expires, .. } = told;
    let mut members = json!({
        "active": true,
        "client_id": grant.client_id,
        "scope": grant.scopes.join(" "),
        "iat": issued.as_secs(),
        "exp": expires.as_secs(),
    });
    if *access {
        members["token_type"] = json!("Bearer");
    }
    // dpop/confirmation
    if let Some(key) = grant.key.as_ref().filter(|_| *access) {
        members["cnf"] = json!({"jkt": key});
        members["token_type"] = json!("DPoP");
    }
    if let Some(aud) = audience::told(server, origin, &grant.resources) {
        members["aud"] = json!(aud);
    }
    // exchange/actor-named, exchange/actors-nested
    if let Some(act) = acting(&grant.actors) {
        members["act"] = act;
    }
    let world = server.world();
    // exchange/named-actor-alone
    if let Some(named) = world.application(&grant.client_id).and_then(|app| app.may_act.as_ref()) {
        members["may_act"] = json!({"sub": named});
    }
    if let Some(user) = world.user(&grant.user_id) {
        members["sub"] = json!(user.id);
        members["username"] = json!(user.login);
    }
    members
}

/// Who acts, and within it who acted before (RFC 8693 §4.1).
fn acting(actors: &[String]) -> Option<Value> {
    let (last, before) = actors.split_first()?;
    let mut act = json!({"sub": last});
    if let Some(before) = acting(before) {
        act["act"] = before;
    }
    Some(act)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::server::dialect::Dialect;
    use crate::server::testing::{self, post};
    use crate::server::{Config, Server};

    const SECRET: &str = "client_id=default-client&client_secret=test-only-1nQ7vLz4TbRk8VwC5cYe";

    fn server() -> Arc<Server> {
        let dialect = Dialect::find("oauth").unwrap();
        let world = dialect.world();
        Arc::new(Server::new(Config { dialect, world, ..testing::config() }))
    }

    fn told(response: &Response) -> Value {
        serde_json::from_slice(&response.body).unwrap()
    }

    #[test]
    fn a_token_lives_until_it_is_revoked() {
        let server = server();
        let own = "client_id=server-client&client_secret=test-only-S2hJz6RnYv4CkFq8MbVx";
        let body = format!("grant_type=client_credentials&{own}");
        let token = told(&server.handle(&post("/token", &body)));
        let token = token["access_token"].as_str().unwrap();
        let ask = || server.handle(&post("/introspect", &format!("token={token}&{SECRET}")));
        let lives = told(&ask());
        assert_eq!(
            (&lives["active"], &lives["client_id"]),
            (&json!(true), &json!("server-client"))
        );
        server.handle(&post("/revoke", &format!("token={token}&{own}")));
        assert_eq!(told(&ask()), json!({"active": false}));
    }

    #[test]
    fn it_is_for_clients_with_a_secret_that_name_a_token() {
        let server = server();
        let ask = |body: &str| server.handle(&post("/introspect", body));
        assert_eq!(told(&ask(&format!("token=x&{SECRET}"))), json!({"active": false}));
        assert_eq!(told(&ask(SECRET))["error"], "invalid_request");
        for body in ["token=x", "token=x&client_id=public-client", "token=x&client_id=nobody"] {
            assert_eq!(told(&ask(body))["error"], "invalid_client", "{body}");
        }
        assert_eq!(server.handle(&testing::get("/introspect?token=x")).status, 405);
    }
}
