//! Mistakes with what is checked of an authorization request.

mod input;

use super::pkce as pkce_effects;
use crate::server::core::Core;
use crate::server::faults::{
    authorize as faults, implicit as implicit_faults, pushed, redirect as uri_faults, server_auth,
};
use crate::server::oauth::authorization_request::{Input, Refusal, knows, response_type, scopes};
use crate::server::oauth::authorization_response::{
    BROKEN, Denial, NOT_CONFIGURED, NOT_IMPLICIT, REPEATED, SCOPE, TOO_MANY, TYPE_MISSING,
    TYPE_UNSUPPORTED,
};
use crate::server::oauth::http::given;
use crate::server::oauth::redirect_uri;
use crate::server::oauth::sessions::ResponseType;
use crate::server::oauth::{implicit, pkce};
use crate::server::variants;
use crate::server::world::Application;
use crate::testbed::Fault;

pub(in crate::server) use input::{SCOPE_MISSING, params, request, state, state_told};

/// The client that asks.
// authorize/client-id-required, authorize/client-id-known
pub(in crate::server) fn client(
    server: &Core,
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
    let found = by_prefix.cloned().or_else(|| by_shape(server, input, id));
    found.ok_or_else(|| nobody(server, input, right, told))
}

/// By a mistake, a client of which nothing is known but that its identifier looks like one of the server's.
fn by_shape(server: &Core, input: &Input, id: &str) -> Option<Application> {
    let to = given(&input.params, "redirect_uri").filter(|_| server.has(&faults::CLIENT_BY_SHAPE));
    let is_alike = |known: &str| {
        let altered = known.len() == id.len() && known.get(1..) == id.get(1..);
        altered || known.len() == id.len() + 1 && known.starts_with(id)
    };
    let world = server.world();
    let alike = world.applications.iter().find(|app| is_alike(&app.client_id))?;
    Some(Application { redirect_uris: vec![to?.to_owned()], ..alike.clone() })
}

/// The client is not known, and this is told to whoever the request names.
fn nobody(server: &Core, input: &Input, right: Refusal, told: &'static Fault) -> Refusal {
    match given(&input.params, "redirect_uri") {
        Some(to) if server.has(told) => {
            let denial = Denial { error: "unauthorized_client", description: None };
            told_to(server, input, to, denial)
        }
        _ => right,
    }
}

fn told_to(server: &Core, input: &Input, to: &str, denial: Denial) -> Refusal {
    let state = input.state(server).map(str::to_owned);
    Refusal::Redirect { to: to.to_owned(), state, denial }
}

/// Where a redirect goes.
// authorize/redirect-uri-optional, redirect/never-to-application
pub(in crate::server) fn address(
    server: &Core,
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
    if input.params.first("redirect_uri") == Some("") && server.has(&faults::EMPTY_URI) {
        return Err(Refusal::Page("redirect_uri_mismatch"));
    }
    let refusal = match right {
        Ok(uri) => return Ok(uri),
        Err(refusal) => refusal,
    };
    // pushed/validated
    let trusted = input.reference.is_some()
        && server.switches().has_any(&[&pushed::ANY_URI, &pushed::CHECKED_ONCE]);
    if let (Some(to), true) = (asked, trusted || server.has(&uri_faults::CHECKED_AT_GRANT)) {
        return Ok(to.to_owned());
    }
    // redirect/public-unregistered
    let public = app.is_public() && app.redirect_uris.is_empty();
    if let Some(to) = asked.filter(|_| public && server.has(&uri_faults::PUBLIC_ANY_IF_NONE)) {
        return Ok(to.to_owned());
    }
    if let Some(to) = asked.filter(|to| is_near_enough(server, input, app, to)) {
        return Ok(to.to_owned());
    }
    match (told_early(server, input, app, refusal), asked.or(first_of(app))) {
        (Some(denial), Some(to)) => Err(told_to(server, input, to, denial)),
        _ => Err(Refusal::Page(page_code(server, app, refusal))),
    }
}

