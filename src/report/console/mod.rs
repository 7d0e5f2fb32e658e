//! The report for people at a terminal, in h2spec's manner: the requirement, the list of what is
//! accepted, and what came.

mod paint;

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use self::paint::{bold, dim, paint};
use super::exchange;
use super::printable::one_line;
use super::view::{NO_SCENARIO, RuleView, RunView, ScenarioView};
use crate::rules::Manner;
use crate::verdict::{RunRecord, Verdict};

/// How the report looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Style {
    /// Whether to colour it with ANSI codes.
    pub color: bool,
    /// Whether to show the exchanges of what did not pass.
    pub verbose: bool,
}

/// The report of a run.
pub fn render(run: &RunRecord, style: Style) -> String {
    write(&RunView::of(run), style)
}

/// The same of a view.
pub fn write(run: &RunView, style: Style) -> String {
    let mut console = Console { out: String::new(), style };
    console.header(run);
    for (title, rules) in run.features() {
        console.feature(run, title, &rules);
    }
    console.not_applicable(run);
    console.failures(run);
    console.problems(run);
    console.totals(run);
    console.out
}

/// One line for a scenario that is done, for logs that show progress.
pub fn line(rule: &str, scenario: &str, verdict: Verdict, style: Style) -> String {
    let mark = paint(style, verdict, mark(verdict));
    format!("{mark} {}: {}", one_line(rule), one_line(scenario))
}

/// The sign of a verdict.
pub fn mark(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "✔",
        Verdict::Warn => "!",
        Verdict::Fail => "×",
        Verdict::Waived => "~",
        Verdict::NotApplicable => "-",
        Verdict::Inconclusive => "?",
        Verdict::Error => "E",
    }
}

struct Console {
    out: String,
    style: Style,
}

impl Console {
    fn line(&mut self, text: &str) {
        self.out.push_str(text.trim_end());
        self.out.push('\n');
    }

    fn heading(&mut self, text: &str) {
        if !self.out.ends_with("\n\n") {
            self.line("");
        }
        self.line(&bold(self.style, text));
    }

    fn mark(&self, verdict: Verdict) -> String {
        paint(self.style, verdict, mark(verdict))
    }

    fn header(&mut self, run: &RunView) {
        let name = bold(self.style, &format!("{} {}", run.tool.name, run.tool.version));
        let strict = if run.strict { ", strict" } else { "" };
        let against = run.against.join(", ");
        self.line(&format!("{name}: {} against {against}{strict}", run.target));
    }

    fn feature(&mut self, run: &RunView, title: &str, rules: &[&RuleView]) {
        self.heading(title);
        for rule in rules {
            let mark = self.mark(rule.verdict);
            let statement = dim(self.style, &rule.statement);
            self.line(&format!("  {mark} {}  {statement}", rule.id));
            if rule.is_disputed() {
                let verdicts = rule.by_document.iter().map(|it| (&it.document, it.verdict));
                let verdicts = self.verdicts(verdicts);
                self.line(&format!("      by document: {verdicts}"));
            }
            for scenario in &rule.scenarios {
                let quiet = matches!(scenario.verdict, Verdict::Pass | Verdict::NotApplicable);
                if !quiet && run.problem_of(scenario).is_none() {
                    self.scenario(rule, scenario, None);
                    self.exchanges(scenario);
                }
            }
        }
    }

    /// A scenario with all there is to say of it, short of its exchanges.
    fn scenario(&mut self, rule: &RuleView, scenario: &ScenarioView, rule_id: Option<&str>) {
        let mark = self.mark(scenario.verdict);
        let id = rule_id.map(|id| format!("{id}: ")).unwrap_or_default();
        self.line(&format!("      {mark} {id}{}", scenario.name));
        self.field("Requirement", &[rule.requirement()]);
        self.field("Expected", &scenario.expected);
        self.field("Actual", scenario.actual.as_slice());
        let manner = scenario.manner.map(|manner| match manner {
            Manner::Granted => bold(self.style, &manner.to_string()),
            _ => manner.to_string(),
        });
        self.field("Manner", manner.as_slice());
        self.field("Change", scenario.deviation.as_slice());
        let reason = if scenario.verdict == Verdict::Waived { "Waived" } else { "Reason" };
        self.field(reason, scenario.reason.as_slice());
        if scenario.is_disputed() {
            let verdicts = scenario.by_document.iter().map(|it| (&it.document, it.verdict));
            let verdicts = self.verdicts(verdicts);
            self.field("By document", &[verdicts]);
        }
        self.field("At", &[scenario.place()]);
    }

