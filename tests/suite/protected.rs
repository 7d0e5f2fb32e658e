//! From the URL of a protected resource to a report: `oauthspec init` and `oauthspec run` read what it
//! publishes about itself (RFC 9728), then what its authorization server publishes.

use std::net::SocketAddr;
use std::sync::Arc;

use oauthspec::server::{Config, Dialect, Server, faults};
use oauthspec::testbed::Switches;
use oauthspec::testbed::listen::Listener;
use oauthspec::wire::{Request, Response};
use serde_json::{Value, json};

use crate::command::NO_WAITS;
use crate::init::{ALICE, oauthspec, shows_no_secret};
use crate::rig;

const WELL_KNOWN: &str = "/.well-known/oauth-protected-resource";

/// An authorization server, and a protected resource at another origin that takes its tokens.
struct Two {
    authorization: Listener,
    resource: rig::Target,
}

/// What a protected resource publishes, and where: the path, and the metadata for the URLs of the
/// resource and of its authorization server.
type Publishes = fn(path: &str, own: &str, issuer: &str) -> Option<Value>;

impl Two {
    /// `refusal` is added to what a request without a token is told: a parameter of the challenge.
    async fn start(publishes: Publishes, refusal: Option<&'static str>) -> Self {
        let dialect = Dialect::find("oauth").unwrap();
        let server = Arc::new(Server::new(Config { control: true, ..Config::of(dialect) }));
        let address: SocketAddr = "127.0.0.1:0".parse().unwrap();
        let authorization = Listener::start(Arc::clone(&server) as _, address, None).unwrap();
        let issuer = authorization.origin().to_string();
        let resource = rig::http(move |request| {
            let own = format!("{}/mcp", request.origin);
            match request.path() {
                "/mcp" => guarded(&server, request, refusal),
                path => match publishes(path, &own, &issuer) {
                    Some(metadata) => rig::json_response(200, &metadata),
                    None => Response::new(404),
                },
            }
        })
        .await;
        Self { authorization, resource }
    }

    fn url(&self) -> String {
        format!("{}/mcp", self.resource.url)
    }

    fn issuer(&self) -> String {
        self.authorization.origin().to_string()
    }
}

/// The resource behind a token.
fn guarded(server: &Server, request: Request, refusal: Option<&str>) -> Response {
    let origin = request.origin.clone();
    let target = request.target.replacen("/mcp", "/userinfo", 1);
    let mut answer = server.handle(&Request { target, ..request });
    if let Some(refusal) = refusal.filter(|_| answer.status == 401) {
        let field = format!("Bearer {}", refusal.replace("{origin}", &origin.to_string()));
        answer.headers.push("WWW-Authenticate", field);
    }
    answer
}

fn naming(own: &str, issuer: &str) -> Value {
    json!({"resource": own, "authorization_servers": [issuer], "scopes_supported": ["openid"]})
}

