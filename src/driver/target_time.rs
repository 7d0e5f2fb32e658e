//! How scenarios move the clock of the target.

use std::sync::PoisonError;
use std::sync::atomic::Ordering;
use std::time::Duration;

use super::Unmet;
use super::flow::{Authorization, Client, Driver};
use super::time::{Born, Side};
use crate::observe::Observed;
use crate::profile::{Action, Clock};

/// No code lives longer, whatever the server: twice what RFC 6749 §4.1.2 recommends at most.
const LONGEST_CODE: Duration = Duration::from_secs(20 * 60);

impl Driver {
    /// How long the run may wait for real time to pass.
    pub fn waits_budget(&self) -> Duration {
        self.site.profile.limits.time_budget
    }

    /// Whether time passed when the clock hook said so: by what the target's answers are dated, or else
    /// by a code that has to have run out. Nothing is asked twice in a run; and nothing more is moved
    /// where something is to be alive still.
    ///
    /// # Errors
    /// Where nothing shows that time passed: then nothing can be said of lifetimes.
    async fn time_passed(&mut self, action: &Action, shown: bool, side: Side) -> Result<(), Unmet> {
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
            Observed::Error { .. } | Observed::Status(400..=499, _)
        ))
    }

    /// The target's clock was moved: what it said before no longer holds.
    fn note_move(&mut self, by: Duration) {
        self.timeline.moved += by;
        *self.site.moved.lock().unwrap_or_else(PoisonError::into_inner) += by;
    }

    /// Lets time pass until something has this age: the clock is moved, or the scenario waits.
    ///
    /// # Errors
    /// Where the profile defines no clock, or moving it failed.
    pub async fn age(&mut self, born: Born, age: Duration, side: Side) -> Result<(), Unmet> {
        let advance = self.timeline.to_move(born, age);
        self.footprint.waited = true;
        match self.site.profile.clock.clone() {
            Clock::None => Err(Unmet::Lacking("the profile defines no clock".to_owned())),
            Clock::Real => {
                self.timeline.wait(born, age, side).await;
                Ok(())
            }
            Clock::Http(call) => self.advance(&Action::Http(call), advance, side).await,
            Clock::Command(command) => self.advance(&Action::Command(command), advance, side).await,
        }
    }

    async fn advance(&mut self, action: &Action, by: Duration, side: Side) -> Result<(), Unmet> {
        if by.is_zero() {
            return Ok(());
        }
        let before = self.journal.said();
        self.note_move(by);
        self.pull_clock(action, by).await?;
        let shown =
            self.journal.said().zip(before).is_some_and(|(now, then)| now.is_later(then, by));
        self.site.dates_follow.fetch_or(shown, Ordering::Relaxed);
        // Its answer may have been dated before.
        self.journal.forget_said();
        self.time_passed(action, shown, side).await
    }

    async fn pull_clock(&mut self, action: &Action, by: Duration) -> Result<(), Unmet> {
        let values = self.values().with("seconds", by.as_secs().to_string());
        self.act("the clock is moved", action, &values).await.map(|_| ())
    }

    /// Moves a clock that can be moved.
    ///
    /// # Errors
    /// Where the profile's clock cannot be moved, or moving it failed.
    pub async fn pass(&mut self, by: Duration) -> Result<(), Unmet> {
        if !self.site.profile.clock.is_movable() {
            return Err(Unmet::Lacking("the profile's clock cannot be moved".to_owned()));
        }
        let now = self.timeline.born(std::time::Instant::now());
        self.age(now, by, Side::Past).await
    }
}
