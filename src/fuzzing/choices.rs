//! Where generators take their choices from: a seed, or the bytes of a fuzzing engine.

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

/// A source of choices. One generator serves the live fuzzer (by seed) and the engines (by bytes).
pub trait Choices {
    /// A number below `n`; 0 where `n` is 0 or the source has run dry.
    fn below(&mut self, n: usize) -> usize;

    /// Whether a thing happens that happens once in `n` times; never from a dry source.
    fn once_in(&mut self, n: usize) -> bool {
        n > 0 && self.below(n) == n - 1
    }

    /// One of a list.
    fn pick<'a, T>(&mut self, list: &'a [T]) -> Option<&'a T>
    where
        Self: Sized,
    {
        list.get(self.below(list.len()))
    }

    /// A text of at most `most` characters, of those that trip parsers.
    fn text(&mut self, most: usize) -> String
    where
        Self: Sized,
    {
        let length = self.below(most + 1);
        (0..length).filter_map(|_| self.pick(ODD).copied()).collect()
    }
}

/// Characters that mean something to one parser or another, and some that mean nothing.
const ODD: &[char] = &[
    'a', 'Z', '0', '9', '-', '_', '.', '~', ' ', '%', '&', '=', '+', ';', ',', '"', '\'', '\\',
    '/', ':', '@', '?', '#', '[', ']', '<', '>', '{', '}', '\r', '\n', '\t', '\0', '\u{7f}', 'ä',
    'ß', '\u{212a}', '\u{feff}', '\u{202e}', '漢', '😀',
];

/// Choices by a seed: the same seed, the same choices.
#[derive(Debug, Clone)]
pub struct Dice(StdRng);

impl Dice {
    /// The choices of this seed.
    pub fn new(seed: u64) -> Self {
        Self(StdRng::seed_from_u64(seed))
    }

    /// A seed for something else.
    pub fn seed(&mut self) -> u64 {
        self.0.random()
    }
}

impl Choices for Dice {
    fn below(&mut self, n: usize) -> usize {
        if n == 0 { 0 } else { self.0.random_range(0..n) }
    }
}

impl Choices for arbitrary::Unstructured<'_> {
    fn below(&mut self, n: usize) -> usize {
        n.checked_sub(1).and_then(|last| self.int_in_range(0..=last).ok()).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_seed_makes_one_row_of_choices() {
        let (mut one, mut same) = (Dice::new(3), Dice::new(3));
        let row = |dice: &mut Dice| (0..50).map(|_| dice.below(10)).collect::<Vec<_>>();
        assert_eq!(row(&mut one), row(&mut same));
        assert!(row(&mut Dice::new(4)) != row(&mut Dice::new(3)));
        assert_eq!((one.below(0), one.below(1)), (0, 0));
        assert!((0..200).any(|_| one.once_in(4)) && !(0..50).any(|_| one.once_in(0)));
    }
}
