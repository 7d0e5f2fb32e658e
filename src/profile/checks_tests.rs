use super::*;
use crate::profile::parse_with;
use crate::rules::Catalogue;

const REFERENCE: &str = include_str!("../../fixtures/profiles/reference.yaml");

/// The reference profile with some lines replaced.
fn changed(changes: &[(&str, &str)]) -> Profile {
    let mut text = REFERENCE.to_owned();
    for (from, to) in changes {
        assert!(text.contains(from), "{from}");
        text = text.replacen(from, to, 1);
    }
    parse_with("t.yaml", &text, &|_| None).unwrap()
}

fn catalogue() -> Catalogue {
    Catalogue::embedded().unwrap()
}

fn problems_against(profile: &Profile, against: &[&str]) -> Vec<String> {
    let against: Vec<String> = against.iter().map(|&name| name.to_owned()).collect();
    match check(profile, &against, catalogue().documents()) {
        Err(ProfileError::Unusable { problems, .. }) => problems,
        Err(other) => vec![other.to_string()],
        Ok(()) => Vec::new(),
    }
}

fn problems(changes: &[(&str, &str)]) -> Vec<String> {
    problems_against(&changed(changes), &["box"])
}

const LOCAL: &str = "base_url: http://127.0.0.1:8080";

#[test]
fn the_reference_is_right_against_every_document() {
    let profile = changed(&[]);
    let catalogue = catalogue();
    // Some allow another way to compare redirect URIs alone.
    let allows = |document: &&Arc<Document>| {
        let choices = document.policies.redirect_matching.as_ref();
        choices.is_none_or(|choices| choices.allows.iter().any(|choice| choice == "prefix"))
    };
    let documents = catalogue.documents().iter().filter(allows);
    let documents: Vec<&str> = documents.map(|document| document.id.as_str()).collect();
    assert!(documents.len() > 4);
    assert_eq!(problems_against(&profile, &documents), [""; 0]);
}

#[test]
fn documents_are_known_and_at_least_one() {
    let profile = changed(&[]);
    assert_eq!(
        problems_against(&profile, &["rfc6794", "teapots", "box"]),
        [
            "documents: `rfc6794` is not a known document; did you mean `rfc6749`?",
            &format!(
                "documents: `teapots` is not a known document; known: {}",
                catalogue().documents().ids().join(", ")
            ),
        ]
    );
    let empty = problems_against(&profile, &[]);
    assert!(empty[0].starts_with("documents: empty; name at least one of box"));
    let stray = changed(&[("documents: [box]", "documents: [boxx]")]);
    assert_eq!(
        problems_against(&stray, &["box"]),
        ["documents: `boxx` is not a known document; did you mean `box`?"]
    );
}

#[test]
fn a_policy_chooses_only_what_every_document_allows() {
    let profile = changed(&[
        ("redirect_matching: prefix", "redirect_matching: exact"),
        ("refresh: strict", "refresh: grace 5s"),
    ]);
    assert_eq!(problems_against(&profile, &["rfc6749"]), [""; 0]);
    assert_eq!(
        problems_against(&profile, &["rfc6749", "box"]),
        [
            "policy.redirect_matching: `exact` is not an outcome that box allows (rfc6749 allows \
             prefix or exact; box allows prefix); choose another, or do not run against box",
            "policy.refresh: `grace` is not an outcome that box allows (rfc6749 allows strict or \
             grace or none; box allows strict); choose another, or do not run against box",
        ]
    );
    let unrotated = changed(&[("refresh: strict", "refresh: none")]);
    assert_eq!(problems_against(&unrotated, &["box"]).len(), 1);
}

#[test]
fn the_default_roles_are_needed() {
    let mut profile = changed(&[]);
    if let Some(client) = profile.clients.get_mut("default") {
        client.redirect_uris.clear();
        client.id.clear();
        client.secret = Some("".into());
    }
    profile.users.clear();
    assert_eq!(
        problems_against(&profile, &["box"]),
        [
            "clients.default.id: empty; every client has an identifier",
            "clients.default.secret: empty; give one, or leave the key out for a public client",
            "clients.default.redirect_uris: empty; name the URI that codes are sent to",
            "users.default: missing; every run needs this user (where nobody signs in, any `login` will do)",
        ]
    );
    profile.clients.clear();
    assert_eq!(
        problems_against(&profile, &["box"])[0],
        "clients.default: missing; every run needs this client (or write `clients: register` where \
         clients register themselves)"
    );
    profile.endpoints.token.clear();
    let missing = "endpoints.token: missing; name it, since neither a document of the profile nor \
                   metadata does";
    assert!(problems_against(&profile, &["box"]).iter().any(|it| it == missing));
}

