//! Mistakes with which nothing can be judged.

use super::servers::{
    by_basic, by_body, by_script, elsewhere, in_another_language, limiting_authorization,
    limiting_tokens, with_challenge, with_metadata, with_slashes, with_verifier,
    with_verifier_by_basic, without_prompt,
};
use super::{Mistake, short};

/// Mistakes with which no code, no token or no served resource can be had.
pub(super) const NOTHING_WORKS: &[Mistake] = &[
    short(
        "wrong secret",
        &[("clients.default.secret", "wrong-wrong-wrong-wrong")],
        &["invalid_client", "POST http"],
        "clients.default.secret",
    ),
    short(
        "no secret",
        &[("clients.default.secret", "")],
        &["no access token could be obtained", "/oauth2/token was answered 400"],
        "clients.default.secret",
    ),
    short(
        "wrong client id",
        &[("clients.default.id", "default-klient")],
        &["the same way for a client that it cannot know"],
        "clients.default.id",
    ),
    short(
        "Basic wanted",
        &[],
        &["\"use client_secret_basic\"", "with `client_authentication: basic` it works"],
        "client_authentication",
    )
    .at(by_basic),
    short(
        "body wanted",
        &[("client_authentication", "basic")],
        &["with `client_authentication: body` it works"],
        "client_authentication",
    )
    .at(by_body),
    short(
        "Basic wanted of one client",
        &[("clients.default.authentication", "body")],
        &["with `clients.default.authentication: basic` it works"],
        "clients.default.authentication",
    )
    .at(by_basic),
    short("challenge wanted", &[], &["\"challenge needed\"", "with `pkce: S256` it works"], "pkce")
        .at(with_challenge),
    short(
        "verifier wanted",
        &[],
        &["\"invalid_grant\" \"the proof is missing\"", "with `pkce: S256` it works"],
        "pkce",
    )
    .at(with_verifier),
    short(
        "Basic and verifier wanted",
        &[],
        &["`client_authentication: basic`", "`pkce: S256`", "it works"],
        "pkce",
    )
    .at(with_verifier_by_basic),
    short(
        "wrong token path",
        &[("endpoints.token", "/oauth2/tokens")],
        &["POST http://127.0.0.1:", "/oauth2/tokens was answered 404"],
        "endpoints.token",
    ),
    short(
        "token path without its slash",
        &[],
        &["308 with a redirect to /oauth2/token/", "with `endpoints.token: /oauth2/token/`"],
        "endpoints.token",
    )
    .at(with_slashes),
    short(
        "token path by the metadata",
        &[("endpoints.token", "/oauth/token")],
        &["with `endpoints.token: /oauth2/token` it works"],
        "endpoints.token",
    )
    .at(with_metadata),
    short(
        "wrong authorization path",
        &[("endpoints.authorization", "/oauth2/auth")],
        &["no authorization code could be obtained: GET http", "404"],
        "endpoints.authorization",
    ),
    short(
        "authorization path by the metadata",
        &[("endpoints.authorization", "/oauth2/auth")],
        &["with `endpoints.authorization: /api/oauth2/authorize` it works"],
        "endpoints.authorization",
    )
    .at(with_metadata),
    short(
        "resource path without its slash",
        &[("endpoints.token", "/oauth2/token/")],
        &["with `resource.url: /2.0/users/me/` it works"],
        "resource.url",
    )
    .at(with_slashes),
    short(
        "resource path by the metadata",
        &[("resource.url", "/2.0/me")],
        &["with `resource.url: /2.0/users/me` it works"],
        "resource.url",
    )
    .at(with_metadata),
    short(
        "another redirect URI",
        &[("clients.default.redirect_uris", "[https://elsewhere.example/app]")],
        &["for a redirect URI that nobody registered"],
        "clients.default.redirect_uris",
    ),
    short(
        "redirect URI with another scheme",
        &[("clients.default.redirect_uris", "[http://www.myboxapp.com/app]")],
        &["with `clients.default.redirect_uris: [\"https://www.myboxapp.com/app\"]` it works"],
        "clients.default.redirect_uris",
    ),
    short(
        "wrong password",
        &[("users.default.password", "test-only-password-of-nobody")],
        &["the login page came again", "the user signs in"],
        "users.default.password",
    ),
    short(
        "wrong name",
        &[("users.default.login", "alicia@example.com")],
        &["the login page came again"],
        "users.default.login",
    ),
    short(
        "unknown scope",
        &[("scope", "root_readwrote")],
        &["\"invalid_scope\"", "with no `scope` it works"],
        "scope",
    ),
    short(
        "consent is remembered",
        &[],
        &["\"consent_required\"", "with `authorize_parameters.prompt: consent` it works"],
        "authorize_parameters.prompt",
    )
    .at(without_prompt),
    short("a page drawn by a script", &[], &["the page has no form"], "login.steps").at(by_script),
    short(
        "buttons in another language",
        &[],
        &["no button of the page is understood as a decision", "Lupa"],
        "login.grant_words",
    )
    .at(in_another_language),
    short(
        "wrong resource path",
        &[("resource.url", "/2.0/me")],
        &["not served", "/2.0/me was answered 404"],
        "resource.url",
    )
    .judging(&["bearer"]),
    short(
        "a resource that wants other tokens",
        &[("resource.url", "/2.0/users")],
        &["not served", "403"],
        "resource.url",
    )
    .judging(&["bearer"]),
    short("another server", &[], &["404"], "base_url").at(elsewhere),
    short(
        "a limit on authorization requests",
        &[],
        &["/api/oauth2/authorize", "429", "the server limits requests", "after 1 s"],
        "limits.requests_per_second",
    )
    .at(limiting_authorization),
    short(
        "a limit on token requests",
        &[],
        &["/oauth2/token", "429", "the server limits requests"],
        "limits.requests_per_second",
    )
    .at(limiting_tokens),
    short("too few requests", &[("limits.requests", "3")], &["request budget"], "limits.requests"),
];
