//! Arguments.

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Parser, Subcommand};

use super::init::Init;
use super::portion::Portion;
use super::reports::{Compare, HttpExchanges, Look, Matrix, Merge, Report, Reports};
use super::target::About;
use crate::profile::parse_duration;
use crate::rules::{Catalogue, Level};
use crate::verdict::Failure;

const AFTER: &str = "Exit codes: 0 nothing failed; 1 a rule failed, or a waiver is stale; 2 usage or \
configuration, or nothing selected; 3 no connection to the target; 4 a rule could not be judged; \
70 internal error. When several apply: 70, 3, 1, 4, 0.\n\nWithout a command the suite runs against \
the bundled server and writes reports/report.html, reports/junit.xml and \
reports/report.json.";

/// Conformance test suite for OAuth 2.0 authorization servers.
#[derive(Debug, Parser)]
#[command(name = "oauthspec", version, about, after_help = AFTER)]
pub struct Args {
    /// The command; none runs the suite against the bundled server.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the rules against a target
    Run(Box<Run>),
    /// Write a profile for the server at a URL: metadata, registration, trial
    Init(Box<Init>),
    /// Check a profile: endpoints, login, clients, users, clock and hooks
    Doctor(Doctor),
    /// Prove the rules: run them against every fault of the bundled server
    Prove(Prove),
    /// Fuzz a target with generated requests and sessions, judged by a model
    Fuzz(Box<Fuzz>),
    /// Write reports from the JSON report of a run
    Report(Report),
    /// Compare the JSON reports of two runs; exit code 1 if a scenario fails that did not
    Compare(Compare),
    /// Merge the JSON reports of the parts of a run; exit code as if it had been one run
    Merge(Merge),
    /// Show the JSON reports of several servers side by side: rules, servers, evidence
    Matrix(Matrix),
    /// Replay a finding of the fuzzer and report whether it is reproduced or fixed
    Replay(Replay),
    /// Run the bundled server for manual use and for clients
    Serve(Serve),
    /// List the rules
    List(List),
    /// Show a rule in full
    Explain(Explain),
    /// Print a script that completes commands and options in a shell
    Completions {
        /// Shell that reads it
        shell: clap_complete::Shell,
    },
    /// Print the manual page of oauthspec or of one of its commands (roff, for man)
    Man {
        /// Command to describe, instead of oauthspec as a whole
        command: Option<String>,
    },
}

/// What a command adds to the rules of this build.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Additions {
    /// Add the rules.yaml, documents/*.yaml and *.feature files of this folder to the built-in ones;
    /// may be given more than once
    #[arg(long, value_name = "DIR")]
    pub features: Vec<PathBuf>,
}

impl Additions {
    /// The catalogue with what is added to it.
    pub(super) fn catalogue(&self) -> Result<Catalogue, Failure> {
        Catalogue::with(&self.features).map_err(|error| self.failure(error))
    }

    /// What is wrong with an added file can be mended; what is wrong with ours is our own fault.
    pub(super) fn failure(&self, error: impl std::fmt::Display) -> Failure {
        if self.features.is_empty() { Failure::internal(error) } else { Failure::usage(error) }
    }
}

