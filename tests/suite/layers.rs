//! Arrows point down: which module may name which (the diagram in `src/lib.rs`).

use std::path::{Path, PathBuf};

/// Module, and the modules of ours that it may name.
const MAY: &[(&str, &[&str])] = &[
    ("wire", &[]),
    ("rules", &[]),
    ("testbed", &["wire"]),
    ("verdict", &["rules", "wire"]),
    ("profile", &["rules", "verdict", "wire"]),
    ("observe", &["rules", "wire"]),
    ("server", &["rules", "testbed", "wire"]),
    ("sample_app", &["testbed", "wire"]),
    ("driver", &["observe", "profile", "rules", "verdict", "wire"]),
    ("report", &["rules", "verdict", "wire"]),
    ("fuzzing", &["driver", "observe", "profile", "rules", "server", "testbed", "verdict", "wire"]),
    ("steps", &["driver", "observe", "profile", "rules", "verdict", "wire"]),
    ("runner", &["driver", "profile", "rules", "steps", "verdict", "wire"]),
    (
        "harness",
        &[
            "driver",
            "profile",
            "rules",
            "runner",
            "sample_app",
            "server",
            "testbed",
            "verdict",
            "wire",
        ],
    ),
    (
        "cli",
        &[
            "driver",
            "fuzzing",
            "harness",
            "observe",
            "profile",
            "report",
            "rules",
            "runner",
            "sample_app",
            "server",
            "testbed",
            "verdict",
            "wire",
        ],
    ),
];

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

fn files_of(module: &str) -> Vec<(PathBuf, String)> {
    let mut files = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(module), &mut files);
    assert!(!files.is_empty(), "src/{module} has no files");
    files.into_iter().map(|path| (path.clone(), std::fs::read_to_string(path).unwrap())).collect()
}

fn is_test(path: &Path) -> bool {
    let name = path.file_name().unwrap().to_string_lossy();
    name.ends_with("tests.rs") || name == "testing.rs" || name == "sample.rs"
}

#[test]
fn every_module_is_in_the_table() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for entry in std::fs::read_dir(src).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            assert!(
                MAY.iter().any(|(module, _)| *module == name),
                "src/{name} is not in the table"
            );
        }
    }
}

#[test]
fn arrows_point_down() {
    let modules: Vec<&str> = MAY.iter().map(|(module, _)| *module).collect();
    for (module, may) in MAY {
        for (path, text) in files_of(module) {
            for other in modules.iter().filter(|other| *other != module && !may.contains(other)) {
                let named = text.contains(&format!("crate::{other}::"))
                    || text.contains(&format!("crate::{other};"))
                    || text.contains(&format!("crate::{other}}}"));
                assert!(!named || is_test(&path), "{} names crate::{other}", path.display());
            }
        }
    }
}

/// Words that belong to a few files only: the file or folder, relative to `src`.
const ONLY_IN: &[(&str, &[&str])] = &[
    ("use cucumber", &["steps/", "runner/"]),
    ("SystemTime::now", &["testbed/clock.rs", "driver/target_time.rs"]),
    ("TcpListener", &["testbed/listen.rs"]),
    ("TcpStream", &["testbed/listen.rs", "driver/raw.rs", "driver/connect.rs"]),
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
