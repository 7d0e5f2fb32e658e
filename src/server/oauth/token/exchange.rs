//! Token exchange (RFC 8693): a token of this server becomes another one, for the same user, and where an
//! actor's token stands beside it, for use by that actor.

use super::needed;
use crate::server::core::Core;
use crate::server::faults::effects::token::exchange as effects;
use crate::server::oauth::http::{Refusal, given};
use crate::server::oauth::issued::{ACCESS_TOKEN, Issued, REFRESH_TOKEN};
use crate::server::oauth::scope;
use crate::server::oauth::store::{Fresh, Grant, Occasion};
use crate::server::policy::{Exchange, Reason};
use crate::server::world::{Application, GrantType};
use crate::wire::Params;

pub(in crate::server) const NO_SUBJECT: Refusal =
    Refusal::invalid_request("The parameter subject_token is missing");
const NO_TYPE: Refusal = Refusal::invalid_request("The type of a token is missing");
const NO_ACTOR: Refusal = Refusal::invalid_request("There is the type of an actor's token alone");
const OTHER_TYPE: Refusal = Refusal::invalid_request("Tokens of this type are not exchanged");
const NOT_ISSUED: Refusal = Refusal::invalid_request("Tokens of the requested type are not issued");
pub(in crate::server) const INVALID: Refusal =
    Refusal::invalid_request("The token that was to be exchanged is invalid");
pub(in crate::server) const INVALID_ACTOR: Refusal =
    Refusal::invalid_request("The token of the actor is invalid");
pub(in crate::server) const NOT_OWN: Refusal =
    Refusal::invalid_request("The token was issued to another client");
pub(in crate::server) const OTHER_ACTOR: Refusal =
    Refusal::invalid_request("The token names another actor");

pub(super) fn grant(server: &Core, app: &Application, params: &Params) -> Result<Issued, Refusal> {
    effects::around(server, app, params, exchange)
}

fn exchange(server: &Core, app: &Application, params: &Params) -> Result<Issued, Refusal> {
    // exchange/subject-token-required
    let token = needed(params, "subject_token", NO_SUBJECT)?;
    // exchange/subject-type-required
    let kind = needed(params, "subject_token_type", NO_TYPE)?;
    let subject = standing(server, token, kind, INVALID)?;
    let actor = actor(server, params)?;
    may_exchange(server, app, &subject, actor.as_ref())?;
    // exchange/scope-never-widens, exchange/scope-told
    let asked = params.first("scope").unwrap_or_default();
    let scopes = scope::choose(server.policy(), asked, &subject.scopes);
    let scopes = effects::scopes(server, (asked, app, &subject), scopes);
    let scopes = scopes.ok_or_else(|| server.refusal(Reason::Scope))?;
    // exchange/actor-named, exchange/actors-nested
    let acting = actor.as_ref().map(Grant::bearer);
    let actors = acting.into_iter().chain(subject.actors.clone()).collect();
    // exchange/stands-for-subject, exchange/target
    let client_id = app.client_id.clone();
    let before = subject.scopes.clone();
    let exchanged = Grant { client_id, scopes, actors, key: None, ..subject };
    let exchanged = effects::exchanged(server, (actor.as_ref(), before), exchanged);
    // exchange/issued-type
    let wanted = given(params, "requested_token_type").unwrap_or(ACCESS_TOKEN);
    issue(server, app, wanted, exchanged)
}

/// What a token stands for, whose type is told.
// exchange/subject-invalid, exchange/subject-expired, exchange/subject-revoked, exchange/subject-kind
// exchange/subject-gone
fn standing(server: &Core, token: &str, kind: &str, invalid: Refusal) -> Result<Grant, Refusal> {
    // exchange/subject-type-unknown
    let access = match kind {
        ACCESS_TOKEN => true,
        REFRESH_TOKEN => false,
        _ => return Err(OTHER_TYPE),
    };
    let told = server.store.told(server.now(), token).filter(|told| told.access == access);
    effects::standing(server, (token, access), told.map(|told| told.grant), invalid)
}

/// What the token of whoever is to act stands for.
// exchange/actor-type-required, exchange/actor-type-alone, exchange/actor-invalid
fn actor(server: &Core, params: &Params) -> Result<Option<Grant>, Refusal> {
    let kind = given(params, "actor_token_type");
    match (given(params, "actor_token"), kind) {
        (None, None) => Ok(None),
        (None, Some(_)) => Err(NO_ACTOR),
        (Some(_), None) => Err(NO_TYPE),
        (Some(token), Some(kind)) => standing(server, token, kind, INVALID_ACTOR).map(Some),
    }
}

/// Who may exchange a token: the client that it was issued to, or any that has the grant; and where the
/// token names an actor, that one alone (RFC 8693 §4.4).
fn may_exchange(
    server: &Core,
    app: &Application,
    subject: &Grant,
    actor: Option<&Grant>,
) -> Result<(), Refusal> {
    let own = subject.client_id == app.client_id;
    // exchange/named-actor-alone
    let world = server.world();
    let issued_to = world.application(&subject.client_id);
    let named = issued_to.and_then(|app| app.may_act.as_deref());
    let acting = actor.map_or_else(|| app.client_id.clone(), Grant::bearer);
    let right = if !own && server.policy().exchange == Some(Exchange::OwnTokens) {
        Err(NOT_OWN)
    } else if named.is_some_and(|named| named != acting) {
        Err(OTHER_ACTOR)
    } else {
        Ok(())
    };
    effects::permitted(server, own, right)
}

/// A token of this type.
// exchange/issued-type, exchange/no-token-type
fn issue(server: &Core, app: &Application, kind: &str, grant: Grant) -> Result<Issued, Refusal> {
    let by = GrantType::TokenExchange;
    let scopes = grant.scopes.clone();
    let refreshes = app.grants.contains(&GrantType::RefreshToken);
    let refresh = effects::refresh_beside(server, refreshes, kind == REFRESH_TOKEN);
    let tokens =
        Fresh { access: server.access_token(), refresh: refresh.then(|| server.refresh_token()) };
    let issued = match (kind, tokens.refresh.clone()) {
        (ACCESS_TOKEN, _) => Issued::new(by, tokens.clone(), scopes),
        (REFRESH_TOKEN, Some(refresh)) => {
            let told = Fresh { access: refresh, refresh: None };
            Issued { kind: REFRESH_TOKEN, ..Issued::new(by, told, scopes) }
        }
        _ => return Err(NOT_ISSUED),
    };
    server.store.issue_alone(server.now(), Occasion::Exchange, grant, tokens);
    Ok(issued)
}
