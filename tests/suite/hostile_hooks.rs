//! Commands of a profile that do anything but their work. Each is ended in its time, nothing of it is left
//! running, what it writes is not obeyed, and no rule passes or fails by it.

mod scripts;

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::atomic::Ordering;

use futures::StreamExt as _;

use crate::command::Served;
use crate::hostile_answers::{Ran, elsewhere, run};
use crate::rig;

use scripts::{ANSWERS, ANY, Hook, script};

/// Rows at the same time.
const AT_ONCE: usize = 4;

/// Time for a command that ends by itself, on any machine.
const PATIENT: &str = "{command: 20s}";
const BRIEF: &str = "{command: 300ms}";

/// A key of the profile that names a command, and a rule that needs it.
#[derive(Clone, Copy)]
struct Key {
    key: &'static str,
    /// What stands there, with the command `./hook`.
    value: &'static str,
    rule: &'static str,
}

const LOGIN: Key =
    Key { key: "login", value: "{command: [./hook, '{url}']}", rule: "token/success" };

const KEYS: &[Key] = &[
    LOGIN,
    Key { key: "clock", value: "{command: [./hook, '{seconds}']}", rule: "code/lifetime" },
    Key {
        key: "hooks.rate_limit",
        value: "{on: {command: [./hook, on]}, off: {command: [./hook, off]}}",
        rule: "authorize/rate-limited",
    },
    Key {
        key: "actions.developer_token",
        value: "{command: [./hook, '{client}']}",
        rule: "access-token/developer-token",
    },
    Key { key: "setup", value: "[{command: [./hook]}]", rule: "revoke/post-only" },
];

/// The password of the user whom a command signs in.
fn password() -> String {
    let tree: serde_yaml::Value = serde_yaml::from_str(&rig::reference_with(&[])).unwrap();
    let users = tree["users"].as_mapping().unwrap();
    let (_, user) = users.iter().next().unwrap();
    user["password"].as_str().unwrap().to_owned()
}

/// Those that say their process identifier and run after their command has ended.
fn left(folder: &Path) -> Vec<String> {
    let pids = std::fs::read_to_string(folder.join("pids")).unwrap_or_default();
    let alive = |pid: &&str| {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        // One that has ended may wait for its parent to ask how.
        stat.rsplit_once(") ").is_some_and(|(_, rest)| !rest.starts_with('Z'))
    };
    pids.lines().collect::<BTreeSet<_>>().into_iter().filter(alive).map(str::to_owned).collect()
}

async fn row(at: Key, hook: &'static Hook) -> Vec<String> {
    let (host, hits) = elsewhere().await;
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("elsewhere"), &host.url).unwrap();
    (hook.make)(&folder.path().join("hook"));
    let limits = if hook.is_endless { BRIEF } else { PATIENT };
    let text = rig::reference_with(&[(at.key, at.value), ("limits", limits)]);
    std::fs::write(folder.path().join("profile.yaml"), text).unwrap();
    let profile = folder.path().join("profile.yaml");
    let ran = tokio::task::spawn_blocking(move || {
        let served = Served::start(&[]);
        run(profile.to_str().unwrap(), &[at.rule], &served.url)
    });
    let ran: Ran = ran.await.unwrap();
    let mut wrong = ran.wrong();
    let said = ran.said();
    if ran.passes() {
        wrong.push("a rule passes".to_owned());
    }
    if ran.fails() {
        wrong.push("a rule fails".to_owned());
    }
    if !said.contains(hook.says) {
        wrong.push(format!("does not say {:?}: {}", hook.says, ran.reasons()));
    }
    if said.contains(&password()) {
        wrong.push("the password is shown".to_owned());
    }
    if hits.load(Ordering::SeqCst) > 0 {
        wrong.push("a request went elsewhere".to_owned());
    }
    let left = left(folder.path());
    if !left.is_empty() {
        wrong.push(format!("still runs: {left:?}"));
    }
    wrong.into_iter().map(|text| format!("{} at {}: {text}", hook.name, at.key)).collect()
}

/// How many rows there are, all of which are survived.
async fn survives(rows: Vec<(Key, &'static Hook)>) -> usize {
    let rows = rows.into_iter().map(|(at, hook)| row(at, hook));
    let wrong: Vec<_> = futures::stream::iter(rows).buffer_unordered(AT_ONCE).collect().await;
    let count = wrong.len();
    let wrong = wrong.concat();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    count
}

#[tokio::test(flavor = "multi_thread")]
async fn commands_that_do_anything_but_sign_in_are_survived() {
    let hooks = ANY.iter().chain(ANSWERS);
    assert!(survives(hooks.map(|hook| (LOGIN, hook)).collect()).await >= 30);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_key_that_names_a_command_comes_to_the_same() {
    const KINDS: &[&str] =
        &["never ends", "floods its output", "exit code 1 after escapes", "missing"];
    let hooks = || ANY.iter().filter(|hook| KINDS.contains(&hook.name));
    let rows = KEYS.iter().skip(1).flat_map(|at| hooks().map(|hook| (*at, hook)));
    assert!(survives(rows.collect()).await >= 16);
}

/// The command of an application's profile starts it, and runs as long as it.
#[test]
fn applications_that_do_not_start_are_told() {
    let rows: &[(&str, &str)] = &[
        ("exit 127", "ended with exit status: 127"),
        ("kill -9 $$", "ended with signal: 9"),
        ("echo $$ >> pids; exec sleep 60", "took no connections"),
        ("echo $$ >> pids; trap '' TERM; while :; do sleep 1; done", "took no connections"),
        ("echo $$ >> pids; exec yes", "took no connections"),
        ("printf '\\033[31m::error::owned\\n'; exit 1", "ended with exit status: 1"),
    ];
    for (text, says) in rows {
        let folder = tempfile::tempdir().unwrap();
        let hook = folder.path().join("hook");
        script(&hook, &format!("cd {}\n{text}", folder.path().display()));
        let example = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/applications/example.yaml");
        let start = format!("{{command: ['{}'], within: 300ms}}", hook.display());
        let example = std::fs::read_to_string(example).unwrap();
        let changes = [
            ("start", start.as_str()),
            ("base_url", "'http://127.0.0.1:{port}'"),
            ("authorization_server", ""),
        ];
        let path = folder.path().join("profile.yaml");
        std::fs::write(&path, rig::yaml_with(&example, &changes)).unwrap();
        let mut process = crate::command::command();
        process.args(["run", "--client", "--no-preflight"]).arg(&path);
        let ran = crate::command::watched(&mut process, rig::NOT_HUNG);
        let said = format!("{}{}", ran.ended.out, ran.ended.err);
        assert!(matches!(ran.ended.code, Some(3 | 4)), "{text}: {:?}\n{said}", ran.ended.code);
        assert!(said.contains(says), "{text}: {said}");
        assert!(!said.contains('\u{1b}') && !said.contains("panicked"), "{text}: {said}");
        assert_eq!(left(folder.path()), Vec::<String>::new(), "{text}");
    }
}
