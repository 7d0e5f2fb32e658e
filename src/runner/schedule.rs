//! Runs a plan by cucumber: every scenario with its own driver, all waits overlapping.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use cucumber::Cucumber;
use cucumber::event::ScenarioFinished;
use cucumber::gherkin::{Feature, Scenario};
use futures::future::{BoxFuture, join_all};
use time::OffsetDateTime;
use tokio::sync::Notify;

use super::again::{self, AGAIN};
use super::declared;
use super::definitions;
use super::engine::{Reduced, Silent, number, quietly, reduced_to};
use super::ledger::{self, Finished};
use super::plan::{Plan, Planned, Todo};
use super::targets::{Target, Targets};
use super::turning::{self, Suspect};
use crate::driver::journal::Journal;
use crate::driver::time::{Gate, Slot};
use crate::driver::{Driver, Visitor};
use crate::steps::{Context, World};
use crate::verdict::{Conduct, Outcome, Problem, RunRecord, ScenarioRecord, Secrets, Verdict};

/// Called for each scenario that has ended.
pub type Progress = Arc<dyn Fn(&ScenarioRecord) + Send + Sync>;

/// Ends when the run is to be broken off.
pub type Interrupt = BoxFuture<'static, ()>;

/// The HTTP exchanges that a record keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeptExchanges {
    /// Those of inconclusive scenarios, which are played again: nothing but verdicts is looked at, and no secrets are
    /// looked for.
    Verdicts,
    /// Those of scenarios that did not pass: most do, and theirs are most of what a run would hold in memory.
    NotPassed,
    /// Those of every scenario.
    All,
}

impl KeptExchanges {
    fn keeps(self, verdict: Verdict) -> bool {
        match self {
            Self::Verdicts => verdict == Verdict::Inconclusive,
            Self::NotPassed => verdict != Verdict::Pass,
            Self::All => true,
        }
    }
}

/// How a run is done.
pub struct Conditions {
    /// Name of the target.
    pub target: String,
    /// How the target is treated.
    pub conduct: Conduct,
    /// Seed of the drivers' values.
    pub seed: u64,
    /// Whether SHOULDs count as MUSTs.
    pub strict: bool,
    /// How long what came out inconclusive is played again at the end, in all; zero: it is not.
    pub again: Duration,
    /// How often a scenario that fails is tried again, alone. Its verdict stays.
    pub retries: usize,
    /// After so many scenarios that fail no further one begins; none: all are run.
    pub max_failures: Option<usize>,
    /// The exchanges that are kept.
    pub evidence: KeptExchanges,
    /// Called for each scenario that has ended.
    pub progress: Progress,
}

impl Conditions {
    /// For this target, treated like this: seed 1, SHOULDs as they are, nothing is tried again but what came
    /// out inconclusive, all scenarios are run, and nobody is told how far it is.
    pub fn of(target: &str, conduct: Conduct) -> Self {
        Self {
            target: target.to_owned(),
            conduct,
            seed: 1,
            strict: false,
            again: AGAIN,
            retries: 0,
            max_failures: None,
            evidence: KeptExchanges::All,
            progress: Arc::new(|_| {}),
        }
    }
}

/// Runs a plan. Whatever happens, there is a record.
pub async fn run(
    plan: Arc<Plan>,
    targets: Arc<dyn Targets>,
    conditions: Conditions,
    interrupt: Interrupt,
) -> RunRecord {
    let started = OffsetDateTime::now_utc();
    let start = Instant::now();
    let shift = Arc::new(Shift::new(plan, targets, conditions));
    shift.record_decided();
    let work = async {
        shift.play_all().await;
        shift.play_again().await;
        shift.retry().await;
    };
    let mut problems = Vec::new();
    tokio::select! {
        () = work => {}
        () = shift.enough.notified() => problems.push(shift.stopped()),
        () = interrupt => problems.push(Problem::Interrupted),
    }
    shift.finish(started, start.elapsed(), problems)
}

