//! What is checked before a code or a token is taken, how long each lives, and what is destroyed
//! with it.

use std::time::Duration;

use super::{Code, CodeRefusal, Loss, Occasion, Pair, RefreshRefusal, Store};
use crate::server::faults;
use crate::server::variants;
use crate::testbed::switches::Switches;

/// How long newer documents let an access token of a server grant live at most (`box`).
pub(in crate::server) const LONGER: Duration = Duration::from_secs(4200);

impl Store {
    // code/lifetime
    pub(super) fn code_life(&self) -> Duration {
        let seconds = Duration::from_secs;
        self.switches.pick(
            self.lifetimes.code,
            [
                (&faults::code::LIVES_31_SECONDS, self.lifetimes.code + seconds(2)),
                (&faults::code::LIVES_28_SECONDS, self.lifetimes.code.saturating_sub(seconds(2))),
                (&faults::code::LIVES_TEN_MINUTES, seconds(600)),
                (&faults::code::NEVER_EXPIRES, Duration::MAX),
            ],
        )
    }

    // access-token/lifetime
    pub(super) fn access_life(&self, occasion: Occasion) -> Duration {
        const MINUTE: Duration = Duration::from_secs(60);
        let right = self.lifetimes.access;
        let day = |meant: Occasion| if occasion == meant { MINUTE * 60 * 24 } else { right };
        let never = |meant: Occasion| if occasion == meant { Duration::MAX } else { right };
        let longer = matches!(occasion, Occasion::ServerGrant | Occasion::Exchange);
        if longer && self.switches.varies(&variants::SERVER_TOKENS_LONGER) {
            return LONGER;
        }
        self.switches.pick(
            right,
            [
                (&faults::access_token::LIVES_TWO_HOURS, MINUTE * 120),
                (&faults::access_token::LIVES_A_MINUTE_MORE, right + MINUTE),
                (&faults::access_token::LIVES_A_MINUTE_LESS, right.saturating_sub(MINUTE)),
                (&faults::access_token::LIVES_HALF_AN_HOUR, MINUTE * 30),
                (&faults::access_token::NEVER_EXPIRES, Duration::MAX),
                (&faults::access_token::LONG_LIVED, MINUTE * 60 * 24),
                (&faults::access_token::REFRESHED_LIVES_LONGER, day(Occasion::Refresh)),
                (&faults::access_token::DEVELOPER_LIVES_A_DAY, day(Occasion::Developer)),
                (&faults::access_token::DEVELOPER_NEVER_EXPIRES, never(Occasion::Developer)),
                (&faults::server_auth::LIVES_A_DAY, day(Occasion::ServerGrant)),
                (&faults::server_auth::PROMISES_A_DAY, day(Occasion::ServerGrant)),
                (&faults::downscope::LIVES_A_DAY, day(Occasion::Exchange)),
                (&faults::downscope::NEVER_EXPIRES, never(Occasion::Exchange)),
            ],
        )
    }

    // refresh/lifetime, refresh/timer-restarts
    pub(super) fn refresh_end(&self, now: Duration, granted: Duration) -> Duration {
        const DAY: Duration = Duration::from_secs(86_400);
        const MINUTES: Duration = Duration::from_secs(120);
        let right = now.saturating_add(self.lifetimes.refresh);
        self.switches.pick(
            right,
            [
                (&faults::refresh::LIVES_TWO_WEEKS, now + DAY * 14),
                (&faults::refresh::LIVES_59_DAYS, now + DAY * 59),
                (&faults::refresh::LIVES_61_DAYS, now + DAY * 61),
                (&faults::refresh::DIES_TWO_MINUTES_EARLY, right.saturating_sub(MINUTES)),
                (&faults::refresh::LIVES_TWO_MINUTES_MORE, right.saturating_add(MINUTES)),
                (&faults::refresh::NEVER_EXPIRES, Duration::MAX),
                (&faults::refresh::TIMER_RUNS_ON, granted.saturating_add(self.lifetimes.refresh)),
                (&faults::refresh::TIMER_RESTARTS_ONCE, right.min(granted + DAY * 365)),
            ],
        )
    }

    pub(super) fn loss_of_replay(&self) -> Loss {
        self.switches.pick(
            Loss::Pair,
            [
                (&faults::code::REPLAY_REVOKES_NOTHING, Loss::Nothing),
                (&faults::code::REPLAY_REVOKES_ACCESS, Loss::Access),
                (&faults::code::REPLAY_REVOKES_REFRESH, Loss::Refresh),
                (&faults::access_token::NOT_REVOCABLE, Loss::Refresh),
            ],
        )
    }

