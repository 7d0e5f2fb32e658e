//! Unit tests of `interaction`.

use super::*;
use crate::server::testing::*;
use crate::wire::Scheme;

const REQUEST: &[(&str, &str)] =
    &[("response_type", "code"), ("client_id", "default-client"), ("state", "xyz")];

fn at_consent(browser: &mut Browser) -> Response {
    let login = browser.authorize(REQUEST);
    browser.sign_in(&login, "alice@example.com")
}

#[test]
fn denying_tells_the_application() {
    let mut browser = Browser::new();
    let consent = at_consent(&mut browser);
    let redirect = browser.decide(&consent, "deny");
    let location = redirect.headers.text("location").unwrap().into_owned();
    let query = "error=access_denied&error_description=The+user+denied+access+to+your+application";
    assert_eq!(location, format!("{DEFAULT_URI}?{query}&state=xyz"));
}

#[test]
fn a_wrong_password_shows_the_form_again() {
    for (login, password) in [
        ("alice@example.com", "wrong"),
        ("alice@example.com", ""),
        ("nobody@example.com", "wrong"),
        ("nobody@example.com", ""),
        ("dora@example.com", "test-only-password-of-alice"),
    ] {
        let mut browser = Browser::new();
        let page = browser.authorize(REQUEST);
        let form = PageForm::of(&page).with("login", login).with("password", password);
        let again = browser.send(form.request());
        assert!(again.headers.get("location").is_none());
        assert!(again.text().contains("role=\"alert\""));
        assert_eq!(PageForm::of(&again).field("login"), login);
        // The form still works with the right password.
        let consent = browser.sign_in(&again, "alice@example.com");
        assert_eq!(browser.decide(&consent, "grant").status, 302);
    }
}

#[test]
fn every_user_gets_through_and_is_asked_every_time() {
    for user in crate::server::World::default().users {
        let mut browser = Browser::new();
        let login = browser.authorize(REQUEST);
        let consent = browser.sign_in(&login, &user.login);
        assert!(consent.text().contains(&user.name));
        assert_eq!(browser.decide(&consent, "grant").status, 302);
        let second = browser.authorize(REQUEST);
        assert_eq!(PageForm::of(&second).action, CONSENT, "no second login");
        assert_eq!(browser.decide(&second, "grant").status, 302);
    }
}

#[test]
fn consent_cannot_be_forged() {
    let mut browser = Browser::new();
    let consent = at_consent(&mut browser);
    let form = PageForm::of(&consent).with("decision", "grant");
    let mut stranger = browser.another();
    let strange = PageForm::of(&at_consent(&mut stranger));
    let forgeries = [
        form.clone().with("form_token", ""),
        form.clone().with("form_token", strange.field("form_token")),
        form.clone().with("request", strange.field("request")),
        strange.clone().with("decision", "grant"),
        form.clone().with("form_token", &form.field("form_token").to_lowercase()),
    ];
    for forged in &forgeries {
        assert_eq!(page_error(&browser.send(forged.request())), "form_expired");
    }
    // Nor from elsewhere: with another cookie, or none.
    assert_eq!(page_error(&stranger.send(form.request())), "form_expired");
    assert_eq!(page_error(&browser.another().send(form.request())), "form_expired");
    // No decision is none.
    let undecided = form.clone().with("decision", "maybe");
    assert_eq!(page_error(&browser.send(undecided.request())), "invalid_request");
    // The form itself works after all that, and once.
    assert_eq!(browser.send(form.request()).status, 302);
    assert_eq!(page_error(&browser.send(form.request())), "form_expired");
}

#[test]
fn there_is_no_consent_without_a_user() {
    let mut browser = Browser::new();
    let login = browser.authorize(REQUEST);
    let mut form = PageForm::of(&login).with("decision", "grant");
    CONSENT.clone_into(&mut form.action);
    assert_eq!(page_error(&browser.send(form.request())), "form_expired");
    let shown = browser.send(get(&format!("{CONSENT}?request={}", form.field("request"))));
    assert_eq!(PageForm::of(&shown).action, LOGIN);
}

#[test]
fn login_cannot_be_forged_and_changes_the_session() {
    let mut browser = Browser::new();
    let page = browser.authorize(REQUEST);
    let form = PageForm::of(&page)
        .with("login", "alice@example.com")
        .with("password", "test-only-password-of-alice");
    let forged = form.clone().with("form_token", "x");
    assert_eq!(page_error(&browser.send(forged.request())), "form_expired");
    let before = browser.clone();
    assert_eq!(browser.send(form.request()).status, 303);
    assert_ne!(before.cookie, browser.cookie);
    let target = format!("{CONSENT}?request={}", form.field("request"));
    assert_eq!(page_error(&before.clone().send(get(&target))), "form_expired");
}

#[test]
fn a_request_waits_a_quarter_of_an_hour_and_a_session_half_a_day() {
    let mut browser = Browser::new();
    let consent = at_consent(&mut browser);
    browser.advance(16 * 60);
    assert_eq!(page_error(&browser.decide(&consent, "grant")), "form_expired");
    assert_eq!(PageForm::of(&browser.authorize(REQUEST)).action, CONSENT);
    browser.advance(12 * 3600);
    assert_eq!(PageForm::of(&browser.authorize(REQUEST)).action, LOGIN);
}

#[test]
fn the_cookie_is_guarded() {
    let mut request = get(&authorize_target(REQUEST));
    for (scheme, secure) in [(Scheme::Http, false), (Scheme::Https, true)] {
        request.origin.scheme = scheme;
        let response = Browser::new().send(request.clone());
        let cookie = response.headers.text("set-cookie").unwrap().into_owned();
        assert!(cookie.contains("; HttpOnly; SameSite=Lax"));
        assert_eq!(cookie.contains("; Secure"), secure);
    }
}
