//! Several runs side by side: rules × servers.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use super::markdown::inline;
use super::view::{RuleView, RunView};
use crate::rules::Manner;
use crate::verdict::{Totals, Verdict};

/// Runs, and what each says of every rule.
#[derive(Debug)]
pub struct Matrix<'a> {
    /// The runs: the columns.
    pub runs: Vec<&'a RunView>,
    /// Titles of the areas, each with its rules, in the order of the runs.
    pub areas: Vec<(&'a str, Vec<Row<'a>>)>,
}

/// A rule, and what each run says of it.
#[derive(Debug)]
pub struct Row<'a> {
    /// The rule as the first run with it shows it.
    pub rule: &'a RuleView,
    /// The rule in each run; `None`: the run was not about it.
    pub cells: Vec<Option<&'a RuleView>>,
}

impl<'a> Matrix<'a> {
    /// The matrix of these runs.
    pub fn of(runs: &'a [RunView]) -> Self {
        let mut areas: Vec<(&str, Vec<Row<'_>>)> = Vec::new();
        for (column, run) in runs.iter().enumerate() {
            for (title, rules) in run.features() {
                let at = areas.iter().position(|(known, _)| *known == title);
                let at = at.unwrap_or_else(|| {
                    areas.push((title, Vec::new()));
                    areas.len() - 1
                });
                add(&mut areas[at].1, &rules, column, runs.len());
            }
        }
        Self { runs: runs.iter().collect(), areas }
    }

    /// Every rule.
    pub fn rows(&self) -> impl Iterator<Item = &Row<'a>> {
        self.areas.iter().flat_map(|(_, rows)| rows)
    }

    /// The documents of all runs.
    pub fn documents(&self) -> BTreeSet<&'a str> {
        self.runs.iter().flat_map(|run| run.against.iter().map(String::as_str)).collect()
    }

    /// The rules that fail somewhere, those first that most servers share, and then in their order.
    pub fn deviations(&self) -> Vec<&Row<'a>> {
        let mut rows: Vec<&Row<'_>> =
            self.rows().filter(|row| !row.deviating().is_empty()).collect();
        rows.sort_by_key(|row| Reverse(row.deviating().len()));
        rows
    }

    /// What a run says by one document, or by all of them; `None`: it was not against this one.
    pub fn totals(&self, column: usize, document: Option<&str>) -> Option<Totals> {
        let run = self.runs[column];
        if document.is_some_and(|document| !run.against.iter().any(|it| it == document)) {
            return None;
        }
        Some(Totals::of(run.rules.iter().filter_map(|rule| by(rule, document))))
    }
}

/// Adds the rules of a run to the rows of an area.
fn add<'a>(rows: &mut Vec<Row<'a>>, rules: &[&'a RuleView], column: usize, columns: usize) {
    // A rule that earlier runs lack stands behind the one that it follows in its own run.
    let mut next = 0;
    for &rule in rules {
        let at = rows.iter().position(|row| row.rule.id == rule.id).unwrap_or_else(|| {
            rows.insert(next, Row { rule, cells: vec![None; columns] });
            next
        });
        rows[at].cells[column] = Some(rule);
        next = at + 1;
    }
}

/// The verdict of a rule by one document, or by all of them.
fn by(rule: &RuleView, document: Option<&str>) -> Option<Verdict> {
    match document {
        None => Some(rule.verdict),
        Some(document) => {
            rule.by_document.iter().find(|it| it.document == document).map(|it| it.verdict)
        }
    }
}

impl Row<'_> {
    /// The columns in which the rule fails, waived or not.
    pub fn deviating(&self) -> Vec<usize> {
        let fails = |cell: &Option<&RuleView>| {
            cell.is_some_and(|it| matches!(it.verdict, Verdict::Fail | Verdict::Waived))
        };
        (0..self.cells.len()).filter(|&column| fails(&self.cells[column])).collect()
    }

    /// Every verdict in the row.
    pub fn verdicts(&self) -> BTreeSet<Verdict> {
        self.cells.iter().flatten().map(|rule| rule.verdict).collect()
    }
}

