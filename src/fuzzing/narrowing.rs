//! What has to come of a token exchange: an access token becomes another one that can do less
//! (`box`, downscoping; RFC 8693), never more, and nothing comes with it to renew it.

use super::expected::{Expectation, Judge, Reason};
use super::model::{Age, Pair};
use super::reading::{Reading, all, given, repeated};
use crate::profile::Downscope;

/// The value of `grant_type` (RFC 8693 §2.1).
pub const TOKEN_EXCHANGE: &str = "urn:ietf:params:oauth:grant-type:token-exchange";

/// The one kind of token that is exchanged (RFC 8693 §3).
const ACCESS_TOKEN: &str = "urn:ietf:params:oauth:token-type:access_token";

/// Parameters that are looked at; more of the same name is an error.
const KNOWN: &[&str] = &["grant_type", "subject_token", "subject_token_type", "scope"];

/// The rule that speaks of all that a token lacks: scopes, and its own life.
pub(super) const NEVER_WIDENS: &str = "downscope/never-widens";

/// Whether a token request is an exchange.
pub fn is_exchange(read: &Reading) -> bool {
    given(&read.body, "grant_type") == Some(TOKEN_EXCHANGE)
}

impl Judge<'_> {
    /// A token exchange.
    pub(super) fn narrowing(&self, read: &Reading, to: &mut Expectation) {
        to.by = "downscope/narrows";
        if repeated(&read.body, KNOWN) {
            to.refuse("token/repeated-parameter");
        }
        // No credentials are needed, resources are narrowed to as well, and there are extensions.
        let plain = |name: &str| KNOWN.contains(&name);
        to.open |= !read.authorization.is_empty();
        to.open |= read.body.iter().any(|(name, _)| !plain(name));
        to.open |= given(&read.body, "subject_token_type") != Some(ACCESS_TOKEN);
        let subject = given(&read.body, "subject_token");
        let pair = subject.and_then(|token| self.model.by_access(token));
        let Some(pair) = pair.and_then(|at| self.model.pairs.get(at)) else {
            to.refuse(NEVER_WIDENS);
            return;
        };
        // A dead token has nothing left to exchange, which is another matter than a wider scope.
        if let Some(rule) = pair.access.dead {
            to.reasons.push(Reason { answer: Some(NEVER_WIDENS), ..Reason::from(rule) });
        }
        to.open |= pair.access.doubtful;
        match pair.born.age(self.now, pair.expires_in) {
            Age::Dead => {
                let reason = Reason::from("access-token/lifetime");
                to.reasons.push(Reason { answer: Some(NEVER_WIDENS), ..reason });
            }
            Age::Unknown => to.open |= self.now > pair.born.moved || pair.expires_in.is_some(),
            Age::Alive => {}
        }
        match (&self.terms.profile.downscope, given(&read.body, "scope")) {
            (Some(means), Some(asked)) => self.asked(means, pair, asked, to),
            _ => to.open = true,
        }
    }

    /// The scope that is asked for, beside the one that the token has.
    fn asked(&self, means: &Downscope, pair: &Pair, asked: &str, to: &mut Expectation) {
        if let Some(held) = &pair.narrowed {
            // Names do not say which scope is part of which: the profile says it of these two. A server
            // may take the scopes in parts, and give the part that the token has.
            let profile = &self.terms.profile;
            let first = profile.client("default").and_then(|client| profile.scope(client));
            let wider = asked.split(' ').any(|scope| scope == means.wider_scope);
            if *held == means.scope && (wider || Some(asked) == first) {
                to.refuse(NEVER_WIDENS);
            } else {
                to.open |= asked != held;
            }
            return;
        }
        let default = self.terms.profile.client("default");
        let is_default = default.is_some_and(|client| client.id == pair.client);
        let wider = asked.split(' ').any(|scope| scope == means.wider_scope);
        if wider && is_default && pair.ordinary {
            to.refuse(NEVER_WIDENS);
        } else if asked != means.scope || !is_default || !pair.ordinary {
            // The profile says nothing of other scopes, and nothing of other clients' tokens.
            to.open = true;
        }
    }
}

/// The scope that an exchange brings, where the request asked for one.
pub fn scope(read: &Reading) -> Option<String> {
    is_exchange(read).then(|| all(&read.body, "scope").next().unwrap_or_default().to_owned())
}
