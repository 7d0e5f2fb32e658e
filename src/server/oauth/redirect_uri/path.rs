//! Whether a path stays within the registered one.

use percent_encoding::percent_decode_str;

use super::{Comparison, has_control};
use crate::server::faults::redirect as faults;

/// How often a path is decoded in search of dot segments; one that still changes is refused.
const DECODINGS: usize = 5;

pub(super) fn path_within(requested: &str, registered: &str, by: Comparison<'_>) -> bool {
    let lower = |path: &str| {
        if by.has(&faults::PATH_CASE) { path.to_ascii_lowercase() } else { path.to_owned() }
    };
    let parent = registered.rsplit_once('/').map_or("", |(parent, _)| parent);
    let base = if by.has(&faults::PARENT_PATH) { parent } else { registered };
    let (path, base) = (lower(requested), lower(base));
    // redirect/base-url-suffix, redirect/path-boundary
    extends(&path, &base, by)
        && escapes_are_whole(&path)
        // redirect/path-traversal
        && (by.has(&faults::DOTS_KEPT) || stays_within(&path, &base, by))
}

/// Whether the path is the base, or goes on behind it at a `/`. Case counts.
fn extends(path: &str, base: &str, by: Comparison<'_>) -> bool {
    if by.has(&faults::PATH_IGNORED) {
        return true;
    }
    let only =
        by.has(&faults::PATH_NOT_EXTENDED) || (base.is_empty() && by.has(&faults::BASE_URL_ALONE));
    path.strip_prefix(base).is_some_and(|rest| {
        rest.is_empty()
            || (!only && (rest.starts_with('/') || base.ends_with('/')))
            || by.has(&faults::BOUNDARY_IGNORED)
            || (by.has(&faults::BACKSLASH_ALLOWED) && rest.starts_with('\\'))
    })
}

fn escapes_are_whole(path: &str) -> bool {
    path.split('%').skip(1).all(|rest| {
        rest.as_bytes().get(..2).is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    })
}

/// Whether the path stays below the base however often somebody on the way decodes it.
fn stays_within(path: &str, base: &str, by: Comparison<'_>) -> bool {
    let (mut path, mut base) = (path.to_owned(), base.to_owned());
    for round in 0..DECODINGS {
        let inside = |merge| extends(&resolve(&path, merge, by), &resolve(&base, merge, by), by);
        let control = has_control(&path) && !by.has(&faults::BREAK_IN_URI);
        if control || !inside(false) || !inside(true) {
            return false;
        }
        let decoded = decode_path(&path, by);
        let enough = (by.has(&faults::ONLY_LITERAL_DOTS) && round == 0)
            || (by.has(&faults::ONE_DECODING) && round == 1);
        if decoded == path || enough {
            return true;
        }
        path = decoded;
        base = decode_path(&base, by);
    }
    false
}

// redirect/path-traversal
fn decode_path(text: &str, by: Comparison<'_>) -> String {
    let escape = |text: &str, escape: &str| text.replace(escape, &escape.replace('%', "%25"));
    if by.has(&faults::ENCODED_SLASH_KEPT) {
        decode(&escape(text, "%2f"))
    } else if by.has(&faults::LOWER_CASE_ESCAPES) {
        decode(&escape(text, "%2E"))
    } else {
        decode(text)
    }
}

pub(super) fn decode(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// The path without dot segments. Both `/` and `\` part segments, `;` ends a name (some servers
/// cut it off), and `merge` drops empty segments (others do).
fn resolve(path: &str, merge: bool, by: Comparison<'_>) -> String {
    let kept_whole = by.has(&faults::BACKSLASH_KEPT) || by.has(&faults::BACKSLASH_ALLOWED);
    let parts = |c: char| c == '/' || (c == '\\' && !kept_whole);
    let mut kept: Vec<&str> = Vec::new();
    for (index, segment) in path.split(parts).enumerate() {
        match segment.split(';').next().unwrap_or_default() {
            "." => {}
            // The first segment stands before the leading slash and stays.
            ".." => kept.truncate(kept.len().saturating_sub(1).max(1)),
            "" if merge && index > 0 => {}
            _ => kept.push(segment),
        }
    }
    kept.join("/")
}
