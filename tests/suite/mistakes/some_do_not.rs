//! Mistakes with which some rules cannot be judged.

use super::servers::{with_a_public_page, with_a_sink};
use super::{Mistake, full, short};

/// Mistakes about what only some rules need.
pub(super) const SOME_DO_NOT: &[Mistake] = &[
    short(
        "wrong pointer",
        &[("resource.identity", "/name")],
        &["with `resource.identity: /login` it works"],
        "resource.identity",
    )
    .judging(&["identity"]),
    short(
        "pointer to nothing",
        &[("resource.identity", "/user/id"), ("users.default.login", "ALICE@example.com")],
        &["no member at /user/id"],
        "resource.identity",
    )
    .judging(&["identity"]),
    short(
        "another identity",
        &[("users.default.identity", "Alicia")],
        &["with `users.default.identity: alice@example.com` it works"],
        "users.default.identity",
    )
    .judging(&["identity"]),
    short(
        "a public resource",
        &[("resource", "{url: /public}")],
        &["served to a token that nobody issued"],
        "resource.url",
    )
    .at(with_a_public_page)
    .judging(&["bearer", "identity"]),
    short(
        "wrong revocation path",
        &[("endpoints.revocation", "/oauth2/revocation")],
        &["POST http", "/oauth2/revocation was answered 404"],
        "endpoints.revocation",
    )
    .judging(&["revoke"]),
    short(
        "a document without its endpoint",
        &[("documents", "[rfc6749, rfc7009]"), ("endpoints.revocation", "")],
        &["drop rfc7009, or name `endpoints.revocation`"],
        "documents",
    )
    .judging(&["token/success"]),
    short(
        "a clock that does nothing",
        &[("clock.http.url", "/sink")],
        &["nothing shows that time passed"],
        "clock",
    )
    .at(with_a_sink)
    .judging(&["code", "access-token"]),
    short(
        "wrong clock path",
        &[("clock.http.url", "/control/time")],
        &["the clock cannot be moved: POST http", "404"],
        "clock.http.url",
    )
    .judging(&["code"]),
    short(
        "wrong hook path",
        &[("hooks.rate_limit.on.http.url", "/control/hook")],
        &["the hook `rate_limit`", "404"],
        "hooks.rate_limit",
    )
    .judging(&["consent", "bearer", "token"]),
    short(
        "an address as the host",
        &[
            ("clients.default.id", "development-client"),
            ("clients.default.secret", "test-only-c9PxR1bWjE8oTaM6ZvSy"),
            ("clients.default.redirect_uris", "['http://127.0.0.1:8080/app']"),
        ],
        &["rules about other hosts prove little with http://127.0.0.1:8080/app"],
        "clients.default.redirect_uris",
    )
    .judging(&["redirect/registered"]),
    short(
        "another client's secret",
        &[("clients.other.secret", "wrong-wrong-wrong-wrong")],
        &["the client of role `other`", "invalid_client"],
        "clients.other.secret",
    )
    .judging(&["code", "refresh", "revoke"]),
    short(
        "another client's id",
        &[("clients.other.id", "other-klient")],
        &["the client of role `other`", "a client that it cannot know"],
        "clients.other.id",
    )
    .judging(&["code", "redirect"]),
    short(
        "a redirect URI of several",
        &[(
            "clients.several.redirect_uris",
            "[https://www.myboxapp.com/eins, https://www.myboxapp.com/two]",
        )],
        &["the client of role `several`", "for a redirect URI that nobody registered"],
        "clients.several.redirect_uris",
    )
    .judging(&["redirect"]),
    short(
        "the second user's password",
        &[("users.second.password", "test-only-password-of-nobody")],
        &["the login page came again"],
        "users.second.password",
    )
    .judging(&["identity", "consent", "code"]),
    full(
        "a misspelt scope",
        &[("scopes.manage_groups.ask", "manage_group")],
        &["no token with the scope `manage_groups`", "invalid_scope"],
        "scopes.manage_groups.ask",
        &["scope"],
    ),
    full(
        "the client of a scope",
        &[("scopes.manage_webhook.client", "narrow")],
        &["`manage_webhook`"],
        "scopes.manage_webhook.client",
        &["scope"],
    ),
    full(
        "a folder that is not there",
        &[("things.own_folder", "'2999'")],
        &["nobody is served the thing `own_folder`", "404"],
        "things.own_folder",
        &["permission", "downscope"],
    ),
    full(
        "a group that is not there",
        &[("things.group", "'4999'")],
        &["nobody is served the thing `group`"],
        "things.group",
        &["scope"],
    ),
    full(
        "a file that is not there",
        &[("things.shared_file", "'2999'")],
        &["nobody is served the thing `shared_file`"],
        "things.shared_file",
        &["permission"],
    ),
    full(
        "the path of an operation",
        &[("operations.create_membership.url", "/2.0/memberships")],
        &["`create_membership`", "404"],
        "operations.create_membership.url",
        &["scope"],
    ),
    full(
        "the identifier of what was made",
        &[("operations.upload_file.id", "/entries/id")],
        &["is not named by its answer"],
        "operations.upload_file.id",
        &["downscope"],
    ),
    full(
        "the path of an action",
        &[("actions.developer_token.http.url", "/control/token")],
        &["the console action `developer_token`", "404"],
        "actions.developer_token",
        &["token"],
    ),
    full(
        "a misspelt narrower scope",
        &[("downscope.scope", "item_previev")],
        &["cannot be narrowed", "invalid_scope"],
        "downscope.scope",
        &["downscope"],
    ),
    full(
        "a wider scope that is none",
        &[("downscope.wider_scope", "root_readwrite")],
        &["must not name"],
        "downscope.wider_scope",
        &["downscope"],
    ),
    full(
        "a misspelt scope of an operation",
        &[("downscope.opens.upload_file", "item_uplaod")],
        &["cannot be narrowed", "invalid_scope"],
        "downscope.opens.upload_file",
        &["downscope"],
    ),
    full(
        "the path of the scoped resource",
        &[("scoped_resource.url", "/2.0/folder/0")],
        &["the scoped resource is not served", "404"],
        "scoped_resource.url",
        &["scope", "bearer"],
    ),
    full(
        "the secret of a server client",
        &[("clients.server.secret", "wrong-wrong-wrong-wrong")],
        &["`server`", "invalid_client"],
        "clients.server.secret",
        &["server-auth", "application-access"],
    ),
    full(
        "the key of a server client",
        &[("clients.server.assertion.key_id", "another-key")],
        &["by an assertion", "invalid_grant"],
        "clients.server.assertion.key_id",
        &["server-auth"],
    ),
    full(
        "another enterprise",
        &[("things.enterprise", "'777'")],
        &["`server`", "invalid_grant"],
        "things.enterprise",
        &["server-auth", "application-access"],
    ),
];
