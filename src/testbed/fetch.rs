//! A document of this machine, read by plain HTTP within bounds of size and time.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use url::Url;

/// What came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetched {
    /// Status.
    pub status: u16,
    /// Where a redirect leads.
    pub location: Option<String>,
    /// The body.
    pub body: Vec<u8>,
}

/// Most octets of an answer, with its head.
const LIMIT: u64 = 64 * 1024;

/// How long each step may take.
const PATIENCE: Duration = Duration::from_secs(2);

/// GET of a URL of a loopback address. Redirects are not followed.
///
/// `None` where the URL is another one, nobody answers in time, or the answer is too long or none.
pub fn get(url: &Url) -> Option<Fetched> {
    let address = loopback(url)?;
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE).ok()?;
    stream.set_read_timeout(Some(PATIENCE)).ok()?;
    stream.set_write_timeout(Some(PATIENCE)).ok()?;
    let (path, host) = (&url[url::Position::BeforePath..url::Position::AfterQuery], address);
    let accepts = "Accept: application/json\r\nConnection: close";
    // In HTTP/1.0 the body ends with the connection, and comes in no chunks (RFC 9112 §6.1).
    write!(stream, "GET {path} HTTP/1.0\r\nHost: {host}\r\n{accepts}\r\n\r\n").ok()?;
    let mut answer = Vec::new();
    stream.take(LIMIT + 1).read_to_end(&mut answer).ok()?;
    if answer.len() as u64 > LIMIT {
        return None;
    }
    read(&answer)
}

fn loopback(url: &Url) -> Option<SocketAddr> {
    if url.scheme() != "http" || !url.username().is_empty() || url.password().is_some() {
        return None;
    }
    let port = url.port_or_known_default()?;
    let ip = match url.host()? {
        url::Host::Ipv4(ip) => ip.into(),
        url::Host::Ipv6(ip) => ip.into(),
        url::Host::Domain(_) => return None,
    };
    Some(SocketAddr::new(ip, port)).filter(|address| address.ip().is_loopback())
}

fn read(answer: &[u8]) -> Option<Fetched> {
    let mut fields = [httparse::EMPTY_HEADER; 64];
    let mut head = httparse::Response::new(&mut fields);
    let httparse::Status::Complete(end) = head.parse(answer).ok()? else { return None };
    let location = head.headers.iter().find(|field| field.name.eq_ignore_ascii_case("location"));
    let location = location.and_then(|field| std::str::from_utf8(field.value).ok());
    let location = location.map(|text| text.trim().to_owned());
    Some(Fetched { status: head.code?, location, body: answer[end..].to_vec() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_asked() {
        for url in ["https://127.0.0.1/a", "http://192.0.2.1/a", "http://client.example/a"] {
            assert_eq!(loopback(&Url::parse(url).unwrap()), None, "{url}");
        }
        let url = Url::parse("http://[::1]:81/a").unwrap();
        assert_eq!(loopback(&url).unwrap().to_string(), "[::1]:81");
    }

    #[test]
    fn an_answer_is_read() {
        let read = read(b"HTTP/1.1 302 Found\r\nlocation: /b\r\n\r\nbody").unwrap();
        assert_eq!((read.status, read.location.as_deref()), (302, Some("/b")));
        assert_eq!(read.body, b"body");
    }
}