#[test]
fn roles_hooks_and_pointers_are_checked() {
    assert_eq!(
        problems(&[("narrow_client: narrow", "narrow_client: narow")]),
        ["scoped_resource.narrow_client: `narow` is not a role under clients; did you mean \
          `narrow`?"]
    );
    assert_eq!(
        problems(&[("  rate_limit:\n", "  rate-limit:\n")]),
        ["hooks.rate-limit: not a known hook; did you mean `rate_limit`?"]
    );
    assert_eq!(
        problems(&[("identity: /login", "identity: login")]),
        ["resource.identity: not a JSON pointer (RFC 6901); write for instance `/login`"]
    );
    assert_eq!(
        problems(&[(
            "off: {http: {url: /control/hooks, json: {fail: false}}}",
            "off: {command: []}"
        )]),
        ["hooks.fail.off.command: names no program; write [program, argument, …]"]
    );
    assert_eq!(
        problems(&[("json: {advance: \"{seconds}\"}", "json: {advance: 5}")]),
        ["clock: `{seconds}` is missing; the target needs it to move its clock"]
    );
}

#[test]
fn limits_are_sane() {
    for (from, to, expected) in [
        ("concurrency: 8", "concurrency: 0", "limits.concurrency: 0 is not between 1 and 1024"),
        (
            "concurrency: 8",
            "concurrency: 1025",
            "limits.concurrency: 1025 is not between 1 and 1024",
        ),
        ("timeout: 5s", "timeout: 0s", "limits.timeout: must be greater than zero"),
        (
            "requests_per_second:",
            "requests_per_second: 0",
            "limits.requests_per_second: must be at least 1",
        ),
        ("  requests:", "  requests: 0", "limits.requests: must be at least 1"),
    ] {
        assert_eq!(problems(&[(from, to)]), [expected]);
    }
}

#[test]
fn urls_are_checked_by_key() {
    for (from, to, expected) in [
        (
            LOCAL,
            "base_url: 127.0.0.1",
            "base_url: is not a URL (relative URL without a base); write `http://host:port/path` \
             or `https://host/path`",
        ),
        (
            LOCAL,
            "base_url: http://127.0.0.1/?a=b",
            "base_url: must have neither query nor fragment",
        ),
        (LOCAL, "base_url: http://127.0.0.1/#a", "base_url: must have neither query nor fragment"),
        (
            "token: /oauth2/token",
            "token: http://[::1/token",
            "endpoints.token: is not a URL (invalid IPv6 address); write `http://host:port/path` \
             or `https://host/path`",
        ),
        (
            "revocation: /oauth2/revoke",
            "revocation: ftp://127.0.0.1/",
            "endpoints.revocation: must be http or https, not `ftp`",
        ),
        ("url: /2.0/users/me", "url: '/me#a'", "resource.url: must not have a fragment"),
        (
            "url: /control/clock",
            "url: 'http://{host}/clock'",
            "clock.http.url: must not have a placeholder in its host",
        ),
        (
            "redirect_uris: [https://other.myboxapp.com/app]",
            "redirect_uris: [/app]",
            "clients.other.redirect_uris[0]: not an absolute URI (relative URL without a base)",
        ),
        (
            "[https://www.myboxapp.com/one,",
            "[https://www.myboxapp.com/one#a,",
            "clients.several.redirect_uris[0]: has a fragment, which a redirect URI must not have \
             (RFC 6749 §3.1.2)",
        ),
        (
            "limits:\n",
            "tls: {base_url: 'http://127.0.0.1:8443', plain_url: 'https://127.0.0.1'}\nlimits:\n",
            "tls.base_url: must be https, not `http`\ntls.plain_url: must be http, not `https`",
        ),
    ] {
        assert_eq!(problems(&[(from, to)]).join("\n"), expected);
    }
}

