//! What the user does: sign in, then grant or deny (`box` OAuth page, "The User Experience").

use std::time::Duration;

use crate::server::core::Core;
use crate::server::faults::effects::{
    interaction::{self as effects, forms},
    pkce,
    token::grants,
};
use crate::server::oauth::authorization_response::{Denial, answer, deny_to, error_page};
use crate::server::oauth::by_reference;
use crate::server::oauth::devices::Decision;
use crate::server::oauth::http::{self, given};
use crate::server::oauth::implicit;
use crate::server::oauth::pages::{self, Form};
use crate::server::oauth::secret::knows_secret;
use crate::server::oauth::sessions::{Authorization, FormKey, ResponseType, Waiting};
use crate::server::oauth::store::{Grant, SentTo};
use crate::server::policy::RedirectUriAtToken;
use crate::server::world::User;
use crate::wire::{Params, Request, Response};

/// Path of the form to sign in with.
pub(in crate::server) const LOGIN: &str = "/login";

/// Path of the page and the form that ask for consent.
pub(in crate::server) const CONSENT: &str = "/consent";

/// The next page for a waiting request: to sign in, or to consent.
pub(in crate::server) fn ask(server: &Core, session: &str, request: &str) -> Response {
    effects::arrived(server, session, request);
    let Some(waiting) = server.sessions.waiting(server.now(), session, request) else {
        return expired(server);
    };
    let key = FormKey { session, request, form_token: &waiting.form_token };
    let world = server.world();
    // consent/login-required
    let Some(user) = waiting.user_id.as_deref().and_then(|id| world.user(id)) else {
        return login_page(
            server,
            request,
            &waiting,
            &waiting.authorization.box_login,
            Step::First,
        );
    };
    if let Some(told) = told_at_last(server, key, &waiting.authorization) {
        return told;
    }
    if let Some(refusal) = server.extension.refuse(server, &waiting.authorization, user) {
        server.sessions.take(server.now(), key);
        return refusal;
    }
    // consent/consent-shown, device/consent-asked: asked every time, signed in or not.
    let asked = effects::is_asked(server, &waiting, user);
    if asked { consent_page(server, request, &waiting, user) } else { agreed(server, key, user) }
}

/// What the client is told of a request that is not valid, once its user has signed in.
// redirect/signed-in-first
pub(in crate::server) fn told_at_last(
    server: &Core,
    key: FormKey<'_>,
    authorization: &Authorization,
) -> Option<Response> {
    let denial = authorization.denial?;
    server.sessions.take(server.now(), key);
    Some(deny_to(server, authorization.reply_to(), authorization.state.as_deref(), denial))
}

