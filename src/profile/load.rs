//! Reading a profile, and the written forms of its values.

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Deserializer, de};

use super::defaults;
use super::server::{Profile, Refresh};
use super::yaml::{self, FileError};
use crate::rules::Documents;
use crate::rules::text_file::{self, LARGEST};

/// Why a profile cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProfileError {
    /// It cannot be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// It can be read, but makes no sense.
    #[error("the profile `{name}` cannot be used:\n  {}", .problems.join("\n  "))]
    Unusable {
        /// Name of the profile.
        name: String,
        /// Everything that is wrong, each in one line.
        problems: Vec<String>,
    },
}

/// Reads the profile in this file; `${NAME}` in its values comes from the environment.
///
/// # Errors
/// Where the file cannot be read or is not a profile. Whether the profile makes sense is for
/// [`super::check`] to say.
pub fn load(path: &Path) -> Result<Profile, ProfileError> {
    let mut profile = parse(&path.display().to_string(), &yaml::read(path)?)?;
    private_keys(path, &mut profile)?;
    profile.folder = folder_of(path);
    Ok(profile)
}

/// [`load`], with what the documents of the profile fix where it says nothing. `${file:PATH}` in its
/// values is the content of a file, relative to the profile.
///
/// # Errors
/// Where the file cannot be read or is not a profile.
pub fn load_for(path: &Path, documents: &Documents) -> Result<Profile, ProfileError> {
    let folder = path.parent().unwrap_or_else(|| Path::new("")).to_owned();
    let value = move |name: &str| match name.strip_prefix("file:") {
        Some(file) => {
            let text = text_file::read(&folder.join(file), LARGEST);
            let text = text.map_err(|error| error.to_string())?;
            Ok(Some(text.trim_end_matches(['\r', '\n']).to_owned()))
        }
        None => Ok(std::env::var(name).ok()),
    };
    let name = path.display().to_string();
    let mut profile = parse_from(&name, &yaml::read(path)?, &value, documents)?;
    private_keys(path, &mut profile)?;
    profile.folder = folder_of(path);
    Ok(profile)
}

/// [`parse_with`], with what the documents of the profile fix where it says nothing.
///
/// # Errors
/// Where the text is not a profile.
pub fn parse_for(
    file: &str,
    text: &str,
    env: &dyn Fn(&str) -> Option<String>,
    documents: &Documents,
) -> Result<Profile, ProfileError> {
    parse_from(file, text, &|name| Ok(env(name)), documents)
}

fn parse_from(
    file: &str,
    text: &str,
    env: &yaml::Env<'_>,
    documents: &Documents,
) -> Result<Profile, ProfileError> {
    let mut profile: Profile =
        yaml::parse_after(file, text, Some(env), |tree| defaults::fill(tree, documents))?;
    if profile.name.is_empty() {
        let url = url::Url::parse(&profile.base_url).ok();
        profile.name = url.map_or_else(String::new, |url| url.authority().to_owned());
    }
    Ok(profile)
}

/// The folder that a profile is in.
fn folder_of(path: &Path) -> PathBuf {
    let folder = path.parent().unwrap_or_else(|| Path::new(""));
    // The folder itself where the system does not say where that is.
    std::path::absolute(folder.join(".")).unwrap_or_else(|_| folder.to_owned())
}

/// Reads the files of private keys, which are named relative to the profile.
fn private_keys(path: &Path, profile: &mut Profile) -> Result<(), ProfileError> {
    let folder = path.parent().unwrap_or_else(|| Path::new(""));
    let mut problems = Vec::new();
    for (role, client) in &mut profile.clients {
        let Some(assertion) = &mut client.assertion else { continue };
        let Some(file) = &assertion.private_key_file else { continue };
        match text_file::read(&folder.join(file), LARGEST) {
            Ok(pem) => assertion.private_key = Some(pem.into()),
            Err(error) => {
                problems.push(format!("clients.{role}.assertion.private_key_file: {file} {error}"));
            }
        }
    }
    if problems.is_empty() {
        return Ok(());
    }
    Err(ProfileError::Unusable { name: profile.name.clone(), problems })
}

/// Reads a profile; `file` is its name in messages.
///
/// # Errors
/// Where the text is not a profile.
pub fn parse(file: &str, text: &str) -> Result<Profile, ProfileError> {
    parse_with(file, text, &|name| std::env::var(name).ok())
}

/// [`parse`], with `${NAME}` from `env`.
///
/// # Errors
/// Where the text is not a profile.
pub fn parse_with(
    file: &str,
    text: &str,
    env: &dyn Fn(&str) -> Option<String>,
) -> Result<Profile, ProfileError> {
    Ok(yaml::parse(file, text, Some(&|name| Ok(env(name))))?)
}

/// The longest duration that is taken: a hundred years.
const LONGEST: u64 = 100 * 365 * 86_400;

/// A text that is no duration. Reads on after the text itself, so that a text from the environment
/// need not be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DurationError {
    /// Not a number and a unit.
    #[error("is not a duration; write `500ms`, `30s`, `60m`, `1h` or `60d`")]
    Form,
    /// More than can be waited for.
    #[error("is a duration of more than a hundred years")]
    TooLong,
}

/// Reads `500ms`, `30s`, `60m`, `1h` or `60d`.
///
/// # Errors
/// Where the text is not a whole number and one of these units.
pub fn parse_duration(text: &str) -> Result<Duration, DurationError> {
    let text = text.trim();
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let milliseconds: u64 = match unit.trim_start() {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => return Err(DurationError::Form),
    };
    if number.is_empty() {
        return Err(DurationError::Form);
    }
    number
        .parse::<u64>()
        .ok()
        .and_then(|number| number.checked_mul(milliseconds))
        .map(Duration::from_millis)
        .filter(|duration| duration.as_secs() <= LONGEST)
        .ok_or(DurationError::TooLong)
}

/// A duration in its written form.
pub(super) fn duration<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    deserializer.deserialize_str(DurationText)
}

/// A duration in its written form, or nothing.
pub(super) fn optional_duration<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Duration>, D::Error> {
    #[derive(Deserialize)]
    struct Wrapped(#[serde(deserialize_with = "duration")] Duration);
    Ok(Option::<Wrapped>::deserialize(deserializer)?.map(|Wrapped(duration)| duration))
}

struct DurationText;

impl de::Visitor<'_> for DurationText {
    type Value = Duration;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a duration such as `30s`")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Duration, E> {
        parse_duration(text).map_err(E::custom)
    }
}

impl<'de> Deserialize<'de> for Refresh {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(RefreshText)
    }
}

struct RefreshText;

impl de::Visitor<'_> for RefreshText {
    type Value = Refresh;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("`strict`, `grace 60s` or `none`")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Refresh, E> {
        match text.split_whitespace().collect::<Vec<_>>().as_slice() {
            ["strict"] => Ok(Refresh::Strict),
            ["none"] => Ok(Refresh::None),
            ["grace", time] => parse_duration(time).map(Refresh::Grace).map_err(E::custom),
            _ => Err(E::custom("is not a valid value; known: strict, grace 60s, none")),
        }
    }
}

#[cfg(test)]
#[path = "load_tests.rs"]
mod tests;
