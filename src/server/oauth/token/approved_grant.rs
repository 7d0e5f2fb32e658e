//! What a server application may do in an enterprise: what its administrators authorized, and no
//! more (`box` security guide, "Application authorization").

use crate::server::Server;
use crate::server::enterprise::app_approval;
use crate::server::faults::{authorization as faults, enterprise as setting_faults};
use crate::server::oauth::http::Refusal;
use crate::server::variants;
use crate::server::world::{Application, Snapshot};

const NOT_AUTHORIZED: Refusal =
    Refusal::new("unauthorized_client", "This app is not authorized by the enterprise admin");
const DISABLED: Refusal =
    Refusal::new("unauthorized_client", "This app is disabled by the enterprise admin");

/// Scopes and access level of a server application in an enterprise, as they were when it was
/// authorized there last.
// authorization/snapshot-scopes, authorization/snapshot-access
pub(super) fn approved_grant(
    server: &Server,
    app: &Application,
    enterprise: &str,
) -> Result<Snapshot, Refusal> {
    let snapshot = authorized(server, app, enterprise).ok_or_else(|| unauthorized(server))?;
    // enterprise/unpublished-disabled-server
    if !app_approval::is_disabled(server, app, enterprise) {
        return Ok(snapshot);
    }
    if server.varies(&variants::DISABLED_IS_BLOCKED) {
        return Err(DISABLED.called("service_blocked"));
    }
    let told = [(&setting_faults::SERVER_DISABLED_403, DISABLED.called("forbidden").at(403))];
    Err(server.switches().pick(DISABLED, told))
}

// authorization/required, enterprise/default-enabled
fn authorized(server: &Server, app: &Application, enterprise: &str) -> Option<Snapshot> {
    let world = server.world();
    let approval = world.approval(&app.client_id, enterprise);
    let settings = world.enterprise(enterprise)?.settings;
    let enabled = approval.is_some_and(|approval| approval.enabled);
    let needless = server.has(&faults::NOT_REQUIRED)
        || enabled && server.has(&setting_faults::ENABLED_IS_AUTHORIZED)
        || !settings.disable_unpublished && server.has(&setting_faults::SERVER_ENABLED_BY_DEFAULT);
    let now = || Snapshot { scopes: app.scopes.clone(), access: app.access };
    let snapshot = approval.and_then(|approval| approval.authorized.clone());
    snapshot.or_else(|| needless.then(now))
}

// authorization/required
fn unauthorized(server: &Server) -> Refusal {
    server.switches().pick(
        NOT_AUTHORIZED,
        [
            (&faults::REQUIRED_401, NOT_AUTHORIZED.at(401)),
            (&faults::REQUIRED_INVALID_GRANT, NOT_AUTHORIZED.called("invalid_grant")),
        ],
    )
}
