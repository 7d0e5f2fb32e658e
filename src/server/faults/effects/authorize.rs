//! Mistakes of the authorization endpoint.

mod input;

use super::pkce as pkce_effects;
use crate::server::faults::{authorize as faults, consent, redirect as uri_faults, server_auth};
use crate::server::oauth::authorize::{
    BROKEN, Denial, Input, NOT_CONFIGURED, REPEATED, Refusal, SCOPE, TOO_MANY, TYPE_MISSING,
    TYPE_UNSUPPORTED, deny, error_page, knows, response_type, scopes,
};
use crate::server::oauth::http::{self, given};
use crate::server::oauth::pkce;
use crate::server::oauth::redirect_uri;
use crate::server::oauth::sessions::Authorization;
use crate::server::world::Application;
use crate::server::{Server, variants};
use crate::testbed::Fault;
use crate::wire::{Params, Request, Response};

pub(in crate::server) use input::{params, request, state};

/// An answer without a look at what is asked. `failed` is what is answered while the server fails.
// authorize/post, authorize/malformed, redirect/internal-error
pub(in crate::server) fn early(
    server: &Server,
    request: &Request,
    input: &Input,
    failed: Option<Response>,
) -> Option<Response> {
    if input.posted && server.has(&faults::POST_REFUSED) {
        return Some(http::method_not_allowed("GET, HEAD"));
    }
    if request.method == "HEAD" && server.varies(&variants::HEAD_REFUSED) {
        return Some(http::method_not_allowed("GET, POST"));
    }
    if request.method == "HEAD" && server.has(&faults::HEAD_500) {
        return Some(error_page(server, 500, "internal_server_error", &input.params));
    }
    if request.method == "GET" && server.has(&faults::GET_REFUSED) {
        return Some(http::method_not_allowed("POST"));
    }
    if let Some(right) = failed.filter(|_| !server.has(&uri_faults::FAILURE_IGNORED)) {
        return Some(failure(server, input, right));
    }
    if let Some(response) = told_to_signed_out(server, request, input) {
        return Some(response);
    }
    let broken = || error_page(server, 500, "internal_server_error", &input.params);
    breaks_on(server, request, input).then(broken)
}

/// By a mistake a browser that is not signed in is sent to wherever the request says.
// redirect/never-to-application
fn told_to_signed_out(server: &Server, request: &Request, input: &Input) -> Option<Response> {
    let to = given(&input.params, "redirect_uri")?;
    let silent = given(&input.params, "prompt") == Some("none");
    let unknown = response_type(input) == Some(TYPE_UNSUPPORTED);
    let denial = if silent && server.has(&uri_faults::PROMPT_NONE_FIRST) {
        Denial { error: "login_required", description: None }
    } else if unknown && server.has(&uri_faults::SIGNED_OUT_FIRST) {
        TYPE_UNSUPPORTED
    } else {
        return None;
    };
    let signed_out = http::session_cookie(request).is_none();
    signed_out.then(|| deny(server, to, input.state(server), denial))
}

fn failure(server: &Server, input: &Input, right: Response) -> Response {
    if server.has(&uri_faults::FAILURE_INVALID) {
        return error_page(server, 400, "invalid_request", &input.params);
    }
    match given(&input.params, "redirect_uri") {
        Some(to) if server.has(&uri_faults::FAILURE_TOLD) => {
            let denial = Denial { error: "server_error", description: None };
            deny(server, to, input.state(server), denial)
        }
        _ => right,
    }
}

fn breaks_on(server: &Server, request: &Request, input: &Input) -> bool {
    let holds = |text: &str| request.query().is_some_and(|query| query.contains(text));
    let no_uri = given(&input.params, "redirect_uri").is_some_and(|uri| uri.starts_with(':'));
    !input.broken.is_empty() && server.has(&faults::BROKEN_ESCAPE_500)
        || holds("%ff") && server.has(&faults::NOT_UTF8_500)
        || holds("%00") && server.has(&faults::NUL_500)
        || no_uri && server.has(&faults::NO_URI_500)
}

