//! Logins and callbacks through an application under test.

use super::world::{StepResult, World};
use crate::driver::page::Decision;
use crate::driver::{Draft, LoginEnd, Seen, Visitor};

impl World {
    /// The visitor.
    ///
    /// # Errors
    /// Where the scenario is not about an application; our own fault.
    pub(super) fn visitor(&mut self) -> Result<&mut Visitor, String> {
        let Self { client, assessment, .. } = self;
        client.visitor.as_mut().ok_or_else(|| assessment.error("the scenario has no application"))
    }

    pub(super) async fn reach_callback(&mut self, decision: Decision) -> Result<Draft, String> {
        let reached = self.visitor()?.reach_callback(decision).await;
        self.need(reached)
    }

    pub(super) async fn deliver(&mut self, callback: &Draft) -> Result<LoginEnd, String> {
        let login_end = self.visitor()?.deliver(callback).await;
        self.need(login_end)
    }

    pub(super) fn login_end(&mut self) -> Result<LoginEnd, String> {
        let login_end = self.client.login_end.clone();
        self.left(login_end, "an answer of the application")
    }

    pub(super) fn seen(&mut self) -> Result<Vec<Seen>, String> {
        Ok(self.visitor()?.seen())
    }
}

pub(super) async fn arrive(w: &mut World, callback: Draft) -> StepResult {
    w.client.before = w.seen()?.len();
    let login_end = w.deliver(&callback).await?;
    w.client.login_end = Some(login_end);
    Ok(())
}

pub(super) async fn log_in(w: &mut World) -> StepResult {
    let works = w.visitor()?.log_in().await;
    w.control(works)
}
