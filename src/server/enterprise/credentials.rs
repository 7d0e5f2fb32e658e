//! The client credentials grant of a server application (`box`, authentication models): the
//! application's secret is all that it takes, and the request says for whom the token is.

use super::subject::{self, Subject};
use crate::server::core::Core;
use crate::server::faults::effects;
use crate::server::oauth::http::Refusal;
use crate::server::oauth::issued::Issued;
use crate::server::oauth::token::{alone, needed};
use crate::server::world::{Application, GrantType};
use crate::wire::Params;

const MISSING_TYPE: Refusal =
    Refusal::invalid_request("Missing parameter. \"box_subject_type\" is required");
const MISSING_ID: Refusal =
    Refusal::invalid_request("Missing parameter. \"box_subject_id\" is required");
const UNKNOWN: Refusal = Refusal::new("invalid_grant", "Grant credentials are invalid");

// server-auth/client-credentials-enterprise, server-auth/client-credentials-user
pub(in crate::server) fn grant(
    server: &Core,
    app: &Application,
    params: &Params,
) -> Result<Issued, Refusal> {
    let kind = needed(params, "box_subject_type", MISSING_TYPE)?;
    let id = needed(params, "box_subject_id", MISSING_ID)?;
    let subject = Subject::read(kind, id).ok_or(UNKNOWN)?;
    let asked = (GrantType::ClientCredentials, subject);
    let grant = subject::grant(server, app, asked, UNKNOWN)
        .map_err(|refusal| effects::token::credentials_refused(server, refusal, UNKNOWN))?;
    Ok(alone(server, GrantType::ClientCredentials, grant))
}
