//! `oauthspec list`.

use std::fmt::Write;

use serde::Serialize;

use super::args::List;
use super::{Failure, print, prove};
use crate::rules::{Document, Documents, Rule, Statement, Subject};
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
    /// Whether a scenario of it takes a user who signs in.
    sign_in: bool,
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
    let catalogue = args.additions.catalogue()?;
    let documents = catalogue.documents();
    let against = named(&args.against, documents)?;
    if args.untested {
        print(&untested(args, documents)?);
        return Ok(ExitCode::Conformant);
    }
    let items = features::items(
        &features::parse(&catalogue).map_err(|error| args.additions.failure(error))?,
    );
    let rules: Vec<&Rule> = catalogue
        .rules()
        .iter()
        .filter(|rule| args.against.is_empty() || rule.level(&args.against).is_some())
        .filter(|rule| !args.nobody_signs_in || !takes_sign_in(rule, &items))
        .filter(|rule| {
            args.selectors.is_empty() || args.selectors.iter().any(|s| rule.id.starts_with(s))
        })
        .collect();
    if rules.is_empty() {
        return Err(Failure::usage(
            "nothing is selected: no rule of these has an id that begins so",
        ));
    }
    if args.json {
        print(&json(&rules, &items)?);
    } else {
        print(&text(&rules, &items, &args.against));
        for document in against {
            print(&coverage(document));
        }
    }
    Ok(ExitCode::Conformant)
}

/// The documents of these names.
fn named<'a>(names: &[String], documents: &'a Documents) -> Result<Vec<&'a Document>, Failure> {
    let find = |name: &String| {
        documents.get(name).map(AsRef::as_ref).ok_or_else(|| {
            let known = documents.ids().join(", ");
            Failure::usage(format!("`{name}` is not a document; known: {known}"))
        })
    };
    names.iter().map(find).collect()
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
struct BlindSpots<'a> {
    untested: Vec<BlindSpot<'a>>,
}

#[derive(Serialize)]
struct BlindSpot<'a> {
    id: &'a str,
    document: &'a str,
    section: &'a str,
    statement: &'a str,
    reason: &'a str,
}

/// What no request can show.
fn untested(args: &List, documents: &Documents) -> Result<String, Failure> {
    let asked = |id: &String| args.against.is_empty() || args.against.contains(id);
    let untested: Vec<BlindSpot> =
        documents.iter().filter(|document| asked(&document.id)).flat_map(|it| blind(it)).collect();
    if args.json {
        return pretty(&BlindSpots { untested });
    }
    let mut text = String::new();
    for BlindSpot { id, document, section, statement, reason } in &untested {
        let _ = writeln!(text, "{id}\n    {document}: {section}\n    {statement}\n    {reason}");
    }
    let _ = writeln!(text, "{} statements that no request can test", untested.len());
    Ok(text)
}

fn blind(document: &Document) -> impl Iterator<Item = BlindSpot<'_>> {
    document.untested.iter().map(|untested| BlindSpot {
        id: &untested.id,
        document: &document.id,
        section: &untested.section,
        statement: &untested.statement,
        reason: &untested.reason,
    })
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
                document: &cite.document.id,
                section: &cite.section,
                level: cite.level.to_string(),
                accepts: cite.accepts.iter().map(ToString::to_string).collect(),
            })
            .collect(),
        needs: rule.needs.iter().map(|need| need.0.as_str()).collect(),
        sign_in: takes_sign_in(rule, items),
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

/// Whether a scenario of a rule takes a user who signs in.
fn takes_sign_in(rule: &Rule, items: &[Item]) -> bool {
    of_rule(rule, items).any(|item| !item.has_nobody_sign_in())
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
        let _ = writeln!(text, "{:42} {level:16} {}", rule.id, rule.statement);
    }
    let scenarios: usize = rules.iter().map(|rule| of_rule(rule, items).count()).sum();
    let _ = writeln!(text, "{} rules, {scenarios} scenarios", rules.len());
    text
}

/// The rules that judge a statement, or why none does.
fn judged_by(statement: &Statement) -> String {
    let untested = statement.untested.join(", ");
    match (statement.rules.is_empty(), untested.is_empty()) {
        (true, true) => "-".to_owned(),
        (true, false) => format!("untested: {untested}"),
        (false, _) => statement.rules.join(", "),
    }
}

/// Which statements of a document are covered.
fn coverage(document: &Document) -> String {
    let mut text = String::new();
    let (id, statements) = (&document.id, &document.statements);
    if statements.is_empty() {
        return text;
    }
    let _ = writeln!(text, "\n{id}, statement by statement:");
    for statement in statements {
        let _ = writeln!(
            text,
            "{:10} §{:16} {:10} {} [{}]",
            statement.id,
            statement.section,
            statement.level,
            statement.text,
            judged_by(statement)
        );
    }
    let covered = statements.iter().filter(|statement| !statement.rules.is_empty()).count();
    let blind = statements.iter().filter(|it| it.rules.is_empty() && !it.untested.is_empty());
    let _ = writeln!(
        text,
        "{id}: {covered} of {} statements covered, {} with a reason why not",
        statements.len(),
        blind.count()
    );
    text
}
