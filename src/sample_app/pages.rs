//! What the user sees. Nothing that the browser sent is repeated.

use maud::{DOCTYPE, Markup, html};
use serde_json::json;

use crate::wire::Response;

fn page(status: u16, content: &Markup) -> Response {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head { meta charset="utf-8"; title { "Example application" } }
            body { main { h1 { "Example application" } (content) p { a href="/" { "Home" } } } }
        }
    };
    let mut response = Response::new(status);
    response.headers.push("Content-Type", "text/html; charset=utf-8");
    response.headers.push("Cache-Control", "no-store");
    response.headers.push("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
    // The callback's URL has a code in it.
    response.headers.push("Referrer-Policy", "no-referrer");
    response.body = page.into_string().into_bytes();
    response
}

/// The first page.
pub(super) fn home(signed_in: bool) -> Response {
    page(
        200,
        &html! {
            @if signed_in {
                p { "You are signed in." }
                p { a href="/me" { "Who am I?" } }
            } @else {
                p { a href="/login" { "Sign in with Box" } }
            }
        },
    )
}

/// Who is signed in.
pub(super) fn user(name: &str) -> Response {
    page(200, &html! { p { "You are " b { (name) } "." } })
}

/// A sentence.
pub(super) fn message(status: u16, text: &str) -> Response {
    page(status, &html! { p { (text) } p { a href="/login" { "Sign in with Box" } } })
}

/// A refusal for programs.
pub(super) fn json(status: u16, error: &str) -> Response {
    let mut response = Response::new(status);
    response.headers.push("Content-Type", "application/json");
    response.headers.push("Cache-Control", "no-store");
    response.body = json!({ "error": error }).to_string().into_bytes();
    response
}
