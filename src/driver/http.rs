//! The transport of every ordinary run: HTTP over sockets.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use futures::future::{BoxFuture, FutureExt, join_all};
use reqwest::header::{ACCEPT_ENCODING, HeaderMap, HeaderValue};
use rustls::pki_types::CertificateDer;
use rustls_platform_verifier::Verifier;

use super::addresses::Addresses;
use super::bearable::{MAX_RESPONSE, bearable};
use super::proxy::Proxies;
use super::raw;
use crate::wire::transport::Sent;
use crate::wire::{Delivery, Headers, Origin, Request, Response, Transport, TransportError};

/// How long held requests rest before they are released: until the target has taken up their connections.
const SETTLED: Duration = Duration::from_millis(30);

/// Sends over sockets: through reqwest, or byte for byte where the request asks for it.
///
/// One of these serves a whole run: making a client reads the system's certificates, which is slow.
/// It keeps no cookies and follows no redirects. Through a proxy of the environment everything goes byte
/// for byte.
#[derive(Debug)]
pub struct HttpTransport {
    client: reqwest::Client,
    /// Uses no connection twice: for a target that closes them without saying so.
    fresh: reqwest::Client,
    /// Whether there may be a kept connection.
    kept: AtomicBool,
    /// Whether a kept connection turned out to be closed.
    unannounced: AtomicBool,
    /// Whether each request has to have a connection of its own.
    single: AtomicBool,
    dialer: raw::Dialer,
    /// In milliseconds.
    timeout: AtomicU64,
}

/// Why a transport could not be made.
#[derive(Debug, thiserror::Error)]
#[error("cannot create the HTTP client: {0}")]
pub struct SetupError(String);

impl HttpTransport {
    /// A transport that gives each request `timeout`, and that trusts the system's certificate
    /// authorities and `roots`.
    ///
    /// # Errors
    /// Where TLS cannot be set up on this machine.
    pub fn new(timeout: Duration, roots: Vec<CertificateDer<'static>>) -> Result<Self, SetupError> {
        Self::with_private(timeout, roots, &[])
    }

    /// The same, where these hosts are spoken to over plain HTTP: a connection to one of them comes about
    /// only while it stands for addresses of a private network alone.
    ///
    /// # Errors
    /// Where TLS cannot be set up on this machine.
    pub fn with_private(
        timeout: Duration,
        roots: Vec<CertificateDer<'static>>,
        private: &[String],
    ) -> Result<Self, SetupError> {
        Self::to(Addresses::of_system(private), timeout, roots)
    }

    fn to(
        addresses: Addresses,
        timeout: Duration,
        roots: Vec<CertificateDer<'static>>,
    ) -> Result<Self, SetupError> {
        let tls = tls_config(roots)?;
        let plain = [(ACCEPT_ENCODING, HeaderValue::from_static(raw::UNCODED))];
        let plain: HeaderMap = plain.into_iter().collect();
        let builder = || {
            reqwest::Client::builder()
                .tls_backend_preconfigured(tls.clone())
                .redirect(reqwest::redirect::Policy::none())
                .no_proxy()
                .dns_resolver(Arc::new(addresses.clone()))
                .referer(false)
                .user_agent(raw::USER_AGENT)
                .default_headers(plain.clone())
        };
        let fail = |error: reqwest::Error| SetupError(error.to_string());
        let client = builder().build().map_err(fail)?;
        let fresh = builder().pool_max_idle_per_host(0).build().map_err(fail)?;
        let [kept, unannounced, single] = [false; 3].map(AtomicBool::new);
        let proxies = Proxies::of_environment();
        let dialer = raw::Dialer { tls: Arc::new(tls), proxies, addresses };
        let limit = AtomicU64::new(0);
        let made = Self { client, fresh, kept, unannounced, single, dialer, timeout: limit };
        made.set_timeout(timeout);
        Ok(made)
    }

