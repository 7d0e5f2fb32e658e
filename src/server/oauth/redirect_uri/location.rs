//! The text of the redirect to an application.

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use crate::server::faults::{authorize, redirect as faults};
use crate::testbed::switches::Switches;
use crate::wire::{Params, form};

/// What a URI cannot contain as it is (RFC 3986 §2); anything outside ASCII is escaped anyway.
const NOT_IN_URIS: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'<')
    .add(b'>')
    .add(b'\\')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// The text of the redirect: the URI as it was given, with the parameters appended once.
// redirect/query-kept, redirect/header-safe
pub fn location(uri: &str, params: &Params, switches: &Switches) -> String {
    let told = params.first("error").is_some();
    let uri = if switches.has(&faults::BREAK_IN_URI) {
        uri.to_owned()
    } else {
        utf8_percent_encode(uri, NOT_IN_URIS).to_string()
    };
    let uri = match uri.split_once('?') {
        Some((start, _)) if switches.has(&faults::QUERY_DROPPED) => start.to_owned(),
        Some((start, _)) if told && switches.has(&faults::QUERY_DROPPED_ON_ERROR) => {
            start.to_owned()
        }
        _ => uri,
    };
    let custom = !uri.to_ascii_lowercase().starts_with("http");
    let separator = match uri.split_once('?') {
        None if custom && switches.has(&faults::CUSTOM_FRAGMENT) => "#",
        None => "?",
        Some(_) if switches.has(&faults::SECOND_QUESTION_MARK) => "?",
        Some((_, query)) if query.is_empty() || query.ends_with('&') => "",
        Some(_) => "&",
    };
    let mut encoded = encode(params, switches);
    if uri.contains('?') && switches.has(&faults::PARAMETERS_TWICE) {
        encoded = format!("{encoded}&{encoded}");
    }
    let slashes = custom && switches.has(&faults::CUSTOM_SLASHES);
    let uri = if slashes { uri.replacen("://", ":/", 1) } else { uri };
    format!("{uri}{separator}{encoded}")
}

// authorize/url-encoding, redirect/header-safe
fn encode(params: &Params, switches: &Switches) -> String {
    if switches.has(&authorize::STATE_NOT_ENCODED) {
        let pairs = params.iter().map(|one| format!("{}={}", one.name, one.value));
        return pairs.collect::<Vec<_>>().join("&");
    }
    let encoded = form::encode(params);
    let denied = params.first("error") == Some("access_denied");
    let breaks = switches.has(&faults::BREAK_IN_STATE)
        || (denied && switches.has(&faults::BREAK_IN_STATE_ON_DENY));
    if breaks { encoded.replace("%0D%0A", "\r\n") } else { encoded }
}
