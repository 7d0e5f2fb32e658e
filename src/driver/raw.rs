//! Literal bytes over a socket: requests that no library would send, and requests that are held on
//! open connections and released together.

use std::sync::Arc;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use super::addresses::Addresses;
use super::bearable::{MAX_RESPONSE, bearable};
use super::proxy::Proxies;
use crate::wire::transport::Sent;
use crate::wire::{Headers, Origin, Request, Response, Scheme, TransportError, bare_host};

/// Some servers, and what stands in front of them, refuse requests without this field.
pub(super) const USER_AGENT: &str = concat!("oauthspec/", env!("CARGO_PKG_VERSION"));

/// A server may compress what it sends to whoever does not say that they take it as it is alone (RFC 9110 §12.5.3).
pub(super) const UNCODED: &str = "identity";

/// A connection of either kind.
pub(super) trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Stream for T {}

/// How connections are opened.
#[derive(Debug)]
pub(super) struct Dialer {
    pub(super) tls: Arc<rustls::ClientConfig>,
    pub(super) proxies: Proxies,
    pub(super) addresses: Addresses,
}

/// A request whose last byte has not been sent yet.
pub(super) struct Held {
    stream: Box<dyn Stream>,
    last: Vec<u8>,
    head_only: bool,
}

/// Opens a connection and sends all of the request but its last byte.
pub(super) async fn hold(request: &Request, dialer: &Dialer) -> Result<Held, TransportError> {
    let mut stream = connect(&request.origin, dialer).await?;
    let mut bytes = request.to_bytes();
    for (name, value) in [("Accept-Encoding", UNCODED), ("User-Agent", USER_AGENT)] {
        if request.headers.get(name).is_none() {
            add_in_front(&mut bytes, name, value);
        }
    }
    let last = bytes.split_off(bytes.len().saturating_sub(1));
    stream.write_all(&bytes).await.map_err(closed)?;
    stream.flush().await.map_err(closed)?;
    Ok(Held { stream, last, head_only: request.method == "HEAD" })
}

/// Adds a field in front of all others.
fn add_in_front(bytes: &mut Vec<u8>, name: &str, value: &str) {
    let Some(end) = bytes.windows(2).position(|pair| pair == b"\r\n") else { return };
    let field = format!("{name}: {value}\r\n");
    bytes.splice(end + 2..end + 2, field.bytes());
}

/// Sends the last byte and reads the response.
pub(super) async fn release(mut held: Held) -> Sent {
    held.stream.write_all(&held.last).await.map_err(closed)?;
    held.stream.flush().await.map_err(closed)?;
    read_response(&mut *held.stream, held.head_only).await
}

/// Opens a connection, with TLS where the origin asks for it.
pub(super) async fn connect(
    origin: &Origin,
    dialer: &Dialer,
) -> Result<Box<dyn Stream>, TransportError> {
    let (host, port) = dialer.proxies.hop(origin)?;
    let opened = match dialer.addresses.of(&host, port).await {
        Ok(addresses) => TcpStream::connect(&addresses[..]).await,
        Err(error) => Err(error),
    };
    let tcp = dialer.proxies.lead(opened, origin).await?;
    tcp.set_nodelay(true).map_err(closed)?;
    if origin.scheme == Scheme::Http {
        return Ok(Box::new(tcp));
    }
    let name = rustls::pki_types::ServerName::try_from(bare_host(&origin.host))
        .map_err(|error| TransportError::Unsendable(error.to_string()))?;
    let stream = TlsConnector::from(Arc::clone(&dialer.tls)).connect(name, tcp).await;
    Ok(Box::new(stream.map_err(|error| handshake(&error))?))
}

/// A TLS handshake that failed.
fn handshake(error: &std::io::Error) -> TransportError {
    let cause = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
    let text = in_words(error, cause);
    match cause {
        Some(rustls::Error::InvalidCertificate(_)) => TransportError::BadCertificate(text),
        _ => TransportError::Closed(text),
    }
}

/// What went wrong in a TLS handshake, and which key of the profile to look at.
fn in_words(error: &std::io::Error, cause: Option<&rustls::Error>) -> String {
    use rustls::{CertificateError, Error};
    let text = match cause {
        Some(Error::InvalidCertificate(CertificateError::UnknownIssuer)) => {
            "the certificate is signed by an unknown authority; name its PEM file in tls.ca"
        }
        Some(Error::InvalidCertificate(
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
        )) => "the certificate is for another host name",
        Some(Error::InvalidCertificate(
            CertificateError::Expired | CertificateError::ExpiredContext { .. },
        )) => "the certificate has expired",
        Some(Error::InvalidMessage(_)) => "the port does not speak TLS; is the scheme http?",
        _ => return format!("TLS: {error}"),
    };
    text.to_owned()
}

fn closed(error: impl std::fmt::Display) -> TransportError {
    TransportError::Closed(error.to_string())
}

/// How the length of the body is told (RFC 9112 §6.3).
enum Framing {
    Length(usize),
    Chunked,
    UntilClose,
}

