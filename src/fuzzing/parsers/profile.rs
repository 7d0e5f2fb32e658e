//! Target profiles: whatever stands in the file, it is read or refused in words.

use super::super::oracle::Finding;
use super::finding;
use crate::profile;

/// A file with this text.
///
/// # Errors
/// The first property that does not hold.
pub fn profile(text: &str) -> Result<(), Finding> {
    match profile::parse("profile.yaml", text) {
        Ok(profile) => {
            let judged = profile::check(&profile, &profile.documents);
            said(judged.err().map(|error| error.to_string()))
        }
        Err(error) => said(Some(error.to_string())),
    }
}

fn said(message: Option<String>) -> Result<(), Finding> {
    match message {
        Some(text) if text.trim().is_empty() || text.contains('\0') => {
            finding("profile-message", format!("the message is {text:?}"))
        }
        _ => Ok(()),
    }
}
