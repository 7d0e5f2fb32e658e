//! What a scenario says of the outcomes that it saw, by each document that is not settled.

use super::answers::Answer;
use super::findings::{answered_again, finding, is_refusal_due, violated};
use super::world::{StepResult, World};
use crate::driver::Unmet;
use crate::observe::{Judgement, Mismatch, Observed, judge};
use crate::rules::{Cite, Level, Means, Need, Pattern};
use crate::verdict::{Finding, Outcome, Role};
use crate::wire::transport::Sent;
use crate::wire::{TransportError, has_failed};

/// The need of rules that make the server fail.
const FAILURE_HOOK: &str = "hook:fail";

/// The need of rules about how Bearer tokens are used and refused.
const BEARER_TOKENS: &str = "bearer-tokens";

impl World {
    /// Judges an outcome by what each citing document accepts.
    ///
    /// # Errors
    /// Where a document does not accept it.
    pub fn judge_documented(&mut self, what: &Observed, means: Means) -> StepResult {
        self.about_bearer_tokens()?;
        let empty = |cite: &Cite| cite.accepts.is_empty();
        if let Some(cite) = self.cites().into_iter().find(empty) {
            let text = format!("the document {} accepts no outcome of this rule", cite.document.id);
            return Err(self.assessment.error(text));
        }
        let is_success = |it: &Pattern| it.is_grant() || matches!(it, Pattern::Status(200..=299));
        let refusal_due = |cite: &Cite| !cite.accepts.iter().any(is_success);
        let due = self.cites().iter().all(refusal_due);
        self.grant_without_control(what, due)?;
        if what.is_refusal() && !self.assessment.evidence.is_controlled() {
            self.suspend(|cite| judge(what, cite, means));
            self.judged(what);
            return Ok(());
        }
        let repeated = self.is_repeated_error(what);
        // Where a request that nothing was changed in breaks the server, the flow itself is broken.
        let changed = self.assessment.deviation.is_some();
        let apart = self.is_apart_from_flow();
        let judgement = |cite: &Cite| match judge(what, cite, means) {
            Judgement::Nothing(_) if repeated && (changed || apart || refusal_due(cite)) => {
                let expected = cite.accepts.iter().map(Pattern::to_string).collect();
                Judgement::Refused(Mismatch::of(expected, answered_again(what, refusal_due(cite))))
            }
            judgement => judgement,
        };
        let end = closed(what).filter(|_| repeated);
        self.showing(end.as_ref(), |w| w.judge_by(judgement))?;
        self.judged(what);
        Ok(())
    }

    /// Judges with the last request that ended like this as the one that is shown, whatever followed.
    fn showing(
        &mut self,
        end: Option<&Sent>,
        judge: impl FnOnce(&mut Self) -> StepResult,
    ) -> StepResult {
        let before = self.assessment.is_marked;
        if let (Some(end), Some(driver)) = (end, &mut self.driver) {
            driver.journal.mark_end(end, Role::Judged);
            self.assessment.is_marked = true;
        }
        let judged = judge(self);
        self.assessment.is_marked = before;
        judged
    }

    /// Whether a server error came where the same made the scenario inconclusive when it was played
    /// first, beside others: here it is alone, its request is a new one, an ordinary request succeeded
    /// before, and such requests do not fail elsewhere with nothing changed in them. Rules that ask the
    /// server to fail are another matter.
    fn is_repeated_error(&self, what: &Observed) -> bool {
        let Some(context) = &self.context else { return false };
        let asked = context.rule.needs.iter().any(|need| need.0 == FAILURE_HOOK);
        let before = context.before.as_deref().is_some_and(|before| what.is_told_by(before));
        let last = self.driver.as_ref().and_then(|driver| driver.journal.exchanges().last());
        // Where the request is the rule's own matter and nothing was changed, others that fail alike say no less.
        let own = self.assessment.deviation.is_none() && self.is_apart_from_flow();
        let falters = !own && last.is_some_and(|exchange| context.falters(&exchange.request));
        before
            && !falters
            && !asked
            && what.is_lasting_error()
            && self.assessment.evidence.is_controlled()
    }

    /// Whether the last request went to an endpoint that no ordinary flow needs: where such a request breaks
    /// the server, with nothing changed in it, what is offered there does not work.
    fn is_apart_from_flow(&self) -> bool {
        let Some(driver) = &self.driver else { return false };
        let Some(last) = driver.journal.exchanges().last() else { return false };
        let site = &driver.site;
        let flow = [site.authorization.as_ref(), Some(&site.token), site.resource.as_ref()];
        let mut paths = flow.into_iter().flatten().map(url::Url::path);
        !last.is_login() && paths.all(|path| path != last.request.path())
    }

    /// Judges by a property that every citing document shares.
    ///
    /// # Errors
    /// Where it does not hold.
    pub fn judge(&mut self, result: Result<(), Mismatch>) -> StepResult {
        self.judge_each(|_| result.clone())
    }