/// Everything that the hooks of a run share.
pub(super) struct Shift {
    pub(super) plan: Arc<Plan>,
    pub(super) targets: Arc<dyn Targets>,
    pub(super) conditions: Conditions,
    pub(super) gate: Gate,
    /// Scenarios whose ordinary requests failed beside others.
    pub(super) strained: AtomicUsize,
    /// How the run is done, so far.
    pub(super) conduct: Mutex<Conduct>,
    /// The gate of what is played again: one at a time.
    second_gate: Gate,
    /// Numbers in the plan by file, then by line.
    by_place: HashMap<String, HashMap<usize, Vec<usize>>>,
    started: Mutex<HashMap<usize, Instant>>,
    /// What came of each scenario, by its number in the plan.
    pub(super) records: Mutex<BTreeMap<usize, ScenarioRecord>>,
    /// Why a scenario was inconclusive, for those that are played again.
    pub(super) before: Mutex<HashMap<usize, String>>,
    /// Scenarios that want a sign-in of their own by a person, by their numbers in the plan.
    pub(super) wanting: Mutex<BTreeSet<usize>>,
    /// Kinds of ordinary requests that the target failed at, when all was played.
    pub(super) faltering: Mutex<Arc<BTreeSet<String>>>,
    /// Whether clients are registered anew before another scenario is played again.
    pub(super) stale: AtomicBool,
    /// Whether ordinary requests succeeded, by scenario, in the order in which they ended.
    pub(super) order: Mutex<Vec<(usize, bool)>>,
    /// So many of them had ended when clients were registered anew.
    pub(super) since: AtomicUsize,
    /// Scenarios behind whose changed request ordinary ones may have come to fail.
    pub(super) suspects: Mutex<Vec<Suspect>>,
    lost: Mutex<Option<Problem>>,
    secrets: Mutex<Secrets>,
    /// Scenarios that failed.
    failures: AtomicUsize,
    /// Told as soon as enough have failed.
    enough: Notify,
}

impl Shift {
    fn new(plan: Arc<Plan>, targets: Arc<dyn Targets>, conditions: Conditions) -> Self {
        let mut by_place: HashMap<_, HashMap<_, Vec<usize>>> = HashMap::new();
        for (index, planned) in plan.scenarios.iter().enumerate() {
            let lines = by_place.entry(planned.item.path.clone()).or_default();
            lines.entry(planned.item.line()).or_default().push(index);
        }
        let apart = conditions.conduct.apart.is_some();
        let places = if apart { 1 } else { conditions.conduct.concurrency };
        let second_gate = Gate::new(1, true);
        Self {
            gate: Gate::new(places, targets.shared()),
            conduct: Mutex::new(conditions.conduct.clone()),
            second_gate: if apart { second_gate.holding() } else { second_gate },
            before: Mutex::default(),
            wanting: Mutex::default(),
            faltering: Mutex::default(),
            strained: AtomicUsize::new(0),
            started: Mutex::default(),
            by_place,
            records: Mutex::default(),
            stale: AtomicBool::new(false),
            order: Mutex::default(),
            since: AtomicUsize::new(0),
            suspects: Mutex::default(),
            lost: Mutex::default(),
            secrets: Mutex::default(),
            failures: AtomicUsize::new(0),
            enough: Notify::new(),
            plan,
            targets,
            conditions,
        }
    }

