//! Servers that want something else than the bundled one.

use oauthspec::server::Server;
use oauthspec::wire::{Request, Response, basic};
use serde_json::json;

use crate::rig;

pub(super) fn as_it_is(server: &Server, request: &mut Request) -> Response {
    server.handle(request)
}

fn form_of(request: &Request) -> String {
    String::from_utf8_lossy(&request.body).into_owned()
}

fn refusal(error: &str, description: &str) -> Response {
    rig::json_response(400, &json!({"error": error, "error_description": description}))
}

/// Takes a client's secret by HTTP Basic alone.
pub(super) fn by_basic(server: &Server, request: &mut Request) -> Response {
    if request.path() == "/oauth2/token" && form_of(request).contains("client_secret=") {
        return refusal("invalid_client", "use client_secret_basic");
    }
    // The bundled server knows the body alone.
    if let Some(client) = request.headers.get("authorization").and_then(basic::decode) {
        let (id, secret) = (&*client.id, &*client.secret);
        request.body.extend(format!("&client_id={id}&client_secret={secret}").bytes());
        request.headers.remove("authorization");
    }
    server.handle(request)
}

/// Takes a client's secret in the body alone.
pub(super) fn by_body(server: &Server, request: &mut Request) -> Response {
    let header = request.headers.get("authorization");
    if request.path() == "/oauth2/token" && header.and_then(basic::decode).is_some() {
        return refusal("invalid_client", "use client_secret_post");
    }
    server.handle(request)
}

/// Wants a code challenge in each authorization request.
pub(super) fn with_challenge(server: &Server, request: &mut Request) -> Response {
    let starts = request.path() == "/api/oauth2/authorize" && request.method == "GET";
    if starts && !request.target.contains("code_challenge=") {
        let mut response = Response::new(302);
        let at = "https://www.myboxapp.com/app?error=invalid_request";
        response.headers.push("Location", format!("{at}&error_description=challenge+needed"));
        return response;
    }
    server.handle(request)
}

/// Wants a verifier with each code.
pub(super) fn with_verifier(server: &Server, request: &mut Request) -> Response {
    let form = form_of(request);
    if form.contains("grant_type=authorization_code") && !form.contains("code_verifier=") {
        return refusal("invalid_grant", "the proof is missing");
    }
    server.handle(request)
}

/// Wants both of the above.
pub(super) fn with_verifier_by_basic(server: &Server, request: &mut Request) -> Response {
    let form = form_of(request);
    let by_header =
        request.headers.get("authorization").is_some_and(|it| basic::decode(it).is_some());
    let redeems = form.contains("grant_type=authorization_code");
    if by_header && redeems && !form.contains("code_verifier=") {
        return refusal("invalid_grant", "the proof is missing");
    }
    by_basic(server, request)
}

/// Has its token endpoint and its resource behind a last slash.
pub(super) fn with_slashes(server: &Server, request: &mut Request) -> Response {
    let moved = ["/oauth2/token", "/2.0/users/me"].contains(&request.path());
    if moved {
        let mut response = Response::new(308);
        response.headers.push("Location", format!("{}/", request.path()));
        return response;
    }
    request.target = request.target.replace("/oauth2/token/", "/oauth2/token");
    request.target = request.target.replace("/2.0/users/me/", "/2.0/users/me");
    server.handle(request)
}

/// Publishes where its endpoints are.
pub(super) fn with_metadata(server: &Server, request: &mut Request) -> Response {
    let host = request.headers.text("host").unwrap_or_default();
    match request.path() {
        "/.well-known/oauth-authorization-server" => rig::json_response(
            200,
            &json!({
                "authorization_endpoint": format!("http://{host}/api/oauth2/authorize"),
                "token_endpoint": format!("http://{host}/oauth2/token"),
                "userinfo_endpoint": format!("http://{host}/2.0/users/me"),
            }),
        ),
        _ => server.handle(request),
    }
}

/// Remembers a consent that nobody gave it, unless it is told to ask.
pub(super) fn without_prompt(server: &Server, request: &mut Request) -> Response {
    let starts = request.path() == "/api/oauth2/authorize" && request.method == "GET";
    if starts && !request.target.contains("prompt=consent") {
        let mut response = Response::new(302);
        response.headers.push("Location", "https://www.myboxapp.com/app?error=consent_required");
        return response;
    }
    server.handle(request)
}

/// Draws its pages by a script.
pub(super) fn by_script(server: &Server, request: &mut Request) -> Response {
    if request.path() == "/api/oauth2/authorize" {
        let mut response = Response::new(200);
        response.headers.push("Content-Type", "text/html");
        response.body = b"<div id=app></div><script src=/app.js></script>".to_vec();
        return response;
    }
    server.handle(request)
}

/// Asks for consent in a language that nobody expects.
pub(super) fn in_another_language(server: &Server, request: &mut Request) -> Response {
    let mut response = server.handle(request);
    let text = String::from_utf8_lossy(&response.body).into_owned();
    let text = text.replace("value=\"grant\">Grant<", "value=\"1\">Lupa<");
    let text = text.replace("value=\"deny\">Deny<", "value=\"2\">Ei<");
    if text.contains("Lupa") {
        response.body = text.into_bytes();
    }
    response
}

/// Serves something to everybody.
pub(super) fn with_a_public_page(server: &Server, request: &mut Request) -> Response {
    match request.path() {
        "/public" => rig::json_response(200, &json!({"status": "ok"})),
        _ => server.handle(request),
    }
}

/// Has a place that takes everything and does nothing.
pub(super) fn with_a_sink(server: &Server, request: &mut Request) -> Response {
    match request.path() {
        "/sink" => rig::json_response(200, &json!({})),
        _ => server.handle(request),
    }
}

/// Is another server.
pub(super) fn elsewhere(_: &Server, _: &mut Request) -> Response {
    Response::new(404)
}

fn too_many() -> Response {
    let mut response = Response::new(429);
    response.headers.push("Retry-After", "1");
    response.body = br#"{"error": "temporarily_unavailable"}"#.to_vec();
    response
}

/// Limits authorization requests.
pub(super) fn limiting_authorization(server: &Server, request: &mut Request) -> Response {
    match request.path() {
        "/api/oauth2/authorize" => too_many(),
        _ => server.handle(request),
    }
}

/// Limits token requests.
pub(super) fn limiting_tokens(server: &Server, request: &mut Request) -> Response {
    match request.path() {
        "/oauth2/token" => too_many(),
        _ => server.handle(request),
    }
}
