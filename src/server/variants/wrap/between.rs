//! Pages that stand between the login and the consent, or beside what they ask for.

use maud::{Markup, html};

use super::request::holds;
use super::{CONTINUED, replace};
use crate::server::core::Core;
use crate::server::oauth::authorization_response::error_page;
use crate::server::variants as v;
use crate::wire::{Origin, Params, Request, Response, form};

/// Path of the pages about errors, where they have one of their own.
pub(super) const ERRORS: &str = "/errors";

/// The page about an error, at the address that the user was led to.
pub(super) fn error_at_address(server: &Core, request: &Request) -> Option<Response> {
    let shown = request.path() == ERRORS && server.varies(&v::ERROR_PAGE_ELSEWHERE);
    shown.then(|| {
        let params = asked(request);
        error_page(server, 400, params.first("error").unwrap_or_default(), &params)
    })
}

/// Leads the user to the page about an error, which another name of the host has; none where the request
/// names that one itself, and whoever is led there may be led to what it names.
pub(super) fn to_error(request: &Request, code: &str) -> Option<Response> {
    let host = if request.origin.host == "localhost" { "127.0.0.1" } else { "localhost" };
    if request.query().unwrap_or_default().contains(host) || holds(&request.body, host) {
        return None;
    }
    let origin = Origin { host: host.to_owned(), ..request.origin.clone() };
    let read = |raw: &[u8]| form::decode_lossy(raw).unwrap_or_default();
    let mut params = Params::from_iter([("error", code)]);
    params.extend(read(request.query().unwrap_or_default().as_bytes()));
    params.extend(read(&request.body));
    let mut response = Response::new(302);
    response.headers.push("Location", format!("{origin}{ERRORS}?{}", form::encode(&params)));
    Some(response)
}

/// The page that stands before the consent, where one does.
pub(super) fn before_consent(server: &Core, request: &Request) -> Option<Markup> {
    let around = |content| around(request, content);
    let one = || html! { input type="hidden" name=(CONTINUED) value="1"; };
    let content = if server.varies(&v::PAGE_BEFORE_CONSENT) {
        html! {
            h1 { "You are signed in" }
            (around(html! { (one()) button { "Continue as Alice" } }))
        }
    } else if server.varies(&v::TERMS_BEFORE_CONSENT) {
        html! {
            h1 { "Our terms" }
            (around(html! {
                label {
                    input type="checkbox" name=(CONTINUED) value="1" required;
                    "I accept the terms"
                }
                button { "Continue" }
            }))
        }
    } else if server.varies(&v::STAY_BEFORE_CONSENT) {
        html! {
            h1 { "Stay signed in?" }
            (around(html! {
                button name=(CONTINUED) value="no" { "No" }
                button name=(CONTINUED) value="yes" { "Yes" }
            }))
        }
    } else if server.varies(&v::SKIP_BEFORE_CONSENT) {
        html! {
            h1 { "Sign in faster next time" }
            button type="button" { "Create one" }
            (around(html! { (one()) button { "Skip for now" } }))
        }
    } else if server.varies(&v::TEAM_BEFORE_CONSENT) {
        html! {
            h1 { "Choose a team" }
            (around(html! {
                label { input type="radio" name=(CONTINUED) value="1"; "Acme" }
                label { input type="radio" name=(CONTINUED) value="2"; "Others" }
                button { "Continue" }
            }))
        }
    } else if server.varies(&v::LINK_BEFORE_CONSENT) {
        let mut params = asked(request);
        params.push(CONTINUED, "1");
        let link = format!("{}?{}", request.path(), form::encode(&params));
        html! { h1 { "You are signed in" } p { a href=(link) { "Continue" } } }
    } else {
        return None;
    };
    Some(html! { main { (content) } })
}

#[expect(clippy::needless_pass_by_value, reason = "a template is written where it is passed")]
fn around(request: &Request, content: Markup) -> Markup {
    let params = asked(request);
    html! {
        form action=(request.path()) {
            @for param in params.iter() {
                input type="hidden" name=(param.name) value=(param.value);
            }
            (content)
        }
    }
}

fn asked(request: &Request) -> Params {
    form::decode(request.query().unwrap_or_default().as_bytes()).unwrap_or_default()
}

/// What stands before the form to sign in with: a form for new users, and one that no script has shown yet.
const NEWCOMERS: &str = "<template><form action=\"/template\" method=\"post\">\
    <input type=\"password\" name=\"password\"><button>Allow</button></form></template>\
    <form action=\"/signup\" method=\"post\"><h2>New here?</h2><input type=\"email\" name=\"email\">\
    <input type=\"password\" name=\"password\"><input type=\"password\" name=\"again\">\
    <button>Sign up</button></form>";

pub(super) fn with_newcomers(response: &mut Response) {
    replace(response, "<main", &format!("{NEWCOMERS}<main"));
}

const TOKEN_FIELD: &str = "<input type=\"hidden\" name=\"form_token\" value=\"";

/// The anti-forgery value goes into the address of the form.
pub(super) fn with_token_in_address(response: &mut Response) {
    let text = response.text().into_owned();
    let Some((_, rest)) = text.split_once(TOKEN_FIELD) else { return };
    let token = rest.split('"').next().unwrap_or_default().to_owned();
    replace(response, &format!("{TOKEN_FIELD}{token}\">"), "");
    for path in ["/login", "/consent"] {
        let action = format!("action=\"{path}");
        replace(response, &format!("{action}?"), &format!("{action}?form_token={token}&amp;"));
        replace(response, &format!("{action}\""), &format!("{action}?form_token={token}\""));
    }
}

/// And comes from there.
pub(super) fn token_of_address(server: &Core, request: &mut Request) {
    let query = request.query().unwrap_or_default();
    let own = query.strip_prefix("form_token=").map(str::to_owned);
    if let Some(own) = own.filter(|_| server.varies(&v::FORM_TOKEN_IN_ADDRESS)) {
        let (token, rest) = own.split_once('&').unwrap_or((&own, ""));
        let rest = if rest.is_empty() { String::new() } else { format!("?{rest}") };
        request.target = format!("{}{rest}", request.path());
        let own = format!("form_token={token}&").into_bytes();
        request.body.splice(0..0, own);
    }
}
