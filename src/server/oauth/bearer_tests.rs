//! Unit tests of `bearer`, `api` and `control`.

use super::*;
use crate::server::testing::*;
use crate::wire::challenge;

/// Status and `error` of a refusal, which has a challenge, no body, and a description with an error.
fn refused(response: &Response) -> (u16, Option<String>) {
    let challenges = challenge::read(&response.headers.text("www-authenticate").unwrap());
    assert_eq!(challenges.len(), 1);
    assert!(challenges[0].is("Bearer"));
    let error = challenges[0].param("error").map(str::to_owned);
    assert_eq!(challenges[0].param("error_description").is_some(), error.is_some());
    assert!(response.body.is_empty());
    (response.status, error)
}

fn with_fields(target: &str, fields: &[&str]) -> Request {
    let mut request = get(target);
    fields.iter().for_each(|field| request.headers.push("Authorization", *field));
    request
}

const ME: &str = "/2.0/users/me";

#[test]
fn the_user_is_the_one_who_granted() {
    let world = crate::server::World::of_the_suite();
    assert!(world.users.len() > 1, "there is somebody to tell from somebody else");
    let elsewhere = |user: &&crate::server::world::User| {
        let enterprise = user.enterprise.as_deref().and_then(|id| world.enterprise(id));
        enterprise.is_some_and(|enterprise| enterprise.sign_on)
    };
    let people = world.users.iter().filter(|user| user.is_person());
    for user in people.filter(|user| !elsewhere(user)) {
        let mut browser = Browser::new();
        let request = [("response_type", "code"), ("client_id", "default-client")];
        let login = browser.authorize(&request);
        let consent = browser.sign_in(&login, &user.login);
        let redirect = browser.decide(&consent, "grant");
        let code = query_of(&redirect).first("code").unwrap().to_owned();
        let grant = [("grant_type", "authorization_code"), ("code", code.as_str())];
        let (access, _) = pair(&browser.token("default-client", &grant));
        for path in
            [ME, "/api/2.0/users/me", "/2.0/users/me?fields=id,login", "/2.0/users/me?fields="]
        {
            let response = browser.api(path, &access);
            assert_eq!(response.status, 200, "{path}");
            let body = body(&response);
            assert_eq!((&body["type"], &body["id"]), (&"user".into(), &user.id.as_str().into()));
            assert_eq!(body["login"], user.login.as_str());
        }
        let folder = browser.api("/2.0/folders/0", &access);
        assert_eq!(body(&folder)["owned_by"]["id"], user.id.as_str());
        assert_eq!(browser.api("/2.0/folders/1", &access).status, 404);
    }
}

#[test]
fn the_scheme_has_no_case() {
    let mut browser = Browser::new();
    let (access, _) = browser.pair_for("default-client");
    for scheme in ["Bearer", "bearer", "BEARER", "bEaReR", "Bearer "] {
        let request = with_fields(ME, &[&format!("{scheme} {access}")]);
        assert_eq!(browser.send(request).status, 200, "{scheme}");
    }
}

#[test]
fn no_credentials_are_challenged_without_error() {
    let mut browser = Browser::new();
    let (access, _) = browser.pair_for("default-client");
    assert_eq!(refused(&browser.send(get(ME))), (401, None));
    for field in
        [format!("Basic {access}"), access.clone(), format!("Token {access}"), String::new()]
    {
        assert_eq!(refused(&browser.send(with_fields(ME, &[&field]))), (401, None), "{field}");
    }
    let in_query = get(&format!("{ME}?access_token={access}"));
    assert_eq!(refused(&browser.send(in_query)), (401, None));
    let response = browser.send(get(ME));
    let challenge = response.headers.text("www-authenticate").unwrap();
    assert_eq!(challenge, "Bearer realm=\"Service\"");
}

#[test]
fn bad_tokens_are_invalid() {
    let mut browser = Browser::new();
    let (access, refresh) = browser.pair_for("default-client");
    let invalid = (401, Some("invalid_token".to_owned()));
    for token in ["x", "", "!!!", "<>", &refresh, &format!("{access}="), &access[1..]] {
        let response = browser.send(with_fields(ME, &[&format!("Bearer {token}")]));
        assert_eq!(refused(&response), invalid, "{token}");
    }
    assert_eq!(refused(&browser.send(with_fields(ME, &["Bearer"]))), invalid);
    let response = browser.api(ME, "x");
    assert_eq!(
        response.headers.text("www-authenticate").unwrap(),
        "Bearer realm=\"Service\", error=\"invalid_token\", \
         error_description=\"The access token provided is invalid.\""
    );
    browser.advance(3599);
    assert!(browser.lives(&access));
    browser.advance(1);
    assert_eq!(refused(&browser.api(ME, &access)), invalid);
}

