//! What came out inconclusive is played once more, alone, before the report: a burst of requests, a slow
//! moment or another scenario may have been the reason. A fail is tried again only on demand, to find
//! out whether it is stable, and stays a fail.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use super::ledger::Finished;
use super::schedule::{Shift, wait};
use super::turning::{self, Suspect, is_uncontrolled};
use crate::verdict::{
    CONTROL_FAILED, Conduct, Exchange, Finding, Outcome, Role, ScenarioRecord, Verdict,
};
use crate::wire::{Response, TransportError, tells_failure};

/// How long what came out inconclusive is played again, in all, where nothing else is said.
pub const AGAIN: Duration = Duration::from_secs(60);

/// What a scenario takes beside its waits, about.
const PLAY: Duration = Duration::from_secs(5);

/// So often scenarios are played again with clients that are registered anew, as long as that decides some.
const ROUNDS: usize = 6;

/// So often clients are registered anew at most.
const RENEWALS: usize = 40;

/// What is added to the reason of a scenario that came to the same twice.
const SAME: &str = "; the same when it was played again, alone";

/// So many scenarios with ordinary requests that failed show that the target does not bear several.
const STRAINED: usize = 3;

/// One scenario among so many is no sign that the target fails by accident.
const FEW_AMONG: usize = 100;

impl Shift {
    /// Where ordinary requests fail while several scenarios run, one at a time runs from then on.
    pub(super) fn heed_strain(&self, finished: &Finished) {
        let chosen = &self.conditions.conduct;
        let among = chosen.adapts && chosen.apart.is_none() && chosen.concurrency > 1;
        if !among || !is_strained(finished) {
            return;
        }
        if self.strained.fetch_add(1, Ordering::Relaxed) + 1 == STRAINED {
            self.gate.narrow(chosen.concurrency - 1);
            let mut conduct = self.conduct.lock().unwrap_or_else(PoisonError::into_inner);
            conduct.apart = Some("ordinary requests failed while several ran".to_owned());
        }
    }

    /// Plays what came out inconclusive once more, one scenario at a time, while there is time and the
    /// target answers.
    pub(super) async fn play_again(self: &Arc<Self>) {
        let within = self.conditions.again;
        if within.is_zero() || self.targets.has_given_up() {
            return;
        }
        let play = async {
            let mut inconclusive = self.inconclusive(within);
            for _ in 0..ROUNDS {
                if inconclusive.is_empty() {
                    return;
                }
                // A client of the run may be what the server does not serve any more.
                self.stale.store(self.has_lost_ordinary(&inconclusive), Ordering::Relaxed);
                let renewed = self.renew().await;
                let before = inconclusive.len();
                self.play_alone(inconclusive).await;
                inconclusive = self.inconclusive(within);
                if !renewed || inconclusive.len() == before {
                    return;
                }
            }
        };
        // What has not ended by then keeps its first verdict.
        let _ = tokio::time::timeout(within, play).await;
    }

    /// Where ordinary requests have come to fail one after the other, clients are registered anew before the next
    /// scenario, and not at the end of the run alone.
    pub(super) fn heed_turn(&self, order: &[(usize, bool)]) {
        let since = self.since.load(Ordering::Relaxed).min(order.len());
        let Some(own) = order.get(since..).filter(|own| turning::turns(own)) else { return };
        let is_limited = self.targets.limit().is_some() || self.targets.has_given_up();
        if self.conditions.again.is_zero() || is_limited {
            return;
        }
        self.since.store(order.len(), Ordering::Relaxed);
        let suspects = self.suspects.lock().unwrap_or_else(PoisonError::into_inner);
        let told = turning::told(own, &behind(&suspects, since), &self.plan);
        let mut conduct = self.conduct.lock().unwrap_or_else(PoisonError::into_inner);
        conduct.turn = conduct.turn.take().or(told);
        self.stale.store(true, Ordering::Relaxed);
    }

    /// Scenarios whose changed request was not answered by a target that has been given up since say so.
    pub(super) fn tell_end(&self, records: &mut BTreeMap<usize, ScenarioRecord>) {
        if !self.targets.has_given_up() {
            return;
        }
        let tell = |reason: &mut Option<String>| {
            if let Some(reason) = reason {
                reason.push_str(turning::NOTHING_MORE);
            }
        };
        let suspects = self.suspects.lock().unwrap_or_else(PoisonError::into_inner);
        for suspect in suspects.iter().filter(|it| !it.answered) {
            let Some(record) = records.get_mut(&suspect.index) else { continue };
            tell(&mut record.reason);
            let judged = record.by_document.iter_mut();
            let open = judged.filter(|it| it.verdict == Verdict::Inconclusive);
            open.for_each(|it| tell(&mut it.reason));
        }
    }

