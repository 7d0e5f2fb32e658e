//! The introspection endpoint (RFC 7662): whether an access token lives, and what it stands for.

use serde_json::{Value, json};

use crate::server::core::Core;
use crate::server::oauth::bearer;
use crate::server::oauth::client_auth::{self, Purpose};
use crate::server::oauth::http::{self, Refusal, given};
use crate::server::oauth::store::Grant;
use crate::server::policy::Reason;
use crate::wire::{Params, Request, Response};

const KNOWN: &[&str] = &["client_id", "client_secret", "token", "token_type_hint"];

/// Every method at the introspection endpoint.
pub(in crate::server) fn endpoint(server: &Core, request: &Request) -> Response {
    if request.method != "POST" {
        return http::method_not_allowed("POST");
    }
    let params = http::body_params(request).map_err(|reason| server.refusal(reason));
    match params.and_then(|params| introspect(server, request, &params)) {
        Ok(told) => http::json(200, &told),
        Err(refusal) => refusal.response(),
    }
}

/// A token that is unknown, expired, revoked or of another kind is told no more of (RFC 7662 §2.2).
fn introspect(server: &Core, request: &Request, params: &Params) -> Result<Value, Refusal> {
    if params.repeated(|name| KNOWN.contains(&name)).is_some() {
        return Err(server.refusal(Reason::RepeatedParameter));
    }
    let app = client_auth::authenticate(server, request, params, Purpose::Introspection)?;
    // RFC 7662 §4: whoever cannot prove who they are could try tokens.
    if app.secret.is_empty() {
        return Err(server.refusal(Reason::Client));
    }
    let token = given(params, "token").ok_or_else(|| server.refusal(Reason::TokenMissing))?;
    Ok(match bearer::grant_of(server, token) {
        Ok(grant) => active(server, &grant),
        Err(_) => json!({"active": false}),
    })
}

fn active(server: &Core, grant: &Grant) -> Value {
    let mut members = json!({
        "active": true,
        "client_id": grant.client_id,
        "scope": grant.scopes.join(" "),
        "token_type": "Bearer",
    });
    let world = server.world();
    if let Some(user) = world.user(&grant.user_id) {
        members["sub"] = json!(user.id);
        members["username"] = json!(user.login);
    }
    members
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
