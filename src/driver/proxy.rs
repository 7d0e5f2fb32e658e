//! Proxies that the environment names: every connection off the loopback interface goes through a tunnel
//! (CONNECT, RFC 9110 §9.3.6), so that requests stay byte for byte what they are.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use url::Url;

use crate::wire::{Origin, Scheme, TransportError, bare_host};

/// The largest head of a proxy's answer, in bytes.
const LARGEST: u64 = 16 * 1024;

/// The proxies of a run.
#[derive(Debug, Clone, Default)]
pub(super) struct Proxies {
    http: Option<Proxy>,
    https: Option<Proxy>,
    exempt: Vec<String>,
}

/// A proxy, and the variable that names it.
#[derive(Debug, Clone)]
struct Proxy {
    variable: String,
    at: Result<Url, String>,
}

impl Proxies {
    /// Those of the process's environment.
    pub(super) fn of_environment() -> Self {
        Self::of(|name| std::env::var(name).ok())
    }

    /// Those of an environment: `http_proxy`, `https_proxy`, `all_proxy` and `no_proxy`, in capitals,
    /// too.
    pub(super) fn of(value: impl Fn(&str) -> Option<String>) -> Self {
        let first = |names: &[&str]| {
            let each = names.iter().flat_map(|name| [(*name).to_owned(), name.to_uppercase()]);
            let mut set = each.filter_map(|name| Some((value(&name)?, name)));
            set.find(|(text, _)| !text.is_empty())
        };
        let proxy = |scheme: &str| {
            let (text, variable) = first(&[scheme, "all_proxy"])?;
            Some(Proxy { at: read(&text), variable })
        };
        let exempt = first(&["no_proxy"]).map(|(text, _)| text).unwrap_or_default();
        let exempt = exempt.split(',').map(|it| it.trim().trim_start_matches('.').to_lowercase());
        Self {
            http: proxy("http_proxy"),
            https: proxy("https_proxy"),
            exempt: exempt.filter(|it| !it.is_empty()).collect(),
        }
    }

    /// The proxy that a connection to an origin goes through.
    fn of_origin(&self, origin: &Origin) -> Option<&Proxy> {
        let host = bare_host(&origin.host);
        let covers = |it: &String| *it == "*" || *it == host || host.ends_with(&format!(".{it}"));
        if origin.is_loopback() || self.exempt.iter().any(covers) {
            return None;
        }
        match origin.scheme {
            Scheme::Http => self.http.as_ref(),
            Scheme::Https => self.https.as_ref(),
        }
    }

    /// Whether a connection to an origin goes through a proxy.
    pub(super) fn are_for(&self, origin: &Origin) -> bool {
        self.of_origin(origin).is_some()
    }

    /// Host and port that a connection to an origin is opened to.
    ///
    /// # Errors
    /// Why the proxy for it cannot be used.
    pub(super) fn hop(&self, origin: &Origin) -> Result<(String, u16), TransportError> {
        let Some(proxy) = self.of_origin(origin) else {
            return Ok((bare_host(&origin.host), origin.port));
        };
        let url = proxy.at.as_ref().map_err(|why| proxy.unusable(why))?;
        Ok((bare_host(url.host_str().unwrap_or_default()), url.port().unwrap_or(80)))
    }

    /// Makes a connection one to the origin: by a tunnel, where there is a proxy for it.
    ///
    /// # Errors
    /// Why the proxy does not let it through.
    pub(super) async fn lead<S: AsyncRead + AsyncWrite + Unpin>(
        &self,
        opened: std::io::Result<S>,
        origin: &Origin,
    ) -> Result<S, TransportError> {
        let proxy = self.of_origin(origin);
        let mut stream = opened.map_err(|error| match proxy {
            Some(proxy) => proxy.unusable(&error.to_string()),
            None => TransportError::Unreachable(error.to_string()),
        })?;
        if let Some(proxy) = proxy {
            proxy.tunnel(&mut stream, origin).await.map_err(|why| proxy.unusable(&why))?;
        }
        Ok(stream)
    }
}

