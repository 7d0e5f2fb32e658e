use super::*;
use crate::profile::{Action, ClientAuthentication, Clock, Pkce, RedirectMatching};

const REFERENCE: &str = include_str!("../../fixtures/profiles/reference.yaml");

/// Line numbers of the tests below count from here.
const MINIMAL: &str = "\
name: a server
documents: [rfc6749]
base_url: http://127.0.0.1:8080
endpoints:
  authorization: /authorize
  token: /token
clients:
  default:
    id: app
    redirect_uris: [https://app.example/cb]
users:
  default: {login: alice, password: pw}
";

fn env(name: &str) -> Option<String> {
    (name == "SECRET").then(|| "sesame-open".to_owned())
}

fn read(text: &str) -> Result<Profile, String> {
    parse_with("t.yaml", text, &env).map_err(|error| error.to_string())
}

fn error(text: &str) -> String {
    read(text).expect_err("must be refused")
}

/// The minimal profile with more lines at its end.
fn with(lines: &str) -> String {
    format!("{MINIMAL}{lines}\n")
}

#[test]
fn reads_the_commented_example() {
    let profile = parse("reference.yaml", REFERENCE).unwrap();
    let catalogue = crate::rules::Catalogue::embedded().unwrap();
    super::super::check(&profile, &profile.documents, catalogue.documents()).unwrap();
    assert!(profile.clients.len() >= 18);
    assert_eq!(profile.limits.requests, None);
    for need in ["clock", "revocation", "identity", "scoped-resource", "client-name"] {
        assert_eq!(profile.provides(need), Ok(()), "{need}");
    }
    assert_eq!(profile.client("local-production").unwrap().redirect_uris.len(), 3);
    assert!(matches!(&profile.hooks["fail"].off, Action::Http(call) if call.json.is_some()));
}

#[test]
fn the_commented_example_shows_every_key() {
    let text = REFERENCE.replace("# ", "");
    for key in [
        "client_authentication",
        "pkce",
        "scope",
        "authorize_parameters",
        "grants",
        "lacks_grant",
        "identity",
        "narrow_scope",
        "access_token",
        "refresh",
        "grant_words",
        "deny_words",
        "method",
        "headers",
        "plain_url",
        "ca",
        "time_budget",
        "requests_per_second",
        "authorized_hosts",
    ] {
        assert!(text.lines().any(|line| line.trim().starts_with(&format!("{key}:"))), "{key}");
    }
}

#[test]
fn takes_defaults_and_empty_members() {
    let profile = read(&with("limits:\nscope:\nlogin: {}")).unwrap();
    assert_eq!(profile.limits.timeout, None);
    assert_eq!(profile.limits.timeout(), Duration::from_secs(5));
    let default = profile.client("default").unwrap();
    assert_eq!(profile.authentication(default), ClientAuthentication::Body);
    assert_eq!(profile.pkce(default), Pkce::None);
    assert!(matches!(profile.clock, Clock::Real));
    assert_eq!(profile.scope, None);
}

#[test]
fn reads_enums_as_plain_maps() {
    for (text, expected) in [
        ("clock: real", "Real"),
        ("clock: none", "None"),
        ("clock: {command: [date, '{seconds}']}", "Command([\"date\", \"{seconds}\"])"),
    ] {
        let profile = read(&with(text)).unwrap();
        assert_eq!(format!("{:?}", profile.clock), expected);
    }
    let text = "clock:\n  http:\n    url: /c\n    json: {n: [1, -2, 2.5, true, null, '${SECRET}']}";
    let Clock::Http(call) = read(&with(text)).unwrap().clock else { panic!("not http") };
    let expected = serde_json::json!({"n": [1, -2, 2.5, true, null, "sesame-open"]});
    assert_eq!(call.json, Some(expected));
}

#[test]
fn reads_policy_and_lifetimes() {
    let text = "policy: {redirect_matching: exact, refresh: grace 60s}\nlifetimes: {code: 10m}";
    let profile = read(&with(text)).unwrap();
    assert_eq!(profile.policy.redirect_matching, Some(RedirectMatching::Exact));
    assert_eq!(profile.policy.refresh, Some(Refresh::Grace(Duration::from_secs(60))));
    assert_eq!(profile.lifetimes.code, Some(Duration::from_secs(600)));
    for (word, expected) in [("strict", Refresh::Strict), ("none", Refresh::None)] {
        let profile = read(&with(&format!("policy: {{refresh: {word}}}"))).unwrap();
        assert_eq!(profile.policy.refresh, Some(expected));
    }
}

#[test]
fn fills_in_the_environment() {
    let text = MINIMAL.replace("id: app", "id: app\n    secret: '${SECRET}'");
    assert_eq!(read(&text).unwrap().clients["default"].secret.as_deref(), Some("sesame-open"));
    let text = MINIMAL.replace("id: app", "id: app\n    secret: ${NOWHERE}");
    assert_eq!(
        error(&text),
        "t.yaml:10: clients.default.secret: the environment variable `NOWHERE` is not set; set it \
         before the run, or give a default: `${NOWHERE:-default}`"
    );
}

#[test]
fn merge_keys_are_followed() {
    let text = MINIMAL.replace(
        "users:",
        "  other:\n    <<: {id: b, redirect_uris: ['https://b.example/']}\n    id: c\nusers:",
    );
    let other = &read(&text).unwrap().clients["other"];
    assert_eq!((other.id.as_str(), other.redirect_uris.len()), ("c", 1));
}

#[test]
fn syntax_errors_have_line_and_column() {
    assert_eq!(
        error("name: a\n  documents: [\n"),
        "t.yaml:2:12: not YAML: mapping values are not allowed in this context"
    );
    let message = error("name: \"open\nnext");
    assert!(message.starts_with("t.yaml:2:"), "{message}");
    let message = error(&with("scope: *nowhere"));
    assert!(message.starts_with("t.yaml:13:8: not YAML: "), "{message}");
    let message = error(&with("name: again"));
    assert!(
        message.starts_with("t.yaml:13:1: not YAML: duplicate entry with key \"name\""),
        "{message}"
    );
    let message = error("--- a\n--- b\n");
    assert!(message.starts_with("t.yaml: "), "{message}");
}

#[test]
fn unknown_keys_have_their_own_line_and_a_suggestion() {
    for (text, expected) in [
        (with("policys: a"), "t.yaml:13: unknown key `policys`; did you mean `policy`?"),
        (
            MINIMAL.replace("redirect_uris", "redirect_uri"),
            "t.yaml:10: unknown key `redirect_uri` in clients.default; did you mean \
             `redirect_uris`?",
        ),
        (
            MINIMAL.replace("login: alice,", "login: alice,\n    colour: red,"),
            "t.yaml:13: unknown key `colour` in users.default; known: login, password, identity, id, sign_on",
        ),
        (
            with("clock:\n  http:\n    url: /c\n    jsn: {}"),
            "t.yaml:16: unknown key `jsn` in clock.http; did you mean `json`?",
        ),
        (
            with("hooks:\n  fail:\n    on: {http: {url: /c}}\n    off:\n      http: {uri: /c}"),
            "t.yaml:17: unknown key `uri` in hooks.fail.off.http; did you mean `url`?",
        ),
    ] {
        assert_eq!(error(&text), expected);
    }
}

#[test]
fn missing_keys_are_named() {
    assert_eq!(error(""), "t.yaml: missing key `base_url`; add `base_url: …`");
    assert_eq!(
        error(&with("hooks:\n  fail:\n    on: {command: [true]}")),
        "t.yaml:15: hooks.fail.on.command[0]: expected text, found true or false; put the value \
         in quotes"
    );
    assert_eq!(
        error(&with("hooks:\n  fail:\n    on: {command: ['true']}")),
        "t.yaml:14: missing key `off` in hooks.fail; add `off: …`"
    );
}

#[test]
fn wrong_types_are_said_plainly() {
    for (text, expected) in [
        ("- a".to_owned(), "t.yaml: the file: expected a map, found a list"),
        (
            MINIMAL.replace("id: app", "id: 12"),
            "t.yaml:9: clients.default.id: expected text, found a number; put the value in quotes",
        ),
        (
            with("limits: {concurrency: -1}"),
            "t.yaml:13: limits.concurrency: expected a whole number that fits, found -1",
        ),
        (
            with("limits: {concurrency: many}"),
            "t.yaml:13: limits.concurrency: expected a whole number that fits, found text",
        ),
        (
            with("limits: {timeout: 5}"),
            "t.yaml:13: limits.timeout: expected a duration such as `30s`, found a number",
        ),
        (with("authorized: 'yes'"), "t.yaml:13: authorized: expected true or false, found text"),
        (
            with("authorized_hosts:\n  - a\n  - [b]"),
            "t.yaml:15: authorized_hosts[1]: expected text, found a list",
        ),
        (
            with("authorize_parameters: {1: b}"),
            "t.yaml:13: authorize_parameters: the value has a key that is not text; put the key \
             in quotes",
        ),
    ] {
        assert_eq!(error(&text), expected);
    }
}

#[test]
fn wrong_words_are_said_plainly() {
    for (line, expected) in [
        (
            "client_authentication: baisc",
            "client_authentication: `baisc` is not a valid value; did you mean `basic`?",
        ),
        ("pkce: plain", "pkce: `plain` is not a valid value; known: none, S256"),
        ("clock: {htp: {url: /c}}", "clock: `htp` is not a valid value; did you mean `http`?"),
        ("clock: http", "clock: `http` needs settings: write it as a map of one key"),
        ("clock: {real: {a: b}}", "clock: `real` takes no settings; write the word alone"),
        (
            "clock: [a]",
            "clock: the value must be a word or a map of one key; known: none, real, http, command",
        ),
        (
            "clock: {}",
            "clock: the value must be a map of one key; known: none, real, http, command",
        ),
        ("scope: !x y", "scope: `!x` must not have a YAML tag; write a map of one key instead"),
        (
            "policy: {refresh: sometimes}",
            "policy.refresh: `sometimes` is not a valid value; known: strict, grace 60s, none",
        ),
        (
            "policy: {refresh: grace a bit}",
            "policy.refresh: `grace a bit` is not a valid value; known: strict, grace 60s, none",
        ),
        (
            "lifetimes: {code: 10 minutes}",
            "lifetimes.code: `10 minutes` is not a duration; write `500ms`, `30s`, `60m`, `1h` or \
             `60d`",
        ),
    ] {
        assert_eq!(error(&with(line)), format!("t.yaml:13: {expected}"));
    }
}

#[test]
fn no_message_shows_a_secret() {
    let secret = |value: &str| MINIMAL.replace("id: app", &format!("id: app\n    secret: {value}"));
    for (value, found) in
        [("[sesame-open]", "a list"), ("{sesame-open: x}", "a map"), ("20491", "a number")]
    {
        let message = error(&secret(value));
        assert!(message.starts_with("t.yaml:10: clients.default.secret: "), "{message}");
        assert!(message.contains(found), "{message}");
        assert!(!message.contains("sesame") && !message.contains("20491"), "{message}");
    }
    let message = error(&secret("!tagged sesame-open"));
    assert!(!message.contains("tagged") && !message.contains("sesame"), "{message}");
    for line in
        ["pkce: ${SECRET}", "lifetimes: {code: '${SECRET}'}", "limits: {requests: '${SECRET}'}"]
    {
        let message = error(&with(line));
        assert!(!message.contains("sesame"), "{message}");
    }
}

#[test]
fn files_are_read_or_named() {
    let missing = load(Path::new("/nowhere/profile.yaml")).unwrap_err().to_string();
    assert!(missing.starts_with("/nowhere/profile.yaml: the file cannot be read: "), "{missing}");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("p.yaml");
    std::fs::write(&path, MINIMAL).unwrap();
    assert_eq!(load(&path).unwrap().name, "a server");
    std::fs::write(&path, format!("\u{feff}{MINIMAL}")).unwrap();
    assert_eq!(load(&path).unwrap().name, "a server");
}

#[test]
fn what_is_no_text_file_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("p.yaml");
    let wide: Vec<u8> =
        format!("\u{feff}{MINIMAL}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    for (bytes, says) in [
        (wide, "is UTF-16; save it as UTF-8"),
        (b"name: \xff".to_vec(), "is not UTF-8 text; save it as UTF-8"),
        (vec![b' '; 3 * 1024 * 1024], "is larger than 2 MB"),
    ] {
        std::fs::write(&path, bytes).unwrap();
        let message = load(&path).unwrap_err().to_string();
        assert!(message.contains(says), "{message}");
    }
    #[cfg(unix)]
    {
        let device = load(Path::new("/dev/zero")).unwrap_err().to_string();
        assert!(device.contains("is a pipe or a device; write it to a file first"), "{device}");
    }
}

