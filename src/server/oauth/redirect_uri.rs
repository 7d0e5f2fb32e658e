//! Which redirect URI an authorization request may use (`box` OAuth page, "The First Leg" and the
//! table of token errors; RFC 6749 §3.1.2). Pure: text in, decision out.
//!
//! The decision is made on the literal text, because a URL library repairs what it reads (it drops
//! tabs and line breaks and turns `\` into `/`), and so does the browser that gets the redirect. What
//! is accepted is what the library, and so a browser, finds below the registered URI, too: the fuzz
//! target `redirect_uri` holds that against it.

mod location;
mod path;

use url::Url;

use crate::server::faults::effects::redirect_uri as effects;
pub use crate::server::policy::Matching;
use crate::server::world::Mode;
use crate::testbed::Switches;
pub use location::location;
pub(in crate::server) use location::{escape, join, with_fragment};
pub(in crate::server) use path::{decode, escapes_are_whole, extends, path_within};

/// Hosts that development mode permits over `http` (`box` OAuth page, "Initial Setup").
const LOCAL_HOSTS: &[&str] = &["localhost", "127.0.0.1", "0.0.0.0"];

/// Hosts on which a native client gets its port from the system (RFC 8252 §7.3; RFC 9700 §2.1 names
/// `localhost`).
const LOOPBACK_HOSTS: &[&str] = &["127.0.0.1", "[::1]", "localhost"];

/// The ports of schemes that have one; others are taken to have port 0.
const USUAL_PORTS: &[(&str, u16)] = &[("https", 443), ("http", 80)];

/// Names the server appends itself. Standing in the URI already they would arrive twice.
const RESPONSE_NAMES: &[&str] = &["code", "state", "error", "error_description"];

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

/// How URIs are compared: in which mode of the application, and with which mistakes.
#[derive(Debug, Clone, Copy)]
pub struct Comparison<'a> {
    /// Mode of the application.
    pub mode: Mode,
    /// How URIs are compared.
    pub matching: Matching,
    /// Mistakes that are made.
    pub switches: &'a Switches,
}

/// The redirect URI of an authorization request, as it is to be used.
///
/// # Errors
/// The first of: invalid scheme, insecure, mismatch; or missing where it cannot be left out.
pub fn choose<'a>(
    requested: Option<&'a str>,
    registered: &'a [String],
    by: Comparison<'_>,
) -> Result<&'a str, Refusal> {
    let Some(uri) = requested else {
        return only_registered(registered, by);
    };
    check_scheme(uri, by)?;
    // redirect/not-configured, redirect/registered
    let known = registered.iter().any(|known| matches(uri, known, by));
    let right = if known { Ok(uri) } else { Err(Refusal::Mismatch) };
    effects::chosen(uri, registered, by, right)
}

fn only_registered<'a>(registered: &'a [String], by: Comparison<'_>) -> Result<&'a str, Refusal> {
    match registered {
        // redirect/not-configured
        [] => Err(Refusal::Mismatch),
        // authorize/redirect-uri-optional
        [only] => check_scheme(only, by).map(|()| only.as_str()),
        // redirect/several-registered
        several => effects::one_of_several(several, by, Err(Refusal::Missing)),
    }
}

fn check_scheme(uri: &str, by: Comparison<'_>) -> Result<(), Refusal> {
    // redirect/invalid-scheme
    let parts = Parts::of(uri).ok_or(Refusal::Invalid)?;
    // redirect/insecure, redirect/production-local, redirect/custom-scheme
    let right = if parts.is_secure(by) { Ok(()) } else { Err(Refusal::Insecure) };
    effects::scheme_checked(&parts, by, right)
}

