//! Unit tests of `listen`: the only ones with sockets.

use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_rustls::TlsConnector;

use super::*;
use crate::server::testing::{config, get, post};
use crate::server::{Config, Server};

fn start(tls: Option<Arc<TlsIdentity>>) -> Listener {
    let server = Server::new(Config { tls_only: tls.is_some(), ..config() });
    Listener::start(Arc::new(server), ([127, 0, 0, 1], 0).into(), tls).unwrap()
}

/// Writes bytes and reads until the other side closes.
async fn talk(mut stream: impl AsyncRead + AsyncWrite + Unpin, bytes: &[u8]) -> String {
    stream.write_all(bytes).await.unwrap();
    let mut answer = Vec::new();
    // A reset is a way to close.
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn plain_http_is_served_until_the_listener_is_dropped() {
    let listener = start(None);
    let address = listener.local_addr();
    assert_eq!(listener.origin().to_string(), format!("http://{address}"));
    let connect = || async { TcpStream::connect(address).await };
    let home = talk(connect().await.unwrap(), &get("/").to_bytes()).await;
    assert!(home.starts_with("HTTP/1.1 200 OK\r\n"), "{home}");
    assert!(home.contains("\r\ndate: "), "{home}");
    let refused = talk(connect().await.unwrap(), &post("/oauth2/token", "x=%zz").to_bytes()).await;
    assert!(
        refused.starts_with("HTTP/1.1 400") && refused.contains("invalid_request"),
        "{refused}"
    );
    let large = post("/oauth2/token", &"x".repeat(MAX_BODY + 1));
    let answer = talk(connect().await.unwrap(), &large.to_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 413") || answer.is_empty(), "{answer}");
    drop(listener);
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    assert!(connect().await.is_err());
}

#[tokio::test]
async fn tls_is_served_and_plain_http_is_not() {
    let identity = Arc::new(TlsIdentity::generate().unwrap());
    assert!(identity.certificate_pem().starts_with("-----BEGIN CERTIFICATE-----"));
    let listener = start(Some(Arc::clone(&identity)));
    assert_eq!(listener.origin().scheme, Scheme::Https);
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from(identity.certificate_der().to_vec())).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let client = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    for name in ["localhost", "127.0.0.1"] {
        let stream = TcpStream::connect(listener.local_addr()).await.unwrap();
        let name = ServerName::try_from(name).unwrap();
        let connector = TlsConnector::from(Arc::new(client.clone()));
        let stream = connector.connect(name, stream).await.unwrap();
        let home = talk(stream, &get("/").to_bytes()).await;
        assert!(home.starts_with("HTTP/1.1 200 OK\r\n"), "{home}");
    }
    let plain = TcpStream::connect(listener.local_addr()).await.unwrap();
    let answer = talk(plain, &get("/").to_bytes()).await;
    assert!(!answer.contains("HTTP/"), "{answer}");
}
