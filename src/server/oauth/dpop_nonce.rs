//! Nonces of proofs of possession (RFC 9449 §8): each is good for a while at one of the two servers, and
//! nobody guesses the next. None is kept: it is known again by a key.

use std::fmt;
use std::sync::OnceLock;
use std::time::Duration;

use ring::hmac;

use crate::testbed::random::Random;
use crate::wire::jws;

/// How long a nonce is told; it is taken as long again.
const PERIOD: u64 = 120;

/// Who asks for a nonce. That of one is nothing to the other (RFC 9449 §9).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::server) enum Asker {
    AuthorizationServer,
    Resource,
}

/// The key, once it is needed.
#[derive(Default)]
pub(in crate::server) struct Nonces(OnceLock<hmac::Key>);

impl fmt::Debug for Nonces {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Nonces").finish_non_exhaustive()
    }
}

impl Nonces {
    /// The nonce that is told at this time.
    // dpop/nonce-told
    pub(in crate::server) fn now(
        &self,
        random: &dyn Random,
        asker: Asker,
        now: Duration,
    ) -> String {
        self.of(random, asker, now.as_secs() / PERIOD)
    }

    /// Whether a nonce is one that was told of late.
    // dpop/nonce-checked, dpop/nonce-of-resource
    pub(in crate::server) fn is_good(
        &self,
        random: &dyn Random,
        (asker, now): (Asker, Duration),
        nonce: &str,
    ) -> bool {
        let period = now.as_secs() / PERIOD;
        let told = [period, period.saturating_sub(1)];
        told.into_iter().any(|period| self.of(random, asker, period) == nonce)
    }

    fn of(&self, random: &dyn Random, asker: Asker, period: u64) -> String {
        let key = self.0.get_or_init(|| {
            let mut secret = [0_u8; 32];
            random.fill(&mut secret);
            hmac::Key::new(hmac::HMAC_SHA256, &secret)
        });
        jws::part(hmac::sign(key, format!("{asker:?} {period}").as_bytes()).as_ref())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testbed::SeededRandom;

    #[test]
    fn a_nonce_is_good_for_a_while_and_at_one_server() {
        let (nonces, random) = (Nonces::default(), SeededRandom::new(1));
        let at = Duration::from_secs;
        let told = nonces.now(&random, Asker::Resource, at(1000));
        let good = |asker, now| nonces.is_good(&random, (asker, at(now)), &told);
        assert!(good(Asker::Resource, 1000) && good(Asker::Resource, 1100));
        assert!(!good(Asker::Resource, 1300) && !good(Asker::AuthorizationServer, 1000));
    }
}
