//! A run from Rust, for people's own `#[test]`.

use std::fmt;
use std::path::Path;

use clap::Parser;
use futures::future::{FutureExt, LocalBoxFuture};

use super::args::{Args, Command, Run};
use super::{Failure, Finished, block_on, execute};
use crate::report::view::{RuleView, ScenarioView};
use crate::report::{Style, console, printable};
use crate::verdict::ExitCode;

/// Runs the rules against a server: `target` is a profile (a YAML file, relative to the working
/// folder, which is the package's in `cargo test`) or a URL. Nothing happens before the call is
/// awaited, or ended with [`Call::blocking`].
///
/// ```
/// #[tokio::test]
/// async fn my_server_conforms() {
///     let run = oauthspec::run("my-server.yaml").args(["code", "--against", "rfc6749"]).await.unwrap();
///     assert!(run.conforms(), "{run}");
/// }
/// ```
pub fn run(target: impl AsRef<Path>) -> Call {
    Call { words: vec![target.as_ref().display().to_string()] }
}

/// A run that has not begun.
#[must_use = "nothing runs before it is awaited, or `blocking()` is called"]
#[derive(Debug, Clone)]
pub struct Call {
    words: Vec<String>,
}

impl Call {
    /// Adds arguments of `oauthspec run`: prefixes of rule ids, and options such as `--base-url URL` or
    /// `--junit FILE`.
    pub fn args<T: Into<String>>(mut self, args: impl IntoIterator<Item = T>) -> Self {
        self.words.extend(args.into_iter().map(Into::into));
        self
    }

    /// Runs to the end, on a runtime of its own.
    ///
    /// # Errors
    /// What has to be mended before anything is sent; or there is a runtime here: then await the call.
    pub fn blocking(self) -> Result<Finished, Failure> {
        if tokio::runtime::Handle::try_current().is_ok() {
            return Err(Failure::usage("in an async function, await the call instead of blocking"));
        }
        block_on(self.into_future())
    }

    fn parsed(&self) -> Result<Run, Failure> {
        let words = ["oauthspec", "run"].into_iter().chain(self.words.iter().map(String::as_str));
        let args = Args::try_parse_from(words).map_err(|error| Failure::usage(error.render()))?;
        let Some(Command::Run(run)) = args.command else {
            return Err(Failure::internal("expected the arguments of a run"));
        };
        if run.dry_run {
            return Err(Failure::usage("--dry-run is for the command line"));
        }
        run.settled()
    }
}

impl IntoFuture for Call {
    type Output = Result<Finished, Failure>;
    type IntoFuture = LocalBoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        async move { execute(&self.parsed()?, std::future::pending().boxed()).await }.boxed_local()
    }
}

impl Finished {
    /// Whether `oauthspec run` would end with exit code 0: nothing failed, and everything was judged.
    pub fn conforms(&self) -> bool {
        self.code == ExitCode::Conformant
    }

    /// The scenarios that failed or could not be judged, each with its rule.
    pub fn failures(&self) -> impl Iterator<Item = (&RuleView, &ScenarioView)> {
        self.view.scenarios().filter(|(_, scenario)| scenario.verdict.is_red())
    }
}

/// The console report.
impl fmt::Display for Finished {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&console::write(&self.view, Style::default()))?;
        self.remarks.iter().try_for_each(|text| writeln!(f, "{}", printable::printable(text)))
    }
}

impl fmt::Debug for Finished {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
