//! Which redirect URI an authorization request may use (`box` OAuth page, "The First Leg" and the
//! table of token errors; RFC 6749 §3.1.2). Pure: text in, decision out.
//!
//! The decision is made on the literal text, because a URL library repairs what it reads (it drops
//! tabs and line breaks and turns `\` into `/`), and so does the browser that gets the redirect. In
//! the end the library must agree too, since it reads the text as a browser would.

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};
use url::Url;

use super::world::Mode;
use crate::wire::{Params, form};

/// Hosts that development mode permits over `http` (`box` OAuth page, "Initial Setup").
const LOCAL_HOSTS: &[&str] = &["localhost", "127.0.0.1", "0.0.0.0"];

/// How often a path is decoded in search of dot segments; one that still changes is refused.
const DECODINGS: usize = 5;

/// Names the server appends itself. Standing in the URI already they would arrive twice.
const RESPONSE_NAMES: &[&str] = &["code", "state", "error", "error_description"];

/// What a URI cannot contain as it is (RFC 3986 §2); anything outside ASCII is escaped anyway.
const NOT_IN_URIS: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'<')
    .add(b'>')
    .add(b'\\')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// Why no redirect may happen. Each is shown to the user and never sent to the application.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The scheme is not one (RFC 3986 §3.1).
    Invalid,
    /// `http` to anything but a permitted local address.
    Insecure,
    /// Not what was registered, or nothing was registered.
    Mismatch,
    /// None was sent and several are registered.
    Missing,
}

impl Refusal {
    /// The code on the error page.
    pub fn code(self) -> &'static str {
        match self {
            Self::Invalid => "invalid_redirect_uri",
            Self::Insecure => "insecure_redirect_uri",
            Self::Mismatch => "redirect_uri_mismatch",
            Self::Missing => "redirect_uri_missing",
        }
    }
}

/// The redirect URI of an authorization request, as it is to be used.
///
/// # Errors
/// The first of: invalid scheme, insecure, mismatch; or missing where it cannot be left out.
pub fn choose<'a>(
    requested: Option<&'a str>,
    registered: &'a [String],
    mode: Mode,
) -> Result<&'a str, Refusal> {
    let Some(uri) = requested else {
        return only_registered(registered, mode);
    };
    // redirect/invalid-scheme
    let parts = Parts::of(uri).ok_or(Refusal::Invalid)?;
    // redirect/insecure, redirect/production-local
    if !parts.is_secure(mode) {
        return Err(Refusal::Insecure);
    }
    // redirect/not-configured, redirect/registered
    if registered.iter().any(|known| matches(uri, known, mode)) {
        Ok(uri)
    } else {
        Err(Refusal::Mismatch)
    }
}

fn only_registered(registered: &[String], mode: Mode) -> Result<&str, Refusal> {
    match registered {
        // redirect/not-configured
        [] => Err(Refusal::Mismatch),
        // authorize/redirect-uri-optional
        [only] => {
            let parts = Parts::of(only).ok_or(Refusal::Invalid)?;
            if parts.is_secure(mode) { Ok(only) } else { Err(Refusal::Insecure) }
        }
        // redirect/several-registered
        _ => Err(Refusal::Missing),
    }
}

/// Whether the requested URI is the registered one, or extends its path or query.
pub fn matches(requested: &str, registered: &str, mode: Mode) -> bool {
    let (Some(asked), Some(known)) = (Parts::of(requested), Parts::of(registered)) else {
        return false;
    };
    // redirect/header-safe
    !has_control(requested)
        // redirect/path-traversal: a browser reads `\` as `/`.
        && !requested.contains('\\')
        // redirect/fragment
        && !asked.has_fragment
        // redirect/other-scheme, redirect/host-case
        && asked.scheme.eq_ignore_ascii_case(known.scheme)
        && same_authority(&asked, &known, mode)
        && path_within(asked.path(), known.path())
        && query_extends(&asked, &known)
        && !names_a_response_parameter(&asked)
        && a_browser_agrees(requested, registered)
}

/// The text of the redirect: the URI as it was given, with the parameters appended once.
// redirect/query-kept, redirect/header-safe
pub fn location(uri: &str, params: &Params) -> String {
    let uri = utf8_percent_encode(uri, NOT_IN_URIS).to_string();
    let separator = match uri.split_once('?') {
        None => "?",
        Some((_, query)) if query.is_empty() || query.ends_with('&') => "",
        Some(_) => "&",
    };
    format!("{uri}{separator}{}", form::encode(params))
}

/// A URI in its parts, cut literally (RFC 3986 §3 and appendix B).
#[derive(Debug)]
struct Parts<'a> {
    scheme: &'a str,
    authority: Option<&'a str>,
    path: &'a str,
    query: Option<&'a str>,
    has_fragment: bool,
}

impl<'a> Parts<'a> {
    /// `None` where the text does not begin with a scheme.
    fn of(uri: &'a str) -> Option<Self> {
        let (scheme, rest) = uri.split_once(':')?;
        if !is_scheme(scheme) {
            return None;
        }
        let (rest, fragment) = cut(rest, '#');
        let (rest, query) = cut(rest, '?');
        let (authority, path) = match rest.strip_prefix("//") {
            Some(rest) => {
                let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
                (Some(authority), path)
            }
            None => (None, rest),
        };
        Some(Self { scheme, authority, path, query, has_fragment: fragment.is_some() })
    }

