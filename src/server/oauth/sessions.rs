//! Browser sessions and the authorization requests that wait in them, in memory.
//!
//! A waiting request belongs to one session and has one form value of its own: who does not hold the
//! cookie and has not seen the form can neither sign in for it nor answer it.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use subtle::ConstantTimeEq;

use super::code_challenge::Challenge;
use crate::server::faults::effects::sessions as effects;
use crate::testbed::Switches;

/// How long a browser stays signed in.
const SESSION: Duration = Duration::from_secs(12 * 3600);
/// How long an authorization request waits for its user.
const PENDING: Duration = Duration::from_secs(15 * 60);

/// What the authorization endpoint is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::server) enum ResponseType {
    /// A code, in the query of the redirect URI.
    #[default]
    Code,
    /// An access token, in the fragment (RFC 6749 §4.2).
    Token,
}

/// What the client is told by redirect (RFC 6749 §4.1.2.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::server) struct Denial {
    pub(in crate::server) error: &'static str,
    pub(in crate::server) description: Option<&'static str>,
}

impl Denial {
    pub(in crate::server) const fn invalid_request(description: &'static str) -> Self {
        Self { error: "invalid_request", description: Some(description) }
    }
}

/// An authorization request that waits for its user.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(in crate::server) struct Authorization {
    pub(in crate::server) client_id: String,
    pub(in crate::server) response_type: ResponseType,
    /// `response_mode`, which decides nothing: each response type has its place.
    pub(in crate::server) response_mode: Option<String>,
    pub(in crate::server) redirect_uri: String,
    /// Whether the request named it.
    pub(in crate::server) names_uri: bool,
    pub(in crate::server) state: Option<String>,
    pub(in crate::server) scopes: Vec<String>,
    /// What the tokens are to be for (RFC 8707); none: what they always are.
    pub(in crate::server) resources: Vec<String>,
    pub(in crate::server) challenge: Option<Challenge>,
    /// Thumbprint of the key that the code is to be bound to (RFC 9449 §10).
    pub(in crate::server) key: Option<String>,
    /// Whom the code is to stand for, whoever signs in: a mistake.
    pub(in crate::server) stands_for: Option<String>,
    /// The device that it is for, if it is for one (RFC 8628).
    pub(in crate::server) device: Option<Codes>,
    /// What the client is told once the user has signed in, where the request is not valid.
    pub(in crate::server) denial: Option<Denial>,
    /// The reference of a request that was pushed (RFC 9126).
    pub(in crate::server) reference: Option<String>,
    /// Whether somebody has agreed before they signed in.
    pub(in crate::server) agreed: bool,
    /// Its code, where that is made before anybody grants: a mistake, or the name of the request.
    pub(in crate::server) code: Option<String>,
    pub(in crate::server) box_login: String,
}

impl Authorization {
    /// Where its response goes, and of which type it is.
    pub(in crate::server) fn reply_to(&self) -> (&str, ResponseType) {
        (&self.redirect_uri, self.response_type)
    }
}

/// The codes of a device (RFC 8628 §3.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::server) struct Codes {
    /// What the device asks with.
    pub(in crate::server) device: String,
    /// What the user has typed.
    pub(in crate::server) user: String,
}

/// What a form must bring back to be taken for the one that was shown.
#[derive(Debug, Clone, Copy)]
pub(in crate::server) struct FormKey<'a> {
    /// Session, from the cookie.
    pub(in crate::server) session: &'a str,
    /// Waiting request, from a hidden field.
    pub(in crate::server) request: &'a str,
    /// Anti-forgery value, from a hidden field.
    pub(in crate::server) form_token: &'a str,
}

/// A waiting request whose user came back from an identity provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::server) struct Returned {
    session: String,
    pub(in crate::server) request: String,
    form_token: String,
}

impl Returned {
    /// What a form of the request would bring back.
    pub(in crate::server) fn key(&self) -> FormKey<'_> {
        let Self { session, request, form_token } = self;
        FormKey { session, request, form_token }
    }
}

/// A waiting request as a page needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::server) struct Waiting {
    pub(in crate::server) authorization: Authorization,
    pub(in crate::server) form_token: String,
    /// The user who is signed in.
    pub(in crate::server) user_id: Option<String>,
    /// When it began to wait.
    pub(in crate::server) asked: Duration,
}

#[derive(Debug)]
pub(in crate::server) struct Pending {
    pub(in crate::server) authorization: Authorization,
    pub(in crate::server) form_token: String,
    expires: Duration,
    /// What the answer of an identity provider has to name, while one is waited for.
    pub(in crate::server) sign_on: Option<String>,
}