/// A proxy's URL; a host and a port stand for one.
fn read(text: &str) -> Result<Url, String> {
    let full = if text.contains("://") { text.to_owned() } else { format!("http://{text}") };
    let url = Url::parse(&full).map_err(|error| format!("it is not a URL ({error})"))?;
    match url.scheme() {
        "http" if url.has_host() => Ok(url),
        other => Err(format!(
            "it speaks {other}; name one that speaks http, or add the host to NO_PROXY"
        )),
    }
}

impl Proxy {
    fn unusable(&self, why: &str) -> TransportError {
        TransportError::Unreachable(format!("through the proxy of {}: {why}", self.variable))
    }

    async fn tunnel<S: AsyncRead + AsyncWrite + Unpin>(
        &self,
        stream: &mut S,
        origin: &Origin,
    ) -> Result<(), String> {
        let url = self.at.as_ref().map_err(Clone::clone)?;
        let to = format!("{}:{}", origin.host, origin.port);
        let mut head = format!("CONNECT {to} HTTP/1.1\r\nHost: {to}\r\n");
        if !url.username().is_empty() {
            let decoded = |text: &str| {
                let bytes = percent_encoding::percent_decode_str(text);
                bytes.decode_utf8_lossy().into_owned()
            };
            let password = decoded(url.password().unwrap_or_default());
            let pair = STANDARD.encode(format!("{}:{password}", decoded(url.username())));
            head.push_str(&format!("Proxy-Authorization: Basic {pair}\r\n"));
        }
        head.push_str("\r\n");
        stream.write_all(head.as_bytes()).await.map_err(|error| error.to_string())?;
        match status(stream).await? {
            200..=299 => Ok(()),
            status => Err(format!("it answers {status} to CONNECT {to}")),
        }
    }
}

/// The status of the answer, whose head is read and no byte behind it.
async fn status(stream: &mut (impl AsyncRead + Unpin)) -> Result<u16, String> {
    let mut head = Vec::new();
    let mut limited = stream.take(LARGEST);
    while !head.ends_with(b"\r\n\r\n") {
        let byte = limited.read_u8().await;
        head.push(byte.map_err(|_| "it does not answer CONNECT like a proxy".to_owned())?);
    }
    let mut fields = [httparse::EMPTY_HEADER; 64];
    let mut response = httparse::Response::new(&mut fields);
    match response.parse(&head) {
        Ok(_) => Ok(response.code.unwrap_or_default()),
        Err(error) => Err(format!("it does not answer CONNECT like a proxy ({error})")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin(text: &str) -> Origin {
        Origin::of(&Url::parse(text).unwrap()).unwrap()
    }

    fn proxies(set: &[(&str, &str)]) -> Proxies {
        let known = |name: &str| set.iter().find(|(it, _)| *it == name);
        Proxies::of(|name| known(name).map(|(_, value)| (*value).to_owned()))
    }

    #[test]
    fn the_environment_says_which_origins_are_behind_a_proxy() {
        let proxies = proxies(&[
            ("HTTPS_PROXY", "proxy.example:3128"),
            ("no_proxy", "inner.example, .other.example"),
        ]);
        for (url, behind) in [
            ("https://auth.example/", true),
            ("http://auth.example/", false),
            ("https://inner.example/", false),
            ("https://a.inner.example/", false),
            ("https://winner.example/", true),
            ("https://x.other.example/", false),
            ("https://127.0.0.1/", false),
            ("https://[::1]/", false),
            ("https://[2001:db8::1]/", true),
        ] {
            assert_eq!(proxies.are_for(&origin(url)), behind, "{url}");
        }
    }

    #[test]
    fn a_proxy_that_cannot_be_used_is_named() {
        let proxies = proxies(&[("all_proxy", "socks5://127.0.0.1:1080")]);
        let error = proxies.hop(&origin("https://auth.example/")).unwrap_err();
        let text = error.to_string();
        assert!(text.contains("all_proxy") && text.contains("it speaks socks5"), "{text}");
    }
}
