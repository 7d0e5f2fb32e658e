//! The issuer in authorization responses (RFC 9207): a client of several servers knows which of them
//! answered.

use crate::server::core::Core;
use crate::server::faults::effects::issuer as effects;
use crate::server::oauth::redirect_uri::join;
use crate::wire::{Params, Request, Response, form};

/// Adds the issuer to a response that sends the user back to a client, with a code or with an error.
/// Redirects within the server are paths.
// issuer/on-grant, issuer/on-error, issuer/in-fragment
pub(in crate::server) fn identify(server: &Core, request: &Request, response: &mut Response) {
    let Some(location) = response.headers.text("location") else { return };
    if !server.policy().issuer || location.starts_with('/') {
        return;
    }
    let right = Some(request.origin.to_string());
    let named = effects::named(server, request, &location, right);
    let named: Params = named.into_iter().map(|issuer| ("iss", issuer)).collect();
    if !named.is_empty() {
        let named = form::encode(&named);
        let right = join(&location, &named);
        response.headers.set("Location", effects::placed(server, &location, &named, right));
    }
}
