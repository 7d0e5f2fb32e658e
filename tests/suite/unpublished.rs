//! Servers that publish no metadata: where `oauthspec init` finds their endpoints, and what it says of
//! that.

use std::sync::Arc;

use oauthspec::server::{Config, Dialect, Server};
use oauthspec::wire::{Request, Response};

use crate::init::{ALICE, oauthspec};
use crate::rig;

const CLIENT: &[&str] = &[
    "--client",
    "default-client:test-only-1nQ7vLz4TbRk8VwC5cYe",
    "--redirect-uri",
    "https://app.client.example/callback",
    "--user",
    ALICE,
];

/// The bundled server without metadata, where `instead` does not answer in its place.
async fn silent(
    instead: impl Fn(&Request) -> Option<Response> + Send + Sync + 'static,
) -> rig::Target {
    let dialect = Dialect::find("oauth").unwrap();
    let server = Arc::new(Server::new(Config { control: true, ..Config::of(dialect) }));
    rig::http(move |request| match instead(&request) {
        Some(answer) => answer,
        None if request.path().starts_with("/.well-known/") => Response::new(404),
        None => server.handle(&request),
    })
    .await
}

async fn init(url: &str) -> crate::command::Ended {
    oauthspec(&[&["init", url][..], CLIENT].concat(), &[]).await
}

fn text(status: u16, text: &str) -> Response {
    let mut response = Response::new(status);
    response.headers.push("Content-Type", "text/html");
    response.body = text.into();
    response
}

fn to(location: &str) -> Response {
    let mut response = Response::new(302);
    response.headers.push("Location", location);
    response
}

/// Whether a request asks for an authorization without saying what for: nothing that a client sends.
fn is_bare(request: &Request, path: &str) -> bool {
    request.method == "GET" && request.target == path
}

fn is_empty_token_request(request: &Request) -> bool {
    request.path() == "/token" && request.body == b"x="
}

const FORM: &str = "<form method=post><input name=u><input type=password name=p></form>";

#[tokio::test(flavor = "multi_thread")]
async fn an_oauth_error_is_a_sign() {
    let target = silent(|_| None).await;
    let made = init(&target.url).await;
    assert_eq!(made.code, Some(0), "{}{}", made.out, made.err);
    assert!(
        made.out.contains("endpoints: {authorization: /authorize, token: /token"),
        "{}",
        made.out
    );
    assert!(made.err.contains("were guessed: /token answers 4"), "{}", made.err);
}

