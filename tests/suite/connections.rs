//! Connections as real servers keep and close them.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use oauthspec::cli::Run;
use oauthspec::driver::HttpTransport;
use oauthspec::testbed::{Handler, Listener, TlsIdentity};
use oauthspec::verdict::{ExitCode, Problem};
use oauthspec::wire::{Origin, Request, Response, Scheme, Transport};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::rig::{self, against, judge};

#[tokio::test(flavor = "multi_thread")]
async fn a_kept_connection_that_turns_out_to_be_closed_is_replaced() {
    let connections = Arc::new(AtomicUsize::new(0));
    let seen = Arc::clone(&connections);
    // Every connection serves one request, and is closed when the next one has arrived on it.
    let target = rig::raw(move |mut stream| {
        seen.fetch_add(1, Ordering::SeqCst);
        async move {
            let mut request = [0; 4096];
            let _ = stream.read(&mut request).await;
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok").await;
            let _ = stream.read(&mut request).await;
        }
    })
    .await;
    let http = HttpTransport::new(Duration::from_secs(5), Vec::new()).unwrap();
    let url = url::Url::parse(&target.url).unwrap();
    let origin = Origin::of(&url).unwrap();
    for _ in 0..5 {
        let response = http.send(&Request::new("GET", origin.clone(), "/")).await.unwrap();
        assert_eq!(response.text(), "ok");
    }
    // The second request met the first one's connection; from then on each has its own.
    assert_eq!(connections.load(Ordering::SeqCst), 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_request_names_its_agent() {
    let nameless = Arc::new(AtomicUsize::new(0));
    let seen = Arc::clone(&nameless);
    let server = rig::bundled();
    let target = rig::http(move |request| {
        seen.fetch_add(usize::from(request.headers.get("user-agent").is_none()), Ordering::SeqCst);
        server.handle(&request)
    })
    .await;
    let mut run = against(&target.url, &["box"]);
    run.words.extend(["token/".to_owned(), "code/".to_owned(), "redirect/".to_owned()]);
    let judged = judge(run).await;
    assert_eq!(judged.code, ExitCode::Conformant, "{}", judged.summary());
    assert_eq!(nameless.load(Ordering::SeqCst), 0);
}

struct Nothing;

impl Handler for Nothing {
    fn answer<'a>(&'a self, _: &'a Request) -> futures::future::BoxFuture<'a, Response> {
        Box::pin(async { Response::new(404) })
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_whose_tls_fails_cannot_be_reached() {
    let identity = Arc::new(TlsIdentity::generate().unwrap());
    let address = ([127, 0, 0, 1], 0).into();
    let private = Listener::start(Arc::new(Nothing), address, Some(identity)).unwrap();
    let plain = Listener::start(Arc::new(Nothing), address, None).unwrap();
    let as_https = Origin { scheme: Scheme::Https, ..plain.origin().clone() };
    for (origin, says) in [(private.origin().clone(), "tls.ca"), (as_https, "does not speak TLS")] {
        let run: Run = against(&origin.to_string(), &["box"]);
        let judged = judge(run).await;
        assert_eq!(judged.code, ExitCode::Unreachable, "{}", judged.summary());
        let told = judged.record.problems.iter().map(Problem::text).collect::<String>();
        assert!(told.contains(says), "{told}");
    }
}
