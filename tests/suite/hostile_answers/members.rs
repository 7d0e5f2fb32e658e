//! JSON answers of endpoints beside the token endpoint.

use oauthspec::wire::Response;
use serde_json::{Map, Value, json};

use super::{At, Attack, HARM, answer, attack};

const ALL_AT: &[At] = &[
    At::Metadata,
    At::ResourceMetadata,
    At::Introspection,
    At::Device,
    At::Pushed,
    At::Registration,
];

/// Members that one of these endpoints answers with.
const NAMES: &[&str] = &[
    "issuer",
    "authorization_endpoint",
    "token_endpoint",
    "jwks_uri",
    "registration_endpoint",
    "introspection_endpoint",
    "response_types_supported",
    "resource",
    "authorization_servers",
    "active",
    "scope",
    "client_id",
    "client_secret",
    "redirect_uris",
    "registration_client_uri",
    "registration_access_token",
    "client_secret_expires_at",
    "device_code",
    "user_code",
    "verification_uri",
    "verification_uri_complete",
    "expires_in",
    "interval",
    "request_uri",
];

fn json_answer(body: impl Into<Vec<u8>>) -> Response {
    answer(200, &[("Content-Type", "application/json"), ("Cache-Control", "no-store")], body)
}

/// Every member with this value.
fn every(value: &Value) -> Response {
    let members: Map<String, Value> =
        NAMES.iter().map(|name| ((*name).to_owned(), value.clone())).collect();
    json_answer(Value::Object(members).to_string())
}

pub(super) const ALL: &[Attack] = &[
    attack("every member is a number", ALL_AT, |_| every(&json!(1e300))),
    attack("every member is null", ALL_AT, |_| every(&Value::Null)),
    attack("every member is an object in objects", ALL_AT, |_| {
        every(&(0..100).fold(json!({}), |inner, _| json!({"a": inner})))
    }),
    attack("every member is a list of texts", ALL_AT, |host| every(&json!([host, HARM, ""]))),
    attack("every member is a command", ALL_AT, |_| every(&json!(HARM))),
    attack("every member leads elsewhere", ALL_AT, |host| every(&json!(host))),
    attack("every member has 40 kB", ALL_AT, |_| every(&json!("x".repeat(40_000)))),
    attack("every member is twice there", ALL_AT, |host| {
        let all: Vec<String> = NAMES
            .iter()
            .flat_map(|name| [format!("\"{name}\":\"{host}\""), format!("\"{name}\":1")])
            .collect();
        json_answer(format!("{{{}}}", all.join(",")))
    }),
    attack("a hundred thousand keys", ALL_AT, |_| {
        let key = r#"{"kty":"RSA","e":"AQAB","n":"AQAB"}"#;
        json_answer(format!("{{\"keys\":[{}]}}", vec![key; 100_000].join(",")))
    }),
    attack("arrays without an end", ALL_AT, |_| json_answer("[".repeat(500_000))),
    attack("a redirect elsewhere", ALL_AT, |host| answer(302, &[("Location", host)], "")),
    attack("a redirect elsewhere that keeps the body", ALL_AT, |host| {
        answer(307, &[("Location", host)], "")
    }),
    attack("a redirect to itself", ALL_AT, |_| answer(308, &[("Location", "")], "")),
    attack("a command as text", ALL_AT, |_| answer(500, &[("Content-Type", "text/plain")], HARM)),
    attack("what is said to be compressed", ALL_AT, |_| {
        let fields = [("Content-Type", "application/json"), ("Content-Encoding", "gzip, br, gzip")];
        answer(200, &fields, b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff".repeat(10_000))
    }),
];

/// Nearly as large as an answer may be.
const SIZE: usize = 1_000_000;

type Large = (&'static str, fn() -> Response);

pub(super) const LARGE: &[Large] = &[
    ("a text", || json_answer(format!("{{\"a\":\"{}\"}}", "x".repeat(SIZE)))),
    ("a list", || json_answer(format!("[{}1]", "1,".repeat(49_000)))),
    ("more than is read", || json_answer("[".repeat(20 * SIZE))),
    ("fields", || {
        let mut response = answer(400, &[("Content-Type", "application/json")], "{}");
        (0..80).for_each(|n| response.headers.push(&format!("X-{n}"), "x".repeat(4_000)));
        response
    }),
    ("a page", || {
        let form = "<form method=post><input name=login><input type=password name=password>\
                    <button>Authorize</button></form>";
        let page = format!("{form}{}", "<p>x</p>".repeat(SIZE / 8));
        answer(200, &[("Content-Type", "text/html")], page)
    }),
    ("labels", || {
        let field = |n: usize| format!("<label for=a{n}>x</label><input id=a{n} name=a form=b{n}>");
        let page: String = (0..15_000).map(field).collect();
        let forms: String = (0..1_000).map(|n| format!("<form id=b{n}></form>")).collect();
        answer(200, &[("Content-Type", "text/html")], forms + &page)
    }),
];
