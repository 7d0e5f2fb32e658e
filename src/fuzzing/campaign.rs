//! A campaign: cases made, played and judged until a limit is reached; what is found is confirmed by
//! repetition, told from what is known, and shrunk.

use std::collections::{HashMap, HashSet, VecDeque};
use std::time::{Duration, Instant};

use super::case::{Base, Case, Shot, Step};
use super::choices::{Choices, Dice};
use super::generate::{self, Aim};
use super::novelty::Seen;
use super::opening;
use super::oracle::Finding;
use super::play::{Browsers, Played, Stage, play};
use super::roles::Roles;
use super::shrink::{again, alike, shrink};
use super::tried::Tried;
use crate::wire::TransportError;

/// After so many cases the valid flow has to work again.
const CONTROL_EVERY: u64 = 50;
/// No more cases than this are kept for their novelty.
const POOL: usize = 512;
/// A target that asks for fewer requests gets a pause of this length.
const PAUSE: Duration = Duration::from_millis(500);

/// How long a campaign goes on.
#[derive(Debug, Clone, Copy, Default)]
pub struct Limits {
    /// Until so many requests were sent.
    pub requests: Option<u64>,
    /// Until so much time has passed.
    pub time: Option<Duration>,
    /// Until the first finding.
    pub first: bool,
    /// Until a finding by one of these rules, if there are any.
    pub until: &'static [&'static str],
    /// Or until one of this property.
    pub property: Option<&'static str>,
}

/// What is to be done.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Who and what cases are made of.
    pub cast: Roles,
    /// Which requests are fuzzed.
    pub aim: Aim,
    /// Seed of every choice.
    pub seed: u64,
    /// When to stop.
    pub limits: Limits,
}

/// What has been done so far.
#[derive(Debug, Clone, Copy, Default)]
pub struct Tally {
    /// Cases played.
    pub cases: u64,
    /// Steps played.
    pub steps: u64,
    /// Requests sent, those of logins included.
    pub requests: u64,
    /// Behaviours seen.
    pub behaviours: usize,
    /// Findings.
    pub findings: usize,
}

/// A finding that showed three times, and the smallest case that shows it.
#[derive(Debug)]
pub struct Confirmed {
    /// The property that does not hold.
    pub finding: Finding,
    /// The smallest case.
    pub case: Case,
    /// How it was played last.
    pub played: Played,
    /// Requests sent before it was first seen.
    pub after: u64,
    /// Time until it was first seen.
    pub elapsed: Duration,
}

impl Confirmed {
    /// Whether it is one that a campaign of these limits looks for.
    pub fn ends(&self, limits: &Limits) -> bool {
        self.finding.rule.is_some_and(|rule| limits.until.contains(&rule))
            || limits.property == Some(self.finding.oracle)
    }
}

/// Why a campaign came to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    /// A limit was reached.
    Done,
    /// Someone asked it to stop.
    Stopped,
    /// Not even an ordinary flow works; what came instead.
    NoControl(String),
    /// Nothing more could be sent.
    Lost(String),
}

/// What came of a campaign.
#[derive(Debug)]
pub struct Report {
    /// What was done.
    pub tally: Tally,
    /// Findings.
    pub confirmed: Vec<Confirmed>,
    /// What showed once and not again.
    pub unconfirmed: Vec<Finding>,
    /// How often each property was put to the test.
    pub tried: Tried,
    /// Why it ended.
    pub end: End,
}

struct Campaign<'a> {
    stage: &'a Stage,
    plan: &'a Plan,
    /// Cases that come first.
    opening: VecDeque<Case>,
    tried: Tried,
    dice: Dice,
    start: Instant,
    pool: Vec<Case>,
    seen: Seen,
    tally: Tally,
    confirmed: Vec<Confirmed>,
    unconfirmed: Vec<Finding>,
    /// Findings that are known, and those that did not show again, with how often.
    settled: HashSet<Key>,
    doubtful: HashMap<Key, u32>,
    browsers: Browsers,
    /// The controls that were played for a finding.
    controls: HashSet<Case>,
}

