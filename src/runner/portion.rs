//! A part of a plan: a shard, what disturbs the target, what failed before. A rule is in a part with
//! all its scenarios, so that its verdict there is final.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;
use std::time::Duration;

use super::plan::{Plan, Todo};

/// One of several equal parts of a plan, as in `2/5`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    /// Which; the first is 1.
    number: usize,
    /// How many there are.
    of: usize,
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let numbers = text.split_once('/').and_then(|(number, of)| {
            Some((number.parse::<usize>().ok()?, of.parse::<usize>().ok()?))
        });
        match numbers {
            Some((number, of)) if (1..=of).contains(&number) => Ok(Self { number, of }),
            _ => Err("expected a shard and how many there are, for instance 2/5".to_owned()),
        }
    }
}

/// Scenarios that move the target's clock, pull its hooks, or need it to themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alone {
    /// Only rules with such scenarios.
    Only,
    /// Only rules without.
    Without,
}

/// Which part of a plan is run.
#[derive(Debug, Clone, Default)]
pub struct Portion {
    /// One of several equal parts.
    pub shard: Option<Shard>,
    /// By what scenarios do to the target.
    pub alone: Option<Alone>,
    /// Only these rules.
    pub rules: Option<BTreeSet<String>>,
    /// How long rules took in an earlier run, by id: shards are balanced by it.
    pub durations: BTreeMap<String, Duration>,
}

impl Portion {
    /// This part of a plan.
    #[must_use]
    pub fn of(&self, plan: Plan) -> Plan {
        let plan = match &self.rules {
            Some(rules) => plan.of_rules(rules),
            None => plan,
        };
        let plan = match self.alone {
            Some(alone) => plan.of_rules(&by_disturbance(&plan, alone)),
            None => plan,
        };
        match self.shard {
            Some(shard) => plan.of_rules(&self.share(&plan, shard)),
            None => plan,
        }
    }

    /// The rules of a shard: each rule, the longest first, goes to the shard with the least to do.
    fn share(&self, plan: &Plan, shard: Shard) -> BTreeSet<String> {
        let mut weights: Vec<(&str, Duration)> =
            plan.rules.iter().map(|rule| (rule.id.as_str(), self.weight(plan, &rule.id))).collect();
        weights.sort_by_key(|(_, weight)| Reverse(*weight));
        let mut shards = vec![(Duration::ZERO, BTreeSet::new()); shard.of];
        for (id, weight) in weights {
            if let Some((load, rules)) = shards.iter_mut().min_by_key(|(load, _)| *load) {
                *load += weight;
                rules.insert(id.to_owned());
            }
        }
        shards.into_iter().nth(shard.number - 1).map(|(_, rules)| rules).unwrap_or_default()
    }

    /// How long a rule takes: as recorded, or else its waits and an equal time for each scenario.
    fn weight(&self, plan: &Plan, rule: &str) -> Duration {
        const SCENARIO: Duration = Duration::from_millis(100);
        // Even a rule of which nothing runs costs something: shards get as many of them each.
        const RULE: Duration = Duration::from_micros(1);
        let own = plan.scenarios.iter().filter(|planned| planned.rule.id == rule);
        let guess = || {
            own.map(|planned| match planned.todo {
                Todo::Run { wait, .. } => SCENARIO + wait.unwrap_or_default(),
                Todo::Decided(_) => Duration::ZERO,
            })
            .sum()
        };
        RULE + self.durations.get(rule).copied().unwrap_or_else(guess)
    }
}

fn by_disturbance(plan: &Plan, alone: Alone) -> BTreeSet<String> {
    let disturbing: BTreeSet<&str> = plan
        .scenarios
        .iter()
        .filter(|planned| matches!(planned.todo, Todo::Run { alone: true, .. }))
        .map(|planned| planned.rule.id.as_str())
        .collect();
    let ids = plan.rules.iter().map(|rule| rule.id.as_str());
    ids.filter(|id| disturbing.contains(id) == (alone == Alone::Only)).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shard_is_one_of_those_there_are() {
        assert_eq!("2/5".parse(), Ok(Shard { number: 2, of: 5 }));
        for wrong in ["0/5", "6/5", "5", "a/b", "1/0", "/", "-1/5"] {
            assert!(wrong.parse::<Shard>().is_err(), "{wrong}");
        }
    }
}
