//! `oauthspec doctor`: checks a profile before any rule runs, one line for each check.

use std::path::Path;
use std::time::Duration;

use super::args::{Doctor, Run};
use super::attended;
use super::run::Setup;
use super::{print, words};
use crate::driver::time::Slot;
use crate::driver::{Unmet, Visitor};
use crate::profile::{self, Amendment};
use crate::report::{Redactor, printable};
use crate::rules::text_file::{self, LARGEST};
use crate::runner::Target;
use crate::runner::diagnosis::{self, Checked, Examiner};
use crate::verdict::Failure;
use crate::verdict::{ExitCode, Secrets};

/// What a check found.
enum Found {
    Good(String),
    Bad(String),
    Absent(String),
}

pub(super) async fn main(args: Doctor) -> Result<ExitCode, Failure> {
    let (text, code) = examine(args).await?;
    print(&text);
    Ok(code)
}

/// Checks a profile: what to print, and the exit code.
///
/// # Errors
/// What the user has to mend before anything is sent.
pub async fn examine(args: Doctor) -> Result<(String, ExitCode), Failure> {
    words::only_profile(&args.profile)?;
    let run = Run {
        words: vec![args.profile.display().to_string()],
        base_url: args.base_url,
        client: args.client,
        additions: args.additions,
        ..Run::default()
    };
    let setup = Setup::of(&run).await?;
    attended::none(&setup, "doctor").await?;
    if args.client {
        return application(&setup).await;
    }
    if let Some(problem) = super::run::unreachable(&setup).await? {
        return Ok((line(&Found::Bad(problem.text())), ExitCode::Unreachable));
    }
    let site = super::run::shared(&setup)?.into_site();
    let mut examiner = Examiner::new(site);
    let documents = setup.catalogue.documents().of(&setup.plan.against);
    // On the heap: there are many checks, each with flows of its own.
    let checked = Box::pin(examiner.all(&documents)).await;
    setup.farewell().await;
    let changes: Vec<Amendment> = checked.iter().flat_map(changes).cloned().collect();
    let found: Vec<Found> = checked.into_iter().map(Found::from).collect();
    let (text, code) = say(&found, &examiner.into_secrets());
    let text = if args.fix { fixed(&args.profile, &text, &changes)? } else { text };
    Ok((text, code))
}

fn changes(checked: &Checked) -> &[Amendment] {
    match &checked.found {
        diagnosis::Found::Bad(finding) => &finding.cure,
        _ => &[],
    }
}

/// The profile with the changes, and what does not work as comments above it.
fn fixed(path: &Path, told: &str, changes: &[Amendment]) -> Result<String, Failure> {
    let text = text_file::read(path, LARGEST)
        .map_err(|error| Failure::usage(format!("{}: {error}", path.display())))?;
    let comments = told.lines().filter(|line| !line.starts_with('✔'));
    let comments: String = comments.map(|line| format!("# {line}\n")).collect();
    Ok(comments + &profile::fix(&text, changes))
}

impl From<Checked> for Found {
    fn from(checked: Checked) -> Self {
        match checked.found {
            diagnosis::Found::Good => Self::Good(checked.good),
            diagnosis::Found::Absent(text) => Self::Absent(text),
            diagnosis::Found::Bad(finding) => Self::Bad(finding.to_string()),
        }
    }
}

/// What was found, without secrets.
fn say(found: &[Found], secrets: &Secrets) -> (String, ExitCode) {
    let redactor = Redactor::new(secrets);
    let bad = found.iter().filter(|found| matches!(found, Found::Bad(_))).count();
    let mut text: String = found.iter().map(|found| redactor.text(&line(found))).collect();
    let verdict = if bad == 0 { "the profile works" } else { "the profile has problems" };
    text.push_str(&format!("{verdict}: {bad} of {} checks failed\n", found.len()));
    (text, if bad == 0 { ExitCode::Conformant } else { ExitCode::Failed })
}

/// The profile of an application.
async fn application(setup: &Setup) -> Result<(String, ExitCode), Failure> {
    let targets = match super::run::targets(setup).await? {
        Ok(targets) => targets,
        Err(problem) => {
            return Ok((line(&Found::Bad(problem.text())), ExitCode::Unreachable));
        }
    };
    let stage = match targets.open(0).await {
        Ok(Target::Application(stage)) => stage,
        Ok(Target::Server(_)) => {
            return Err(Failure::internal("expected an application, found a server"));
        }
        Err(text) => return Err(Failure::internal(text)),
    };
    let mut visitor = Visitor::new(stage, Slot::own());
    let found = visits(&mut visitor).await;
    let (_, secrets) = visitor.journal.take();
    Ok(say(&found, &secrets))
}

async fn visits(visitor: &mut Visitor) -> Vec<Found> {
    const ASKS: &str = "a login sends the browser to the authorization endpoint";
    const WORKS: &str = "a login returns to the redirect URI, and its code is redeemed";
    let mut found = vec![told(ASKS, &visitor.begin_login().await)];
    let works = visitor.log_in().await;
    found.push(told(WORKS, &works));
    if works.is_ok() {
        found.push(uses_token(visitor, "the application uses its access token").await);
        found.push(refreshes(visitor).await);
    }
    found
}

async fn uses_token(visitor: &mut Visitor, good: &str) -> Found {
    let used = visitor.use_token().await.and_then(|login_end| match login_end.is_success() {
        true => Ok(()),
        false => Err(Unmet::Failed(login_end.describe())),
    });
    told(good, &used)
}

/// Moves the clock by more than the hour of an access token.
async fn refreshes(visitor: &mut Visitor) -> Found {
    const GOOD: &str = "the application obtains a new access token when the old one has expired";
    if visitor.stage.profile.uses_token.is_none() {
        return Found::Absent("the profile defines no URL that uses the access token".to_owned());
    }
    if let Err(unmet) = visitor.pass(Duration::from_secs(3601)).await {
        return told(GOOD, &Err::<(), _>(unmet));
    }
    uses_token(visitor, GOOD).await
}

fn line(found: &Found) -> String {
    let (mark, text) = match found {
        Found::Good(text) => ("✔", text),
        Found::Bad(text) => ("×", text),
        Found::Absent(text) => ("-", text),
    };
    format!("{mark} {}\n", printable::one_line(text))
}

fn told<T>(good: &str, result: &Result<T, Unmet>) -> Found {
    match result {
        Ok(_) => Found::Good(good.to_owned()),
        Err(Unmet::Lacking(text)) => Found::Absent(text.clone()),
        Err(Unmet::Failed(text)) => Found::Bad(format!("failed: {good}; {text}")),
    }
}
