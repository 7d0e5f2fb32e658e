//! Which lines a profile could have besides, and how many rules each would win.

use std::collections::{BTreeMap, BTreeSet};

use super::plan::{Plan, Planned, Todo};
use crate::profile::{Clock, Profile};

/// Something that the profile lacks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gain {
    /// What it is, in words.
    pub what: String,
    /// How many rules nothing but this keeps from being judged.
    pub rules: usize,
}

/// What would win rules, the most first.
pub fn gains(plan: &Plan, profile: &Profile) -> Vec<Gain> {
    let mut won: BTreeMap<String, usize> = BTreeMap::new();
    for rule in &plan.rules {
        let of_rule = || plan.scenarios.iter().filter(|planned| planned.rule.id == rule.id);
        if of_rule().any(|planned| matches!(planned.todo, Todo::Run { .. })) {
            continue;
        }
        let lines: BTreeSet<String> =
            of_rule().filter_map(|it| only_missing(it, profile)).collect();
        lines.into_iter().for_each(|line| *won.entry(line).or_default() += 1);
    }
    let mut gains: Vec<Gain> = won.into_iter().map(|(what, rules)| Gain { what, rules }).collect();
    gains.sort_by(|a, b| b.rules.cmp(&a.rules).then_with(|| a.what.cmp(&b.what)));
    gains
}

/// The one thing that keeps a scenario from being played, where it is one.
fn only_missing(planned: &Planned, profile: &Profile) -> Option<String> {
    let unmet: Vec<&str> = planned.needs().filter(|need| profile.provides(need).is_err()).collect();
    // No line names a client beside those that a run registers.
    if unmet.iter().any(|need| profile.clients.why_missing(need).is_some()) {
        return None;
    }
    let unmet = unmet.into_iter().map(|need| match need {
        "called-resource" if profile.resource.is_none() => "resource",
        other => other,
    });
    let mut missing: BTreeSet<String> = unmet.map(in_words).collect();
    if matches!(planned.item.waits(), Ok(Some(_))) && matches!(profile.clock, Clock::None) {
        missing.insert(in_words("clock"));
    }
    if missing.len() == 1 { missing.pop_first() } else { None }
}

/// A need as a line of the profile.
fn in_words(need: &str) -> String {
    match need.split_once(':') {
        Some(("client", "other")) => "a second client (`clients.other`)".to_owned(),
        Some(("client", role)) => format!("`clients.{role}`"),
        Some(("user", "second")) => "a second user (`users.second`)".to_owned(),
        Some(("user", role)) => format!("`users.{role}`"),
        Some(("user-id", role)) => format!("`users.{role}.id`"),
        Some(("assertion", role)) => format!("`clients.{role}.assertion`"),
        Some(("grant", name)) => {
            format!("a client with the grant `{name}` (`clients.ROLE.grants`)")
        }
        Some((kind, name)) => format!("`{kind}s.{name}`"),
        None => match need {
            "identity" => "`resource.identity`".to_owned(),
            "called-resource" => {
                "a resource that is called with access tokens (`resource.url`)".to_owned()
            }
            "scoped-resource" => "`scoped_resource`".to_owned(),
            "client-name" => "`clients.default.name`".to_owned(),
            "revocation" | "introspection" | "registration" => format!("`endpoints.{need}`"),
            "pushed" => "`endpoints.pushed_authorization_request`".to_owned(),
            "device-authorization" => "`endpoints.device_authorization`".to_owned(),
            "registration-token" => "`registration_token`".to_owned(),
            "client-documents" => "`client_documents`".to_owned(),
            "redirect-query" => "`clients.query`".to_owned(),
            other => format!("`{other}`"),
        },
    }
}

/// The best of them, in one line; `None`: there are none.
pub fn told(gains: &[Gain], most: usize) -> Option<String> {
    let each = gains.iter().take(most);
    let each: Vec<String> = each
        .map(|Gain { what, rules }| {
            format!("{what}: {rules} {}", if *rules == 1 { "rule" } else { "rules" })
        })
        .collect();
    (!each.is_empty()).then(|| each.join("; "))
}