#[derive(Debug)]
pub(in crate::server) struct Session {
    pub(in crate::server) user_id: Option<String>,
    expires: Duration,
    pub(in crate::server) pending: HashMap<String, Pending>,
}

#[derive(Debug, Default)]
pub(in crate::server) struct State {
    pub(in crate::server) sessions: HashMap<String, Session>,
    /// Sessions in order of expiry.
    order: VecDeque<(Duration, String)>,
    /// Answers of identity providers that were used, where a server takes them again.
    pub(in crate::server) spent: HashSet<String>,
    /// Users, the clients that they were asked about, and the scopes that they agreed to, if they did, where
    /// a server remembers that.
    pub(in crate::server) answered: HashSet<(String, String, Option<Vec<String>>)>,
    /// Users, the clients that they were asked about, and the scopes of the page, where they have not decided and
    /// that could matter.
    pub(in crate::server) undecided: HashSet<(String, String, Vec<String>)>,
    /// The first session in which a user agreed to a client, where that could matter.
    pub(in crate::server) agreed_in: HashMap<(String, String), String>,
}

/// All sessions of one server.
#[derive(Debug, Default)]
pub(in crate::server) struct Sessions {
    pub(in crate::server) switches: Switches,
    state: Mutex<State>,
}

impl Sessions {
    pub(in crate::server) fn new(switches: Switches) -> Self {
        Self { switches, state: Mutex::default() }
    }

    pub(in crate::server) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a session of this identifier is there.
    pub(in crate::server) fn knows(&self, now: Duration, session: &str) -> bool {
        self.lock().sessions.get(session).is_some_and(|known| now < known.expires)
    }

    /// Whether somebody is signed in in this session.
    pub(in crate::server) fn has_user(&self, now: Duration, session: &str) -> bool {
        self.user_of(now, session).is_some()
    }

    /// Who is signed in in this session.
    pub(in crate::server) fn user_of(&self, now: Duration, session: &str) -> Option<String> {
        let state = self.lock();
        let known = state.sessions.get(session).filter(|known| now < known.expires)?;
        known.user_id.clone()
    }

    /// Keeps a request in a session, which is opened where it is new.
    pub(in crate::server) fn add(
        &self,
        now: Duration,
        key: FormKey<'_>,
        authorization: Authorization,
    ) {
        let mut state = self.lock();
        state.purge(now);
        if !state.sessions.contains_key(key.session) {
            state.open(now, key.session, None, HashMap::new());
        }
        if let Some(session) = state.sessions.get_mut(key.session) {
            session.pending.retain(|_, pending| now < pending.expires);
            // consent/requests-apart: each has a place of its own.
            let (form_token, expires) = (key.form_token.to_owned(), now.saturating_add(PENDING));
            let pending = Pending { authorization, form_token, expires, sign_on: None };
            session.pending.insert(key.request.to_owned(), pending);
        }
    }

    /// A waiting request of a session.
    pub(in crate::server) fn waiting(
        &self,
        now: Duration,
        session: &str,
        request: &str,
    ) -> Option<Waiting> {
        let state = self.lock();
        let session = state.sessions.get(session).filter(|session| now < session.expires)?;
        let pending = session.pending.get(request).filter(|pending| now < pending.expires)?;
        Some(Waiting {
            authorization: pending.authorization.clone(),
            form_token: pending.form_token.clone(),
            user_id: session.user_id.clone(),
            asked: pending.expires.saturating_sub(PENDING),
        })
    }

    /// The waiting request that a form belongs to; `None` where the form is not the one shown.
    pub(in crate::server) fn check(&self, now: Duration, key: FormKey<'_>) -> Option<Waiting> {
        self.found(now, key).map(|(_, waiting)| waiting)
    }

    /// The waiting request that a form belongs to, with its session.
    fn found(&self, now: Duration, key: FormKey<'_>) -> Option<(String, Waiting)> {
        let session = effects::session_of(self, key);
        let mut waiting = self.waiting(now, &session, key.request)?;
        self.is_form_of(&mut waiting, key).then_some((session, waiting))
    }

    // consent/consent-not-forgeable
    fn is_form_of(&self, waiting: &mut Waiting, key: FormKey<'_>) -> bool {
        let equal = waiting.form_token.as_bytes().ct_eq(key.form_token.as_bytes());
        effects::is_form_of(self, (key, waiting), equal.into())
    }

    /// Signs a user in, under a new session identifier and with a new form value, so that whoever
    /// planted or saw the old ones gains nothing.
    pub(in crate::server) fn sign_in(
        &self,
        now: Duration,
        key: FormKey<'_>,
        user_id: &str,
        new_session: &str,
        new_form_token: &str,
    ) -> Option<()> {
        let mut state = self.lock();
        let mut pending = state.sessions.remove(key.session)?.pending;
        new_form_token.clone_into(&mut pending.get_mut(key.request)?.form_token);
        state.open(now, new_session, Some(user_id.to_owned()), pending);
        Some(())
    }