/// The client that asks.
// authorize/client-id-required, authorize/client-id-known
pub(in crate::server) fn client(
    server: &Server,
    input: &Input,
    right: Result<Application, Refusal>,
) -> Result<Application, Refusal> {
    let Err(right) = right else { return right };
    let world = server.world();
    let known = &world.applications;
    let Some(id) = given(&input.params, "client_id") else {
        let first = known.first().filter(|_| server.has(&faults::CLIENT_MISSING_FIRST));
        let told = &faults::CLIENT_MISSING_REDIRECTED;
        return first.cloned().ok_or_else(|| nobody(server, input, right, told));
    };
    let named = |app: &&Application| app.client_id.starts_with(id);
    let by_prefix = known.iter().find(named).filter(|_| server.has(&faults::CLIENT_BY_PREFIX));
    let told = &faults::CLIENT_UNKNOWN_REDIRECTED;
    by_prefix.cloned().ok_or_else(|| nobody(server, input, right, told))
}

/// The client is not known, and this is told to whoever the request names.
fn nobody(server: &Server, input: &Input, right: Refusal, told: &'static Fault) -> Refusal {
    match given(&input.params, "redirect_uri") {
        Some(to) if server.has(told) => {
            let denial = Denial { error: "unauthorized_client", description: None };
            told_to(server, input, to, denial)
        }
        _ => right,
    }
}

fn told_to(server: &Server, input: &Input, to: &str, denial: Denial) -> Refusal {
    let state = input.state(server).map(str::to_owned);
    Refusal::Redirect { to: to.to_owned(), state, denial }
}

/// Where a redirect goes.
// authorize/redirect-uri-optional, redirect/never-to-application
pub(in crate::server) fn address(
    server: &Server,
    input: &Input,
    app: &Application,
    right: Result<String, redirect_uri::Refusal>,
) -> Result<String, Refusal> {
    let asked = given(&input.params, "redirect_uri");
    if names_unknown(server, input) && server.has(&faults::UNKNOWN_ON_PAGE) {
        return Err(Refusal::Page("invalid_request"));
    }
    if asked.is_none() && (server.has(&faults::REDIRECT_URI_REQUIRED) || is_demanded(server, input))
    {
        return Err(Refusal::Page("redirect_uri_missing"));
    }
    let refusal = match right {
        Ok(uri) => return Ok(uri),
        Err(refusal) => refusal,
    };
    if let (Some(to), true) = (asked, server.has(&uri_faults::CHECKED_AT_GRANT)) {
        return Ok(to.to_owned());
    }
    match (told_early(server, input, app, refusal), asked.or(first_of(app))) {
        (Some(denial), Some(to)) => Err(told_to(server, input, to, denial)),
        _ => Err(Refusal::Page(page_code(server, app, refusal))),
    }
}

/// Whether a request of OpenID Connect, where that is known, has to name a redirect URI.
fn is_demanded(server: &Server, input: &Input) -> bool {
    let scope = input.params.first("scope").unwrap_or_default();
    server.varies(&variants::OPENID_NEEDS_URI) && scope.split(' ').any(|one| one == "openid")
}

fn names_unknown(server: &Server, input: &Input) -> bool {
    input.params.iter().any(|one| !knows(server, &one.name))
}

fn first_of(app: &Application) -> Option<&str> {
    app.redirect_uris.first().map(String::as_str)
}

