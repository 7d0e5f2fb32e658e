//! The token endpoint (`box` OAuth page, "Getting the Access Token" and "Using the Access and
//! Refresh Tokens"; RFC 6749 §3.2, §4.1.3 and §6).
//!
//! Checks come in a fixed order: well-formed, grant type, client, grant allowed, parameters, grant.

mod answer;
mod approved_grant;
mod credentials;
pub(in crate::server) mod developer;
mod exchange;
mod jwt;
mod read;
mod subject;

use serde_json::{Value, json};

use crate::server::oauth::client_auth;
use crate::server::oauth::client_auth::Purpose;
use crate::server::oauth::http::{Refusal, given};
use crate::server::oauth::scope;
use crate::server::oauth::store::{CodeRefusal, Fresh, Grant, Occasion, RefreshRefusal};
use crate::server::policy::{Reason, ScopeAtRefresh};
use crate::server::world::{Application, GrantType, Model, User};
use crate::server::{Server, faults};
use crate::wire::{Params, Request, Response};

use exchange::Narrowed;

/// Parameters that this endpoint knows. All others are ignored.
// token/unknown-parameters
const KNOWN: &[&str] = &[
    "grant_type",
    "client_id",
    "client_secret",
    "code",
    "redirect_uri",
    "refresh_token",
    "scope",
    "assertion",
    "subject_token",
    "subject_token_type",
    "actor_token",
    "actor_token_type",
    "resource",
    "username",
    "password",
];

/// Parameters that it knows besides where there are enterprises.
const OF_ENTERPRISES: &[&str] = &["box_subject_type", "box_subject_id", "box_shared_link"];

fn knows(server: &Server, name: &str) -> bool {
    KNOWN.contains(&name) || server.dialect().has_enterprises() && OF_ENTERPRISES.contains(&name)
}

/// Every method at the token endpoint.
pub(in crate::server) fn endpoint(server: &Server, request: &Request) -> Response {
    // token/post-only
    if let Err(response) = read::method(server, request) {
        return response;
    }
    match exchange(server, request) {
        Ok(issued) => answer::success(server, &issued),
        Err(refusal) => answer::refused(server, request, refusal),
    }
}

/// New tokens, and the grant that they were issued by.
struct Issued {
    by: GrantType,
    tokens: Fresh,
    /// Scopes of the access token.
    scopes: Vec<String>,
    /// `restricted_to` of the response.
    restricted_to: Value,
}

impl Issued {
    fn new(by: GrantType, tokens: Fresh, scopes: Vec<String>) -> Self {
        Self { by, tokens, scopes, restricted_to: json!([]) }
    }
}

fn exchange(server: &Server, request: &Request) -> Result<Issued, Refusal> {
    let params = read::params(server, request)?;
    read::not_repeated(server, &params)?;
    if let Some(tokens) = password(server, &params) {
        return Ok(Issued::new(GrantType::AuthorizationCode, tokens, Vec::new()));
    }
    let grant = read::grant_type(server, &params)?;
    code_first(server, &params)?;
    if grant == GrantType::TokenExchange {
        let Narrowed { tokens, scopes, shown } = exchange::grant(server, request, &params)?;
        return Ok(Issued { by: grant, tokens, scopes, restricted_to: shown });
    }
    let app = client(server, request, &params, grant)?;
    grant_allowed(server, &app, grant)?;
    match grant {
        GrantType::AuthorizationCode => code(server, &app, &params),
        GrantType::RefreshToken => refresh(server, &app, &params),
        _ if is_of_the_other_model(server, &app, grant) => {
            Ok(Issued::new(grant, fresh(server), Vec::new()))
        }
        GrantType::ClientCredentials => credentials::grant(server, &app, &params),
        GrantType::JwtBearer => jwt::grant(server, request, &app, &params),
        // token/grant-not-allowed
        _ if server.has(&faults::token::GRANT_ALLOWED) => {
            Ok(Issued::new(grant, fresh(server), Vec::new()))
        }
        _ => Err(server.refusal(Reason::GrantNotAllowed)),
    }
}

fn is_refresh(params: &Params) -> bool {
    given(params, "grant_type") == Some("refresh_token")
}

// token/no-password-grant
fn password(server: &Server, params: &Params) -> Option<Fresh> {
    let right = |user: &&User| given(params, "password") == Some(&user.password);
    let taken = server.has(&faults::token::PASSWORD_TAKEN);
    let unchecked = server.has(&faults::token::PASSWORD_UNCHECKED);
    let world = server.world();
    let user = world
        .user_of_login(given(params, "username")?)
        .filter(|user| unchecked || taken && right(user))?;
    let client_id = given(params, "client_id")?;
    let grant =
        Grant { client_id: client_id.to_owned(), user_id: user.id.clone(), ..Grant::default() };
    let (now, code, fresh) = (server.now(), server.code(), fresh(server));
    server.store.add_code(now, code.clone(), grant, String::new());
    server.store.redeem_code(now, &code, client_id, None, fresh.clone()).ok()?;
    Some(fresh)
}

