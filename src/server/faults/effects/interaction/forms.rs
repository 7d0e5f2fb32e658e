//! Mistakes with what the forms between an authorization request and its end carry, and with decisions
//! that no page has asked for.

use std::borrow::Cow;

use maud::{DOCTYPE, Markup, PreEscaped, html};
use url::Url;

use crate::server::core::Core;
use crate::server::faults::effects::pages::{context, of_context};
use crate::server::faults::{code, consent as faults, redirect};
use crate::server::oauth::authorization_request::{Input, check};
use crate::server::oauth::code_challenge::Challenge;
use crate::server::oauth::http::{self, given};
use crate::server::oauth::interaction::{self, ask, expired, grant, refuse};
use crate::server::oauth::sessions::{Authorization, FormKey, Waiting};
use crate::server::oauth::store::{Grant, SentTo};
use crate::server::policy::{ChallengeMethod, RedirectUriAtToken};
use crate::server::variants;
use crate::server::world::Application;
use crate::testbed::Fault;
use crate::wire::{Params, Request, Response};

/// Whether a form, where it carries the whole request, carries another one than it was shown with.
pub(in crate::server) fn is_of_another(
    server: &Core,
    params: &Params,
    asked: &Authorization,
) -> bool {
    let same = |name: &str, value: Option<&str>| given(params, name) == value;
    if server.varies(&variants::CONTEXT_SIGNED) {
        let context = context(server.switches(), &asked.redirect_uri);
        return !same("context", context.as_deref());
    }
    let challenge = asked.challenge.as_ref().map(|challenge| challenge.value.as_str());
    (server.varies(&variants::FORMS_CARRY_REQUEST) || server.varies(&variants::FORMS_SHOWN_AGAIN))
        && !(same("code_challenge", challenge)
            && same("client_id", Some(&asked.client_id))
            && same("redirect_uri", Some(&*asked.redirect_uri).filter(|uri| !uri.is_empty()))
            && same("state", asked.state.as_deref().filter(|state| !state.is_empty()))
            && given(params, "scope").unwrap_or_default() == asked.scopes.join(" "))
}

/// The response to a form that is none of ours, or carries another request than it was shown with.
// consent/request-kept
pub(in crate::server) fn not_taken(server: &Core, key: FormKey<'_>) -> Response {
    let is_ours = server.sessions.check(server.now(), key).is_some();
    if is_ours && server.varies(&variants::FORMS_SHOWN_AGAIN) {
        return ask(server, key.session, key.request);
    }
    expired(server)
}

/// Mistakes with a form: what it says replaces what was checked.
struct Trusted {
    redirect_uri: &'static Fault,
    client: &'static Fault,
    state: &'static Fault,
    scope: &'static Fault,
    challenge: &'static Fault,
}

const LOGIN: Trusted = Trusted {
    redirect_uri: &faults::LOGIN_REDIRECT_URI,
    client: &faults::LOGIN_CLIENT,
    state: &faults::LOGIN_STATE,
    scope: &faults::LOGIN_SCOPE,
    challenge: &faults::LOGIN_CHALLENGE,
};

const CONSENT: Trusted = Trusted {
    redirect_uri: &faults::FORM_REDIRECT_URI,
    client: &faults::FORM_CLIENT,
    state: &faults::FORM_STATE,
    scope: &faults::FORM_SCOPE,
    challenge: &faults::FORM_CHALLENGE,
};

/// The request as the form to sign in with makes it.
// consent/request-kept
pub(in crate::server) fn signed_in(server: &Core, key: FormKey<'_>, params: &Params) {
    let mut state = server.sessions.lock();
    if let Some(pending) = state.pending_mut(key.session, key.request) {
        replace(server, &LOGIN, params, &mut pending.authorization);
        let challenge = pending.authorization.challenge.is_some();
        let stripped = challenge && given(params, "code_challenge").is_none();
        if stripped && server.has(&faults::LOGIN_CHALLENGE_MISSING) {
            pending.authorization.challenge = None;
        }
        if server.has(&code::MADE_AT_LOGIN) {
            made_for(server, params, &mut pending.authorization);
        }
    }
}

/// The request as the form that asks for the name alone makes it.
pub(in crate::server) fn named_user(
    server: &Core,
    key: FormKey<'_>,
    params: &Params,
    mut waiting: Waiting,
) -> Waiting {
    let mut state = server.sessions.lock();
    let pending = state.pending_mut(key.session, key.request);
    if let Some(pending) = pending.filter(|_| server.has(&code::MADE_AT_NAME)) {
        made_for(server, params, &mut pending.authorization);
        waiting.authorization.code.clone_from(&pending.authorization.code);
    }
    waiting
}

/// A code for whoever a form names.
// code/not-before-grant
fn made_for(server: &Core, params: &Params, asked: &mut Authorization) {
    let world = server.world();
    let user = world.user_of_login(params.first("login").unwrap_or_default());
    let user = user.map(|user| user.id.clone()).unwrap_or_default();
    asked.code = Some(server.code());
    made_early(server, asked, user);
}

