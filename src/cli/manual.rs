//! `oauthspec completions` and `oauthspec man`.

use clap::CommandFactory;
use clap_complete::Shell;

use super::args::Args;
use super::print;
use crate::profile::nearest;
use crate::verdict::{ExitCode, Failure};

/// Prints the script for a shell.
pub(super) fn completions(shell: Shell) -> ExitCode {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Args::command(), "oauthspec", &mut script);
    print(&String::from_utf8_lossy(&script));
    ExitCode::Conformant
}

/// Prints the manual page of everything, or of one command.
pub(super) fn page(command: Option<&str>) -> Result<ExitCode, Failure> {
    let mut all = Args::command();
    all.build();
    let described = match command {
        None => all,
        Some(name) => all.find_subcommand(name).cloned().ok_or_else(|| unknown(name, &all))?,
    };
    let mut page = Vec::new();
    let source = concat!("oauthspec ", env!("CARGO_PKG_VERSION"));
    clap_mangen::Man::new(described).source(source).render(&mut page).map_err(Failure::internal)?;
    print(&String::from_utf8_lossy(&page).replace(".SH EXTRA\n", ".SH NOTES\n"));
    Ok(ExitCode::Conformant)
}

fn unknown(name: &str, all: &clap::Command) -> Failure {
    let known: Vec<&str> = all.get_subcommands().map(clap::Command::get_name).collect();
    Failure::usage(format!("`{name}` is not a command; {}", nearest::advice(name, &known)))
}
