//! HTTP messages as the suite writes and reads them.

use std::fmt;

/// Whether a connection is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scheme {
    /// Plain HTTP.
    Http,
    /// HTTP over TLS.
    Https,
}

impl Scheme {
    /// The scheme as it is written in a URI.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
    }

    /// The port that a URI of this scheme means when it names none.
    pub fn default_port(self) -> u16 {
        match self {
            Self::Http => 80,
            Self::Https => 443,
        }
    }
}

/// Where a request goes: scheme, host and port (RFC 6454 §4).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Origin {
    /// Scheme of the connection.
    pub scheme: Scheme,
    /// Host name or address, lower case; an IPv6 address keeps its brackets.
    pub host: String,
    /// TCP port.
    pub port: u16,
}

/// A host without the brackets of an IPv6 address, in lower case.
pub fn bare_host(host: &str) -> String {
    host.trim_start_matches('[').trim_end_matches(']').to_ascii_lowercase()
}

impl Origin {
    /// The origin of an `http` or `https` URL; `None` for anything else.
    pub fn of(url: &url::Url) -> Option<Self> {
        let scheme = match url.scheme() {
            "http" => Scheme::Http,
            "https" => Scheme::Https,
            _ => return None,
        };
        Some(Self {
            scheme,
            host: url.host_str()?.to_ascii_lowercase(),
            port: url.port().unwrap_or(scheme.default_port()),
        })
    }

    /// `host`, or `host:port` where the port is not the scheme's own: the `Host` header.
    pub fn authority(&self) -> String {
        if self.port == self.scheme.default_port() {
            self.host.clone()
        } else {
            format!("{}:{}", self.host, self.port)
        }
    }

    /// Whether the host is the loopback interface, by name or by address.
    pub fn is_loopback(&self) -> bool {
        let bare = bare_host(&self.host);
        bare == "localhost"
            || bare.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.scheme.as_str(), self.authority())
    }
}

/// How a request is put on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Delivery {
    /// Through the HTTP library: the ordinary way.
    #[default]
    Library,
    /// Byte for byte as it stands here, so that no library repairs it.
    Literal,
}

/// One HTTP request, exactly as it is to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Method, as it is written in the request line.
    pub method: String,
    /// Where it goes.
    pub origin: Origin,
    /// Path and query, literally (origin form, RFC 9112 §3.2.1).
    pub target: String,
    /// Header fields in order; `Host` and `Content-Length` are added by the transport.
    pub headers: Headers,
    /// Body bytes.
    pub body: Vec<u8>,
    /// How it is sent.
    pub delivery: Delivery,
}

/// Methods that every server knows.
pub const METHODS: &[&str] = &["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"];

/// More bytes of a head, or of a body, may be too much for what stands in front of a server.
const ORDINARY: usize = 8192;

/// More header fields may be, too.
const MOST_FIELDS: usize = 64;

/// Whether a text is a token, as names of header fields are (RFC 9110 §5.6.2).
fn is_token(text: &str) -> bool {
    let fits = |it: u8| it.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&it);
    !text.is_empty() && text.bytes().all(fits)
}

impl Request {
    /// Whether a server, or what stands in front of it, may close the connection instead of an answer: the
    /// message is large, is none of ordinary HTTP, or its method is one that few know.
    pub fn may_be_dropped(&self) -> bool {
        let framing = ["content-length", "transfer-encoding", "expect", "upgrade", "te", "host"];
        let field = |(name, value): (&str, &[u8])| name.len() + value.len();
        let head = self.target.len() + self.headers.iter().map(field).sum::<usize>();
        let is_text = |value: &[u8]| value.iter().all(|byte| matches!(byte, b'\t' | b' '..=b'~'));
        !METHODS.contains(&self.method.as_str())
            || self.headers.iter().count() > MOST_FIELDS
            || !self.headers.iter().all(|(name, _)| is_token(name))
            || framing.iter().any(|name| self.headers.get(name).is_some())
            || !self.headers.iter().all(|(_, value)| is_text(value))
            || !is_target(&self.target)
            || head.max(self.body.len()) > ORDINARY
    }

    /// A request without header fields and body.
    pub fn new(method: &str, origin: Origin, target: &str) -> Self {
        Self {
            method: method.to_owned(),
            origin,
            target: target.to_owned(),
            headers: Headers::default(),
            body: Vec::new(),
            delivery: Delivery::Library,
        }
    }

