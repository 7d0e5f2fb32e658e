//! Signing in at the identity provider of one's company: the way there, and the way back
//! (`box` OAuth page, customers with single sign-on).
//!
//! The way there leaves a one-time value in the browser's session; the assertion that comes back has
//! to answer it. So nobody's assertion signs in anybody else, and none does so twice.
// consent/company-sign-on

use crate::server::core::Core;
use crate::server::enterprise::company::{Assertion, RETURN};
use crate::server::faults::effects::sign_on as effects;
use crate::server::oauth::authorization_response::error_page;
use crate::server::oauth::http;
use crate::server::oauth::interaction::CONSENT;
use crate::server::oauth::sessions::FormKey;
use crate::wire::{Params, Request, Response};

/// Path that leads to the identity provider.
pub(in crate::server) const BEGIN: &str = "/sign-on";

/// The two paths.
pub(in crate::server) fn endpoint(server: &Core, request: &Request) -> Response {
    let (query, _) = http::decode_each(request.query().unwrap_or_default().as_bytes());
    let session = http::session_cookie(request).unwrap_or_default();
    match (request.path(), request.method.as_str()) {
        (BEGIN, "GET" | "HEAD") => {
            begin(server, &session, query.first("request").unwrap_or_default(), "")
        }
        (RETURN, "GET" | "HEAD") => finish(server, request, &session, &query),
        (RETURN, "POST") if effects::comes_by_form(server) => {
            let params = http::body_params(request).unwrap_or_default();
            finish(server, request, &session, &params)
        }
        _ => http::method_not_allowed("GET, HEAD"),
    }
}

/// Whether there is a company to sign in at.
pub(in crate::server) fn is_offered(server: &Core) -> bool {
    effects::is_offered(server, server.company().is_some())
}

/// Whether a user belongs to such a company.
pub(in crate::server) fn is_of_company(server: &Core, user_id: &str) -> bool {
    let world = server.world();
    world.user(user_id).is_some_and(|user| world.signs_on_elsewhere(user))
}

/// Sends whoever signs in with this login to the identity provider of the company, if it has one.
pub(super) fn begin_for(server: &Core, key: FormKey<'_>, login: &str) -> Option<Response> {
    let world = server.world();
    let user = world.user_of_login(login)?;
    let elsewhere = world.signs_on_elsewhere(user) && is_offered(server);
    elsewhere.then(|| begin(server, key.session, key.request, &user.login))
}

/// Sends the user of a waiting request to the identity provider.
pub(in crate::server) fn begin(
    server: &Core,
    session: &str,
    request: &str,
    login: &str,
) -> Response {
    let nonce = server.token();
    let url = server.company().and_then(|company| company.sign_on_url(&nonce, login));
    let kept = server.sessions.begin_sign_on(server.now(), session, request, &nonce);
    match url.filter(|_| kept.is_some()) {
        Some(url) => http::redirect(303, &url),
        None => error_page(server, 400, "form_expired", &Params::default()),
    }
}

fn finish(server: &Core, request: &Request, session: &str, params: &Params) -> Response {
    let refused = || error_page(server, 400, "sign_on_failed", &Params::default());
    let Some(Assertion { sub, nonce, .. }) = assertion(server, params) else {
        return refused();
    };
    let Some(key) = server.sessions.finish_sign_on(server.now(), session, &nonce) else {
        return refused();
    };
    let world = server.world();
    let user = world.user_of_login(&sub).filter(|user| world.signs_on_elsewhere(user));
    let user = effects::user(server, &world, user);
    let (new_session, form_token) = (server.token(), server.token());
    let signed_in = user.and_then(|user| {
        server.sessions.sign_in(server.now(), key.key(), &user.id, &new_session, &form_token)
    });
    if signed_in.is_none() {
        return refused();
    }
    let mut response = http::redirect(303, &format!("{CONSENT}?request={}", key.request));
    http::set_session_cookie(server.switches(), &mut response, &new_session, request.origin.scheme);
    response
}

/// What the identity provider says, if it is the one who says it, and still.
fn assertion(server: &Core, params: &Params) -> Option<Assertion> {
    let text = params.first("assertion")?;
    let assertion = effects::read(server, server.company()?, text)?;
    Some(assertion).filter(|assertion| server.now().as_secs() < assertion.exp)
}
