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

use crate::server::faults::redirect as faults;
pub use crate::server::policy::Matching;
use crate::server::world::Mode;
use crate::testbed::switches::{Fault, Switches};
pub use location::location;
use path::{decode, path_within};

/// Hosts that development mode permits over `http` (`box` OAuth page, "Initial Setup").
const LOCAL_HOSTS: &[&str] = &["localhost", "127.0.0.1", "0.0.0.0"];

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

impl Comparison<'_> {
    fn has(self, fault: &'static Fault) -> bool {
        self.switches.has(fault)
    }

    /// Whether hosts or schemes are compared so badly that no browser would agree.
    fn is_naive(self) -> bool {
        NAIVE.iter().any(|fault| self.has(fault))
    }
}

static NAIVE: &[&Fault] = &[
    &faults::HOST_IGNORED,
    &faults::SUBDOMAINS,
    &faults::SAME_DOMAIN,
    &faults::HOST_ENDING,
    &faults::HOST_BEGINNING,
    &faults::DOT_IS_ANY_LETTER,
    &faults::USER_IS_HOST,
    &faults::PASSWORD_IS_PORT,
    &faults::SCHEME_IGNORED,
    &faults::CUSTOM_TRUSTED,
    &faults::HTTP_LIKE_HTTPS,
];

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
    // redirect/invalid-scheme
    let parts = Parts::of(uri).ok_or(Refusal::Invalid)?;
    // redirect/insecure, redirect/production-local, redirect/custom-scheme
    parts.check_scheme(by)?;
    if registered.is_empty() && by.has(&faults::ANY_IF_NONE) {
        return Ok(uri);
    }
    let known = if by.has(&faults::ONLY_FIRST) { registered.get(..1) } else { Some(registered) };
    // redirect/not-configured, redirect/registered
    match known.unwrap_or_default().iter().find(|known| matches(uri, known, by)) {
        Some(_) if by.has(&faults::REGISTERED_INSTEAD) => Ok(&registered[0]),
        Some(known) if by.has(&faults::SUFFIX_DROPPED) && is_base_url(known) => Ok(known),
        Some(_) if by.has(&faults::FRAGMENT_STRIPPED) => Ok(cut(uri, '#').0),
        Some(_) => Ok(uri),
        None => Err(mismatch(&parts, registered, by)),
    }
}

// redirect/other-scheme, redirect/other-port
fn mismatch(asked: &Parts<'_>, registered: &[String], by: Comparison<'_>) -> Refusal {
    let known = registered.first().and_then(|known| Parts::of(known));
    let scheme = known.as_ref().map(|known| known.scheme);
    let port = |parts: &Parts<'_>| parts.host_and_port().map(|(_, port)| port.to_owned());
    if by.has(&faults::OTHER_SCHEME_INVALID) && scheme.is_some_and(|known| known != asked.scheme) {
        Refusal::Invalid
    } else if by.has(&faults::OTHER_PORT_INSECURE)
        && known.is_some_and(|known| port(&known) != port(asked))
    {
        Refusal::Insecure
    } else {
        Refusal::Mismatch
    }
}

fn is_base_url(uri: &str) -> bool {
    Parts::of(uri).is_some_and(|parts| parts.path().is_empty() && parts.query.is_none())
}

fn only_registered<'a>(registered: &'a [String], by: Comparison<'_>) -> Result<&'a str, Refusal> {
    match registered {
        // redirect/not-configured
        [] => Err(Refusal::Mismatch),
        // authorize/redirect-uri-optional
        [only] => {
            Parts::of(only).ok_or(Refusal::Invalid)?.check_scheme(by)?;
            Ok(only)
        }
        // redirect/several-registered
        [first, ..] if by.has(&faults::FIRST_OF_SEVERAL) => Ok(first),
        [.., last] if by.has(&faults::LAST_OF_SEVERAL) => Ok(last),
        _ => Err(Refusal::Missing),
    }
}

