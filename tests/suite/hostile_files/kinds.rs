//! What may lie where a file is wanted.

use std::fs::{self, File};
use std::path::Path;
use std::process::Command;

/// What it is, how it is made, and what is said about it.
pub(super) struct Kind {
    pub(super) name: &'static str,
    pub(super) make: fn(&Path),
    pub(super) says: &'static str,
}

const fn kind(name: &'static str, says: &'static str, make: fn(&Path)) -> Kind {
    Kind { name, make, says }
}

fn write(path: &Path, bytes: impl AsRef<[u8]>) {
    fs::write(path, bytes).unwrap();
}

/// Made without its bytes, as far as the file system can.
fn huge(path: &Path) {
    File::create(path).unwrap().set_len(300 << 20).unwrap();
}

fn pipe(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

fn link(to: &str, path: &Path) {
    std::os::unix::fs::symlink(to, path).unwrap();
}

fn circle(path: &Path) {
    link(path.file_name().unwrap().to_str().unwrap(), path);
}

fn utf16(path: &Path) {
    write(path, "\u{feff}name: x\n".encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>());
}

/// Ten to the power of ten values in ten lines.
fn levels(path: &Path) {
    let mut text = "a: &a [x,x,x,x,x,x,x,x,x,x]\n".to_owned();
    for (below, own) in ('a'..='i').zip('b'..='j') {
        let repeated = vec![format!("*{below}"); 10].join(",");
        text.push_str(&format!("{own}: &{own} [{repeated}]\n"));
    }
    write(path, text);
}

/// Ten million values in 14 kB, of one alias.
fn square(path: &Path) {
    let (list, aliases) = ("1,".repeat(5_000), "*a,".repeat(2_000));
    write(path, format!("name: &a [{list}1]\nb: [{aliases}1]\n"));
}

fn keys(path: &Path) {
    write(path, (0..100_000).map(|number| format!("k{number}: 1\n")).collect::<String>());
}

/// What is no text file.
pub(super) const NO_TEXT: &[Kind] = &[
    kind("missing", "check the path", |_| ()),
    kind("a folder", "it is a folder; check the path", |path| fs::create_dir(path).unwrap()),
    kind("a pipe", "is a pipe or a device; write it to a file first", pipe),
    kind("a device", "is a pipe or a device; write it to a file first", |path| {
        link("/dev/zero", path);
    }),
    kind("a circle of links", "; check the path", circle),
    kind("UTF-16", "is UTF-16; save it as UTF-8", utf16),
    kind("Latin-1", "is not UTF-8 text; save it as UTF-8", |path| write(path, b"name: caf\xe9\n")),
    kind("huge", "MB; is it the right file?", huge),
];

/// Text that is no use as YAML of any kind.
pub(super) const YAML: &[Kind] = &[
    kind("a NUL", "control characters are not allowed", |path| write(path, "name: a\0b\n")),
    kind("an escape", "control characters are not allowed", |path| {
        write(path, "\u{1b}[31mred\n::error::owned");
    }),
    kind("levels of aliases", "write the values out", levels),
    kind("a list that is repeated", "write the values out", square),
    kind("deep lists", "lists and maps inside each other", |path| {
        write(path, "[".repeat(1_000_000));
    }),
    kind("deep dashes", "lists and maps inside each other", |path| {
        write(path, "- ".repeat(500_000));
    }),
    kind("a hundred thousand keys", "`k0`", keys),
    kind("an odd key", "owned", |path| write(path, "\"\\e[31mred\\n::error::owned\": 1\n")),
    kind("two documents", "only one is read", |path| write(path, "name: 1\n---\nname: 2\n")),
    kind("a number", "", |path| write(path, "42\n")),
    kind("a list", "", |path| write(path, "- 1\n- 2\n")),
    kind("empty", "missing", |path| write(path, "")),
];

/// What is no YAML after its first key. Where the first key is wrong already, that is said.
pub(super) const SYNTAX: &[Kind] = &[
    kind("an open quote", "quoted scalar", |path| write(path, "name: \"abc\n")),
    kind("an open list", "flow", |path| write(path, "name: [a, b\n")),
    kind("an unknown anchor", "unknown anchor", |path| write(path, "name: *nothing\n")),
];

/// Text that is no JSON report.
pub(super) const JSON: &[Kind] = &[
    kind("empty", "is not the JSON report of a run", |path| write(path, "")),
    kind("a NUL", "line 1 column 2", |path| write(path, "{\0}")),
    kind("deep lists", "recursion limit", |path| write(path, "[".repeat(100_000))),
    kind("a number", "is not the JSON report of a run", |path| write(path, "42")),
    kind("another object", "missing field", |path| write(path, "{}")),
    kind("an odd key", "is not the JSON report of a run", |path| {
        write(path, r#"{"\u001b[31m\n::error::owned": 1}"#);
    }),
    kind("cut", "EOF", |path| write(path, "{\"target\": \"a")),
];

/// What is no key and no certificate.
pub(super) const KEYS: &[Kind] = &[
    kind("empty", "", |path| write(path, "")),
    kind("text", "", |path| write(path, "not a key\n")),
    kind("cut", "", |path| write(path, "-----BEGIN CERTIFICATE-----\nAAAA\n")),
    kind("nothing inside", "", |path| {
        write(path, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
    }),
];

/// What is no feature file.
pub(super) const FEATURES: &[Kind] = &[
    kind("empty", "no feature file", |path| write(path, "")),
    kind("YAML", "no feature file", |path| write(path, "a: 1\n")),
    kind("no rule", "outside a `Rule:`", |path| write(path, "Feature: a\n  Scenario: b\n")),
    kind("no tag", "needs one tag", |path| write(path, "Feature: a\n  Rule: b\n")),
    kind("a rule that is none", "no such rule", |path| {
        write(path, "Feature: a\n  @rule:no/such\n  Rule: b\n    Scenario: c\n");
    }),
    kind("an escape", "outside a `Rule:`", |path| {
        write(path, "Feature: \u{1b}[31mred\n  Scenario: \u{1b}]0;owned\u{7}\n");
    }),
    kind("many scenarios", "outside a `Rule:`", |path| {
        write(path, format!("Feature: a\n{}", "  Scenario: b\n".repeat(10_000)));
    }),
];

/// What is no folder of features.
pub(super) const FOLDERS: &[Kind] = &[
    kind("missing", "name a folder with rules.yaml", |_| ()),
    kind("a file", "name a folder with rules.yaml", |path| write(path, "rules: []\n")),
    kind("a pipe", "name a folder with rules.yaml", pipe),
    kind("a circle of links", "name a folder with rules.yaml", circle),
    kind("empty", "has no rules.yaml", |path| fs::create_dir(path).unwrap()),
    kind("only other files", "has no rules.yaml", |path| {
        fs::create_dir(path).unwrap();
        write(&path.join("readme.txt"), "nothing");
    }),
];
