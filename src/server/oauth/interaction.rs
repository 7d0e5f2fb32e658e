//! What the user does: sign in, then grant or deny (`box` OAuth page, "The User Experience").

use std::time::Duration;

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::server::Server;
use crate::server::enterprise::{app_approval, sign_on};
use crate::server::faults::sign_on as sign_on_faults;
use crate::server::faults::{self, authorize as asking, consent as slip, redirect};
use crate::server::oauth::authorize::{self, Denial, answer, error_page};
use crate::server::oauth::http::{self, given};
use crate::server::oauth::pages;
use crate::server::oauth::pages::{Fields, Form};
use crate::server::oauth::redirect_uri;
use crate::server::oauth::sessions::{Authorization, FormKey, Waiting};
use crate::server::oauth::store::{Grant, SentTo};
use crate::server::policy::RedirectUriAtToken;
use crate::server::variants;
use crate::server::world::{User, UserKind};
use crate::testbed::switches::Fault;
use crate::wire::{Params, Request, Response};

/// Path of the form to sign in with.
pub(in crate::server) const LOGIN: &str = "/login";
/// Path of the page and the form that ask for consent.
pub(in crate::server) const CONSENT: &str = "/consent";

/// The next page for a waiting request: to sign in, or to consent.
pub(in crate::server) fn ask(server: &Server, session: &str, request: &str) -> Response {
    let Some(waiting) = server.sessions.waiting(server.now(), session, request) else {
        return expired(server);
    };
    let key = FormKey { session, request, form_token: &waiting.form_token };
    let world = server.world();
    let user = waiting.user_id.as_deref().and_then(|id| world.user(id));
    let first = world.users.first();
    let user = user.or_else(|| first.filter(|_| server.has(&asking::SIGNS_IN_BY_ITSELF)));
    let disabled = user.and_then(|user| app_approval::refuse(server, &waiting.authorization, user));
    if let (Some(refusal), Some(_)) = (disabled, &waiting.user_id) {
        server.sessions.take(server.now(), key);
        return refusal;
    }
    match user {
        // consent/login-required
        None => {
            login_page(server, request, &waiting, &waiting.authorization.box_login, Step::First)
        }
        Some(user) if asks_nothing(server, &waiting, user) => agreed(server, key, user),
        // consent/consent-shown: asked every time, signed in or not.
        Some(user) => {
            if waiting.user_id.is_none() {
                let token = key.form_token;
                server.sessions.sign_in(server.now(), key, &user.id, session, token);
            }
            consent_page(server, request, &waiting, user)
        }
    }
}

/// Whether this user need not be asked.
fn asks_nothing(server: &Server, waiting: &Waiting, user: &User) -> bool {
    server.has(&slip::SKIPPED)
        || server.has(&sign_on_faults::NOT_ASKED) && sign_on::is_of_company(server, &user.id)
        || server.sessions.remembers(&user.id, &waiting.authorization.client_id)
        || server.sessions.remembers(&user.id, ANY_CLIENT)
}

/// What is remembered in place of a client where an agreement counts for all of them.
const ANY_CLIENT: &str = "";

fn agreed(server: &Server, key: FormKey<'_>, user: &User) -> Response {
    match server.sessions.take(server.now(), key) {
        Some(waiting) => {
            let now = server.now();
            grant(server, waiting.authorization, user.id.clone(), now)
        }
        None => expired(server),
    }
}

/// How far a login has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    First,
    /// The name is known, on servers that ask for it alone.
    Named,
    Failed,
}

