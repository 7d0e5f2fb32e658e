//! The authorization endpoint: what is asked is checked here, and waits for its user
//! (`box` OAuth page, "The First Leg"; RFC 6749 §4.1.1 and §4.1.2.1).

mod answer;
mod input;

use crate::server::Server;
use crate::server::faults::{authorize as faults, redirect as uri_faults, server_auth};
use crate::server::oauth::http::{self, given};
use crate::server::oauth::interaction;
use crate::server::oauth::redirect_uri::{self, Comparison};
use crate::server::oauth::scope;
use crate::server::oauth::sessions::{Authorization, FormKey};
use crate::server::variants;
use crate::server::world::{Application, GrantType};
use crate::testbed::switches::Fault;
use crate::wire::{Request, Response};

use answer::TYPE_MISSING;
pub(in crate::server) use answer::{Denial, answer, deny, error_page};
use input::Input;

/// Parameters that this endpoint knows. All others are ignored.
// authorize/unknown-parameters
const KNOWN: &[&str] = &["response_type", "client_id", "redirect_uri", "state", "scope"];

fn knows(server: &Server, name: &str) -> bool {
    KNOWN.contains(&name) || server.policy().login_hint.as_deref() == Some(name)
}

/// Parameters without which there is nowhere to redirect to.
const ADDRESSING: &[&str] = &["client_id", "redirect_uri"];

