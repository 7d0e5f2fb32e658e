//! `oauthspec explain`.

use std::fmt::Write;

use super::args::Explain;
use super::print;
use crate::profile::nearest;
use crate::rules::reported::{self, PublicReport};
use crate::rules::{Cite, Rule, Subject};
use crate::runner::features::{self, Item};
use crate::verdict::ExitCode;
use crate::verdict::Failure;

pub(super) fn main(args: &Explain) -> Result<ExitCode, Failure> {
    let catalogue = args.additions.catalogue()?;
    let rules: Vec<&Rule> = match catalogue.get(&args.id) {
        Some(rule) => vec![rule],
        None => catalogue.rules().iter().filter(|rule| rule.id.starts_with(&args.id)).collect(),
    };
    if rules.is_empty() || args.id.is_empty() {
        let names = catalogue.rules().iter().flat_map(|rule| [rule.id.as_str(), rule.area()]);
        let hint = nearest::hint(&args.id, names);
        return Err(Failure::usage(format!("no rule id begins with `{}`; {hint}", args.id)));
    }
    let items = features::items(
        &features::parse(&catalogue).map_err(|error| args.additions.failure(error))?,
    );
    let reported = reported::all()
        .map_err(|error| Failure::internal(format!("fixtures/reported.yaml: {error}")))?;
    for rule in rules {
        print(&explain(rule, &items, &reported));
    }
    Ok(ExitCode::Conformant)
}

fn explain(rule: &Rule, items: &[Item], reported: &[PublicReport]) -> String {
    let mut text = format!("{}\n  {}\n", rule.id, rule.statement);
    if rule.subject == Subject::Application {
        let _ = writeln!(text, "  about: applications (oauthspec run --client)");
    }
    let needs: Vec<&str> = rule.needs.iter().map(|need| need.0.as_str()).collect();
    if !needs.is_empty() {
        let _ = writeln!(text, "  needs: {}", needs.join(", "));
    }
    for cite in &rule.cites {
        text.push_str(&cited(cite));
    }
    for known in reported.iter().filter(|known| known.rules.contains(&rule.id)) {
        let _ = writeln!(text, "  reported in {}: {}", known.report, known.what);
    }
    for item in items.iter().filter(|item| item.rule == rule.id) {
        let _ = writeln!(text, "  {}:{} {}", item.path, item.line(), item.scenario.name);
        for step in &item.scenario.steps {
            let _ = writeln!(text, "      {} {}", step.keyword.trim(), step.value);
        }
    }
    text.push('\n');
    text
}

fn cited(cite: &Cite) -> String {
    let mut text = format!("  {} ({}): {}\n", cite.place(), cite.level, cite.document.title);
    for (label, patterns) in [("accepts", &cite.accepts), ("tolerates", &cite.tolerates)] {
        for pattern in patterns {
            let _ = writeln!(text, "      {label} {pattern}");
        }
    }
    text
}
