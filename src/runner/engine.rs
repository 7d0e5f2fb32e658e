//! What cucumber is handed, and what it must not print.

use std::cell::Cell;
use std::panic::{self, PanicHookInfo};
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use cucumber::gherkin::{Feature, Rule, Scenario};
use cucumber::{Event, Parser, Writer, cli, event, parser, writer};
use futures::{future, stream};

use crate::steps::World;

/// Kind of the tag that says which scenario of the plan cucumber plays: one that is played for
/// several documents apart stands in the plan several times.
const NUMBER: &str = "number";

/// The feature with what is played of it alone, each scenario once for each of its `numbers`; none: none is.
/// Built from the parts that are kept: the kill matrix plays a few scenarios of large features thousands
/// of times.
pub(super) fn reduced_to(
    feature: &Feature,
    numbers: impl Fn(&Scenario) -> Vec<usize>,
) -> Option<Feature> {
    let rules: Vec<Rule> = feature.rules.iter().filter_map(|it| part_of(it, &numbers)).collect();
    (!rules.is_empty()).then(|| Feature {
        keyword: feature.keyword.clone(),
        name: feature.name.clone(),
        description: feature.description.clone(),
        background: feature.background.clone(),
        scenarios: Vec::new(),
        rules,
        tags: feature.tags.clone(),
        span: feature.span,
        position: feature.position,
        path: feature.path.clone(),
    })
}

fn part_of(rule: &Rule, numbers: impl Fn(&Scenario) -> Vec<usize>) -> Option<Rule> {
    let plays = |it| numbers(it).into_iter().map(move |number| numbered(it, number));
    let scenarios: Vec<Scenario> = rule.scenarios.iter().flat_map(plays).collect();
    (!scenarios.is_empty()).then(|| Rule {
        keyword: rule.keyword.clone(),
        name: rule.name.clone(),
        description: rule.description.clone(),
        background: rule.background.clone(),
        scenarios,
        tags: rule.tags.clone(),
        span: rule.span,
        position: rule.position,
    })
}

fn numbered(scenario: &Scenario, number: usize) -> Scenario {
    let mut scenario = scenario.clone();
    scenario.tags.push(format!("{NUMBER}:{number}"));
    scenario
}

pub(super) fn number(scenario: &Scenario) -> Option<usize> {
    let tag = scenario.tags.last()?.strip_prefix(NUMBER)?;
    tag.strip_prefix(':')?.parse().ok()
}

/// Hands a reduced feature to cucumber.
pub(super) struct Reduced(pub(super) Feature);

impl Parser<&'static str> for Reduced {
    type Cli = cli::Empty;
    type Output = stream::Once<future::Ready<parser::Result<Feature>>>;

    fn parse(self, _: &'static str, _: cli::Empty) -> Self::Output {
        stream::once(future::ready(Ok(self.0)))
    }
}

/// Cucumber's own output is not ours: the record is.
pub(super) struct Silent;

impl Writer<World> for Silent {
    type Cli = cli::Empty;

    async fn handle_event(
        &mut self,
        _: parser::Result<Event<event::Cucumber<World>>>,
        _: &Self::Cli,
    ) {
    }
}

impl writer::Normalized for Silent {}

type Hook = dyn Fn(&PanicHookInfo<'_>) + Send + Sync;

/// The runs under way, and the hook for panics that was there before the first of them.
static RUNS: Mutex<(usize, Option<Arc<Hook>>)> = Mutex::new((0, None));

thread_local! {
    /// Whether a scenario is played on this thread just now.
    static PLAYING: Cell<bool> = const { Cell::new(false) };
}

/// Lets cucumber play. A step that finds something panics, which cucumber catches, and for that it
/// silences every panic of the process until it has ended; here those of others are printed, as those of
/// the tests that a run of the suite is part of.
pub(super) async fn quietly<T>(play: impl Future<Output = T>) -> T {
    let hush = Hush::begin();
    let mut play = pin!(play);
    let mut first = true;
    std::future::poll_fn(|context| {
        let playing = Playing::begin();
        let polled = play.as_mut().poll(context);
        drop(playing);
        if std::mem::take(&mut first) {
            hush.renew();
        }
        polled
    })
    .await
}

/// A scenario is played on this thread.
struct Playing;

impl Playing {
    fn begin() -> Self {
        PLAYING.set(true);
        Self
    }
}

impl Drop for Playing {
    fn drop(&mut self) {
        PLAYING.set(false);
    }
}

/// A run under way; with the last of them the hook that was there returns.
struct Hush;

impl Hush {
    fn begin() -> Self {
        let mut runs = runs();
        runs.0 += 1;
        if runs.1.is_none() {
            runs.1 = Some(panic::take_hook().into());
            set(&runs);
        }
        Self
    }

    /// Replaces the hook of cucumber.
    fn renew(&self) {
        set(&runs());
    }
}

impl Drop for Hush {
    fn drop(&mut self) {
        let mut runs = runs();
        runs.0 -= 1;
        // A thread that panics must not touch the hook: the next run does.
        if std::thread::panicking() {
            return;
        }
        if runs.0 > 0 {
            set(&runs);
        } else if let Some(before) = runs.1.take() {
            panic::set_hook(Box::new(move |info| before(info)));
        }
    }
}

fn runs() -> MutexGuard<'static, (usize, Option<Arc<Hook>>)> {
    RUNS.lock().unwrap_or_else(PoisonError::into_inner)
}

fn set(runs: &(usize, Option<Arc<Hook>>)) {
    let Some(before) = runs.1.clone() else { return };
    panic::set_hook(Box::new(move |info| {
        if !PLAYING.get() {
            before(info);
        }
    }));
}
