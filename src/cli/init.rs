//! `oauthspec init`: from a URL to a profile.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::args::Additions;
use super::target::About;
use super::{Failure, print, target};
use crate::driver::discovery::{Explored, Reached, apply};
use crate::profile::Profile;
use crate::report::{self, Redactor, printable};
use crate::rules::Catalogue;
use crate::runner::gains::{gains, told};
use crate::runner::{self, Options};
use crate::verdict::ExitCode;
use crate::wire::Secret;

/// The most lines that are proposed.
const MOST: usize = 5;

const AFTER_INIT: &str = "Exit codes: 0 an ordinary flow works with the profile; 2 usage, or no usable \
metadata; 3 no connection to the target; 4 the profile is written, but no tokens could be obtained. \
Secrets are written as ${NAME}; they come from the environment, or from a file by ${file:PATH}.";

/// `oauthspec init`.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = AFTER_INIT)]
pub struct Init {
    /// URL of the authorization server (its issuer), or of a resource that names it (RFC 9728)
    pub url: String,
    /// Identifier and secret of a client that is registered; without it clients are registered
    /// (RFC 7591). The secret can come from OAUTHSPEC_CLIENT_SECRET, and that of a client whose identifier is
    /// a URL always does. A second one is `other`
    #[arg(long, value_name = "ID:SECRET")]
    pub client: Vec<String>,
    /// What else is known of the server.
    #[command(flatten)]
    pub about: About,
    /// Documents to judge against, separated by commas, instead of those that the metadata offers
    #[arg(long, value_delimiter = ',', value_name = "DOCUMENTS")]
    pub against: Vec<String>,
    /// Write the profile to this file instead of standard output
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Rules of the user's own.
    #[command(flatten)]
    pub additions: Additions,
}

/// What is written.
const PROFILE: &str = "profile";

pub(super) async fn main(args: Init) -> Result<ExitCode, Failure> {
    let catalogue = args.additions.catalogue()?;
    if let Some(path) = args.output.as_ref().filter(|path| path.exists()) {
        let text = format!("{} exists; name another file, or remove it", path.display());
        return Err(Failure::usage(text));
    }
    super::probe(PROFILE, args.output.as_ref())?;
    let Init { url, client, about, against, .. } = &args;
    let (mut explored, http) = target::explored(url, about, client, against, &catalogue).await?;
    explored.dismiss(&*http).await;
    let text = explored.sketch.write();
    match &args.output {
        None => print(&text),
        Some(path) => report::deliver(PROFILE, path, text.as_bytes()).map_err(Failure::usage)?,
    }
    let file = args.output.as_ref().map(|path| path.display().to_string());
    let file = file.unwrap_or_else(|| "FILE".to_owned());
    let redactor = Redactor::new(&explored.secrets);
    for line in said(&explored, &catalogue, &file)? {
        eprintln!("{}", printable::one_line(&redactor.text(&line)));
    }
    Ok(if explored.tried.reached >= Reached::Tokens {
        ExitCode::Conformant
    } else {
        ExitCode::Inconclusive
    })
}

/// What is said beside the profile: what works, what was guessed, what would win more.
fn said(explored: &Explored, catalogue: &Catalogue, file: &str) -> Result<Vec<String>, Failure> {
    let mut lines = vec![reached(explored)];
    lines.extend(explored.remarks.iter().map(|remark| format!("guessed: {remark}")));
    let profile = profile(explored, catalogue)?;
    let options = Options { against: profile.documents.clone(), ..Options::default() };
    let plan = runner::plan(catalogue, &profile, &options).map_err(Failure::usage)?;
    if let Some(more) = told(&gains(&plan, &profile), MOST) {
        lines.push(format!("a further line would win: {more}"));
    }
    let variables: Vec<&str> = explored.environment.keys().copied().collect();
    let set = match variables.as_slice() {
        [] => String::new(),
        names => format!("set {}, then: ", names.join(" and ")),
    };
    lines.push(format!("next: {set}oauthspec run {file}"));
    Ok(lines)
}

fn reached(explored: &Explored) -> String {
    let tried = &explored.tried;
    let refresh = if tried.refresh { ", with a refresh token" } else { "" };
    let (with, and, before) = match explored.sketch.direct.is_empty() {
        true => ("code, ", "code and ", "a code came, and "),
        false => ("", "", ""),
    };
    match tried.reached {
        Reached::Resource => {
            format!("an ordinary flow works: {with}tokens{refresh}, and the resource is served")
        }
        Reached::Tokens => format!("an ordinary flow works: {and}tokens{refresh}"),
        Reached::Code => format!("{before}no tokens: {}", tried.why),
        Reached::Nothing => {
            let login = match explored.environment.contains_key("OAUTHSPEC_USER_PASSWORD") {
                true => "",
                false => "; does the server ask for a login? Add --user LOGIN:PASSWORD",
            };
            let told = tried.told().map(|it| format!(": {it}")).unwrap_or_default();
            format!("no code came: {}{told}{login}", tried.why)
        }
    }
}

/// The profile as a run would have it. What would have been registered counts as registered.
fn profile(explored: &Explored, catalogue: &Catalogue) -> Result<Profile, Failure> {
    let mut environment: BTreeMap<&'static str, Secret> = explored.environment.clone();
    for name in ["OAUTHSPEC_CLIENT_SECRET", "OAUTHSPEC_USER_PASSWORD"] {
        environment.entry(name).or_default();
    }
    let text = explored.sketch.write();
    let mut profile = target::read(&text, &environment, catalogue).map_err(Failure::internal)?;
    if let Some(found) = &explored.found {
        apply(&mut profile, &found.server);
    }
    profile.clients.adopt(explored.registered.clone(), explored.lacking.clone());
    Ok(profile)
}