/// The response to a user who agrees, or need not be asked.
pub(in crate::server) fn agreed(server: &Core, key: FormKey<'_>, user: &User) -> Response {
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
pub(in crate::server) enum Step {
    First,
    /// The name is known, on servers that ask for it alone.
    Named,
    Failed,
}

/// The page to sign in on.
fn login_page(
    server: &Core,
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
    let (status, fields) = match effects::login_page(server, step, (form, &app.name)) {
        Ok(page) => page,
        Err(asks_first) => return asks_first,
    };
    let state = waiting.authorization.state.as_deref();
    // consent/company-sign-on
    let company = server.extension.sign_on(server).map(|path| format!("{path}?request={request}"));
    let failed = step == Step::Failed;
    let asks = pages::Login { login, failed, state, fields, company: company.as_deref() };
    http::html(status, pages::login(form, app, asks))
}

fn form<'a>(server: &'a Core, action: &'a str, request: &'a str, waiting: &'a Waiting) -> Form<'a> {
    Form {
        action,
        request,
        form_token: &waiting.form_token,
        asked: &waiting.authorization,
        switches: server.switches(),
    }
}

fn consent_page(server: &Core, request: &str, waiting: &Waiting, user: &User) -> Response {
    let world = server.world();
    let Some(app) = world.application(&waiting.authorization.client_id) else {
        return expired(server);
    };
    // consent/consent-names-application
    let name = effects::name_on_consent(server, &world, app);
    // consent/denied-is-not-granted
    effects::shown(server, &user.id, &waiting.authorization);
    let form = form(server, CONSENT, request, waiting);
    http::html(200, pages::consent(form, &name, user, &waiting.authorization.scopes))
}

pub(in crate::server) fn expired(server: &Core) -> Response {
    error_page(server, 400, "form_expired", &Params::default())
}

/// GET of the consent page, to which signing in leads.
pub(in crate::server) fn show(server: &Core, request: &Request) -> Response {
    let (params, _) = http::decode_each(request.query().unwrap_or_default().as_bytes());
    let session = http::session_cookie(request).unwrap_or_default();
    if let Some(response) = forms::without_page(server, request, &session) {
        return response;
    }
    let request = params.first("request").unwrap_or_default();
    // consent/consent-not-forgeable: no link decides.
    let by_link = effects::decided_by_link(server, &session, &params);
    by_link.unwrap_or_else(|| ask(server, &session, request))
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

    /// Takes what a form would have brought as brought.
    fn complete(&mut self, brought: Option<(String, String)>) {
        if let Some((request, form_token)) = brought {
            self.params.push("request", request);
            self.params.push("form_token", form_token);
        }
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
pub(in crate::server) fn sign_in(server: &Core, request: &Request) -> Response {
    let posted = Posted::read(request);
    let (now, key) = (server.now(), posted.key());
    let own =
        |waiting: &Waiting| !forms::is_of_another(server, &posted.params, &waiting.authorization);
    let Some(waiting) = server.sessions.check(now, key).filter(own) else {
        return forms::not_taken(server, key);
    };
    // consent/company-sign-on: no password is asked for here.
    let login = posted.field("login");
    if let Some(response) = server.extension.sign_in_elsewhere(server, key, login) {
        return response;
    }
    if posted.params.first("password").is_none() && effects::asks_name_first(server) {
        let waiting = forms::named_user(server, key, &posted.params, waiting);
        return login_page(server, key.request, &waiting, posted.field("login"), Step::Named);
    }
    // consent/login-required
    let Some(user) = authenticate(server, &posted) else {
        forms::failed(server, key);
        return login_page(server, key.request, &waiting, posted.field("login"), Step::Failed);
    };
    // consent/request-kept: of what the form brings, only that it is ours counts.
    forms::signed_in(server, key, &posted.params);
    // authorize/unauthorized-device: answered without signing the user in.
    if effects::is_device_blocked(server, server.hooks().block_device) {
        return unauthorized_device(server, key);
    }
    if let Some(response) = effects::decided_at_login(server, key, &posted.params, &user) {
        return response;
    }
    let (session, form_token) = (server.token(), server.token());
    if server.sessions.sign_in(now, key, &user.id, &session, &form_token).is_none() {
        return expired(server);
    }
    let mut response = http::redirect(303, &format!("{CONSENT}?request={}", key.request));
    http::set_session_cookie(server.switches(), &mut response, &session, request.origin.scheme);
    response
}

fn authenticate(server: &Core, posted: &Posted) -> Option<User> {
    let world = server.world();
    let (user, sent) = (world.user_of_login(posted.field("login")), posted.field("password"));
    let right = knows_secret(sent, user.map(|user| user.password.as_str()));
    effects::signed_in(server, sent, user, right).cloned()
}

fn unauthorized_device(server: &Core, key: FormKey<'_>) -> Response {
    let Some(Waiting { authorization, .. }) = server.sessions.take(server.now(), key) else {
        return expired(server);
    };
    if let Some(page) = effects::device_page(server) {
        return page;
    }
    let description = Some("The device is not authorized to access the account");
    let denial = Denial { error: "server_error", description };
    deny_to(server, authorization.reply_to(), authorization.state.as_deref(), denial)
}

/// POST of the form that asks for consent.
pub(in crate::server) fn decide(server: &Core, request: &Request) -> Response {
    let mut posted = Posted::read(request);
    // consent/own-page
    if let Some(response) = forms::without_page(server, request, &posted.session) {
        return response;
    }
    if let Some(again) = effects::posted_again(server, request, &posted.params) {
        return show(server, &again);
    }
    posted.complete(forms::brought_back(server, &posted.session, &posted.params));
    let granted = match given(&posted.params, "decision") {
        Some("grant") => true,
        Some("deny") => false,
        None if effects::may_be_unticked(server) => false,
        _ => return error_page(server, 400, "invalid_request", &Params::default()),
    };
    let (now, key) = (server.now(), posted.key());
    // consent/login-required: the form of a session without a user is no consent.
    let signed_in = server.sessions.check(now, key).is_some_and(|known| {
        known.user_id.is_some()
            && !forms::is_of_another(server, &posted.params, &known.authorization)
    });
    let taken = if signed_in { server.sessions.take(now, key) } else { None };
    match taken {
        Some(Waiting { authorization, user_id: Some(user_id), asked, .. }) if granted => {
            if let Some(broken) = effects::agreed_to(server, key, (&user_id, &authorization)) {
                return broken;
            }
            // consent/request-kept
            let authorization = forms::agreed(server, &posted.params, authorization);
            // code/lifetime: counted from the grant.
            grant(server, authorization, user_id, effects::counted_from(server, now, asked))
        }
        Some(Waiting { authorization, user_id, .. }) => {
            refuse(server, &authorization, user_id.as_deref())
        }
        // consent/consent-not-forgeable
        None => forms::not_taken(server, posted.key()),
    }
}

// consent/grant, authorize/state-on-grant
pub(in crate::server) fn grant(
    server: &Core,
    authorization: Authorization,
    user_id: String,
    from: Duration,
) -> Response {
    let world = server.world();
    // identity/current-user
    let user_id = authorization.stands_for.clone().unwrap_or(user_id);
    // device/tokens
    let agreed = (user_id.as_str(), Decision::Granted);
    if let Some(page) = device_decided(server, &authorization, agreed) {
        return page;
    }
    // An administrator may have decided since the user was asked.
    let refusal =
        world.user(&user_id).and_then(|user| server.extension.refuse(server, &authorization, user));
    if let Some(refusal) = refusal {
        return refusal;
    }
    if let Some(refusal) = effects::refused_at_grant(server, &authorization, &user_id) {
        return refusal;
    }
    if !by_reference::spend(server, &authorization) {
        return error_page(server, 400, by_reference::INVALID, &Params::default());
    }
    if authorization.response_type == ResponseType::Token {
        return implicit::grant(server, authorization, user_id);
    }
    let Authorization {
        client_id,
        redirect_uri,
        names_uri,
        state,
        scopes,
        resources,
        challenge,
        key,
        code,
        response_mode,
        ..
    } = authorization;
    let code = grants::code_for(server, &client_id, code.unwrap_or_else(|| server.code()));
    let code = pkce::code(server, challenge.as_ref(), code);
    let params = effects::granted(server, &user_id, [("code", code.clone())].into_iter().collect());
    let params = pkce::granted(server, challenge.as_ref(), params);
    let grant = Grant { client_id, user_id, scopes, resources, key, ..Grant::default() };
    // code/redirect-uri-not-repeated
    let demanded = server.policy().redirect_uri_at_token == RedirectUriAtToken::Repeated;
    let repeated = names_uri && demanded;
    let sent_to = SentTo { uri: redirect_uri.clone(), repeated, challenge };
    server.store.add_code(from, code, grant, sent_to);
    let response = answer(server, (&redirect_uri, ResponseType::Code), state.as_deref(), params);
    forms::by_form(server, response_mode.as_deref(), response)
}

/// What a user is shown who has decided about a device; `None` where it is no device that asked.
fn device_decided(
    server: &Core,
    authorization: &Authorization,
    (user_id, decision): (&str, Decision),
) -> Option<Response> {
    let code = &authorization.device.as_ref()?.device;
    let granted = decision == Decision::Granted;
    let kept = server.devices.decide(server.now(), code, (user_id, decision));
    Some(match kept {
        true => http::html(200, pages::device_decided(granted)),
        false => expired(server),
    })
}

// consent/deny, consent/deny-text, authorize/state-on-deny
pub(in crate::server) fn refuse(
    server: &Core,
    authorization: &Authorization,
    user_id: Option<&str>,
) -> Response {
    if let Some(response) = effects::denied(server, authorization, user_id) {
        return response;
    }
    // device/denied
    let denied = (user_id.unwrap_or_default(), Decision::Denied);
    if let Some(page) = device_decided(server, authorization, denied) {
        return page;
    }
    by_reference::spend(server, authorization);
    let description = Some("The user denied access to your application");
    let denial = Denial { error: "access_denied", description };
    deny_to(server, authorization.reply_to(), authorization.state.as_deref(), denial)
}

#[cfg(test)]
#[path = "interaction_tests.rs"]
mod tests;
