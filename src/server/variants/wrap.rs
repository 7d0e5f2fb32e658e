//! What another correct server does differently with the same answer: a layer over the endpoints,
//! between the server and whoever asks.

mod between;
mod login;
mod request;

use serde_json::{Map, Value, json};

pub(in crate::server) use self::request::undress;
use self::request::{BETWEEN_VALUES, each_octet, holds, long_state};
use crate::server::core::Core;
use crate::server::oauth::http;
use crate::server::variants as v;
use crate::wire::{Request, Response};

/// The answer as another server would give it.
pub(in crate::server) fn dress(
    server: &Core,
    request: &Request,
    mut response: Response,
) -> Response {
    if !server.switches().may_vary() {
        return response;
    }
    login::dress(server, request, &mut response);
    let media = response.media_type().unwrap_or_default();
    match media.as_str() {
        "text/html" => dress_page(server, request, &mut response),
        "application/json" => dress_json(server, request, &mut response),
        _ => {}
    }
    dress_refusal(server, request, &mut response);
    dress_redirect(server, request, &mut response);
    dress_headers(server, &mut response);
    if let Some(state) = long_state(server, request)
        && server.varies(&v::STATE_IN_COOKIE)
    {
        response.headers.push("Set-Cookie", format!("state={state}; Path=/"));
    }
    response
}

fn join_values(response: &mut Response, asked: bool) {
    replace(response, "\"><input type=\"hidden\" name=\"form_token\" value=\"", BETWEEN_VALUES);
    replace(response, "name=\"request\" value=", "name=\"transaction\" value=");
    if asked {
        replace(response, "name=\"decision\" value=\"grant\"", "value=\"Grant\"");
    }
}

fn unmark_octets(location: &str) -> String {
    each_octet(location, "%25", "%")
}

fn dress_page(server: &Core, request: &Request, response: &mut Response) {
    let ours = holds(&response.body, "name=\"form_token\"");
    if response.text().contains("<h1>This did not work</h1>") {
        dress_error(server, request, response);
    }
    if ours && server.varies(&v::FORM_TOKEN_IN_ADDRESS) {
        between::with_token_in_address(response);
    }
    if server.varies(&v::ABSOLUTE_ACTIONS) {
        let start = format!("action=\"{}/", request.origin);
        replace(response, "action=\"/", &start);
    }
    if server.varies(&v::RELATIVE_ACTIONS) {
        let start = format!("action=\"{}", up_to_root(request));
        replace(response, "action=\"/", &start);
    }
    if server.varies(&v::METHOD_IN_CAPITALS) {
        replace(response, "method=\"post\"", "METHOD='POST'");
    }
    if ours && server.varies(&v::CONSENT_ONE_VALUE) {
        join_values(response, !server.varies(&v::CONSENT_TICK_BOX));
    }
    if ours && server.varies(&v::HIDDEN_RENAMED) {
        replace(response, "name=\"form_token\"", "name=\"_csrf\"");
    }
    if server.varies(&v::EXTRA_HIDDEN_FIELDS) {
        let fields = "<input type=\"hidden\" name=\"utf8\" value=\"✓\">\
                      <input type=\"hidden\" name=\"locale\" value=\"en\"><input type=\"hidden\" \
                      name=\"next\" value=\"\"></form>";
        replace(response, "</form>", fields);
    }
    let consent = request.method == "GET" && response.text().contains("name=\"decision\"");
    if consent
        && !request.target.contains(CONTINUED)
        && let Some(page) = between::before_consent(server, request)
    {
        response.body = page.into_string().into_bytes();
    }
    if holds(&response.body, "type=\"password\"") && server.varies(&v::LOGIN_AMONG_FORMS) {
        between::with_newcomers(response);
    }
    // A page that a script leads on from has nothing around it that it could lead to instead.
    let leads_on = response.text().contains("submit()");
    if !leads_on && server.varies(&v::PAGE_FURNITURE) {
        replace(response, "<main", &format!("{HEADER}<main"));
        replace(response, "</main>", &format!("</main>{FOOTER}"));
    }
    let is_page = response.media_type().as_deref() == Some("text/html");
    if is_page && !response.body.is_empty() && server.varies(&v::MEDIA_TYPE_IN_CAPITALS) {
        response.headers.set("Content-Type", "Text/HTML;Charset=UTF-8");
    }
}