/// What a table says of a run: rules that were judged, that fail, are waived, warn, and that could not
/// be judged.
pub(super) fn figures(totals: &Totals) -> [usize; 5] {
    let [judged, open] = [totals.judged(), totals.open()];
    let [failed, waived, warned] =
        [Verdict::Fail, Verdict::Waived, Verdict::Warn].map(|verdict| totals.get(verdict));
    [judged, failed, waived, warned, open]
}

/// Leaves out every rule by which somebody was let in who had to be refused: its maintainers are
/// told before everybody is.
pub fn hold_back(run: &mut RunView) {
    run.rules.retain(|rule| {
        !rule.scenarios.iter().any(|scenario| {
            matches!(scenario.verdict, Verdict::Fail | Verdict::Waived)
                && scenario.manner == Some(Manner::Granted)
        })
    });
}

/// A page without the ports of the machine that a server ran on: they say nothing, and differ from
/// run to run.
pub fn without_ports(page: &str) -> String {
    /// Loopback hosts, with the colon in front of a port; also where a parameter encodes them.
    const HOSTS: [&str; 7] = [
        "127.0.0.1:",
        "127.0.0.1%3A",
        "127.0.0.1%3a",
        "localhost:",
        "localhost%3A",
        "[::1]:",
        "%5B%3A%3A1%5D%3A",
    ];
    HOSTS.iter().fold(page.to_owned(), |page, host| without_digits(&page, host))
}

/// The text without the digits that follow `before`.
fn without_digits(text: &str, before: &str) -> String {
    let mut parts = text.split(before);
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let rest = part.trim_start_matches(|c: char| c.is_ascii_digit());
        out.push_str(before);
        out.push_str(if rest.len() < part.len() { "PORT" } else { "" });
        out.push_str(rest);
    }
    out
}

/// The matrix as Markdown: the servers, the shared deviations, and every rule that does not pass
/// everywhere.
pub fn write(matrix: &Matrix<'_>) -> String {
    let mut out = String::from("## Servers\n\n");
    servers(&mut out, matrix);
    out.push_str("\n## Deviations, by how many servers share them\n\n");
    let deviations = matrix.deviations();
    if deviations.is_empty() {
        out.push_str("No rule fails on any server.\n");
    }
    for row in deviations {
        let columns = row.deviating();
        let names: Vec<String> =
            columns.iter().map(|&column| inline(&matrix.runs[column].target)).collect();
        out.push_str(&format!(
            "- {} of {}: `{}` ({}): {} *{}*\n",
            columns.len(),
            matrix.runs.len(),
            row.rule.id,
            row.rule.level,
            inline(&row.rule.statement),
            names.join(", ")
        ));
    }
    rules(&mut out, matrix);
    without_ports(&out)
}

fn line(cells: impl IntoIterator<Item = String>) -> String {
    format!("| {} |\n", cells.into_iter().collect::<Vec<_>>().join(" | "))
}

fn servers(out: &mut String, matrix: &Matrix<'_>) {
    let documents: Vec<&str> = matrix.documents().into_iter().collect();
    let heads = ["server", "judged", "fail", "waived", "warn", "not judged"];
    let heads = heads.into_iter().chain(documents.iter().copied()).map(str::to_owned);
    let rule = std::iter::once("---").chain(std::iter::repeat_n("---:", 5 + documents.len()));
    out.push_str(&line(heads));
    out.push_str(&line(rule.map(str::to_owned)));
    for (column, run) in matrix.runs.iter().enumerate() {
        let all = matrix.totals(column, None).unwrap_or_default();
        let by_document = documents.iter().map(|document| {
            let totals = matrix.totals(column, Some(document));
            totals.map_or_else(String::new, |it| share(&it))
        });
        let numbers = figures(&all).map(|it| it.to_string()).into_iter();
        out.push_str(&line(std::iter::once(inline(&run.target)).chain(numbers).chain(by_document)));
    }
    out.push_str("\nBy document: rules that hold, of rules that were judged.\n");
}

/// Rules that hold, of rules that were judged.
pub(super) fn share(totals: &Totals) -> String {
    let [judged, failed, waived, ..] = figures(totals);
    format!("{} of {judged}", judged - failed - waived)
}

