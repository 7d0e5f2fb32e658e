//! Requests that nobody answered: what was to come of them is unknown, and whatever is seen afterwards
//! shows nothing of the rule.

use super::world::World;
use crate::observe::Observed;
use crate::verdict::{Exchange, Finding, Outcome, Role};
use crate::wire::{Response, TransportError, has_failed};

impl World {
    /// Takes breaches back that were seen behind a request without an answer. What the last request
    /// got is judged by itself.
    pub(super) fn doubt_breaches(&self, findings: &mut [Finding]) {
        let Some(text) = self.unanswered(1) else { return };
        for finding in findings {
            if matches!(finding.outcome, Outcome::Violated(_)) {
                finding.outcome = Outcome::Inconclusive(text.clone());
            }
        }
    }

    /// Takes it back that the rule held, where a request of the scenario has no answer.
    pub(super) fn doubt_held(&mut self) {
        if self.assessment.outcome != Outcome::Held {
            return;
        }
        if let Some(text) = self.unanswered(0) {
            self.assessment.outcome = Outcome::Inconclusive(text);
        }
    }

    /// The first request without an answer, those at the end apart: as many as `spared`.
    ///
    /// A server that was made to fail is expected to, and of many requests at once some may be lost. One
    /// that fails by itself may do so by accident, until it does so again when the scenario is played
    /// alone.
    fn unanswered(&self, spared: usize) -> Option<String> {
        let exchanges = self.driver.as_ref()?.journal.exchanges();
        let again = |exchange: &Exchange| {
            let context = self.context.as_ref().filter(|context| context.before.is_some());
            context.is_some_and(|context| !context.falters(&exchange.request))
        };
        let counts = exchanges.len().saturating_sub(spared);
        let lost = |exchange: &Exchange| match &exchange.response {
            _ if exchange.role == Role::Judged => None,
            Err(TransportError::Dropped) if again(exchange) => None,
            Err(error) => Some(error.to_string()),
            Ok(response) => nothing(response, again(exchange)),
        };
        let found = |exchange: &Exchange| Some((exchange.label.clone(), lost(exchange)?));
        let (label, text) = exchanges.iter().take(counts).find_map(found)?;
        let excused = self.assessment.is_provoked || !self.answers.rounds.is_empty();
        (!excused).then(|| format!("nothing came of a request ({label}): {text}"))
    }
}

/// Why an answer is as good as none. `again`: errors that may come again have done so.
fn nothing(response: &Response, again: bool) -> Option<String> {
    if !response.is_throttled() && !has_failed(response.status) {
        return None;
    }
    let what = Observed::server_error(response);
    (!again || !what.is_lasting_error()).then(|| what.describe())
}
