//! Unit tests of `redirect_uri`.

use super::*;
use crate::wire::Params;

const APP: &str = "https://www.myboxapp.com/app";
const HOST: &str = "https://www.myboxapp.com";

fn choose<'a>(
    requested: Option<&'a str>,
    registered: &'a [String],
    mode: Mode,
) -> Result<&'a str, Refusal> {
    let switches = &Switches::default();
    super::choose(requested, registered, Comparison { mode, matching: Matching::Prefix, switches })
}

fn location(uri: &str, params: &Params) -> String {
    super::location(uri, params, &Switches::default())
}

fn accepted(registered: &str, requested: &str) -> bool {
    choose(Some(requested), &[registered.to_owned()], Mode::Production) == Ok(requested)
}

fn refusal(registered: &str, requested: &str, mode: Mode) -> Option<Refusal> {
    choose(Some(requested), &[registered.to_owned()], mode).err()
}

#[test]
fn the_registered_uri_and_its_extensions_are_accepted() {
    for requested in [
        APP,
        "https://www.myboxapp.com/app/",
        "https://www.myboxapp.com/app/2",
        "https://www.myboxapp.com/app?x=1",
        "https://www.myboxapp.com/app/2?x=1&y=%0d%0a",
        "HTTPS://WWW.MyBoxApp.COM/app",
        "https://www.myboxapp.com:443/app",
        "https://www.myboxapp.com:/app",
        "https://www.myboxapp.com/app/x/../y",
        "https://www.myboxapp.com/app/./y",
        "https://www.myboxapp.com/app/100%25",
        "https://www.myboxapp.com/app/ä b",
    ] {
        assert!(accepted(APP, requested), "{requested}");
    }
    for requested in [HOST, "https://www.myboxapp.com/", "https://www.myboxapp.com/user1234"] {
        assert!(accepted(HOST, requested), "{requested}");
    }
    assert!(accepted(HOST, "https://www.myboxapp.com?x=1"));
    assert!(accepted("https://www.myboxapp.com/", HOST));
    assert!(accepted("https://www.myboxapp.com:443/app", APP));
    assert!(accepted("https://www.myboxapp.com:8443/app", "https://www.myboxapp.com:8443/app"));
}

#[test]
fn another_authority_is_a_mismatch() {
    for requested in [
        "https://evil.example/app",
        "https://myboxapp.com/app",
        "https://www.myboxapp.com.evil.example/app",
        "https://www.myboxapp.comevil.example/app",
        "https://www.myboxapp.com./app",
        "https://www%2emyboxapp.com/app",
        "https://www.myboxapp。com/app",
        "https://www.myboxapp.com@evil.example/app",
        "https://www.myboxapp.com:x@evil.example/app",
        "https://user@www.myboxapp.com/app",
        "https://@www.myboxapp.com/app",
        "https://evil.example@www.myboxapp.com/app",
        "https://www.myboxapp.com:444/app",
        "https://www.myboxapp.com:80/app",
        "https://www.myboxapp.com:+443/app",
        "https://www.myboxapp.com:443x/app",
        "https://www.myboxapp.com:65979/app",
        "https://www.myboxapp.com\\@evil.example/app",
        "https://evil.example\\@www.myboxapp.com/app",
        "https:www.myboxapp.com/app",
        "https:/www.myboxapp.com/app",
        "https:///www.myboxapp.com/app",
        "https:\\\\www.myboxapp.com/app",
        "https://www.myboxapp.com\t/app",
        "https://[::1]/app",
        "https://www.myboxapp.com%00.evil.example/app",
        "myboxapp://www.myboxapp.com/app",
        "javascript:alert(1)//www.myboxapp.com/app",
        "data:text/html,x",
    ] {
        for registered in [APP, HOST] {
            let found = refusal(registered, requested, Mode::Production);
            assert_eq!(found, Some(Refusal::Mismatch), "{requested}");
        }
    }
}

#[test]
fn what_is_no_url_leaves_nothing_to_the_request() {
    for registered in ["https:", "https://", "http:", "https://user@", "https://a:99999"] {
        for requested in
            [format!("{registered}/evil.example"), format!("{registered}//evil.example")]
        {
            let found = refusal(registered, &requested, Mode::Development);
            assert!(found.is_some(), "{requested:?} for {registered:?}");
        }
    }
}

#[test]
fn another_path_is_a_mismatch() {
    for requested in [
        HOST,
        "https://www.myboxapp.com/",
        "https://www.myboxapp.com/app2",
        "https://www.myboxapp.com/App",
        "https://www.myboxapp.com/ap",
        "https://www.myboxapp.com/app;x",
        "https://www.myboxapp.com//app",
        "https://www.myboxapp.com/x/../app",
        "https://www.myboxapp.com/app#x",
        "https://www.myboxapp.com/app#",
        "https://www.myboxapp.com/app?x=1#y",
        "https://www.myboxapp.com/app\r\nSet-Cookie: a=b",
        "https://www.myboxapp.com/app?x=\ny",
        "https://www.myboxapp.com/app/\u{85}",
        "https://www.myboxapp.com/app/%0d%0ax",
        "https://www.myboxapp.com/app/%zz",
        "https://www.myboxapp.com/app/%4",
    ] {
        let found = refusal(APP, requested, Mode::Production);
        assert_eq!(found, Some(Refusal::Mismatch), "{requested:?}");
    }
}

