//! Developer tokens (`box` security guide, "Access Tokens"): what a developer makes in the console to
//! try an application, without its grants. It lives for an hour, and nothing renews it.

use crate::server::core::Core;
use crate::server::faults::effects::developer as effects;
use crate::server::oauth::store::{Fresh, Grant, Occasion};
use crate::server::world::UserKind;

/// Makes an access token of an application for its developer; `None` where there is no such
/// application, or nobody in its enterprise. The developer is the first person there.
// access-token/developer-token
pub(in crate::server) fn make(server: &Core, client_id: &str) -> Option<String> {
    let world = server.world();
    let app = world.application(client_id)?;
    let developer = world.users.iter().find(|user| {
        user.kind == UserKind::Managed && user.enterprise.as_ref() == Some(&app.enterprise)
    })?;
    let grant = Grant {
        client_id: app.client_id.clone(),
        user_id: developer.id.clone(),
        scopes: app.scopes.clone(),
        ..Grant::default()
    };
    let access = server.access_token();
    let tokens = Fresh { access: access.clone(), refresh: None };
    let (grant, tokens) = effects::made(server, grant, tokens);
    server.store.issue_alone(server.now(), Occasion::Developer, grant, tokens);
    Some(access)
}
