//! The state behind the lock: codes and pairs of tokens, by value and in the order of their issue.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use super::{Fresh, Grant, Occasion, SentTo};

/// How long a code is remembered after its issue, so that a replay is told from an unknown code.
const REMEMBER_CODES: Duration = Duration::from_secs(3600);

/// What of a pair is destroyed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::server) enum Loss {
    Pair,
    Access,
    Refresh,
    Nothing,
    /// Everything, at this time.
    Later(Duration),
}

#[derive(Debug)]
pub(in crate::server) struct Code {
    pub(in crate::server) grant: Grant,
    pub(in crate::server) sent_to: SentTo,
    pub(in crate::server) issued: Duration,
    pub(in crate::server) expires: Duration,
    /// The family of tokens issued from this code, once it has been redeemed.
    pub(in crate::server) redeemed: Option<u64>,
    /// Whether a wrong verifier came with it, where a server remembers that.
    pub(in crate::server) guessed: bool,
}

#[derive(Debug)]
pub(in crate::server) struct Pair {
    pub(in crate::server) grant: Grant,
    /// All pairs that descend from one code, through refreshes too.
    pub(in crate::server) family: u64,
    /// What it was issued for.
    pub(in crate::server) occasion: Occasion,
    pub(in crate::server) tokens: Fresh,
    /// Whether a refresh token brought it.
    pub(in crate::server) refreshed: bool,
    /// When the first pair of the family was issued.
    pub(in crate::server) granted: Duration,
    pub(in crate::server) issued: Duration,
    /// The pair that the refresh token brought first.
    pub(in crate::server) successor: Option<u64>,
    pub(in crate::server) access_expires: Duration,
    pub(in crate::server) refresh_expires: Duration,
    pub(in crate::server) refresh_used: bool,
    /// Whether a resource was asked for with the access token.
    pub(in crate::server) access_used: bool,
    /// The resources that the access token is for, where these are fewer than were granted.
    pub(in crate::server) resources: Vec<String>,
}

#[derive(Debug, Default)]
pub(in crate::server) struct State {
    pub(in crate::server) codes: HashMap<String, Code>,
    pub(in crate::server) pairs: HashMap<u64, Pair>,
    pub(in crate::server) access: HashMap<String, u64>,
    pub(in crate::server) refresh: HashMap<String, u64>,
    /// Codes and pairs in order of issue, which is also the order of expiry.
    pub(in crate::server) code_order: VecDeque<String>,
    pub(in crate::server) pair_order: VecDeque<u64>,
    /// Access tokens that were revoked, and what they stood for, where anybody tells them from
    /// unknown ones.
    pub(in crate::server) revoked: HashMap<String, Grant>,
    /// Identifiers of assertions that were used, by client, and until when each is remembered.
    pub(in crate::server) jtis: HashMap<(String, String), Duration>,
    pub(in crate::server) last_id: u64,
}

impl State {
    pub(in crate::server) fn next_id(&mut self) -> u64 {
        self.last_id += 1;
        self.last_id
    }

    pub(in crate::server) fn add(&mut self, now: Duration, pair: Pair) -> u64 {
        self.purge(now);
        let id = self.next_id();
        self.access.insert(pair.tokens.access.clone(), id);
        if let Some(refresh) = &pair.tokens.refresh {
            self.refresh.insert(refresh.clone(), id);
        }
        self.pairs.insert(id, pair);
        self.pair_order.push_back(id);
        id
    }

    /// Whether the refresh token that another one brought was used as well.
    pub(in crate::server) fn is_followed(&self, pair: &Pair) -> bool {
        let successor = pair.successor.and_then(|id| self.pairs.get(&id));
        successor.is_some_and(|successor| successor.refresh_used)
    }

    pub(in crate::server) fn destroy(&mut self, id: u64, loss: Loss) {
        let Some(pair) = self.pairs.get_mut(&id) else { return };
        if let Loss::Later(at) = loss {
            (pair.access_expires, pair.refresh_expires) = (at, at);
        }
        if matches!(loss, Loss::Pair | Loss::Access) {
            self.access.remove(&pair.tokens.access);
        }
        if matches!(loss, Loss::Pair | Loss::Refresh) {
            pair.tokens.refresh.as_ref().and_then(|refresh| self.refresh.remove(refresh));
        }
        if loss == Loss::Pair {
            self.pairs.remove(&id);
        }
    }

    pub(in crate::server) fn destroy_family(&mut self, family: u64, loss: Loss) {
        self.destroy_where(loss, |pair| pair.family == family);
    }

    pub(in crate::server) fn destroy_where(&mut self, loss: Loss, meant: impl Fn(&Pair) -> bool) {
        let members: Vec<u64> =
            self.pairs.iter().filter(|(_, pair)| meant(pair)).map(|(id, _)| *id).collect();
        members.into_iter().for_each(|id| self.destroy(id, loss));
    }

    /// Forgets what can no longer be used, from the oldest on.
    pub(in crate::server) fn purge(&mut self, now: Duration) {
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
            self.destroy(oldest, Loss::Pair);
            self.pair_order.pop_front();
        }
    }
}
