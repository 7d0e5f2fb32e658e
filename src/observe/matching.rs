//! Whether an outcome is one that a document accepts.

use super::Mismatch;
use super::observed::Observed;
use crate::rules::{Cite, Manner, Means, Pattern};
use crate::wire::{has_failed, tells_failure};

/// The judgement of one document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Judgement {
    /// The document accepts it.
    Accepted,
    /// The document does not name it, and a warning is enough.
    Tolerated(Mismatch),
    /// The document does not accept it.
    Refused(Mismatch),
    /// It proves nothing, either way.
    Nothing(String),
}

/// Judges an outcome by one citation. A status from 500 proves nothing, unless it comes again; nor does the
/// code that stands in its place in a redirect (RFC 6749 §4.1.2.1).
pub fn judge(what: &Observed, cite: &Cite, means: Means) -> Judgement {
    let any = |patterns: &[Pattern]| patterns.iter().any(|pattern| matches(pattern, what, means));
    if any(&cite.accepts) {
        return Judgement::Accepted;
    }
    let mismatch = Mismatch {
        expected: cite.accepts.iter().map(Pattern::to_string).collect(),
        actual: what.describe(),
        manner: manner(what, &cite.accepts),
    };
    if any(&cite.tolerates) {
        return Judgement::Tolerated(mismatch);
    }
    match what {
        Observed::Unjudgeable { text, .. } => Judgement::Nothing(text.clone()),
        Observed::Page { status, .. } if has_failed(*status) => Judgement::Nothing(what.describe()),
        // Where the server was made to fail, that it says so proves enough.
        Observed::Redirect(error) if tells_failure(error) && !is_failure_due(&cite.accepts) => {
            Judgement::Nothing(what.describe())
        }
        _ => Judgement::Refused(mismatch),
    }
}

/// Whether a page is accepted that says that the server failed.
fn is_failure_due(accepts: &[Pattern]) -> bool {
    accepts.iter().any(|it| matches!(it, Pattern::Page(Some(code)) if is_failure(code)))
}

/// How an outcome differs from all that are accepted.
fn manner(what: &Observed, accepts: &[Pattern]) -> Option<Manner> {
    let grant_due = accepts.iter().any(Pattern::is_grant);
    match (what.is_grant(), what.is_refusal()) {
        (true, _) if !grant_due => Some(Manner::Granted),
        (_, true) if grant_due => Some(Manner::Refused),
        (_, true) => Some(Manner::RefusedOtherwise),
        _ => None,
    }
}

/// Whether an outcome is this one. `means`: how the client authenticated.
pub fn matches(pattern: &Pattern, what: &Observed, means: Means) -> bool {
    match (pattern, what) {
        (Pattern::Tokens, Observed::Tokens)
        | (Pattern::Code, Observed::Code)
        | (Pattern::Served, Observed::Served(_) | Observed::Active) => true,
        (
            Pattern::Error { status, error, means: wanted },
            Observed::Error { status: s, error: e },
        ) => status == s && error == e && wanted.is_none_or(|wanted| wanted == means),
        // A token that is not active is one that a resource refuses as invalid (RFC 7662 §2.2).
        (Pattern::Refused, Observed::Inactive) => true,
        // Where a document names a server error, one in any form is what it expects.
        (Pattern::Status(wanted @ 500..), Observed::Unjudgeable { status: Some(status), .. }) => {
            status == wanted
        }
        (Pattern::Status(wanted), _) => status_of(what) == Some(*wanted),
        (Pattern::Refused, _) => status_of(what).is_some_and(|s| (400..500).contains(&s)),
        (Pattern::Redirect(wanted), Observed::Redirect(error)) => wanted == error,
        (Pattern::Page(None), Observed::Page { status, .. }) => !has_failed(*status),
        (Pattern::Page(Some(code)), Observed::Page { status, text }) => {
            text.contains(code.as_str()) && (!has_failed(*status) || is_failure(code))
        }
        (Pattern::Challenged, Observed::Inactive) => true,
        (Pattern::Challenge { error, .. }, Observed::Inactive) => {
            error.as_deref() == Some("invalid_token")
        }
        (Pattern::Challenged, Observed::Challenge { status, .. }) => (400..500).contains(status),
        (Pattern::Challenge { status, error }, Observed::Challenge { status: s, error: e }) => {
            status == s && error == e
        }
        _ => false,
    }
}

/// Whether a code says that the server failed, as a page of a status from 500 may.
fn is_failure(code: &str) -> bool {
    code == "internal_server_error" || tells_failure(code)
}