    /// Judges by a property that each citing document words its own way.
    ///
    /// # Errors
    /// Where it does not hold for one of them.
    pub fn judge_each(&mut self, mut by: impl FnMut(&Cite) -> Result<(), Mismatch>) -> StepResult {
        self.judge_by(|cite| by(cite).map_or_else(Judgement::Refused, |()| Judgement::Accepted))
    }

    /// Judges by each citing document, which may also be content with a warning.
    ///
    /// # Errors
    /// Where one of them is not content.
    pub fn judge_by(&mut self, mut by: impl FnMut(&Cite) -> Judgement) -> StepResult {
        self.about_bearer_tokens()?;
        if let Some(text) = self.assessment.failed_control.take() {
            return self.control_failed(text);
        }
        let cites = self.cites();
        if cites.is_empty() {
            return Err(self.assessment.error("no document of the run cites this rule"));
        }
        let settled = cites.iter().filter_map(|cite| finding(cite, by(cite))).collect();
        self.settle(settled)
    }

    /// Where a control failed, only a grant in answer to what is to be refused shows anything.
    fn grant_without_control(&mut self, what: &Observed, is_refusal_due: bool) -> StepResult {
        match self.assessment.failed_control.take() {
            Some(text) if !(is_refusal_due && what.is_grant()) => self.control_failed(text),
            _ => Ok(()),
        }
    }

    /// A rule about Bearer tokens has no subject where all tokens are bound to keys (RFC 9449 §7.1).
    fn about_bearer_tokens(&mut self) -> StepResult {
        let about = |need: &Need| need.0 == BEARER_TOKENS;
        let about = self.context.as_ref().is_some_and(|it| it.rule.needs.iter().any(about));
        let none = about && self.driver.as_ref().is_some_and(|driver| driver.has_bound_alone());
        let text = "the target issues tokens that are bound to a key, and no Bearer tokens";
        self.need(if none { Err(Unmet::Lacking(text.to_owned())) } else { Ok(()) })
    }

    /// An outcome was judged, and held.
    pub fn judged(&mut self, what: &Observed) {
        self.assessment.evidence.judged(what);
        if what.is_success() {
            self.mark_last(Role::Control);
        }
    }

    /// Keeps what has been found by some documents. The scenario goes on for the others.
    ///
    /// # Errors
    /// Where there are no others.
    fn settle(&mut self, mut findings: Vec<Finding>) -> StepResult {
        self.doubt_breaches(&mut findings);
        let last = findings.last().map(|finding| match &finding.outcome {
            Outcome::Violated(breach) => format!("actual: {}", breach.actual),
            Outcome::Inconclusive(text) => text.clone(),
            outcome => format!("{outcome:?}"),
        });
        let breached = |finding: &Finding| matches!(finding.outcome, Outcome::Violated(_));
        if findings.iter().any(breached) && !self.assessment.is_marked {
            self.mark_last(Role::Judged);
        }
        self.assessment.settled.extend(findings);
        if self.cites().is_empty() {
            return Err(last.unwrap_or_default());
        }
        self.assessment.held();
        Ok(())
    }

    /// The last request is the one that is judged, whatever follows.
    pub(super) fn mark_judged(&mut self) {
        self.mark_last(Role::Judged);
        self.assessment.is_marked = true;
    }

    /// Judges that an answer is what the documents want of it. Other requests may have followed: it is the one that
    /// is shown.
    ///
    /// # Errors
    /// As [`Self::judge_documented`].
    pub(super) fn judge_answer(&mut self, answer: &Answer) -> StepResult {
        let is_end = |sent: &&Sent| matches!(sent, Ok(_) | Err(TransportError::Dropped));
        let end = Some(&answer.sent).filter(is_end);
        self.showing(end, |w| w.judge_documented(&answer.what, answer.means()))
    }

    /// A violation that only warns, whatever the level: a tolerated alternative was seen.
    ///
    /// # Errors
    /// Always.
    pub fn tolerate(&mut self, mismatch: &Mismatch) -> StepResult {
        self.breach_at(|_| (mismatch.clone(), (Level::Should, true)))
    }

    /// A violation that each document words its own way, at the level that it has there, and whether that is
    /// tolerated.
    ///
    /// # Errors
    /// Always.
    pub(super) fn breach_at(
        &mut self,
        by: impl Fn(&Cite) -> (Mismatch, (Level, bool)),
    ) -> StepResult {
        let of = |cite: Cite| {
            let (mismatch, (level, tolerated)) = by(&cite);
            let document = cite.document.id.clone();
            Finding { document, outcome: violated(&Cite { level, ..cite }, mismatch, tolerated) }
        };
        let findings = self.cites().into_iter().map(of).collect();
        self.settle(findings)
    }

