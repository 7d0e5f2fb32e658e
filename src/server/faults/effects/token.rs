//! Mistakes of the token endpoint.

pub(in crate::server) mod device;
pub(in crate::server) mod exchange;
pub(in crate::server) mod grants;
mod kinds;
mod refused;

use serde_json::{Map, Value, json};

use super::client_auth::BROKEN;
use super::core::ENORMOUS;
use super::store::LONGER;
use crate::server::core::Core;
use crate::server::faults::token as faults;
use crate::server::faults::{
    access_token, authorize, code, downscope, dpop, exchange as exchanging, metadata, refresh,
    scope, server_auth,
};
use crate::server::oauth::http::{self, FORM, Refusal, given};
use crate::server::oauth::issued::Issued;
use crate::server::oauth::store::{Fresh, Grant};
use crate::server::oauth::token::{fresh, known_grant, knows, refreshable};
use crate::server::policy::{AssertionIssuers, Reason};
use crate::server::variants;
use crate::server::world::{Application, GrantType, Model, User};
use crate::wire::{Params, Request, Response, form};

pub(in crate::server) use grants::{is_unredeemed, lost, presented, scopes_of_refresh};
pub(in crate::server) use refused::refused;

/// The answer to a request for its method.
// token/post-only
pub(in crate::server) fn method(
    server: &Core,
    request: &Request,
    refused: Option<Response>,
) -> Option<Response> {
    let right = refused?;
    let taken = match request.method.as_str() {
        "GET" => server.has(&faults::GET_TAKEN) || server.has(&faults::DELETE_TAKEN),
        "PUT" => server.has(&faults::PUT_TAKEN),
        "PATCH" => server.has(&faults::PATCH_TAKEN),
        "DELETE" => server.has(&faults::DELETE_TAKEN),
        _ => false,
    };
    if taken {
        return None;
    }
    if request.method != "GET" {
        return Some(right);
    }
    Some(server.switches().pick(
        right,
        [
            (&faults::GET_BREAKS, BROKEN.response()),
            (&faults::GET_REDIRECTS, http::redirect(302, "/login")),
            (&faults::GET_WELCOMES, http::json(200, &json!({}))),
        ],
    ))
}

/// The parameters as they are read.
pub(in crate::server) fn params(
    server: &Core,
    request: &Request,
    right: Result<Params, Refusal>,
) -> Result<Params, Refusal> {
    let mut params = body(server, request, right)?;
    // token/query-ignored
    let (query, _) = http::decode_each(request.query().unwrap_or_default().as_bytes());
    for param in query.iter().filter(|param| in_url(server, request, &param.name)) {
        params.push(param.name.clone(), param.value.clone());
    }
    // token/repeated-parameter
    if params.repeated(|_| true).is_some() && server.has(&faults::REPEATED_LAST) {
        let last = |name: &str| params.all(name).last().unwrap_or_default().to_owned();
        params = params.iter().map(|param| (param.name.clone(), last(&param.name))).collect();
    }
    Ok(params)
}

// token/form-encoded
fn body(
    server: &Core,
    request: &Request,
    right: Result<Params, Refusal>,
) -> Result<Params, Refusal> {
    let media = request.media_type().unwrap_or_default();
    let is_json = media == "application/json";
    let empty = request.body.is_empty();
    let breaks = request.body.len() > ENORMOUS && server.has(&faults::OVERSIZED_500)
        || empty && server.has(&faults::NO_BODY_BREAKS)
        || media == "multipart/form-data" && server.has(&faults::MULTIPART_BREAKS)
        || is_json && server.has(&faults::JSON_BREAKS);
    if breaks {
        return Err(BROKEN);
    }
    if is_json && (server.has(&faults::JSON_TAKEN) || server.varies(&variants::TOKEN_JSON_TOO)) {
        return Ok(json_members(&request.body));
    }
    if !empty && media != FORM && server.has(&faults::TEXT_TAKEN) {
        return form::decode(&request.body).map_err(|_| BROKEN.at(400));
    }
    let accepted =
        |refusal: Refusal| server.switches().pick(refusal, [(&faults::JSON_200, refusal.at(200))]);
    right.map_err(|refusal| if is_json { accepted(refusal) } else { refusal })
}

