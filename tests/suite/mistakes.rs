//! Usual mistakes in a profile: `doctor` tells the cause and the key of each, and `run` reports none of
//! them as a fail of the server.

use oauthspec::cli::{self, Additions, Doctor, Run};
use oauthspec::server::Server;
use oauthspec::verdict::{ExitCode, Verdict};
use oauthspec::wire::{Request, Response, basic};
use serde_json::json;

use crate::rig;

/// The profile of most mistakes. Each replaces a text of it.
const SHORT: &str = "\
name: a server
documents: [box]
base_url: http://127.0.0.1:1
endpoints: {authorization: /api/oauth2/authorize, token: /oauth2/token, revocation: /oauth2/revoke}
scope: root_readwrite
clients:
  default:
    id: default-client
    secret: test-only-9fQ2mLx7TzRk4VwB1cYe
    redirect_uris: [https://www.myboxapp.com/app]
  other:
    id: other-client
    secret: test-only-H3vNs8KdPq6JyUa0GtXo
    redirect_uris: [https://other.myboxapp.com/app]
  several:
    id: several-client
    secret: test-only-k2DyJh6AvO4nRpC8eXwB
    redirect_uris: [https://www.myboxapp.com/one, https://www.myboxapp.com/two]
users:
  default: {login: alice@example.com, password: test-only-password-of-alice}
  second: {login: dora@example.com, password: test-only-password-of-dora}
resource: {url: /2.0/users/me, identity: /login}
clock: {http: {url: /control/clock, json: {advance: '{seconds}'}}}
hooks:
  rate_limit:
    on: {http: {url: /control/hooks, json: {rate_limit: true}}}
    off: {http: {url: /control/hooks, json: {rate_limit: false}}}
limits: {timeout: 20s}
";

/// What answers in place of the bundled server.
type Change = fn(&Server, &mut Request) -> Response;

/// A mistake, what `doctor` says about it, and the rules that `run` is asked to judge.
struct Mistake {
    name: &'static str,
    /// What the profile says instead of what; the commented example is the profile of the full ones.
    edits: &'static [(&'static str, &'static str)],
    full: bool,
    change: Change,
    /// The cause, in parts of the sentence.
    says: &'static [&'static str],
    /// The key that is named.
    key: &'static str,
    /// What `run` is asked to judge; nothing: every rule.
    rules: &'static [&'static str],
}

const fn short(
    name: &'static str,
    edits: &'static [(&'static str, &'static str)],
    says: &'static [&'static str],
    key: &'static str,
) -> Mistake {
    Mistake { name, edits, full: false, change: as_it_is, says, key, rules: &[] }
}

/// One about what only the commented example has.
const fn full(
    name: &'static str,
    edits: &'static [(&'static str, &'static str)],
    says: &'static [&'static str],
    key: &'static str,
    rules: &'static [&'static str],
) -> Mistake {
    Mistake { name, edits, full: true, change: as_it_is, says, key, rules }
}

impl Mistake {
    const fn at(self, change: Change) -> Self {
        Self { change, ..self }
    }

    const fn judging(self, rules: &'static [&'static str]) -> Self {
        Self { rules, ..self }
    }

    fn text(&self, url: &str) -> String {
        let text = match self.full {
            true => std::fs::read_to_string(rig::reference()).unwrap(),
            false => SHORT.to_owned(),
        };
        let text = text.replace("http://127.0.0.1:1\n", &format!("{url}\n"));
        let text = text.replace("http://127.0.0.1:8080\n", &format!("{url}\n"));
        self.edits.iter().fold(text, |text, (from, to)| {
            assert!(text.contains(from), "{}: {from}", self.name);
            text.replacen(from, to, 1)
        })
    }
}

fn as_it_is(server: &Server, request: &mut Request) -> Response {
    server.handle(request)
}

fn form_of(request: &Request) -> String {
    String::from_utf8_lossy(&request.body).into_owned()
}

fn refusal(error: &str, description: &str) -> Response {
    rig::json_response(400, &json!({"error": error, "error_description": description}))
}

