//! What the kill matrix tries faults on: the bundled server in each dialect judged by each document that
//! the dialect satisfies, and the sample application judged by each document about applications.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use futures::FutureExt;

use super::application::{BundledApplication, application_profile};
use super::bundled::{self, Bundled};
use super::disturbed::Disturbance;
use super::listed::Listed;
use super::switches::{Supply, is_of_application};
use crate::profile::{ApplicationProfile, Profile};
use crate::rules::{Catalogue, Cite, Level, Rule, Subject};
use crate::runner::{self, Conditions, KeptExchanges, Options, Plan, Targets};
use crate::server::Dialect;
use crate::testbed::switches::{Switches, Trail, Variant};
use crate::verdict::{Conduct, Failure, RunRecord};

/// What stands on a bench.
enum Subjects {
    Server(&'static Dialect, Box<Profile>),
    Application(Box<ApplicationProfile>),
}

/// One program judged by one document.
pub struct Bench {
    subject: Subjects,
    /// The document.
    pub document: String,
    plan: Arc<Plan>,
    /// Choices with which the server is judged by this document, whatever else it does.
    with: Vec<&'static Variant>,
    /// The scenarios in which each name comes into question; none: every scenario is run.
    met: OnceLock<BTreeMap<&'static str, BTreeSet<usize>>>,
}

impl Bench {
    /// Every bench, those of the server first.
    ///
    /// # Errors
    /// None in a released build: the bundled profiles and documents are tested.
    pub fn all(catalogue: &Catalogue) -> Result<Vec<Self>, Failure> {
        let mut benches = Vec::new();
        for dialect in Dialect::all() {
            for document in &dialect.documents {
                benches.push(Self::of_server(catalogue, dialect, document)?);
            }
            for document in &dialect.alone {
                let own = catalogue.documents().of(std::slice::from_ref(document));
                let dialect = dialect.satisfying(&own).map_err(Failure::internal)?;
                benches.push(Self::of_server(catalogue, dialect, document)?);
            }
        }
        for document in about_applications(catalogue) {
            let profile = application_profile()?;
            let plan = runner::plan_application(catalogue, &profile, &against(&document));
            let plan = Arc::new(plan.map_err(Failure::internal)?);
            let subject = Subjects::Application(Box::new(profile));
            benches.push(Self { subject, document, plan, with: Vec::new(), met: OnceLock::new() });
        }
        Ok(benches)
    }

    /// The bundled server in this dialect, judged by this document.
    ///
    /// # Errors
    /// None in a released build: the bundled profiles and documents are tested.
    pub fn of_server(
        catalogue: &Catalogue,
        dialect: &'static Dialect,
        document: &str,
    ) -> Result<Self, Failure> {
        let profile = bundled::profile_of(dialect)?;
        let options = Options { selectors: dialect.proves.clone(), ..against(document) };
        let plan = runner::plan(catalogue, &profile, &options);
        let plan = Arc::new(plan.map_err(Failure::internal)?);
        let subject = Subjects::Server(dialect, Box::new(profile));
        let with = Listed::embedded().map_err(Failure::internal)?.with(document);
        let document = document.to_owned();
        Ok(Self { subject, document, plan, with, met: OnceLock::new() })
    }

    /// The dialect, or what stands in its place.
    pub fn dialect(&self) -> &str {
        match &self.subject {
            Subjects::Server(dialect, _) => dialect.id(),
            Subjects::Application(_) => "sample application",
        }
    }

    /// Whether a fault or a variant of this name is of what stands on the bench.
    pub fn has(&self, name: &str) -> bool {
        is_of_application(name) == matches!(self.subject, Subjects::Application(_))
    }

    /// The rules whose scenarios meet this fault or variant: those that it could change.
    pub fn met_by(&self, name: &str) -> BTreeSet<&str> {
        match self.met.get() {
            Some(met) => {
                let scenarios = met.get(name).into_iter().flatten();
                scenarios.map(|it| self.plan.scenarios[*it].rule.id.as_str()).collect()
            }
            None => self.cited(),
        }
    }

    /// How many scenarios are played for this fault or variant.
    pub fn plays(&self, name: &str) -> usize {
        match self.met.get() {
            Some(met) => met.get(name).map_or(0, BTreeSet::len),
            None => self.plan.scenarios.len(),
        }
    }

