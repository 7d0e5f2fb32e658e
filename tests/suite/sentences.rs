//! Sentences of the feature files that differ by one word mean different things by that word. Those
//! words are listed here, so that a second sentence for the same thing is noticed.

use std::collections::BTreeSet;
use std::path::Path;

use oauthspec::steps::definition::Definition;
use oauthspec::wire::params;
use oauthspec::wire::vocabulary::{is_telling, is_wording};

/// Why two sentences may differ by one word, and the words, in the order of the alphabet; an empty one
/// is a word that one of them has more.
const CONTRASTS: &[(&str, &[(&str, &str)])] = &[
    (
        "the opposite",
        &[
            ("", "no"),
            ("", "not"),
            ("a", "no"),
            ("accepts", "refuses"),
            ("an", "no"),
            ("approved", "denied"),
            ("less", "more"),
            ("narrower", "wider"),
            ("published", "unpublished"),
        ],
    ),
    (
        "what is established before, done, or judged behind it",
        &[
            ("", "still"),
            ("", "successfully"),
            ("gets", "requests"),
            ("has", "is"),
            ("has", "requests"),
        ],
    ),
    (
        "which of several",
        &[
            ("", "access"),
            ("", "again"),
            ("", "device"),
            ("", "expired"),
            ("", "original"),
            ("", "other"),
            ("", "refresh"),
            ("", "same"),
            ("", "second"),
            ("", "used"),
            ("", "user"),
            ("every", "the"),
        ],
    ),
    (
        "a request as it is, and a changed one",
        &[
            ("", "{asked}"),
            ("", "{asking}"),
            ("", "{change}"),
            ("", "{spoilt}"),
            ("", "{typed_code}"),
            ("again", "{change}"),
            ("again", "{typed_code}"),
            ("{change}", "{spoilt}"),
        ],
    ),
    (
        "another thing of the protocol or its application",
        &[
            ("API", "application"),
            ("access", "refresh"),
            ("answer", "metadata"),
            ("answer", "refusal"),
            ("assertion", "code"),
            ("authorization", "pushed"),
            ("authorization", "token"),
            ("code", "tokens"),
            ("codes", "refusal"),
            ("device", "user"),
            ("error", "token"),
            ("group", "user"),
            ("introspection", "registration"),
            ("introspection", "revocation"),
            ("permission", "scope"),
            ("pushed", "token"),
            ("redirect's", "response's"),
            ("registration", "revocation"),
            ("resource", "server"),
        ],
    ),
    (
        "another deed",
        &[
            ("active", "introspected"),
            ("active", "new"),
            ("denies", "grants"),
            ("authorized", "enabled"),
            ("deletes", "reads"),
            ("exchange", "revoke"),
            ("exchanges", "revokes"),
            ("introspected", "new"),
            ("introspects", "narrows"),
            ("introspects", "revokes"),
            ("narrows", "revokes"),
            ("opens", "{decides}"),
            ("read", "update"),
            ("refreshes", "{token_request}"),
            ("refreshes,", "{token_request},"),
        ],
    ),
];

/// Pairs of sentences that differ by one word; a new one is a sentence that may be there already.
const PAIRS: usize = 142;

/// The words by which two sentences differ, if it is one.
fn contrast<'a>(one: &'a str, other: &'a str) -> Option<(&'a str, &'a str)> {
    let (mut a, mut b): (Vec<&str>, Vec<&str>) =
        (one.split(' ').collect(), other.split(' ').collect());
    if a.len() > b.len() {
        std::mem::swap(&mut a, &mut b);
    }
    let start = a.iter().zip(&b).take_while(|(a, b)| a == b).count();
    match b.len() - a.len() {
        0 if a.get(start + 1..) == b.get(start + 1..) => {
            let mut words = [*a.get(start)?, *b.get(start)?];
            words.sort_unstable();
            Some((words[0], words[1]))
        }
        1 if a[start..] == b[start + 1..] => Some(("", b[start])),
        _ => None,
    }
}

#[test]
fn sentences_that_differ_by_a_word_mean_different_things() {
    let all: BTreeSet<&str> = Definition::all().iter().map(|it| it.written.sentence).collect();
    assert!(all.len() > 300, "{} sentences were found", all.len());
    let all: Vec<&str> = all.into_iter().collect();
    let after = |at: usize| all[at + 1..].iter().map(move |other| (at, *other));
    let pairs: Vec<(&str, &str)> = (0..all.len())
        .flat_map(after)
        .map(|(at, other)| (all[at], other))
        .filter(|(one, other)| contrast(one, other).is_some())
        .collect();
    let listed: BTreeSet<(&str, &str)> =
        CONTRASTS.iter().flat_map(|(_, words)| *words).copied().collect();
    let seen: BTreeSet<(&str, &str)> =
        pairs.iter().filter_map(|(one, other)| contrast(one, other)).collect();
    let new: Vec<_> = pairs
        .iter()
        .filter(|(one, other)| contrast(one, other).is_some_and(|it| !listed.contains(&it)))
        .collect();
    assert!(new.is_empty(), "one of each pair may be enough: {new:#?}");
    let gone: Vec<_> = listed.difference(&seen).collect();
    assert!(gone.is_empty(), "no sentences differ by these any more: {gone:?}");
    assert_eq!(pairs.len(), PAIRS, "is there a sentence for it already? {pairs:#?}");
}

/// What a sentence sends in the place of a secret is none, and would be cut out of every report in
/// which the same words stand.
#[test]
fn secrets_that_sentences_write_out_are_signed() {
    let names: BTreeSet<&str> = params::SECRETS.iter().map(|(name, _)| *name).collect();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("features");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    for path in files.filter(|path| path.extension().is_some_and(|it| it == "feature")) {
        for line in std::fs::read_to_string(&path).unwrap().lines() {
            for (before, after) in line.match_indices(" set to \"").map(|(at, _)| line.split_at(at))
            {
                let name = before.rsplit(' ').next().unwrap_or_default();
                let value = after.split('"').nth(1).unwrap_or_default();
                assert!(
                    !names.contains(name) || !is_telling(value) || !is_wording(value),
                    "{}: {name} is set to {value:?}, which has to contain `oauthspec`",
                    path.display()
                );
            }
        }
    }
}
