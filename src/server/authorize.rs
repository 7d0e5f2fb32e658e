//! The authorization endpoint: what is asked is checked here, and waits for its user
//! (`box` OAuth page, "The First Leg"; RFC 6749 §4.1.1 and §4.1.2.1).

use super::http::{self, FORM, MediaType, given};
use super::sessions::{Authorization, FormKey};
use super::world::{Application, GrantType};
use super::{Server, fault, interaction, pages, redirect_uri};
use crate::wire::{Params, Request, Response};

/// Parameters that this endpoint knows. All others are ignored.
// authorize/unknown-parameters
const KNOWN: &[&str] =
    &["response_type", "client_id", "redirect_uri", "state", "box_login", "scope"];

/// Parameters without which there is nowhere to redirect to.
const ADDRESSING: &[&str] = &["client_id", "redirect_uri"];

/// The parameters of an authorization request, and what could not be read of it.
#[derive(Debug, Default)]
struct Input {
    params: Params,
    broken: Vec<String>,
    not_a_form: bool,
}

/// What the application is told by redirect (RFC 6749 §4.1.2.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Denial {
    pub(super) error: &'static str,
    pub(super) description: Option<&'static str>,
}

/// Why no user is asked.
#[derive(Debug)]
enum Refusal {
    /// The user is told, the application is not.
    Page(&'static str),
    /// The application is told.
    Redirect { to: String, state: Option<String>, denial: Denial },
}

/// GET and POST at the authorization endpoint.
pub(super) fn endpoint(server: &Server, request: &Request) -> Response {
    let input = Input::read(request);
    // redirect/internal-error
    if server.hooks().fail {
        return error_page(500, "internal_server_error", &input.params);
    }
    let checked = check(server, &input).and_then(|authorization| admit(server, authorization));
    match checked {
        Ok(authorization) => wait_for_user(server, request, authorization),
        // redirect/never-to-application
        Err(Refusal::Page(code)) => error_page(400, code, &input.params),
        Err(Refusal::Redirect { to, state, denial }) => deny(server, &to, state.as_deref(), denial),
    }
}

impl Input {
    // authorize/get, authorize/post, authorize/url-encoding
    fn read(request: &Request) -> Self {
        let (mut params, mut broken) =
            http::decode_each(request.query().unwrap_or_default().as_bytes());
        if request.method != "POST" || request.body.is_empty() {
            return Self { params, broken, not_a_form: false };
        }
        if request.media_type().as_deref() != Some(FORM) {
            return Self { params, broken, not_a_form: true };
        }
        // Behind those of the query, so that the same parameter in both is a repeated one.
        let (more, more_broken) = http::decode_each(&request.body);
        params.extend(more);
        broken.extend(more_broken);
        Self { params, broken, not_a_form: false }
    }

    /// Whether client and redirect URI can be read, and each at most once.
    fn is_addressed(&self) -> bool {
        let repeated = self.params.repeated(|name| ADDRESSING.contains(&name)).is_some();
        let broken = self.broken.iter().any(|name| ADDRESSING.contains(&name.as_str()));
        !repeated && !broken && !self.not_a_form
    }

    /// The state, unless it was sent with several values.
    // authorize/state-on-error, authorize/state-absent
    fn state(&self) -> Option<&str> {
        let state = given(&self.params, "state")?;
        self.params.all("state").all(|value| value == state).then_some(state)
    }
}

fn check(server: &Server, input: &Input) -> Result<Authorization, Refusal> {
    // authorize/repeated-parameter
    if !input.is_addressed() {
        return Err(Refusal::Page("invalid_request"));
    }
    let app = client(server, input)?;
    let redirect_uri = given(&input.params, "redirect_uri");
    let redirect_uri = redirect_uri::choose(redirect_uri, &app.redirect_uris, app.mode)
        .map_err(|refusal| Refusal::Page(refusal.code()))?;
    let state = input.state().map(str::to_owned);
    let scopes = check_rest(input, app).map_err(|denial| Refusal::Redirect {
        to: redirect_uri.to_owned(),
        state: state.clone(),
        denial,
    })?;
    Ok(Authorization {
        client_id: app.client_id.clone(),
        redirect_uri: redirect_uri.to_owned(),
        state,
        scopes,
        box_login: input.params.first("box_login").unwrap_or_default().to_owned(),
    })
}

fn client<'a>(server: &'a Server, input: &Input) -> Result<&'a Application, Refusal> {
    // authorize/client-id-required
    let id = given(&input.params, "client_id").ok_or(Refusal::Page("invalid_request"))?;
    // authorize/client-id-known
    server.world().application(id).ok_or(Refusal::Page("invalid_client"))
}

