//! The report for people at a terminal: the areas, then each failure once, in h2spec's manner: the
//! requirement, the list of what is accepted, and what came.

mod paint;
mod scenarios;
mod wrap;

use serde_json::{Map, Value};

use self::paint::{bold, paint};
use super::printable::one_line;
use super::view::{RuleView, RunView, counts};
use crate::verdict::{RunRecord, Totals, Verdict};

/// A run of so many rules lists them.
const FEW: usize = 20;

/// Columns of an area's title, at most.
const AREA: usize = 48;

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
    console.areas(run);
    console.causes(run);
    for verdict in [Verdict::Error, Verdict::Inconclusive, Verdict::Waived] {
        console.reasons(run, verdict);
    }
    console.not_applicable(run);
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

/// The name of a verdict as a heading begins.
fn capital(verdict: Verdict) -> String {
    let name = verdict.to_string();
    let mut chars = name.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
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
        for text in wrap::wrap(text, wrap::WIDTH) {
            self.line(&bold(self.style, &text));
        }
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

    /// Areas with their verdicts, and the rules where there are few or they are asked for.
    fn areas(&mut self, run: &RunView) {
        let listed = self.style.verbose || run.rules.len() <= FEW;
        if !listed {
            self.heading("Rules by area");
        }
        let titles = run.features().into_iter().map(|(title, _)| title.chars().count());
        let width = titles.max().unwrap_or_default().min(AREA);
        for (title, rules) in run.features() {
            if listed {
                self.heading(title);
                rules.into_iter().for_each(|rule| self.rule(rule));
            } else {
                let totals = counts(&Totals::of(rules.iter().map(|rule| rule.verdict)));
                self.counts(&format!("  {title:<width$}  "), &totals);
            }
        }
    }

    fn rule(&mut self, rule: &RuleView) {
        self.marked(rule.verdict, &format!("{}: {}", rule.id, rule.statement));
        if rule.is_disputed() {
            let verdicts = rule.by_document.iter().map(|it| (&it.document, it.verdict));
            let verdicts = self.verdicts(verdicts);
            self.line(&format!("      by document: {verdicts}"));
        }
    }

    /// A text behind the sign of a verdict.
    fn marked(&mut self, verdict: Verdict, text: &str) {
        let mut mark = self.mark(verdict);
        for text in wrap::wrap(text, wrap::WIDTH - 4) {
            self.line(&format!("  {mark} {text}"));
            " ".clone_into(&mut mark);
        }
    }

    fn indented(&mut self, by: usize, text: &str) {
        for text in wrap::wrap(text, wrap::WIDTH - by) {
            self.line(&format!("{:by$}{text}", ""));
        }
    }

    /// Documents with their verdicts.
    fn verdicts<'v>(&self, verdicts: impl Iterator<Item = (&'v String, Verdict)>) -> String {
        let one = |(document, verdict): (&String, Verdict)| {
            format!("{document} {}", paint(self.style, verdict, &verdict.to_string()))
        };
        verdicts.map(one).collect::<Vec<_>>().join(", ")
    }

    fn problems(&mut self, run: &RunView) {
        if run.problems.is_empty() {
            return;
        }
        self.heading("Problems of the run");
        for problem in &run.problems {
            self.marked(Verdict::Error, &problem.text);
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
        self.counts("Rules:     ", &run.totals);
        self.counts("Scenarios: ", &run.scenario_totals);
        match run.scenarios().filter(|(_, scenario)| scenario.is_granted()).count() {
            0 => {}
            granted => {
                let text = format!("{granted} where a refusal is due");
                self.line(&format!("Granted:   {}", paint(self.style, Verdict::Fail, &text)));
            }
        }
        match run.scenarios().filter(|(_, scenario)| scenario.passed_at_try.is_some()).count() {
            0 => {}
            unstable => {
                self.told("Unstable:", &format!("{unstable} failed, and passed when tried again"));
            }
        }
        self.told("Target:", &run.target);
        self.told("Against:", &run.against.join(", "));
        self.told("Took:", &format!("{:.2} s (seed {})", run.duration_ms / 1e3, run.seed));
        let conduct = run.conduct.iter().flat_map(|conduct| &conduct.sentences);
        self.told("Conduct:", &conduct.map(String::as_str).collect::<Vec<_>>().join("\n"));
        if run.rules.iter().any(|rule| rule.verdict.is_red()) && !self.style.verbose {
            self.told(
                "Evidence:",
                "--verbose shows every HTTP exchange, --html FILE a page with them",
            );
        }
    }

    /// A line of the closing block.
    fn told(&mut self, label: &str, text: &str) {
        let mut label = label;
        for text in wrap::wrap(text, wrap::WIDTH - 11) {
            self.line(&format!("{label:<10} {text}"));
            label = "";
        }
    }

    /// The verdicts that occur, each with its count, behind a label; broken where a line is full.
    fn counts(&mut self, label: &str, totals: &Map<String, Value>) {
        let count = |verdict: Verdict| totals.get(verdict.name()).and_then(Value::as_u64);
        let counts = Verdict::ALL.map(|verdict| (verdict, count(verdict).unwrap_or_default()));
        let indent = label.chars().count();
        let (mut line, mut columns) = (label.to_owned(), indent);
        for (at, (verdict, count)) in counts.into_iter().filter(|(_, it)| *it > 0).enumerate() {
            let text = format!("{count} {verdict}");
            if at > 0 {
                line.push_str(", ");
                columns += 2;
            }
            if columns + text.len() > wrap::WIDTH {
                self.line(&line);
                (line, columns) = (" ".repeat(indent), indent);
            }
            line.push_str(&paint(self.style, verdict, &text));
            columns += text.len();
        }
        self.line(&line);
    }
}
