//! From the outcomes of scenarios to the record of the run.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use super::plan::{Plan, Planned};
use crate::rules::Rule;
use crate::verdict::{
    Breach, Exchange, Outcome, RuleRecord, ScenarioRecord, Verdict, decide, worst,
};

/// What a scenario left behind.
#[derive(Debug, Default)]
pub(super) struct Finished {
    pub(super) outcome: Outcome,
    pub(super) deviation: Option<String>,
    pub(super) exchanges: Vec<Exchange>,
    pub(super) duration: Duration,
}

/// The record of one scenario.
pub(super) fn scenario(planned: &Planned, finished: Finished, strict: bool) -> ScenarioRecord {
    let verdict = decide(&finished.outcome, strict);
    let (expected, actual, reason) = explain(&finished.outcome, verdict);
    ScenarioRecord {
        rule: planned.rule.id.clone(),
        name: planned.item.scenario.name.clone(),
        feature: planned.item.path.clone(),
        line: planned.item.line(),
        verdict,
        expected,
        actual,
        reason,
        deviation: finished.deviation,
        duration: finished.duration,
        exchanges: finished.exchanges,
    }
}

fn explain(outcome: &Outcome, verdict: Verdict) -> (Vec<String>, Option<String>, Option<String>) {
    match outcome {
        Outcome::Held => (Vec::new(), None, None),
        Outcome::Unjudged => {
            (Vec::new(), None, Some("the scenario ended without a judgement".to_owned()))
        }
        Outcome::Violated { breaches, actual } => {
            let mut expected: Vec<String> = Vec::new();
            for text in breaches.iter().flat_map(|breach| &breach.expected) {
                if !expected.contains(text) {
                    expected.push(text.clone());
                }
            }
            (expected, Some(actual.clone()), Some(broken(breaches, verdict)))
        }
        Outcome::Inconclusive(text) | Outcome::NotApplicable(text) | Outcome::Error(text) => {
            (Vec::new(), None, Some(text.clone()))
        }
    }
}

fn broken(breaches: &[Breach], verdict: Verdict) -> String {
    let cites: Vec<String> = breaches
        .iter()
        .map(|breach| {
            let note = if breach.tolerated { ", tolerated" } else { "" };
            format!("{} ({}{note})", breach.cite, breach.level)
        })
        .collect();
    let cites = cites.join("; ");
    if verdict == Verdict::NotApplicable {
        format!("this is optional in {cites}; the target does not do it")
    } else {
        cites
    }
}

/// The rules of a plan with their scenarios, in catalogue and file order.
pub(super) fn rules(plan: &Plan, records: Vec<ScenarioRecord>) -> Vec<RuleRecord> {
    let mut by_rule: BTreeMap<String, Vec<ScenarioRecord>> = BTreeMap::new();
    for record in records {
        by_rule.entry(record.rule.clone()).or_default().push(record);
    }
    let of = |rule: &Arc<Rule>| {
        let mut scenarios = by_rule.remove(&rule.id).unwrap_or_default();
        scenarios.sort_by_key(|record| record.line);
        rule_record(plan, rule, scenarios)
    };
    plan.rules.iter().map(of).collect()
}

fn rule_record(plan: &Plan, rule: &Rule, scenarios: Vec<ScenarioRecord>) -> RuleRecord {
    let title = plan.scenarios.iter().find(|planned| planned.rule.id == rule.id);
    RuleRecord {
        id: rule.id.clone(),
        statement: rule.statement.clone(),
        feature: title.map(|planned| planned.item.feature.clone()).unwrap_or_default(),
        level: rule.level(&plan.against).unwrap_or(crate::rules::Level::May),
        cites: rule
            .cited_by(&plan.against)
            .map(|cite| format!("{} ({})", cite.place(), cite.level))
            .collect(),
        verdict: worst(scenarios.iter().map(|scenario| scenario.verdict)),
        scenarios,
    }
}