    fn record(&self, index: usize, planned: &Planned, finished: Finished) {
        let record = ledger::scenario(planned, finished, self.conditions.strict);
        let mut records = self.records.lock().unwrap_or_else(PoisonError::into_inner);
        let mut record = match records.remove(&index) {
            Some(first) if first.verdict == Verdict::Fail => again::retried(first, &record),
            Some(first) => {
                self.heed_stale(record.verdict);
                let mut conduct = self.conduct.lock().unwrap_or_else(PoisonError::into_inner);
                conduct.played_again += 1;
                conduct.decided += usize::from(record.verdict != Verdict::Inconclusive);
                again::settle(&first, record)
            }
            None => {
                (self.conditions.progress)(&record);
                self.count(record.verdict);
                if let Some(good) = turning::controlled(&record) {
                    let mut order = self.order.lock().unwrap_or_else(PoisonError::into_inner);
                    order.push((index, good));
                    self.heed_turn(&order);
                }
                let at = self.order.lock().unwrap_or_else(PoisonError::into_inner).len();
                let suspect = Suspect::of(index, at, &record);
                self.suspects.lock().unwrap_or_else(PoisonError::into_inner).extend(suspect);
                record
            }
        };
        if !self.conditions.evidence.keeps(record.verdict) {
            record.dropped += record.exchanges.len();
            record.exchanges = Vec::new();
        }
        records.insert(index, record);
    }

    /// Counts the failures of scenarios that were played for the first time.
    fn count(&self, verdict: Verdict) {
        if verdict == Verdict::Fail {
            let failures = self.failures.fetch_add(1, Ordering::Relaxed) + 1;
            if self.conditions.max_failures.is_some_and(|most| failures >= most) {
                self.enough.notify_one();
            }
        }
    }

    /// That enough have failed.
    fn stopped(&self) -> Problem {
        let most = self.conditions.max_failures.unwrap_or_default();
        Problem::Stopped(format!("the run ended early: {most} scenarios failed (--max-failures)"))
    }

    fn record_decided(&self) {
        for (index, planned) in self.plan.scenarios.iter().enumerate() {
            if let Todo::Decided(findings) = &planned.todo {
                let finished = Finished { findings: findings.clone(), ..Finished::default() };
                self.record(index, planned, finished);
            }
        }
    }

    /// Plays what these features hold, all at once.
    pub(super) async fn work(self: Arc<Self>, features: Vec<Feature>) {
        join_all(features.into_iter().map(|feature| Arc::clone(&self).play(feature))).await;
    }

    async fn play(self: Arc<Self>, feature: Feature) {
        let (before, after) = (Arc::clone(&self), self);
        let play = Cucumber::<World, _, &str, _, _>::new()
            .steps(definitions::of(&feature))
            .with_parser(Reduced(feature))
            .with_writer(Silent)
            .with_default_cli()
            .max_concurrent_scenarios(None)
            .before(move |_, _, scenario, world| {
                let shift = Arc::clone(&before);
                Box::pin(async move { shift.prepare(scenario, world).await })
            })
            .after(move |_, _, scenario, finished, world| {
                let shift = Arc::clone(&after);
                Box::pin(async move {
                    shift.conclude(scenario, finished, world).await;
                })
            })
            .run("features");
        let _: Silent = quietly(play).await;
    }

    /// The features reduced to what is run and is `chosen`, by its number in the plan: first what
    /// waits, longest first, then the rest.
    pub(super) fn features(&self, chosen: impl Fn(usize) -> bool) -> Vec<Feature> {
        let mut waits: Vec<Duration> = self.plan.scenarios.iter().filter_map(wait).collect();
        waits.sort_unstable();
        waits.dedup();
        let mut kept = Vec::new();
        for wanted in waits.into_iter().rev().map(Some).chain([None]) {
            for feature in self.plan.features.iter() {
                kept.extend(
                    self.reduced(feature, |index, planned| {
                        wait(planned) == wanted && chosen(index)
                    }),
                );
            }
        }
        kept
    }

