//! What is found out about servers that differ from the bundled one: where they are, what they offer, and
//! what they publish.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use oauthspec::cli::Run;
use oauthspec::harness::switches::find_variant;
use oauthspec::server::{Config, Dialect, Server};
use oauthspec::testbed::Switches;
use oauthspec::verdict::Verdict;
use oauthspec::wire::{Origin, Request, Response};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use url::Url;
use wiremock::ResponseTemplate;

use crate::command::NO_WAITS;
use crate::init::{ALICE, METADATA, oauthspec, publishing, whole};
use crate::rig;

/// The bundled server of the dialect `oauth`, to stand behind an [`rig::http`] server.
fn bundled() -> Arc<Server> {
    let dialect = Dialect::find("oauth").unwrap();
    Arc::new(Server::new(Config { control: true, ..Config::of(dialect) }))
}

/// The bundled server without a userinfo endpoint.
async fn without_userinfo(server: Arc<Server>) -> rig::Target {
    rig::http(move |request| {
        let path = request.path().to_owned();
        if path == "/userinfo" || path == "/email" {
            return Response::new(404);
        }
        let answer = server.handle(&request);
        if path != METADATA {
            return answer;
        }
        let mut members: Value = serde_json::from_slice(&answer.body).unwrap();
        members.as_object_mut().unwrap().remove("userinfo_endpoint").unwrap();
        rig::json_response(200, &members)
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn introspection_takes_the_place_of_a_resource() {
    let server = without_userinfo(bundled()).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("profile.yaml").display().to_string();
    let made = oauthspec(&["init", &server.url, "--user", ALICE, "--output", &file], &[]).await;
    assert_eq!(made.code, Some(0), "{}{}", made.out, made.err);
    assert!(made.err.contains("and the resource is served"), "{}", made.err);
    let text = std::fs::read_to_string(&file).unwrap();
    let line = format!(
        "resource: {{url: \"{}/introspect\", introspected_by: default, identity: /username}}",
        server.url
    );
    assert!(text.contains(&line) && text.lines().count() <= 20, "{text}");
    let password = [("OAUTHSPEC_USER_PASSWORD", "test-only-password-of-alice")];
    let report = folder.path().join("report.json").display().to_string();
    let args = [
        "run",
        &file,
        "--strict",
        "--against",
        "rfc6749,rfc6750,rfc7009",
        "--json",
        &report,
        NO_WAITS,
    ];
    let run = oauthspec(&args, &password).await;
    assert_eq!(run.code, Some(0), "{}{}", run.out, run.err);
    let report: Value = serde_json::from_str(&std::fs::read_to_string(&report).unwrap()).unwrap();
    let rules = report["rules"].as_array().unwrap();
    let rule = |id: &str| rules.iter().find(|rule| rule["id"] == id).unwrap().to_string();
    for judged in ["revoke/by-access-token", "code/replay-revokes", "identity/current-user"] {
        assert!(rule(judged).contains("\"verdict\":\"pass\""), "{}", rule(judged));
    }
    assert!(
        rule("bearer/missing").contains("introspected (RFC 7662)"),
        "{}",
        rule("bearer/missing")
    );
    let doctor = oauthspec(&["doctor", &file], &password).await;
    assert_eq!(doctor.code, Some(0), "{}{}", doctor.out, doctor.err);
    assert!(doctor.out.contains("introspection says that a new access token is active"));
    // A client that may not introspect is named, and no fail of the server.
    let wrong = text.replace("introspected_by: default", "introspected_by: public");
    let wrong = rig::written(folder.path(), &wrong);
    let doctor = oauthspec(&["doctor", &wrong], &password).await;
    assert_ne!(doctor.code, Some(0), "{}", doctor.out);
    assert!(format!("{}{}", doctor.out, doctor.err).contains("resource.introspected_by"));
}

/// The bundled server, as the RFCs say, with this fault.
fn faulty(fault: &str) -> Server {
    switched(Switches::fault(oauthspec::server::faults::find(fault).unwrap()))
}

fn switched(switches: Switches) -> Server {
    let dialect = Dialect::find("oauth").unwrap();
    Server::new(Config { control: true, switches, ..Config::of(dialect) })
}

/// The bundled server, as the RFCs say, with this choice.
fn choosing(variant: &str) -> Server {
    switched(Switches::variant(find_variant(variant).unwrap()))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_introspected_by_the_client_that_it_was_issued_to() {
    let server = without_userinfo(Arc::new(choosing("introspect-own-alone"))).await;
    let folder = tempfile::tempdir().unwrap();
    let client = |role: &str, secret: &str| {
        format!(
            "  {role}: {{id: {role}-client, secret: {secret}, redirect_uris: \
             [https://{role}.client.example/callback]}}\n"
        )
    };
    let clients = [
        client("default", "test-only-1nQ7vLz4TbRk8VwC5cYe").replace("default.client", "app.client"),
        client("fresh", "test-only-Zx4CvB9nMk3JhG6fDsAq"),
    ];
    let text = format!(
        "base_url: {}\ndocuments: [rfc6749, rfc7009]\nscope: profile\nclients:\n{}resource: {{url: \
         /introspect, introspected_by: fresh}}\nusers:\n  default: {{login: alice@example.com, password: \
         test-only-password-of-alice}}\n",
        server.url,
        clients.concat()
    );
    let file = rig::written(folder.path(), &text);
    let words = [file, "revoke/by-access-token".to_owned()].to_vec();
    let judged = rig::judge(Run { words, ..Run::default() }).await;
    assert!(judged.record.problems.is_empty(), "{:?}", judged.record.problems);
    let verdict = judged.rule("revoke/by-access-token").verdict;
    assert_eq!(verdict, Verdict::Pass, "{}", judged.summary());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_resource_that_nobody_named_stops_nothing_where_it_is_not_served() {
    let server = without_userinfo(Arc::new(faulty("introspect-all-inactive"))).await;
    let folder = tempfile::tempdir().unwrap();
    let text = format!(
        "base_url: {}\ndocuments: [rfc6749, rfc7009, rfc7662]\nscope: profile\nclients:\n  default: {{id: \
         default-client, secret: test-only-1nQ7vLz4TbRk8VwC5cYe, redirect_uris: \
         [https://app.client.example/callback]}}\nusers:\n  default: {{login: alice@example.com, \
         password: test-only-password-of-alice}}\n",
        server.url
    );
    let file = rig::written(folder.path(), &text);
    let rules = ["code/single-use", "introspection/active", "revoke/by-access-token"];
    let words = [&*file].into_iter().chain(rules).map(str::to_owned).collect();
    let judged = rig::judge(Run { words, ..Run::default() }).await;
    assert!(judged.record.problems.is_empty(), "{:?}", judged.record.problems);
    let verdicts = rules.map(|id| judged.rule(id).verdict);
    let expected = [Verdict::Pass, Verdict::Fail, Verdict::NotApplicable];
    assert_eq!(verdicts, expected, "{}", judged.summary());
    let says = "the introspection endpoint of the metadata does not know a new access token";
    assert!(judged.summary().contains(says), "{}", judged.summary());
    drop(judged);
    let doctor = oauthspec(&["doctor", &file], &[]).await;
    assert!(doctor.out.contains(&format!("- {says}")), "{}{}", doctor.out, doctor.err);
    assert_eq!(doctor.code, Some(0), "{}{}", doctor.out, doctor.err);
}

/// The bundled server, as the RFCs say, with this fault, to be spoken to.
async fn oauth_with(fault: &str) -> rig::Target {
    let server = faulty(fault);
    rig::http(move |request| server.handle(&request)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn clients_register_for_the_way_of_authentication_that_brings_tokens() {
    let server = oauth_with("basic-needs-client-id-in-body").await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("profile.yaml").display().to_string();
    let made = oauthspec(&["init", &server.url, "--user", ALICE, "--output", &file], &[]).await;
    assert_eq!(made.code, Some(0), "{}{}", made.out, made.err);
    let says = "a client that registers for client_secret_basic gets no tokens";
    assert!(made.err.contains(says), "{}", made.err);
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(text.contains("client_authentication: body # tried"), "{text}");
    let password = [("OAUTHSPEC_USER_PASSWORD", "test-only-password-of-alice")];
    let run =
        oauthspec(&["run", &file, "code/single-use", "registration/methods-work"], &password).await;
    assert!(run.out.contains("Rules:     2 pass, 1 fail"), "{}{}", run.out, run.err);
    assert!(
        run.out.contains(
            "× registration/methods-work: a client of client_secret_basic requests tokens"
        ),
        "{}",
        run.out
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn clients_register_for_the_grants_that_rules_are_about() {
    let server = bundled();
    let target = rig::http(move |request| server.handle(&request)).await;
    let rules = [
        "device/tokens",
        "device/bound-to-client",
        "device/redeemed-by-authenticated",
        "device/client-not-allowed",
        "exchange/tokens",
        "token/password-grant",
        "authorize/unauthorized-client",
        "consent/consent-shown",
    ];
    let against = ["--against", "rfc6749,rfc8628,rfc8693,rfc9700"];
    let args = [&["run", &target.url, "--user", ALICE][..], &against, &rules].concat();
    let run = oauthspec(&args, &[]).await;
    assert!(run.out.contains("Rules:     9 pass"), "{}{}", run.out, run.err);
    // No secret of this server has characters that form encoding changes: nothing is to be said about it.
    assert!(!run.err.contains("could be registered"), "{}", run.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_does_not_decode_the_header_fails_for_it() {
    let server = oauth_with("basic-not-decoded").await;
    let profile = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/profiles/oauth.yaml");
    let profile = profile.display().to_string();
    let args = ["run", &profile, "--base-url", &server.url, "--against", "rfc6749"];
    let run = oauthspec(&[&args[..], &["token/basic-form-encoded"]].concat(), &[]).await;
    // The same credentials are taken from the body: the profile is right.
    assert!(run.out.contains("Rules:     1 fail"), "{}{}", run.out, run.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_scope_is_asked_for_that_the_resource_names() {
    let server = bundled();
    // A client that asks for no scope gets another one than the resource takes.
    let target = rig::http(move |mut request| {
        if request.path() == "/authorize" && !request.target.contains("scope=") {
            request.target.push_str("&scope=profile");
        }
        let mut answer = server.handle(&request);
        if answer.status == 403 {
            let named = "Bearer error=\"insufficient_scope\", scope=\"email\"";
            answer.headers.set("WWW-Authenticate", named);
        }
        answer
    })
    .await;
    let resource = format!("{}/email", target.url);
    let args = ["init", &target.url, "--user", ALICE, "--resource", &resource];
    let made = oauthspec(&args, &[]).await;
    assert_eq!(made.code, Some(0), "{}{}", made.out, made.err);
    assert!(made.out.contains("scope: email # tried"), "{}", made.out);
    assert!(made.err.contains("and the resource is served"), "{}", made.err);
}

/// The head of a request; `None` where it does not come to its end.
async fn head_of(stream: &mut TcpStream) -> Option<Vec<u8>> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.ok()?);
    }
    Some(head)
}

/// A proxy that leads every tunnel to one address.
async fn proxy_to(address: String) -> rig::Target {
    rig::raw(move |mut stream| {
        let address = address.clone();
        async move {
            let Some(head) = head_of(&mut stream).await else { return };
            let is_tunnel = head.starts_with(b"CONNECT 10.11.12.13:8080 ")
                || head.starts_with(b"CONNECT [fd00::1]:8080 ");
            if !is_tunnel {
                let _ = stream.write_all(b"HTTP/1.1 403 Forbidden\r\n\r\n").await;
                return;
            }
            let mut server = TcpStream::connect(&address).await.unwrap();
            stream.write_all(b"HTTP/1.1 200 Connected\r\n\r\n").await.unwrap();
            let _ = tokio::io::copy_bidirectional(&mut stream, &mut server).await;
        }
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_in_a_private_network_is_tested_by_plain_http_and_through_a_proxy() {
    let server = bundled();
    // It is where its clients say that it is.
    let named = rig::http(move |mut request| {
        let host = request.headers.text("host").unwrap_or_default();
        let url = Url::parse(&format!("http://{host}")).unwrap();
        request.origin = Origin::of(&url).unwrap();
        server.handle(&request)
    })
    .await;
    let proxy = proxy_to(named.url.trim_start_matches("http://").to_owned()).await;
    let variables = [("HTTP_PROXY", &*proxy.url), ("NO_PROXY", ""), ("http_proxy", "")];
    for (host, url) in
        [("10.11.12.13", "http://10.11.12.13:8080"), ("fd00::1", "http://[fd00::1]:8080")]
    {
        let permitted = ["--authorized", host, "--test-credentials", "--user", ALICE];
        let args = [&["init", url][..], &permitted].concat();
        let made = oauthspec(&args, &variables).await;
        assert_eq!(made.code, Some(0), "{}{}", made.out, made.err);
        assert!(made.out.lines().count() <= 20, "{}", made.out);
        let args = [&["run", url, "code/single-use", "redirect/fragment"][..], &permitted].concat();
        let run = oauthspec(&args, &variables).await;
        assert_eq!(run.code, Some(0), "{}{}", run.out, run.err);
    }
    // What the proxy does not let through is told.
    let permitted = ["--authorized", "10.0.0.9", "--test-credentials", "--user", ALICE];
    let args = [&["init", "http://10.0.0.9:8080"][..], &permitted].concat();
    let ended = oauthspec(&args, &variables).await;
    assert_eq!(ended.code, Some(3), "{}", ended.err);
    assert!(ended.err.contains("it answers 403 to CONNECT 10.0.0.9:8080"), "{}", ended.err);
}

/// What a server writes in answer to a request, and whether it then goes on for ever.
async fn writing(head: &'static str, body: String, endless: bool) -> rig::Target {
    rig::raw(move |mut stream| {
        let body = body.clone();
        async move {
            if head_of(&mut stream).await.is_none() {
                return;
            }
            let head =
                format!("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n{head}\r\n\r\n");
            let _ = stream.write_all(format!("{head}{body}").as_bytes()).await;
            while endless && stream.write_all(&[b' '; 65536]).await.is_ok() {}
            std::future::pending::<()>().await;
        }
    })
    .await
}

/// `init` ends soon, with this message and nothing that a terminal obeys.
async fn told(url: &str, says: &[&str]) {
    let start = Instant::now();
    let ended = oauthspec(&["init", url, "--user", "a:b"], &[]).await;
    assert_eq!(ended.code, Some(2), "{}{}", ended.out, ended.err);
    assert!(ended.out.is_empty() && ended.err.len() < 2000, "{}{}", ended.out, ended.err);
    let plain = |c: char| c == '\n' || !c.is_control();
    assert!(ended.err.chars().all(plain), "{:?}", ended.err);
    assert!(!ended.err.contains("panicked"), "{}", ended.err);
    for text in says {
        assert!(ended.err.contains(text), "{text}: {}", ended.err);
    }
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_without_an_end_is_given_up() {
    let endless = writing("Connection: close", "{\"issuer\": \"".to_owned(), true).await;
    told(&endless.url, &["it is larger than 256 KiB"]).await;
    let chunked = writing("Transfer-Encoding: chunked", "ffffffff\r\n{".to_owned(), true).await;
    told(&chunked.url, &["it is larger than 256 KiB"]).await;
    let promised = writing("Content-Length: 1073741824", "{".to_owned(), false).await;
    told(&promised.url, &["it is larger than 256 KiB"]).await;
    let slow = writing("Content-Length: 100", "{".to_owned(), false).await;
    told(&slow.url, &["no response within", "try again once the server answers"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_that_wants_to_do_harm_is_shown_as_text() {
    let harm = "\u{1b}]0;owned\u{7}\u{1b}[2J\n::error::x\r\u{202e}<script>alert(1)</script>";
    let json = |value: Value| ResponseTemplate::new(200).set_body_json(value);
    let server = publishing(|_| json(serde_json::json!({"issuer": harm}))).await;
    told(&server.uri(), &["of another issuer", "<script>"]).await;
    let deep = format!("{{\"issuer\": {}{}}}", "[".repeat(10_000), "]".repeat(10_000));
    let server = publishing(|_| ResponseTemplate::new(200).set_body_string(deep.clone())).await;
    told(&server.uri(), &["it is not JSON", "recursion limit"]).await;
    let twice = publishing(|uri| {
        let text = whole(uri).to_string();
        ResponseTemplate::new(200).set_body_string(text.replacen(
            '{',
            "{\"issuer\":\"https://a.example\",",
            1,
        ))
    });
    let twice = twice.await;
    told(&twice.uri(), &["`issuer` stands in it more than once"]).await;
    for scheme in ["javascript:alert(1)", "file:///etc/passwd", "https://a:b@127.0.0.1/token"] {
        let server = publishing(|uri| {
            let mut all = whole(uri);
            all["token_endpoint"] = scheme.into();
            json(all)
        })
        .await;
        told(&server.uri(), &["`token_endpoint` is not an http or https URL"]).await;
    }
}

/// What is taken over from metadata reaches the profile and the console, too.
#[tokio::test(flavor = "multi_thread")]
async fn names_from_metadata_are_written_so_that_nothing_obeys_them() {
    let scope = "openid \u{1b}[31mred\n# x: ${HOME} \u{202e}";
    let server = bundled();
    let target = rig::http(move |request| {
        let answer = server.handle(&request);
        if request.path() != METADATA {
            return answer;
        }
        let mut members: Value = serde_json::from_slice(&answer.body).unwrap();
        members["scopes_supported"] = serde_json::json!([scope]);
        members["userinfo_endpoint"] = Value::Null;
        members["introspection_endpoint"] = Value::Null;
        rig::json_response(200, &members)
    })
    .await;
    let made = oauthspec(&["init", &target.url, "--user", ALICE], &[]).await;
    assert_eq!(made.code, Some(0), "{}{}", made.out, made.err);
    let plain = |c: char| c == '\n' || !c.is_control();
    assert!(made.out.chars().all(plain) && made.err.chars().all(plain), "{}{}", made.out, made.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_issuer_of_the_profile_is_the_one_whose_metadata_count() {
    let server = bundled();
    let target = rig::http(move |request| {
        let path = request.path().to_owned();
        let tenant = path == format!("{METADATA}/tenant");
        if !tenant && path != METADATA {
            return server.handle(&request);
        }
        let issuer = format!("{}{}", request.origin, if tenant { "/tenant" } else { "" });
        let endpoint = |name: &str| match tenant {
            true => format!("{}/{name}", request.origin),
            false => format!("{}/elsewhere/{name}", request.origin),
        };
        let metadata = serde_json::json!({
            "issuer": issuer,
            "authorization_endpoint": endpoint("authorize"),
            "token_endpoint": endpoint("token"),
            "response_types_supported": ["code"],
        });
        rig::json_response(200, &metadata)
    })
    .await;
    let folder = tempfile::tempdir().unwrap();
    let minimal = include_str!("../../fixtures/profiles/minimal.yaml");
    let with = |issuer: &str| {
        let base = format!("{}\nissuer: {}{issuer}", target.url, target.url);
        let text = minimal.replace("http://127.0.0.1:8080", &base);
        rig::written(folder.path(), &text)
    };
    let run = oauthspec(&["run", &with("/tenant"), "code/single-use", NO_WAITS], &[]).await;
    assert_eq!(run.code, Some(0), "{}{}", run.out, run.err);
    // There is no other issuer, and that of the host is not taken for it.
    let run = oauthspec(&["run", &with("/other"), "code/single-use", NO_WAITS], &[]).await;
    assert_eq!(run.code, Some(2), "{}{}", run.out, run.err);
    assert!(run.err.contains("/other"), "{}", run.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn metadata_are_looked_for_where_openid_has_them_if_the_other_place_breaks() {
    let server = bundled();
    let target = rig::http(move |request| {
        if request.path() == METADATA {
            return Response::new(500);
        }
        let at_openid = request.path() == "/.well-known/openid-configuration";
        let asked = match at_openid {
            true => Request::new("GET", request.origin.clone(), METADATA),
            false => request,
        };
        server.handle(&asked)
    })
    .await;
    let run =
        oauthspec(&["run", &target.url, "--user", ALICE, "code/unknown", NO_WAITS], &[]).await;
    assert_eq!(run.code, Some(0), "{}{}", run.out, run.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn metadata_without_an_authorization_endpoint_leave_what_clients_can_have_by_themselves() {
    let server = bundled();
    let target = rig::http(move |request| {
        if request.path() != METADATA {
            return server.handle(&request);
        }
        let token = format!("{}/token", request.origin);
        let metadata =
            serde_json::json!({"issuer": request.origin.to_string(), "token_endpoint": token});
        rig::json_response(200, &metadata)
    })
    .await;
    let client = "server-client:test-only-S2hJz6RnYv4CkFq8MbVx";
    let args = ["run", &target.url, "--client", client, "token/grant-type-known", NO_WAITS];
    let run = oauthspec(&args, &[]).await;
    assert_eq!(run.code, Some(0), "{}{}", run.out, run.err);
}