/// The code of a request that nobody has granted, by the name of the request, that of its session, or another.
// code/not-before-grant
pub(in crate::server) fn named(server: &Core, session: &str, request: &str) {
    let early = [&code::IS_REQUEST, &code::MADE_EARLY, &code::IN_COOKIE];
    let is_early = server.switches().has_any(&early);
    if !is_early && !server.varies(&variants::CODE_OF_REQUEST) {
        return;
    }
    let mut state = server.sessions.lock();
    let Some(pending) = state.pending_mut(session, request) else { return };
    let asked = &mut pending.authorization;
    if asked.device.is_some() || asked.code.is_some() {
        return;
    }
    let is_used = server.store.knows_code(session);
    asked.code =
        Some(if server.has(&code::MADE_EARLY) || server.has(&code::IN_COOKIE) && is_used {
            server.code()
        } else if server.has(&code::IN_COOKIE) {
            session.to_owned()
        } else {
            request.to_owned()
        });
    if let Some(user) = server.world().users.first().filter(|_| is_early) {
        made_early(server, asked, user.id.clone());
    }
}

/// A code that is good before anybody has granted it.
// code/not-before-grant
pub(in crate::server) fn made_early(server: &Core, asked: &Authorization, user_id: String) {
    let Some(code) = asked.code.clone() else { return };
    let Authorization { client_id, redirect_uri: uri, scopes, resources, challenge, key, .. } =
        asked.clone();
    let grant = Grant { client_id, user_id, scopes, resources, key, ..Grant::default() };
    let repeated =
        asked.names_uri && server.policy().redirect_uri_at_token == RedirectUriAtToken::Repeated;
    server.store.add_code(server.now(), code, grant, SentTo { uri, repeated, challenge });
}

/// The redirect with a code, as a form that a script sends where the client asked for that.
// redirect/page-escapes
pub(in crate::server) fn by_form(server: &Core, mode: Option<&str>, right: Response) -> Response {
    let unescaped = server.has(&redirect::FORM_UNESCAPED);
    let takes = unescaped || server.varies(&variants::FORM_POST);
    let location = right.headers.text("location").filter(|_| takes && mode == Some("form_post"));
    let Some(url) = location.and_then(|it| Url::parse(&it).ok()) else { return right };
    let field = |(name, value): (Cow<'_, str>, Cow<'_, str>)| {
        html! {
            @if unescaped && name == "state" {
                (PreEscaped(format!("<input type=\"hidden\" name=\"state\" value=\"{value}\">")))
            } @else {
                input type="hidden" name=(name) value=(value);
            }
        }
    };
    let fields: Vec<Markup> = url.query_pairs().map(field).collect();
    let mut action = url.clone();
    action.set_query(None);
    let page = html! {
        (DOCTYPE)
        body onload="document.forms[0].submit()" {
            form method="post" action=(action) { @for field in &fields { (field) } }
        }
    };
    http::html(200, page)
}

/// The request as the form that asks for consent makes it.
// consent/request-kept
pub(in crate::server) fn agreed(
    server: &Core,
    params: &Params,
    mut right: Authorization,
) -> Authorization {
    replace(server, &CONSENT, params, &mut right);
    of_another_client(server, params, &mut right);
    let stripped = right.challenge.is_some() && given(params, "code_challenge").is_none();
    if stripped && server.has(&faults::CHALLENGE_MISSING) {
        right.challenge = None;
    }
    if given(params, "scope").is_none() && server.has(&faults::SCOPE_MISSING) {
        let world = server.world();
        right.scopes = world.applications.iter().flat_map(|app| app.scopes.clone()).collect();
    }
    right
}

fn replace(server: &Core, trusted: &Trusted, params: &Params, right: &mut Authorization) {
    let said = |name: &str, fault: &'static Fault| {
        given(params, name).filter(|_| server.has(fault)).map(str::to_owned)
    };
    if let Some(uri) = given(params, "context").and_then(|it| of_context(server.switches(), it)) {
        right.redirect_uri = uri;
    }
    let known = |id: &String| server.world().application(id).is_some();
    if let Some(uri) = said("redirect_uri", trusted.redirect_uri) {
        right.redirect_uri = uri;
    }
    if let Some(id) = said("client_id", trusted.client).filter(known) {
        right.client_id = id;
    }
    if let Some(state) = said("state", trusted.state) {
        right.state = Some(state);
    }
    if let Some(value) = said("code_challenge", trusted.challenge) {
        right.challenge = Some(Challenge { value, method: ChallengeMethod::S256 });
    }
    if let Some(scope) = said("scope", trusted.scope) {
        right.scopes = scope.split(' ').map(str::to_owned).collect();
    }
}

/// By a mistake a form is a request of its own, whose client and redirect URI have to agree with each other.
fn of_another_client(server: &Core, params: &Params, right: &mut Authorization) {
    let Some(id) = given(params, "client_id").filter(|id| *id != right.client_id) else { return };
    let Some(uri) = given(params, "redirect_uri") else { return };
    let agree = |app: &Application| app.redirect_uris.iter().any(|known| known == uri);
    let agrees = server.world().application(id).is_some_and(agree);
    if agrees && server.has(&faults::FORM_CLIENT_AND_URI) {
        (right.client_id, right.redirect_uri) = (id.to_owned(), uri.to_owned());
    }
}