    /// Registers clients anew where those that there are may be of no use any more: whether it did.
    pub(super) async fn renew(&self) -> bool {
        let spent = |conduct: &Conduct| conduct.renewals >= RENEWALS;
        let is_spent = spent(&self.conduct.lock().unwrap_or_else(PoisonError::into_inner));
        if is_spent || !self.stale.swap(false, Ordering::Relaxed) || !self.targets.renew().await {
            return false;
        }
        self.conduct.lock().unwrap_or_else(PoisonError::into_inner).renewals += 1;
        true
    }

    /// What stays inconclusive with clients that were registered anew may have been what breaks them.
    pub(super) fn heed_stale(&self, verdict: Verdict) {
        let renewals = self.conduct.lock().unwrap_or_else(PoisonError::into_inner).renewals;
        if renewals > 0 && verdict == Verdict::Inconclusive {
            self.stale.store(true, Ordering::Relaxed);
        }
    }

    /// Whether ordinary requests failed in several of these.
    fn has_lost_ordinary(&self, inconclusive: &HashMap<usize, String>) -> bool {
        let records = self.records.lock().unwrap_or_else(PoisonError::into_inner);
        let lost = inconclusive.keys().filter_map(|index| records.get(index));
        lost.filter(|record| is_uncontrolled(record)).count() >= STRAINED
    }

    /// Plays these once more, one at a time.
    async fn play_alone(self: &Arc<Self>, inconclusive: HashMap<usize, String>) {
        let waits =
            |index: usize| self.plan.scenarios.get(index).is_some_and(|it| wait(it).is_some());
        let all = |index| inconclusive.contains_key(&index);
        let rounds = if self.conditions.conduct.apart.is_some() {
            // Those that wait keep the target to themselves meanwhile.
            vec![
                self.features(|index| all(index) && !waits(index)),
                self.features(|index| all(index) && waits(index)),
            ]
        } else {
            vec![self.features(all)]
        };
        *self.before.lock().unwrap_or_else(PoisonError::into_inner) = inconclusive;
        let succeeded = {
            let order = self.order.lock().unwrap_or_else(PoisonError::into_inner);
            order.iter().filter(|(_, good)| *good).count()
        };
        let faltering =
            faltering(&self.records.lock().unwrap_or_else(PoisonError::into_inner), succeeded);
        *self.faltering.lock().unwrap_or_else(PoisonError::into_inner) = Arc::new(faltering);
        for features in rounds {
            Arc::clone(self).work(features).await;
        }
    }

    /// Tries what failed again, as often as was asked for, one scenario at a time. The verdict stays
    /// *fail*: the record says which of them are unstable.
    pub(super) async fn retry(self: &Arc<Self>) {
        for _ in 0..self.conditions.retries {
            let failing = self.failing();
            if failing.is_empty() || self.targets.has_given_up() {
                return;
            }
            let features = self.features(|index| failing.contains_key(&index));
            *self.before.lock().unwrap_or_else(PoisonError::into_inner) = failing;
            Arc::clone(self).work(features).await;
        }
    }

    /// The scenarios that failed each time so far, by their numbers in the plan, with the reasons.
    fn failing(&self) -> HashMap<usize, String> {
        let records = self.records.lock().unwrap_or_else(PoisonError::into_inner);
        let failing =
            records.iter().filter(|(_, it)| it.verdict == Verdict::Fail && it.passed_at.is_none());
        failing.map(|(index, it)| (*index, it.reason.clone().unwrap_or_default())).collect()
    }

    /// The scenarios that are worth it, by their numbers in the plan, with the reasons.
    fn inconclusive(&self, within: Duration) -> HashMap<usize, String> {
        let records = self.records.lock().unwrap_or_else(PoisonError::into_inner);
        let fits = |index: &usize| {
            let planned = self.plan.scenarios.get(*index);
            planned.is_some_and(|it| wait(it).unwrap_or_default() + PLAY <= within)
        };
        // A limit that holds for longer than a run holds then, too.
        let limited = self.targets.limit().is_some();
        let inconclusive = records.iter().filter(|(index, record)| {
            let is_open = record.verdict == Verdict::Inconclusive && fits(index);
            is_open && !(limited && was_limited(record))
        });
        inconclusive
            .map(|(index, record)| (*index, record.reason.clone().unwrap_or_default()))
            .collect()
    }
}