fn json_members(body: &[u8]) -> Params {
    let value: Value = serde_json::from_slice(body).unwrap_or_default();
    let members = value.as_object().into_iter().flatten();
    members.map(|(name, value)| (name.clone(), value.as_str().unwrap_or_default())).collect()
}

// token/query-ignored
fn in_url(server: &Core, request: &Request, name: &str) -> bool {
    let bodyless = matches!(request.method.as_str(), "GET" | "DELETE");
    bodyless
        || server.has(&faults::URL_TAKEN)
        || server.varies(&variants::TOKEN_URL_TOO)
        || match name {
            "client_id" => server.has(&faults::URL_CREDENTIALS),
            "client_secret" => {
                server.has(&faults::URL_CREDENTIALS) || server.has(&faults::URL_SECRET)
            }
            "refresh_token" => server.has(&faults::URL_REFRESH_TOKEN),
            "code" => server.has(&faults::URL_CODE),
            "grant_type" => server.has(&faults::URL_GRANT_TYPE),
            _ => false,
        }
}

/// Why parameters are refused before it is known what is asked for.
pub(in crate::server) fn malformed(
    server: &Core,
    params: &Params,
    right: Option<Refusal>,
) -> Option<Refusal> {
    repeated(server, params, right).or_else(|| empty(server, params))
}

/// What is said of the parameters as such.
// token/repeated-parameter, token/unknown-parameters
fn repeated(server: &Core, params: &Params, right: Option<Refusal>) -> Option<Refusal> {
    let counts = |name: &str| knows(server, name) && !is_unchecked(server, params, name);
    let right = right.filter(|_| params.repeated(counts).is_some());
    let unknown = || params.iter().any(|param| !knows(server, &param.name));
    if right.is_none() && unknown() && server.has(&faults::UNKNOWN_REFUSED) {
        return Some(Refusal::invalid_request("A parameter is not known"));
    }
    right
}

/// Whether nobody looks whether a parameter is there more than once.
fn is_unchecked(server: &Core, params: &Params, name: &str) -> bool {
    let mut values = params.all(name);
    let first = values.next();
    server.has(&faults::REPEATED_FIRST)
        || server.has(&faults::REPEATED_LAST)
        || server.has(&faults::REPEATED_SAME) && values.all(|value| Some(value) == first)
        || is_refresh(params) && server.has(&faults::REPEATED_REFRESH_TOKEN)
        || match name {
            "client_id" | "client_secret" => server.has(&faults::REPEATED_CREDENTIALS),
            "grant_type" => server.has(&faults::REPEATED_GRANT_TYPE),
            "redirect_uri" => server.has(&faults::REPEATED_REDIRECT_URI),
            "subject_token" => server.has(&exchanging::SUBJECT_TWICE),
            _ => false,
        }
}

/// Why a request is refused for a parameter without a value.
// token/empty-is-absent
fn empty(server: &Core, params: &Params) -> Option<Refusal> {
    let scope = params.first("scope") == Some("");
    let refused = scope
        && (server.has(&faults::EMPTY_SCOPE_INVALID)
            || is_refresh(params) && server.has(&refresh::EMPTY_SCOPE_INVALID)
            || asks_for_itself(params) && server.has(&faults::CREDENTIALS_EMPTY_SCOPE));
    // exchange/empty-is-absent
    if params.first("actor_token") == Some("") && server.has(&exchanging::EMPTY_ACTOR) {
        return Some(Refusal::invalid_request("The token of an actor is invalid"));
    }
    refused.then(|| server.refusal(Reason::Scope))
}

fn asks_for_itself(params: &Params) -> bool {
    given(params, "grant_type") == Some("client_credentials")
}

pub(super) fn is_refresh(params: &Params) -> bool {
    given(params, "grant_type") == Some("refresh_token")
}

