//! Mistakes with signing in and consent, and choices of other servers: who is asked for what, and what
//! comes of the answer.

pub(in crate::server) mod forms;

use std::time::Duration;

use super::sessions::{Remembered, joined};
use crate::server::core::Core;
use crate::server::faults::effects::pages::asks_anybody;
use crate::server::faults::{
    application_access, authorize, code, consent as faults, device, redirect, sign_on,
};
use crate::server::oauth::authorization_request::comparison;
use crate::server::oauth::authorization_response::{Denial, deny, error_page};
use crate::server::oauth::http;
use crate::server::oauth::interaction::{
    CONSENT, Step, agreed, expired, grant, refuse, told_at_last,
};
use crate::server::oauth::pages::{Fields, Form};
use crate::server::oauth::redirect_uri;
use crate::server::oauth::secret::same_secret;
use crate::server::oauth::sessions::{Authorization, FormKey, Waiting};
use crate::server::variants;
use crate::server::world::{Application, User, UserKind, World};
use crate::wire::{Params, Request, Response};

/// By a mistake the first user is signed in who never signed in, or requests of one browser are not kept apart.
pub(in crate::server) fn arrived(server: &Core, session: &str, request: &str) {
    joined(&server.sessions, session, request);
    forms::named(server, session, request);
    let now = server.now();
    let signed_out =
        server.sessions.waiting(now, session, request).filter(|known| known.user_id.is_none());
    let Some(waiting) = signed_out.filter(|_| server.has(&authorize::SIGNS_IN_BY_ITSELF)) else {
        return;
    };
    let key = FormKey { session, request, form_token: &waiting.form_token };
    if let Some(user) = server.world().users.first() {
        server.sessions.sign_in(now, key, &user.id, session, key.form_token);
    }
}

/// Whether a user is asked for consent.
// consent/consent-shown, device/consent-asked
pub(in crate::server) fn is_asked(server: &Core, waiting: &Waiting, user: &User) -> bool {
    let device = waiting.authorization.device.is_some();
    !(server.has(&faults::SKIPPED)
        || waiting.authorization.agreed
        || device && server.has(&device::WITHOUT_CONSENT)
        || server.extension.signs_in_elsewhere(server, &user.id) && server.has(&sign_on::NOT_ASKED)
        || is_remembered(server, &user.id, &waiting.authorization))
}

/// Whether an answer of this user is remembered that counts for this request.
// consent/wider-scope-asked
fn is_remembered(server: &Core, user_id: &str, asked: &Authorization) -> bool {
    let client_id = &asked.client_id;
    let known = server.sessions.remembered(user_id, (client_id, &asked.scopes));
    let Remembered { this, all, any, denied, undecided } = known;
    let public = this && is_public(server, client_id);
    public && server.has(&faults::REMEMBERED_FOR_PUBLIC)
        || all && server.varies(&variants::CONSENT_REMEMBERED)
        || this && !all && server.has(&faults::FOR_ALL_SCOPES)
        || any && server.has(&faults::FOR_ALL_CLIENTS)
        || denied && server.has(&faults::KEPT_AFTER_DENY)
        || undecided && server.has(&faults::GIVEN_BY_PAGE)
}

/// Keeps that a user is shown what a client asks for, where anything could depend on it.
// consent/denied-is-not-granted
pub(in crate::server) fn shown(server: &Core, user_id: &str, asked: &Authorization) {
    if asked.device.is_none() {
        server.sessions.remember_shown(user_id, (&asked.client_id, &asked.scopes), false);
    }
}

/// Keeps an agreement, where anything could depend on it; by a mistake there is no room for what is there already.
// consent/grant
pub(in crate::server) fn agreed_to(
    server: &Core,
    key: FormKey<'_>,
    (user_id, asked): (&str, &Authorization),
) -> Option<Response> {
    // device/single-use
    if asked.device.is_some() && server.has(&device::APPROVED_AGAIN) {
        server.sessions.add(server.now(), key, asked.clone());
    }
    let elsewhere = server.sessions.agrees_elsewhere(key.session, (user_id, &asked.client_id));
    if elsewhere && server.has(&faults::SECOND_TIME_500) {
        return Some(error_page(server, 500, "internal_server_error", &Params::default()));
    }
    server.sessions.remember_shown(user_id, (&asked.client_id, &asked.scopes), true);
    server.sessions.remember(user_id, &asked.client_id, Some(&asked.scopes));
    None
}

fn is_public(server: &Core, client_id: &str) -> bool {
    server.world().application(client_id).is_some_and(|app| app.is_public())
}

