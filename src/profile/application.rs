//! The profile of an application under test: one YAML file, read as strictly as a target's.
//! `fixtures/applications/example.yaml` is the commented example.
//!
//! Here the suite plays the authorization server and the user's browser, so the profile says where
//! the application is, how it is configured, and which of its URLs do what.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use serde::Deserialize;

use crate::wire::Secret;
use url::Url;

use super::checks;
use super::control::{Action, Clock};
use super::hosts::{self, Permission};
use super::load::ProfileError;
use super::nearest;
use super::resolve::{UrlError, usable};
use super::yaml;
use crate::rules::Documents;

/// An application under test.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApplicationProfile {
    /// Name for reports.
    pub name: String,
    /// Documents that the application claims to follow; `--against` overrides.
    pub documents: Vec<String>,
    /// URL that relative ones are resolved against; `{port}` in it is a free port, where the suite
    /// starts the application.
    pub base_url: String,
    /// URL that begins a login: it redirects to the authorization endpoint.
    #[serde(default)]
    pub login: Option<String>,
    /// Redirect URI that the application is configured with.
    #[serde(default)]
    pub callback: Option<String>,
    /// URL on which the application uses its access token for the signed-in user.
    #[serde(default)]
    pub uses_token: Option<String>,
    /// Credentials that the application is configured with.
    pub client: ApplicationClient,
    /// Where the application expects its authorization server.
    #[serde(default)]
    pub authorization_server: Option<Place>,
    /// How the suite starts the application, where it does.
    #[serde(default)]
    pub start: Option<Start>,
    /// How time passes for the application; absent: it learns from the API that a token is too old.
    #[serde(default = "no_clock")]
    pub clock: Clock,
    /// Limits that protect the application.
    #[serde(default)]
    pub limits: ApplicationLimits,
    /// Must be `true` for an application that is not on the loopback interface.
    #[serde(default)]
    pub authorized: bool,
    /// Host names that may be spoken to when the application is not on the loopback interface.
    #[serde(default)]
    pub authorized_hosts: Vec<String>,
}

/// What the application says to authenticate.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApplicationClient {
    /// Client identifier.
    pub id: String,
    /// Client secret.
    pub secret: Secret,
}

/// Where the suite's authorization server listens, always on the loopback interface.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// Port.
    pub port: u16,
    /// URL by which the application knows it; absent: `http://127.0.0.1:PORT`.
    #[serde(default)]
    pub url: Option<String>,
}

/// A command that runs the application until it is ended.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Start {
    /// Program and arguments; placeholders are filled in.
    pub command: Vec<String>,
    /// Environment variables; placeholders are filled in.
    #[serde(default)]
    pub environment: BTreeMap<String, String>,
    /// How long it may take until `base_url` accepts connections.
    #[serde(default = "patience", deserialize_with = "super::load::duration")]
    pub within: Duration,
}

fn patience() -> Duration {
    Duration::from_secs(20)
}

/// Limits that protect the application.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ApplicationLimits {
    /// How long one request may take.
    #[serde(deserialize_with = "super::load::duration")]
    pub timeout: Duration,
    /// Requests a second at most; absent: no limit.
    pub requests_per_second: Option<u32>,
    /// Requests in the whole run at most; absent: no limit.
    pub requests: Option<u64>,
}

impl Default for ApplicationLimits {
    fn default() -> Self {
        Self { timeout: Duration::from_secs(5), requests_per_second: None, requests: None }
    }
}

/// Names that may stand in braces in `start`.
pub const PLACEHOLDERS: &[&str] = &[
    "authorize_url",
    "token_url",
    "revoke_url",
    "api_url",
    "client_id",
    "client_secret",
    "redirect_uri",
    "port",
];

/// The port as it stands in `base_url` where the suite chooses it.
const PORT: &str = "{port}";

/// Reads the profile of an application; `${NAME}` in its values comes from the environment.
///
/// # Errors
/// Where the file cannot be read or is not a profile. Whether it makes sense is for
/// [`ApplicationProfile::check`] to say.
pub fn load_application(path: &Path) -> Result<ApplicationProfile, ProfileError> {
    parse_application(&path.display().to_string(), &yaml::read(path)?)
}

/// Reads the profile of an application; `file` is its name in messages.
///
/// # Errors
/// Where the text is not a profile.
pub fn parse_application(file: &str, text: &str) -> Result<ApplicationProfile, ProfileError> {
    Ok(yaml::parse(file, text, Some(&|name| Ok(std::env::var(name).ok())))?)
}

/// An application whose profile names no clock is not waited for.
fn no_clock() -> Clock {
    Clock::None
}

impl ApplicationProfile {
    /// Checks the profile for a run against these documents.
    ///
    /// # Errors
    /// With everything that is wrong, each in one line.
    pub fn check(&self, against: &[String], known: &Documents) -> Result<(), ProfileError> {
        let mut problems = Vec::new();
        checks::documents(&self.documents, against, known, &mut problems);
        self.check_client(&mut problems);
        self.check_start(&mut problems);
        self.check_clock(&mut problems);
        self.check_limits(&mut problems);
        let urls = self.urls(&mut problems);
        let permission =
            Permission { authorized: self.authorized, hosts: &self.authorized_hosts, plain: &[] };
        hosts::hosts(permission, &urls, &mut problems);
        if problems.is_empty() {
            return Ok(());
        }
        Err(ProfileError::Unusable { name: self.name.clone(), problems })
    }

    fn check_client(&self, problems: &mut Vec<String>) {
        for (key, value) in [("id", &*self.client.id), ("secret", &*self.client.secret)] {
            if value.is_empty() {
                let text = "empty; name what the application is configured with";
                problems.push(format!("client.{key}: {text}"));
            }
        }
    }

