//! Mistakes of the authorization endpoint.

use super::authorization_request::SCOPE_MISSING;
use super::core::ENORMOUS;
use super::pkce as pkce_effects;
use crate::server::core::Core;
use crate::server::faults::{
    audience, authorize as faults, identity, implicit, metadata, redirect as uri_faults,
};
use crate::server::oauth::authorization_request::{Input, Refusal, response_type};
use crate::server::oauth::authorization_response::{
    Denial, NOT_CONFIGURED, NOT_IMPLICIT, REPEATED, TOO_MANY, TYPE_MISSING, TYPE_UNSUPPORTED, deny,
    error_page,
};
use crate::server::oauth::authorize::is_signed_in;
use crate::server::oauth::by_reference::REQUEST_URI;
use crate::server::oauth::http::{self, given};
use crate::server::oauth::sessions::Authorization;
use crate::server::variants;
use crate::wire::{Request, Response};

/// An answer without a look at what is asked. `failed` is what is answered while the server fails.
// authorize/post, authorize/malformed, redirect/internal-error
pub(in crate::server) fn early(
    server: &Core,
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
    let told = told_to_signed_out(server, request, input).or_else(|| told_to_push(server, input));
    if told.is_some() {
        return told;
    }
    let broken = || error_page(server, 500, "internal_server_error", &input.params);
    breaks_on(server, request, input).then(broken)
}