/// The status of a login page, and what it asks for; or the page on which anybody agrees who signs in then.
pub(in crate::server) fn login_page(
    server: &Core,
    step: Step,
    (form, client): (Form<'_>, &str),
) -> Result<(u16, Fields), Response> {
    let asked = form.asked;
    let waits = !asked.agreed && asked.device.is_none() && asked.denial.is_none();
    if waits && step == Step::First && forms::agrees_first(server) {
        let form = Form { action: CONSENT, ..form };
        return Err(http::html(200, asks_anybody(form, client)));
    }
    Ok((login_status(server, step), fields(server, step)))
}

/// What the login page asks for.
fn fields(server: &Core, step: Step) -> Fields {
    match step {
        _ if !asks_name_first(server) => Fields::Both,
        Step::Named | Step::Failed => Fields::Password,
        Step::First => Fields::Name,
    }
}

/// Whether name and password are asked for on two pages.
pub(in crate::server) fn asks_name_first(server: &Core) -> bool {
    server.varies(&variants::LOGIN_TWO_PAGES) || server.has(&code::MADE_AT_NAME)
}

/// The status of the login page.
fn login_status(server: &Core, step: Step) -> u16 {
    if step == Step::Failed && server.varies(&variants::LOGIN_FAILED_401) {
        401
    } else if step == Step::Failed && server.varies(&variants::LOGIN_FAILED_403) {
        403
    } else {
        200
    }
}

/// How the application is called on the consent page.
// consent/consent-names-application
pub(in crate::server) fn name_on_consent(
    server: &Core,
    world: &World,
    app: &Application,
) -> String {
    let another = world.applications.last().map_or("", |other| &other.name);
    let wrong = [
        (&faults::NAMELESS, "An application"),
        (&faults::NAMES_IDENTIFIER, &app.client_id),
        (&faults::NAMES_ANOTHER, another),
    ];
    server.switches().alter(app.name.as_str(), wrong).to_owned()
}

/// The response to a link that says what the user decided.
// consent/consent-not-forgeable
pub(in crate::server) fn decided_by_link(
    server: &Core,
    session: &str,
    params: &Params,
) -> Option<Response> {
    let request = params.first("request").unwrap_or_default();
    let waiting = || server.sessions.waiting(server.now(), session, request);
    match params.first("decision")? {
        "grant" if server.has(&faults::BY_GET) => {
            let Waiting { form_token, user_id, .. } = waiting()?;
            let key = FormKey { session, request, form_token: &form_token };
            let world = server.world();
            let user = world.user(&user_id?);
            Some(user.map_or_else(|| expired(server), |user| agreed(server, key, user)))
        }
        "deny" if server.varies(&variants::CONSENT_DENY_LINK) => {
            let Waiting { authorization, user_id, .. } = waiting()?;
            Some(refuse(server, &authorization, Some(&user_id?)))
        }
        _ => None,
    }
}

/// The response to a user who has signed in and decided at once.
// consent/grant, consent/deny
pub(in crate::server) fn decided_at_login(
    server: &Core,
    key: FormKey<'_>,
    params: &Params,
    user: &User,
) -> Option<Response> {
    let decision = params.first("decision")?;
    if !server.varies(&variants::LOGIN_WITH_CONSENT) && !server.varies(&variants::LOGIN_GRANTS) {
        return None;
    }
    let authorization = server.sessions.check(server.now(), key)?.authorization;
    if let Some(told) = told_at_last(server, key, &authorization) {
        return Some(told);
    }
    if decision == "grant" {
        return Some(agreed(server, key, user));
    }
    server.sessions.take(server.now(), key)?;
    Some(refuse(server, &authorization, Some(&user.id)))
}

/// Whether the device is kept from signing in.
// authorize/unauthorized-device
pub(in crate::server) fn is_device_blocked(server: &Core, right: bool) -> bool {
    server.switches().alter(right, [(&authorize::DEVICE_IGNORED, false)])
}

/// By a mistake the client does not learn that the device may not.
// authorize/unauthorized-device
pub(in crate::server) fn device_page(server: &Core) -> Option<Response> {
    let shown = server.has(&authorize::DEVICE_ON_PAGE);
    shown.then(|| error_page(server, 403, "unauthorized_device", &Params::default()))
}

/// Who has signed in with this password.
// consent/login-required, consent/managed-and-external-users, application-access/service-account
pub(in crate::server) fn signed_in<'w>(
    server: &Core,
    sent: &str,
    user: Option<&'w User>,
    right: bool,
) -> Option<&'w User> {
    let user = user?;
    if !right && !is_let_in(server, sent, user) {
        return None;
    }
    let barred = user.kind == UserKind::External && server.has(&faults::EXTERNAL_REFUSED);
    if barred { None } else { Some(user) }
}