/// The page about an error.
fn dress_error(server: &Core, request: &Request, response: &mut Response) {
    let unknown_client = response.text().contains("<code>invalid_client</code>");
    if response.status == 400 {
        let chosen = [
            (&v::ERROR_PAGE_200, 200),
            (&v::ERROR_PAGE_403, 403),
            (&v::ERROR_PAGE_404, 404),
            (&v::ERROR_PAGE_501, 501),
        ];
        let chosen = chosen.into_iter().find(|(variant, _)| server.varies(variant));
        response.status = chosen.map_or(400, |(_, status)| status);
    }
    if unknown_client && server.varies(&v::UNKNOWN_CLIENT_401) {
        response.status = 401;
    }
    if server.varies(&v::ERROR_PAGE_TEXT) {
        let text = format!("Error: {}\n", error_code(&response.text()));
        no_page(response, "text/plain; charset=utf-8", text);
    } else if response.status >= 400 && server.varies(&v::ERROR_PAGE_JSON) {
        let object = json!({"error": error_code(&response.text())});
        no_page(response, "application/json", object.to_string());
    }
    let moves = response.status == 400 && request.path() != between::ERRORS;
    let elsewhere = || between::to_error(request, error_code(&response.text()));
    if moves
        && server.varies(&v::ERROR_PAGE_ELSEWHERE)
        && let Some(moved) = elsewhere()
    {
        *response = moved;
    }
}

/// Parameter by which the user goes on from the page before the consent.
const CONTINUED: &str = "continued";

const HEADER: &str = "<header><form action=\"/search\"><input type=\"search\" name=\"q\">\
    <button>Go</button></form><form action=\"/language\" method=\"post\"><select name=\"language\">\
    <option>English</option><option>Deutsch</option></select><button>OK</button></form></header>";

const FOOTER: &str = "<footer><form action=\"/newsletter\" method=\"post\"><label>Your e-mail \
    address <input type=\"email\" name=\"email\" required></label><button>Subscribe</button></form>\
    <a href=\"/privacy\">Privacy</a> <a href=\"/terms\">Terms you agreed to</a></footer>";

/// Answers with this instead of a page, and without what keeps a page out of frames.
fn no_page(response: &mut Response, media: &str, body: String) {
    response.headers.set("Content-Type", media);
    for name in ["X-Frame-Options", "Content-Security-Policy"] {
        response.headers.remove(name);
    }
    response.body = body.into_bytes();
}

/// The way from the page of a request to the root of the server.
fn up_to_root(request: &Request) -> String {
    "../".repeat(request.path().matches('/').count().saturating_sub(1))
}

/// The error that a page about it names.
fn error_code(page: &str) -> &str {
    let code = page.split("<code>").nth(1).and_then(|rest| rest.split("</code>").next());
    code.unwrap_or_default()
}

fn replace(response: &mut Response, from: &str, to: &str) {
    response.body = response.text().replace(from, to).into_bytes();
}

fn dress_json(server: &Core, request: &Request, response: &mut Response) {
    let Ok(Value::Object(mut members)) = serde_json::from_slice(&response.body) else { return };
    if request.path().starts_with("/control") {
        return;
    }
    let before = members.clone();
    if members.contains_key("access_token") && server.varies(&v::TOKEN_EXTRA_MEMBERS) {
        members.entry("issued_token_type").or_insert(json!(null));
        members.insert("x_session".to_owned(), json!({"id": 7, "tags": ["a"]}));
    }
    let reversed = server.varies(&v::MEMBERS_REVERSED);
    if reversed {
        members = members.into_iter().rev().collect::<Map<String, Value>>();
    }
    if members.contains_key("error") && server.varies(&v::TOKEN_ERROR_WITHOUT_TEXT) {
        members.remove("error_description");
    }
    if members.contains_key("error") && server.varies(&v::TOKEN_ERROR_OTHER_TEXT) {
        members.insert("error_description".to_owned(), json!("Please see the manual"));
        members.insert("error_uri".to_owned(), json!("https://example.com/errors"));
    }
    let mismatch = members.get("error") == Some(&json!("redirect_uri_mismatch"));
    if mismatch && server.varies(&v::CODE_URI_INVALID_GRANT) {
        members.insert("error".to_owned(), json!("invalid_grant"));
    }
    let pretty = server.varies(&v::JSON_PRETTY);
    // What no variant changes stays as it was written: a mistake may be in how.
    if pretty || reversed || members != before {
        let value = Value::Object(members);
        let text =
            if pretty { serde_json::to_string_pretty(&value) } else { Ok(value.to_string()) };
        response.body = text.unwrap_or_default().into_bytes();
    }
    if server.varies(&v::JSON_CHARSET) {
        response.headers.set("Content-Type", "application/json;charset=UTF-8");
    }
    if server.varies(&v::MEDIA_TYPE_IN_CAPITALS) {
        response.headers.set("Content-Type", "Application/JSON");
    }
}

