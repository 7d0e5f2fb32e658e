//! How a request leaves for the target, and what time it is there.

use std::sync::PoisonError;
use std::sync::atomic::Ordering;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::authentication::as_it_stands;
use super::flow::Driver;
use super::time::Said;
use super::{Draft, Unmet};
use crate::wire::transport::Sent;
use crate::wire::{Request, basic};

/// The target's time by what its `Date` field says.
///
/// A server in front of the target writes the real time there, however far the profile's clock was
/// moved: then what was moved comes on top. `here` is the time of this machine, `moved` what this
/// run has moved the target's clock by. Where the field was seen to follow the clock, it is what it says:
/// a clock that began in the past may have come near the time of this machine.
fn target_time(
    said: Option<Duration>,
    here: Duration,
    (moved, follows): (Duration, bool),
) -> Duration {
    let Some(said) = said else { return here + moved };
    if follows {
        return said;
    }
    let real = !moved.is_zero() && said.abs_diff(here) < moved / 2;
    if real { said + moved } else { said }
}

impl Driver {
    /// The request of a draft, which the target can read.
    pub(super) async fn prepared(&self, draft: &Draft) -> Result<Request, Unmet> {
        let mut request = draft.sendable()?;
        if !draft.form_encoded {
            self.write_basic(&mut request).await;
        }
        Ok(request)
    }

    /// Writes HTTP Basic in the form in which the target knows the client. The first client that form encoding
    /// makes a difference to tells.
    pub async fn write_basic(&self, request: &mut Request) {
        let site = &self.site;
        let field = request.headers.get("authorization").filter(|_| !site.basic.is_settled());
        let own = field.and_then(basic::decode).filter(|it| self.is_known(it));
        if let Some(field) = field.filter(|_| own.is_some())
            && let Some(plain) = as_it_stands(field)
        {
            let field = String::from_utf8_lossy(field);
            site.basic.ask(&*site.transport, &site.token, (&field, &plain)).await;
        }
        site.basic.write(request);
    }

    /// Whether these are the credentials of a client, and not spoilt ones.
    fn is_known(&self, sent: &basic::Credentials) -> bool {
        let profile = &self.site.profile;
        let given = profile.clients.values().chain(&profile.introspection_credentials);
        let mut known = given.chain(self.enrolment.clients());
        known.any(|it| it.id == sent.id && it.secret.as_deref() == Some(&*sent.secret))
    }

    /// Sends a draft as it stands.
    pub(super) async fn transmit(&mut self, draft: &Draft) -> Result<Sent, Unmet> {
        let request = self.prepared(draft).await?;
        let sent = self.journal.send(&*self.site.transport, &draft.label, &request).await;
        if let Some(person) = &self.site.person {
            person.note(draft.form.first("refresh_token"), &sent);
        }
        Ok(sent)
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
        let follows = self.site.dates_follow.load(Ordering::Relaxed);
        Ok(target_time(said, here, (moved, follows)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_date_counts_unless_it_is_plainly_not_the_clock_that_was_moved() {
        let at = Duration::from_secs;
        assert_eq!(target_time(None, at(1000), (at(0), false)), at(1000));
        assert_eq!(target_time(None, at(1000), (at(500), false)), at(1500));
        // A clock of its own, by which nothing was moved yet.
        assert_eq!(target_time(Some(at(90)), at(1000), (at(0), false)), at(90));
        // The field follows the clock, in this run and after an earlier one.
        assert_eq!(target_time(Some(at(1500)), at(1000), (at(500), false)), at(1500));
        assert_eq!(target_time(Some(at(9500)), at(1000), (at(500), false)), at(9500));
        // It was seen to follow a clock that began in the past.
        assert_eq!(target_time(Some(at(1001)), at(1000), (at(500), true)), at(1001));
        // The field is that of a server in front, which differs by a second.
        assert_eq!(target_time(Some(at(1001)), at(1000), (at(500), false)), at(1501));
    }
}
