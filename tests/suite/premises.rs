//! What a scenario takes for granted, and what the profile got wrong, is no breach of a rule.

use std::sync::Arc;

use oauthspec::harness::switches;
use oauthspec::server::{Config, Dialect, Server};
use oauthspec::testbed::{MovableClock, Switches};
use oauthspec::verdict::Verdict;
use oauthspec::wire::Response;

use crate::rig::{self, Judged, against, judge, written};

/// The profile of the bundled server as RFC 6749 has it.
const OAUTH: &str = include_str!("../../fixtures/profiles/oauth.yaml");

/// That server, with these switches.
async fn oauth(switches: Switches) -> rig::Target {
    let server = Server::new(Config {
        clock: Arc::new(MovableClock::default()),
        control: true,
        switches,
        ..Config::of(Dialect::find("oauth").unwrap())
    });
    rig::http(move |request| server.handle(&request)).await
}

/// The bundled server by a profile with these other values, judged by `box`.
async fn judged_by(changes: &[(&str, &str)], words: &[&str], server: Server) -> Judged {
    let folder = tempfile::tempdir().unwrap();
    let text = rig::reference_with(changes);
    let target = rig::http(move |request| server.handle(&request)).await;
    let mut run = against(&target.url, &["box"]);
    run.words = vec![written(folder.path(), &text)];
    run.words.extend(words.iter().map(|word| (*word).to_owned()));
    judge(run).await
}

/// Things and operations that are not there: whoever relies on them has no control.
#[tokio::test(flavor = "multi_thread")]
async fn what_the_profile_names_wrongly_is_no_breach_of_the_server() {
    let wrong: &[&[(&str, &str)]] = &[
        &[("things.own_folder", "'9201'"), ("things.own_file", "'9202'")],
        &[("things.foreign_folder", "'9220'"), ("things.group", "'9401'")],
        &[
            ("operations.rename_folder.url", "'/2.0/dossiers/{item}'"),
            ("operations.create_group.url", "/2.0/groupings"),
            ("operations.list_users.url", "/2.0/people"),
        ],
    ];
    let words = ["permission/", "scope/", "downscope/", "as-user/"];
    for changes in wrong {
        let judged = judged_by(changes, &words, rig::bundled()).await;
        assert!(judged.ids(Verdict::Fail).is_empty(), "{changes:?}\n{}", judged.summary());
        assert!(!judged.ids(Verdict::Inconclusive).is_empty(), "{changes:?}");
        assert!(!judged.ids(Verdict::Pass).is_empty(), "{changes:?}");
    }
}

/// Server applications of one grant alone, whichever.
#[tokio::test(flavor = "multi_thread")]
async fn server_applications_are_asked_by_the_grants_that_they_have() {
    const CLIENTS: [&str; 3] = ["server-client", "app-only-client", "no-user-tokens-client"];
    const JWT: &str = "\"urn:ietf:params:oauth:grant-type:jwt-bearer\"";
    let words =
        ["server-auth/", "application-access/", "as-user/", "authorization/", "enterprise/"];
    for (lacking, kept) in [("client_credentials", "JwtBearer"), (JWT, "ClientCredentials")] {
        let server = rig::bundled();
        server.change_world(|world| {
            for id in CLIENTS {
                let app = world.application_mut(id).unwrap();
                app.grants.retain(|grant| format!("{grant:?}") == kept);
            }
        });
        let keys =
            CLIENTS.map(|id| format!("clients.{}.lacks_grant", id.trim_end_matches("-client")));
        let changes = keys.each_ref().map(|key| (key.as_str(), lacking));
        let judged = judged_by(&changes, &words, server).await;
        for verdict in [Verdict::Fail, Verdict::Inconclusive, Verdict::Error] {
            assert!(judged.ids(verdict).is_empty(), "{lacking}\n{}", judged.summary());
        }
        let app_only = judged.rule("application-access/app-only");
        assert_eq!(app_only.verdict, Verdict::Pass, "{lacking}\n{}", judged.summary());
    }
}

