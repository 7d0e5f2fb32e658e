//! What a token request says, before anything is made of it.

use super::{is_refresh, knows};
use crate::server::faults::token as slip;
use crate::server::oauth::http::{self, FORM, Refusal};
use crate::server::policy::Reason;
use crate::server::world::GrantType;
use crate::server::{Server, faults};
use crate::wire::{Params, Request, Response, form};

const BROKEN: Refusal = Refusal::new("server_error", "The server failed").at(500);

/// Whether a method is treated like POST; otherwise what is answered to it.
// token/post-only
pub(super) fn method(server: &Server, request: &Request) -> Result<(), Response> {
    if request.method == "POST" {
        return Ok(());
    }
    let taken = match request.method.as_str() {
        "GET" => server.has(&slip::GET_TAKEN) || server.has(&slip::DELETE_TAKEN),
        "PUT" => server.has(&slip::PUT_TAKEN),
        "PATCH" => server.has(&slip::PATCH_TAKEN),
        "DELETE" => server.has(&slip::DELETE_TAKEN),
        _ => false,
    };
    if taken {
        return Ok(());
    }
    Err(match request.method.as_str() {
        "GET" => server.switches().pick(
            http::method_not_allowed("POST"),
            [
                (&slip::GET_BREAKS, BROKEN.response()),
                (&slip::GET_REDIRECTS, http::redirect(302, "/login")),
                (&slip::GET_WELCOMES, http::json(200, &serde_json::json!({}))),
            ],
        ),
        _ => http::method_not_allowed("POST"),
    })
}

/// The parameters.
pub(super) fn params(server: &Server, request: &Request) -> Result<Params, Refusal> {
    let mut params = body(server, request)?;
    // token/query-ignored
    let (query, _) = http::decode_each(request.query().unwrap_or_default().as_bytes());
    for param in query.iter().filter(|param| in_url(server, request, &param.name)) {
        params.push(param.name.clone(), param.value.clone());
    }
    // token/repeated-parameter
    if server.has(&slip::REPEATED_LAST) {
        let last = |name: &str| params.all(name).last().unwrap_or_default().to_owned();
        params = params.iter().map(|param| (param.name.clone(), last(&param.name))).collect();
    }
    Ok(params)
}

// token/form-encoded
fn body(server: &Server, request: &Request) -> Result<Params, Refusal> {
    let media = request.media_type().unwrap_or_default();
    let is_json = media == "application/json";
    let breaks = request.body.is_empty() && server.has(&slip::NO_BODY_BREAKS)
        || media == "multipart/form-data" && server.has(&slip::MULTIPART_BREAKS)
        || is_json && server.has(&slip::JSON_BREAKS);
    if breaks {
        return Err(BROKEN);
    }
    if is_json && server.has(&slip::JSON_TAKEN) {
        return Ok(json_members(&request.body));
    }
    if !request.body.is_empty() && media != FORM && server.has(&slip::TEXT_TAKEN) {
        return form::decode(&request.body).map_err(|_| BROKEN.at(400));
    }
    http::body_params(request).map_err(|reason| {
        let refusal = server.refusal(reason);
        if is_json {
            server.switches().pick(refusal, [(&slip::JSON_200, refusal.at(200))])
        } else {
            refusal
        }
    })
}

fn json_members(body: &[u8]) -> Params {
    let value: serde_json::Value = serde_json::from_slice(body).unwrap_or_default();
    let members = value.as_object().into_iter().flatten();
    members.map(|(name, value)| (name.clone(), value.as_str().unwrap_or_default())).collect()
}

// token/query-ignored
fn in_url(server: &Server, request: &Request, name: &str) -> bool {
    let bodyless = matches!(request.method.as_str(), "GET" | "DELETE");
    bodyless
        || server.has(&slip::URL_TAKEN)
        || match name {
            "client_id" | "client_secret" => server.has(&slip::URL_CREDENTIALS),
            "code" => server.has(&slip::URL_CODE),
            "grant_type" => server.has(&slip::URL_GRANT_TYPE),
            _ => false,
        }
}