/// The grant that is taken to be asked for.
pub(in crate::server) fn grant_type(
    server: &Core,
    params: &Params,
    right: Result<GrantType, Reason>,
) -> Result<GrantType, Refusal> {
    let code = GrantType::AuthorizationCode;
    let value = params.first("grant_type");
    let meant = right.or_else(|reason| match value {
        // token/grant-type-required
        None if server.has(&faults::GRANT_TYPE_OWN) => Ok(GrantType::ClientCredentials),
        None | Some("") => {
            let guessed = server.has(&faults::GRANT_TYPE_GUESSED)
                || value.is_some() && server.has(&faults::GRANT_TYPE_EMPTY_GUESSED);
            if guessed { Ok(code) } else { Err(reason) }
        }
        // token/grant-type-known
        Some(_) if server.has(&faults::GRANT_TYPE_UNKNOWN_IS_CODE) => Ok(code),
        Some(value) if server.has(&faults::GRANT_TYPE_ANY_CASE) => {
            known_grant(server, &value.to_ascii_lowercase()).ok_or(reason)
        }
        // token/no-password-grant
        Some(_) if password(server, params).is_some() => Ok(code),
        Some(_) => Err(reason),
    });
    let grant = meant.map_err(|reason| server.refusal(reason))?;
    // metadata/grants-known
    if grant == GrantType::Password {
        if server.has(&metadata::GRANT_BREAKS) {
            return Err(BROKEN);
        }
        if server.has(&metadata::GRANT_UNKNOWN) {
            return Err(server.refusal(Reason::GrantTypeUnknown));
        }
    }
    // token/precedence
    let unknown = given(params, "code").is_some_and(|code| !server.store.knows_code(code));
    if unknown && server.has(&faults::CODE_FIRST) {
        return Err(server.refusal(Reason::CodeUnknown));
    }
    Ok(grant)
}

/// The user whose name and password are sent, where they are looked at.
fn password(server: &Core, params: &Params) -> Option<User> {
    let login = given(params, "username")?;
    let world = server.world();
    let user = world.user_of_login(login)?;
    let right = given(params, "password") == Some(&user.password);
    let taken =
        server.has(&faults::PASSWORD_UNCHECKED) || right && server.has(&faults::PASSWORD_TAKEN);
    taken.then(|| user.clone())
}

/// Tokens for a user whose password was sent.
fn by_password(server: &Core, app: &Application, user: &User) -> Issued {
    let (client_id, user_id) = (app.client_id.clone(), user.id.clone());
    let grant = Grant { client_id, user_id, ..Grant::default() };
    refreshable(server, GrantType::AuthorizationCode, grant)
}

/// What is issued though the grant is not the application's, or why nothing is.
pub(in crate::server) fn permitted(
    server: &Core,
    params: &Params,
    (app, by): (&Application, GrantType),
    refused: Option<Refusal>,
) -> Result<Option<Issued>, Refusal> {
    if let Some(user) = password(server, params) {
        return Ok(Some(by_password(server, app, &user)));
    }
    if let Some(issued) = kinds::redeemed(server, params, (app, by)) {
        return Ok(Some(issued));
    }
    // code/redirect-uri-not-repeated
    let codes = by == GrantType::AuthorizationCode && given(params, "code").is_some();
    let without_uri = codes && given(params, "redirect_uri").is_none();
    if refused.is_none() && without_uri && server.has(&code::REDIRECT_URI_DEMANDED) {
        let text = "Missing parameter. \"redirect_uri\" is required";
        return Err(Refusal::invalid_request(text));
    }
    let refused = match by {
        GrantType::RefreshToken => grants::refreshes(server, app, refused),
        _ => refused,
    };
    let credentials = by == GrantType::ClientCredentials;
    let is_own = params.first("grant_type").is_none();
    match refused {
        None if credentials && server.has(&server_auth::CREDENTIALS_UNKNOWN) => {
            Err(server.refusal(Reason::GrantTypeUnknown))
        }
        None => Ok(None),
        // authorize/unauthorized-client
        Some(_) if codes && server.has(&authorize::UNAUTHORIZED_GRANTED) => Ok(None),
        // token/no-client-credentials-for-public
        Some(_)
            if credentials && (is_own || app.is_public() && server.has(&faults::PUBLIC_ITSELF)) =>
        {
            Ok(Some(Issued::new(by, fresh(server), Vec::new())))
        }
        Some(_) if is_of_the_other_model(server, app, by) => {
            let redeems = by == GrantType::AuthorizationCode;
            Ok((!redeems).then(|| Issued::new(by, fresh(server), Vec::new())))
        }
        Some(_) if server.has(&faults::GRANT_ALLOWED) => Ok(None),
        // exchange/client-not-allowed
        Some(_) if by == GrantType::TokenExchange && server.has(&exchanging::ANY_CLIENT) => {
            Ok(None)
        }
        Some(refusal) => Err(refusal),
    }
}

