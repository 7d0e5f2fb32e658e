//! Expected verdicts: a file that is checked in beside the profile, so that a change shows.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use serde::{Deserialize, Deserializer, Serialize, de};

use super::nearest;
use super::yaml::{self, FileError, Step};
use crate::verdict::Verdict;

/// Why a file of expected verdicts cannot be read.
pub type ExpectedError = FileError;

/// The verdicts that are expected of every rule.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Expected {
    file: String,
    /// Of the file, to say where an entry stands.
    text: String,
    rules: BTreeMap<String, Vec<Verdict>>,
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
        let rules = read.expected.into_iter().map(|(rule, set)| (rule, set.0)).collect();
        Ok(Self { file: file.to_owned(), text: text.to_owned(), rules })
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
    /// the file does not have. Entries for rules that this run did not select do not count.
    pub fn differences(&self, rules: &[(String, Verdict)]) -> Vec<String> {
        let file = &self.file;
        let mut out = Vec::new();
        for (rule, verdict) in rules {
            match self.rules.get(rule) {
                Some(expected) if expected.contains(verdict) => {}
                Some(expected) => out.push(format!(
                    "{rule}: the verdict is {}, but {file} expects {}",
                    verdict.name(),
                    names(expected)
                )),
                None => out.push(format!(
                    "{rule}: the verdict {0} is missing in {file}; add `{rule}: {0}`",
                    verdict.name()
                )),
            }
        }
        out
    }

    /// A file that expects exactly these verdicts, in this order.
    pub fn render(rules: &[(String, Verdict)]) -> String {
        let mut out = String::from(
            "# The expected verdict of every rule. A list allows several verdicts.\nexpected:",
        );
        out.push_str(if rules.is_empty() { " {}\n" } else { "\n" });
        for (rule, verdict) in rules {
            out.push_str(&entry(rule, *verdict));
        }
        out
    }
}

/// One line under `expected:`; the key is quoted where YAML needs it.
fn entry(rule: &str, verdict: Verdict) -> String {
    #[derive(Serialize)]
    struct Entry<'a>(BTreeMap<&'a str, Verdict>);
    let yaml = serde_yaml::to_string(&Entry(BTreeMap::from([(rule, verdict)])));
    yaml.unwrap_or_default().lines().map(|line| format!("  {line}\n")).collect()
}

fn names(expected: &[Verdict]) -> String {
    expected.iter().map(|verdict| verdict.name()).collect::<Vec<_>>().join(" or ")
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    expected: BTreeMap<String, Set>,
}

/// One verdict or a list of them.
struct Set(Vec<Verdict>);

impl<'de> Deserialize<'de> for Set {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct SetVisitor;
        impl<'de> de::Visitor<'de> for SetVisitor {
            type Value = Set;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a verdict or a list of verdicts")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Set, E> {
                Verdict::deserialize(de::value::StrDeserializer::new(text))
                    .map(|verdict| Set(vec![verdict]))
            }

            fn visit_seq<A: de::SeqAccess<'de>>(self, mut items: A) -> Result<Set, A::Error> {
                let mut set = Vec::new();
                while let Some(verdict) = items.next_element()? {
                    set.push(verdict);
                }
                if set.is_empty() {
                    return Err(de::Error::custom("is an empty list; name at least one verdict"));
                }
                Ok(Set(set))
            }
        }
        deserializer.deserialize_any(SetVisitor)
    }
}

#[cfg(test)]
#[path = "expected_tests.rs"]
mod tests;
