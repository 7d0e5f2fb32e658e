//! What time it is on the target: assertions have to be dated by its clock, which scenarios move.

use std::sync::PoisonError;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use super::flow::{Authorization, Client, Driver};
use super::time::Side;
use super::{Draft, Unmet};
use crate::observe::Observed;
use crate::profile::Action;
use crate::wire::Response;

/// No code lives longer, whatever the server: twice what RFC 6749 §4.1.2 recommends at most.
const LONGEST_CODE: Duration = Duration::from_secs(20 * 60);

/// A time that the target said it had, and when it said so.
#[derive(Debug, Clone, Copy)]
pub struct Said {
    time: Duration,
    at: Instant,
}

impl Said {
    /// The time in the `Date` field of a response.
    pub fn by(response: &Response) -> Option<Self> {
        let date = httpdate::parse_http_date(&response.headers.text("date")?).ok()?;
        let time = date.duration_since(UNIX_EPOCH).ok()?;
        Some(Self { time, at: Instant::now() })
    }

    /// What time it has now by that, since the epoch.
    pub fn now(self) -> Duration {
        self.time + self.at.elapsed()
    }

    /// Whether a clock that was to be moved by so much was moved since it said this.
    pub fn is_later(self, before: Self, by: Duration) -> bool {
        self.time.saturating_sub(before.time) >= by / 2 + (self.at - before.at)
    }
}

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
            drop(self.submit(&draft).await?);
        }
        let said = self.journal.said().map(Said::now);
        let here = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let moved = *self.site.moved.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(target_time(said, here, moved))
    }

    /// Whether time passed when the clock hook said so: by what the target's answers are dated, or else
    /// by a code that has to have run out. Nothing is asked twice in a run; and nothing more is moved
    /// where something is to be alive still.
    ///
    /// # Errors
    /// Where nothing shows that time passed: then nothing can be said of lifetimes.
    pub(super) async fn time_passed(
        &mut self,
        action: &Action,
        shown: bool,
        side: Side,
    ) -> Result<(), Unmet> {
        let known = *self.site.clock_follows.lock().unwrap_or_else(PoisonError::into_inner);
        let follows = match known {
            Some(known) => known || shown,
            None if shown => true,
            None if side == Side::Short => return Ok(()),
            None => self.code_runs_out(action).await?,
        };
        *self.site.clock_follows.lock().unwrap_or_else(PoisonError::into_inner) = Some(follows);
        if follows {
            return Ok(());
        }
        let text = "the clock hook succeeded, and nothing shows that time passed: the target's answers \
                    keep their date, and a code does not run out";
        Err(Unmet::Failed(text.to_owned()))
    }

    /// Whether a code is dead once the clock was moved past every lifetime that codes have.
    async fn code_runs_out(&mut self, action: &Action) -> Result<bool, Unmet> {
        let client = Client::default_role();
        let code = self.obtain_code(&Authorization::of(&client)).await?;
        let long = self.site.profile.lifetimes.code.unwrap_or_default().max(LONGEST_CODE);
        *self.site.moved.lock().unwrap_or_else(PoisonError::into_inner) += long;
        self.pull_clock(action, long).await?;
        self.journal.forget_said();
        let draft = self.redemption(&client, &code)?;
        let sent = self.submit(&draft).await?;
        Ok(matches!(
            Observed::of_token(&sent),
            Observed::Error { .. } | Observed::Status(400..=499)
        ))
    }

    /// The target's clock was moved: what it said before no longer holds.
    pub(super) fn note_move(&mut self, by: Duration) {
        self.timeline.moved += by;
        *self.site.moved.lock().unwrap_or_else(PoisonError::into_inner) += by;
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
