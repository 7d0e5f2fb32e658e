//! The text of the redirect to an application.

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use crate::server::faults::effects::redirect_uri as effects;
use crate::testbed::Switches;
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
// redirect/query-kept, redirect/header-safe, authorize/url-encoding
pub fn location(uri: &str, params: &Params, switches: &Switches) -> String {
    let right = append(&escape(uri), &form::encode(params));
    effects::location(uri, params, switches, right)
}

/// The same with a fragment (RFC 6749 §4.2.2); a redirect URI has none of its own.
// implicit/fragment
pub(in crate::server) fn with_fragment(uri: &str, query: &Params, fragment: &Params) -> String {
    let mut uri = escape(uri);
    if !query.is_empty() {
        uri = append(&uri, &form::encode(query));
    }
    format!("{uri}#{}", form::encode(fragment))
}

pub(in crate::server) fn escape(uri: &str) -> String {
    utf8_percent_encode(uri, NOT_IN_URIS).to_string()
}

/// A URI with more parameters behind those of its fragment or its query.
pub(in crate::server) fn join(uri: &str, query: &str) -> String {
    if uri.contains('#') {
        return format!("{uri}&{query}");
    }
    append(uri, query)
}

fn append(uri: &str, query: &str) -> String {
    let separator = match uri.split_once('?') {
        None => "?",
        Some((_, present)) if present.is_empty() || present.ends_with('&') => "",
        Some(_) => "&",
    };
    format!("{uri}{separator}{query}")
}
