//! Statuses and header fields.

use oauthspec::wire::Response;

use super::{At, Attack, answer, attack};

const TOKEN: &[At] = &[At::Token];
const RESOURCE: &[At] = &[At::Resource];
const AUTHORIZE: &[At] = &[At::Authorize];
const ALL_AT: &[At] = &[At::Token, At::Resource, At::Authorize];

fn to(location: &str) -> Response {
    answer(302, &[("Location", location)], "")
}

fn challenge(value: &str) -> Response {
    answer(401, &[("WWW-Authenticate", value)], "")
}

fn cookies(count: usize, length: usize) -> Response {
    let mut response = answer(302, &[("Location", "/api/oauth2/authorize?again")], "");
    for number in 0..count {
        let cookie = format!("c{number}={}; Path=/", "x".repeat(length));
        response.headers.push("Set-Cookie", cookie);
    }
    response
}

pub(super) const ALL: &[Attack] = &[
    attack("no content", ALL_AT, |_| answer(204, &[], "")),
    attack("a reset", TOKEN, |_| answer(205, &[], "")),
    attack("a part of something", ALL_AT, |_| {
        answer(206, &[("Content-Range", "bytes 0-1/99999999999999999999")], "{}")
    }),
    attack("a status of nobody", ALL_AT, |_| answer(299, &[], "{}")),
    attack("not modified", ALL_AT, |_| answer(304, &[], "")),
    attack("a proxy that wants a password", ALL_AT, |_| {
        answer(407, &[("Proxy-Authenticate", "Basic realm=\"x\"")], "")
    }),
    attack("an upgrade", TOKEN, |_| {
        answer(426, &[("Upgrade", "h2c"), ("Connection", "upgrade")], "")
    }),
    attack("the last status", ALL_AT, |_| answer(999, &[], "")),
    attack("too many for ever", TOKEN, |_| {
        answer(429, &[("Retry-After", "99999999999999999999")], "")
    }),
    attack("too many until a day that is none", TOKEN, |_| {
        answer(429, &[("Retry-After", "Fri, 99 Foo 0000 99:99:99 GMT")], "")
    }),
    attack("a day that is none", RESOURCE, |_| answer(500, &[("Date", "yesterday")], "{}")),
    attack("a day far off", RESOURCE, |_| {
        answer(500, &[("Date", "Fri, 31 Dec 9999 23:59:59 GMT")], "{}")
    }),
    attack("a challenge of 30 kB", RESOURCE, |_| challenge(&"Bearer a=\"b\", ".repeat(2_000))),
    attack("a challenge with a quote without an end", RESOURCE, |_| challenge("Bearer realm=\"x")),
    attack("a challenge of backslashes", RESOURCE, |_| {
        challenge(&format!("Bearer realm=\"{}\"", "\\".repeat(5_000)))
    }),
    attack("a challenge of commas", RESOURCE, |_| challenge(&",".repeat(10_000))),
    attack("a challenge without a scheme", RESOURCE, |_| challenge("=")),
    attack("a challenge that is not ASCII", RESOURCE, |_| {
        challenge("Bearer error=\"\u{e4}\u{202e}\"")
    }),
    attack("eighty challenges", RESOURCE, |_| {
        let mut response = answer(401, &[], "");
        (0..80).for_each(|_| response.headers.push("WWW-Authenticate", "Bearer error=\"x\""));
        response
    }),
    attack("a challenge whose metadata are elsewhere", RESOURCE, |host| {
        challenge(&format!("Bearer resource_metadata=\"{host}/metadata\""))
    }),
    attack("sixty cookies of three kilobytes", AUTHORIZE, |_| cookies(60, 3_000)),
    attack("eighty cookies without anything", AUTHORIZE, |_| cookies(80, 0)),
    attack("a cookie for everybody", AUTHORIZE, |_| {
        let cookie = "a=b; Domain=com; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=x";
        answer(200, &[("Set-Cookie", cookie), ("Content-Type", "text/html")], "<p>x")
    }),
    attack("a cookie that is none", AUTHORIZE, |_| {
        answer(200, &[("Set-Cookie", ";;;=;=="), ("Content-Type", "text/html")], "<p>x")
    }),
    attack("a media type that is none", ALL_AT, |_| {
        answer(200, &[("Content-Type", ";/;=\"")], "{}")
    }),
    attack("a media type of 10 kB", ALL_AT, |_| {
        answer(200, &[("Content-Type", &format!("a/{}", "b".repeat(10_000)))], "{}")
    }),
    attack("a character set that is none", ALL_AT, |_| {
        answer(200, &[("Content-Type", "text/html; charset=oauthspec")], "{}")
    }),
    attack("a redirect to a script", ALL_AT, |_| to("javascript:alert(1)//")),
    attack("a redirect to a file", ALL_AT, |_| to("file:///etc/passwd")),
    attack("a redirect to data", ALL_AT, |_| to("data:text/html,<p>x")),
    attack("a redirect elsewhere", TOKEN, to),
    attack("a redirect that keeps the secret, elsewhere", TOKEN, |host| {
        answer(307, &[("Location", host)], "")
    }),
    attack("a redirect of the resource, elsewhere", RESOURCE, |host| {
        answer(308, &[("Location", host)], "")
    }),
    attack("a redirect without a place", ALL_AT, |_| answer(302, &[], "")),
    attack("a redirect to nothing", ALL_AT, |_| to("")),
    attack("a redirect to slashes", AUTHORIZE, |_| to("//\\\\//")),
    attack("a redirect to a port that is none", ALL_AT, |_| to("http://127.0.0.1:99999/")),
    attack("a redirect to itself", AUTHORIZE, |_| to("/api/oauth2/authorize")),
    attack("a redirect of 60 kB", AUTHORIZE, |_| to(&format!("/{}", "x".repeat(60_000)))),
    attack("a redirect with a password", AUTHORIZE, |_| to("http://a:b@127.0.0.1:1/")),
    attack("two places at once", AUTHORIZE, |host| {
        answer(302, &[("Location", host), ("Location", "/api/oauth2/authorize")], "")
    }),
    attack("a refresh that goes elsewhere", TOKEN, |host| {
        answer(200, &[("Refresh", &format!("0; url={host}"))], "{}")
    }),
    attack("links to elsewhere", TOKEN, |host| {
        answer(200, &[("Link", &format!("<{host}>; rel=preload"))], "{}")
    }),
];
