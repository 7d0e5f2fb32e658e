//! Mistakes with the path of a redirect URI.

use super::Bent;
use crate::server::faults::redirect as faults;
use crate::server::oauth::redirect_uri::{escapes_are_whole, extends, path_within};
use crate::server::variants;
use crate::testbed::Fault;

/// Stands for what a mistaken reading does not take for a separator or an escape.
const PLAIN: &str = "_";

// redirect/path-boundary, redirect/path-traversal, redirect/base-url-suffix, redirect/host-case
pub(super) fn read_otherwise(bent: &Bent<'_>) -> [(&'static Fault, bool); 14] {
    let (path, base) = (bent.asked.path(), bent.known.path());
    let with = |within: bool| bent.with(|points| points.path = within);
    let read = |read: &dyn Fn(&str) -> String| with(path_within(&read(path), &read(base)));
    let parent = base.rsplit_once('/').map_or("", |(parent, _)| parent);
    let backslash = slashed(path).is_some_and(|path| path_within(&path, base));
    [
        (&faults::PATH_IGNORED, with(path_within(path, "") || !path.contains('%'))),
        (&faults::PARENT_PATH, with(path_within(path, parent))),
        (&faults::PATH_NOT_EXTENDED, with(bent.points.path && path == base)),
        (&faults::BASE_URL_ALONE, with(bent.points.path && (!base.is_empty() || path.is_empty()))),
        (&faults::BOUNDARY_IGNORED, with(path_within(&parted(path, base), base))),
        (&faults::PATH_CASE, read(&str::to_ascii_lowercase)),
        (&faults::DOTS_KEPT, with(extends(path, base) && escapes_are_whole(path))),
        (&faults::ONLY_LITERAL_DOTS, read(&without_escapes)),
        (&faults::PATH_PARAMETERS_KEPT, read(&|path| path.replace(';', PLAIN))),
        (&faults::LOWER_CASE_ESCAPES, read(&|path| kept(path, &["%2E"]))),
        (&faults::ENCODED_SLASH_KEPT, read(&|path| kept(path, &["%2f"]))),
        (&faults::BACKSLASH_KEPT, read(&|path| kept(path, &["%5c", "%5C"]))),
        (
            &faults::BACKSLASH_ALLOWED,
            bent.with(|points| {
                points.no_backslash |= backslash;
                points.path |= backslash;
            }),
        ),
        (&faults::BREAK_IN_URI, broken(bent)),
    ]
}

/// What another correct server accepts.
// redirect/path-traversal (RFC 3986 §2.4), redirect/query-kept
pub(super) fn otherwise(bent: &Bent<'_>, right: bool) -> bool {
    if !bent.by.switches.may_vary() {
        return right;
    }
    let once = |path: &str| path.replace("%25", PLAIN);
    let within = path_within(&once(bent.asked.path()), &once(bent.known.path()));
    let once = bent.with(|points| points.path = within);
    let named = bent.with(|points| points.no_response_names = true);
    let varies = |other: bool, variant| other != right && bent.by.switches.varies(variant);
    if varies(once, &variants::ONE_DECODING) {
        once
    } else if varies(named, &variants::CODE_OF_ITS_OWN) {
        named
    } else {
        right
    }
}

/// The path with a slash between what is registered and what follows it.
fn parted(path: &str, base: &str) -> String {
    match path.strip_prefix(base) {
        Some(rest) if !rest.is_empty() && !rest.starts_with(['/', '%']) => {
            format!("{base}/{PLAIN}{rest}")
        }
        _ => path.to_owned(),
    }
}

/// The path with its backslashes parting nothing but what is registered from what follows.
fn slashed(path: &str) -> Option<String> {
    let kept = kept(path, &["%5c", "%5C"]);
    path.contains('\\').then(|| kept.replace('\\', &format!("/{PLAIN}")))
}

/// The path with some escapes standing for themselves, however often they are encoded.
fn kept(path: &str, escapes: &[&str]) -> String {
    let mut path = path.to_owned();
    for escape in escapes {
        let twice = escape.replace('%', "%25");
        while path.contains(&twice) {
            path = path.replace(&twice, escape);
        }
        path = path.replace(escape, PLAIN);
    }
    path
}

/// The path with all escapes standing for themselves.
fn without_escapes(path: &str) -> String {
    if escapes_are_whole(path) { path.replace('%', PLAIN) } else { path.to_owned() }
}

/// Whether the URI would match without what ends a line in it.
// redirect/header-safe
fn broken(bent: &Bent<'_>) -> bool {
    let path: String =
        bent.asked.path().chars().map(|c| if c.is_control() { '_' } else { c }).collect();
    let path = kept(&path, &["%0d", "%0D", "%0a", "%0A"]);
    bent.with(|points| {
        points.no_control = true;
        points.path = path_within(&path, bent.known.path());
    })
}