/// `oauthspec run`.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(after_help = AFTER)]
pub struct Run {
    /// Target profile (a YAML file) or URL, then prefixes of rule ids; without either the bundled
    /// server is the target
    #[arg(value_name = "PROFILE | URL | SELECTOR")]
    pub words: Vec<String>,
    /// With a URL: identifier and secret of a client that is registered there; nothing is split off an
    /// identifier that is a URL. Else: test an application instead of a server, with the suite as its
    /// authorization server; without a profile the bundled application is the target
    #[arg(
        long = "client",
        value_name = "ID:SECRET",
        num_args = 0..=1,
        default_missing_value = "",
        action = clap::ArgAction::Append
    )]
    pub clients: Vec<String>,
    /// Whether an application is tested.
    #[arg(skip)]
    pub client: bool,
    /// What else is known of the server at a URL.
    #[command(flatten)]
    pub about: About,
    /// Dialect of the bundled server, where no profile is given
    #[arg(long, value_name = "ID", conflicts_with = "clients")]
    pub dialect: Option<String>,
    /// URL to use instead of the profile's base_url
    #[arg(long, value_name = "URL")]
    pub base_url: Option<String>,
    /// Documents to judge against, separated by commas, instead of the profile's
    #[arg(long, value_delimiter = ',', value_name = "DOCUMENTS")]
    pub against: Vec<String>,
    /// Run only rules of at least this level: must, derived-critical, should, derived or may
    #[arg(long, value_parser = level)]
    pub level: Option<Level>,
    /// Leave out rules whose ids begin with this prefix
    #[arg(long, value_delimiter = ',', value_name = "SELECTOR")]
    pub exclude: Vec<String>,
    /// Which part of it.
    #[command(flatten)]
    pub portion: Portion,
    /// Treat warnings as failures
    #[arg(long)]
    pub strict: bool,
    /// Show what would run, and why the rest would not, without sending a request
    #[arg(long)]
    pub dry_run: bool,
    /// A person is there to sign in (`login.person` of the profile), although no terminal is
    #[arg(long)]
    pub attended: bool,
    /// Judge the rules even if a valid authorization, code redemption or API call fails
    #[arg(long)]
    pub no_preflight: bool,
    /// Maximum number of scenarios that run at the same time
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub concurrency: Option<u16>,
    /// Time limit of a request, for instance 1s
    #[arg(long, value_name = "TIME", value_parser = duration)]
    pub timeout: Option<Duration>,
    /// Maximum time that a scenario may wait on a real clock, for instance 40s
    #[arg(long, value_name = "TIME", value_parser = duration)]
    pub time_budget: Option<Duration>,
    /// Seed of generated values
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
    /// Try each scenario that fails again, up to N times: one that passes then is reported as unstable,
    /// and stays a failure
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = clap::value_parser!(u8).range(..=10))]
    pub retries: u8,
    /// End the run as soon as N scenarios have failed
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub max_failures: Option<u16>,
    /// Report files.
    #[command(flatten)]
    pub reports: Reports,
    /// Read waivers (known and accepted failures) from this file
    #[arg(long, value_name = "FILE")]
    pub waivers: Option<PathBuf>,
    /// Write a waiver for each failure without one to this file, with the reasons to fill in
    #[arg(long, value_name = "FILE")]
    pub write_waivers: Option<PathBuf>,
    /// Fail the run if its verdicts differ from those in this file
    #[arg(long, value_name = "FILE")]
    pub expected: Option<PathBuf>,
    /// Write the verdicts of this run to this file, for --expected
    #[arg(long, value_name = "FILE")]
    pub write_expected: Option<PathBuf>,
    /// Fail the run if any rule is not applicable
    #[arg(long)]
    pub fail_on_skip: bool,
    /// Fail the run if fewer rules than this were executed
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub min_executed: usize,
    /// HTTP exchanges that the report files keep
    #[arg(long, value_enum, value_name = "WHICH", default_value_t)]
    pub http_exchanges: HttpExchanges,
    /// How the console report looks.
    #[command(flatten)]
    pub look: Look,
    /// Rules of the user's own.
    #[command(flatten)]
    pub additions: Additions,
}

impl Run {
    /// The run without a command: the bundled server, with reports under `reports/`.
    ///
    /// # Errors
    /// The folder cannot be created.
    pub fn with_reports() -> Result<Self, Failure> {
        let folder = PathBuf::from("reports");
        std::fs::create_dir_all(&folder).map_err(|error| {
            Failure::usage(format!("cannot create the folder `reports`: {error}"))
        })?;
        Ok(Self {
            reports: Reports {
                junit: Some(folder.join("junit.xml")),
                json: Some(folder.join("report.json")),
                html: Some(folder.join("report.html")),
                ..Reports::default()
            },
            ..Self::default()
        })
    }
}

/// `oauthspec prove`.
#[derive(Debug, clap::Args)]
pub struct Prove {
    /// Run only the server in this dialect; can be given more than once
    #[arg(long, value_name = "ID")]
    pub dialect: Vec<String>,
    /// Judge only by these documents, separated by commas
    #[arg(long, value_name = "DOCUMENTS", value_delimiter = ',')]
    pub against: Vec<String>,
    /// Run only against this fault; can be given more than once
    #[arg(long, value_name = "NAME")]
    pub fault: Vec<String>,
    /// Run only against this variant; can be given more than once
    #[arg(long, value_name = "NAME")]
    pub variant: Vec<String>,
    /// Also run scenarios that the fault or variant cannot affect
    #[arg(long)]
    pub every_scenario: bool,
    /// Try each fault and variant by one document only, in about a fifth of the time
    #[arg(long)]
    pub once: bool,
    /// Instead, try N combinations of variants by each document: none may fail a rule
    #[arg(long, value_name = "N", conflicts_with_all = ["fault", "variant", "every_scenario", "once"])]
    pub combined: Option<usize>,
    /// Seed of the combinations; the same seed repeats them
    #[arg(long, value_name = "N", requires = "combined", default_value_t = 1)]
    pub seed: u64,
    /// Write the matrix as JSON to this file
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
}

