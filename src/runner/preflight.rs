//! The ordinary flows that the selected rules build upon, tried before any of them: where one does not
//! work, no rule can be judged, and one diagnosis says why. Then each means that they need: where the
//! profile is wrong about one, what needs it cannot be judged.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::diagnosis::{Examiner, Flow, Found, Part};
use super::measure::PATIENCE;
use super::plan::{Plan, Planned, Todo};
use super::targets::{Target, Targets};
use crate::driver::time::Slot;
use crate::driver::{Driver, Site};
use crate::steps::operations::needs_of;
use crate::verdict::{Outcome, Problem, RunRecord, Secrets};

/// Why nothing can be judged, and the secrets that were seen on the way.
#[derive(Debug)]
pub struct Grounded {
    /// The diagnosis; may hold secrets.
    pub text: String,
    /// What must not be shown.
    pub secrets: Secrets,
}

/// What the profile is wrong about.
#[derive(Debug, Default)]
pub struct Doubts {
    /// The diagnosis by the written name of the need; may hold secrets.
    by_need: BTreeMap<String, String>,
    /// Why nothing can be judged but what is published.
    flow: Option<String>,
    secrets: Secrets,
}

impl Doubts {
    /// The plan, in which nothing is run that needs what does not work.
    pub fn applied(&self, plan: &Arc<Plan>) -> Arc<Plan> {
        if self.by_need.is_empty() && self.flow.is_none() {
            return Arc::clone(plan);
        }
        let mut plan = Plan::clone(plan);
        for planned in plan.scenarios.iter_mut().filter(|planned| runs(planned)) {
            let flow = self.flow.as_ref().filter(|_| !is_published(planned));
            let doubt = flow.or(needs(planned).find_map(|need| self.by_need.get(&need)));
            if let Some(text) = doubt {
                let findings = planned.findings(&Outcome::Inconclusive(text.clone()));
                planned.todo = Todo::Decided(findings);
            }
        }
        Arc::new(plan)
    }

    /// Says in the record of the run, once each, what was not judged for what reason.
    pub fn note(&self, record: &mut RunRecord) {
        record.secrets.extend(&self.secrets);
        let texts: BTreeSet<&String> = self.by_need.values().chain(&self.flow).collect();
        record.problems.extend(texts.into_iter().cloned().map(Problem::Grounded));
    }
}

/// Tries what the plan needs on a target that all scenarios share.
///
/// # Errors
/// The first flow that does not work.
pub async fn preflight(plan: &Plan, targets: &dyn Targets) -> Result<Doubts, Box<Grounded>> {
    let Ok(Target::Server(site)) = targets.open(0).await else { return Ok(Doubts::default()) };
    let needed = needed(plan, &site);
    // What fails once may be slow to start.
    match attempt(&site, needed, plan).await {
        Ok(doubts) => Ok(doubts),
        Err(grounded) if site.person.is_some() => Err(grounded),
        Err(_) => {
            if site.profile.limits.timeout.is_none() {
                site.transport.set_timeout(PATIENCE);
            }
            let again = attempt(&site, needed, plan).await;
            // What is published can be judged without any flow.
            let published = plan.scenarios.iter().any(|it| runs(it) && is_published(it));
            again.or_else(|grounded| match published {
                true => {
                    let Grounded { text, secrets } = *grounded;
                    Ok(Doubts { flow: Some(text), secrets, ..Doubts::default() })
                }
                false => Err(grounded),
            })
        }
    }
}

/// Areas about what a server publishes, for which no flow has to work.
const PUBLISHED: [&str; 2] = ["metadata", "resource-metadata"];

/// Whether a scenario looks at what is published, and at nothing else.
fn is_published(planned: &Planned) -> bool {
    PUBLISHED.contains(&planned.rule.area()) && planned.item.has_nobody_sign_in()
}

/// Does what the profile wants done to the target before a run.
///
/// # Errors
/// The first step that did not work.
pub async fn set_up(targets: &dyn Targets) -> Result<(), Box<Grounded>> {
    let Ok(Target::Server(site)) = targets.open(0).await else { return Ok(()) };
    let mut driver = Driver::unseeded(&site, Slot::own());
    let done = driver.set_up().await;
    let (_, secrets) = driver.journal.take();
    done.map_err(|unmet| Box::new(Grounded { text: unmet.to_string(), secrets }))
}

async fn attempt(
    site: &Arc<Site>,
    needed: Option<Flow>,
    plan: &Plan,
) -> Result<Doubts, Box<Grounded>> {
    let mut examiner = Examiner::new(Arc::clone(site));
    let pair = match needed {
        None => None,
        Some(flow) => match examiner.flow(&Part::of("default"), flow).await {
            Ok(pair) => pair,
            Err(finding) => {
                let text = finding.to_string();
                return Err(Box::new(Grounded { text, secrets: examiner.into_secrets() }));
            }
        },
    };
    if site.person.is_some() {
        // Every further check would take a sign-in from the rules.
        return Ok(Doubts { secrets: examiner.into_secrets(), ..Doubts::default() });
    }
    let runs = plan.scenarios.iter().filter(|planned| runs(planned));
    let needs: BTreeSet<String> = runs.flat_map(needs).collect();
    let mut by_need = BTreeMap::new();
    for checked in examiner.of_needs(&needs, pair.as_ref()).await {
        match checked.found {
            Found::Bad(finding) if finding.certain => {
                by_need.insert(checked.need, finding.to_string());
            }
            _ => {}
        }
    }
    Ok(Doubts { by_need, flow: None, secrets: examiner.into_secrets() })
}

fn runs(planned: &Planned) -> bool {
    matches!(planned.todo, Todo::Run { .. })
}

/// What a scenario needs; one that lets time pass needs the clock.
fn needs(planned: &Planned) -> impl Iterator<Item = String> {
    let waits = matches!(planned.item.waits(), Ok(Some(_)));
    let clock = waits.then(|| "clock".to_owned());
    let steps = planned.item.scenario.steps.iter();
    let used = steps.flat_map(|step| needs_of(&step.value));
    let needs: Vec<String> = planned.needs().map(str::to_owned).chain(used).collect();
    needs.into_iter().chain(clock)
}

/// The longest flow that a scenario of the plan builds upon; none where all are about clients that
/// act for themselves, or about codes that the target does not issue.
pub(super) fn needed(plan: &Plan, site: &Site) -> Option<Flow> {
    let runs = plan.scenarios.iter().filter(|planned| runs(planned));
    runs.filter_map(|planned| {
        let needs: Vec<&str> = planned.needs().collect();
        if needs.iter().any(|need| need.starts_with("client:server")) {
            return None;
        }
        let resource = needs.contains(&"resource");
        let code_only = ["authorize", "consent", "redirect"].contains(&planned.rule.area());
        Some(match (resource, code_only) {
            (true, _) => Flow::Resource,
            (false, true) => Flow::Code,
            (false, false) => Flow::Tokens,
        })
    })
    .max()
    .filter(|flow| *flow > Flow::Code || site.authorization.is_some())
}
