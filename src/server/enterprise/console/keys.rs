//! RSA key pairs for signed assertions (RFC 7518 §3.3): made, or brought along.

use rsa::pkcs8::{DecodePublicKey, EncodePrivateKey, EncodePublicKey, LineEnding};
use rsa::rand_core::{CryptoRng, Error, RngCore};
use rsa::traits::PublicKeyParts;
use rsa::{RsaPrivateKey, RsaPublicKey};

use crate::testbed::random::Random;

/// Length of the keys that are made, and the least of those that are taken, in bits.
const BITS: usize = 2048;
/// The most, so that nobody can make a signature cost minutes.
const MAX_BITS: usize = 8192;

/// Both halves, as PEM (PKCS #8 and `SubjectPublicKeyInfo`).
pub(super) struct Pair {
    pub(super) public: String,
    pub(super) private: String,
}

/// A new pair.
pub(super) fn generate(random: &dyn Random) -> Option<Pair> {
    let private = RsaPrivateKey::new(&mut Drawn(random), BITS).ok()?;
    let public = private.to_public_key().to_public_key_pem(LineEnding::LF).ok()?;
    let private = private.to_pkcs8_pem(LineEnding::LF).ok()?.to_string();
    Some(Pair { public, private })
}

/// A public key in the form in which it is kept; `None` where it cannot be used.
pub(super) fn public_pem(pem: &str) -> Option<String> {
    let lines: Vec<&str> = pem.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let key = RsaPublicKey::from_public_key_pem(&format!("{}\n", lines.join("\n"))).ok()?;
    let fits = (BITS..=MAX_BITS).contains(&(key.size() * 8));
    key.to_public_key_pem(LineEnding::LF).ok().filter(|_| fits)
}

/// The server's random source as the library wants it.
struct Drawn<'a>(&'a dyn Random);

impl RngCore for Drawn<'_> {
    fn next_u32(&mut self) -> u32 {
        let mut bytes = [0; 4];
        self.0.fill(&mut bytes);
        u32::from_le_bytes(bytes)
    }

    fn next_u64(&mut self) -> u64 {
        let mut bytes = [0; 8];
        self.0.fill(&mut bytes);
        u64::from_le_bytes(bytes)
    }

    fn fill_bytes(&mut self, bytes: &mut [u8]) {
        self.0.fill(bytes);
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Error> {
        self.0.fill(bytes);
        Ok(())
    }
}

impl CryptoRng for Drawn<'_> {}
