//! Mistakes with forms and with the way to an identity provider and back; what servers remember that
//! do not ask every time.

use crate::server::faults::{consent as faults, device, sign_on};
use crate::server::oauth::sessions::{FormKey, Pending, Session, Sessions, State, Waiting};
use crate::server::variants;
use crate::testbed::{Fault, Switches};

/// Forms that are not looked at closely.
const UNLOOKED: [&Fault; 7] = [
    &faults::FORM_UNCHECKED,
    &faults::FORM_CHECKED_IF_PRESENT,
    &faults::FORM_OF_ANYBODY,
    &faults::FORM_OF_ANY_SESSION,
    &faults::BY_GET,
    &device::APPROVAL_UNCHECKED,
    &device::APPROVAL_OF_ANY_SESSION,
];

/// The session that a form belongs to: that of the browser which posts it.
// consent/consent-not-forgeable
pub(in crate::server) fn session_of(sessions: &Sessions, key: FormKey<'_>) -> String {
    let state = sessions.lock();
    let holds = |session: &Session| session.pending.contains_key(key.request);
    if state.sessions.get(key.session).is_some_and(holds) {
        return key.session.to_owned();
    }
    // It may come from another site, from which browsers send the cookie only by one of these mistakes.
    sessions.switches.has_any(&UNLOOKED);
    let taken = |session: &Session| {
        let pending = session.pending.get(key.request);
        let of_device = pending.is_some_and(|it| it.authorization.device.is_some());
        let ours = [&device::APPROVAL_OF_NO_SESSION, &device::APPROVAL_OF_ANY_SESSION];
        sessions.switches.has_any(&[&faults::FORM_OF_NO_SESSION, &faults::FORM_OF_ANY_SESSION])
            || of_device && sessions.switches.has_any(&ours)
    };
    let other = state.sessions.iter().find(|(_, session)| holds(session) && taken(session));
    other.map_or(key.session, |(id, _)| id).to_owned()
}

/// Where the session cookie goes along. A form that is not looked at closely lets nobody in as long
/// as browsers keep the cookie from other sites: that shows in a forged form alone, which is looked at then.
// consent/consent-not-forgeable
pub(in crate::server) fn same_site<'a>(switches: &Switches, right: &'a str) -> &'a str {
    let sent_along =
        [&faults::BY_COOKIE, &faults::BY_COOKIE_TWO_FORMS, &faults::IN_URL, &faults::DIRECT];
    let sent = switches.makes_any(&UNLOOKED)
        || switches.has_any(&sent_along)
        || switches.varies(&variants::FETCH_METADATA_ALONE);
    if sent { "" } else { right }
}

/// What becomes of the other requests that wait in a browser, and of the one that its user is asked about, where a
/// server keeps them in one place.
// consent/requests-apart, authorize/state-on-grant
pub(in crate::server) fn joined(sessions: &Sessions, session: &str, request: &str) {
    let switches = &sessions.switches;
    if !switches.may_err() && !switches.may_vary() {
        return;
    }
    let mut state = sessions.lock();
    let Some(session) = state.sessions.get_mut(session) else { return };
    let Some(mut asked) = session.pending.remove(request) else { return };
    if !session.pending.is_empty() && switches.varies(&variants::NEWEST_PAGE_ALONE) {
        session.pending.clear();
    }
    let next = &mut asked.authorization;
    let for_device = next.device.is_some();
    let waiting = session.pending.values_mut().map(|pending| &mut pending.authorization);
    for known in waiting.filter(|known| known.device.is_none() && !for_device) {
        if switches.has(&faults::NEWEST_REQUEST) {
            known.clone_from(next);
        } else if switches.has(&faults::OLDEST_REQUEST) {
            next.clone_from(known);
        } else if switches.has(&faults::NEWEST_SCOPE) {
            known.scopes.clone_from(&next.scopes);
        } else if switches.has(&faults::OLDEST_SCOPE) {
            next.scopes.clone_from(&known.scopes);
        } else if switches.has(&faults::NEWEST_URI) {
            known.redirect_uri.clone_from(&next.redirect_uri);
        } else if switches.has(&faults::NEWEST_STATE) {
            known.state.clone_from(&next.state);
        }
    }
    session.pending.insert(request.to_owned(), asked);
}

