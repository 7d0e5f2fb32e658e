//! What reports may show of a run: the record without its secrets, every character printable.
//!
//! The types are those of the JSON report, in its order.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use time::format_description::well_known::Rfc3339;

use super::exchange::{self, ExchangeView};
use super::printable::{one_line, printable};
use super::redact::Redactor;
use crate::rules::{Level, Manner};
use crate::verdict::{
    Conduct, DocumentVerdict, ExitCode, Judged, Problem, ProblemKind, RuleRecord, RunRecord,
    ScenarioRecord, Totals, Verdict, exit_code_by,
};

/// Name and version of the format. The number grows when a member changes its meaning or goes.
pub const SCHEMA: &str = "oauthspec-report/1";

/// Why a rule without scenarios has no other verdict.
pub(super) const NO_SCENARIO: &str = "no scenario of the rule was run";

/// A whole run.
#[derive(Debug, Clone, Deserialize, Serialize)]
pub struct RunView {
    /// [`SCHEMA`].
    pub schema: String,
    /// What wrote the report.
    pub tool: Tool,
    /// Name of the target.
    pub target: String,
    /// Documents that the run was against.
    pub against: Vec<String>,
    /// When it started (RFC 3339, UTC).
    pub started: String,
    /// How long it took.
    pub duration_ms: f64,
    /// Seed of the run's own random choices; text, since JSON readers round large numbers.
    pub seed: String,
    /// Whether SHOULDs counted as MUSTs.
    pub strict: bool,
    /// How it was done; absent: no scenario was run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conduct: Option<ConductView>,
    /// Rules by verdict.
    pub totals: Map<String, Value>,
    /// Scenarios by verdict.
    pub scenario_totals: Map<String, Value>,
    /// Problems of the run itself.
    pub problems: Vec<ProblemView>,
    /// Rules in catalogue order.
    pub rules: Vec<RuleView>,
}

/// How a run was done.
#[derive(Debug, Clone, Deserialize, Serialize)]
pub struct ConductView {
    /// How long an ordinary request takes; absent: nothing was measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latency_ms: Option<f64>,
    /// How long the slowest ordinary request took.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slowest_ms: Option<f64>,
    /// How long a request could take.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout_ms: Option<f64>,
    /// Scenarios at once.
    pub concurrency: usize,
    /// Why scenarios ran one at a time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub apart: Option<String>,
    /// Requests sent.
    pub requests: usize,
    /// Logins among them.
    pub logins: usize,
    /// Inconclusive scenarios that were played again, alone.
    pub played_again: usize,
    /// How many of them were decided by that.
    pub decided: usize,
    /// The same in sentences for people.
    pub sentences: Vec<String>,
}

impl ConductView {
    fn of(conduct: &Conduct) -> Self {
        let [latency_ms, slowest_ms, timeout_ms] =
            [conduct.latency, conduct.slowest, conduct.timeout].map(|it| it.map(milliseconds));
        Self {
            latency_ms,
            slowest_ms,
            timeout_ms,
            concurrency: conduct.concurrency,
            apart: conduct.apart.clone(),
            requests: conduct.requests,
            logins: conduct.logins,
            played_again: conduct.played_again,
            decided: conduct.decided,
            sentences: conduct.sentences(),
        }
    }
}

/// What wrote the report.
#[derive(Debug, Clone, Deserialize, Serialize)]
pub struct Tool {
    /// Name.
    pub name: String,
    /// Version.
    pub version: String,
}

/// A problem of the run itself.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
pub struct ProblemView {
    /// Which kind.
    pub kind: ProblemKind,
    /// The sentence for people.
    pub text: String,
}

/// A rule.
#[derive(Debug, Clone, Deserialize, Serialize)]
pub struct RuleView {
    /// Rule id.
    pub id: String,
    /// The rule's statement.
    pub statement: String,
    /// Title of its feature.
    pub feature_title: String,
    /// Level in the documents that the run was against.
    pub level: Level,
    /// Verdict: the worst of its scenarios.
    pub verdict: Verdict,
    /// By each document of the run that cites the rule.
    #[serde(default)]
    pub by_document: Vec<DocumentView>,
    /// Citations that counted.
    pub cites: Vec<String>,
    /// Scenarios in file order.
    pub scenarios: Vec<ScenarioView>,
}

/// The verdict of a rule by one document.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
pub struct DocumentView {
    /// Id of the document.
    pub document: String,
    /// The worst of the scenarios by this document.
    pub verdict: Verdict,
}

