//! What a server application may do in an enterprise: what its administrators authorized, and no
//! more (`box` security guide, "Application authorization").

use crate::server::core::Core;
use crate::server::enterprise::app_approval;
use crate::server::faults::effects::approved_grant as effects;
use crate::server::oauth::http::Refusal;
use crate::server::world::{Application, Snapshot};

const NOT_AUTHORIZED: Refusal =
    Refusal::new("unauthorized_client", "This app is not authorized by the enterprise admin");
const DISABLED: Refusal =
    Refusal::new("unauthorized_client", "This app is disabled by the enterprise admin");

/// Scopes and access level of a server application in an enterprise, as they were when it was
/// authorized there last.
// authorization/snapshot-scopes, authorization/snapshot-access
pub(super) fn approved_grant(
    server: &Core,
    app: &Application,
    enterprise: &str,
) -> Result<Snapshot, Refusal> {
    let snapshot =
        authorized(server, app, enterprise).ok_or_else(|| effects::told(server, NOT_AUTHORIZED))?;
    // enterprise/unpublished-disabled-server
    if app_approval::is_disabled(server, app, enterprise) {
        return Err(effects::disabled(server, DISABLED));
    }
    Ok(snapshot)
}

// authorization/required, enterprise/default-enabled
fn authorized(server: &Core, app: &Application, enterprise: &str) -> Option<Snapshot> {
    let world = server.world();
    let approval = world.approval(&app.client_id, enterprise);
    let right = approval.and_then(|approval| approval.authorized.clone());
    let settings = world.enterprise(enterprise)?.settings;
    effects::authorized(server, app, approval, settings, right)
}
