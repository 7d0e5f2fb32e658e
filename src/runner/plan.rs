//! What is run, and what is not and why: decided before anything is sent.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use cucumber::gherkin::Feature;

use super::features::{self, FeatureError, Item};
use crate::profile::{ApplicationProfile, Clock, Profile};
use crate::rules::{Catalogue, Document, Endpoint, Level, Property, Rule, Subject};
use crate::steps::time;
use crate::verdict::{Breach, Outcome};

/// What to select.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Documents that the run is against.
    pub against: Vec<String>,
    /// Id prefixes; none: every rule.
    pub selectors: Vec<String>,
    /// Id prefixes to leave out.
    pub exclude: Vec<String>,
    /// Rules of at least this level; none: every level.
    pub level: Option<Level>,
}

/// What becomes of a scenario.
#[derive(Debug, Clone)]
pub enum Todo {
    /// It is run.
    Run {
        /// How long it waits on a real clock.
        wait: Option<Duration>,
        /// Whether it changes what the whole target does.
        alone: bool,
    },
    /// It is not run; this is its outcome.
    Decided(Outcome),
}

/// A scenario and what becomes of it.
#[derive(Debug, Clone)]
pub struct Planned {
    /// The scenario.
    pub item: Item,
    /// Its rule.
    pub rule: Arc<Rule>,
    /// Documents that judge it.
    pub documents: Arc<Vec<Arc<Document>>>,
    /// What becomes of it.
    pub todo: Todo,
}

impl Planned {
    /// What it needs: its rule's needs and its own.
    pub fn needs(&self) -> impl Iterator<Item = &str> {
        needs(&self.item, &self.rule)
    }
}

/// Everything that a run is about.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Documents.
    pub against: Arc<Vec<String>>,
    /// Rules in catalogue order.
    pub rules: Vec<Arc<Rule>>,
    /// Scenarios in file order.
    pub scenarios: Vec<Planned>,
    /// The feature files, parsed.
    pub(super) features: Arc<Vec<Feature>>,
}

impl Plan {
    /// The same with these scenarios alone, by their numbers, and the rules that they are of.
    #[must_use]
    pub fn only(&self, scenarios: &BTreeSet<usize>) -> Self {
        let chosen = self.scenarios.iter().enumerate().filter(|(n, _)| scenarios.contains(n));
        let chosen: Vec<Planned> = chosen.map(|(_, planned)| planned.clone()).collect();
        let has = |rule: &&Arc<Rule>| chosen.iter().any(|planned| planned.rule.id == rule.id);
        Self {
            against: Arc::clone(&self.against),
            rules: self.rules.iter().filter(has).map(Arc::clone).collect(),
            scenarios: chosen,
            features: Arc::clone(&self.features),
        }
    }
}

/// Why there is no plan.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// A selector that no rule begins with.
    #[error("no rule id begins with `{selector}`{hint}")]
    Unknown {
        /// The selector.
        selector: String,
        /// The nearest id, in words.
        hint: String,
    },
    /// Nothing is left.
    #[error(
        "nothing is selected: no rule of these documents ({against}) is left by the selectors, \
         --exclude and --level; `oauthspec list --against {against}` shows what there is"
    )]
    Nothing {
        /// The documents, joined by commas.
        against: String,
    },
    /// A selector that means rules about something else only.
    #[error("`{selector}` selects rules about {an} {}; {hint}", .subject)]
    Subject {
        /// The selector.
        selector: String,
        /// The article of what follows.
        an: &'static str,
        /// What they are about.
        subject: Subject,
        /// What to do.
        hint: &'static str,
    },
    /// A feature file cannot be read; our own fault.
    #[error(transparent)]
    Feature(#[from] FeatureError),
}

/// Decides what is run against this target.
///
/// # Errors
/// A selector that selects nothing, or nothing left to run.
pub fn plan(
    catalogue: &Catalogue,
    profile: &Profile,
    options: &Options,
) -> Result<Plan, PlanError> {
    plan_with(catalogue, Subject::Server, options, |item, rule, documents| {
        todo(item, rule, profile, documents)
    })
}

/// Decides what is run against this application.
///
/// # Errors
/// A selector that selects nothing, or nothing left to run.
pub fn plan_application(
    catalogue: &Catalogue,
    profile: &ApplicationProfile,
    options: &Options,
) -> Result<Plan, PlanError> {
    plan_with(catalogue, Subject::Application, options, |item, rule, _| {
        match needs(item, rule).find_map(|need| profile.provides(need).err()) {
            Some(missing) => Todo::Decided(Outcome::NotApplicable(missing)),
            // What goes on behind the browser's back is told apart by scenario.
            None => Todo::Run { wait: None, alone: true },
        }
    })
}

fn plan_with(
    catalogue: &Catalogue,
    subject: Subject,
    options: &Options,
    todo: impl Fn(&Item, &Rule, &[Arc<Document>]) -> Todo,
) -> Result<Plan, PlanError> {
    for selector in options.selectors.iter().chain(&options.exclude) {
        known(catalogue, selector)?;
    }
    for selector in &options.selectors {
        of_subject(catalogue, subject, selector)?;
    }
    let rules: Vec<Arc<Rule>> = catalogue
        .rules()
        .iter()
        .filter(|rule| rule.subject == subject && selected(rule, options))
        .map(|rule| Arc::new(rule.clone()))
        .collect();
    if rules.is_empty() {
        return Err(PlanError::Nothing { against: options.against.join(",") });
    }
    let features = features::parse(catalogue)?;
    let scenarios = features::items(&features)
        .into_iter()
        .filter_map(|item| {
            let rule = rules.iter().find(|rule| rule.id == item.rule)?;
            let documents = judges(&item, rule, &options.against)?;
            let todo = todo(&item, rule, &documents);
            Some(Planned { rule: Arc::clone(rule), documents: Arc::new(documents), item, todo })
        })
        .collect();
    let against = Arc::new(options.against.clone());
    Ok(Plan { against, rules, scenarios, features: Arc::new(features) })
}

