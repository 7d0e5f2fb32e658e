//! The JWT grant (RFC 7523 §2.1): an assertion that the client signed says for whom the token is to be. Clients
//! issue assertions about themselves and about users.

use crate::server::core::Core;
use crate::server::faults::effects::assertion as effects;
use crate::server::oauth::assertion::{self, Presented, Use, text};
use crate::server::oauth::http::Refusal;
use crate::server::oauth::issued::Issued;
use crate::server::oauth::scope;
use crate::server::oauth::store::Grant;
use crate::server::oauth::token::{alone, needed};
use crate::server::policy::Reason;
use crate::server::world::{Application, GrantType, World};
use crate::wire::{Params, Request, jws};

const MISSING: Refusal = Refusal::invalid_request("The parameter assertion is missing");
const INVALID: Refusal = Refusal::new("invalid_grant", "The assertion is invalid");

// server-auth/assertion-grant
pub(in crate::server) fn grant(
    server: &Core,
    request: &Request,
    app: &Application,
    params: &Params,
) -> Result<Issued, Refusal> {
    let written = needed(params, "assertion", MISSING)?;
    let subject = subject_of(server, request, app, written);
    let user_id = effects::issued(server, written, subject)?;
    let asked = params.first("scope").unwrap_or_default();
    let scopes = scope::choose(server.policy(), asked, &app.scopes);
    let scopes = scopes.ok_or_else(|| server.refusal(Reason::Scope))?;
    let client_id = app.client_id.clone();
    let grant = Grant { user_id, client_id, scopes, ..Grant::default() };
    Ok(alone(server, GrantType::JwtBearer, grant))
}

/// The user that a valid assertion is about; empty: it is about the client.
fn subject_of(
    server: &Core,
    request: &Request,
    app: &Application,
    written: &str,
) -> Result<String, Refusal> {
    // server-auth/jwt-malformed
    let parts = jws::read(written).ok_or(INVALID)?;
    // server-auth/jwt-issuer
    let issued = text(&parts.claims, "iss") == Some(&app.client_id);
    // server-auth/assertion-subject
    let user = user_of(&server.world(), app, text(&parts.claims, "sub"));
    let (issued, user) = effects::named(server, app, &parts.claims, (issued, user));
    let user = user.filter(|_| issued).ok_or(INVALID)?;
    let presented = Presented { by: Use::Grant, app, parts: &parts };
    assertion::check(server, request, presented, INVALID)?;
    Ok(user)
}

/// Whom a token is to stand for: a user, or nobody but the client.
fn user_of(world: &World, app: &Application, subject: Option<&str>) -> Option<String> {
    let subject = subject?;
    let user = world.user(subject).or_else(|| world.user_of_login(subject));
    let own = (subject == app.client_id).then(String::new);
    user.map(|user| user.id.clone()).or(own)
}