/// The hook that moves the clock is answered, and nothing is moved.
#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_stands_still_says_nothing_of_lifetimes() {
    let words = ["access-token/lifetime", "code/lifetime", "bearer/expired", "bearer/invalid"];
    for dated in [true, false] {
        let server = rig::bundled();
        let target = rig::http(move |request| {
            if request.path() == "/control/clock" {
                return Response::new(204);
            }
            let mut response = server.handle(&request);
            if !dated {
                response.headers.remove("Date");
            }
            response
        })
        .await;
        let mut run = against(&target.url, &["box"]);
        run.words.extend(words.iter().map(|word| (*word).to_owned()));
        let judged = judge(run).await;
        assert!(judged.ids(Verdict::Fail).is_empty(), "{}", judged.summary());
        for id in &words[..3] {
            assert_eq!(
                judged.rule(id).verdict,
                Verdict::Inconclusive,
                "{id}\n{}",
                judged.summary()
            );
        }
        assert_eq!(judged.rule("bearer/invalid").verdict, Verdict::Pass, "{}", judged.summary());
    }
}

/// The answers keep the real date, as behind a server in front: a code shows that time passes.
#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_moves_without_the_date_is_believed() {
    let server = Server::new(Config {
        clock: Arc::new(MovableClock::default()),
        control: true,
        ..Config::default()
    });
    let target = rig::http(move |request| {
        let mut response = server.handle(&request);
        response.headers.remove("Date");
        response
    })
    .await;
    let mut run = against(&target.url, &["box"]);
    run.words.push("access-token/lifetime".to_owned());
    let judged = judge(run).await;
    assert_eq!(judged.rule("access-token/lifetime").verdict, Verdict::Pass, "{}", judged.summary());
}

/// A resource is no part of an authorization server: that a profile names none is no failing of the server.
#[tokio::test(flavor = "multi_thread")]
async fn a_resource_that_no_profile_names_is_none_that_fails() {
    for documents in [&["rfc6749", "oauth2.1"][..], &["rfc6749", "rfc6750"]] {
        let folder = tempfile::tempdir().unwrap();
        let target = oauth(Switches::default()).await;
        let mut run = against(&target.url, documents);
        let text = rig::yaml_with(OAUTH, &[("resource", "")]);
        run.words = vec![written(folder.path(), &text), "bearer".to_owned()];
        let judged = judge(run).await;
        assert_eq!(judged.ids(Verdict::Fail), [""; 0], "{}", judged.summary());
        let rest = judged.ids(Verdict::NotApplicable);
        assert!(rest.contains(&"bearer/invalid"), "{rest:?}");
        assert!(rest.contains(&"bearer/header"), "{rest:?}");
    }
}

/// What a server does not read it ignores: wrong credentials there prove nothing.
#[tokio::test(flavor = "multi_thread")]
async fn wrong_credentials_count_where_the_server_reads_credentials() {
    let cases = [
        (&["body-before-header"][..], Verdict::Fail),
        (&["body-before-header", "basic-not-supported"], Verdict::NotApplicable),
    ];
    for (faults, verdict) in cases {
        let faults: Vec<_> =
            faults.iter().map(|name| switches::find_fault(name).unwrap()).collect();
        let target = oauth(Switches { faults: faults.clone(), ..Switches::default() }).await;
        let mut run = against(&target.url, &["rfc6749"]);
        let folder = tempfile::tempdir().unwrap();
        let either = [("clients.sacrificial.authentication", "[body, basic]")];
        let text = rig::yaml_with(OAUTH, &either);
        run.words =
            vec![written(folder.path(), &text), "token/every-credential-checked".to_owned()];
        let judged = judge(run).await;
        let scenarios = &judged.rule("token/every-credential-checked").scenarios;
        let found = scenarios.iter().filter(|it| it.name.ends_with("wrong secret in the header"));
        let found: Vec<Verdict> = found.map(|it| it.verdict).collect();
        assert_eq!(found, [verdict; 2], "{faults:?}\n{}", judged.summary());
    }
}

