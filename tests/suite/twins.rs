//! A name leads to one thing: public types of the same name are listed here, with the reason.

use std::collections::{BTreeMap, BTreeSet};

use crate::layers::{is_test, sources_of};

/// Why public types share their name, and the names.
const ACCEPTED: &[(&str, &[&str])] = &[
    (
        "a key of the profile, and what the suite or the bundled server makes of it",
        &[
            "Action",
            "Assertion",
            "Clock",
            "Decision",
            "Endpoints",
            "Lifetimes",
            "Limits",
            "Model",
            "Operation",
            "Resource",
            "User",
        ],
    ),
    ("a parameter of a sentence, which holds or makes the thing", &["Asking", "Client", "Flaw"]),
    (
        "the fuzzer's model, judgements and plans, which stand for nothing of the suite's",
        &[
            "Asked",
            "Authorization",
            "Choices",
            "Code",
            "End",
            "Finding",
            "Found",
            "Known",
            "Moment",
            "Pair",
            "Place",
            "Plan",
            "Scope",
            "Seen",
            "Stage",
        ],
    ),
    (
        "an argument of the command line, and what it becomes",
        &["Aim", "Matrix", "Portion", "Report"],
    ),
    (
        "the suite's word, and the bundled programs' own, which know nothing of the suite",
        &["Application", "Event", "Item", "Parts", "Role", "Settings", "World"],
    ),
    (
        "the term of the field, once as it is written on the wire or in a report and once in use",
        &["Change", "Credentials", "Subject", "Tried"],
    ),
];

/// The public types that a text defines outside its tests.
fn public_types(text: &str) -> impl Iterator<Item = &str> {
    let code = text.split("\n#[cfg(test)]\nmod ").next().unwrap_or_default();
    code.lines().filter_map(|line| {
        let rest = line.strip_prefix("pub ")?;
        let (kind, rest) = rest.split_once(' ')?;
        let name = rest.split(|c: char| !c.is_alphanumeric()).next()?;
        ["struct", "enum", "trait", "type"].contains(&kind).then_some(name)
    })
}

#[test]
fn no_two_public_types_have_one_name_without_a_reason() {
    let mut places: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (path, text) in sources_of("src").iter().filter(|(path, _)| !is_test(path)) {
        for name in public_types(text) {
            places.entry(name.to_owned()).or_default().insert(path.display().to_string());
        }
    }
    assert!(places.len() > 300, "{} types were found", places.len());
    let twins: BTreeSet<&str> =
        places.iter().filter(|(_, places)| places.len() > 1).map(|(name, _)| &**name).collect();
    let accepted: BTreeSet<&str> = ACCEPTED.iter().flat_map(|(_, names)| *names).copied().collect();
    let new: Vec<_> = twins.difference(&accepted).map(|name| (name, &places[*name])).collect();
    assert!(new.is_empty(), "give each a name of its own: {new:#?}");
    let gone: Vec<_> = accepted.difference(&twins).collect();
    assert!(gone.is_empty(), "no twins any more: {gone:?}");
}