/// Why no user is asked.
#[derive(Debug)]
enum Refusal {
    /// The user is told, the application is not.
    Page(&'static str),
    /// The application is told.
    Redirect { to: String, state: Option<String>, denial: Denial },
}

/// Every method at the authorization endpoint.
pub(in crate::server) fn endpoint(server: &Server, request: &Request) -> Response {
    match request.method.as_str() {
        // authorize/post
        "POST" if server.has(&faults::POST_REFUSED) => http::method_not_allowed("GET, HEAD"),
        "GET" | "HEAD" | "POST" => begin(server, request),
        _ => http::method_not_allowed("GET, HEAD, POST"),
    }
}

fn begin(server: &Server, request: &Request) -> Response {
    let input = Input::read(server, request);
    // redirect/internal-error
    if server.hooks().fail && !server.has(&uri_faults::FAILURE_IGNORED) {
        return failure(server, &input);
    }
    // authorize/malformed
    if breaks_on(server, request, &input) {
        return error_page(server, 500, "internal_server_error", &input.params);
    }
    let checked = check(server, &input).and_then(|authorization| admit(server, authorization));
    match checked {
        Ok(authorization) => wait_for_user(server, request, authorization),
        Err(refusal) => refuse(server, &input, refusal),
    }
}

/// The server has failed; the hook says so.
// redirect/internal-error
fn failure(server: &Server, input: &Input) -> Response {
    if server.has(&uri_faults::FAILURE_INVALID) {
        return error_page(server, 400, "invalid_request", &input.params);
    }
    match given(&input.params, "redirect_uri") {
        Some(to) if server.has(&uri_faults::FAILURE_TOLD) => {
            let denial = Denial { error: "server_error", description: None };
            deny(server, to, input.state(server), denial)
        }
        _ => error_page(server, 500, "internal_server_error", &input.params),
    }
}

/// Mistakes by which a request breaks the server.
fn breaks_on(server: &Server, request: &Request, input: &Input) -> bool {
    let holds = |text: &str| request.query().is_some_and(|query| query.contains(text));
    let no_uri = given(&input.params, "redirect_uri").is_some_and(|uri| uri.starts_with(':'));
    (server.has(&faults::BROKEN_ESCAPE_500) && !input.broken.is_empty())
        || (server.has(&faults::NOT_UTF8_500) && holds("%ff"))
        || (server.has(&faults::NUL_500) && holds("%00"))
        || (server.has(&faults::NO_URI_500) && no_uri)
}

fn refuse(server: &Server, input: &Input, refusal: Refusal) -> Response {
    match refusal {
        // authorize/client-id-known
        Refusal::Page("invalid_client") if server.has(&faults::CLIENT_UNKNOWN_JSON) => {
            http::Refusal::new("invalid_client", "No such client").with_status(401)
        }
        // redirect/never-to-application
        Refusal::Page(code) => error_page(server, 400, code, &input.params),
        Refusal::Redirect { denial, .. }
            if denial == REPEATED && server.varies(&variants::REPEATED_ON_PAGE) =>
        {
            error_page(server, 400, denial.error, &input.params)
        }
        Refusal::Redirect { to, state, denial } => {
            let on_page = match denial.error {
                "unsupported_response_type" => server.has(&faults::TYPE_UNKNOWN_ON_PAGE),
                "temporarily_unavailable" => server.has(&faults::RATE_ON_PAGE),
                _ => denial.is_about_missing_type() && server.has(&faults::TYPE_MISSING_ON_PAGE),
            };
            if on_page {
                return error_page(server, 400, denial.error, &input.params);
            }
            deny(server, &to, state.as_deref(), denial)
        }
    }
}

/// A request over plain HTTP is read though only TLS is served.
pub(in crate::server) fn refuse_plain(server: &Server, request: &Request) -> Response {
    let input = Input::read(server, request);
    let to = given(&input.params, "redirect_uri").unwrap_or_default();
    deny(server, to, input.state(server), Denial::invalid_request("Only HTTPS is served here"))
}

fn check(server: &Server, input: &Input) -> Result<Authorization, Refusal> {
    // authorize/repeated-parameter
    if !input.is_addressed() {
        return Err(Refusal::Page("invalid_request"));
    }
    let app = client(server, input)?;
    let unknown = input.params.iter().any(|one| !knows(server, &one.name));
    if unknown && server.has(&faults::UNKNOWN_ON_PAGE) {
        return Err(Refusal::Page("invalid_request"));
    }
    let mut redirect_uri = address(server, input, &app)?;
    let state = input.state(server).map(str::to_owned);
    let scopes = check_rest(server, input, &app).map_err(|denial| Refusal::Redirect {
        to: redirect_uri.clone(),
        state: state.clone(),
        denial,
    })?;
    if let (Some(last), true) = (&input.last_uri, server.has(&faults::REPEATED_URI_MIXED)) {
        redirect_uri.clone_from(last);
    }
    Ok(Authorization {
        client_id: app.client_id.clone(),
        redirect_uri,
        names_uri: given(&input.params, "redirect_uri").is_some(),
        state,
        scopes,
        box_login: login_hint(server, input),
    })
}

fn login_hint(server: &Server, input: &Input) -> String {
    let name = server.policy().login_hint.as_deref();
    name.and_then(|name| input.params.first(name)).unwrap_or_default().to_owned()
}

fn client(server: &Server, input: &Input) -> Result<Application, Refusal> {
    let world = server.world();
    let known = &world.applications;
    // authorize/client-id-required
    let Some(id) = given(&input.params, "client_id") else {
        let first = known.first().filter(|_| server.has(&faults::CLIENT_MISSING_FIRST));
        let told = &faults::CLIENT_MISSING_REDIRECTED;
        return first.cloned().ok_or_else(|| nobody(server, input, "invalid_request", told));
    };
    // authorize/client-id-known
    let by_prefix = || {
        let named = |app: &&Application| app.client_id.starts_with(id);
        known.iter().find(named).filter(|_| server.has(&faults::CLIENT_BY_PREFIX))
    };
    let told = &faults::CLIENT_UNKNOWN_REDIRECTED;
    let unknown = || nobody(server, input, "invalid_client", told);
    world.application(id).or_else(by_prefix).cloned().ok_or_else(unknown)
}

/// The client is not known: by a mistake this is told to whoever the request names.
fn nobody(server: &Server, input: &Input, error: &'static str, told: &'static Fault) -> Refusal {
    match given(&input.params, "redirect_uri") {
        Some(to) if server.has(told) => Refusal::Redirect {
            to: to.to_owned(),
            state: input.state(server).map(str::to_owned),
            denial: Denial { error: "unauthorized_client", description: None },
        },
        _ => Refusal::Page(error),
    }
}

/// The redirect URI to use.
fn address(server: &Server, input: &Input, app: &Application) -> Result<String, Refusal> {
    let asked = given(&input.params, "redirect_uri");
    // authorize/redirect-uri-optional
    if asked.is_none() && server.has(&faults::REDIRECT_URI_REQUIRED) {
        return Err(Refusal::Page("redirect_uri_missing"));
    }
    let by = comparison(server, app);
    redirect_uri::choose(asked, &app.redirect_uris, by)
        .map(str::to_owned)
        .or_else(|refusal| unaddressed(server, input, app, refusal))
}

/// How redirect URIs of an application are compared.
pub(in crate::server) fn comparison<'a>(server: &'a Server, app: &Application) -> Comparison<'a> {
    let matching = server.policy().redirect_matching;
    Comparison { mode: app.mode, matching, switches: server.switches() }
}

