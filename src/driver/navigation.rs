//! Requests as a browser sends them: for a page, a link or a form.

use url::Url;

use super::draft::Draft;
use super::page::Action;
use crate::wire::{Origin, Request, Scheme, form};

/// The request that an action on a page sends; `None` where it leads to something that is not HTTP.
pub fn request_of(action: &Action) -> Option<Request> {
    match action {
        Action::Follow(url) => Some(page_request("GET", url)?.sent_by(Initiator::SameOrigin)),
        Action::Submit { method, url, fields } if method == "POST" => {
            let mut request = page_request("POST", url)?;
            request.headers.push("Content-Type", "application/x-www-form-urlencoded");
            // Browsers name their origin, and some servers look at it.
            request.headers.push("Origin", Origin::of(url)?.to_string());
            request.headers.push("Referer", url.as_str());
            request.body = form::encode(fields).into_bytes();
            Some(request.sent_by(Initiator::SameOrigin))
        }
        Action::Submit { url, fields, .. } => {
            let mut url = url.clone();
            url.set_query(Some(&form::encode(fields)));
            Some(page_request("GET", &url)?.sent_by(Initiator::SameOrigin))
        }
    }
}

/// Whose page a browser's request comes from, by Fetch Metadata.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Initiator {
    /// A page of the same origin.
    SameOrigin,
    /// A page of another site: as of the client, or of an attacker.
    CrossSite,
}

/// What a browser says of where a request comes from.
pub(super) trait FetchMetadata: Sized {
    /// The same request from a page there, where browsers say so at all.
    #[must_use]
    fn sent_by(self, from: Initiator) -> Self;

    /// The same request with its page named, as far as browsers do by themselves: to another origin they
    /// name that of the page.
    #[must_use]
    fn referred_by(self, page: &Url) -> Self;

    /// The same request by a script of the server's own page, in place of a navigation.
    #[must_use]
    fn by_script(self) -> Self;

    /// The same request as the next step of a redirect.
    #[must_use]
    fn redirected_from(self, previous: &Request) -> Self;
}

const SITE: &str = "Sec-Fetch-Site";

impl FetchMetadata for Request {
    fn sent_by(mut self, from: Initiator) -> Self {
        if self.headers.get(SITE).is_some() {
            let named = if from == Initiator::SameOrigin { "same-origin" } else { "cross-site" };
            self.headers.set(SITE, named);
        }
        self
    }

    fn referred_by(mut self, page: &Url) -> Self {
        if let Some(origin) = Origin::of(page) {
            let mut named = page.clone();
            named.set_fragment(None);
            let named = if origin == self.origin { named.into() } else { format!("{origin}/") };
            self.headers.set("Referer", named);
        }
        self
    }

    fn by_script(mut self) -> Self {
        if self.headers.get(SITE).is_some() {
            self.headers.set("Sec-Fetch-Mode", "cors");
            self.headers.set("Sec-Fetch-Dest", "empty");
        }
        self.sent_by(Initiator::SameOrigin)
    }

    fn redirected_from(mut self, previous: &Request) -> Self {
        let referrer = previous.headers.get("referer").filter(|_| self.origin == previous.origin);
        if let Some(page) = referrer.map(<[u8]>::to_vec) {
            self.headers.set("Referer", page);
        }
        match previous.headers.get(SITE).map(<[u8]>::to_vec) {
            Some(site) if self.origin == previous.origin && self.headers.get(SITE).is_some() => {
                self.headers.set(SITE, site);
                self
            }
            _ => self.sent_by(Initiator::CrossSite),
        }
    }
}

/// A browser's request for a page, as if its user had typed the URL.
pub fn page_request(method: &str, url: &Url) -> Option<Request> {
    let target = match url.query() {
        Some(query) => format!("{}?{query}", url.path()),
        None => url.path().to_owned(),
    };
    let origin = Origin::of(url)?;
    let trustworthy = origin.scheme == Scheme::Https || origin.is_loopback();
    let mut request = Request::new(method, origin, &target);
    request.headers.push("Accept", "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8");
    request.headers.push("Accept-Language", "en");
    if trustworthy {
        request.headers.push(SITE, "none");
        request.headers.push("Sec-Fetch-Mode", "navigate");
        request.headers.push("Sec-Fetch-Dest", "document");
    }
    Some(request)
}

/// The same request for a page, with the header fields of a browser whose user has typed the URL.
#[must_use]
pub fn as_page(mut draft: Draft) -> Draft {
    if let Some(page) = page_request(&draft.method, &draft.url) {
        for (name, value) in page.headers.iter() {
            draft.headers.set(name, value);
        }
    }
    draft
}

/// The same request with the header fields of a browser that comes from the client's site.
pub(super) fn as_browser(mut request: Request) -> Request {
    let url = Url::parse(&request.url()).ok();
    if let Some(page) = url.and_then(|url| page_request(&request.method, &url)) {
        for (name, value) in page.headers.iter() {
            request.headers.set(name, value);
        }
    }
    request.sent_by(Initiator::CrossSite)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn says(request: &Request, name: &str) -> Option<String> {
        request.headers.text(name).map(|text| text.into_owned())
    }

    #[test]
    fn requests_say_where_they_come_from() {
        let url = Url::parse("http://127.0.0.1:1/login?a=1#f").unwrap();
        let typed = page_request("GET", &url).unwrap();
        assert_eq!(says(&typed, "Sec-Fetch-Site").as_deref(), Some("none"));
        assert_eq!(says(&typed, "Sec-Fetch-Mode").as_deref(), Some("navigate"));
        let link = request_of(&Action::Follow(url.clone())).unwrap().referred_by(&url);
        assert_eq!(says(&link, "Sec-Fetch-Site").as_deref(), Some("same-origin"));
        assert_eq!(says(&link, "Referer").as_deref(), Some("http://127.0.0.1:1/login?a=1"));
        let next = page_request("GET", &url).unwrap().redirected_from(&link);
        assert_eq!(says(&next, "Sec-Fetch-Site").as_deref(), Some("same-origin"));
        assert_eq!(says(&next, "Referer"), says(&link, "Referer"));
        let asked = as_browser(Request::new("GET", link.origin.clone(), "/authorize"));
        assert_eq!(says(&asked, "Sec-Fetch-Site").as_deref(), Some("cross-site"));
        let other = Url::parse("https://id.example/login").unwrap();
        let away = page_request("GET", &other).unwrap();
        assert_eq!(
            says(&away.clone().referred_by(&url), "Referer").as_deref(),
            Some("http://127.0.0.1:1/")
        );
        assert_eq!(
            says(&away.redirected_from(&link), "Sec-Fetch-Site").as_deref(),
            Some("cross-site")
        );
        let plain = page_request("GET", &Url::parse("http://id.example/").unwrap()).unwrap();
        assert_eq!(says(&plain.sent_by(Initiator::CrossSite), "Sec-Fetch-Site"), None);
    }
}
