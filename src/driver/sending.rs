//! How requests of a client are sent: where the client authenticates by an assertion, that is made last, so
//! that each request has its own.

use std::borrow::Cow;
use std::sync::PoisonError;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::assertion::{Assertion, CLIENT_ASSERTION_TYPE, signing};
use super::draft::Signer;
use super::flow::{Client, Driver, sendable};
use super::time::Said;
use super::{Draft, Unmet};
use crate::profile;
use crate::wire::transport::Sent;

/// The target's time by what its `Date` field says.
///
/// A server in front of the target writes the real time there, however far the profile's clock was
/// moved: then what was moved comes on top. `here` is the time of this machine, `moved` what this
/// run has moved the target's clock by.
fn target_time(said: Option<Duration>, here: Duration, moved: Duration) -> Duration {
    let Some(said) = said else { return here + moved };
    let real = !moved.is_zero() && said.abs_diff(here) < moved / 2;
    if real { said + moved } else { said }
}

impl Driver {
    /// Sends a draft.
    ///
    /// # Errors
    /// Where it cannot be made into a request.
    pub async fn submit(&mut self, draft: &Draft) -> Result<Sent, Unmet> {
        let draft = self.authenticated(draft).await?;
        self.transmit(&draft).await
    }

    async fn transmit(&mut self, draft: &Draft) -> Result<Sent, Unmet> {
        let request = sendable(draft)?;
        let sent = self.journal.send(&*self.site.transport, &draft.label, &request).await;
        if let Some(person) = &self.site.person {
            person.note(draft.form.first("refresh_token"), &sent);
        }
        Ok(sent)
    }

    /// Sends copies of a draft at once.
    ///
    /// # Errors
    /// Where it cannot be made into a request.
    pub async fn race(&mut self, draft: &Draft, copies: usize) -> Result<Vec<Sent>, Unmet> {
        let mut requests = Vec::new();
        for _ in 0..copies {
            let draft = self.authenticated(draft).await?;
            requests.push(sendable(&draft)?);
        }
        self.footprint.raced = true;
        Ok(self.journal.race(&*self.site.transport, &draft.label, &requests).await)
    }

    /// The draft with the assertion by which its client authenticates, where it has to have one.
    async fn authenticated<'d>(&mut self, draft: &'d Draft) -> Result<Cow<'d, Draft>, Unmet> {
        if draft.credentials.as_ref().is_none_or(|it| it.signer.is_none()) {
            return Ok(Cow::Borrowed(draft));
        }
        let mut draft = draft.clone();
        let signer = draft.credentials.as_mut().and_then(|credentials| credentials.signer.take());
        let Some(Signer { role, foreign, in_url }) = signer else { return Ok(Cow::Owned(draft)) };
        let entry = self.client(&Client(role.clone()))?;
        let id = entry.id.as_str();
        let mut assertion = self.asserted(signing(&role, &entry)?, (id, id)).await?;
        if foreign {
            assertion.use_key_of_stranger();
        }
        let written = assertion.sign().map_err(|error| Unmet::Failed(error.to_string()))?;
        draft.assert(&written, in_url);
        Ok(Cow::Owned(draft))
    }

    /// A valid assertion for this server: who issues it, and about whom.
    pub(super) async fn asserted(
        &mut self,
        signing: &profile::Assertion,
        (issuer, subject): (&str, &str),
    ) -> Result<Assertion, Unmet> {
        self.journal.private_key(signing.private_key.as_deref().unwrap_or_default());
        let now = self.target_time().await?;
        let (jti, token) = (self.fresh(40), self.site.token.to_string());
        Ok(Assertion::new(signing, (issuer, subject, &token), (jti, now)))
    }

    /// The target's time, since the epoch.
    ///
    /// # Errors
    /// Where it cannot be asked.
    pub async fn target_time(&mut self) -> Result<Duration, Unmet> {
        if self.journal.said().is_none() {
            let base = self.site.profile.base();
            let base = base.map_err(|error| Unmet::Failed(format!("base_url {error}")))?;
            let draft = Draft::new("question for the target's time", "GET", &base);
            // Whatever it answers, it dates the answer.
            drop(self.transmit(&draft).await?);
        }
        let said = self.journal.said().map(Said::now);
        let here = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let moved = *self.site.moved.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(target_time(said, here, moved))
    }
}

impl Draft {
    /// Adds the assertion by which the client authenticates (RFC 7523 §2.2).
    pub fn assert(&mut self, assertion: &str, in_url: bool) {
        let place = if in_url { &mut self.query } else { self.params() };
        place.push("client_assertion_type", CLIENT_ASSERTION_TYPE);
        place.push("client_assertion", assertion);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_date_counts_unless_it_is_plainly_not_the_clock_that_was_moved() {
        let at = Duration::from_secs;
        assert_eq!(target_time(None, at(1000), at(0)), at(1000));
        assert_eq!(target_time(None, at(1000), at(500)), at(1500));
        // A clock of its own, by which nothing was moved yet.
        assert_eq!(target_time(Some(at(90)), at(1000), at(0)), at(90));
        // The field follows the clock, in this run and after an earlier one.
        assert_eq!(target_time(Some(at(1500)), at(1000), at(500)), at(1500));
        assert_eq!(target_time(Some(at(9500)), at(1000), at(500)), at(9500));
        // The field is that of a server in front, which differs by a second.
        assert_eq!(target_time(Some(at(1001)), at(1000), at(500)), at(1501));
    }
}