/// Whether a form is the one that was shown.
// consent/consent-not-forgeable
pub(in crate::server) fn is_form_of(
    sessions: &Sessions,
    (key, waiting): (FormKey<'_>, &mut Waiting),
    right: bool,
) -> bool {
    // By a mistake it is the decision of whoever is signed in where it is posted.
    let own = [&faults::FORM_OF_ANY_SESSION, &device::APPROVAL_OF_ANY_SESSION];
    let state = sessions.lock();
    let user_id = state.sessions.get(key.session).and_then(|session| session.user_id.clone());
    drop(state);
    if waiting.user_id != user_id && sessions.switches.has_any(&own) {
        waiting.user_id = user_id;
    }
    let switches = &sessions.switches;
    right
        || switches.varies(&variants::SAME_SITE_ALONE)
        || switches.varies(&variants::FETCH_METADATA_ALONE)
        || switches.has(&faults::FORM_UNCHECKED)
        || key.form_token.is_empty() && switches.has(&faults::FORM_CHECKED_IF_PRESENT)
        || switches.has(&faults::FORM_OF_ANYBODY) && is_any_form(sessions, key)
        || switches.has(&device::APPROVAL_UNCHECKED) && is_for_device(sessions, key)
}

fn is_for_device(sessions: &Sessions, key: FormKey<'_>) -> bool {
    let mut state = sessions.lock();
    let pending = state.pending_mut(key.session, key.request);
    pending.is_some_and(|pending| pending.authorization.device.is_some())
}

fn is_any_form(sessions: &Sessions, key: FormKey<'_>) -> bool {
    let state = sessions.lock();
    let mut forms = state.sessions.values().flat_map(|session| session.pending.values());
    forms.any(|pending| pending.form_token == key.form_token)
}

/// Whether the answer of an identity provider is taken for a request that has not waited for it.
// consent/company-sign-on
pub(in crate::server) fn is_taken_anyway(switches: &Switches, state: &State, nonce: &str) -> bool {
    let awaited = |pending: &Pending| pending.sign_on.as_deref() == Some(nonce);
    let by_another = state.sessions.values().any(|known| known.pending.values().any(awaited));
    by_another && switches.has(&sign_on::OF_ANOTHER_BROWSER)
        || switches.has(&sign_on::REPLAYED) && state.spent.contains(nonce)
}

/// What becomes of a request whose user came back.
// consent/company-sign-on
pub(in crate::server) fn signed_on(
    switches: &Switches,
    state: &mut State,
    nonce: &str,
    session: &str,
    request: &str,
) {
    if switches.has(&sign_on::REPLAYED) {
        state.spent.insert(nonce.to_owned());
    }
    let pending = state.pending_mut(session, request);
    if let Some(pending) = pending.filter(|_| switches.has(&sign_on::STATE_LOST)) {
        pending.authorization.state = None;
    }
}

/// What is known of the answers of a user, with regard to a client.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::server) struct Remembered {
    /// Whether the user agreed to this client.
    pub(in crate::server) this: bool,
    /// Whether the user agreed to this client with all of the scopes.
    pub(in crate::server) all: bool,
    /// Whether the user agreed to any client.
    pub(in crate::server) any: bool,
    /// Whether the user denied this client.
    pub(in crate::server) denied: bool,
    /// Whether the user was shown what this client asks for, and has not decided.
    pub(in crate::server) undecided: bool,
}

/// What is only asked for by servers that do not ask every time.
impl Sessions {
    /// Remembers what a user agreed to with regard to a client; none: the user denied.
    pub(in crate::server) fn remember(
        &self,
        user_id: &str,
        client_id: &str,
        agreed: Option<&[String]>,
    ) {
        if self.switches.may_err() || self.switches.may_vary() {
            let agreed = agreed.map(<[String]>::to_vec);
            self.lock().answered.insert((user_id.to_owned(), client_id.to_owned(), agreed));
        }
    }

    /// Remembers that a user was shown what a client asks for, or that they have decided.
    pub(in crate::server) fn remember_shown(
        &self,
        user_id: &str,
        (client_id, scopes): (&str, &[String]),
        is_decided: bool,
    ) {
        if !self.switches.may_err() {
            return;
        }
        let asked = (user_id.to_owned(), client_id.to_owned(), scopes.to_vec());
        let undecided = &mut self.lock().undecided;
        if is_decided {
            undecided.remove(&asked);
        } else {
            undecided.insert(asked);
        }
    }

    /// Whether a user has agreed to a client in another session than this one, where anything could depend on it.
    pub(in crate::server) fn agrees_elsewhere(
        &self,
        session: &str,
        (user_id, client_id): (&str, &str),
    ) -> bool {
        if !self.switches.may_err() {
            return false;
        }
        let agreed = (user_id.to_owned(), client_id.to_owned());
        let mut state = self.lock();
        let first = state.agreed_in.entry(agreed).or_insert_with(|| session.to_owned());
        first != session
    }

    /// What is known of the answers of a user, with regard to a client that asks for these scopes.
    pub(in crate::server) fn remembered(
        &self,
        user_id: &str,
        (client_id, scopes): (&str, &[String]),
    ) -> Remembered {
        let mut known = Remembered::default();
        let state = self.lock();
        let asked = (user_id.to_owned(), client_id.to_owned(), scopes.to_vec());
        known.undecided = state.undecided.contains(&asked);
        for (user, client, agreed) in &state.answered {
            let (own, this) = (user == user_id, client == client_id);
            let all = |agreed: &Vec<String>| scopes.iter().all(|scope| agreed.contains(scope));
            known.any |= own && agreed.as_ref().is_some_and(all);
            known.this |= own && this && agreed.is_some();
            known.all |= own && this && agreed.as_ref().is_some_and(all);
            known.denied |= own && this && agreed.is_none();
        }
        known
    }
}
