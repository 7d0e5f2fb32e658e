//! The state: what binds a login to the browser that began it, so that nobody can slip a user a code
//! of somebody else (`box`, "The First Leg"; RFC 6749 §10.12).

use std::sync::atomic::{AtomicU64, Ordering};

use super::session::{self, Session, same};
use super::{Application, slip, v};
use crate::testbed::random;
use crate::wire::{Lookup, Params, Request, Response};

/// Name of the cookie that has the state, where it is not in the session.
const COOKIE: &str = "example_state";

/// What mistaken ways to make a state need to know.
#[derive(Debug, Default)]
pub(super) struct Maker(AtomicU64);

/// Keeps the state in a cookie.
pub(super) fn set_cookie(response: &mut Response, state: &str) {
    session::set_cookie(response, COOKIE, state);
}

/// Takes the state out of its cookie: it works once.
// client/state-used-once
pub(super) fn forget_cookie(response: &mut Response) {
    let value = format!("{COOKIE}=; Path=/; Max-Age=0");
    response.headers.push("Set-Cookie", value);
}

/// How a state is compared with one that was issued: issued first, received second.
type Comparison = fn(&str, &str) -> bool;

impl Application {
    /// A state that nobody can guess: 190 random bits.
    // client/anti-forgery-state
    pub(super) fn new_state(&self, session: &Session) -> String {
        let random = |len| random::token(&*self.parts.random, len);
        if self.has(&slip::CONSTANT) {
            "box-login-of-the-example-application".to_owned()
        } else if self.has(&slip::COUNTER) {
            format!("{:032}", self.maker.0.fetch_add(1, Ordering::SeqCst))
        } else if self.has(&slip::TIME) {
            format!("{:032x}{}", self.parts.clock.now().as_nanos(), random(4))
        } else if self.has(&slip::SHORT) {
            random(12)
        } else if self.has(&slip::DIGITS) {
            random(24).bytes().map(|byte| char::from(b'0' + byte % 10)).collect()
        } else if self.has(&slip::PER_SESSION) {
            session.newest_state().unwrap_or_else(|| random(random::SHORT))
        } else if self.varies(&v::STATE_HEX) {
            random(32).bytes().map(|byte| format!("{:x}", byte % 16)).collect()
        } else if self.varies(&v::STATE_STRUCTURED) {
            format!("login.{}.{}", random(random::SHORT), "/me?from=login&ok=1")
        } else if self.varies(&v::STATE_LONG) {
            random(400)
        } else {
            random(random::SHORT)
        }
    }

    /// Whether a callback belongs to a login that this browser began. Exactly one state, and exactly
    /// the one that was issued; it is used up by this.
    // client/state-checked
    pub(super) fn is_ours(
        &self,
        request: &Request,
        session: Option<&Session>,
        params: &Params,
    ) -> bool {
        let passes = self.parts.switches.pick(
            false,
            [
                (&slip::UNCHECKED, true),
                (&slip::NO_STATE, true),
                (&slip::NO_SESSION_PASSES, session.is_none()),
                (&slip::SIGNED_IN_PASSES, session.is_some_and(Session::is_signed_in)),
                (&slip::ANY_LOGIN, session.is_some_and(Session::awaits)),
            ],
        );
        if passes {
            return true;
        }
        let received = match params.only("state") {
            Lookup::Once("") if self.has(&slip::EMPTY_PASSES) => return true,
            Lookup::Missing => return self.has(&slip::CHECKED_IF_PRESENT),
            Lookup::Once(state) => Some(state),
            Lookup::Repeated if self.alike(params) => params.first("state"),
            Lookup::Repeated if self.has(&slip::FIRST_OF_REPEATED) => params.first("state"),
            Lookup::Repeated if self.has(&slip::LAST_OF_REPEATED) => params.all("state").last(),
            Lookup::Repeated => None,
        };
        let kept = self.has(&slip::REUSABLE)
            || params.first("error").is_some() && self.has(&slip::KEPT_AFTER_ERROR);
        let ours = received.is_some_and(|received| self.awaited(request, session, received, kept));
        if !ours && self.varies(&v::REFUSAL_ENDS_LOGINS) {
            session.into_iter().for_each(Session::give_up);
        }
        ours
    }

    fn alike(&self, params: &Params) -> bool {
        let first = params.first("state");
        let alike = params.all("state").all(|state| Some(state) == first);
        alike && self.varies(&v::STATE_TWICE_ALIKE)
    }

    /// Whether the state is kept in a cookie.
    pub(super) fn uses_cookie(&self) -> bool {
        self.varies(&v::STATE_IN_COOKIE) || self.has(&slip::COOKIE_KEPT)
    }

    fn awaited(
        &self,
        request: &Request,
        session: Option<&Session>,
        received: &str,
        kept: bool,
    ) -> bool {
        let right: Comparison = same;
        let wrong: [(_, Comparison); 3] = [
            (&slip::TRUNCATED, |issued, received| issued.starts_with(received)),
            (&slip::EXTENDED, |issued, received| received.starts_with(issued)),
            (&slip::SHAPE, |issued, received| issued.len() == received.len()),
        ];
        let compare = self.parts.switches.pick(right, wrong);
        if self.has(&slip::ANY_BROWSER) {
            return self.sessions.take_anywhere(|issued| compare(issued, received));
        }
        if self.uses_cookie() {
            let issued = session::cookie(request, COOKIE);
            return issued.is_some_and(|issued| compare(&issued, received));
        }
        let is = |issued: &str| compare(issued, received);
        session.is_some_and(|session| if kept { session.expects(is) } else { session.take(is) })
    }
}
