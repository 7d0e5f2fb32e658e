//! Mistakes where redirect URIs are to be compared as strings, and on loopback hosts.

use url::Url;

use super::Bent;
use crate::server::faults::redirect as faults;
use crate::server::oauth::redirect_uri::{Comparison, Matching, Parts, Points, decode};
use crate::server::variants;
use crate::testbed::Fault;

// redirect/exact-match
pub(super) fn almost(bent: &Bent<'_>) -> [(&'static Fault, bool); 15] {
    let (asked, known) = (bent.asked, bent.known);
    let with = |path: bool, query: bool| {
        bent.with(|points| {
            points.path |= path;
            points.query |= query;
        })
    };
    let below = Comparison { matching: Matching::Prefix, ..bent.by };
    let below = Points::of(asked, known, below).all();
    let slash = |parts: &Parts<'_>| parts.path.trim_end_matches('/').to_owned();
    let cut = |parts: &Parts<'_>| parts.path.split(';').next().unwrap_or_default().to_owned();
    let case = asked.path.eq_ignore_ascii_case(known.path);
    let empty = known.query.is_none() && asked.query == Some("");
    let more = |base: &str| asked.query.is_some_and(|query| query.starts_with(&format!("{base}&")));
    let added = known.query.map_or(asked.query.is_some(), more);
    let own = !known.text.contains("://");
    let scheme = own && asked.scheme.starts_with(known.scheme);
    let one_slash = |uri: &str| uri.replacen("://", ":/", 1);
    let slashes = own && one_slash(asked.text) == one_slash(known.text);
    [
        (&faults::SCHEME_PREFIX, bent.with(|points| points.scheme |= scheme)),
        (&faults::SLASHES, bent.points.all() || slashes),
        (&faults::BELOW, bent.points.all() || below),
        (&faults::ADDED_QUERY, with(false, added)),
        (&faults::EMPTY_QUERY, with(false, empty)),
        (&faults::FINAL_SLASH, with(slash(asked) == slash(known), false)),
        (&faults::PATH_PARAMETERS, with(cut(asked) == known.path, false)),
        (&faults::EXACT_PATH_CASE, with(case, false)),
        (&faults::NORMALIZED, bent.points.all() || same_url(asked.text, known.text)),
        (&faults::DECODED, with(decode(asked.path) == known.path, false)),
        (&faults::EXACT_HOST_CASE, bent.points.all() || host_in_lower_case(asked) == known.text),
        (&faults::DOT_SEGMENTS, with(asked.path.replace("/./", "/") == known.path, false)),
        (&faults::DOUBLE_SLASH, with(asked.path.replace("//", "/") == known.path, false)),
        (&faults::SPACE_TRIMMED, with(asked.path.trim_end() == known.path, false)),
        (&faults::TRIMMED, with(decode(asked.path).trim() == known.path, false)),
    ]
}

fn host_in_lower_case(uri: &Parts<'_>) -> String {
    let authority = uri.authority.unwrap_or_default();
    uri.text.replacen(authority, &authority.to_ascii_lowercase(), 1)
}

fn same_url(asked: &str, known: &str) -> bool {
    matches!((Url::parse(asked), Url::parse(known)), (Ok(asked), Ok(known)) if asked == known)
}

// redirect/loopback-any-port
pub(super) fn on_loopback(bent: &Bent<'_>, right: bool) -> bool {
    let (asked, known) = (bent.asked, bent.known);
    if !known.is_loopback() {
        return right;
    }
    let same = asked.text == known.text;
    if right && !same && bent.by.switches.varies(&variants::LOOPBACK_PORT_FIXED) {
        return false;
    }
    let is_name = known.host_and_port().is_some_and(|(host, _)| host == "localhost");
    if right && !same && is_name && bent.by.switches.varies(&variants::LOCALHOST_PORT_FIXED) {
        return false;
    }
    let ported = asked.host_and_port().is_some_and(|(_, port)| !port.is_empty());
    if right && !same && !ported && bent.by.switches.varies(&variants::LOOPBACK_PORT_NEEDED) {
        return false;
    }
    bent.alter(right, |bent| {
        let bracketed = known.text.contains('[');
        let any_host = asked.is_loopback() && asked.path == known.path;
        let place = |parts: &Parts<'_>| parts.host_and_port().map(|(host, _)| host.to_owned());
        let any_scheme = ported && place(asked) == place(known) && asked.path == known.path;
        let any_path = bent.with(|points| points.path = true);
        let any_query = bent.with(|points| points.query = true);
        [
            (&faults::LOOPBACK_PORT_FIXED, same),
            (&faults::LOOPBACK_IPV4_ALONE, right && (same || !bracketed)),
            (&faults::LOOPBACK_ANY_HOST, right || any_host),
            (&faults::LOOPBACK_ANY_SCHEME, right || any_scheme),
            (&faults::LOOPBACK_ANY_PATH, right || any_path),
            (&faults::LOOPBACK_ANY_QUERY, right || any_query),
        ]
    })
}