/// Whether the requested URI is the registered one, or, where that is a base, extends its path or query.
pub fn matches(requested: &str, registered: &str, by: Comparison<'_>) -> bool {
    // What is no URL by itself cannot have been registered: `https:` would leave the host to the request.
    let (Ok(_), Some(asked), Some(known)) =
        (Url::parse(registered), Parts::of(requested), Parts::of(registered))
    else {
        return false;
    };
    if let Some(naive) = matches_as_text(requested, registered, by) {
        return naive;
    }
    // redirect/registered (RFC 6749 §3.1.2.3)
    if by.matching == Matching::Exact {
        return requested == registered;
    }
    // redirect/header-safe
    (!has_control(requested) || by.has(&faults::BREAK_IN_URI))
        // redirect/path-traversal: a browser reads `\` as `/`.
        && (!requested.contains('\\') || by.has(&faults::BACKSLASH_ALLOWED))
        // redirect/fragment
        && fragment_allowed(asked.fragment, by)
        // redirect/other-scheme, redirect/host-case
        && same_scheme(asked.scheme, known.scheme, by)
        && same_authority(&asked, &known, by)
        && path_within(asked.path(), known.path(), by)
        && query_extends(&asked, &known, by)
        && !names_a_response_parameter(&asked)
}

/// Comparisons that take a URI for a text; `None` where it is not one of these mistakes.
fn matches_as_text(requested: &str, registered: &str, by: Comparison<'_>) -> Option<bool> {
    if by.has(&faults::STRING_PREFIX) {
        Some(requested.starts_with(registered))
    } else if by.has(&faults::STRING_SUFFIX) {
        Some(requested.ends_with(registered))
    } else if by.has(&faults::STRING_WITHIN) {
        Some(requested.contains(registered))
    } else {
        None
    }
}

fn fragment_allowed(fragment: Option<&str>, by: Comparison<'_>) -> bool {
    fragment.is_none()
        || by.has(&faults::FRAGMENT_ALLOWED)
        || by.has(&faults::FRAGMENT_STRIPPED)
        || (fragment == Some("") && by.has(&faults::EMPTY_FRAGMENT))
}

fn same_scheme(asked: &str, known: &str, by: Comparison<'_>) -> bool {
    let web = |scheme: &str| ["http", "https"].iter().any(|one| one.eq_ignore_ascii_case(scheme));
    if by.has(&faults::SCHEME_CASE) {
        return asked == known;
    }
    asked.eq_ignore_ascii_case(known)
        || by.has(&faults::SCHEME_IGNORED)
        || (by.has(&faults::CUSTOM_TRUSTED) && !web(asked))
        || (by.has(&faults::HTTP_LIKE_HTTPS) && web(asked) && web(known))
}

/// A URI in its parts, cut literally (RFC 3986 §3 and appendix B).
#[derive(Debug)]
struct Parts<'a> {
    scheme: &'a str,
    authority: Option<&'a str>,
    path: &'a str,
    query: Option<&'a str>,
    fragment: Option<&'a str>,
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
        Some(Self { scheme, authority, path, query, fragment })
    }

    /// Host and port text behind any user information.
    fn host_and_port(&self) -> Option<(&'a str, &'a str)> {
        let authority = self.authority?;
        let place = authority.rsplit_once('@').map_or(authority, |(_, place)| place);
        let end_of_host = place.rfind(']').unwrap_or(0);
        let colon = place[end_of_host..].find(':').map(|at| end_of_host + at);
        Some(colon.map_or((place, ""), |at| (&place[..at], &place[at + 1..])))
    }

    fn port(&self, text: &str) -> Option<u16> {
        if text.is_empty() {
            let usual =
                USUAL_PORTS.iter().find(|(scheme, _)| scheme.eq_ignore_ascii_case(self.scheme));
            return Some(usual.map_or(0, |(_, port)| *port));
        }
        text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
    }

    fn check_scheme(&self, by: Comparison<'_>) -> Result<(), Refusal> {
        let custom = !["http", "https"].iter().any(|web| web.eq_ignore_ascii_case(self.scheme));
        if custom && by.has(&faults::CUSTOM_REFUSED) {
            return Err(Refusal::Invalid);
        }
        let secure = self.is_secure(by) && !(custom && by.has(&faults::CUSTOM_INSECURE));
        if secure { Ok(()) } else { Err(Refusal::Insecure) }
    }

    fn is_secure(&self, by: Comparison<'_>) -> bool {
        !self.scheme.eq_ignore_ascii_case("http")
            || by.has(&faults::HTTP_LIKE_HTTPS)
            || (by.mode == Mode::Development && by.has(&faults::DEVELOPMENT_ANY_HOST))
            // redirect/development-local, redirect/production-local
            || LOCAL_HOSTS.iter().any(|local| self.is_at(local) && permits(local, by))
    }

    fn is_local(&self) -> bool {
        LOCAL_HOSTS.iter().any(|local| self.is_at(local))
    }

    fn is_at(&self, local: &str) -> bool {
        self.host_and_port().is_some_and(|(host, _)| host.eq_ignore_ascii_case(local))
    }

    /// The path; behind an authority no path and `/` are the same (RFC 3986 §6.2.3).
    fn path(&self) -> &'a str {
        if self.authority.is_some() && self.path == "/" { "" } else { self.path }
    }
}

