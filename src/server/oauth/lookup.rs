//! How a code or a token that was sent is found among those that were issued.

use std::collections::HashMap;

/// One way, of which only the first is right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::server) enum Lookup {
    /// Every character counts.
    Exact,
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
    /// The issued value that is meant, if there is one.
    pub(in crate::server) fn find<V>(
        self,
        issued: &HashMap<String, V>,
        sent: &str,
    ) -> Option<String> {
        if issued.contains_key(sent) {
            return Some(sent.to_owned());
        }
        let meant = |known: &str| match self {
            Self::Exact => false,
            Self::AnyCase => known.eq_ignore_ascii_case(sent),
            Self::Truncated => sent.len() >= 8 && known.starts_with(sent),
            Self::Extended => sent.starts_with(known),
            Self::Tail => known.get(1..).is_some_and(|tail| sent.get(1..) == Some(tail)),
        };
        if self == Self::Exact { None } else { issued.keys().find(|known| meant(known)).cloned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_exact_way_finds_nothing_but_what_was_issued() {
        let issued = HashMap::from([("Abcdefghij".to_owned(), ())]);
        let finds = |how: Lookup, sent| how.find(&issued, sent).is_some();
        for sent in ["aBCDEFGHIJ", "Abcdefghi", "Abcdefghijk", "Xbcdefghij"] {
            assert!(!finds(Lookup::Exact, sent), "{sent}");
        }
        assert!(finds(Lookup::Exact, "Abcdefghij"));
        assert!(finds(Lookup::AnyCase, "aBCDEFGHIJ"));
        assert!(finds(Lookup::Truncated, "Abcdefghi"));
        assert!(finds(Lookup::Extended, "Abcdefghijk"));
        assert!(finds(Lookup::Tail, "Xbcdefghij"));
    }
}
