//! `oauthspec report`, and the options for report files.

use std::path::{Path, PathBuf};

use clap::ValueEnum;

use super::args::Additions;
use super::{console_style, print, print_aside};
use crate::report::{
    Format, RunView, Sinks, Style, compare, console, deliver, html, json, matrix, merge,
};
use crate::rules::text_file;
use crate::runner::KeptExchanges;
use crate::verdict::{ExitCode, Failure, RunRecord};

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
    /// Write an HTML report to this file
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
    /// Write a SARIF report to this file
    #[arg(long, value_name = "FILE")]
    pub sarif: Option<PathBuf>,
    /// Write the HTTP exchanges to this file (HAR)
    #[arg(long, value_name = "FILE")]
    pub har: Option<PathBuf>,
    /// Write a summary in Markdown to this file
    #[arg(long, value_name = "FILE")]
    pub markdown: Option<PathBuf>,
    /// Write a TAP report to this file
    #[arg(long, value_name = "FILE")]
    pub tap: Option<PathBuf>,
}

/// How the console report looks.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Look {
    /// List every rule, and show the HTTP exchanges of every scenario that did not pass
    #[arg(long, short)]
    pub verbose: bool,
    /// Do not colour the output
    #[arg(long)]
    pub no_color: bool,
}

impl Look {
    pub(super) fn style(&self) -> Style {
        console_style(self.no_color, self.verbose)
    }
}

/// `oauthspec report`.
#[derive(Debug, clap::Args)]
pub struct Report {
    /// JSON report of a run
    pub run: PathBuf,
    /// Report files.
    #[command(flatten)]
    pub reports: Reports,
    /// How the console report looks.
    #[command(flatten)]
    pub look: Look,
}

/// `oauthspec compare`.
#[derive(Debug, clap::Args)]
pub struct Compare {
    /// JSON report of the earlier run
    pub old: PathBuf,
    /// JSON report of the later run
    pub new: PathBuf,
}

/// `oauthspec merge`.
#[derive(Debug, clap::Args)]
pub struct Merge {
    /// JSON reports of the parts
    #[arg(required = true, value_name = "RUN")]
    pub runs: Vec<PathBuf>,
    /// Report files.
    #[command(flatten)]
    pub reports: Reports,
    /// How the console report looks.
    #[command(flatten)]
    pub look: Look,
    /// Rules of the user's own.
    #[command(flatten)]
    pub additions: Additions,
}

/// `oauthspec matrix`.
#[derive(Debug, clap::Args)]
pub struct Matrix {
    /// JSON reports of runs, one for each server
    #[arg(required = true, value_name = "REPORT")]
    pub runs: Vec<PathBuf>,
    /// Write the matrix as an HTML page to this file
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
    /// Write the matrix as Markdown to this file; without any file it goes to standard output
    #[arg(long, value_name = "FILE")]
    pub markdown: Option<PathBuf>,
    /// Leave out the rules by which a server let somebody in who had to be refused: tell its
    /// maintainers before you publish them
    #[arg(long)]
    pub hold_back_granted: bool,
}

/// Which HTTP exchanges the report files keep.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum HttpExchanges {
    /// Those of scenarios that did not pass
    #[default]
    NotPassed,
    /// Those of every scenario
    All,
}

impl HttpExchanges {
    /// What a run has to keep for them.
    pub(super) fn evidence(self) -> KeptExchanges {
        match self {
            Self::NotPassed => KeptExchanges::NotPassed,
            Self::All => KeptExchanges::All,
        }
    }

    /// What the report files show of a run.
    pub(super) fn view(self, run: &RunRecord) -> RunView {
        match self {
            Self::NotPassed => RunView::without_passing_exchanges(run),
            Self::All => RunView::of(run),
        }
    }
}

impl Reports {
    /// The files and their formats.
    pub(super) fn sinks(&self) -> Sinks {
        let Self { junit, json, html, sarif, har, markdown, tap } = self.clone();
        Sinks::new([
            (Format::Junit, junit),
            (Format::Json, json),
            (Format::Html, html),
            (Format::Sarif, sarif),
            (Format::Har, har),
            (Format::Markdown, markdown),
            (Format::Tap, tap),
        ])
    }
}

/// The report of a run in which everything fails, with all HTTP exchanges, has a tenth of this.
const LARGEST_REPORT: u64 = 256 * 1024 * 1024;

/// Reads the JSON report of a run.
pub(super) fn read(path: &Path) -> Result<RunView, Failure> {
    let name = path.display();
    let text = text_file::read(path, LARGEST_REPORT)
        .map_err(|error| Failure::usage(format!("{name}: {error}")))?;
    json::read(&text).map_err(|error| {
        Failure::usage(format!("{name}: is not the JSON report of a run: {error}"))
    })
}

/// `oauthspec compare`.
pub(super) fn compare(args: &Compare) -> Result<ExitCode, Failure> {
    let found = compare::differences(&read(&args.old)?, &read(&args.new)?);
    print(&compare::write(&found));
    let worse = found.iter().any(|it| it.change == compare::Change::Regression);
    Ok(if worse { ExitCode::Failed } else { ExitCode::Conformant })
}

/// `oauthspec matrix`.
pub(super) fn matrix(args: &Matrix) -> Result<ExitCode, Failure> {
    let mut runs = args.runs.iter().map(|path| read(path)).collect::<Result<Vec<_>, _>>()?;
    if args.hold_back_granted {
        runs.iter_mut().for_each(matrix::hold_back);
    }
    let matrix = matrix::Matrix::of(&runs);
    let stdout = PathBuf::from("-");
    let markdown = args.markdown.as_ref().or_else(|| args.html.is_none().then_some(&stdout));
    let files = [
        (Format::Html, args.html.as_ref(), html::matrix as fn(&matrix::Matrix<'_>) -> String),
        (Format::Markdown, markdown, matrix::write),
    ];
    for (format, path, write) in files {
        if let Some(path) = path {
            deliver(format.name(), path, write(&matrix).as_bytes()).map_err(Failure::usage)?;
        }
    }
    Ok(ExitCode::Conformant)
}

/// `oauthspec merge`.
pub(super) fn merge(args: &Merge) -> Result<ExitCode, Failure> {
    let catalogue = args.additions.catalogue()?;
    let runs = args.runs.iter().map(|path| read(path)).collect::<Result<Vec<_>, _>>()?;
    let place = |id: &str| catalogue.rules().iter().position(|rule| rule.id == id);
    let run = merge::merge(runs, place).map_err(Failure::usage)?;
    show(&run, &args.reports, &args.look)?;
    Ok(run.exit_code())
}

/// `oauthspec report`.
pub(super) fn main(args: &Report) -> Result<ExitCode, Failure> {
    show(&read(&args.run)?, &args.reports, &args.look)?;
    Ok(ExitCode::Conformant)
}

/// Writes the report files of a run, and its console report.
fn show(run: &RunView, files: &Reports, look: &Look) -> Result<(), Failure> {
    let sinks = files.sinks();
    sinks.probe().map_err(Failure::usage)?;
    if let Some(failure) = sinks.write_all(run).first() {
        return Err(Failure::usage(failure));
    }
    let say = if sinks.uses_stdout() { print_aside } else { print };
    say(&console::write(run, look.style()));
    Ok(())
}