    fn timeout(&self) -> Duration {
        Duration::from_millis(self.timeout.load(Ordering::Relaxed))
    }

    /// Whether a connection can be opened, TLS included.
    ///
    /// # Errors
    /// Why not.
    pub async fn reach(&self, origin: &Origin) -> Result<(), String> {
        match self.in_time(raw::connect(origin, &self.dialer)).await {
            Ok(_) => Ok(()),
            Err(
                TransportError::Unreachable(why)
                | TransportError::Closed(why)
                | TransportError::BadCertificate(why),
            ) => Err(why),
            Err(other) => Err(other.to_string()),
        }
    }

    /// Sends a request, once more on a connection of its own where a kept one turned out to be closed.
    async fn library(&self, request: &Request, url: url::Url) -> Sent {
        if self.unannounced.load(Ordering::Relaxed) || self.single.load(Ordering::Relaxed) {
            return self.through(&self.fresh, request, url).await;
        }
        let kept = self.kept.load(Ordering::Relaxed);
        let sent = self.through(&self.client, request, url.clone()).await;
        self.kept.fetch_or(sent.is_ok(), Ordering::Relaxed);
        let closed = matches!(sent, Err(TransportError::Closed(_) | TransportError::Dropped));
        if !(kept && closed) {
            return sent;
        }
        let again = self.through(&self.fresh, request, url).await;
        self.unannounced.fetch_or(again.is_ok(), Ordering::Relaxed);
        again
    }

    async fn through(&self, client: &reqwest::Client, request: &Request, url: url::Url) -> Sent {
        let method = reqwest::Method::from_bytes(request.method.as_bytes())
            .map_err(|error| TransportError::Unsendable(error.to_string()))?;
        let mut builder =
            client.request(method, url).timeout(self.timeout()).body(request.body.clone());
        for (name, value) in request.headers.iter() {
            builder = builder.header(name, value);
        }
        let response = builder.send().await.map_err(|error| self.failure(&error))?;
        self.read(response).await
    }

    async fn read(&self, mut response: reqwest::Response) -> Sent {
        let mut headers = Headers::default();
        for (name, value) in response.headers() {
            headers.push(name.as_str(), value.as_bytes());
        }
        let status = response.status().as_u16();
        if response.content_length().is_some_and(|length| length > MAX_RESPONSE as u64) {
            return Err(TransportError::TooLarge(MAX_RESPONSE));
        }
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| self.failure(&error))? {
            body.extend_from_slice(&chunk);
            if body.len() > MAX_RESPONSE {
                return Err(TransportError::TooLarge(MAX_RESPONSE));
            }
        }
        bearable(Response { status, headers, body })
    }

    fn failure(&self, error: &reqwest::Error) -> TransportError {
        let text = innermost(error);
        if error.is_timeout() {
            TransportError::TimedOut(self.timeout())
        } else if error.is_connect() && refused(error) {
            TransportError::Unreachable(text)
        } else if error.is_builder() {
            TransportError::Unsendable(text)
        } else if about_certificate(error) {
            TransportError::BadCertificate(text)
        } else if error.is_request() && !error.is_connect() && unanswered(error) {
            TransportError::Dropped
        } else {
            TransportError::Closed(text)
        }
    }

    /// Whether the HTTP library sends a request as it stands, on a connection that it opens itself.
    fn library_can(&self, request: &Request) -> bool {
        !self.dialer.proxies.are_for(&request.origin)
            && request.headers.iter().all(|(name, value)| {
                reqwest::header::HeaderName::from_bytes(name.as_bytes()).is_ok()
                    && HeaderValue::from_bytes(value).is_ok()
            })
    }

    async fn literal(&self, request: &Request) -> Sent {
        let exchange = async { raw::release(raw::hold(request, &self.dialer).await?).await };
        self.in_time(exchange).await
    }

    async fn in_time<T>(
        &self,
        work: impl Future<Output = Result<T, TransportError>>,
    ) -> Result<T, TransportError> {
        let timeout = self.timeout();
        tokio::time::timeout(timeout, work).await.unwrap_or(Err(TransportError::TimedOut(timeout)))
    }
}

