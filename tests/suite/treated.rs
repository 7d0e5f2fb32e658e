//! Servers that bear little at once, and what a run makes of them: it measures, and chooses.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures::FutureExt;
use futures::future::BoxFuture;
use oauthspec::cli::Run;
use oauthspec::harness::switches::find_variant;
use oauthspec::server::{Config, Server};
use oauthspec::testbed::Switches;
use oauthspec::verdict::{Conduct, ExitCode};
use oauthspec::wire::{Origin, Request, Response, Scheme};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::Semaphore;

use crate::rig::{self, Judged, Target, against, judge, written};

/// A run by the reference profile without its limits.
async fn judged(target: &Target, rules: &[&str]) -> (Judged, Conduct) {
    judged_at_once(target, rules, None).await
}

/// The same, with so many scenarios at once.
async fn judged_at_once(target: &Target, rules: &[&str], places: Option<u16>) -> (Judged, Conduct) {
    let folder = tempfile::tempdir().unwrap();
    let profile = written(folder.path(), &rig::reference_with(&[("limits", "{}")]));
    let words = [vec![profile], rules.iter().map(|it| (*it).to_owned()).collect()];
    let run = against(&target.url, &["box"]);
    let judged = judge(Run { words: words.concat(), concurrency: places, ..run }).await;
    let conduct = judged.record.conduct.clone().unwrap();
    (judged, conduct)
}

/// A server at which every request takes its time.
async fn paced(
    pace: impl Fn(&Request) -> BoxFuture<'static, ()> + Send + Sync + 'static,
) -> Target {
    let server = rig::bundled();
    rig::http_after(pace, move |request| server.handle(&request)).await
}

