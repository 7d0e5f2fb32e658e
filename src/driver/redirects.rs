//! Ways to move a redirect URI, by name. All work on the literal text: a library would repair
//! exactly what is to be sent.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::spoiling::MARKUP;

/// One way to make another redirect URI out of a registered one. In files it stands as it is written
/// in sentences.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct Relocation(&'static Entry);

#[derive(Debug, PartialEq, Eq, Hash)]
struct Entry {
    name: &'static str,
    shape: Shape,
}

/// The parts of the new URI, where `{…}` are parts of the old one.
#[derive(Debug, PartialEq, Eq, Hash)]
enum Shape {
    /// A template over `{scheme} {host} {port} {path} {bare} {uri} {rest}`; `{port}` brings its colon,
    /// `{bare}` is the path without the query, and `{rest}` is what follows the scheme's colon.
    Template(&'static str),
    /// The same URI on another port; none where the port of a loopback host is the client's to choose.
    OtherPort,
    /// The same URI with the port that its scheme has anyway; none where it has one already, or where the port is the
    /// client's to choose.
    WrittenPort,
    /// The same URI on another port of a loopback host (RFC 8252 §7.3).
    OtherLoopbackPort,
    /// The URI under https on another port of its loopback host.
    HttpsLoopbackPort,
    /// The same URI on a loopback host without a port.
    NoLoopbackPort,
    /// The same URI on another loopback host.
    OtherLoopback,
    /// The last letter of the path is percent-encoded.
    EncodedLetter,
    /// The first dot of the host is a letter.
    LetterForDot,
    /// Scheme and host in upper case.
    UpperHost,
    /// The host in upper case, and nothing else.
    UpperHostAlone,
    /// The path in other case.
    PathCase,
}

/// What a URI is extended by is a word that nobody registers: a client that has `…/callback` may well
/// have `…/callback2` and `…/callback?x=1` beside it.
const RELOCATIONS: &[Entry] = &[
    entry("on another host", "{scheme}://oauthspec.example{port}{path}"),
    entry("without a host", "{scheme}:/oauthspec.example/"),
    entry("without its query", "{scheme}://{host}{port}{bare}"),
    entry("with another query", "{scheme}://{host}{port}{bare}?oauthspec=1"),
    entry("with its query glued on", "{uri}oauthspec"),
    entry("on another host, without slashes", "{scheme}:oauthspec.example{path}"),
    entry("on another host, behind three slashes", "{scheme}:///oauthspec.example{path}"),
    entry("on another host, behind backslashes", "{scheme}:\\\\oauthspec.example{path}"),
    entry("on another host, without a scheme", "//oauthspec.example{path}"),
    entry("on a subdomain", "{scheme}://sub.{host}{port}{path}"),
    entry("in the path of another host", "{scheme}://oauthspec.example/{uri}"),
    entry("in the query of another host", "{scheme}://oauthspec.example/?next={uri}"),
    entry("on a host that ends like the registered one", "{scheme}://evil{host}{port}{path}"),
    entry("under another scheme", "oauthspec-other://{host}{port}{path}"),
    entry("under another scheme on the same port", "oauthspec-other://{host}:443{path}"),
    entry("extended by a code of its own", "{uri}?code=oauthspec"),
    entry("under plain http", "http://{host}{port}{path}"),
    entry("under a scheme that begins with a digit", "1{uri}"),
    entry(
        "on a host that begins like the registered one",
        "{scheme}://{host}.evil.example{port}{path}",
    ),
    entry(
        "on a host that begins like the registered one, with a full-width dot",
        "{scheme}://{host}\u{3002}evil.example{port}{path}",
    ),
    entry(
        "behind the registered host and an encoded at sign",
        "{scheme}://{host}%40evil.example{path}",
    ),
    entry("with a dot behind its host", "{scheme}://{host}.{port}{path}"),
    entry("with a tab in its host", "{scheme}://{host}\t{port}{path}"),
    entry("on a host glued to the registered one", "{scheme}://{host}evil.example{port}{path}"),
    entry("behind the registered host as user name", "{scheme}://{host}@evil.example{path}"),
    entry(
        "behind the registered host as user name and password",
        "{scheme}://{host}:x@evil.example{path}",
    ),
    entry(
        "behind the registered host as user name and two at signs",
        "{scheme}://{host}@@evil.example{path}",
    ),
    entry(
        "on another host before a backslash and the registered one",
        "{scheme}://evil.example\\@{host}{path}",
    ),
    entry(
        "on another host before a query with the registered one",
        "{scheme}://evil.example?@{host}{path}",
    ),
    entry(
        "on another host before a fragment with the registered one",
        "{scheme}://evil.example#@{host}{path}",
    ),
    entry(
        "on another host as user name of the registered one",
        "{scheme}://evil.example@{host}{path}",
    ),
    entry("under a scheme that begins like the registered one", "{scheme}evil:{rest}"),
    entry("with another slash behind its scheme", "{scheme}:/{rest}"),
    entry("extended without a boundary", "{uri}oauthspec"),
    entry("extended by a path segment", "{uri}/oauthspec"),
    entry("extended by a query", "{uri}?oauthspec=1"),
    entry("extended by another parameter", "{uri}&oauthspec=1"),
    entry("extended by an empty query", "{uri}?"),
    entry("extended by a slash", "{uri}/"),
    entry("extended by a path parameter", "{uri};oauthspec=1"),
    entry("extended by an encoded space", "{uri}%20"),
    entry("extended by a space", "{uri} "),
    entry("with a dot segment before its path", "{scheme}://{host}{port}/.{path}"),
    entry("with two slashes before its path", "{scheme}://{host}{port}/{path}"),
    entry("extended by /user1234", "{uri}/user1234"),
    entry("on a sibling path", "{scheme}://{host}{port}/oauthspec-other"),
    entry("climbing by ..", "{uri}/../oauthspec-other"),
    entry("climbing by ./..", "{uri}/./../oauthspec-other"),
    entry("climbing by %2e%2e", "{uri}/%2e%2e/oauthspec-other"),
    entry("climbing by .%2e", "{uri}/.%2E/oauthspec-other"),
    entry("climbing by %252e%252e", "{uri}/%252e%252e/oauthspec-other"),
    entry("climbing by ..;", "{uri}/..;/oauthspec-other"),
    entry("climbing by a backslash", "{uri}\\..\\oauthspec-other"),
    entry("climbing by %5c", "{uri}/..%5coauthspec-other"),
    entry("climbing by %2f", "{uri}/..%2foauthspec-other"),
    entry("with a fragment", "{uri}#fragment"),
    entry("with an empty fragment", "{uri}#"),
    entry("that is relative", "//{host}{port}{path}"),
    entry("that is no URI", "::not a uri"),
    entry("on an IPv6 address that is not closed", "{scheme}://[::1{path}"),
    entry("on a name in the brackets of an IPv6 address", "{scheme}://[oauthspec]{path}"),
    entry("carrying markup", "{uri}/{markup}"),
    entry("on another host, carrying markup", "{scheme}://oauthspec.example/{markup}"),
    entry("carrying a line break", "{uri}/oauthspec\r\nX-Oauthspec: injected\r\n"),
    Entry { name: "on a host with a letter in place of a dot", shape: Shape::LetterForDot },
    Entry { name: "with its port written out", shape: Shape::WrittenPort },
    Entry { name: "on another port", shape: Shape::OtherPort },
    Entry { name: "on another port of its loopback host", shape: Shape::OtherLoopbackPort },
    Entry {
        name: "under https on another port of its loopback host",
        shape: Shape::HttpsLoopbackPort,
    },
    Entry { name: "without the port of its loopback host", shape: Shape::NoLoopbackPort },
    Entry { name: "on another loopback host", shape: Shape::OtherLoopback },
    Entry { name: "with a letter of its path encoded", shape: Shape::EncodedLetter },
    Entry { name: "with scheme and host in upper case", shape: Shape::UpperHost },
    Entry { name: "with its host in upper case", shape: Shape::UpperHostAlone },
    Entry { name: "with its path in other case", shape: Shape::PathCase },
];

const fn entry(name: &'static str, template: &'static str) -> Entry {
    Entry { name, shape: Shape::Template(template) }
}

impl Relocation {
    /// The new URI; `None` where the registered one has not the parts that this needs.
    pub fn apply(self, registered: &str) -> Option<String> {
        let parts = Parts::of(registered)?;
        // A name glued to an IP address is no host at all: that it is refused proves nothing.
        if self.is_about_names() && parts.is_at_an_address() {
            return None;
        }
        if parts.host.is_empty() && !self.needs_no_host() {
            return None;
        }
        let moved = match self.0.shape {
            Shape::Template(template) => parts.fill(template),
            Shape::OtherPort | Shape::WrittenPort if parts.is_loopback() => return None,
            Shape::WrittenPort => {
                let port = match parts.scheme {
                    "https" => 443,
                    "http" => 80,
                    _ => return None,
                };
                let known = parts.port.is_empty();
                known.then(|| format!("{}://{}:{port}{}", parts.scheme, parts.host, parts.path))?
            }
            Shape::OtherLoopbackPort
            | Shape::HttpsLoopbackPort
            | Shape::NoLoopbackPort
            | Shape::OtherLoopback
                if !parts.is_loopback() =>
            {
                return None;
            }
            Shape::NoLoopbackPort => format!("{}://{}{}", parts.scheme, parts.host, parts.path),
            Shape::OtherLoopback => {
                let host = if parts.host == "127.0.0.1" { "localhost" } else { "127.0.0.1" };
                format!("{}://{host}{}{}", parts.scheme, parts.port, parts.path)
            }
            Shape::EncodedLetter => encode_a_letter(registered)?,
            Shape::OtherPort | Shape::OtherLoopbackPort | Shape::HttpsLoopbackPort => {
                let port = if parts.port == ":4711" { ":4712" } else { ":4711" };
                let https = matches!(self.0.shape, Shape::HttpsLoopbackPort);
                let scheme = if https { "https" } else { parts.scheme };
                format!("{scheme}://{}{port}{}", parts.host, parts.path)
            }
            Shape::LetterForDot => {
                let host = parts.host.replacen('.', "x", 1);
                format!("{}://{host}{}{}", parts.scheme, parts.port, parts.path)
            }
            Shape::UpperHost => parts.with_upper_host(&parts.scheme.to_ascii_uppercase()),
            Shape::UpperHostAlone => parts.with_upper_host(parts.scheme),
            Shape::PathCase => {
                let path: String = parts.path.chars().map(other_case).collect();
                format!("{}://{}{}{path}", parts.scheme, parts.host, parts.port)
            }
        };
        (moved != registered).then_some(moved)
    }
}

impl Relocation {
    /// Whether a URI without a host can be moved in this way (RFC 8252 §7.1).
    fn needs_no_host(self) -> bool {
        match self.0.shape {
            Shape::Template(template) => !template.contains("://"),
            Shape::EncodedLetter => true,
            _ => false,
        }
    }