/// What a scenario needs: its rule's needs and its own.
fn needs<'a>(item: &'a Item, rule: &'a Rule) -> impl Iterator<Item = &'a str> {
    rule.needs.iter().map(|need| need.0.as_str()).chain(item.tagged("needs"))
}

fn of_subject(catalogue: &Catalogue, subject: Subject, selector: &str) -> Result<(), PlanError> {
    let meant = || catalogue.rules().iter().filter(|rule| means(selector, &rule.id));
    if meant().any(|rule| rule.subject == subject) {
        return Ok(());
    }
    let (an, subject, hint) = match subject {
        Subject::Server => ("an", Subject::Application, "run them with --client"),
        Subject::Application => ("a", Subject::Server, "run them without --client"),
    };
    Err(PlanError::Subject { selector: selector.to_owned(), an, subject, hint })
}

/// Whether a selector means this rule: its id, its area, or the beginning of its id.
fn means(selector: &str, id: &str) -> bool {
    id.starts_with(selector)
}

fn known(catalogue: &Catalogue, selector: &str) -> Result<(), PlanError> {
    if catalogue.rules().iter().any(|rule| means(selector, &rule.id)) && !selector.is_empty() {
        return Ok(());
    }
    let nearest = catalogue
        .rules()
        .iter()
        .flat_map(|rule| [rule.id.as_str(), rule.area()])
        .max_by(|a, b| strsim::jaro(a, selector).total_cmp(&strsim::jaro(b, selector)));
    let hint = nearest.map(|id| format!("; did you mean `{id}`?")).unwrap_or_default();
    Err(PlanError::Unknown { selector: selector.to_owned(), hint })
}

fn selected(rule: &Rule, options: &Options) -> bool {
    let any = |prefixes: &[String]| prefixes.iter().any(|prefix| means(prefix, &rule.id));
    let level = rule.level(&options.against);
    level.is_some_and(|level| options.level.is_none_or(|least| level >= least))
        && (options.selectors.is_empty() || any(&options.selectors))
        && !any(&options.exclude)
}

/// The documents of the run that judge a scenario: those that cite its rule, and that state the
/// properties that it is about. `None`: there are none, and the scenario is not in the run.
fn judges(item: &Item, rule: &Rule, against: &[String]) -> Option<Vec<Arc<Document>>> {
    let states = |document: &&Arc<Document>| {
        item.tagged("property")
            .all(|name| Property::find(name).is_some_and(|it| document.states(it)))
    };
    let citing = rule.cited_by(against).map(|cite| &cite.document);
    let judges: Vec<Arc<Document>> = citing.filter(states).map(Arc::clone).collect();
    (!judges.is_empty()).then_some(judges)
}

fn todo(item: &Item, rule: &Rule, profile: &Profile, documents: &[Arc<Document>]) -> Todo {
    for need in needs(item, rule) {
        if let Err(missing) = profile.provides(need) {
            return Todo::Decided(absent(need, rule, documents, missing));
        }
    }
    let waits = match item.waits() {
        Ok(waits) => waits,
        Err(error) => return Todo::Decided(Outcome::Error(error.to_string())),
    };
    let wait = waits.as_ref().and_then(|waits| {
        waits.length(|credential| time::lifetime(profile, documents, credential))
    });
    let real = time::is_real(profile);
    if real && wait.is_some_and(|wait| wait > profile.limits.time_budget) {
        let (wait, budget) = (wait.unwrap_or_default(), profile.limits.time_budget);
        return Todo::Decided(Outcome::NotApplicable(format!(
            "waiting {} s on a real clock is over the time budget of {} s",
            wait.as_secs(),
            budget.as_secs()
        )));
    }
    if waits.is_some() && matches!(profile.clock, Clock::None) {
        return Todo::Decided(Outcome::NotApplicable("the profile defines no clock".to_owned()));
    }
    let changes = |need: &str| need.starts_with("hook:") || need.starts_with("action:");
    let moves_clock = waits.is_some() && !real;
    let alone = item.is_alone() || moves_clock || needs(item, rule).any(changes);
    Todo::Run { wait: wait.filter(|_| real), alone }
}

/// What becomes of a scenario whose need is not met. An endpoint that a document demands is a duty of
/// the rules about it: leaving it out of the profile hides nothing.
fn absent(need: &str, rule: &Rule, documents: &[Arc<Document>], missing: String) -> Outcome {
    let about = match Endpoint::of_need(need) {
        Some(Endpoint::Revocation) => matches!(rule.area(), "revoke" | "access-token"),
        Some(Endpoint::Resource) => matches!(rule.area(), "bearer" | "identity"),
        _ => false,
    };
    let duty = |document: &Document| {
        about && Endpoint::of_need(need).is_some_and(|it| document.endpoints.contains(&it))
    };
    let cites = rule.cites.iter().filter(|cite| {
        duty(&cite.document) && documents.iter().any(|it| it.id == cite.document.id)
    });
    let breaches: Vec<Breach> = cites
        .map(|cite| Breach {
            level: cite.level,
            cite: cite.place(),
            expected: vec!["an endpoint for what the document demands".to_owned()],
            tolerated: false,
        })
        .collect();
    if breaches.is_empty() {
        return Outcome::NotApplicable(missing);
    }
    Outcome::Violated { breaches, actual: missing }
}
