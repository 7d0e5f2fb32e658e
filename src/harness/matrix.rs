//! The kill matrix: the suite against each mistake and each choice of the bundled server, in process.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use futures::FutureExt;
use serde::Serialize;

use super::application::{BundledApplication, application_profile};
use super::bundled::{self, Bundled};
use super::switches::{self, is_of_application};
use crate::profile::{ApplicationProfile, Profile};
use crate::rules::Catalogue;
use crate::runner::{self, Conditions, Options, Plan, Targets};
use crate::testbed::switches::{Fault, Switches, Trail, Variant};
use crate::verdict::Failure;
use crate::verdict::{RunRecord, ScenarioRecord, Verdict};

/// What became of one fault.
#[derive(Debug, Clone, Serialize)]
pub struct Tried {
    /// Name of the fault.
    pub name: &'static str,
    /// What the server does wrong.
    pub mistake: &'static str,
    /// Rules that it names.
    pub breaks: &'static [&'static str],
    /// Whether one of them failed.
    pub killed: bool,
    /// Rules it names that failed, or warned where they can only warn.
    pub by: Vec<String>,
    /// Rules that failed though neither named nor declared.
    pub disturbed: Vec<String>,
    /// Rules that could not be judged, each with its reasons.
    pub inconclusive: BTreeMap<String, Vec<String>>,
}

/// What became of one variant.
#[derive(Debug, Clone, Serialize)]
pub struct Tolerated {
    /// Name of the variant.
    pub name: &'static str,
    /// What the server does otherwise.
    pub choice: &'static str,
    /// Scenarios that were run with it.
    pub scenarios: usize,
    /// Rules that did not pass, with their verdicts.
    pub not_passed: BTreeMap<String, Verdict>,
}

impl Tolerated {
    /// Whether it came up, and nothing failed and nothing stayed open.
    pub fn good(&self) -> bool {
        self.scenarios > 0
            && self.not_passed.values().all(|verdict| {
                matches!(verdict, Verdict::Pass | Verdict::Warn | Verdict::NotApplicable)
            })
    }
}

/// The whole matrix.
#[derive(Debug, Clone, Serialize)]
pub struct Matrix {
    /// Faults in their order.
    pub faults: Vec<Tried>,
    /// Variants in their order.
    pub variants: Vec<Tolerated>,
    /// Counts.
    pub totals: MatrixTotals,
}

/// Counts of a matrix.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct MatrixTotals {
    /// Faults that were tried.
    pub faults: usize,
    /// Faults that a rule they name noticed.
    pub killed: usize,
    /// Faults that made an undeclared rule fail.
    pub disturbing: usize,
    /// Variants that were tried.
    pub variants: usize,
    /// Variants under which nothing failed.
    pub tolerated: usize,
}

/// Everything that the runs of a matrix share.
struct Bench {
    profile: Profile,
    plan: Arc<Plan>,
    application: ApplicationProfile,
    application_plan: Arc<Plan>,
    /// What comes into question in the scenarios about servers, and about applications.
    trails: Option<[Arc<Trail>; 2]>,
}

