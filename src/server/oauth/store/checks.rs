//! Why a code or a refresh token is not redeemed.

use std::time::Duration;

use super::super::code_challenge::is_proven;
use super::{Code, CodeRefusal, Pair, RefreshRefusal, SentTo};

/// Who redeems a code, and when.
#[derive(Debug, Clone, Copy)]
pub(in crate::server) struct Redeemer<'a> {
    pub(in crate::server) now: Duration,
    pub(in crate::server) client_id: &'a str,
    /// Where the client sends one along.
    pub(in crate::server) redirect_uri: Option<&'a str>,
    /// The verifier of the code's challenge, where the client sends one.
    pub(in crate::server) verifier: Option<&'a str>,
}

impl Code {
    /// What stands against redeeming it, in the order in which the client is told.
    pub(super) fn refusals(&self, by: Redeemer<'_>) -> [Option<CodeRefusal>; 5] {
        let SentTo { uri, repeated, challenge, .. } = &self.sent_to;
        let other_uri = by.redirect_uri.map_or(*repeated, |sent| sent != uri);
        let unproven = !is_proven(challenge.as_ref(), by.verifier);
        [
            // code/bound-to-client. First, so that a stranger cannot destroy anybody's tokens.
            (self.grant.client_id != by.client_id).then_some(CodeRefusal::WrongClient),
            // code/single-use
            self.redeemed.map(|_| CodeRefusal::Replayed),
            // code/lifetime
            (by.now >= self.expires).then_some(CodeRefusal::Expired),
            // code/bound-to-redirect-uri, code/redirect-uri-not-repeated
            other_uri.then_some(CodeRefusal::WrongRedirectUri),
            // pkce/verifier-wrong, pkce/verifier-missing, pkce/verifier-unasked
            unproven.then_some(CodeRefusal::WrongVerifier),
        ]
    }
}

impl Pair {
    /// What stands against redeeming its refresh token, in the order in which the client is told.
    // refresh/after-expiry, refresh/before-expiry: the access token's age does not matter.
    pub(super) fn refusals(&self, now: Duration, client_id: &str) -> [Option<RefreshRefusal>; 3] {
        [
            // refresh/bound-to-client
            (self.grant.client_id != client_id).then_some(RefreshRefusal::WrongClient),
            // refresh/single-use
            self.refresh_used.then_some(RefreshRefusal::Used),
            // refresh/lifetime
            (now >= self.refresh_expires).then_some(RefreshRefusal::Expired),
        ]
    }
}
