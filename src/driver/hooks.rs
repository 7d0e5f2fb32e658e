//! What is done to the target from outside: its clock, the profile's hooks, and the consoles of its
//! developers and administrators.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitStatus;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tokio::io::AsyncReadExt as _;
use tokio::process::Child;
use url::Url;

use super::Unmet;
use super::flow::Driver;
use super::journal::Journal;
use super::time::{Born, Side};
use crate::profile::{Action, Clock, HttpCall, Profile, UrlError};
use crate::wire::{Origin, Request, Response, Transport};

/// A command that has not ended by then has failed.
const COMMAND_TIMEOUT: Duration = Duration::from_secs(30);

/// A command that writes more than this has failed: identifiers and tokens are short.
const MOST_OUTPUT: u64 = 65_536;

/// How long what is in the pipe of a command that has ended may take to be read.
const DRAIN: Duration = Duration::from_millis(200);

/// What stands for the placeholders of actions and operations: `{name}` becomes the value.
#[derive(Debug, Clone, Default)]
pub struct Values(BTreeMap<String, String>);

impl Values {
    /// What the profile itself gives: its things by role, `user.ROLE` and `client.ROLE`.
    pub fn of(profile: &Profile) -> Self {
        let users = profile.users.iter().filter_map(|(role, user)| {
            user.id.as_ref().map(|id| (format!("user.{role}"), id.clone()))
        });
        let clients = profile.clients.iter();
        let clients = clients.map(|(role, client)| (format!("client.{role}"), client.id.clone()));
        let things = profile.things.iter().map(|(role, id)| (role.clone(), id.clone()));
        let base_url = ("base_url".to_owned(), profile.base_url.clone());
        Self(users.chain(clients).chain(things).chain([base_url]).collect())
    }

    /// The same with another value.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.0.insert(name.to_owned(), value.into());
        self
    }

    /// A text with every placeholder filled in that is known.
    pub fn fill(&self, text: &str) -> String {
        let each = |text: String, (name, value): (&String, &String)| {
            text.replace(&format!("{{{name}}}"), value)
        };
        self.0.iter().fold(text.to_owned(), each)
    }

    /// The same in the words of a target: those that it has words of its own for, one by one.
    #[must_use]
    fn in_words(&self, words: &BTreeMap<String, String>) -> Self {
        let own = |word: &str| words.get(word).map_or_else(|| word.to_owned(), Clone::clone);
        let each = self.0.iter().map(|(name, value)| {
            let parts: Vec<String> = value.split(' ').map(own).collect();
            (name.clone(), parts.join(" "))
        });
        Self(each.collect())
    }

    /// The words of the value that a string such as `{scopes:list}` stands for.
    fn list(&self, text: &str) -> Option<Value> {
        let name = text.strip_prefix('{')?.strip_suffix(":list}")?;
        Some(self.0.get(name)?.split_whitespace().map(Value::from).collect())
    }

    /// The same in every string of a JSON value; `{seconds}` and nothing else becomes a number, and
    /// `{scopes:list}` a list.
    pub fn fill_json(&self, value: &Value) -> Value {
        match value {
            Value::String(text) if text == "{seconds}" => {
                let filled = self.fill(text);
                filled.parse::<u64>().map_or(Value::String(filled), Value::from)
            }
            Value::String(text) => {
                self.list(text).unwrap_or_else(|| Value::String(self.fill(text)))
            }
            Value::Array(items) => items.iter().map(|item| self.fill_json(item)).collect(),
            Value::Object(members) => {
                let filled =
                    |(name, member): (&String, &Value)| (name.clone(), self.fill_json(member));
                members.iter().map(filled).collect()
            }
            other => other.clone(),
        }
    }
}

/// What came of something that was tried in a console.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Attempt {
    /// It is done.
    Done,
    /// The console refused it, as this says.
    Refused(String),
}

impl Driver {
    /// Lets time pass until something has this age: the clock is moved, or the scenario waits.
    ///
    /// # Errors
    /// Where the profile defines no clock, or moving it failed.
    pub async fn age(&mut self, born: Born, age: Duration, side: Side) -> Result<(), Unmet> {
        let advance = self.timeline.to_move(born, age);
        self.footprint.waited = true;
        match self.site.profile.clock.clone() {
            Clock::None => Err(Unmet::Lacking("the profile defines no clock".to_owned())),
            Clock::Real => {
                self.timeline.wait(born, age, side).await;
                Ok(())
            }
            Clock::Http(call) => self.advance(&Action::Http(call), advance, side).await,
            Clock::Command(command) => self.advance(&Action::Command(command), advance, side).await,
        }
    }

