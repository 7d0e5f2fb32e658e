//! Words of the protocol, and words of people, which are no secrets wherever they stand.

use super::codes::{AUTHORIZATION_ERRORS, PAGE_ERRORS, RESOURCE_ERRORS, TOKEN_ERRORS};
use super::params::{REGISTERED, SECRETS};

/// Shorter values keep nobody out.
const SHORTEST: usize = 8;

/// The longest run of letters that is rather a word than a value.
const LONGEST_WORD: usize = 20;

/// Words beside the names of parameters and the error codes.
const FURTHER: &[&str] =
    &["authorization_code", "client_credentials", "undefined", "redacted", "password"];

/// Whether a value of a message may be a secret. It is none where it is too short, a word of the
/// protocol, or made up by the suite, which signs what it makes up.
pub fn is_telling(value: &str) -> bool {
    let value = value.to_ascii_lowercase();
    let words =
        [REGISTERED, TOKEN_ERRORS, AUTHORIZATION_ERRORS, PAGE_ERRORS, RESOURCE_ERRORS, FURTHER];
    let is_word = words.into_iter().flatten().any(|word| *word == value)
        || SECRETS.iter().any(|(name, kind)| *name == value || *kind == value);
    value.len() >= SHORTEST && !is_word && !value.contains("oauthspec")
}

/// Whether a value is written like words: letters in one case, or begun with a capital, between
/// separators. `not_found` is one, where a member `code` has it.
pub fn is_wording(value: &str) -> bool {
    let word = |part: &str| {
        let rest = part.get(1..).unwrap_or_default();
        let lower = |text: &str| text.bytes().all(|b| b.is_ascii_lowercase());
        let upper = part.bytes().all(|b| b.is_ascii_uppercase());
        let begins = part.bytes().next().is_some_and(|b| b.is_ascii_alphabetic());
        begins && (upper || lower(rest)) && part.len() <= LONGEST_WORD
    };
    value.split(['_', '-', '.', ' ', ':']).all(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_told_from_values() {
        for word in ["Bearer", "invalid_token", "Access_Token", "oauthspecNever0000", ""] {
            assert!(!is_telling(word), "{word}");
        }
        for word in ["not_found", "unauthorized", "item name in use", "ITEM_IN_USE", "Not Found"] {
            assert!(is_wording(word), "{word}");
        }
        for value in ["8fK2mmQz", "a1b2c3d4e5", "kqzvxbwpmtrhdsglwqpoeirutz", "sYmBoLiCaLlY"] {
            assert!(is_telling(value) && !is_wording(value), "{value}");
        }
    }
}
