//! TAP version 14, for harnesses of the Test Anything Protocol: a test is a scenario.

use serde::Serialize;

use super::printable::one_line;
use super::view::{NO_SCENARIO, RuleView, RunView, ScenarioView};
use crate::verdict::Verdict;

/// What stands under a test that did not pass.
#[derive(Serialize)]
struct Diagnostic<'a> {
    verdict: &'static str,
    requirement: String,
    expected: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    actual: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    change: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
    at: String,
}

/// The report.
pub fn write(run: &RunView) -> String {
    let mut tests: Vec<String> = Vec::new();
    for rule in &run.rules {
        if rule.scenarios.is_empty() {
            let name = format!("{}: {}", rule.id, rule.statement);
            tests.push(line(rule.verdict, tests.len() + 1, &name, Some(NO_SCENARIO)));
        }
        for scenario in &rule.scenarios {
            tests.push(test(tests.len() + 1, rule, scenario));
        }
    }
    for problem in &run.problems {
        let name = format!("oauthspec/{}: {}", problem.kind.name(), problem.text);
        tests.push(line(Verdict::Error, tests.len() + 1, &name, None));
    }
    format!("TAP version 14\n1..{}\n{}", tests.len(), tests.concat())
}

fn test(number: usize, rule: &RuleView, scenario: &ScenarioView) -> String {
    let name = format!("{}: {}", rule.id, scenario.name);
    let mut text = line(scenario.verdict, number, &name, scenario.reason.as_deref());
    if scenario.verdict != Verdict::Pass {
        let diagnostic = Diagnostic {
            verdict: scenario.verdict.name(),
            requirement: rule.requirement(),
            expected: &scenario.expected,
            actual: scenario.actual.as_deref(),
            change: scenario.deviation.as_deref(),
            reason: scenario.reason.as_deref(),
            at: scenario.place(),
        };
        // A struct of texts always has a YAML form.
        let yaml = serde_yaml::to_string(&diagnostic).unwrap_or_default();
        text.push_str("  ---\n");
        yaml.lines().for_each(|line| text.push_str(&format!("  {line}\n")));
        text.push_str("  ...\n");
    }
    text
}

fn line(verdict: Verdict, number: usize, name: &str, reason: Option<&str>) -> String {
    let ok = if verdict.is_red() { "not ok" } else { "ok" };
    let mut text = format!("{ok} {number} - {}", escaped(name));
    if matches!(verdict, Verdict::Waived | Verdict::NotApplicable) {
        text.push_str(&format!(" # SKIP {verdict}: {}", escaped(reason.unwrap_or_default())));
    }
    text + "\n"
}

/// One line in which nothing begins a directive.
fn escaped(text: &str) -> String {
    one_line(text).replace('\\', "\\\\").replace('#', "\\#")
}
