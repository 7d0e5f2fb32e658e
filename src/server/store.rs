//! Codes and tokens, in memory. Every operation that reads and changes is one lock, so that of many
//! simultaneous attempts one wins.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::Lifetimes;
use super::fault::{self, Switches};

/// How long a code is remembered after its issue, so that a replay is told from an unknown code.
const REMEMBER_CODES: Duration = Duration::from_secs(3600);

/// On whose behalf and for what a code or a token was issued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Grant {
    pub(super) client_id: String,
    pub(super) user_id: String,
    pub(super) scopes: Vec<String>,
}

/// Token values drawn before the lock is taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fresh {
    pub(super) access: String,
    pub(super) refresh: String,
}

/// Why a code is not redeemed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CodeRefusal {
    Unknown,
    WrongClient,
    Replayed,
    Expired,
    WrongRedirectUri,
}

/// Why a refresh token is not redeemed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RefreshRefusal {
    Unknown,
    WrongClient,
    Used,
    Expired,
}

/// What became of a token that was to be destroyed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Revocation {
    Destroyed,
    Unknown,
    WrongClient,
}

#[derive(Debug)]
struct Code {
    grant: Grant,
    redirect_uri: String,
    issued: Duration,
    expires: Duration,
    /// The family of tokens issued from this code, once it has been redeemed.
    redeemed: Option<u64>,
}

#[derive(Debug)]
struct Pair {
    grant: Grant,
    /// All pairs that descend from one code, through refreshes too.
    family: u64,
    tokens: Fresh,
    access_expires: Duration,
    refresh_expires: Duration,
    refresh_used: bool,
}

#[derive(Debug, Default)]
struct State {
    codes: HashMap<String, Code>,
    pairs: HashMap<u64, Pair>,
    access: HashMap<String, u64>,
    refresh: HashMap<String, u64>,
    /// Codes and pairs in order of issue, which is also the order of expiry.
    code_order: VecDeque<String>,
    pair_order: VecDeque<u64>,
    last_id: u64,
}

/// All codes and tokens of one server.
#[derive(Debug)]
pub(super) struct Store {
    lifetimes: Lifetimes,
    switches: Switches,
    state: Mutex<State>,
}

