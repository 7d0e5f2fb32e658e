//! The command line: picks the transport, the clock and the sinks, and returns the exit code.

mod args;
mod attended;
mod call;
mod dialect;
mod doctor;
mod explain;
mod fuzz;
mod init;
mod interrupt;
mod list;
mod manual;
mod portion;
mod progress;
mod proof;
mod prove;
mod ready;
mod replay;
mod reports;
mod run;
mod searched;
mod serve;
mod target;
mod tested;
mod words;

pub use args::{Additions, Args, Command, Doctor, Run};
pub use call::{Call, run};
pub use doctor::examine;
pub use init::Init;
pub use portion::Portion;
pub use reports::{HttpExchanges, Look, Reports};
pub use run::{Finished, execute};
pub use target::About;

use std::io::IsTerminal;
use std::path::PathBuf;

use clap::Parser;

use crate::report::{self, Style};
use crate::verdict::{ExitCode, Failure};

/// Reads the arguments, does what they say, and returns the exit code.
pub fn main() -> std::process::ExitCode {
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(error) => {
            // The usage text itself goes to standard output, and is no failure.
            let _ = error.print();
            if let Some(hint) = words::instead_of_a_command(&error) {
                eprintln!("{hint}");
            }
            let code = if error.use_stderr() { ExitCode::Usage as u8 } else { 0 };
            return code.into();
        }
    };
    let code = dispatch(args).unwrap_or_else(|failure| {
        eprintln!("oauthspec: {}", report::printable::printable(&failure.message));
        failure.code
    });
    (code as u8).into()
}

fn dispatch(args: Args) -> Result<ExitCode, Failure> {
    match args.command {
        None => block_on(run::main(Run::with_reports()?)),
        Some(Command::Run(run)) => block_on(run::main(run.settled()?)),
        Some(Command::Init(init)) => block_on(init::main(*init)),
        Some(Command::Doctor(doctor)) => block_on(doctor::main(doctor)),
        Some(Command::Prove(prove)) => prove::main(&prove),
        // In process nothing waits, but for a runtime that wants its turn: none is there.
        Some(Command::Fuzz(fuzz)) if fuzz.prove => {
            proof::main(fuzz.seed.unwrap_or(1), fuzz.results.as_deref())
        }
        Some(Command::Fuzz(fuzz)) => block_on(fuzz::main(*fuzz)),
        Some(Command::Report(report)) => reports::main(&report),
        Some(Command::Compare(compare)) => reports::compare(&compare),
        Some(Command::Merge(merge)) => reports::merge(&merge),
        Some(Command::Matrix(matrix)) => reports::matrix(&matrix),
        Some(Command::Replay(replay)) => block_on(replay::main(replay)),
        Some(Command::Serve(serve)) => block_on(serve::main(serve)),
        Some(Command::List(list)) => list::main(&list),
        Some(Command::Explain(explain)) => explain::main(&explain),
        Some(Command::Completions { shell }) => Ok(manual::completions(shell)),
        Some(Command::Man { command }) => manual::page(command.as_deref()),
    }
}

fn block_on<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::internal(format!("no runtime: {error}")))?
        .block_on(work)
}

/// Whether a file that is asked for can be written, before anything is done for it.
fn probe(kind: &'static str, path: Option<&PathBuf>) -> Result<(), Failure> {
    let probed = path.map(|path| report::probe(kind, path));
    probed.transpose().map(|_| ()).map_err(Failure::usage)
}

/// Prints to standard output; a reader that has gone away is no failure of ours.
fn print(text: &str) {
    use std::io::Write;
    let _ = std::io::stdout().lock().write_all(text.as_bytes());
}

/// How the console report looks: `NO_COLOR` and `FORCE_COLOR` are obeyed.
fn console_style(no_color: bool, verbose: bool) -> Style {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let wanted = set("FORCE_COLOR") || std::io::stdout().is_terminal();
    Style { color: wanted && !no_color && !set("NO_COLOR"), verbose }
}

/// Prints to standard error: standard output belongs to a report.
fn print_aside(text: &str) {
    use std::io::Write;
    let _ = std::io::stderr().lock().write_all(text.as_bytes());
}
