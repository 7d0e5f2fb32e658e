//! Unit tests of `authorize`.

use crate::server::testing::*;
use crate::server::world::World;
use crate::wire::form;

const REQUEST: &[(&str, &str)] =
    &[("response_type", "code"), ("client_id", "default-client"), ("state", "s&=%2B ü")];

/// The request of a client with these parameters set or, where the value is `-`, left out.
fn with(changes: &[(&'static str, &'static str)]) -> Vec<(&'static str, &'static str)> {
    let changed = |name: &str| changes.iter().any(|(known, _)| *known == name);
    let kept = REQUEST.iter().filter(|(name, _)| !changed(name)).copied();
    kept.chain(changes.iter().filter(|(_, value)| *value != "-").copied()).collect()
}

fn page(changes: &[(&'static str, &'static str)]) -> String {
    let response = Browser::new().authorize(&with(changes));
    assert_eq!(response.status, 400);
    page_error(&response)
}

/// The error that the application gets, and that its state comes with it.
fn redirected(pairs: &[(&str, &str)]) -> String {
    let response = Browser::new().authorize(pairs);
    let query = query_of(&response);
    assert_eq!(query.first("state"), Some("s&=%2B ü"));
    assert_eq!(query.all("error").count(), 1);
    assert_eq!(query.first("code"), None);
    query.first("error").unwrap().to_owned()
}

#[test]
fn a_whole_authorization_by_get_and_by_post() {
    for method in ["GET", "POST"] {
        let mut browser = Browser::new();
        let target = authorize_target(REQUEST);
        let request = if method == "GET" {
            get(&target)
        } else {
            let (path, query) = target.split_once('?').unwrap();
            post(path, query)
        };
        let login = browser.send(request);
        assert_eq!(login.status, 200);
        assert!(!login.text().contains("Default App\" asks"));
        let consent = browser.sign_in(&login, "alice@example.com");
        assert!(consent.text().contains("Default App"), "{}", consent.text());
        assert!(consent.text().contains("Alice Example"));
        let redirect = browser.decide(&consent, "grant");
        let location = redirect.headers.text("location").unwrap().into_owned();
        assert!(location.starts_with(&format!("{DEFAULT_URI}?code=")), "{location}");
        assert_eq!(query_of(&redirect).first("state"), Some("s&=%2B ü"));
        assert_eq!(query_of(&redirect).len(), 2);
    }
}

#[test]
fn state_is_returned_only_if_sent() {
    let mut browser = Browser::new();
    let login = browser.authorize(&with(&[("state", "-")]));
    let consent = browser.sign_in(&login, "alice@example.com");
    assert_eq!(query_of(&browser.decide(&consent, "grant")).first("state"), None);
    let response = browser.authorize(&with(&[("state", "-"), ("response_type", "-")]));
    assert_eq!(query_of(&response).first("state"), None);
}

#[test]
fn what_has_no_certain_address_is_a_page() {
    assert_eq!(page(&[("client_id", "-")]), "invalid_request");
    assert_eq!(page(&[("client_id", "")]), "invalid_request");
    assert_eq!(page(&[("client_id", "nobody")]), "invalid_client");
    let twice = [("client_id", "default-client"), ("client_id", "default-client")];
    assert_eq!(page(&twice), "invalid_request");
    let uris = [("redirect_uri", DEFAULT_URI), ("redirect_uri", "https://evil.example")];
    assert_eq!(page(&uris), "invalid_request");
    // Whatever else is wrong, the application hears nothing.
    let both = [("redirect_uri", "https://evil.example"), ("response_type", "token")];
    assert_eq!(page(&both), "redirect_uri_mismatch");
}

#[test]
fn redirect_uri_errors_are_pages() {
    for (client, uri, expected) in [
        ("default-client", "https://evil.example/app", "redirect_uri_mismatch"),
        ("default-client", "http://www.myboxapp.com/app", "insecure_redirect_uri"),
        ("default-client", "1https://www.myboxapp.com/app", "invalid_redirect_uri"),
        ("local-production-client", "http://localhost:8080/app", "insecure_redirect_uri"),
        ("unconfigured-client", "-", "redirect_uri_mismatch"),
        ("several-client", "-", "redirect_uri_missing"),
    ] {
        assert_eq!(
            page(&[("client_id", client), ("redirect_uri", uri)]),
            expected,
            "{client} {uri}"
        );
    }
}

#[test]
fn every_registered_uri_is_used() {
    for app in World::default().applications {
        for uri in &app.redirect_uris {
            let mut browser = Browser::new();
            let login = browser.authorize(&[
                ("response_type", "code"),
                ("client_id", &app.client_id),
                ("redirect_uri", uri),
            ]);
            if app.role == "local-production" {
                assert_eq!(page_error(&login), "insecure_redirect_uri");
                continue;
            }
            let consent = browser.sign_in(&login, "oscar@external.example");
            let redirect = browser.decide(&consent, "grant");
            let separator = if uri.contains('?') { '&' } else { '?' };
            let location = redirect.headers.text("location").unwrap().into_owned();
            assert!(location.starts_with(&format!("{uri}{separator}code=")), "{location}");
        }
    }
}