/// What tells one finding from another.
type Key = (&'static str, Option<&'static str>, &'static str, String);

/// Runs a campaign. `stop` is asked and `told` is told after every case.
pub async fn run(
    stage: &Stage,
    plan: &Plan,
    stop: &(dyn Fn() -> bool + Sync),
    told: &mut (dyn FnMut(&Tally) + Send),
) -> Report {
    let mut campaign = Campaign {
        stage,
        plan,
        opening: if plan.aim == Aim::All {
            opening::cases(&plan.cast).into()
        } else {
            VecDeque::new()
        },
        tried: Tried::default(),
        dice: Dice::new(plan.seed),
        start: Instant::now(),
        pool: Vec::new(),
        seen: Seen::default(),
        tally: Tally::default(),
        confirmed: Vec::new(),
        unconfirmed: Vec::new(),
        settled: HashSet::new(),
        doubtful: HashMap::new(),
        browsers: Browsers::default(),
        controls: HashSet::new(),
    };
    let end = campaign.go(stop, told).await;
    let Campaign { tally, confirmed, unconfirmed, tried, .. } = campaign;
    Report { tally, confirmed, unconfirmed, tried, end }
}

/// How often a case is played again at most before a finding is confirmed, and how often it has to show.
const AGAIN: (u32, u32) = (2, 2);
/// The same for requests that are sent at once: whether they meet is left to chance, and what came of it once
/// is no accident.
const RACED_AGAIN: (u32, u32) = (6, 1);

impl Campaign<'_> {
    async fn go(
        &mut self,
        stop: &(dyn Fn() -> bool + Sync),
        told: &mut (dyn FnMut(&Tally) + Send),
    ) -> End {
        self.tally.requests += self.stage.acquaint(self.plan.seed).await;
        if let Some(unmet) = self.control().await {
            return unmet;
        }
        let mut last = Case::default();
        loop {
            if stop() {
                return End::Stopped;
            }
            if self.over() {
                break;
            }
            last = self.next_case();
            if let Some(error) = self.one(&last).await {
                return self.died(last, &error);
            }
            told(&self.tally);
            if self.tally.cases.is_multiple_of(CONTROL_EVERY)
                && let Some(end) = self.still_works(&last).await
            {
                return end;
            }
        }
        self.still_works(&last).await.unwrap_or(End::Done)
    }

    fn over(&self) -> bool {
        let limits = &self.plan.limits;
        limits.requests.is_some_and(|most| self.tally.requests >= most)
            || limits.time.is_some_and(|most| self.start.elapsed() >= most)
            || limits.first && !self.confirmed.is_empty()
            || self.confirmed.iter().any(|found| found.ends(limits))
    }

    fn next_case(&mut self) -> Case {
        let Plan { cast, aim, .. } = self.plan;
        if let Some(first) = self.opening.pop_front() {
            return first;
        }
        if !self.pool.is_empty() && self.dice.once_in(2) {
            let near = self.dice.pick(&self.pool).cloned().unwrap_or_default();
            return generate::mutated(&mut self.dice, cast, &near);
        }
        generate::case(&mut self.dice, cast, *aim)
    }

    /// Plays one case; an error where nothing more can be sent.
    async fn one(&mut self, case: &Case) -> Option<TransportError> {
        let seed = self.dice.seed();
        // A new browser now and then: the first sign-in is part of the target, too.
        if self.dice.once_in(16) {
            self.browsers = Browsers::default();
        }
        let played = play(self.stage, case, &mut self.browsers, seed).await;
        self.count(case, &played);
        if self.seen.learn(&played.signatures) && self.pool.len() < POOL {
            self.pool.push(case.clone());
        }
        self.tally.behaviours = self.seen.count();
        if played.throttled {
            tokio::time::sleep(PAUSE).await;
        }
        if let Some(error) = played.lost {
            return Some(error);
        }
        for finding in &played.findings {
            if let Some(error) = self.settle(case, finding).await {
                return Some(error);
            }
        }
        None
    }

    fn count(&mut self, case: &Case, played: &Played) {
        self.tally.cases += 1;
        self.tally.steps += case.steps.len() as u64;
        self.tally.requests += played.journal.exchanges().len() as u64;
        self.tried.add(&played.tried);
    }

    /// Confirms, shrinks and keeps a finding that is not known yet.
    async fn settle(&mut self, case: &Case, finding: &Finding) -> Option<TransportError> {
        let key = key(case, finding);
        if self.settled.contains(&key) || self.doubtful.get(&key).is_some_and(|times| *times > 2) {
            return None;
        }
        if let Some(control) = self.stage.unproven(finding).await {
            // That the plain request does not work is a finding of its own, if it is one.
            if self.controls.insert(control.clone()) {
                self.opening.push_front(control);
            }
            return None;
        }
        let (after, elapsed) = (self.tally.requests, self.start.elapsed());
        let (plays, enough) = if case.races() { RACED_AGAIN } else { AGAIN };
        let mut shown = 0;
        for left in (0..plays).rev() {
            let (found, played) = again(self.stage, case, finding).await;
            self.tally.requests += played.journal.exchanges().len() as u64;
            if played.lost.is_some() {
                return played.lost;
            }
            shown += u32::from(found.is_some());
            if shown == enough {
                break;
            }
            if shown + left < enough {
                *self.doubtful.entry(key).or_default() += 1;
                if !self.unconfirmed.iter().any(|known| alike(known, finding)) {
                    self.unconfirmed.push(finding.clone());
                }
                return None;
            }
        }
        let (case, finding) = shrink(self.stage, case.clone(), finding).await;
        let (_, played) = again(self.stage, &case, &finding).await;
        self.settled.insert(key);
        if self.settled.insert(self::key(&case, &finding)) || !self.knows(&finding) {
            self.unconfirmed.retain(|known| !alike(known, &finding));
            self.confirmed.push(Confirmed { finding, case, played, after, elapsed });
        }
        self.tally.findings = self.confirmed.len();
        None
    }

    fn knows(&self, finding: &Finding) -> bool {
        self.confirmed.iter().any(|known| alike(&known.finding, finding))
    }

    /// An ordinary flow, at the beginning: without it nothing that follows says anything.
    async fn control(&mut self) -> Option<End> {
        let played = self.ordinary().await;
        if let Some(error) = played.lost {
            return Some(End::Lost(error.to_string()));
        }
        let what = not_ordinary(&played)?;
        // Another property that does not hold is a finding, and no reason to stop.
        let grave = played.findings.iter().any(|f| f.oracle == "valid-flow");
        let works = played.lacking.is_empty() && !grave;
        for finding in &played.findings {
            let case = ordinary(&self.plan.cast);
            self.settle(&case, finding).await;
        }
        (!works).then_some(End::NoControl(what))
    }

    async fn ordinary(&mut self) -> Played {
        let (case, seed) = (ordinary(&self.plan.cast), self.dice.seed());
        let played = play(self.stage, &case, &mut Browsers::default(), seed).await;
        self.tally.requests += played.journal.exchanges().len() as u64;
        self.tried.add(&played.tried);
        played
    }

    /// The next valid flow; the end of the campaign where it does not work.
    async fn still_works(&mut self, last: &Case) -> Option<End> {
        for kept in [true, false] {
            self.stage.site.transport.keep_connections(kept);
            let played = self.ordinary().await;
            self.stage.site.transport.keep_connections(true);
            self.tried.note("next-valid-flow");
            if let Some(error) = played.lost {
                return Some(self.died(last.clone(), &error));
            }
            let broken = |finding: &&Finding| {
                matches!(finding.oracle, "valid-flow" | "no-server-error" | "answers")
                    && !self.knows(finding)
            };
            if played.throttled || !played.findings.iter().any(|finding| broken(&finding)) {
                return None;
            }
        }
        self.broken(last.clone(), "a valid flow no longer works");
        Some(End::Done)
    }

    fn broken(&mut self, case: Case, actual: &str) {
        let finding = Finding::plain("next-valid-flow", actual);
        let (after, elapsed) = (self.tally.requests, self.start.elapsed());
        let played = Played::default();
        self.confirmed.push(Confirmed { finding, case, played, after, elapsed });
        self.tally.findings = self.confirmed.len();
    }

    /// Nothing more can be sent: by our own limit, or because the target is gone.
    fn died(&mut self, last: Case, error: &TransportError) -> End {
        if let TransportError::Unsendable(_) | TransportError::OverBudget = error {
            return End::Done;
        }
        self.broken(last, &format!("the target became unreachable: {error}"));
        End::Lost(error.to_string())
    }
}

