//! The password grant (RFC 6749 §4.3): the client brings the name and the password of a user.

use super::refreshable;
use crate::server::core::Core;
use crate::server::faults::effects::token::grants as effects;
use crate::server::oauth::http::{Refusal, given};
use crate::server::oauth::issued::Issued;
use crate::server::oauth::secret::knows_secret;
use crate::server::oauth::{scope, store};
use crate::server::policy::Reason;
use crate::server::world::{Application, GrantType};
use crate::wire::Params;

// token/password-grant
pub(super) fn grant(server: &Core, app: &Application, params: &Params) -> Result<Issued, Refusal> {
    let refused = || server.refusal(Reason::UserCredentials);
    let world = server.world();
    let user = given(params, "username").and_then(|login| world.user_of_login(login));
    let sent = params.first("password").unwrap_or_default();
    if let Some(missing) = effects::missing_password(server, sent) {
        return Err(missing);
    }
    let right = knows_secret(sent, user.map(|user| user.password.as_str()));
    let user = user.filter(|user| effects::password(server, &user.password, sent, right));
    let user_id = user.filter(|user| !user.password.is_empty()).ok_or_else(refused)?.id.clone();
    let asked = params.first("scope").unwrap_or_default();
    let scopes = scope::choose(server.policy(), asked, &app.scopes);
    let scopes = scopes.ok_or_else(|| server.refusal(Reason::Scope))?;
    let client_id = app.client_id.clone();
    let grant = store::Grant { client_id, user_id, scopes, ..store::Grant::default() };
    Ok(refreshable(server, GrantType::Password, grant))
}
