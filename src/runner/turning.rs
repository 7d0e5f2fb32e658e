//! From which scenario on ordinary requests fail: one before it may have left a client that the server
//! does not serve any more.

use super::plan::{Plan, Planned};
use crate::verdict::{CONTROL_FAILED, Role, ScenarioRecord, Verdict};

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

/// That ordinary requests fail from a scenario on, in words.
pub(super) fn told(order: &[(usize, bool)], plan: &Plan) -> Option<String> {
    let place = turn(order)?;
    let name = |it: &(usize, bool)| {
        let planned = plan.scenarios.get(it.0)?;
        let Planned { rule, item, .. } = planned;
        Some(format!("{} \"{}\"", rule.id, item.scenario.name))
    };
    let (before, after) = order.split_at(place);
    let first = name(after.first()?)?;
    let last: Vec<String> = before.iter().rev().take(NAMED).filter_map(name).collect();
    Some(format!(
        "ordinary requests failed from {first} on; what ended just before may have left the client or the \
         user in a state that the server cannot serve: {}",
        last.join(", ")
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(text: &str) -> Vec<(usize, bool)> {
        text.chars().enumerate().map(|(index, it)| (index, it == '+')).collect()
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