    fn reduced(
        &self,
        feature: &Feature,
        chosen: impl Fn(usize, &Planned) -> bool,
    ) -> Option<Feature> {
        let lines = self.by_place.get(&path_of(feature))?;
        let numbers = |scenario: &Scenario| -> Vec<usize> {
            let numbers = lines.get(&scenario.position.line);
            let run = |number: &usize| {
                let planned = self.plan.scenarios.get(*number);
                planned.is_some_and(|planned| {
                    matches!(planned.todo, Todo::Run { .. }) && chosen(*number, planned)
                })
            };
            numbers.into_iter().flatten().copied().filter(run).collect()
        };
        reduced_to(feature, numbers)
    }

    /// The scenario that cucumber plays.
    fn planned(&self, scenario: &Scenario) -> Option<(usize, &Planned)> {
        let number = number(scenario)?;
        self.plan.scenarios.get(number).map(|planned| (number, planned))
    }

    async fn prepare(&self, scenario: &Scenario, world: &mut World) {
        let Some((index, planned)) = self.planned(scenario) else {
            world.assessment.outcome = Outcome::Error("the scenario is not in the plan".to_owned());
            return;
        };
        let before =
            self.before.lock().unwrap_or_else(PoisonError::into_inner).get(&index).cloned();
        let second = before.is_some();
        let alone = second || matches!(planned.todo, Todo::Run { alone: true, .. });
        let gate = if second { &self.second_gate } else { &self.gate };
        let slot = Slot::take(gate.clone(), alone).await;
        let start = Instant::now();
        self.started.lock().unwrap_or_else(PoisonError::into_inner).insert(index, start);
        world.context = Some(Context {
            rule: Arc::clone(&planned.rule),
            documents: Arc::clone(&planned.documents),
            before,
            faltering: Arc::clone(&self.faltering.lock().unwrap_or_else(PoisonError::into_inner)),
        });
        // Where there is no need, it does nothing.
        self.renew().await;
        match self.targets.open(index).await {
            Ok(Target::Server(site)) => {
                // What is played again uses no value twice.
                let seed = self.conditions.seed.wrapping_add(u64::from(second));
                let seed = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ index as u64;
                let mut driver = Driver::new(site, slot, seed);
                if !second && !planned.item.has_fresh_browser() {
                    driver.share_sessions();
                }
                if !second && matches!(planned.item.waits(), Ok(None)) {
                    driver.share_tokens();
                }
                world.driver = Some(Box::new(driver));
            }
            Ok(Target::Application(stage)) => {
                world.client.visitor = Some(Visitor::new(stage, slot));
            }
            Err(text) => world.assessment.outcome = Outcome::Error(text),
        }
    }

    async fn conclude(
        &self,
        scenario: &Scenario,
        finished: &ScenarioFinished,
        world: Option<&mut World>,
    ) {
        let Some((index, planned)) = self.planned(scenario) else {
            return;
        };
        let mut result = Finished::with(planned, &Outcome::Unjudged);
        if let Some(world) = world {
            world.doubt().await;
            result.findings = world.findings(failure(finished));
            let wrong = declared::disagreement(planned, world, &result.findings);
            if let Some(text) = wrong {
                result.findings = planned.findings(&Outcome::Error(text));
            }
            result.deviation = world.assessment.deviation.take();
            if let Some(mut driver) = world.driver.take() {
                world.interventions.end(&mut driver).await;
                driver.dismiss().await;
                driver.leave_session();
                self.keep(&mut result, &mut driver.journal);
                if driver.lacked_sign_in && self.puts_off(index) {
                    return;
                }
            }
            if let Some(mut visitor) = world.client.visitor.take() {
                self.keep(&mut result, &mut visitor.journal);
            }
        }
        let started = self.started.lock().unwrap_or_else(PoisonError::into_inner).remove(&index);
        result.duration = started.map(|start| start.elapsed()).unwrap_or_default();
        self.heed_strain(&result);
        self.record(index, planned, result);
    }

