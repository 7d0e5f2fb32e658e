//! Codes and tokens, in memory. Every operation that reads and changes is one lock, so that of many
//! simultaneous attempts one wins.

mod checks;
mod state;

pub(in crate::server) use checks::LONGER;

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::server::Lifetimes;
use crate::server::faults;
use crate::server::oauth::lookup::Lookup;
use crate::server::policy::RevocationReach;
use crate::testbed::switches::Switches;
use state::{Code, Loss, Pair, State};

/// On whose behalf and for what a code or a token was issued.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(in crate::server) struct Grant {
    pub(in crate::server) client_id: String,
    pub(in crate::server) user_id: String,
    pub(in crate::server) scopes: Vec<String>,
    /// Scopes that the user granted, where an access token has fewer (RFC 6749 §6).
    pub(in crate::server) granted: Option<Vec<String>>,
    /// Where a token was narrowed: which of its scopes opens which object.
    // downscope/narrows
    pub(in crate::server) restricted_to: Vec<Restriction>,
}

/// A scope that holds for one object only, and for what lies below it (`box`, downscoping).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::server) struct Restriction {
    pub(in crate::server) scope: String,
    /// `file` or `folder`, and the identifier; `None`: the scope holds everywhere.
    pub(in crate::server) object: Option<(String, String)>,
}

/// Token values drawn before the lock is taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::server) struct Fresh {
    pub(in crate::server) access: String,
    /// Absent for grants that issue an access token alone.
    // server-auth/no-refresh-token, downscope/no-refresh
    pub(in crate::server) refresh: Option<String>,
}

/// Where a code was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::server) struct SentTo {
    /// The redirect URI.
    pub(in crate::server) uri: String,
    /// Whether whoever redeems the code has to name it again (RFC 6749 §4.1.3).
    pub(in crate::server) repeated: bool,
}

impl From<String> for SentTo {
    fn from(uri: String) -> Self {
        Self { uri, repeated: false }
    }
}

/// Why a code is not redeemed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::server) enum CodeRefusal {
    Unknown,
    WrongClient,
    Replayed,
    Expired,
    WrongRedirectUri,
}

/// Why a refresh token is not redeemed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::server) enum RefreshRefusal {
    Unknown,
    WrongClient,
    Used,
    Expired,
    /// It was issued for less than what is asked for.
    Scope,
}

/// What became of a token that was to be destroyed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::server) enum Revocation {
    Destroyed,
    Unknown,
    WrongClient,
}

/// Why an access token stands for nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::server) enum Gone {
    Unknown,
    Expired,
    Revoked,
}

/// All codes and tokens of one server.
#[derive(Debug)]
pub(in crate::server) struct Store {
    lifetimes: Lifetimes,
    reach: RevocationReach,
    switches: Switches,
    state: Mutex<State>,
}

