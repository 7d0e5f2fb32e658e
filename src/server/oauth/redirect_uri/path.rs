//! Whether a path stays within the registered one.

use percent_encoding::percent_decode_str;

use super::has_control;

/// How often a path is decoded in search of dot segments; one that still changes is refused.
const DECODINGS: usize = 5;

// redirect/base-url-suffix, redirect/path-boundary, redirect/path-traversal
pub(in crate::server) fn path_within(requested: &str, registered: &str) -> bool {
    extends(requested, registered)
        && escapes_are_whole(requested)
        && stays_within(requested, registered)
}

/// Whether the path is the base, or goes on behind it at a `/`. Case counts.
pub(in crate::server) fn extends(path: &str, base: &str) -> bool {
    path.strip_prefix(base)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/') || base.ends_with('/'))
}

pub(in crate::server) fn escapes_are_whole(path: &str) -> bool {
    path.split('%').skip(1).all(|rest| {
        rest.as_bytes().get(..2).is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    })
}

/// Whether the path stays below the base however often somebody on the way decodes it.
fn stays_within(path: &str, base: &str) -> bool {
    let (mut path, mut base) = (path.to_owned(), base.to_owned());
    for _ in 0..DECODINGS {
        let inside = |merge| extends(&resolve(&path, merge), &resolve(&base, merge));
        if has_control(&path) || !inside(false) || !inside(true) {
            return false;
        }
        let decoded = decode(&path);
        if decoded == path {
            return true;
        }
        path = decoded;
        base = decode(&base);
    }
    false
}

/// The text with its escapes decoded, once.
pub(in crate::server) fn decode(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// The path without dot segments. Both `/` and `\` part segments, `;` ends a name (some servers
/// cut it off), and `merge` drops empty segments (others do).
fn resolve(path: &str, merge: bool) -> String {
    let mut kept: Vec<&str> = Vec::new();
    for (index, segment) in path.split(['/', '\\']).enumerate() {
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
