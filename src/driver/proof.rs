//! Proof keys (RFC 7636): what an authorization request carries, and what the token request shows.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use super::draft::s256;
use crate::wire::Secret;

/// A challenge and its verifier; by default neither.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Proof {
    /// `code_challenge`; `None`: it is not sent.
    pub challenge: Option<String>,
    /// `code_challenge_method`; `None`: it is not sent.
    pub method: Option<String>,
    /// `code_verifier` of the token request; `None`: it is not sent.
    pub verifier: Option<Secret>,
}

impl Proof {
    /// The S256 challenge of a verifier.
    pub fn s256(verifier: &str) -> Self {
        Self::named(s256(verifier), "S256", verifier)
    }

    /// A verifier that is its own challenge.
    pub fn plain(verifier: &str) -> Self {
        Self::named(verifier.to_owned(), "plain", verifier)
    }

    fn named(challenge: String, method: &str, verifier: &str) -> Self {
        let verifier = Some(Secret::from(verifier.to_owned()));
        Self { challenge: Some(challenge), method: Some(method.to_owned()), verifier }
    }

    /// The same without a method.
    #[must_use]
    pub fn without_method(self) -> Self {
        Self { method: None, ..self }
    }
}

/// Whether a value carries a text so that anybody can read it: as it is, or in base64url, in one of
/// the parts between its dots.
pub fn carries(value: &str, text: &str) -> bool {
    let decoded = |part: &str| URL_SAFE_NO_PAD.decode(part.trim_end_matches('=')).ok();
    let holds = |bytes: Vec<u8>| bytes.windows(text.len()).any(|it| it == text.as_bytes());
    value.contains(text) || value.split('.').filter_map(decoded).any(holds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_challenge_is_found_in_each_of_its_coverings() {
        let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
        let encoded = URL_SAFE_NO_PAD.encode(format!("{{\"c\":\"{challenge}\"}}"));
        assert!(carries(&format!("code-{challenge}"), challenge));
        assert!(carries(&format!("head.{encoded}.tail"), challenge));
        assert!(!carries("R8yZ1xQd.SplxlOBeZQQYbYS6WxSbIA", challenge));
    }
}