/// What is told to an address that is not the client's.
fn told_early(
    server: &Server,
    input: &Input,
    app: &Application,
    refusal: redirect_uri::Refusal,
) -> Option<Denial> {
    let missing = Denial::invalid_request("The redirect URI is missing or not valid");
    if given(&input.params, "redirect_uri").is_none() {
        return Some(missing).filter(|_| server.has(&uri_faults::SEVERAL_TOLD));
    }
    let repeated = || input.params.repeated(|name| knows(server, name)).map(|_| REPEATED);
    if server.has(&uri_faults::TYPE_FIRST) {
        response_type(input).and_then(|denial| typed(server, input, denial))
    } else if server.has(&uri_faults::SEVERAL_TYPES_FIRST) {
        let several = given(&input.params, "response_type").is_some_and(|it| it.contains(' '));
        Some(TYPE_UNSUPPORTED).filter(|_| several)
    } else if server.has(&uri_faults::SCOPE_FIRST) {
        scopes(server, input, app).err()
    } else if server.has(&uri_faults::REPETITION_FIRST) {
        repeated()
    } else if server.has(&uri_faults::RATE_FIRST) {
        Some(TOO_MANY).filter(|_| server.hooks().rate_limit)
    } else if server.has(&uri_faults::INVALID_TOLD) {
        Some(missing).filter(|_| refusal == redirect_uri::Refusal::Invalid)
    } else {
        None
    }
}

/// The code on the page about a redirect URI.
// redirect/page-names-error
fn page_code(server: &Server, app: &Application, refusal: redirect_uri::Refusal) -> &'static str {
    use redirect_uri::Refusal::{Insecure, Invalid, Mismatch, Missing};
    let none = app.redirect_uris.is_empty();
    match refusal {
        Insecure if server.has(&uri_faults::INSECURE_MISMATCH) => Mismatch.code(),
        Insecure if server.has(&uri_faults::INSECURE_UNNAMED) => "",
        Invalid if server.has(&uri_faults::INVALID_MISMATCH) => Mismatch.code(),
        Mismatch if server.has(&uri_faults::MISMATCH_INVALID_REQUEST) => "invalid_request",
        Mismatch if none && server.has(&uri_faults::NONE_INVALID) => "invalid_request",
        Mismatch if none && server.varies(&variants::URI_MISSING) => Missing.code(),
        other => other.code(),
    }
}

/// The first reason to deny a request, of those that hold in their order.
pub(in crate::server) fn denial<const N: usize>(
    server: &Server,
    input: &Input,
    reasons: [Option<Denial>; N],
) -> Option<Denial> {
    // authorize/unknown-parameters
    let state = input.params.first("state").unwrap_or_default();
    if !state.is_ascii() && server.varies(&variants::STATE_ASCII_REQUIRED) {
        return Some(BROKEN);
    }
    let unreadable = reasons.iter().flatten().any(|one| [REPEATED, BROKEN].contains(one));
    if !unreadable && names_unknown(server, input) && server.has(&faults::UNKNOWN_REFUSED) {
        return Some(Denial::invalid_request("A parameter is not known"));
    }
    reasons.into_iter().flatten().find_map(|right| made_of(server, input, right))
}

/// What becomes of a reason: nothing where it is overlooked.
fn made_of(server: &Server, input: &Input, right: Denial) -> Option<Denial> {
    match right {
        REPEATED if server.varies(&variants::REPEATED_BY_VALUE) => Some(by_value(input)),
        TYPE_MISSING | TYPE_UNSUPPORTED => typed(server, input, right),
        // server-auth/one-model-only
        NOT_CONFIGURED if server.has(&server_auth::SERVER_BY_CODE) => None,
        // authorize/rate-limited
        TOO_MANY if server.has(&faults::RATE_IGNORED) => None,
        pkce::METHOD | pkce::MISSING => Some(pkce_effects::told(server, right)),
        _ => Some(right),
    }
}

/// What a repeated parameter is reported as where its values are read together.
// authorize/repeated-parameter
fn by_value(input: &Input) -> Denial {
    let twice = |name: &str| input.params.all(name).count() > 1;
    if twice("response_type") {
        TYPE_UNSUPPORTED
    } else if twice("scope") {
        SCOPE
    } else {
        REPEATED
    }
}

