//! Browser sessions, in memory: the states that logins of this browser wait for, and its tokens.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use subtle::ConstantTimeEq;

use super::tokens::Tokens;
use crate::wire::{Request, Response};

/// Name of the session cookie.
const COOKIE: &str = "example_session";

/// So many logins can be under way in one browser, in several tabs; the oldest is given up first.
const MOST_LOGINS: usize = 8;

/// One browser.
#[derive(Debug)]
pub(super) struct Session {
    id: String,
    states: Mutex<Vec<String>>,
    tokens: Mutex<Option<Tokens>>,
    /// Held by whoever refreshes.
    pub(super) turn: tokio::sync::Mutex<()>,
}

impl Session {
    pub(super) fn is_signed_in(&self) -> bool {
        self.tokens().is_some()
    }

    pub(super) fn tokens(&self) -> Option<Tokens> {
        self.tokens.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Keeps tokens in place of those that were there.
    pub(super) fn keep(&self, tokens: Tokens) {
        *self.tokens.lock().unwrap_or_else(PoisonError::into_inner) = Some(tokens);
    }

    pub(super) fn forget(&self) {
        *self.tokens.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// From now on a login with this state is awaited.
    pub(super) fn expect(&self, state: String, only: bool) {
        let mut states = self.states.lock().unwrap_or_else(PoisonError::into_inner);
        if only {
            states.clear();
        }
        if states.len() == MOST_LOGINS {
            states.remove(0);
        }
        states.push(state);
    }

    /// Takes an awaited state out: it works once.
    pub(super) fn take(&self, is: impl Fn(&str) -> bool) -> bool {
        let mut states = self.states.lock().unwrap_or_else(PoisonError::into_inner);
        let found = states.iter().position(|state| is(state));
        found.map(|index| states.remove(index)).is_some()
    }

    /// Whether such a state is awaited.
    pub(super) fn expects(&self, is: impl Fn(&str) -> bool) -> bool {
        self.states.lock().unwrap_or_else(PoisonError::into_inner).iter().any(|state| is(state))
    }

    /// From now on the logins of another session are awaited here.
    pub(super) fn expect_those_of(&self, other: &Self) {
        let theirs = other.states.lock().unwrap_or_else(PoisonError::into_inner).clone();
        self.states.lock().unwrap_or_else(PoisonError::into_inner).extend(theirs);
    }

    /// Gives every login up that is under way.
    pub(super) fn give_up(&self) {
        self.states.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Whether a login is under way.
    pub(super) fn awaits(&self) -> bool {
        !self.states.lock().unwrap_or_else(PoisonError::into_inner).is_empty()
    }

    /// The state that was made last.
    pub(super) fn newest_state(&self) -> Option<String> {
        self.states.lock().unwrap_or_else(PoisonError::into_inner).last().cloned()
    }

    pub(super) fn set_cookie(&self, response: &mut Response) {
        set_cookie(response, COOKIE, &self.id);
    }
}

/// All browsers.
#[derive(Debug, Default)]
pub(super) struct Sessions(Mutex<HashMap<String, Arc<Session>>>);

impl Sessions {
    /// The session of the browser that sent this.
    pub(super) fn of(&self, request: &Request) -> Option<Arc<Session>> {
        let id = cookie(request, COOKIE)?;
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&id).cloned()
    }

    /// A new session.
    pub(super) fn open(&self, id: &str) -> Arc<Session> {
        let session = Arc::new(Session {
            id: id.to_owned(),
            states: Mutex::default(),
            tokens: Mutex::default(),
            turn: tokio::sync::Mutex::default(),
        });
        let mut sessions = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        sessions.insert(id.to_owned(), Arc::clone(&session));
        session
    }

    /// Ends a session.
    pub(super) fn close(&self, session: &Session) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&session.id);
    }

    /// Takes a state out, whatever browser awaits it.
    pub(super) fn take_anywhere(&self, is: impl Fn(&str) -> bool) -> bool {
        let sessions = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        sessions.values().any(|session| session.take(&is))
    }
}

/// The value of a cookie that the browser sent.
pub(super) fn cookie(request: &Request, name: &str) -> Option<String> {
    request.headers.all("cookie").find_map(|value| {
        let text = std::str::from_utf8(value).ok()?;
        let mut pairs = text.split(';').filter_map(|pair| pair.trim().split_once('='));
        pairs.find(|(known, _)| *known == name).map(|(_, value)| value.to_owned())
    })
}

/// Gives the browser a cookie that scripts and other sites' requests cannot use. `Lax` lets it come
/// along on the way back from the authorization server, which is a top-level navigation.
pub(super) fn set_cookie(response: &mut Response, name: &str, value: &str) {
    response.headers.push("Set-Cookie", format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax"));
}

/// Whether two values are the same, in a time that does not tell where they differ.
pub(super) fn same(a: &str, b: &str) -> bool {
    a.as_bytes().ct_eq(b.as_bytes()).into()
}
