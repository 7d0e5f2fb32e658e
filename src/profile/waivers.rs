//! Waivers: fails that are accounted for, each with a reason.

use std::collections::HashSet;
use std::path::Path;

use serde::{Deserialize, Deserializer, Serialize, de};
use time::Date;
use time::format_description::FormatItem;
use time::macros::format_description;

use super::nearest;
use super::yaml::{self, FileError, Step};
use crate::verdict::Verdict;

/// Why a file of waivers cannot be read.
pub type WaiverError = FileError;

/// What stands for a reason that nobody has given yet.
const TODO: &str = "TODO say why";

const DAY: &[FormatItem<'_>] = format_description!("[year]-[month]-[day]");

/// One fail that is accounted for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiver {
    /// Place in the file, from 0: what [`Waivers::problems`] is told about use.
    pub index: usize,
    /// Rule that fails.
    pub rule: String,
    /// The one scenario that is meant; `None`: every scenario of the rule.
    pub scenario: Option<String>,
    /// Section that the target breaks.
    pub section: String,
    /// Verdict that is waived: [`Verdict::Fail`] or [`Verdict::Inconclusive`].
    pub verdict: Verdict,
    /// Why.
    pub reason: String,
    /// Where it is discussed.
    pub link: Option<String>,
    /// Last day on which it holds.
    pub expires: Option<Date>,
    /// Whether it may go unused, because a race decides.
    pub sometimes: bool,
}

/// The waivers of a target.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Waivers {
    file: String,
    /// Of the file, to say where an entry stands.
    text: String,
    entries: Vec<Waiver>,
}

impl Waivers {
    /// Reads the waivers in this file.
    ///
    /// # Errors
    /// Where it cannot be read or does not hold waivers.
    pub fn load(path: &Path) -> Result<Self, WaiverError> {
        Self::parse(&path.display().to_string(), &yaml::read(path)?)
    }

    /// Reads waivers; `file` is the name of the file in messages.
    ///
    /// # Errors
    /// Where the text does not hold waivers.
    pub fn parse(file: &str, text: &str) -> Result<Self, WaiverError> {
        let read: File = yaml::parse(file, text, None)?;
        let entries = read.waivers.into_iter().enumerate();
        let entries = entries.map(|(index, entry)| entry.waiver(index)).collect();
        Ok(Self { file: file.to_owned(), text: text.to_owned(), entries })
    }

    /// Every waiver, in the order of the file.
    pub fn entries(&self) -> &[Waiver] {
        &self.entries
    }

    /// The waiver for this verdict of a scenario. One that names the scenario goes before one for
    /// the whole rule. It may be out of date: [`Self::problems`] says so.
    pub fn find(&self, rule: &str, scenario: &str, verdict: Verdict) -> Option<&Waiver> {
        let matching = |named: bool| {
            self.entries.iter().find(move |waiver| {
                waiver.rule == rule
                    && waiver.verdict == verdict
                    && waiver.scenario.as_deref() == named.then_some(scenario)
            })
        };
        matching(true).or_else(|| matching(false))
    }

    /// Whether every waiver is for a rule that there is and gives its reason.
    ///
    /// # Errors
    /// The waivers that do not, a line each.
    pub fn check(&self, known: &[&str]) -> Result<(), String> {
        let known_ids: HashSet<&str> = known.iter().copied().collect();
        let flawed = self.entries.iter().filter(|waiver| is_flawed(waiver, &known_ids));
        let mut lines = Lines::default();
        for waiver in flawed {
            lines.add(|| format!("{}: {}", self.at(waiver), flaw(waiver, &known_ids, known)));
        }
        let lines = lines.finish();
        if lines.is_empty() { Ok(()) } else { Err(lines.join("\n")) }
    }

    /// Everything that is wrong with the waivers after a run, each in one line; anything fails the
    /// run. `used` holds the indexes of the waivers that were found and needed, `ran` the rules that
    /// this run judged: a waiver for a rule that was not selected is not stale.
    pub fn problems(&self, used: &HashSet<usize>, today: Date, ran: &[&str]) -> Vec<String> {
        let ran: HashSet<&str> = ran.iter().copied().collect();
        let mut lines = Lines::default();
        for waiver in &self.entries {
            let rule = &waiver.rule;
            let mut say = |what: &dyn Fn() -> String| {
                lines.add(|| format!("{}: {}", self.at(waiver), what()));
            };
            if let Some(date) = waiver.expires.filter(|date| *date < today) {
                say(&|| {
                    format!(
                        "the waiver for {rule} expired on {date}; fix the target, or set a new \
                         date with a reason"
                    )
                });
            }
            let unused = ran.contains(rule.as_str()) && !used.contains(&waiver.index);
            if unused && !waiver.sometimes {
                let scenario = waiver.scenario.as_deref();
                let of = scenario.map(|it| format!("`{it}` of ")).unwrap_or_default();
                let verdict = waiver.verdict;
                say(&|| {
                    format!(
                        "the waiver for {of}{rule} is stale: nothing has the verdict {verdict}; \
                         remove it"
                    )
                });
            }
        }
        lines.finish()
    }