#[test]
fn other_hosts_need_permission() {
    let far = (LOCAL, "base_url: https://box.example:8443");
    assert_eq!(
        problems(&[far]),
        [
            "authorized: the target is not on the loopback interface; add `authorized: true` if \
             you are allowed to test it",
            "authorized_hosts: box.example is not listed; add `- \"box.example\"` if you are allowed \
             to test it",
        ]
    );
    let yes = ("authorized: false", "authorized: true");
    assert_eq!(problems(&[far, yes]).len(), 1);
    let listed = ("authorized_hosts: []", "authorized_hosts: [Box.example]");
    assert_eq!(problems(&[far, yes, listed]), [""; 0]);
    let six = (LOCAL, "base_url: 'https://[2001:db8::1]'");
    for host in ["2001:DB8::1", "'[2001:db8::1]'"] {
        let listed =
            format!("authorized_hosts: [{host}]").replace("[2001:DB8::1]", "['2001:DB8::1']");
        assert_eq!(problems(&[six, yes, ("authorized_hosts: []", &listed)]), [""; 0], "{host}");
    }
    let api = ("url: /2.0/users/me", "url: https://api.box.example/me");
    assert_eq!(
        problems(&[far, yes, listed, api]),
        [
            "authorized_hosts: api.box.example is not listed; add `- \"api.box.example\"` if you are \
          allowed to test it"
        ]
    );
}

#[test]
fn levers_are_judged_as_they_will_be_called() {
    let clock = |url: &'static str| problems(&[("url: /control/clock", url)]);
    assert_eq!(clock("url: '{base_url}/control/clock?by={seconds}'"), [""; 0]);
    assert_eq!(
        clock("url: '{base_url}@box.example/'"),
        ["clock.http.url: must not contain a user name or password; put them in `headers`"]
    );
    assert_eq!(clock("url: '//box.example/clock'").len(), 3);
}

#[test]
fn loopback_has_several_names() {
    for base in ["http://localhost:1", "http://127.9.9.9", "http://[::1]:80", "https://LOCALHOST"] {
        assert_eq!(problems(&[(LOCAL, &format!("base_url: '{base}'"))]), [""; 0], "{base}");
    }
    for base in ["https://0.0.0.0", "https://localhost.example", "https://127.0.0.1.example"] {
        assert_eq!(problems(&[(LOCAL, &format!("base_url: '{base}'"))]).len(), 2, "{base}");
    }
}

#[test]
fn secrets_never_travel_over_plain_http() {
    let yes = ("authorized: false", "authorized: true");
    let listed = ("authorized_hosts: []", "authorized_hosts: [box.example]");
    let token = ("token: /oauth2/token", "token: http://box.example/token");
    assert_eq!(
        problems(&[yes, listed, token]),
        ["endpoints.token: secrets are not sent to box.example over plain HTTP; use https"]
    );
    let tls = (
        "limits:\n",
        "tls: {base_url: 'https://box.example', plain_url: 'http://box.example'}\nlimits:\n",
    );
    assert_eq!(problems(&[yes, listed, tls]), [""; 0]);
}

#[test]
fn everything_is_said_at_once() {
    let profile = changed(&[("concurrency: 8", "concurrency: 0"), ("timeout: 5s", "timeout: 0s")]);
    assert_eq!(
        check(&profile, &["box".to_owned()], catalogue().documents()).unwrap_err().to_string(),
        "the profile `bundled server` cannot be used:\n  limits.concurrency: 0 is not between 1 \
         and 1024\n  limits.timeout: must be greater than zero"
    );
}

#[test]
fn plain_http_is_for_private_addresses_and_test_credentials() {
    let at = |base: &str, more: &str| {
        let base = format!("base_url: {base}");
        let mut text = REFERENCE.replacen(LOCAL, &base, 1);
        for key in [
            "authorized: false",
            "authorized_hosts: []",
            "plain_http_hosts: []",
            "test_credentials: false",
        ] {
            text = text.replacen(&format!("\n{key}"), "", 1);
        }
        let profile = parse_with("t.yaml", &format!("{text}{more}"), &|_| None).unwrap();
        problems_against(&profile, &["box"])
    };
    let listed = "authorized: true\nauthorized_hosts: [10.1.2.3]\nplain_http_hosts: [10.1.2.3]\n";
    let good = at("http://10.1.2.3:8080", &format!("{listed}test_credentials: true\n"));
    assert_eq!(good, [""; 0]);
    let undeclared = at("http://10.1.2.3:8080", listed).join("\n");
    assert!(undeclared.contains("add `test_credentials: true`"), "{undeclared}");
    let public = listed.replace("10.1.2.3", "192.0.2.1") + "test_credentials: true\n";
    let public = at("http://192.0.2.1:8080", &public).join("\n");
    assert!(public.contains("192.0.2.1 is not a private address"), "{public}");
}
