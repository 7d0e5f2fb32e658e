//! What the user does: sign in, then grant or deny (`box` OAuth page, "The User Experience").

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::authorize::{self, Denial, answer, error_page};
use super::http::{self, given};
use super::pages::Form;
use super::sessions::{Authorization, FormKey, Waiting};
use super::store::Grant;
use super::world::User;
use super::{Server, pages};
use crate::wire::{Params, Request, Response};

/// Path of the form to sign in with.
pub(super) const LOGIN: &str = "/login";
/// Path of the page and the form that ask for consent.
pub(super) const CONSENT: &str = "/consent";

/// The next page for a waiting request: to sign in, or to consent.
pub(super) fn ask(server: &Server, session: &str, request: &str) -> Response {
    let Some(waiting) = server.sessions.waiting(server.now(), session, request) else {
        return expired();
    };
    let user = waiting.user_id.as_deref().and_then(|id| server.world().user(id));
    match user {
        // consent/login-required
        None => login_page(server, request, &waiting, &waiting.authorization.box_login, false),
        // consent/consent-shown: asked every time, signed in or not.
        Some(user) => consent_page(server, request, &waiting, user),
    }
}

fn login_page(
    server: &Server,
    request: &str,
    waiting: &Waiting,
    login: &str,
    failed: bool,
) -> Response {
    let Some(app) = server.world().application(&waiting.authorization.client_id) else {
        return expired();
    };
    let form = Form { action: LOGIN, request, form_token: &waiting.form_token };
    http::html(200, pages::login(form, app, login, failed))
}

fn consent_page(server: &Server, request: &str, waiting: &Waiting, user: &User) -> Response {
    let Some(app) = server.world().application(&waiting.authorization.client_id) else {
        return expired();
    };
    let form = Form { action: CONSENT, request, form_token: &waiting.form_token };
    http::html(200, pages::consent(form, app, user, &waiting.authorization.scopes))
}

fn expired() -> Response {
    error_page(400, "form_expired", &Params::default())
}

/// GET of the consent page, to which signing in leads.
pub(super) fn show(server: &Server, request: &Request) -> Response {
    let (params, _) = http::decode_each(request.query().unwrap_or_default().as_bytes());
    let session = http::session_cookie(request).unwrap_or_default();
    ask(server, &session, params.first("request").unwrap_or_default())
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
pub(super) fn sign_in(server: &Server, request: &Request) -> Response {
    let posted = Posted::read(request);
    let (now, key) = (server.now(), posted.key());
    let Some(waiting) = server.sessions.check(now, key) else {
        return expired();
    };
    // consent/login-required
    let Some(user) = authenticate(server, &posted) else {
        return login_page(server, key.request, &waiting, posted.field("login"), true);
    };
    // authorize/unauthorized-device: answered without signing the user in.
    if server.hooks().block_device {
        return unauthorized_device(server, key);
    }
    let (session, form_token) = (server.token(), server.token());
    if server.sessions.sign_in(now, key, &user.id, &session, &form_token).is_none() {
        return expired();
    }
    let mut response = http::redirect(303, &format!("{CONSENT}?request={}", key.request));
    http::set_session_cookie(&mut response, &session, request.origin.scheme);
    response
}

fn authenticate<'a>(server: &'a Server, posted: &Posted) -> Option<&'a User> {
    let user = server.world().user_of_login(posted.field("login"));
    // An unknown user costs the same comparison, so that time does not tell the two apart.
    let expected = user.map_or("", |user| user.password.as_str());
    let right = same_secret(posted.field("password"), expected) && !expected.is_empty();
    user.filter(|_| right)
}

fn unauthorized_device(server: &Server, key: FormKey<'_>) -> Response {
    let Some(Waiting { authorization, .. }) = server.sessions.take(server.now(), key) else {
        return expired();
    };
    let description = Some("The device is not authorized to access the account");
    let denial = Denial { error: "server_error", description };
    authorize::deny(server, &authorization.redirect_uri, authorization.state.as_deref(), denial)
}

/// POST of the form that asks for consent.
pub(super) fn decide(server: &Server, request: &Request) -> Response {
    let posted = Posted::read(request);
    let granted = match given(&posted.params, "decision") {
        Some("grant") => true,
        Some("deny") => false,
        _ => return error_page(400, "invalid_request", &Params::default()),
    };
    let (now, key) = (server.now(), posted.key());
    // consent/login-required: the form of a session without a user is no consent.
    let signed_in = server.sessions.check(now, key).is_some_and(|known| known.user_id.is_some());
    let taken = if signed_in { server.sessions.take(now, key) } else { None };
    match taken {
        Some(Waiting { authorization, user_id: Some(user_id), .. }) if granted => {
            grant(server, authorization, user_id)
        }
        Some(Waiting { authorization, .. }) => refuse(server, &authorization),
        // consent/consent-not-forgeable
        None => expired(),
    }
}

// consent/grant, authorize/state-on-grant
fn grant(server: &Server, authorization: Authorization, user_id: String) -> Response {
    let Authorization { client_id, redirect_uri, state, scopes, .. } = authorization;
    let code = server.token();
    let grant = Grant { client_id, user_id, scopes };
    server.store.add_code(server.now(), code.clone(), grant, redirect_uri.clone());
    let params = [("code", code)].into_iter().collect();
    answer(server, &redirect_uri, state.as_deref(), params)
}

// consent/deny, consent/deny-text, authorize/state-on-deny
fn refuse(server: &Server, authorization: &Authorization) -> Response {
    let description = Some("The user denied access to your application");
    let denial = Denial { error: "access_denied", description };
    authorize::deny(server, &authorization.redirect_uri, authorization.state.as_deref(), denial)
}

/// Compares in a time that depends on neither value: their hashes are compared.
pub(super) fn same_secret(sent: &str, expected: &str) -> bool {
    Sha256::digest(sent).ct_eq(&Sha256::digest(expected)).into()
}

#[cfg(test)]
#[path = "interaction_tests.rs"]
mod tests;