    async fn advance(&mut self, action: &Action, by: Duration, side: Side) -> Result<(), Unmet> {
        if by.is_zero() {
            return Ok(());
        }
        let before = self.journal.said();
        self.note_move(by);
        self.pull_clock(action, by).await?;
        let shown =
            self.journal.said().zip(before).is_some_and(|(now, then)| now.is_later(then, by));
        // Its answer may have been dated before.
        self.journal.forget_said();
        self.time_passed(action, shown, side).await
    }

    pub(super) async fn pull_clock(&mut self, action: &Action, by: Duration) -> Result<(), Unmet> {
        let values = self.values().with("seconds", by.as_secs().to_string());
        self.act("the clock is moved", action, &values).await.map(|_| ())
    }

    /// What the profile fills placeholders with.
    pub fn values(&self) -> Values {
        Values::of(&self.site.profile)
    }

    /// Does what the profile wants done to the target before a run.
    ///
    /// # Errors
    /// The first step that did not work.
    pub async fn set_up(&mut self) -> Result<(), Unmet> {
        let profile = Arc::clone(&self.site.profile);
        for (index, action) in profile.setup.iter().enumerate() {
            self.act(&format!("setup step {}", index + 1), action, &self.values()).await?;
        }
        Ok(())
    }

    /// Pulls a hook of the profile, or lets it go.
    ///
    /// # Errors
    /// Where the profile has no such hook, or it did not work.
    pub async fn pull(&mut self, name: &str, on: bool) -> Result<(), Unmet> {
        let hook = self
            .site
            .profile
            .hooks
            .get(name)
            .cloned()
            .ok_or_else(|| Unmet::Lacking(format!("the profile defines no hook `{name}`")))?;
        let action = if on { &hook.on } else { &hook.off };
        self.footprint.intervened = true;
        let label = format!("hook {name} {}", if on { "on" } else { "off" });
        self.act(&label, action, &self.values()).await.map(|_| ())
    }

    /// Does something in a console of the target, and gives back what it yields.
    ///
    /// # Errors
    /// Where the profile has no such action, or it did not work.
    pub async fn console(&mut self, name: &str, values: &Values) -> Result<Option<String>, Unmet> {
        let action = self.site.profile.actions.get(name).cloned().ok_or_else(|| {
            Unmet::Lacking(format!("the profile defines no console action `{name}`"))
        })?;
        self.footprint.intervened = true;
        self.act(&format!("console action {name}"), &action, values).await
    }

    /// Tries something in a console of the target that may refuse it.
    ///
    /// # Errors
    /// Where the profile has no such action, or the console did not answer.
    pub async fn attempt(&mut self, name: &str, values: &Values) -> Result<Attempt, Unmet> {
        match self.console(name, values).await {
            Ok(_) => Ok(Attempt::Done),
            Err(Unmet::Failed(text)) => match self.last_refusal() {
                true => Ok(Attempt::Refused(text)),
                false => Err(Unmet::Failed(text)),
            },
            Err(unmet) => Err(unmet),
        }
    }

    /// Whether the last thing that happened is that the target refused what was asked of it: other
    /// statuses say that it could not be asked at all.
    fn last_refusal(&self) -> bool {
        let last = self.journal.exchanges().last();
        let response = last.and_then(|exchange| exchange.response.as_ref().ok());
        response.is_some_and(|response| matches!(response.status, 400 | 403 | 409 | 422))
    }

    async fn act(
        &mut self,
        label: &str,
        action: &Action,
        values: &Values,
    ) -> Result<Option<String>, Unmet> {
        let profile = Arc::clone(&self.site.profile);
        let mut reach = Reach {
            journal: &mut self.journal,
            transport: &*self.site.transport,
            resolve: &|url| profile.endpoint(url),
            folder: &profile.folder,
        };
        reach.act(label, action, values).await
    }
}

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
