//! The report for browsers: one file that needs no network, from disk and on a phone.
//!
//! Nothing of a target is markup: maud escapes every text, and the policy in the page's head admits
//! no script but the one below.

mod evidence;

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::cause::{Cause, causes};
use super::view::{NO_SCENARIO, RuleView, RunView, ScenarioView};
use crate::verdict::Verdict;

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("script.js");

/// The report.
pub fn write(run: &RunView) -> String {
    let causes = causes(run);
    let title = format!("oauthspec: {}", run.target);
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(policy());
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                header { (heading(run)) }
                main {
                    (picture(run))
                    (problems(run))
                    (by_cause(&causes))
                    h2 { "Rules" }
                    (filters(run))
                    @for (feature, rules) in run.features() {
                        (area(run, feature, &rules))
                    }
                }
                script { (PreEscaped(SCRIPT)) }
            }
        }
    };
    page.into_string() + "\n"
}

/// No network, no plug-in, and no script but ours.
fn policy() -> String {
    let digest = ring::digest::digest(&ring::digest::SHA256, SCRIPT.as_bytes());
    let hash = STANDARD.encode(digest);
    format!(
        "default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{hash}'; \
         base-uri 'none'; form-action 'none'"
    )
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
        div.scroll tabindex="0" role="region" aria-label="Verdicts by area" {
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
        }
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

fn badge(verdict: Verdict) -> Markup {
    html! {
        span class={ "verdict " (verdict.name()) } { (super::console::mark(verdict)) " " (verdict) }
    }
}

fn problems(run: &RunView) -> Markup {
    html! {
        @if !run.problems.is_empty() {
            h2 { "Problems of the run" }
            ul {
                @for problem in &run.problems {
                    li { strong { (problem.kind) } ": " (problem.text) }
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

fn filters(run: &RunView) -> Markup {
    let levels: BTreeSet<String> = run.rules.iter().map(|rule| rule.level.to_string()).collect();
    let areas: Vec<&str> = run.features().into_iter().map(|(title, _)| title).collect();
    html! {
        // Without scripts there is nothing to filter with.
        form hidden role="search" aria-label="Filter the rules" {
            label { "Text " input type="search" name="text"; }
            fieldset {
                legend { "Verdict" }
                @for verdict in Verdict::ALL.into_iter().filter(|it| run.count(*it) > 0) {
                    label {
                        input type="checkbox" name="verdict" value=(verdict.name()) checked;
                        " " (verdict)
                    }
                }
            }
            (choice("Level", "level", levels.iter().map(String::as_str)))
            (choice("Document", "document", run.against.iter().map(String::as_str)))
            (choice("Area", "area", areas.into_iter()))
        }
        p.faint #count role="status" {}
    }
}

fn choice<'a>(label: &str, name: &str, values: impl Iterator<Item = &'a str>) -> Markup {
    html! {
        label {
            (label) " "
            select name=(name) {
                option value="" { "all" }
                @for value in values { option { (value) } }
            }
        }
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
            @for scenario in &rule.scenarios { (self::scenario(run, scenario)) }
        }
    }
}

/// The verdict of each document, where they disagree.
fn by_document<'a>(verdicts: impl Iterator<Item = (&'a str, Verdict)>) -> Markup {
    html! {
        "By document: "
        @for (at, (document, verdict)) in verdicts.enumerate() {
            @if at > 0 { ", " }
            (document) " " (badge(verdict))
        }
    }
}

fn citations(rule: &RuleView) -> Markup {
    html! {
        @for (at, cite) in rule.cites.iter().enumerate() {
            @if at > 0 { ", " }
            @match section_link(cite) {
                Some(link) => a href=(link) rel="noreferrer" { (cite) },
                None => (cite),
            }
        }
    }
}

/// Where a section of an RFC stands.
fn section_link(cite: &str) -> Option<String> {
    let (document, rest) = cite.split_once(' ')?;
    let number =
        document.strip_prefix("rfc").filter(|it| it.bytes().all(|b| b.is_ascii_digit()))?;
    let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '.')).unwrap_or(rest.len());
    let section = rest[..end].trim_end_matches('.');
    let anchor = match section.starts_with(|c: char| c.is_ascii_uppercase()) {
        true => format!("appendix-{section}"),
        false => format!("section-{section}"),
    };
    Some(format!("https://www.rfc-editor.org/rfc/rfc{number}#{anchor}"))
}

fn scenario(run: &RunView, scenario: &ScenarioView) -> Markup {
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
                @for (name, text) in scenario.facts() { dt { (name) } dd { (text) } }
            }
            @if run.problem_of(scenario).is_none() { (evidence::exchanges(scenario)) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_citation_leads_to_its_section() {
        let link = |cite| section_link(cite).unwrap_or_default();
        assert_eq!(
            link("rfc6749 4.1.2, 10.5 (must)"),
            "https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2"
        );
        assert_eq!(
            link("rfc6749 A.5 (must)"),
            "https://www.rfc-editor.org/rfc/rfc6749#appendix-A.5"
        );
        assert_eq!(section_link("vendor tokens (must)"), None);
    }

    #[test]
    fn the_policy_admits_our_script_alone() {
        assert!(policy().contains("script-src 'sha256-"));
        assert!(!policy().contains("http"));
    }
}
