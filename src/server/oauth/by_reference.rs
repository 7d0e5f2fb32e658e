//! Authorization requests that name a pushed one in place of their parameters (RFC 9126 §4).

use crate::server::core::Core;
use crate::server::faults::effects::by_reference as effects;
use crate::server::oauth::authorization_request::{Input, Refusal};
use crate::server::oauth::http::given;
use crate::server::oauth::sessions::Authorization;

/// Parameter that names a pushed request.
pub(in crate::server) const REQUEST_URI: &str = "request_uri";

/// What is said of a reference that is unknown, expired, used or another client's (RFC 9101 §7).
pub(in crate::server) const INVALID: &str = "invalid_request_uri";

/// The request that is meant: the pushed one where one is named, and otherwise what was sent.
///
/// # Errors
/// Where the reference is not one of the client's, or the client has to push its requests.
pub(in crate::server) fn meant(server: &Core, sent: Input) -> Result<Input, Refusal> {
    if server.dialect().endpoints.pushed.is_empty() {
        return Ok(sent);
    }
    let right = resolved(server, &sent);
    effects::meant(server, sent, right)
}

/// The pushed request that is named; `None` where none is.
fn resolved(server: &Core, sent: &Input) -> Result<Option<Input>, Refusal> {
    let client_id = given(&sent.params, "client_id").unwrap_or_default();
    let Some(uri) = given(&sent.params, REQUEST_URI) else {
        let world = server.world();
        let pushes_alone = world.application(client_id).is_some_and(|app| app.pushes_alone);
        // pushed/required
        return if pushes_alone { Err(Refusal::Page("invalid_request")) } else { Ok(None) };
    };
    if sent.params.repeated(|name| name == REQUEST_URI || name == "client_id").is_some() {
        return Err(Refusal::Page("invalid_request"));
    }
    // pushed/query-ignored: nothing that stands beside the reference counts.
    let pushed = server.pushed.find(server.now(), uri, client_id);
    let pushed = effects::opened(server, uri, pushed);
    pushed.map(|params| Some(Input::referred_to(uri, params))).ok_or(Refusal::Page(INVALID))
}

/// The user has decided: whether the request was not pushed, or its reference is used for the first time.
// pushed/single-use
pub(in crate::server) fn spend(server: &Core, authorization: &Authorization) -> bool {
    let reference = authorization.reference.as_deref();
    reference.is_none_or(|uri| effects::spent(server, || server.pushed.spend(uri)))
}