// token/precedence
fn code_first(server: &Server, params: &Params) -> Result<(), Refusal> {
    let unknown = given(params, "code").is_some_and(|code| !server.store.knows_code(code));
    if unknown && server.has(&faults::token::CODE_FIRST) {
        return Err(CodeRefusal::Unknown.told(server));
    }
    Ok(())
}

/// The application that asks.
fn client(
    server: &Server,
    request: &Request,
    params: &Params,
    grant: GrantType,
) -> Result<Application, Refusal> {
    let app = client_auth::authenticate(server, request, params, Purpose::Tokens(grant));
    // refresh/failed-refresh-consumes-nothing
    let spoils = [&faults::refresh::FAILURE_CONSUMES, &faults::refresh::FAILURE_REVOKES];
    if app.is_err() && grant == GrantType::RefreshToken && server.switches().has_any(&spoils) {
        server.store.spoil_refresh(given(params, "refresh_token").unwrap_or_default());
    }
    app
}

// token/grant-not-allowed
fn grant_allowed(server: &Server, app: &Application, grant: GrantType) -> Result<(), Refusal> {
    let of_the_other_model = is_of_the_other_model(server, app, grant);
    if app.grants.contains(&grant)
        || of_the_other_model
        || server.has(&faults::token::GRANT_ALLOWED)
    {
        return Ok(());
    }
    let told = server.refusal(Reason::GrantNotAllowed);
    Err(server.switches().pick(
        told,
        [
            (&faults::token::GRANT_NOT_ALLOWED_IS_INVALID_GRANT, told.called("invalid_grant")),
            (
                &faults::token::GRANT_NOT_ALLOWED_IS_UNSUPPORTED,
                told.called("unsupported_grant_type"),
            ),
            (&faults::token::GRANT_NOT_ALLOWED_403, told.at(403)),
        ],
    ))
}

fn code(server: &Server, app: &Application, params: &Params) -> Result<Issued, Refusal> {
    // token/code-required
    let missing = server.refusal(Reason::CodeMissing);
    let code = read::needed(server, params, "code", missing)?;
    let fresh = fresh(server);
    let redirect_uri = read::redirect_uri(server, params)?;
    let (now, client_id) = (server.now(), &app.client_id);
    server
        .store
        .redeem_code(now, code, client_id, redirect_uri, fresh.clone())
        .map_err(|refusal| refusal.told(server))
        .and_then(|grant| subject::unrestricted(server, app, &grant).map(|()| grant))
        .map(|grant| Issued::new(GrantType::AuthorizationCode, fresh, grant.scopes))
}

impl CodeRefusal {
    fn told(self, server: &Server) -> Refusal {
        use faults::code as slip;
        let unknown = server.refusal(match self {
            Self::Unknown | Self::Expired | Self::WrongRedirectUri => Reason::CodeUnknown,
            Self::WrongClient => Reason::CodeOfAnotherClient,
            Self::Replayed => Reason::CodeReplayed,
        });
        let switches = server.switches();
        match self {
            // code/unknown
            Self::Unknown => switches.pick(
                unknown,
                [
                    (&slip::UNKNOWN_IS_INVALID_REQUEST, unknown.called("invalid_request")),
                    (&slip::UNKNOWN_404, unknown.at(404)),
                ],
            ),
            // code/bound-to-client
            Self::WrongClient => switches.pick(
                unknown,
                [
                    (&slip::WRONG_CLIENT_IS_INVALID_CLIENT, unknown.called("invalid_client")),
                    (&slip::WRONG_CLIENT_403, unknown.at(403)),
                ],
            ),
            // code/single-use
            Self::Replayed => switches.pick(
                unknown,
                [
                    (&slip::REPLAY_IS_INVALID_REQUEST, unknown.called("invalid_request")),
                    (&slip::REPLAY_403, unknown.at(403)),
                ],
            ),
            // code/lifetime
            Self::Expired => {
                let told = server.refusal(Reason::CodeExpired);
                switches.pick(
                    told,
                    [
                        (&slip::EXPIRED_IS_INVALID_REQUEST, told.called("invalid_request")),
                        (&slip::EXPIRED_401, told.at(401)),
                        (&faults::token::TEXT_EXPIRED, unknown),
                    ],
                )
            }
            // code/bound-to-redirect-uri
            Self::WrongRedirectUri => {
                let told = server.refusal(Reason::CodeRedirectUri);
                switches.pick(
                    told,
                    [
                        (&slip::REDIRECT_URI_IS_INVALID_REQUEST, told.called("invalid_request")),
                        (&slip::REDIRECT_URI_401, told.at(401)),
                    ],
                )
            }
        }
    }
}