fn dress_refusal(server: &Core, request: &Request, response: &mut Response) {
    let challenged = response.headers.get("www-authenticate").is_some();
    if challenged {
        dress_challenge(server, response);
    }
    if response.status == 405 && server.varies(&v::METHOD_405_EMPTY) {
        response.headers.remove("Content-Type");
        response.body.clear();
    }
    // What a client may not do with its registration has this status (RFC 7592 §2.2, §2.3).
    let fixed = matches!(&*request.method, "PUT" | "DELETE");
    if response.status == 405 && !fixed && server.varies(&v::METHOD_404) {
        response.status = 404;
        response.headers.remove("Allow");
    }
    let revocation = request.path().ends_with("/revoke");
    if revocation && response.status == 200 {
        if server.varies(&v::REVOKE_EMPTY) {
            response.headers.remove("Content-Type");
            response.body.clear();
        }
        if server.varies(&v::REVOKE_TEXT) {
            response.headers.set("Content-Type", "text/plain");
            response.body = b"ok".to_vec();
        }
    }
}

fn dress_challenge(server: &Core, response: &mut Response) {
    let text = response.headers.text("www-authenticate").unwrap_or_default().into_owned();
    let error = response.status;
    if server.varies(&v::OTHER_REALM) {
        response
            .headers
            .set("WWW-Authenticate", text.replace("\"Service\"", "\"My, \\\"API\\\"\""));
    }
    if server.varies(&v::NO_REALM) {
        let rest = text.replace("realm=\"Service\"", "").replace("Bearer , ", "Bearer ");
        response.headers.set("WWW-Authenticate", rest.trim());
    }
    if server.varies(&v::SCHEME_LOWER) {
        response.headers.set("WWW-Authenticate", text.replace("Bearer", "bearer"));
    }
    if server.varies(&v::SECOND_CHALLENGE) {
        response.headers.set("WWW-Authenticate", format!("Basic realm=\"x\", {text}"));
    }
    if server.varies(&v::CHALLENGE_AS_TOKENS) {
        let plain =
            |code: &str| text.replace(&format!("error=\"{code}\""), &format!("error={code}"));
        let codes = ["invalid_token", "invalid_request", "insufficient_scope"];
        let plain = codes.iter().map(|code| plain(code)).find(|plain| *plain != text);
        response.headers.set("WWW-Authenticate", plain.unwrap_or_else(|| text.clone()));
    }
    if server.varies(&v::CHALLENGE_IN_TWO_FIELDS) {
        response.headers.push("WWW-Authenticate", "Basic realm=\"x\"");
    }
    // The errors of the token endpoint are none of an API.
    if !text.starts_with("Bearer") {
        return;
    }
    if server.varies(&v::API_ERROR_JSON) {
        response.headers.set("Content-Type", "application/json");
        response.body = json!({"type": "error", "status": error}).to_string().into_bytes();
    }
    if server.varies(&v::API_ERROR_HTML) {
        response.headers.set("Content-Type", "text/html");
        response.body = b"<h1>Unauthorized</h1>".to_vec();
    }
}

fn dress_redirect(server: &Core, request: &Request, response: &mut Response) {
    let Some(location) = response.headers.text("location").map(|text| text.into_owned()) else {
        return;
    };
    if location.contains(between::ERRORS) && server.varies(&v::ERROR_PAGE_ELSEWHERE) {
        return;
    }
    let within = location.starts_with('/');
    let moved = match within {
        true => dress_path(server, request, &location),
        false => dress_way_back(server, location),
    };
    if !within && server.varies(&v::REDIRECT_BY_PAGE) {
        by_page(response, &moved);
        return;
    }
    if server.varies(&v::REFRESH_FIELD) {
        by_field(response, &moved);
        return;
    }
    response.headers.set("Location", moved);
    if within && response.status == 303 && server.varies(&v::LOGIN_302) {
        response.status = 302;
    }
    if server.varies(&v::REDIRECT_BODY) {
        response.headers.set("Content-Type", "text/html");
        response.body = b"<p>You are being <a href=\"/\">redirected</a>.</p>".to_vec();
    }
}

