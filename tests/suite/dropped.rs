//! What a run over sockets makes of a server that closes connections instead of an answer, and of one whose
//! answers to a client with a query nobody can read.

use oauthspec::cli::Run;
use oauthspec::server::{Config, Dialect, Server, faults};
use oauthspec::testbed::Switches;
use oauthspec::testbed::listen::Listener;
use oauthspec::verdict::{Role, Verdict};
use oauthspec::wire::TransportError;

use crate::rig::{self, Judged, judge};

const OAUTH: &str = include_str!("../../fixtures/profiles/oauth.yaml");

async fn judged(switches: Switches, words: &[&str]) -> Judged {
    let dialect = Dialect::find("oauth").unwrap();
    let server = Server::new(Config { switches, control: true, ..Config::of(dialect) });
    let listener =
        Listener::start(std::sync::Arc::new(server), ([127, 0, 0, 1], 0).into(), None).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = rig::written(folder.path(), OAUTH);
    let words = std::iter::once(file).chain(words.iter().map(|&word| word.to_owned())).collect();
    let base_url = Some(listener.origin().to_string());
    judge(Run { words, base_url, seed: Some(7), ..Run::default() }).await
}

fn fault(name: &str) -> Switches {
    Switches::fault(faults::find(name).unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_is_closed_again_is_a_breach_and_its_request_is_shown() {
    let judged = judged(fault("code-unknown-closes"), &["code/unknown", "code/single-use"]).await;
    assert_eq!(judged.ids(Verdict::Fail), ["code/unknown"], "{}", judged.summary());
    for scenario in &judged.rule("code/unknown").scenarios {
        assert_eq!(scenario.verdict, Verdict::Fail, "{}", scenario.name);
        let shown = scenario.exchanges.iter().rfind(|it| it.role == Role::Judged);
        let response = shown.map(|it| it.response.clone());
        assert_eq!(response, Some(Err(TransportError::Dropped)), "{}", scenario.name);
    }
}

/// The client of that role gets no code there; that is the server's doing, and not the profile's.
#[tokio::test(flavor = "multi_thread")]
async fn a_second_question_mark_is_judged_though_nobody_gets_a_code_behind_it() {
    let judged = judged(fault("redirect-second-question-mark"), &["redirect/query-kept"]).await;
    assert_eq!(judged.ids(Verdict::Fail), ["redirect/query-kept"], "{}", judged.summary());
}