/// The page to sign in on.
fn login_page(
    server: &Server,
    request: &str,
    waiting: &Waiting,
    login: &str,
    step: Step,
) -> Response {
    let world = server.world();
    let Some(app) = world.application(&waiting.authorization.client_id) else {
        return expired(server);
    };
    let form = form(server, LOGIN, request, waiting);
    let fields = match step {
        _ if !server.varies(&variants::LOGIN_TWO_PAGES) => Fields::Both,
        Step::Named | Step::Failed => Fields::Password,
        Step::First => Fields::Name,
    };
    let state = waiting.authorization.state.as_deref();
    // consent/company-sign-on
    let company =
        sign_on::is_offered(server).then(|| format!("{}?request={request}", sign_on::BEGIN));
    let failed = step == Step::Failed;
    let asks = pages::Login { login, failed, state, fields, company: company.as_deref() };
    let shown = match () {
        () if step != Step::Failed => 200,
        () if server.varies(&variants::LOGIN_FAILED_401) => 401,
        () if server.varies(&variants::LOGIN_FAILED_403) => 403,
        () => 200,
    };
    http::html(shown, pages::login(form, app, asks))
}

fn form<'a>(
    server: &'a Server,
    action: &'a str,
    request: &'a str,
    waiting: &'a Waiting,
) -> Form<'a> {
    Form { action, request, form_token: &waiting.form_token, switches: server.switches() }
}

fn consent_page(server: &Server, request: &str, waiting: &Waiting, user: &User) -> Response {
    let world = server.world();
    let Some(app) = world.application(&waiting.authorization.client_id) else {
        return expired(server);
    };
    // consent/consent-names-application
    let name = match () {
        () if server.has(&slip::NAMELESS) => "An application",
        () if server.has(&slip::NAMES_IDENTIFIER) => &app.client_id,
        () if server.has(&slip::NAMES_ANOTHER) => {
            world.applications.last().map_or("", |other| &other.name)
        }
        () => &app.name,
    };
    let form = form(server, CONSENT, request, waiting);
    http::html(200, pages::consent(form, name, user, &waiting.authorization.scopes))
}

fn expired(server: &Server) -> Response {
    error_page(server, 400, "form_expired", &Params::default())
}

/// GET of the consent page, to which signing in leads.
pub(in crate::server) fn show(server: &Server, request: &Request) -> Response {
    let (params, _) = http::decode_each(request.query().unwrap_or_default().as_bytes());
    let session = http::session_cookie(request).unwrap_or_default();
    let request = params.first("request").unwrap_or_default();
    // consent/consent-not-forgeable
    if params.first("decision") == Some("grant") && server.has(&slip::BY_GET) {
        let waiting = server.sessions.waiting(server.now(), &session, request);
        if let Some(Waiting { form_token, user_id: Some(user_id), .. }) = waiting {
            let key = FormKey { session: &session, request, form_token: &form_token };
            return server
                .world()
                .user(&user_id)
                .map_or_else(|| expired(server), |user| agreed(server, key, user));
        }
    }
    if params.first("decision") == Some("deny") && server.varies(&variants::CONSENT_DENY_LINK) {
        let waiting = server.sessions.waiting(server.now(), &session, request);
        let user_id = waiting.as_ref().and_then(|waiting| waiting.user_id.clone());
        if let Some(waiting) = waiting.filter(|_| user_id.is_some()) {
            return refuse(server, waiting.authorization, user_id);
        }
    }
    ask(server, &session, request)
}

/// A posted form of ours, with what proves that it is.
struct Posted {
    session: String,
    params: Params,
}

impl Posted {
    fn read(request: &Request) -> Self {
        let session = http::session_cookie(request).unwrap_or_default();
        Self { session, params: http::body_params(request).unwrap_or_default() }
    }

    fn field(&self, name: &str) -> &str {
        self.params.first(name).unwrap_or_default()
    }

    fn key(&self) -> FormKey<'_> {
        FormKey {
            session: &self.session,
            request: self.field("request"),
            form_token: self.field("form_token"),
        }
    }
}