#[test]
fn more_than_one_token_is_an_invalid_request() {
    let mut browser = Browser::new();
    let (access, _) = browser.pair_for("default-client");
    let header = format!("Bearer {access}");
    let query = format!("{ME}?access_token={access}");
    let mut in_body = post(ME, &format!("access_token={access}"));
    in_body.headers.push("Authorization", header.as_str());
    let mut in_body_of_get = in_body.clone();
    "GET".clone_into(&mut in_body_of_get.method);
    for request in [
        with_fields(&query, &[&header]),
        with_fields(&format!("{ME}?access_token=%zz"), &[&header]),
        with_fields(ME, &[&header, &header]),
        with_fields(ME, &[&header, "Basic eDp5"]),
        get(&format!("{query}&access_token={access}")),
        in_body,
        in_body_of_get,
    ] {
        let expected = (400, Some("invalid_request".to_owned()));
        assert_eq!(refused(&browser.send(request.clone())), expected, "{request:?}");
    }
}

#[test]
fn malformed_requests_are_refused() {
    let mut browser = Browser::new();
    let (access, _) = browser.pair_for("default-client");
    let expected = (400, Some("invalid_request".to_owned()));
    for query in ["fields=%00", "fields=a%0d%0a", "fields=%zz", "x=%", "fields=a&fields=b", "%ff"] {
        assert_eq!(refused(&browser.api(&format!("{ME}?{query}"), &access)), expected, "{query}");
    }
    let broken = with_fields(ME, &[&format!("Bearer {access} {access}")]);
    assert_eq!(refused(&browser.send(broken)), expected);
}

#[test]
fn a_missing_scope_is_403_whether_the_item_exists_or_not() {
    let mut browser = Browser::new();
    let (access, _) = browser.pair_for("narrow-client");
    for folder in ["/2.0/folders/0", "/2.0/folders/999"] {
        let expected = (403, Some("insufficient_scope".to_owned()));
        assert_eq!(refused(&browser.api(folder, &access)), expected);
    }
    assert!(browser.lives(&access));
}

#[test]
fn other_paths_and_methods() {
    let mut browser = Browser::new();
    assert_eq!(browser.send(get("/")).status, 200);
    assert_eq!(browser.send(get("/nothing")).status, 404);
    let (access, _) = browser.pair_for("default-client");
    let mut request = with_fields(ME, &[&format!("Bearer {access}")]);
    "POST".clone_into(&mut request.method);
    assert_eq!(browser.send(request).status, 405);
    assert_eq!(browser.send(Request::new("HEAD", origin(), "/")).body, b"");
    for target in ["", "*", "nothing", "//", "/2.0", "/2.0/"] {
        assert!(browser.send(get(target)).status < 500, "{target}");
    }
}

#[test]
fn the_clock_moves_when_told_in_json() {
    let mut browser = Browser::new();
    let now = |browser: &mut Browser| body(&browser.send(get("/control/clock")))["now"].as_u64();
    let before = now(&mut browser).unwrap();
    let mut request = post("/control/clock", r#"{"advance": 60}"#);
    assert_eq!(browser.send(request.clone()).status, 400);
    request.headers.set("Content-Type", "application/json");
    assert_eq!(browser.send(request.clone()).status, 200);
    assert_eq!(now(&mut browser), Some(before + 60));
    for wrong in [r#"{"advance": -1}"#, r#"{"advance": 99999999999999}"#, r#"{"advanc": 1}"#, "x"] {
        request.body = wrong.as_bytes().to_vec();
        assert_eq!(browser.send(request.clone()).status, 400, "{wrong}");
    }
    let server = crate::server::Server::new(crate::server::Config { control: false, ..config() });
    assert_eq!(server.handle(&get("/control/clock")).status, 404);
    assert_eq!(server.handle(&get("/control/hooks")).status, 404);
}
