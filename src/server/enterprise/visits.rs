//! Who has signed in to the consoles. Sessions of their own: who agrees to an application is not
//! thereby at work in a console.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use subtle::ConstantTimeEq;

use crate::server::oauth::http;
use crate::wire::{Request, Response, Scheme};

/// Path below which the consoles are.
pub(in crate::server) const PATH: &str = "/console";
/// Name of the cookie.
const COOKIE: &str = "oauthspec_console";
/// How long somebody stays signed in.
const SIGNED_IN: Duration = Duration::from_secs(3600);
/// How long a form to sign in with is good.
const STRANGER: Duration = Duration::from_secs(900);
/// Strangers that are remembered at most; then the oldest goes.
const STRANGERS: usize = 1000;

/// A browser at the consoles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::server) struct Visit {
    /// What each form of this browser brings back.
    pub(in crate::server) form_token: String,
    /// Who has signed in.
    pub(in crate::server) user_id: Option<String>,
    expires: Duration,
}

/// All of them.
#[derive(Debug, Default)]
pub(in crate::server) struct Visits(Mutex<HashMap<String, Visit>>);

impl Visits {
    fn lock(&self) -> MutexGuard<'_, HashMap<String, Visit>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The browser that sent a request.
    pub(in crate::server) fn of(&self, now: Duration, request: &Request) -> Option<Visit> {
        let id = http::cookie(request, COOKIE)?;
        self.lock().get(&id).filter(|visit| now < visit.expires).cloned()
    }

    /// The same, if the form that it posts is its own.
    pub(in crate::server) fn posting(
        &self,
        now: Duration,
        request: &Request,
        token: &str,
    ) -> Option<Visit> {
        let own = |visit: &Visit| {
            visit.form_token.as_bytes().ct_eq(token.as_bytes()).into() && !token.is_empty()
        };
        self.of(now, request).filter(own)
    }

    /// Opens a session under an identifier that nobody knows, and ends the one before.
    pub(in crate::server) fn open(
        &self,
        now: Duration,
        fresh: Fresh<'_>,
        request: &Request,
    ) -> Visit {
        let mut visits = self.lock();
        visits.retain(|_, visit| now < visit.expires);
        if let Some(before) = http::cookie(request, COOKIE) {
            visits.remove(&before);
        }
        let lasts = if fresh.user_id.is_some() { SIGNED_IN } else { STRANGER };
        let visit = Visit {
            form_token: fresh.form_token.to_owned(),
            user_id: fresh.user_id.map(str::to_owned),
            expires: now.saturating_add(lasts),
        };
        if visits.values().filter(|known| known.user_id.is_none()).count() >= STRANGERS {
            let strangers = visits.iter().filter(|(_, known)| known.user_id.is_none());
            let oldest = strangers.min_by_key(|(_, known)| known.expires).map(|(id, _)| id.clone());
            oldest.map(|id| visits.remove(&id));
        }
        visits.insert(fresh.id.to_owned(), visit.clone());
        visit
    }

    /// Ends the session of a browser.
    pub(in crate::server) fn close(&self, request: &Request) {
        if let Some(id) = http::cookie(request, COOKIE) {
            self.lock().remove(&id);
        }
    }
}

/// A session to be opened.
#[derive(Debug, Clone, Copy)]
pub(in crate::server) struct Fresh<'a> {
    /// Its identifier.
    pub(in crate::server) id: &'a str,
    /// What its forms bring back.
    pub(in crate::server) form_token: &'a str,
    /// Who has signed in.
    pub(in crate::server) user_id: Option<&'a str>,
}

/// Gives the browser this session. It is sent from our own pages only.
pub(in crate::server) fn set_cookie(response: &mut Response, id: &str, scheme: Scheme) {
    let secure = if scheme == Scheme::Https { "; Secure" } else { "" };
    let value = format!("{COOKIE}={id}; Path={PATH}; HttpOnly; SameSite=Strict{secure}");
    response.headers.push("Set-Cookie", value);
}
