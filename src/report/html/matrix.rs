//! Several runs on one page: rules × servers, with the evidence of what did not pass.

use std::collections::BTreeSet;

use maud::{Markup, html};

use super::super::matrix::{Matrix, Row, figures, share, without_ports};
use super::super::view::{RuleView, RunView};
use super::frame::{Choices, badge, by_document, citations, filters, page, scrolled};
use crate::verdict::Verdict;

/// The page.
pub fn write(matrix: &Matrix<'_>) -> String {
    let main = html! {
        (servers(matrix))
        (deviations(matrix))
        h2 { "Rules" }
        (filters(&choices(matrix)))
        (table(matrix))
        h2 { "Evidence" }
        @for row in matrix.rows() {
            @for (column, cell) in row.cells.iter().enumerate() {
                @if let Some(rule) = cell.filter(|rule| is_told(rule)) {
                    (evidence(matrix.runs[column], column, rule))
                }
            }
        }
    };
    let header = html! {
        h1 { "oauthspec: " (matrix.runs.len()) " servers" }
        p.faint { "A verdict leads to its evidence. An empty cell: no result is shown." }
    };
    without_ports(&page("oauthspec: servers side by side", &header, &main))
}

/// Whether there is something to see: what passed needs no evidence.
fn is_told(rule: &RuleView) -> bool {
    !matches!(rule.verdict, Verdict::Pass | Verdict::NotApplicable)
}

/// Where the evidence of a cell stands.
fn place(rule: &RuleView, column: usize) -> String {
    format!("{}@{}", rule.id, column + 1)
}

fn servers(matrix: &Matrix<'_>) -> Markup {
    let documents: Vec<&str> = matrix.documents().into_iter().collect();
    html! {
        h2 { "Servers" }
        (scrolled("Servers", &html! {
            table {
                thead { tr {
                    th scope="col" { "Server" }
                    th scope="col" { "Judged" }
                    @for verdict in [Verdict::Fail, Verdict::Waived, Verdict::Warn] {
                        th scope="col" { (badge(verdict)) }
                    }
                    th scope="col" { "Not judged" }
                    @for document in &documents { th scope="col" { (document) } }
                } }
                tbody { @for column in 0..matrix.runs.len() { (server(matrix, column, &documents)) } }
            }
        }))
        p.faint { "By document: rules that hold, of rules that were judged." }
    }
}

fn server(matrix: &Matrix<'_>, column: usize, documents: &[&str]) -> Markup {
    let run = matrix.runs[column];
    let all = matrix.totals(column, None).unwrap_or_default();
    html! {
        tr {
            th scope="row" {
                (run.target)
                br;
                span.faint { (run.started.split('T').next().unwrap_or_default()) }
            }
            @for number in figures(&all) { td { (number) } }
            @for document in documents {
                td { @if let Some(totals) = matrix.totals(column, Some(document)) { (share(&totals)) } }
            }
        }
    }
}

fn deviations(matrix: &Matrix<'_>) -> Markup {
    let deviations = matrix.deviations();
    html! {
        h2 { "Deviations, by how many servers share them" }
        @if deviations.is_empty() { p { "No rule fails on any server." } }
        @else { ul {
            @for row in deviations {
                @let columns = row.deviating();
                li {
                    strong { (columns.len()) } " · " code { (row.rule.id) } " " (row.rule.statement) " "
                    @for (at, &column) in columns.iter().enumerate() {
                        @if at > 0 { ", " }
                        a href={ "#" (place(row.rule, column)) } { (matrix.runs[column].target) }
                    }
                }
            }
        } }
    }
}

fn choices<'a>(matrix: &Matrix<'a>) -> Choices<'a> {
    let verdicts: BTreeSet<Verdict> = matrix.rows().flat_map(Row::verdicts).collect();
    let levels: BTreeSet<String> = matrix.rows().map(|row| row.rule.level.to_string()).collect();
    Choices {
        verdicts: Verdict::ALL.into_iter().filter(|it| verdicts.contains(it)).collect(),
        levels: levels.into_iter().collect(),
        documents: matrix.documents().into_iter().collect(),
        areas: matrix.areas.iter().map(|(title, _)| *title).collect(),
    }
}

fn table(matrix: &Matrix<'_>) -> Markup {
    html! {
        (scrolled("Rules and servers", &html! {
            table.matrix {
                thead { tr {
                    th scope="col" { "Rule" }
                    @for run in &matrix.runs { th scope="col" { (run.target) } }
                } }
                @for (title, rows) in &matrix.areas {
                    tbody.area {
                        tr { th scope="rowgroup" colspan=(matrix.runs.len() + 1) { (title) } }
                        @for row in rows { (self::row(title, row)) }
                    }
                }
            }
        }))
    }
}

fn row(area: &str, row: &Row<'_>) -> Markup {
    let verdicts: Vec<&str> = row.verdicts().into_iter().map(Verdict::name).collect();
    let cited = row.cells.iter().flatten().flat_map(|rule| rule.documents());
    let documents: BTreeSet<&str> = cited.collect();
    let documents: Vec<&str> = documents.into_iter().collect();
    html! {
        tr.rule data-verdict=(verdicts.join(" ")) data-level=(row.rule.level) data-area=(area)
            data-documents=(documents.join(" ")) {
            th scope="row" {
                code { (row.rule.id) } " "
                span.faint { (row.rule.statement) }
            }
            @for (column, cell) in row.cells.iter().enumerate() {
                td { @if let Some(rule) = cell { (self::cell(rule, column)) } }
            }
        }
    }
}

/// A verdict, and one for each document where they disagree: the filter chooses.
fn cell(rule: &RuleView, column: usize) -> Markup {
    let shown = |document: &str, verdict| {
        html! {
            span data-of=(document) hidden[!document.is_empty()] {
                @if is_told(rule) { a href={ "#" (place(rule, column)) } { (badge(verdict)) } }
                @else { (badge(verdict)) }
            }
        }
    };
    html! {
        (shown("", rule.verdict))
        @for judged in &rule.by_document { (shown(&judged.document, judged.verdict)) }
    }
}

fn evidence(run: &RunView, column: usize, rule: &RuleView) -> Markup {
    html! {
        details id=(place(rule, column)) {
            summary { (badge(rule.verdict)) " " code { (rule.id) } " " (run.target) }
            p { (rule.statement) " " (citations(rule)) }
            @if rule.is_disputed() {
                p { (by_document(rule.by_document.iter().map(|it| (it.document.as_str(), it.verdict)))) }
            }
            @for scenario in rule.scenarios.iter().filter(|it| it.verdict != Verdict::Pass) {
                (super::scenario(run, rule, scenario))
            }
        }
    }
}