/// The bundled server with its authorization endpoint elsewhere, or without it.
async fn elsewhere(path: Option<&'static str>) -> rig::Target {
    let dialect = Dialect::find("oauth").unwrap();
    let server = Arc::new(Server::new(Config { control: true, ..Config::of(dialect) }));
    rig::http(move |request| {
        if request.path().starts_with("/.well-known/") || request.path() == "/authorize" {
            return Response::new(404);
        }
        let mut inner = request.clone();
        if let Some(rest) = path.and_then(|path| request.target.strip_prefix(path)) {
            inner.target = format!("/authorize{rest}");
        }
        server.handle(&inner)
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_authorization_endpoint_of_another_name_is_found_beside_the_token_endpoint() {
    let target = elsewhere(Some("/authorization")).await;
    let made = init(&target.url).await;
    assert_eq!(made.code, Some(0), "{}{}", made.out, made.err);
    let found = "endpoints: {authorization: /authorization, token: /token";
    assert!(made.out.contains(found), "{}", made.out);
    let said = "the endpoints /authorization and /token were guessed: /token answers 4";
    assert!(made.err.contains(said), "{}", made.err);
    assert!(made.err.contains(", and /authorization is there"), "{}", made.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn redirect_uris_without_an_authorization_endpoint_are_remarked() {
    let target = elsewhere(None).await;
    let made = init(&target.url).await;
    assert!(made.err.contains("the token endpoint /token was guessed"), "{}", made.err);
    for said in ["no authorization endpoint was found", "/authorization", "endpoints.authorization"]
    {
        assert!(made.err.contains(said), "{said}: {}", made.err);
    }
}

/// As where a library for sign-ins stands before the endpoints.
#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_beside_a_redirect_to_a_login_is_a_sign() {
    let target = silent(|request| match request {
        it if is_bare(it, "/authorize") => Some(to("/login")),
        it if is_empty_token_request(it) => Some(text(401, "Unauthorized")),
        _ => None,
    })
    .await;
    let made = init(&target.url).await;
    assert_eq!(made.code, Some(0), "{}{}", made.out, made.err);
    assert!(
        made.out.contains("endpoints: {authorization: /authorize, token: /token"),
        "{}",
        made.out
    );
    let said = "were guessed: /token answers 401 to POST, and /authorize redirects to the login page /login";
    assert!(made.err.contains(said), "{}", made.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_asks_for_a_password_is_a_sign() {
    for (begun, says) in [
        (to("/begin"), "/authorize redirects to the login page /begin"),
        (text(200, FORM), "/authorize shows a login page"),
    ] {
        let target = silent(move |request: &Request| match request {
            it if is_bare(it, "/authorize") => Some(begun.clone()),
            it if is_bare(it, "/begin") => Some(text(200, FORM)),
            it if is_empty_token_request(it) => Some(text(400, "Bad Request")),
            _ => None,
        })
        .await;
        let made = init(&target.url).await;
        assert_eq!(made.code, Some(0), "{}{}", made.out, made.err);
        assert!(made.err.contains(says), "{}", made.err);
    }
}

/// As where a framework looks at the parameters first.
#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_misses_its_grant_type_is_a_sign() {
    let missing = r#"{"detail":[{"type":"missing","loc":["body","grant_type"]}]}"#;
    let target = silent(|request| match request {
        it if is_bare(it, "/authorize") => Some(text(422, "{}")),
        it if is_empty_token_request(it) => Some(text(422, missing)),
        _ => None,
    })
    .await;
    let made = init(&target.url).await;
    assert_eq!(made.code, Some(0), "{}{}", made.out, made.err);
    let said = "were guessed: /token answers 422 and asks for a grant_type";
    assert!(made.err.contains(said), "{}", made.err);
}

/// As where paths end with a slash, and a request without it is sent on.
#[tokio::test(flavor = "multi_thread")]
async fn a_path_that_is_sent_on_to_one_with_a_slash_is_that_one() {
    let server =
        Server::new(Config { control: true, ..Config::of(Dialect::find("oauth").unwrap()) });
    let target = rig::http(move |request| {
        let path = request.path().to_owned();
        let mut inner = request.clone();
        match path.as_str() {
            "/authorize" | "/token" => {
                let mut moved = Response::new(307);
                moved.headers.push("Location", format!("{path}/"));
                return moved;
            }
            "/authorize/" | "/token/" => {
                let bare = path.trim_end_matches('/');
                inner.target = request.target.replacen(&path, bare, 1);
            }
            path if path.starts_with("/.well-known/") => return Response::new(404),
            _ => {}
        }
        server.handle(&inner)
    })
    .await;
    let made = init(&target.url).await;
    assert_eq!(made.code, Some(0), "{}{}", made.out, made.err);
    assert!(
        made.out.contains("endpoints: {authorization: /authorize/, token: /token/"),
        "{}",
        made.out
    );
}

/// What is answered everywhere is no sign of an endpoint.
#[tokio::test(flavor = "multi_thread")]
async fn what_every_path_answers_is_no_sign() {
    for instead in [
        |request: &Request| {
            Some(if request.method == "GET" { to("/login") } else { text(401, "") })
        },
        |request: &Request| {
            let is_get = request.method == "GET";
            Some(if is_get { text(404, "") } else { text(401, "") })
        },
        |request: &Request| {
            let is_get = request.method == "GET";
            Some(if is_get { text(200, FORM) } else { text(404, "") })
        },
        // A page of another kind, and a token endpoint that is none.
        |request: &Request| match request.path() {
            "/authorize" => Some(to("/welcome")),
            "/token" => Some(text(401, "")),
            "/welcome" => Some(text(200, "<p>Welcome")),
            _ => Some(text(404, "")),
        },
        |request: &Request| match request.path() {
            "/authorize" => Some(to("/login")),
            _ => Some(text(404, "")),
        },
    ] {
        let target = silent(instead).await;
        let made = init(&target.url).await;
        assert_eq!(made.code, Some(2), "{}{}", made.out, made.err);
        assert!(made.err.contains("no endpoint answers at a usual path"), "{}", made.err);
        assert!(made.err.contains("(token requests went to /oauth2/token, "), "{}", made.err);
    }
}
