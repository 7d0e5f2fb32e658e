//! The tag `@waits:WHAT`: how much time a scenario lets pass.
//!
//! `WHAT` is a sum of lifetimes (`code`, `access-token`, `refresh-token`, and `expires-in` for what
//! a response promises, `interval` for how long it makes a device wait) and of spans (`30s`, `1m`, `20h`, `59d`): `code+1s`, `20s+code-1s`.

use std::str::FromStr;
use std::time::Duration;

use crate::profile::parse_duration;
use crate::steps::params::Credential;

/// How long a device waits that is not told otherwise (RFC 8628 §3.2).
const INTERVAL: Duration = Duration::from_secs(5);

/// How much time a scenario lets pass, as its tag says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waits(Vec<(Sign, Term)>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sign {
    Plus,
    Minus,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Term {
    Lifetime(Credential),
    ExpiresIn,
    Interval,
    Span(Duration),
}

/// A value of the tag that says no time.
#[derive(Debug, thiserror::Error)]
#[error(
    "`@waits:{0}` names no time: write a sum of `code`, `access-token`, `refresh-token`, \
     `expires-in`, `interval` and spans such as `30s`, `1m`, `20h` or `59d`"
)]
pub struct UnknownWait(String);

impl Waits {
    /// The time, with these lifetimes. `None` where one that it names is unknown. What a response
    /// will promise is taken for the access token's lifetime until the response is there.
    pub fn length(&self, lifetime: impl Fn(Credential) -> Option<Duration>) -> Option<Duration> {
        self.0.iter().try_fold(Duration::ZERO, |sum, (sign, term)| {
            let length = match term {
                Term::Lifetime(credential) => lifetime(*credential)?,
                Term::ExpiresIn => lifetime(Credential::AccessToken)?,
                Term::Interval => INTERVAL,
                Term::Span(span) => *span,
            };
            Some(match sign {
                Sign::Plus => sum + length,
                Sign::Minus => sum.saturating_sub(length),
            })
        })
    }

    /// What the time depends on the lifetimes of.
    pub fn credentials(&self) -> impl Iterator<Item = Credential> {
        self.0.iter().filter_map(|(_, term)| match term {
            Term::Lifetime(credential) => Some(*credential),
            Term::ExpiresIn | Term::Interval | Term::Span(_) => None,
        })
    }

    /// Whether the time depends on what a response promises.
    pub fn is_promised(&self) -> bool {
        self.0.iter().any(|(_, term)| matches!(term, Term::ExpiresIn | Term::Interval))
    }
}

impl FromStr for Waits {
    type Err = UnknownWait;

    fn from_str(text: &str) -> Result<Self, UnknownWait> {
        let fail = || UnknownWait(text.to_owned());
        let mut terms = Vec::new();
        for part in text.split('+') {
            let (plus, minus) = leading_term(part);
            terms.push((Sign::Plus, term(plus).ok_or_else(fail)?));
            for less in minus {
                terms.push((Sign::Minus, term(less).ok_or_else(fail)?));
            }
        }
        Ok(Self(terms))
    }
}

/// The first term of a difference, and the spans that are taken from it. Names have hyphens too.
fn leading_term(part: &str) -> (&str, Vec<&str>) {
    let is_span = |text: &str| text.starts_with(|c: char| c.is_ascii_digit());
    let cut = part.match_indices('-').find(|(at, _)| is_span(&part[at + 1..]));
    match cut {
        Some((at, _)) => (&part[..at], part[at + 1..].split('-').collect()),
        None => (part, Vec::new()),
    }
}

fn term(text: &str) -> Option<Term> {
    Some(match text {
        "code" => Term::Lifetime(Credential::Code),
        "access-token" => Term::Lifetime(Credential::AccessToken),
        "refresh-token" => Term::Lifetime(Credential::RefreshToken),
        "expires-in" => Term::ExpiresIn,
        "interval" => Term::Interval,
        span => Term::Span(parse_duration(span).ok()?),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn length(text: &str) -> Option<u64> {
        let waits: Waits = text.parse().unwrap();
        let lifetime = |credential| match credential {
            Credential::Code => Some(Duration::from_secs(30)),
            Credential::AccessToken => Some(Duration::from_secs(3600)),
            Credential::RefreshToken => None,
        };
        waits.length(lifetime).map(|length| length.as_secs())
    }

    #[test]
    fn sums_of_lifetimes_and_spans() {
        assert_eq!(length("code+1s"), Some(31));
        assert_eq!(length("code-1s"), Some(29));
        assert_eq!(length("20s+code-1s"), Some(49));
        assert_eq!(length("access-token-30s"), Some(3570));
        assert_eq!(length("expires-in+30s"), Some(3630));
        assert_eq!(length("2d"), Some(172_800));
        assert_eq!(length("refresh-token+1m"), None);
    }

    #[test]
    fn anything_else_names_no_time() {
        for text in ["", "code+", "+1s", "token", "code-", "1 second", "code--1s", "30"] {
            assert!(text.parse::<Waits>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn what_a_response_promises_is_known_only_then() {
        let promised = |text: &str| text.parse::<Waits>().unwrap().is_promised();
        assert!(promised("expires-in+30s") && !promised("access-token+30s"));
    }
}
