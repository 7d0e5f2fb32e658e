//! A login page at a URL of its own, which names the page that the user goes on to.

use super::replace;
use super::request::holds;
use crate::server::core::Core;
use crate::server::faults::redirect as faults;
use crate::server::oauth::http;
use crate::server::oauth::interaction::{CONSENT, LOGIN};
use crate::server::variants as v;
use crate::wire::{Params, Request, Response, form};

/// The waiting request, in the URL of the login page.
const WAITING: &str = "request";

/// Where the user goes on to, in the URL of the login page.
const GOES_ON: &str = "return_to";

const ACTION: &str = "action=\"/login\"";

/// A request for the login page is one for the page of the waiting request.
pub(super) fn undress(server: &Core, request: &mut Request) {
    let asked = request.path() == LOGIN && matches!(request.method.as_str(), "GET" | "HEAD");
    if asked && server.varies(&v::LOGIN_AT_ITS_URL) {
        let waiting = Params::from_iter([(WAITING, value(request, WAITING))]);
        request.target = format!("{CONSENT}?{}", form::encode(&waiting));
    }
}

pub(super) fn dress(server: &Core, request: &Request, response: &mut Response) {
    let at_login = request.path() == LOGIN;
    if holds(&response.body, ACTION) && server.varies(&v::LOGIN_AT_ITS_URL) {
        if at_login {
            let query = request.query().unwrap_or_default().replace('&', "&amp;");
            replace(response, ACTION, &format!("action=\"{LOGIN}?{query}\""));
        } else {
            *response = to_login(response);
        }
        return;
    }
    let goes_on = at_login.then(|| value(request, GOES_ON)).filter(|to| !to.is_empty());
    let within = response.headers.text("location").is_some_and(|it| it.starts_with(CONSENT));
    if let Some(to) = goes_on.filter(|_| within)
        && leads_there(server, &to)
    {
        response.headers.set("Location", to);
    }
}

fn value(request: &Request, name: &str) -> String {
    let params = form::decode(request.query().unwrap_or_default().as_bytes()).unwrap_or_default();
    params.first(name).unwrap_or_default().to_owned()
}

/// The redirect to the login page, in place of the page itself.
fn to_login(page: &Response) -> Response {
    let text = page.text();
    let waiting = text.split("name=\"request\" value=\"").nth(1);
    let waiting = waiting.and_then(|rest| rest.split('"').next()).unwrap_or_default();
    let goes_on = format!("{CONSENT}?{WAITING}={waiting}");
    let params = Params::from_iter([(WAITING, waiting), (GOES_ON, &goes_on)]);
    let mut moved = http::redirect(302, &format!("{LOGIN}?{}", form::encode(&params)));
    for cookie in page.headers.all("set-cookie") {
        moved.headers.push("Set-Cookie", cookie.to_vec());
    }
    moved
}

/// Whether the user is led to an address that the URL names. Browsers take a backslash for a slash.
// redirect/after-login
fn leads_there(server: &Core, to: &str) -> bool {
    let path = to.starts_with('/');
    let own = path && !to[1..].starts_with(['/', '\\']);
    own || server.has(&faults::ANY_ADDRESS)
        || path && server.has(&faults::ADDRESS_BY_SLASH)
        || to.starts_with("/\\") && server.has(&faults::ADDRESS_BEHIND_BACKSLASH)
}
