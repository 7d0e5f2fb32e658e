//! A breach counts only where the server can be used at all: where the ordinary flow does not work,
//! because of the profile, of a login that the suite cannot answer or of anything else, nothing can be
//! said of any rule.

use super::world::World;
use crate::driver::flow::Authorization;
use crate::driver::journey::Journey;
use crate::driver::{Client, authorization};
use crate::observe::Observed;
use crate::verdict::{Finding, Outcome};

impl World {
    /// Takes a breach back where nothing has succeeded in the scenario, and the ordinary flow of the
    /// client does not either. The scenario is inconclusive then.
    pub async fn doubt(&mut self) {
        let breach = |finding: &Finding| matches!(finding.outcome, Outcome::Violated(_));
        let breached = self.assessment.settled.iter().any(breach);
        let walked = self.answers.journey.as_ref().is_some_and(|journey| !is_in_use(journey));
        if !breached || self.assessment.is_shown() || !walked || self.interventions.has_hook() {
            return;
        }
        let client = Client::default_role();
        let own = self.driver().fresh_browser();
        let shown = self.driver().show_code(&Authorization::of(&client)).await;
        self.driver().use_browser(own);
        if self.control(shown).is_err() {
            // What came of the control stands in place of each breach.
            self.assessment.settled.retain(|finding| !breach(finding));
        }
    }
}

/// Whether a journey shows that users get through: one was asked to decide, or the client has a code.
fn is_in_use(journey: &Journey) -> bool {
    !journey.choices.is_empty() || authorization::what(journey) == Observed::Code
}
