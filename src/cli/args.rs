//! Arguments.

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Parser, Subcommand};

use crate::profile::parse_duration;
use crate::rules::Level;
use crate::verdict::Failure;

const AFTER: &str = "Exit codes: 0 nothing failed; 1 a rule failed, or a waiver is stale; 2 usage or \
configuration, or nothing selected; 3 no connection to the target; 4 a rule could not be judged; \
70 our own fault. When several apply: 70, 3, 1, 4, 0.\n\nWithout a command the suite runs against \
the bundled server and writes reports/junit.xml and reports/report.json.";

/// Conformance test suite for OAuth 2.0 authorization servers.
#[derive(Debug, Parser)]
#[command(name = "oauthspec", version, about, after_help = AFTER)]
pub struct Args {
    /// What to do.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the rules against a target
    Run(Box<Run>),
    /// Prove a profile: endpoints, login, clients, users, clock and hooks
    Doctor(Doctor),
    /// Prove the rules: run them against every mistake that the bundled server can make
    Prove(Prove),
    /// Fuzz a target: cases nobody wrote a rule for, judged by a model
    Fuzz(Box<Fuzz>),
    /// Play a finding of the fuzzer again: reproduced, or fixed
    Replay(Replay),
    /// Run the bundled server, for people and clients
    Serve(Serve),
    /// List the rules
    List(List),
    /// Say everything about a rule
    Explain(Explain),
}

/// `oauthspec run`.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(after_help = AFTER)]
pub struct Run {
    /// Target profile (a YAML file), then rules by the beginning of their ids; without a profile the
    /// bundled server is the target
    #[arg(value_name = "PROFILE | SELECTOR")]
    pub words: Vec<String>,
    /// The profile is that of an application, and the suite plays its authorization server; without
    /// a profile the bundled application is the target
    #[arg(long, conflicts_with_all = ["concurrency", "time_budget"])]
    pub client: bool,
    /// Dialect of the bundled server, where no profile is given
    #[arg(long, value_name = "ID", conflicts_with = "client")]
    pub dialect: Option<String>,
    /// URL to use instead of the profile's base_url
    #[arg(long, value_name = "URL")]
    pub base_url: Option<String>,
    /// Documents to judge by, joined by commas, instead of the profile's
    #[arg(long, value_delimiter = ',', value_name = "DOCUMENTS")]
    pub against: Vec<String>,
    /// Only rules of at least this level: must, should, derived or may
    #[arg(long, value_parser = level)]
    pub level: Option<Level>,
    /// Leave out rules whose ids begin like this
    #[arg(long, value_delimiter = ',', value_name = "SELECTOR")]
    pub exclude: Vec<String>,
    /// Treat every warn as a fail
    #[arg(long)]
    pub strict: bool,
    /// Show what would run, and what would not and why, without sending anything
    #[arg(long)]
    pub dry_run: bool,
    /// Judge the rules even if an ordinary authorization, redemption or API call fails
    #[arg(long)]
    pub no_preflight: bool,
    /// Scenarios at once
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub concurrency: Option<u16>,
    /// How long one request may take, for instance 1s
    #[arg(long, value_name = "TIME", value_parser = duration)]
    pub timeout: Option<Duration>,
    /// How long the run may wait for real time to pass, for instance 40s
    #[arg(long, value_name = "TIME", value_parser = duration)]
    pub time_budget: Option<Duration>,
    /// Seed of the values that the suite makes up
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
    /// Write a JUnit report
    #[arg(long, value_name = "FILE")]
    pub junit: Option<PathBuf>,
    /// Write a JSON report
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
    /// Waivers: fails that are known and accounted for
    #[arg(long, value_name = "FILE")]
    pub waivers: Option<PathBuf>,
    /// Expected verdicts; any difference fails the run
    #[arg(long, value_name = "FILE")]
    pub expected: Option<PathBuf>,
    /// Write the verdicts of this run as expected verdicts
    #[arg(long, value_name = "FILE")]
    pub write_expected: Option<PathBuf>,
    /// Fail the run if any rule is not applicable
    #[arg(long)]
    pub fail_on_skip: bool,
    /// Fail the run if fewer rules than this were executed
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub min_executed: usize,
    /// Show every exchange of what is not a pass
    #[arg(long, short)]
    pub verbose: bool,
    /// Do not use colours
    #[arg(long)]
    pub no_color: bool,
}