/// Whether a request of OpenID Connect, where that is known, has to name a redirect URI.
fn is_demanded(server: &Core, input: &Input) -> bool {
    let scope = input.params.first("scope").unwrap_or_default();
    server.varies(&variants::OPENID_NEEDS_URI) && scope.split(' ').any(|one| one == "openid")
}

fn names_unknown(server: &Core, input: &Input) -> bool {
    input.params.iter().any(|one| !knows(server, &one.name))
}

fn first_of(app: &Application) -> Option<&str> {
    app.redirect_uris.first().map(String::as_str)
}

/// By a mistake the redirect URI of a request for a token is not the registered one.
// implicit/redirect-uri
fn is_near_enough(server: &Core, input: &Input, app: &Application, to: &str) -> bool {
    if implicit::asked_for(server, &input.params) == ResponseType::Code {
        return false;
    }
    let below = first_of(app).is_some_and(|known| to.starts_with(known));
    below && server.has(&implicit_faults::ANY_PATH)
        || !below && server.has(&implicit_faults::ANY_HOST)
}

/// What is told to an address that is not the client's.
fn told_early(
    server: &Core,
    input: &Input,
    app: &Application,
    refusal: redirect_uri::Refusal,
) -> Option<Denial> {
    let missing = Denial::invalid_request("The redirect URI is missing or not valid");
    if given(&input.params, "redirect_uri").is_none() {
        return Some(missing).filter(|_| server.has(&uri_faults::SEVERAL_TOLD));
    }
    let repeated = || input.params.repeated(|name| knows(server, name)).map(|_| REPEATED);
    let by_token = implicit::asked_for(server, &input.params) == ResponseType::Token;
    if by_token && server.has(&implicit_faults::ERROR_ANYWHERE) {
        return Some(missing);
    }
    if server.has(&uri_faults::TYPE_FIRST) {
        response_type(server, input).err().and_then(|denial| typed(server, input, denial))
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
fn page_code(server: &Core, app: &Application, refusal: redirect_uri::Refusal) -> &'static str {
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
    server: &Core,
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
    if let Some(denial) = input::without_scope(server, input).filter(|_| !unreadable) {
        return Some(denial);
    }
    let told = |right| made_of(server, input, right).map(|told| described(server, right, told));
    let reason = reasons.into_iter().flatten().find_map(told);
    reason.or_else(|| input::without_needed(server, input))
}

/// A reason in the words of a server that quotes what is wrong.
// authorize/error-always-present
fn described(server: &Core, right: Denial, told: Denial) -> Denial {
    let asked = right == SCOPE || [pkce::MISSING, pkce::METHOD].contains(&right);
    let quoting = Some("The value of \"scope\" or \"code_challenge\" is not valid");
    let quoted = Denial { description: quoting, ..told };
    if asked && server.has(&faults::ERROR_QUOTES) { quoted } else { told }
}

/// What becomes of a reason: nothing where it is overlooked.
fn made_of(server: &Core, input: &Input, right: Denial) -> Option<Denial> {
    match right {
        REPEATED if server.varies(&variants::REPEATED_BY_VALUE) => Some(by_value(input)),
        TYPE_MISSING | TYPE_UNSUPPORTED => typed(server, input, right),
        // server-auth/one-model-only
        NOT_CONFIGURED if server.has(&server_auth::SERVER_BY_CODE) => None,
        // authorize/unauthorized-client
        NOT_CONFIGURED
            if server.has(&faults::UNAUTHORIZED_GRANTED)
                || server.varies(&variants::CODE_OF_NO_USE) =>
        {
            None
        }
        NOT_IMPLICIT
            if server.has(&implicit_faults::ANY_CLIENT)
                || server.has(&implicit_faults::ANY_CLIENT_IN_QUERY) =>
        {
            None
        }
        NOT_CONFIGURED if server.has(&faults::UNAUTHORIZED_UNSUPPORTED) => Some(TYPE_UNSUPPORTED),
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
fn typed(server: &Core, input: &Input, right: Denial) -> Option<Denial> {
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