    /// Whether the new host is a name made out of the registered one.
    fn is_about_names(self) -> bool {
        match self.0.shape {
            Shape::Template(template) => {
                let made =
                    ["//sub.{host}", "//evil{host}", "{host}.", "{host}evil", "{host}\u{3002}"];
                made.iter().any(|part| template.contains(part))
            }
            Shape::LetterForDot => true,
            _ => false,
        }
    }
}

fn encode_a_letter(uri: &str) -> Option<String> {
    let (start, last) = uri.split_at(uri.len().checked_sub(1)?);
    let letter = last.chars().next().filter(char::is_ascii_alphanumeric)?;
    Some(format!("{start}%{:02X}", u32::from(letter)))
}

fn other_case(c: char) -> char {
    if c.is_ascii_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() }
}

/// A URI taken apart by its delimiters, unrepaired.
struct Parts<'a> {
    uri: &'a str,
    scheme: &'a str,
    host: &'a str,
    port: &'a str,
    path: &'a str,
}

impl<'a> Parts<'a> {
    /// The URI with its host in upper case, under this scheme.
    fn with_upper_host(&self, scheme: &str) -> String {
        format!("{scheme}://{}{}{}", self.host.to_ascii_uppercase(), self.port, self.path)
    }

    fn of(uri: &'a str) -> Option<Self> {
        let Some((scheme, rest)) = uri.split_once("://") else {
            let (scheme, path) = uri.split_once(':').filter(|(_, rest)| rest.starts_with('/'))?;
            return Some(Self { uri, scheme, host: "", port: "", path });
        };
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(end);
        let colon = authority.rfind(':').filter(|at| !authority[*at..].contains(']'));
        let (host, port) = authority.split_at(colon.unwrap_or(authority.len()));
        Some(Self { uri, scheme, host, port, path })
    }