/// There is nowhere to redirect to.
// redirect/never-to-application
fn unaddressed(
    server: &Server,
    input: &Input,
    app: &Application,
    refusal: redirect_uri::Refusal,
) -> Result<String, Refusal> {
    let missing = Denial::invalid_request("The redirect URI is missing or not valid");
    let asked = given(&input.params, "redirect_uri");
    if let (Some(to), true) = (asked, server.has(&uri_faults::CHECKED_AT_GRANT)) {
        return Ok(to.to_owned());
    }
    let early = match () {
        () if asked.is_none() => Some(missing).filter(|_| server.has(&uri_faults::SEVERAL_TOLD)),
        () if server.has(&uri_faults::TYPE_FIRST) => response_type(server, input).err(),
        () if server.has(&uri_faults::SCOPE_FIRST) => scopes(server, input, app).err(),
        () if server.has(&uri_faults::REPETITION_FIRST) => not_repeated(server, input).err(),
        () if server.has(&uri_faults::RATE_FIRST) => {
            Some(TOO_MANY).filter(|_| server.hooks().rate_limit)
        }
        () if server.has(&uri_faults::INVALID_TOLD) => {
            Some(missing).filter(|_| refusal == redirect_uri::Refusal::Invalid)
        }
        () => None,
    };
    match (early, asked.or(app.redirect_uris.first().map(String::as_str))) {
        (Some(denial), Some(to)) => Err(Refusal::Redirect {
            to: to.to_owned(),
            state: input.state(server).map(str::to_owned),
            denial,
        }),
        _ => Err(Refusal::Page(page_code(server, app, refusal))),
    }
}

/// The code on the page about a redirect URI.
// redirect/page-names-error
fn page_code(server: &Server, app: &Application, refusal: redirect_uri::Refusal) -> &'static str {
    use redirect_uri::Refusal::{Insecure, Invalid, Mismatch};
    match refusal {
        Insecure if server.has(&uri_faults::INSECURE_MISMATCH) => Mismatch.code(),
        Insecure if server.has(&uri_faults::INSECURE_UNNAMED) => "",
        Invalid if server.has(&uri_faults::INVALID_MISMATCH) => Mismatch.code(),
        Mismatch if server.has(&uri_faults::MISMATCH_INVALID_REQUEST) => "invalid_request",
        Mismatch if app.redirect_uris.is_empty() && server.has(&uri_faults::NONE_INVALID) => {
            "invalid_request"
        }
        Mismatch if app.redirect_uris.is_empty() && server.varies(&variants::URI_MISSING) => {
            redirect_uri::Refusal::Missing.code()
        }
        other => other.code(),
    }
}

