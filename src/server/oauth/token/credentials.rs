//! The client credentials grant (`box`, authentication models; RFC 6749 §4.4): the application's
//! secret is all that it takes, and the request says for whom the token is.

use super::subject::{self, Subject};
use super::{alone, read};
use crate::server::Server;
use crate::server::faults::server_auth as slip;
use crate::server::oauth::http::Refusal;
use crate::server::oauth::store::Fresh;
use crate::server::variants;
use crate::server::world::{Application, GrantType};
use crate::wire::Params;

const MISSING_TYPE: Refusal =
    Refusal::invalid_request("Missing parameter. \"box_subject_type\" is required");
const MISSING_ID: Refusal =
    Refusal::invalid_request("Missing parameter. \"box_subject_id\" is required");
const UNKNOWN: Refusal = Refusal::new("invalid_grant", "Grant credentials are invalid");

// server-auth/client-credentials-enterprise, server-auth/client-credentials-user
pub(super) fn grant(server: &Server, app: &Application, params: &Params) -> Result<Fresh, Refusal> {
    if server.has(&slip::CREDENTIALS_UNKNOWN) {
        return Err(super::GRANT_TYPE);
    }
    let kind = read::needed(server, params, "box_subject_type", MISSING_TYPE)?;
    let id = read::needed(server, params, "box_subject_id", MISSING_ID)?;
    let subject = Subject::read(kind, id).ok_or(UNKNOWN)?;
    let asked = (GrantType::ClientCredentials, subject);
    let grant = subject::grant(server, app, asked, UNKNOWN).map_err(|refusal| {
        let one = refusal.error == "invalid_request"
            && server.varies(&variants::GRANT_CREDENTIALS_INVALID);
        if one { UNKNOWN } else { refusal }
    })?;
    Ok(alone(server, GrantType::ClientCredentials, grant))
}
