//! Unit tests of `token` and `revoke`.

use serde_json::json;

use super::*;
use crate::server::testing::*;
use crate::server::world::AccessLevel;

const TOKEN: &str = "/oauth2/token";
const CODE: (&str, &str) = ("grant_type", "authorization_code");
const REFRESH: (&str, &str) = ("grant_type", "refresh_token");

fn is(response: &Response, error: &str, description: &str) {
    assert_eq!(refusal(response), (400, error.to_owned()));
    assert_eq!(body(response)["error_description"], description);
    assert_eq!(response.headers.get("cache-control"), Some(&b"no-store"[..]));
}

/// A token request without credentials of its own.
fn raw(browser: &mut Browser, body: &str) -> Response {
    browser.send(post(TOKEN, body))
}

#[test]
fn a_code_becomes_a_pair_of_tokens() {
    for path in [TOKEN, "/api/oauth2/token"] {
        let mut browser = Browser::new();
        let code = browser.code_for("default-client");
        let pairs = [CODE, ("code", &code), ("box_device_id", "0"), ("box_device_id", "0")];
        let response = browser.client_post(path, "default-client", &pairs);
        assert_eq!(response.status, 200);
        assert_eq!(response.headers.get("content-type"), Some(&b"application/json"[..]));
        assert_eq!(response.headers.get("cache-control"), Some(&b"no-store"[..]));
        let body = body(&response);
        let names: Vec<_> = body.as_object().unwrap().keys().collect();
        let expected =
            ["access_token", "expires_in", "restricted_to", "token_type", "refresh_token"];
        assert_eq!(names, expected);
        assert_eq!(body["expires_in"], 3600);
        assert_eq!(body["restricted_to"], json!([]));
        assert_eq!(body["token_type"], "bearer");
        let (access, refresh) = pair(&response);
        assert_eq!((access.len(), refresh.len()), (32, 64));
        assert!(browser.lives(&access));
        assert!(!browser.lives(&refresh));
    }
}

#[test]
fn a_code_lives_30_seconds_from_the_grant() {
    let mut browser = Browser::new();
    let code = browser.code_for("default-client");
    browser.advance(29);
    assert_eq!(browser.token("default-client", &[CODE, ("code", &code)]).status, 200);
    let code = browser.code_for("default-client");
    browser.advance(31);
    let late = browser.token("default-client", &[CODE, ("code", &code)]);
    is(&late, "invalid_grant", "The authorization code has expired");
}

#[test]
fn a_replayed_code_is_refused_and_destroys_its_tokens() {
    let mut browser = Browser::new();
    let code = browser.code_for("default-client");
    let (access, refresh) = pair(&browser.token("default-client", &[CODE, ("code", &code)]));
    let refreshed = browser.token("default-client", &[REFRESH, ("refresh_token", &refresh)]);
    let (second, _) = pair(&refreshed);
    let replay = browser.token("default-client", &[CODE, ("code", &code)]);
    is(&replay, "invalid_grant", "Auth code doesn't exist or is invalid for the client");
    assert!(!browser.lives(&access) && !browser.lives(&second));
}

#[test]
fn a_code_is_bound_to_client_and_redirect_uri() {
    let mut browser = Browser::new();
    let code = browser.code_for("default-client");
    let foreign = browser.token("other-client", &[CODE, ("code", &code)]);
    is(&foreign, "invalid_grant", "Auth code doesn't exist or is invalid for the client");
    for uri in ["https://www.myboxapp.com/app/", "https://evil.example", "x"] {
        let pairs = [CODE, ("code", &code), ("redirect_uri", uri)];
        let wrong = browser.token("default-client", &pairs);
        is(&wrong, "redirect_uri_mismatch", "The redirect URI is missing or do not match");
    }
    let pairs = [CODE, ("code", code.as_str()), ("redirect_uri", DEFAULT_URI)];
    assert_eq!(browser.token("default-client", &pairs).status, 200);
}

#[test]
fn unknown_codes_are_refused() {
    let mut browser = Browser::new();
    let code = browser.code_for("default-client");
    for wrong in ["x", &code[1..], &format!("{code}x"), &format!(" {code}")] {
        let response = browser.token("default-client", &[CODE, ("code", wrong)]);
        assert_eq!(refusal(&response), (400, "invalid_grant".to_owned()));
    }
}

