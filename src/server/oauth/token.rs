//! The token endpoint (RFC 6749 §3.2, §4.1.3 and §6; `box` OAuth page, "Getting the Access Token" and
//! "Using the Access and Refresh Tokens").
//!
//! Checks come in a fixed order: well-formed, grant type, client, grant allowed, parameters, grant.

mod answer;
mod assertion;
mod credentials;
mod device;
pub(in crate::server) mod exchange;
mod password;

use crate::server::core::Core;
use crate::server::faults::effects;
use crate::server::oauth::audience;
use crate::server::oauth::client_auth::{self, Purpose};
use crate::server::oauth::dpop::{self, Asker};
use crate::server::oauth::http::{self, Refusal, given};
use crate::server::oauth::issued::Issued;
use crate::server::oauth::jwt_tokens;
use crate::server::oauth::pkce;
use crate::server::oauth::scope;
use crate::server::oauth::store::{CodeRefusal, Fresh, Grant, Occasion, Redeemer, RefreshRefusal};
use crate::server::policy::{AssertionIssuers, ClientCredentials, Reason, ScopeAtRefresh};
use crate::server::world::{Application, GrantType};
use crate::wire::{Params, Request, Response};

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
    "device_code",
];

pub(in crate::server) fn knows(server: &Core, name: &str) -> bool {
    let proof = server.policy().pkce.is_some() && name == pkce::VERIFIER;
    KNOWN.contains(&name) || proof || server.extension.parameters().contains(&name)
}

/// Every method at the token endpoint.
pub(in crate::server) fn endpoint(server: &Core, request: &Request) -> Response {
    // token/post-only
    let refused = (request.method != "POST").then(|| http::method_not_allowed("POST"));
    if let Some(response) = effects::token::method(server, request, refused) {
        return response;
    }
    match issue(server, request) {
        Ok(issued) => {
            let issued = jwt_tokens::written(server, &request.origin, issued);
            let response = answer::success(server, &issued);
            dpop::tell(server, (Asker::AuthorizationServer, None), response)
        }
        Err(refusal) => {
            let response = effects::token::refused(server, request, refusal);
            dpop::tell(server, (Asker::AuthorizationServer, Some(refusal.error)), response)
        }
    }
}

fn issue(server: &Core, request: &Request) -> Result<Issued, Refusal> {
    // token/query-ignored, token/form-encoded
    let body = http::body_params(request).map_err(|reason| server.refusal(reason));
    let params = effects::token::params(server, request, body)?;
    // token/repeated-parameter
    let repeated = params.repeated(|name| knows(server, name) && !audience::repeats(server, name));
    let repeated = repeated.is_some();
    let repeated = repeated.then(|| server.refusal(Reason::RepeatedParameter));
    // token/empty-is-absent: nothing is said about a parameter without a value.
    effects::token::malformed(server, &params, repeated).map_or(Ok(()), Err)?;
    let by = effects::token::grant_type(server, &params, grant_type(server, &params))?;
    // exchange/client-authenticated: by RFC 8693 it is known who asks.
    if by == GrantType::TokenExchange && server.policy().exchange.is_none() {
        return server.extension.exchange(server, request, &params);
    }
    // token/precedence: nothing is said about the code before it is known who asks.
    let app = client_auth::authenticate(server, request, &params, Purpose::Tokens(by))?;
    // token/grant-not-allowed, server-auth/one-model-only
    let refused = (!app.grants.contains(&by)).then(|| server.refusal(Reason::GrantNotAllowed));
    if let Some(issued) = effects::token::permitted(server, &params, (&app, by), refused)? {
        return Ok(issued);
    }
    let resources = audience::granted(server, request, &params)?;
    // dpop/client-bound, dpop/code-bound, dpop/refresh-bound: first, so that a bad proof uses nothing up.
    let key = dpop::proven(server, request, (&app, by), &params)?;
    let issued = by_grant(server, request, (&app, by), &params)?;
    audience::narrow(server, &params, &issued.tokens.access, &resources);
    Ok(dpop::bind(server, issued, key))
}

/// What a client gets by a grant that it may use.
fn by_grant(
    server: &Core,
    request: &Request,
    (app, by): (&Application, GrantType),
    params: &Params,
) -> Result<Issued, Refusal> {
    match by {
        GrantType::AuthorizationCode => code(server, app, params),
        GrantType::RefreshToken => refresh(server, app, params),
        GrantType::ClientCredentials => match server.policy().client_credentials {
            ClientCredentials::Client => credentials::grant(server, app, params),
            ClientCredentials::Subject => {
                server.extension.grant(server, request, (app, by), params)
            }
        },
        GrantType::Password => password::grant(server, app, params),
        GrantType::DeviceCode => device::grant(server, app, params),
        GrantType::JwtBearer => match server.policy().assertion_issuers {
            AssertionIssuers::Client => assertion::grant(server, request, app, params),
            AssertionIssuers::Application => {
                server.extension.grant(server, request, (app, by), params)
            }
        },
        GrantType::TokenExchange => exchange::grant(server, app, params),
        GrantType::Implicit => Err(server.refusal(Reason::GrantNotAllowed)),
    }
}

/// The grant that is asked for.
// token/grant-type-required, token/grant-type-known, token/no-password-grant
fn grant_type(server: &Core, params: &Params) -> Result<GrantType, Reason> {
    let value = given(params, "grant_type").ok_or(Reason::GrantTypeMissing)?;
    known_grant(server, value).ok_or(Reason::GrantTypeUnknown)
}

/// The grant of this name, if it is one of the dialect's.
pub(in crate::server) fn known_grant(server: &Core, name: &str) -> Option<GrantType> {
    GrantType::read(name).filter(|grant| server.policy().grants.contains(grant))
}

