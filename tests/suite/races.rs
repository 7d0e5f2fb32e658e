//! A code that is redeemed many times at once: a server that takes one twice now and then, and one that has
//! enough of it after a few rounds.

use std::sync::Mutex;

use oauthspec::cli::Run;
use oauthspec::server::{Config, Dialect, Server};
use oauthspec::verdict::Verdict;
use oauthspec::wire::{Headers, Request, Response, form};

use crate::rig::{self, Judged, judge};

const OAUTH: &str = include_str!("../../fixtures/profiles/oauth.yaml");
const RULE: &str = "code/single-use-concurrent";

/// What was redeemed, in its order, and what it brought.
type Redeemed = Mutex<Vec<(String, Response)>>;

async fn judged(
    answer: impl Fn(&Server, &Redeemed, &Request) -> Response + Send + Sync + 'static,
) -> Judged {
    let server =
        Server::new(Config { control: true, ..Config::of(Dialect::find("oauth").unwrap()) });
    let redeemed = Redeemed::default();
    let target = rig::http(move |request| answer(&server, &redeemed, &request)).await;
    let folder = tempfile::tempdir().unwrap();
    let words = vec![rig::written(folder.path(), OAUTH), RULE.to_owned()];
    judge(Run { words, base_url: Some(target.url.clone()), seed: Some(7), ..Run::default() }).await
}

fn code(request: &Request) -> Option<String> {
    form::decode(&request.body).ok()?.first("code").map(str::to_owned)
}

fn slow_down() -> Response {
    Response { status: 429, headers: Headers::default(), body: Vec::new() }
}

/// Redeems a code as the server does, and keeps what it brought.
fn redeem(server: &Server, redeemed: &Redeemed, request: &Request) -> Response {
    let answer = server.handle(request);
    if let (Some(code), 200) = (code(request), answer.status) {
        redeemed.lock().unwrap().push((code, answer.clone()));
    }
    answer
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_that_works_twice_now_and_then_is_found() {
    // One code in nine brings its tokens to whoever comes.
    let judged = judged(|server, redeemed, request| {
        let known = redeemed.lock().unwrap().clone();
        let eighth = known.get(8).filter(|(known, _)| Some(known) == code(request).as_ref());
        eighth.map_or_else(|| redeem(server, redeemed, request), |(_, answer)| answer.clone())
    })
    .await;
    assert_eq!(judged.rule(RULE).verdict, Verdict::Fail, "{}", judged.summary());
}

#[tokio::test(flavor = "multi_thread")]
async fn rounds_that_do_not_come_about_take_nothing_from_those_before() {
    let judged = judged(|server, redeemed, request| {
        let enough = redeemed.lock().unwrap().len() > 9 && request.path() == "/authorize";
        if enough { slow_down() } else { redeem(server, redeemed, request) }
    })
    .await;
    assert_eq!(judged.rule(RULE).verdict, Verdict::Pass, "{}", judged.summary());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_rounds_have_to_come_about() {
    let judged = judged(|server, redeemed, request| {
        let enough = redeemed.lock().unwrap().len() > 2 && request.path() == "/authorize";
        if enough { slow_down() } else { redeem(server, redeemed, request) }
    })
    .await;
    assert_eq!(judged.rule(RULE).verdict, Verdict::Inconclusive, "{}", judged.summary());
}
