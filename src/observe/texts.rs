//! Human-readable texts of the `box` documents, compared after folding.

/// A text without what does not matter: quotes of any kind alike, no final dot, white space folded.
pub fn folded(text: &str) -> String {
    let plain: String = text
        .chars()
        .map(|c| match c {
            '\u{201c}' | '\u{201d}' | '\u{201e}' | '\'' | '\u{2018}' | '\u{2019}' | '`' => '"',
            c => c,
        })
        .collect();
    let words = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    words.trim_end_matches('.').to_owned()
}

/// Whether two texts say the same.
pub fn same(a: &str, b: &str) -> bool {
    folded(a) == folded(b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_and_a_final_dot_do_not_matter() {
        assert!(same(
            "Missing parameter. “code” is required",
            "Missing parameter. \"code\" is required."
        ));
        assert!(!same("Invalid refresh token", "Invalid token"));
    }
}
