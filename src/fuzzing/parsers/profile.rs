//! Target profiles: whatever stands in the file, it is read or refused in words.

use super::super::oracle::Finding;
use super::{CATALOGUE, finding};
use crate::profile;

/// A file with this text.
///
/// # Errors
/// The first property that does not hold.
pub fn profile(text: &str) -> Result<(), Finding> {
    match profile::parse("profile.yaml", text) {
        Ok(profile) => {
            let Some(catalogue) = CATALOGUE.as_ref() else {
                return finding("profile-catalogue", "the catalogue cannot be read".to_owned());
            };
            let judged = profile::check(&profile, &profile.documents, catalogue.documents());
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