const AFTER_FUZZ: &str = "Exit codes: 0 no finding; 1 a finding, with a replay file in the \
folder of --out; 2 usage or configuration; 3 no connection to the target; 4 a valid flow does not \
work, so that nothing could be judged; 70 internal error.\n\nRequests are sent one after the \
other. A target that is not on the loopback interface receives at most 10 requests a second, \
unless the profile or --rate says otherwise. Only the client of role `sacrificial` is tried with \
wrong secrets.";

/// `oauthspec fuzz`.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_FUZZ)]
pub struct Fuzz {
    /// Target profile (a YAML file); without one the bundled server is the target
    pub profile: Option<PathBuf>,
    /// Dialect of the bundled server, where no profile is given
    #[arg(long, value_name = "ID")]
    pub dialect: Option<String>,
    /// URL to use instead of the profile's base_url
    #[arg(long, value_name = "URL")]
    pub base_url: Option<String>,
    /// Documents to judge against, separated by commas, instead of the profile's
    #[arg(long, value_delimiter = ',', value_name = "DOCUMENTS")]
    pub against: Vec<String>,
    /// Stop after this many seconds; 60 if neither this nor --requests is given
    #[arg(long, alias = "duration", value_name = "N", conflicts_with = "requests")]
    pub seconds: Option<u64>,
    /// Stop after this many requests
    #[arg(long, value_name = "N")]
    pub requests: Option<u64>,
    /// Seed of generated requests; the same seed repeats them
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
    /// Maximum number of requests a second
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub rate: Option<u32>,
    /// Part of the server to fuzz
    #[arg(long, value_enum, default_value_t)]
    pub target: Aim,
    /// Time limit of a request, for instance 1s
    #[arg(long, value_name = "TIME", value_parser = duration)]
    pub timeout: Option<Duration>,
    /// Folder for replay files of findings
    #[arg(long, value_name = "FOLDER", default_value = "reports/fuzz")]
    pub out: PathBuf,
    /// Report files.
    #[command(flatten)]
    pub reports: Reports,
    /// Treat warnings as failures
    #[arg(long)]
    pub strict: bool,
    /// Show the HTTP exchanges of every finding
    #[arg(long, short)]
    pub verbose: bool,
    /// Do not colour the output
    #[arg(long)]
    pub no_color: bool,
    /// Prove the fuzzer: search for faults of the bundled server and of broken parsers
    #[arg(long, conflicts_with_all = ["profile", "dialect", "base_url", "against", "target", "junit", "json"])]
    pub prove: bool,
    /// With --prove: write each search to this file, and leave out those that are in it
    #[arg(long, value_name = "FILE", requires = "prove")]
    pub results: Option<PathBuf>,
    /// Rules of the user's own.
    #[command(flatten)]
    pub additions: Additions,
}

/// The part of the server to fuzz.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum Aim {
    /// Everything
    #[default]
    All,
    /// The token endpoint
    Token,
    /// The authorization endpoint
    Authorize,
    /// The revocation endpoint
    Revoke,
    /// Sessions of valid requests in any order
    Session,
}

/// `oauthspec replay`.
#[derive(Debug, clap::Args)]
pub struct Replay {
    /// Replay file written by `oauthspec fuzz` (a YAML file)
    pub file: PathBuf,
    /// Target profile (a YAML file); without one the bundled server is the target
    pub profile: Option<PathBuf>,
    /// Dialect of the bundled server, where no profile is given
    #[arg(long, value_name = "ID")]
    pub dialect: Option<String>,
    /// URL to use instead of the profile's base_url
    #[arg(long, value_name = "URL")]
    pub base_url: Option<String>,
    /// Rules of the user's own.
    #[command(flatten)]
    pub additions: Additions,
}

