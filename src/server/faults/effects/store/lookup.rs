//! Mistakes with how a code or a token that was sent is found among those that were issued.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::server::faults::{bearer, code, exchange, introspection, refresh, revoke};
use crate::testbed::{Fault, Switches};

/// A mistaken way to compare what was sent with what was issued.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lookup {
    /// Letters match without case.
    AnyCase,
    /// The first characters are enough.
    Truncated,
    /// What follows the last character is not read.
    Extended,
    /// The first character is not compared.
    Tail,
}

impl Lookup {
    fn matches(self, known: &str, sent: &str) -> bool {
        match self {
            Self::AnyCase => known.eq_ignore_ascii_case(sent),
            Self::Truncated => sent.len() >= 8 && known.starts_with(sent),
            Self::Extended => sent.starts_with(known),
            Self::Tail => known.get(1..).is_some_and(|tail| sent.get(1..) == Some(tail)),
        }
    }
}

/// The issued value that is taken to be meant: what was sent, unless a mistake finds another.
fn meant<'a, V>(
    switches: &Switches,
    issued: &HashMap<String, V>,
    sent: &'a str,
    ways: &[(&'static Fault, Lookup)],
) -> Cow<'a, str> {
    if issued.contains_key(sent) {
        return Cow::Borrowed(sent);
    }
    let way = switches.pick(None, ways.iter().map(|(fault, way)| (*fault, Some(*way))));
    let found = way.and_then(|way| issued.keys().find(|known| way.matches(known, sent)));
    found.map_or(Cow::Borrowed(sent), |known| Cow::Owned(known.clone()))
}

/// The code that is meant.
// code/unknown
pub(in crate::server) fn code<'a, V>(
    switches: &Switches,
    issued: &HashMap<String, V>,
    sent: &'a str,
) -> Cow<'a, str> {
    let ways = [
        (&code::ANY_CASE, Lookup::AnyCase),
        (&code::TRUNCATED, Lookup::Truncated),
        (&code::EXTENDED, Lookup::Extended),
    ];
    meant(switches, issued, sent, &ways)
}

/// The refresh token that is meant.
// refresh/unknown
pub(in crate::server) fn refresh<'a, V>(
    switches: &Switches,
    issued: &HashMap<String, V>,
    sent: &'a str,
) -> Cow<'a, str> {
    let ways = [
        (&refresh::ANY_CASE, Lookup::AnyCase),
        (&refresh::TRUNCATED, Lookup::Truncated),
        (&refresh::EXTENDED, Lookup::Extended),
    ];
    meant(switches, issued, sent, &ways)
}

/// The access token that is meant.
// bearer/invalid
pub(in crate::server) fn access<'a, V>(
    switches: &Switches,
    issued: &HashMap<String, V>,
    sent: &'a str,
) -> Cow<'a, str> {
    let ways = [
        (&bearer::FIRST_CHARACTER, Lookup::Tail),
        (&bearer::ANY_CASE, Lookup::AnyCase),
        (&bearer::TRUNCATED, Lookup::Truncated),
        (&bearer::EXTENDED, Lookup::Extended),
    ];
    meant(switches, issued, sent, &ways)
}

/// The token of either kind that is meant to be introspected.
// introspection/unknown-token
pub(in crate::server) fn introspected<'a, V>(
    switches: &Switches,
    issued: &HashMap<String, V>,
    sent: &'a str,
) -> Cow<'a, str> {
    let ways = [
        (&introspection::FIRST_CHARACTER, Lookup::Tail),
        (&introspection::ANY_CASE, Lookup::AnyCase),
        (&introspection::TRUNCATED, Lookup::Truncated),
        (&introspection::EXTENDED, Lookup::Extended),
    ];
    meant(switches, issued, sent, &ways)
}

/// The access token that is meant to be exchanged.
// exchange/subject-invalid
pub(in crate::server) fn exchanged<'a, V>(
    switches: &Switches,
    issued: &HashMap<String, V>,
    sent: &'a str,
) -> Cow<'a, str> {
    let ways = [(&exchange::BY_TAIL, Lookup::Tail), (&exchange::BY_PREFIX, Lookup::Truncated)];
    meant(switches, issued, sent, &ways)
}

/// The token of either kind that is meant to be revoked.
// revoke/unknown-token
pub(super) fn revoked<V: Copy>(
    switches: &Switches,
    issued: &HashMap<String, V>,
    sent: &str,
) -> Option<V> {
    let ways = [
        (&revoke::TRUNCATED, Lookup::Truncated),
        (&revoke::ANY_CASE, Lookup::AnyCase),
        (&revoke::EXTENDED, Lookup::Extended),
        (&revoke::FIRST_CHARACTER, Lookup::Tail),
    ];
    issued.get(&*meant(switches, issued, sent, &ways)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_exact_way_finds_nothing_but_what_was_issued() {
        let issued = HashMap::from([("Abcdefghij".to_owned(), ())]);
        let finds = |fault: Option<&'static Fault>, sent| {
            let switches = fault.map_or_else(Switches::default, Switches::fault);
            issued.contains_key(&*access(&switches, &issued, sent))
        };
        for sent in ["aBCDEFGHIJ", "Abcdefghi", "Abcdefghijk", "Xbcdefghij"] {
            assert!(!finds(None, sent), "{sent}");
        }
        assert!(finds(None, "Abcdefghij"));
        assert!(finds(Some(&bearer::ANY_CASE), "aBCDEFGHIJ"));
        assert!(finds(Some(&bearer::TRUNCATED), "Abcdefghi"));
        assert!(finds(Some(&bearer::EXTENDED), "Abcdefghijk"));
        assert!(finds(Some(&bearer::FIRST_CHARACTER), "Xbcdefghij"));
    }
}
