//! Requests as a browser sends them: for a page, a link or a form.

use url::Url;

use super::page::Action;
use crate::wire::{Origin, Request, form};

/// The request that an action on a page sends; `None` where it leads to something that is not HTTP.
pub fn request_of(action: &Action) -> Option<Request> {
    match action {
        Action::Follow(url) => page_request("GET", url),
        Action::Submit { method, url, fields } if method == "POST" => {
            let mut request = page_request("POST", url)?;
            request.headers.push("Content-Type", "application/x-www-form-urlencoded");
            // Browsers name their origin, and some servers look at it.
            request.headers.push("Origin", Origin::of(url)?.to_string());
            request.headers.push("Referer", url.as_str());
            request.body = form::encode(fields).into_bytes();
            Some(request)
        }
        Action::Submit { url, fields, .. } => {
            let mut url = url.clone();
            url.set_query(Some(&form::encode(fields)));
            page_request("GET", &url)
        }
    }
}

/// A browser's request for a page.
pub fn page_request(method: &str, url: &Url) -> Option<Request> {
    let target = match url.query() {
        Some(query) => format!("{}?{query}", url.path()),
        None => url.path().to_owned(),
    };
    let mut request = Request::new(method, Origin::of(url)?, &target);
    request.headers.push("Accept", "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8");
    request.headers.push("Accept-Language", "en");
    Some(request)
}

/// The same request with the header fields of a browser.
pub(super) fn as_browser(mut request: Request) -> Request {
    let url = Url::parse(&request.url()).ok();
    if let Some(page) = url.and_then(|url| page_request(&request.method, &url)) {
        for (name, value) in page.headers.iter() {
            request.headers.set(name, value);
        }
    }
    request
}
