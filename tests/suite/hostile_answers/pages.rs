//! Pages in the place of the login page.

use oauthspec::wire::Response;

use super::{At, Attack, HARM, answer, attack};

const AUTHORIZE: &[At] = &[At::Authorize];

fn page(body: impl Into<Vec<u8>>) -> Response {
    answer(200, &[("Content-Type", "text/html")], body)
}

fn many(piece: &str, count: usize) -> Response {
    page(piece.repeat(count))
}

/// A login form that goes there.
fn login(action: &str) -> Response {
    page(format!(
        "<form method=\"post\" action=\"{action}\"><input name=\"login\"><input type=\"password\" \
         name=\"password\"><button>Authorize</button></form>"
    ))
}

pub(super) const ALL: &[Attack] = &[
    attack("nested elements", AUTHORIZE, |_| many("<div>", 100_000)),
    attack("nested inline elements", AUTHORIZE, |_| many("<b><i>", 50_000)),
    attack("nested tables", AUTHORIZE, |_| many("<table><tr><td>", 20_000)),
    attack("nested lists", AUTHORIZE, |_| many("<ul><li>", 20_000)),
    attack("nested forms", AUTHORIZE, |_| many("<form><div>", 10_000)),
    attack("ten thousand forms", AUTHORIZE, |_| many("<form><input name=a></form>", 10_000)),
    attack("a hundred thousand fields", AUTHORIZE, |_| {
        page(format!("<form>{}</form>", "<input name=a value=b>".repeat(100_000)))
    }),
    attack("twenty thousand buttons", AUTHORIZE, |_| {
        page(format!("<form method=post>{}</form>", "<button>Authorize</button>".repeat(20_000)))
    }),
    attack("a hundred thousand links", AUTHORIZE, |_| many("<a href=/x>Grant</a>", 100_000)),
    attack("a hundred thousand options", AUTHORIZE, |_| {
        page(format!("<form><select name=a>{}", "<option>x".repeat(100_000)))
    }),
    attack("ten thousand attributes", AUTHORIZE, |_| {
        let all: String = (0..10_000).map(|n| format!(" a{n}=b")).collect();
        page(format!("<form{all}>"))
    }),
    attack("an attribute of a megabyte", AUTHORIZE, |_| {
        page(format!("<form action=\"/{}\">", "x".repeat(1_000_000)))
    }),
    attack("a comment without an end", AUTHORIZE, |_| page(format!("<!--{}", "-".repeat(500_000)))),
    attack("a script without an end", AUTHORIZE, |_| {
        page(format!("<script>{}", "<".repeat(500_000)))
    }),
    attack("plain text without an end", AUTHORIZE, |_| page(format!("<plaintext>{HARM}"))),
    attack("a hundred thousand entities", AUTHORIZE, |_| many("&notit;&#x110000;&#0;", 100_000)),
    attack("a hundred thousand unclosed quotes", AUTHORIZE, |_| many("<a href=\"", 100_000)),
    attack("null characters", AUTHORIZE, |_| page(vec![0; 500_000])),
    attack("no UTF-8", AUTHORIZE, |_| page(vec![0xff; 500_000])),
    attack("commands", AUTHORIZE, |_| page(format!("<title>{HARM}</title><h1>{HARM}</h1>"))),
    attack("commands in a form", AUTHORIZE, |_| {
        page(format!("<form><input name=\"{HARM}\"><button>{HARM}</button></form>"))
    }),
    attack("a form that goes elsewhere", AUTHORIZE, login),
    attack("a form that goes to a script", AUTHORIZE, |_| login("javascript:alert(1)")),
    attack("a form that goes to a file", AUTHORIZE, |_| login("file:///etc/passwd")),
    attack("a form by mail", AUTHORIZE, |_| login("mailto:a@example.com")),
    attack("a form that goes to no port", AUTHORIZE, |_| login("http://127.0.0.1:99999/")),
    attack("a form that comes again and again", AUTHORIZE, |_| login("/api/oauth2/authorize")),
    attack("a base that is elsewhere", AUTHORIZE, |host| {
        page(format!(
            "<base href=\"{host}/\"><form method=post action=login><input name=login><input \
             type=password name=password><button>Authorize</button></form>"
        ))
    }),
    attack("a refresh that goes elsewhere", AUTHORIZE, |host| {
        page(format!("<meta http-equiv=refresh content=\"0; url={host}\">"))
    }),
    attack("a refresh to itself", AUTHORIZE, |_| {
        page("<meta http-equiv=refresh content=\"0; url=/api/oauth2/authorize\">")
    }),
    attack("a thousand refreshes", AUTHORIZE, |_| {
        many("<meta http-equiv=refresh content=\"0; url=/api/oauth2/authorize\">", 1_000)
    }),
    attack("a refresh to a script", AUTHORIZE, |_| {
        page("<meta http-equiv=refresh content=\"0; url=javascript:alert(1)\">")
    }),
    attack("frames and images from elsewhere", AUTHORIZE, |host| {
        page(format!("<iframe src=\"{host}\"></iframe><img src=\"{host}\"><link href=\"{host}\">"))
    }),
    attack("a page said to be JSON", AUTHORIZE, |_| {
        answer(200, &[("Content-Type", "application/json")], "<form><input type=password></form>")
    }),
    attack("a page in UTF-16", AUTHORIZE, |_| {
        let text = "<form><input type=password></form>";
        page(text.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<u8>>())
    }),
    attack("a form with a method of nobody", AUTHORIZE, |_| {
        page("<form method=OAUTHSPEC><input name=login><input type=password name=p><button>x")
    }),
    attack("a login form of files", AUTHORIZE, |_| {
        page("<form method=post enctype=multipart/form-data><input type=file name=f><button>x")
    }),
];