    /// Judges that an outcome is one of a few, whichever the document: what proves nothing makes the
    /// scenario inconclusive.
    ///
    /// # Errors
    /// Where it is none of them.
    pub fn judge_what(
        &mut self,
        what: &Observed,
        expected: &str,
        holds: impl Fn(&Observed) -> bool,
    ) -> StepResult {
        let broken = is_broken(what);
        self.grant_without_control(what, is_refusal_due(&holds) && !holds(what))?;
        match holds(what) {
            true if !matches!(what, Observed::Unjudgeable { .. }) => {
                self.judge(Ok(()))?;
                self.judged(what);
                Ok(())
            }
            _ if broken && is_refusal_due(&holds) => self.broken(what, (expected, true)),
            _ if broken && (self.assessment.deviation.is_some() || self.is_apart_from_flow()) => {
                self.broken(what, (expected, false))
            }
            _ if broken => self.inconclusive(what.describe()),
            // Where a code is due, one that goes elsewhere lets nobody in who is to be refused.
            _ if matches!(what, Observed::Elsewhere(_)) && holds(&Observed::Code) => {
                self.judge(Err(Mismatch::new(expected, what.describe())))
            }
            _ => self.judge(Err(Mismatch::seen(expected, what))),
        }
    }

    /// Judges that something answered at an endpoint of this kind, whatever it said.
    ///
    /// # Errors
    /// Where nothing is there.
    pub fn judge_endpoint(&mut self, kind: &str) -> StepResult {
        let what = self.answer()?.what;
        let expected = format!("an answer of {kind}");
        let is_there = |what: &Observed| !matches!(what, Observed::Status(404 | 405 | 410, _));
        // What refuses an ordinary request, or answers with something else, may be anything.
        if is_there(&what) && !what.is_success() && !self.assessment.evidence.is_controlled() {
            self.judgeable(&what)?;
            let text = format!("{}, and no request to {kind} succeeded", what.describe());
            return self.inconclusive(text);
        }
        self.judge_what(&what, &expected, is_there)
    }

    /// Whether an answer proves nothing, and has not come again when the scenario was played alone.
    pub fn is_accident(&self, what: &Observed) -> bool {
        is_broken(what) && !self.is_repeated_error(what)
    }

    /// The server failed: once that proves nothing, and when it comes again it is a breach.
    ///
    /// # Errors
    /// Always, unless no document cares.
    fn broken(&mut self, what: &Observed, (expected, is_refusal_due): (&str, bool)) -> StepResult {
        if self.is_accident(what) {
            return self.inconclusive(what.describe());
        }
        let actual = answered_again(what, is_refusal_due);
        let broken = Mismatch::of(vec![expected.to_owned()], actual);
        self.showing(closed(what).as_ref(), |w| w.judge(Err(broken)))
    }

    /// Nothing can be said of an answer that proves nothing; a server error that comes again is a breach.
    ///
    /// # Errors
    /// Where it is one of them.
    pub fn judgeable(&mut self, what: &Observed) -> StepResult {
        match what {
            Observed::Unjudgeable { .. } => {
                self.broken(what, ("an answer below 500", false))?;
                Err(what.describe())
            }
            _ => Ok(()),
        }
    }

    /// A server that broke on a request has not refused it, nor done anything else that counts.
    ///
    /// # Errors
    /// Where it broke.
    pub fn not_broken(&mut self, what: &Observed) -> StepResult {
        if is_broken(what) { self.broken(what, ("an answer below 500", false)) } else { Ok(()) }
    }

    /// A rule about what an answer says has nothing to look at where the server broke; that it did is the
    /// matter of the rule about the request.
    ///
    /// # Errors
    /// Where it broke.
    pub fn readable(&mut self, what: &Observed) -> StepResult {
        if !is_broken(what) {
            return Ok(());
        }
        if self.is_accident(what) {
            return self.inconclusive(what.describe());
        }
        let text = format!("{}: there is nothing to look at", answered_again(what, false));
        self.need(Err(Unmet::Lacking(text)))
    }

    /// A rule about refusals has nothing to judge where a request was not refused; that it was not
    /// is the matter of other rules.
    ///
    /// # Errors
    /// Where tokens were issued, or nothing came that can be judged.
    pub fn refused(&mut self, what: &Observed) -> StepResult {
        if what.is_success() || matches!(what, Observed::Status(200..=299, _)) {
            let text = "the request was not refused: there is no refusal to judge".to_owned();
            return self.need(Err(Unmet::Lacking(text)));
        }
        self.readable(what)?;
        self.assessment.evidence.refusal();
        Ok(())
    }
}

/// How the request ended whose connection was closed without an answer.
fn closed(what: &Observed) -> Option<Sent> {
    what.is_dropped().then_some(Err(TransportError::Dropped))
}

/// Whether the server failed to answer, or answered that it failed.
fn is_broken(what: &Observed) -> bool {
    match what {
        Observed::Page { status, .. } => has_failed(*status),
        _ => matches!(what, Observed::Unjudgeable { .. }),
    }
}
