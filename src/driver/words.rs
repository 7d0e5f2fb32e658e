//! What the words on buttons and links mean.

use super::page::{Decision, Field};
use crate::profile::Login;

const DENY: &[&str] = &[
    "deny", "denied", "cancel", "decline", "reject", "refuse", "no", "abort", "disallow",
    "disagree", "don't", "not",
];
const GRANT: &[&str] = &[
    "grant",
    "allow",
    "authorize",
    "authorise",
    "accept",
    "approve",
    "agree",
    "yes",
    "continue",
    "confirm",
    "permit",
    "consent",
    "ok",
];

/// Whether a button says that the login goes on, and not that something is allowed.
pub(super) fn goes_on(field: &Field) -> bool {
    let label = field.label.to_lowercase();
    ["continue", "ok", "yes", "confirm"].contains(&label.trim())
}

/// Whether a button says no more than that the way goes on: "Continue", "Continue as Alice".
pub(super) fn leads_on(field: &Field) -> bool {
    let label = field.label.trim().to_lowercase();
    ["continue", "next", "proceed"].iter().any(|word| label.starts_with(word))
}

/// Whether a link says so, and nothing else.
pub(super) fn leads_on_by(label: &str) -> bool {
    let label = label.trim().to_lowercase();
    ["continue", "next", "proceed", "go on"].iter().any(|word| label.starts_with(word))
}

/// Whether a button passes over what its page offers: "Skip for now", "Not now", "Maybe later".
pub(super) fn is_skip(label: &str) -> bool {
    const PHRASES: [&str; 6] =
        ["skip", "not now", "maybe later", "remind me later", "ask me later", "do this later"];
    let label = label.trim().to_lowercase();
    let alone = ["later", "no thanks", "no, thanks", "no, thank you"];
    PHRASES.iter().any(|phrase| label.starts_with(phrase)) || alone.contains(&label.as_str())
}

/// Whether a button has nothing to do with signing in.
pub(super) fn is_for_something_else(field: &Field) -> bool {
    let label = field.label.to_lowercase();
    let words = ["subscribe", "newsletter", "search", "register", "sign up", "create account"];
    words.iter().any(|it| label.contains(it))
}

/// Words of a page that asks for an access.
pub(super) const ABOUT_ACCESS: &[&str] =
    &["access", "allow", "permission", "authori", "wants", "grant", "scope", "consent", "share"];

fn words_of(text: &str) -> Vec<&str> {
    let ends = |c: char| !(c.is_alphanumeric() || c == '\'');
    text.split(ends).filter(|word| !word.is_empty()).collect()
}

/// Whether the words of a phrase stand in a label, one after the other.
fn stands_in(phrase: &str, label: &[&str]) -> bool {
    let phrase = words_of(phrase);
    !phrase.is_empty() && label.windows(phrase.len()).any(|words| words == phrase)
}

/// What a choice means. The part before `|` decides; the part behind it only where that is silent.
pub(super) fn meaning(says: &str, words: &Login) -> Option<Decision> {
    says.split('|').find_map(|part| {
        let lower = part.to_lowercase();
        let label = words_of(&lower);
        let has = |known: &[&str], own: &[String]| {
            label.iter().any(|word| known.contains(word))
                || own.iter().any(|own| stands_in(&own.to_lowercase(), &label))
        };
        if has(DENY, &words.deny_words) {
            Some(Decision::Deny)
        } else if has(GRANT, &words.grant_words) {
            Some(Decision::Grant)
        } else {
            None
        }
    })
}