    /// Host and port text behind any user information.
    fn host_and_port(&self) -> Option<(&'a str, &'a str)> {
        let authority = self.authority?;
        let place = authority.rsplit_once('@').map_or(authority, |(_, place)| place);
        let end_of_host = place.rfind(']').map_or(0, |at| at + 1);
        let colon = place[end_of_host..].find(':').map(|at| end_of_host + at);
        Some(colon.map_or((place, ""), |at| (&place[..at], &place[at + 1..])))
    }

    fn port(&self, text: &str) -> Option<u16> {
        if text.is_empty() {
            let https = self.scheme.eq_ignore_ascii_case("https");
            let http = self.scheme.eq_ignore_ascii_case("http");
            return Some(if https { 443 } else { u16::from(http) * 80 });
        }
        text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
    }

    fn is_secure(&self, mode: Mode) -> bool {
        !self.scheme.eq_ignore_ascii_case("http")
            // redirect/development-local
            || (mode == Mode::Development && self.is_local())
    }

    fn is_local(&self) -> bool {
        let host = self.host_and_port().map(|(host, _)| host);
        host.is_some_and(|host| LOCAL_HOSTS.iter().any(|local| local.eq_ignore_ascii_case(host)))
    }

    /// The path; behind an authority no path and `/` are the same (RFC 3986 §6.2.3).
    fn path(&self) -> &'a str {
        if self.authority.is_some() && self.path == "/" { "" } else { self.path }
    }
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
}

fn cut(text: &str, at: char) -> (&str, Option<&str>) {
    text.split_once(at).map_or((text, None), |(before, after)| (before, Some(after)))
}

fn has_control(text: &str) -> bool {
    text.chars().any(char::is_control)
}

fn same_authority(asked: &Parts<'_>, known: &Parts<'_>, mode: Mode) -> bool {
    let (Some((host, port)), Some((known_host, known_port))) =
        (asked.host_and_port(), known.host_and_port())
    else {
        return asked.authority.is_none() && known.authority.is_none();
    };
    // redirect/userinfo
    let plain = asked.authority.is_some_and(|authority| !authority.contains('@'));
    // redirect/other-host, redirect/lookalike-host, redirect/host-case
    plain
        && host.eq_ignore_ascii_case(known_host)
        && same_port(asked, port, known, known_port, mode)
}

// redirect/other-port
fn same_port(
    asked: &Parts<'_>,
    port: &str,
    known: &Parts<'_>,
    known_port: &str,
    mode: Mode,
) -> bool {
    let (port, known_port) = (asked.port(port), known.port(known_port));
    // A local server gets its port from the system, so development mode lets it differ
    // (RFC 8252 §7.3; box-facts §17.4).
    let any_port = mode == Mode::Development && asked.is_local();
    port.is_some() && (any_port || port == known_port)
}

fn path_within(requested: &str, registered: &str) -> bool {
    // redirect/base-url-suffix, redirect/path-boundary
    extends(requested, registered)
        && escapes_are_whole(requested)
        // redirect/path-traversal
        && stays_within(requested, registered)
}

/// Whether the path is the base, or goes on behind it at a `/`. Case counts.
fn extends(path: &str, base: &str) -> bool {
    path.strip_prefix(base)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/') || base.ends_with('/'))
}

fn escapes_are_whole(path: &str) -> bool {
    path.split('%').skip(1).all(|rest| {
        rest.as_bytes().get(..2).is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    })
}

/// Whether the path stays below the base however often somebody on the way decodes it.
fn stays_within(path: &str, base: &str) -> bool {
    let (mut path, mut base) = (path.to_owned(), base.to_owned());
    for _ in 0..DECODINGS {
        let inside = |merge| extends(&resolve(&path, merge), &resolve(&base, merge));
        if has_control(&path) || !inside(false) || !inside(true) {
            return false;
        }
        let decoded = decode(&path);
        if decoded == path {
            return true;
        }
        path = decoded;
        base = decode(&base);
    }
    false
}

fn decode(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// The path without dot segments. Both `/` and `\` part segments, `;` ends a name (some servers
/// cut it off), and `merge` drops empty segments (others do).
fn resolve(path: &str, merge: bool) -> String {
    let mut kept: Vec<&str> = Vec::new();
    for (index, segment) in path.split(['/', '\\']).enumerate() {
        match segment.split(';').next().unwrap_or_default() {
            "." => {}
            // The first segment stands before the leading slash and stays.
            ".." => kept.truncate(kept.len().saturating_sub(1).max(1)),
            "" if merge && index > 0 => {}
            _ => kept.push(segment),
        }
    }
    kept.join("/")
}

// redirect/query-kept: a registered query stays in front, and more may follow.
fn query_extends(asked: &Parts<'_>, known: &Parts<'_>) -> bool {
    let Some(base) = known.query else {
        return true;
    };
    let rest = asked.query.and_then(|query| query.strip_prefix(base));
    asked.path() == known.path()
        && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('&'))
}

fn names_a_response_parameter(asked: &Parts<'_>) -> bool {
    let names = asked.query.unwrap_or_default().split('&').map(|pair| cut(pair, '=').0);
    names.map(decode).any(|name| RESPONSE_NAMES.contains(&name.as_str()))
}

fn a_browser_agrees(requested: &str, registered: &str) -> bool {
    let (Ok(asked), Ok(known)) = (Url::parse(requested), Url::parse(registered)) else {
        return false;
    };
    let host = |url: &Url| url.host_str().unwrap_or_default().to_ascii_lowercase();
    asked.scheme() == known.scheme()
        && host(&asked) == host(&known)
        && asked.username().is_empty()
        && asked.password().is_none()
}

#[cfg(test)]
#[path = "redirect_uri_tests.rs"]
mod tests;
