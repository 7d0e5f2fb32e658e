//! Proof keys for codes (RFC 7636): whoever redeems a code shows what only the one who asked for it
//! knows.

use ring::digest::{SHA256, digest};

use super::authorize::{Denial, Input};
use super::http::given;
use super::interaction::same_secret;
use crate::server::Server;
use crate::server::faults::effects::pkce as effects;
use crate::server::policy::{ChallengeMethod, Demand, Pkce};
use crate::server::world::Application;
use crate::wire::Params;

/// Parameters of the authorization request that are about it.
pub(in crate::server) const ASKED: &[&str] = &["code_challenge", "code_challenge_method"];
/// Parameter of the token request that is about it.
pub(in crate::server) const VERIFIER: &str = "code_verifier";

pub(in crate::server) const MISSING: Denial =
    Denial::invalid_request("A code challenge is required");
pub(in crate::server) const METHOD: Denial =
    Denial::invalid_request("The transform algorithm is not supported");
pub(in crate::server) const SYNTAX: Denial =
    Denial::invalid_request("The code challenge is malformed");

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
        use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
        match self {
            Self::Plain => verifier.to_owned(),
            Self::S256 => URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.as_bytes())),
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
    fn read(name: &str) -> Option<Self> {
        [Self::Plain, Self::S256].into_iter().find(|method| method.as_str() == name)
    }
}

impl Pkce {
    /// Whether a client has to send a challenge.
    fn demands_of(&self, app: &Application) -> bool {
        match self.demanded_of {
            Demand::Nobody => false,
            Demand::Public => app.secret.is_empty(),
            Demand::All => true,
        }
    }

    /// The method that a request names; without a name it is `plain` (RFC 7636 §4.3).
    fn method(&self, name: Option<&str>) -> Option<ChallengeMethod> {
        // pkce/method-absent, pkce/method-unknown
        let method = name.map_or(Some(ChallengeMethod::Plain), ChallengeMethod::read);
        // pkce/plain
        method.filter(|method| self.methods.contains(method))
    }
}

/// The challenge of an authorization request, where it has one.
///
/// # Errors
/// Where it has none and its client has to send one, and where it has one that cannot be used
/// (RFC 7636 §4.4.1).
pub(in crate::server) fn asked(
    server: &Server,
    input: &Input,
    app: &Application,
) -> Result<Option<Challenge>, Denial> {
    let Some(policy) = effects::policy(server, input, app) else { return Ok(None) };
    let value = given(&input.params, "code_challenge");
    let name = given(&input.params, "code_challenge_method");
    let right = match (value, policy.method(name)) {
        // pkce/required-public
        (None, _) if policy.demands_of(app) => Err(MISSING),
        (None, _) => Ok(None),
        (Some(_), None) => Err(METHOD),
        // pkce/challenge-syntax
        (Some(value), Some(_)) if !is_well_formed(value) => Err(SYNTAX),
        (Some(value), Some(method)) => Ok(Some(Challenge { value: value.to_owned(), method })),
    };
    let sent = input.params.first("code_challenge");
    effects::asked(server, (sent, name), app, right)
}

/// The verifier of a token request.
pub(in crate::server) fn verifier<'p>(
    server: &Server,
    app: &Application,
    params: &'p Params,
) -> Option<&'p str> {
    server.policy().pkce.as_ref()?;
    effects::verifier(server, app, params, given(params, VERIFIER))
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