/// A login failed, and the request waits for another one.
// authorize/state-on-grant, authorize/state-on-deny
pub(in crate::server) fn failed(server: &Core, key: FormKey<'_>) {
    if !server.has(&crate::server::faults::authorize::STATE_LOST_AT_RETRY) {
        return;
    }
    let mut state = server.sessions.lock();
    if let Some(pending) = state.pending_mut(key.session, key.request) {
        pending.authorization.state = None;
    }
}

/// What a form has to bring back where a mistake takes a decision without it: that of the request
/// that waits in the session.
// consent/own-page
pub(in crate::server) fn brought_back(
    server: &Core,
    session: &str,
    params: &Params,
) -> Option<(String, String)> {
    let bare = given(params, "request").is_none() && given(params, "form_token").is_none();
    let by_cookie = [&faults::BY_COOKIE, &faults::BY_COOKIE_TWO_FORMS];
    if !bare || !server.switches().has_any(&by_cookie) {
        return None;
    }
    let state = server.sessions.lock();
    let (request, pending) = state.sessions.get(session)?.pending.iter().next()?;
    Some((request.clone(), pending.form_token.clone()))
}

/// The response to a decision about a request that comes with it, and not from any page.
// consent/own-page
pub(in crate::server) fn without_page(
    server: &Core,
    request: &Request,
    session: &str,
) -> Option<Response> {
    let posted = request.method == "POST";
    if let Some(response) = before_sign_in(server, request, session) {
        return Some(response);
    }
    let (mut said, _) = http::decode_each(request.query().unwrap_or_default().as_bytes());
    if posted {
        said.extend(http::decode_each(&request.body).0);
    }
    given(&said, "client_id")?;
    let fault = if posted { &faults::DIRECT } else { &faults::DIRECT_LINK };
    let decided = given(&said, "decision") == Some("grant");
    let in_url = posted && server.has(&faults::IN_URL);
    if !(in_url || decided && server.has(fault)) {
        return None;
    }
    let by_get = Request { method: "GET".to_owned(), body: Vec::new(), ..request.clone() };
    let input = Input::read(server, if in_url { &by_get } else { request });
    let user = server.sessions.lock().sessions.get(session)?.user_id.clone()?;
    let authorization = check(server, &input, &request.origin).ok()?;
    if !decided {
        return Some(refuse(server, &authorization, Some(&user)));
    }
    Some(grant(server, authorization, user, server.now()))
}

/// Whether anybody agrees first, and signs in then.
pub(in crate::server) fn agrees_first(server: &Core) -> bool {
    server.varies(&variants::CONSENT_FIRST) || server.has(&faults::CONSENT_OF_ANYBODY)
}

/// What comes of a decision of somebody who has not signed in, and of the way from there to the login page.
// consent/consent-not-forgeable
fn before_sign_in(server: &Core, request: &Request, session: &str) -> Option<Response> {
    if !agrees_first(server) {
        return None;
    }
    let now = server.now();
    if request.method != "POST" {
        let (params, _) = http::decode_each(request.query().unwrap_or_default().as_bytes());
        let name = params.first("request")?;
        return elsewhere(server, request, (session, name));
    }
    let params = http::body_params(request).ok()?;
    let field = |name: &str| params.first(name).unwrap_or_default();
    let key = FormKey { session, request: field("request"), form_token: field("form_token") };
    let own = |asked: &Authorization| !is_of_another(server, &params, asked);
    let waiting = server.sessions.check(now, key).filter(|it| own(&it.authorization))?;
    if waiting.user_id.is_some() || waiting.authorization.agreed {
        return None;
    }
    match field("decision") {
        "grant" => {
            server.sessions.lock().pending_mut(session, key.request)?.authorization.agreed = true;
            let next = format!("{}?request={}", interaction::CONSENT, key.request);
            Some(http::redirect(303, &next))
        }
        "deny" => {
            let taken = server.sessions.take(now, key)?;
            Some(refuse(server, &taken.authorization, None))
        }
        _ => None,
    }
}

/// By a mistake another browser goes on where somebody has agreed.
fn elsewhere(server: &Core, request: &Request, (session, name): (&str, &str)) -> Option<Response> {
    if !server.has(&faults::CONSENT_OF_ANYBODY) {
        return None;
    }
    let authorization = {
        let mut state = server.sessions.lock();
        if state.pending_mut(session, name).is_some() {
            return None;
        }
        let agreed = state.sessions.values().find_map(|known| known.pending.get(name))?;
        agreed.authorization.clone()
    };
    let (session, form_token) = (server.token(), server.token());
    let key = FormKey { session: &session, request: name, form_token: &form_token };
    server.sessions.add(server.now(), key, authorization);
    let mut response = ask(server, &session, name);
    http::set_session_cookie(server.switches(), &mut response, &session, request.origin.scheme);
    Some(response)
}
