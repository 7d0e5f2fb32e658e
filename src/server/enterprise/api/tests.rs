//! Unit tests of the API: what its scopes open and its permissions allow, beyond what the suite asks.

use serde_json::{Value, json};

use crate::server::oauth::store::{Fresh, Grant, Occasion, Restriction};
use crate::server::testing::*;
use crate::wire::{Request, Response};

/// A browser, and a token of a user with these scopes by the client of this role.
fn token_of(browser: &Browser, user_id: &str, client: &str, scopes: &[&str]) -> String {
    issue(browser, user_id, client, scopes, Vec::new())
}

fn issue(
    browser: &Browser,
    user_id: &str,
    client: &str,
    scopes: &[&str],
    restricted_to: Vec<Restriction>,
) -> String {
    let server = &browser.server.core;
    let client_id = server.world().application_of_role(client).unwrap().client_id.clone();
    let scopes = scopes.iter().map(|scope| (*scope).to_owned()).collect();
    let user_id = user_id.to_owned();
    let grant = Grant { client_id, user_id, scopes, restricted_to, ..Grant::default() };
    let access = server.access_token();
    let fresh = Fresh { access: access.clone(), refresh: None };
    server.store.issue_alone(server.now(), Occasion::ServerGrant, grant, fresh);
    access
}

fn call(browser: &mut Browser, method: &str, path: &str, token: &str, body: &Value) -> Response {
    let mut request = Request::new(method, origin(), path);
    request.headers.push("Authorization", format!("Bearer {token}"));
    if !body.is_null() {
        request.headers.push("Content-Type", "application/json");
        request.body = body.to_string().into_bytes();
    }
    browser.send(request)
}

fn id(response: &Response) -> String {
    assert_eq!(response.status, 201, "{}", response.text());
    let body = body(response);
    let id = body.pointer("/entries/0/id").or(body.get("id")).unwrap();
    id.as_str().unwrap().to_owned()
}

#[test]
fn a_file_is_uploaded_versioned_read_and_deleted() {
    let mut browser = Browser::new();
    let token = token_of(&browser, "11", "default", &["root_readwrite"]);
    let attributes = json!({"attributes": {"name": "a", "parent": {"id": "201"}}, "content": "1"});
    let file = id(&call(&mut browser, "POST", "/api/2.0/files/content", &token, &attributes));
    let again = call(&mut browser, "POST", "/2.0/files/content", &token, &attributes);
    assert_eq!(again.status, 409);
    let path = format!("/2.0/files/{file}/content");
    assert_eq!(call(&mut browser, "POST", &path, &token, &json!({"content": "2"})).status, 201);
    assert_eq!(browser.api(&path, &token).text(), "2");
    let versions = browser.api(&format!("/2.0/files/{file}/versions"), &token);
    assert_eq!(body(&versions)["total_count"], 1);
    let full = call(&mut browser, "DELETE", "/2.0/folders/201", &token, &Value::Null);
    assert_eq!(full.status, 400, "a folder that is not empty stays");
    let path = "/2.0/folders/201?recursive=true";
    assert_eq!(call(&mut browser, "DELETE", path, &token, &Value::Null).status, 204);
    assert_eq!(browser.api(&format!("/2.0/files/{file}"), &token).status, 404);
}

#[test]
fn a_file_comes_as_a_form_too() {
    let mut browser = Browser::new();
    let token = token_of(&browser, "11", "default", &["root_readwrite"]);
    let mut request = Request::new("POST", origin(), "/api/2.0/files/content");
    request.headers.push("Authorization", format!("Bearer {token}"));
    request.headers.push("Content-Type", "multipart/form-data; boundary=\"b\"");
    request.body = b"--b\r\nContent-Disposition: form-data; name=\"attributes\"\r\n\r\n\
        {\"name\":\"f\",\"parent\":{\"id\":\"0\"}}\r\n--b\r\nContent-Disposition: form-data; \
        name=\"file\"; filename=\"f\"\r\n\r\nbytes\r\n--b--\r\n"
        .to_vec();
    let file = id(&browser.send(request));
    assert_eq!(browser.api(&format!("/2.0/files/{file}/content"), &token).text(), "bytes");
    let root = browser.api("/2.0/folders/0/items", &token);
    let entries = body(&root)["entries"].as_array().unwrap().len();
    assert_eq!(entries, 3, "the own folder, the shared one, and the file");
}