impl Run {
    /// The run without a command: the bundled server, with reports under `reports/`.
    ///
    /// # Errors
    /// Where that folder cannot be made.
    pub fn with_reports() -> Result<Self, Failure> {
        let folder = PathBuf::from("reports");
        std::fs::create_dir_all(&folder)
            .map_err(|error| Failure::usage(format!("reports: cannot make the folder: {error}")))?;
        Ok(Self {
            junit: Some(folder.join("junit.xml")),
            json: Some(folder.join("report.json")),
            ..Self::default()
        })
    }
}

/// `oauthspec prove`.
#[derive(Debug, clap::Args)]
pub struct Prove {
    /// Only this fault; can be given more than once
    #[arg(long, value_name = "NAME")]
    pub fault: Vec<String>,
    /// Only this variant; can be given more than once
    #[arg(long, value_name = "NAME")]
    pub variant: Vec<String>,
    /// Run scenarios too in which the mistake or choice cannot come up
    #[arg(long)]
    pub every_scenario: bool,
    /// Write the matrix as JSON
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
}

const AFTER_FUZZ: &str = "Exit codes: 0 no finding; 1 a finding, a replay file of each is in the \
folder of --out; 2 usage or configuration; 3 no connection to the target; 4 an ordinary flow does \
not work, so that nothing could be judged; 70 our own fault.\n\nRequests are sent one after the \
other. Of a target that is not on the loopback interface no more than 10 a second are asked unless \
the profile or --rate says so. Wrong secrets are tried on the client of role `sacrificial` only.";

/// `oauthspec fuzz`.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_FUZZ)]
pub struct Fuzz {
    /// Target profile (a YAML file); without one the bundled server is the target
    pub profile: Option<PathBuf>,
    /// URL to use instead of the profile's base_url
    #[arg(long, value_name = "URL")]
    pub base_url: Option<String>,
    /// Documents to judge by, joined by commas, instead of the profile's
    #[arg(long, value_delimiter = ',', value_name = "DOCUMENTS")]
    pub against: Vec<String>,
    /// Stop after so many seconds; 60 if neither this nor --requests is given
    #[arg(long, value_name = "N", conflicts_with = "requests")]
    pub seconds: Option<u64>,
    /// Stop after so many requests
    #[arg(long, value_name = "N")]
    pub requests: Option<u64>,
    /// Seed of every choice: the same seed on the same target, the same requests
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
    /// Requests a second at most
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub rate: Option<u32>,
    /// What is fuzzed; everything, if not given
    #[arg(long, value_enum, default_value_t)]
    pub target: Aim,
    /// How long one request may take, for instance 1s
    #[arg(long, value_name = "TIME", value_parser = duration)]
    pub timeout: Option<Duration>,
    /// Folder for what is found
    #[arg(long, value_name = "FOLDER", default_value = "reports/fuzz")]
    pub out: PathBuf,
    /// Write a JUnit report
    #[arg(long, value_name = "FILE")]
    pub junit: Option<PathBuf>,
    /// Write a JSON report
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
    /// Treat every warn as a fail
    #[arg(long)]
    pub strict: bool,
    /// Show every exchange of what was found
    #[arg(long, short)]
    pub verbose: bool,
    /// Do not use colours
    #[arg(long)]
    pub no_color: bool,
    /// Prove the fuzzer: let it find mistakes of the bundled server and of broken parsers
    #[arg(long, conflicts_with_all = ["profile", "base_url", "against", "target", "junit", "json"])]
    pub prove: bool,
}

/// What is fuzzed.
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
    /// Sessions of ordinary requests in any order
    Session,
}

