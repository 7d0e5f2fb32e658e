//! Targets that answer with what no server should say. Each ends in time, no report obeys what it sends, no
//! request goes where it points to, and no rule about the endpoint passes that was answered by it.

mod bodies;
mod fields;
mod pages;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use oauthspec::cli::Run;
use oauthspec::verdict::{ExitCode, Verdict};
use oauthspec::wire::Response;

use crate::rig::{self, Judged, judge};

/// What would end a line, move a cursor, or be taken for a command of a CI service, where it came through.
pub(super) const HARM: &str = "\u{1b}[31m\u{1b}]0;owned\u{7}\r\n::error::owned\n##[error]owned\n\
    ##vso[task.setvariable variable=a]owned\n##teamcity[owned]\n\u{202e}";

/// An endpoint of the target, and the rule that is judged by its answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum At {
    Token,
    Authorize,
    Resource,
}

impl At {
    fn is_of(self, path: &str) -> bool {
        match self {
            Self::Token => path == "/oauth2/token",
            Self::Authorize => path == "/api/oauth2/authorize",
            Self::Resource => path.starts_with("/2.0/"),
        }
    }

    fn rule(self) -> &'static str {
        match self {
            Self::Token => "token/success",
            Self::Authorize => "authorize/get",
            Self::Resource => "identity/current-user",
        }
    }
}

/// An answer, as it is made for a host that nobody may be sent to.
pub(super) struct Attack {
    pub(super) name: &'static str,
    pub(super) at: &'static [At],
    pub(super) answer: fn(&str) -> Response,
}

pub(super) const fn attack(
    name: &'static str,
    at: &'static [At],
    answer: fn(&str) -> Response,
) -> Attack {
    Attack { name, at, answer }
}

/// An answer with these fields and this body.
pub(super) fn answer(status: u16, fields: &[(&str, &str)], body: impl Into<Vec<u8>>) -> Response {
    let mut response = Response::new(status);
    fields.iter().for_each(|(name, value)| response.headers.push(name, value.as_bytes()));
    response.body = body.into();
    response
}

const MOST: Duration = Duration::from_secs(30);

/// No control character but the line break, and no line that a CI service obeys.
fn obeyed(text: &str) -> Option<&str> {
    let odd = |c: char| c.is_control() && c != '\n' || ('\u{202a}'..='\u{202e}').contains(&c);
    let command = |line: &str| {
        let line = line.trim_start();
        ["::", "##[", "##vso[", "##teamcity["].iter().any(|start| line.starts_with(start))
    };
    text.lines().find(|line| line.chars().any(odd) || command(line))
}

async fn judged(at: At, attack: &'static Attack, elsewhere: &str) -> Judged {
    let server = rig::bundled();
    let host = elsewhere.to_owned();
    let target = rig::http(move |request| {
        if at.is_of(request.path()) { (attack.answer)(&host) } else { server.handle(&request) }
    })
    .await;
    let mut run = Run {
        no_preflight: true,
        timeout: Some(Duration::from_secs(2)),
        ..rig::against(&target.url, &["box"])
    };
    run.words.push(at.rule().to_owned());
    judge(run).await
}

async fn survives(table: &'static [Attack]) -> usize {
    let hits = Arc::new(AtomicUsize::new(0));
    let seen = Arc::clone(&hits);
    let elsewhere = rig::http(move |_| {
        seen.fetch_add(1, Ordering::SeqCst);
        Response::new(200)
    })
    .await;
    let mut wrong = Vec::new();
    let mut count = 0;
    for attack in table {
        for at in attack.at {
            count += 1;
            let judged = judged(*at, attack, &elsewhere.url).await;
            let name = format!("{} at {at:?}", attack.name);
            if judged.took > MOST {
                wrong.push(format!("{name}: {:?}", judged.took));
            }
            if !judged.ids(Verdict::Pass).is_empty() {
                wrong.push(format!("{name}: {}", judged.summary()));
            }
            let ends = [ExitCode::Conformant, ExitCode::Failed, ExitCode::Inconclusive];
            if !ends.contains(&judged.code) {
                wrong.push(format!("{name}: {:?} {}", judged.code, judged.summary()));
            }
            if let Some(line) = obeyed(&judged.console) {
                wrong.push(format!("{name}: {line:?}"));
            }
            if hits.swap(0, Ordering::SeqCst) > 0 {
                wrong.push(format!("{name}: a request went elsewhere"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    count
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_that_no_server_should_send_are_survived() {
    assert!(survives(bodies::ALL).await >= 50);
}

#[tokio::test(flavor = "multi_thread")]
async fn fields_that_no_server_should_send_are_survived() {
    assert!(survives(fields::ALL).await >= 40);
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_that_no_server_should_show_are_survived() {
    assert!(survives(pages::ALL).await >= 30);
}
