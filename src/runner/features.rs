//! The feature files of a catalogue, parsed.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{LazyLock, Mutex, PoisonError};

use cucumber::feature::Ext;
use cucumber::gherkin::{Feature, GherkinEnv, Scenario};

use super::waits::{UnknownWait, Waits};
use crate::rules::{Catalogue, Property, Source};

/// One scenario, an outline's row counted as one.
#[derive(Debug, Clone)]
pub struct Item {
    /// Feature file.
    pub path: String,
    /// Title of the feature.
    pub feature: String,
    /// Rule id of its tag.
    pub rule: String,
    /// Tags of scenario, examples, rule and feature, without the `@`.
    pub tags: Vec<String>,
    /// The scenario.
    pub scenario: Scenario,
}

impl Item {
    /// Line of the scenario or of its row of examples.
    pub fn line(&self) -> usize {
        self.scenario.position.line
    }

    /// The values of tags of this kind: `needs` of `@needs:clock`.
    pub fn tagged(&self, kind: &str) -> impl Iterator<Item = &str> {
        self.tags.iter().filter_map(move |tag| tag.strip_prefix(kind)?.strip_prefix(':'))
    }

    /// How much time it lets pass, by its tag `@waits:WHAT`; `None`: none.
    ///
    /// # Errors
    /// Where the tag names no time.
    pub fn waits(&self) -> Result<Option<Waits>, UnknownWait> {
        self.tagged("waits").next().map(str::parse).transpose()
    }

    /// Whether it has the tag `@nobody-signs-in`: it takes no user who signs in.
    pub fn has_nobody_sign_in(&self) -> bool {
        self.has("nobody-signs-in")
    }

    /// Whether it has the tag `@ends-grants`: afterwards tokens of the user may be worth nothing.
    pub fn ends_grants(&self) -> bool {
        self.has("ends-grants")
    }

    /// Whether it has the tag `@alone`: it needs the target to itself.
    pub fn is_alone(&self) -> bool {
        self.has("alone")
    }

    /// Whether it has the tag `@fresh-browser`: nobody may be signed in beforehand.
    pub fn has_fresh_browser(&self) -> bool {
        self.has("fresh-browser")
    }

    fn has(&self, tag: &str) -> bool {
        self.tags.iter().any(|it| it == tag)
    }
}

/// A feature file that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("{path}: {reason}")]
pub struct FeatureError {
    path: String,
    reason: String,
}

/// The parsed feature files, with outlines expanded.
///
/// # Errors
/// A feature file that is no Gherkin; none of this build, which a test reads.
pub fn parse(catalogue: &Catalogue) -> Result<Vec<Feature>, FeatureError> {
    let read = |file: &Source| {
        let feature = parse_one(&file.path, &file.text)?;
        check(catalogue, &file.path, &feature)?;
        Ok(feature)
    };
    catalogue.features().iter().map(read).collect()
}

/// Rules and properties that a feature names are those of the catalogue: a scenario with a misspelt
/// one would be left out of every run.
fn check(catalogue: &Catalogue, path: &str, feature: &Feature) -> Result<(), FeatureError> {
    let fail =
        |line: usize, reason: String| FeatureError { path: format!("{path}:{line}"), reason };
    if let Some(scenario) = feature.scenarios.first() {
        let reason = "this scenario stands outside a `Rule:`".to_owned();
        return Err(fail(scenario.position.line, reason));
    }
    for rule in &feature.rules {
        let line = rule.position.line;
        let ids: Vec<&str> = rule.tags.iter().filter_map(|tag| tag.strip_prefix("rule:")).collect();
        match ids.as_slice() {
            [id] if catalogue.get(id).is_some() => {}
            [id] => return Err(fail(line, format!("@rule:{id}: the catalogue has no such rule"))),
            _ => return Err(fail(line, "this rule needs one tag @rule:area/slug".to_owned())),
        }
        for scenario in &rule.scenarios {
            let mut names = scenario.tags.iter().filter_map(|tag| tag.strip_prefix("property:"));
            if let Some(name) = names.find(|name| Property::find(name).is_none()) {
                let known: Vec<&str> = Property::ALL.iter().map(|it| it.name()).collect();
                let reason =
                    format!("@property:{name}: no such property; known: {}", known.join(", "));
                return Err(fail(scenario.position.line, reason));
            }
        }
    }
    Ok(())
}

/// Feature files that were read before, by path and text: the kill matrix plans the same ones for each of
/// its benches.
static READ: LazyLock<Mutex<HashMap<(String, String), Feature>>> = LazyLock::new(Mutex::default);

fn parse_one(path: &str, text: &str) -> Result<Feature, FeatureError> {
    let key = (path.to_owned(), text.to_owned());
    let known = READ.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
    if let Some(feature) = known {
        return Ok(feature);
    }
    let feature = parse_anew(path, text)?;
    READ.lock().unwrap_or_else(PoisonError::into_inner).insert(key, feature.clone());
    Ok(feature)
}

fn parse_anew(path: &str, text: &str) -> Result<Feature, FeatureError> {
    let fail = |reason: String| FeatureError { path: path.to_owned(), reason };
    let mut feature = Feature::parse(text, GherkinEnv::default())
        .map_err(|error| unread(path, &error.to_string()))?;
    feature.path = Some(PathBuf::from(path));
    feature.expand_examples().map_err(|error| fail(error.to_string()))
}

/// Why a text is no feature file. The library lists what its grammar would have taken, each time in
/// another order.
fn unread(path: &str, error: &str) -> FeatureError {
    let place = error.strip_prefix("Error at ").and_then(|text| text.split(": ").next());
    let path = place.map_or_else(|| path.to_owned(), |place| format!("{path}:{place}"));
    let reason = "no feature file from here on; it has `Feature:`, `Rule:`, `Scenario:` and steps, each \
                  on a line of its own";
    FeatureError { path, reason: reason.to_owned() }
}

/// Every scenario of these features, in file order.
pub fn items(features: &[Feature]) -> Vec<Item> {
    let mut items = Vec::new();
    for feature in features {
        let path = feature.path.as_deref().unwrap_or_else(|| "features".as_ref());
        for rule in &feature.rules {
            for scenario in &rule.scenarios {
                let tags = scenario.tags.iter().chain(&rule.tags).chain(&feature.tags);
                let tags: Vec<String> = tags.cloned().collect();
                let id = tags.iter().find_map(|tag| tag.strip_prefix("rule:"));
                items.push(Item {
                    path: path.display().to_string(),
                    feature: feature.name.clone(),
                    rule: id.unwrap_or_default().to_owned(),
                    scenario: scenario.clone(),
                    tags,
                });
            }
        }
    }
    items
}
