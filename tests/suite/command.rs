//! The command as a process.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

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