/// POST of the form to sign in with.
pub(in crate::server) fn sign_in(server: &Server, request: &Request) -> Response {
    let posted = Posted::read(request);
    let (now, key) = (server.now(), posted.key());
    let Some(waiting) = server.sessions.check(now, key) else {
        return expired(server);
    };
    // consent/company-sign-on: no password is asked for here.
    if let Some(login) = company_login(server, &posted) {
        return sign_on::begin(server, key.session, key.request, &login);
    }
    if server.varies(&variants::LOGIN_TWO_PAGES) && posted.params.first("password").is_none() {
        return login_page(server, key.request, &waiting, posted.field("login"), Step::Named);
    }
    // consent/login-required
    let Some(user) = authenticate(server, &posted) else {
        return login_page(server, key.request, &waiting, posted.field("login"), Step::Failed);
    };
    // authorize/unauthorized-device: answered without signing the user in.
    if server.hooks().block_device && !server.has(&asking::DEVICE_IGNORED) {
        return unauthorized_device(server, key);
    }
    let (session, form_token) = (server.token(), server.token());
    if server.sessions.sign_in(now, key, &user.id, &session, &form_token).is_none() {
        return expired(server);
    }
    let mut response = http::redirect(303, &format!("{CONSENT}?request={}", key.request));
    http::set_session_cookie(&mut response, &session, request.origin.scheme);
    response
}

/// The login that was typed, if it is one of a company with an identity provider.
// consent/company-sign-on
fn company_login(server: &Server, posted: &Posted) -> Option<String> {
    let world = server.world();
    let user = world.user_of_login(posted.field("login"))?;
    let elsewhere = world.signs_on_elsewhere(user) && sign_on::is_offered(server);
    elsewhere.then(|| user.login.clone())
}

fn authenticate(server: &Server, posted: &Posted) -> Option<User> {
    let world = server.world();
    let user = world.user_of_login(posted.field("login"));
    // An unknown user costs the same comparison, so that time does not tell the two apart.
    let expected = user.map_or("", |user| user.password.as_str());
    let right =
        same_secret(posted.field("password"), expected) || mistakes(server, posted, expected);
    let barred = |user: &User| {
        // consent/managed-and-external-users
        user.kind == UserKind::External && server.has(&slip::EXTERNAL_REFUSED)
    };
    // application-access/service-account
    let signs_in = |user: &User| {
        !expected.is_empty()
            || user.kind == UserKind::ServiceAccount
                && server.has(&faults::application_access::SERVICE_ACCOUNT_SIGNS_IN)
    };
    user.filter(|user| right && signs_in(user) && !barred(user)).cloned()
}

/// Whether another password is taken for the right one.
// consent/login-required
fn mistakes(server: &Server, posted: &Posted, expected: &str) -> bool {
    let sent = posted.field("password");
    let made = |fault: &'static Fault, right: bool| right && server.has(fault);
    made(&slip::ANY_PASSWORD, true)
        || made(&slip::EMPTY_PASSWORD, sent.is_empty())
        || made(&slip::PASSWORD_BEGINNING, !sent.is_empty() && expected.starts_with(sent))
        || made(&slip::PASSWORD_CUT, sent.get(..8) == expected.get(..8))
        || made(&slip::PASSWORD_WITHOUT_CASE, sent.eq_ignore_ascii_case(expected))
}

fn unauthorized_device(server: &Server, key: FormKey<'_>) -> Response {
    let Some(Waiting { authorization, .. }) = server.sessions.take(server.now(), key) else {
        return expired(server);
    };
    if server.has(&asking::DEVICE_ON_PAGE) {
        return error_page(server, 403, "unauthorized_device", &Params::default());
    }
    let description = Some("The device is not authorized to access the account");
    let denial = Denial { error: "server_error", description };
    authorize::deny(server, &authorization.redirect_uri, authorization.state.as_deref(), denial)
}

/// POST of the form that asks for consent.
pub(in crate::server) fn decide(server: &Server, request: &Request) -> Response {
    let posted = Posted::read(request);
    let granted = match given(&posted.params, "decision") {
        Some("grant") => true,
        Some("deny") => false,
        None if server.varies(&variants::CONSENT_TICK_BOX) => false,
        _ => return error_page(server, 400, "invalid_request", &Params::default()),
    };
    let (now, key) = (server.now(), posted.key());
    // consent/login-required: the form of a session without a user is no consent.
    let signed_in = server.sessions.check(now, key).is_some_and(|known| known.user_id.is_some());
    let taken = if signed_in { server.sessions.take(now, key) } else { None };
    match taken {
        Some(Waiting { authorization, user_id: Some(user_id), asked, .. }) if granted => {
            remember(server, &user_id, &authorization.client_id);
            // code/lifetime: counted from the grant.
            let wrong = [(&faults::code::COUNTED_FROM_REQUEST, asked)];
            grant(server, authorization, user_id, server.switches().pick(now, wrong))
        }
        Some(Waiting { authorization, user_id, .. }) => refuse(server, authorization, user_id),
        // consent/consent-not-forgeable
        None => expired(server),
    }
}

