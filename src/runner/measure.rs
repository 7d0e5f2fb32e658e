//! What a run has to know of its target before it begins: how fast it is, how much it bears at once, and
//! whether what is done with one grant of a user and client touches another of theirs.

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::future::join_all;

use super::diagnosis::{self, Flow, Part};
use super::plan::{Plan, Todo};
use super::preflight::needed;
use super::schedule::wait;
use super::targets::{Target, Targets};
use crate::driver::flow::Authorization;
use crate::driver::spacing::SECOND;
use crate::driver::time::{Gate, Slot};
use crate::driver::{Client, Code, Draft, Driver, Pair, Site, Unmet};
use crate::verdict::{Conduct, Exchange};
use crate::wire::has_failed;

/// How long a request may take while nothing is known of the target.
pub(super) const PATIENCE: Duration = Duration::from_secs(20);

/// What a request may take at least, and at most.
const TIMEOUTS: [Duration; 2] = [Duration::from_secs(5), Duration::from_secs(30)];

/// A request may take so many times what the slowest ordinary one took.
const SLACK: u32 = 10;

/// How many flows at once are tried, in this order.
const LEVELS: [u32; 3] = [2, 4, 8];

/// Where no request takes longer than this, more at once does no harm.
const EASY: Duration = Duration::from_millis(500);

/// By how much more flows at once have to speed things up to be worth it.
const WORTH: f64 = 1.25;

/// Why scenarios run one at a time where a person signs in.
pub const ATTENDED: &str = "a person signs in, and scenarios share the tokens";

/// So many times each client registers where it gets tokens once in a second.
const FLOCKS: usize = 8;

/// Fewer scenarios than this are run one after the other: a trial would cost more than it saves.
const FEW: usize = 24;

/// Measures a target that all scenarios share, and chooses. What the profile says counts before that.
pub async fn measure(plan: &Plan, targets: &dyn Targets) -> Conduct {
    let Ok(Target::Server(site)) = targets.open(0).await else { return Conduct::default() };
    let limits = &site.profile.limits;
    let (fixed, timeout) = (limits.concurrency, limits.timeout);
    let (concurrency, adapts) = (fixed.unwrap_or(1), fixed.is_none());
    let mut conduct = Conduct { timeout, concurrency, adapts, ..Conduct::default() };
    if site.person.is_some() {
        conduct.adapts = false;
        conduct.apart = Some(ATTENDED.to_owned());
        return conduct;
    }
    let Some(needed) = needed(plan, &site) else { return conduct };
    if timeout.is_none() {
        site.transport.set_timeout(PATIENCE);
    }
    let mut meter =
        Meter { site: Arc::clone(&site), needed, seen: Vec::new(), logins: 0, requests: 0 };
    if fixed.is_none() && scenarios(plan) >= FEW {
        conduct.concurrency = meter.capacity().await;
    } else {
        meter.burst(1).await;
    }
    if needed > Flow::Code && site.authorization.is_some() {
        conduct.clash = meter.clash().await;
    }
    if site.spaces_grants() && scenarios(plan) >= FEW {
        conduct.flocks = targets.multiply(FLOCKS).await;
        // Those at once are of other clients then, so that none waits for another.
        conduct.concurrency = fixed.unwrap_or(conduct.concurrency.max(conduct.flocks));
    }
    if needed > Flow::Code && (conduct.concurrency > 1 || waits(plan)) {
        conduct.apart = meter.overlap().await.ok().flatten().map(str::to_owned);
    }
    meter.seen.sort_unstable();
    (conduct.requests, conduct.logins) = (meter.seen.len(), meter.logins);
    conduct.latency = meter.seen.get(meter.seen.len() / 2).copied();
    conduct.slowest = meter.seen.last().copied();
    conduct.flow = mean(&meter.seen).map(|request| request * meter.requests);
    if site.spaces_grants() {
        conduct.flow = conduct.flow.map(|flow| flow.max(SECOND));
    }
    if timeout.is_none() {
        let [least, most] = TIMEOUTS;
        let chosen = (conduct.slowest.unwrap_or_default() * SLACK).clamp(least, most);
        site.transport.set_timeout(chosen);
        conduct.timeout = Some(Duration::from_secs(chosen.as_secs()));
    }
    conduct
}