impl Store {
    pub(super) fn new(lifetimes: Lifetimes, switches: Switches) -> Self {
        Self { lifetimes, switches, state: Mutex::default() }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps a new code.
    pub(super) fn add_code(&self, now: Duration, code: String, grant: Grant, redirect_uri: String) {
        let mut state = self.lock();
        state.purge(now);
        state.code_order.push_back(code.clone());
        // code/lifetime: counted from the grant.
        let expires = now.saturating_add(self.lifetimes.code);
        let entry = Code { grant, redirect_uri, issued: now, expires, redeemed: None };
        state.codes.insert(code, entry);
    }

    /// Exchanges a code for a pair of tokens, once. Only success consumes the code: what fails for
    /// the client or the redirect URI leaves it to whom it belongs. A replay destroys what the first
    /// exchange issued.
    pub(super) fn redeem_code(
        &self,
        now: Duration,
        code: &str,
        client_id: &str,
        redirect_uri: Option<&str>,
        fresh: Fresh,
    ) -> Result<Grant, CodeRefusal> {
        let mut state = self.lock();
        let known = state.codes.get(code).ok_or(CodeRefusal::Unknown)?;
        if let Err(refusal) = known.check(now, client_id, redirect_uri, &self.switches) {
            if let (CodeRefusal::Replayed, Some(family)) = (refusal, known.redeemed) {
                // code/replay-revokes
                state.destroy_family(family);
            }
            return Err(refusal);
        }
        let grant = known.grant.clone();
        let family = state.next_id();
        if let Some(known) = state.codes.get_mut(code) {
            // code/single-use, code/single-use-concurrent
            known.redeemed = Some(family);
        }
        state.issue(now, self.lifetimes, family, grant.clone(), fresh);
        Ok(grant)
    }

    /// Exchanges a refresh token for a new pair, once. The access token of the old pair lives on.
    pub(super) fn redeem_refresh(
        &self,
        now: Duration,
        refresh: &str,
        client_id: &str,
        fresh: Fresh,
    ) -> Result<Grant, RefreshRefusal> {
        let mut state = self.lock();
        let id = *state.refresh.get(refresh).ok_or(RefreshRefusal::Unknown)?;
        let pair = state.pairs.get_mut(&id).ok_or(RefreshRefusal::Unknown)?;
        pair.check_refresh(now, client_id)?;
        // refresh/single-use, refresh/single-use-concurrent
        pair.refresh_used = true;
        let (grant, family) = (pair.grant.clone(), pair.family);
        state.issue(now, self.lifetimes, family, grant.clone(), fresh);
        Ok(grant)
    }

    /// What an access token stands for; `None` where it is unknown, expired or destroyed.
    pub(super) fn access(&self, now: Duration, access: &str) -> Option<Grant> {
        let state = self.lock();
        let pair = state.pairs.get(state.access.get(access)?)?;
        // access-token/lifetime, bearer/expired
        (now < pair.access_expires).then(|| pair.grant.clone())
    }

    /// Destroys the pair that a token belongs to, if it is this client's.
    pub(super) fn revoke(&self, token: &str, client_id: &str) -> Revocation {
        let mut state = self.lock();
        // revoke/by-access-token, revoke/by-refresh-token
        let id = state.access.get(token).or_else(|| state.refresh.get(token)).copied();
        let owner = id.and_then(|id| state.pairs.get(&id)).map(|pair| &pair.grant.client_id);
        match (id, owner) {
            // revoke/only-that-pair
            (Some(id), Some(owner)) if owner == client_id => {
                state.destroy(id);
                Revocation::Destroyed
            }
            // revoke/bound-to-client
            (Some(_), Some(_)) => Revocation::WrongClient,
            _ => Revocation::Unknown,
        }
    }
}

impl Code {
    fn check(
        &self,
        now: Duration,
        client_id: &str,
        redirect_uri: Option<&str>,
        switches: &Switches,
    ) -> Result<(), CodeRefusal> {
        // code/bound-to-client. First, so that a stranger cannot destroy anybody's tokens.
        if self.grant.client_id != client_id {
            return Err(CodeRefusal::WrongClient);
        }
        // code/single-use
        if self.redeemed.is_some() && !switches.has(&fault::code::WORKS_TWICE) {
            return Err(CodeRefusal::Replayed);
        }
        // code/lifetime
        let late = if switches.has(&fault::code::LIVES_31_SECONDS) { 2 } else { 0 };
        if now >= self.expires + Duration::from_secs(late) {
            return Err(CodeRefusal::Expired);
        }
        // code/bound-to-redirect-uri, code/redirect-uri-not-repeated
        if redirect_uri.is_some_and(|sent| sent != self.redirect_uri) {
            return Err(CodeRefusal::WrongRedirectUri);
        }
        Ok(())
    }
}

impl Pair {
    fn check_refresh(&self, now: Duration, client_id: &str) -> Result<(), RefreshRefusal> {
        // refresh/bound-to-client
        if self.grant.client_id != client_id {
            return Err(RefreshRefusal::WrongClient);
        }
        // refresh/single-use
        if self.refresh_used {
            return Err(RefreshRefusal::Used);
        }
        // refresh/lifetime
        if now >= self.refresh_expires {
            return Err(RefreshRefusal::Expired);
        }
        Ok(())
    }
}

impl State {
    fn next_id(&mut self) -> u64 {
        self.last_id += 1;
        self.last_id
    }

    fn issue(&mut self, now: Duration, lives: Lifetimes, family: u64, grant: Grant, fresh: Fresh) {
        self.purge(now);
        let id = self.next_id();
        self.access.insert(fresh.access.clone(), id);
        self.refresh.insert(fresh.refresh.clone(), id);
        let pair = Pair {
            grant,
            family,
            tokens: fresh,
            access_expires: now.saturating_add(lives.access),
            // refresh/timer-restarts
            refresh_expires: now.saturating_add(lives.refresh),
            refresh_used: false,
        };
        self.pairs.insert(id, pair);
        self.pair_order.push_back(id);
    }

    fn destroy(&mut self, id: u64) {
        if let Some(pair) = self.pairs.remove(&id) {
            self.access.remove(&pair.tokens.access);
            self.refresh.remove(&pair.tokens.refresh);
        }
    }

    fn destroy_family(&mut self, family: u64) {
        let members: Vec<u64> = self
            .pairs
            .iter()
            .filter(|(_, pair)| pair.family == family)
            .map(|(id, _)| *id)
            .collect();
        members.into_iter().for_each(|id| self.destroy(id));
    }

    /// Forgets what can no longer be used, from the oldest on.
    fn purge(&mut self, now: Duration) {
        while let Some(oldest) = self.code_order.front() {
            let known = self.codes.get(oldest);
            let remember =
                |code: &Code| now < code.expires.max(code.issued.saturating_add(REMEMBER_CODES));
            if known.is_some_and(remember) {
                break;
            }
            self.codes.remove(oldest);
            self.code_order.pop_front();
        }
        while let Some(oldest) = self.pair_order.front().copied() {
            let live = |pair: &Pair| now < pair.refresh_expires.max(pair.access_expires);
            if self.pairs.get(&oldest).is_some_and(live) {
                break;
            }
            self.destroy(oldest);
            self.pair_order.pop_front();
        }
    }
}

#[cfg(test)]
#[path = "store_tests.rs"]
mod tests;