    pub(super) fn loss_of_revocation(&self, now: Duration, by_access: bool) -> Loss {
        let minute = Duration::from_secs(60);
        let either = |access, refresh| if by_access { access } else { refresh };
        self.switches.pick(
            Loss::Pair,
            [
                (&faults::revoke::NOTHING, Loss::Nothing),
                (&faults::revoke::LATER, Loss::Later(now.saturating_add(minute))),
                (&faults::revoke::ACCESS_LEAVES_REFRESH, either(Loss::Access, Loss::Pair)),
                (&faults::revoke::ACCESS_LIVES, either(Loss::Refresh, Loss::Pair)),
                (&faults::revoke::REFRESH_LEAVES_ACCESS, either(Loss::Pair, Loss::Refresh)),
                (&faults::access_token::NOT_REVOCABLE, Loss::Refresh),
            ],
        )
    }
}

impl Code {
    pub(super) fn check(
        &self,
        now: Duration,
        client_id: &str,
        redirect_uri: Option<&str>,
        switches: &Switches,
    ) -> Result<(), CodeRefusal> {
        // code/bound-to-client. First, so that a stranger cannot destroy anybody's tokens.
        if self.grant.client_id != client_id && !switches.has(&faults::code::ANY_CLIENT) {
            return Err(CodeRefusal::WrongClient);
        }
        // code/single-use
        let young = now < self.issued + Duration::from_secs(10);
        let again = switches.has(&faults::code::WORKS_TWICE)
            || young && switches.has(&faults::code::WORKS_AGAIN_AT_ONCE);
        if self.redeemed.is_some() && !again {
            return Err(CodeRefusal::Replayed);
        }
        // code/lifetime
        if now >= self.expires {
            return Err(CodeRefusal::Expired);
        }
        // code/redirect-uri-not-repeated
        let demanded = switches.has(&faults::code::REDIRECT_URI_IS_GIVEN);
        let demanded = demanded || self.sent_to.repeated;
        let sent = if demanded { Some(redirect_uri.unwrap_or_default()) } else { redirect_uri };
        // code/bound-to-redirect-uri
        if sent.is_some_and(|sent| !self.is_sent_to(sent, switches)) {
            return Err(CodeRefusal::WrongRedirectUri);
        }
        Ok(())
    }

    // code/bound-to-redirect-uri
    fn is_sent_to(&self, sent: &str, switches: &Switches) -> bool {
        let path = |uri: &str| {
            let (_, rest) = uri.split_once("://").unwrap_or_default();
            rest.split_once('/').unwrap_or_default().1.to_owned()
        };
        let exact = sent == self.sent_to.uri;
        switches.pick(
            exact,
            [
                (&faults::code::ANY_REDIRECT_URI, true),
                (&faults::code::REDIRECT_URI_PREFIX, sent.starts_with(&self.sent_to.uri)),
                (&faults::code::REDIRECT_URI_PATH, path(sent) == path(&self.sent_to.uri)),
            ],
        )
    }
}

impl Pair {
    pub(super) fn check_refresh(
        &self,
        now: Duration,
        client_id: &str,
        successor: Option<&Self>,
        switches: &Switches,
    ) -> Result<(), RefreshRefusal> {
        // refresh/bound-to-client
        if self.grant.client_id != client_id && !switches.has(&faults::refresh::ANY_CLIENT) {
            return Err(RefreshRefusal::WrongClient);
        }
        // refresh/single-use
        if self.refresh_used && !self.works_again(now, successor, switches) {
            return Err(RefreshRefusal::Used);
        }
        // refresh/after-expiry, refresh/before-expiry
        let refused = if now < self.access_expires {
            switches.has(&faults::refresh::REFUSED_BEFORE_EXPIRY)
        } else {
            switches.has(&faults::refresh::REFUSED_AFTER_EXPIRY)
        };
        // refresh/lifetime
        if refused || now >= self.refresh_expires {
            return Err(RefreshRefusal::Expired);
        }
        Ok(())
    }

    // refresh/single-use
    fn works_again(&self, now: Duration, successor: Option<&Self>, switches: &Switches) -> bool {
        let minute = Duration::from_secs(60);
        let young = successor.is_some_and(|successor| now < successor.issued + minute);
        let unused = successor.is_some_and(|successor| !successor.refresh_used);
        switches.pick(
            false,
            [
                (&faults::refresh::OLD_LIVES, true),
                (&faults::refresh::OLD_LIVES_A_MINUTE, young),
                (&faults::refresh::OLD_LIVES_UNTIL_SUCCESSOR, unused),
            ],
        )
    }
}
