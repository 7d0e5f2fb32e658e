//! Levers on the target from outside: its clock, and the profile's hooks.

use std::time::Duration;

use super::Trouble;
use super::flow::Driver;
use super::time::{Born, Side};
use crate::target::{Action, Clock, HttpCall};
use crate::wire::{Origin, Request};
use serde_json::Value;

/// A command that has not ended by then has failed.
const COMMAND_TIMEOUT: Duration = Duration::from_secs(30);

impl Driver {
    /// Lets time pass until something has this age: the clock is moved, or the scenario waits.
    ///
    /// # Errors
    /// Where the profile gives no clock, or moving it failed.
    pub async fn age(&mut self, born: Born, age: Duration, side: Side) -> Result<(), Trouble> {
        let advance = self.timeline.to_move(born, age);
        match self.site.profile.clock.clone() {
            Clock::None => Err(Trouble::Lacking("the profile gives no clock".to_owned())),
            Clock::Real => {
                self.timeline.wait(born, age, side).await;
                Ok(())
            }
            Clock::Http(call) => self.advance(&Action::Http(call), advance).await,
            Clock::Command(command) => self.advance(&Action::Command(command), advance).await,
        }
    }

    async fn advance(&mut self, action: &Action, by: Duration) -> Result<(), Trouble> {
        if by.is_zero() {
            return Ok(());
        }
        self.timeline.moved += by;
        self.act("the clock is moved", action, by.as_secs()).await
    }

    /// Pulls a lever of the profile, or lets it go.
    ///
    /// # Errors
    /// Where the profile has no such hook, or it did not work.
    pub async fn pull(&mut self, name: &str, on: bool) -> Result<(), Trouble> {
        let lever = self
            .site
            .profile
            .hooks
            .get(name)
            .cloned()
            .ok_or_else(|| Trouble::Lacking(format!("the profile gives no hook `{name}`")))?;
        let action = if on { &lever.on } else { &lever.off };
        let label = format!("hook {name} {}", if on { "on" } else { "off" });
        self.act(&label, action, 0).await
    }

    async fn act(&mut self, label: &str, action: &Action, seconds: u64) -> Result<(), Trouble> {
        match action {
            Action::Http(call) => self.call_lever(label, call, seconds).await,
            Action::Command(command) => run(label, command, seconds).await,
        }
    }

    async fn call_lever(
        &mut self,
        label: &str,
        call: &HttpCall,
        seconds: u64,
    ) -> Result<(), Trouble> {
        let fail = |text: String| Trouble::Failed(format!("{label}: {text}"));
        let url = fill(&call.url, &self.site.profile.base_url, seconds);
        let url = self.site.profile.endpoint(&url).map_err(|error| fail(error.to_string()))?;
        let origin = Origin::of(&url).ok_or_else(|| fail(format!("{url} is not http")))?;
        let target = url[::url::Position::BeforePath..].to_owned();
        let mut request = Request::new(call.method.as_deref().unwrap_or("POST"), origin, &target);
        for (name, value) in &call.headers {
            self.journal.secret("hook header", value);
            request.headers.push(name, value.as_bytes());
        }
        if let Some(json) = &call.json {
            request.headers.push("Content-Type", "application/json");
            request.body = fill_json(json, &self.site.profile.base_url, seconds).to_string().into();
        }
        match self.journal.send(&*self.site.transport, label, &request).await {
            Ok(response) if response.status < 400 => Ok(()),
            Ok(response) => Err(fail(format!("the target answered {}", response.status))),
            Err(error) => Err(fail(error.to_string())),
        }
    }
}

fn fill(text: &str, base_url: &str, seconds: u64) -> String {
    text.replace("{seconds}", &seconds.to_string()).replace("{base_url}", base_url)
}

fn fill_json(value: &Value, base_url: &str, seconds: u64) -> Value {
    match value {
        Value::String(text) if text == "{seconds}" => Value::from(seconds),
        Value::String(text) => Value::String(fill(text, base_url, seconds)),
        Value::Array(items) => {
            items.iter().map(|item| fill_json(item, base_url, seconds)).collect()
        }
        Value::Object(members) => members
            .iter()
            .map(|(name, member)| (name.clone(), fill_json(member, base_url, seconds)))
            .collect(),
        other => other.clone(),
    }
}

async fn run(label: &str, command: &[String], seconds: u64) -> Result<(), Trouble> {
    let fail = |text: String| Trouble::Failed(format!("{label}: {text}"));
    let Some((program, arguments)) = command.split_first() else {
        return Err(fail("the command is empty".to_owned()));
    };
    let mut child = tokio::process::Command::new(program);
    child
        .args(arguments.iter().map(|argument| fill(argument, "", seconds)))
        .stdin(std::process::Stdio::null())
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .kill_on_drop(true);
    let status = tokio::time::timeout(COMMAND_TIMEOUT, child.status())
        .await
        .map_err(|_| fail(format!("`{program}` did not end in {} s", COMMAND_TIMEOUT.as_secs())))?
        .map_err(|error| fail(format!("`{program}`: {error}")))?;
    if status.success() { Ok(()) } else { Err(fail(format!("`{program}` ended with {status}"))) }
}
