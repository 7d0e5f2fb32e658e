//! What cucumber is given to know each step by.
//!
//! Cucumber compares each step with the pattern of each definition that it is given, and every run begins with
//! patterns that have found nothing yet: that was a tenth of the work of the kill matrix. Which definition
//! fits a sentence, and what the sentence names, is found out once; cucumber is given one definition of each
//! kind, which takes every step and hands it on.

use std::collections::HashMap;
use std::sync::{LazyLock, PoisonError, RwLock};

use cucumber::gherkin::{Feature, Step, StepType};
use cucumber::step::{CaptureName, Collection, Context, Location};
use futures::FutureExt;
use futures::future::LocalBoxFuture;
use regex::Regex;

use crate::steps::World;
use crate::steps::definition::{Definition, tell};

/// What a sentence says: its definition, and what it names.
#[derive(Clone)]
struct Meaning {
    definition: &'static Definition,
    matches: Vec<(CaptureName, String)>,
}

/// What sentences say, by their kind and text; none: one has no definition, or more than one.
type Meanings = HashMap<(StepType, String), Option<Meaning>>;

/// For each sentence met so far.
static MEANINGS: LazyLock<RwLock<Meanings>> = LazyLock::new(RwLock::default);

/// The definitions for this feature.
pub(super) fn of(feature: &Feature) -> Collection<World> {
    if steps(feature).all(|step| meaning(step).is_some()) {
        return all_steps();
    }
    // Cucumber says what is wrong.
    Definition::all().iter().fold(Collection::new(), |collection, it| {
        let Some(pattern) = it.pattern().cloned() else { return collection };
        let at = Some(it.written.location);
        add(collection, it.written.kind, (at, pattern), it.written.run)
    })
}

/// One definition of each kind.
fn all_steps() -> Collection<World> {
    static ANYTHING: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new("").ok());
    let Some(anything) = &*ANYTHING else { return Collection::new() };
    let kinds = [StepType::Given, StepType::When, StepType::Then];
    kinds.into_iter().fold(Collection::new(), |collection, kind| {
        add(collection, kind, (None, anything.clone()), hand_on)
    })
}

fn add(
    collection: Collection<World>,
    kind: StepType,
    (at, pattern): (Option<Location>, Regex),
    run: cucumber::Step<World>,
) -> Collection<World> {
    match kind {
        StepType::Given => collection.given(at, pattern, run),
        StepType::When => collection.when(at, pattern, run),
        StepType::Then => collection.then(at, pattern, run),
    }
}

/// Does what the sentence of a step says.
fn hand_on(world: &mut World, mut context: Context) -> LocalBoxFuture<'_, ()> {
    let Some(Meaning { definition, matches }) = meaning(&context.step) else {
        return async { tell(Err("the step has no definition".to_owned())) }.boxed_local();
    };
    context.matches = matches;
    (definition.written.run)(world, context)
}

fn meaning(step: &Step) -> Option<Meaning> {
    let key = (step.ty, step.value.clone());
    let known = MEANINGS.read().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
    known.unwrap_or_else(|| {
        let found = only(fit(step)).and_then(|it| Meaning::by(it, &step.value));
        let mut meanings = MEANINGS.write().unwrap_or_else(PoisonError::into_inner);
        meanings.entry(key).or_insert(found).clone()
    })
}

/// What there is one of.
fn only<T>(mut all: impl Iterator<Item = T>) -> Option<T> {
    all.next().filter(|_| all.next().is_none())
}

impl Meaning {
    /// What a sentence says by the definition that fits it; its groups are as cucumber has them.
    fn by(definition: &'static Definition, sentence: &str) -> Option<Self> {
        let pattern = definition.pattern()?;
        let groups = pattern.captures(sentence)?;
        let texts = groups.iter().map(|it| it.map_or("", |group| group.as_str()).to_owned());
        let names = pattern.capture_names().map(|name| name.map(str::to_owned));
        Some(Self { definition, matches: names.zip(texts).collect() })
    }
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
    fn what_a_sentence_names_is_what_cucumber_finds_in_it() {
        let features = features::parse(&Catalogue::embedded().unwrap()).unwrap();
        let met: HashMap<&str, &Step> =
            features.iter().flat_map(steps).map(|step| (step.value.as_str(), step)).collect();
        for step in met.into_values() {
            let Meaning { definition: it, matches } = meaning(step).unwrap();
            let pattern = (Some(it.written.location), it.pattern().unwrap().clone());
            let one = add(Collection::new(), step.ty, pattern, it.written.run);
            let (.., context) = one.find(step).unwrap().unwrap();
            assert_eq!(matches, context.matches, "{}", step.value);
        }
    }

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