#[test]
fn other_errors_are_redirects() {
    assert_eq!(redirected(&with(&[("response_type", "-")])), "invalid_request");
    assert_eq!(redirected(&with(&[("response_type", "")])), "invalid_request");
    for value in ["token", "CODE", "code token", "code "] {
        assert_eq!(redirected(&with(&[("response_type", value)])), "unsupported_response_type");
    }
    let twice = [("response_type", "code"), ("response_type", "code")];
    assert_eq!(redirected(&with(&twice)), "invalid_request");
    assert_eq!(redirected(&with(&[("box_login", "a"), ("box_login", "a")])), "invalid_request");
    assert_eq!(redirected(&with(&[("scope", "manage_groups")])), "invalid_scope");
    // Several at once are still one redirect, with the first of them.
    let many = with(&[("response_type", "x"), ("response_type", "x"), ("scope", "x")]);
    assert_eq!(redirected(&many), "invalid_request");
}

#[test]
fn query_and_body_together_repeat() {
    let (query, body) = ("response_type=code&state=a", "client_id=default-client&state=a");
    let request = post(&format!("/api/oauth2/authorize?{query}"), body);
    let response = Browser::new().send(request);
    assert_eq!(query_of(&response).first("error"), Some("invalid_request"));
    let request = post("/api/oauth2/authorize?response_type=code", "client_id=default-client");
    assert_eq!(Browser::new().send(request).status, 200);
}

#[test]
fn broken_escapes_are_refused() {
    let base = "/api/oauth2/authorize?response_type=code&client_id=default-client&state=x";
    for tail in ["&box_login=%zz", "&y=%", "&%=1", "&box_login=%ff"] {
        let response = Browser::new().send(get(&format!("{base}{tail}")));
        let query = query_of(&response);
        assert_eq!(query.first("error"), Some("invalid_request"), "{tail}");
        assert_eq!(query.first("state"), Some("x"));
    }
    let response = Browser::new().send(get(&format!("{base}&redirect_uri=%zz")));
    assert_eq!(page_error(&response), "invalid_request");
    let json = {
        let mut request = post("/api/oauth2/authorize", "{}");
        request.headers.set("Content-Type", "application/json");
        request
    };
    assert_eq!(page_error(&Browser::new().send(json)), "invalid_request");
}

#[test]
fn unknown_parameters_are_ignored() {
    let pairs = with(&[("folder_id", "1"), ("folder_id", "2"), ("code_challenge", "x")]);
    assert_eq!(Browser::new().authorize(&pairs).status, 200);
}

#[test]
fn the_login_field_is_filled_and_escaped() {
    let nasty = r#""><script>alert(1)</script>&amp;"#;
    let login = Browser::new().authorize(&with(&[("box_login", nasty)]));
    assert_eq!(PageForm::of(&login).field("login"), nasty);
    assert!(!login.text().contains("<script"));
}

#[test]
fn pages_escape_what_they_reflect() {
    let nasty = "<img src=x onerror=alert(1)>";
    let pairs = with(&[("redirect_uri", "https://evil.example/<script>"), ("state", nasty)]);
    let response = Browser::new().authorize(&pairs);
    assert_eq!(page_error(&response), "redirect_uri_mismatch");
    let text = response.text();
    assert!(!text.contains("<img") && !text.contains("<script"));
    assert!(text.contains("&lt;img"));
    let policy = response.headers.text("content-security-policy").unwrap();
    assert!(policy.contains("frame-ancestors 'none'") && !policy.contains("form-action"));
    assert_eq!(response.headers.get("cache-control"), Some(&b"no-store"[..]));
}

#[test]
fn hooks_make_the_endpoint_fail() {
    let mut browser = Browser::new();
    let hooks = |browser: &mut Browser, body: &str| {
        let mut request = post("/control/hooks", body);
        request.headers.set("Content-Type", "application/json");
        assert_eq!(browser.send(request).status, 200);
    };
    hooks(&mut browser, r#"{"rate_limit": true}"#);
    let query = query_of(&browser.authorize(REQUEST));
    assert_eq!(query.first("error"), Some("temporarily_unavailable"));
    assert_eq!(query.first("state"), Some("s&=%2B ü"));
    hooks(&mut browser, r#"{"rate_limit": false, "fail": true}"#);
    let response = browser.authorize(REQUEST);
    assert_eq!((response.status, page_error(&response).as_str()), (500, "internal_server_error"));
    hooks(&mut browser, r#"{"fail": false, "block_device": true}"#);
    let login = browser.authorize(REQUEST);
    let query = query_of(&browser.sign_in(&login, "alice@example.com"));
    assert_eq!(PageForm::of(&browser.authorize(REQUEST)).action, "/login");
    assert_eq!(query.first("error"), Some("server_error"));
    assert_eq!(query.first("state"), Some("s&=%2B ü"));
}

#[test]
fn control_characters_never_reach_location() {
    let uri = format!("{DEFAULT_URI}?x=\r\nSet-Cookie: a=b");
    let query = form::encode(&[("redirect_uri", uri)].into_iter().collect());
    let target =
        format!("/api/oauth2/authorize?response_type=code&client_id=default-client&{query}");
    assert_eq!(page_error(&Browser::new().send(get(&target))), "redirect_uri_mismatch");
    let pairs = with(&[("state", "a\r\nb\0"), ("response_type", "x")]);
    let response = Browser::new().authorize(&pairs);
    let location = response.headers.get("location").unwrap();
    assert!(location.iter().all(|byte| byte.is_ascii_graphic()));
    assert_eq!(query_of(&response).first("state"), Some("a\r\nb\0"));
}

#[test]
fn other_methods_are_refused() {
    for method in ["PUT", "DELETE", "OPTIONS", "get"] {
        let mut request = get(&authorize_target(REQUEST));
        request.method = method.to_owned();
        let response = Browser::new().send(request);
        assert_eq!(response.status, 405);
        assert!(response.headers.get("allow").is_some());
    }
}
