//! ARCHITECTURE.md says what is true: its lists of what to touch name what is there.

use std::path::{Path, PathBuf};

const ARCHITECTURE: &str = include_str!("../../ARCHITECTURE.md");

fn root() -> &'static Path {
    env!("CARGO_MANIFEST_DIR").as_ref()
}

/// One of the lists under "To add …".
struct List {
    title: &'static str,
    example: &'static str,
    is_complete: bool,
    /// Path, and the text that it holds.
    places: Vec<(&'static str, &'static str)>,
}

fn lists() -> Vec<List> {
    let part = ARCHITECTURE.split("\n## ").find(|part| part.starts_with("To add …")).unwrap();
    part.split("\n### … ").skip(1).map(list).collect()
}

fn list(text: &'static str) -> List {
    let title = text.lines().next().unwrap();
    let head = text.lines().find(|line| line.starts_with("Example: ")).unwrap();
    let example = head.split('`').nth(1).unwrap();
    let places = text.split("\n- `").skip(1).map(|item| {
        let quoted: Vec<&str> = item.split('`').collect();
        (quoted[0], if quoted[1] == " holds " { quoted[2] } else { example })
    });
    List { title, example, is_complete: head.ends_with(", complete."), places: places.collect() }
}

fn files(path: &Path, found: &mut Vec<PathBuf>) {
    if path.is_dir() {
        for entry in std::fs::read_dir(path).unwrap() {
            files(&entry.unwrap().path(), found);
        }
    } else {
        found.push(path.to_owned());
    }
}

/// The files at or below a path that hold a text.
fn holding(path: &str, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    files(&root().join(path), &mut found);
    found.retain(|file| std::fs::read_to_string(file).is_ok_and(|content| content.contains(text)));
    let shown = |file: &PathBuf| file.strip_prefix(root()).unwrap().display().to_string();
    found.iter().map(shown).collect()
}

#[test]
fn every_thing_to_add_has_its_list() {
    let titles: Vec<&str> = lists().iter().map(|list| list.title).collect();
    assert_eq!(
        titles,
        [
            "a rule",
            "an area",
            "a document",
            "a dialect",
            "a fault",
            "a variant",
            "a report",
            "a step"
        ]
    );
}

#[test]
fn every_list_names_what_is_there() {
    for List { title, places, .. } in lists() {
        assert!(!places.is_empty(), "{title}");
        for (path, text) in places {
            assert!(root().join(path).exists(), "{title}: {path}");
            assert!(!holding(path, text).is_empty(), "{title}: {path} does not hold {text}");
        }
    }
}

#[test]
fn a_complete_list_leaves_nothing_out() {
    let is_test = |file: &String| file.ends_with("tests.rs") || file.ends_with("sample.rs");
    for List { title, example, places, .. } in lists().iter().filter(|list| list.is_complete) {
        let named = ["src", "features"].iter().flat_map(|folder| holding(folder, example));
        for file in named.filter(|file| !is_test(file)) {
            assert!(
                places.iter().any(|(path, _)| file.starts_with(path)),
                "{title}: {file} names {example}"
            );
        }
    }
}

#[test]
fn every_module_is_explained() {
    let mut modules = Vec::new();
    for entry in std::fs::read_dir(root().join("src")).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            modules.push(path.file_name().unwrap().to_string_lossy().into_owned());
        }
    }
    for module in modules {
        assert!(ARCHITECTURE.contains(&format!("| `{module}` |")), "{module}");
    }
}

#[test]
fn every_file_that_the_guides_name_is_there() {
    let guides = [
        "ARCHITECTURE.md",
        "CHANGELOG.md",
        ".github/CONTRIBUTING.md",
        ".github/SECURITY.md",
        "fuzz/README.md",
    ];
    let ours = ["features/", "fixtures/", "src/", "tests/", "fuzz/", ".ci/"];
    for guide in guides {
        let text = std::fs::read_to_string(root().join(guide)).unwrap();
        for word in text.split('`') {
            let path = word.split_whitespace().next().unwrap_or_default();
            if ours.iter().any(|start| path.starts_with(start)) && !path.contains('<') {
                assert!(root().join(path).exists(), "{guide}: {path}");
            }
        }
        for link in text.split("](").skip(1).map(|rest| rest.split(')').next().unwrap()) {
            let folder = root().join(guide).parent().unwrap().to_owned();
            assert!(link.starts_with("https:") || folder.join(link).exists(), "{guide}: {link}");
        }
    }
}