    /// The rules that can notice anything by the document: what it merely permits is never a breach.
    pub fn cited(&self) -> BTreeSet<&str> {
        let counts = |rule: &&Arc<Rule>| {
            let own = |cite: &&Cite| cite.document.id == self.document;
            rule.cites.iter().filter(own).any(|cite| cite.level != Level::May)
        };
        self.plan.rules.iter().filter(counts).map(|rule| rule.id.as_str()).collect()
    }

    /// Runs every scenario once without a fault, and keeps which faults and variants each meets: one
    /// that a scenario does not meet cannot change it.
    ///
    /// # Errors
    /// Where no runtime can be made.
    pub fn follow(&self) -> Result<RunRecord, Failure> {
        let trail = Arc::<Trail>::default();
        let supply = Supply::Following(Arc::clone(&trail), self.with.clone());
        let record = run(Arc::clone(&self.plan), self.targets(supply), true)?;
        self.met.get_or_init(|| trail.by_name());
        Ok(record)
    }

    /// Runs the scenarios that meet `name` with these switches.
    ///
    /// # Errors
    /// Where no runtime can be made.
    pub fn run(&self, name: &str, switches: Switches) -> Result<RunRecord, Failure> {
        let none = BTreeSet::new();
        let met = self.met.get().map(|met| met.get(name).unwrap_or(&none));
        let met = met.map(|scenarios| Arc::new(self.plan.only(scenarios)));
        let plan = met.unwrap_or_else(|| Arc::clone(&self.plan));
        run(plan, self.targets(self.set(switches)), false)
    }

    /// These switches and those of the document.
    fn set(&self, mut switches: Switches) -> Switches {
        switches.variants.extend(&self.with);
        switches
    }

    /// Runs the scenarios of which this holds, by rule and name, with this disturbance and without a
    /// fault.
    ///
    /// # Errors
    /// Where no runtime can be made, or the bench has no server.
    pub fn disturbed(
        &self,
        disturbance: Disturbance,
        which: impl Fn(&str, &str) -> bool,
    ) -> Result<RunRecord, Failure> {
        let Subjects::Server(dialect, profile) = &self.subject else {
            return Err(Failure::internal("there is no server to be disturbed"));
        };
        let servers = Bundled::in_process(*profile.clone()).speaking(dialect);
        run(self.part(which), Arc::new(servers.disturbed(disturbance)), false)
    }

    /// Runs the scenarios of which this holds, by rule and name, with these switches.
    ///
    /// # Errors
    /// Where no runtime can be made.
    pub fn run_part(
        &self,
        which: impl Fn(&str, &str) -> bool,
        switches: Switches,
    ) -> Result<RunRecord, Failure> {
        run(self.part(which), self.targets(self.set(switches)), false)
    }

    fn part(&self, which: impl Fn(&str, &str) -> bool) -> Arc<Plan> {
        let chosen = self.plan.scenarios.iter().enumerate();
        let chosen = chosen.filter(|(_, it)| which(&it.rule.id, &it.item.scenario.name));
        Arc::new(self.plan.only(&chosen.map(|(number, _)| number).collect()))
    }

    fn targets(&self, switches: impl Into<Supply>) -> Arc<dyn Targets> {
        match &self.subject {
            Subjects::Server(dialect, profile) => {
                Arc::new(Bundled::in_process(*profile.clone()).speaking(dialect).with(switches))
            }
            Subjects::Application(profile) => {
                Arc::new(BundledApplication::in_process(*profile.clone()).with(switches))
            }
        }
    }
}

fn against(document: &str) -> Options {
    Options { against: vec![document.to_owned()], ..Options::default() }
}

/// The documents that cite rules about applications.
fn about_applications(catalogue: &Catalogue) -> BTreeSet<String> {
    let rules = catalogue.rules().iter().filter(|rule| rule.subject == Subject::Application);
    rules.flat_map(|rule| &rule.cites).map(|cite| cite.document.id.clone()).collect()
}

/// Runs a plan alone on this thread. With `reported` the record has the exchanges of what was judged.
fn run(plan: Arc<Plan>, targets: Arc<dyn Targets>, reported: bool) -> Result<RunRecord, Failure> {
    let ordinary = Conditions::of("bundled server", Conduct::of(64));
    let evidence = if reported { KeptExchanges::All } else { KeptExchanges::Verdicts };
    let conditions = Conditions { evidence, ..ordinary };
    let forever = std::future::pending().boxed();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(Failure::internal)?;
    Ok(runtime.block_on(runner::run(plan, targets, conditions, forever)))
}
