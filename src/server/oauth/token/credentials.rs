//! The client credentials grant (RFC 6749 §4.4): a token that stands for the client.

use super::alone;
use crate::server::core::Core;
use crate::server::faults::effects;
use crate::server::oauth::http::Refusal;
use crate::server::oauth::issued::Issued;
use crate::server::oauth::{scope, store};
use crate::server::policy::Reason;
use crate::server::world::{Application, GrantType};
use crate::wire::Params;

/// Only confidential clients may have one.
pub(super) fn grant(server: &Core, app: &Application, params: &Params) -> Result<Issued, Refusal> {
    if app.is_public() {
        return Err(server.refusal(Reason::GrantNotAllowed));
    }
    let asked = params.first("scope").unwrap_or_default();
    // scope/unknown
    let chosen = scope::choose(server.policy(), asked, &app.scopes);
    let by = GrantType::ClientCredentials;
    let scopes = effects::scope::chosen(server, by, (asked, &app.scopes), chosen);
    let scopes = scopes.ok_or_else(|| server.refusal(Reason::Scope))?;
    let client_id = app.client_id.clone();
    let grant = store::Grant { client_id, scopes, ..store::Grant::default() };
    Ok(alone(server, GrantType::ClientCredentials, grant))
}
