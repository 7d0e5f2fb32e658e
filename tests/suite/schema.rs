//! The published schema of target profiles knows the keys that the reader knows, and no others; the
//! commented example shows each of them.

use std::collections::BTreeSet;
use std::path::Path;

use oauthspec::profile;
use oauthspec::rules::Catalogue;
use serde_json::{Value, json};

const SCHEMA: &str = include_str!("../../fixtures/profiles/profile.schema.json");
const REFERENCE: &str = include_str!("../../fixtures/profiles/reference.yaml");
const MINIMAL: &str = include_str!("../../fixtures/profiles/minimal.yaml");
const OAUTH: &str = include_str!("../../fixtures/profiles/oauth.yaml");

/// A key that is like no other.
const STRANGER: &str = "zzzzzzzzzzzzzzzz";

fn schema() -> Value {
    serde_json::from_str(SCHEMA).unwrap()
}

/// Follows a reference.
fn followed<'s>(root: &'s Value, node: &'s Value) -> &'s Value {
    match node["$ref"].as_str() {
        Some(path) => root.pointer(path.strip_prefix('#').unwrap()).unwrap(),
        None => node,
    }
}

/// Calls `each` with every object of the schema: its properties, and a function that puts a value at its
/// place in a profile.
fn objects(
    root: &Value,
    node: &Value,
    place: &dyn Fn(Value) -> Value,
    each: &mut dyn FnMut(&BTreeSet<String>, Value),
) {
    let node = followed(root, node);
    if let Some(properties) = node["properties"].as_object() {
        let names = properties.keys().cloned().collect();
        each(&names, place(json!({STRANGER: 1})));
        for (name, property) in properties {
            objects(root, property, &|inner| place(json!({name.as_str(): inner})), each);
        }
    }
    if node["additionalProperties"].is_object() {
        objects(root, &node["additionalProperties"], &|inner| place(json!({"x": inner})), each);
    }
    for choice in node["oneOf"].as_array().into_iter().flatten() {
        objects(root, choice, place, each);
    }
    if node["items"].is_object() {
        objects(root, &node["items"], &|inner| place(json!([inner])), each);
    }
}

#[test]
fn the_schema_has_the_keys_that_the_reader_knows() {
    let (root, mut seen) = (schema(), 0);
    objects(&root, &root, &|inner| inner, &mut |names, text| {
        let error = profile::parse("x", &text.to_string()).unwrap_err().to_string();
        // A choice of one key is no map of keys to the reader.
        if error.contains("is not a valid value") || error.contains("unknown key `http`") {
            return;
        }
        let known = error.split_once("known: ").unwrap_or_else(|| panic!("{text}: {error}")).1;
        let known: BTreeSet<String> = known.split(", ").map(str::to_owned).collect();
        assert_eq!(*names, known, "{text}: mend fixtures/profiles/profile.schema.json");
        seen += 1;
    });
    assert!(seen > 20, "{seen} objects");
}

#[test]
fn the_commented_example_shows_every_key_of_the_schema() {
    let root = schema();
    let text = REFERENCE.replace("# ", "");
    objects(&root, &root, &|inner| inner, &mut |names, _| {
        for name in names {
            let shown = text.contains(&format!("{name}:")) || text.contains(&format!("`{name}`"));
            assert!(shown, "{name}: explain it in reference.yaml");
        }
    });
}

/// Checks that every key of a profile is in the schema.
fn knows(root: &Value, node: &Value, value: &Value, at: &str) {
    let node = followed(root, node);
    let Some(members) = value.as_object() else { return };
    let choices = node["oneOf"].as_array();
    let choices: Vec<&Value> = choices.map_or_else(|| vec![node], |all| all.iter().collect());
    for (name, member) in members {
        let schemas = choices.iter().map(|choice| followed(root, choice));
        let mut fitting = schemas.filter_map(|choice| {
            let more = Some(&choice["additionalProperties"]).filter(|more| more.is_object());
            choice["properties"].get(name).or(more)
        });
        match fitting.next() {
            Some(next) => knows(root, next, member, &format!("{at}.{name}")),
            None => assert!(node.as_object().unwrap().len() <= 1, "{at}.{name}"),
        }
    }
}

