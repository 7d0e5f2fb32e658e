//! The two kinds of answer that the token endpoint gives.

use serde_json::{Value, json};

use super::Issued;
use super::exchange::ACCESS_TOKEN;
use crate::server::faults::token as slip;
use crate::server::oauth::http::{self, Refusal, given};
use crate::server::oauth::store::LONGER;
use crate::server::policy::{Member, Reason};
use crate::server::variants;
use crate::server::world::GrantType;
use crate::server::{Server, faults};
use crate::wire::{Request, Response};

// token/success, refresh/new-pair
pub(super) fn success(server: &Server, issued: &Issued) -> Response {
    let Issued { by, tokens, .. } = issued;
    let switches = server.switches();
    let members = server.policy().token_response.iter();
    let members = members.filter_map(|member| value(server, issued, *member));
    let mut body = Value::Object(members.map(|(name, value)| (name.to_owned(), value)).collect());
    if let Some(members) = body.as_object_mut() {
        // downscope/narrows
        if *by == GrantType::TokenExchange && !server.has(&faults::downscope::NO_ISSUED_TYPE) {
            members.insert("issued_token_type".to_owned(), json!(ACCESS_TOKEN));
        }
        let refreshed = *by == GrantType::RefreshToken;
        let missing = [
            (&slip::NO_EXPIRES_IN, "expires_in", true),
            (&slip::NO_RESTRICTED_TO, "restricted_to", true),
            (&slip::NO_TOKEN_TYPE, "token_type", true),
            (&slip::NO_REFRESH_TOKEN, "refresh_token", !refreshed),
            (&faults::refresh::NO_NEW_REFRESH, "refresh_token", refreshed),
            (&faults::refresh::OTHER_SHAPE, "expires_in", refreshed),
            (&faults::server_auth::RESTRICTED_TO_MISSING, "restricted_to", is_server_grant(*by)),
        ];
        for (fault, name, here) in missing {
            if here && server.has(fault) {
                members.remove(name);
            }
        }
    }
    let mut response = http::json(switches.pick(200, [(&slip::CREATED, 201)]), &body);
    if server.has(&slip::HTML_TYPE) {
        response.headers.set("Content-Type", "text/html");
    }
    if server.has(&slip::FORM_BODY) {
        response.headers.set("Content-Type", http::FORM);
        response.body = format!("access_token={}&expires=3600", tokens.access).into_bytes();
    }
    if server.policy().pragma {
        response.headers.push("Pragma", "no-cache");
    }
    stored(server, *by, &mut response);
    response
}

/// A member of the response, where there is one.
fn value(server: &Server, issued: &Issued, member: Member) -> Option<(&'static str, Value)> {
    let Issued { by, tokens, scopes, restricted_to } = issued;
    let switches = server.switches();
    Some(match member {
        Member::AccessToken => ("access_token", json!(tokens.access)),
        Member::ExpiresIn => ("expires_in", expires_in(server, *by)),
        Member::RefreshToken => ("refresh_token", json!(tokens.refresh.as_ref()?)),
        Member::Scope if scopes.is_empty() => return None,
        Member::Scope => ("scope", json!(scopes.join(" "))),
        Member::RestrictedTo => {
            let null = [(&slip::RESTRICTED_TO_NULL, Value::Null)];
            ("restricted_to", switches.pick(restricted_to.clone(), null))
        }
        Member::TokenType => {
            let other = [(&slip::TYPE_CAPITAL, "Bearer"), (&slip::TYPE_JWT, "JWT")];
            ("token_type", json!(switches.pick("bearer", other)))
        }
    })
}

