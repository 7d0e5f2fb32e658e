//! Mistakes with the proof key of a code that is kept.

use crate::server::faults::pkce as faults;
use crate::server::oauth::code_challenge::{Challenge, is_well_formed};
use crate::server::oauth::store::{Code, CodeRefusal, State, Store};
use crate::server::policy::ChallengeMethod;
use crate::server::variants;
use crate::testbed::Switches;

/// Whether a code is redeemed though the verifier is not the right one.
pub(in crate::server) fn is_overlooked(
    switches: &Switches,
    code: &Code,
    verifier: Option<&str>,
) -> bool {
    match (&code.sent_to.challenge, verifier) {
        (_, Some("")) => true,
        (Some(challenge), _) if challenge.value.is_empty() => true,
        (None, Some(_)) => switches.has_any(&[&faults::UNASKED_ACCEPTED, &faults::NOT_VERIFIED]),
        (Some(_), None) => {
            switches.has_any(&[&faults::VERIFIER_OPTIONAL, &faults::NOT_VERIFIED])
                || code.guessed && switches.has(&faults::FORGOTTEN)
        }
        (Some(challenge), Some(verifier)) => is_taken(switches, challenge, code.guessed, verifier),
        (None, None) => false,
    }
}

fn is_taken(switches: &Switches, challenge: &Challenge, guessed: bool, verifier: &str) -> bool {
    let is_plain = challenge.method == ChallengeMethod::Plain;
    let odd = !is_well_formed(verifier) && challenge.is_of(verifier);
    switches.has_any(&[&faults::ANY_VERIFIER, &faults::NOT_VERIFIED])
        || is_plain && switches.has(&faults::PLAIN_NOT_VERIFIED)
        || challenge.value == verifier && switches.has(&faults::CHALLENGE_IS_VERIFIER)
        || guessed && switches.has(&faults::GUESSED)
        || odd && switches.has(&faults::VERIFIER_SYNTAX)
        || odd && verifier.len() < 43 && switches.has(&faults::VERIFIER_SHORT)
}

/// Whether a right verifier is refused.
pub(in crate::server) fn is_refused(switches: &Switches, verifier: Option<&str>) -> bool {
    let Some(verifier) = verifier else { return false };
    let letters = verifier.bytes().all(|byte| byte.is_ascii_alphanumeric());
    !letters && switches.has(&faults::VERIFIER_LETTERS)
        || verifier.len() > 64 && switches.has(&faults::VERIFIER_64)
}

/// A code was refused for its verifier.
pub(in crate::server) fn refused(
    switches: &Switches,
    code: &mut Code,
    refusal: CodeRefusal,
    family: u64,
) {
    if refusal == CodeRefusal::WrongVerifier {
        code.guessed = true;
        if switches.varies(&variants::PKCE_CODE_USED_UP) {
            code.redeemed = Some(family);
        }
    }
}

/// A code was issued.
// pkce/bound-to-code
pub(in crate::server) fn added(switches: &Switches, state: &mut State, code: &Code) {
    let challenge = &code.sent_to.challenge;
    let other = |other: &Code| {
        other.grant.client_id == code.grant.client_id && other.sent_to.challenge != *challenge
    };
    let any = challenge.is_some() && state.codes.values().any(other);
    if any && switches.has(&faults::LAST_CHALLENGE) {
        for other in state.codes.values_mut().filter(|it| other(it)) {
            other.sent_to.challenge.clone_from(challenge);
        }
    }
}

impl Store {
    /// Whether a verifier is that of a code.
    // pkce/no-authentication
    pub(in crate::server) fn proves(&self, code: &str, verifier: &str) -> bool {
        let state = self.lock();
        let challenge = state.codes.get(code).and_then(|code| code.sent_to.challenge.as_ref());
        challenge.is_some_and(|challenge| challenge.is_of(verifier))
    }

    /// Whether a refresh token descends from a code that had a challenge.
    // pkce/no-authentication
    pub(in crate::server) fn came_by_key(&self, refresh: &str) -> bool {
        let state = self.lock();
        let pair = state.refresh.get(refresh).and_then(|id| state.pairs.get(id));
        let family = pair.map(|pair| pair.family);
        let had = |code: &Code| code.redeemed == family && code.sent_to.challenge.is_some();
        family.is_some() && state.codes.values().any(had)
    }
}