/// The mean of these spans: one slow endpoint of an ordinary flow counts as much as it takes.
fn mean(spans: &[Duration]) -> Option<Duration> {
    let whole: Duration = spans.iter().sum();
    whole.checked_div(u32::try_from(spans.len()).ok()?)
}

/// A scenario takes so many ordinary flows, about.
const FLOWS: u32 = 2;

/// A run that takes longer than this is worth a word before it begins.
const LONG: Duration = Duration::from_secs(120);

/// What is said of how long a run takes, where that is long: waits come on top.
pub fn outlook(plan: &Plan, conduct: &Conduct) -> Option<String> {
    let (flow, count) = (conduct.flow?, scenarios(plan));
    let at_once = if conduct.apart.is_some() { 1 } else { conduct.concurrency };
    let each = flow * FLOWS / u32::try_from(at_once).unwrap_or(1).max(1);
    let takes = each * u32::try_from(count).unwrap_or(u32::MAX);
    (takes > LONG).then(|| {
        format!(
            "about {} minutes: {count} scenarios, each of them two ordinary flows or so, one of which ends every \
             {:.1} s (fewer rules: name them behind the profile)",
            takes.as_secs().div_ceil(60),
            each.as_secs_f64() / f64::from(FLOWS)
        )
    })
}

fn scenarios(plan: &Plan) -> usize {
    plan.scenarios.iter().filter(|planned| matches!(planned.todo, Todo::Run { .. })).count()
}

fn waits(plan: &Plan) -> bool {
    plan.scenarios.iter().any(|planned| wait(planned).is_some())
}

struct Meter {
    site: Arc<Site>,
    needed: Flow,
    /// How long each ordinary request took.
    seen: Vec<Duration>,
    logins: usize,
    /// Requests of one flow of a user who is signed in, as most scenarios have them.
    requests: u32,
}

/// What came of flows at once.
struct Burst {
    took: Duration,
    slowest: Duration,
    whole: bool,
}

impl Meter {
    /// How many flows at once the target bears, and is the faster for.
    async fn capacity(&mut self) -> usize {
        let alone = self.burst(1).await;
        let (mut chosen, mut speed) = (1, 1.0 / alone.took.as_secs_f64());
        for level in LEVELS {
            let burst = self.burst(level).await;
            let faster = f64::from(level) / burst.took.as_secs_f64();
            if !burst.whole || (burst.slowest > EASY && faster < speed * WORTH) {
                break;
            }
            (chosen, speed) = (level, faster);
        }
        chosen as usize
    }

    /// Plays ordinary flows at once, each in a browser of its own, which is left to scenarios.
    async fn burst(&mut self, flows: u32) -> Burst {
        let gate = Gate::new(flows as usize, false);
        let start = Instant::now();
        let played = (0..flows).map(|_| play(&self.site, &gate, self.needed));
        let played = join_all(played).await;
        let took = start.elapsed();
        let before = self.seen.len();
        let whole = played.iter().all(|(whole, _)| *whole);
        played.iter().for_each(|(_, exchanges)| self.note(exchanges));
        let slowest = self.seen[before..].iter().max().copied().unwrap_or_default();
        Burst { took, slowest, whole }
    }

    fn note(&mut self, exchanges: &[Exchange]) {
        if self.seen.is_empty() {
            let further = exchanges.iter().filter(|exchange| !exchange.is_login()).count();
            self.requests = u32::try_from(further).unwrap_or(u32::MAX);
        }
        self.seen.extend(exchanges.iter().map(|exchange| exchange.duration));
        self.logins += exchanges.iter().filter(|exchange| exchange.is_login()).count();
    }

    /// What a grant within a second of another one comes to, where that is another thing later.
    async fn clash(&mut self) -> Option<String> {
        let mut driver = Driver::unseeded(&self.site, Slot::own());
        driver.share_sessions();
        let found = clash(&mut driver).await;
        driver.leave_session();
        self.note(&driver.journal.take_exchanges());
        found
    }