/// `oauthspec doctor`.
#[derive(Debug, clap::Args)]
pub struct Doctor {
    /// Target profile (a YAML file)
    pub profile: PathBuf,
    /// Check the profile of an application instead of a server
    #[arg(long)]
    pub client: bool,
    /// Print the profile with the changes that work, the findings as comments, and secrets as ${NAME}
    #[arg(long, conflicts_with = "client")]
    pub fix: bool,
    /// URL to use instead of the profile's base_url
    #[arg(long, value_name = "URL")]
    pub base_url: Option<String>,
    /// Rules of the user's own.
    #[command(flatten)]
    pub additions: Additions,
}

/// `oauthspec serve`.
#[derive(Debug, clap::Args)]
pub struct Serve {
    /// Port to listen on; 0 for a free port
    #[arg(long, default_value_t = 8080)]
    pub port: u16,
    /// Port of the identity provider for single sign-on; the next port if not given
    #[arg(long, value_name = "PORT")]
    pub sign_on_port: Option<u16>,
    /// Address to listen on; anything but loopback needs --expose
    #[arg(long, default_value = "127.0.0.1")]
    pub address: IpAddr,
    /// Allow an address that is not loopback; the test passwords of this server are public
    #[arg(long)]
    pub expose: bool,
    /// Accept TLS connections only, with a generated certificate
    #[arg(long)]
    pub tls: bool,
    /// Disable the control endpoints, which move the clock and switch hooks
    #[arg(long)]
    pub no_control: bool,
    /// Dialect of the server: its endpoints, choices and texts
    #[arg(long, value_name = "ID")]
    pub dialect: Option<String>,
    /// Documents that the server is to satisfy, separated by commas: where they leave no choice, their
    /// policies replace those of the dialect
    #[arg(long, value_delimiter = ',', value_name = "DOCUMENTS")]
    pub document: Vec<String>,
    /// Documents of the user's own.
    #[command(flatten)]
    pub additions: Additions,
    /// Enterprises, users and applications (a YAML file) instead of those of the dialect
    #[arg(long, value_name = "FILE")]
    pub world: Option<PathBuf>,
    /// Enable a fault; can be given more than once
    #[arg(long, value_name = "NAME")]
    pub fault: Vec<String>,
    /// Enable a conforming variant; can be given more than once
    #[arg(long, value_name = "NAME")]
    pub variant: Vec<String>,
    /// Also serve the example application, which signs in its users at this server
    #[arg(long, conflicts_with = "tls")]
    pub application: bool,
    /// Port of the example application; 0 for a free port
    #[arg(long, default_value_t = 9090, requires = "application")]
    pub application_port: u16,
    /// Serve only the example application, with the authorization server at this URL
    #[arg(long, value_name = "URL", requires = "application")]
    pub authorization_server: Option<url::Url>,
    /// Write the certificate of --tls to this file (PEM)
    #[arg(long, value_name = "FILE", requires = "tls")]
    pub certificate: Option<PathBuf>,
}

/// `oauthspec list`.
#[derive(Debug, clap::Args)]
pub struct List {
    /// Prefixes of rule ids
    pub selectors: Vec<String>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    /// List the faults and conforming variants of the bundled server
    #[arg(long, conflicts_with_all = ["json", "against", "selectors"])]
    pub faults: bool,
    /// List the statements of the documents that no request can test, with the reasons
    #[arg(long, conflicts_with_all = ["faults", "selectors"])]
    pub untested: bool,
    /// List only rules that take nobody who signs in
    #[arg(long, conflicts_with_all = ["faults", "untested"])]
    pub nobody_signs_in: bool,
    /// List only rules that these documents cite, and for an RFC the coverage of its statements
    #[arg(long, value_delimiter = ',', value_name = "DOCUMENTS")]
    pub against: Vec<String>,
    /// Rules of the user's own.
    #[command(flatten)]
    pub additions: Additions,
}

/// `oauthspec explain`.
#[derive(Debug, clap::Args)]
pub struct Explain {
    /// Rule id, or a prefix of it
    pub id: String,
    /// Rules of the user's own.
    #[command(flatten)]
    pub additions: Additions,
}

fn duration(text: &str) -> Result<Duration, String> {
    let duration = parse_duration(text).map_err(|error| error.to_string())?;
    if duration.is_zero() { Err("must be greater than zero".to_owned()) } else { Ok(duration) }
}

fn level(text: &str) -> Result<Level, String> {
    Ok(match text.to_ascii_lowercase().as_str() {
        "must" => Level::Must,
        "should" => Level::Should,
        "derived" => Level::Derived,
        "derived-critical" => Level::DerivedCritical,
        "may" => Level::May,
        _ => return Err("known levels: must, should, derived, may".to_owned()),
    })
}
