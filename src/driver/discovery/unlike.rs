//! How a client was registered otherwise than it asked for.

use serde_json::Value;

use super::casts::{CLIENT_CREDENTIALS, Cast, Kind};
use crate::profile::Client;
use crate::wire::form;

/// How the registered client is not what its role asks for.
pub(super) fn unlike(
    (cast, method): (&Cast, &str),
    uris: &[&str],
    client: &Client,
    answer: &Value,
) -> Option<String> {
    let is_public = client.authentication.is_none();
    let public = method == "none";
    if cast.kind != Kind::Device && is_public != public {
        let what = if is_public { "without" } else { "with" };
        return Some(format!("the server registered a client {what} a secret"));
    }
    if !uris.is_empty() && client.redirect_uris != uris {
        return Some("the server registered other redirect URIs".to_owned());
    }
    let told = |member: &str, value: &str| {
        let told = answer[member].as_array();
        told.map(|all| all.iter().any(|it| it == value))
    };
    let with = |grant| told("grant_types", grant);
    let more = |grant| Some(format!("the server registered it with the grant {grant}"));
    let unsaid = || Some("the server does not say which grants it registered".to_owned());
    match cast.kind {
        Kind::Limited => match cast.lacked() {
            None if with(CLIENT_CREDENTIALS) == Some(true) => more(CLIENT_CREDENTIALS),
            Some(lacked) if with(lacked) == Some(true) => more(lacked),
            Some(lacked) if with(lacked).is_none() => unsaid(),
            _ => None,
        },
        Kind::Codeless if with("authorization_code").is_none() => unsaid(),
        Kind::Codeless if with("authorization_code") == Some(true) => more("authorization_code"),
        Kind::Codeless if told("response_types", "code") == Some(true) => {
            Some("the server registered it with the response type code".to_owned())
        }
        // Some have it as a response type alone.
        Kind::Implicit if told("response_types", "token") == Some(true) => None,
        kind => {
            let own = kind.own().filter(|own| with(own) == Some(false));
            own.map(|own| format!("the server registered it without the grant {own}"))
        }
    }
}

/// Whether form encoding changes the identifier or the secret of a client (RFC 6749 §2.3.1).
pub(super) fn is_changed(client: &Client) -> bool {
    let secret = client.secret.as_deref().unwrap_or_default();
    [client.id.as_str(), secret].into_iter().any(|it| form::escape(it) != it)
}
