//! The command as a process.

use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Leaves out what waits on a real clock, for runs that are about something else: `clock` shows the waits.
pub(crate) const NO_WAITS: &str = "--time-budget=2s";

/// What a command came to.
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

pub(crate) fn command() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_oauthspec"));
    command.stdin(Stdio::null()).env_remove("RUST_BACKTRACE").env("NO_COLOR", "1");
    command
}

pub(crate) fn oauthspec(args: &[&str]) -> Ended {
    let output = command().args(args).output().unwrap();
    Ended {
        code: output.status.code(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

pub(crate) fn fine(args: &[&str]) -> String {
    let ended = oauthspec(args);
    assert_eq!(ended.code, Some(0), "{args:?}\n{}{}", ended.out, ended.err);
    ended.out
}

/// What a command came to that was watched while it ran.
pub(crate) struct Watched {
    pub(crate) ended: Ended,
    /// The most memory that it had, in MiB; 0 where the system does not say.
    pub(crate) peak: u64,
}

/// Runs a command that is given so long; one that takes longer is killed, and has no exit code.
pub(crate) fn watched(command: &mut Command, most: Duration) -> Watched {
    const LOOK: Duration = Duration::from_millis(5);
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let file = |name: &str| File::create(path(name)).unwrap();
    let mut child = command.stdout(file("out")).stderr(file("err")).spawn().unwrap();
    let (start, mut peak) = (Instant::now(), 0);
    let code = loop {
        peak = peak.max(memory(child.id()));
        if let Some(status) = child.try_wait().unwrap() {
            break status.code();
        }
        if start.elapsed() > most {
            child.kill().unwrap();
            child.wait().unwrap();
            break None;
        }
        std::thread::sleep(LOOK);
    };
    let text = |name| String::from_utf8_lossy(&std::fs::read(path(name)).unwrap()).into_owned();
    Watched { ended: Ended { code, out: text("out"), err: text("err") }, peak: peak / 1024 }
}

/// The most memory that a command has had so far, in KiB. Until the system has put the command into the
/// new process, it is that of the tests.
fn memory(process: u32) -> u64 {
    let program = std::fs::read_link(format!("/proc/{process}/exe"));
    let own = Path::new(env!("CARGO_BIN_EXE_oauthspec")).canonicalize();
    if program.ok() != own.ok() {
        return 0;
    }
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or_default()
}

/// One message that says all of this, and exit code 2.
pub(crate) fn refused(args: &[&str], says: &[&str]) {
    let Ended { code, out, err } = oauthspec(args);
    assert_eq!(code, Some(2), "{args:?}\n{err}");
    assert!(out.is_empty(), "{args:?} printed {} bytes", out.len());
    let begins = err.matches("oauthspec: ").count() + err.matches("error: ").count();
    assert_eq!(begins, 1, "{args:?}\n{err}");
    assert!(err.starts_with("oauthspec: ") || err.starts_with("error: "), "{args:?}\n{err}");
    assert!(!err.contains("panicked"), "{args:?}\n{err}");
    for text in says {
        assert!(err.contains(text), "{args:?} does not say {text:?}:\n{err}");
    }
}

/// `oauthspec serve` on a free port, ended with this value.
pub(crate) struct Served {
    child: Child,
    pub(crate) url: String,
}

impl Served {
    pub(crate) fn start(args: &[&str]) -> Self {
        let mut child = command()
            .args(["serve", "--port", "0"])
            .args(args)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let url = line.trim().split_once(" on ").unwrap().1.to_owned();
        assert!(url.starts_with("http://127.0.0.1:") && !url.ends_with(":0"), "{url}");
        Self { child, url }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