    /// How what is done with one grant touches another of the same user and client, if it does.
    async fn overlap(&mut self) -> Result<Option<&'static str>, Unmet> {
        let mut driver = Driver::unseeded(&self.site, Slot::own());
        driver.share_sessions();
        let resource = self.needed == Flow::Resource;
        let found = match self.site.authorization.is_some() {
            true => overlap(&mut driver, resource).await,
            false => direct_overlap(&mut driver, resource).await,
        };
        driver.leave_session();
        self.note(&driver.journal.take_exchanges());
        found
    }
}

/// Plays an ordinary flow: whether it went through, and what was exchanged.
async fn play(site: &Arc<Site>, gate: &Gate, needed: Flow) -> (bool, Vec<Exchange>) {
    let slot = Slot::take(gate.clone(), false).await;
    let mut driver = Driver::unseeded(site, slot);
    driver.open_session();
    let whole = diagnosis::play(&mut driver, &Part::of("default"), needed).await.is_ok();
    driver.leave_session();
    (whole, driver.journal.take_exchanges())
}

/// What a second grant comes to that follows the first at once, where one that comes a second later is fine.
async fn clash(driver: &mut Driver) -> Option<String> {
    let client = Client::default_role();
    let mut first = grant(driver, &client).await;
    if first.is_err() {
        // One may have come just before.
        tokio::time::sleep(SECOND).await;
        first = grant(driver, &client).await;
    }
    let first = match first {
        Ok((first, _)) => first,
        Err(_) => return not_again(driver, &client),
    };
    let told = match grant(driver, &client).await {
        Ok((second, _)) if second.access == first.access => {
            "brings the same access token".to_owned()
        }
        Ok(_) => return None,
        Err(_) => {
            let last = driver.journal.exchanges().last()?.response.as_ref().ok()?;
            let failed = has_failed(last.status) && !last.is_throttled();
            failed.then(|| format!("fails (the target answers {})", last.status))?
        }
    };
    tokio::time::sleep(SECOND).await;
    let (third, _) = grant(driver, &client).await.ok()?;
    tokio::time::sleep(SECOND).await;
    // A server that fails at every other grant does so whenever it comes.
    let (fourth, _) = grant(driver, &client).await.ok()?;
    let differs = third.access != first.access && fourth.access != third.access;
    if differs {
        driver.site.space_grants();
        tokio::time::sleep(SECOND).await;
    }
    differs.then(|| {
        format!(
            "an ordinary grant within a second of one of the same user and client {told}, and a second \
             later it brings another: tokens seem to be made of user, client and second, so each client asks for \
             tokens once in a second"
        )
    })
}

/// What is said of a server that lets each user agree to a client once, and breaks after that.
fn not_again(driver: &Driver, client: &Client) -> Option<String> {
    let last = driver.journal.exchanges().last()?;
    let response = last.response.as_ref().ok()?;
    let broken = has_failed(response.status) && !response.is_throttled();
    (broken && driver.has_granted(client)).then(|| {
        format!(
            "a user who has agreed to the client before gets it no further code: {} {} is answered {}; nearly every \
             scenario builds upon that, and stays inconclusive (consent/grant)",
            last.request.method,
            last.request.path(),
            response.status
        )
    })
}

/// A grant gives nothing new.
const SAME_TOKENS: &str = "a user and client get the tokens of the grant before again";

/// A grant takes the place of the one before.
const ENDS_ACCESS: &str = "a new grant of a user and client ends the one before";

/// A grant ends the refresh token of the one before.
const ENDS_REFRESH: &str =
    "a new grant of a user and client ends the refresh token of the one before";

/// Something ends the refresh token of another grant.
const TOUCHES_REFRESH: &str =
    "what is done with a grant of a user and client ends the refresh token of another";

