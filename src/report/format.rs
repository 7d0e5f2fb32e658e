//! The formats of report files.

use super::view::RunView;
use super::{har, html, json, junit, markdown, sarif, tap};

/// A format of report files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// JUnit XML, for CI servers.
    Junit,
    /// The whole run, for other programs and for `oauthspec report`.
    Json,
    /// A page for people.
    Html,
    /// SARIF, for code scanning.
    Sarif,
    /// The HTTP exchanges, for tools that show them.
    Har,
    /// A summary, for job pages.
    Markdown,
    /// TAP, for test harnesses.
    Tap,
}

impl Format {
    /// What it makes, in messages.
    pub fn name(self) -> &'static str {
        match self {
            Self::Junit => "JUnit report",
            Self::Json => "JSON report",
            Self::Html => "HTML report",
            Self::Sarif => "SARIF report",
            Self::Har => "HAR report",
            Self::Markdown => "Markdown report",
            Self::Tap => "TAP report",
        }
    }

    /// The report in this format.
    ///
    /// # Errors
    /// What the library that writes the format says.
    pub fn render(self, run: &RunView) -> Result<Vec<u8>, String> {
        let text = match self {
            Self::Junit => return junit::write(run).map_err(|error| error.to_string()),
            Self::Json => json::write(run),
            Self::Har => har::write(run),
            Self::Sarif => sarif::write(run),
            Self::Html => Ok(html::write(run)),
            Self::Markdown => Ok(markdown::write(run)),
            Self::Tap => Ok(tap::write(run)),
        };
        text.map(String::into_bytes).map_err(|error| error.to_string())
    }
}
