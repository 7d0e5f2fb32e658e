//! Every fault and every variant, of the bundled server and of the sample application.

use std::sync::Arc;

use crate::testbed::switches::Trail;
use crate::testbed::{Fault, Switches, Variant};
use crate::{sample_app, server};

/// Every fault, the server's first.
pub fn faults() -> impl Iterator<Item = &'static Fault> {
    server::faults::all().chain(sample_app::faults::ALL.iter().copied())
}

/// Every variant, the server's first.
pub fn variants() -> impl Iterator<Item = &'static Variant> {
    server::variants::ALL.iter().chain(sample_app::variants::ALL).copied()
}

/// The fault of this name.
pub fn find_fault(name: &str) -> Option<&'static Fault> {
    faults().find(|fault| fault.name == name)
}

/// The variant of this name.
pub fn find_variant(name: &str) -> Option<&'static Variant> {
    variants().find(|variant| variant.name == name)
}

/// Whether the sample application has a fault or a variant of this name.
pub fn is_of_application(name: &str) -> bool {
    sample_app::faults::ALL.iter().any(|fault| fault.name == name)
        || sample_app::variants::ALL.iter().any(|variant| variant.name == name)
}

/// The switches of the program that each scenario gets.
#[derive(Debug, Clone)]
pub enum Supply {
    /// The same for all.
    Same(Switches),
    /// These choices and no mistake, and what each scenario meets is kept.
    Following(Arc<Trail>, Vec<&'static Variant>),
}

impl Supply {
    /// The switches for one scenario, by its number in the plan.
    pub(super) fn of(&self, scenario: usize) -> Switches {
        match self {
            Self::Same(switches) => switches.clone(),
            Self::Following(trail, variants) => trail.switches(scenario, variants),
        }
    }

    /// Whether this choice is made.
    pub(super) fn has(&self, variant: &'static Variant) -> bool {
        let (Self::Same(Switches { variants, .. }) | Self::Following(_, variants)) = self;
        variants.iter().any(|it| std::ptr::eq(*it, variant))
    }

    /// Whether every scenario meets one of these mistakes.
    pub(super) fn has_any(&self, faults: &[&'static Fault]) -> bool {
        matches!(self, Self::Same(switches) if switches.has_any(faults))
    }
}

impl Default for Supply {
    fn default() -> Self {
        Self::Same(Switches::default())
    }
}

impl From<Switches> for Supply {
    fn from(switches: Switches) -> Self {
        Self::Same(switches)
    }
}
