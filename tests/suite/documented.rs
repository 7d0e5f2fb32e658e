//! Every command that the README and `docs/` show is run, as it stands there, in a folder of its own,
//! against the bundled server with a fault: what the pages put in its place is put in [`REPLACED`].

use std::path::Path;

use crate::command::{Served, oauthspec};
use crate::readme::pages;

/// Commands that are not run here, each with the reason.
const NOT_RUN: &[(&str, &str)] = &[
    ("cargo test", "this is it"),
    ("OAUTHSPEC_TARGET=my-server.yaml cargo test --test conformance", "cargo within cargo"),
    ("cargo install --locked --path .", "builds a release; .ci/run installs the packed crate"),
    ("oauthspec fuzz --prove", "takes minutes; tests/suite/fuzz.rs fuzzes a server with a fault"),
    ("oauthspec man run | man -l -", "needs man; tests/suite/manual.rs renders the pages"),
    ("fixtures/targets/judge oidc-provider", "a foreign server; .ci/run judges it"),
    ("fixtures/pairs/run all", "foreign servers, from their registries"),
    ("fixtures/clients/run NAME", "foreign clients; .ci/run runs each"),
];

/// What stands on the pages for what the reader has, and what this test has.
const REPLACED: &[(&str, &str)] = &[
    ("cargo run -- ", "oauthspec "),
    ("cargo run", "oauthspec"),
    ("http://127.0.0.1:8080", "$URL"),
    ("init URL …", "init $URL --user alice"),
    ("alice", "alice@example.com"),
    ("PASSWORD=password", "PASSWORD=test-only-password-of-alice"),
    (":password", ":test-only-password-of-alice"),
    ("ID:SECRET", "default-client:test-only-1nQ7vLz4TbRk8VwC5cYe"),
    ("https://app.example/cb", "https://app.client.example/callback"),
    ("REPORT.json…", "old.json new.json"),
    ("[--json] [--against rfc6749]", "--json --against rfc6749"),
    ("--seconds 300", "--requests 400 --seed 1"),
    // Which line is which, and not that all of it is fine, is shown here: a few rules are enough.
    ("oauthspec prove", "oauthspec prove --dialect box --fault code-works-twice"),
];

/// Rules that take little time, some of which the server breaks.
const FEW: &str = "code/s code/u";

/// The commands of a page, without comments: the lines of its blocks, then what stands in its text.
fn shown(page: &str) -> Vec<String> {
    let (mut lines, mut text) = (Vec::new(), String::new());
    for (number, part) in page.split("```").enumerate() {
        match part.strip_prefix("sh\n") {
            Some(block) if number % 2 == 1 => lines.extend(block.lines()),
            _ if number % 2 == 0 => text += part,
            _ => {}
        }
    }
    let lines = lines.into_iter().filter_map(|line| line.split(" #").next()).map(words);
    let inline = text.split('`').skip(1).step_by(2).map(words).filter(|code| {
        let begins = |it: &&str| code.starts_with(*it) && code.contains(' ');
        ["oauthspec ", "cargo ", "fixtures/"].iter().any(begins)
    });
    lines.chain(inline).filter(|line| !line.is_empty()).collect()
}

