//! Whether an application may be used in an enterprise as its administrators have set it
//! (`box` security guide, "Enterprise settings and authorization").

use crate::server::Server;
use crate::server::faults::enterprise as faults;
use crate::server::oauth::authorize::{self, Denial, error_page};
use crate::server::oauth::sessions::Authorization;
use crate::server::variants;
use crate::server::world::{Application, Model, User};
use crate::wire::{Params, Response};

/// Whether the settings of an enterprise keep an application out that was not enabled there.
// enterprise/unpublished-disabled-oauth, enterprise/unpublished-disabled-server,
// enterprise/published, enterprise/default-enabled
pub(in crate::server) fn is_disabled(server: &Server, app: &Application, enterprise: &str) -> bool {
    let world = server.world();
    let Some(settings) = world.enterprise(enterprise).map(|known| known.settings) else {
        return false;
    };
    let published = app.published ^ server.has(&faults::KINDS_MIXED_UP);
    let disabled = match () {
        () if server.has(&faults::SETTINGS_FOR_ALL) => {
            settings.disable_published || settings.disable_unpublished
        }
        () if published => {
            settings.disable_published && !server.has(&faults::PUBLISHED_IGNORED)
                || server.has(&faults::PUBLISHED_DISABLED_BY_DEFAULT)
        }
        () => settings.disable_unpublished && !is_overlooked(server, app),
    };
    let approval = world.approval(&app.client_id, enterprise);
    let enabled = approval.is_some_and(|approval| approval.enabled) && !is_useless(server, app);
    disabled && !enabled
}

/// Mistakes by which the setting about unpublished applications counts for nothing.
fn is_overlooked(server: &Server, app: &Application) -> bool {
    match app.model {
        Model::ThreeLegged => server.has(&faults::UNPUBLISHED_IGNORED),
        Model::Server => server.has(&faults::SERVER_IGNORED),
    }
}

/// Mistakes by which enabling changes nothing.
fn is_useless(server: &Server, app: &Application) -> bool {
    match (app.published, app.model) {
        (true, _) => server.has(&faults::PUBLISHED_STAYS_DISABLED),
        (false, Model::ThreeLegged) => server.has(&faults::STAYS_DISABLED),
        (false, Model::Server) => server.has(&faults::SERVER_STAYS_DISABLED),
    }
}

/// The answer to an authorization request of an application that is disabled for this user.
// enterprise/unpublished-disabled-oauth, enterprise/published
pub(in crate::server) fn refuse(
    server: &Server,
    authorization: &Authorization,
    user: &User,
) -> Option<Response> {
    let world = server.world();
    let app = world.application(&authorization.client_id)?;
    let enterprise = user.enterprise.as_deref()?;
    if !is_disabled(server, app, enterprise) {
        return None;
    }
    let (to, state) = (&authorization.redirect_uri, authorization.state.as_deref());
    if server.has(&faults::DISABLED_INVALID_SCOPE) {
        let denial = Denial { error: "invalid_scope", description: None };
        return Some(authorize::deny(server, to, state, denial));
    }
    if server.varies(&variants::DISABLED_IS_DENIED) {
        let description = Some("The application is disabled by the administrator");
        let denial = Denial { error: "access_denied", description };
        return Some(authorize::deny(server, to, state, denial));
    }
    Some(error_page(server, 403, "disabled_by_administrator", &Params::default()))
}