/// The value of a parameter without which there is no grant.
pub(in crate::server) fn needed<'a>(
    params: &'a Params,
    name: &str,
    missing: Refusal,
) -> Result<&'a str, Refusal> {
    given(params, name).ok_or(missing)
}

/// A code is redeemed (RFC 6749 §4.1.3).
fn code(server: &Core, app: &Application, params: &Params) -> Result<Issued, Refusal> {
    // token/code-required
    let code = needed(params, "code", server.refusal(Reason::CodeMissing))?;
    let fresh = effects::token::grants::brought(server, code, usable(fresh(server), app));
    // code/redirect-uri-not-repeated: the store knows whether it has to be there.
    let redirect_uri = given(params, "redirect_uri");
    let verifier = pkce::verifier(server, app, params);
    // code/bound-to-client, code/bound-to-scope
    let (code, client_id) = effects::token::grants::meant(server, (app, params), code);
    let code = &*code;
    let by = Redeemer { now: server.now(), client_id: &client_id, redirect_uri, verifier };
    let unused = effects::token::is_unredeemed(server, code);
    let grant = server
        .store
        .redeem_code(code, by, fresh.clone())
        .map_err(|refusal| lost(server, unused, refusal.reason()))?;
    effects::subject::unrestricted(server, app, &grant)?;
    Ok(Issued::new(GrantType::AuthorizationCode, fresh, grant.scopes))
}

/// Without a refresh token where the client is not registered for its grant (RFC 7591 §2): it could not redeem
/// it, and a client that has one tries it before it asks the user again.
fn usable(fresh: Fresh, app: &Application) -> Fresh {
    let may = app.grants.contains(&GrantType::RefreshToken);
    Fresh { refresh: fresh.refresh.filter(|_| may), ..fresh }
}

/// Refuses a grant; `unused`: what it rests on had not been used before.
fn lost(server: &Core, unused: bool, reason: Reason) -> Refusal {
    effects::token::lost(unused, server.refusal(reason))
}

impl CodeRefusal {
    fn reason(self) -> Reason {
        match self {
            // code/unknown
            Self::Unknown => Reason::CodeUnknown,
            // code/bound-to-client
            Self::WrongClient => Reason::CodeOfAnotherClient,
            // code/single-use
            Self::Replayed => Reason::CodeReplayed,
            // code/lifetime
            Self::Expired => Reason::CodeExpired,
            // code/bound-to-redirect-uri
            Self::WrongRedirectUri => Reason::CodeRedirectUri,
            // pkce/verifier-wrong, pkce/verifier-missing, pkce/verifier-unasked
            Self::WrongVerifier => Reason::CodeVerifier,
        }
    }
}

/// A refresh token is redeemed (RFC 6749 §6).
fn refresh(server: &Core, app: &Application, params: &Params) -> Result<Issued, Refusal> {
    // token/refresh-token-required
    let missing = server.refusal(Reason::RefreshTokenMissing);
    let refresh = needed(params, "refresh_token", missing)?;
    let policy = server.policy();
    let asked = params.first("scope").unwrap_or_default();
    // refresh/scope-never-widens, refresh/scope-kept, refresh/scope-told
    let choose = |granted: &[String]| {
        let right = match policy.scope_at_refresh {
            ScopeAtRefresh::Ignored => Some(granted.to_vec()),
            ScopeAtRefresh::Narrowed => scope::choose(policy, asked, granted),
        };
        effects::token::scopes_of_refresh(server, app, asked, granted, right)
    };
    // refresh/bound-to-client
    let (client_id, unused) = effects::token::presented(server, (app, params), refresh);
    let (tokens, grant) = server
        .store
        .redeem_refresh(server.now(), refresh, &client_id, choose, fresh(server))
        .map_err(|refusal| lost(server, unused, refusal.reason()))?;
    Ok(Issued::new(GrantType::RefreshToken, tokens, grant.scopes))
}

impl RefreshRefusal {
    fn reason(self) -> Reason {
        match self {
            // refresh/unknown
            Self::Unknown => Reason::RefreshTokenUnknown,
            // refresh/bound-to-client
            Self::WrongClient => Reason::RefreshTokenOfAnotherClient,
            // refresh/single-use
            Self::Used => Reason::RefreshTokenUsed,
            // refresh/lifetime
            Self::Expired => Reason::RefreshTokenExpired,
            Self::Scope => Reason::Scope,
        }
    }
}

/// An access token alone, kept for what it stands for.
// server-auth/no-refresh-token
pub(in crate::server) fn alone(server: &Core, by: GrantType, grant: Grant) -> Issued {
    let refresh = effects::token::refresh_beside(server, by);
    let tokens = Fresh { access: server.access_token(), refresh };
    let scopes = grant.scopes.clone();
    server.store.issue_alone(server.now(), Occasion::ServerGrant, grant, tokens.clone());
    Issued::new(by, tokens, scopes)
}

/// An access token and a refresh token that no code was exchanged for, kept for what they stand for.
pub(in crate::server) fn refreshable(server: &Core, by: GrantType, grant: Grant) -> Issued {
    let (tokens, scopes) = (fresh(server), grant.scopes.clone());
    let of_device = by == GrantType::DeviceCode;
    let occasion = if of_device { Occasion::Device } else { Occasion::Code };
    server.store.issue_alone(server.now(), occasion, grant, tokens.clone());
    Issued::new(by, tokens, scopes)
}

pub(in crate::server) fn fresh(server: &Core) -> Fresh {
    Fresh { access: server.access_token(), refresh: Some(server.refresh_token()) }
}

#[cfg(test)]
#[path = "token_tests.rs"]
mod tests;
