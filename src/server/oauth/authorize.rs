//! The authorization endpoint: what is asked is checked here, and waits for its user
//! (RFC 6749 §4.1.1 and §4.1.2.1; `box` OAuth page, "The First Leg").

mod answer;
mod input;

use crate::server::Server;
use crate::server::faults::effects;
use crate::server::oauth::http::{self, given};
use crate::server::oauth::interaction;
use crate::server::oauth::pkce::{self, Challenge};
use crate::server::oauth::redirect_uri::{self, Comparison};
use crate::server::oauth::scope;
use crate::server::oauth::sessions::{Authorization, FormKey};
use crate::server::world::{Application, GrantType};
use crate::wire::{Request, Response};

pub(in crate::server) use answer::{Denial, answer, deny, error_page};
pub(in crate::server) use input::Input;

/// Parameters that this endpoint knows. All others are ignored.
// authorize/unknown-parameters
const KNOWN: &[&str] = &["response_type", "client_id", "redirect_uri", "state", "scope"];

/// Parameters without which there is nowhere to redirect to.
pub(in crate::server) const ADDRESSING: &[&str] = &["client_id", "redirect_uri"];

pub(in crate::server) fn knows(server: &Server, name: &str) -> bool {
    let proof = server.policy().pkce.is_some() && pkce::ASKED.contains(&name);
    KNOWN.contains(&name) || proof || server.policy().login_hint.as_deref() == Some(name)
}

/// Why no user is asked.
#[derive(Debug)]
pub(in crate::server) enum Refusal {
    /// The user is told, the client is not.
    Page(&'static str),
    /// The client is told.
    Redirect { to: String, state: Option<String>, denial: Denial },
}

/// Every method at the authorization endpoint.
pub(in crate::server) fn endpoint(server: &Server, request: &Request) -> Response {
    match request.method.as_str() {
        "GET" | "HEAD" | "POST" => begin(server, request),
        _ => http::method_not_allowed("GET, HEAD, POST"),
    }
}

fn begin(server: &Server, request: &Request) -> Response {
    let input = Input::read(server, request);
    // redirect/internal-error
    let failed = server.hooks().fail;
    let failed = failed.then(|| error_page(server, 500, "internal_server_error", &input.params));
    if let Some(response) = effects::authorize::early(server, request, &input, failed) {
        return response;
    }
    match check(server, &input) {
        Ok(right) => {
            let authorization = effects::authorize::authorization(server, request, right);
            wait_for_user(server, request, authorization)
        }
        Err(refusal) => refuse(server, &input, refusal),
    }
}

// redirect/never-to-application
fn refuse(server: &Server, input: &Input, refusal: Refusal) -> Response {
    if let Some(other) = effects::authorize::refused(server, input, &refusal) {
        return other;
    }
    match refusal {
        Refusal::Page(code) => error_page(server, 400, code, &input.params),
        Refusal::Redirect { to, state, denial } => deny(server, &to, state.as_deref(), denial),
    }
}

/// Client and redirect URI first: what is wrong with them is told to nobody but the user.
pub(in crate::server) fn check(server: &Server, input: &Input) -> Result<Authorization, Refusal> {
    // authorize/repeated-parameter
    if !input.is_addressed() {
        return Err(Refusal::Page("invalid_request"));
    }
    let app = effects::authorize::client(server, input, client(server, input))?;
    let redirect_uri = address(server, input, &app)?;
    let state = input.state(server).map(str::to_owned);
    match check_rest(server, input, &app) {
        Ok(Checked { scopes, challenge }) => Ok(Authorization {
            client_id: app.client_id.clone(),
            redirect_uri,
            names_uri: given(&input.params, "redirect_uri").is_some(),
            state,
            scopes,
            challenge,
            box_login: login_hint(server, input),
        }),
        Err(denial) => Err(Refusal::Redirect { to: redirect_uri, state, denial }),
    }
}

fn login_hint(server: &Server, input: &Input) -> String {
    let name = server.policy().login_hint.as_deref();
    name.and_then(|name| input.params.first(name)).unwrap_or_default().to_owned()
}

fn client(server: &Server, input: &Input) -> Result<Application, Refusal> {
    // authorize/client-id-required
    let id = given(&input.params, "client_id").ok_or(Refusal::Page("invalid_request"))?;
    // authorize/client-id-known
    server.world().application(id).cloned().ok_or(Refusal::Page("invalid_client"))
}

/// The redirect URI to use.
// authorize/redirect-uri-optional
fn address(server: &Server, input: &Input, app: &Application) -> Result<String, Refusal> {
    let asked = given(&input.params, "redirect_uri");
    let chosen = redirect_uri::choose(asked, &app.redirect_uris, comparison(server, app));
    effects::authorize::address(server, input, app, chosen.map(str::to_owned))
}

/// How redirect URIs of an application are compared.
pub(in crate::server) fn comparison<'a>(server: &'a Server, app: &Application) -> Comparison<'a> {
    let matching = server.policy().redirect_matching;
    Comparison { mode: app.mode, matching, switches: server.switches() }
}