fn remember(server: &Server, user_id: &str, client_id: &str) {
    if server.varies(&variants::CONSENT_REMEMBERED) {
        server.sessions.remember(user_id, client_id);
    } else if server.has(&slip::FOR_ALL_CLIENTS) {
        server.sessions.remember(user_id, ANY_CLIENT);
    }
}

// consent/grant, authorize/state-on-grant
fn grant(
    server: &Server,
    authorization: Authorization,
    user_id: String,
    from: Duration,
) -> Response {
    let world = server.world();
    // An administrator may have decided since the user was asked.
    let refusal =
        world.user(&user_id).and_then(|user| app_approval::refuse(server, &authorization, user));
    if let Some(refusal) = refusal {
        return refusal;
    }
    let Authorization { client_id, redirect_uri, names_uri, state, scopes, .. } = authorization;
    let application = world.application(&client_id);
    let checked_late = server.has(&redirect::CHECKED_AT_GRANT);
    if let Some(app) = application.filter(|_| checked_late) {
        let by = authorize::comparison(server, app);
        if let Err(refusal) = redirect_uri::choose(Some(&redirect_uri), &app.redirect_uris, by) {
            return error_page(server, 400, refusal.code(), &Params::default());
        }
    }
    let external = world.user(&user_id).is_some_and(|u| u.kind == UserKind::External);
    if external && server.has(&slip::EXTERNAL_DENIED) {
        let denial = Denial { error: "access_denied", description: None };
        return authorize::deny(server, &redirect_uri, state.as_deref(), denial);
    }
    let marked = server.has(&sign_on_faults::MARKED) && sign_on::is_of_company(server, &user_id);
    let code = server.code();
    let grant = Grant { client_id, user_id, scopes, ..Grant::default() };
    // code/redirect-uri-not-repeated
    let demanded = server.policy().redirect_uri_at_token == RedirectUriAtToken::Repeated;
    let sent_to = SentTo { uri: redirect_uri.clone(), repeated: names_uri && demanded };
    server.store.add_code(from, code.clone(), grant, sent_to);
    let mut params: Params = [("code", code)].into_iter().collect();
    if marked {
        params.push("sso", "true");
    }
    answer(server, &redirect_uri, state.as_deref(), params)
}

// consent/deny, consent/deny-text, authorize/state-on-deny
fn refuse(server: &Server, authorization: Authorization, user_id: Option<String>) -> Response {
    let mut kept = false;
    if let Some(user_id) = user_id {
        kept = server.has(&sign_on_faults::DENIAL_KEPT) && sign_on::is_of_company(server, &user_id);
        if server.has(&slip::DENY_GIVES_CODE) {
            return grant(server, authorization, user_id, server.now());
        }
        if server.has(&slip::KEPT_AFTER_DENY) {
            server.sessions.remember(&user_id, &authorization.client_id);
        }
    }
    if kept || server.has(&slip::DENY_ON_PAGE) {
        return error_page(server, 403, "access_denied", &Params::default());
    }
    let description = Some("The user denied access to your application");
    let denial = Denial { error: "access_denied", description };
    authorize::deny(server, &authorization.redirect_uri, authorization.state.as_deref(), denial)
}

/// Compares in a time that depends on neither value: their hashes are compared.
pub(in crate::server) fn same_secret(sent: &str, expected: &str) -> bool {
    Sha256::digest(sent).ct_eq(&Sha256::digest(expected)).into()
}

#[cfg(test)]
#[path = "interaction_tests.rs"]
mod tests;