/// Takes a client's secret by HTTP Basic alone.
fn by_basic(server: &Server, request: &mut Request) -> Response {
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
fn by_body(server: &Server, request: &mut Request) -> Response {
    let header = request.headers.get("authorization");
    if request.path() == "/oauth2/token" && header.and_then(basic::decode).is_some() {
        return refusal("invalid_client", "use client_secret_post");
    }
    server.handle(request)
}

/// Wants a code challenge in each authorization request.
fn with_challenge(server: &Server, request: &mut Request) -> Response {
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
fn with_verifier(server: &Server, request: &mut Request) -> Response {
    let form = form_of(request);
    if form.contains("grant_type=authorization_code") && !form.contains("code_verifier=") {
        return refusal("invalid_grant", "the proof is missing");
    }
    server.handle(request)
}

/// Wants both of the above.
fn with_verifier_by_basic(server: &Server, request: &mut Request) -> Response {
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
fn with_slashes(server: &Server, request: &mut Request) -> Response {
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
fn with_metadata(server: &Server, request: &mut Request) -> Response {
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
fn without_prompt(server: &Server, request: &mut Request) -> Response {
    let starts = request.path() == "/api/oauth2/authorize" && request.method == "GET";
    if starts && !request.target.contains("prompt=consent") {
        let mut response = Response::new(302);
        response.headers.push("Location", "https://www.myboxapp.com/app?error=consent_required");
        return response;
    }
    server.handle(request)
}

/// Draws its pages by a script.
fn by_script(server: &Server, request: &mut Request) -> Response {
    if request.path() == "/api/oauth2/authorize" {
        let mut response = Response::new(200);
        response.headers.push("Content-Type", "text/html");
        response.body = b"<div id=app></div><script src=/app.js></script>".to_vec();
        return response;
    }
    server.handle(request)
}

/// Asks for consent in a language that nobody expects.
fn in_another_language(server: &Server, request: &mut Request) -> Response {
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
fn with_a_public_page(server: &Server, request: &mut Request) -> Response {
    match request.path() {
        "/public" => rig::json_response(200, &json!({"status": "ok"})),
        _ => server.handle(request),
    }
}

/// Has a place that takes everything and does nothing.
fn with_a_sink(server: &Server, request: &mut Request) -> Response {
    match request.path() {
        "/sink" => rig::json_response(200, &json!({})),
        _ => server.handle(request),
    }
}

/// Is another server.
fn elsewhere(_: &Server, _: &mut Request) -> Response {
    Response::new(404)
}

const DEFAULT_SECRET: &str = "test-only-9fQ2mLx7TzRk4VwB1cYe";

/// Mistakes with which no code, no token or no served resource can be had.
const NOTHING_WORKS: &[Mistake] = &[
    short(
        "wrong secret",
        &[(DEFAULT_SECRET, "wrong-wrong-wrong-wrong")],
        &["invalid_client", "POST http"],
        "clients.default.secret",
    ),
    short(
        "no secret",
        &[("    secret: test-only-9fQ2mLx7TzRk4VwB1cYe\n", "")],
        &["no access token could be obtained", "/oauth2/token was answered 400"],
        "clients.default.secret",
    ),
    short(
        "wrong client id",
        &[("id: default-client", "id: default-klient")],
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
        &[("scope: root", "client_authentication: basic\nscope: root")],
        &["with `client_authentication: body` it works"],
        "client_authentication",
    )
    .at(by_body),
    short(
        "Basic wanted of one client",
        &[("    id: default-client\n", "    id: default-client\n    authentication: body\n")],
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
        &[("/oauth2/token,", "/oauth2/tokens,")],
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
        &[("/oauth2/token,", "/oauth/token,")],
        &["with `endpoints.token: /oauth2/token` it works"],
        "endpoints.token",
    )
    .at(with_metadata),
    short(
        "wrong authorization path",
        &[("/api/oauth2/authorize", "/oauth2/auth")],
        &["no authorization code could be obtained: GET http", "404"],
        "endpoints.authorization",
    ),
    short(
        "authorization path by the metadata",
        &[("/api/oauth2/authorize", "/oauth2/auth")],
        &["with `endpoints.authorization: /api/oauth2/authorize` it works"],
        "endpoints.authorization",
    )
    .at(with_metadata),
    short(
        "resource path without its slash",
        &[("token: /oauth2/token,", "token: /oauth2/token/,")],
        &["with `resource.url: /2.0/users/me/` it works"],
        "resource.url",
    )
    .at(with_slashes),
    short(
        "resource path by the metadata",
        &[("/2.0/users/me,", "/2.0/me,")],
        &["with `resource.url: /2.0/users/me` it works"],
        "resource.url",
    )
    .at(with_metadata),
    short(
        "another redirect URI",
        &[("https://www.myboxapp.com/app]", "https://elsewhere.example/app]")],
        &["for a redirect URI that nobody registered"],
        "clients.default.redirect_uris",
    ),
    short(
        "redirect URI with another scheme",
        &[("https://www.myboxapp.com/app]", "http://www.myboxapp.com/app]")],
        &["with `clients.default.redirect_uris: [\"https://www.myboxapp.com/app\"]` it works"],
        "clients.default.redirect_uris",
    ),
    short(
        "wrong password",
        &[("test-only-password-of-alice", "test-only-password-of-nobody")],
        &["the login page came again", "the user signs in"],
        "users.default.password",
    ),
    short(
        "wrong name",
        &[("login: alice@", "login: alicia@")],
        &["the login page came again"],
        "users.default.login",
    ),
    short(
        "unknown scope",
        &[("scope: root_readwrite", "scope: root_readwrote")],
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
        &[("/2.0/users/me,", "/2.0/me,")],
        &["not served", "/2.0/me was answered 404"],
        "resource.url",
    )
    .judging(&["bearer"]),
    short(
        "a resource that wants other tokens",
        &[("/2.0/users/me,", "/2.0/users,")],
        &["not served", "403"],
        "resource.url",
    )
    .judging(&["bearer"]),
    short("another server", &[], &["404"], "base_url").at(elsewhere),
    short(
        "too few requests",
        &[("timeout: 20s", "timeout: 20s, requests: 3")],
        &["request budget"],
        "limits.requests",
    ),
];

/// Mistakes about what only some rules need.
const SOME_DO_NOT: &[Mistake] = &[
    short(
        "wrong pointer",
        &[("identity: /login", "identity: /name")],
        &["with `resource.identity: /login` it works"],
        "resource.identity",
    )
    .judging(&["identity"]),
    short(
        "pointer to nothing",
        &[("identity: /login", "identity: /user/id"), ("alice@example.com", "ALICE@example.com")],
        &["no member at /user/id"],
        "resource.identity",
    )
    .judging(&["identity"]),
    short(
        "another identity",
        &[("password-of-alice", "password-of-alice, identity: Alicia")],
        &["with `users.default.identity: alice@example.com` it works"],
        "users.default.identity",
    )
    .judging(&["identity"]),
    short(
        "a public resource",
        &[("/2.0/users/me, identity: /login", "/public")],
        &["served to a token that nobody issued"],
        "resource.url",
    )
    .at(with_a_public_page)
    .judging(&["bearer", "identity"]),
    short(
        "wrong revocation path",
        &[("/oauth2/revoke", "/oauth2/revocation")],
        &["POST http", "/oauth2/revocation was answered 404"],
        "endpoints.revocation",
    )
    .judging(&["revoke"]),
    short(
        "a document without its endpoint",
        &[("[box]", "[rfc6749, rfc7009]"), (", revocation: /oauth2/revoke", "")],
        &["drop rfc7009, or name `endpoints.revocation`"],
        "documents",
    )
    .judging(&["token/success"]),
    short(
        "a clock that does nothing",
        &[("/control/clock", "/sink")],
        &["nothing shows that time passed"],
        "clock",
    )
    .at(with_a_sink)
    .judging(&["code", "access-token"]),
    short(
        "wrong clock path",
        &[("/control/clock", "/control/time")],
        &["the clock cannot be moved: POST http", "404"],
        "clock.http.url",
    )
    .judging(&["code"]),
    short(
        "wrong hook path",
        &[("/control/hooks, json: {rate_limit: true", "/control/hook, json: {rate_limit: true")],
        &["the hook `rate_limit`", "404"],
        "hooks.rate_limit",
    )
    .judging(&["consent", "bearer", "token"]),
    short(
        "an address as the host",
        &[
            ("https://www.myboxapp.com/app]", "http://127.0.0.1/app]"),
            (
                "id: default-client\n    secret: test-only-9fQ2mLx7TzRk4VwB1cYe",
                "id: development-client\n    secret: test-only-c9PxR1bWjE8oTaM6ZvSy",
            ),
            ("http://127.0.0.1/app]", "http://127.0.0.1:8080/app]"),
        ],
        &["rules about other hosts prove little with http://127.0.0.1:8080/app"],
        "clients.default.redirect_uris",
    )
    .judging(&["redirect/registered"]),
    short(
        "another client's secret",
        &[("test-only-H3vNs8KdPq6JyUa0GtXo", "wrong-wrong-wrong-wrong")],
        &["the client of role `other`", "invalid_client"],
        "clients.other.secret",
    )
    .judging(&["code", "refresh", "revoke"]),
    short(
        "another client's id",
        &[("id: other-client", "id: other-klient")],
        &["the client of role `other`", "a client that it cannot know"],
        "clients.other.id",
    )
    .judging(&["code", "redirect"]),
    short(
        "a redirect URI of several",
        &[("[https://www.myboxapp.com/one,", "[https://www.myboxapp.com/eins,")],
        &["the client of role `several`", "for a redirect URI that nobody registered"],
        "clients.several.redirect_uris",
    )
    .judging(&["redirect"]),
    short(
        "the second user's password",
        &[("test-only-password-of-dora", "test-only-password-of-nobody")],
        &["the login page came again"],
        "users.second.password",
    )
    .judging(&["identity", "consent", "code"]),
    full(
        "a misspelt scope",
        &[("ask: manage_groups}", "ask: manage_group}")],
        &["no token with the scope `manage_groups`", "invalid_scope"],
        "scopes.manage_groups.ask",
        &["scope"],
    ),
    full(
        "the client of a scope",
        &[("manage_webhook: {client: every-scope", "manage_webhook: {client: narrow")],
        &["`manage_webhook`"],
        "scopes.manage_webhook.client",
        &["scope"],
    ),
    full(
        "a folder that is not there",
        &[("own_folder: \"201\"", "own_folder: \"2999\"")],
        &["nobody is served the thing `own_folder`", "404"],
        "things.own_folder",
        &["permission", "downscope"],
    ),
    full(
        "a group that is not there",
        &[("group: \"401\"", "group: \"4999\"")],
        &["nobody is served the thing `group`"],
        "things.group",
        &["scope"],
    ),
    full(
        "a file that is not there",
        &[("shared_file: \"213\"", "shared_file: \"2999\"")],
        &["nobody is served the thing `shared_file`"],
        "things.shared_file",
        &["permission"],
    ),
    full(
        "the path of an operation",
        &[("url: /2.0/group_memberships\n", "url: /2.0/memberships\n")],
        &["`create_membership`", "404"],
        "operations.create_membership.url",
        &["scope"],
    ),
    full(
        "the identifier of what was made",
        &[("id: /entries/0/id", "id: /entries/id")],
        &["is not named by its answer"],
        "operations.upload_file.id",
        &["downscope"],
    ),
    full(
        "the path of an action",
        &[("url: /control/developer-token", "url: /control/token")],
        &["the console action `developer_token`", "404"],
        "actions.developer_token",
        &["token"],
    ),
    full(
        "a misspelt narrower scope",
        &[("scope: item_preview", "scope: item_previev")],
        &["cannot be narrowed", "invalid_scope"],
        "downscope.scope",
        &["downscope"],
    ),
    full(
        "a wider scope that is none",
        &[("wider_scope: manage_groups", "wider_scope: root_readwrite")],
        &["must not name"],
        "downscope.wider_scope",
        &["downscope"],
    ),
    full(
        "a misspelt scope of an operation",
        &[("upload_file: item_upload", "upload_file: item_uplaod")],
        &["cannot be narrowed", "invalid_scope"],
        "downscope.opens.upload_file",
        &["downscope"],
    ),
    full(
        "the path of the scoped resource",
        &[("url: /2.0/folders/0\n", "url: /2.0/folder/0\n")],
        &["the scoped resource is not served", "404"],
        "scoped_resource.url",
        &["scope", "bearer"],
    ),
    full(
        "the secret of a server client",
        &[("test-only-T4hJx8RnYw2CkEq6MbVz", "wrong-wrong-wrong-wrong")],
        &["`server`", "invalid_client"],
        "clients.server.secret",
        &["server-auth", "application-access"],
    ),
    full(
        "the key of a server client",
        &[("key_id: server-key", "key_id: another-key")],
        &["by an assertion", "invalid_grant"],
        "clients.server.assertion.key_id",
        &["server-auth"],
    ),
    full(
        "another enterprise",
        &[("enterprise: \"1\"\n", "enterprise: \"777\"\n")],
        &["`server`", "invalid_grant"],
        "things.enterprise",
        &["server-auth", "application-access"],
    ),
];

/// What is not as it should be about a mistake.
async fn missed(mistake: &Mistake) -> Option<String> {
    let server = rig::bundled();
    let change = mistake.change;
    let target = rig::http(move |mut request| change(&server, &mut request)).await;
    let folder = tempfile::tempdir().unwrap();
    let path = rig::written(folder.path(), &mistake.text(&target.url));
    let (text, code) =
        cli::examine(Doctor { profile: path.clone().into(), ..doctor() }).await.unwrap();
    let told = |line: &str| {
        mistake.says.iter().all(|part| line.contains(part)) && line.contains(mistake.key)
    };
    let noted = text.lines().any(|line| line.starts_with('-') && told(line));
    let expected = if noted { ExitCode::Conformant } else { ExitCode::Failed };
    if !text.lines().any(told) || code != expected || text.contains("test-only-") {
        let bad: Vec<&str> = text.lines().filter(|line| !line.starts_with('✔')).collect();
        return Some(format!(
            "doctor does not say {:?} {}:\n{}",
            mistake.says,
            mistake.key,
            bad.join("\n")
        ));
    }
    let words = [&[path.as_str()], mistake.rules].concat();
    let words = words.iter().map(|&word| word.to_owned()).collect();
    let judged = rig::judge(Run { words, seed: Some(7), ..Run::default() }).await;
    let blamed: Vec<&str> =
        [Verdict::Fail, Verdict::Error].into_iter().flat_map(|it| judged.ids(it)).collect();
    let told = || {
        blamed
            .iter()
            .map(|id| {
                format!(
                    "{:?}",
                    judged
                        .rule(id)
                        .scenarios
                        .iter()
                        .filter(|it| it.verdict == Verdict::Fail || it.verdict == Verdict::Error)
                        .map(|it| (&it.name, &it.actual, &it.reason))
                        .collect::<Vec<_>>()
                )
            })
            .collect::<Vec<_>>()
    };
    (!blamed.is_empty()).then(|| format!("run blames the server: {blamed:?} {:?}", told()))
}

async fn all_are_told(mistakes: &[Mistake]) {
    let mut wrong = Vec::new();
    for mistake in mistakes {
        wrong.extend(missed(mistake).await.map(|what| format!("{}: {what}", mistake.name)));
    }
    assert!(wrong.is_empty(), "{} of {}\n{}", wrong.len(), mistakes.len(), wrong.join("\n\n"));
}

fn doctor() -> Doctor {
    Doctor {
        profile: rig::reference(),
        client: false,
        fix: false,
        base_url: None,
        additions: Additions::default(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_works_and_doctor_says_why() {
    all_are_told(NOTHING_WORKS).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn something_does_not_work_and_doctor_says_why() {
    assert!(NOTHING_WORKS.len() + SOME_DO_NOT.len() >= 50);
    all_are_told(SOME_DO_NOT).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_mistake_nothing_is_found() {
    let server = rig::bundled();
    let target = rig::http(move |request| server.handle(&request)).await;
    let folder = tempfile::tempdir().unwrap();
    let text = SHORT.replace("http://127.0.0.1:1\n", &format!("{}\n", target.url));
    let path = rig::written(folder.path(), &text);
    let (text, code) = cli::examine(Doctor { profile: path.into(), ..doctor() }).await.unwrap();
    assert_eq!(code, ExitCode::Conformant, "{text}");
    assert!(!text.contains('×'), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_corrected_profile_works_and_has_no_secret() {
    let server = rig::bundled();
    let target = rig::http(move |mut request| with_verifier_by_basic(&server, &mut request)).await;
    let folder = tempfile::tempdir().unwrap();
    let text = SHORT.replace("http://127.0.0.1:1\n", &format!("{}\n", target.url));
    let text = text.replace("identity: /login}", "identity: /name}  # who it is");
    let path = rig::written(folder.path(), &text);
    let doctor = Doctor { profile: path.into(), fix: true, ..doctor() };
    let (fixed, code) = cli::examine(doctor).await.unwrap();
    assert_eq!(code, ExitCode::Failed, "{fixed}");
    for part in [
        "# × no access token",
        "client_authentication: basic\n",
        "pkce: S256\n",
        "resource: {url: /2.0/users/me, identity: /login}  # who it is\n",
        "    secret: ${CLIENTS_DEFAULT_SECRET}\n",
        "password: \"${USERS_SECOND_PASSWORD}\"}\n",
    ] {
        assert!(fixed.contains(part), "{part}\n{fixed}");
    }
    assert!(!fixed.contains("test-only-"), "{fixed}");
    let names = fixed
        .replace("${CLIENTS_DEFAULT_SECRET}", DEFAULT_SECRET)
        .replace("${CLIENTS_OTHER_SECRET}", "test-only-H3vNs8KdPq6JyUa0GtXo")
        .replace("${CLIENTS_SEVERAL_SECRET}", "test-only-k2DyJh6AvO4nRpC8eXwB")
        .replace("${USERS_DEFAULT_PASSWORD}", "test-only-password-of-alice")
        .replace("${USERS_SECOND_PASSWORD}", "test-only-password-of-dora");
    let path = rig::written(folder.path(), &names);
    let (text, code) =
        cli::examine(Doctor { profile: path.into(), ..self::doctor() }).await.unwrap();
    assert_eq!(code, ExitCode::Conformant, "{text}");
}