/// Whether an application is let through with a grant of the model that is not its own.
// server-auth/one-model-only
fn is_of_the_other_model(server: &Core, app: &Application, grant: GrantType) -> bool {
    let mistake = match grant {
        GrantType::JwtBearer if app.keys.is_empty() => return false,
        GrantType::JwtBearer => &server_auth::THREE_LEGGED_BY_JWT,
        GrantType::ClientCredentials => &server_auth::THREE_LEGGED_BY_CREDENTIALS,
        GrantType::AuthorizationCode => {
            return app.model == Model::Server && server.has(&server_auth::SERVER_REDEEMS);
        }
        GrantType::DeviceCode
        | GrantType::Implicit
        | GrantType::Password
        | GrantType::RefreshToken
        | GrantType::TokenExchange => return false,
    };
    app.model == Model::ThreeLegged && server.has(mistake)
}

/// What is told where client credentials bring no token.
pub(in crate::server) fn credentials_refused(
    server: &Core,
    right: Refusal,
    unknown: Refusal,
) -> Refusal {
    let one =
        right.error == "invalid_request" && server.varies(&variants::GRANT_CREDENTIALS_INVALID);
    if one { unknown } else { right }
}

/// A refresh token beside an access token that is to come alone.
// server-auth/no-refresh-token
pub(in crate::server) fn refresh_beside(server: &Core, by: GrantType) -> Option<String> {
    let refreshes = match by {
        GrantType::JwtBearer => {
            let clients = server.policy().assertion_issuers == AssertionIssuers::Client;
            server.has(&server_auth::REFRESH_BY_JWT)
                || clients && server.varies(&variants::ASSERTION_WITH_REFRESH_TOKEN)
        }
        GrantType::ClientCredentials => server.has(&server_auth::REFRESH_BY_CREDENTIALS),
        _ => false,
    };
    refreshes.then(|| server.refresh_token())
}

/// Changes the members of a response that brings tokens.
pub(in crate::server) fn members(server: &Core, by: GrantType, members: &mut Map<String, Value>) {
    let switches = server.switches();
    if let Some(value) = members.get_mut("expires_in") {
        *value = expires_in(server, by, value.as_u64().unwrap_or_default());
    }
    if let Some(value) = members.get_mut("restricted_to") {
        *value = switches.pick(value.clone(), [(&faults::RESTRICTED_TO_NULL, Value::Null)]);
    }
    if let Some(value) = members.get_mut("token_type") {
        let bearer = json!("Bearer");
        let other = match value.as_str() {
            Some("DPoP") => vec![(&dpop::TYPE_BEARER, bearer)],
            // exchange/no-token-type
            Some("N_A") => vec![(&exchanging::REFRESH_BEARER, bearer)],
            _ => vec![(&faults::TYPE_CAPITAL, bearer), (&faults::TYPE_JWT, json!("JWT"))],
        };
        *value = switches.pick(value.clone(), other);
    }
    let refreshed = by == GrantType::RefreshToken;
    let exchanged = by == GrantType::TokenExchange;
    let missing = [
        (&scope::UNKNOWN_CUT_UNSAID, "scope", true),
        (&downscope::NO_ISSUED_TYPE, "issued_token_type", exchanged),
        (&exchanging::LIFE_UNSAID, "expires_in", exchanged),
        (&faults::NO_EXPIRES_IN, "expires_in", true),
        (&faults::DIRECT_LIFE_UNSAID, "expires_in", is_direct(by)),
        (&faults::DIRECT_TYPE_UNSAID, "token_type", is_direct(by)),
        (&faults::NO_RESTRICTED_TO, "restricted_to", true),
        (&faults::NO_TOKEN_TYPE, "token_type", true),
        (&faults::NO_REFRESH_TOKEN, "refresh_token", !refreshed),
        (&refresh::NO_NEW_REFRESH, "refresh_token", refreshed),
        (&refresh::SCOPE_IGNORED, "scope", refreshed && members.contains_key("scope")),
        (&refresh::OTHER_SHAPE, "expires_in", refreshed),
        (&refresh::TYPE_UNSAID, "token_type", refreshed),
        (&server_auth::RESTRICTED_TO_MISSING, "restricted_to", is_server_grant(by)),
    ];
    for (fault, name, here) in missing {
        if here && server.has(fault) {
            members.remove(name);
        }
    }
}