/// What is checked once it is certain where a redirect may go. The first error is the one told.
fn check_rest(server: &Server, input: &Input, app: &Application) -> Result<Vec<String>, Denial> {
    not_repeated(server, input)?;
    not_broken(input)?;
    all_known(server, input)?;
    response_type(server, input)?;
    grant_allowed(server, app)?;
    scopes(server, input, app)
}

// authorize/unknown-parameters
fn all_known(server: &Server, input: &Input) -> Result<(), Denial> {
    let unknown = input.params.iter().any(|one| !knows(server, &one.name));
    if unknown && server.has(&faults::UNKNOWN_REFUSED) {
        return Err(Denial::invalid_request("A parameter is not known"));
    }
    Ok(())
}

const REPEATED: Denial = Denial::invalid_request("A parameter was sent more than once");

// authorize/repeated-parameter
fn not_repeated(server: &Server, input: &Input) -> Result<(), Denial> {
    match input.params.repeated(|name| knows(server, name)) {
        Some(_) => Err(REPEATED),
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

fn response_type(server: &Server, input: &Input) -> Result<(), Denial> {
    let unsupported = Denial { error: "unsupported_response_type", description: None };
    let Some(value) = given(&input.params, "response_type") else {
        // authorize/response-type-required
        let empty = input.params.first("response_type").is_some();
        let optional = server.has(&faults::TYPE_MISSING_IS_CODE)
            || (empty && server.has(&faults::TYPE_EMPTY_IS_CODE))
            || (input.posted && server.has(&faults::POST_NEEDS_NO_TYPE));
        return match () {
            () if optional => Ok(()),
            () if server.has(&faults::TYPE_MISSING_UNSUPPORTED) => Err(unsupported),
            () => Err(Denial::invalid_request(TYPE_MISSING)),
        };
    };
    // authorize/response-type-code-only
    let is_code = value == "code"
        || server.has(&faults::TYPE_IGNORED)
        || (value == "token" && server.has(&faults::TOKEN_ACCEPTED))
        || (value.starts_with("code") && server.has(&faults::TYPE_BY_PREFIX))
        || (value.eq_ignore_ascii_case("code") && server.has(&faults::TYPE_WITHOUT_CASE))
        || (value.split(' ').any(|one| one == "code") && server.has(&faults::TYPE_AMONG_OTHERS));
    match () {
        () if is_code => Ok(()),
        () if server.has(&faults::TYPE_UNKNOWN_INVALID) => {
            Err(Denial::invalid_request("The response type is not known"))
        }
        () => Err(unsupported),
    }
}

// server-auth/one-model-only
fn grant_allowed(server: &Server, app: &Application) -> Result<(), Denial> {
    let of_the_other_model = server.has(&server_auth::SERVER_BY_CODE);
    if app.grants.contains(&GrantType::AuthorizationCode) || of_the_other_model {
        return Ok(());
    }
    let description = Some("The application is not configured for authorization codes");
    Err(Denial { error: "unauthorized_client", description })
}

/// The scopes asked for, or all that the application has.
fn scopes(server: &Server, input: &Input, app: &Application) -> Result<Vec<String>, Denial> {
    let asked = input.params.first("scope").unwrap_or_default();
    let description = Some("An unsupported scope was requested");
    scope::choose(server.policy(), asked, &app.scopes)
        .ok_or(Denial { error: "invalid_scope", description })
}

const TOO_MANY: Denial = Denial {
    error: "temporarily_unavailable",
    description: Some("Too many authorization requests came from here"),
};

// authorize/rate-limited
fn admit(server: &Server, authorization: Authorization) -> Result<Authorization, Refusal> {
    if !server.hooks().rate_limit || server.has(&faults::RATE_IGNORED) {
        return Ok(authorization);
    }
    let Authorization { redirect_uri, state, .. } = authorization;
    Err(Refusal::Redirect { to: redirect_uri, state, denial: TOO_MANY })
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

#[cfg(test)]
#[path = "authorize_tests.rs"]
mod tests;