/// A page in place of the redirect.
fn by_page(response: &mut Response, location: &str) {
    let content = format!("0; url={location}");
    let page = maud::html! {
        meta http-equiv="refresh" content=(content);
        p { "If nothing happens, " a href=(location) { "go on" } "." }
    };
    response.status = 200;
    response.headers.remove("Location");
    response.headers.set("Content-Type", "text/html; charset=utf-8");
    response.body = page.into_string().into_bytes();
}

/// The same, by a field of the response.
fn by_field(response: &mut Response, location: &str) {
    response.status = 200;
    response.headers.remove("Location");
    response.headers.set("Refresh", format!("0; url={location}"));
    response.headers.set("Content-Type", "text/html; charset=utf-8");
    response.body = b"<p>One moment, please.</p>".to_vec();
}

/// A redirect to another page of the server.
fn dress_path(server: &Core, request: &Request, location: &str) -> String {
    if server.varies(&v::ABSOLUTE_REDIRECTS) {
        format!("{}{location}", request.origin)
    } else if server.varies(&v::PATH_REDIRECTS) {
        format!("{}{}", up_to_root(request), &location[1..])
    } else {
        location.to_owned()
    }
}

/// A redirect to the client.
fn dress_way_back(server: &Core, mut location: String) -> String {
    if !server.policy().issuer && server.varies(&v::ISSUER) {
        location.push_str("&iss=https%3A%2F%2Fas.example%2F");
    }
    // A response in the fragment stays as it is.
    let has_fragment = location.contains('#');
    if !has_fragment && server.varies(&v::PARAMETERS_REVERSED) {
        location = added_reversed(&location);
    }
    if location.contains('+') && server.varies(&v::SPACES_AS_ESCAPES) {
        location = location.replace('+', "%20");
    }
    if location.contains("%25") && server.varies(&v::STATE_OCTETS) {
        location = unmark_octets(&location);
    }
    if !has_fragment && server.varies(&v::REDIRECT_FRAGMENT) {
        location.push_str("#_");
    }
    location
}

/// What the server added to a redirect URI, in reverse; a `code` that the URI has of its own stays.
fn added_reversed(location: &str) -> String {
    let (start, query) = location.split_once('?').unwrap_or((location, ""));
    let pairs: Vec<&str> = query.split('&').collect();
    let first = |pair: &&str| pair.starts_with("code=") || pair.starts_with("error=");
    let own = pairs.iter().rposition(first).unwrap_or(pairs.len());
    let (own, added) = pairs.split_at(own);
    let turned = own.iter().chain(added.iter().rev()).copied();
    format!("{start}?{}", turned.collect::<Vec<_>>().join("&"))
}

fn dress_headers(server: &Core, response: &mut Response) {
    if response.headers.get("cache-control").is_some() && server.varies(&v::PRAGMA) {
        response.headers.set("Cache-Control", "private, No-Store, max-age=0");
        response.headers.push("Pragma", "no-cache");
    }
    if server.varies(&v::EXTRA_HEADERS) {
        response.headers.push("Server", "other/1.0");
        response.headers.push("X-Request-Id", server.token());
        response.headers.push("Set-Cookie", "lb=1; Path=/; Max-Age=60");
        response.headers.push("Vary", "Accept, Accept-Language");
        response.headers.push("Strict-Transport-Security", "max-age=31536000");
    }
    let rename = |response: &mut Response, to: &str| {
        if let Some(value) = response.headers.text("set-cookie") {
            let value = value.replace(http::COOKIE, to);
            response.headers.set("Set-Cookie", value);
        }
    };
    let cookie = response.headers.get("set-cookie").is_some();
    if cookie && server.varies(&v::COOKIE_RENAMED) {
        rename(response, "sid");
    }
    if cookie && server.varies(&v::COOKIE_KEPT) {
        rename_age(response);
    }
}

fn rename_age(response: &mut Response) {
    if let Some(value) = response.headers.text("set-cookie") {
        let value = format!("{value}; Max-Age=43200; Priority=High");
        response.headers.set("Set-Cookie", value);
    }
}
