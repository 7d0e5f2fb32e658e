//! The ordinary flows that the selected rules build upon, tried before any of them: where one does not
//! work, no rule can be judged, and one diagnosis says why.

use std::sync::Arc;

use super::diagnosis::{Flow, diagnose};
use super::measure::PATIENCE;
use super::plan::{Plan, Todo};
use super::targets::{Target, Targets};
use crate::driver::flow::Authorization;
use crate::driver::time::{Gate, Slot};
use crate::driver::{Client, Driver, Site, Unmet};
use crate::verdict::Secrets;

/// Why nothing can be judged, and the secrets that were seen on the way.
#[derive(Debug)]
pub struct Grounded {
    /// The diagnosis; may hold secrets.
    pub text: String,
    /// What must not be shown.
    pub secrets: Secrets,
}

/// Tries the flows that the plan needs on a target that all scenarios share.
///
/// # Errors
/// The first flow that does not work.
pub async fn preflight(plan: &Plan, targets: &dyn Targets) -> Result<(), Box<Grounded>> {
    let Some(needed) = needed(plan) else { return Ok(()) };
    let Ok(Target::Server(site)) = targets.open(0).await else { return Ok(()) };
    // What fails once may be slow to start.
    match attempt(&site, needed).await {
        Ok(()) => Ok(()),
        Err(_) => {
            if site.profile.limits.timeout.is_none() {
                site.transport.set_timeout(PATIENCE);
            }
            attempt(&site, needed).await
        }
    }
}

async fn attempt(site: &Arc<Site>, needed: Flow) -> Result<(), Box<Grounded>> {
    let slot = Slot::take(Gate::new(1, false), false).await;
    let mut driver = Driver::new(Arc::clone(site), slot, 1);
    let tried = flows(&mut driver, site, needed).await;
    let (exchanges, secrets) = driver.journal.take();
    tried.map_err(|(flow, unmet)| {
        let text = diagnose(flow, &unmet.to_string(), exchanges.last());
        Box::new(Grounded { text, secrets })
    })
}

/// Plays the ordinary flows up to what is needed.
pub(super) async fn flows(
    driver: &mut Driver,
    site: &Site,
    needed: Flow,
) -> Result<(), (Flow, Unmet)> {
    let client = Client::default_role();
    let code = driver.obtain_code(&Authorization::of(&client)).await;
    let code = code.map_err(|unmet| (Flow::Code, unmet))?;
    if needed == Flow::Code {
        return Ok(());
    }
    let tokens = async {
        let draft = driver.redemption(&client, &code)?;
        driver.obtain(&client, &draft).await
    };
    let pair = tokens.await.map_err(|unmet| (Flow::Tokens, unmet))?;
    if needed == Flow::Tokens || site.profile.resource.is_none() {
        return Ok(());
    }
    driver.served(&pair.access).await.map_err(|unmet| (Flow::Resource, unmet))
}

/// The longest flow that a scenario of the plan builds upon; none where all are about clients that
/// act for themselves.
pub(super) fn needed(plan: &Plan) -> Option<Flow> {
    let runs = plan.scenarios.iter().filter(|planned| matches!(planned.todo, Todo::Run { .. }));
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
}
