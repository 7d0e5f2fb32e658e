//! Two runs, side by side: what is new, what is mended, what still fails.

use std::collections::BTreeMap;

use super::markdown::inline;
use super::view::{RunView, ScenarioView};
use crate::verdict::Verdict;

/// What became of a scenario from one run to the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// It was right, and is not any more.
    Regression,
    /// It failed, and does so still.
    StillFailing,
    /// It failed, and does not any more.
    Fixed,
    /// Its verdict is another one, none of the two a failure.
    Other,
    /// Only the later run has it.
    Added,
    /// Only the earlier run has it.
    Removed,
}

impl Change {
    /// Every change, in the order of the comparison.
    pub const ALL: [Self; 6] = [
        Self::Regression,
        Self::StillFailing,
        Self::Fixed,
        Self::Other,
        Self::Added,
        Self::Removed,
    ];

    /// The heading.
    pub fn title(self) -> &'static str {
        match self {
            Self::Regression => "New failures",
            Self::StillFailing => "Still failing",
            Self::Fixed => "Fixed",
            Self::Other => "Other changes",
            Self::Added => "Only in the later run",
            Self::Removed => "Only in the earlier run",
        }
    }

    fn of(old: Option<Verdict>, new: Option<Verdict>) -> Option<Self> {
        match (old, new) {
            (None, None) => None,
            (None, Some(new)) if new.is_red() => Some(Self::Regression),
            (None, Some(_)) => Some(Self::Added),
            (Some(_), None) => Some(Self::Removed),
            (Some(old), Some(new)) => match (old.is_red(), new.is_red()) {
                (false, true) => Some(Self::Regression),
                (true, true) => Some(Self::StillFailing),
                (true, false) => Some(Self::Fixed),
                (false, false) => (old != new).then_some(Self::Other),
            },
        }
    }
}

/// A scenario that is not the same in both runs, or fails in both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// What became of it.
    pub change: Change,
    /// Rule id.
    pub rule: String,
    /// Name of the scenario.
    pub scenario: String,
    /// Verdict in the earlier run.
    pub old: Option<Verdict>,
    /// Verdict in the later run.
    pub new: Option<Verdict>,
    /// What was seen in the later run, or why nothing was judged.
    pub text: Option<String>,
}

/// The differences, by change and then in the order of the rules.
pub fn differences(old: &RunView, new: &RunView) -> Vec<Difference> {
    let (before, after) = (by_name(old), by_name(new));
    let added = after.keys().filter(|key| !before.contains_key(*key));
    let mut found: Vec<Difference> = before
        .keys()
        .chain(added)
        .filter_map(|key| difference(*key, before.get(key).copied(), after.get(key).copied()))
        .collect();
    found.sort_by(|a, b| (a.change, &a.rule, &a.scenario).cmp(&(b.change, &b.rule, &b.scenario)));
    found
}

/// Rule, scenario, and which of several scenarios with that name.
type Key<'a> = (&'a str, &'a str, usize);

fn by_name(run: &RunView) -> BTreeMap<Key<'_>, &ScenarioView> {
    let mut all: BTreeMap<Key<'_>, &ScenarioView> = BTreeMap::new();
    for (rule, scenario) in run.scenarios() {
        let mut key = (rule.id.as_str(), scenario.name.as_str(), 0);
        while all.contains_key(&key) {
            key.2 += 1;
        }
        all.insert(key, scenario);
    }
    all
}

fn difference(
    (rule, scenario, _): Key<'_>,
    old: Option<&ScenarioView>,
    new: Option<&ScenarioView>,
) -> Option<Difference> {
    let verdict = |side: Option<&ScenarioView>| side.map(|scenario| scenario.verdict);
    let change = Change::of(verdict(old), verdict(new))?;
    Some(Difference {
        change,
        rule: rule.to_owned(),
        scenario: scenario.to_owned(),
        old: verdict(old),
        new: verdict(new),
        text: new.and_then(|it| it.actual.clone().or_else(|| it.reason.clone())),
    })
}

/// The comparison for people: a heading and a line each, as Markdown.
pub fn write(differences: &[Difference]) -> String {
    let mut out = String::new();
    for change in Change::ALL {
        let of: Vec<&Difference> = differences.iter().filter(|it| it.change == change).collect();
        if of.is_empty() {
            continue;
        }
        out.push_str(&format!("### {} ({})\n\n", change.title(), of.len()));
        of.iter().for_each(|it| out.push_str(&line(it)));
        out.push('\n');
    }
    if out.is_empty() { "No scenario differs, and none fails.\n".to_owned() } else { out }
}

fn line(difference: &Difference) -> String {
    let name = |verdict: Option<Verdict>| verdict.map_or("absent", Verdict::name);
    let mut text = format!(
        "- `{}` {}: {}",
        difference.rule,
        inline(&difference.scenario),
        name(difference.new)
    );
    if difference.old != difference.new {
        text.push_str(&format!(" (was {})", name(difference.old)));
    }
    if let Some(seen) = &difference.text {
        text.push_str(&format!(": {}", inline(seen)));
    }
    text + "\n"
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    fn view() -> RunView {
        RunView::of(&sample::run())
    }

    #[test]
    fn every_change_has_its_heading() {
        let (old, mut new) = (view(), view());
        new.rules[0].scenarios[0].verdict = Verdict::Fail;
        new.rules[1].scenarios[1].verdict = Verdict::Pass;
        new.rules[2].scenarios[0].verdict = Verdict::Pass;
        new.rules[3].scenarios.clear();
        let text = write(&differences(&old, &new));
        let headings: Vec<&str> = text.lines().filter(|line| line.starts_with('#')).collect();
        assert_eq!(
            headings,
            [
                "### New failures (1)",
                "### Still failing (2)",
                "### Fixed (1)",
                "### Other changes (1)",
                "### Only in the earlier run (1)",
            ]
        );
        assert!(text.contains("- `code/issued` ") && text.contains("fail (was pass)"), "{text}");
    }

    #[test]
    fn a_new_scenario_that_fails_is_a_regression() {
        let (mut old, new) = (view(), view());
        old.rules.remove(1);
        let found = differences(&old, &new);
        let changes: Vec<Change> =
            found.iter().filter(|it| it.rule == "code/single-use").map(|it| it.change).collect();
        assert_eq!(changes, [Change::Regression, Change::Added, Change::Added]);
    }
}
