//! Comparing secrets.

use ring::digest::{SHA256, digest};
use subtle::ConstantTimeEq;

/// Whether this is the secret of whoever is named. An unknown name costs the same comparison, so that
/// time does not tell the two apart; who has no secret proves nothing.
pub(in crate::server) fn knows_secret(sent: &str, expected: Option<&str>) -> bool {
    let expected = expected.unwrap_or_default();
    same_secret(sent, expected) && !expected.is_empty()
}

/// Compares in a time that depends on neither value: their hashes are compared.
pub(in crate::server) fn same_secret(sent: &str, expected: &str) -> bool {
    let hash = |text: &str| digest(&SHA256, text.as_bytes());
    hash(sent).as_ref().ct_eq(hash(expected).as_ref()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_compared_whole() {
        assert!(same_secret("abc", "abc"));
        for wrong in ["", "ab", "abcd", "abd", "ABC"] {
            assert!(!same_secret(wrong, "abc"));
        }
    }
}
