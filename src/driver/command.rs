//! Commands of the profile: how they are run, and what of their output is read.

use std::io::{Error, ErrorKind};
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use tokio::io::AsyncReadExt as _;
use tokio::process::Child;

use crate::profile::{Limits, Profile};

/// A command that writes more than this has failed: redirects, identifiers and tokens are short.
const MOST_OUTPUT: u64 = 65_536;

/// How long what is in the pipe of a command that has ended may take to be read.
const DRAIN: Duration = Duration::from_millis(200);

/// Where commands run, and how long.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// The folder; empty: that of the suite.
    pub folder: &'a Path,
    /// A command that has not ended by then is killed, and has failed.
    pub within: Duration,
}

impl<'a> Place<'a> {
    /// That of the commands of a profile.
    pub(super) fn of(profile: &'a Profile) -> Self {
        Self { folder: &profile.folder, within: profile.limits.command }
    }

    /// That of commands which no profile of a server has.
    pub(super) fn of_suite() -> Self {
        Self { folder: Path::new(""), within: Limits::default().command }
    }
}

/// Runs a program with its arguments and further variables of the environment, and gives back what it
/// writes.
///
/// # Errors
/// Why there is nothing to give back: which program, and what became of it.
pub(super) async fn run(
    words: &[String],
    environment: &[(&str, &str)],
    place: Place<'_>,
) -> Result<String, String> {
    let (program, arguments) =
        words.split_first().ok_or_else(|| "the command is empty".to_owned())?;
    let fail = |text: String| format!("`{program}` {text}");
    let child = spawn(program, arguments, environment, place.folder)
        .map_err(|error| fail(unrunnable(&error, place.folder)))?;
    let (status, written) = tokio::time::timeout(place.within, ended(child))
        .await
        .map_err(|_| {
            let seconds = place.within.as_secs_f64();
            fail(format!("did not end in {seconds} s (limits.command)"))
        })?
        .map_err(|error| fail(error.to_string()))?;
    if !status.success() {
        return Err(fail(format!("ended with {status}")));
    }
    let text =
        String::from_utf8(written).map_err(|_| fail("wrote what is not UTF-8 text".to_owned()))?;
    Ok(text.trim().to_owned())
}

fn spawn(
    program: &str,
    arguments: &[String],
    environment: &[(&str, &str)],
    folder: &Path,
) -> std::io::Result<Child> {
    // A name alone is looked for where the system looks for programs.
    let path = if program.contains('/') { folder.join(program) } else { program.into() };
    let mut command = tokio::process::Command::new(path);
    if !folder.as_os_str().is_empty() {
        command.current_dir(folder);
    }
    command
        .args(arguments)
        .envs(environment.iter().copied())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
}

/// Why a program does not run, and what to look at.
fn unrunnable(error: &Error, folder: &Path) -> String {
    let gone = !folder.as_os_str().is_empty() && !folder.is_dir();
    let hint = match error.kind() {
        ErrorKind::NotFound if gone => "; the folder of the profile is not there",
        ErrorKind::NotFound => {
            "; a path is relative to the folder of the profile, and a name alone is looked for in PATH"
        }
        ErrorKind::PermissionDenied => "; is it a program, and executable?",
        _ => "; a script begins with a line such as `#!/bin/sh`",
    };
    format!("cannot be run: {error}{hint}")
}

/// Waits until a command has ended, and reads what it writes. What it started may live on, and hold
/// the pipe open: nobody waits for that.
async fn ended(mut child: Child) -> std::io::Result<(ExitStatus, Vec<u8>)> {
    let mut written = Vec::new();
    let Some(output) = child.stdout.take() else { return Ok((child.wait().await?, written)) };
    let mut output = output.take(MOST_OUTPUT + 1);
    let status = tokio::select! {
        read = output.read_to_end(&mut written) => {
            read?;
            within(&written)?;
            child.wait().await?
        }
        status = child.wait() => status?,
    };
    // What was written before is in the pipe already.
    let _ = tokio::time::timeout(DRAIN, output.read_to_end(&mut written)).await;
    within(&written)?;
    Ok((status, written))
}

fn within(written: &[u8]) -> std::io::Result<()> {
    if written.len() as u64 <= MOST_OUTPUT {
        return Ok(());
    }
    Err(Error::other(format!("wrote more than {MOST_OUTPUT} bytes")))
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    fn within(within: Duration) -> Place<'static> {
        Place { folder: Path::new(""), within }
    }

    async fn shell(script: &str) -> Result<String, String> {
        let words = ["sh", "-c", script].map(str::to_owned);
        run(&words, &[("GREETING", "hello")], within(Duration::from_secs(60))).await
    }

    #[tokio::test]
    async fn a_command_yields_what_it_writes() {
        assert_eq!(shell("echo; echo a token").await, Ok("a token".to_owned()));
        assert_eq!(shell("true").await, Ok(String::new()));
        assert_eq!(shell("echo $GREETING").await, Ok("hello".to_owned()));
        let refused = shell("exit 3").await.unwrap_err();
        assert!(refused.starts_with("`sh` ended with exit status: 3"), "{refused}");
        let killed = shell("kill -9 $$").await.unwrap_err();
        assert!(killed.starts_with("`sh` ended with signal: 9"), "{killed}");
        assert_eq!(shell("printf '\\377'").await.unwrap_err(), "`sh` wrote what is not UTF-8 text");
    }

    #[tokio::test]
    async fn what_a_command_leaves_behind_is_not_waited_for() {
        let start = Instant::now();
        assert_eq!(shell("echo done; sleep 20 &").await, Ok("done".to_owned()));
        assert!(start.elapsed() < Duration::from_secs(15), "{:?}", start.elapsed());
    }

    #[tokio::test]
    async fn a_flood_of_output_is_refused() {
        let said = shell("exec head -c 300000000 /dev/zero").await.unwrap_err();
        assert_eq!(said, "`sh` wrote more than 65536 bytes");
    }

    #[tokio::test]
    async fn a_command_that_does_not_end_is_ended() {
        let words = ["sh", "-c", "trap '' TERM; sleep 60"].map(str::to_owned);
        let said = run(&words, &[], within(Duration::from_millis(300))).await.unwrap_err();
        assert_eq!(said, "`sh` did not end in 0.3 s (limits.command)");
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn a_command_runs_in_the_folder_of_its_profile() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("hook");
        std::fs::write(&path, "#!/bin/sh\ncat \"$1\"\n").unwrap();
        let place = Place { folder: folder.path(), within: Duration::from_secs(60) };
        let words = ["./hook".to_owned(), "text".to_owned()];
        let refused = run(&words, &[], place).await.unwrap_err();
        assert!(refused.ends_with("is it a program, and executable?"), "{refused}");
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        std::fs::write(folder.path().join("text"), "found\n").unwrap();
        assert_eq!(run(&words, &[], place).await, Ok("found".to_owned()));
        std::fs::remove_dir_all(folder.path()).unwrap();
        let refused = run(&words, &[], place).await.unwrap_err();
        assert!(refused.ends_with("the folder of the profile is not there"), "{refused}");
    }
}
