//! Unit tests of `actions`.

use super::*;
use crate::server::testing::{Browser, DEFAULT_URI};

fn with(json: &str) -> Action {
    serde_json::from_str(json).unwrap()
}

fn done(browser: &Browser, json: &str) {
    perform(&browser.server.core, with(json)).unwrap();
}

#[test]
fn actions_are_read_strictly() {
    let read = serde_json::from_str::<Action>;
    assert!(read(r#"{"action": "enable-application", "client": "a"}"#).is_ok());
    assert!(read(r#"{"action": "enable-application", "client": "a", "x": 1}"#).is_err());
    assert!(read(r#"{"action": "enable-application"}"#).is_err());
    assert!(read(r#"{"action": "no-such-action", "client": "a"}"#).is_err());
}

#[test]
fn redirect_uris_are_registered_by_mode() {
    let right = Switches::default();
    let taken = |mode, uri| is_registrable(&right, mode, uri);
    for uri in ["https://a.example/b", "https://a.example", "myapp://back", "MyApp+x:/back"] {
        assert!(taken(Mode::Production, uri) && taken(Mode::Development, uri), "{uri}");
    }
    for uri in ["http://localhost", "http://127.0.0.1:8080/a", "http://0.0.0.0/"] {
        assert!(taken(Mode::Development, uri) && !taken(Mode::Production, uri), "{uri}");
    }
    let never = [
        "http://a.example/",
        "http://localhost.a.example/",
        "http://localhost@a.example/",
        "1https://a.example/",
        "https://a.example/#part",
        "https://",
        "/relative",
        "",
    ];
    for uri in never {
        assert!(!taken(Mode::Production, uri) && !taken(Mode::Development, uri), "{uri}");
    }
}

#[test]
fn a_redirect_uri_is_kept_once_and_taken_away() {
    let browser = Browser::new();
    let uris =
        || browser.server.world().application("default-client").unwrap().redirect_uris.clone();
    let json = |action: &str, uri: &str| {
        format!(r#"{{"action": "{action}", "client": "default-client", "uri": "{uri}"}}"#)
    };
    done(&browser, &json("register-redirect-uri", "https://a.example/"));
    done(&browser, &json("register-redirect-uri", "https://a.example/"));
    assert_eq!(uris(), [DEFAULT_URI, "https://a.example/"]);
    done(&browser, &json("remove-redirect-uri", "https://a.example/"));
    assert_eq!(uris(), [DEFAULT_URI]);
    let refused =
        perform(&browser.server.core, with(&json("register-redirect-uri", "http://a.example/")));
    assert_eq!(refused, Err(NOT_REGISTRABLE));
}

#[test]
fn an_authorization_is_a_snapshot_and_makes_a_service_account_once() {
    let browser = Browser::new();
    let authorize = r#"{"action": "authorize-application", "client": "unauthorized-client"}"#;
    done(&browser, authorize);
    let world = browser.server.world();
    let account = world.service_account("unauthorized-client", "1").unwrap();
    assert!(account.login.starts_with(&format!("AutomationUser_{}_", account.id)));
    assert!(account.login.ends_with("@boxdevedition.com"));
    assert_eq!((account.role, account.is_person()), (Role::Admin, false));
    done(
        &browser,
        r#"{"action": "set-scopes", "client": "unauthorized-client", "scopes": "manage_groups"}"#,
    );
    let scopes = || {
        let world = browser.server.world();
        let approval = world.approval("unauthorized-client", "1").unwrap();
        approval.authorized.clone().unwrap().scopes.len()
    };
    assert_eq!(scopes(), 4);
    done(&browser, authorize);
    assert_eq!(scopes(), 1);
    let world = browser.server.world();
    let of_the_suite = World::of_the_suite();
    assert_eq!(world.users.len(), of_the_suite.users.len() + 1, "made once");
    assert_eq!(world.flaws(), []);
}

#[test]
fn what_makes_no_sense_changes_nothing() {
    let browser = Browser::new();
    let before = browser.server.world();
    for json in [
        r#"{"action": "enable-application", "client": "nobody"}"#,
        r#"{"action": "enable-application", "client": "default-client", "enterprise": "99"}"#,
        r#"{"action": "set-scopes", "client": "default-client", "scopes": "everything"}"#,
        r#"{"action": "register-application", "name": " ", "enterprise": "1"}"#,
        r#"{"action": "register-application", "name": "New", "enterprise": "99"}"#,
        r#"{"action": "disable-published", "enterprise": "99", "on": true}"#,
        r#"{"action": "add-key", "client": "server-client", "pem": "no key"}"#,
    ] {
        assert!(perform(&browser.server.core, with(json)).is_err(), "{json}");
    }
    assert_eq!(browser.server.world(), before);
}

#[test]
fn a_public_key_is_kept_in_one_form() {
    let world = World::of_the_suite();
    let pem = &world.application("server-client").unwrap().keys[0].pem;
    let indented = pem.lines().map(|line| format!("  {line}\r\n")).collect::<String>();
    assert_eq!(keys::public_pem(&indented).as_deref(), keys::public_pem(pem).as_deref());
    assert!(keys::public_pem(pem).unwrap().contains(pem.lines().nth(1).unwrap()));
    for (from, to) in [("PUBLIC", "PRIVATE"), ("MIIBIjAN", "MIIBIjAM"), ("IDAQAB", "IDAQ")] {
        assert_eq!(keys::public_pem(&pem.replacen(from, to, 2)), None, "{from}");
    }
    assert_eq!(keys::public_pem(&format!("{pem}{pem}")), None);
}

#[test]
fn a_public_key_that_verifies_nothing_is_refused() {
    let short = "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQClQxYqWW+O+l4VebXbFLX0qGXb
        KtZAjOH5kr3tzKnLc0n/3seiMhF/QxmTaftIYOdcIKmYCwRtjnXVqgST86Rw8vli
        12yahTxTsdPtf8Y49OQzu2Fh8oxBUftNzucun/MGDqWN6ur7TmlujuiAdFGHYWnO
        7mLAVCl8VCfaakwMUwIDAQAB";
    let elliptic = "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE7jNxXWiXEUSrutECegVLNtd8YM0d
        QLVeh5Ac8v2JAgs6oFQSg4JlJxxKsRgsWZael0HbXe7SGeHaud8UemKE/Q==";
    for content in [short, elliptic, "", "AAAA"] {
        let pem = format!("-----BEGIN PUBLIC KEY-----\n{content}\n-----END PUBLIC KEY-----\n");
        assert_eq!(keys::public_pem(&pem), None, "{content}");
    }
}

#[test]
fn asking_for_a_special_permission_gives_none() {
    let browser = Browser::new();
    let of = |action: &str| {
        let member = format!(
            r#"{{"action": "{action}", "client": "default-client", "permission": "as-user"}}"#
        );
        done(&browser, &member);
        let world = browser.server.world();
        let app = world.application("default-client").unwrap();
        (app.requested.len(), app.special.len())
    };
    assert_eq!(of("request-special-permission"), (1, 0));
    assert_eq!(of("request-special-permission"), (1, 0), "once is enough");
    assert_eq!(of("withdraw-special-permission"), (0, 0));
}
