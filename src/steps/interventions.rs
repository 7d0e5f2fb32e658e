//! Changes that a scenario made to the target by other means than OAuth; they are undone when it ends.

use crate::driver::Driver;
use crate::driver::hooks::Attempt;
use crate::driver::placeholders::Values;
use crate::wire::Secret;

/// What was done.
#[derive(Default)]
pub struct Interventions {
    /// Hooks that are on.
    hooks: Vec<String>,
    /// Console actions that take back what was changed, the latest last.
    undo: Vec<(String, Values)>,
    /// Operations of the API that take back what was made, with the token to do it, the latest last.
    made: Vec<(String, Secret, Values)>,
    /// What came of the last thing that was tried in a console.
    pub attempt: Option<Attempt>,
}

impl Interventions {
    /// A hook is about to be pulled, or was let go.
    pub(super) fn hook(&mut self, name: &str, on: bool) {
        self.hooks.retain(|pulled| pulled != name);
        if on {
            self.hooks.push(name.to_owned());
        }
    }

    /// Whether a hook is on.
    pub(super) fn has_hook(&self) -> bool {
        !self.hooks.is_empty()
    }

    /// A console action will take back what was changed.
    pub(super) fn undo_by(&mut self, action: &str, values: Values) {
        self.undo.push((action.to_owned(), values));
    }

    /// An operation of the API will take back what was made.
    pub(super) fn remove_by(&mut self, operation: String, token: Secret, values: Values) {
        self.made.push((operation, token, values));
    }

    /// Takes back what was made at the API.
    pub(super) async fn remove_made(&mut self, driver: &mut Driver) {
        driver.take_back(std::mem::take(&mut self.made)).await;
    }

    /// Takes everything back. What cannot be shows in the scenarios that follow.
    pub async fn end(&mut self, driver: &mut Driver) {
        for name in std::mem::take(&mut self.hooks) {
            let _ = driver.pull(&name, false).await;
        }
        self.remove_made(driver).await;
        for (name, values) in std::mem::take(&mut self.undo).into_iter().rev() {
            let _ = driver.console(&name, &values).await;
        }
    }
}
