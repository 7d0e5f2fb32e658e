//! The report for browsers: one file that needs no network, from disk and on a phone.
//!
//! Nothing of a target is markup: maud escapes every text, and the policy in the page's head admits
//! no script but the one below.

mod evidence;
mod frame;
mod matrix;

use std::collections::BTreeSet;

use maud::{Markup, html};

use self::frame::{Choices, badge, by_document, citations, filters, scrolled};
use super::cause::{Cause, causes};
use super::view::{NO_SCENARIO, RuleView, RunView, ScenarioView};
use crate::verdict::Verdict;

pub use self::matrix::write as matrix;

/// The report.
pub fn write(run: &RunView) -> String {
    let main = html! {
        (picture(run))
        (problems(run))
        (by_cause(&causes(run)))
        h2 { "Rules" }
        (filters(&choices(run)))
        @for (feature, rules) in run.features() {
            (area(run, feature, &rules))
        }
    };
    frame::page(&format!("oauthspec: {}", run.target), &heading(run), &main)
}

fn heading(run: &RunView) -> Markup {
    let failed = run.count(Verdict::Fail);
    html! {
        h1 { "oauthspec: " (run.target) }
        p {
            @match failed {
                0 => "No rule failed",
                1 => strong.fail { "1 rule failed" },
                _ => strong.fail { (failed) " rules failed" },
            }
            " against " (run.against.join(", ")) "."
        }
        p.faint {
            (run.tool.name) " " (run.tool.version) ", " (run.started) ", "
            (format!("{:.2} s", run.duration_ms / 1e3)) ", seed " (run.seed)
            @if run.strict { ", strict" }
        }
    }
}

/// Areas and verdicts, as numbers and as bars.
fn picture(run: &RunView) -> Markup {
    html! {
        h2 { "Verdicts" }
        (scrolled("Verdicts by area", &html! {
            table {
                thead { tr {
                    th scope="col" { "Area" }
                    @for verdict in Verdict::ALL { th scope="col" { (badge(verdict)) } }
                    th scope="col" { "Share" }
                } }
                tbody {
                    @for (feature, rules) in run.features() {
                        tr {
                            th scope="row" { (feature) }
                            @for verdict in Verdict::ALL { td { (number(&rules, verdict)) } }
                            td.bar { (bars(&rules)) }
                        }
                    }
                    tr {
                        th scope="row" { "All" }
                        @for verdict in Verdict::ALL { td { (run.count(verdict)) } }
                        td {}
                    }
                }
            }
        }))
    }
}

fn number(rules: &[&RuleView], verdict: Verdict) -> usize {
    rules.iter().filter(|rule| rule.verdict == verdict).count()
}

fn bars(rules: &[&RuleView]) -> Markup {
    html! {
        div.bars aria-hidden="true" {
            @for verdict in Verdict::ALL {
                @let count = number(rules, verdict);
                @if count > 0 {
                    span class=(verdict.name()) style=(format!("flex: {count}")) {}
                }
            }
        }
    }
}

fn problems(run: &RunView) -> Markup {
    html! {
        @if !run.problems.is_empty() {
            h2 { "Problems of the run" }
            ul {
                @for problem in &run.problems {
                    li { strong { (problem.kind.name()) } ": " (problem.text) }
                }
            }
        }
    }
}

fn by_cause(causes: &[Cause<'_>]) -> Markup {
    html! {
        @if !causes.is_empty() {
            h2 { "What failed, by cause" }
            ul {
                @for cause in causes {
                    li {
                        (badge(cause.verdict)) " " (cause.title()) ": "
                        @for (at, rule) in cause.rules().into_iter().enumerate() {
                            @if at > 0 { ", " }
                            a href={ "#" (rule) } { (rule) }
                        }
                    }
                }
            }
        }
    }
}

fn choices(run: &RunView) -> Choices<'_> {
    let levels: BTreeSet<String> = run.rules.iter().map(|rule| rule.level.to_string()).collect();
    Choices {
        verdicts: Verdict::ALL.into_iter().filter(|it| run.count(*it) > 0).collect(),
        levels: levels.into_iter().collect(),
        documents: run.against.iter().map(String::as_str).collect(),
        areas: run.features().into_iter().map(|(title, _)| title).collect(),
    }
}

fn area(run: &RunView, title: &str, rules: &[&RuleView]) -> Markup {
    html! {
        section.area {
            h3 { (title) }
            @for rule in rules { (self::rule(run, title, rule)) }
        }
    }
}

fn rule(run: &RunView, area: &str, rule: &RuleView) -> Markup {
    let documents: Vec<&str> = rule.documents().collect();
    html! {
        details.rule id=(rule.id) data-verdict=(rule.verdict.name()) data-level=(rule.level)
            data-area=(area) data-documents=(documents.join(" ")) {
            summary { (badge(rule.verdict)) " " code { (rule.id) } " " (rule.statement) }
            p {
                a href={ "#" (rule.id) } { "Link to this rule" } ". Level " (rule.level)
                @if !rule.cites.is_empty() { "; " (citations(rule)) }
            }
            @if rule.is_disputed() {
                p { (by_document(rule.by_document.iter().map(|it| (it.document.as_str(), it.verdict)))) }
            }
            @if rule.scenarios.is_empty() { p { (NO_SCENARIO) } }
            @for scenario in &rule.scenarios { (self::scenario(run, rule, scenario)) }
        }
    }
}

fn scenario(run: &RunView, rule: &RuleView, scenario: &ScenarioView) -> Markup {
    html! {
        p { (badge(scenario.verdict)) " " (scenario.name) " " span.faint { (scenario.place()) } }
        @if scenario.is_disputed() {
            p { (by_document(scenario.by_document.iter().map(|it| (it.document.as_str(), it.verdict)))) }
        }
        @if scenario.verdict != Verdict::Pass {
            dl {
                @if !scenario.expected.is_empty() {
                    dt { "Expected" } dd { (scenario.expected.join("\nor ")) }
                }
                @for (name, text) in scenario.facts(rule) { dt { (name) } dd { (text) } }
            }
            @if run.problem_of(scenario).is_none() { (evidence::exchanges(scenario)) }
        }
    }
}