/// Whether the requested URI is the registered one, or, where that is a base, extends its path or query.
pub fn matches(requested: &str, registered: &str, by: Comparison<'_>) -> bool {
    // What is no URL by itself cannot have been registered: `https:` would leave the host to the request.
    let (Ok(_), Some(asked), Some(known)) =
        (Url::parse(registered), Parts::of(requested), Parts::of(registered))
    else {
        return false;
    };
    let agree = || Points::of(&asked, &known, by).all();
    let right = match by.matching {
        // redirect/registered, redirect/exact-match (RFC 6749 §3.1.2.3). A native client may ask for
        // another port of the loopback host that it registered, and for nothing else that it did not
        // (RFC 8252 §7.3). redirect/loopback-any-port
        Matching::Exact => requested == registered || known.is_loopback() && agree(),
        Matching::Prefix => agree(),
    };
    effects::matched((requested, &asked), (registered, &known), by, right)
}

/// Where a requested URI agrees with a registered one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::server) struct Points {
    /// Nothing in it can end a header field.
    // redirect/header-safe
    pub(in crate::server) no_control: bool,
    /// A browser reads `\` as `/`.
    // redirect/path-traversal
    pub(in crate::server) no_backslash: bool,
    // redirect/fragment
    pub(in crate::server) no_fragment: bool,
    // redirect/other-scheme, redirect/host-case
    pub(in crate::server) scheme: bool,
    // redirect/userinfo
    pub(in crate::server) no_userinfo: bool,
    // redirect/other-host, redirect/lookalike-host, redirect/host-case
    pub(in crate::server) host: bool,
    // redirect/other-port
    pub(in crate::server) port: bool,
    // redirect/base-url-suffix, redirect/path-boundary, redirect/path-traversal
    pub(in crate::server) path: bool,
    // redirect/query-kept
    pub(in crate::server) query: bool,
    /// It names none of the parameters of the response.
    pub(in crate::server) no_response_names: bool,
}

impl Points {
    pub(in crate::server) fn of(asked: &Parts<'_>, known: &Parts<'_>, by: Comparison<'_>) -> Self {
        let exact = by.matching == Matching::Exact;
        let compared = if exact { Self::compared } else { Self::below };
        let Compared { scheme, host, port, path, query } = compared(asked, known, by.mode);
        Self {
            no_control: !has_control(asked.text),
            no_backslash: !asked.text.contains('\\'),
            no_fragment: asked.fragment.is_none(),
            scheme,
            no_userinfo: !asked.authority.is_some_and(|authority| authority.contains('@')),
            host,
            port,
            path,
            query,
            no_response_names: exact || !names_a_response_parameter(asked),
        }
    }

    /// Where the registered URI is a base.
    fn below(asked: &Parts<'_>, known: &Parts<'_>, mode: Mode) -> Compared {
        Compared {
            scheme: asked.scheme.eq_ignore_ascii_case(known.scheme),
            host: same_host(asked, known),
            port: same_port(asked, known, mode),
            path: path_within(asked.path(), known.path()),
            query: query_extends(asked, known),
        }
    }

    /// Where the two are compared as strings.
    fn compared(asked: &Parts<'_>, known: &Parts<'_>, _: Mode) -> Compared {
        // redirect/loopback-any-port
        let any_port = known.is_loopback() && asked.port().is_some();
        Compared {
            scheme: asked.scheme == known.scheme,
            host: asked.host() == known.host(),
            port: any_port || asked.port_text() == known.port_text(),
            path: asked.path == known.path,
            query: asked.query == known.query,
        }
    }

    pub(in crate::server) fn all(self) -> bool {
        self.no_control
            && self.no_backslash
            && self.no_fragment
            && self.scheme
            && self.no_userinfo
            && self.host
            && self.port
            && self.path
            && self.query
            && self.no_response_names
    }
}

/// The points that depend on how URIs are compared.
struct Compared {
    scheme: bool,
    host: bool,
    port: bool,
    path: bool,
    query: bool,
}

/// A URI in its parts, cut literally (RFC 3986 §3 and appendix B).
#[derive(Debug, Clone, Copy)]
pub(in crate::server) struct Parts<'a> {
    pub(in crate::server) text: &'a str,
    pub(in crate::server) scheme: &'a str,
    pub(in crate::server) authority: Option<&'a str>,
    pub(in crate::server) path: &'a str,
    pub(in crate::server) query: Option<&'a str>,
    pub(in crate::server) fragment: Option<&'a str>,
}