// authorize/response-type-required, authorize/response-type-code-only
fn typed(server: &Server, input: &Input, right: Denial) -> Option<Denial> {
    let Some(value) = given(&input.params, "response_type") else {
        let empty = input.params.first("response_type").is_some();
        let optional = server.has(&faults::TYPE_MISSING_IS_CODE)
            || empty && server.has(&faults::TYPE_EMPTY_IS_CODE)
            || input.posted && server.has(&faults::POST_NEEDS_NO_TYPE);
        let wrong = [(&faults::TYPE_MISSING_UNSUPPORTED, TYPE_UNSUPPORTED)];
        return (!optional).then(|| server.switches().pick(right, wrong));
    };
    let taken = server.has(&faults::TYPE_IGNORED)
        || value == "token" && server.has(&faults::TOKEN_ACCEPTED)
        || value.starts_with("code") && server.has(&faults::TYPE_BY_PREFIX)
        || value.eq_ignore_ascii_case("code") && server.has(&faults::TYPE_WITHOUT_CASE)
        || value.split(' ').any(|one| one == "code") && server.has(&faults::TYPE_AMONG_OTHERS);
    let invalid = Denial::invalid_request("The response type is not known");
    (!taken).then(|| server.switches().pick(right, [(&faults::TYPE_UNKNOWN_INVALID, invalid)]))
}

/// The request as it waits for its user.
// authorize/repeated-parameter
pub(in crate::server) fn authorization(
    server: &Server,
    request: &Request,
    mut right: Authorization,
) -> Authorization {
    if server.has(&faults::REPEATED_URI_MIXED) {
        let (mut params, _) = http::decode_each(request.query().unwrap_or_default().as_bytes());
        params.extend(http::decode_each(&request.body).0);
        if let Some(last) = params.all("redirect_uri").last() {
            right.redirect_uri = last.to_owned();
        }
    }
    right
}

/// What is answered to a request that is refused, where it is not what the refusal says.
pub(in crate::server) fn refused(
    server: &Server,
    input: &Input,
    refusal: &Refusal,
) -> Option<Response> {
    let denial = match refusal {
        // authorize/client-id-known
        Refusal::Page("invalid_client") if server.has(&faults::CLIENT_UNKNOWN_JSON) => {
            let told = http::Refusal::new("invalid_client", "No such client");
            return Some(told.at(401).response());
        }
        Refusal::Page(_) => return None,
        Refusal::Redirect { denial, .. } => *denial,
    };
    let on_page = match denial {
        REPEATED => server.has(&faults::REPEATED_ON_PAGE),
        TYPE_UNSUPPORTED => server.has(&faults::TYPE_UNKNOWN_ON_PAGE),
        TYPE_MISSING => server.has(&faults::TYPE_MISSING_ON_PAGE),
        TOO_MANY => server.has(&faults::RATE_ON_PAGE),
        _ => pkce_effects::is_on_page(server, denial),
    };
    on_page.then(|| error_page(server, 400, denial.error, &input.params))
}

/// The parameters by which a client is told that there will be no code, and the state beside them.
// authorize/error-always-present, authorize/state-on-error, authorize/state-on-deny
pub(in crate::server) fn told(
    server: &Server,
    denial: Denial,
    state: Option<&str>,
) -> (Params, Option<String>) {
    let mut params = error_params(server, denial);
    if let Some(description) = describe(server, denial) {
        params.push("error_description", description);
    }
    (params, returned_state(server, state, denial))
}

