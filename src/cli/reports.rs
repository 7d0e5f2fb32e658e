//! The options for report files.

use std::path::PathBuf;

use crate::report::{Format, Sinks};

/// The report files to write. `-` stands for standard output.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "Reports (`-` writes to standard output)")]
pub struct Reports {
    /// Write a JUnit report to this file
    #[arg(long, value_name = "FILE")]
    pub junit: Option<PathBuf>,
    /// Write a JSON report to this file
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
}

impl Reports {
    /// The files and their formats.
    pub(super) fn sinks(&self) -> Sinks {
        Sinks::new([(Format::Junit, self.junit.clone()), (Format::Json, self.json.clone())])
    }
}
