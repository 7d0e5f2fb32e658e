//! What is done to the target from outside: the profile's hooks, and the consoles of its developers and
//! administrators.

use std::sync::Arc;

use super::Unmet;
use super::actions::Reach;
use super::command::Place;
use super::flow::Driver;
use super::placeholders::Values;
use crate::profile::Action;

/// What came of something that was tried in a console.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Attempt {
    /// It is done.
    Done,
    /// The console refused it, as this says.
    Refused(String),
}

impl Driver {
    /// What the profile fills placeholders with.
    pub fn values(&self) -> Values {
        Values::of(&self.site.profile)
    }

    /// Does what the profile wants done to the target before a run.
    ///
    /// # Errors
    /// The first step that did not work.
    pub async fn set_up(&mut self) -> Result<(), Unmet> {
        let profile = Arc::clone(&self.site.profile);
        for (index, action) in profile.setup.iter().enumerate() {
            self.act(&format!("setup step {}", index + 1), action, &self.values()).await?;
        }
        Ok(())
    }

    /// Pulls a hook of the profile, or lets it go.
    ///
    /// # Errors
    /// Where the profile has no such hook, or it did not work.
    pub async fn pull(&mut self, name: &str, on: bool) -> Result<(), Unmet> {
        let hook = self
            .site
            .profile
            .hooks
            .get(name)
            .cloned()
            .ok_or_else(|| Unmet::Lacking(format!("the profile defines no hook `{name}`")))?;
        let action = if on { &hook.on } else { &hook.off };
        self.footprint.intervened = true;
        let label = format!("hook {name} {}", if on { "on" } else { "off" });
        self.act(&label, action, &self.values()).await.map(|_| ())
    }

    /// Does something in a console of the target, and gives back what it yields.
    ///
    /// # Errors
    /// Where the profile has no such action, or it did not work.
    pub async fn console(&mut self, name: &str, values: &Values) -> Result<Option<String>, Unmet> {
        let action = self.site.profile.actions.get(name).cloned().ok_or_else(|| {
            Unmet::Lacking(format!("the profile defines no console action `{name}`"))
        })?;
        self.footprint.intervened = true;
        self.act(&format!("console action {name}"), &action, values).await
    }

    /// Tries something in a console of the target that may refuse it.
    ///
    /// # Errors
    /// Where the profile has no such action, or the console did not answer.
    pub async fn attempt(&mut self, name: &str, values: &Values) -> Result<Attempt, Unmet> {
        match self.console(name, values).await {
            Ok(_) => Ok(Attempt::Done),
            Err(Unmet::Failed(text)) => match self.last_refusal() {
                true => Ok(Attempt::Refused(text)),
                false => Err(Unmet::Failed(text)),
            },
            Err(unmet) => Err(unmet),
        }
    }

    /// Whether the last thing that happened is that the target refused what was asked of it: other
    /// statuses say that it could not be asked at all.
    fn last_refusal(&self) -> bool {
        let last = self.journal.exchanges().last();
        let response = last.and_then(|exchange| exchange.response.as_ref().ok());
        response.is_some_and(|response| matches!(response.status, 400 | 403 | 409 | 422))
    }

    pub(super) async fn act(
        &mut self,
        label: &str,
        action: &Action,
        values: &Values,
    ) -> Result<Option<String>, Unmet> {
        let profile = Arc::clone(&self.site.profile);
        let mut reach = Reach {
            journal: &mut self.journal,
            transport: &*self.site.transport,
            resolve: &|url| profile.endpoint(url),
            place: Place::of(&profile),
        };
        reach.act(label, action, values).await
    }
}
