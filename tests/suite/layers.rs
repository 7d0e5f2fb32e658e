//! Arrows point down: which module may name which, as the diagram in `src/lib.rs` says.

use std::path::{Path, PathBuf};

const LIB: &str = include_str!("../../src/lib.rs");
const ARCHITECTURE: &str = include_str!("../../ARCHITECTURE.md");

/// A module of the diagram.
struct Module {
    name: &'static str,
    /// Number of its layer.
    layer: u32,
    /// The modules of ours that it may name.
    may: Vec<&'static str>,
}

fn diagram() -> Vec<Module> {
    let lines = LIB.lines().map_while(|line| line.strip_prefix("//!"));
    let lines = lines.skip_while(|line| line.trim() != "```text").skip(1);
    let mut modules: Vec<Module> = Vec::new();
    for line in lines.take_while(|line| line.trim() != "```") {
        let (left, right) = line.split_once('►').unwrap_or((line, ""));
        let mut words: Vec<&str> = left.trim_matches(['─', ' ']).split_whitespace().collect();
        let name = words.pop().unwrap();
        let layer = words.pop().and_then(|layer| layer.strip_prefix('L')?.parse().ok());
        let layer = layer.unwrap_or_else(|| modules.last().unwrap().layer);
        let may = right.split(',').map(str::trim).filter(|name| !name.is_empty()).collect();
        modules.push(Module { name, layer, may });
    }
    let but = modules[0].may[0].strip_prefix("everything below but ").unwrap();
    let below = modules.iter().skip(1).map(|module| module.name).filter(|name| *name != but);
    modules[0].may = below.collect();
    modules
}

fn sources(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

pub(crate) fn files_of(module: &str) -> Vec<(PathBuf, String)> {
    sources_of(&format!("src/{module}"))
}

/// The sources in a folder of the repository.
pub(crate) fn sources_of(folder: &str) -> Vec<(PathBuf, String)> {
    let mut files = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut files);
    assert!(!files.is_empty(), "{folder} has no files");
    files.into_iter().map(|path| (path.clone(), std::fs::read_to_string(path).unwrap())).collect()
}

pub(crate) fn is_test(path: &Path) -> bool {
    let name = path.file_name().unwrap().to_string_lossy();
    name.ends_with("tests.rs") || name == "testing.rs" || name == "sample.rs"
}

#[test]
fn the_diagram_has_every_module_and_arrows_only_downwards() {
    let modules = diagram();
    let layer = |name: &str| modules.iter().find(|module| module.name == name).map(|m| m.layer);
    for module in &modules {
        for other in &module.may {
            assert!(layer(other) < Some(module.layer), "{} ► {other}", module.name);
            assert!(layer(other).is_some(), "{other} has no line of its own");
        }
    }
    for entry in std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("src")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        assert!(!path.is_dir() || layer(&name).is_some(), "src/{name} is not in the diagram");
    }
}

#[test]
fn architecture_md_has_the_same_diagram() {
    let block = |text: &'static str| {
        let block = text.split("```text\n").nth(1).unwrap().split("```").next().unwrap();
        let lines = block.lines().map(|line| line.trim_start_matches("//!").trim());
        lines.filter(|line| !line.is_empty()).collect::<Vec<_>>()
    };
    assert_eq!(block(LIB), block(ARCHITECTURE));
}

#[test]
fn arrows_point_down() {
    let modules = diagram();
    for module in &modules {
        for (path, text) in files_of(module.name) {
            for Module { name: other, .. } in &modules {
                let named = text.contains(&format!("crate::{other}::"))
                    || text.contains(&format!("crate::{other};"))
                    || text.contains(&format!("crate::{other}}}"));
                let may = *other == module.name || module.may.contains(other) || is_test(&path);
                assert!(!named || may, "{} names crate::{other}", path.display());
            }
        }
    }
}

/// Words that belong to a few files only: the file or folder, relative to `src`.
const ONLY_IN: &[(&str, &[&str])] = &[
    ("use cucumber", &["steps/", "runner/"]),
    ("SystemTime::now", &["testbed/clock.rs", "driver/transmission.rs"]),
    ("TcpListener", &["testbed/listen.rs", "driver/served.rs", "driver/person.rs"]),
    (
        "TcpStream",
        &[
            "testbed/fetch.rs",
            "testbed/listen.rs",
            "driver/raw.rs",
            "driver/served.rs",
            "driver/person.rs",
        ],
    ),
    ("OsRng", &["testbed/random.rs"]),
];

#[test]
fn sockets_clocks_and_randomness_have_their_place() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&src, &mut files);
    for path in files.iter().filter(|path| !is_test(path)) {
        let text = std::fs::read_to_string(path).unwrap();
        let place = path.strip_prefix(&src).unwrap().display().to_string();
        for (word, allowed) in ONLY_IN {
            let fine = allowed.iter().any(|allowed| place.starts_with(allowed));
            assert!(fine || !text.contains(word), "{place} names {word}");
        }
    }
}

/// Parts of `src/server` that are about what other servers do, or about who is there.
const NOT_CORE: &[&str] = &["faults/", "variants/", "world/", "world.rs"];

/// What a line says that is about a fault or a variant.
const DEVIATIONS: &[&str] =
    &["effects::", "faults::", "variants::", "varies(", ".has(", ".has_any(", ".pick(", ".alter("];

/// A core file: its name, its lines before its tests, and how many of them name a fault or a variant.
fn core_files() -> Vec<(String, usize, usize)> {
    let server = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/server");
    let files = files_of("server").into_iter().filter(|(path, _)| !is_test(path));
    let counted = files.map(|(path, text)| {
        let place = path.strip_prefix(&server).unwrap().display().to_string();
        let code = text.split("\n#[cfg(test)]\nmod ").next().unwrap();
        let names = |line: &&str| DEVIATIONS.iter().any(|word| line.contains(word));
        (place, code.lines().count(), code.lines().filter(names).count())
    });
    counted.filter(|(place, ..)| !NOT_CORE.iter().any(|part| place.starts_with(part))).collect()
}

#[test]
fn the_server_reads_as_a_reference() {
    let mut files = core_files();
    files.sort_by_key(|(_, _, naming)| std::cmp::Reverse(*naming));
    let (all, naming) =
        files.iter().fold((0, 0), |(all, naming), file| (all + file.1, naming + file.2));
    assert!(all > 1000, "the core has {all} lines");
    let worst: Vec<_> = files.iter().take(8).collect();
    assert!(naming * 30 <= all, "{naming} of {all} lines name a fault or a variant: {worst:?}");
    let protocol = files.iter().filter(|(place, ..)| place.starts_with("oauth/"));
    let (all, naming) =
        protocol.fold((0, 0), |(all, naming), file| (all + file.1, naming + file.2));
    assert!(naming * 30 <= all, "{naming} of {all} lines of oauth/ name a fault or a variant");
    let mostly: Vec<_> = files.iter().filter(|(_, all, naming)| naming * 8 > *all).collect();
    assert!(mostly.is_empty(), "more than one line in eight names a fault: {mostly:?}");
}