/// `oauthspec replay`.
#[derive(Debug, clap::Args)]
pub struct Replay {
    /// A finding that `oauthspec fuzz` wrote (a YAML file)
    pub file: PathBuf,
    /// Target profile (a YAML file); without one the bundled server is the target
    pub profile: Option<PathBuf>,
    /// URL to use instead of the profile's base_url
    #[arg(long, value_name = "URL")]
    pub base_url: Option<String>,
}

/// `oauthspec doctor`.
#[derive(Debug, clap::Args)]
pub struct Doctor {
    /// Target profile (a YAML file)
    pub profile: PathBuf,
    /// The profile is that of an application
    #[arg(long)]
    pub client: bool,
    /// URL to use instead of the profile's base_url
    #[arg(long, value_name = "URL")]
    pub base_url: Option<String>,
}

/// `oauthspec serve`.
#[derive(Debug, clap::Args)]
pub struct Serve {
    /// Port; 0 for a free one
    #[arg(long, default_value_t = 8080)]
    pub port: u16,
    /// Port of the identity provider at which users of a company sign in; without it the next one
    #[arg(long, value_name = "PORT")]
    pub sign_on_port: Option<u16>,
    /// Address to listen on; anything but loopback needs --expose
    #[arg(long, default_value = "127.0.0.1")]
    pub address: IpAddr,
    /// Allow an address that is not loopback: the test passwords of this server are public
    #[arg(long)]
    pub expose: bool,
    /// Speak TLS only, with a certificate made at the start
    #[arg(long)]
    pub tls: bool,
    /// Do not offer the control endpoints that move the clock and pull the hooks
    #[arg(long)]
    pub no_control: bool,
    /// Dialect: which endpoints, choices and texts the server has
    #[arg(long, value_name = "ID")]
    pub dialect: Option<String>,
    /// Enterprises, users and applications to start with (a YAML file); without it those of the dialect
    #[arg(long, value_name = "FILE")]
    pub world: Option<PathBuf>,
    /// Make this mistake, to try the suite by hand; can be given more than once
    #[arg(long, value_name = "NAME")]
    pub fault: Vec<String>,
    /// Make this choice otherwise; can be given more than once
    #[arg(long, value_name = "NAME")]
    pub variant: Vec<String>,
    /// Serve the example application as well, which signs its users in here
    #[arg(long, conflicts_with = "tls")]
    pub application: bool,
    /// Port of the example application; 0 for a free one
    #[arg(long, default_value_t = 9090, requires = "application")]
    pub application_port: u16,
    /// Serve nothing but the example application, which goes to the authorization server of this URL
    #[arg(long, value_name = "URL", requires = "application")]
    pub authorization_server: Option<url::Url>,
    /// Write the certificate of --tls to this file (PEM)
    #[arg(long, value_name = "FILE", requires = "tls")]
    pub certificate: Option<PathBuf>,
}

/// `oauthspec list`.
#[derive(Debug, clap::Args)]
pub struct List {
    /// Rules by the beginning of their ids
    pub selectors: Vec<String>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    /// The mistakes and the other choices that the bundled server can be told to make
    #[arg(long, conflicts_with_all = ["json", "against", "selectors"])]
    pub faults: bool,
    /// The statements of the documents that no request can show, each with the reason
    #[arg(long, conflicts_with_all = ["faults", "selectors"])]
    pub untested: bool,
    /// Only rules that these documents cite; for an RFC also its statements, and which are covered
    #[arg(long, value_delimiter = ',', value_name = "DOCUMENTS")]
    pub against: Vec<String>,
}

/// `oauthspec explain`.
#[derive(Debug, clap::Args)]
pub struct Explain {
    /// Rule id, or its beginning
    pub id: String,
}

fn duration(text: &str) -> Result<Duration, String> {
    let duration = parse_duration(text).map_err(|error| error.to_string())?;
    if duration.is_zero() { Err("must be more than nothing".to_owned()) } else { Ok(duration) }
}

fn level(text: &str) -> Result<Level, String> {
    Ok(match text.to_ascii_lowercase().as_str() {
        "must" => Level::Must,
        "should" => Level::Should,
        "derived" => Level::Derived,
        "may" => Level::May,
        _ => return Err("known levels: must, should, derived, may".to_owned()),
    })
}