/// Tries these faults and variants, as many at once as there are cores.
///
/// # Errors
/// None in a released build: the bundled profile and catalogue are tested.
pub fn matrix(
    faults: &[&'static Fault],
    variants: &[&'static Variant],
    every_scenario: bool,
) -> Result<Matrix, Failure> {
    let mut bench = Bench::new()?;
    // A step that finds something panics, which cucumber catches; with several runs at once its own
    // silencing of the hook does not hold.
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let matrix = bench.follow(!every_scenario).and_then(|()| bench.matrix(faults, variants));
    std::panic::set_hook(hook);
    matrix
}
/// Every fault and every variant of the bundled server and the bundled application.
pub fn everything() -> (Vec<&'static Fault>, Vec<&'static Variant>) {
    (switches::faults().collect(), switches::variants().collect())
}

impl Bench {
    fn new() -> Result<Self, Failure> {
        let catalogue = Catalogue::embedded().map_err(Failure::internal)?;
        let profile = bundled::profile()?;
        let against = vec![catalogue.documents().default_id().to_owned()];
        let options = Options { against, ..Options::default() };
        let plan = runner::plan(&catalogue, &profile, &options).map_err(Failure::internal)?;
        let application = application_profile()?;
        let application_plan = runner::plan_application(&catalogue, &application, &options);
        Ok(Self {
            profile,
            plan: Arc::new(plan),
            application,
            application_plan: Arc::new(application_plan.map_err(Failure::internal)?),
            trails: None,
        })
    }

    fn matrix(
        &self,
        faults: &[&'static Fault],
        variants: &[&'static Variant],
    ) -> Result<Matrix, Failure> {
        let tried = each(faults, |fault| self.try_fault(fault))?;
        let tolerated = each(variants, |variant| self.try_variant(variant))?;
        let totals = MatrixTotals {
            faults: tried.len(),
            killed: tried.iter().filter(|tried| tried.killed).count(),
            disturbing: tried.iter().filter(|tried| !tried.disturbed.is_empty()).count(),
            variants: tolerated.len(),
            tolerated: tolerated.iter().filter(|tolerated| tolerated.good()).count(),
        };
        Ok(Matrix { faults: tried, variants: tolerated, totals })
    }

    /// Finds out which faults and variants each scenario meets. One that a scenario does not meet
    /// cannot change it, so that scenario need not be run with it.
    fn follow(&mut self, wanted: bool) -> Result<(), Failure> {
        if !wanted {
            return Ok(());
        }
        let trails: [Arc<Trail>; 2] = std::array::from_fn(|_| Arc::default());
        let [of_servers, of_applications] = trails.clone();
        let servers = Bundled::in_process(self.profile.clone()).leaving(of_servers);
        run(Arc::clone(&self.plan), Arc::new(servers))?;
        let applications = BundledApplication::in_process(self.application.clone());
        let applications = applications.leaving(of_applications);
        run(Arc::clone(&self.application_plan), Arc::new(applications))?;
        self.trails = Some(trails);
        Ok(())
    }

    /// The rules about the server with these switches, or about the application with them: those of
    /// their scenarios that meet `name`.
    fn run(&self, name: &str, switches: Switches, application: bool) -> Result<RunRecord, Failure> {
        let (plan, targets): (_, Arc<dyn Targets>) = if application {
            let targets = BundledApplication::in_process(self.application.clone());
            (&self.application_plan, Arc::new(targets.with(switches)))
        } else {
            let targets = Bundled::in_process(self.profile.clone());
            (&self.plan, Arc::new(targets.with(switches)))
        };
        let trail = self.trails.as_ref().map(|trails| &trails[usize::from(application)]);
        let met = trail.map(|trail| plan.only(&trail.of(name)));
        run(met.map_or_else(|| Arc::clone(plan), Arc::new), targets)
    }

    fn try_fault(&self, fault: &'static Fault) -> Result<Tried, Failure> {
        let record = self.run(fault.name, Switches::fault(fault), is_of_application(fault.name))?;
        let mut tried = Tried {
            name: fault.name,
            mistake: fault.mistake,
            breaks: fault.breaks,
            killed: false,
            by: Vec::new(),
            disturbed: Vec::new(),
            inconclusive: BTreeMap::new(),
        };
        for rule in &record.rules {
            let named = fault.breaks.contains(&rule.id.as_str());
            let declared = fault.disturbs.iter().any(|(id, _)| *id == rule.id);
            match rule.verdict {
                Verdict::Fail if named => tried.by.push(rule.id.clone()),
                // More than a warning cannot be had where the document only recommends.
                Verdict::Warn if named && !rule.level.is_demanded() => {
                    tried.by.push(rule.id.clone());
                }
                Verdict::Fail | Verdict::Error if !declared => {
                    tried.disturbed.push(rule.id.clone());
                }
                Verdict::Inconclusive => {
                    let open = |s: &&ScenarioRecord| s.verdict == Verdict::Inconclusive;
                    let open = rule.scenarios.iter().filter(open);
                    let reasons = open.map(|s| s.reason.clone().unwrap_or_default()).collect();
                    tried.inconclusive.insert(rule.id.clone(), reasons);
                }
                _ => {}
            }
        }
        tried.killed = !tried.by.is_empty();
        Ok(tried)
    }

    fn try_variant(&self, variant: &'static Variant) -> Result<Tolerated, Failure> {
        let record =
            self.run(variant.name, Switches::variant(variant), is_of_application(variant.name))?;
        let not_passed = record
            .rules
            .iter()
            .filter(|rule| rule.verdict != Verdict::Pass)
            .map(|rule| (rule.id.clone(), rule.verdict))
            .collect();
        let scenarios = record.rules.iter().map(|rule| rule.scenarios.len()).sum();
        Ok(Tolerated { name: variant.name, choice: variant.choice, scenarios, not_passed })
    }
}

/// Runs a plan alone on this thread.
fn run(plan: Arc<Plan>, targets: Arc<dyn Targets>) -> Result<RunRecord, Failure> {
    let conditions = Conditions {
        target: "bundled server".to_owned(),
        concurrency: 64,
        seed: 1,
        strict: false,
        progress: Arc::new(|_| {}),
    };
    let forever = std::future::pending().boxed();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(Failure::internal)?;
    Ok(runtime.block_on(runner::run(plan, targets, conditions, forever)))
}

/// Does the work for each item, on as many threads as there are cores; the results keep the order.
fn each<T: Sync, R: Send>(
    items: &[T],
    work: impl Fn(&T) -> Result<R, Failure> + Sync,
) -> Result<Vec<R>, Failure> {
    let next = AtomicUsize::new(0);
    let results: Mutex<Vec<(usize, Result<R, Failure>)>> = Mutex::default();
    let threads = std::thread::available_parallelism().map_or(2, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let index = next.fetch_add(1, Ordering::SeqCst);
                    let Some(item) = items.get(index) else { return };
                    let result = work(item);
                    results.lock().unwrap_or_else(PoisonError::into_inner).push((index, result));
                }
            });
        }
    });
    let mut results = results.into_inner().unwrap_or_else(PoisonError::into_inner);
    results.sort_by_key(|(index, _)| *index);
    results.into_iter().map(|(_, result)| result).collect()
}