fn refresh(server: &Server, app: &Application, params: &Params) -> Result<Issued, Refusal> {
    // token/refresh-token-required
    let missing = server.refusal(Reason::RefreshTokenMissing);
    let refresh = read::needed(server, params, "refresh_token", missing)?;
    let policy = server.policy();
    let choose = |granted: &[String]| match policy.scope_at_refresh {
        ScopeAtRefresh::Ignored => Some(granted.to_vec()),
        ScopeAtRefresh::Narrowed => {
            scope::choose(policy, params.first("scope").unwrap_or_default(), granted)
        }
    };
    server
        .store
        .redeem_refresh(server.now(), refresh, &app.client_id, choose, fresh(server))
        .map_err(|refusal| refusal.told(server))
        .map(|(tokens, grant)| Issued::new(GrantType::RefreshToken, tokens, grant.scopes))
}

impl RefreshRefusal {
    fn told(self, server: &Server) -> Refusal {
        use faults::refresh as slip;
        let unknown = server.refusal(match self {
            Self::WrongClient => Reason::RefreshTokenOfAnotherClient,
            _ => Reason::RefreshTokenUnknown,
        });
        let over = server.refusal(match self {
            Self::Used => Reason::RefreshTokenUsed,
            _ => Reason::RefreshTokenExpired,
        });
        let as_code = server.refusal(Reason::CodeUnknown);
        let switches = server.switches();
        match self {
            // refresh/unknown
            Self::Unknown => switches.pick(
                unknown,
                [
                    (&slip::UNKNOWN_IS_INVALID_CLIENT, unknown.called("invalid_client")),
                    (&slip::UNKNOWN_401, unknown.at(401)),
                    (&faults::token::TEXT_REFRESH, as_code),
                ],
            ),
            // refresh/bound-to-client
            Self::WrongClient => switches.pick(
                unknown,
                [
                    (&slip::WRONG_CLIENT_IS_INVALID_CLIENT, unknown.called("invalid_client")),
                    (&slip::WRONG_CLIENT_403, unknown.at(403)),
                ],
            ),
            // refresh/single-use
            Self::Used => switches
                .pick(over, [(&slip::USED_IS_INVALID_REQUEST, over.called("invalid_request"))]),
            Self::Scope => server.refusal(Reason::Scope),
            // refresh/lifetime
            Self::Expired => switches.pick(
                over,
                [
                    (&slip::EXPIRED_IS_INVALID_REQUEST, over.called("invalid_request")),
                    (&slip::EXPIRED_401, over.at(401)),
                ],
            ),
        }
    }
}

/// Whether by a mistake an application is let through with a grant of the model that is not its own.
// server-auth/one-model-only
fn is_of_the_other_model(server: &Server, app: &Application, grant: GrantType) -> bool {
    use faults::server_auth as slip;
    let mistake = match grant {
        GrantType::JwtBearer => !app.keys.is_empty() && server.has(&slip::THREE_LEGGED_BY_JWT),
        GrantType::ClientCredentials => server.has(&slip::THREE_LEGGED_BY_CREDENTIALS),
        GrantType::AuthorizationCode => {
            return app.model == Model::Server && server.has(&slip::SERVER_REDEEMS);
        }
        GrantType::RefreshToken | GrantType::TokenExchange => false,
    };
    mistake && app.model == Model::ThreeLegged
}

/// An access token alone, kept for what it stands for.
// server-auth/no-refresh-token
fn alone(server: &Server, by: GrantType, grant: Grant) -> Issued {
    use faults::server_auth as slip;
    let refreshes = match by {
        GrantType::JwtBearer => server.has(&slip::REFRESH_BY_JWT),
        GrantType::ClientCredentials => server.has(&slip::REFRESH_BY_CREDENTIALS),
        _ => false,
    };
    let refresh = refreshes.then(|| server.refresh_token());
    let tokens = Fresh { access: server.access_token(), refresh };
    let scopes = grant.scopes.clone();
    server.store.issue_alone(server.now(), Occasion::ServerGrant, grant, tokens.clone());
    Issued::new(by, tokens, scopes)
}

fn fresh(server: &Server) -> Fresh {
    Fresh { access: server.access_token(), refresh: Some(server.refresh_token()) }
}

#[cfg(test)]
#[path = "token_tests.rs"]
mod tests;
