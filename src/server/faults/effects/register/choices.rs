//! Clients that a server need not register as they ask.

use serde_json::{Value, json};

use crate::server::core::Core;
use crate::server::oauth::http::Refusal;
use crate::server::oauth::register;
use crate::server::variants;

/// What a server says that does not register such clients.
pub(super) fn unwilling(server: &Core, metadata: &Value) -> Option<Refusal> {
    if metadata["token_endpoint_auth_method"] == "none"
        && server.varies(&variants::REGISTER_CONFIDENTIAL)
    {
        return Some(SECRETLESS);
    }
    if server.varies(&variants::REGISTER_HOME) && !names_home(metadata) {
        return Some(HOMELESS);
    }
    let codes_alone = metadata["grant_types"] == json!(["authorization_code"]);
    if codes_alone && server.varies(&variants::REGISTER_REFRESHING) {
        return Some(WITHOUT_REFRESH);
    }
    if server.varies(&variants::REGISTER_TYPED) && !metadata["application_type"].is_string() {
        return Some(UNTYPED);
    }
    if server.varies(&variants::REGISTER_WEB_ALONE) && has_own_scheme(metadata) {
        return Some(register::URI);
    }
    let several = metadata["redirect_uris"].as_array().is_some_and(|uris| uris.len() > 1);
    if several && server.varies(&variants::REGISTER_ONE_URI) {
        return Some(register::URI);
    }
    None
}

pub(super) const SECRETLESS: Refusal =
    Refusal::new("invalid_client_metadata", "Every client has a secret here");

const UNTYPED: Refusal = Refusal::new("invalid_client_metadata", "application_type is missing");

const WITHOUT_REFRESH: Refusal =
    Refusal::new("invalid_client_metadata", "Clients refresh their tokens here");

const HOMELESS: Refusal = Refusal::new(
    "invalid_client_metadata",
    "client_uri is missing, or on another host than the first redirect URI",
);

/// Whether a client names its home page, on the host of its first redirect URI.
fn names_home(metadata: &Value) -> bool {
    let host = |url: &Value| {
        let rest = url.as_str()?.strip_prefix("https://")?;
        Some(rest.split(['/', '?', '#']).next()?.to_owned())
    };
    let home = host(&metadata["client_uri"]);
    let back = host(&metadata["redirect_uris"][0]);
    home.is_some() && (back.is_none() || back == home)
}

/// Whether a redirect URI has a scheme of the application's own.
// registration/dotless-scheme
fn has_own_scheme(metadata: &Value) -> bool {
    let uris = metadata["redirect_uris"].as_array().into_iter().flatten();
    uris.filter_map(Value::as_str)
        .any(|uri| uri.split(':').next().is_some_and(|it| it.contains('.')))
}

/// The metadata without what the client binds itself to.
pub(super) fn freed(server: &Core, mut metadata: Value) -> Value {
    for name in ["dpop_bound_access_tokens", "require_pushed_authorization_requests"] {
        if metadata[name] == true && server.varies(&variants::REGISTER_UNBOUND) {
            metadata[name] = json!(false);
        }
    }
    metadata
}

/// The metadata without the redirect URIs that cannot be registered, where others remain (RFC 7591
/// §3.2.1: a server may replace what a client asks for).
pub(super) fn cut(server: &Core, mut metadata: Value) -> Value {
    if let Some(Value::Array(uris)) = metadata.get_mut("redirect_uris") {
        let fits =
            |uri: &Value| uri.as_str().is_some_and(|uri| register::is_registrable(server, uri));
        if server.varies(&variants::REGISTER_URIS_CUT) && uris.iter().any(fits) {
            uris.retain(fits);
        }
    }
    metadata
}
