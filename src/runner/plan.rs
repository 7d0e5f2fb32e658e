//! What is run, and what is not and why: decided before anything is sent.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use cucumber::gherkin::Feature;

use super::features::{self, FeatureError, Item};
use super::waits::Waits;
use crate::profile::{ApplicationProfile, Clock, Profile, nearest};
use crate::rules::{Catalogue, Document, Endpoint, Level, Property, Rule, Subject};
use crate::steps::time;
use crate::verdict::{Breach, Finding, Outcome};

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
    /// It is not run; this is its outcome by each document.
    Decided(Vec<Finding>),
}

/// A scenario, the documents for which it is played once, and what becomes of it. Where documents
/// have to be played to differently, a scenario is planned once for each.
#[derive(Debug, Clone)]
pub struct Planned {
    /// The scenario.
    pub item: Arc<Item>,
    /// Its rule.
    pub rule: Arc<Rule>,
    /// Documents that judge it, all by the same play.
    pub documents: Arc<Vec<Arc<Document>>>,
    /// What becomes of it.
    pub todo: Todo,
}

impl Planned {
    /// What it needs: its rule's needs and its own.
    pub fn needs(&self) -> impl Iterator<Item = &str> {
        needs(&self.item, &self.rule)
    }

    /// The same outcome by each of its documents.
    pub fn findings(&self, outcome: &Outcome) -> Vec<Finding> {
        let of = |document: &Arc<Document>| Finding {
            document: document.id.clone(),
            outcome: outcome.clone(),
        };
        self.documents.iter().map(of).collect()
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
        let has = |rule: &Rule| chosen.iter().any(|planned| planned.rule.id == rule.id);
        let rules = self.rules_that(has);
        self.part(rules, chosen)
    }

    /// The same with these rules alone, by their ids.
    #[must_use]
    pub fn of_rules(&self, ids: &BTreeSet<String>) -> Self {
        let chosen = self.scenarios.iter().filter(|planned| ids.contains(&planned.rule.id));
        self.part(self.rules_that(|rule| ids.contains(&rule.id)), chosen.cloned().collect())
    }

    fn rules_that(&self, chosen: impl Fn(&Rule) -> bool) -> Vec<Arc<Rule>> {
        self.rules.iter().filter(|rule| chosen(rule)).map(Arc::clone).collect()
    }

    fn part(&self, rules: Vec<Arc<Rule>>, scenarios: Vec<Planned>) -> Self {
        let (against, features) = (Arc::clone(&self.against), Arc::clone(&self.features));
        Self { against, rules, scenarios, features }
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
        parts(item, profile, documents)
            .into_iter()
            .map(|documents| (todo(item, rule, profile, &documents), documents))
            .collect()
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
    plan_with(catalogue, Subject::Application, options, |item, rule, documents| {
        let todo = match needs(item, rule).find_map(|need| profile.provides(need).err()) {
            Some(missing) => decided(&documents, |_| Outcome::NotApplicable(missing.clone())),
            // What goes on behind the browser's back is told apart by scenario.
            None => Todo::Run { wait: None, alone: true },
        };
        vec![(todo, documents)]
    })
}

fn plan_with(
    catalogue: &Catalogue,
    subject: Subject,
    options: &Options,
    todo: impl Fn(&Item, &Rule, Judges) -> Vec<(Todo, Judges)>,
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
            let judges = judges(&item, rule, &options.against)?;
            let plays = todo(&item, rule, judges).into_iter();
            let item = Arc::new(item);
            let planned = plays.map(|(todo, documents)| Planned {
                item: Arc::clone(&item),
                rule: Arc::clone(rule),
                documents: Arc::new(documents),
                todo,
            });
            Some(planned.collect::<Vec<_>>())
        })
        .flatten()
        .collect();
    let against = Arc::new(options.against.clone());
    Ok(Plan { against, rules, scenarios, features: Arc::new(features) })
}

/// The documents that judge a scenario.
type Judges = Vec<Arc<Document>>;

/// What a scenario needs: its rule's needs and its own.
fn needs<'a>(item: &'a Item, rule: &'a Rule) -> impl Iterator<Item = &'a str> {
    rule.needs.iter().map(|need| need.0.as_str()).chain(item.tagged("needs"))
}