pub(in crate::server) const REPEATED: Denial =
    Denial::invalid_request("A parameter was sent more than once");
pub(in crate::server) const BROKEN: Denial =
    Denial::invalid_request("A parameter is not properly encoded");
pub(in crate::server) const TYPE_MISSING: Denial =
    Denial::invalid_request("Invalid or missing response type");
pub(in crate::server) const TYPE_UNSUPPORTED: Denial =
    Denial { error: "unsupported_response_type", description: None };
pub(in crate::server) const NOT_CONFIGURED: Denial = Denial {
    error: "unauthorized_client",
    description: Some("The application is not configured for authorization codes"),
};
pub(in crate::server) const SCOPE: Denial =
    Denial { error: "invalid_scope", description: Some("An unsupported scope was requested") };
pub(in crate::server) const TOO_MANY: Denial = Denial {
    error: "temporarily_unavailable",
    description: Some("Too many authorization requests came from here"),
};

/// What a request asks for.
struct Checked {
    scopes: Vec<String>,
    challenge: Option<Challenge>,
}

/// What is checked once it is certain where a redirect may go. The first error is the one told.
fn check_rest(server: &Server, input: &Input, app: &Application) -> Result<Checked, Denial> {
    let scopes = scopes(server, input, app);
    let challenge = pkce::asked(server, input, app);
    let reasons = [
        // authorize/repeated-parameter
        input.params.repeated(|name| knows(server, name)).map(|_| REPEATED),
        // authorize/malformed
        (!input.broken.is_empty()).then_some(BROKEN),
        response_type(input),
        // server-auth/one-model-only
        (!app.grants.contains(&GrantType::AuthorizationCode)).then_some(NOT_CONFIGURED),
        scopes.as_ref().err().copied(),
        challenge.as_ref().err().copied(),
        // authorize/rate-limited
        server.hooks().rate_limit.then_some(TOO_MANY),
    ];
    let denial = effects::authorize::denial(server, input, reasons);
    match denial {
        Some(denial) => Err(denial),
        None => Ok(Checked {
            scopes: scopes.unwrap_or_default(),
            challenge: challenge.unwrap_or_default(),
        }),
    }
}

pub(in crate::server) fn response_type(input: &Input) -> Option<Denial> {
    match given(&input.params, "response_type") {
        // authorize/response-type-required
        None => Some(TYPE_MISSING),
        Some("code") => None,
        // authorize/response-type-code-only
        Some(_) => Some(TYPE_UNSUPPORTED),
    }
}

/// The scopes asked for, or all that the application has.
pub(in crate::server) fn scopes(
    server: &Server,
    input: &Input,
    app: &Application,
) -> Result<Vec<String>, Denial> {
    let asked = input.params.first("scope").unwrap_or_default();
    // scope/unknown
    let chosen = scope::choose(server.policy(), asked, &app.scopes);
    let by = GrantType::AuthorizationCode;
    effects::scope::chosen(server, by, (asked, &app.scopes), chosen).ok_or(SCOPE)
}

/// Keeps the request in the browser's session and asks the user.
fn wait_for_user(server: &Server, request: &Request, authorization: Authorization) -> Response {
    let now = server.now();
    let known = http::session_cookie(request).filter(|id| server.sessions.knows(now, id));
    let is_new = known.is_none();
    let session = known.unwrap_or_else(|| server.token());
    let (waiting, form_token) = (server.token(), server.token());
    let key = FormKey { session: &session, request: &waiting, form_token: &form_token };
    server.sessions.add(now, key, authorization);
    let mut response = interaction::ask(server, &session, &waiting);
    if is_new {
        http::set_session_cookie(server, &mut response, &session, request.origin.scheme);
    }
    response
}

#[cfg(test)]
#[path = "authorize_tests.rs"]
mod tests;