#[test]
fn what_is_missing_is_named() {
    let mut browser = Browser::new();
    let grant_type = "Invalid grant_type parameter or parameter missing";
    is(&browser.token("default-client", &[]), "invalid_request", grant_type);
    for unknown in ["", "password", "AUTHORIZATION_CODE", "x"] {
        let response = browser.token("default-client", &[("grant_type", unknown)]);
        is(&response, "invalid_request", grant_type);
    }
    let code = "Missing parameter. \"code\" is required";
    is(&browser.token("default-client", &[CODE]), "invalid_request", code);
    is(&browser.token("default-client", &[CODE, ("code", "")]), "invalid_request", code);
    let refresh = "No \"refresh_token\" parameter found";
    is(&browser.token("default-client", &[REFRESH]), "invalid_request", refresh);
}

#[test]
fn grants_that_are_not_configured_are_refused() {
    for grant in ["client_credentials", "urn:ietf:params:oauth:grant-type:jwt-bearer"] {
        let response = Browser::new().token("default-client", &[("grant_type", grant)]);
        let description = "The grant type is unauthorized for this client_id";
        is(&response, "unauthorized_client", description);
    }
}

#[test]
fn each_grant_is_allowed_on_its_own() {
    let with = |grants: &[GrantType]| {
        let mut config = config();
        std::sync::Arc::make_mut(&mut config.world).applications[0].grants = grants.to_vec();
        Browser { server: std::sync::Arc::new(crate::server::Server::new(config)), cookie: None }
    };
    let mut browser = with(&[GrantType::AuthorizationCode]);
    let code = browser.code_for("default-client");
    let response = browser.token("default-client", &[CODE, ("code", &code)]);
    let answer = body(&response);
    assert!(answer["access_token"].is_string() && answer["refresh_token"].is_null(), "{answer}");
    let response = browser.token("default-client", &[REFRESH, ("refresh_token", "any")]);
    assert_eq!(refusal(&response), (400, "unauthorized_client".to_owned()));
    let request = [("response_type", "code"), ("client_id", "default-client")];
    let redirect = with(&[GrantType::RefreshToken]).authorize(&request);
    assert_eq!(query_of(&redirect).first("error"), Some("unauthorized_client"));
}

#[test]
fn client_credentials_are_needed_and_come_before_the_grant() {
    let mut browser = Browser::new();
    let (_, refresh) = browser.pair_for("default-client");
    let code = browser.code_for("default-client");
    let secret = browser.server.world().application("default-client").unwrap().secret.clone();
    for credentials in [
        String::new(),
        "&client_id=default-client".to_owned(),
        "&client_id=default-client&client_secret=".to_owned(),
        "&client_id=default-client&client_secret=wrong".to_owned(),
        format!("&client_id=default-client&client_secret={}", secret.to_lowercase()),
        format!("&client_id=other-client&client_secret={secret}"),
        format!("&client_id=nobody&client_secret={secret}"),
        format!("&client_secret={secret}"),
    ] {
        for grant in [
            format!("grant_type=authorization_code&code={code}"),
            format!("grant_type=refresh_token&refresh_token={refresh}"),
            "grant_type=authorization_code&code=x".to_owned(),
        ] {
            let response = raw(&mut browser, &format!("{grant}{credentials}"));
            is(&response, "invalid_client", "The client credentials are invalid");
        }
    }
    // None of that consumed anything.
    assert_eq!(browser.token("default-client", &[CODE, ("code", &code)]).status, 200);
    let pairs = [REFRESH, ("refresh_token", refresh.as_str())];
    assert_eq!(browser.token("default-client", &pairs).status, 200);
}

