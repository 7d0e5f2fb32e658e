//! No ordinary flow, no verdicts: a profile or a target with which nothing works ends in one diagnosis,
//! and no rule fails for it.

use oauthspec::cli::Run;
use oauthspec::report::{RunView, Style, console};
use oauthspec::server::Server;
use oauthspec::verdict::{ExitCode, Problem, Verdict};
use oauthspec::wire::{Request, Response};
use serde_json::json;

use crate::rig::{self, Judged, against, judge};

/// A run against a bundled server whose answers are changed on the way.
async fn through(
    change: impl Fn(&Server, Request) -> Response + Send + Sync + 'static,
    selectors: &[&str],
) -> Judged {
    let server = rig::bundled();
    let target = rig::http(move |request| change(&server, request)).await;
    let mut run = against(&target.url, &["box"]);
    run.words.extend(selectors.iter().map(|&selector| selector.to_owned()));
    judge(run).await
}

/// The one diagnosis of a run without a verdict about the target.
fn diagnosis(judged: &Judged) -> String {
    assert_eq!(judged.code, ExitCode::Inconclusive, "{}", judged.summary());
    for verdict in [Verdict::Pass, Verdict::Warn, Verdict::Fail, Verdict::Error] {
        assert_eq!(judged.ids(verdict), [""; 0], "{}", judged.summary());
    }
    match judged.record.problems.as_slice() {
        [Problem::Grounded(text)] => text.clone(),
        others => panic!("{others:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_secret_is_diagnosed_once() {
    let refusal = json!({"error": "invalid_client", "error_description": "use HTTP Basic"});
    let judged = through(
        move |server, request| match request.path() {
            "/oauth2/token" => rig::json_response(401, &refusal),
            _ => server.handle(&request),
        },
        &[],
    )
    .await;
    let text = diagnosis(&judged);
    for part in [
        "no access token could be obtained: POST http://127.0.0.1:",
        "/oauth2/token was answered 401 \"invalid_client\" \"use HTTP Basic\"",
        "check clients.default.id, clients.default.secret, client_authentication",
    ] {
        assert!(text.contains(part), "{text}");
    }
    let printed =
        console::write(&RunView::of(&judged.record), Style { color: false, verbose: false });
    // Lines are broken anywhere between words.
    let words: Vec<&str> = printed.split_whitespace().collect();
    assert_eq!(words.join(" ").matches("use HTTP Basic").count(), 1, "{printed}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_authorization_that_leads_nowhere_is_diagnosed() {
    let judged = through(
        |server, request| match request.path() {
            "/api/oauth2/authorize" => Response::new(404),
            _ => server.handle(&request),
        },
        &["code"],
    )
    .await;
    let text = diagnosis(&judged);
    assert!(text.contains("/api/oauth2/authorize?"), "{text}");
    assert!(text.contains("no authorization code") && text.contains("404"), "{text}");
    assert!(text.contains("check endpoints.authorization"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_resource_that_is_not_served_is_diagnosed_where_rules_need_it() {
    let change = |server: &Server, request: Request| match request.path() {
        "/2.0/users/me" => Response::new(403),
        _ => server.handle(&request),
    };
    let text = diagnosis(&through(change, &["bearer"]).await);
    assert!(text.contains("GET http") && text.contains("check resource.url"), "{text}");
    let judged = through(change, &["redirect/registered"]).await;
    assert_eq!(judged.code, ExitCode::Conformant, "{}", judged.summary());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_revocation_stops_nothing() {
    let change = |server: &Server, request: Request| match request.path() {
        "/oauth2/revoke" => Response::new(404),
        _ => server.handle(&request),
    };
    let judged = through(change, &["revoke/by-access-token", "code/single-use"]).await;
    assert_eq!(judged.rule("code/single-use").verdict, Verdict::Pass, "{}", judged.summary());
    // Nothing is there: the profile may name the wrong place, which is said, and blames nobody.
    let rule = judged.rule("revoke/by-access-token");
    assert_eq!(rule.verdict, Verdict::Inconclusive, "{}", judged.summary());
    match judged.record.problems.as_slice() {
        [Problem::Grounded(text)] => assert!(text.contains("check endpoints.revocation"), "{text}"),
        others => panic!("{others:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_knows_better_can_do_without() {
    let server = rig::bundled();
    let target = rig::http(move |request| match request.path() {
        "/oauth2/token" => Response::new(404),
        _ => server.handle(&request),
    })
    .await;
    let mut run = Run { no_preflight: true, ..against(&target.url, &["box"]) };
    run.words.extend(["redirect/registered".to_owned(), "code/unknown".to_owned()]);
    let judged = judge(run).await;
    assert_eq!(judged.rule("redirect/registered").verdict, Verdict::Pass, "{}", judged.summary());
}
