//! Mistakes with what administrators authorized.

use crate::server::core::Core;
use crate::server::faults::{authorization as faults, enterprise};
use crate::server::oauth::http::Refusal;
use crate::server::variants;
use crate::server::world::{Application, Approval, Settings, Snapshot};

/// What was authorized, or by a mistake counts as if it were.
// authorization/required, enterprise/default-enabled
pub(in crate::server) fn authorized(
    server: &Core,
    app: &Application,
    approval: Option<&Approval>,
    settings: Settings,
    right: Option<Snapshot>,
) -> Option<Snapshot> {
    right.or_else(|| {
        let enabled = approval.is_some_and(|approval| approval.enabled);
        let needless = server.has(&faults::NOT_REQUIRED)
            || enabled && server.has(&enterprise::ENABLED_IS_AUTHORIZED)
            || !settings.disable_unpublished && server.has(&enterprise::SERVER_ENABLED_BY_DEFAULT);
        needless.then(|| Snapshot { scopes: app.scopes.clone(), access: app.access })
    })
}

/// How an application is told that it is not authorized.
// authorization/required
pub(in crate::server) fn told(server: &Core, right: Refusal) -> Refusal {
    server.switches().alter(
        right,
        [
            (&faults::REQUIRED_401, right.at(401)),
            (&faults::REQUIRED_INVALID_GRANT, right.called("invalid_grant")),
        ],
    )
}

/// How an application is told that it is disabled.
// enterprise/unpublished-disabled-server
pub(in crate::server) fn disabled(server: &Core, right: Refusal) -> Refusal {
    if server.varies(&variants::DISABLED_IS_BLOCKED) {
        return right.called("service_blocked");
    }
    let wrong = [(&enterprise::SERVER_DISABLED_403, right.called("forbidden").at(403))];
    server.switches().alter(right, wrong)
}
