//! Kinds of mistakes that public reports tell of real servers, each as faults of the bundled server that the
//! fuzzer has to find.

use std::time::Duration;

use serde::Deserialize;

use super::bundled;
use super::campaign::{Limits, Plan};
use super::generate::Aim;
use super::oracle;
use super::proof::{Found, searched};
use crate::server::Dialect;
use crate::testbed::Switches;
use crate::testbed::switches::Fault;

/// A search that takes longer has failed.
pub const WITHIN: Duration = Duration::from_secs(60);

/// A kind of mistakes.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reported {
    /// What a server does.
    pub mistake: String,
    /// Dialect in which the bundled server does it.
    pub dialect: String,
    /// The property by which the fuzzer names the mistake, where it does not by a rule that the fault breaks.
    #[serde(default)]
    pub property: Option<String>,
    /// The faults.
    pub faults: Vec<String>,
}

/// All kinds that requests can reach.
///
/// # Errors
/// None in a released build: a test reads them.
pub fn kinds() -> Result<Vec<Reported>, serde_yaml::Error> {
    serde_yaml::from_str(include_str!("../../fixtures/fuzzing/kinds.yaml"))
}

/// Lets the fuzzer find a fault by a rule that it breaks; `None` where it does not, in its time.
///
/// # Errors
/// Where the bundled server cannot be set up.
pub fn find(
    kind: &Reported,
    fault: &'static Fault,
    seed: u64,
) -> Result<Option<Found>, bundled::NoStage> {
    let dialect = Dialect::find(&kind.dialect).unwrap_or_else(Dialect::by_default);
    let (stage, cast) = bundled::stage_of(dialect, Switches::fault(fault), seed)?;
    let property = kind.property.as_deref().and_then(oracle::find).map(|it| it.name);
    let limits = Limits { time: Some(WITHIN), until: fault.breaks, property, ..Limits::default() };
    let plan = Plan { cast, aim: Aim::All, seed, limits };
    let report = searched(&stage, &plan)?;
    let named = report.confirmed.iter().find(|it| it.ends(&limits));
    Ok(named.map(Found::of))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::faults;

    #[test]
    fn every_kind_is_one_of_the_bundled_server() {
        for kind in kinds().unwrap() {
            assert!(Dialect::find(&kind.dialect).is_some(), "{}", kind.mistake);
            assert!(kind.property.as_deref().is_none_or(|it| oracle::find(it).is_some()));
            for name in &kind.faults {
                assert!(faults::find(name).is_some(), "{name}");
            }
        }
    }
}
