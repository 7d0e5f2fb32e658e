use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use url::form_urlencoded::byte_serialize;

use super::*;

const PLAIN: &str = "mF9B5f41JqM";
const ODD: &str = "k/+ä \"<&%'=\\\n~9?🦀Zq";

fn secrets() -> Secrets {
    let mut secrets = Secrets::default();
    secrets.add("code", PLAIN);
    secrets.add("client secret", ODD);
    secrets.add("user password", "password");
    secrets
}

fn redactor() -> Redactor {
    Redactor::new(&secrets())
}

/// Every encoding of a value that the suite, a server or a report could write.
pub(crate) fn encodings(value: &str) -> Vec<String> {
    let strict = utf8_percent_encode(value, NON_ALPHANUMERIC).to_string();
    let form: String = byte_serialize(value.as_bytes()).collect();
    let json = serde_json::to_string(value).unwrap();
    let every_byte: String = value.bytes().map(|b| format!("%{b:02x}")).collect();
    let units: String = value.encode_utf16().map(|u| format!("\\u{u:04x}")).collect();
    let numbers: String = value.chars().map(|c| format!("&#{};", u32::from(c))).collect();
    let mut all = vec![
        value.to_owned(),
        strict.replace("%20", "+"),
        strict.replace('%', "%25"),
        every_byte.replace('%', "%25"),
        every_byte,
        units,
        numbers,
        json[1..json.len() - 1].to_owned(),
        maud::html! { (value) }.into_string(),
    ];
    for prefix in ["", "i", "id", "id:", "client:"] {
        for inner in [value, &strict, &form, &form.replace('+', "%20")] {
            let pair = format!("{prefix}{inner}");
            all.extend([
                STANDARD.encode(&pair),
                STANDARD_NO_PAD.encode(&pair),
                URL_SAFE.encode(&pair),
                URL_SAFE_NO_PAD.encode(&pair),
            ]);
        }
    }
    all.extend([strict, form]);
    all
}

#[test]
fn no_encoding_of_a_secret_gets_through() {
    let redactor = redactor();
    for secret in [PLAIN, ODD] {
        for form in encodings(secret) {
            let shown = redactor.text(&format!("before {form} after"));
            assert!(shown.contains("‹c"), "{form}: {shown}");
            for leak in encodings(secret) {
                assert!(!shown.contains(&leak), "{form}: {shown} shows {leak}");
            }
        }
    }
}

#[test]
fn what_surrounds_a_secret_stays() {
    let redactor = redactor();
    assert_eq!(redactor.text(&format!("a {PLAIN}, b {PLAIN}")), "a ‹code 1›, b ‹code 1›");
    assert_eq!(redactor.bytes(b"\xff mF9B5f41JqM"), "\u{fffd} ‹code 1›");
    assert_eq!(redactor.text("nothing & 100% + \\ &amp;"), "nothing & 100% + \\ &amp;");
}

#[test]
fn overlapping_secrets_are_replaced_as_one() {
    let mut secrets = Secrets::default();
    secrets.add("code", "abcdefgh");
    secrets.add("token", "efghijkl");
    secrets.add("code", "cdef");
    assert_eq!(Redactor::new(&secrets).text("xabcdefghijklx"), "x‹code 1›x");
}

#[test]
fn a_secret_cut_short_by_the_end_of_a_body_is_replaced() {
    let redactor = redactor();
    assert_eq!(redactor.text("x mF9B5f41J"), "x ‹code 1›");
    for form in encodings(ODD) {
        let end = (0..form.len() - 4).rev().find(|&at| form.is_char_boundary(at)).unwrap();
        let shown = redactor.text(&format!("x {}", &form[..end]));
        assert!(shown.contains("‹client secret 1›"), "{form}: {shown}");
    }
    assert_eq!(redactor.text("mF9B5f41J and more"), "mF9B5f41J and more");
}

#[test]
fn words_of_the_protocol_are_replaced_where_a_name_gives_them_away() {
    let redactor = redactor();
    let form = b"grant_type=password&password=password&x=password&response_type=code";
    let shown = "grant_type=password&password=‹password›&x=password&response_type=code";
    assert_eq!(redactor.form(form), shown);
    assert_eq!(redactor.text("password_policy"), "password_policy");
    assert_eq!(redactor.text("the grant `password`"), "the grant `password`");
    assert_eq!(redactor.text("{\"password\": \"passwordX\"}"), "{\"password\": \"‹password›\"}");
}

#[test]
fn no_secret_of_a_careless_person_hides_what_a_sentence_names() {
    let told = "check users.default.login, users.default.password, clients.default.secret, login; \
                state and code of GET /a?response_type=code&state=1";
    for word in ["password", "login", "code", "state", "secret", "client_id", "token"] {
        let mut secrets = Secrets::default();
        secrets.add("password", word);
        let redactor = Redactor::new(&secrets);
        assert_eq!(redactor.text(told), told, "{word}");
        let url = "https://c/authorize?response_type=code&client_id=1&state=1";
        assert_eq!(redactor.url(url), url, "{word}");
        let form = format!("login=alice&password={word}");
        assert_eq!(redactor.form(form.as_bytes()), "login=alice&password=‹password›", "{word}");
    }
}

