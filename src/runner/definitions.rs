//! The step definitions that a part of the features needs.
//!
//! Cucumber compares each step with all definitions that it is given. There are hundreds, and comparing was
//! a fifth of the work of a run: it is given those that fit a step of what it plays, and which ones fit a
//! sentence is found out once.

use std::collections::{BTreeSet, HashMap};
use std::sync::{LazyLock, Mutex, PoisonError};

use cucumber::codegen::{Regex, StepConstructor, WorldInventory, inventory};
use cucumber::gherkin::{Feature, Step, StepType};
use cucumber::step::{Collection, Location};

use crate::steps::World;

/// What stands above the function of a step.
struct Definition {
    kind: StepType,
    location: Location,
    sentence: Regex,
    run: cucumber::Step<World>,
}

/// All of them.
static DEFINITIONS: LazyLock<Vec<Definition>> = LazyLock::new(|| {
    let given = inventory::iter::<<World as WorldInventory>::Given>();
    let when = inventory::iter::<<World as WorldInventory>::When>();
    let then = inventory::iter::<<World as WorldInventory>::Then>();
    let given = given.into_iter().map(|it| definition(StepType::Given, it));
    let when = when.into_iter().map(|it| definition(StepType::When, it));
    let then = then.into_iter().map(|it| definition(StepType::Then, it));
    given.chain(when).chain(then).collect()
});

/// Numbers of the definitions that fit each sentence met so far: one, unless the sentence has none or is
/// ambiguous, which cucumber says.
static FITTING: LazyLock<Mutex<HashMap<(StepType, String), Vec<usize>>>> =
    LazyLock::new(Mutex::default);

fn definition(kind: StepType, of: &impl StepConstructor<World>) -> Definition {
    let (location, sentence, run) = of.inner();
    Definition { kind, location, sentence: sentence(), run }
}

/// The definitions that fit a step of this feature.
pub(super) fn of(feature: &Feature) -> Collection<World> {
    let mut fitting = FITTING.lock().unwrap_or_else(PoisonError::into_inner);
    let mut numbers = BTreeSet::new();
    for step in steps(feature) {
        let key = (step.ty, step.value.clone());
        numbers.extend(fitting.entry(key).or_insert_with(|| fit(step)).iter().copied());
    }
    let chosen = numbers.into_iter().filter_map(|number| DEFINITIONS.get(number));
    chosen.fold(Collection::new(), |collection, it| {
        let (location, sentence) = (Some(it.location), it.sentence.clone());
        match it.kind {
            StepType::Given => collection.given(location, sentence, it.run),
            StepType::When => collection.when(location, sentence, it.run),
            StepType::Then => collection.then(location, sentence, it.run),
        }
    })
}

fn fit(step: &Step) -> Vec<usize> {
    let fits = |it: &Definition| it.kind == step.ty && it.sentence.is_match(&step.value);
    let numbered = DEFINITIONS.iter().enumerate().filter(|(_, it)| fits(it));
    numbered.map(|(number, _)| number).collect()
}

/// Every step of it, also what stands above its scenarios.
fn steps(feature: &Feature) -> impl Iterator<Item = &Step> {
    let above = feature.background.iter().chain(feature.rules.iter().flat_map(|it| &it.background));
    let scenarios = feature.rules.iter().flat_map(|rule| &rule.scenarios).chain(&feature.scenarios);
    above.flat_map(|it| &it.steps).chain(scenarios.flat_map(|it| &it.steps))
}
