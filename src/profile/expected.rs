//! Expected verdicts: a file that is checked in beside the profile, so that a change shows.
//!
//! An entry is a verdict, a list of verdicts, or a verdict with the scenarios that were not right: then
//! a change inside a rule that is red already shows, too.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::Path;

use serde::{Deserialize, Deserializer, Serialize, de};

use super::nearest;
use super::one_or_more::{self, OneOrMore, Word};
use super::yaml::{self, FileError, Step};
use crate::rules::Manner;
use crate::verdict::{RuleRecord, ScenarioRecord, Verdict};

/// Why a file of expected verdicts cannot be read.
pub type ExpectedError = FileError;

/// The verdicts that are expected of every rule.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Expected {
    file: String,
    /// Of the file, to say where an entry stands.
    text: String,
    rules: BTreeMap<String, Entry>,
}

/// What is expected of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Entry {
    verdicts: Vec<Verdict>,
    /// What is expected of the scenarios that are not right, by name; none: they do not count.
    scenarios: Option<BTreeMap<String, Set<Came>>>,
}

/// What came of a scenario: its verdict, and whether somebody was let in who had to be refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Came {
    verdict: Verdict,
    granted: bool,
}

impl Came {
    fn of(scenario: &ScenarioRecord) -> Self {
        let granted = scenario.manner == Some(Manner::Granted);
        Self { verdict: scenario.verdict, granted }
    }

    /// Whether there is nothing to say of it.
    fn is_right(self) -> bool {
        matches!(self.verdict, Verdict::Pass | Verdict::NotApplicable)
    }
}

impl fmt::Display for Came {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let granted = if self.granted { " granted" } else { "" };
        write!(f, "{}{granted}", self.verdict.name())
    }
}

/// What came of the scenarios of a rule, by name: several where it is played for documents apart.
fn came(rule: &RuleRecord) -> BTreeMap<&str, BTreeSet<Came>> {
    let mut all: BTreeMap<&str, BTreeSet<Came>> = BTreeMap::new();
    for scenario in &rule.scenarios {
        all.entry(&scenario.name).or_default().insert(Came::of(scenario));
    }
    all
}

impl Expected {
    /// Reads the expected verdicts in this file.
    ///
    /// # Errors
    /// Where it cannot be read or does not hold verdicts.
    pub fn load(path: &Path) -> Result<Self, ExpectedError> {
        Self::parse(&path.display().to_string(), &yaml::read(path)?)
    }

    /// Reads expected verdicts; `file` is the name of the file in messages.
    ///
    /// # Errors
    /// Where the text does not hold verdicts.
    pub fn parse(file: &str, text: &str) -> Result<Self, ExpectedError> {
        let read: File = yaml::parse(file, text, None)?;
        Ok(Self { file: file.to_owned(), text: text.to_owned(), rules: read.expected })
    }

    /// Whether every entry is for a rule that there is.
    ///
    /// # Errors
    /// The entries that are not, a line each.
    pub fn check(&self, known: &[&str]) -> Result<(), String> {
        let unknown = self.rules.keys().filter(|rule| !known.contains(&rule.as_str()));
        let lines: Vec<String> = unknown
            .map(|rule| format!("{}: {}", self.at(rule), nearest::no_rule(rule, known)))
            .collect();
        if lines.is_empty() { Ok(()) } else { Err(lines.join("\n")) }
    }

    fn at(&self, rule: &str) -> String {
        let place = [Step::Key("expected".to_owned()), Step::Key(rule.to_owned())];
        match yaml::line(&self.text, &place) {
            Some(line) => format!("{}:{line}", self.file),
            None => self.file.clone(),
        }
    }

    /// What is otherwise than expected, each in one line: a rule with another verdict, a rule that
    /// the file does not have, and inside a rule that is not right a scenario that came out
    /// otherwise. Entries for rules that this run did not select do not count.
    pub fn differences(&self, rules: &[RuleRecord]) -> Vec<String> {
        rules.iter().flat_map(|rule| self.of_rule(rule)).collect()
    }

    fn of_rule(&self, rule: &RuleRecord) -> Vec<String> {
        let (file, id, verdict) = (&self.file, &rule.id, rule.verdict);
        let Some(entry) = self.rules.get(id) else {
            let name = verdict.name();
            return vec![format!(
                "{id}: the verdict {name} is missing in {file}; add `{id}: {name}`"
            )];
        };
        let mut out = Vec::new();
        if !entry.verdicts.contains(&verdict) {
            let expected = names(&entry.verdicts);
            out.push(format!(
                "{id}: the verdict is {}, but {file} expects {expected}",
                verdict.name()
            ));
        }
        if let Some(expected) = &entry.scenarios {
            out.extend(self.of_scenarios(rule, expected));
        }
        out
    }

