//! Codes and tokens, in memory. Every operation that reads and changes is one lock, so that of many
//! simultaneous attempts one wins.

mod checks;
mod resources;
mod state;
mod told;

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::code_challenge::Challenge;
use crate::server::faults::effects::store::{self as effects, lookup, pkce};
use crate::server::policy::Lifetimes;
use crate::server::policy::{RefreshReplay, RevocationReach};
use crate::testbed::Switches;
pub(in crate::server) use checks::Redeemer;
pub(in crate::server) use state::{Code, Loss, Pair, State};
pub(in crate::server) use told::Told;

/// On whose behalf and for what a code or a token was issued.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(in crate::server) struct Grant {
    pub(in crate::server) client_id: String,
    pub(in crate::server) user_id: String,
    pub(in crate::server) scopes: Vec<String>,
    /// The resources that it is for (RFC 8707); none: the one that every token is for.
    pub(in crate::server) resources: Vec<String>,
    /// Scopes that the user granted, where an access token has fewer (RFC 6749 §6).
    pub(in crate::server) granted: Option<Vec<String>>,
    /// Thumbprint of the key that it is bound to (RFC 9449 §6).
    // dpop/confirmation
    pub(in crate::server) key: Option<String>,
    /// Who acts with it for its user, the last one first (RFC 8693 §4.1).
    // exchange/actor-named, exchange/actors-nested
    pub(in crate::server) actors: Vec<String>,
    /// Where a token was narrowed: which of its scopes opens which object.
    // downscope/narrows
    pub(in crate::server) restricted_to: Vec<Restriction>,
}

impl Grant {
    /// Whom it identifies: the user, or else the client.
    pub(in crate::server) fn bearer(&self) -> String {
        let user = Some(&self.user_id).filter(|id| !id.is_empty());
        user.unwrap_or(&self.client_id).clone()
    }
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

/// Where a code was sent, and what whoever redeems it has to show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::server) struct SentTo {
    /// The redirect URI.
    pub(in crate::server) uri: String,
    /// Whether whoever redeems the code has to name it again (RFC 6749 §4.1.3).
    pub(in crate::server) repeated: bool,
    /// The challenge whose verifier has to come (RFC 7636 §4.6).
    pub(in crate::server) challenge: Option<Challenge>,
}

impl From<String> for SentTo {
    fn from(uri: String) -> Self {
        Self { uri, repeated: false, challenge: None }
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
    WrongVerifier,
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
    replay: RefreshReplay,
    pub(in crate::server) switches: Switches,
    state: Mutex<State>,
}

impl Store {
    pub(in crate::server) fn new(
        lifetimes: Lifetimes,
        (reach, replay): (RevocationReach, RefreshReplay),
        switches: Switches,
    ) -> Self {
        Self { lifetimes, reach, replay, switches, state: Mutex::default() }
    }

    pub(in crate::server) fn lock(&self) -> MutexGuard<'_, State> {
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
        let expires = now.saturating_add(effects::code_life(&self.switches, self.lifetimes.code));
        let sent_to = sent_to.into();
        let entry = Code { grant, sent_to, issued: now, expires, redeemed: None, guessed: false };
        effects::code_added(&self.switches, &mut state, &entry.grant);
        pkce::added(&self.switches, &mut state, &entry);
        state.codes.insert(code, entry);
    }

    /// Whether a code was issued and is remembered.
    pub(in crate::server) fn knows_code(&self, code: &str) -> bool {
        self.lock().codes.contains_key(code)
    }

    /// The challenge that a code was asked for with.
    pub(in crate::server) fn challenge_of(&self, code: &str) -> Option<Challenge> {
        self.lock().codes.get(code)?.sent_to.challenge.clone()
    }

    /// The key that a code or a refresh token is bound to.
    pub(in crate::server) fn key_of(&self, token: &str) -> Option<String> {
        self.grant_of(token)?.key
    }

    /// What a code or a refresh token stands for.
    pub(in crate::server) fn grant_of(&self, token: &str) -> Option<Grant> {
        let state = self.lock();
        let code = state.codes.get(token).map(|code| &code.grant);
        let pair = || state.refresh.get(token).and_then(|id| state.pairs.get(id));
        code.or_else(|| pair().map(|pair| &pair.grant)).cloned()
    }

    /// Binds what was issued with an access token to a key, or to none.
    pub(in crate::server) fn bind(&self, access: &str, key: Option<String>) {
        let mut state = self.lock();
        let Some(id) = state.access.get(access).copied() else { return };
        if let Some(pair) = state.pairs.get_mut(&id) {
            pair.grant.key = key;
        }
    }

