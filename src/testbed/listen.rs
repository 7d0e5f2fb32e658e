//! The server behind a socket, plain or TLS: the only socket code in `server`.

use std::io;
use std::net::SocketAddr;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use futures::FutureExt;
use futures::future::BoxFuture;
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;

use crate::testbed::TlsIdentity;
use crate::wire::{Delivery, Headers, Origin, Request, Response, Scheme};

/// How long header, body and TLS handshake may each take to arrive.
const READ_TIMEOUT: Duration = Duration::from_secs(30);

/// The largest request body in bytes: 1 MiB.
const MAX_BODY: usize = 1 << 20;

/// How long to wait after a connection could not be accepted, for instance for want of descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Whatever answers requests behind a socket.
pub trait Handler: Send + Sync + 'static {
    /// Answers one request. A panic in it becomes a 500.
    fn answer<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Response>;

    /// Whether a connection of this scheme is to be closed without an answer.
    fn refuses(&self, scheme: Scheme) -> bool {
        let _ = scheme;
        false
    }
}

/// Answers a request; a panic becomes a 500.
pub async fn answer_caught(handler: &dyn Handler, request: &Request) -> Response {
    // Locks are taken through poison, and each change under a lock is complete.
    let answered = AssertUnwindSafe(handler.answer(request)).catch_unwind().await;
    answered.unwrap_or_else(|_| {
        let mut response = Response::new(500);
        response.headers.push("Content-Type", "text/plain");
        response.body = b"The server panicked.".to_vec();
        response
    })
}

/// A server that listens on a socket until this value is dropped.
#[derive(Debug)]
#[must_use = "dropping the listener closes its socket"]
pub struct Listener {
    address: SocketAddr,
    scheme: Scheme,
    task: JoinHandle<()>,
}

/// What a connection needs to know.
#[derive(Clone)]
struct Edge {
    handler: Arc<dyn Handler>,
    origin: Origin,
    tls: Option<TlsAcceptor>,
}

impl Listener {
    /// Listens on this address, with TLS where there is an identity. Port 0 takes any free port.
    /// The socket accepts connections once this returns.
    ///
    /// # Errors
    /// When the address cannot be bound, or when this is called outside a tokio runtime.
    pub fn start(
        handler: Arc<dyn Handler>,
        address: SocketAddr,
        tls: Option<Arc<TlsIdentity>>,
    ) -> io::Result<Self> {
        let runtime = tokio::runtime::Handle::try_current().map_err(io::Error::other)?;
        let socket = std::net::TcpListener::bind(address)?;
        socket.set_nonblocking(true)?;
        let address = socket.local_addr()?;
        let scheme = if tls.is_some() { Scheme::Https } else { Scheme::Http };
        let tls = tls.map(|identity| TlsAcceptor::from(identity.config()));
        let edge = Edge { handler, origin: origin_of(scheme, address), tls };
        let socket = TcpListener::from_std(socket)?;
        Ok(Self { address, scheme, task: runtime.spawn(accept(socket, edge)) })
    }

    /// The address it listens on.
    pub fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// Where requests go.
    pub fn origin(&self) -> Origin {
        origin_of(self.scheme, self.address)
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        // The task owns the socket and, in its set, all connections.
        self.task.abort();
    }
}

/// Ports below those that systems hand out for outgoing connections: nobody gets one by chance
/// between the moment it is chosen and the moment its server listens.
const CHOSEN: std::ops::Range<u16> = 20_000..32_000;

/// A port of the loopback interface that nobody listens on at present; another one each time.
///
/// # Errors
/// When there is none.
pub fn free_port() -> io::Result<u16> {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let mut error = None;
    for _ in CHOSEN {
        // Processes that choose at the same time begin at different places.
        let start = std::process::id().wrapping_mul(97);
        let turn = start.wrapping_add(NEXT.fetch_add(1, Ordering::Relaxed));
        let turn = turn % u32::from(CHOSEN.end - CHOSEN.start);
        // Less than the range is long, which a `u16` holds.
        let port = CHOSEN.start + u16::try_from(turn).unwrap_or_default();
        match std::net::TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], port))) {
            Ok(_) => return Ok(port),
            Err(taken) => error = Some(taken),
        }
    }
    Err(error.unwrap_or_else(|| io::ErrorKind::AddrInUse.into()))
}

