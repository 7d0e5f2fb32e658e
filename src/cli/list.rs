//! `oauthspec list`.

use std::fmt::Write;

use serde::Serialize;

use super::args::List;
use super::{Failure, index, print, prove};
use crate::rules::{Catalogue, DOCUMENTS, Rule, Subject, Untested, find_document};
use crate::runner::features::{self, Item};
use crate::verdict::ExitCode;

#[derive(Serialize)]
struct Listing<'a> {
    rules: Vec<Entry<'a>>,
}

#[derive(Serialize)]
struct Entry<'a> {
    id: &'a str,
    area: &'a str,
    statement: &'a str,
    subject: Subject,
    cites: Vec<CiteEntry<'a>>,
    needs: Vec<&'a str>,
    scenarios: Vec<ScenarioEntry>,
}

#[derive(Serialize)]
struct CiteEntry<'a> {
    document: &'a str,
    section: &'a str,
    level: String,
    accepts: Vec<String>,
}

#[derive(Serialize)]
struct ScenarioEntry {
    name: String,
    feature: String,
    line: usize,
}

pub(super) fn main(args: &List) -> Result<ExitCode, Failure> {
    if args.faults {
        print(&prove::listing());
        return Ok(ExitCode::Conformant);
    }
    for name in &args.against {
        known(name)?;
    }
    if args.untested {
        print(&untested(args)?);
        return Ok(ExitCode::Conformant);
    }
    let catalogue = Catalogue::embedded().map_err(Failure::internal)?;
    let items = features::items(&features::parse().map_err(Failure::internal)?);
    let rules: Vec<&Rule> = catalogue
        .rules()
        .iter()
        .filter(|rule| args.against.is_empty() || rule.level(&args.against).is_some())
        .filter(|rule| {
            args.selectors.is_empty() || args.selectors.iter().any(|s| rule.id.starts_with(s))
        })
        .collect();
    if rules.is_empty() {
        return Err(Failure::usage("nothing is selected: no rule begins like that"));
    }
    if args.json {
        print(&json(&rules, &items)?);
    } else {
        print(&text(&rules, &items, &args.against));
        for document in &args.against {
            print(&coverage(document)?);
        }
    }
    Ok(ExitCode::Conformant)
}

/// Checks the name of a document.
pub(super) fn known(name: &str) -> Result<(), Failure> {
    if find_document(name).is_some() {
        return Ok(());
    }
    let names: Vec<&str> = DOCUMENTS.iter().map(|document| document.name).collect();
    Err(Failure::usage(format!("`{name}` is not a document; known: {}", names.join(", "))))
}

fn json(rules: &[&Rule], items: &[Item]) -> Result<String, Failure> {
    pretty(&Listing { rules: rules.iter().map(|rule| entry(rule, items)).collect() })
}

fn pretty(listing: &impl Serialize) -> Result<String, Failure> {
    let mut text = serde_json::to_string_pretty(listing).map_err(Failure::internal)?;
    text.push('\n');
    Ok(text)
}

#[derive(Serialize)]
struct BlindSpots {
    untested: Vec<Untested>,
}

/// What no request can show.
fn untested(args: &List) -> Result<String, Failure> {
    let mut untested = Untested::embedded().map_err(Failure::internal)?;
    untested.retain(|entry| args.against.is_empty() || args.against.contains(&entry.document));
    if args.json {
        return pretty(&BlindSpots { untested });
    }
    let mut text = String::new();
    for Untested { id, document, section, statement, reason } in &untested {
        let _ = writeln!(text, "{id}\n    {document}: {section}\n    {statement}\n    {reason}");
    }
    let _ = writeln!(text, "{} statements that no request can show", untested.len());
    Ok(text)
}

fn entry<'a>(rule: &'a Rule, items: &[Item]) -> Entry<'a> {
    Entry {
        id: &rule.id,
        area: rule.area(),
        statement: &rule.statement,
        subject: rule.subject,
        cites: rule
            .cites
            .iter()
            .map(|cite| CiteEntry {
                document: &cite.document,
                section: &cite.section,
                level: cite.level.to_string(),
                accepts: cite.accepts.iter().map(ToString::to_string).collect(),
            })
            .collect(),
        needs: rule.needs.iter().map(|need| need.0.as_str()).collect(),
        scenarios: of_rule(rule, items)
            .map(|item| ScenarioEntry {
                name: item.scenario.name.clone(),
                feature: item.path.clone(),
                line: item.line(),
            })
            .collect(),
    }
}

fn of_rule<'a>(rule: &'a Rule, items: &'a [Item]) -> impl Iterator<Item = &'a Item> {
    items.iter().filter(move |item| item.rule == rule.id)
}

fn text(rules: &[&Rule], items: &[Item], against: &[String]) -> String {
    let mut text = String::new();
    for rule in rules {
        let level = if against.is_empty() {
            rule.cites.first().map(|cite| cite.level)
        } else {
            rule.level(against)
        };
        let level = level.map(|level| level.to_string()).unwrap_or_default();
        let _ = writeln!(text, "{:42} {level:7} {}", rule.id, rule.statement);
    }
    let scenarios: usize = rules.iter().map(|rule| of_rule(rule, items).count()).sum();
    let _ = writeln!(text, "{} rules, {scenarios} scenarios", rules.len());
    text
}

/// Which statements of a document are covered so far.
fn coverage(document: &str) -> Result<String, Failure> {
    let statements = index::statements(document)?;
    let mut text = String::new();
    if statements.is_empty() {
        return Ok(text);
    }
    let _ = writeln!(text, "\n{document}, statement by statement:");
    for statement in &statements {
        let rules =
            if statement.rules.is_empty() { "-".to_owned() } else { statement.rules.join(", ") };
        let _ = writeln!(
            text,
            "{:10} §{:16} {:10} {} [{rules}]",
            statement.id, statement.section, statement.level, statement.text
        );
    }
    let covered = statements.iter().filter(|statement| !statement.rules.is_empty()).count();
    let _ =
        writeln!(text, "{document}: {covered} of {} statements covered so far", statements.len());
    Ok(text)
}