    /// Exchanges a code for a pair of tokens, once. Only success consumes the code: what fails for
    /// the client or the redirect URI leaves it to whom it belongs. A replay destroys what the first
    /// exchange issued.
    pub(in crate::server) fn redeem_code(
        &self,
        code: &str,
        by: Redeemer<'_>,
        fresh: Fresh,
    ) -> Result<Grant, CodeRefusal> {
        let mut state = self.lock();
        // code/unknown
        let code = lookup::code(&self.switches, &state.codes, code);
        effects::presented(&self.switches, &mut state, &code);
        let known = state.codes.get(&*code).ok_or(CodeRefusal::Unknown)?;
        let reasons = known.refusals(by);
        if let Some(refusal) = effects::code_refusal(&self.switches, known, by, reasons) {
            // code/invalid-replay-spares
            let valid = !reasons.contains(&Some(CodeRefusal::WrongVerifier));
            let revokes = effects::replay_revokes(&self.switches, refusal, valid);
            if let (true, Some(family)) = (revokes, known.redeemed) {
                // code/replay-revokes
                state.destroy_family(family, effects::loss_of_replay(&self.switches, Loss::Pair));
            }
            let unused = state.next_id();
            if let Some(code) = state.codes.get_mut(&*code) {
                pkce::refused(&self.switches, code, refusal, unused);
            }
            return Err(refusal);
        }
        let grant = known.grant.clone();
        state = effects::before_code_is_used(self, state);
        let family = state.next_id();
        if let Some(known) = state.codes.get_mut(&*code) {
            // code/single-use, code/single-use-concurrent
            known.redeemed = Some(family);
        }
        effects::granted(&self.switches, &mut state, &grant);
        let origin = Origin { occasion: Occasion::Code, family, before: None };
        self.issue(&mut state, by.now, origin, grant.clone(), fresh);
        Ok(grant)
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
        let refresh = lookup::refresh(&self.switches, &state.refresh, refresh);
        let id = effects::refresh_id(&self.switches, &state, &refresh);
        let id = id.ok_or(RefreshRefusal::Unknown)?;
        let pair = state.pairs.get(&id).ok_or(RefreshRefusal::Unknown)?;
        let reasons = pair.refusals(now, client_id);
        if let Some(refusal) = effects::refresh_refusal(&self.switches, &state, pair, now, reasons)
        {
            if let Some(again) = effects::brought_again(&self.switches, &state, pair, refusal) {
                return Ok(again);
            }
            let (family, is_old) = (pair.family, state.is_followed(pair));
            // refresh/replay-ends-grant
            let ends = effects::refused_ends(&self.switches, self.replay, refusal, is_old);
            if ends {
                state.destroy_family(family, Loss::Pair);
            }
            return Err(refusal);
        }
        let granted = pair.grant.granted.as_ref().unwrap_or(&pair.grant.scopes).clone();
        let scopes = choose(&granted).ok_or(RefreshRefusal::Scope)?;
        state = effects::before_refresh_is_used(self, state);
        let pair = state.pairs.get_mut(&id).ok_or(RefreshRefusal::Unknown)?;
        // refresh/single-use, refresh/single-use-concurrent
        pair.refresh_used = true;
        let (family, first) = (pair.family, pair.granted);
        let granted = (scopes != granted).then_some(granted);
        let mut grant = Grant { scopes, granted, ..pair.grant.clone() };
        // refresh/new-pair, identity/current-user
        effects::refreshed(&self.switches, now, pair, &mut fresh, &mut grant);
        let origin = Origin { occasion: Occasion::Refresh, family, before: Some(first) };
        let next = self.issue(&mut state, now, origin, grant.clone(), fresh.clone());
        if let Some(pair) = state.pairs.get_mut(&id) {
            pair.successor.get_or_insert(next);
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

    /// Keeps a new pair; its number.
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
        let (switches, lifetimes) = (&self.switches, self.lifetimes);
        // access-token/lifetime
        let life = effects::access_life(switches, from.occasion, lifetimes.access);
        // refresh/lifetime, refresh/timer-restarts
        let end = || effects::refresh_end(switches, now, granted, lifetimes.refresh);
        let pair = Pair {
            grant,
            family: from.family,
            tokens,
            refreshed: from.before.is_some(),
            granted,
            issued: now,
            successor: None,
            access_expires: now.saturating_add(life),
            refresh_expires: if lasts { end() } else { now },
            refresh_used: false,
            access_used: false,
            resources: Vec::new(),
        };
        state.add(now, pair)
    }

    /// What an access token stands for; `None` where it is unknown, expired or destroyed.
    pub(in crate::server) fn access(&self, now: Duration, access: &str) -> Option<Grant> {
        let mut state = self.lock();
        // bearer/invalid
        let access = lookup::access(&self.switches, &state.access, access);
        let id = *state.access.get(&*access)?;
        let pair = state.pairs.get_mut(&id)?;
        // access-token/lifetime, bearer/expired
        let lives = now < pair.access_expires;
        effects::used(&self.switches, pair, now, self.lifetimes.access);
        lives.then(|| pair.of_access())
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

    /// Destroys the pair that a token belongs to, if it is this client's.
    pub(in crate::server) fn revoke(
        &self,
        now: Duration,
        (token, hint): (&str, Option<&str>),
        client_id: &str,
    ) -> Revocation {
        let mut state = self.lock();
        // revoke/by-access-token, revoke/by-refresh-token
        let found = (state.access.get(token).copied(), state.refresh.get(token).copied());
        let (access, refresh) =
            effects::found_to_revoke(&self.switches, (&state, now), (token, hint), found);
        let Some(id) = access.or(refresh) else { return Revocation::Unknown };
        let loss = effects::loss_of_revocation(&self.switches, now, access.is_some(), Loss::Pair);
        match state.pairs.get(&id) {
            None => Revocation::Unknown,
            // revoke/only-that-pair
            Some(pair) if pair.grant.client_id == client_id => {
                let family = pair.family;
                effects::revoked(&self.switches, &mut state, id, loss);
                state.destroy(id, loss);
                if self.reach == RevocationReach::Grant {
                    state.destroy_family(family, loss);
                }
                Revocation::Destroyed
            }
            // revoke/bound-to-client
            Some(_) => {
                let found = (id, access.is_some());
                effects::of_another(self, &mut state, found, loss, Revocation::WrongClient)
            }
        }
    }

    /// Destroys all that was issued to a client.
    pub(in crate::server) fn forget_client(&self, client_id: &str) {
        let mut state = self.lock();
        state.destroy_where(Loss::Pair, |pair| pair.grant.client_id == client_id);
        state.codes.retain(|_, code| code.grant.client_id != client_id);
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
    /// A user's consent, without a code in between.
    Implicit,
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
