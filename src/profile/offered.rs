//! Scopes that the target's metadata offer, where the profile names too few.

use super::server::Profile;

const OPENID: &str = "openid";

impl Profile {
    /// These words of a scope, or two of those that the target's metadata offer beside them: likely ones first, and none
    /// by which it depends whether there is a refresh token.
    pub fn widened(&self, words: &[String]) -> Vec<String> {
        let by_openid = words.iter().all(|word| word == OPENID);
        let rank = |word: &String| match word.as_str() {
            OPENID if by_openid => 0,
            "profile" | "email" if by_openid => 1,
            OPENID => 3,
            _ => 2,
        };
        let is_new = |word: &&String| *word != "offline_access" && !words.contains(word);
        let mut more: Vec<&String> = self.offered_scopes.iter().filter(is_new).collect();
        more.sort_by_key(|word| rank(word));
        let missing = 2_usize.saturating_sub(words.len());
        words.iter().chain(more.into_iter().take(missing)).cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use crate::profile::parse_with;

    #[test]
    fn two_words_of_scope_are_asked_for_that_are_likely_to_go_together() {
        let text = "name: x\nbase_url: http://127.0.0.1:1\ndocuments: [rfc6749]\n";
        let mut profile = parse_with("x", text, &|_| None).unwrap();
        let mut widened = |offered: &[&str], own: &[&str]| {
            let all = |words: &[&str]| words.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
            profile.offered_scopes = all(offered);
            profile.widened(&all(own)).join(" ")
        };
        let offered = ["address", "offline_access", "profile", "read", "openid"];
        assert_eq!(widened(&offered, &["openid"]), "openid profile");
        assert_eq!(widened(&offered, &[]), "openid profile");
        assert_eq!(widened(&offered, &["read"]), "read address");
        assert_eq!(widened(&["read", "write"], &[]), "read write");
        assert_eq!(widened(&offered, &["a", "b"]), "a b");
        assert_eq!(widened(&["offline_access", "read"], &["read"]), "read");
    }
}