#[test]
fn the_schema_knows_every_key_of_the_published_profiles() {
    let root = schema();
    for text in [REFERENCE, MINIMAL, OAUTH] {
        let value: serde_yaml::Value = serde_yaml::from_str(text).unwrap();
        let mut value = serde_json::to_value(value).unwrap();
        // What is sent as JSON is the target's own.
        remove(&mut value, "json");
        knows(&root, &root, &value, "");
    }
}

fn remove(value: &mut Value, key: &str) {
    match value {
        Value::Object(members) => {
            members.remove(key);
            members.values_mut().for_each(|member| remove(member, key));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| remove(item, key)),
        _ => {}
    }
}

/// The names of every member of a report.
fn members(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(object) => {
            for (name, inner) in object {
                found.insert(name.clone());
                members(inner, found);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| members(item, found)),
        _ => {}
    }
}

/// The names of every property of the schema of reports.
fn properties(schema: &Value, found: &mut BTreeSet<String>) {
    match schema {
        Value::Object(object) => {
            found.extend(
                schema["properties"].as_object().into_iter().flatten().map(|(it, _)| it.clone()),
            );
            object.values().for_each(|inner| properties(inner, found));
        }
        Value::Array(items) => items.iter().for_each(|item| properties(item, found)),
        _ => {}
    }
}

// Whether a report is valid by it is checked by `fixtures/reports/check`.
#[test]
fn the_schema_of_reports_has_their_members() {
    let schema = include_str!("../../fixtures/reports/report.schema.json");
    let golden = include_str!("../reports/golden/report.json");
    let (mut known, mut written) = (BTreeSet::new(), BTreeSet::new());
    properties(&serde_json::from_str(schema).unwrap(), &mut known);
    members(&serde_json::from_str(golden).unwrap(), &mut written);
    // The sample has neither.
    written.extend(
        ["apart", "passed_at_try", "latency_ms", "slowest_ms", "timeout_ms"].map(str::to_owned),
    );
    written.insert("dropped_exchanges".to_owned());
    assert_eq!(known, written);
}

/// The same values, each mapping from its last key to its first. A body that is sent stays as it is.
fn turned(tree: serde_yaml::Value) -> serde_yaml::Value {
    match tree {
        serde_yaml::Value::Mapping(members) => {
            let members: Vec<_> = members.into_iter().collect();
            let each = members.into_iter().rev().map(|(key, value)| {
                let value = if key == "json" { value } else { turned(value) };
                (key, value)
            });
            serde_yaml::Value::Mapping(each.collect())
        }
        serde_yaml::Value::Sequence(items) => items.into_iter().map(turned).collect(),
        other => other,
    }
}

#[test]
fn neither_comments_nor_the_order_of_keys_mean_anything() {
    let catalogue = Catalogue::embedded().unwrap();
    let read = |text: &str| {
        let read = profile::parse_for("profile.yaml", text, &|_| None, catalogue.documents());
        format!("{:?}", read.unwrap())
    };
    for text in [REFERENCE, MINIMAL, OAUTH] {
        let bare = serde_yaml::to_string(&turned(serde_yaml::from_str(text).unwrap())).unwrap();
        assert!(!bare.lines().any(|line| line.trim_start().starts_with('#')), "{bare}");
        assert_ne!(bare.lines().next(), text.lines().next());
        assert!(read(&bare) == read(text), "{bare}");
    }
}

/// A test that looks for a text in the commented example depends on how it is written:
/// `rig::reference_with` changes it by its keys.
#[test]
fn no_test_looks_for_a_text_in_the_commented_example() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/suite");
    let entries = ["", "mistakes"].map(|inner| std::fs::read_dir(Path::new(folder).join(inner)));
    let paths = entries.into_iter().flat_map(|it| it.unwrap()).map(|entry| entry.unwrap().path());
    let files = paths.filter(|path| path.is_file() && !path.ends_with("schema.rs"));
    let mut readers: Vec<String> = files
        .filter(|path| {
            let text = std::fs::read_to_string(path).unwrap();
            text.contains("read_to_string(rig::reference")
                || text.contains("read_to_string(reference")
        })
        .map(|path| path.file_name().unwrap().display().to_string())
        .collect();
    readers.sort();
    assert_eq!(readers, ["rig.rs"]);
}
