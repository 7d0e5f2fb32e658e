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
    let served = Arc::new(AtomicUsize::new(0));
    let cut = Arc::new(AtomicUsize::new(0));
    let (seen, met) = (Arc::clone(&served), Arc::clone(&cut));
    // Every connection serves one request, and is closed when the next one has arrived on it.
    let target = rig::raw(move |mut stream| {
        let (seen, met) = (Arc::clone(&seen), Arc::clone(&met));
        async move {
            let mut request = [0; 4096];
            // A connection that the client opened to have one at hand carries nothing.
            if stream.read(&mut request).await.is_ok_and(|length| length > 0) {
                seen.fetch_add(1, Ordering::SeqCst);
                let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
                let _ = stream.write_all(answer).await;
                let again = stream.read(&mut request).await.is_ok_and(|length| length > 0);
                met.fetch_add(usize::from(again), Ordering::SeqCst);
            }
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
    // One request met a kept connection and was sent once more; from then on each has its own.
    assert_eq!(served.load(Ordering::SeqCst), 5);
    assert_eq!(cut.load(Ordering::SeqCst), 1);
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
