//! Unit tests of `forms`: who may do what, and that nobody else's form counts.

use crate::server::testing::{Browser, PageForm, get, post};

fn sign_in(browser: &mut Browser, login: &str) -> u16 {
    let page = browser.send(get("/console"));
    let name = login.split('@').next().unwrap();
    let form = PageForm::of(&page)
        .with("login", login)
        .with("password", &format!("test-only-password-of-{name}"));
    browser.send(form.request()).status
}

fn signed_in(login: &str) -> Browser {
    let mut browser = Browser::new();
    assert_eq!(sign_in(&mut browser, login), 303);
    browser
}

/// A form of the signed-in user, with another content.
fn token(browser: &mut Browser) -> String {
    let page = browser.send(get("/console"));
    PageForm::of(&page).field("form_token").to_owned()
}

fn submit(browser: &mut Browser, to: &str, fields: &str) -> u16 {
    let token = token(browser);
    browser.send(post(to, &format!("form_token={token}&{fields}"))).status
}

const ENABLE: &str = "action=enable-application&client=default-client";

fn is_enabled(browser: &Browser) -> bool {
    let world = browser.server.world();
    world.approval("default-client", "1").is_some_and(|approval| approval.enabled)
}

#[test]
fn only_managed_users_of_an_enterprise_get_in() {
    for (login, status) in [
        ("alice@example.com", 303),
        ("bella@example.com", 303),
        ("oscar@external.example", 403),
        ("AutomationUser_21_test@boxdevedition.com", 403),
        ("AppUser_31_test@boxdevedition.com", 403),
        ("nobody@example.com", 403),
    ] {
        assert_eq!(sign_in(&mut Browser::new(), login), status, "{login}");
    }
    let mut browser = Browser::new();
    let page = browser.send(get("/console/applications/default-client"));
    assert!(
        page.text().contains("Sign in to the consoles") && !page.text().contains("Default App")
    );
}

#[test]
fn the_admin_console_is_for_administrators() {
    let mut developer = signed_in("alice@example.com");
    assert_eq!(developer.send(get("/console/admin")).status, 403);
    assert_eq!(submit(&mut developer, "/console/admin", ENABLE), 403);
    assert!(!is_enabled(&developer));
    assert!(!developer.send(get("/console")).text().contains("Admin Console"));
    let mut admin = signed_in("bella@example.com");
    assert_eq!(admin.send(get("/console/admin")).status, 200);
    assert_eq!(submit(&mut admin, "/console/admin", ENABLE), 303);
    assert!(is_enabled(&admin));
}

#[test]
fn a_developer_sees_the_applications_of_the_own_enterprise_only() {
    let mut developer = signed_in("alice@example.com");
    assert_eq!(developer.send(get("/console/applications/default-client")).status, 200);
    developer.server.change_world(|world| {
        world.application_mut("other-client").unwrap().enterprise = "4".into();
    });
    assert_eq!(developer.send(get("/console/applications/other-client")).status, 404);
    let fields = "action=set-mode&mode=development";
    assert_eq!(submit(&mut developer, "/console/applications/other-client", fields), 404);
    assert!(!developer.send(get("/console")).text().contains("Other App"));
}

#[test]
fn a_form_that_is_not_this_browsers_own_changes_nothing() {
    let mut admin = signed_in("bella@example.com");
    let mut other = admin.another();
    assert_eq!(sign_in(&mut other, "bella@example.com"), 303);
    let foreign = token(&mut other);
    for forged in ["", "form_token=", "form_token=guess", &format!("form_token={foreign}")] {
        let request = post("/console/admin", &format!("{forged}&{ENABLE}"));
        assert_eq!(admin.send(request).status, 403, "{forged}");
    }
    assert!(!is_enabled(&admin));
    let own = token(&mut admin);
    let link = format!("/console/admin?form_token={own}&{ENABLE}");
    assert_eq!(admin.send(get(&link)).status, 200);
    assert!(!is_enabled(&admin));
    // Nor does a form to sign in with of another browser, which would sign the victim in.
    let stranger = admin.another().send(get("/console"));
    let planted = PageForm::of(&stranger)
        .with("login", "alice@example.com")
        .with("password", "test-only-password-of-alice");
    assert_eq!(admin.send(planted.request()).status, 403);
}

#[test]
fn signing_in_and_out_changes_the_session() {
    let mut browser = Browser::new();
    browser.send(get("/console"));
    let before = browser.cookie.clone();
    assert_eq!(sign_in(&mut browser, "alice@example.com"), 303);
    assert_ne!(browser.cookie, before);
    let kept = browser.cookie.clone();
    assert_eq!(submit(&mut browser, "/console/logout", ""), 303);
    browser.cookie = kept;
    assert!(browser.send(get("/console")).text().contains("Sign in to the consoles"));
    let mut browser = signed_in("alice@example.com");
    browser.advance(3600);
    assert!(browser.send(get("/console")).text().contains("Sign in to the consoles"));
}

#[test]
fn the_cookie_stays_on_our_own_pages() {
    let mut browser = Browser::new();
    let page = browser.send(get("/console"));
    let cookie = page.headers.text("set-cookie").unwrap().into_owned();
    for part in ["HttpOnly", "SameSite=Strict", "Path=/console"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert!(page.headers.text("content-security-policy").is_some());
}

#[test]
fn what_is_refused_is_said_on_the_page_and_escaped() {
    let mut developer = signed_in("alice@example.com");
    let token = token(&mut developer);
    let to = "/console/applications/default-client";
    let body = format!("form_token={token}&action=register-redirect-uri&uri=http://a.example/");
    let page = developer.send(post(to, &body));
    assert_eq!(page.status, 400);
    assert!(page.text().contains("role=\"alert\""));
    assert_eq!(submit(&mut developer, "/console", "action=register-application&name=<b>x"), 303);
    let home = developer.send(get("/console")).text().into_owned();
    assert!(home.contains("&lt;b&gt;x") && !home.contains("<b>x"));
}