fn is_login(request: &Request) -> bool {
    request.method == "POST" && String::from_utf8_lossy(&request.body).contains("password=")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_password_hash_is_paid_for_a_few_times_only() {
    let cpu = Arc::new(Semaphore::new(1));
    let target = paced(move |request| {
        let (cpu, slow) = (Arc::clone(&cpu), is_login(request));
        async move {
            if slow {
                let _busy = cpu.acquire().await;
                tokio::time::sleep(Duration::from_millis(300)).await;
            }
        }
        .boxed()
    })
    .await;
    let (judged, conduct) = judged(&target, &["code/", "refresh/"]).await;
    assert_eq!(judged.code, ExitCode::Conformant, "{}", judged.summary());
    assert!(conduct.concurrency < 8, "{conduct:?}");
    assert!(conduct.logins * 12 < conduct.requests, "{conduct:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_workers_are_enough() {
    let workers = Arc::new(Semaphore::new(2));
    let target = paced(move |_| {
        let workers = Arc::clone(&workers);
        async move {
            let _busy = workers.acquire().await;
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        .boxed()
    })
    .await;
    let (judged, _) = judged(&target, &["code/", "refresh/"]).await;
    assert_eq!(judged.code, ExitCode::Conformant, "{}", judged.summary());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_gets_slow_under_load_is_spared() {
    let flying = Arc::new(AtomicUsize::new(0));
    let target = paced(move |_| {
        let flying = Arc::clone(&flying);
        async move {
            let others = flying.fetch_add(1, Ordering::SeqCst);
            let pause = if others >= 2 { 1000 } else { 1 };
            tokio::time::sleep(Duration::from_millis(pause)).await;
            flying.fetch_sub(1, Ordering::SeqCst);
        }
        .boxed()
    })
    .await;
    let (judged, _) = judged(&target, &["code/", "refresh/"]).await;
    assert_eq!(judged.code, ExitCode::Conformant, "{}", judged.summary());
}

#[tokio::test(flavor = "multi_thread")]
async fn scenarios_run_apart_where_a_new_grant_ends_the_one_before() {
    let switches = Switches::variant(find_variant("new-grant-ends-older").unwrap());
    let server = Server::new(Config { switches, ..rig::config() });
    let target = rig::http(move |request| server.handle(&request)).await;
    let rules = ["code/", "bearer/", "revoke/"];
    let (judged, conduct) = judged_at_once(&target, &rules, Some(4)).await;
    assert_ne!(judged.code, ExitCode::Failed, "{}", judged.summary());
    let why = "a new grant of a user and client ends the one before";
    assert_eq!(conduct.apart.as_deref(), Some(why), "{conduct:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn scenarios_run_apart_where_nobody_knows_a_resource_to_see_it_by() {
    for variant in ["new-grant-ends-older", "new-code-ends-older"] {
        let switches = Switches::variant(find_variant(variant).unwrap());
        let server = Server::new(Config { switches, ..rig::config() });
        let target = rig::http(move |request| server.handle(&request)).await;
        // Nothing of this needs a resource.
        let (_, conduct) =
            judged_at_once(&target, &["pkce/s256", "token/unknown-parameters"], Some(4)).await;
        assert!(conduct.apart.is_some(), "{variant}: {conduct:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn scenarios_run_together_where_no_refresh_token_works_at_all() {
    let server = rig::bundled();
    let target = rig::http(move |request| {
        let body = String::from_utf8_lossy(&request.body).into_owned();
        if body.contains("grant_type=refresh_token") {
            let mut refused = Response::new(400);
            refused.headers.push("Content-Type", "application/json");
            refused.body = br#"{"error":"invalid_grant"}"#.to_vec();
            return refused;
        }
        server.handle(&request)
    })
    .await;
    let (_, conduct) = judged_at_once(&target, &["code/"], Some(4)).await;
    assert_eq!(conduct.apart, None, "{conduct:?}");
}

/// The next request on a connection.
async fn next_request(stream: &mut TcpStream, port: u16) -> Option<Request> {
    let mut bytes = Vec::new();
    loop {
        let head = bytes.windows(4).position(|window| window == b"\r\n\r\n");
        if let Some(end) = head {
            let text = String::from_utf8_lossy(&bytes[..end]).into_owned();
            let mut lines = text.split("\r\n");
            let mut first = lines.next()?.split(' ');
            let (method, target) = (first.next()?, first.next()?);
            let origin = Origin { scheme: Scheme::Http, host: "127.0.0.1".to_owned(), port };
            let mut request = Request::new(method, origin, target);
            for (name, value) in lines.filter_map(|line| line.split_once(": ")) {
                request.headers.push(name, value);
            }
            let length = request.headers.text("content-length");
            let length: usize = length.and_then(|text| text.parse().ok()).unwrap_or_default();
            if bytes.len() >= end + 4 + length {
                request.body = bytes[end + 4..end + 4 + length].to_vec();
                return Some(request);
            }
        }
        let mut more = [0; 4096];
        let count = stream.read(&mut more).await.ok().filter(|count| *count > 0)?;
        bytes.extend_from_slice(&more[..count]);
    }
}

fn on_the_wire(response: &Response) -> Vec<u8> {
    let mut out = format!("HTTP/1.1 {} OK\r\n", response.status).into_bytes();
    for (name, value) in response.headers.iter() {
        out.extend([name.as_bytes(), b": ", value, b"\r\n"].concat());
    }
    out.extend(format!("Content-Length: {}\r\n\r\n", response.body.len()).into_bytes());
    out.extend(&response.body);
    out
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_that_close_without_a_word_disturb_nothing() {
    let server = Arc::new(rig::bundled());
    let target = rig::raw(move |mut stream| {
        let server = Arc::clone(&server);
        async move {
            let port = stream.local_addr().map_or(0, |address| address.port());
            let Some(request) = next_request(&mut stream, port).await else { return };
            let _ = stream.write_all(&on_the_wire(&server.handle(&request))).await;
            let _ = stream.shutdown().await;
        }
    })
    .await;
    let (judged, _) = judged(&target, &["code/", "refresh/"]).await;
    assert_eq!(judged.code, ExitCode::Conformant, "{}", judged.summary());
}