// access-token/expires-in-is-true, access-token/not-long-lived
fn expires_in(server: &Server, by: GrantType) -> Value {
    const DAY: u64 = 86_400;
    let right = server.lifetimes().access.as_secs();
    let refreshed = by == GrantType::RefreshToken;
    if is_alone(by) && server.varies(&variants::SERVER_TOKENS_LONGER) {
        return json!(LONGER.as_secs());
    }
    server.switches().pick(
        json!(right),
        [
            (&slip::EXPIRES_IN_TEXT, json!(right.to_string())),
            (&slip::EXPIRES_IN_3601, json!(right + 1)),
            (&slip::EXPIRES_IN_MILLISECONDS, json!(right * 1000)),
            (&slip::EXPIRES_AT, json!(server.now().as_secs() + right)),
            (&faults::access_token::PROMISES_TWO_HOURS, json!(7200)),
            (&faults::access_token::LONG_LIVED, json!(DAY)),
            (
                &faults::access_token::REFRESHED_PROMISES_A_DAY,
                json!(if refreshed { DAY } else { right }),
            ),
            (
                &faults::server_auth::PROMISES_A_DAY,
                json!(if is_server_grant(by) { DAY } else { right }),
            ),
            (
                &faults::downscope::PROMISES_A_DAY,
                json!(if by == GrantType::TokenExchange { DAY } else { right }),
            ),
        ],
    )
}

/// Whether the grant brings an access token alone.
fn is_alone(by: GrantType) -> bool {
    !matches!(by, GrantType::AuthorizationCode | GrantType::RefreshToken)
}

fn is_server_grant(by: GrantType) -> bool {
    matches!(by, GrantType::JwtBearer | GrantType::ClientCredentials)
}

// token/no-store
fn stored(server: &Server, by: GrantType, response: &mut Response) {
    let fault =
        if by == GrantType::RefreshToken { &slip::REFRESH_STORED } else { &slip::CODE_STORED };
    if server.has(fault) {
        response.headers.remove("Cache-Control");
    }
    if server.has(&slip::PRIVATE) {
        response.headers.set("Cache-Control", "private");
    }
}

/// A refusal.
// token/error-shape, token/error-text, token/no-secret-echo
pub(super) fn refused(server: &Server, request: &Request, refusal: Refusal) -> Response {
    let mut body = json!({"error": refusal.error, "error_description": refusal.description});
    if let Some(members) = body.as_object_mut() {
        if server.has(&slip::ERROR_WITH_NULLS) {
            members.insert("access_token".to_owned(), Value::Null);
        }
        if server.has(&slip::TEXTS_MISSING) {
            members.remove("error_description");
        }
    }
    if let Some(description) = described(server, request, refusal) {
        body["error_description"] = description;
    }
    if refusal.reason == Some(Reason::CodeMissing) && server.has(&slip::ERROR_LIST) {
        body = json!([body]);
    }
    let mut response = http::json(refusal.status, &body);
    refusal.challenge(&mut response);
    let client = matches!(refusal.reason, Some(Reason::Client | Reason::ClientByBasic));
    if client && unknown_client(server, request) && server.has(&slip::ERROR_PAGE) {
        response.headers.set("Content-Type", "text/html");
        response.body = b"<!DOCTYPE html><title>Error</title><p>Unknown client</p>".to_vec();
    }
    if server.has(&slip::ERROR_AS_TEXT) {
        response.headers.set("Content-Type", "text/plain");
    }
    if server.has(&slip::ECHO_HEADER) {
        response.headers.push("X-Request-Body", request.body.clone());
    }
    response
}

fn unknown_client(server: &Server, request: &Request) -> bool {
    let params = http::body_params(request).unwrap_or_default();
    given(&params, "client_id").is_none_or(|id| server.world().application(id).is_none())
}

/// The text that a mistake puts in place of the right one.
fn described(server: &Server, request: &Request, refusal: Refusal) -> Option<Value> {
    let params = http::body_params(request).unwrap_or_default();
    let quoted = |name: &str| {
        let value = given(&params, name).unwrap_or_default();
        (!value.is_empty()).then(|| json!(format!("{}: {value}", refusal.description)))
    };
    let object = json!({"en": refusal.description});
    server.switches().pick(
        None,
        [
            (&slip::TEXTS_SAME, Some(json!("Bad Request"))),
            (&slip::DESCRIPTION_OBJECT, Some(object)),
            (&slip::ECHO_CODE, quoted("code")),
            (&slip::ECHO_SECRET, quoted("client_secret")),
            (&slip::ECHO_REFRESH_TOKEN, quoted("refresh_token")),
            (&slip::ECHO_ASSERTION, quoted("assertion")),
            (&slip::ECHO_SUBJECT_TOKEN, quoted("subject_token")),
        ],
    )
}