    /// Documents with their verdicts.
    fn verdicts<'v>(&self, verdicts: impl Iterator<Item = (&'v String, Verdict)>) -> String {
        let one = |(document, verdict): (&String, Verdict)| {
            format!("{document} {}", paint(self.style, verdict, &verdict.to_string()))
        };
        verdicts.map(one).collect::<Vec<_>>().join(", ")
    }

    /// A field: one value a line, further lines of a value indented under its first.
    fn field(&mut self, name: &str, values: &[String]) {
        let mut label = format!("{name}:");
        for text in values.iter().flat_map(|value| value.lines()) {
            let shown = dim(self.style, &format!("{label:>20}"));
            self.line(&format!("{shown} {text}"));
            label.clear();
        }
    }

    fn exchanges(&mut self, scenario: &ScenarioView) {
        if !self.style.verbose {
            return;
        }
        for exchange in &scenario.exchanges {
            self.line("");
            for text in exchange::text(exchange).lines() {
                self.line(&format!("          {text}"));
            }
        }
        self.line("");
    }

    /// What was not applicable, by reason: the reason is what a reader can do something about.
    fn not_applicable(&mut self, run: &RunView) {
        let mut reasons: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for (rule, scenario) in run.scenarios() {
            if scenario.verdict == Verdict::NotApplicable {
                let reason = scenario.reason.as_deref().unwrap_or("no reason given");
                let entry = format!("{}: {} ({})", rule.id, scenario.name, scenario.place());
                reasons.entry(reason).or_default().push(entry);
            }
        }
        for rule in run.rules.iter().filter(|rule| rule.scenarios.is_empty()) {
            reasons.entry(NO_SCENARIO).or_default().push(rule.id.clone());
        }
        if reasons.is_empty() {
            return;
        }
        self.heading("Not applicable");
        let mark = self.mark(Verdict::NotApplicable);
        for (reason, entries) in reasons {
            reason.lines().for_each(|text| self.line(&format!("  {text}")));
            entries.iter().for_each(|entry| self.line(&format!("      {mark} {entry}")));
        }
    }

    fn failures(&mut self, run: &RunView) {
        let red = run.scenarios().filter(|(_, s)| s.verdict.is_red());
        let mut red: Vec<_> = red.filter(|(_, s)| run.problem_of(s).is_none()).collect();
        // The worst that there is comes first.
        red.sort_by_key(|(_, scenario)| !scenario.is_granted());
        if red.is_empty() {
            return;
        }
        self.heading("Failures, errors and inconclusive scenarios");
        for (rule, scenario) in red {
            self.scenario(rule, scenario, Some(&rule.id));
        }
    }

    fn problems(&mut self, run: &RunView) {
        if run.problems.is_empty() {
            return;
        }
        self.heading("Problems of the run");
        let mark = self.mark(Verdict::Error);
        for problem in &run.problems {
            for (at, text) in problem.text.lines().enumerate() {
                let lead = if at == 0 { mark.as_str() } else { " " };
                self.line(&format!("  {lead} {text}"));
            }
            let stopped = run.scenarios().filter(|(_, s)| run.problem_of(s) == Some(problem));
            match stopped.count() {
                0 => {}
                count => {
                    self.line(&format!("    {count} scenarios were not judged because of this"));
                }
            }
        }
    }

    fn totals(&mut self, run: &RunView) {
        self.line("");
        let (rules, scenarios) = (self.counts(&run.totals), self.counts(&run.scenario_totals));
        self.line(&format!("Rules:     {rules}"));
        self.line(&format!("Scenarios: {scenarios}"));
        match run.scenarios().filter(|(_, scenario)| scenario.is_granted()).count() {
            0 => {}
            granted => {
                let text = format!("{granted} where a refusal is due");
                self.line(&format!("Granted:   {}", paint(self.style, Verdict::Fail, &text)));
            }
        }
        self.line(&format!("Target:    {}", run.target));
        self.line(&format!("Against:   {}", run.against.join(", ")));
        self.line(&format!("Took:      {:.2} s (seed {})", run.duration_ms / 1e3, run.seed));
        let mut label = "Conduct:";
        for sentence in run.conduct.iter().flat_map(|conduct| &conduct.sentences) {
            self.line(&format!("{label:<10} {sentence}"));
            label = "";
        }
    }

    fn counts(&self, totals: &Map<String, Value>) -> String {
        let count = |verdict: Verdict| totals.get(verdict.name()).and_then(Value::as_u64);
        let parts: Vec<String> = Verdict::ALL
            .into_iter()
            .map(|verdict| (verdict, count(verdict).unwrap_or_default()))
            .map(|(verdict, count)| {
                let text = format!("{count} {verdict}");
                if count == 0 { dim(self.style, &text) } else { paint(self.style, verdict, &text) }
            })
            .collect();
        parts.join(", ")
    }
}
