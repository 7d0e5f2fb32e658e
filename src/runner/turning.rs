//! From which scenario on ordinary requests fail: one before it may have left a client that the server
//! does not serve any more.

use super::plan::{Plan, Planned};
use crate::verdict::{CONTROL_FAILED, Exchange, Role, ScenarioRecord, Verdict};
use crate::wire::TransportError;

/// So many scenarios whose ordinary requests fail show that all do.
const MANY: usize = 10;

/// So many before them whose did not show that they did not always.
const FEW: usize = 3;

/// So many of those that ran before are named.
const NAMED: usize = 3;

/// Whether ordinary requests of a scenario succeeded; none: it sent none that tells.
pub(super) fn controlled(record: &ScenarioRecord) -> Option<bool> {
    if is_uncontrolled(record) {
        return Some(false);
    }
    let is_open = record.verdict == Verdict::Inconclusive;
    let succeeded = record.exchanges.iter().any(|it| it.role == Role::Control);
    (!is_open && succeeded).then_some(true)
}

/// Whether it came to nothing because an ordinary request failed, with nothing changed yet.
pub(super) fn is_uncontrolled(record: &ScenarioRecord) -> bool {
    let reason = record.reason.as_deref().unwrap_or_default();
    record.verdict == Verdict::Inconclusive
        && record.deviation.is_none()
        && reason.contains(CONTROL_FAILED)
}

/// The place among scenarios, in the order in which they ended, from which on ordinary requests fail.
fn turn(order: &[(usize, bool)]) -> Option<usize> {
    let count = |of: &[(usize, bool)], good| of.iter().filter(|it| it.1 == good).count();
    (0..order.len()).find(|place| {
        let (before, after) = order.split_at(*place);
        let (bad, good) = (count(after, false), count(after, true));
        let begins = after.first().is_some_and(|it| !it.1) && before.last().is_some_and(|it| it.1);
        begins
            && bad >= MANY
            && good * 4 <= bad
            && count(before, true) >= FEW
            && count(before, false) * 5 <= count(before, true)
    })
}

/// Whether ordinary requests have just come to fail: nearly all of the last ones do, and those before them did not.
pub(super) fn turns(order: &[(usize, bool)]) -> bool {
    let Some(place) = order.len().checked_sub(MANY + MANY / 5) else { return false };
    let (before, after) = order.split_at(place);
    let count = |of: &[(usize, bool)], good| of.iter().filter(|it| it.1 == good).count();
    let is_bad = after.last().is_some_and(|it| !it.1) && count(after, false) >= MANY;
    is_bad && count(before, true) >= FEW && count(before, false) * 5 <= count(before, true)
}

/// A scenario behind whose changed request ordinary ones may have come to fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Suspect {
    /// Its number in the plan.
    pub(super) index: usize,
    /// So many of the others had ended.
    pub(super) at: usize,
    /// Whether that request was answered, and an ordinary one behind it failed.
    pub(super) answered: bool,
}

impl Suspect {
    /// What came of a scenario, if it is one.
    pub(super) fn of(index: usize, at: usize, record: &ScenarioRecord) -> Option<Self> {
        let is_open = record.verdict == Verdict::Inconclusive && record.deviation.is_some();
        let timed_out = |it: &Exchange| matches!(it.response, Err(TransportError::TimedOut(_)));
        let answered = !record.exchanges.iter().any(timed_out);
        let reason = record.reason.as_deref().unwrap_or_default();
        let failed = !answered || reason.contains(CONTROL_FAILED);
        (is_open && failed).then_some(Self { index, at, answered })
    }
}

/// What is added to the reason of a scenario after whose request the target answered nothing more.
pub(super) const NOTHING_MORE: &str = "; the target answered nothing more from then on";

/// That ordinary requests fail from a scenario on, in words.
pub(super) fn told(order: &[(usize, bool)], suspects: &[Suspect], plan: &Plan) -> Option<String> {
    let place = turn(order)?;
    let name = |index: usize| {
        let Planned { rule, item, .. } = plan.scenarios.get(index)?;
        Some(format!("{} \"{}\"", rule.id, item.scenario.name))
    };
    let (before, after) = order.split_at(place);
    let first = name(after.first()?.0)?;
    let last: Vec<String> = before.iter().rev().take(NAMED).filter_map(|it| name(it.0)).collect();
    // One that waited for its answer ends behind others that did.
    let near = place.saturating_sub(NAMED)..=place + MANY;
    let near = |answered: bool| -> Vec<String> {
        let alike = suspects.iter().filter(|it| near.contains(&it.at) && it.answered == answered);
        alike.filter_map(|it| name(it.index)).take(NAMED).collect()
    };
    let (answered, unanswered) = (near(true), near(false));
    let last = [last, answered].concat().join(", ");
    Some(match unanswered.is_empty() {
        false => format!(
            "ordinary requests failed from {first} on: the changed request of {} was not answered, and may have \
             kept the server busy ever since; what else ended just before: {last}",
            unanswered.join(" or ")
        ),
        true => format!(
            "ordinary requests failed from {first} on; what ended just before may have left the client or the \
             user in a state that the server cannot serve: {last}"
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(text: &str) -> Vec<(usize, bool)> {
        text.chars().enumerate().map(|(index, it)| (index, it == '+')).collect()
    }

    #[test]
    fn that_ordinary_requests_fail_is_noticed_at_once() {
        assert!(turns(&order("+++++----------")));
        assert!(turns(&order("++-++++++----+-----+-")));
        assert!(!turns(&order("+++++---------")));
        assert!(!turns(&order("++----------")));
        assert!(!turns(&order("+-+-+-+-+-+-+-+----------")));
    }

    #[test]
    fn ordinary_requests_fail_from_a_scenario_on() {
        assert_eq!(turn(&order("+++++----------")), Some(5));
        assert_eq!(turn(&order("++-++++----------+---")), Some(7));
        assert_eq!(turn(&order("++++---------")), None);
        assert_eq!(turn(&order("--------------")), None);
        assert_eq!(turn(&order("+-+-+-+-+-+-+-+-+-+-+-")), None);
    }
}
