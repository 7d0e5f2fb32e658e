//! Redirect URIs: what the bundled server accepts beside what is registered.

use url::Url;

use super::super::choices::Choices;
use super::super::oracle::Finding;
use super::finding;
use crate::driver::redirects::Relocation;
use crate::server::oauth::redirect_uri::{Comparison, Matching, location, matches};
use crate::server::world::Mode;
use crate::testbed::Switches;

const REGISTERED: &[&str] = &[
    "https://www.myboxapp.com/app",
    "https://www.myboxapp.com",
    "https://query.myboxapp.com/app?tenant=1",
    "http://localhost:8080/app",
    "myboxapp://callback",
    "https://[::1]:8443/a/b",
];

/// A registered URI, bent by choices.
///
/// # Errors
/// The first property that does not hold.
pub fn bent(choices: &mut impl Choices) -> Result<(), Finding> {
    let registered = choices.pick(REGISTERED).copied().unwrap_or("https://www.myboxapp.com");
    let mut uri = registered.to_owned();
    for _ in 0..choices.below(3) {
        let cut = choices.below(uri.len() + 1);
        let at = (0..=cut).rev().find(|at| uri.is_char_boundary(*at)).unwrap_or(0);
        uri.insert_str(at, &choices.text(4));
    }
    if let Some(name) = choices.pick(WAYS).copied().filter(|name| !name.is_empty()) {
        let way = name.parse::<Relocation>().ok();
        uri = way.and_then(|way| way.apply(&uri)).unwrap_or(uri);
    }
    pair(&uri, registered)
}

const WAYS: &[&str] = &[
    "",
    "on a subdomain",
    "on another port",
    "extended by a path segment",
    "climbing by ..",
    "climbing by %252e%252e",
    "behind the registered host as user name",
    "with scheme and host in upper case",
    "carrying a line break",
];

/// What is asked for and what is registered.
///
/// # Errors
/// The first property that does not hold.
pub fn pair(asked: &str, registered: &str) -> Result<(), Finding> {
    let switches = Switches::default();
    for mode in [Mode::Production, Mode::Development] {
        let by = Comparison { mode, matching: Matching::Prefix, switches: &switches };
        if matches(asked, registered, by) {
            below(asked, registered, mode)?;
        }
    }
    Ok(())
}

/// The intended difference: in development mode a local address may have any port (RFC 8252 §7.3).
fn below(asked: &str, registered: &str, mode: Mode) -> Result<(), Finding> {
    const NAME: &str = "redirect-differential";
    let told = || format!("{asked:?} for {registered:?}");
    let (Ok(sent), Ok(known)) = (Url::parse(asked), Url::parse(registered)) else {
        return finding(NAME, told());
    };
    let origin = |url: &Url| {
        let host = url.host_str().map(str::to_ascii_lowercase);
        let local = ["localhost", "127.0.0.1", "0.0.0.0"].contains(&host.as_deref().unwrap_or(""));
        let any_port = mode == Mode::Development && local;
        let port = url.port_or_known_default().filter(|_| !any_port);
        (url.scheme().to_owned(), host, port)
    };
    let userinfo = !sent.username().is_empty() || sent.password().is_some();
    let path = known.path().trim_end_matches('/');
    let rest = sent.path().strip_prefix(path);
    let within = rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    let clean = asked.chars().all(|c| !c.is_control());
    if origin(&sent) != origin(&known) || userinfo || sent.fragment().is_some() || !within || !clean
    {
        return finding(NAME, told());
    }
    Ok(())
}

/// The header field that a redirect makes of this URI and state.
///
/// # Errors
/// The first property that does not hold.
pub fn header(uri: &str, state: &str) -> Result<(), Finding> {
    let added = [("state", state)].into_iter().collect();
    let field = location(uri, &added, &Switches::default());
    if field.bytes().any(|byte| byte < b' ' || byte == 0x7f) {
        return finding("header-safe", format!("{field:?}"));
    }
    Ok(())
}