/// What scenarios need, beside their rules, of the rules of which `chosen` holds by their id.
pub fn scenario_needs(catalogue: &Catalogue, chosen: impl Fn(&str) -> bool) -> Vec<String> {
    // A feature file that cannot be read is told of by whoever plans a run.
    let items = features::items(&features::parse(catalogue).unwrap_or_default());
    let of = |item: &Item| item.tagged("needs").map(str::to_owned).collect::<Vec<_>>();
    items.iter().filter(|item| chosen(&item.rule)).flat_map(of).collect()
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
    let names = catalogue.rules().iter().flat_map(|rule| [rule.id.as_str(), rule.area()]);
    let hint = format!("; {}", nearest::hint(selector, names));
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
fn judges(item: &Item, rule: &Rule, against: &[String]) -> Option<Judges> {
    let states = |document: &&Arc<Document>| {
        item.tagged("property")
            .all(|name| Property::find(name).is_some_and(|it| document.states(it)))
    };
    let citing = rule.cited_by(against).map(|cite| &cite.document);
    let judges: Judges = citing.filter(states).map(Arc::clone).collect();
    (!judges.is_empty()).then_some(judges)
}

/// The documents by how a scenario is played for them. What a document says enters a play by the
/// lifetimes that the scenario waits for; everything else is judged afterwards.
fn parts(item: &Item, profile: &Profile, documents: Judges) -> Vec<Judges> {
    let waits = item.waits().ok().flatten();
    let lifetimes = |document: &Arc<Document>| -> Vec<Option<Duration>> {
        let own = std::slice::from_ref(document);
        let credentials = waits.iter().flat_map(Waits::credentials);
        credentials.map(|credential| time::lifetime(profile, own, credential)).collect()
    };
    let mut parts: Vec<(Vec<Option<Duration>>, Judges)> = Vec::new();
    for document in documents {
        let lifetimes = lifetimes(&document);
        match parts.iter_mut().find(|(known, _)| *known == lifetimes) {
            Some((_, part)) => part.push(document),
            None => parts.push((lifetimes, vec![document])),
        }
    }
    parts.into_iter().map(|(_, documents)| documents).collect()
}

/// A scenario that is not run, and what each document says of it.
fn decided(documents: &[Arc<Document>], outcome: impl Fn(&Document) -> Outcome) -> Todo {
    let of = |document: &Arc<Document>| Finding {
        document: document.id.clone(),
        outcome: outcome(document),
    };
    Todo::Decided(documents.iter().map(of).collect())
}

fn todo(item: &Item, rule: &Rule, profile: &Profile, documents: &[Arc<Document>]) -> Todo {
    for need in needs(item, rule) {
        if let Err(missing) = profile.provides(need) {
            if profile.unserved.as_ref() == Some(&missing) {
                return decided(documents, |_| Outcome::NotApplicable(missing.clone()));
            }
            return decided(documents, |document| absent(need, rule, document, &missing));
        }
    }
    let waits = match item.waits() {
        Ok(waits) => waits,
        Err(error) => return decided(documents, |_| Outcome::Error(error.to_string())),
    };
    let lifetime = |credential| time::lifetime(profile, documents, credential);
    let mut mortals = waits.iter().flat_map(Waits::credentials);
    // Nothing could be judged once the time has passed. What a response tells is known once it is there.
    let undefined = mortals.find(|it| !time::is_told(*it) && lifetime(*it).is_none());
    if let Some(mortal) = undefined {
        return decided(documents, |_| Outcome::NotApplicable(time::undefined(mortal)));
    }
    let wait = waits.as_ref().and_then(|waits| waits.length(lifetime));
    let real = time::is_real(profile);
    if real && wait.is_some_and(|wait| wait > profile.limits.time_budget) {
        let (wait, budget) = (wait.unwrap_or_default(), profile.limits.time_budget);
        let text = format!(
            "waiting {} s on a real clock is over the time budget of {} s",
            wait.as_secs(),
            budget.as_secs()
        );
        return decided(documents, |_| Outcome::NotApplicable(text.clone()));
    }
    if waits.is_some() && matches!(profile.clock, Clock::None) {
        let text = "the profile defines no clock";
        return decided(documents, |_| Outcome::NotApplicable(text.to_owned()));
    }
    let changes = |need: &str| need.starts_with("hook:") || need.starts_with("action:");
    let moves_clock = waits.is_some() && !real;
    let alone = item.is_alone() || moves_clock || needs(item, rule).any(changes);
    Todo::Run { wait: wait.filter(|_| real), alone }
}

/// What becomes of a scenario whose need is not met, by a document. An endpoint that the document
/// demands is a duty of the rules about it: leaving it out of the profile hides nothing.
fn absent(need: &str, rule: &Rule, document: &Document, missing: &str) -> Outcome {
    let endpoint = Endpoint::of_need(need);
    let about = match endpoint {
        // One cause, said once.
        Some(
            Endpoint::Revocation
            | Endpoint::Introspection
            | Endpoint::Pushed
            | Endpoint::DeviceAuthorization
            | Endpoint::Registration,
        ) => rule.id.ends_with("/endpoint"),
        // A resource is no endpoint of the server: which there is, the profile alone can say.
        _ => false,
    };
    let duty = about && endpoint.is_some_and(|it| document.endpoints.contains(&it));
    match rule.cites.iter().find(|cite| duty && cite.document.id == document.id) {
        Some(cite) => Outcome::Violated(Breach {
            level: cite.level,
            cite: cite.place(),
            expected: vec!["an endpoint for what the document demands".to_owned()],
            actual: missing.to_owned(),
            manner: None,
            tolerated: false,
        }),
        None => Outcome::NotApplicable(missing.to_owned()),
    }
}
