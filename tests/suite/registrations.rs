//! Servers that want more of a client that registers itself than RFC 7591 does.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use oauthspec::cli::Run;
use oauthspec::server::{Config, Dialect, Server, faults};
use oauthspec::testbed::Switches;
use oauthspec::verdict::Verdict;
use oauthspec::wire::Response;
use serde_json::{Value, json};

use crate::command::NO_WAITS;
use crate::init::{ALICE, METADATA, oauthspec};
use crate::rig::{self, Judged, Target};

/// The bundled server, which registers clients that name who is to be written to, or none at all.
async fn wanting(member: &'static str) -> Target {
    let dialect = Dialect::find("oauth").unwrap();
    let server = Server::new(Config { clock: rig::config().clock, ..Config::of(dialect) });
    rig::http(move |request| {
        let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
        if request.path().ends_with("/register") && body.get(member).is_none() {
            return rig::json_response(400, &json!({"error": "invalid_client_metadata"}));
        }
        server.handle(&request)
    })
    .await
}

const RULES: &[&str] =
    &["registration/endpoint", "registration/success", "registration/secret-expiry"];

async fn judged(target: &Target, further: &str) -> Judged {
    let profile = include_str!("../../fixtures/profiles/oauth.yaml");
    let profile = profile.replacen("http://127.0.0.1:8080", &target.url, 1);
    let folder = tempfile::tempdir().unwrap();
    let path = rig::written(folder.path(), &format!("{profile}\n{further}"));
    let words = std::iter::once(path.as_str()).chain(RULES.iter().copied());
    let words = words.map(str::to_owned).collect();
    let against = vec!["rfc7591".to_owned()];
    rig::judge(Run { words, against, seed: Some(7), ..Run::default() }).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_refuses_what_the_suite_registers_neither_fails_nor_passes() {
    let target = wanting("contacts").await;
    let judged = judged(&target, "").await;
    let verdicts: BTreeSet<Verdict> =
        ["registration/endpoint", "registration/success"].map(|it| judged.rule(it).verdict).into();
    assert_eq!(verdicts, BTreeSet::from([Verdict::Inconclusive]), "{}", judged.summary());
    assert!(judged.summary().contains("`registration_metadata`"), "{}", judged.summary());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_else_a_server_wants_of_a_client_stands_in_the_profile() {
    let target = wanting("contacts").await;
    let judged = judged(&target, "registration_metadata: {contacts: [a@client.example]}\n").await;
    for rule in RULES {
        assert_eq!(judged.rule(rule).verdict, Verdict::Pass, "{}", judged.summary());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_many_servers_want_of_a_client_is_told_to_those_that_do() {
    for member in ["client_uri", "application_type"] {
        let target = wanting(member).await;
        let judged = judged(&target, "").await;
        for rule in RULES {
            assert_eq!(judged.rule(rule).verdict, Verdict::Pass, "{member}: {}", judged.summary());
        }
    }
}

/// The bundled server, which registers clients that name no scope without any, demands a nonce of requests for an
/// ID token, takes none twice, and does not say that it knows public clients.
async fn openid_alone() -> Target {
    let dialect = Dialect::find("oauth").unwrap();
    let server = Server::new(Config { clock: rig::config().clock, ..Config::of(dialect) });
    let used = Mutex::new(BTreeSet::new());
    rig::http(move |request| {
        let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
        let query = request.query().unwrap_or_default().as_bytes();
        let given = |name: &str| {
            let found = url::form_urlencoded::parse(query).find(|(it, _)| it == name);
            found.map(|(_, value)| value.into_owned()).unwrap_or_default()
        };
        if request.path() == "/authorize" && request.method == "GET" {
            let by_openid = given("scope").split(' ').any(|scope| scope == "openid");
            let (nonce, mut used) = (given("nonce"), used.lock().unwrap());
            if !by_openid || nonce.is_empty() || !used.insert(nonce) {
                return rig::json_response(400, &json!({"error": "no_authentication"}));
            }
        }
        let answer = server.handle(&request);
        let mut members: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        match request.path() {
            METADATA => {
                let methods = json!(["client_secret_basic", "client_secret_post"]);
                members["token_endpoint_auth_methods_supported"] = methods;
            }
            path if path.ends_with("/register") && body.get("scope").is_none() => {
                members["scope"] = json!("");
            }
            _ => return answer,
        }
        rig::json_response(answer.status, &members)
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_of_openid_connect_is_judged_from_its_url() {
    let target = openid_alone().await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("report.json").display().to_string();
    let rules = ["token/grant-kind", "pkce/verifier-wrong", "code/bound-to-client"];
    let words = ["run", &target.url, "--user", ALICE, "--against", "rfc6749,rfc7636"];
    let words = [&words[..], &["--json", &file, NO_WAITS], &rules].concat();
    let run = oauthspec(&words, &[]).await;
    let report: Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
    for id in rules {
        let rule = report["rules"].as_array().unwrap().iter().find(|rule| rule["id"] == id);
        assert_eq!(rule.unwrap()["verdict"], "pass", "{id}: {}", run.out);
    }
    // It has a client without a secret, and one that acts for itself.
    assert!(!run.out.contains("could be registered"), "{}", run.out);
}

/// The bundled server, which registers public clients alone, and says that it supports this method.
async fn public_alone(method: &'static str) -> Target {
    public_alone_at(Switches::default(), (method, "")).await
}

/// The same with these switches, whose metadata leave this member out.
async fn public_alone_at(
    switches: Switches,
    (method, left_out): (&'static str, &'static str),
) -> Target {
    let dialect = Dialect::find("oauth").unwrap();
    let server =
        Server::new(Config { clock: rig::config().clock, switches, ..Config::of(dialect) });
    rig::http(move |request| {
        let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
        let proves = body.get("token_endpoint_auth_method").is_none_or(|method| method != "none");
        if request.path().ends_with("/register") && proves {
            return rig::json_response(400, &json!({"error": "invalid_client_metadata"}));
        }
        let answer = server.handle(&request);
        if request.path().ends_with("/register") {
            let mut members: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
            for name in ["registration_access_token", "registration_client_uri"] {
                members.as_object_mut().map(|members| members.remove(name));
            }
            return rig::json_response(answer.status, &members);
        }
        if request.path() != METADATA {
            return answer;
        }
        let mut members: Value = serde_json::from_slice(&answer.body).unwrap();
        members["token_endpoint_auth_methods_supported"] = json!([method]);
        members.as_object_mut().unwrap().remove(left_out);
        rig::json_response(200, &members)
    })
    .await
}

/// What the suite takes from the metadata by itself is no error of the profile.
#[tokio::test(flavor = "multi_thread")]
async fn an_introspection_endpoint_is_no_resource_for_clients_without_credentials() {
    let told = faults::find("introspect-by-public-clients").unwrap();
    for (switches, code) in [(Switches::default(), 0), (Switches::fault(told), 1)] {
        let target = public_alone_at(switches, ("none", "userinfo_endpoint")).await;
        let words = ["run", &target.url, "--user", ALICE, NO_WAITS, "code/single-use"];
        let run = oauthspec(&[&words[..], &["introspection"]].concat(), &[]).await;
        assert_eq!(run.code, Some(code), "{}{}", run.out, run.err);
        assert_eq!(run.out.contains("may not introspect its token"), code == 0, "{}", run.out);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_with_public_clients_alone_is_judged_from_its_url() {
    let target = public_alone("none").await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("report.json").display().to_string();
    let (against, rules) = ("rfc6749,rfc7591,rfc7636", ["token", "code", "registration"]);
    let words =
        ["run", &target.url, "--user", ALICE, "--against", against, "--json", &file, NO_WAITS];
    let run = oauthspec(&[&words[..], &rules].concat(), &[]).await;
    assert_eq!(run.code, Some(0), "{}{}", run.out, run.err);
    let report: Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
    let passed = |id: &str| {
        let rules = report["rules"].as_array().unwrap();
        rules.iter().any(|rule| rule["id"] == id && rule["verdict"] == "pass")
    };
    // Clients without a secret, and without management, lack what one rule looks at.
    assert!(!run.out.contains("without a judgement"), "{}", run.out);
    for id in [
        "code/single-use",
        "registration/success",
        "registration/works",
        "registration/redirect-uri-form",
    ] {
        assert!(passed(id), "{id}: {}", run.out);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn public_clients_stand_in_where_no_others_are_registered_whatever_the_metadata_say() {
    let target = public_alone("client_secret_basic").await;
    let run =
        oauthspec(&["run", &target.url, "--user", ALICE, "code/single-use", NO_WAITS], &[]).await;
    assert_eq!(run.code, Some(0), "{}{}", run.out, run.err);
}

/// The bundled server behind a look at its registrations: the names of those who asked, and what is answered in its
/// stead.
async fn seen(
    instead: impl Fn(&Value, usize) -> Option<Response> + Send + Sync + 'static,
) -> (Target, Arc<Mutex<Vec<String>>>) {
    let names = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&names);
    let dialect = Dialect::find("oauth").unwrap();
    let server = Server::new(Config { clock: rig::config().clock, ..Config::of(dialect) });
    let target = rig::http(move |request| {
        if request.path().ends_with("/register") && request.method == "POST" {
            let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
            let before = kept.lock().unwrap().len();
            kept.lock().unwrap().push(body["client_name"].as_str().unwrap_or_default().to_owned());
            if let Some(answer) = instead(&body, before) {
                return answer;
            }
        }
        server.handle(&request)
    })
    .await;
    (target, names)
}

#[tokio::test(flavor = "multi_thread")]
async fn each_client_of_a_run_from_a_url_is_registered_once() {
    let (target, names) = seen(|_, _| None).await;
    let words = ["run", &target.url, "--user", ALICE, "code/single-use", NO_WAITS];
    let run = oauthspec(&words, &[]).await;
    assert_eq!(run.code, Some(0), "{}{}", run.out, run.err);
    let names = names.lock().unwrap();
    let distinct: BTreeSet<&String> = names.iter().collect();
    assert_eq!(distinct.len(), names.len(), "{names:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_client_alone_registers_where_a_flow_gets_nowhere() {
    let (target, names) = seen(|_, _| None).await;
    let words = ["run", &target.url, "--user", "alice:wrong", "code/single-use", NO_WAITS];
    let run = oauthspec(&words, &[]).await;
    assert_ne!(run.code, Some(0), "{}{}", run.out, run.err);
    let by_url = std::mem::take(&mut *names.lock().unwrap());
    assert_eq!(by_url, ["oauthspec default client"]);
    let folder = tempfile::tempdir().unwrap();
    let text = rig::registering(&target.url).replace("password: ", "password: not-");
    let file = rig::written(folder.path(), &text);
    let run = oauthspec(&["doctor", &file], &[]).await;
    assert_ne!(run.code, Some(0), "{}{}", run.out, run.err);
    assert_eq!(*names.lock().unwrap(), ["oauthspec default client"], "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn clients_that_were_registered_before_a_limit_are_enough_for_a_run() {
    let (target, names) = seen(|_, before| {
        (before >= 3).then(|| {
            let mut answer = Response::new(429);
            answer.headers.push("Retry-After", "60");
            answer
        })
    })
    .await;
    let words = ["run", &target.url, "--user", ALICE, "code/single-use", NO_WAITS];
    let run = oauthspec(&words, &[]).await;
    assert_eq!(run.code, Some(0), "{}{}", run.out, run.err);
    assert!(names.lock().unwrap().len() <= 5, "{:?}", names.lock().unwrap());
    let said = run.out.clone() + &run.err;
    assert!(said.contains("the server limits registrations (429, Retry-After: 60)"), "{said}");
    assert!(!said.contains("clients.default"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_cannot_register_at_all_is_told_why_whatever_the_profile_says() {
    let (target, _) = seen(|_, _| Some(Response::new(429))).await;
    let folder = tempfile::tempdir().unwrap();
    let text = rig::registering(&target.url);
    let file = rig::written(folder.path(), &text);
    for words in [&["run", &file, "code/single-use"][..], &["doctor", &file]] {
        let run = oauthspec(words, &[]).await;
        assert!(
            run.err.contains("the server limits registrations (429)"),
            "{}{}",
            run.out,
            run.err
        );
        assert!(!run.err.contains("clients.default"), "{}", run.err);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn clients_with_several_redirect_uris_register_on_the_loopback_interface_where_they_have_to()
{
    let (target, _) = seen(|body, _| {
        let uris = body["redirect_uris"].as_array().into_iter().flatten();
        let mut uris = uris.filter_map(Value::as_str);
        let refused = uris.any(|uri| !uri.starts_with("http://127.0.0.1"));
        refused.then(|| rig::json_response(400, &json!({"error": "invalid_redirect_uri"})))
    })
    .await;
    let words = ["run", &target.url, "--user", ALICE, NO_WAITS, "redirect"];
    let run = oauthspec(&words, &[]).await;
    assert_eq!(run.code, Some(0), "{}{}", run.out, run.err);
    for role in ["several", "query", "host-only"] {
        assert!(!run.out.contains(&format!("role `{role}`")), "{role}: {}", run.out);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_words_of_scope_are_taken_from_the_metadata() {
    let (target, _) = seen(|_, _| None).await;
    let rules = ["refresh/scope-never-widens", "refresh/scope-kept", "refresh/scope-told"];
    let words = ["run", &target.url, "--user", ALICE, NO_WAITS];
    let run = oauthspec(&[&words[..], &rules].concat(), &[]).await;
    assert_eq!(run.code, Some(0), "{}{}", run.out, run.err);
    assert!(!run.out.contains("no two words"), "{}", run.out);
    assert!(run.out.contains("3 pass"), "{}", run.out);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_protected_resource_introspects_tokens_of_clients_that_register() {
    const OWN: &str = "Basic cnM6cnMtc2VjcmV0";
    const CLIENT: &str = "client_id=default-client&client_secret=test-only-1nQ7vLz4TbRk8VwC5cYe&";
    let dialect = Dialect::find("oauth").unwrap();
    let server = Server::new(Config { clock: rig::config().clock, ..Config::of(dialect) });
    let target = rig::http(move |mut request| {
        if request.path() == "/introspect" {
            if request.headers.get("authorization") != Some(OWN.as_bytes()) {
                return rig::json_response(401, &json!({"error": "invalid_client"}));
            }
            request.headers.remove("authorization");
            request.body.splice(0..0, CLIENT.bytes());
        }
        server.handle(&request)
    })
    .await;
    let folder = tempfile::tempdir().unwrap();
    let credentials =
        "introspection_credentials: {id: rs, secret: rs-secret, authentication: basic}\n";
    let rules = ["introspection/active", "introspection/agrees"];
    for (more, pass) in [("", false), (credentials, true)] {
        let file = rig::written(folder.path(), &(rig::registering(&target.url) + more));
        let words = ["run", &file, "--against", "rfc6749,rfc7662", NO_WAITS];
        let run = oauthspec(&[&words[..], &rules].concat(), &[]).await;
        assert_eq!(run.out.contains("2 pass"), pass, "{}{}", run.out, run.err);
        assert_eq!(run.out.contains("`introspection_credentials`"), !pass, "{}", run.out);
    }
}
