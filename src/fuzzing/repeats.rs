//! Parameters that a request repeats: servers take the one value or the other, and which it is decides what else
//! there is to say.

use super::expected::{Expectation, Reason};
use super::reading::{Pairs, Reading, all};

/// What the rules about parameters that are repeated are called, in every area.
const RULES: &str = "/repeated-parameter";

/// Whether any name is there more than once, with a value or without.
pub(super) fn repeats(pairs: &Pairs) -> bool {
    pairs.iter().any(|(name, _)| all(pairs, name).nth(1).is_some())
}

/// The parameters as a server sees them that takes one value of each name: the first, or the last.
pub(super) fn once(pairs: &Pairs, last: bool) -> Pairs {
    let mut once = Pairs::new();
    for (name, value) in pairs.iter().filter(|(_, value)| !value.is_empty()) {
        match once.iter_mut().find(|(known, _)| known == name) {
            Some((_, kept)) if last => kept.clone_from(value),
            Some(_) => {}
            None => once.push((name.clone(), value.clone())),
        }
    }
    once
}

impl Reading {
    /// What servers may see in it that take one value of each name in the body: the first, or the last.
    /// Nothing where no name is there twice.
    pub(super) fn readings(&self) -> Vec<Self> {
        let of = |last| {
            let mut one = self.clone();
            one.body = once(&self.body, last);
            one
        };
        if repeats(&self.body) { [false, true].map(of).to_vec() } else { Vec::new() }
    }
}

impl Expectation {
    /// Where a server that takes one value of each repeated name has no reason to refuse the request, that a name is
    /// repeated is the only reason: `readings` are what has to come of it as such servers see it.
    pub(super) fn but_for_repeats(&mut self, mut readings: impl Iterator<Item = Self>) {
        let is_repeat = |reason: &Reason| reason.rule.is_some_and(|it| it.ends_with(RULES));
        if readings.any(|one| one.reasons.iter().all(is_repeat)) {
            self.reasons.retain(is_repeat);
            self.open |= self.reasons.is_empty();
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::fuzzing::reading::{given, of, repeated};
    use crate::wire::{Origin, Request, Scheme};

    #[test]
    fn a_parameter_without_a_value_repeats_nothing() {
        let origin = Origin { scheme: Scheme::Http, host: "127.0.0.1".into(), port: 1 };
        let mut request = Request::new("POST", origin, "/token");
        request.headers.push("Content-Type", "application/x-www-form-urlencoded");
        request.body = b"code=&code=x&state=a&state=b".to_vec();
        let read = of(&request);
        assert_eq!(given(&read.body, "code"), Some("x"));
        assert!(!repeated(&read.body, &["code"]) && repeated(&read.body, &["state"]));
        let seen: Vec<_> = read.readings();
        let seen = seen.iter().map(|it| (given(&it.body, "code"), given(&it.body, "state")));
        assert_eq!(seen.collect::<Vec<_>>(), [(Some("x"), Some("a")), (Some("x"), Some("b"))]);
    }
}