fn words(line: &str) -> String {
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A line of the script that runs a command, and the exit codes that the pages promise.
fn written(shown: &str) -> (String, &'static [i32]) {
    let line = REPLACED.iter().fold(shown.to_owned(), |line, (from, to)| line.replace(from, to));
    if line.starts_with("oauthspec serve") {
        return (format!("served {}", line.trim_start_matches("oauthspec ")), &[0]);
    }
    let runs = line.starts_with("oauthspec run ");
    if runs && line.contains("--client my-app.yaml") {
        return (line + " client/state-checked", &[0]);
    }
    if !runs || line.contains("--help") || line.contains("--dry-run") {
        let finds = ["oauthspec fuzz", "oauthspec replay"].iter().any(|it| line.starts_with(it));
        return (line, if finds { &[1] } else { &[0] });
    }
    let codes: &[i32] = match line.as_str() {
        it if it.contains("--expected") || it.contains("--waivers") => &[0],
        it if it.contains("--shard") => &[0, 1],
        _ => &[1],
    };
    (if line.contains(" code ") { line } else { format!("{line} {FEW}") }, codes)
}

/// What the reader does between the commands, and has beforehand.
const BEFORE: &str = r#"
ended() { echo "$?" >>codes; }
served() {
    oauthspec "$@" --port 0 >served & pid=$!
    for _ in 1 2 3 4 5 6 7 8 9 10; do grep -q '^stop with' served && break; sleep 0.2; done
    kill $pid && grep -q '^stop with' served
}
"#;

const REASONS: &str = "sed -i.bak 's/reason: .*/reason: known/' waivers.yaml";

/// Runs the commands of a page, one after the other as a reader would, and says what ended otherwise.
fn run(commands: &[String], folder: &Path, url: &str) -> Vec<String> {
    let lines: Vec<_> = commands.iter().map(|command| written(command)).collect();
    let mut script = BEFORE.to_owned();
    for (line, _) in &lines {
        let fill = if line.contains("--write-waivers") { REASONS } else { "" };
        // A profile is not written over one that is there.
        let clear = if line.contains("--output my-server.yaml") { "rm my-server.yaml" } else { "" };
        script +=
            &format!("{clear}\necho '$ {line}' >&2\n{line} </dev/null >>out\nended\n{fill}\n");
    }
    let path = std::env::var("PATH").unwrap_or_default();
    let output = std::process::Command::new("sh")
        .args(["-c", &script])
        .current_dir(folder)
        .env("PATH", format!("{}:{path}", folder.join("bin").display()))
        .env("OAUTHSPEC", env!("CARGO_BIN_EXE_oauthspec"))
        .env("OAUTHSPEC_USER_PASSWORD", "test-only-password-of-alice")
        .env("URL", url)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    let codes = std::fs::read_to_string(folder.join("codes")).unwrap_or_default();
    let codes: Vec<i32> = codes.lines().map(|code| code.parse().unwrap()).collect();
    assert_eq!(codes.len(), lines.len(), "{said}");
    let wrong = lines.iter().zip(codes).filter(|((_, fine), code)| !fine.contains(code));
    wrong.map(|((line, fine), code)| format!("{line}\n  {code}, not {fine:?}\n{said}")).collect()
}

/// A folder as a reader has it: the program, profiles, and reports of earlier runs.
fn prepared(url: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    std::fs::create_dir(path("bin")).unwrap();
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_oauthspec"), path("bin/oauthspec")).unwrap();
    let profile = std::fs::read_to_string(root.join("fixtures/profiles/oauth.yaml")).unwrap();
    let profile = profile.replace("http://127.0.0.1:8080\n", &format!("{url}\n"));
    std::fs::write(path("my-server.yaml"), profile).unwrap();
    std::fs::copy(root.join("fixtures/applications/started.yaml"), path("my-app.yaml")).unwrap();
    let (profile, report) = (path("my-server.yaml"), path("report.json"));
    let (profile, report) = (profile.display().to_string(), report.display().to_string());
    let few = ["run", &profile, "code/s", "code/u", "--json", &report];
    assert_eq!(oauthspec(&few).code, Some(1));
    for copy in ["old.json", "new.json"] {
        std::fs::copy(&report, path(copy)).unwrap();
    }
    folder
}

/// The commands of a page that are run, and what is wrong with them.
fn tried(name: &str, page: &str) -> (usize, Vec<String>) {
    let is_run = |it: &String| !NOT_RUN.iter().any(|(not, _)| not == it);
    let commands: Vec<String> = shown(page).into_iter().filter(is_run).collect();
    if commands.is_empty() {
        return (0, Vec::new());
    }
    let served = Served::start(&["--dialect", "oauth", "--fault", "code-works-twice"]);
    let folder = prepared(&served.url);
    let wrong = run(&commands, folder.path(), &served.url);
    (commands.len(), wrong.into_iter().map(|it| format!("{name}: {it}")).collect())
}

#[test]
fn every_command_ends_as_the_page_says() {
    let pages = pages();
    let tried: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> =
            pages.iter().map(|(name, page)| scope.spawn(|| tried(name, page))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let seen: usize = tried.iter().map(|(seen, _)| seen).sum();
    assert!(seen > 35, "{seen} commands");
    let wrong: Vec<String> = tried.into_iter().flat_map(|(_, wrong)| wrong).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_is_not_run_is_shown_somewhere_and_has_a_reason() {
    let shown: Vec<String> = pages().iter().flat_map(|(_, page)| shown(page)).collect();
    for (command, reason) in NOT_RUN {
        assert!(shown.iter().any(|it| it == command), "{command} is on no page");
        assert!(!reason.is_empty(), "{command}");
    }
}
