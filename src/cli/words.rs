//! The words of `oauthspec run`: a profile and selectors.

use std::path::{Path, PathBuf};

use clap::error::{ContextKind, ContextValue};

use super::Failure;
use crate::profile::nearest;
use crate::report::printable::printable;
use crate::rules::Catalogue;

/// Tells the profile from the selectors: a word is a profile if it looks like a file. It may stand
/// anywhere.
pub(super) fn split(
    words: &[String],
    catalogue: &Catalogue,
) -> Result<(Option<PathBuf>, Vec<String>), Failure> {
    let is_rule = |word: &str| catalogue.rules().iter().any(|rule| rule.id.starts_with(word));
    let (files, selectors): (Vec<&String>, Vec<&String>) = words.iter().partition(|word| {
        is_named_like_a_profile(word) || (!is_rule(word) && is_no_folder(Path::new(word)))
    });
    if let [first, second, ..] = files.as_slice() {
        let text = format!("`{first}` and `{second}` are both profiles; a run has one");
        return Err(Failure::usage(text));
    }
    let alone = files.is_empty() && words.len() == 1;
    for word in selectors.iter().filter(|word| !is_rule(word)) {
        neither(word, alone, catalogue)?;
    }
    let selectors = selectors.into_iter().cloned().collect();
    Ok((files.first().map(PathBuf::from), selectors))
}

/// Whether there is something by this name that is no folder: a file, or what reading it complains of.
fn is_no_folder(path: &Path) -> bool {
    path.symlink_metadata().is_ok() && !path.is_dir()
}

/// Complains of the profile of a command that takes no selectors, where there is no such file.
pub(super) fn only_profile(path: &Path) -> Result<(), Failure> {
    let word = path.display().to_string();
    if is_no_folder(path) || is_named_like_a_profile(&word) || word.contains("://") {
        return Ok(());
    }
    Err(Failure::usage(format!("`{word}` is no profile: there is no such file{}", address(&word))))
}

/// What was meant by a profile or a URL where a command belongs.
pub(super) fn instead_of_a_command(error: &clap::Error) -> Option<String> {
    let Some(ContextValue::String(word)) = error.get(ContextKind::InvalidSubcommand) else {
        return None;
    };
    let is_target = word.contains("://") || is_named_like_a_profile(word);
    let word = printable(word);
    is_target.then(|| format!("\n  tip: to run the rules against it: oauthspec run {word}"))
}

/// What to type instead of an address without its scheme.
fn address(word: &str) -> String {
    let (host, rest) = word.split_once([':', '/']).unwrap_or((word, ""));
    let has_port =
        word[host.len()..].starts_with(':') && rest.starts_with(|c: char| c.is_ascii_digit());
    let scheme = match host {
        "localhost" => "http",
        _ if host.parse::<std::net::IpAddr>().is_ok() => "http",
        _ if has_port => "https",
        _ => return String::new(),
    };
    format!("; if it is a server's URL, write {scheme}://{word}")
}

/// Complains of a word that begins no rule id where more can be said than that.
fn neither(word: &str, alone: bool, catalogue: &Catalogue) -> Result<(), Failure> {
    if word.contains("://") {
        return Err(Failure::usage(format!(
            "`{word}` is a URL; name a profile (a YAML file), and this URL if it is not the \
             profile's: oauthspec run PROFILE --base-url {word}"
        )));
    }
    let names = catalogue.rules().iter().flat_map(|rule| [rule.id.as_str(), rule.area()]);
    let unlike = alone && !word.is_empty() && nearest::nearest(word, names).is_none();
    if unlike || word.starts_with(['.', '/']) {
        let address = address(word);
        return Err(Failure::usage(format!(
            "`{word}` is neither a profile (no such file) nor a prefix of a rule id; \
             `oauthspec list` shows the rules{address}"
        )));
    }
    Ok(())
}

fn is_named_like_a_profile(word: &str) -> bool {
    Path::new(word).extension().is_some_and(|extension| {
        extension.eq_ignore_ascii_case("yaml") || extension.eq_ignore_ascii_case("yml")
    })
}