impl Transport for HttpTransport {
    fn send<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Sent> {
        let text = request.url();
        // What the URL library would write differently goes out byte for byte.
        let url = url::Url::parse(&text).ok().filter(|url| url.as_str() == text);
        async move {
            let sent = match url {
                Some(url) if request.delivery == Delivery::Library && self.library_can(request) => {
                    self.library(request, url).await
                }
                _ => self.literal(request).await,
            };
            sent.map_err(|error| error.of(request))
        }
        .boxed()
    }

    fn race<'a>(&'a self, requests: &'a [Request]) -> BoxFuture<'a, Vec<Sent>> {
        async move {
            let held =
                requests.iter().map(|request| self.in_time(raw::hold(request, &self.dialer)));
            let held = join_all(held).await;
            tokio::time::sleep(SETTLED).await;
            let released = held.into_iter().map(|held| async {
                let sent = match held {
                    Ok(held) => self.in_time(raw::release(held)).await,
                    Err(error) => Err(error),
                };
                // A server need not bear so many connections at once.
                sent.map_err(TransportError::where_it_may_close)
            });
            join_all(released).await
        }
        .boxed()
    }

    fn keep_connections(&self, keep: bool) {
        self.single.store(!keep, Ordering::Relaxed);
    }

    fn set_timeout(&self, timeout: Duration) {
        let milliseconds = u64::try_from(timeout.as_millis()).unwrap_or(u64::MAX);
        self.timeout.store(milliseconds, Ordering::Relaxed);
    }
}

fn innermost(error: &dyn std::error::Error) -> String {
    let mut current = error;
    while let Some(source) = current.source() {
        current = source;
    }
    current.to_string()
}

/// Whether no TCP connection came about, as against one that was closed during the handshake.
fn refused(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut current = Some(error);
    while let Some(error) = current {
        if let Some(io) = error.downcast_ref::<std::io::Error>() {
            return matches!(
                io.kind(),
                std::io::ErrorKind::ConnectionRefused
                    | std::io::ErrorKind::HostUnreachable
                    | std::io::ErrorKind::NetworkUnreachable
                    | std::io::ErrorKind::AddrNotAvailable
            );
        }
        current = error.source();
    }
    false
}

/// Whether the connection ended before there was a head of a response, and not while the request was written.
fn unanswered(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut chain = std::iter::successors(Some(error), |error| error.source());
    chain.any(|error| {
        let io = error.downcast_ref::<std::io::Error>().map(std::io::Error::kind);
        let http = error.downcast_ref::<hyper::Error>();
        io == Some(std::io::ErrorKind::ConnectionReset)
            || http.is_some_and(hyper::Error::is_incomplete_message)
    })
}

/// Whether the peer's certificate was not accepted. A TLS error stands inside one of the socket.
fn about_certificate(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut chain = std::iter::successors(Some(error), |error| error.source());
    chain.any(|error| {
        let io = error.downcast_ref::<std::io::Error>();
        let inner = io.and_then(|io| io.get_ref()?.downcast_ref::<rustls::Error>());
        let tls = error.downcast_ref::<rustls::Error>().or(inner);
        matches!(tls, Some(rustls::Error::InvalidCertificate(_)))
    })
}

fn tls_config(roots: Vec<CertificateDer<'static>>) -> Result<rustls::ClientConfig, SetupError> {
    let fail = |error: rustls::Error| SetupError(error.to_string());
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let verifier = Verifier::new_with_extra_roots(roots, Arc::clone(&provider)).map_err(fail)?;
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(fail)?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    Ok(config)
}

#[cfg(test)]
#[path = "http_tests.rs"]
mod tests;