#[test]
fn basic_is_not_accepted() {
    let mut browser = Browser::new();
    let code = browser.code_for("default-client");
    let secret = browser.server.world().application("default-client").unwrap().secret.clone();
    let basic = crate::wire::basic::encode("default-client", &secret);
    let mut request = post(TOKEN, &format!("grant_type=authorization_code&code={code}"));
    request.headers.push("Authorization", basic);
    let response = browser.send(request.clone());
    is(&response, "invalid_client", "The client credentials are invalid");
    let both = format!("&client_id=default-client&client_secret={secret}");
    request.body.extend_from_slice(both.as_bytes());
    assert_eq!(refusal(&browser.send(request.clone())), (400, "invalid_request".to_owned()));
    request.headers.set("Authorization", "Bearer something");
    assert_eq!(browser.send(request).status, 200);
}

#[test]
fn the_message_must_be_a_form_by_post() {
    let mut browser = Browser::new();
    let code = browser.code_for("default-client");
    let secret = browser.server.world().application("default-client").unwrap().secret.clone();
    let form = format!(
        "grant_type=authorization_code&code={code}&client_id=default-client&client_secret={secret}"
    );
    for method in ["GET", "PUT", "HEAD", "DELETE"] {
        let mut request = post(&format!("{TOKEN}?{form}"), &form);
        method.clone_into(&mut request.method);
        let response = browser.send(request);
        assert_eq!(response.status, 405);
        assert_eq!(response.headers.get("allow"), Some(&b"POST"[..]));
    }
    for media in ["application/json", "text/plain", "multipart/form-data; boundary=x", ""] {
        let mut request = post(TOKEN, &form);
        request.headers.set("Content-Type", media);
        assert_eq!(refusal(&browser.send(request)), (400, "invalid_request".to_owned()));
    }
    let in_query = post(&format!("{TOKEN}?{form}"), "");
    assert_eq!(refusal(&browser.send(in_query)), (400, "invalid_request".to_owned()));
    for tail in ["&code=x", "&client_id=default-client", "&scope=&scope=", "&x=%zz"] {
        let response = raw(&mut browser, &format!("{form}{tail}"));
        assert_eq!(refusal(&response), (400, "invalid_request".to_owned()), "{tail}");
    }
    let mut request = post(TOKEN, &form);
    request.headers.set("Content-Type", "Application/X-WWW-Form-Urlencoded; charset=utf-8");
    assert_eq!(browser.send(request).status, 200);
}

#[test]
fn refreshing_rotates_and_the_old_access_token_lives_on() {
    let mut browser = Browser::new();
    let (access, refresh) = browser.pair_for("default-client");
    let response = browser.token("default-client", &[REFRESH, ("refresh_token", &refresh)]);
    let (new_access, new_refresh) = pair(&response);
    assert!(access != new_access && refresh != new_refresh);
    assert!(browser.lives(&access) && browser.lives(&new_access));
    let again = browser.token("default-client", &[REFRESH, ("refresh_token", &refresh)]);
    is(&again, "invalid_grant", "Refresh token has expired");
    assert!(browser.lives(&new_access));
    for (client, token) in [("other-client", new_refresh.as_str()), ("default-client", "x")] {
        let response = browser.token(client, &[REFRESH, ("refresh_token", token)]);
        is(&response, "invalid_grant", "Invalid refresh token");
    }
    browser.advance(3601);
    assert!(!browser.lives(&new_access));
    let later = browser.token("default-client", &[REFRESH, ("refresh_token", &new_refresh)]);
    assert_eq!(later.status, 200);
}

#[test]
fn each_refresh_starts_another_60_days() {
    let mut browser = Browser::new();
    let (_, mut refresh) = browser.pair_for("default-client");
    for _ in 0..13 {
        browser.advance(59 * 86_400);
        (_, refresh) =
            pair(&browser.token("default-client", &[REFRESH, ("refresh_token", &refresh)]));
    }
    browser.advance(60 * 86_400 + 60);
    let late = browser.token("default-client", &[REFRESH, ("refresh_token", &refresh)]);
    assert_eq!(refusal(&late), (400, "invalid_grant".to_owned()));
}