/// Whether the application may use this local host over `http`.
fn permits(local: &str, by: Comparison<'_>) -> bool {
    let (never, always) = match local {
        "localhost" => (&faults::NO_LOCALHOST, &faults::ALWAYS_LOCALHOST),
        "127.0.0.1" => (&faults::NO_LOOPBACK, &faults::ALWAYS_LOOPBACK),
        _ => (&faults::NO_ANY_ADDRESS, &faults::ALWAYS_ANY_ADDRESS),
    };
    let refused = by.has(never) || by.has(&faults::NEVER_LOCAL);
    let ever = by.has(always) || by.has(&faults::ALWAYS_LOCAL);
    ever || (by.mode == Mode::Development && !refused)
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

fn same_authority(asked: &Parts<'_>, known: &Parts<'_>, by: Comparison<'_>) -> bool {
    let (Some((host, port)), Some((known_host, known_port))) =
        (place(asked, by), known.host_and_port())
    else {
        return asked.authority.is_none() && known.authority.is_none();
    };
    // redirect/userinfo
    let plain = asked.authority.is_some_and(|authority| !authority.contains('@'));
    let plain = plain || by.has(&faults::USER_IS_HOST) || by.has(&faults::PASSWORD_IS_PORT);
    // redirect/other-host, redirect/lookalike-host, redirect/host-case
    plain && same_host(host, known_host, by) && same_port(asked, port, known, known_port, by)
}

/// Host and port of the URI that is asked for.
// redirect/userinfo
fn place<'a>(asked: &Parts<'a>, by: Comparison<'_>) -> Option<(&'a str, &'a str)> {
    let authority = asked.authority?;
    if by.has(&faults::USER_IS_HOST) {
        let user = cut(authority, '@').0;
        return Some(if authority == user {
            asked.host_and_port()?
        } else {
            (cut(user, ':').0, "")
        });
    }
    if by.has(&faults::PASSWORD_IS_PORT) && authority.contains('@') {
        let (host, password) = cut(authority, ':');
        return password.map(|_| (host, ""));
    }
    asked.host_and_port()
}

// redirect/other-host, redirect/lookalike-host, redirect/host-case
fn same_host(host: &str, known: &str, by: Comparison<'_>) -> bool {
    if by.has(&faults::HOST_CASE) {
        return host == known;
    }
    let (host, known) = (host.to_ascii_lowercase(), known.to_ascii_lowercase());
    let domain = |host: &str| host.rsplit('.').take(2).map(str::to_owned).collect::<Vec<String>>();
    let like = |(a, b): (char, char)| a == b || b == '.';
    host == known
        || by.has(&faults::HOST_IGNORED)
        || (by.has(&faults::SUBDOMAINS) && host.ends_with(&format!(".{known}")))
        || (by.has(&faults::SAME_DOMAIN) && domain(&host) == domain(&known))
        || (by.has(&faults::HOST_ENDING) && host.ends_with(&known))
        || (by.has(&faults::HOST_BEGINNING) && host.starts_with(&known))
        || (by.has(&faults::DOT_IS_ANY_LETTER)
            && host.len() == known.len()
            && host.chars().zip(known.chars()).all(like))
}

// redirect/other-port
fn same_port(
    asked: &Parts<'_>,
    port: &str,
    known: &Parts<'_>,
    known_port: &str,
    by: Comparison<'_>,
) -> bool {
    if by.has(&faults::PORT_IGNORED) || (by.is_naive() && port == known_port) {
        return true;
    }
    let (port, known_port) = (asked.port(port), known.port(known_port));
    // A local server gets its port from the system, so development mode lets it differ
    // (RFC 8252 §7.3; box-facts §17.4).
    let any_port =
        by.mode == Mode::Development && (asked.is_local() || by.has(&faults::DEVELOPMENT_ANY_PORT));
    port.is_some() && (any_port || port == known_port)
}

// redirect/query-kept: a registered query stays in front, and more may follow.
fn query_extends(asked: &Parts<'_>, known: &Parts<'_>, by: Comparison<'_>) -> bool {
    let Some(base) = known.query else {
        return asked.query.is_none() || !by.has(&faults::QUERY_REFUSED);
    };
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