/// The status of an answer that issued and served nothing.
fn status_of(what: &Observed) -> Option<u16> {
    match what {
        Observed::Error { status, .. }
        | Observed::Status(status, _)
        | Observed::Page { status, .. }
        | Observed::Challenge { status, .. } => Some(*status),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Level;

    fn cite(accepts: &[&str], tolerates: &[&str]) -> Cite {
        let read = |texts: &[&str]| texts.iter().map(|text| text.parse().unwrap()).collect();
        Cite {
            document: crate::rules::document("box"),
            section: String::new(),
            level: Level::Must,
            accepts: read(accepts),
            tolerates: read(tolerates),
        }
    }

    fn manner_of(what: &Observed, accepts: &[&str]) -> Option<Manner> {
        match judge(what, &cite(accepts, &[]), Means::Body) {
            Judgement::Refused(mismatch) => mismatch.manner,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_grant_and_another_refusal_are_told_apart() {
        let refused = error(401, "invalid_client");
        let due = ["400 invalid_grant"];
        assert_eq!(manner_of(&Observed::Tokens, &due), Some(Manner::Granted));
        assert_eq!(manner_of(&refused, &due), Some(Manner::RefusedOtherwise));
        assert_eq!(manner_of(&refused, &["tokens"]), Some(Manner::Refused));
        let elsewhere = |uri: &str| Observed::Elsewhere(uri.to_owned());
        let away = manner_of(&elsewhere("https://evil.example/?state=x&code=y"), &["page"]);
        assert_eq!(away, Some(Manner::Granted));
        assert_eq!(manner_of(&elsewhere("https://evil.example/?zipcode=y"), &["page"]), None);
        assert!(Manner::Granted > Manner::Refused && Manner::Refused > Manner::RefusedOtherwise);
    }

    fn error(status: u16, error: &str) -> Observed {
        Observed::Error { status, error: error.into() }
    }

    #[test]
    fn status_and_code_both_count() {
        let cite = cite(&["400 invalid_grant"], &["400 invalid_request"]);
        let by = |what: &Observed| judge(what, &cite, Means::Body);
        assert_eq!(by(&error(400, "invalid_grant")), Judgement::Accepted);
        assert!(matches!(by(&error(401, "invalid_grant")), Judgement::Refused(_)));
        assert!(matches!(by(&error(400, "invalid_client")), Judgement::Refused(_)));
        assert!(matches!(by(&error(400, "invalid_request")), Judgement::Tolerated(_)));
        assert!(matches!(by(&Observed::Tokens), Judgement::Refused(_)));
    }

    #[test]
    fn the_means_of_authentication_can_matter() {
        let cite = cite(&["401 invalid_client", "400 invalid_client by body"], &[]);
        let what = error(400, "invalid_client");
        assert_eq!(judge(&what, &cite, Means::Body), Judgement::Accepted);
        assert!(matches!(judge(&what, &cite, Means::Basic), Judgement::Refused(_)));
    }

    #[test]
    fn a_server_error_proves_nothing() {
        let cite = cite(&["refused", "page"], &[]);
        let broken = Observed::unjudgeable(Some(500), "");
        let page = Observed::Page { status: 500, text: "oops".into() };
        for what in [&broken, &page] {
            assert!(matches!(judge(what, &cite, Means::Body), Judgement::Nothing(_)));
        }
        let silent = Observed::unjudgeable(None, "");
        assert!(matches!(judge(&silent, &cite, Means::Body), Judgement::Nothing(_)));
    }

    #[test]
    fn nor_does_a_server_error_in_a_redirect() {
        for error in ["server_error", "temporarily_unavailable"] {
            let what = Observed::Redirect(error.to_owned());
            for due in ["code", "redirect access_denied"] {
                let judged = judge(&what, &cite(&[due], &[]), Means::Body);
                assert!(matches!(judged, Judgement::Nothing(_)), "{error} for {due}");
            }
            let due = format!("redirect {error}");
            assert_eq!(judge(&what, &cite(&[&due], &[]), Means::Body), Judgement::Accepted);
            assert_eq!(what.is_lasting_error(), error == "server_error");
        }
    }

    #[test]
    fn a_page_about_what_the_server_does_not_do_is_a_page() {
        let page = Observed::Page { status: 501, text: "no such response type".into() };
        assert_eq!(judge(&page, &cite(&["page"], &[]), Means::Body), Judgement::Accepted);
        let refused = judge(&page, &cite(&["redirect access_denied"], &[]), Means::Body);
        assert!(matches!(refused, Judgement::Refused(_)));
    }

    #[test]
    fn a_server_error_that_a_document_names_is_accepted_in_any_form() {
        let cite = cite(&["500", "page"], &[]);
        let broken = |status| Observed::unjudgeable(status, "");
        assert_eq!(judge(&broken(Some(500)), &cite, Means::Body), Judgement::Accepted);
        for other in [Some(503), Some(429), None] {
            assert!(matches!(judge(&broken(other), &cite, Means::Body), Judgement::Nothing(_)));
        }
    }

    #[test]
    fn a_page_with_the_documented_code_may_have_any_status() {
        let cite = cite(&["page internal_server_error"], &[]);
        let page = Observed::Page { status: 500, text: "internal_server_error".into() };
        assert_eq!(judge(&page, &cite, Means::Body), Judgement::Accepted);
    }
}