#[test]
fn revoking_destroys_the_pair_from_either_side() {
    for by_refresh in [false, true] {
        for path in ["/oauth2/revoke", "/api/oauth2/revoke"] {
            let mut browser = Browser::new();
            let (access, refresh) = browser.pair_for("default-client");
            let (other, _) = browser.pair_for("default-client");
            let token = if by_refresh { &refresh } else { &access };
            let foreign = browser.client_post(path, "other-client", &[("token", token)]);
            assert_eq!(refusal(&foreign).0, 400);
            assert!(browser.lives(&access));
            let done = browser.client_post(path, "default-client", &[("token", token)]);
            assert_eq!((done.status, done.body.as_slice()), (200, &b"{}"[..]));
            assert!(!browser.lives(&access) && browser.lives(&other));
            let refused = browser.token("default-client", &[REFRESH, ("refresh_token", &refresh)]);
            assert_eq!(refusal(&refused), (400, "invalid_grant".to_owned()));
            let again = browser.client_post(path, "default-client", &[("token", token)]);
            assert_eq!(again.status, 200);
        }
    }
}

#[test]
fn revoking_needs_credentials_and_a_token() {
    let mut browser = Browser::new();
    let (access, _) = browser.pair_for("default-client");
    for credentials in ["", "&client_id=default-client&client_secret=wrong"] {
        let request = post("/oauth2/revoke", &format!("token={access}{credentials}"));
        is(&browser.send(request), "invalid_client", "The client credentials are invalid");
    }
    for pairs in [&[][..], &[("token", "")], &[("token", "a"), ("token", "a")]] {
        let response = browser.client_post("/oauth2/revoke", "default-client", pairs);
        assert_eq!(refusal(&response), (400, "invalid_request".to_owned()));
    }
    let secret = browser.server.world().application("default-client").unwrap().secret.clone();
    let query = format!("token={access}&client_id=default-client&client_secret={secret}");
    assert_eq!(browser.send(get(&format!("/oauth2/revoke?{query}"))).status, 405);
    assert!(browser.lives(&access));
}

const CLIENT_CREDENTIALS: (&str, &str) = ("grant_type", "client_credentials");

/// A request by client credentials for a subject.
fn by_credentials(browser: &mut Browser, client_id: &str, subject: (&str, &str)) -> Response {
    let subject = [("box_subject_type", subject.0), ("box_subject_id", subject.1)];
    browser.token(client_id, &[CLIENT_CREDENTIALS, subject[0], subject[1]])
}

#[test]
fn client_credentials_bring_an_access_token_alone() {
    let mut browser = Browser::new();
    for (subject, login) in [
        (("enterprise", "1"), "AutomationUser_21_test@boxdevedition.com"),
        (("user", "31"), "AppUser_31_test@boxdevedition.com"),
        (("user", "11"), "alice@example.com"),
    ] {
        let response = by_credentials(&mut browser, "server-client", subject);
        assert_eq!(response.status, 200);
        let body = body(&response);
        assert_eq!(body.get("refresh_token"), None);
        let access = body["access_token"].as_str().unwrap();
        assert!(browser.lives(access));
        assert_eq!(browser.login_of(access), login);
    }
}

#[test]
fn a_server_application_gets_what_its_administrator_authorized() {
    let mut browser = Browser::new();
    let unauthorized = by_credentials(&mut browser, "unauthorized-client", ("enterprise", "1"));
    assert_eq!(refusal(&unauthorized), (400, "unauthorized_client".to_owned()));
    let managed = by_credentials(&mut browser, "app-only-client", ("user", "11"));
    assert_eq!(refusal(&managed), (400, "invalid_request".to_owned()));
    let user = by_credentials(&mut browser, "no-user-tokens-client", ("user", "33"));
    assert_eq!(refusal(&user), (400, "invalid_request".to_owned()));
    for subject in
        [("user", "31"), ("user", "12"), ("user", "22"), ("user", "x"), ("enterprise", "9")]
    {
        let foreign = by_credentials(&mut browser, "app-only-client", subject);
        assert_eq!(refusal(&foreign), (400, "invalid_grant".to_owned()), "{subject:?}");
    }
    // The snapshot counts, and not what the application is by now.
    browser.server.change_world(|world| {
        world.application_mut("app-only-client").unwrap().access = AccessLevel::AppAndEnterprise;
    });
    let managed = by_credentials(&mut browser, "app-only-client", ("user", "11"));
    assert_eq!(refusal(&managed), (400, "invalid_request".to_owned()));
}
