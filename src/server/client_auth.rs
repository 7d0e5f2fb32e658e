//! Who a token or revocation request comes from (`box` OAuth page, "Getting the Access Token";
//! RFC 6749 §2.3.1): identifier and secret in the body, and in no other way.

use super::Server;
use super::http::{Refusal, given};
use super::interaction::same_secret;
use super::world::Application;
use crate::wire::{Params, Request};

const INVALID_CLIENT: Refusal =
    Refusal::new("invalid_client", "The client credentials are invalid");

/// The application whose credentials the request carries.
pub(super) fn authenticate<'a>(
    server: &'a Server,
    request: &Request,
    params: &Params,
) -> Result<&'a Application, Refusal> {
    let (id, secret) = (given(params, "client_id"), given(params, "client_secret"));
    if uses_basic(request) {
        // RFC 6749 §2.3: one method at a time. Alone it is not known here.
        let both = Refusal::invalid_request("The client was authenticated in more than one way");
        return Err(if secret.is_some() { both } else { INVALID_CLIENT });
    }
    // token/client-credentials, refresh/needs-client-credentials, revoke/needs-client-credentials
    let app = id.and_then(|id| server.world().application(id));
    // An unknown client costs the same comparison, so that time does not tell the two apart.
    let expected = app.map_or("", |app| app.secret.as_str());
    let right = same_secret(secret.unwrap_or_default(), expected) && !expected.is_empty();
    app.filter(|_| right).ok_or(INVALID_CLIENT)
}

fn uses_basic(request: &Request) -> bool {
    request.headers.all("authorization").any(|value| {
        let scheme = value.split(|byte| *byte == b' ').next().unwrap_or_default();
        scheme.eq_ignore_ascii_case(b"basic")
    })
}