    /// What it is one of: its method, its path, and the grant type of a token request.
    pub fn kind(&self) -> String {
        let params = super::form::decode_lossy(&self.body).unwrap_or_default();
        match params.first("grant_type") {
            Some(grant) => format!("{} {} ({grant})", self.method, self.path()),
            None => format!("{} {}", self.method, self.path()),
        }
    }

    /// The path of the target, without its query.
    pub fn path(&self) -> &str {
        self.target.split_once('?').map_or(self.target.as_str(), |(path, _)| path)
    }

    /// The query of the target without its `?`; `None` where there is none.
    pub fn query(&self) -> Option<&str> {
        self.target.split_once('?').map(|(_, query)| query)
    }

    /// The absolute URL, as text.
    pub fn url(&self) -> String {
        format!("{}{}", self.origin, self.target)
    }

    /// The media type without parameters, lower case; `None` where none is named.
    pub fn media_type(&self) -> Option<String> {
        self.headers.media_type()
    }

    /// The bytes of the message in HTTP/1.1 form, with `Host`, `Connection` and `Content-Length`
    /// added where they are missing.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = format!("{} {} HTTP/1.1\r\n", self.method, self.target).into_bytes();
        let mut line = |name: &str, value: &[u8]| {
            out.extend_from_slice(name.as_bytes());
            out.extend_from_slice(b": ");
            out.extend_from_slice(value);
            out.extend_from_slice(b"\r\n");
        };
        if self.headers.get("host").is_none() {
            line("Host", self.origin.authority().as_bytes());
        }
        for (name, value) in self.headers.iter() {
            line(name, value);
        }
        if self.headers.get("connection").is_none() {
            line("Connection", b"close");
        }
        let bodyless = matches!(self.method.as_str(), "GET" | "HEAD" | "DELETE" | "OPTIONS");
        let told = ["content-length", "transfer-encoding"];
        let told = told.iter().any(|name| self.headers.get(name).is_some());
        if !(told || bodyless && self.body.is_empty()) {
            line("Content-Length", self.body.len().to_string().as_bytes());
        }
        out.extend_from_slice(b"\r\n");
        out.extend_from_slice(&self.body);
        out
    }
}

/// Whether a request target is one in origin form (RFC 9112 §3.2.1): printable, and with nothing after a `%`
/// but two hexadecimal digits.
fn is_target(target: &str) -> bool {
    let escape = |rest: &str| {
        let digits = rest.bytes().take(2).filter(u8::is_ascii_hexdigit);
        digits.count() == 2
    };
    target.starts_with('/')
        && target.bytes().all(|byte| byte.is_ascii_graphic())
        && target.split('%').skip(1).all(escape)
}

/// Whether a status says that the server failed. 501 says that it does not do what was asked for
/// (RFC 9110 §15.6.2): an answer, and no failure.
pub fn has_failed(status: u16) -> bool {
    status >= 500 && status != 501
}

/// Whether an error code of a redirect says that the server failed: it stands there in the place of a status
/// of 500 or 503 (RFC 6749 §4.1.2.1).
pub fn tells_failure(error: &str) -> bool {
    matches!(error, "server_error" | "temporarily_unavailable")
}

/// One HTTP response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// Status code.
    pub status: u16,
    /// Header fields in the order received.
    pub headers: Headers,
    /// Body bytes, transfer coding removed.
    pub body: Vec<u8>,
}

impl Response {
    /// What a bundled program answers with that closes the connection instead.
    pub fn closed() -> Self {
        Self::new(0)
    }

    /// Whether it stands for a connection that is closed without an answer.
    pub fn is_closed(&self) -> bool {
        self.status == 0
    }

    /// A response without header fields and body.
    pub fn new(status: u16) -> Self {
        Self { status, headers: Headers::default(), body: Vec::new() }
    }

    /// The body as text, with invalid UTF-8 replaced.
    pub fn text(&self) -> std::borrow::Cow<'_, str> {
        String::from_utf8_lossy(&self.body)
    }

    /// The media type without parameters, lower case; `None` where none is named.
    pub fn media_type(&self) -> Option<String> {
        self.headers.media_type()
    }

    /// Whether the server says that it was asked too often: 429, or a 403 or server error with whose header fields
    /// nothing is left of what may be asked (`RateLimit-Remaining`, also with `X-`, and `RateLimit`), or a 403 that asks
    /// to come back.
    pub fn is_throttled(&self) -> bool {
        let says = |name: &str, none: fn(&str) -> bool| {
            self.headers.text(name).is_some_and(|value| none(value.trim()))
        };
        let none_left = says("x-ratelimit-remaining", |left| left == "0")
            || says("ratelimit-remaining", |left| left == "0")
            || says("ratelimit", |limit| {
                limit.split([',', ';']).any(|it| matches!(it.trim(), "r=0" | "remaining=0"))
            });
        let may_be = self.status == 403 || self.status >= 500;
        let later = self.status == 403 && self.headers.get("retry-after").is_some();
        self.status == 429 || (may_be && none_left) || later
    }

    /// Whether the server says that the request broke it. 503 and 504 say that it was busy, as does
    /// everything that asks to come back.
    pub fn is_broken(&self) -> bool {
        let busy = matches!(self.status, 503 | 504) || self.headers.get("retry-after").is_some();
        self.status >= 500 && !busy
    }
}