fn origin_of(scheme: Scheme, address: SocketAddr) -> Origin {
    let host = match address {
        SocketAddr::V4(v4) => v4.ip().to_string(),
        SocketAddr::V6(v6) => format!("[{}]", v6.ip()),
    };
    Origin { scheme, host, port: address.port() }
}

async fn accept(socket: TcpListener, edge: Edge) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = socket.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(connection(stream, edge.clone()));
                }
                Err(_) => sleep(ACCEPT_PAUSE).await,
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

/// Serves one connection. How it ends is the client's affair, so errors are dropped.
async fn connection(stream: TcpStream, edge: Edge) {
    // Small answers go out at once; where that cannot be set they are merely slower.
    let _ = stream.set_nodelay(true);
    match edge.tls.clone() {
        // authorize/https-only, token/https-only: closed without an answer.
        None if edge.handler.refuses(Scheme::Http) => {}
        None => serve(stream, edge).await,
        Some(acceptor) => {
            if let Ok(Ok(stream)) = timeout(READ_TIMEOUT, acceptor.accept(stream)).await {
                serve(stream, edge).await;
            }
        }
    }
}

async fn serve(stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static, edge: Edge) {
    let service = service_fn(|request| answer(&edge, request));
    let _ = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(READ_TIMEOUT)
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

async fn answer(
    edge: &Edge,
    request: hyper::Request<Incoming>,
) -> io::Result<hyper::Response<Full<Bytes>>> {
    let response = match read(edge, request).await {
        Ok(request) => answer_caught(&*edge.handler, &request).await,
        Err(status) => Response::new(status),
    };
    // Where this is an error, the connection is closed and nothing is sent.
    let closed = || io::Error::new(io::ErrorKind::ConnectionAborted, "no answer");
    if response.is_closed() { Err(closed()) } else { Ok(write(response)) }
}

/// The request as it came; where its body cannot be read, the status that says why.
async fn read(edge: &Edge, request: hyper::Request<Incoming>) -> Result<Request, u16> {
    let (head, body) = request.into_parts();
    let body = timeout(READ_TIMEOUT, Limited::new(body, MAX_BODY).collect()).await;
    let body = match body {
        Ok(Ok(body)) => body.to_bytes().to_vec(),
        Ok(Err(error)) if error.is::<LengthLimitError>() => return Err(413),
        Ok(Err(_)) => return Err(400),
        Err(_) => return Err(408),
    };
    let mut headers = Headers::default();
    for (name, value) in &head.headers {
        headers.push(name.as_str(), value.as_bytes());
    }
    Ok(Request {
        method: head.method.as_str().to_owned(),
        origin: edge.origin.clone(),
        target: head.uri.path_and_query().map_or("/", |target| target.as_str()).to_owned(),
        headers,
        body,
        delivery: Delivery::Library,
    })
}

fn write(response: Response) -> hyper::Response<Full<Bytes>> {
    let mut builder = hyper::Response::builder().status(response.status);
    for (name, value) in response.headers.iter() {
        builder = builder.header(name, value);
    }
    builder.body(Full::new(Bytes::from(response.body))).unwrap_or_else(|_| failure())
}

/// What is said where a response of ours is not one: a control character in a field, for instance.
fn failure() -> hyper::Response<Full<Bytes>> {
    let mut response = hyper::Response::new(Full::default());
    *response.status_mut() = hyper::StatusCode::INTERNAL_SERVER_ERROR;
    response
}

#[cfg(test)]
#[path = "listen_tests.rs"]
mod tests;
