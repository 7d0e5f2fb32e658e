//! Connections go to the addresses that were checked.

use std::net::IpAddr;
use std::sync::atomic::AtomicUsize;

use super::*;

/// A transport for which `name` stands for the first of these addresses, then for the second, and so
/// on; and how often it was looked up.
fn turning(name: &'static str, addresses: &[&str]) -> (HttpTransport, Arc<AtomicUsize>) {
    let turns: Vec<IpAddr> = addresses.iter().map(|it| it.parse().unwrap()).collect();
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let addresses = Addresses::by(&["inner.example".to_owned()], move |host| {
        assert_eq!(host, name);
        let turn = count.fetch_add(1, Ordering::SeqCst).min(turns.len() - 1);
        let found = Ok(vec![turns[turn]]);
        async move { found }.boxed()
    });
    (HttpTransport::to(addresses, Duration::from_secs(5), Vec::new()).unwrap(), asked)
}

/// Answers requests on the loopback interface, each on a connection of its own.
async fn server() -> u16 {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let _ = stream.read(&mut [0; 4096]).await;
            let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok";
            let _ = stream.write_all(answer).await;
        }
    });
    port
}

fn get(host: &str, port: u16, delivery: Delivery) -> Request {
    let origin = Origin { scheme: crate::wire::Scheme::Http, host: host.to_owned(), port };
    Request { delivery, ..Request::new("GET", origin, "/") }
}

/// 192.0.2.1 is reserved for documentation: a connection there would end in a time-out.
#[tokio::test]
async fn a_private_name_that_becomes_public_leads_nowhere() {
    let port = server().await;
    for delivery in [Delivery::Library, Delivery::Literal] {
        let (http, asked) = turning("inner.example", &["127.0.0.1", "192.0.2.1"]);
        let first = http.send(&get("inner.example", port, delivery)).await.unwrap();
        assert_eq!((first.status, asked.load(Ordering::SeqCst)), (200, 1), "{delivery:?}");
        let second = http.send(&get("inner.example", port, delivery)).await.unwrap_err();
        let TransportError::Unreachable(why) = second else { panic!("{delivery:?}: {second}") };
        assert!(why.contains("inner.example stands for 192.0.2.1"), "{delivery:?}: {why}");
        // One look-up a connection: the addresses that were checked are those connected to.
        assert_eq!(asked.load(Ordering::SeqCst), 2, "{delivery:?}");
    }
}

#[tokio::test]
async fn localhost_is_this_machine() {
    let port = server().await;
    for delivery in [Delivery::Library, Delivery::Literal] {
        let (http, _) = turning("localhost", &["192.0.2.1", "127.0.0.1"]);
        let first = http.send(&get("localhost", port, delivery)).await.unwrap_err();
        let TransportError::Unreachable(why) = first else { panic!("{delivery:?}: {first}") };
        assert!(why.contains("localhost stands for no address"), "{delivery:?}: {why}");
        assert!(http.send(&get("localhost", port, delivery)).await.is_ok(), "{delivery:?}");
    }
}

/// Reads requests on the loopback interface and closes their connections, after the first bytes of a response
/// where there are some.
async fn closing(answer: &'static [u8]) -> u16 {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let _ = stream.read(&mut [0; 16_384]).await;
            let _ = stream.write_all(answer).await;
        }
    });
    port
}

#[tokio::test]
async fn a_connection_is_closed_instead_of_an_answer() {
    let port = closing(b"").await;
    let cut = closing(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab").await;
    for delivery in [Delivery::Library, Delivery::Literal] {
        let (http, _) = turning("inner.example", &["127.0.0.1"]);
        let ordinary = get("inner.example", port, delivery);
        assert_eq!(http.send(&ordinary).await, Err(TransportError::Dropped), "{delivery:?}");
        let odd = Request { method: "OAUTHSPEC".to_owned(), ..ordinary.clone() };
        let large = Request { target: format!("/?{}", "x".repeat(9000)), ..ordinary.clone() };
        let broken = Request { target: "/?x=%zz".to_owned(), ..ordinary };
        for request in [odd, large, broken, get("inner.example", cut, delivery)] {
            let sent = http.send(&request).await;
            assert!(matches!(sent, Err(TransportError::Closed(_))), "{delivery:?}: {sent:?}");
        }
    }
}