#[test]
fn a_viewer_reads_and_does_not_write() {
    let mut browser = Browser::new();
    let owner = token_of(&browser, "13", "default", &["root_readwrite"]);
    let invitation = json!({
        "item": {"type": "folder", "id": "220"},
        "accessible_by": {"login": "alice@example.com"},
        "role": "viewer",
    });
    let made = id(&call(&mut browser, "POST", "/2.0/collaborations", &owner, &invitation));
    let token = token_of(&browser, "11", "default", &["root_readwrite"]);
    assert_eq!(browser.api("/2.0/files/221", &token).status, 200);
    let renamed = call(&mut browser, "PUT", "/2.0/folders/220", &token, &json!({"name": "x"}));
    assert_eq!((renamed.status, body(&renamed)["status"].as_u64()), (403, Some(403)));
    let path = format!("/2.0/collaborations/{made}");
    let editor = json!({"role": "editor"});
    assert_eq!(call(&mut browser, "PUT", &path, &token, &editor).status, 403);
    assert_eq!(call(&mut browser, "PUT", &path, &owner, &editor).status, 200);
    let renamed = call(&mut browser, "PUT", "/2.0/folders/220", &token, &json!({"name": "x"}));
    assert_eq!(renamed.status, 200);
    assert_eq!(call(&mut browser, "DELETE", &path, &owner, &Value::Null).status, 204);
    assert_eq!(browser.api("/2.0/files/221", &token).status, 404);
}

#[test]
fn a_narrowed_token_opens_its_object_and_what_lies_below() {
    let mut browser = Browser::new();
    let object = Some(("folder".to_owned(), "211".to_owned()));
    let restriction = Restriction { scope: "root_readwrite".to_owned(), object };
    let token = issue(&browser, "13", "default", &["root_readwrite"], vec![restriction]);
    for (path, status) in [
        ("/2.0/folders/211", 200),
        ("/2.0/folders/212", 200),
        ("/2.0/files/213", 200),
        ("/2.0/folders/210", 403),
        ("/2.0/folders/220", 403),
        ("/2.0/folders/0", 403),
        ("/2.0/users/me", 200),
    ] {
        assert_eq!(browser.api(path, &token).status, status, "{path}");
    }
}

#[test]
fn app_users_are_made_by_their_service_account_alone() {
    let mut browser = Browser::new();
    let member = json!({"name": "App User", "is_platform_access_only": true});
    let admin = token_of(&browser, "14", "every-scope", &["manage_app_users"]);
    let refused = call(&mut browser, "POST", "/2.0/users", &admin, &member);
    assert_eq!(refused.status, 403);
    browser.server.change_world(|world| {
        let account = crate::server::world::User {
            id: "90".to_owned(),
            kind: crate::server::world::UserKind::ServiceAccount,
            application: Some("default-client".to_owned()),
            ..world.users[0].clone()
        };
        world.users.push(account);
        let app = world.application_mut("default-client").unwrap();
        app.model = crate::server::world::Model::Server;
    });
    let none = token_of(&browser, "90", "default", &["manage_enterprise"]);
    assert_eq!(call(&mut browser, "POST", "/2.0/users", &none, &member).status, 403);
    let service = token_of(&browser, "90", "default", &["manage_app_users"]);
    let made = id(&call(&mut browser, "POST", "/2.0/users", &service, &member));
    let path = format!("/2.0/users/{made}");
    assert_eq!(browser.api(&path, &service).status, 200);
    assert_eq!(browser.api("/2.0/users/11", &service).status, 403, "no app user");
    assert_eq!(call(&mut browser, "DELETE", &path, &service, &Value::Null).status, 204);
}

#[test]
fn a_co_admin_acts_as_users_and_not_as_administrators() {
    let mut browser = Browser::new();
    let as_user = |browser: &mut Browser, token: &str, id: &str| {
        let mut request = get("/2.0/users/me");
        request.headers.push("Authorization", format!("Bearer {token}"));
        request.headers.push("As-User", id);
        browser.send(request).status
    };
    let co_admin = token_of(&browser, "15", "as-user", &["root_readwrite"]);
    let plain = token_of(&browser, "16", "as-user", &["root_readwrite"]);
    let admin = token_of(&browser, "14", "as-user", &["root_readwrite"]);
    for (token, id, status) in [
        (&co_admin, "11", 200),
        (&co_admin, "14", 403),
        (&co_admin, "16", 403),
        (&plain, "11", 403),
        (&admin, "16", 200),
        (&admin, "12", 403),
        (&admin, "17", 403),
        (&admin, "none", 403),
    ] {
        assert_eq!(as_user(&mut browser, token, id), status, "{id}");
    }
}

#[test]
fn what_is_not_offered_is_refused_in_the_api_s_own_words() {
    let mut browser = Browser::new();
    let token = token_of(&browser, "11", "default", &["root_readwrite"]);
    for (method, path, status, code) in [
        ("POST", "/2.0/users/me", 405, "method_not_allowed"),
        ("PATCH", "/2.0/folders/201", 405, "method_not_allowed"),
        ("GET", "/2.0/nothing", 404, "not_found"),
        ("GET", "/2.0/folders/220", 404, "not_found"),
        ("POST", "/2.0/folders", 400, "bad_request"),
    ] {
        let response = call(&mut browser, method, path, &token, &Value::Null);
        let body = body(&response);
        let told = (response.status, body["code"].as_str(), body["type"].as_str());
        assert_eq!(told, (status, Some(code), Some("error")), "{method} {path}");
    }
}
