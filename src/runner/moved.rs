//! Whether the target's clock moves when the profile's hook is asked to move it: a hook that answers and
//! does nothing would make every rule about lifetimes fail.

use std::sync::Arc;
use std::time::Duration;

use super::plan::{Plan, Todo};
use crate::driver::flow::Authorization;
use crate::driver::time::{Gate, Slot};
use crate::driver::{Client, Draft, Driver, Site, Unmet};

/// No code lives longer (RFC 6749 §4.1.2 recommends ten minutes at most).
const STEP: Duration = Duration::from_secs(660);

/// An access token that promises more is not waited for.
const DAY: u64 = 86_400;

/// Moves the target's clock and looks for what follows it. Where nothing does, no rule about lifetimes
/// can be judged, and the site says so.
pub(super) async fn check(plan: &Plan, site: &Arc<Site>) {
    let runs = plan.scenarios.iter().filter(|planned| matches!(planned.todo, Todo::Run { .. }));
    let mut waits = runs.filter(|planned| matches!(planned.item.waits(), Ok(Some(_))));
    if !site.profile.clock.is_movable() || waits.next().is_none() {
        return;
    }
    let slot = Slot::take(Gate::new(1, false), false).await;
    let mut driver = Driver::new(Arc::clone(site), slot, 1000);
    driver.share_sessions();
    // Where something else does not work, the scenarios say what.
    if let Ok(Some(why)) = stuck(&mut driver).await {
        let _ = site.stuck.set(why);
    }
    driver.leave_session();
}

/// Why the clock is not believed to move, if it is not.
async fn stuck(driver: &mut Driver) -> Result<Option<String>, Unmet> {
    let client = Client::default_role();
    let code = driver.obtain_code(&Authorization::of(&client)).await?;
    let before = date(driver).await?;
    driver.pass(STEP).await?;
    let after = date(driver).await?;
    if let (Some(before), Some(after)) = (before, after)
        && after.saturating_sub(before) >= STEP / 2
    {
        return Ok(None);
    }
    let redemption = driver.redemption(&client, &code)?;
    let Ok(pair) = driver.obtain(&client, &redemption).await else { return Ok(None) };
    let mut followed = "neither the field Date nor the life of a code".to_owned();
    if let Some(life) = pair.expires_in.filter(|life| *life <= DAY)
        && driver.served(&pair.access).await.is_ok()
    {
        driver.pass(Duration::from_secs(life) + STEP).await?;
        if driver.served(&pair.access).await.is_err() {
            return Ok(None);
        }
        followed = "neither the field Date nor the life of a code or an access token".to_owned();
    }
    Ok(Some(format!("the profile's `clock` was told to move, and {followed} followed it")))
}

/// What time the target says it has, if it does.
async fn date(driver: &mut Driver) -> Result<Option<Duration>, Unmet> {
    let base = driver.site.profile.base();
    let base = base.map_err(|error| Unmet::Failed(format!("base_url {error}")))?;
    driver.journal.forget_said();
    let draft = Draft::new("question for the target's time", "GET", &base);
    drop(driver.submit(&draft).await?);
    Ok(driver.journal.said().map(|said| said.now()))
}