    /// Takes the evidence of a scenario over.
    fn keep(&self, result: &mut Finished, journal: &mut Journal) {
        let unreachable = journal.was_unreachable();
        for finding in result.findings.iter_mut().filter(|_| unreachable) {
            let Outcome::Inconclusive(text) = &finding.outcome else { continue };
            let problem = Problem::Unreachable(format!("the target became unreachable: {text}"));
            let mut lost = self.lost.lock().unwrap_or_else(PoisonError::into_inner);
            lost.get_or_insert(problem);
            finding.outcome = Outcome::Error(text.clone());
        }
        if self.conditions.evidence != KeptExchanges::Verdicts {
            let secrets = journal.secrets();
            self.secrets.lock().unwrap_or_else(PoisonError::into_inner).extend(&secrets);
        }
        let exchanges = journal.take_exchanges();
        let mut conduct = self.conduct.lock().unwrap_or_else(PoisonError::into_inner);
        conduct.requests += exchanges.len();
        conduct.logins += exchanges.iter().filter(|exchange| exchange.is_login()).count();
        drop(conduct);
        result.exchanges = exchanges;
    }

    fn finish(
        &self,
        started: OffsetDateTime,
        duration: Duration,
        mut problems: Vec<Problem>,
    ) -> RunRecord {
        let mut conduct = self.conduct.lock().unwrap_or_else(PoisonError::into_inner).clone();
        conduct.limit = self.targets.limit();
        conduct.concession = self.targets.concession();
        let stopped = problems.iter().any(|it| !matches!(it, Problem::Interrupted));
        if conduct.limit.is_none() && conduct.turn.is_none() && !stopped {
            let order = self.order.lock().unwrap_or_else(PoisonError::into_inner);
            let suspects = self.suspects.lock().unwrap_or_else(PoisonError::into_inner);
            conduct.turn = turning::told(&order, &suspects, &self.plan);
        }
        problems.extend(self.lost.lock().unwrap_or_else(PoisonError::into_inner).take());
        let mut records =
            std::mem::take(&mut *self.records.lock().unwrap_or_else(PoisonError::into_inner));
        self.tell_end(&mut records);
        for (index, planned) in self.plan.scenarios.iter().enumerate() {
            records.entry(index).or_insert_with(|| {
                let outcome = match problems.first() {
                    Some(Problem::Interrupted) => {
                        let text = "the run was interrupted before this ended";
                        Outcome::Inconclusive(text.to_owned())
                    }
                    Some(stopped @ Problem::Stopped(_)) => Outcome::Inconclusive(stopped.text()),
                    _ => Outcome::Error("the scenario did not run".to_owned()),
                };
                let finished = Finished::with(planned, &outcome);
                ledger::scenario(planned, finished, self.conditions.strict)
            });
        }
        RunRecord {
            target: self.conditions.target.clone(),
            against: self.plan.against.to_vec(),
            started,
            duration,
            seed: self.conditions.seed,
            strict: self.conditions.strict,
            conduct: Some(conduct),
            rules: ledger::rules(&self.plan, records.into_values().collect()),
            secrets: std::mem::take(
                &mut *self.secrets.lock().unwrap_or_else(PoisonError::into_inner),
            ),
            problems,
        }
    }
}

/// Why the steps of a scenario did not all pass; a step that found something says so, too.
fn failure(finished: &ScenarioFinished) -> Option<String> {
    match finished {
        ScenarioFinished::StepPassed => None,
        ScenarioFinished::StepSkipped => Some("a step has no definition".to_owned()),
        ScenarioFinished::StepFailed(_, _, error) => Some(format!("a step broke: {error}")),
        ScenarioFinished::BeforeHookFailed(_) => Some("the scenario could not start".to_owned()),
    }
}

/// How long a scenario waits on a real clock.
pub(super) fn wait(planned: &Planned) -> Option<Duration> {
    match planned.todo {
        Todo::Run { wait, .. } => wait,
        Todo::Decided(_) => None,
    }
}

fn path_of(feature: &Feature) -> String {
    feature.path.as_ref().map(|path| path.display().to_string()).unwrap_or_default()
}