/// Client, user and resource go the ordinary way.
pub fn ordinary(cast: &Roles) -> Case {
    let client = "default".to_owned();
    let mut requests = vec![
        Base::Authorize { client: client.clone(), user: "default".to_owned(), deny: false },
        Base::Exchange { client, code: Some(0) },
    ];
    if cast.resource {
        requests.push(Base::Use { token: Some(1), scoped: false });
    }
    let send = |request| Step::Send(Shot { request, edits: Vec::new() });
    Case { steps: requests.into_iter().map(send).collect() }
}

fn not_ordinary(played: &Played) -> Option<String> {
    played.findings.first().map(ToString::to_string)
}

/// A finding is the same by whatever values its answer repeats of the requests.
fn key(case: &Case, finding: &Finding) -> Key {
    let shot = case.steps.get(finding.step).and_then(Step::shot);
    let request = shot.map_or("", |shot| shot.request.name());
    (finding.oracle, finding.rule, request, outline(&finding.actual))
}

/// What was seen, without values that are other ones each time: a refusal may repeat the state of its request.
fn outline(actual: &str) -> String {
    const SHORTEST: usize = 16;
    let shown =
        |part: &str| if part.len() >= SHORTEST { "…".to_owned() } else { part.to_owned() };
    let parts = actual.split(|c: char| !c.is_ascii_alphanumeric());
    parts.map(shown).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::outline;

    #[test]
    fn a_refusal_that_repeats_what_was_sent_is_the_same_refusal() {
        let told = |state: &str| outline(&format!("400 {{\"error\":\"x\",\"state\":\"{state}\"}}"));
        assert_eq!(told("XGjq2mLx7TzRk4VwB1cYe9fQ"), told("a8QmZx7TzRk4VwB1cYe9fQ2L"));
        assert_ne!(outline("400 invalid_grant"), outline("400 invalid_client"));
    }
}
