//! Mistakes with exchanging tokens, and choices of other servers.

use serde_json::{Value, json};

use crate::server::core::Core;
use crate::server::enterprise::narrowing;
use crate::server::faults::{downscope as faults, refresh, token};
use crate::server::oauth::http::Refusal;
use crate::server::oauth::store::{Fresh, Grant};
use crate::server::variants;

/// How a refusal is told.
pub(in crate::server) fn told(server: &Core, right: Refusal) -> Refusal {
    if server.varies(&variants::EXCHANGE_REFUSED_401) {
        return right.at(401);
    }
    let invented = [(&token::EXCHANGE_ERROR_INVENTED, right.called("scope_exceeded"))];
    server.switches().pick(right, invented)
}

/// What a token that is exchanged stands for.
// downscope/never-widens, token/grant-kind
pub(in crate::server) fn subject(
    server: &Core,
    token: &str,
    right: Option<Grant>,
) -> Option<Grant> {
    let store = &server.store;
    right
        .or_else(|| store.last_of(token).filter(|_| server.has(&faults::DEAD_SUBJECT)))
        .or_else(|| store.of_access(token).filter(|_| server.has(&faults::EXPIRED_SUBJECT)))
        .or_else(|| exchanged(server, token))
}

/// Whether a client that authenticates may exchange the token.
pub(in crate::server) fn may_authenticate(server: &Core, right: bool) -> bool {
    server.switches().alter(right, [(&faults::CREDENTIALS_REFUSED, false)])
}

/// Whether the subject token has a scope.
// downscope/never-widens
pub(in crate::server) fn is_held(server: &Core, subject: &Grant, scope: &str, right: bool) -> bool {
    let world = server.world();
    let app = world.application(&subject.client_id);
    let registered = app.is_some_and(|app| app.scopes.iter().any(|known| known == scope));
    let of_app = registered || narrowing::is_within(&subject.scopes, scope);
    server.switches().alter(
        right,
        [
            (&faults::WIDENS, true),
            (&faults::WIDENS_TO_APPLICATION, right || of_app),
            (&faults::WIDENS_NARROWED, right || !subject.restricted_to.is_empty()),
        ],
    )
}

/// Whether a request is refused that asks for more than there is.
// downscope/never-widens
pub(in crate::server) fn is_short(server: &Core, right: bool) -> bool {
    server.switches().alter(right, [(&faults::EXCESS_DROPPED, false)])
}

/// Whether the subject token reaches the resource.
// downscope/never-widens
pub(in crate::server) fn is_reached(server: &Core, right: bool) -> bool {
    server.switches().alter(right, [(&faults::RESOURCE_UNCHECKED, true)])
}

/// The resource that the new token is narrowed to.
// downscope/narrows
pub(in crate::server) fn place<'o>(
    server: &Core,
    right: Option<&'o (String, String)>,
) -> Option<&'o (String, String)> {
    server.switches().alter(right, [(&faults::RESOURCE_IGNORED, None)])
}

/// What the new token stands for.
// downscope/narrows
pub(in crate::server) fn narrowed(
    server: &Core,
    (token, subject): (&str, &Grant),
    right: Grant,
) -> Grant {
    // refresh/scope-kept
    if server.has(&refresh::EXCHANGE_NARROWS) {
        server.store.narrow_session(token, &right.scopes);
    }
    let nothing = Grant { scopes: Vec::new(), ..right.clone() };
    server.switches().alter(
        right,
        [
            (&faults::NOTHING_NARROWED, subject.clone()),
            (&faults::SAME_TOKEN, subject.clone()),
            (&faults::OPENS_NOTHING, nothing),
        ],
    )
}

/// What the exchange brings.
// downscope/no-refresh, downscope/narrows
pub(in crate::server) fn tokens(server: &Core, subject: &str, right: Fresh) -> Fresh {
    let same = Fresh { access: subject.to_owned(), refresh: None };
    let refresh = Some(server.refresh_token());
    let refreshable = Fresh { refresh, ..right.clone() };
    let wrong = [(&faults::SAME_TOKEN, same), (&faults::REFRESHABLE, refreshable)];
    server.switches().alter(right, wrong)
}

/// How the resource stands in the response.
pub(in crate::server) fn shown_object(server: &Core, right: Option<Value>) -> Option<Value> {
    let brief =
        |object: &Value| Some(json!({"type": object.get("type")?, "id": object.get("id")?}));
    let is_brief = server.varies(&variants::RESTRICTED_TO_BRIEF);
    if is_brief { right.as_ref().and_then(brief) } else { right }
}

/// `restricted_to` of the response.
// downscope/narrows
pub(in crate::server) fn shown(server: &Core, subject: &Grant, right: Value) -> Value {
    let of_subject = subject.scopes.iter().map(|scope| json!({"scope": scope})).collect();
    let wrong = [(&faults::SHOWN_OF_SUBJECT, of_subject), (&faults::SHOWN_EMPTY, json!([]))];
    server.switches().alter(right, wrong)
}

/// What a token that is exchanged stands for, where it is a refresh token.
// token/grant-kind
fn exchanged(server: &Core, sent: &str) -> Option<Grant> {
    server.store.of_refresh(sent).filter(|_| server.has(&faults::REFRESH_SUBJECT))
}