// access-token/expires-in-is-true, access-token/not-long-lived
fn expires_in(server: &Core, by: GrantType, right: u64) -> Value {
    const DAY: u64 = 86_400;
    let refreshed = by == GrantType::RefreshToken;
    let alone = is_server_grant(by) || by == GrantType::TokenExchange;
    if alone && server.varies(&variants::SERVER_TOKENS_LONGER) {
        return json!(LONGER.as_secs());
    }
    let day = |here: bool| json!(if here { DAY } else { right });
    server.switches().alter(
        json!(right),
        [
            (&faults::EXPIRES_IN_TEXT, json!(right.to_string())),
            (&faults::EXPIRES_IN_3601, json!(right + 1)),
            (&faults::EXPIRES_IN_MILLISECONDS, json!(right * 1000)),
            (&faults::EXPIRES_IN_NEGATIVE, json!(-3600)),
            (&faults::EXPIRES_IN_FRACTION, json!(right as f64 + 0.5)),
            (&faults::EXPIRES_IN_HUGE, json!(1e308)),
            (&faults::EXPIRES_AT, json!(server.now().as_secs() + right)),
            (&access_token::PROMISES_TWO_HOURS, json!(7200)),
            (&access_token::LONG_LIVED, json!(DAY)),
            (&access_token::REFRESHED_PROMISES_A_DAY, day(refreshed)),
            (&server_auth::PROMISES_A_DAY, day(is_server_grant(by))),
            (&downscope::PROMISES_A_DAY, day(by == GrantType::TokenExchange)),
        ],
    )
}

/// Whether credentials alone bring the token, a user's or the client's.
fn is_direct(by: GrantType) -> bool {
    matches!(by, GrantType::Password | GrantType::ClientCredentials)
}

fn is_server_grant(by: GrantType) -> bool {
    matches!(by, GrantType::JwtBearer | GrantType::ClientCredentials)
}

/// The response that brings tokens.
pub(in crate::server) fn success(
    server: &Core,
    issued: &Issued,
    mut response: Response,
) -> Response {
    let Fresh { access, .. } = &issued.tokens;
    if issued.by == GrantType::RefreshToken {
        server.store.unnarrow(access);
    }
    response.status = server.switches().pick(response.status, [(&faults::CREATED, 201)]);
    if server.has(&faults::HTML_TYPE) {
        response.headers.set("Content-Type", "text/html");
    }
    if server.has(&faults::FORM_BODY) {
        response.headers.set("Content-Type", FORM);
        response.body = format!("access_token={access}&expires=3600").into_bytes();
    }
    let text = String::from_utf8_lossy(&response.body).into_owned();
    if let Some(rest) = text.strip_prefix('{') {
        let other = [
            (&faults::TOKEN_TWICE, format!("{{\"access_token\":\"another\",{rest}")),
            (&faults::ERROR_BESIDE, format!("{{\"error\":\"invalid_grant\",{rest}")),
        ];
        response.body = server.switches().pick(text.clone(), other).into_bytes();
    }
    // token/no-store
    let stored = match issued.by {
        GrantType::RefreshToken => &faults::REFRESH_STORED,
        GrantType::TokenExchange => &exchanging::STORED,
        by if is_direct(by) => &faults::DIRECT_STORED,
        _ => &faults::CODE_STORED,
    };
    if server.has(stored) {
        response.headers.remove("Cache-Control");
    }
    if server.has(&faults::PRIVATE) {
        response.headers.set("Cache-Control", "private");
    }
    response
}
