//! Actions of the profile on the target, from outside: an HTTP call, or a command.

use std::path::Path;
use std::process::ExitStatus;
use std::time::Duration;

use serde_json::Value;
use tokio::io::AsyncReadExt as _;
use tokio::process::Child;
use url::Url;

use super::Unmet;
use super::journal::Journal;
use super::placeholders::Values;
use crate::profile::{Action, HttpCall, UrlError};
use crate::wire::{Origin, Request, Response, Transport};

/// A command that has not ended by then has failed.
const COMMAND_TIMEOUT: Duration = Duration::from_secs(30);

/// A command that writes more than this has failed: identifiers and tokens are short.
const MOST_OUTPUT: u64 = 65_536;

/// How long what is in the pipe of a command that has ended may take to be read.
const DRAIN: Duration = Duration::from_millis(200);

/// How an action reaches what is under test.
pub(super) struct Reach<'a> {
    pub(super) journal: &'a mut Journal,
    pub(super) transport: &'a dyn Transport,
    /// Resolves a URL against that of the target.
    pub(super) resolve: &'a (dyn Fn(&str) -> Result<Url, UrlError> + Sync),
    /// Where commands run; empty: where the suite does.
    pub(super) folder: &'a Path,
}

impl Reach<'_> {
    /// Does it, and gives back what it yields.
    pub(super) async fn act(
        &mut self,
        label: &str,
        action: &Action,
        values: &Values,
    ) -> Result<Option<String>, Unmet> {
        match action {
            Action::Http(call) => self.call(label, call, values).await,
            Action::Command(command) => run(label, command, values, self.folder).await,
        }
    }

    async fn call(
        &mut self,
        label: &str,
        call: &HttpCall,
        values: &Values,
    ) -> Result<Option<String>, Unmet> {
        let fail = |text: String| Unmet::Failed(format!("{label}: {text}"));
        let values = &values.in_words(&call.words);
        let url = values.fill(&call.url);
        let url = (self.resolve)(&url).map_err(|error| fail(error.to_string()))?;
        let origin = Origin::of(&url).ok_or_else(|| fail(format!("{url} is not http")))?;
        let target = url[url::Position::BeforePath..].to_owned();
        let mut request = Request::new(call.method.as_deref().unwrap_or("POST"), origin, &target);
        for (name, value) in &call.headers {
            self.journal.secret("hook header", value);
            request.headers.push(name, value.as_bytes());
        }
        if let Some(json) = &call.json {
            request.headers.push("Content-Type", "application/json");
            request.body = values.fill_json(json).to_string().into();
        }
        match self.journal.send(self.transport, label, &request).await {
            Ok(response) if response.status < 400 => {
                yielded(call, &response).map_err(|text| fail(text.to_owned()))
            }
            Ok(response) => Err(fail(format!("the target answered {}", response.status))),
            Err(error) => Err(fail(error.to_string())),
        }
    }
}

/// What an action yields by its `result`.
fn yielded(call: &HttpCall, response: &Response) -> Result<Option<String>, &'static str> {
    let Some(pointer) = &call.result else { return Ok(None) };
    let body: Value = serde_json::from_slice(&response.body).unwrap_or_default();
    match body.pointer(pointer) {
        Some(Value::String(text)) => Ok(Some(text.clone())),
        _ => Err("the answer has no text at the pointer that `result` names"),
    }
}

/// Runs a command; what it writes is what it yields.
async fn run(
    label: &str,
    command: &[String],
    values: &Values,
    folder: &Path,
) -> Result<Option<String>, Unmet> {
    let fail = |text: String| Unmet::Failed(format!("{label}: {text}"));
    let Some((program, arguments)) = command.split_first() else {
        return Err(fail("the command is empty".to_owned()));
    };
    // A name alone is looked for where the system looks for programs.
    let path = if program.contains('/') { folder.join(program) } else { program.into() };
    let mut child = tokio::process::Command::new(path);
    if !folder.as_os_str().is_empty() {
        child.current_dir(folder);
    }
    child
        .args(arguments.iter().map(|argument| values.fill(argument)))
        .stdin(std::process::Stdio::null())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::null())
        .kill_on_drop(true);
    let child = child.spawn().map_err(|error| fail(format!("`{program}`: {error}")))?;
    let (status, written) = tokio::time::timeout(COMMAND_TIMEOUT, ended(child))
        .await
        .map_err(|_| fail(format!("`{program}` did not end in {} s", COMMAND_TIMEOUT.as_secs())))?
        .map_err(|error| fail(format!("`{program}`: {error}")))?;
    if !status.success() {
        return Err(fail(format!("`{program}` ended with {status}")));
    }
    let written = String::from_utf8_lossy(&written).trim().to_owned();
    Ok(Some(written).filter(|text| !text.is_empty()))
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
    Err(std::io::Error::other(format!("it wrote more than {MOST_OUTPUT} bytes")))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::time::Instant;

    use serde_json::json;

    use super::*;

    async fn shell(script: &str) -> Result<Option<String>, Unmet> {
        let command = ["sh", "-c", script].map(str::to_owned);
        run("hook", &command, &Values::default(), Path::new("")).await
    }

    #[tokio::test]
    async fn a_command_yields_what_it_writes() {
        assert_eq!(shell("echo; echo a token").await, Ok(Some("a token".to_owned())));
        assert_eq!(shell("true").await, Ok(None));
        let refused = shell("exit 3").await.unwrap_err().to_string();
        assert!(refused.starts_with("hook: `sh` ended with exit status: 3"), "{refused}");
    }

    #[tokio::test]
    async fn what_a_command_leaves_behind_is_not_waited_for() {
        let start = Instant::now();
        assert_eq!(shell("echo done; sleep 20 &").await, Ok(Some("done".to_owned())));
        assert!(start.elapsed() < Duration::from_secs(15), "{:?}", start.elapsed());
    }

    #[tokio::test]
    async fn a_flood_of_output_is_refused() {
        let said = shell("exec head -c 300000000 /dev/zero").await.unwrap_err().to_string();
        assert_eq!(said, "hook: `sh`: it wrote more than 65536 bytes");
    }

    #[test]
    fn a_target_has_words_and_lists_of_its_own() {
        let values = Values::default().with("scopes", "read write").with("seconds", "5");
        let words = BTreeMap::from([("read".to_owned(), "R".to_owned())]);
        let asked = json!({"all": "{scopes:list}", "text": "<{scopes}>", "n": "{seconds}"});
        let filled = values.in_words(&words).fill_json(&asked);
        assert_eq!(filled, json!({"all": ["R", "write"], "text": "<R write>", "n": 5}));
        assert_eq!(values.fill_json(&json!("{other:list}")), json!("{other:list}"));
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn a_command_runs_in_the_folder_of_its_profile() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("hook");
        std::fs::write(&path, "#!/bin/sh\ncat \"$1\"\n").unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        std::fs::write(folder.path().join("text"), "found\n").unwrap();
        let command = ["./hook".to_owned(), "text".to_owned()];
        let said = run("x", &command, &Values::default(), folder.path()).await;
        assert_eq!(said, Ok(Some("found".to_owned())));
    }
}
