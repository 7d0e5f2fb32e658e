//! Browsers in which a user is signed in already. A scenario that is not about the login takes one over:
//! otherwise logins, which servers make slow on purpose, are the main cost of a run.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use super::browser::Browser;
use super::journey::{End, Journey};

/// The browsers that nobody uses at the moment, by the role of the user who is signed in. Each is used
/// by one scenario at a time: servers keep what an authorization request asked for in the session.
#[derive(Default)]
pub struct Sessions(Mutex<HashMap<String, Vec<Browser>>>);

impl Sessions {
    fn take(&self, user: &str) -> Option<Browser> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get_mut(user)?.pop()
    }

    fn put(&self, user: &str, browser: Browser) {
        let mut sessions = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        sessions.entry(user.to_owned()).or_default().push(browser);
    }
}

/// What a scenario has to do with the sessions of others.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) enum Sharing {
    /// Nothing: it has a browser of its own.
    #[default]
    Own,
    /// It may take a browser over, and has not used one yet.
    Open,
    /// The user of this role is signed in, in a browser that may be handed on.
    Of(String),
}

impl Sharing {
    /// What the scenario has before it asks a user something, and the browser that it takes over; `ordinary`: the
    /// user grants, with nothing odd on the way.
    pub(super) fn enter(
        &mut self,
        asked: &str,
        ordinary: bool,
        sessions: &Sessions,
    ) -> Option<Browser> {
        let same = !matches!(self, Self::Of(user) if user != asked);
        if !ordinary || !same {
            *self = Self::Own;
            return None;
        }
        if *self != Self::Open {
            return None;
        }
        *self = Self::Of(asked.to_owned());
        sessions.take(asked)
    }

    /// A browser in which an authorization came to no ordinary end is not handed on.
    pub(super) fn note(&mut self, journey: &Journey) {
        let ended = match &journey.end {
            End::Redirected(_) => true,
            End::Page { page, .. } => page.forms.is_empty(),
            End::Stopped { .. } | End::Lost(_) | End::Stuck(_) => false,
        };
        if !ended {
            *self = Self::Own;
        }
    }

    /// Hands the browser on, if it is fit for it.
    pub(super) fn leave(&mut self, browser: Browser, sessions: &Sessions) {
        if let Self::Of(user) = std::mem::take(self) {
            sessions.put(&user, browser);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::driver::Client;
    use crate::driver::flow::Authorization;
    use crate::driver::journey::Stop;
    use crate::driver::page::Decision;

    fn entered(sharing: &mut Sharing, ask: &Authorization<'_>, sessions: &Sessions) -> bool {
        sharing.enter(ask.user, ask.is_ordinary(), sessions).is_some()
    }

    #[test]
    fn a_browser_is_handed_from_one_scenario_to_the_next() {
        let (sessions, client) = (Sessions::default(), Client::default_role());
        let ask = Authorization::of(&client);
        let mut first = Sharing::Open;
        assert!(!entered(&mut first, &ask, &sessions));
        first.leave(Browser::default(), &sessions);
        let [mut second, mut third] = [Sharing::Open, Sharing::Open];
        assert!(entered(&mut second, &ask, &sessions));
        assert!(!entered(&mut third, &ask, &sessions), "one scenario at a time");
        assert!(!entered(&mut second, &ask, &sessions), "it has one already");
    }

    #[test]
    fn whoever_is_about_the_login_has_a_browser_of_its_own() {
        let (sessions, client) = (Sessions::default(), Client::default_role());
        let ask = Authorization::of(&client);
        sessions.put("default", Browser::default());
        let other_user = Authorization { user: "second", ..ask.clone() };
        let at_login = Authorization { stop: Stop::AtLogin, ..ask.clone() };
        let denial = Authorization { decision: Decision::Deny, ..ask.clone() };
        for unfit in [at_login, denial] {
            let mut sharing = Sharing::Open;
            assert!(!entered(&mut sharing, &unfit, &sessions));
            assert!(!entered(&mut sharing, &ask, &sessions));
        }
        let mut sharing = Sharing::Open;
        assert!(entered(&mut sharing, &ask, &sessions));
        entered(&mut sharing, &other_user, &sessions);
        assert_eq!(sharing, Sharing::Own, "two users in one browser");
        let mut sharing = Sharing::default();
        assert!(!entered(&mut sharing, &ask, &sessions));
    }
}
