//! What is tested: a server or an application, by the profile that describes it.

use std::path::{Path, PathBuf};

use super::args::Run;
use super::target::{self, Prepared};
use super::{Failure, dialect, words};
use crate::harness::{application, bundled};
use crate::profile::{self, ApplicationProfile, Profile, ProfileError};
use crate::rules::{Catalogue, Documents};
use crate::runner::{self, Options, Plan};
use crate::server::Dialect;

/// What is tested.
pub(super) enum Tested {
    Server(Box<Profile>, &'static Dialect),
    Application(Box<ApplicationProfile>),
}

/// What a command is about.
pub(super) struct Aim {
    /// The profile or the URL; none: what is bundled.
    pub(super) path: Option<PathBuf>,
    pub(super) selectors: Vec<String>,
    pub(super) tested: Tested,
    /// What was done to find that out.
    pub(super) before: Prepared,
}

impl Aim {
    pub(super) async fn of(args: &Run, catalogue: &Catalogue) -> Result<Self, Failure> {
        if let Some(aimed) = target::of_url(args, catalogue).await? {
            let profile = Box::new(limited(aimed.profile, args));
            return Ok(Self {
                path: Some(PathBuf::from(aimed.url)),
                selectors: aimed.selectors,
                tested: Tested::Server(profile, Dialect::by_default()),
                before: aimed.prepared,
            });
        }
        let (path, selectors) = words::split(&args.words, catalogue)?;
        let tested = Tested::read(path.as_deref(), args, catalogue)?;
        Ok(Self { path, selectors, tested, before: Prepared::default() })
    }
}

impl Tested {
    fn read(path: Option<&Path>, args: &Run, catalogue: &Catalogue) -> Result<Self, Failure> {
        if args.client {
            let is_server = || path.is_some_and(|path| profile::load(path).is_ok());
            let hint = "this is the profile of a server; leave --client out";
            let read = read_application(path, args).map_err(|error| hinted(error, is_server, hint));
            return read.map(Box::new).map(Self::Application);
        }
        let is_application = || path.is_some_and(|path| profile::load_application(path).is_ok());
        let hint = "this is the profile of an application; add --client";
        let dialect = match path {
            // What documents want of the bundled server is no matter of other servers.
            Some(_) => dialect::named(args.dialect.as_deref()),
            None => {
                dialect::satisfying(args.dialect.as_deref(), &args.against, catalogue.documents())
            }
        };
        let dialect = dialect?;
        let read = read_profile(path, args, catalogue, dialect)
            .map_err(|error| hinted(error, is_application, hint));
        read.map(|profile| Self::Server(Box::new(profile), dialect))
    }

    pub(super) fn name(&self) -> &str {
        match self {
            Self::Server(profile, _) => &profile.name,
            Self::Application(profile) => &profile.name,
        }
    }

    pub(super) fn documents(&self) -> &[String] {
        match self {
            Self::Server(profile, _) => &profile.documents,
            Self::Application(profile) => &profile.documents,
        }
    }

    /// Scenarios at once, where the profile or the command line says it.
    pub(super) fn concurrency(&self) -> Option<usize> {
        match self {
            Self::Server(profile, _) => profile.limits.concurrency,
            // One of a profile is used by one scenario at a time in any case.
            Self::Application(_) => Some(64),
        }
    }

    pub(super) fn check(&self, against: &[String], known: &Documents) -> Result<(), ProfileError> {
        match self {
            Self::Server(profile, _) => profile::check(profile, against, known),
            Self::Application(profile) => profile.check(against, known),
        }
    }

    pub(super) fn plan(
        &self,
        catalogue: &Catalogue,
        options: &Options,
    ) -> Result<Plan, runner::PlanError> {
        match self {
            Self::Server(profile, _) => runner::plan(catalogue, profile, options),
            Self::Application(profile) => runner::plan_application(catalogue, profile, options),
        }
    }
}

fn read_profile(
    path: Option<&Path>,
    args: &Run,
    catalogue: &Catalogue,
    dialect: &'static Dialect,
) -> Result<Profile, Failure> {
    let mut profile = match path {
        Some(path) => profile::load_for(path, catalogue.documents()).map_err(Failure::usage)?,
        None => bundled::profile_of(dialect)?,
    };
    if path.is_some() && args.dialect.is_some() {
        let text = "--dialect is for the bundled server; leave it out, or leave the profile out";
        return Err(Failure::usage(text));
    }
    if let Some(url) = &args.base_url {
        if path.is_none() {
            let text = "--base-url needs a profile: the bundled server chooses its own address";
            return Err(Failure::usage(text));
        }
        profile = profile.with_base_url(url.clone());
    }
    if path.is_none() {
        // Each scenario has its own server: nothing has to be spared.
        profile.limits.concurrency = Some(64);
    }
    Ok(limited(profile, args))
}

/// The profile with the limits of the command line.
fn limited(mut profile: Profile, args: &Run) -> Profile {
    let limits = &mut profile.limits;
    limits.concurrency = args.concurrency.map(usize::from).or(limits.concurrency);
    limits.timeout = args.timeout.or(limits.timeout);
    limits.time_budget = args.time_budget.unwrap_or(limits.time_budget);
    profile
}

/// A complaint about a profile, with a hint where it is one of the other kind.
fn hinted(failure: Failure, is_other: impl Fn() -> bool, hint: &str) -> Failure {
    if is_other() { Failure::usage(format!("{failure}; {hint}")) } else { failure }
}

fn read_application(path: Option<&Path>, args: &Run) -> Result<ApplicationProfile, Failure> {
    let mut profile = match path {
        Some(path) => profile::load_application(path).map_err(Failure::usage)?,
        None => application::application_profile()?,
    };
    if let Some(url) = &args.base_url {
        if path.is_none() {
            let text = "--base-url needs a profile: the bundled application has its own address";
            return Err(Failure::usage(text));
        }
        profile.base_url.clone_from(url);
    }
    profile.limits.timeout = args.timeout.unwrap_or(profile.limits.timeout);
    Ok(profile)
}
