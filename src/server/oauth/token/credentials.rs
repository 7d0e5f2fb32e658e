//! The client credentials grant (`box`, authentication models; RFC 6749 §4.4): the application's
//! secret is all that it takes, and the request says for whom the token is.

use super::subject::{self, Subject};
use super::{Issued, alone};
use crate::server::Server;
use crate::server::faults::effects;
use crate::server::oauth::http::Refusal;
use crate::server::oauth::{scope, store};
use crate::server::policy::{ClientCredentials, Reason};
use crate::server::world::{Application, GrantType};
use crate::wire::Params;

const MISSING_TYPE: Refusal =
    Refusal::invalid_request("Missing parameter. \"box_subject_type\" is required");
const MISSING_ID: Refusal =
    Refusal::invalid_request("Missing parameter. \"box_subject_id\" is required");
const UNKNOWN: Refusal = Refusal::new("invalid_grant", "Grant credentials are invalid");

// server-auth/client-credentials-enterprise, server-auth/client-credentials-user
pub(super) fn grant(
    server: &Server,
    app: &Application,
    params: &Params,
) -> Result<Issued, Refusal> {
    if server.policy().client_credentials == ClientCredentials::Client {
        return for_itself(server, app, params);
    }
    let kind = super::needed(params, "box_subject_type", MISSING_TYPE)?;
    let id = super::needed(params, "box_subject_id", MISSING_ID)?;
    let subject = Subject::read(kind, id).ok_or(UNKNOWN)?;
    let asked = (GrantType::ClientCredentials, subject);
    let grant = subject::grant(server, app, asked, UNKNOWN)
        .map_err(|refusal| effects::token::credentials_refused(server, refusal, UNKNOWN))?;
    Ok(alone(server, GrantType::ClientCredentials, grant))
}

/// A token that stands for the client (RFC 6749 §4.4). Only confidential clients may have one.
fn for_itself(server: &Server, app: &Application, params: &Params) -> Result<Issued, Refusal> {
    if app.secret.is_empty() {
        return Err(server.refusal(Reason::GrantNotAllowed));
    }
    let asked = params.first("scope").unwrap_or_default();
    let scopes = scope::choose(server.policy(), asked, &app.scopes);
    let scopes = scopes.ok_or_else(|| server.refusal(Reason::Scope))?;
    let client_id = app.client_id.clone();
    let grant = store::Grant { client_id, scopes, ..store::Grant::default() };
    Ok(alone(server, GrantType::ClientCredentials, grant))
}