    fn of_scenarios(
        &self,
        rule: &RuleRecord,
        expected: &BTreeMap<String, Set<Came>>,
    ) -> Vec<String> {
        let (file, id) = (&self.file, &rule.id);
        let came = came(rule);
        let gone = expected.keys().filter(|name| !came.contains_key(name.as_str()));
        let gone = gone.map(|name| format!("{id}: {file} has `{name}`, which was not run"));
        let other = came.iter().flat_map(|(name, all)| {
            let expected = expected.get(*name);
            let fits = move |it: &&Came| match expected {
                Some(set) => set.0.contains(it),
                None => it.is_right(),
            };
            let wanted = expected.map_or("pass".to_owned(), |set| words(&set.0));
            all.iter()
                .filter(move |it| !fits(it))
                .map(move |it| format!("{id}: `{name}` is {it}, but {file} expects {wanted}"))
        });
        gone.chain(other).collect()
    }

    /// A file that expects exactly what came, in this order.
    pub fn render(rules: &[RuleRecord]) -> String {
        let mut out = String::from(
            "# The expected verdict of every rule. A list allows several verdicts. Where a rule is not\n\
             # right, its scenarios that are not right stand below it; `granted` says that somebody was\n\
             # let in.\nexpected:",
        );
        out.push_str(if rules.is_empty() { " {}\n" } else { "\n" });
        for rule in rules {
            out.push_str(&entry(rule));
        }
        out
    }
}

/// The lines of a rule under `expected:`; keys are quoted where YAML needs it.
fn entry(rule: &RuleRecord) -> String {
    #[derive(Serialize)]
    #[serde(untagged)]
    enum Value<'a> {
        Verdict(Verdict),
        Scenarios { verdict: Verdict, scenarios: BTreeMap<&'a str, Vec<String>> },
    }
    let wrong = came(rule).into_iter().filter(|(_, all)| !all.iter().all(|it| it.is_right()));
    let scenarios: BTreeMap<&str, Vec<String>> =
        wrong.map(|(name, all)| (name, all.iter().map(Came::to_string).collect())).collect();
    let verdict = rule.verdict;
    let value = match scenarios.is_empty() {
        true => Value::Verdict(verdict),
        false => Value::Scenarios { verdict, scenarios },
    };
    let yaml = serde_yaml::to_string(&BTreeMap::from([(rule.id.as_str(), value)]));
    yaml.unwrap_or_default().lines().map(|line| format!("  {line}\n")).collect()
}

fn words(all: &[Came]) -> String {
    all.iter().map(Came::to_string).collect::<Vec<_>>().join(" or ")
}

fn names(expected: &[Verdict]) -> String {
    expected.iter().map(|verdict| verdict.name()).collect::<Vec<_>>().join(" or ")
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    expected: BTreeMap<String, Entry>,
}

const EXPECTED: &str = "a verdict or a list of verdicts";
const EMPTY: &str = "is an empty list; name at least one verdict";

impl<'de> Deserialize<'de> for Entry {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        one_or_more::read(deserializer)
    }
}

impl OneOrMore for Entry {
    type Word = Verdict;
    const EXPECTED: &'static str = EXPECTED;
    const EMPTY: &'static str = EMPTY;

    fn from_words(verdicts: Vec<Verdict>) -> Self {
        Self { verdicts, scenarios: None }
    }

    fn from_map<'de, A: de::MapAccess<'de>>(map: A) -> Result<Self, A::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Fields {
            verdict: Set<Verdict>,
            scenarios: BTreeMap<String, Set<Came>>,
        }
        let fields = Fields::deserialize(de::value::MapAccessDeserializer::new(map))?;
        Ok(Self { verdicts: fields.verdict.0, scenarios: Some(fields.scenarios) })
    }
}

impl Word for Verdict {
    const EXPECTED: &'static str = "a verdict";

    fn read<E: de::Error>(text: &str) -> Result<Self, E> {
        Self::deserialize(de::value::StrDeserializer::new(text))
    }
}

impl Word for Came {
    const EXPECTED: &'static str = "a verdict";

    fn read<E: de::Error>(text: &str) -> Result<Self, E> {
        let verdict = text.strip_suffix(" granted");
        Ok(Self { granted: verdict.is_some(), verdict: Verdict::read(verdict.unwrap_or(text))? })
    }
}

/// One of them or a list.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Set<T>(Vec<T>);

impl<T: Word> OneOrMore for Set<T> {
    type Word = T;
    const EXPECTED: &'static str = EXPECTED;
    const EMPTY: &'static str = EMPTY;

    fn from_words(words: Vec<T>) -> Self {
        Self(words)
    }
}

impl<'de, T: Word> Deserialize<'de> for Set<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        one_or_more::read(deserializer)
    }
}

#[cfg(test)]
#[path = "expected_tests.rs"]
mod tests;
