//! Mistakes with how a posted form is received, at each endpoint for clients.

use crate::server::core::Core;
use crate::server::faults::{
    authorize, bearer, code, consent, device, introspection, pkce, pushed, registration, revoke,
    token,
};
use crate::server::oauth::http::{self, FORM, given};
use crate::testbed::Fault;
use crate::wire::{Request, Response, basic};

/// What goes wrong with a form at an endpoint.
struct Mistakes {
    charset: &'static Fault,
    capitals: Option<&'static Fault>,
    null: Option<&'static Fault>,
    client: Option<&'static Fault>,
    octets: Option<&'static Fault>,
    text: Option<&'static Fault>,
}

/// The answer of a server that does not get as far as the endpoint.
// token/form-charset, token/malformed
pub(in crate::server) fn answer(server: &Core, request: &Request) -> Option<Response> {
    if !server.switches().may_err() {
        return None;
    }
    // bearer/missing
    if let Some(response) = super::resource::early(server, request) {
        return Some(response);
    }
    // bearer/invalid
    let field = request.headers.text("authorization").unwrap_or_default();
    if field.trim().eq_ignore_ascii_case("bearer") && server.has(&bearer::EMPTY_BREAKS) {
        return Some(Response::new(500));
    }
    if compares_text(server, request) {
        return Some(Response::new(500));
    }
    if request.method != "POST" || request.media_type().as_deref() != Some(FORM) {
        return None;
    }
    let mistakes = at(server, request.path())?;
    let media = request.headers.text("content-type").unwrap_or_default().to_string();
    let other_case = media.split(';').next().is_some_and(|media| media.trim() != FORM);
    let made = |fault: Option<&'static Fault>, seen: bool| {
        seen && fault.is_some_and(|fault| server.has(fault))
    };
    if made(Some(mistakes.charset), media.contains(';')) || made(mistakes.capitals, other_case) {
        return Some(Response::new(415));
    }
    let text = String::from_utf8_lossy(&request.body).to_ascii_lowercase();
    let broken = made(mistakes.client, nul_in_client(&request.body))
        || made(mistakes.null, text.contains("%00"))
        || made(mistakes.octets, text.contains("%ff"))
        || made(mistakes.text, has_beyond_ascii(&request.body, COMPARED));
    broken.then(|| Response::new(500))
}

/// Whether the server breaks on a request in a way that closes the connection, as where nobody catches an
/// exception.
// token/malformed, authorize/malformed, code/unknown
pub(in crate::server) fn closes(server: &Core, request: &Request) -> bool {
    if !server.switches().may_err() {
        return false;
    }
    let paths = &server.dialect().endpoints;
    let is = |known: &[String]| known.iter().any(|known| known == request.path());
    let nul = |bytes: &[u8]| bytes.windows(3).any(|it| it == b"%00");
    // An enormous one may end before it gets there.
    let is_ordinary = request.body.len() < 8192;
    let unknown = || {
        let (params, _) = http::decode_each(&request.body);
        given(&params, "code").is_some_and(|code| is_ordinary && !server.store.knows_code(code))
    };
    let query = request.query().unwrap_or_default().as_bytes();
    is(&paths.authorization) && nul(query) && server.has(&authorize::NUL_CLOSES)
        || is(&paths.token) && nul(&request.body) && server.has(&token::NUL_CLOSES)
        || is(&paths.token) && unknown() && server.has(&code::UNKNOWN_CLOSES)
}

/// Parameters that are compared with what the server knows.
const COMPARED: &[&str] = &["code", "code_verifier", "refresh_token", "token"];

/// Whether one of these parameters of a form has a letter beyond ASCII.
fn has_beyond_ascii(body: &[u8], names: &[&str]) -> bool {
    let (params, _) = http::decode_each(body);
    params.iter().any(|param| names.contains(&&*param.name) && !param.value.is_ascii())
}

/// Whether a comparison of texts breaks, as those do that take octets or ASCII alone.
// consent/login-required, token/malformed, pkce/verifier-wrong, registration/management-token
fn compares_text(server: &Core, request: &Request) -> bool {
    let paths = &server.dialect().endpoints;
    let field = request.headers.get("authorization").unwrap_or_default();
    let is_for_token = paths.token.iter().any(|path| path == request.path());
    let is_registered = |path: &String| request.path().starts_with(&**path);
    let in_header = || basic::decode(field).is_some_and(|sent| !sent.secret.is_ascii());
    let secret = || in_header() || has_beyond_ascii(&request.body, &["client_secret"]);
    let challenge = || {
        let (params, _) = http::decode_each(&request.body);
        let asked = given(&params, "code").and_then(|code| server.store.challenge_of(code));
        asked.is_some_and(|challenge| !challenge.value.is_ascii())
    };
    let password = || has_beyond_ascii(&request.body, &["password"]);
    let registration = || !field.is_ascii() && paths.registration.iter().any(is_registered);
    is_for_token && in_header() && server.has(&token::BASIC_TEXT_BREAKS)
        || is_for_token && secret() && server.has(&token::SECRET_TEXT_BREAKS)
        || is_for_token && challenge() && server.has(&pkce::CHALLENGE_TEXT_BREAKS)
        || password() && server.has(&consent::PASSWORD_TEXT_BREAKS)
        || registration() && server.has(&registration::TOKEN_TEXT_BREAKS)
}

/// Whether the identifier of a client has a null character in it.
fn nul_in_client(body: &[u8]) -> bool {
    let (params, _) = http::decode_each(body);
    given(&params, "client_id").is_some_and(|id| id.contains('\0'))
}

fn at(server: &Core, path: &str) -> Option<Mistakes> {
    let paths = &server.dialect().endpoints;
    let is = |known: &[String]| known.iter().any(|known| known == path);
    let charset = |charset| Mistakes {
        charset,
        capitals: None,
        null: None,
        client: None,
        octets: None,
        text: None,
    };
    Some(if is(&paths.token) {
        Mistakes {
            charset: &token::FORM_CHARSET,
            capitals: Some(&token::FORM_CAPITALS),
            null: Some(&token::NULL_BREAKS),
            client: Some(&token::CLIENT_NULL_BREAKS),
            octets: Some(&token::OCTETS_BREAK),
            text: Some(&token::TEXT_BREAKS),
        }
    } else if is(&paths.revocation) {
        Mistakes {
            null: Some(&revoke::NULL_BREAKS),
            octets: Some(&revoke::OCTETS_BREAK),
            text: Some(&revoke::TEXT_BREAKS),
            ..charset(&revoke::FORM_CHARSET)
        }
    } else if is(&paths.introspection) {
        Mistakes {
            null: Some(&introspection::NULL_BREAKS),
            octets: Some(&introspection::OCTETS_BREAK),
            text: Some(&introspection::TEXT_BREAKS),
            ..charset(&introspection::FORM_CHARSET)
        }
    } else if is(&paths.pushed) {
        charset(&pushed::FORM_CHARSET)
    } else if is(&paths.device_authorization) {
        charset(&device::FORM_CHARSET)
    } else {
        return None;
    })
}