/// `error`, once, and nothing else.
// authorize/error-always-present, consent/deny, authorize/unauthorized-device
fn error_params(server: &Server, denial: Denial) -> Params {
    let error = denial.error;
    let missing = denial == TYPE_MISSING;
    let of = |pairs: &[(&str, &str)]| pairs.iter().copied().collect::<Params>();
    let code = || server.token();
    match error {
        _ if missing && server.has(&faults::ERROR_UNNAMED) => of(&[("error_code", error)]),
        _ if missing && server.has(&faults::ERROR_UNDOCUMENTED) => {
            of(&[("error", "response_type_missing")])
        }
        "unsupported_response_type" if server.has(&faults::ERROR_EMPTY) => of(&[("error", "")]),
        "unsupported_response_type" if server.has(&faults::ERROR_TWICE) => {
            of(&[("error", error), ("error", error)])
        }
        "unsupported_response_type" if server.has(&faults::ERROR_WITH_CODE) => {
            of(&[("error", error), ("code", &code())])
        }
        "server_error" if server.has(&faults::DEVICE_ONLY_TEXT) => Params::default(),
        "server_error" if server.has(&faults::DEVICE_OTHER_ERROR) => {
            of(&[("error", "access_denied")])
        }
        "temporarily_unavailable" if server.has(&faults::RATE_OTHER_ERROR) => {
            of(&[("error", "server_error")])
        }
        "access_denied" if server.has(&consent::DENY_WITHOUT_ERROR) => Params::default(),
        "access_denied" if server.has(&consent::DENY_OTHER_ERROR) => {
            of(&[("error", "invalid_request")])
        }
        "access_denied" if server.has(&consent::DENY_WITH_CODE) => {
            of(&[("error", error), ("code", &code())])
        }
        _ => of(&[("error", error)]),
    }
}

// consent/deny-text
fn describe(server: &Server, denial: Denial) -> Option<&'static str> {
    let denied = denial.error == "access_denied";
    if denied && server.has(&consent::DENY_OTHER_TEXT) {
        Some("The resource owner denied the request")
    } else if denied && server.has(&consent::DENY_WITHOUT_TEXT)
        || server.varies(&variants::NO_DESCRIPTION)
    {
        None
    } else if server.varies(&variants::OTHER_DESCRIPTION) {
        Some("Please see the manual")
    } else {
        denial.description
    }
}

fn returned_state(server: &Server, state: Option<&str>, denial: Denial) -> Option<String> {
    let state = state?;
    let denied = denial.error == "access_denied";
    let dropped = match denial.error {
        "access_denied" => server.has(&faults::STATE_DROPPED_ON_DENY),
        "server_error" => server.has(&faults::STATE_DROPPED_FOR_DEVICE),
        "temporarily_unavailable" => server.has(&faults::STATE_DROPPED_FOR_RATE),
        "unsupported_response_type" => server.has(&faults::STATE_DROPPED_FOR_TYPE),
        _ => false,
    };
    if dropped || !denied && server.has(&faults::STATE_DROPPED_ON_ERROR) {
        return None;
    }
    let lower = denied && server.has(&faults::STATE_LOWER_ON_DENY);
    Some(if lower { state.to_lowercase() } else { state.to_owned() })
}

/// Status and parameters of a redirect to the client. The state is added last.
// authorize/state-on-grant, authorize/state-absent
pub(in crate::server) fn redirect(
    server: &Server,
    mut params: Params,
    state: Option<&str>,
) -> (u16, Params) {
    let granted = params.first("code").is_some();
    let dropped = granted && server.has(&faults::STATE_DROPPED_ON_GRANT);
    match state.filter(|_| !dropped) {
        Some(state) => {
            params.push("state", state);
            if server.has(&faults::STATE_TWICE) {
                params.push("state", state);
            }
        }
        None if server.has(&faults::STATE_EMPTY) => params.push("state", ""),
        None if server.has(&faults::STATE_NULL) => params.push("state", "null"),
        None => {}
    }
    let status = if granted && server.has(&consent::GRANT_307) {
        307
    } else if granted && server.has(&consent::GRANT_301) {
        301
    } else if server.varies(&variants::REDIRECT_303) {
        303
    } else {
        302
    };
    (status, params)
}