    fn check_start(&self, problems: &mut Vec<String>) {
        let Some(start) = &self.start else {
            if self.base_url.contains(PORT) {
                problems.push(format!(
                    "base_url: `{PORT}` is a port that the suite chooses, for which it needs `start`"
                ));
            }
            if self.authorization_server.is_none() {
                problems.push(
                    "authorization_server: missing; name the port at which the application \
                     expects it, or say under `start` how the application is told"
                        .to_owned(),
                );
            }
            return;
        };
        checks::command("start.command", &start.command, problems);
        if start.within.is_zero() {
            problems.push("start.within: must be greater than zero".to_owned());
        }
        let words = start.command.iter().map(|word| ("start.command".to_owned(), word));
        let environment = start.environment.iter();
        let environment =
            environment.map(|(name, value)| (format!("start.environment.{name}"), value));
        for (key, text) in words.chain(environment) {
            for name in placeholders(text).filter(|name| !PLACEHOLDERS.contains(name)) {
                let advice = nearest::advice(name, PLACEHOLDERS);
                problems.push(format!("{key}: `{{{name}}}` is not a placeholder; {advice}"));
            }
        }
    }

    fn check_clock(&self, problems: &mut Vec<String>) {
        checks::clock(&self.clock, problems);
        if matches!(self.clock, Clock::Real) {
            problems.push(
                "clock: a real one would take an hour for each access token; give a way to move \
                 it, or leave the key out: the API then refuses the token"
                    .to_owned(),
            );
        }
    }

    fn check_limits(&self, problems: &mut Vec<String>) {
        if self.limits.timeout.is_zero() {
            problems.push("limits.timeout: must be greater than zero".to_owned());
        }
        for (key, zero) in [
            ("requests_per_second", self.limits.requests_per_second == Some(0)),
            ("requests", self.limits.requests == Some(0)),
        ] {
            if zero {
                problems.push(format!("limits.{key}: must be at least 1"));
            }
        }
    }

    /// Every URL that the run may send a request to, with its key.
    fn urls(&self, problems: &mut Vec<String>) -> Vec<(String, Url)> {
        let base = self.on_port(1);
        let call = match &base.clock {
            Clock::Http(call) => Some(call.url.replace("{base_url}", &base.base_url)),
            _ => None,
        };
        let own = base.authorization_server.as_ref().and_then(|place| place.url.as_ref());
        let named = [
            ("base_url", Some(&base.base_url)),
            ("login", base.login.as_ref()),
            ("callback", base.callback.as_ref()),
            ("uses_token", base.uses_token.as_ref()),
            ("clock.http.url", call.as_ref()),
            ("authorization_server.url", own),
        ];
        let mut urls = Vec::new();
        for (key, text) in named.into_iter().filter_map(|(key, text)| Some((key, text?))) {
            match base.url(text) {
                Ok(url) if url.fragment().is_some() => {
                    problems.push(format!("{key}: must not have a fragment"));
                }
                Ok(url) => urls.push((key.to_owned(), url)),
                // What is wrong with the base is wrong with everything relative to it.
                Err(_) if key != "base_url" && base.url("").is_err() => {}
                Err(error) => problems.push(format!("{key}: {error}")),
            }
        }
        urls
    }

    /// The same profile with this port in place of `{port}`.
    #[must_use]
    pub fn on_port(&self, port: u16) -> Self {
        let mut profile = self.clone();
        let port = port.to_string();
        profile.base_url = profile.base_url.replace(PORT, &port);
        for url in [&mut profile.login, &mut profile.callback, &mut profile.uses_token] {
            *url = url.take().map(|url| url.replace(PORT, &port));
        }
        profile
    }

    /// A URL of the application, absolute or relative to `base_url` as a directory.
    ///
    /// # Errors
    /// Where the result is not an http or https URL.
    pub fn url(&self, path: &str) -> Result<Url, UrlError> {
        let mut base = usable(Url::parse(&self.base_url)?)?;
        if !base.path().ends_with('/') {
            base.set_path(&format!("{}/", base.path()));
        }
        base.join(path).map_err(UrlError::from).and_then(usable)
    }

    /// The redirect URI, as the application sends it.
    pub fn redirect_uri(&self) -> Option<String> {
        let callback = self.callback.as_deref()?;
        // What is absolute is written as it is registered, not as a URL library would write it.
        if Url::parse(callback).is_ok() {
            return Some(callback.to_owned());
        }
        self.url(callback).ok().map(String::from)
    }

    /// Whether the profile provides a need, by its written name.
    ///
    /// # Errors
    /// The sentence that says which key is missing.
    pub fn provides(&self, need: &str) -> Result<(), String> {
        let (key, given, what) = match need {
            "login" => ("login", self.login.is_some(), "URL that begins a login"),
            "callback" => ("callback", self.callback.is_some(), "redirect URI"),
            "uses-token" => {
                ("uses_token", self.uses_token.is_some(), "URL that uses the access token")
            }
            _ => return Err(format!("unknown need `{need}`")),
        };
        if given { Ok(()) } else { Err(format!("the profile defines no {what} (`{key}`)")) }
    }

    /// Whether moving its clock sends a request.
    pub fn clock_action(&self) -> Option<Action> {
        match &self.clock {
            Clock::None | Clock::Real => None,
            Clock::Http(call) => Some(Action::Http(call.clone())),
            Clock::Command(words) => Some(Action::Command(words.clone())),
        }
    }
}

/// The names that stand in braces.
fn placeholders(text: &str) -> impl Iterator<Item = &str> {
    text.split('{').skip(1).filter_map(|rest| {
        let (name, _) = rest.split_once('}')?;
        let is_name = !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
        is_name.then_some(name)
    })
}

#[cfg(test)]
#[path = "application_tests.rs"]
mod tests;
