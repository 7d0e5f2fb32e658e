//! Random values: the only place in `server` that draws them.

use std::sync::{Mutex, PoisonError};

use rand::rngs::{OsRng, StdRng};
use rand::{RngCore, SeedableRng, TryRngCore};

/// Length of authorization codes and access tokens in characters: 190 bits.
pub const SHORT: usize = 32;
/// Length of refresh tokens in characters: 381 bits.
pub const LONG: usize = 64;

const ALPHABET: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// The largest multiple of the alphabet's size that fits a byte: above it a byte is drawn again,
/// because `byte % 62` would favour the first characters.
const FAIR: u8 = 248;

/// Where the server draws its random bytes.
pub trait Random: Send + Sync {
    /// Fills the slice.
    fn fill(&self, bytes: &mut [u8]);
}

/// The operating system's generator.
#[derive(Debug, Clone, Copy, Default)]
pub struct OsRandom;

impl Random for OsRandom {
    #[expect(clippy::expect_used, reason = "without randomness any token would be guessable")]
    fn fill(&self, bytes: &mut [u8]) {
        OsRng.try_fill_bytes(bytes).expect("the operating system gives random bytes");
    }
}

/// A generator that repeats itself for one seed: for tests and fuzzing, never for `serve`.
#[derive(Debug)]
pub struct SeededRandom(Mutex<StdRng>);

impl SeededRandom {
    /// The generator of this seed.
    pub fn new(seed: u64) -> Self {
        Self(Mutex::new(StdRng::seed_from_u64(seed)))
    }
}

impl Random for SeededRandom {
    fn fill(&self, bytes: &mut [u8]) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).fill_bytes(bytes);
    }
}

/// A token of `len` letters and digits, every character equally likely (5.95 bits each).
// code/unguessable, access-token/unguessable
pub fn token(random: &dyn Random, len: usize) -> String {
    let bytes = std::iter::repeat_with(|| {
        let mut bytes = [0_u8; 64];
        random.fill(&mut bytes);
        bytes
    });
    let fair = bytes.flatten().filter(|byte| *byte < FAIR);
    fair.map(|byte| char::from(ALPHABET[usize::from(byte) % ALPHABET.len()])).take(len).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::{HashMap, HashSet};

    use super::*;

    #[test]
    fn tokens_have_their_length_and_alphabet() {
        for len in [0, 1, SHORT, LONG, 200] {
            let token = token(&OsRandom, len);
            assert_eq!(token.len(), len);
            assert!(token.bytes().all(|byte| byte.is_ascii_alphanumeric()));
        }
    }

    #[test]
    fn one_seed_gives_one_sequence_without_repetition() {
        let (one, same) = (SeededRandom::new(7), SeededRandom::new(7));
        let drawn: Vec<String> = (0..500).map(|_| token(&one, SHORT)).collect();
        assert!(drawn.iter().all(|value| *value == token(&same, SHORT)));
        assert_eq!(drawn.iter().collect::<HashSet<_>>().len(), 500);
        assert_ne!(token(&SeededRandom::new(8), SHORT), drawn[0]);
    }

    #[test]
    fn no_character_is_favoured() {
        let text = token(&SeededRandom::new(1), 62_000);
        let mut counts: HashMap<char, u32> = HashMap::new();
        text.chars().for_each(|c| *counts.entry(c).or_default() += 1);
        assert_eq!(counts.len(), 62);
        // 1000 expected, standard deviation 31: six of them either way.
        assert!(counts.values().all(|count| (810..1190).contains(count)), "{counts:?}");
    }
}
