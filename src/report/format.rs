//! The formats of report files.

use super::view::RunView;
use super::{json, junit};

/// A format of report files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// JUnit XML, for CI servers.
    Junit,
    /// The whole run, for other programs and for `oauthspec report`.
    Json,
}

impl Format {
    /// Its name, in messages.
    pub fn name(self) -> &'static str {
        match self {
            Self::Junit => "JUnit",
            Self::Json => "JSON",
        }
    }

    /// The report in this format.
    ///
    /// # Errors
    /// What the library that writes the format says.
    pub fn render(self, run: &RunView) -> Result<Vec<u8>, String> {
        match self {
            Self::Junit => junit::write(run).map_err(|error| error.to_string()),
            Self::Json => {
                json::write(run).map(String::into_bytes).map_err(|error| error.to_string())
            }
        }
    }
}
