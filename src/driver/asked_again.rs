//! Whether a user who has agreed to a client before is asked again where its request wants that (OpenID Connect Core
//! §3.1.2.1): what is about the page of the consent would have none to look at otherwise.

use std::sync::atomic::{AtomicU8, Ordering};

use super::draft::Draft;

/// The parameter, and the value that has the user asked.
const PROMPT: (&str, &str) = ("prompt", "consent");

/// Parameters that carry the request, so that what stands beside them may not count.
const CARRIERS: [&str; 2] = ["request", "request_uri"];

const UNKNOWN: u8 = 0;
const HELPS: u8 = 1;
const USELESS: u8 = 2;

/// Whether that was a help, as far as is known.
#[derive(Debug, Default)]
pub(super) struct AskedAgain(AtomicU8);

impl AskedAgain {
    /// Whether it is known to be a help.
    pub(super) fn helps(&self) -> bool {
        self.0.load(Ordering::Relaxed) == HELPS
    }

    /// Whether it may be one.
    pub(super) fn may_help(&self) -> bool {
        self.0.load(Ordering::Relaxed) != USELESS
    }

    /// It was a help.
    pub(super) fn has_helped(&self) {
        self.0.store(HELPS, Ordering::Relaxed);
    }

    /// It was none.
    pub(super) fn is_useless(&self) {
        // Where it has been a help before, that was for something else.
        let _ = self.0.compare_exchange(UNKNOWN, USELESS, Ordering::Relaxed, Ordering::Relaxed);
    }

    /// Takes over what is known of the same target.
    pub(super) fn know_like(&self, other: &Self) {
        self.0.store(other.0.load(Ordering::Relaxed), Ordering::Relaxed);
    }

    /// What is said of it in the report.
    pub(super) fn told(&self) -> Option<String> {
        self.helps().then(|| {
            "users are asked once: where a scenario is about the page on which they agree or deny, the request has \
             `prompt=consent`, by which the server asks them again"
                .to_owned()
        })
    }
}

/// Lets a request have the user asked; whether there is a place for that in it.
pub(super) fn wants_to_ask(draft: &mut Draft) -> bool {
    let named = |name: &str| draft.query.first(name).or(draft.form.first(name)).is_some();
    let is_other = named(PROMPT.0) || CARRIERS.into_iter().any(named);
    let is_odd = draft.raw_query.is_some() || draft.raw_form.is_some() || draft.json.is_some();
    if is_other || is_odd {
        return false;
    }
    draft.params().push(PROMPT.0, PROMPT.1);
    true
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::*;

    #[test]
    fn a_request_has_its_user_asked_where_it_says_nothing_else_of_that() {
        let url = Url::parse("http://127.0.0.1:1/authorize").unwrap();
        let mut plain = Draft::new("authorization request", "GET", &url);
        assert!(wants_to_ask(&mut plain));
        assert_eq!(plain.query.first("prompt"), Some("consent"));
        assert!(!wants_to_ask(&mut plain));
        let mut referring = Draft::new("authorization request", "GET", &url);
        referring.query.push("request_uri", "urn:x");
        assert!(!wants_to_ask(&mut referring));
    }

    #[test]
    fn what_has_helped_once_stays_a_help() {
        let known = AskedAgain::default();
        assert!(known.may_help() && !known.helps() && known.told().is_none());
        known.has_helped();
        known.is_useless();
        assert!(known.helps() && known.told().is_some());
        let useless = AskedAgain::default();
        useless.is_useless();
        assert!(!useless.may_help());
    }
}