/// The result of a scenario by one document.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
pub struct JudgedView {
    /// Id of the document.
    pub document: String,
    /// Verdict.
    pub verdict: Verdict,
    /// Outcomes that the document accepts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub expected: Vec<String>,
    /// What was seen instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actual: Option<String>,
    /// How that differs from what is accepted: `granted`, `refused` or `refused-otherwise`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub manner: Option<Manner>,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// A scenario. One that is played for several documents apart stands there several times, each time with
/// the documents that it was played for.
#[derive(Debug, Clone, Deserialize, Serialize)]
pub struct ScenarioView {
    /// Scenario name.
    pub name: String,
    /// Feature file.
    pub feature: String,
    /// Line in it.
    pub line: usize,
    /// Verdict: the worst of its documents.
    pub verdict: Verdict,
    /// By each document that judges it.
    #[serde(default)]
    pub by_document: Vec<JudgedView>,
    /// Outcomes that the documents of that verdict accept.
    pub expected: Vec<String>,
    /// What was seen instead.
    pub actual: Option<String>,
    /// How that differs from what is accepted: `granted`, `refused` or `refused-otherwise`.
    #[serde(default)]
    pub manner: Option<Manner>,
    /// Why.
    pub reason: Option<String>,
    /// What was changed against the control.
    pub deviation: Option<String>,
    /// The try at which a scenario that had failed passed: it is unstable.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub passed_at_try: Option<usize>,
    /// How long it took, waits included.
    pub duration_ms: f64,
    /// Evidence, in the order of sending.
    pub exchanges: Vec<ExchangeView>,
    /// How many exchanges were left out of the report.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub dropped_exchanges: usize,
}

impl RunView {
    /// What may be shown of a run. Ids, statements, names and places come from the catalogue and
    /// the feature files and are no secrets; everything else passes the redactor.
    pub fn of(run: &RunRecord) -> Self {
        Self::keeping(run, |_| true)
    }

    /// The same without the exchanges of what passed: they are most of a report, and few look at
    /// them.
    pub fn without_passing_exchanges(run: &RunRecord) -> Self {
        Self::keeping(run, |verdict| verdict != Verdict::Pass)
    }

    /// With the exchanges of scenarios that have such a verdict.
    fn keeping(run: &RunRecord, keeps: fn(Verdict) -> bool) -> Self {
        let redactor = Redactor::new(&run.secrets);
        Self {
            schema: SCHEMA.to_owned(),
            tool: Tool {
                name: env!("CARGO_PKG_NAME").to_owned(),
                version: env!("CARGO_PKG_VERSION").to_owned(),
            },
            target: one_line(&run.target),
            against: run.against.iter().map(|document| one_line(document)).collect(),
            started: run.started.format(&Rfc3339).unwrap_or_default(),
            duration_ms: milliseconds(run.duration),
            seed: run.seed.to_string(),
            strict: run.strict,
            conduct: run.conduct.as_ref().map(ConductView::of),
            totals: counts(&run.totals()),
            scenario_totals: counts(&run.scenario_totals()),
            problems: run
                .problems
                .iter()
                .map(|problem| ProblemView::of(problem, &redactor))
                .collect(),
            rules: run.rules.iter().map(|rule| RuleView::of(rule, &redactor, keeps)).collect(),
        }
    }

    /// The exit code of a run with this report.
    pub fn exit_code(&self) -> ExitCode {
        let totals = Totals::of(self.rules.iter().map(|rule| rule.verdict));
        let problems: Vec<ProblemKind> = self.problems.iter().map(|it| it.kind).collect();
        exit_code_by(&totals, &problems)
    }

    /// Every rule with every scenario.
    pub fn scenarios(&self) -> impl Iterator<Item = (&RuleView, &ScenarioView)> {
        self.rules
            .iter()
            .flat_map(|rule| rule.scenarios.iter().map(move |scenario| (rule, scenario)))
    }

    /// How many rules have this verdict.
    pub fn count(&self, verdict: Verdict) -> u64 {
        self.totals.get(verdict.name()).and_then(Value::as_u64).unwrap_or_default()
    }

    /// The problem of the run because of which a scenario was not judged, if it is one.
    pub fn problem_of(&self, scenario: &ScenarioView) -> Option<&ProblemView> {
        let reason = scenario.reason.as_ref()?;
        self.problems.iter().find(|problem| problem.text == *reason)
    }