/// Whoever is registered for the body alone need not be let in by HTTP Basic; whoever is registered for
/// both, or another client that is, shows it.
#[tokio::test(flavor = "multi_thread")]
async fn http_basic_is_asked_of_a_client_that_may_use_it() {
    let general = ("client_authentication", "body");
    let own = ["clients.other.authentication", "clients.sacrificial.authentication"];
    let own = own.map(|key| (key, "body"));
    let cases = [
        ([&[general], &own[..]].concat(), Verdict::NotApplicable, ""),
        (vec![], Verdict::Pass, "default-"),
        (vec![general], Verdict::Pass, "other-"),
    ];
    for (changes, verdict, id) in cases {
        let folder = tempfile::tempdir().unwrap();
        let text = rig::yaml_with(OAUTH, &changes);
        let target = oauth(Switches::default()).await;
        let mut run = against(&target.url, &["rfc6749"]);
        let word = "token/basic-authentication".to_owned();
        run.words = vec![written(folder.path(), &text), word.clone()];
        let judged = judge(run).await;
        assert_eq!(judged.rule(&word).verdict, verdict, "{changes:?}\n{}", judged.summary());
        let sent = judged.rule(&word).scenarios.iter().flat_map(|scenario| &scenario.exchanges);
        let by_basic = sent.filter_map(|it| it.request.headers.get("authorization"));
        let named =
            by_basic.filter_map(oauthspec::wire::basic::decode).all(|it| it.id.starts_with(id));
        assert!(named, "{id}");
    }
}

/// Who may introspect is not said: where the client was told of its token, what it is refused shows a breach.
#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_was_told_of_its_token_may_introspect() {
    const HINT: &str = "introspection/wrong-hint";
    for (name, verdict) in [("introspect-obeys-hint", Verdict::Fail), ("", Verdict::Pass)] {
        let folder = tempfile::tempdir().unwrap();
        let text = OAUTH;
        let text = rig::yaml_with(text, &[("introspection_client", "")]);
        let fault = oauthspec::server::faults::find(name);
        let switches = fault.map(Switches::fault).unwrap_or_default();
        let dialect = Dialect::find("oauth").unwrap();
        let server = Server::new(Config { switches, control: true, ..Config::of(dialect) });
        let target = rig::http(move |request| server.handle(&request)).await;
        let mut run = against(&target.url, &["rfc7662"]);
        run.words = vec![written(folder.path(), &text), HINT.to_owned()];
        let judged = judge(run).await;
        assert_eq!(judged.rule(HINT).verdict, verdict, "{name}\n{}", judged.summary());
    }
}

/// Whether a request has to name its redirect URI is the matter of one rule. The others have nothing to
/// judge where it has to, even where the page that says so has status 200.
#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_status_200_refuses_where_the_unchanged_request_is_granted() {
    let faults = vec![switches::find_fault("redirect-uri-required").unwrap()];
    let variants = vec![switches::find_variant("error-page-200").unwrap()];
    let target = oauth(Switches { faults, variants, ..Switches::default() }).await;
    let mut run = against(&target.url, &["rfc6749"]);
    let folder = tempfile::tempdir().unwrap();
    let words = ["authorize/redirect-uri-optional", "authorize/state-on-grant", "authorize/empty"];
    run.words = vec![written(folder.path(), OAUTH)];
    run.words.extend(words.map(str::to_owned));
    let judged = judge(run).await;
    assert_eq!(judged.ids(Verdict::Fail), words[..1], "{}", judged.summary());
    assert_eq!(judged.ids(Verdict::Inconclusive), [""; 0], "{}", judged.summary());
    for rule in ["authorize/state-on-grant", "authorize/empty-is-absent"] {
        let passed = judged.rule(rule).scenarios.iter().any(|it| it.verdict == Verdict::Pass);
        assert!(passed, "{rule}");
    }
}