/// Tokens of an older grant are looked at with the `resource`, if there is one; the refresh token in any case.
async fn overlap(driver: &mut Driver, resource: bool) -> Result<Option<&'static str>, Unmet> {
    let client = Client::default_role();
    let (first, _) = grant(driver, &client).await?;
    if resource {
        driver.served(&first.access).await?;
    }
    let older = driver.obtain_code(&Authorization::of(&client)).await?;
    let (second, code) = grant(driver, &client).await?;
    if first.access == second.access || (first.refresh.is_some() && first.refresh == second.refresh)
    {
        return Ok(Some(SAME_TOKENS));
    }
    let died = |said| Ok(Some(said));
    if resource {
        driver.served(&second.access).await?;
        if driver.served(&first.access).await.is_err() {
            return died(ENDS_ACCESS);
        }
    }
    let late = driver.redemption(&client, &older)?;
    if driver.obtain(&client, &late).await.is_err() {
        return died("a new grant of a user and client ends the code of the one before");
    }
    let again = driver.redemption(&client, &code)?;
    // Whatever it answers, what becomes of the first grant is asked.
    drop(driver.submit(&again).await?);
    if resource && driver.served(&first.access).await.is_err() {
        return died("a code that is redeemed twice ends other grants of the user and client");
    }
    for revocation in revocations(driver, &client).await? {
        drop(driver.submit(&revocation).await?);
        if resource && driver.served(&first.access).await.is_err() {
            return died("a revocation ends other grants of the user and client");
        }
    }
    // Of what was done meanwhile, only the new grant is asked about where an access token would have told the rest.
    let said = if resource { ENDS_REFRESH } else { TOUCHES_REFRESH };
    Ok(has_ended_refresh(driver, &Authorization::of(&client), &first).await?.then_some(said))
}

/// The same where clients get tokens without codes.
async fn direct_overlap(
    driver: &mut Driver,
    resource: bool,
) -> Result<Option<&'static str>, Unmet> {
    let client = Client::default_role();
    let ask = Authorization::of(&client);
    let first = driver.obtain_tokens(&ask).await?;
    let second = driver.obtain_tokens(&ask).await?;
    if first.access == second.access || (first.refresh.is_some() && first.refresh == second.refresh)
    {
        return Ok(Some(SAME_TOKENS));
    }
    if resource {
        driver.served(&second.access).await?;
        if driver.served(&first.access).await.is_err() {
            return Ok(Some(ENDS_ACCESS));
        }
    }
    Ok(has_ended_refresh(driver, &ask, &first).await?.then_some(ENDS_REFRESH))
}

/// Whether the refresh token of an older grant does not work, and that of a new one does. Where none works at all,
/// that of an older grant shows nothing.
async fn has_ended_refresh(
    driver: &mut Driver,
    ask: &Authorization<'_>,
    older: &Pair,
) -> Result<bool, Unmet> {
    let Some(token) = &older.refresh else { return Ok(false) };
    let refresh = driver.refreshment(ask.client, token)?;
    if driver.obtain(ask.client, &refresh).await.is_ok() {
        return Ok(false);
    }
    let newest = driver.obtain_tokens(ask).await?;
    let Some(token) = &newest.refresh else { return Ok(false) };
    let refresh = driver.refreshment(ask.client, token)?;
    Ok(driver.obtain(ask.client, &refresh).await.is_ok())
}

/// The tokens of an ordinary grant, and the code that brought them.
async fn grant(driver: &mut Driver, client: &Client) -> Result<(Pair, Code), Unmet> {
    let code = driver.obtain_code(&Authorization::of(client)).await?;
    let draft = driver.redemption(client, &code)?;
    Ok((driver.obtain(client, &draft).await?, code))
}

/// The revocations of both tokens of a grant that was made for it; none where nothing can be revoked.
async fn revocations(driver: &mut Driver, client: &Client) -> Result<Vec<Draft>, Unmet> {
    if driver.site.revocation.is_none() {
        return Ok(Vec::new());
    }
    let (third, _) = grant(driver, client).await?;
    let tokens = [Some(third.access), third.refresh];
    tokens.iter().flatten().map(|token| driver.revocation(client, token)).collect()
}