/// The same in an order without its first ones.
fn behind(suspects: &[Suspect], since: usize) -> Vec<Suspect> {
    let later = suspects.iter().filter(|it| it.at >= since);
    later.map(|it| Suspect { at: it.at - since, ..*it }).collect()
}

/// Whether a request of it was refused because there were too many, or not sent.
fn was_limited(record: &ScenarioRecord) -> bool {
    record.exchanges.iter().any(|exchange| match &exchange.response {
        Ok(response) => response.status == 429,
        Err(error) => matches!(error, TransportError::Limited(_)),
    })
}

/// The record of a scenario that failed and was tried again: it stays a fail, and is unstable if it
/// passed.
pub(super) fn retried(first: ScenarioRecord, again: &ScenarioRecord) -> ScenarioRecord {
    let tries = first.tries + 1;
    let duration = first.duration + again.duration;
    if again.verdict != Verdict::Pass {
        return ScenarioRecord { tries, duration, ..first };
    }
    let unstable = |reason: Option<String>| {
        format!("{}; unstable: it passed at try {tries}", reason.unwrap_or_default())
    };
    let mut by_document = first.by_document;
    for judged in by_document.iter_mut().filter(|it| it.verdict == Verdict::Fail) {
        judged.reason = Some(unstable(judged.reason.take()));
    }
    let reason = Some(unstable(first.reason));
    ScenarioRecord { tries, duration, reason, by_document, passed_at: Some(tries), ..first }
}

/// Kinds of ordinary requests that the target failed at in several scenarios, in each of which a control
/// failed by that, with nothing changed yet. Beside a hundred times as many scenarios whose ordinary requests
/// `succeeded`, those few have something of their own that the target fails at, such as one client.
fn faltering(records: &BTreeMap<usize, ScenarioRecord>, succeeded: usize) -> BTreeSet<String> {
    let mut scenarios: BTreeMap<String, usize> = BTreeMap::new();
    let uncontrolled = |it: &&ScenarioRecord| {
        let reason = it.reason.as_deref().unwrap_or_default();
        it.deviation.is_none() && reason.starts_with(CONTROL_FAILED)
    };
    for record in records.values().filter(uncontrolled) {
        let failed = record.exchanges.iter().filter(|it| it.role != Role::Judged && is_failure(it));
        let kinds: BTreeSet<String> = failed.map(|it| it.request.kind()).collect();
        kinds.into_iter().for_each(|kind| *scenarios.entry(kind).or_default() += 1);
    }
    let many = |count: usize| count >= STRAINED && count * FEW_AMONG >= succeeded;
    scenarios.into_iter().filter(|(_, count)| many(*count)).map(|(kind, _)| kind).collect()
}

/// Whether the target failed to answer, or answered that it failed.
fn is_failure(exchange: &Exchange) -> bool {
    exchange.response.as_ref().map_or(true, |response| {
        response.status >= 500 || redirected_error(response).as_deref().is_some_and(tells_failure)
    })
}

/// The error code of a redirect, in its query or in its fragment.
fn redirected_error(response: &Response) -> Option<String> {
    let location = response.headers.text("location")?;
    let pair = |pair: &str| pair.strip_prefix("error=").map(str::to_owned);
    location.split(['?', '&', '#']).find_map(pair)
}

/// Whether it came to nothing because of an ordinary request that the target failed at. A target that
/// fails at a request that was changed may bear any number of ordinary ones.
fn is_strained(finished: &Finished) -> bool {
    let open = |finding: &Finding| matches!(finding.outcome, Outcome::Inconclusive(_));
    let mut ordinary = finished.exchanges.iter().filter(|it| it.role != Role::Judged);
    finished.deviation.is_none() && finished.findings.iter().any(open) && ordinary.any(is_failure)
}

/// The record of a scenario that was played twice: the second time counts.
pub(super) fn settle(first: &ScenarioRecord, second: ScenarioRecord) -> ScenarioRecord {
    let duration = first.duration + second.duration;
    if second.verdict != Verdict::Inconclusive {
        return ScenarioRecord { duration, ..second };
    }
    let [before, now] = [&first.reason, &second.reason].map(|it| it.clone().unwrap_or_default());
    let same = format!("{now}{SAME}");
    let reason = if before == now || before == same {
        same
    } else {
        format!("{before}; when it was played again, alone: {now}")
    };
    let mut by_document = second.by_document;
    for judged in by_document.iter_mut().filter(|it| it.verdict == Verdict::Inconclusive) {
        judged.reason = Some(reason.clone());
    }
    ScenarioRecord { duration, reason: Some(reason), by_document, ..second }
}