    fn at(&self, waiver: &Waiver) -> String {
        let place = [Step::Key("waivers".to_owned()), Step::Index(waiver.index)];
        match yaml::line(&self.text, &place) {
            Some(line) => format!("{}:{line}", self.file),
            None => self.file.clone(),
        }
    }

    /// An entry to paste under `waivers:`, with what was seen as a comment.
    pub fn ready_to_paste(rule: &str, scenario: &str, section: &str, actual: &str) -> String {
        let entry = Paste {
            rule,
            scenario: Some(scenario).filter(|scenario| !scenario.is_empty()),
            section,
            verdict: Verdict::Fail.name(),
            reason: TODO,
        };
        let yaml = serde_yaml::to_string(&[entry]).unwrap_or_default();
        let mut out = format!("  # seen: {}\n", one_line(actual));
        for line in yaml.lines() {
            out.push_str("  ");
            out.push_str(line);
            out.push('\n');
        }
        out
    }
}

/// Complaints, of which the first are told in full: nobody reads thousands, and to say where each
/// stands takes time.
#[derive(Default)]
struct Lines {
    told: Vec<String>,
    more: usize,
}

impl Lines {
    const MOST: usize = 25;

    fn add(&mut self, line: impl FnOnce() -> String) {
        if self.told.len() < Self::MOST {
            self.told.push(line());
        } else {
            self.more += 1;
        }
    }

    fn finish(mut self) -> Vec<String> {
        if self.more > 0 {
            self.told.push(format!("and {} more like these", self.more));
        }
        self.told
    }
}

/// Whether a waiver is wrong, whatever a run says.
fn is_flawed(waiver: &Waiver, known: &HashSet<&str>) -> bool {
    !known.contains(waiver.rule.as_str()) || gives_no_reason(waiver)
}

fn gives_no_reason(waiver: &Waiver) -> bool {
    let reason = waiver.reason.trim();
    reason.is_empty() || reason == TODO
}

/// What is wrong with it.
fn flaw(waiver: &Waiver, known: &HashSet<&str>, listed: &[&str]) -> String {
    let rule = waiver.rule.as_str();
    if known.contains(rule) {
        return format!("the waiver for {rule} gives no reason; say why it is waived");
    }
    nearest::no_rule(rule, listed)
}

/// Without anything that would end a YAML comment.
fn one_line(text: &str) -> String {
    let spaced: String = text.chars().map(|c| if is_printable(c) { c } else { ' ' }).collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether YAML 1.1 takes the character as it stands (§5.1), byte order mark aside.
fn is_printable(c: char) -> bool {
    !c.is_control() && !matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

#[derive(Serialize)]
struct Paste<'a> {
    rule: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    scenario: Option<&'a str>,
    section: &'a str,
    verdict: &'a str,
    reason: &'a str,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    waivers: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    rule: String,
    #[serde(default)]
    scenario: Option<String>,
    section: String,
    #[serde(default)]
    verdict: Waived,
    reason: String,
    #[serde(default)]
    link: Option<String>,
    #[serde(default, deserialize_with = "optional_day")]
    expires: Option<Date>,
    #[serde(default)]
    sometimes: bool,
}

/// The verdicts that can be waived.
#[derive(Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Waived {
    #[default]
    Fail,
    Inconclusive,
}

impl Entry {
    fn waiver(self, index: usize) -> Waiver {
        Waiver {
            index,
            rule: self.rule,
            scenario: self.scenario,
            section: self.section,
            verdict: match self.verdict {
                Waived::Fail => Verdict::Fail,
                Waived::Inconclusive => Verdict::Inconclusive,
            },
            reason: self.reason,
            link: self.link,
            expires: self.expires,
            sometimes: self.sometimes,
        }
    }
}

fn optional_day<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Date>, D::Error> {
    #[derive(Deserialize)]
    struct Wrapped(#[serde(deserialize_with = "day")] Date);
    Ok(Option::<Wrapped>::deserialize(deserializer)?.map(|Wrapped(date)| date))
}

fn day<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Date, D::Error> {
    struct Day;
    impl de::Visitor<'_> for Day {
        type Value = Date;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("a date such as `2027-01-31`")
        }

        fn visit_str<E: de::Error>(self, text: &str) -> Result<Date, E> {
            Date::parse(text.trim(), DAY)
                .map_err(|_| E::custom("is not a date; write year-month-day, as in `2027-01-31`"))
        }
    }
    deserializer.deserialize_str(Day)
}

#[cfg(test)]
#[path = "waivers_tests.rs"]
mod tests;
