//! How often each property was put to the test: a property that no request could have broken did not
//! hold, it was not tried.

use std::collections::BTreeMap;

/// How often each property was put to the test.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tried(BTreeMap<&'static str, u64>);

impl Tried {
    /// A property was put to the test once.
    pub fn note(&mut self, oracle: &'static str) {
        *self.0.entry(oracle).or_default() += 1;
    }

    /// What was tried somewhere else, too.
    pub fn add(&mut self, other: &Self) {
        for (oracle, times) in &other.0 {
            *self.0.entry(oracle).or_default() += times;
        }
    }

    /// How often it was this property.
    pub fn times(&self, oracle: &str) -> u64 {
        self.0.get(oracle).copied().unwrap_or_default()
    }
}
