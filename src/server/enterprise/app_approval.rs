//! Whether an application may be used in an enterprise as its administrators have set it
//! (`box` security guide, "Enterprise settings and authorization").

use crate::server::core::Core;
use crate::server::faults::effects::app_approval as effects;
use crate::server::oauth::authorization_response::error_page;
use crate::server::oauth::sessions::Authorization;
use crate::server::world::{Application, User};
use crate::wire::{Params, Response};

/// Whether the settings of an enterprise keep an application out that was not enabled there.
// enterprise/unpublished-disabled-oauth, enterprise/unpublished-disabled-server,
// enterprise/published, enterprise/default-enabled
pub(in crate::server) fn is_disabled(server: &Core, app: &Application, enterprise: &str) -> bool {
    let world = server.world();
    let Some(settings) = world.enterprise(enterprise).map(|known| known.settings) else {
        return false;
    };
    let disabled =
        if app.published { settings.disable_published } else { settings.disable_unpublished };
    let approval = world.approval(&app.client_id, enterprise);
    let enabled = approval.is_some_and(|approval| approval.enabled);
    effects::is_disabled(server, app, settings, enabled, disabled && !enabled)
}

/// The answer to an authorization request of an application that is disabled for this user.
// enterprise/unpublished-disabled-oauth, enterprise/published
pub(in crate::server) fn refuse(
    server: &Core,
    authorization: &Authorization,
    user: &User,
) -> Option<Response> {
    let world = server.world();
    let app = world.application(&authorization.client_id)?;
    let enterprise = user.enterprise.as_deref()?;
    if !is_disabled(server, app, enterprise) {
        return None;
    }
    let page = error_page(server, 403, "disabled_by_administrator", &Params::default());
    Some(effects::refused(server, authorization, page))
}