/// Whether another password is taken for the right one.
fn is_let_in(server: &Core, sent: &str, user: &User) -> bool {
    let expected = user.password.as_str();
    if expected.is_empty() {
        return user.kind == UserKind::ServiceAccount
            && same_secret(sent, expected)
            && server.has(&application_access::SERVICE_ACCOUNT_SIGNS_IN);
    }
    let wrong = [
        (&faults::ANY_PASSWORD, true),
        (&faults::EMPTY_PASSWORD, sent.is_empty()),
        (&faults::PASSWORD_BEGINNING, !sent.is_empty() && expected.starts_with(sent)),
        (&faults::PASSWORD_CUT, sent.get(..8) == expected.get(..8)),
        (&faults::PASSWORD_WITHOUT_CASE, sent.eq_ignore_ascii_case(expected)),
    ];
    server.switches().alter(false, wrong)
}

/// The request for the consent page, where a browser was told to post the login once more.
// consent/password-not-reposted
pub(in crate::server) fn posted_again(
    server: &Core,
    request: &Request,
    params: &Params,
) -> Option<Request> {
    let login = params.first("password").is_some() && params.first("decision").is_none();
    let again = login && server.has(&faults::LOGIN_307);
    again.then(|| Request { method: "GET".to_owned(), body: Vec::new(), ..request.clone() })
}

/// Whether a form without a decision is a denial: the box was not ticked.
pub(in crate::server) fn may_be_unticked(server: &Core) -> bool {
    server.varies(&variants::CONSENT_TICK_BOX)
}

/// Since when the code lives.
// code/lifetime
pub(in crate::server) fn counted_from(
    server: &Core,
    granted: Duration,
    asked: Duration,
) -> Duration {
    server.switches().alter(granted, [(&code::COUNTED_FROM_REQUEST, asked)])
}

/// By a mistake some users are refused who granted, or the redirect URI is checked only now.
// redirect/never-to-application, consent/managed-and-external-users
pub(in crate::server) fn refused_at_grant(
    server: &Core,
    authorization: &Authorization,
    user_id: &str,
) -> Option<Response> {
    let world = server.world();
    let Authorization { redirect_uri, state, .. } = authorization;
    let app = world.application(&authorization.client_id);
    let errs = server.switches().may_err_in(redirect::ALL);
    if let Some(app) = app.filter(|_| errs) {
        let by = comparison(server, app);
        let checked = redirect_uri::choose(Some(redirect_uri), &app.redirect_uris, by);
        let refusal = checked.err().filter(|_| server.has(&redirect::CHECKED_AT_GRANT));
        if let Some(refusal) = refusal {
            return Some(error_page(server, 400, refusal.code(), &Params::default()));
        }
    }
    let external = world.user(user_id).is_some_and(|user| user.kind == UserKind::External);
    let denial = Denial { error: "access_denied", description: None };
    (external && server.has(&faults::EXTERNAL_DENIED))
        .then(|| deny(server, redirect_uri, state.as_deref(), denial))
}

/// The parameters of the redirect with a code.
// consent/company-sign-on
pub(in crate::server) fn granted(server: &Core, user_id: &str, mut params: Params) -> Params {
    if server.has(&sign_on::MARKED) && server.extension.signs_in_elsewhere(server, user_id) {
        params.push("sso", "true");
    }
    params
}

/// The response that a mistake gives to a user who denies.
// consent/deny, consent/consent-shown, consent/company-sign-on
pub(in crate::server) fn denied(
    server: &Core,
    authorization: &Authorization,
    user_id: Option<&str>,
) -> Option<Response> {
    // device/denied, consent/deny
    if authorization.device.is_some() {
        return server.has(&device::DENIAL_BREAKS).then(|| Response::new(500));
    }
    let stateless = authorization.state.is_none();
    if server.has(&faults::DENY_BREAKS)
        || stateless && server.has(&faults::DENY_WITHOUT_STATE_BREAKS)
    {
        return Some(Response::new(500));
    }
    if let Some(user_id) = user_id {
        if server.has(&faults::DENY_GIVES_CODE) {
            return Some(grant(server, authorization.clone(), user_id.to_owned(), server.now()));
        }
        let asked = (authorization.client_id.as_str(), authorization.scopes.as_slice());
        server.sessions.remember_shown(user_id, asked, true);
        server.sessions.remember(user_id, &authorization.client_id, None);
    }
    let of_company = || user_id.is_some_and(|id| server.extension.signs_in_elsewhere(server, id));
    let kept = server.has(&sign_on::DENIAL_KEPT) && of_company();
    (kept || server.has(&faults::DENY_ON_PAGE))
        .then(|| error_page(server, 403, "access_denied", &Params::default()))
}