#[test]
fn deep_nesting_is_refused_at_once() {
    for text in
        ["[".repeat(100_000), "{a: ".repeat(100_000), "- ".repeat(100_000), "? ".repeat(100_000)]
    {
        let message = read(&text).unwrap_err().to_string();
        assert!(message.contains("not YAML: more than 100 lists and maps inside"), "{message}");
    }
}

#[test]
fn durations() {
    for (text, milliseconds) in [
        ("500ms", 500),
        ("30s", 30_000),
        (" 60m ", 3_600_000),
        ("1 h", 3_600_000),
        ("60d", 5_184_000_000),
        ("0s", 0),
    ] {
        assert_eq!(parse_duration(text), Ok(Duration::from_millis(milliseconds)), "{text}");
    }
    for text in ["", "s", "5", "5 weeks", "-5s", "1.5h", "٣s", "1h30m"] {
        assert_eq!(parse_duration(text), Err(DurationError::Form), "{text}");
    }
    for text in ["36501d", "99999999999999999999s", "9999999999999999999d"] {
        assert_eq!(parse_duration(text), Err(DurationError::TooLong), "{text}");
    }
}

#[test]
fn no_input_panics() {
    let deep = "[".repeat(100_000);
    let laughs = "a: &a [x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b]\n";
    for text in [&deep, laughs, "\u{feff}", "\0", "? [a]\n: b", "<<: 1", "a: !!binary x", "&a *a"] {
        assert!(read(text).is_err());
    }
    for end in (0..REFERENCE.len()).step_by(29).filter(|end| REFERENCE.is_char_boundary(*end)) {
        let _ = read(&REFERENCE[..end]);
    }
}
