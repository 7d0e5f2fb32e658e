//! How the requests in place of a script go where the authorization request is an ordinary one: what the page and
//! the answers of other requests are compared with.

use std::collections::BTreeMap;

use crate::profile::LoginStep;
use crate::wire::Response;

/// What the script of a page is known by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Shown {
    status: u16,
    has_script: bool,
}

impl Shown {
    /// The page of a response.
    pub(super) fn of(response: &Response) -> Self {
        let has_script = response.text().to_ascii_lowercase().contains("<script");
        Self { status: response.status, has_script }
    }
}

/// The requests that were sent in place of a script, by their place in the profile: the page that the browser
/// was on, and the status of the answer.
#[derive(Debug, Clone, Default)]
pub struct Script(BTreeMap<usize, (Shown, u16)>);

impl Script {
    /// A request was sent on this page, and was answered with this status.
    pub(super) fn note(&mut self, index: usize, page: Shown, status: u16) {
        self.0.insert(index, (page, status));
    }

    /// Takes over what it does not know yet.
    pub(super) fn learn(&mut self, other: &Self) {
        for (index, played) in &other.0 {
            self.0.entry(*index).or_insert(*played);
        }
    }

    /// Whether a page is another one than that whose script sends this request: it is an error where that is none,
    /// or has no script at all.
    pub(super) fn is_not_on(&self, index: usize, page: Shown) -> bool {
        self.0.get(&index).is_some_and(|(ordinary, _)| {
            let is_error = page.status >= 400 && ordinary.status < 400;
            is_error || (ordinary.has_script && !page.has_script)
        })
    }

    /// Whether the answer to this request refuses what the user was sent with: it succeeds where that is ordinary.
    /// A login that is refused, and an answer that says no more than that nobody is signed in, are no such refusal.
    pub(super) fn is_refused(
        &self,
        (index, step): (usize, &LoginStep),
        response: &Response,
    ) -> bool {
        let ordinary = self.0.get(&index).is_some_and(|(_, status)| *status < 400);
        ordinary
            && !response.is_throttled()
            && match response.status {
                401 => step.decision.is_some() && !response.body.trim_ascii().is_empty(),
                403 => step.decision.is_some(),
                408 | 425 => false,
                status => (400..500).contains(&status),
            }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::Decision;

    fn answer(status: u16, body: &str) -> Response {
        Response { body: body.as_bytes().to_vec(), ..Response::new(status) }
    }

    #[test]
    fn a_page_has_the_script_of_an_ordinary_one_unless_it_is_an_error_or_has_none() {
        let shell = "<!doctype html><SCRIPT src=app.js></SCRIPT>";
        let mut script = Script::default();
        let error = Shown::of(&answer(400, shell));
        assert!(!script.is_not_on(0, error), "nothing is known");
        script.note(0, Shown::of(&answer(200, shell)), 200);
        script.note(1, Shown::of(&answer(404, shell)), 200);
        script.note(2, Shown::of(&answer(200, "{}")), 200);
        assert!(script.is_not_on(0, error) && !script.is_not_on(1, error));
        let plain = Shown::of(&answer(200, "<p>No such client"));
        assert!(script.is_not_on(0, plain) && script.is_not_on(1, plain));
        assert!(!script.is_not_on(2, plain) && !script.is_not_on(3, error));
        assert!(!script.is_not_on(0, Shown::of(&answer(200, shell))));
    }

    #[test]
    fn an_answer_refuses_the_request_where_an_ordinary_one_succeeds() {
        let login = LoginStep::default();
        let consent = LoginStep { decision: Some(Decision::Grant), ..LoginStep::default() };
        let mut script = Script::default();
        script.note(0, Shown::default(), 200);
        script.note(1, Shown::default(), 302);
        script.note(2, Shown::default(), 400);
        let refused = |index, step: &LoginStep, status, body| {
            script.is_refused((index, step), &answer(status, body))
        };
        for status in [400, 404, 422] {
            assert!(refused(0, &login, status, "") && refused(1, &consent, status, ""));
            assert!(!refused(2, &consent, status, "") && !refused(3, &consent, status, ""));
        }
        assert!(!refused(0, &login, 401, "{}") && !refused(0, &login, 403, "{}"));
        assert!(refused(1, &consent, 401, "{}") && refused(1, &consent, 403, ""));
        assert!(!refused(1, &consent, 401, ""));
        for status in [429, 500, 503] {
            assert!(!refused(1, &consent, status, "{}"), "{status}");
        }
    }
}
