//! What reads a file that somebody names.

use std::path::Path;

use crate::rig;

/// A command, the file that it is given, and what lies beside it.
pub(super) struct Reader {
    pub(super) name: &'static str,
    /// The file of the row, in the folder in which the command runs.
    pub(super) file: &'static str,
    pub(super) args: &'static [&'static str],
    pub(super) beside: fn(&Path),
    pub(super) is_yaml: bool,
    pub(super) is_key: bool,
    /// Named by itself: not one of the files of a folder.
    pub(super) is_alone: bool,
}

const fn reader(name: &'static str, file: &'static str, args: &'static [&'static str]) -> Reader {
    Reader { name, file, args, beside: |_| (), is_yaml: false, is_key: false, is_alone: true }
}

const fn yaml(name: &'static str, file: &'static str, args: &'static [&'static str]) -> Reader {
    Reader { is_yaml: true, ..reader(name, file, args) }
}

const fn of_profile(name: &'static str, file: &'static str, beside: fn(&Path)) -> Reader {
    Reader { beside, ..reader(name, file, &["run", "profile.yaml", "revoke/post-only"]) }
}

const fn of_folder(name: &'static str, file: &'static str) -> Reader {
    Reader { is_alone: false, ..reader(name, file, &["list", "--features", "."]) }
}

/// A profile that names the file of the row.
fn profile(folder: &Path, changes: &[(&str, &str)], more: &str) {
    let text = rig::reference_with(changes) + more;
    std::fs::write(folder.join("profile.yaml"), text).unwrap();
}

/// Each way in which a file is read.
pub(super) const ALL: &[Reader] = &[
    yaml("profile", "file.yaml", &["run", "file.yaml", "--no-preflight"]),
    yaml("profile of an application", "file.yaml", &["doctor", "--client", "file.yaml"]),
    yaml("waivers", "file.yaml", &["run", "revoke/post-only", "--waivers", "file.yaml"]),
    yaml("expected", "file.yaml", &["run", "revoke/post-only", "--expected", "file.yaml"]),
    yaml("world", "file.yaml", &["serve", "--port", "0", "--world", "file.yaml"]),
    yaml("finding", "file.yaml", &["replay", "file.yaml"]),
    Reader { is_yaml: true, ..of_folder("rules", "rules.yaml") },
    Reader { is_yaml: true, ..of_folder("document", "documents/mine.yaml") },
    of_folder("feature file", "mine.feature"),
    reader("report", "run.json", &["report", "run.json"]),
    Reader {
        is_key: true,
        ..of_profile("certificate authority", "ca.pem", |folder| {
            let tls = "tls: {base_url: 'https://127.0.0.1:1', ca: ca.pem}\n";
            profile(folder, &[], tls);
        })
    },
    Reader {
        is_key: true,
        ..of_profile("private key", "key.pem", |folder| {
            let key = "clients.server.assertion.private_key";
            profile(folder, &[(key, "-> private_key_file")], "");
            let path = folder.join("profile.yaml");
            let text = std::fs::read_to_string(&path).unwrap();
            let mut tree: serde_yaml::Value = serde_yaml::from_str(&text).unwrap();
            tree["clients"]["server"]["assertion"]["private_key_file"] = "key.pem".into();
            std::fs::write(path, serde_yaml::to_string(&tree).unwrap()).unwrap();
        })
    },
    of_profile("value", "secret.txt", |folder| {
        profile(folder, &[("name", "'${file:secret.txt}'")], "");
    }),
];

/// The other options and commands that read what one of [`ALL`] reads.
pub(super) const OTHERS: &[Reader] = &[
    reader("doctor", "file.yaml", &["doctor", "file.yaml"]),
    reader("doctor --fix", "file.yaml", &["doctor", "--fix", "file.yaml"]),
    reader("fuzz", "file.yaml", &["fuzz", "file.yaml", "--requests", "1"]),
    reader("run --client", "file.yaml", &["run", "--client", "--dry-run", "file.yaml"]),
    reader("merge", "file.json", &["merge", "file.json"]),
    reader("matrix", "file.json", &["matrix", "file.json"]),
    reader("compare", "file.json", &["compare", "file.json", "file.json"]),
    reader("durations", "file.json", &["run", "--shard", "1/2", "--durations", "file.json"]),
    reader("rerun", "file.json", &["run", "--rerun-failed", "file.json"]),
];

/// A folder of features.
pub(super) const FOLDER: Reader = reader("features", "folder", &["list", "--features", "folder"]);
