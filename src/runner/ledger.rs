//! From what the scenarios found to the record of the run.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use super::plan::{Plan, Planned};
use crate::rules::{Level, Manner, Rule};
use crate::verdict::{
    Breach, DocumentVerdict, Exchange, Finding, Judged, Outcome, RuleRecord, ScenarioRecord,
    Verdict, decide, worst,
};

/// What a scenario left behind.
#[derive(Debug, Default)]
pub(super) struct Finished {
    /// By each document that judges it.
    pub(super) findings: Vec<Finding>,
    pub(super) deviation: Option<String>,
    pub(super) exchanges: Vec<Exchange>,
    pub(super) duration: Duration,
}

impl Finished {
    /// A scenario of which every document says the same.
    pub(super) fn with(planned: &Planned, outcome: &Outcome) -> Self {
        Self { findings: planned.findings(outcome), ..Self::default() }
    }
}

/// The record of one scenario.
pub(super) fn scenario(planned: &Planned, finished: Finished, strict: bool) -> ScenarioRecord {
    let by_document: Vec<Judged> =
        finished.findings.into_iter().map(|finding| judged(finding, strict)).collect();
    let verdict = worst(by_document.iter().map(|judged| judged.verdict));
    let worst: Vec<&Judged> = by_document.iter().filter(|it| it.verdict == verdict).collect();
    let mut expected = Vec::new();
    worst.iter().flat_map(|judged| &judged.expected).for_each(|text| note(&mut expected, text));
    let mut reasons = Vec::new();
    worst.iter().filter_map(|judged| judged.reason.as_ref()).for_each(|it| note(&mut reasons, it));
    ScenarioRecord {
        rule: planned.rule.id.clone(),
        name: planned.item.scenario.name.clone(),
        feature: planned.item.path.clone(),
        line: planned.item.line(),
        verdict,
        expected,
        actual: worst.iter().find_map(|judged| judged.actual.clone()),
        manner: worst.iter().filter_map(|judged| judged.manner).max(),
        reason: (!reasons.is_empty()).then(|| reasons.join("; ")),
        by_document,
        deviation: finished.deviation,
        tries: 1,
        passed_at: None,
        duration: finished.duration,
        exchanges: finished.exchanges,
        dropped: 0,
    }
}

/// Adds a text that is not there yet.
fn note(texts: &mut Vec<String>, text: &String) {
    if !texts.contains(text) {
        texts.push(text.clone());
    }
}

fn judged(finding: Finding, strict: bool) -> Judged {
    let verdict = decide(&finding.outcome, strict);
    let mut manner = None;
    let (expected, actual, reason) = match finding.outcome {
        Outcome::Held => (Vec::new(), None, None),
        Outcome::Unjudged => {
            (Vec::new(), None, Some("the scenario ended without a judgement".to_owned()))
        }
        Outcome::Violated(breach) => {
            let reason = broken(&breach, verdict);
            manner = breach.manner;
            (breach.expected, Some(breach.actual), Some(reason))
        }
        Outcome::Inconclusive(text) | Outcome::NotApplicable(text) | Outcome::Error(text) => {
            (Vec::new(), None, Some(text))
        }
    };
    Judged { document: finding.document, verdict, expected, actual, manner, reason }
}

fn broken(breach: &Breach, verdict: Verdict) -> String {
    let note = if breach.tolerated { ", tolerated" } else { "" };
    let cite = format!("{} ({}{note})", breach.cite, breach.level);
    if verdict == Verdict::NotApplicable {
        // Somebody who was refused in another form was refused all the same.
        let does = match breach.manner {
            Some(Manner::RefusedOtherwise) => {
                format!("does it, though not as documented: {}", breach.actual)
            }
            _ => "does not do it".to_owned(),
        };
        format!("this is optional in {cite}; the target {does}")
    } else {
        cite
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
    let cites = || rule.cited_by(&plan.against);
    let by_document = cites().map(|cite| DocumentVerdict {
        document: cite.document.id.clone(),
        verdict: Verdict::NotApplicable,
    });
    let mut record = RuleRecord {
        id: rule.id.clone(),
        statement: rule.statement.clone(),
        feature: title.map(|planned| planned.item.feature.clone()).unwrap_or_default(),
        level: rule.level(&plan.against).unwrap_or(Level::May),
        cites: cites().map(|cite| format!("{} ({})", cite.place(), cite.level)).collect(),
        verdict: Verdict::NotApplicable,
        by_document: by_document.collect(),
        scenarios,
    };
    record.decide();
    record
}
