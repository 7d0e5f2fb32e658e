//! A summary in Markdown, for job pages and comments on changes.

use super::cause::{Cause, causes, changed, judged};
use super::curl;
use super::exchange;
use super::view::{RuleView, RunView, ScenarioView};
use crate::verdict::Verdict;

/// More causes than this are counted, not shown: job pages cut long summaries.
const SHOWN: usize = 30;

/// The report.
pub fn write(run: &RunView) -> String {
    let mut out = format!("## oauthspec: {}\n\n", inline(&run.target));
    out.push_str(&format!("Against {}. {}\n\n", run.against.join(", "), verdict(run)));
    totals(&mut out, run);
    for problem in &run.problems {
        out.push_str(&format!("- **{}**: {}\n", problem.kind.name(), inline(&problem.text)));
    }
    if !run.problems.is_empty() {
        out.push('\n');
    }
    let causes = causes(run);
    for cause in causes.iter().take(SHOWN) {
        section(&mut out, cause);
    }
    if causes.len() > SHOWN {
        out.push_str(&format!(
            "\n{} more causes are in the other reports.\n",
            causes.len() - SHOWN
        ));
    }
    unjudged(&mut out, run);
    out
}

/// The run in one sentence.
fn verdict(run: &RunView) -> String {
    let count = |verdict: Verdict| run.count(verdict);
    let failed = count(Verdict::Fail);
    let open = count(Verdict::Inconclusive) + count(Verdict::Error);
    let judged = match failed {
        0 => "No rule failed".to_owned(),
        1 => "**1 rule failed**".to_owned(),
        failed => format!("**{failed} rules failed**"),
    };
    if open == 0 { judged + "." } else { format!("{judged}, and {open} could not be judged.") }
}

fn totals(out: &mut String, run: &RunView) {
    let row = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
    let of = |totals: &serde_json::Map<String, serde_json::Value>| {
        Verdict::ALL
            .map(|verdict| totals.get(verdict.name()).cloned().unwrap_or_default().to_string())
    };
    let line = |first: &str, rest: Vec<String>| row([vec![first.to_owned()], rest].concat());
    out.push_str(&line("", Verdict::ALL.map(|verdict| verdict.to_string()).to_vec()));
    out.push_str(&line("---", vec!["---:".to_owned(); Verdict::ALL.len()]));
    out.push_str(&line("rules", of(&run.totals).to_vec()));
    out.push_str(&line("scenarios", of(&run.scenario_totals).to_vec()));
    out.push('\n');
}

fn section(out: &mut String, cause: &Cause<'_>) {
    let rules = cause.rules().len();
    let more = if rules > 1 { format!(" ({rules} rules)") } else { String::new() };
    out.push_str(&format!("### {}: {}{more}\n\n", cause.verdict, inline(&cause.title())));
    let mut last = "";
    for (rule, scenario) in &cause.scenarios {
        out.push_str(&item(rule, scenario, std::mem::replace(&mut last, &rule.id) != rule.id));
    }
    if let Some((_, scenario)) = cause.scenarios.first() {
        evidence(out, scenario, cause.scenarios.len());
    }
    out.push('\n');
}

/// A scenario; the requirement stands at the first one of its rule.
fn item(rule: &RuleView, scenario: &ScenarioView, is_first: bool) -> String {
    let mut text = format!("- `{}` {}\n", rule.id, inline(&scenario.name));
    if is_first {
        text.push_str(&format!("  - requirement: {}\n", inline(&rule.requirement())));
    }
    if !scenario.expected.is_empty() {
        text.push_str(&format!("  - expected: {}\n", inline(&scenario.expected.join(" or "))));
    }
    if let Some(deviation) = &scenario.deviation {
        text.push_str(&format!("  - change: {}\n", inline(deviation)));
    }
    text
}

/// The judged exchange of a scenario, folded, with the request that was changed before it.
fn evidence(out: &mut String, scenario: &ScenarioView, of: usize) {
    let Some(exchange) = judged(scenario) else { return };
    let first = if of > 1 { " of the first" } else { "" };
    out.push_str(&format!("\n<details><summary>Request and response{first}</summary>\n\n"));
    if let Some(exchange) = changed(scenario) {
        out.push_str(&block(&exchange::text(&exchange.without_page())));
    }
    out.push_str(&block(&exchange::text(exchange)));
    out.push_str(&block(&curl::again(scenario)));
    out.push_str("</details>\n");
}

/// What was not judged, by reason.
fn unjudged(out: &mut String, run: &RunView) {
    let open = |scenario: &ScenarioView| {
        matches!(scenario.verdict, Verdict::Inconclusive | Verdict::Error)
            && run.problem_of(scenario).is_none()
    };
    let mut lines: Vec<String> = run
        .scenarios()
        .filter(|(_, scenario)| open(scenario))
        .map(|(rule, scenario)| {
            let reason = scenario.reason.as_deref().unwrap_or_default();
            format!("- `{}` {}: {}\n", rule.id, inline(&scenario.name), inline(reason))
        })
        .collect();
    if lines.is_empty() {
        return;
    }
    lines.insert(0, "\n### Not judged\n\n".to_owned());
    out.push_str(&lines.concat());
}

/// Text of a line in which nothing is markup: a server's words cannot become a link or an image.
pub(super) fn inline(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\r' => out.push(' '),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            // A mention or a reference to an issue would notify somebody.
            '@' => out.push_str("&#64;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '#' | '|' | '~' | '!' => {
                out.push('\\');
                out.push(c);
            }
            _ => out.push(c),
        }
    }
    // Bare addresses become links by themselves.
    out.replace("://", ":&#47;&#47;")
}

/// A block of code with a fence that the text does not have.
fn block(text: &str) -> String {
    let mut fence = "```".to_owned();
    while text.contains(&fence) {
        fence.push('`');
    }
    format!("{fence}text\n{}\n{fence}\n\n", text.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_a_server_stay_words() {
        let text = inline("![x](https://evil.example) <b> @you |\nnext `code`");
        assert_eq!(
            text,
            "\\!\\[x\\](https:&#47;&#47;evil.example) &lt;b&gt; &#64;you \\| next \\`code\\`"
        );
    }

    #[test]
    fn a_fence_is_longer_than_those_inside() {
        assert_eq!(block("a\n````\nb"), "`````text\na\n````\nb\n`````\n\n");
    }
}
