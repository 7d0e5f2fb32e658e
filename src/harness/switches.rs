//! Every fault and every variant, of the bundled server and of the sample application.

use crate::testbed::{Fault, Variant};
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