    /// Feature titles in the order of their first rule, each with its rules.
    pub fn features(&self) -> Vec<(&str, Vec<&RuleView>)> {
        let mut features: Vec<(&str, Vec<&RuleView>)> = Vec::new();
        for rule in &self.rules {
            let title = rule.feature_title.as_str();
            match features.iter_mut().find(|(known, _)| *known == title) {
                Some((_, rules)) => rules.push(rule),
                None => features.push((title, vec![rule])),
            }
        }
        features
    }
}

impl ProblemView {
    fn of(problem: &Problem, redactor: &Redactor) -> Self {
        Self { kind: problem.kind(), text: printable(&redactor.text(&problem.text())) }
    }
}

impl RuleView {
    fn of(rule: &RuleRecord, redactor: &Redactor, keeps: fn(Verdict) -> bool) -> Self {
        let scenario = |it| ScenarioView::of(it, redactor, keeps(it.verdict));
        Self {
            id: one_line(&rule.id),
            statement: one_line(&rule.statement),
            feature_title: one_line(&rule.feature),
            level: rule.level,
            verdict: rule.verdict,
            by_document: rule.by_document.iter().map(DocumentView::of).collect(),
            cites: rule.cites.iter().map(|cite| one_line(cite)).collect(),
            scenarios: rule.scenarios.iter().map(scenario).collect(),
        }
    }

    /// Whether its documents disagree.
    pub fn is_disputed(&self) -> bool {
        self.by_document.iter().any(|it| it.verdict != self.verdict)
    }

    /// Ids of the documents that it is judged by.
    pub fn documents(&self) -> impl Iterator<Item = &str> {
        self.cites.iter().filter_map(|cite| cite.split(' ').next())
    }

    /// The statement with its citations, which have the levels.
    pub fn requirement(&self) -> String {
        let cites = self.cites.join(", ");
        let basis = if cites.is_empty() { self.level.to_string() } else { cites };
        format!("{} ({basis})", self.statement)
    }
}

impl DocumentView {
    fn of(verdict: &DocumentVerdict) -> Self {
        Self { document: one_line(&verdict.document), verdict: verdict.verdict }
    }
}

impl JudgedView {
    fn of(judged: &Judged, clean: &impl Fn(&String) -> String) -> Self {
        Self {
            document: one_line(&judged.document),
            verdict: judged.verdict,
            expected: judged.expected.iter().map(clean).collect(),
            actual: judged.actual.as_ref().map(clean),
            manner: judged.manner,
            reason: judged.reason.as_ref().map(clean),
        }
    }
}

impl ScenarioView {
    fn of(scenario: &ScenarioRecord, redactor: &Redactor, with_exchanges: bool) -> Self {
        let kept = if with_exchanges { &scenario.exchanges[..] } else { &[] };
        let clean = |text: &String| printable(&redactor.text(text));
        Self {
            name: one_line(&scenario.name),
            feature: one_line(&scenario.feature),
            line: scenario.line,
            verdict: scenario.verdict,
            by_document: scenario.by_document.iter().map(|it| JudgedView::of(it, &clean)).collect(),
            expected: scenario.expected.iter().map(clean).collect(),
            actual: scenario.actual.as_ref().map(clean),
            manner: scenario.manner,
            reason: scenario.reason.as_ref().map(clean),
            deviation: scenario.deviation.as_ref().map(clean),
            passed_at_try: scenario.passed_at,
            duration_ms: milliseconds(scenario.duration),
            exchanges: kept.iter().map(|e| exchange::view(e, redactor)).collect(),
            dropped_exchanges: scenario.dropped + scenario.exchanges.len() - kept.len(),
        }
    }

    /// Whether somebody was let in who had to be refused, and that is not accounted for.
    pub fn is_granted(&self) -> bool {
        self.verdict == Verdict::Fail && self.manner == Some(Manner::Granted)
    }

    /// Whether its documents disagree.
    pub fn is_disputed(&self) -> bool {
        self.by_document.iter().any(|judged| judged.verdict != self.verdict)
    }

    /// What was seen, what was changed and why, each with its name.
    pub fn facts(&self, rule: &RuleView) -> Vec<(&'static str, &str)> {
        [
            ("Actual", self.actual.as_deref()),
            ("Change", self.deviation.as_deref()),
            (self.reason_name(), self.own_reason(rule)),
        ]
        .into_iter()
        .filter_map(|(name, text)| Some((name, text?)))
        .collect()
    }

    /// What its reason is called.
    pub fn reason_name(&self) -> &'static str {
        if self.verdict == Verdict::Waived { "Waived" } else { "Reason" }
    }

    /// The reason, where it says more than the citations of the rule.
    pub fn own_reason(&self, rule: &RuleView) -> Option<&str> {
        let is_cited = |part: &str| rule.cites.iter().any(|cite| cite == part);
        self.reason.as_deref().filter(|reason| !reason.split("; ").all(is_cited))
    }

    /// Where the scenario is written.
    pub fn place(&self) -> String {
        format!("{}:{}", self.feature, self.line)
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(count: &usize) -> bool {
    *count == 0
}

/// Milliseconds to three decimals: what in-process scenarios take is far below one.
pub(super) fn milliseconds(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 1e6).round() / 1e3
}

pub(super) fn counts(totals: &Totals) -> Map<String, Value> {
    totals.iter().map(|(verdict, count)| (verdict.name().to_owned(), count.into())).collect()
}