async fn read_response(stream: &mut dyn Stream, head_only: bool) -> Sent {
    let mut buffer = Vec::new();
    loop {
        let (mut response, framing, used) = match parse_head(&buffer)? {
            Some((response, ..)) if response.status < 200 => {
                let (_, _, used) = parse_head(&buffer)?.ok_or_else(truncated)?;
                buffer.drain(..used);
                continue;
            }
            Some(head) => head,
            None => {
                let more = more(stream, &mut buffer).await;
                if buffer.is_empty() && matches!(more, Ok(false) | Err(TransportError::Closed(_))) {
                    return Err(TransportError::Dropped);
                }
                more?.then_some(()).ok_or_else(truncated)?;
                continue;
            }
        };
        let mut body = buffer.split_off(used);
        if head_only || matches!(response.status, 204 | 304) {
            return Ok(response);
        }
        response.body = read_body(stream, &mut body, &framing).await?;
        return bearable(response);
    }
}

async fn read_body(
    stream: &mut dyn Stream,
    buffer: &mut Vec<u8>,
    framing: &Framing,
) -> Result<Vec<u8>, TransportError> {
    loop {
        match framing {
            Framing::Length(length) if buffer.len() >= *length => {
                return Ok(buffer[..*length].to_vec());
            }
            Framing::Chunked => {
                if let Some(body) = dechunk(buffer)? {
                    return Ok(body);
                }
            }
            Framing::Length(_) | Framing::UntilClose => {}
        }
        if !more(stream, buffer).await? {
            return match framing {
                Framing::UntilClose => Ok(std::mem::take(buffer)),
                Framing::Length(_) | Framing::Chunked => Err(truncated()),
            };
        }
    }
}

fn truncated() -> TransportError {
    TransportError::Closed("before the response was whole".to_owned())
}

/// Reads on; `false` at the end of the stream. A peer that closes TLS without saying so has closed.
async fn more(stream: &mut dyn Stream, buffer: &mut Vec<u8>) -> Result<bool, TransportError> {
    if buffer.len() > MAX_RESPONSE {
        return Err(TransportError::TooLarge(MAX_RESPONSE));
    }
    match stream.read_buf(buffer).await {
        Ok(count) => Ok(count > 0),
        Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => Ok(false),
        Err(error) => Err(closed(error)),
    }
}

fn parse_head(buffer: &[u8]) -> Result<Option<(Response, Framing, usize)>, TransportError> {
    let mut fields = [httparse::EMPTY_HEADER; 128];
    let mut head = httparse::Response::new(&mut fields);
    let used = match head.parse(buffer) {
        Ok(httparse::Status::Complete(used)) => used,
        Ok(httparse::Status::Partial) => return Ok(None),
        Err(error) => return Err(TransportError::NotHttp(error.to_string())),
    };
    let mut headers = Headers::default();
    for field in head.headers.iter() {
        headers.push(field.name, field.value);
    }
    let response = Response { status: head.code.unwrap_or_default(), headers, body: Vec::new() };
    let framing = framing(&response.headers)?;
    Ok(Some((response, framing, used)))
}

fn framing(headers: &Headers) -> Result<Framing, TransportError> {
    let coding = headers.text("transfer-encoding").unwrap_or_default().to_ascii_lowercase();
    if coding.contains("chunked") {
        return Ok(Framing::Chunked);
    }
    match headers.text("content-length") {
        Some(text) => {
            text.trim().parse().map(Framing::Length).map_err(|_| {
                TransportError::NotHttp("a Content-Length that is no number".to_owned())
            })
        }
        None => Ok(Framing::UntilClose),
    }
}

/// The body of complete chunks; `None` where more bytes are needed.
fn dechunk(buffer: &[u8]) -> Result<Option<Vec<u8>>, TransportError> {
    let mut body = Vec::new();
    let mut at = 0;
    loop {
        let (start, size) = match httparse::parse_chunk_size(&buffer[at..]) {
            Ok(httparse::Status::Complete((used, size))) => (at + used, size),
            Ok(httparse::Status::Partial) => return Ok(None),
            Err(_) => return Err(TransportError::NotHttp("a broken chunk size".to_owned())),
        };
        if size == 0 {
            return Ok(Some(body));
        }
        let end = usize::try_from(size)
            .ok()
            .and_then(|size| start.checked_add(size))
            .filter(|end| end - start <= MAX_RESPONSE)
            .ok_or(TransportError::TooLarge(MAX_RESPONSE))?;
        let Some(chunk) = buffer.get(start..end) else { return Ok(None) };
        body.extend_from_slice(chunk);
        at = end + 2;
        if buffer.len() < at {
            return Ok(None);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn read(bytes: &[u8]) -> Sent {
        let mut stream: &[u8] = bytes;
        let mut joined = tokio::io::join(&mut stream, tokio::io::sink());
        read_response(&mut joined, false).await
    }

    #[tokio::test]
    async fn reads_every_framing() {
        for text in [
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab",
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\nab",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n1;x\r\nb\r\n0\r\n\r\n",
        ] {
            assert_eq!(read(text.as_bytes()).await.unwrap().body, b"ab", "{text}");
        }
    }

    #[tokio::test]
    async fn a_broken_response_is_an_error() {
        assert_eq!(read(b"").await, Err(TransportError::Dropped));
        assert!(matches!(read(b"HTTP/1.1 2").await, Err(TransportError::Closed(_))));
        assert!(matches!(read(b"SSH-2.0-x\r\n").await, Err(TransportError::NotHttp(_))));
        let short = b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab";
        assert!(matches!(read(short).await, Err(TransportError::Closed(_))));
        let huge = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n";
        assert!(matches!(read(huge).await, Err(TransportError::TooLarge(_))));
    }
}