/// By a mistake a browser, most often one that is not signed in, is sent to wherever the request says.
// redirect/never-to-application
fn told_to_signed_out(server: &Core, request: &Request, input: &Input) -> Option<Response> {
    let to = given(&input.params, "redirect_uri")?;
    let prompt = given(&input.params, "prompt");
    let silent = prompt == Some("none");
    let known = ["none", "login", "consent", "select_account"];
    let odd = prompt.is_some_and(|it| !it.split(' ').all(|word| known.contains(&word)));
    if odd && server.has(&uri_faults::PROMPT_UNKNOWN_FIRST) {
        let denial = Denial { error: "invalid_request", description: None };
        return Some(deny(server, to, input.state(server), denial));
    }
    let unknown = response_type(server, input) == Err(TYPE_UNSUPPORTED);
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

/// By a mistake what was not pushed is refused wherever it says.
// redirect/never-to-application
fn told_to_push(server: &Core, input: &Input) -> Option<Response> {
    let to = given(&input.params, "redirect_uri")?;
    let pushed = given(&input.params, REQUEST_URI).is_some();
    let is_offered = !server.dialect().endpoints.pushed.is_empty();
    let denial = Denial { error: "invalid_request", description: None };
    let told = is_offered && !pushed && server.has(&uri_faults::UNPUSHED_TOLD);
    told.then(|| deny(server, to, input.state(server), denial))
}

fn failure(server: &Core, input: &Input, right: Response) -> Response {
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

fn breaks_on(server: &Core, request: &Request, input: &Input) -> bool {
    let holds = |text: &str| request.query().is_some_and(|query| query.contains(text));
    let no_uri = given(&input.params, "redirect_uri").is_some_and(|uri| uri.starts_with(':'));
    let nul = |name: &str| given(&input.params, name).is_some_and(|it| it.contains('\0'));
    let uri = given(&input.params, "redirect_uri").unwrap_or_default();
    // Addresses in brackets are those of IPv6 alone.
    let bracketed = uri.contains("://[") && url::Url::parse(uri).is_err();
    let twice = input.params.all("state").count() > 1;
    nul("client_id") && server.has(&faults::CLIENT_NUL_500)
        || nul("scope") && server.has(&faults::SCOPE_NUL_500)
        || bracketed && server.has(&faults::BRACKET_500)
        || twice && server.has(&faults::REPEATED_STATE_500)
        || !input.broken.is_empty() && server.has(&faults::BROKEN_ESCAPE_500)
        || holds("%ff") && server.has(&faults::NOT_UTF8_500)
        || holds("%00") && server.has(&faults::NUL_500)
        || no_uri && server.has(&faults::NO_URI_500)
        || request.target.len() > ENORMOUS && server.has(&faults::OVERSIZED_500)
}

/// The request as it waits for its user.
// authorize/repeated-parameter
pub(in crate::server) fn authorization(
    server: &Core,
    request: &Request,
    mut right: Authorization,
) -> Authorization {
    if !server.switches().may_err() {
        return right;
    }
    let (mut params, _) = http::decode_each(request.query().unwrap_or_default().as_bytes());
    params.extend(http::decode_each(&request.body).0);
    let last = params.all("redirect_uri").last().filter(|uri| !uri.is_empty());
    let other = last.filter(|uri| *uri != right.redirect_uri);
    if let Some(last) = other.filter(|_| server.has(&faults::REPEATED_URI_MIXED)) {
        right.redirect_uri = last.to_owned();
    }
    // metadata/response-modes-work
    let in_query = right.response_mode.as_deref() == Some("query");
    if in_query && server.has(&metadata::QUERY_MODE_REFUSED) {
        right.denial = Some(Denial::invalid_request("The response mode is not supported"));
    }
    // identity/current-user
    if params.first("prompt") == Some("login") && server.has(&identity::OF_USER_BEFORE) {
        let session = http::session_cookie(request);
        right.stands_for = session.and_then(|id| server.sessions.user_of(server.now(), &id));
    }
    // audience/granted-is-kept
    let signed_in = !right.resources.is_empty() && is_signed_in(server, request);
    if signed_in && server.has(&audience::SESSION_FORGETS) {
        right.resources.clear();
    }
    right
}

fn leading_on(mut page: Response, uri: &str) -> Response {
    let refresh = maud::html! { meta http-equiv="refresh" content=(format!("3; url={uri}")); };
    let text = page.text().replace("</head>", &format!("{}</head>", refresh.into_string()));
    page.body = text.into_bytes();
    page
}

/// Whether the client is told nothing before the user has signed in.
// redirect/signed-in-first
pub(in crate::server) fn tells_nobody(server: &Core, right: bool) -> bool {
    right && !server.has(&uri_faults::ERROR_BEFORE_LOGIN)
}

/// What is answered to a request that is refused, where it is not what the refusal says.
pub(in crate::server) fn refused(
    server: &Core,
    input: &Input,
    refusal: &Refusal,
) -> Option<Response> {
    let denial = match refusal {
        // authorize/client-id-known
        Refusal::Page("invalid_client") if server.has(&faults::CLIENT_UNKNOWN_JSON) => {
            let told = http::Refusal::new("invalid_client", "No such client");
            return Some(told.at(401).response());
        }
        // authorize/page-status
        Refusal::Page("invalid_client") if server.has(&faults::PAGE_410) => {
            return Some(error_page(server, 410, "invalid_client", &input.params));
        }
        Refusal::Page("redirect_uri_mismatch") if server.has(&faults::MISMATCH_PAGE_451) => {
            return Some(error_page(server, 451, "redirect_uri_mismatch", &input.params));
        }
        Refusal::Page("redirect_uri_mismatch") if server.has(&uri_faults::MISMATCH_LEADS_ON) => {
            let world = server.world();
            world.application(given(&input.params, "client_id")?)?.redirect_uris.first()?;
            let page = error_page(server, 400, "redirect_uri_mismatch", &input.params);
            return Some(leading_on(page, given(&input.params, "redirect_uri")?));
        }
        Refusal::Page(error) => {
            let fault = match *error {
                "invalid_client" => &faults::CLIENT_UNKNOWN_BREAKS,
                "redirect_uri_mismatch" => &uri_faults::MISMATCH_BREAKS,
                _ => return None,
            };
            let broken = || error_page(server, 500, error, &input.params);
            return server.has(fault).then(broken);
        }
        Refusal::Redirect { denial, .. } => *denial,
    };
    // authorize/no-token-response
    let types = input.params.first("response_type").unwrap_or_default();
    let token = denial == TYPE_UNSUPPORTED && types.split(' ').any(|one| one == "token");
    if let (Refusal::Redirect { to, .. }, true) =
        (refusal, token && server.has(&faults::TOKEN_IN_REDIRECT))
    {
        let location = format!("{to}#access_token={}&token_type=bearer", server.access_token());
        return Some(http::redirect(302, &location));
    }
    let on_page = match denial {
        REPEATED => server.has(&faults::REPEATED_ON_PAGE),
        NOT_CONFIGURED => server.has(&faults::UNAUTHORIZED_ON_PAGE),
        NOT_IMPLICIT => server.has(&implicit::UNAUTHORIZED_ON_PAGE),
        SCOPE_MISSING => true,
        TYPE_UNSUPPORTED => server.has(&faults::TYPE_UNKNOWN_ON_PAGE),
        TYPE_MISSING => server.has(&faults::TYPE_MISSING_ON_PAGE),
        TOO_MANY => server.has(&faults::RATE_ON_PAGE),
        _ => pkce_effects::is_on_page(server, denial),
    };
    on_page.then(|| error_page(server, 400, denial.error, &input.params))
}
