//! What a scenario found, by document, and which refusals count.

use std::sync::Arc;

use super::world::World;
use crate::observe::{Judgement, Mismatch, Missing, Observed};
use crate::rules::{Cite, Document};
use crate::verdict::{Breach, CONTROL_FAILED, Finding, Outcome, Role};

impl World {
    /// What was found by each document of the scenario. `failure`: why its steps did not all pass,
    /// which is our own fault where none of them found anything.
    pub fn findings(&mut self, failure: Option<String>) -> Vec<Finding> {
        self.doubt_held();
        let rest = match (std::mem::take(&mut self.assessment.outcome), failure) {
            (Outcome::Unjudged | Outcome::Held, Some(text)) => Outcome::Error(text),
            (found, _) => found,
        };
        let rest_held = matches!(rest, Outcome::Held | Outcome::Unjudged);
        let mut settled = std::mem::take(&mut self.assessment.settled);
        let suspended = std::mem::take(&mut self.assessment.suspended);
        settled.extend(
            suspended.into_iter().filter(|_| rest_held).map(|found| self.beside_control(found)),
        );
        let of = |document: &Arc<Document>| {
            let own = settled.iter().find(|finding| finding.document == document.id);
            own.cloned()
                .unwrap_or_else(|| Finding { document: document.id.clone(), outcome: rest.clone() })
        };
        self.context.iter().flat_map(|context| context.documents.iter()).map(of).collect()
    }

    /// A refusal that was not the right one counts beside a control alone: a server that refuses
    /// whatever is asked breaks other rules.
    fn beside_control(&self, found: Finding) -> Finding {
        match &found.outcome {
            Outcome::Violated(breach) if !self.assessment.evidence.is_controlled() => {
                let text = format!("{CONTROL_FAILED}no request succeeded beside {}", breach.actual);
                Finding { outcome: Outcome::Inconclusive(text), ..found }
            }
            _ => found,
        }
    }

    /// Keeps what documents say to a refusal, until a control shows that it counts.
    pub(super) fn suspend(&mut self, by: impl Fn(&Cite) -> Judgement) {
        let cites = self.cites();
        let wrong: Vec<Finding> = cites.iter().filter_map(|cite| finding(cite, by(cite))).collect();
        if !wrong.is_empty() && !self.assessment.is_marked {
            self.mark_last(Role::Judged);
        }
        self.assessment.suspended.extend(wrong);
        self.assessment.held();
    }
}

/// What a document finds by its judgement; none: it accepts what it saw.
pub(super) fn finding(cite: &Cite, judgement: Judgement) -> Option<Finding> {
    let outcome = match judgement {
        Judgement::Accepted => return None,
        Judgement::Nothing(text) => Outcome::Inconclusive(text),
        Judgement::Tolerated(mismatch) => violated(cite, mismatch, true),
        Judgement::Refused(mismatch) => violated(cite, mismatch, false),
    };
    Some(Finding { document: cite.document.id.clone(), outcome })
}

/// What is said of a server error that came again.
pub(super) fn answered_again(what: &Observed, is_refusal_due: bool) -> String {
    let due = if is_refusal_due { " where a refusal is due" } else { "" };
    format!("{}{due}, again when it was asked alone", what.describe())
}

/// Whether what may come is a refusal and nothing else.
pub(super) fn is_refusal_due(holds: impl Fn(&Observed) -> bool) -> bool {
    let refusals = [
        Observed::Error { status: 400, error: "invalid_request".to_owned() },
        Observed::Status(400, Missing::Page),
        Observed::Status(401, Missing::Challenge),
        Observed::Redirect("access_denied".to_owned()),
        Observed::Page { status: 400, text: String::new() },
        Observed::Challenge { status: 401, error: None },
    ];
    let grants = [Observed::Tokens, Observed::Code, Observed::Served(200)];
    refusals.iter().any(&holds) && !grants.iter().any(holds)
}

/// A breach of what a document says.
pub(super) fn violated(cite: &Cite, mismatch: Mismatch, tolerated: bool) -> Outcome {
    let (level, cite) = (cite.level, cite.place());
    let Mismatch { expected, actual, manner } = mismatch;
    Outcome::Violated(Breach { level, cite, expected, actual, manner, tolerated })
}
