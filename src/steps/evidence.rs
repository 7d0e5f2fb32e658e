//! What the judgements of a scenario rest on: a refusal counts only beside a control that succeeds.

use crate::observe::Observed;

/// What succeeded and what was refused so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Evidence {
    controls: usize,
    refusals: usize,
}

impl Evidence {
    /// An ordinary request succeeded.
    pub fn control(&mut self) {
        self.controls += 1;
    }

    /// A refusal was judged.
    pub fn refusal(&mut self) {
        self.refusals += 1;
    }

    /// An outcome was judged, and held: what succeeded is a control for what was refused.
    pub fn judged(&mut self, what: &Observed) {
        match what {
            what if what.is_success() => self.control(),
            refused if refused.is_refusal() => self.refusal(),
            _ => {}
        }
    }

    /// Whether anything was shown to succeed.
    pub fn is_controlled(&self) -> bool {
        self.controls > 0
    }

    /// Whether a refusal was judged though nothing was shown to succeed.
    pub fn is_uncontrolled(&self) -> bool {
        self.refusals > 0 && self.controls == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_needs_a_control() {
        let mut evidence = Evidence::default();
        assert!(!evidence.is_uncontrolled());
        evidence.judged(&Observed::Challenge { status: 401, error: None });
        assert!(evidence.is_uncontrolled());
        evidence.judged(&Observed::Asked("a login"));
        assert!(evidence.is_uncontrolled());
        evidence.judged(&Observed::Served(200));
        assert!(!evidence.is_uncontrolled());
    }
}
