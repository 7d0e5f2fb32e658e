//! Mistakes with how the token endpoint refuses a request.

use serde_json::{Value, json};

use super::is_refresh;
use crate::server::core::Core;
use crate::server::faults::token as faults;
use crate::server::faults::{code, exchange, pkce, refresh};
use crate::server::oauth::http::{self, Refusal, given};
use crate::server::policy::Reason;
use crate::testbed::{Fault, random};
use crate::wire::{Params, Request, Response, basic};

/// A mistake and what is told by it.
type Wrong = (&'static Fault, Refusal);

/// The response to a token request that is refused.
// token/error-shape, token/error-text, token/no-secret-echo
pub(in crate::server) fn refused(server: &Core, request: &Request, right: Refusal) -> Response {
    let params = http::body_params(request).unwrap_or_default();
    spoil(server, &params, right);
    let refusal = told(server, &params, right);
    let mut body = json!({"error": refusal.error, "error_description": refusal.description});
    if let Some(members) = body.as_object_mut() {
        if server.has(&faults::ERROR_WITH_NULLS) {
            members.insert("access_token".to_owned(), Value::Null);
        }
        if server.has(&faults::TEXTS_MISSING) {
            members.remove("error_description");
        }
    }
    if let Some(description) = described(server, &params, refusal) {
        body["error_description"] = description;
    }
    if refusal.reason == Some(Reason::CodeMissing) && server.has(&faults::ERROR_LIST) {
        body = json!([body]);
    }
    let mut response = refusal.response();
    response.body = body.to_string().into_bytes();
    dress(server, request, &params, refusal, &mut response);
    response
}

fn dress(
    server: &Core,
    request: &Request,
    params: &Params,
    refusal: Refusal,
    response: &mut Response,
) {
    let unknown = || {
        let field = request.headers.get("authorization");
        let sent = field.and_then(basic::decode).map(|sent| sent.id);
        let id = sent.as_deref().or_else(|| given(params, "client_id"));
        id.is_none_or(|id| server.world().application(id).is_none())
    };
    if server.has(&faults::UNCHALLENGED) {
        response.headers.remove("WWW-Authenticate");
    }
    if is_about_client(refusal) && unknown() && server.has(&faults::ERROR_PAGE) {
        response.headers.set("Content-Type", "text/html");
        response.body = b"<!DOCTYPE html><title>Error</title><p>Unknown client</p>".to_vec();
    }
    if server.has(&faults::ERROR_AS_TEXT) {
        response.headers.set("Content-Type", "text/plain");
    }
    // token/no-store-on-errors
    let stored = server.has(&faults::ERRORS_STORED)
        || is_about_client(refusal) && server.has(&faults::CLIENT_ERRORS_STORED);
    if stored {
        response.headers.remove("Cache-Control");
    }
    if server.has(&faults::ECHO_HEADER) {
        response.headers.push("X-Request-Body", request.body.clone());
    }
}

fn is_about_client(refusal: Refusal) -> bool {
    matches!(refusal.reason, Some(Reason::Client | Reason::ClientByBasic))
}

/// Counts a refresh token as used for which nothing was given.
// refresh/failed-refresh-consumes-nothing
fn spoil(server: &Core, params: &Params, refusal: Refusal) {
    let spoils = [&refresh::FAILURE_CONSUMES, &refresh::FAILURE_REVOKES];
    let client = is_about_client(refusal) || refusal.reason == Some(Reason::SeveralAuthentications);
    let asked = match refusal.reason {
        Some(Reason::RefreshTokenOfAnotherClient) => server.has(&refresh::ANOTHER_CONSUMES),
        Some(Reason::Scope) => is_refresh(params) && server.has(&refresh::SCOPE_CONSUMES),
        Some(Reason::Target) => is_refresh(params) && server.has(&refresh::TARGET_CONSUMES),
        _ => false,
    };
    let spoilt = client && is_refresh(params) && server.switches().has_any(&spoils);
    if asked || spoilt {
        server.store.spoil_refresh(given(params, "refresh_token").unwrap_or_default());
    }
}

/// What is told in place of what is right, by the reason of the refusal.
fn told(server: &Core, params: &Params, right: Refusal) -> Refusal {
    match right.reason {
        Some(reason) => {
            let right = of_a_code(server, reason, of_a_request(server, params, reason, right));
            of_a_refresh_token(server, params, reason, right)
        }
        None => right,
    }
}

/// Reasons that lie in the request itself.
fn of_a_request(server: &Core, params: &Params, reason: Reason, right: Refusal) -> Refusal {
    let pick = |wrong: &[Wrong]| server.switches().pick(right, wrong.iter().copied());
    let invalid_grant = right.called("invalid_grant");
    let sent = |name: &str| params.first(name).is_some();
    let several = params.all("scope").count() > 1;
    let broken_by_scopes = || if several { right.called("server_error").at(500) } else { right };
    match reason {
        // token/repeated-parameter
        Reason::RepeatedParameter => pick(&[
            (&faults::REPEATED_IS_INVALID_GRANT, invalid_grant),
            (&faults::ERROR_CODE_INVENTED, right.called("bad_request")),
            (&faults::REPEATED_SCOPE_BREAKS, broken_by_scopes()),
        ]),
        // token/grant-type-required
        Reason::GrantTypeMissing => pick(&[
            (&faults::GRANT_TYPE_MISSING_IS_UNSUPPORTED, right.called("unsupported_grant_type")),
            (&faults::GRANT_TYPE_MISSING_IS_INVALID_GRANT, invalid_grant),
            (&faults::GRANT_TYPE_200, right.at(200)),
        ]),
        // token/grant-type-known
        Reason::GrantTypeUnknown => pick(&[
            (&faults::GRANT_TYPE_UNKNOWN_IS_INVALID_GRANT, invalid_grant),
            (&faults::GRANT_TYPE_200, right.at(200)),
        ]),
        // token/grant-not-allowed
        Reason::GrantNotAllowed => pick(&[
            (&faults::GRANT_NOT_ALLOWED_IS_INVALID_GRANT, invalid_grant),
            (&faults::GRANT_NOT_ALLOWED_IS_UNSUPPORTED, right.called("unsupported_grant_type")),
            (&faults::GRANT_NOT_ALLOWED_403, right.at(403)),
        ]),
        // exchange/target-unknown
        Reason::Target if sent("subject_token") => {
            pick(&[(&exchange::UNKNOWN_TARGET_INVALID_REQUEST, right.called("invalid_request"))])
        }
        // token/code-required
        Reason::CodeMissing if sent("code") => {
            pick(&[(&faults::CODE_EMPTY_IS_INVALID_GRANT, invalid_grant)])
        }
        Reason::CodeMissing => pick(&[
            (&faults::CODE_MISSING_IS_INVALID_GRANT, invalid_grant),
            (&faults::CODE_MISSING_401, right.at(401)),
        ]),
        // token/refresh-token-required
        Reason::RefreshTokenMissing if sent("refresh_token") => {
            pick(&[(&faults::REFRESH_EMPTY_IS_INVALID_GRANT, invalid_grant)])
        }
        Reason::RefreshTokenMissing => {
            pick(&[(&faults::REFRESH_MISSING_IS_INVALID_GRANT, invalid_grant)])
        }
        _ => right,
    }
}

/// Reasons that lie in the code.
fn of_a_code(server: &Core, reason: Reason, right: Refusal) -> Refusal {
    let pick = |wrong: &[Wrong]| server.switches().pick(right, wrong.iter().copied());
    let invalid_request = right.called("invalid_request");
    match reason {
        // code/unknown
        Reason::CodeUnknown => pick(&[
            (&code::UNKNOWN_IS_INVALID_REQUEST, invalid_request),
            (&code::UNKNOWN_404, right.at(404)),
        ]),
        // code/bound-to-client
        Reason::CodeOfAnotherClient => pick(&[
            (&code::WRONG_CLIENT_IS_INVALID_CLIENT, right.called("invalid_client")),
            (&code::WRONG_CLIENT_403, right.at(403)),
            (&code::WRONG_CLIENT_500, right.at(500)),
        ]),
        // code/single-use
        Reason::CodeReplayed => pick(&[
            (&code::REPLAY_IS_INVALID_REQUEST, invalid_request),
            (&code::REPLAY_403, right.at(403)),
            (&code::REPLAY_500, right.at(500)),
        ]),
        // code/lifetime
        Reason::CodeExpired => pick(&[
            (&code::EXPIRED_IS_INVALID_REQUEST, invalid_request),
            (&code::EXPIRED_401, right.at(401)),
            (&faults::TEXT_EXPIRED, server.refusal(Reason::CodeUnknown)),
        ]),
        // code/bound-to-redirect-uri
        Reason::CodeRedirectUri => pick(&[
            (&code::REDIRECT_URI_IS_INVALID_REQUEST, invalid_request),
            (&code::REDIRECT_URI_401, right.at(401)),
            (&code::REDIRECT_URI_500, right.at(500)),
        ]),
        // pkce/verifier-wrong, pkce/verifier-missing, pkce/verifier-unasked
        Reason::CodeVerifier => pick(&[
            (&pkce::WRONG_IS_INVALID_CLIENT, right.called("invalid_client")),
            (&pkce::WRONG_IS_INVALID_REQUEST, invalid_request),
            (&pkce::WRONG_500, right.at(500)),
        ]),
        _ => right,
    }
}

/// Reasons that lie in the refresh token.
fn of_a_refresh_token(server: &Core, params: &Params, reason: Reason, right: Refusal) -> Refusal {
    let pick = |wrong: &[Wrong]| server.switches().pick(right, wrong.iter().copied());
    let odd = given(params, "refresh_token").is_some_and(|token| token.len() != random::LONG);
    let invalid_request = right.called("invalid_request");
    let revoked = given(params, "refresh_token").is_some_and(|it| server.store.was_revoked(it));
    let no_token = if revoked { right.called("invalid_token") } else { right };
    match reason {
        // refresh/unknown
        Reason::RefreshTokenUnknown => pick(&[
            (&refresh::UNKNOWN_IS_INVALID_CLIENT, right.called("invalid_client")),
            (&refresh::UNKNOWN_401, right.at(401)),
            (&refresh::REVOKED_IS_INVALID_TOKEN, no_token),
            (&refresh::ODD_LENGTH_500, if odd { right.at(500) } else { right }),
            (&faults::TEXT_REFRESH, server.refusal(Reason::CodeUnknown)),
        ]),
        // refresh/bound-to-client
        Reason::RefreshTokenOfAnotherClient => pick(&[
            (&refresh::WRONG_CLIENT_IS_INVALID_CLIENT, right.called("invalid_client")),
            (&refresh::WRONG_CLIENT_403, right.at(403)),
            (&refresh::WRONG_CLIENT_500, right.at(500)),
        ]),
        // refresh/single-use
        Reason::RefreshTokenUsed => {
            pick(&[(&refresh::USED_IS_INVALID_CLIENT, right.called("invalid_client"))])
        }
        // refresh/lifetime
        Reason::RefreshTokenExpired => pick(&[
            (&refresh::EXPIRED_IS_INVALID_REQUEST, invalid_request),
            (&refresh::EXPIRED_401, right.at(401)),
            (&refresh::EXPIRED_500, right.at(500)),
        ]),
        _ => right,
    }
}

/// The text that a mistake puts in place of the right one.
fn described(server: &Core, params: &Params, refusal: Refusal) -> Option<Value> {
    let quoted = |name: &str| {
        let value = given(params, name).unwrap_or_default();
        (!value.is_empty()).then(|| json!(format!("{}: {value}", refusal.description)))
    };
    let object = json!({"en": refusal.description});
    server.switches().pick(
        None,
        [
            (&faults::TEXTS_SAME, Some(json!("Bad Request"))),
            (&faults::DESCRIPTION_OBJECT, Some(object)),
            (&faults::DESCRIPTION_CHARACTERS, Some(json!("La requête est \"refusée\""))),
            (&faults::ECHO_CODE, quoted("code")),
            (&faults::ECHO_SECRET, quoted("client_secret")),
            (&faults::ECHO_REFRESH_TOKEN, quoted("refresh_token")),
            (&faults::ECHO_ASSERTION, quoted("assertion")),
            (&faults::ECHO_SUBJECT_TOKEN, quoted("subject_token")),
        ],
    )
}
