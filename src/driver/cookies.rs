//! The cookies of the user's browser: which it sends, and which it takes.

use url::Url;

use crate::wire::{Origin, Request, Response};

/// The cookies of one browser.
#[derive(Default)]
pub(super) struct Cookies {
    jar: cookie_store::CookieStore,
    /// Whether the next request comes from a page of another site.
    from_elsewhere: bool,
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
        cookie
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
        for line in &said {
            // A cookie that the browser would not take is not an error of the journey.
            let _ = self.jar.parse(line, at);
        }
        said
    }
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
