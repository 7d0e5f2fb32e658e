//! The fuzz corpus and every past finding, replayed on stable.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use oauthspec::fuzzing::replay;

fn fuzz() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz")
}

fn names(folder: &Path) -> BTreeSet<String> {
    std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| path.file_stem().unwrap().to_string_lossy().into_owned())
        .collect()
}

#[test]
fn the_committed_inputs_find_nothing() {
    for (target, oracle) in replay::TABLE {
        let mut replayed = 0;
        for kind in ["corpus", "regressions"] {
            for entry in std::fs::read_dir(fuzz().join(kind).join(target)).unwrap() {
                let path = entry.unwrap().path();
                let bytes = std::fs::read(&path).unwrap();
                if let Err(finding) = oracle(&bytes) {
                    panic!("{}: {finding}", path.display());
                }
                replayed += 1;
            }
        }
        assert!(replayed > 5, "{target} has hardly any seeds");
    }
}

#[test]
fn targets_corpora_and_pages_name_the_same_targets() {
    let targets: BTreeSet<String> =
        replay::TABLE.iter().map(|(name, _)| (*name).to_owned()).collect();
    let readme = std::fs::read_to_string(fuzz().join("README.md")).unwrap();
    let manifest = std::fs::read_to_string(fuzz().join("Cargo.toml")).unwrap();
    for folder in ["fuzz_targets", "corpus", "regressions"] {
        assert_eq!(names(&fuzz().join(folder)), targets, "fuzz/{folder}");
    }
    for target in &targets {
        assert!(readme.contains(&format!("| {target} |")), "{target} is not in fuzz/README.md");
        assert!(manifest.contains(&format!("name = \"{target}\"")), "{target} is no [[bin]]");
    }
}

#[test]
fn every_short_input_is_taken() {
    for a in 0..=u8::MAX {
        for b in [b'%', b'=', b'&', b'+', 0, 0xff, b'4'] {
            for mode in [b'r', b'g'] {
                let bytes = [mode, a, b, a];
                for found in [replay::token_request(&bytes), replay::server_body(&bytes)] {
                    assert!(found.is_ok(), "{bytes:?}: {found:?}");
                }
            }
        }
    }
}

/// `OAUTHSPEC_WRITE=1 cargo test the_dictionary` writes it anew.
#[test]
fn the_dictionary_is_current() {
    let path = fuzz().join("oauth.dict");
    let text = oauthspec::fuzzing::dictionary::text();
    if std::env::var_os("OAUTHSPEC_WRITE").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    assert_eq!(std::fs::read_to_string(path).unwrap(), text, "OAUTHSPEC_WRITE=1 writes it anew");
}
