//! Dependencies keep to the minimum supported Rust version (of our own code, Clippy's
//! `incompatible_msrv` checks it), and are built once for `cargo run` and `cargo test`.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde_json::Value;

fn stdout(command: &mut Command) -> String {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn metadata() -> Value {
    let rustc = stdout(Command::new("rustc").arg("-vV"));
    let host = rustc.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
    let text = stdout(
        Command::new(env!("CARGO"))
            .args(["metadata", "--locked", "--offline", "--format-version", "1"])
            .args(["--filter-platform", host, "--manifest-path"])
            .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml")),
    );
    serde_json::from_str(&text).unwrap()
}

fn version(text: &str) -> Vec<u64> {
    text.split('.').map(|part| part.parse().unwrap()).collect()
}

#[test]
fn no_dependency_needs_a_newer_rust_than_ours() {
    let ours = version(env!("CARGO_PKG_RUST_VERSION"));
    let metadata = metadata();
    let packages = metadata["packages"].as_array().unwrap();
    assert!(packages.len() > 100, "{} packages", packages.len());
    for package in packages {
        if let Some(needed) = package["rust_version"].as_str() {
            let mut needed = version(needed);
            needed.truncate(ours.len());
            assert!(needed <= ours, "{} needs Rust {needed:?}", package["id"]);
        }
    }
}

/// Each package, and the sets of features that it is built with.
fn features(edges: &str) -> BTreeMap<String, BTreeSet<String>> {
    let text = stdout(
        Command::new(env!("CARGO"))
            .args(["tree", "--locked", "--offline", "--prefix", "none", "--format", "{p};{f}"])
            .args(["--edges", edges, "--manifest-path"])
            .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml")),
    );
    let lines = text.lines().map(|line| line.trim_end_matches(" (*)"));
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (package, features) in lines.filter_map(|line| line.split_once(';')) {
        found.entry(package.to_owned()).or_default().insert(features.to_owned());
    }
    found
}

// Where the features of one differ, it is built twice, and all that stands on it, this package too.
#[test]
fn cargo_test_builds_nothing_again_that_cargo_run_has_built() {
    let tested = features("normal,build,dev");
    for (package, features) in features("normal,build") {
        assert_eq!(tested.get(&package), Some(&features), "{package}");
    }
}