    fn is_at_an_address(&self) -> bool {
        self.host.starts_with('[') || self.host.parse::<std::net::Ipv4Addr>().is_ok()
    }

    /// Whether the port is the client's to choose at each request.
    fn is_loopback(&self) -> bool {
        self.scheme == "http" && ["127.0.0.1", "[::1]", "localhost"].contains(&self.host)
    }

    fn fill(&self, template: &str) -> String {
        template
            .replace("{uri}", self.uri)
            .replace("{rest}", &self.uri[(self.scheme.len() + 1).min(self.uri.len())..])
            .replace("{scheme}", self.scheme)
            .replace("{host}", self.host)
            .replace("{port}", self.port)
            .replace("{path}", self.path)
            .replace("{bare}", self.path.split('?').next().unwrap_or_default())
            .replace("{markup}", MARKUP)
    }
}

impl fmt::Display for Relocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.name)
    }
}

/// A text that names no relocation.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown change of a redirect URI \"{0}\"")]
pub struct UnknownRelocation(String);

impl FromStr for Relocation {
    type Err = UnknownRelocation;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        RELOCATIONS
            .iter()
            .find(|entry| entry.name == text)
            .map(Self)
            .ok_or_else(|| UnknownRelocation(text.to_owned()))
    }
}

impl TryFrom<String> for Relocation {
    type Error = UnknownRelocation;