/// What is checked once it is certain where a redirect may go. The first error is the one told.
fn check_rest(input: &Input, app: &Application) -> Result<Vec<String>, Denial> {
    not_repeated(input)?;
    not_broken(input)?;
    response_type(input)?;
    grant_allowed(app)?;
    scopes(input, app)
}

// authorize/repeated-parameter
fn not_repeated(input: &Input) -> Result<(), Denial> {
    match input.params.repeated(|name| KNOWN.contains(&name)) {
        Some(_) => Err(Denial::invalid_request("A parameter was sent more than once")),
        None => Ok(()),
    }
}

// authorize/malformed
fn not_broken(input: &Input) -> Result<(), Denial> {
    if input.broken.is_empty() {
        Ok(())
    } else {
        Err(Denial::invalid_request("A parameter is not properly encoded"))
    }
}

fn response_type(input: &Input) -> Result<(), Denial> {
    match given(&input.params, "response_type") {
        // authorize/response-type-required
        None => Err(Denial::invalid_request("Invalid or missing response type")),
        Some("code") => Ok(()),
        // authorize/response-type-code-only
        Some(_) => Err(Denial { error: "unsupported_response_type", description: None }),
    }
}

// server-auth/one-model-only
fn grant_allowed(app: &Application) -> Result<(), Denial> {
    if app.grants.contains(&GrantType::AuthorizationCode) {
        return Ok(());
    }
    let description = Some("The application is not configured for authorization codes");
    Err(Denial { error: "unauthorized_client", description })
}

/// The scopes asked for, or all that the application has. Spaces part them, or commas, which older
/// clients send.
fn scopes(input: &Input, app: &Application) -> Result<Vec<String>, Denial> {
    let asked = input.params.first("scope").unwrap_or_default();
    let mut asked: Vec<&str> = asked.split([' ', ',']).filter(|scope| !scope.is_empty()).collect();
    asked.dedup();
    if asked.is_empty() {
        return Ok(app.scopes.clone());
    }
    if asked.iter().all(|scope| app.scopes.iter().any(|known| known == scope)) {
        return Ok(asked.into_iter().map(str::to_owned).collect());
    }
    let description = Some("An unsupported scope was requested");
    Err(Denial { error: "invalid_scope", description })
}

// authorize/rate-limited
fn admit(server: &Server, authorization: Authorization) -> Result<Authorization, Refusal> {
    if !server.hooks().rate_limit {
        return Ok(authorization);
    }
    let description = Some("Too many authorization requests came from here");
    let denial = Denial { error: "temporarily_unavailable", description };
    let Authorization { redirect_uri, state, .. } = authorization;
    Err(Refusal::Redirect { to: redirect_uri, state, denial })
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
        http::set_session_cookie(&mut response, &session, request.origin.scheme);
    }
    response
}

impl Denial {
    const fn invalid_request(description: &'static str) -> Self {
        Self { error: "invalid_request", description: Some(description) }
    }
}

/// Tells the application that there will be no code.
// authorize/error-always-present, authorize/state-on-error
pub(super) fn deny(
    server: &Server,
    redirect_uri: &str,
    state: Option<&str>,
    denial: Denial,
) -> Response {
    let mut params = Params::default();
    params.push("error", denial.error);
    if let Some(description) = denial.description {
        params.push("error_description", description);
    }
    answer(server, redirect_uri, state, params)
}

/// Sends the user back to the application with these parameters, and the state where there is one.
pub(super) fn answer(
    server: &Server,
    redirect_uri: &str,
    state: Option<&str>,
    mut params: Params,
) -> Response {
    if let Some(state) = state {
        params.push("state", state);
    }
    let status = if server.varies(&fault::variant::REDIRECT_303) { 303 } else { 302 };
    http::redirect(status, &redirect_uri::location(redirect_uri, &params))
}

/// A page for the user about an error that the application does not get to see.
pub(super) fn error_page(status: u16, code: &str, params: &Params) -> Response {
    http::html(status, pages::error(code, params))
}

#[cfg(test)]
#[path = "authorize_tests.rs"]
mod tests;