fn at_its_own_location(path: &str, own: &str, issuer: &str) -> Option<Value> {
    (path == format!("{WELL_KNOWN}/mcp")).then(|| naming(own, issuer))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_protected_resource_is_enough_for_a_run() {
    let two = Two::start(at_its_own_location, None).await;
    let folder = tempfile::tempdir().unwrap();
    let report = folder.path().join("report.json").display().to_string();
    let args =
        ["run", &two.url(), "code", "bearer", "revoke", "--user", ALICE, "--strict", NO_WAITS];
    let run = oauthspec(&[&args[..], &["--json", &report]].concat(), &[]).await;
    assert_eq!(run.code, Some(0), "{}{}", run.out, run.err);
    assert!(shows_no_secret(&run.out), "{}", run.out);
    let report: Value = serde_json::from_str(&std::fs::read_to_string(&report).unwrap()).unwrap();
    let rules = report["rules"].as_array().unwrap();
    let passed = rules.iter().filter(|rule| rule["verdict"] == "pass").count();
    assert!(passed >= 20, "{passed}: {}", run.out);
    // The resource that is judged is the one that was named.
    let rule = rules.iter().find(|rule| rule["id"] == "bearer/missing").unwrap();
    assert_eq!(rule["verdict"], "pass", "{rule}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_profile_of_a_protected_resource_names_both() {
    let two = Two::start(at_its_own_location, None).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("profile.yaml").display().to_string();
    let made = oauthspec(&["init", &two.url(), "--user", ALICE, "--output", &file], &[]).await;
    assert_eq!(made.code, Some(0), "{}{}", made.out, made.err);
    assert!(made.err.contains("and the resource is served"), "{}", made.err);
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(text.contains(&format!("base_url: {:?}", two.issuer())), "{text}");
    assert!(text.contains(&format!("resource: {{url: {:?}", two.url())), "{text}");
    assert!(text.lines().count() <= 20 && shows_no_secret(&text), "{text}");
    let password = [("OAUTHSPEC_USER_PASSWORD", "test-only-password-of-alice")];
    let run = oauthspec(&["run", &file, "bearer", "--strict"], &password).await;
    assert_eq!(run.code, Some(0), "{}{}", run.out, run.err);
}

/// RFC 9728 §5.1: the challenge says where the metadata are.
#[tokio::test(flavor = "multi_thread")]
async fn a_challenge_leads_to_the_metadata() {
    let elsewhere: Publishes =
        |path, own, issuer| (path == "/about/mcp.json").then(|| naming(own, issuer));
    let refusal = "resource_metadata=\"{origin}/about/mcp.json\"";
    let two = Two::start(elsewhere, Some(refusal)).await;
    let made = oauthspec(&["init", &two.url(), "--user", ALICE], &[]).await;
    assert_eq!(made.code, Some(0), "{}{}", made.out, made.err);
    assert!(made.out.contains(&format!("base_url: {:?}", two.issuer())), "{}", made.out);
    // Where it leads off the loopback interface, nothing is sent there.
    let two =
        Two::start(|_, _, _| None, Some("resource_metadata=\"https://meta.example/x\"")).await;
    let made = oauthspec(&["init", &two.url(), "--user", ALICE], &[]).await;
    assert_eq!(made.code, Some(2), "{}{}", made.out, made.err);
    assert!(made.err.contains("--authorized meta.example"), "{}", made.err);
}

/// Clients take the name of what is above the resource; the rule that it is the same fails, and the run goes on.
#[tokio::test(flavor = "multi_thread")]
async fn metadata_that_name_the_whole_host_are_those_of_the_resource() {
    let at_the_path: Publishes = |path, own, issuer| {
        let whole = own.trim_end_matches("/mcp");
        (path == format!("{WELL_KNOWN}/mcp")).then(|| naming(whole, issuer))
    };
    let two = Two::start(at_the_path, None).await;
    let made = oauthspec(&["init", &two.url(), "--user", ALICE], &[]).await;
    assert_eq!(made.code, Some(0), "{}{}", made.out, made.err);
    assert!(made.out.contains(&format!("resource: {{url: {:?}", two.url())), "{}", made.out);
    let elsewhere: Publishes = |path, own, issuer| {
        (path == format!("{WELL_KNOWN}/mcp")).then(|| naming(&own.replace("/mcp", "/m"), issuer))
    };
    let two = Two::start(elsewhere, None).await;
    let made = oauthspec(&["init", &two.url(), "--user", ALICE], &[]).await;
    assert_eq!(made.code, Some(2), "{}{}", made.out, made.err);
    assert!(made.err.contains("is of another resource"), "{}", made.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn metadata_of_the_host_stand_for_a_resource_in_it() {
    let of_host: Publishes = |path, own, issuer| {
        (path == WELL_KNOWN).then(|| naming(own.trim_end_matches("/mcp"), issuer))
    };
    let two = Two::start(of_host, None).await;
    let made = oauthspec(&["init", &two.url(), "--user", ALICE], &[]).await;
    assert_eq!(made.code, Some(0), "{}{}", made.out, made.err);
    assert!(made.out.contains(&format!("resource: {{url: {:?}", two.url())), "{}", made.out);
}

#[tokio::test(flavor = "multi_thread")]
async fn metadata_of_a_resource_that_cannot_be_used_are_named_with_the_reason() {
    // RFC 9728 §3.3: what another resource says must not be used.
    let another: Publishes = |path, _, issuer| {
        (path == format!("{WELL_KNOWN}/mcp")).then(|| naming("https://another.example/mcp", issuer))
    };
    let nameless: Publishes = |path, _, issuer| {
        (path == format!("{WELL_KNOWN}/mcp")).then(|| json!({"authorization_servers": [issuer]}))
    };
    let alone: Publishes =
        |path, own, _| (path == format!("{WELL_KNOWN}/mcp")).then(|| json!({"resource": own}));
    let foreign: Publishes = |path, own, _| {
        (path == format!("{WELL_KNOWN}/mcp")).then(|| naming(own, "https://auth.example"))
    };
    for (publishes, says) in [
        (another, "of another resource, \"https://another.example/mcp\""),
        (nameless, "it has no `resource`"),
        (alone, "it names no authorization server"),
        (foreign, "--authorized auth.example"),
    ] {
        let two = Two::start(publishes, None).await;
        let made = oauthspec(&["init", &two.url(), "--user", ALICE], &[]).await;
        assert_eq!(made.code, Some(2), "{says}: {}{}", made.out, made.err);
        assert!(made.err.contains(says), "{says}: {}", made.err);
    }
}

/// The first authorization server that may be spoken to is tested, and the others are named.
#[tokio::test(flavor = "multi_thread")]
async fn a_resource_with_several_authorization_servers_says_which_is_tested() {
    let several: Publishes = |path, own, issuer| {
        let servers = json!(["https://auth.example", issuer]);
        (path == format!("{WELL_KNOWN}/mcp"))
            .then(|| json!({"resource": own, "authorization_servers": servers}))
    };
    let two = Two::start(several, None).await;
    let made = oauthspec(&["init", &two.url(), "--user", ALICE], &[]).await;
    assert_eq!(made.code, Some(0), "{}{}", made.out, made.err);
    let said = format!("{} is tested, and not https://auth.example", two.issuer());
    assert!(made.err.contains(&said), "{}", made.err);
}

/// A challenge without the scheme is a mistake of its own, and says nothing of what opens the resource.
#[tokio::test(flavor = "multi_thread")]
async fn a_resource_that_takes_proofs_knows_them_whatever_its_challenge_says() {
    let switches = Switches::fault(faults::find("dpop-challenge-other-scheme").unwrap());
    let clock = rig::config().clock;
    let dialect = Dialect::find("oauth").unwrap();
    let server = Server::new(Config { clock, control: true, switches, ..Config::of(dialect) });
    let target = rig::http(move |request| server.handle(&request)).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("report.json").display().to_string();
    let profile = "fixtures/profiles/oauth.yaml";
    let words =
        ["run", profile, "--base-url", &target.url, "--against", "rfc9449", "--json", &file];
    let run = oauthspec(&[&words[..], &[NO_WAITS, "dpop/resource-served"]].concat(), &[]).await;
    let report: Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
    let scenarios = report["rules"][0]["scenarios"].as_array().unwrap();
    assert!(scenarios.len() > 1, "{}", run.out);
    assert!(scenarios.iter().all(|it| it["verdict"] == "pass"), "{}", run.out);
}

/// From the URL of the server alone: the resource that it lists, if that names it.
#[tokio::test(flavor = "multi_thread")]
async fn a_listed_resource_is_judged_by_what_it_publishes_where_it_names_the_server() {
    for (named, judged) in [(None, true), (Some("https://auth.example"), false)] {
        let dialect = Dialect::find("oauth").unwrap();
        let server = Server::new(Config { control: true, ..Config::of(dialect) });
        let target = rig::http(move |request| {
            let (origin, path) = (request.origin.to_string(), request.path().to_owned());
            let own = format!("{origin}/mcp");
            if path == "/mcp" {
                return guarded(&server, request, None);
            }
            if path == format!("{WELL_KNOWN}/mcp") {
                return rig::json_response(200, &naming(&own, named.unwrap_or(&origin)));
            }
            let answer = server.handle(&request);
            if path != "/.well-known/oauth-authorization-server" {
                return answer;
            }
            let mut members: Value = serde_json::from_slice(&answer.body).unwrap();
            members.as_object_mut().unwrap().remove("userinfo_endpoint");
            members["protected_resources"] = json!([own]);
            rig::json_response(200, &members)
        })
        .await;
        let made = oauthspec(&["init", &target.url, "--user", ALICE], &[]).await;
        assert_eq!(made.code, Some(0), "{}{}", made.out, made.err);
        assert!(made.err.contains("/mcp of this server is called"), "{}", made.err);
        assert_eq!(made.out.contains("rfc9728"), judged, "{}", made.out);
    }
}
