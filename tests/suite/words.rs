//! One term a thing: the banned twins of the glossary stand nowhere.

use std::fs;
use std::path::{Path, PathBuf};

/// Words and their twins: the last column of the glossary in `ARCHITECTURE.md` says the same.
const TWINS: &[(&str, &[&str])] = &[
    ("authorization request", &["authorisation request", "authentication request"]),
    ("token request", &["access token request"]),
    ("redirect URI", &["redirection URI", "callback URL", "redirect URL"]),
    (
        "code redemption, redeem a code",
        &["code exchange", "exchange a code", "exchange the code", "trade in"],
    ),
    ("client", &["consumer", "relying party"]),
    ("user", &["end user", "end-user"]),
    ("authorization server", &["authorisation server"]),
    ("protected resource", &["resource endpoint"]),
    ("refresh", &["renewal request"]),
    ("rule", &["requirement id"]),
    ("control", &["baseline request"]),
];

/// Titles and names that are not ours.
const QUOTED: &[&str] = &["proof key for code exchange", "application/redirection-uri"];

const PLACES: &[&str] = &["features", "src", "README.md", "docs", "fixtures/targets"];

fn root() -> &'static Path {
    env!("CARGO_MANIFEST_DIR").as_ref()
}

fn files(at: &Path, found: &mut Vec<PathBuf>) {
    if at.is_dir() {
        for entry in fs::read_dir(at).unwrap() {
            files(&entry.unwrap().path(), found);
        }
    } else if at
        .extension()
        .is_some_and(|end| ["rs", "md", "yaml", "feature"].iter().any(|e| end == *e))
    {
        found.push(at.to_owned());
    }
}

/// The texts of a line, lower case: of a Rust file its comments and strings.
fn texts(path: &Path, line: &str) -> String {
    let rust = path.extension().is_some_and(|end| end == "rs");
    let text = match line.split_once("//") {
        Some((_, comment)) if rust && line.trim_start().starts_with("//") => comment,
        _ if rust && !line.contains('"') => "",
        _ => line,
    };
    let text = text.to_lowercase();
    QUOTED.iter().fold(text, |text, quoted| text.replace(quoted, ""))
}

/// Whether a text holds these words, alone or in the plural.
fn holds(text: &str, words: &str) -> bool {
    let words = words.to_lowercase();
    let ends = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
    text.match_indices(&words).any(|(at, found)| {
        let rest = text[at + found.len()..].trim_start_matches('s');
        ends(text[..at].chars().next_back()) && ends(rest.chars().next())
    })
}

#[test]
fn no_banned_twin_is_used() {
    let mut paths = Vec::new();
    PLACES.iter().map(|place| root().join(place)).filter(|path| path.exists()).for_each(|path| {
        files(&path, &mut paths);
    });
    let mut wrong = Vec::new();
    for path in &paths {
        let text = fs::read_to_string(path).unwrap();
        for (number, line) in text.lines().enumerate() {
            let text = texts(path, line);
            for (term, twins) in TWINS {
                wrong.extend(twins.iter().filter(|twin| holds(&text, twin)).map(|twin| {
                    let place = path.strip_prefix(root()).unwrap().display();
                    format!("{place}:{}: \"{twin}\"; write \"{term}\"", number + 1)
                }));
            }
        }
    }
    assert!(paths.len() > 200, "{} files", paths.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_glossary_and_this_table_are_equal() {
    let text = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let glossary = text.split("\n## Glossary\n").nth(1).unwrap().split("\n## ").next().unwrap();
    let rows = glossary.lines().filter(|line| line.starts_with("| ")).skip(2);
    let cells = rows.map(|row| row.trim_matches('|').split('|').map(str::trim).collect::<Vec<_>>());
    let banned: Vec<(String, Vec<String>)> = cells
        .filter(|cells| cells.len() == 3 && !cells[2].is_empty())
        .map(|cells| {
            let twins = cells[2].split(", ").map(str::to_owned).collect();
            (cells[0].to_owned(), twins)
        })
        .collect();
    let ours: Vec<(String, Vec<String>)> = TWINS
        .iter()
        .map(|(term, twins)| {
            ((*term).to_owned(), twins.iter().map(|twin| (*twin).to_owned()).collect())
        })
        .collect();
    assert_eq!(banned, ours);
}

#[test]
fn twins_are_found_as_words() {
    assert!(holds("the redirection uris of it", "redirection URI"));
    assert!(holds("exchange a code", "exchange a code"));
    assert!(!holds("backend users", "end user") && !holds("trade into", "trade in"));
}