impl<'a> Parts<'a> {
    /// `None` where the text does not begin with a scheme.
    pub(in crate::server) fn of(text: &'a str) -> Option<Self> {
        let (scheme, rest) = text.split_once(':')?;
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
        Some(Self { text, scheme, authority, path, query, fragment })
    }

    /// Host and port text behind any user information.
    pub(in crate::server) fn host_and_port(&self) -> Option<(&'a str, &'a str)> {
        let authority = self.authority?;
        let place = authority.rsplit_once('@').map_or(authority, |(_, place)| place);
        let end_of_host = place.rfind(']').unwrap_or(0);
        let colon = place[end_of_host..].find(':').map(|at| end_of_host + at);
        Some(colon.map_or((place, ""), |at| (&place[..at], &place[at + 1..])))
    }

    /// The host, as it is written.
    fn host(&self) -> Option<&'a str> {
        self.host_and_port().map(|(host, _)| host)
    }

    /// What follows the host, with its colon.
    fn port_text(&self) -> Option<&'a str> {
        let place = self.authority?.rsplit('@').next()?;
        place.strip_prefix(self.host()?)
    }

    /// The port; without one that of the scheme. `None` where it is none, or there is no host.
    pub(in crate::server) fn port(&self) -> Option<u16> {
        let (_, text) = self.host_and_port()?;
        if text.is_empty() {
            let usual =
                USUAL_PORTS.iter().find(|(scheme, _)| scheme.eq_ignore_ascii_case(self.scheme));
            return Some(usual.map_or(0, |(_, port)| *port));
        }
        text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
    }

    // redirect/development-local, redirect/production-local
    fn is_secure(&self, by: Comparison<'_>) -> bool {
        let host =
            || self.local_host().is_some() || by.matching == Matching::Exact && self.is_loopback();
        let local = by.mode == Mode::Development && host();
        local || !self.scheme.eq_ignore_ascii_case("http")
    }

    /// Which of the hosts of development it names.
    pub(in crate::server) fn local_host(&self) -> Option<&'static str> {
        let (host, _) = self.host_and_port()?;
        LOCAL_HOSTS.iter().find(|local| host.eq_ignore_ascii_case(local)).copied()
    }

    /// Whether it is under plain HTTP on a loopback host.
    // redirect/loopback-any-port
    pub(in crate::server) fn is_loopback(&self) -> bool {
        self.scheme == "http" && self.host().is_some_and(|host| LOOPBACK_HOSTS.contains(&host))
    }

    /// The path; behind an authority no path and `/` are the same (RFC 3986 §6.2.3).
    pub(in crate::server) fn path(&self) -> &'a str {
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

/// Whether both name the same host, or none.
fn same_host(asked: &Parts<'_>, known: &Parts<'_>) -> bool {
    match (asked.host_and_port(), known.host_and_port()) {
        (Some((host, _)), Some((known, _))) => host.eq_ignore_ascii_case(known),
        (asked, known) => asked.is_none() && known.is_none(),
    }
}

// redirect/other-port
fn same_port(asked: &Parts<'_>, known: &Parts<'_>, mode: Mode) -> bool {
    if asked.authority.is_none() && known.authority.is_none() {
        return true;
    }
    // A local server gets its port from the system, so development mode lets it differ
    // (RFC 8252 §7.3; box-facts §17.4).
    let any_port = mode == Mode::Development && asked.local_host().is_some();
    let port = asked.port();
    port.is_some() && (any_port || port == known.port())
}

// redirect/query-kept: a registered query stays in front, and more may follow.
fn query_extends(asked: &Parts<'_>, known: &Parts<'_>) -> bool {
    let Some(base) = known.query else { return true };
    let rest = asked.query.and_then(|query| query.strip_prefix(base));
    asked.path() == known.path()
        && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('&'))
}

fn names_a_response_parameter(asked: &Parts<'_>) -> bool {
    let names = asked.query.unwrap_or_default().split('&').map(|pair| cut(pair, '=').0);
    names.map(decode).any(|name| RESPONSE_NAMES.contains(&name.as_str()))
}

#[cfg(test)]
#[path = "redirect_uri_tests.rs"]
mod tests;
