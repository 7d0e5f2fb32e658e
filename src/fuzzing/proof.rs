//! The proof of the fuzzer: mistakes of the bundled server and broken parsers that it has to find.

use std::time::{Duration, Instant};

use futures::FutureExt;

use super::campaign::{self, Limits, Plan};
use super::choices::Dice;
use super::generate::Aim;
use super::home;
use super::parsers::broken::Broken;
use super::parsers::inputs;
use crate::server::Switches;
use crate::server::fault::Fault;

/// More requests than this are not sent to find one mistake.
pub const REQUESTS: u64 = 60_000;
/// A finding may shrink to so many requests more than the smallest reproduction.
pub const SLACK: usize = 3;

/// A mistake of the bundled server that has to be found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known {
    /// Name of the fault.
    pub fault: &'static str,
    /// Requests of the smallest reproduction: an authorization is four (the request, the sign-in, the
    /// consent page, the consent), everything else one.
    pub requests: usize,
}

/// How one mistake was found.
#[derive(Debug, Clone)]
pub struct Found {
    /// The property that did not hold.
    pub oracle: &'static str,
    /// The rule, where there is one.
    pub rule: Option<&'static str>,
    /// Requests sent before it was seen.
    pub after: u64,
    /// Time until it was seen.
    pub elapsed: Duration,
    /// Requests of the shrunk case.
    pub requests: usize,
}

/// Lets the fuzzer find a mistake; `None` where it does not, within [`REQUESTS`].
///
/// # Errors
/// Where the bundled server cannot be set up.
pub fn find(fault: &'static Fault, seed: u64) -> Result<Option<Found>, home::NoStage> {
    let (stage, cast) = home::stage(Switches::fault(fault), seed)?;
    let limits = Limits { requests: Some(REQUESTS), time: None, first: true };
    let plan = Plan { cast, aim: Aim::All, seed, limits };
    // In process nothing is ever waited for.
    let report = campaign::run(&stage, &plan, &|| false, &mut |_| ()).now_or_never();
    let confirmed = report.into_iter().flat_map(|report| report.confirmed);
    Ok(confirmed.into_iter().next().map(|confirmed| Found {
        oracle: confirmed.finding.oracle,
        rule: confirmed.finding.rule,
        after: confirmed.after,
        elapsed: confirmed.elapsed,
        requests: confirmed.played.exchanges.len(),
    }))
}

/// Inputs that a broken parser has to be found by.
const INPUTS: u64 = 200_000;

/// Lets the properties find a broken parser: the property, after how many inputs, and when.
pub fn find_broken(broken: &Broken, seed: u64) -> Option<Found> {
    let (mut dice, parsers, start) = (Dice::new(seed), (broken.parsers)(), Instant::now());
    (1..=INPUTS).find_map(|after| {
        let finding = inputs::every(&parsers, &mut dice).err()?;
        let (oracle, rule) = (finding.oracle, finding.rule);
        Some(Found { oracle, rule, after, elapsed: start.elapsed(), requests: 1 })
    })
}

/// The mistakes that have to be found.
pub static KNOWN: &[Known] = &[];
