//! The step definitions that a part of the features needs.
//!
//! Cucumber compares each step with all definitions that it is given. There are hundreds, and comparing was
//! a fifth of the work of a run: it is given those that fit a step of what it plays, and which ones fit a
//! sentence is found out once.

use std::collections::{BTreeMap, HashMap};
use std::sync::{LazyLock, Mutex, PoisonError};

use cucumber::gherkin::{Feature, Step, StepType};
use cucumber::step::Collection;

use crate::steps::World;
use crate::steps::definition::Definition;

/// The definitions that fit a sentence: one, unless it has none or is ambiguous, which cucumber says.
type Fitting = HashMap<(StepType, String), Vec<&'static Definition>>;

/// For each sentence met so far.
static FITTING: LazyLock<Mutex<Fitting>> = LazyLock::new(Mutex::default);

/// The definitions that fit a step of this feature.
pub(super) fn of(feature: &Feature) -> Collection<World> {
    let mut fitting = FITTING.lock().unwrap_or_else(PoisonError::into_inner);
    let mut chosen = BTreeMap::new();
    for step in steps(feature) {
        let key = (step.ty, step.value.clone());
        let fit = fitting.entry(key).or_insert_with(|| fit(step).collect());
        chosen.extend(fit.iter().map(|it| (it.written.location, *it)));
    }
    chosen.into_iter().fold(Collection::new(), |collection, (location, it)| {
        let Some(pattern) = it.pattern().cloned() else { return collection };
        let (at, run) = (Some(location), it.written.run);
        match it.written.kind {
            StepType::Given => collection.given(at, pattern, run),
            StepType::When => collection.when(at, pattern, run),
            StepType::Then => collection.then(at, pattern, run),
        }
    })
}

fn fit(step: &Step) -> impl Iterator<Item = &'static Definition> {
    Definition::all().iter().filter(|it| it.fits(step.ty, &step.value))
}

/// Every step of it, also what stands above its scenarios.
fn steps(feature: &Feature) -> impl Iterator<Item = &Step> {
    let above = feature.background.iter().chain(feature.rules.iter().flat_map(|it| &it.background));
    let scenarios = feature.rules.iter().flat_map(|rule| &rule.scenarios).chain(&feature.scenarios);
    above.flat_map(|it| &it.steps).chain(scenarios.flat_map(|it| &it.steps))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::features;
    use super::*;
    use crate::rules::Catalogue;

    #[test]
    fn every_sentence_stands_in_a_feature_file_and_every_step_fits_one() {
        let features = features::parse(&Catalogue::embedded().unwrap()).unwrap();
        let unfit = features.iter().flat_map(steps).filter(|step| fit(step).count() != 1);
        let unfit: BTreeSet<&str> = unfit.map(|step| step.value.as_str()).collect();
        assert!(unfit.is_empty(), "{unfit:#?}");
        let used: BTreeSet<_> =
            features.iter().flat_map(steps).flat_map(fit).map(|it| it.written.location).collect();
        let idle = Definition::all().iter().filter(|it| !used.contains(&it.written.location));
        let idle: Vec<&str> = idle.map(|it| it.written.sentence).collect();
        assert!(idle.is_empty(), "{idle:#?}");
    }
}
