//! Unit tests of `jwt`.

use serde_json::{Value, json};

use crate::server::testing::*;
use crate::wire::jws::{self, Algorithm, part};

/// The key of the tests; the world of each test knows its public half.
const PRIVATE: &str = include_str!("../../../fixtures/keys/stranger.pem");
const CLIENT: &str = "server-client";

/// A server that knows the test's key as the only one of the application.
fn browser() -> Browser {
    let browser = Browser::new();
    let pem = jws::public_half_pem(PRIVATE).unwrap();
    browser.server.change_world(|world| {
        let app = world.application_mut(CLIENT).unwrap();
        app.keys[0].pem = pem;
    });
    browser
}

fn header() -> Value {
    json!({"alg": "RS256", "kid": "server-key", "typ": "JWT"})
}

fn claims(browser: &Browser) -> Value {
    let now = browser.server.clock().now().as_secs();
    json!({
        "iss": CLIENT, "sub": "1", "box_sub_type": "enterprise",
        "aud": "https://api.box.com/oauth2/token",
        "jti": browser.server.core.token(), "exp": now + 45,
    })
}

fn signed(header: &Value, claims: &Value) -> String {
    let algorithm = Algorithm::read(header["alg"].as_str().unwrap()).unwrap();
    let text =
        format!("{}.{}", part(header.to_string().as_bytes()), part(claims.to_string().as_bytes()));
    let signature = jws::sign(PRIVATE, algorithm, &text).unwrap();
    format!("{text}.{}", part(&signature))
}

fn send(browser: &mut Browser, assertion: &str) -> crate::wire::Response {
    let grant = ("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer");
    browser.token(CLIENT, &[grant, ("assertion", assertion)])
}

fn ask(browser: &mut Browser, change: impl FnOnce(&mut Value)) -> crate::wire::Response {
    let mut claims = claims(browser);
    change(&mut claims);
    send(browser, &signed(&header(), &claims))
}

#[test]
fn an_assertion_brings_an_access_token_alone() {
    let mut browser = browser();
    let own = format!("{}/oauth2/token", origin());
    type Edit = Box<dyn Fn(&mut Value)>;
    let edits: Vec<(Edit, &str)> = vec![
        (Box::new(|_| ()), "AutomationUser_21_test@boxdevedition.com"),
        (
            Box::new(|claims| {
                claims["sub"] = json!("31");
                claims["box_sub_type"] = json!("user");
            }),
            "AppUser_31_test@boxdevedition.com",
        ),
        (Box::new(move |claims| claims["aud"] = json!([own])), "AutomationUser_21"),
        (Box::new(|claims| claims["exp"] = json!(claims["exp"].as_f64().unwrap() + 0.5)), "A"),
    ];
    for (edit, login) in edits {
        let response = ask(&mut browser, |claims| edit(claims));
        assert_eq!(response.status, 200, "{}", response.text());
        let body = body(&response);
        assert_eq!(body.get("refresh_token"), None);
        assert_eq!(body["expires_in"], 3600);
        assert!(browser.login_of(body["access_token"].as_str().unwrap()).starts_with(login));
    }
}

#[test]
fn three_algorithms_and_an_absent_kid_are_taken() {
    let mut browser = browser();
    for algorithm in ["RS256", "RS384", "RS512"] {
        let claims = claims(&browser);
        let assertion = signed(&json!({"alg": algorithm}), &claims);
        assert_eq!(send(&mut browser, &assertion).status, 200, "{algorithm}");
    }
}

#[test]
fn each_defect_of_the_claims_is_an_invalid_grant() {
    let mut browser = browser();
    let now = browser.server.clock().now().as_secs();
    for (name, value) in [
        ("iss", json!("other-client")),
        ("iss", Value::Null),
        ("aud", json!("https://api.box.com/oauth2/token/x")),
        ("aud", json!(["https://api.box.com/oauth2/token", "https://evil.example"])),
        ("aud", json!([])),
        ("sub", json!("9")),
        ("sub", json!(1)),
        ("box_sub_type", json!("user")),
        ("box_sub_type", json!("external")),
        ("exp", json!(now - 30)),
        ("exp", json!(now + 120)),
        ("exp", json!("soon")),
        ("exp", json!(-1)),
        ("exp", json!(1e300)),
        ("nbf", json!(now + 30)),
        ("nbf", json!("soon")),
        ("iat", json!(now + 30)),
        ("jti", json!("short")),
        ("jti", json!("x".repeat(129))),
    ] {
        let response = ask(&mut browser, |claims| claims[name] = value.clone());
        assert_eq!(refusal(&response), (400, "invalid_grant".to_owned()), "{name} {value}");
    }
}

#[test]
fn each_defect_of_the_signature_is_an_invalid_grant() {
    let mut browser = browser();
    let good = signed(&header(), &claims(&browser));
    let (text, _) = good.rsplit_once('.').unwrap();
    let with = |header: Value| {
        let rest = text.split_once('.').unwrap().1.to_owned();
        format!("{}.{rest}", part(header.to_string().as_bytes()))
    };
    let pem = browser.server.world().application(CLIENT).unwrap().keys[0].pem.clone();
    let confused = with(json!({"alg": "HS256", "kid": "server-key"}));
    for bad in [
        "not a token".to_owned(),
        format!("{text}."),
        format!("{text}.AAAA"),
        format!("{}.", with(json!({"alg": "none"}))),
        format!("{}.", with(json!({"alg": "None", "kid": "server-key"}))),
        format!("{confused}.{}", part(&jws::hs256(pem.as_bytes(), &confused))),
        signed(&json!({"alg": "RS256", "kid": "other-key"}), &claims(&browser)),
    ] {
        let response = send(&mut browser, &bad);
        assert_eq!(refusal(&response), (400, "invalid_grant".to_owned()), "{bad}");
    }
    assert_eq!(send(&mut browser, &good).status, 200);
}

#[test]
fn an_assertion_is_used_once_and_a_refused_one_not_at_all() {
    let mut browser = browser();
    let claims = claims(&browser);
    let mut foreign = claims.clone();
    foreign["sub"] = json!("99");
    assert_eq!(send(&mut browser, &signed(&header(), &foreign)).status, 400);
    let good = signed(&header(), &claims);
    assert_eq!(send(&mut browser, &good).status, 200);
    browser.advance(30);
    let again = send(&mut browser, &good);
    assert_eq!(refusal(&again), (400, "invalid_grant".to_owned()));
    assert!(body(&again)["error_description"].as_str().unwrap().contains("jti"));
}