    fn try_from(text: String) -> Result<Self, UnknownRelocation> {
        text.parse()
    }
}

impl From<Relocation> for String {
    fn from(relocation: Relocation) -> Self {
        relocation.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moved(name: &str, uri: &str) -> Option<String> {
        name.parse::<Relocation>().unwrap().apply(uri)
    }

    #[test]
    fn parts_are_moved_literally() {
        let uri = "https://www.myboxapp.com/app";
        for (name, expected) in [
            ("on another port", "https://www.myboxapp.com:4711/app"),
            (
                "behind the registered host as user name",
                "https://www.myboxapp.com@evil.example/app",
            ),
            ("climbing by ..", "https://www.myboxapp.com/app/../oauthspec-other"),
            ("with its path in other case", "https://www.myboxapp.com/APP"),
            ("on a host with a letter in place of a dot", "https://wwwxmyboxapp.com/app"),
            ("with scheme and host in upper case", "HTTPS://WWW.MYBOXAPP.COM/app"),
            ("under a scheme that begins with a digit", "1https://www.myboxapp.com/app"),
        ] {
            assert_eq!(moved(name, uri).as_deref(), Some(expected), "{name}");
        }
        let local = "http://[::1]:8080/app";
        assert_eq!(
            moved("on another port of its loopback host", local).as_deref(),
            Some("http://[::1]:4711/app")
        );
        assert_eq!(
            moved("under https on another port of its loopback host", local).as_deref(),
            Some("https://[::1]:4711/app")
        );
        assert_eq!(
            moved("on an IPv6 address that is not closed", uri).as_deref(),
            Some("https://[::1/app")
        );
        assert_eq!(
            moved("with a letter of its path encoded", uri).as_deref(),
            Some("https://www.myboxapp.com/ap%70")
        );
    }

    #[test]
    fn no_name_is_made_of_an_address() {
        for uri in ["http://127.0.0.1:8080/app", "http://[::1]/app"] {
            assert_eq!(moved("on a subdomain", uri), None);
            assert_eq!(moved("on a host glued to the registered one", uri), None);
            assert_eq!(moved("on a host with a letter in place of a dot", uri), None);
            assert!(moved("on another host", uri).is_some());
            assert!(moved("behind the registered host as user name", uri).is_some());
        }
    }

    #[test]
    fn a_uri_without_a_host_is_moved_where_no_host_is_needed() {
        let uri = "example.client.app:/callback";
        for (name, expected) in [
            ("with another slash behind its scheme", Some("example.client.app://callback")),
            (
                "under a scheme that begins like the registered one",
                Some("example.client.appevil:/callback"),
            ),
            ("extended by a slash", Some("example.client.app:/callback/")),
            ("on another host", None),
            ("with scheme and host in upper case", None),
        ] {
            assert_eq!(moved(name, uri).as_deref(), expected, "{name}");
        }
    }

    #[test]
    fn what_changes_nothing_is_none() {
        assert_eq!(moved("under plain http", "http://localhost/app"), None);
        // RFC 8252 §7.3: any port is right there.
        assert_eq!(moved("on another port", "http://127.0.0.1:8080/app"), None);
        let written = |uri: &str| moved("with its port written out", uri);
        assert_eq!(written("https://a.example/app").as_deref(), Some("https://a.example:443/app"));
        assert_eq!(written("http://a.example/app").as_deref(), Some("http://a.example:80/app"));
        for none in ["http://127.0.0.1:8080/app", "https://a.example:8443/app", "com.example:/app"]
        {
            assert_eq!(written(none), None, "{none}");
        }
        assert_eq!(moved("on another port of its loopback host", "https://a.example/app"), None);
        assert_eq!(moved("with its path in other case", "https://a.example"), None);
        assert_eq!(moved("on another host", ""), None);
    }
}