impl Store {
    pub(in crate::server) fn new(
        lifetimes: Lifetimes,
        reach: RevocationReach,
        switches: Switches,
    ) -> Self {
        Self { lifetimes, reach, switches, state: Mutex::default() }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps a new code.
    pub(in crate::server) fn add_code(
        &self,
        now: Duration,
        code: String,
        grant: Grant,
        sent_to: impl Into<SentTo>,
    ) {
        let mut state = self.lock();
        state.purge(now);
        state.code_order.push_back(code.clone());
        // code/lifetime: counted from the grant.
        let expires = now.saturating_add(self.code_life());
        let sent_to = sent_to.into();
        let entry = Code { grant, sent_to, issued: now, expires, redeemed: None };
        state.codes.insert(code, entry);
    }

    /// Whether a code was issued and is remembered.
    pub(in crate::server) fn knows_code(&self, code: &str) -> bool {
        self.lock().codes.contains_key(code)
    }

    /// Exchanges a code for a pair of tokens, once. Only success consumes the code: what fails for
    /// the client or the redirect URI leaves it to whom it belongs. A replay destroys what the first
    /// exchange issued.
    pub(in crate::server) fn redeem_code(
        &self,
        now: Duration,
        code: &str,
        client_id: &str,
        redirect_uri: Option<&str>,
        fresh: Fresh,
    ) -> Result<Grant, CodeRefusal> {
        let mut state = self.lock();
        // code/unknown
        let how = self.switches.pick(
            Lookup::Exact,
            [
                (&faults::code::ANY_CASE, Lookup::AnyCase),
                (&faults::code::TRUNCATED, Lookup::Truncated),
                (&faults::code::EXTENDED, Lookup::Extended),
            ],
        );
        let code = how.find(&state.codes, code).ok_or(CodeRefusal::Unknown)?;
        let known = state.codes.get(&code).ok_or(CodeRefusal::Unknown)?;
        if let Err(refusal) = known.check(now, client_id, redirect_uri, &self.switches) {
            if let (CodeRefusal::Replayed, Some(family)) = (refusal, known.redeemed) {
                // code/replay-revokes
                state.destroy_family(family, self.loss_of_replay());
            }
            return Err(refusal);
        }
        let grant = known.grant.clone();
        if self.switches.has(&faults::code::RACE) {
            state = self.wait(state);
        }
        let family = state.next_id();
        if let Some(known) = state.codes.get_mut(&code) {
            // code/single-use, code/single-use-concurrent
            known.redeemed = Some(family);
        }
        let origin = Origin { occasion: Occasion::Code, family, before: None };
        self.issue(&mut state, now, origin, grant.clone(), fresh);
        Ok(grant)
    }

    /// Gives up the lock for a while: what was checked before it need not hold behind it.
    fn wait<'a>(&'a self, state: MutexGuard<'a, State>) -> MutexGuard<'a, State> {
        drop(state);
        std::thread::sleep(Duration::from_millis(2));
        self.lock()
    }

    /// Exchanges a refresh token for a new pair, once. The access token of the old pair lives on.
    /// `choose` makes of the scopes that were granted those of the new access token.
    pub(in crate::server) fn redeem_refresh(
        &self,
        now: Duration,
        refresh: &str,
        client_id: &str,
        choose: impl FnOnce(&[String]) -> Option<Vec<String>>,
        mut fresh: Fresh,
    ) -> Result<(Fresh, Grant), RefreshRefusal> {
        let mut state = self.lock();
        // refresh/unknown
        let how = self.switches.pick(
            Lookup::Exact,
            [
                (&faults::refresh::ANY_CASE, Lookup::AnyCase),
                (&faults::refresh::TRUNCATED, Lookup::Truncated),
                (&faults::refresh::EXTENDED, Lookup::Extended),
            ],
        );
        let refresh = how.find(&state.refresh, refresh).ok_or(RefreshRefusal::Unknown)?;
        let id = *state.refresh.get(&refresh).ok_or(RefreshRefusal::Unknown)?;
        let pair = state.pairs.get(&id).ok_or(RefreshRefusal::Unknown)?;
        let successor = pair.successor.and_then(|id| state.pairs.get(&id));
        pair.check_refresh(now, client_id, successor, &self.switches)?;
        let granted = pair.grant.granted.as_ref().unwrap_or(&pair.grant.scopes).clone();
        let scopes = choose(&granted).ok_or(RefreshRefusal::Scope)?;
        if self.switches.has(&faults::refresh::RACE) {
            state = self.wait(state);
        }
        let pair = state.pairs.get_mut(&id).ok_or(RefreshRefusal::Unknown)?;
        // refresh/single-use, refresh/single-use-concurrent
        pair.refresh_used = true;
        // refresh/new-pair
        if self.switches.has(&faults::refresh::NOT_ROTATED) {
            fresh.refresh.clone_from(&pair.tokens.refresh);
        }
        if self.switches.has(&faults::refresh::SAME_ACCESS) && now < pair.access_expires {
            fresh.access.clone_from(&pair.tokens.access);
        }
        let (family, first) = (pair.family, pair.granted);
        let granted = (scopes != granted).then_some(granted);
        let mut grant = Grant { scopes, granted, ..pair.grant.clone() };
        // identity/current-user
        if self.switches.has(&faults::identity::LOST_BY_REFRESH) {
            grant.user_id.clear();
        }
        let origin = Origin { occasion: Occasion::Refresh, family, before: Some(first) };
        let next = self.issue(&mut state, now, origin, grant.clone(), fresh.clone());
        if let Some(pair) = state.pairs.get_mut(&id) {
            pair.successor = Some(next);
        }
        Ok((fresh, grant))
    }

    /// Counts an assertion as used until it expires; `false` where it was used before.
    // server-auth/jwt-replayed-jti
    pub(in crate::server) fn use_jti(
        &self,
        now: Duration,
        client_id: &str,
        jti: &str,
        until: Duration,
    ) -> bool {
        let mut state = self.lock();
        state.jtis.retain(|_, until| now < *until);
        state.jtis.insert((client_id.to_owned(), jti.to_owned()), until).is_none()
    }

    /// Keeps tokens that no code was exchanged for.
    pub(in crate::server) fn issue_alone(
        &self,
        now: Duration,
        occasion: Occasion,
        grant: Grant,
        tokens: Fresh,
    ) {
        let mut state = self.lock();
        let family = state.next_id();
        self.issue(&mut state, now, Origin { occasion, family, before: None }, grant, tokens);
    }

    /// Keeps a new pair.
    /// Keeps a pair; its number.
    fn issue(
        &self,
        state: &mut State,
        now: Duration,
        from: Origin,
        grant: Grant,
        tokens: Fresh,
    ) -> u64 {
        let granted = from.before.unwrap_or(now);
        let lasts = tokens.refresh.is_some();
        let pair = Pair {
            grant,
            family: from.family,
            tokens,
            granted,
            issued: now,
            successor: None,
            access_expires: now.saturating_add(self.access_life(from.occasion)),
            refresh_expires: if lasts { self.refresh_end(now, granted) } else { now },
            refresh_used: false,
        };
        state.add(now, pair)
    }

    /// Counts a refresh token as used, or destroys its pair, without giving anything for it.
    // refresh/failed-refresh-consumes-nothing
    pub(in crate::server) fn spoil_refresh(&self, refresh: &str) {
        let mut state = self.lock();
        let Some(id) = state.refresh.get(refresh).copied() else { return };
        if self.switches.has(&faults::refresh::FAILURE_REVOKES) {
            state.destroy(id, Loss::Pair);
        } else if let Some(pair) = state.pairs.get_mut(&id) {
            pair.refresh_used = true;
        }
    }

    /// What an access token stands for; `None` where it is unknown, expired or destroyed.
    pub(in crate::server) fn access(&self, now: Duration, access: &str) -> Option<Grant> {
        let mut state = self.lock();
        // bearer/invalid
        let how = self.switches.pick(
            Lookup::Exact,
            [
                (&faults::bearer::FIRST_CHARACTER, Lookup::Tail),
                (&faults::bearer::ANY_CASE, Lookup::AnyCase),
                (&faults::bearer::TRUNCATED, Lookup::Truncated),
                (&faults::bearer::EXTENDED, Lookup::Extended),
            ],
        );
        let id = *state.access.get(&how.find(&state.access, access)?)?;
        let pair = state.pairs.get_mut(&id)?;
        // access-token/lifetime, bearer/expired
        let lives = now < pair.access_expires;
        if lives && self.switches.has(&faults::access_token::SLIDES) {
            pair.access_expires = now.saturating_add(self.lifetimes.access);
        }
        lives.then(|| pair.grant.clone())
    }

    /// Why an access token stands for nothing.
    pub(in crate::server) fn gone(&self, access: &str) -> Gone {
        let state = self.lock();
        if state.revoked.contains_key(access) {
            Gone::Revoked
        } else if state.access.contains_key(access) {
            Gone::Expired
        } else {
            Gone::Unknown
        }
    }

    /// What an access token stood for that was destroyed, where a fault needs to know.
    // downscope/never-widens
    pub(in crate::server) fn last_of(&self, access: &str) -> Option<Grant> {
        self.lock().revoked.get(access).cloned()
    }

    /// The user who granted last.
    pub(in crate::server) fn newest_user(&self) -> Option<String> {
        let state = self.lock();
        let newest = state.pairs.iter().max_by_key(|(id, _)| **id);
        newest.map(|(_, pair)| pair.grant.user_id.clone())
    }

    /// Destroys the pair that a token belongs to, if it is this client's.
    pub(in crate::server) fn revoke(
        &self,
        now: Duration,
        token: &str,
        client_id: &str,
    ) -> Revocation {
        let mut state = self.lock();
        // revoke/by-access-token, revoke/by-refresh-token
        let truncated = self.switches.has(&faults::revoke::TRUNCATED);
        let how = if truncated { Lookup::Truncated } else { Lookup::Exact };
        let id = |issued| how.find(issued, token).and_then(|known| issued.get(&known).copied());
        let access =
            id(&state.access).filter(|_| !self.switches.has(&faults::revoke::ONLY_REFRESH_KNOWN));
        let refresh =
            id(&state.refresh).filter(|_| !self.switches.has(&faults::revoke::ONLY_ACCESS_KNOWN));
        let loss = self.loss_of_revocation(now, access.is_some());
        let id = access.or(refresh);
        let owner = id.and_then(|id| state.pairs.get(&id)).map(|pair| &pair.grant.client_id);
        match (id, owner) {
            // revoke/only-that-pair
            (Some(id), Some(owner)) if owner == client_id => {
                self.destroy(&mut state, id, loss);
                Revocation::Destroyed
            }
            // revoke/bound-to-client
            (Some(id), Some(_)) => {
                let any_client = [&faults::revoke::ANY_CLIENT, &faults::revoke::ANY_CLIENT_REFUSED];
                if self.switches.has_any(&any_client) {
                    self.destroy(&mut state, id, loss);
                }
                if self.switches.has(&faults::revoke::ANY_CLIENT) {
                    return Revocation::Destroyed;
                }
                Revocation::WrongClient
            }
            _ => Revocation::Unknown,
        }
    }

    // revoke/only-that-pair
    fn destroy(&self, state: &mut State, id: u64, loss: Loss) {
        let Some(pair) = state.pairs.get(&id) else { return };
        let (access, grant, family) = (pair.tokens.access.clone(), pair.grant.clone(), pair.family);
        state.destroy(id, loss);
        if self.reach == RevocationReach::Grant {
            state.destroy_family(family, loss);
        }
        if self.switches.has(&faults::revoke::WHOLE_USER) {
            state.destroy_where(loss, |pair| pair.grant.user_id == grant.user_id);
        }
        if self.switches.has(&faults::revoke::WHOLE_CLIENT) {
            state.destroy_where(loss, |pair| pair.grant.client_id == grant.client_id);
        }
        // bearer/revoked
        if self.switches.may_err() {
            state.revoked.insert(access, grant);
        }
    }

    /// Destroys every token of a client.
    // revoke/token-required
    pub(in crate::server) fn revoke_all(&self, client_id: &str) {
        self.lock().destroy_where(Loss::Pair, |pair| pair.grant.client_id == client_id);
    }
}

/// What tokens are issued for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::server) enum Occasion {
    /// A code.
    Code,
    /// A refresh token.
    Refresh,
    /// An assertion, or a client's credentials.
    ServerGrant,
    /// Another access token.
    Exchange,
    /// A developer's wish in the console.
    Developer,
}

/// Where a pair comes from.
#[derive(Debug, Clone, Copy)]
struct Origin {
    occasion: Occasion,
    family: u64,
    /// When the first pair of the family was issued, where this is not it.
    before: Option<Duration>,
}

#[cfg(test)]
#[path = "store_tests.rs"]
mod tests;
