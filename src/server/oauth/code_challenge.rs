//! The code challenge and its verifier (RFC 7636 §4.1, §4.2 and §4.6).

use crate::server::oauth::secret::same_secret;
use crate::server::policy::ChallengeMethod;
use crate::wire::jws;

/// The challenge that was sent with an authorization request, and how it is made of the verifier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::server) struct Challenge {
    pub(in crate::server) value: String,
    pub(in crate::server) method: ChallengeMethod,
}

impl Challenge {
    /// Whether it is that of this verifier (RFC 7636 §4.6).
    pub(in crate::server) fn is_of(&self, verifier: &str) -> bool {
        same_secret(&self.method.challenge(verifier), &self.value)
    }
}

impl ChallengeMethod {
    /// The challenge of a verifier (RFC 7636 §4.2).
    fn challenge(self, verifier: &str) -> String {
        match self {
            Self::Plain => verifier.to_owned(),
            Self::S256 => jws::hash(verifier),
        }
    }

    /// Its name.
    pub(in crate::server) fn as_str(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::S256 => "S256",
        }
    }

    /// The method of this name, compared exactly.
    pub(in crate::server) fn read(name: &str) -> Option<Self> {
        [Self::Plain, Self::S256].into_iter().find(|method| method.as_str() == name)
    }
}

/// Whether a code that was asked for with this challenge, or with none, is redeemed with the right
/// verifier, or with none.
pub(in crate::server) fn is_proven(challenge: Option<&Challenge>, verifier: Option<&str>) -> bool {
    match (challenge, verifier) {
        (None, None) => true,
        // pkce/verifier-unasked: a challenge that somebody took away does not open the code
        // (RFC 9700 §4.8.2). pkce/verifier-missing
        (None, Some(_)) | (Some(_), None) => false,
        // pkce/verifier-wrong, pkce/bound-to-code, pkce/verifier-syntax
        (Some(challenge), Some(verifier)) => is_well_formed(verifier) && challenge.is_of(verifier),
    }
}

/// Whether a verifier or a challenge has its form: 43 to 128 unreserved characters (RFC 7636 §4.1 and
/// §4.2).
pub(in crate::server) fn is_well_formed(text: &str) -> bool {
    let unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    (43..=128).contains(&text.len()) && text.bytes().all(unreserved)
}

#[cfg(test)]
mod tests {
    use super::*;

    // RFC 7636 appendix B.
    const PROOF: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const VALUE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    #[test]
    fn the_right_verifier_alone_opens_a_code() {
        let challenge = Challenge { value: VALUE.to_owned(), method: ChallengeMethod::S256 };
        assert!(is_proven(Some(&challenge), Some(PROOF)));
        for wrong in [None, Some(VALUE), Some(&PROOF[1..])] {
            assert!(!is_proven(Some(&challenge), wrong), "{wrong:?}");
        }
        assert!(is_proven(None, None));
        assert!(!is_proven(None, Some(PROOF)));
    }

    #[test]
    fn a_plain_challenge_is_the_verifier() {
        let challenge = Challenge { value: PROOF.to_owned(), method: ChallengeMethod::Plain };
        assert!(is_proven(Some(&challenge), Some(PROOF)));
        assert!(!is_proven(Some(&challenge), Some(VALUE)));
    }

    #[test]
    fn a_verifier_has_43_to_128_unreserved_characters() {
        for right in [&"a".repeat(43), &"~".repeat(128), PROOF] {
            assert!(is_well_formed(right), "{right}");
        }
        for wrong in [&"a".repeat(42), &"a".repeat(129), &"+".repeat(43), &"ä".repeat(43)] {
            assert!(!is_well_formed(wrong), "{wrong}");
        }
    }
}
