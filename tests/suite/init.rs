//! From a URL to a profile: `oauthspec init` and `oauthspec run URL`, against the bundled server and
//! against servers whose metadata is missing, wrong or hostile.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use oauthspec::profile;
use oauthspec::rules::Catalogue;
use oauthspec::server::{Config, Dialect, Server};
use oauthspec::testbed::listen::Listener;
use serde_json::{Value, json};
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::command::{Ended, NO_WAITS, command};
use crate::rig;

pub(crate) const METADATA: &str = "/.well-known/oauth-authorization-server";
pub(crate) const ALICE: &str = "alice@example.com:test-only-password-of-alice";

pub(crate) async fn oauthspec(args: &[&str], environment: &[(&str, &str)]) -> Ended {
    let mut command = command();
    command.args(args).envs(environment.iter().copied());
    let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Ended { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
}

/// The bundled server of a dialect, on the IPv4 loopback address unless another is given.
pub(crate) fn serve(dialect: &str, address: &str) -> Listener {
    let dialect = Dialect::find(dialect).unwrap();
    let server = Server::new(Config { control: true, ..Config::of(dialect) });
    let address: SocketAddr = address.parse().unwrap();
    Listener::start(Arc::new(server), address, None).unwrap()
}

/// Whether no test credential of the bundled server is in a text.
pub(crate) fn shows_no_secret(text: &str) -> bool {
    !text.contains("test-only-")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_url_and_a_user_are_enough_where_there_is_metadata() {
    let server = serve("oauth", "127.0.0.1:0");
    let url = server.origin().to_string();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("profile.yaml").display().to_string();
    let start = Instant::now();
    let made = oauthspec(&["init", &url, "--user", ALICE, "--output", &file], &[]).await;
    assert_eq!(made.code, Some(0), "{}{}", made.out, made.err);
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(text.lines().count() <= 20 && shows_no_secret(&text), "{text}");
    assert!(text.contains("\nclients: register"), "{text}");
    assert!(made.err.contains("a further line would win: `"), "{}", made.err);
    assert!(shows_no_secret(&made.err), "{}", made.err);
    let password = [("OAUTHSPEC_USER_PASSWORD", "test-only-password-of-alice")];
    let run =
        oauthspec(&["run", &file, "--strict", "--min-executed", "60", NO_WAITS], &password).await;
    assert_eq!(run.code, Some(0), "{}{}", run.out, run.err);
    assert!(start.elapsed() < rig::NOT_HUNG);
    assert!(!run.out.contains("registered clients that stay"), "{}", run.out);
    // A second run is like the first: nothing was left behind.
    let doctor = oauthspec(&["doctor", &file], &password).await;
    assert_eq!(doctor.code, Some(0), "{}{}", doctor.out, doctor.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_minimal_profile_has_twelve_lines_and_works() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/profiles/minimal.yaml");
    assert!(std::fs::read_to_string(file).unwrap().lines().count() <= 12);
    let server = serve("oauth", "127.0.0.1:0");
    let url = server.origin().to_string();
    let args = ["run", file, "--base-url", &url, "--strict", "--min-executed", "60", NO_WAITS];
    let run = oauthspec(&args, &[]).await;
    assert_eq!(run.code, Some(0), "{}{}", run.out, run.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_needs_no_file() {
    let server = serve("oauth", "[::1]:0");
    let url = server.origin().to_string();
    assert!(url.starts_with("http://[::1]:"), "{url}");
    let run =
        oauthspec(&["run", &url, "code", "revoke", "--user", ALICE, "--strict", NO_WAITS], &[])
            .await;
    assert_eq!(run.code, Some(0), "{}{}", run.out, run.err);
    assert!(run.out.contains("Against:   rfc6749, rfc6750, rfc7009"), "{}", run.out);
    assert!(shows_no_secret(&run.out), "{}", run.out);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_without_metadata_needs_a_client_that_is_registered() {
    let server = serve("box", "127.0.0.1:0");
    let url = server.origin().to_string();
    let alone = oauthspec(&["init", &url, "--user", ALICE], &[]).await;
    assert_eq!(alone.code, Some(2), "{}", alone.err);
    assert!(alone.err.contains("publishes no metadata"), "{}", alone.err);
    let about = [
        "--client",
        "default-client",
        "--redirect-uri",
        "https://www.myboxapp.com/app",
        "--client",
        "other-client:test-only-H3vNs8KdPq6JyUa0GtXo",
        "--redirect-uri",
        "https://other.myboxapp.com/app",
        "--user",
        ALICE,
    ];
    let secrets = [("OAUTHSPEC_CLIENT_SECRET", "test-only-9fQ2mLx7TzRk4VwB1cYe")];
    let args = [&["init", &url][..], &about].concat();
    let made = oauthspec(&args, &secrets).await;
    assert_eq!(made.code, Some(0), "{}{}", made.out, made.err);
    assert!(made.out.contains("documents: [box]"), "{}", made.out);
    assert!(made.out.contains("secret: \"${OAUTHSPEC_CLIENT_SECRET}\""), "{}", made.out);
    assert!(made.out.lines().count() <= 20 && shows_no_secret(&made.out), "{}", made.out);
    let args = [&["run", &url, "--strict", "--min-executed", "60", NO_WAITS][..], &about].concat();
    let run = oauthspec(&args, &secrets).await;
    assert_eq!(run.code, Some(0), "{}{}", run.out, run.err);
    // The file that was written says the same, with the secrets that it asks for.
    let folder = tempfile::tempdir().unwrap();
    let file = rig::written(folder.path(), &made.out);
    let secrets = [
        secrets[0],
        ("OAUTHSPEC_OTHER_SECRET", "test-only-H3vNs8KdPq6JyUa0GtXo"),
        ("OAUTHSPEC_USER_PASSWORD", "test-only-password-of-alice"),
    ];
    let again =
        oauthspec(&["run", &file, "--strict", "--min-executed", "60", NO_WAITS], &secrets).await;
    assert_eq!(again.code, Some(0), "{}{}", again.out, again.err);
    let rules =
        |out: &str| out.lines().find(|line| line.starts_with("Rules: ")).unwrap().to_owned();
    assert_eq!(rules(&again.out), rules(&run.out));
}

#[test]
fn a_server_like_that_of_the_document_needs_sixty_lines() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/targets/served/profile.yaml");
    assert!(std::fs::read_to_string(file).unwrap().lines().count() <= 60);
    let catalogue = Catalogue::embedded().unwrap();
    let short = profile::load_for(file.as_ref(), catalogue.documents()).unwrap();
    let long = profile::load_for(&rig::reference(), catalogue.documents()).unwrap();
    profile::check(&short, &short.documents, catalogue.documents()).unwrap();
    let secrets = |profile: &profile::Profile| {
        let clients = profile.clients.values();
        let keys =
            clients.map(|it| Some(it.assertion.as_ref()?.private_key.as_deref()?.to_owned()));
        keys.collect::<Vec<_>>()
    };
    assert_eq!(secrets(&short), secrets(&long));
    assert_eq!(format!("{:?}", short.operations), format!("{:?}", long.operations));
    assert_eq!(format!("{:?}", short.actions), format!("{:?}", long.actions));
    assert_eq!(format!("{:?}", short.hooks), format!("{:?}", long.hooks));
    assert_eq!(format!("{:?}", short.scopes), format!("{:?}", long.scopes));
    assert_eq!(short.things, long.things);
}

/// A server that publishes this.
pub(crate) async fn publishing(metadata: impl Fn(&str) -> ResponseTemplate) -> MockServer {
    let server = MockServer::start().await;
    let answer = metadata(&server.uri());
    Mock::given(method("GET")).and(path(METADATA)).respond_with(answer).mount(&server).await;
    server
}

pub(crate) fn whole(issuer: &str) -> Value {
    json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"),
    })
}

/// `init` ends with this message and exit code 2.
pub(crate) async fn refused(server: &MockServer, says: &[&str]) {
    let start = Instant::now();
    let ended = oauthspec(&["init", &server.uri(), "--user", "a:b"], &[]).await;
    assert_eq!(ended.code, Some(2), "{}{}", ended.out, ended.err);
    assert!(ended.out.is_empty(), "{}", ended.out);
    assert!(ended.err.len() < 1000 && !ended.err.contains("panicked"), "{}", ended.err);
    for text in says {
        assert!(ended.err.contains(text), "{text}: {}", ended.err);
    }
    assert!(start.elapsed() < rig::NOT_HUNG);
}

#[tokio::test(flavor = "multi_thread")]
async fn metadata_that_cannot_be_used_is_named_with_its_reason() {
    let json = |value: Value| ResponseTemplate::new(200).set_body_json(value);
    let with = |issuer: &str, name: &str, value: Value| {
        let mut all = whole(issuer);
        all[name] = value;
        json(all)
    };
    let server = publishing(|_| ResponseTemplate::new(404)).await;
    refused(&server, &["publishes no metadata", METADATA, "openid-configuration"]).await;
    let server = publishing(|_| ResponseTemplate::new(200).set_body_string("{")).await;
    refused(&server, &[METADATA, "it is not JSON"]).await;
    let server = publishing(|_| json(json!([]))).await;
    refused(&server, &["it is not a JSON object"]).await;
    let server = publishing(|_| json(json!({"token_endpoint": "x"}))).await;
    refused(&server, &["it has no `issuer`"]).await;
    let server = publishing(|uri| with(uri, "token_endpoint", json!(5))).await;
    refused(&server, &["`token_endpoint` is not an http or https URL"]).await;
    let server = publishing(|uri| with(uri, "token_endpoint", json!(null))).await;
    refused(&server, &["it has no `token_endpoint`"]).await;
    let server = publishing(|uri| with(uri, "issuer", json!("https://other.example"))).await;
    refused(&server, &["of another issuer", "https://other.example", &server.uri()]).await;
    let server = publishing(|uri| with(uri, "x", json!("y".repeat(300_000)))).await;
    refused(&server, &["it is larger than 256 KiB"]).await;
    let deep = "[".repeat(200_000);
    let server = publishing(|_| ResponseTemplate::new(200).set_body_string(deep.clone())).await;
    refused(&server, &["it has more than 50000 values"]).await;
    let server = publishing(|_| ResponseTemplate::new(503)).await;
    refused(&server, &["the server answers 503"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_sent_off_the_loopback_interface_unasked() {
    let elsewhere = "https://token.example/token";
    let server = publishing(|uri| {
        let mut all = whole(uri);
        all["token_endpoint"] = json!(elsewhere);
        ResponseTemplate::new(200).set_body_json(all)
    })
    .await;
    refused(&server, &["token_endpoint", elsewhere, "--authorized token.example"]).await;
    let ended = oauthspec(&["init", "https://auth.example/x"], &[]).await;
    assert_eq!(ended.code, Some(2));
    assert!(ended.err.contains("nothing was sent there"), "{}", ended.err);
    // Port 9 (discard): no proxy is there.
    let proxy = [("HTTPS_PROXY", "http://127.0.0.1:9"), ("NO_PROXY", "")];
    let ended =
        oauthspec(&["init", "https://auth.example", "--authorized", "auth.example"], &proxy);
    let ended = ended.await;
    assert_eq!(ended.code, Some(3));
    assert!(ended.err.contains("through the proxy of HTTPS_PROXY"), "{}", ended.err);
    let ended = oauthspec(
        &["init", "http://192.0.2.1", "--authorized", "192.0.2.1", "--test-credentials"],
        &[],
    );
    let ended = ended.await;
    assert_eq!(ended.code, Some(2));
    assert!(ended.err.contains("192.0.2.1 is not a private address"), "{}", ended.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_not_there_or_silent_is_said_to_be() {
    let gone = rig::raw(|_| async {}).await;
    let url = gone.url.clone();
    drop(gone);
    let ended = oauthspec(&["init", &url], &[]).await;
    assert_eq!(ended.code, Some(3), "{}", ended.err);
    assert!(ended.err.contains("no connection to"), "{}", ended.err);
    let silent = rig::raw(|stream| async move {
        let _stream = stream;
        std::future::pending::<()>().await;
    })
    .await;
    let ended = oauthspec(&["init", &silent.url], &[]).await;
    assert_eq!(ended.code, Some(2), "{}", ended.err);
    assert!(ended.err.contains("no response within"), "{}", ended.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_registration_that_is_refused_is_told() {
    let server = publishing(|uri| {
        let mut all = whole(uri);
        all["registration_endpoint"] = json!(format!("{uri}/register"));
        ResponseTemplate::new(200).set_body_json(all)
    })
    .await;
    let refusal = json!({"error": "invalid_token", "error_description": "a token is needed"});
    let answer = ResponseTemplate::new(401).set_body_json(refusal);
    Mock::given(method("POST")).and(path("/register")).respond_with(answer).mount(&server).await;
    refused(&server, &["no client could be registered", "401", "a token is needed", "--client"])
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_before_the_run_that_fails_ends_it() {
    let server = serve("oauth", "127.0.0.1:0");
    let url = server.origin().to_string();
    let minimal = include_str!("../../fixtures/profiles/minimal.yaml");
    let folder = tempfile::tempdir().unwrap();
    let with = |json: &str| {
        let step = format!("[{{http: {{url: /control/hooks, json: {json}}}}}]");
        rig::yaml_with(minimal, &[("setup", &step)])
    };
    let file = rig::written(folder.path(), &with("{x: 1}"));
    let run = oauthspec(&["run", &file, "code", "--base-url", &url], &[]).await;
    assert_eq!(run.code, Some(4), "{}{}", run.out, run.err);
    assert!(run.out.contains("setup step 1: the target answered 400"), "{}", run.out);
    let file = rig::written(folder.path(), &with("{fail: false}"));
    let run = oauthspec(&["run", &file, "code", "--base-url", &url], &[]).await;
    assert_eq!(run.code, Some(0), "{}{}", run.out, run.err);
}

#[test]
fn what_a_document_fixes_makes_sense_and_needs_no_key() {
    let catalogue = Catalogue::embedded().unwrap();
    let text = "documents: [box]\nbase_url: http://127.0.0.1:1\nclients:\n  default: {id: a, secret: b, \
                redirect_uris: [https://c.example/]}\nusers:\n  default: {login: d, password: e}\n\
                operations:\n  read_folder: {url: /mine}\n";
    let read = profile::parse_for("x", text, &|_| None, catalogue.documents()).unwrap();
    profile::check(&read, &read.documents, catalogue.documents()).unwrap();
    assert_eq!(read.endpoints.token, "/oauth2/token");
    assert_eq!(read.operations["read_folder"].url, "/mine");
    assert!(read.operations.len() > 30 && read.scopes.is_empty(), "{:?}", read.scopes);
    assert_eq!(read.name, "127.0.0.1:1");
    // The profile of the bundled server says all of it: the document says the same.
    let path = rig::reference();
    let with = profile::load_for(&path, catalogue.documents()).unwrap();
    for key in ["operations", "scopes", "downscope", "scoped_resource", "resource", "endpoints"] {
        let without = rig::reference_with(&[(key, "")]);
        let read = profile::parse_for("x", &without, &|_| None, catalogue.documents()).unwrap();
        assert_eq!(format!("{:?}", read.operations), format!("{:?}", with.operations), "{key}");
        assert_eq!(format!("{:?}", read.scopes), format!("{:?}", with.scopes), "{key}");
        assert_eq!(format!("{:?}", read.downscope), format!("{:?}", with.downscope), "{key}");
        assert_eq!(format!("{:?}", read.scoped_resource), format!("{:?}", with.scoped_resource));
        assert_eq!(format!("{:?}", read.resource), format!("{:?}", with.resource), "{key}");
        assert_eq!(format!("{:?}", read.endpoints), format!("{:?}", with.endpoints), "{key}");
    }
}