#[test]
fn parts_of_words_of_the_protocol_are_replaced_as_words() {
    let mut secrets = Secrets::default();
    secrets.add("password", "pass");
    let redactor = Redactor::new(&secrets);
    assert_eq!(
        redactor.text("the pass, users.default.password"),
        "the ‹password 1›, users.default.password"
    );
}

#[test]
fn near_secrets_are_cut_by_name() {
    let redactor = redactor();
    for (given, shown) in [
        ("code=mF9B5f41JqN&state=s", "code=‹code›&state=s"),
        ("code=mF9B5f41JqMx&state=s", "code=‹code›&state=s"),
        ("client%5Fsecret=a;b\"c d&x=1", "client%5Fsecret=‹client_secret›&x=1"),
        ("code=&code=mF9B5f41JqM", "code=&code=‹code 1›"),
        ("token_type=bearer&response_type=code", "token_type=bearer&response_type=code"),
    ] {
        assert_eq!(redactor.form(given.as_bytes()), shown);
    }
    assert_eq!(
        redactor.url("https://c/cb?code=x1&state=s#access_token=y&a=b"),
        "https://c/cb?code=‹code›&state=s#access_token=‹access_token›&a=b"
    );
}

#[test]
fn json_members_are_cut_by_name() {
    let redactor = redactor();
    for (given, shown) in [
        (r#"{"access_token" : "a\"b", "n": 1}"#, r#"{"access_token" : "‹access_token›", "n": 1}"#),
        (r#"{"code":"unauthorized","status":401}"#, r#"{"code":"unauthorized","status":401}"#),
        (r#"{"refresh_token":12345}"#, r#"{"refresh_token":‹refresh_token›}"#),
        (
            r#"{"token_type":"bearer","id_token":null}"#,
            r#"{"token_type":"bearer","id_token":null}"#,
        ),
        (r#"{"access_token":"cut sho"#, r#"{"access_token":"‹access_token›"#),
    ] {
        assert_eq!(redactor.text(given), shown);
    }
}

#[test]
fn form_fields_in_html_are_cut() {
    let redactor = redactor();
    let page = "<p>a<input type=hidden value='v1' name=\"_csrf\"><INPUT NAME=request_token VALUE=v2>\
        <meta name=\"csrf-token\" content=\"v3\"><input name=\"email\" value=\"e\"></p>";
    let shown = "<p>a<input type=hidden value='‹_csrf›' name=\"_csrf\"><INPUT NAME=request_token \
        VALUE=‹request_token›><meta name=\"csrf-token\" content=\"‹csrf-token›\"><input name=\"email\" \
        value=\"e\"></p>";
    assert_eq!(redactor.text(page), shown);
}

#[test]
fn credentials_and_cookies_keep_their_name_only() {
    let redactor = redactor();
    let basic = format!("Basic {}", STANDARD.encode(format!("id:{PLAIN}")));
    for (name, value, shown) in [
        ("authorization", basic.as_str(), "Basic ‹credentials with code 1›"),
        ("Authorization", "Bearer mF9B5f41JqM", "Bearer ‹code 1›"),
        ("Authorization", "Bearer other thing", "Bearer ‹credentials›"),
        ("Authorization", "Bearer", "Bearer"),
        ("Authorization", "mF9B5f41JqX", "‹credentials›"),
        ("Proxy-Authorization", "a1b2 x", "‹scheme› ‹credentials›"),
        ("Cookie", "sid=abc; theme=; lone", "sid=‹cookie›; theme=;‹cookie›"),
        ("Set-Cookie", "sid=abc; Path=/; HttpOnly", "sid=‹cookie›; Path=/; HttpOnly"),
        ("X-CSRF-Token", "abc", "‹value›"),
        ("Location", "/cb?code=mF9B5f41JqM", "/cb?code=‹code 1›"),
        ("Content-Type", "text/html", "text/html"),
    ] {
        assert_eq!(redactor.header(name, value.as_bytes()), shown, "{name}: {value}");
    }
}

#[test]
fn a_text_made_to_exhaust_the_search_is_withheld() {
    let mut secrets = Secrets::default();
    secrets.add("code", &"\\".repeat(400));
    let shown = Redactor::new(&secrets).text(&"\\".repeat(4000));
    assert!(shown.contains("withheld") || shown.contains("code 1"), "{shown}");
    assert!(!shown.contains('\\'));
}

#[test]
fn a_secret_of_any_length_is_found() {
    let long: String = (0..20_000).map(|n| format!("%{n:05}")).collect();
    let mut secrets = Secrets::default();
    secrets.add("code", &long);
    let text = long.replace('%', "%25");
    assert_eq!(Redactor::new(&secrets).text(&text), "‹code 1›");
}
