//! The cookies of the user's browser: which it sends, and which it takes.

use url::Url;

use crate::wire::{Origin, Request, Response};

/// The cookies of one browser.
#[derive(Default)]
pub(super) struct Cookies {
    jar: cookie_store::CookieStore,
    /// Whether the next request comes from a page of another site.
    from_elsewhere: bool,
    /// Whether those of a session are there that somebody else has begun.
    given: bool,
}

impl Cookies {
    /// The next request comes from a page of another site: cookies that say `SameSite=Strict` stay
    /// behind, and those that say `SameSite=Lax` where it is not a link.
    pub(super) fn come_from_elsewhere(&mut self) {
        self.from_elsewhere = true;
    }

    fn sent_to(&mut self, at: &Url, method: &str) -> Vec<String> {
        let elsewhere = std::mem::take(&mut self.from_elsewhere);
        let link = matches!(method, "GET" | "HEAD");
        let kept_back = |cookie: &cookie_store::Cookie<'_>| {
            let site = cookie.same_site();
            elsewhere && site.is_some_and(|site| site.is_strict() || site.is_lax() && !link)
        };
        self.jar
            .matches(at)
            .into_iter()
            .filter(|cookie| !kept_back(cookie))
            .map(|cookie| format!("{}={}", cookie.name(), cookie.value()))
            .collect()
    }

    /// Gives a request the cookies that belong to its URL.
    pub(super) fn add_to(&mut self, request: &mut Request, at: &Url) {
        let cookies = self.sent_to(at, &request.method);
        if !cookies.is_empty() {
            request.headers.push("Cookie", cookies.join("; "));
        }
    }

    /// Names and values of those that belong to a URL, as a script of its page reads them.
    pub(super) fn at(&self, url: &Url) -> Vec<(String, String)> {
        let all = self.jar.matches(url).into_iter();
        all.map(|cookie| (cookie.name().to_owned(), cookie.value().to_owned())).collect()
    }

    /// Takes a cookie that somebody else was given.
    pub(super) fn take(&mut self, name: &str, value: &str, at: &Url) -> String {
        let cookie = format!("{name}={value}; Path=/");
        let _ = self.jar.parse(&cookie, at);
        self.given = true;
        cookie
    }

    /// Whether the session was begun by somebody else, and the pages behind its login are for the suite.
    pub(super) fn are_given(&self) -> bool {
        self.given
    }

    /// All of them, as the names and values of `Set-Cookie`.
    pub(super) fn all(&self) -> impl Iterator<Item = String> {
        self.jar.iter_any().map(|cookie| format!("{}={}", cookie.name(), cookie.value()))
    }

    /// Takes the cookies of a response, and gives back what was said of them.
    pub(super) fn keep(&mut self, response: &Response, at: &Url) -> Vec<String> {
        let said = response.headers.all("set-cookie");
        let said = said.map(|line| as_on_loopback(&String::from_utf8_lossy(line), at));
        let said: Vec<String> = said.collect();
        for line in said.iter().filter_map(|line| within_limits(line)) {
            // A cookie that the browser would not take is not an error of the journey.
            let _ = self.jar.parse(&line, at);
        }
        said
    }
}

/// Browsers ignore a cookie that is longer, name and value together (RFC 6265bis §5.6).
const LONGEST_COOKIE: usize = 4096;
/// They ignore the value of an attribute that is longer, and the attribute with it.
const LONGEST_ATTRIBUTE: usize = 1024;

/// A cookie as far as browsers heed what is said of it; `None` where they ignore it.
fn within_limits(set_cookie: &str) -> Option<String> {
    let (pair, attributes) = set_cookie.split_once(';').unwrap_or((set_cookie, ""));
    let (name, value) = pair.split_once('=').unwrap_or(("", pair));
    if name.trim().len() + value.trim().len() > LONGEST_COOKIE {
        return None;
    }
    let value = |part: &str| part.split_once('=').map_or(0, |(_, value)| value.trim().len());
    let heeded = attributes.split(';').filter(|part| value(part) <= LONGEST_ATTRIBUTE);
    Some([pair].into_iter().chain(heeded).collect::<Vec<_>>().join(";"))
}

/// Browsers take cookies marked `Secure` from the loopback interface without TLS, too.
fn as_on_loopback(set_cookie: &str, at: &Url) -> String {
    let loopback = Origin::of(at).is_some_and(|origin| origin.is_loopback());
    if !loopback || at.scheme() == "https" {
        return set_cookie.to_owned();
    }
    let kept = set_cookie.split(';').filter(|part| !part.trim().eq_ignore_ascii_case("secure"));
    kept.collect::<Vec<_>>().join(";")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(set_cookie: &str) -> Vec<(String, String)> {
        let at = Url::parse("https://as.example/authorize").unwrap();
        let mut response = Response::new(200);
        response.headers.push("Set-Cookie", set_cookie);
        let mut cookies = Cookies::default();
        assert_eq!(cookies.keep(&response, &at), [set_cookie]);
        cookies.at(&at)
    }

    #[test]
    fn a_cookie_that_no_browser_would_keep_is_not_kept() {
        assert_eq!(kept(&format!("sid={}; Path=/", "x".repeat(4093))).len(), 1);
        assert_eq!(kept(&format!("sid={}; Path=/", "x".repeat(4094))), []);
        assert_eq!(kept(&"x".repeat(4097)), []);
    }

    #[test]
    fn an_attribute_that_browsers_ignore_is_none() {
        let long = format!("/{}", "x".repeat(1024));
        assert_eq!(kept("sid=1; Path=/elsewhere"), []);
        assert_eq!(kept(&format!("sid=1; Path={long}; HttpOnly")), [("sid".into(), "1".into())]);
    }
}