/// A table of the rules that do not pass everywhere, if there are any.
fn rules(out: &mut String, matrix: &Matrix<'_>) {
    let silent = |verdict: &Verdict| matches!(verdict, Verdict::Pass | Verdict::NotApplicable);
    let rows: Vec<&Row<'_>> =
        matrix.rows().filter(|row| !row.verdicts().iter().all(silent)).collect();
    if rows.is_empty() {
        return;
    }
    out.push_str("\n## Rules that do not pass everywhere\n\n");
    let names = matrix.runs.iter().map(|run| inline(&run.target));
    out.push_str(&line(std::iter::once("rule".to_owned()).chain(names)));
    out.push_str(&line(vec!["---".to_owned(); 1 + matrix.runs.len()]));
    for row in rows {
        let cells = row.cells.iter().map(|cell| match cell {
            Some(rule) => rule.verdict.to_string(),
            None => String::new(),
        });
        out.push_str(&line(std::iter::once(format!("`{}`", row.rule.id)).chain(cells)));
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    fn runs() -> [RunView; 2] {
        let (mut one, mut two) = (RunView::of(&sample::run()), RunView::of(&sample::run()));
        one.target = "one 1.0".to_owned();
        two.target = "two 2.0".to_owned();
        one.rules.remove(0);
        two.rules.retain(|rule| rule.id != "code/format");
        [one, two]
    }

    #[test]
    fn a_rule_that_a_run_lacks_is_an_empty_cell() {
        let runs = runs();
        let matrix = Matrix::of(&runs);
        let ids: Vec<&str> = matrix.rows().map(|row| row.rule.id.as_str()).collect();
        assert_eq!(&ids[..3], ["code/issued", "code/single-use", "code/format"]);
        let here = |id: &str| {
            let row = matrix.rows().find(|row| row.rule.id == id).unwrap();
            row.cells.iter().map(Option::is_some).collect::<Vec<_>>()
        };
        assert_eq!(here("code/issued"), [false, true]);
        assert_eq!(here("code/format"), [true, false]);
    }

    #[test]
    fn what_most_servers_share_comes_first() {
        let mut runs = runs();
        runs[1].rules.iter_mut().find(|it| it.id == "token/no-store").unwrap().verdict =
            Verdict::Pass;
        let matrix = Matrix::of(&runs);
        let found: Vec<(&str, usize)> = matrix
            .deviations()
            .into_iter()
            .map(|row| (row.rule.id.as_str(), row.deviating().len()))
            .collect();
        assert_eq!(found, [("code/single-use", 2), ("token/no-store", 1)]);
    }

    #[test]
    fn what_lets_somebody_in_is_held_back() {
        let [mut run, _] = runs();
        let rule = run.rules.iter_mut().find(|it| it.id == "code/single-use").unwrap();
        rule.scenarios[1].manner = Some(Manner::Granted);
        hold_back(&mut run);
        assert!(run.rules.iter().all(|it| it.id != "code/single-use"));
        assert!(run.rules.iter().any(|it| it.id == "token/no-store"));
    }

    #[test]
    fn only_a_run_against_a_document_counts_by_it() {
        let mut runs = runs();
        runs[0].against = vec!["rfc6749".to_owned()];
        let matrix = Matrix::of(&runs);
        assert_eq!(matrix.totals(0, Some("box")), None);
        assert!(matrix.totals(1, Some("box")).is_some());
        let all = matrix.totals(1, None).unwrap();
        assert_eq!((all.get(Verdict::Fail), all.get(Verdict::Waived), all.open()), (1, 1, 2));
    }

    #[test]
    fn no_port_is_shown() {
        assert_eq!(without_ports("http://127.0.0.1:8080/a"), "http://127.0.0.1:PORT/a");
        assert_eq!(
            without_ports("x=http%3A%2F%2Flocalhost%3A33333%2F"),
            "x=http%3A%2F%2Flocalhost%3APORT%2F"
        );
        assert_eq!(without_ports("at 12:30:15"), "at 12:30:15");
    }
}
