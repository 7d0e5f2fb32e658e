//! What a server application may do in an enterprise: what its administrators authorized, and no
//! more (`box` security guide, "Application authorization").

use super::super::Server;
use super::super::http::Refusal;
use super::super::world::{Application, Snapshot};

const NOT_AUTHORIZED: Refusal =
    Refusal::new("unauthorized_client", "This app is not authorized by the enterprise admin");

/// Scopes and access level of a server application in an enterprise, as they were when it was
/// authorized there last.
// authorization/required, authorization/snapshot-scopes, authorization/snapshot-access
pub(super) fn standing(
    server: &Server,
    app: &Application,
    enterprise: &str,
) -> Result<Snapshot, Refusal> {
    let world = server.world();
    let approval = world.approval(&app.client_id, enterprise);
    approval.and_then(|approval| approval.authorized.clone()).ok_or(NOT_AUTHORIZED)
}
