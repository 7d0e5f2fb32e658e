//! The step definitions that a part of the features needs.
//!
//! Cucumber compares each step with all definitions that it is given. There are hundreds, and comparing was
//! a fifth of the work of a run: it is given those that fit a step of what it plays, and which ones fit a
//! sentence is found out once.

use std::collections::{BTreeSet, HashMap};
use std::sync::{LazyLock, Mutex, OnceLock, PoisonError};

use cucumber::gherkin::{Feature, Step, StepType};
use cucumber::step::Collection;
use regex::Regex;

use crate::steps::World;
use crate::steps::definition::Definition;

/// A definition, with its pattern as soon as a step may match it.
type Entry = (&'static Definition, OnceLock<Option<Regex>>);

/// Numbers of the definitions that fit a sentence: one, unless it has none or is ambiguous, which cucumber
/// says.
type Fitting = HashMap<(StepType, String), Vec<usize>>;

/// All of them.
static DEFINITIONS: LazyLock<Vec<Entry>> =
    LazyLock::new(|| Definition::all().map(|it| (it, OnceLock::new())).collect());

/// For each sentence met so far.
static FITTING: LazyLock<Mutex<Fitting>> = LazyLock::new(Mutex::default);

/// The definitions that fit a step of this feature.
pub(super) fn of(feature: &Feature) -> Collection<World> {
    let mut fitting = FITTING.lock().unwrap_or_else(PoisonError::into_inner);
    let mut numbers = BTreeSet::new();
    for step in steps(feature) {
        let key = (step.ty, step.value.clone());
        numbers.extend(fitting.entry(key).or_insert_with(|| fit(step)).iter().copied());
    }
    numbers.into_iter().fold(Collection::new(), |collection, number| {
        let Some(pattern) = pattern(number) else { return collection };
        let definition = DEFINITIONS[number].0;
        let (at, run) = (Some(definition.location), definition.run);
        match definition.kind {
            StepType::Given => collection.given(at, pattern.clone(), run),
            StepType::When => collection.when(at, pattern.clone(), run),
            StepType::Then => collection.then(at, pattern.clone(), run),
        }
    })
}

/// A definition whose sentence is no expression has none: a test reads all of them.
fn pattern(number: usize) -> Option<&'static Regex> {
    let (definition, pattern) = DEFINITIONS.get(number)?;
    pattern.get_or_init(|| definition.pattern().ok()).as_ref()
}

fn fit(step: &Step) -> Vec<usize> {
    let numbered = DEFINITIONS.iter().enumerate();
    let may = numbered.filter(|(_, (it, _))| it.kind == step.ty && it.may_match(&step.value));
    let fits = |number: &usize| pattern(*number).is_some_and(|it| it.is_match(&step.value));
    may.map(|(number, _)| number).filter(fits).collect()
}

/// Every step of it, also what stands above its scenarios.
fn steps(feature: &Feature) -> impl Iterator<Item = &Step> {
    let above = feature.background.iter().chain(feature.rules.iter().flat_map(|it| &it.background));
    let scenarios = feature.rules.iter().flat_map(|rule| &rule.scenarios).chain(&feature.scenarios);
    above.flat_map(|it| &it.steps).chain(scenarios.flat_map(|it| &it.steps))
}

#[cfg(test)]
mod tests {
    use super::super::features;
    use super::*;
    use crate::rules::Catalogue;

    #[test]
    fn every_sentence_stands_in_a_feature_file_and_every_step_fits_one() {
        let features = features::parse(&Catalogue::embedded().unwrap()).unwrap();
        let unfit = features.iter().flat_map(steps).filter(|step| fit(step).len() != 1);
        let unfit: BTreeSet<&str> = unfit.map(|step| step.value.as_str()).collect();
        assert!(unfit.is_empty(), "{unfit:#?}");
        let used: BTreeSet<usize> = features.iter().flat_map(steps).flat_map(fit).collect();
        let idle = DEFINITIONS.iter().enumerate().filter(|(number, _)| !used.contains(number));
        let idle: Vec<&str> = idle.map(|(_, (definition, _))| definition.sentence).collect();
        assert!(idle.is_empty(), "{idle:#?}");
    }
}
