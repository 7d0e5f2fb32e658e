use super::*;
use crate::server::dialect::Dialect;
use crate::server::testing::{self, get};
use crate::server::{Config, Server};

fn server() -> Server {
    let dialect = Dialect::find("oauth").unwrap();
    let world = dialect.world();
    Server::new(Config { dialect, world, ..testing::config() })
}

fn post(server: &Server, metadata: &Value) -> (u16, Value) {
    let mut request = get("/register");
    request.method = "POST".into();
    request.headers.push("Content-Type", "application/json");
    request.body = metadata.to_string().into_bytes();
    let answer = server.handle(&request);
    (answer.status, serde_json::from_slice(&answer.body).unwrap())
}

fn manage(server: &Server, method: &str, client: &Value, token: &str) -> Response {
    let uri = client["registration_client_uri"].as_str().unwrap();
    let mut request = get(uri.strip_prefix("http://127.0.0.1:8080").unwrap());
    request.method = method.into();
    request.headers.push("Authorization", format!("Bearer {token}"));
    server.handle(&request)
}

#[test]
fn a_client_is_registered_as_it_asks() {
    let server = server();
    let uri = "https://client.example/callback";
    let (status, client) =
        post(&server, &json!({"redirect_uris": [uri], "scope": "email", "x": 1}));
    assert_eq!(status, 201, "{client}");
    assert_eq!(client["token_endpoint_auth_method"], "client_secret_basic");
    assert_eq!(client["grant_types"], json!(["authorization_code"]));
    assert_eq!(client["scope"], "email");
    assert_eq!(client["client_secret_expires_at"], 0);
    let world = server.world();
    let app = world.application(client["client_id"].as_str().unwrap()).unwrap();
    assert_eq!((app.redirect_uris[0].as_str(), app.mode), (uri, Mode::Production));
    let public =
        json!({"redirect_uris": ["http://localhost/cb"], "token_endpoint_auth_method": "none"});
    let (status, public) = post(&server, &public);
    assert_eq!((status, &public["client_secret"]), (201, &Value::Null));
}

#[test]
fn what_cannot_be_registered_is_refused_with_its_error() {
    let server = server();
    let uris = [
        "javascript:alert(1)",
        "data:text/html,x",
        "http://client.example/",
        "https://client.example/#f",
        "https:///x",
        "https://client.example/ https://other.example/",
        "callback",
    ];
    for uri in uris {
        let (status, answer) = post(&server, &json!({"redirect_uris": [uri]}));
        assert_eq!((status, &answer["error"]), (400, &json!("invalid_redirect_uri")), "{uri}");
    }
    let good = json!({"redirect_uris": ["https://client.example/"]});
    let bad = [
        ("grant_types", json!(["implicit"])),
        ("token_endpoint_auth_method", json!("private_key_jwt")),
        ("response_types", json!(["token"])),
        ("response_types", json!([])),
        ("scope", json!("admin")),
        ("redirect_uris", json!("https://client.example/")),
        ("client_name", json!("x".repeat(101))),
    ];
    for (name, value) in bad {
        let mut asked = good.clone();
        asked[name] = value;
        let (status, answer) = post(&server, &asked);
        assert_eq!((status, &answer["error"]), (400, &json!("invalid_client_metadata")), "{asked}");
    }
    assert_eq!(post(&server, &json!({})).1["error"], "invalid_redirect_uri");
    assert_eq!(post(&server, &json!({"grant_types": ["client_credentials"]})).0, 201);
}

#[test]
fn a_registration_is_read_and_deleted_with_its_own_token() {
    let server = server();
    let (_, client) = post(&server, &json!({"redirect_uris": ["https://client.example/"]}));
    let token = client["registration_access_token"].as_str().unwrap();
    let read = manage(&server, "GET", &client, token);
    assert_eq!(serde_json::from_slice::<Value>(&read.body).unwrap(), client);
    assert_eq!(manage(&server, "DELETE", &client, "wrong").status, 401);
    assert_eq!(manage(&server, "PUT", &client, token).status, 400);
    assert_eq!(manage(&server, "PATCH", &client, token).status, 405);
    assert_eq!(manage(&server, "DELETE", &client, token).status, 204);
    assert_eq!(manage(&server, "GET", &client, token).status, 401);
    assert!(server.world().application(client["client_id"].as_str().unwrap()).is_none());
}
