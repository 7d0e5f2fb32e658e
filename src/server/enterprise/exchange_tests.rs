//! Unit tests of `exchange`.

use serde_json::json;

use crate::server::testing::*;
use crate::wire::{Response, form};

const TYPE: (&str, &str) = ("subject_token_type", "urn:ietf:params:oauth:token-type:access_token");
const GRANT: (&str, &str) = ("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange");
const ROOT: (&str, &str) = ("resource", "https://api.box.com/2.0/folders/0");

/// An exchange as the client libraries send it: without client credentials.
fn exchange(browser: &mut Browser, token: &str, further: &[(&str, &str)]) -> Response {
    let pairs = [GRANT, TYPE, ("subject_token", token)];
    let params = pairs.iter().chain(further).copied().collect();
    let mut request = post("/oauth2/token", &form::encode(&params));
    request.headers.push("Authorization", format!("Bearer {token}"));
    browser.send(request)
}

fn access(response: &Response) -> String {
    body(response)["access_token"].as_str().expect("the exchange brings a token").to_owned()
}

#[test]
fn a_token_is_narrowed_without_client_credentials() {
    let mut browser = Browser::new();
    let (token, _) = browser.pair_for("default-client");
    let narrowed = exchange(&mut browser, &token, &[("scope", "item_preview"), ROOT]);
    let body = body(&narrowed);
    let object = json!({
        "type": "folder", "id": "0", "sequence_id": null, "etag": null, "name": "All Files",
    });
    assert_eq!(body["restricted_to"], json!([{"scope": "item_preview", "object": object}]));
    assert_eq!(body["issued_token_type"], TYPE.1);
    assert_eq!(body.get("refresh_token"), None);
    let narrow = access(&narrowed);
    assert_ne!(narrow, token);
    assert!(browser.lives(&narrow) && browser.lives(&token));
    browser.advance(3601);
    assert!(!browser.lives(&narrow));
}

#[test]
fn a_narrow_token_opens_only_what_its_scope_opens() {
    let mut browser = Browser::new();
    let (token, _) = browser.pair_for("default-client");
    for (scope, status) in [("item_preview", 200), ("item_upload item_preview", 200)] {
        let narrowed = exchange(&mut browser, &token, &[("scope", scope)]);
        let narrow = access(&narrowed);
        assert_eq!(browser.api("/2.0/folders/0", &narrow).status, status, "{scope}");
    }
}

#[test]
fn nothing_is_widened() {
    let mut browser = Browser::new();
    let (token, _) = browser.pair_for("default-client");
    let narrow = access(&exchange(&mut browser, &token, &[("scope", "item_preview")]));
    for (token, scope) in [
        (&token, "manage_groups"),
        (&token, "item_preview manage_groups"),
        (&token, "no_such_scope"),
        (&token, " "),
        (&narrow, "root_readwrite"),
        (&narrow, "item_upload"),
    ] {
        let refused = exchange(&mut browser, token, &[("scope", scope)]);
        assert_eq!(refusal(&refused), (400, "invalid_scope".to_owned()), "{scope}");
    }
    for url in [
        "https://api.box.com/2.0/folders/999",
        "https://api.box.com/2.0/users/me",
        "https://evil.example/2.0/folders/0",
        "http://api.box.com/2.0/folders/0",
        "https://api.box.com/2.0/folders/0/items",
        "https://api.box.com/2.0/folders/",
        "folders/0",
    ] {
        let further = [("scope", "item_preview"), ("resource", url)];
        let refused = exchange(&mut browser, &token, &further);
        assert_eq!(refusal(&refused), (400, "invalid_resource".to_owned()), "{url}");
    }
}

#[test]
fn a_resource_is_named_by_the_official_host_or_by_this_servers() {
    let mut browser = Browser::new();
    let (token, _) = browser.pair_for("default-client");
    let official = "https://api.box.com".to_owned();
    for base in [origin().to_string(), format!("{}/api", origin()), official] {
        let url = format!("{base}/2.0/folders/0");
        let further = [("scope", "item_preview"), ("resource", url.as_str())];
        assert_eq!(exchange(&mut browser, &token, &further).status, 200, "{url}");
    }
}

#[test]
fn what_is_missing_or_wrong_is_refused() {
    let mut browser = Browser::new();
    let (token, refresh) = browser.pair_for("default-client");
    let scope = ("scope", "item_preview");
    let secret = |secret| [scope, ("client_id", "default-client"), ("client_secret", secret)];
    let right = browser.server.world().application("default-client").unwrap().secret.clone();
    assert_eq!(exchange(&mut browser, &token, &secret(right.as_str())).status, 200);
    type Case<'a> = (&'a str, &'a [(&'a str, &'a str)], &'a str);
    let cases: [Case<'_>; 6] = [
        (&token, &[], "invalid_request"),
        (&token, &[scope, ROOT, ("box_shared_link", "https://x.example")], "invalid_request"),
        (&token, &[scope, ("actor_token", "x")], "invalid_request"),
        (&refresh, &[scope], "invalid_grant"),
        ("unknown", &[scope], "invalid_grant"),
        (&token, &secret("wrong"), "invalid_client"),
    ];
    for (token, further, error) in cases {
        let refused = exchange(&mut browser, token, further);
        assert_eq!(refusal(&refused), (400, error.to_owned()), "{further:?}");
    }
    let foreign = browser.server.world().application("other-client").unwrap().secret.clone();
    let other = [scope, ("client_id", "other-client"), ("client_secret", foreign.as_str())];
    let refused = exchange(&mut browser, &token, &other);
    assert_eq!(refusal(&refused), (400, "invalid_grant".to_owned()));
}

#[test]
fn a_developer_token_lives_an_hour_and_is_no_refresh_token() {
    let mut browser = Browser::new();
    let make = |client: &str| {
        let mut request =
            post("/control/developer-token", &json!({"client_id": client}).to_string());
        request.headers.set("Content-Type", "application/json");
        request
    };
    let token = access(&browser.send(make("default-client")));
    assert_eq!(browser.login_of(&token), "alice@example.com");
    let pairs = [("grant_type", "refresh_token"), ("refresh_token", token.as_str())];
    let refused = browser.token("default-client", &pairs);
    assert_eq!(refusal(&refused), (400, "invalid_grant".to_owned()));
    browser.advance(3599);
    assert!(browser.lives(&token));
    browser.advance(2);
    assert!(!browser.lives(&token));
    assert_eq!(browser.send(make("nobody")).status, 400);
    assert_eq!(browser.send(get("/control/developer-token")).status, 405);
}