// token/repeated-parameter
pub(super) fn not_repeated(server: &Server, params: &Params) -> Result<(), Refusal> {
    let unchecked = |name: &str| {
        let mut values = params.all(name);
        let first = values.next();
        server.has(&slip::REPEATED_FIRST)
            || server.has(&slip::REPEATED_LAST)
            || server.has(&slip::REPEATED_SAME) && values.all(|value| Some(value) == first)
            || server.has(&slip::REPEATED_REFRESH_TOKEN) && is_refresh(params)
            || match name {
                "client_id" | "client_secret" => server.has(&slip::REPEATED_CREDENTIALS),
                "grant_type" => server.has(&slip::REPEATED_GRANT_TYPE),
                "redirect_uri" => server.has(&slip::REPEATED_REDIRECT_URI),
                _ => false,
            }
    };
    if params.repeated(|name| knows(server, name) && !unchecked(name)).is_some() {
        let told = server.refusal(Reason::RepeatedParameter);
        let wrong = [
            (&slip::REPEATED_IS_INVALID_GRANT, told.called("invalid_grant")),
            (&slip::ERROR_CODE_INVENTED, told.called("bad_request")),
        ];
        return Err(server.switches().pick(told, wrong));
    }
    // token/unknown-parameters
    let unknown = params.iter().any(|param| !knows(server, &param.name));
    if unknown && server.has(&slip::UNKNOWN_REFUSED) {
        return Err(Refusal::invalid_request("A parameter is not known"));
    }
    Ok(())
}

/// The grant that is asked for.
pub(super) fn grant_type(server: &Server, params: &Params) -> Result<GrantType, Refusal> {
    let switches = server.switches();
    // token/grant-type-required
    let value = match params.first("grant_type").unwrap_or_default() {
        "" => {
            let empty = params.first("grant_type").is_some();
            let guessed = server.has(&slip::GRANT_TYPE_GUESSED)
                || empty && server.has(&slip::GRANT_TYPE_EMPTY_GUESSED);
            return if guessed {
                Ok(GrantType::AuthorizationCode)
            } else {
                let told = server.refusal(Reason::GrantTypeMissing);
                Err(switches.pick(
                    told,
                    [
                        (
                            &slip::GRANT_TYPE_MISSING_IS_UNSUPPORTED,
                            told.called("unsupported_grant_type"),
                        ),
                        (&slip::GRANT_TYPE_MISSING_IS_INVALID_GRANT, told.called("invalid_grant")),
                        (&slip::GRANT_TYPE_200, told.at(200)),
                    ],
                ))
            };
        }
        value => value,
    };
    // token/grant-type-known, token/no-password-grant
    let known =
        |value: &str| GrantType::read(value).filter(|grant| server.policy().grants.contains(grant));
    let exact = known(value);
    let guessed = exact.or(Some(GrantType::AuthorizationCode));
    let grant = switches.pick(
        exact,
        [
            (&slip::GRANT_TYPE_UNKNOWN_IS_CODE, guessed),
            (&slip::GRANT_TYPE_ANY_CASE, known(&value.to_ascii_lowercase())),
        ],
    );
    grant.ok_or_else(|| {
        let told = server.refusal(Reason::GrantTypeUnknown);
        switches.pick(
            told,
            [
                (&slip::GRANT_TYPE_UNKNOWN_IS_INVALID_GRANT, told.called("invalid_grant")),
                (&slip::GRANT_TYPE_200, told.at(200)),
            ],
        )
    })
}

/// The value of a parameter without which there is no grant.
// token/code-required, token/refresh-token-required
pub(super) fn needed<'a>(
    server: &Server,
    params: &'a Params,
    name: &str,
    missing: Refusal,
) -> Result<&'a str, Refusal> {
    if let Some(value) = http::given(params, name) {
        return Ok(value);
    }
    let invalid_grant = missing.called("invalid_grant");
    let is = |wanted: bool, refusal: Refusal| if wanted { refusal } else { missing };
    let (code, empty) = (name == "code", params.first(name).is_some());
    Err(server.switches().pick(
        missing,
        [
            (&slip::CODE_MISSING_IS_INVALID_GRANT, is(code && !empty, invalid_grant)),
            (&slip::CODE_EMPTY_IS_INVALID_GRANT, is(code && empty, invalid_grant)),
            (&slip::CODE_MISSING_401, is(code && !empty, missing.at(401))),
            (&slip::REFRESH_MISSING_IS_INVALID_GRANT, is(!code && !empty, invalid_grant)),
            (&slip::REFRESH_EMPTY_IS_INVALID_GRANT, is(!code && empty, invalid_grant)),
        ],
    ))
}

/// The redirect URI, which may be left out.
// code/redirect-uri-not-repeated
pub(super) fn redirect_uri<'a>(
    server: &Server,
    params: &'a Params,
) -> Result<Option<&'a str>, Refusal> {
    let given = http::given(params, "redirect_uri");
    if given.is_none() && server.has(&faults::code::REDIRECT_URI_DEMANDED) {
        return Err(Refusal::invalid_request("Missing parameter. \"redirect_uri\" is required"));
    }
    Ok(given)
}
