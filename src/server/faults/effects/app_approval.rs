//! Mistakes with the settings of an enterprise about applications.

use crate::server::core::Core;
use crate::server::faults::enterprise as faults;
use crate::server::oauth::authorization_response::{Denial, deny};
use crate::server::oauth::sessions::Authorization;
use crate::server::variants;
use crate::server::world::{Application, Model, Settings};
use crate::wire::Response;

/// Whether an application is kept out.
// enterprise/unpublished-disabled-oauth, enterprise/unpublished-disabled-server,
// enterprise/published, enterprise/default-enabled
pub(in crate::server) fn is_disabled(
    server: &Core,
    app: &Application,
    settings: Settings,
    enabled: bool,
    right: bool,
) -> bool {
    let three_legged = app.model == Model::ThreeLegged;
    let (published, unpublished) = (settings.disable_published, settings.disable_unpublished);
    let set = if app.published { published } else { unpublished };
    let other = if app.published { unpublished } else { published };
    let overlooked = |applies: bool| right && !applies;
    let of_setting = |applies: bool| if applies { set } else { right };
    let own = |of_oauth: bool| !app.published && three_legged == of_oauth;
    server.switches().alter(
        right,
        [
            (&faults::KINDS_MIXED_UP, other && !enabled),
            (&faults::SETTINGS_FOR_ALL, (published || unpublished) && !enabled),
            (&faults::PUBLISHED_IGNORED, overlooked(app.published)),
            (&faults::PUBLISHED_DISABLED_BY_DEFAULT, (app.published || set) && !enabled),
            (&faults::UNPUBLISHED_IGNORED, overlooked(own(true))),
            (&faults::SERVER_IGNORED, overlooked(own(false))),
            (&faults::PUBLISHED_STAYS_DISABLED, of_setting(app.published)),
            (&faults::STAYS_DISABLED, of_setting(own(true))),
            (&faults::SERVER_STAYS_DISABLED, of_setting(own(false))),
        ],
    )
}

/// The answer to an authorization request of an application that is disabled.
// enterprise/unpublished-disabled-oauth, enterprise/published
pub(in crate::server) fn refused(
    server: &Core,
    authorization: &Authorization,
    right: Response,
) -> Response {
    let denial = if server.has(&faults::DISABLED_INVALID_SCOPE) {
        Denial { error: "invalid_scope", description: None }
    } else if server.varies(&variants::DISABLED_IS_DENIED) {
        let description = Some("The application is disabled by the administrator");
        Denial { error: "access_denied", description }
    } else {
        return right;
    };
    deny(server, &authorization.redirect_uri, authorization.state.as_deref(), denial)
}