/// Header fields: ordered, duplicates kept, names compared without case, values raw bytes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Headers(Vec<(String, Vec<u8>)>);

impl Headers {
    /// Adds a field behind the others.
    pub fn push(&mut self, name: &str, value: impl Into<Vec<u8>>) {
        self.0.push((name.to_owned(), value.into()));
    }

    /// Replaces every field of this name by one.
    pub fn set(&mut self, name: &str, value: impl Into<Vec<u8>>) {
        self.remove(name);
        self.push(name, value);
    }

    /// Removes every field of this name.
    pub fn remove(&mut self, name: &str) {
        self.0.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
    }

    /// The first field of this name.
    pub fn get(&self, name: &str) -> Option<&[u8]> {
        self.all(name).next()
    }

    /// The first field of this name as text, with invalid UTF-8 replaced.
    pub fn text(&self, name: &str) -> Option<std::borrow::Cow<'_, str>> {
        self.get(name).map(String::from_utf8_lossy)
    }

    /// Every field of this name, in order.
    pub fn all<'a, 'n>(&'a self, name: &'n str) -> impl Iterator<Item = &'a [u8]> + use<'a, 'n> {
        self.0
            .iter()
            .filter(move |(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_slice())
    }

    /// The media type that `Content-Type` names: without parameters, lower case.
    pub fn media_type(&self) -> Option<String> {
        let value = self.text("content-type")?;
        let media = value.split(';').next().unwrap_or_default().trim();
        (!media.is_empty()).then(|| media.to_ascii_lowercase())
    }

    /// Keeps so many bytes of values; of a field that does not fit any more, how many it had.
    pub fn shorten(&mut self, most: usize) {
        let mut room = most;
        for (_, value) in &mut self.0 {
            match room.checked_sub(value.len()) {
                Some(rest) => room = rest,
                None => *value = format!("(cut; the value has {} bytes)", value.len()).into(),
            }
        }
    }

    /// Every field, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_slice()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ordinary_request_is_answered_and_what_few_servers_take_may_be_dropped() {
        let origin = Origin { scheme: Scheme::Http, host: "127.0.0.1".to_owned(), port: 1 };
        let request = |method: &str, target: &str| Request::new(method, origin.clone(), target);
        let ordinary = request("POST", "/token?x=%20");
        assert!(!ordinary.may_be_dropped());
        for odd in ["/to ken", "/token?x=%", "token", "*"] {
            assert!(request("GET", odd).may_be_dropped(), "{odd}");
        }
        assert!(request("PROPFIND", "/token").may_be_dropped());
        let mut framed = ordinary.clone();
        framed.headers.push("Transfer-Encoding", "chunked");
        assert!(framed.may_be_dropped());
        assert!(Request { body: vec![b'x'; ORDINARY + 1], ..ordinary }.may_be_dropped());
    }

    #[test]
    fn who_asks_too_often_is_told_so_in_several_ways() {
        for (status, name, value, throttled) in [
            (429, "Date", "now", true),
            (403, "X-RateLimit-Remaining", "0", true),
            (403, "RateLimit-Remaining", " 0 ", true),
            (503, "RateLimit", "\"default\";r=0;t=30", true),
            (403, "RateLimit", "limit=100, remaining=0, reset=5", true),
            (403, "Retry-After", "30", true),
            (403, "X-RateLimit-Remaining", "10", false),
            // The last request of its time is judged by its answer.
            (400, "X-RateLimit-Remaining", "0", false),
            (200, "RateLimit", "r=0", false),
            (403, "Date", "now", false),
        ] {
            let mut response = Response::new(status);
            response.headers.push(name, value);
            assert_eq!(response.is_throttled(), throttled, "{status} {name}: {value}");
        }
    }
}