#[test]
fn a_path_that_climbs_out_is_a_mismatch() {
    for tail in [
        "/..",
        "/../",
        "/../evil",
        "/../app2",
        "/x/../../evil",
        "/./../evil",
        "/%2e%2e/evil",
        "/%2E%2e/evil",
        "/.%2e/evil",
        "/%252e%252e/evil",
        "/%252e%252e%252fevil",
        "/%25252e%25252e/evil",
        "/%2525252525252e/x",
        "/..%2fevil",
        "/%2e%2e%2fevil",
        "/x%2f..%2f..%2fevil",
        "/\\..\\evil",
        "/%5c..%5c..%5cevil",
        "/%255c..%255c..%255cevil",
        "/..;/evil",
        "/..;x=1/evil",
        "//..//../evil",
        "/?x/..\\..",
    ] {
        let requested = format!("{APP}{tail}");
        assert!(!accepted(APP, &requested), "{requested}");
    }
}

#[test]
fn schemes_are_judged_first() {
    for requested in [
        "1https://www.myboxapp.com/app",
        "://www.myboxapp.com/app",
        "-x://callback",
        "my_app://callback",
        "www.myboxapp.com/app",
        "/app",
        " https://www.myboxapp.com/app",
        "ht\ttps://www.myboxapp.com/app",
        "",
    ] {
        let found = refusal(APP, requested, Mode::Production);
        assert_eq!(found, Some(Refusal::Invalid), "{requested:?}");
    }
    for requested in ["http://www.myboxapp.com/app", "HTTP://evil.example/", "http:x"] {
        for mode in [Mode::Production, Mode::Development] {
            assert_eq!(refusal(APP, requested, mode), Some(Refusal::Insecure), "{requested}");
        }
    }
}

#[test]
fn local_addresses_need_development_mode() {
    for host in LOCAL_HOSTS {
        let uri = format!("http://{host}:8080/app");
        assert_eq!(refusal(&uri, &uri, Mode::Development), None);
        assert_eq!(refusal(&uri, &uri, Mode::Production), Some(Refusal::Insecure));
        let moved = format!("http://{host}:3000/app");
        assert_eq!(refusal(&uri, &moved, Mode::Development), None);
        assert_eq!(choose(None, &[uri], Mode::Production), Err(Refusal::Insecure));
    }
    let registered = "http://localhost:8080/app";
    for (requested, expected) in [
        ("http://127.0.0.1:8080/app", Refusal::Mismatch),
        ("http://localhost:8080/app2", Refusal::Mismatch),
        ("http://localhost:x/app", Refusal::Mismatch),
        ("http://user@localhost:8080/app", Refusal::Mismatch),
        ("http://localhost.evil.example:8080/app", Refusal::Insecure),
        ("http://localhost@evil.example/app", Refusal::Insecure),
        ("http://localhost\\@evil.example/app", Refusal::Insecure),
        ("http://127.0.0.2:8080/app", Refusal::Insecure),
        ("http://[::1]:8080/app", Refusal::Insecure),
    ] {
        assert_eq!(
            refusal(registered, requested, Mode::Development),
            Some(expected),
            "{requested}"
        );
    }
}

#[test]
fn custom_schemes_work() {
    let registered = "myboxapp://callback";
    for requested in [registered, "MyBoxApp://Callback/x", "myboxapp://callback?x=1"] {
        assert!(accepted(registered, requested), "{requested}");
    }
    for requested in
        ["myboxapp://callback2", "myboxapp://other", "myboxapp:callback", "other://callback"]
    {
        assert!(!accepted(registered, requested), "{requested}");
    }
    assert!(accepted("boxsdk-1:done", "boxsdk-1:done"));
    assert!(!accepted("boxsdk-1:done", "boxsdk-1:done2"));
}

#[test]
fn a_registered_query_stays() {
    let registered = "https://query.myboxapp.com/app?tenant=1";
    for tail in ["", "&x=1"] {
        assert!(accepted(registered, &format!("{registered}{tail}")));
    }
    for requested in [
        "https://query.myboxapp.com/app",
        "https://query.myboxapp.com/app?tenant=12",
        "https://query.myboxapp.com/app?tenant=2",
        "https://query.myboxapp.com/app?x=1&tenant=1",
        "https://query.myboxapp.com/app/x?tenant=1",
    ] {
        assert!(!accepted(registered, requested), "{requested}");
    }
}

#[test]
fn a_query_cannot_forge_the_response() {
    for name in ["code", "state", "error", "c%6fde", "error_description"] {
        assert!(!accepted(APP, &format!("{APP}?x=1&{name}=1")), "{name}");
    }
}

#[test]
fn none_sent_means_the_only_one() {
    let one = [APP.to_owned()];
    assert_eq!(choose(None, &one, Mode::Production), Ok(APP));
    assert_eq!(choose(None, &[], Mode::Production), Err(Refusal::Mismatch));
    assert_eq!(choose(Some(APP), &[], Mode::Production), Err(Refusal::Mismatch));
    let two = [APP.to_owned(), HOST.to_owned()];
    assert_eq!(choose(None, &two, Mode::Production), Err(Refusal::Missing));
}

#[test]
fn parameters_are_appended_once() {
    let params: Params = [("code", "a b"), ("state", "x&y=ä")].into_iter().collect();
    let query = "code=a+b&state=x%26y%3D%C3%A4";
    for (uri, expected) in [
        ("https://a.example/x", "https://a.example/x?"),
        ("https://a.example/x?", "https://a.example/x?"),
        ("https://a.example/x?y=1", "https://a.example/x?y=1&"),
        ("https://a.example/x?y=1&", "https://a.example/x?y=1&"),
        ("myboxapp://callback", "myboxapp://callback?"),
        ("https://a.example/ä b\r\n", "https://a.example/%C3%A4%20b%0D%0A?"),
    ] {
        assert_eq!(location(uri, &params), format!("{expected}{query}"));
    }
}