    /// The user of a waiting request is sent to sign in elsewhere, to come back with this value.
    // consent/company-sign-on
    pub(in crate::server) fn begin_sign_on(
        &self,
        now: Duration,
        session: &str,
        request: &str,
        nonce: &str,
    ) -> Option<()> {
        self.waiting(now, session, request)?;
        let mut state = self.lock();
        state.pending_mut(session, request)?.sign_on = Some(nonce.to_owned());
        Some(())
    }

    /// The waiting request of this session that has waited for this value; it does so once.
    // consent/company-sign-on
    pub(in crate::server) fn finish_sign_on(
        &self,
        now: Duration,
        session: &str,
        nonce: &str,
    ) -> Option<Returned> {
        let mut state = self.lock();
        let awaited = |pending: &Pending| pending.sign_on.as_deref() == Some(nonce);
        let any = effects::is_taken_anyway(&self.switches, &state, nonce);
        let known = state.sessions.get_mut(session).filter(|known| now < known.expires)?;
        let mut live = known.pending.iter_mut().filter(|(_, pending)| now < pending.expires);
        let (request, pending) = live.find(|(_, pending)| awaited(pending) || any)?;
        pending.sign_on = None;
        let (request, form_token) = (request.clone(), pending.form_token.clone());
        effects::signed_on(&self.switches, &mut state, nonce, session, &request);
        Some(Returned { session: session.to_owned(), request, form_token })
    }

    /// Takes a waiting request out, once. A form that is not its own leaves it where it is.
    // consent/consent-not-forgeable
    pub(in crate::server) fn take(&self, now: Duration, key: FormKey<'_>) -> Option<Waiting> {
        let (session, waiting) = self.found(now, key)?;
        let mut state = self.lock();
        state.sessions.get_mut(&session)?.pending.remove(key.request)?;
        Some(waiting)
    }
}

impl State {
    /// A waiting request of a session, to be changed.
    pub(in crate::server) fn pending_mut(
        &mut self,
        session: &str,
        request: &str,
    ) -> Option<&mut Pending> {
        self.sessions.get_mut(session)?.pending.get_mut(request)
    }

    fn open(
        &mut self,
        now: Duration,
        id: &str,
        user_id: Option<String>,
        pending: HashMap<String, Pending>,
    ) {
        let expires = now.saturating_add(SESSION);
        self.sessions.insert(id.to_owned(), Session { user_id, expires, pending });
        self.order.push_back((expires, id.to_owned()));
    }

    fn purge(&mut self, now: Duration) {
        while self.order.front().is_some_and(|(expires, _)| *expires <= now) {
            if let Some((_, id)) = self.order.pop_front() {
                self.sessions.remove(&id);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    fn key<'a>(session: &'a str, request: &'a str, form_token: &'a str) -> FormKey<'a> {
        FormKey { session, request, form_token }
    }

    fn with_request() -> Sessions {
        let sessions = Sessions::default();
        let authorization = Authorization {
            client_id: "a".into(),
            redirect_uri: "https://a.example".into(),
            names_uri: true,
            ..Authorization::default()
        };
        sessions.add(at(0), key("s", "r", "f"), authorization);
        sessions
    }

    #[test]
    fn only_the_form_that_was_shown_takes_the_request_and_once() {
        let sessions = with_request();
        for forged in
            [key("x", "r", "f"), key("s", "x", "f"), key("s", "r", "x"), key("s", "r", "")]
        {
            assert_eq!(sessions.take(at(1), forged), None, "{forged:?}");
        }
        assert!(sessions.take(at(1), key("s", "r", "f")).is_some());
        assert_eq!(sessions.take(at(1), key("s", "r", "f")), None);
    }

    #[test]
    fn signing_in_changes_session_and_form() {
        let sessions = with_request();
        assert!(sessions.sign_in(at(1), key("s", "r", "f"), "11", "s2", "f2").is_some());
        assert!(!sessions.knows(at(1), "s"));
        assert_eq!(sessions.check(at(1), key("s2", "r", "f")), None);
        let waiting = sessions.take(at(1), key("s2", "r", "f2")).unwrap();
        assert_eq!(waiting.user_id.as_deref(), Some("11"));
    }

    #[test]
    fn requests_and_sessions_expire() {
        let sessions = with_request();
        assert!(sessions.waiting(at(899), "s", "r").is_some());
        assert_eq!(sessions.waiting(at(900), "s", "r"), None);
        assert!(!sessions.knows(at(12 * 3600), "s"));
    }
}
