//! The bundled server as a stage without sockets: for the proof, the fuzz targets and the tests.

use std::sync::Arc;

use super::oracle::Terms;
use super::play::Stage;
use super::roles::Roles;
use crate::driver::Site;
use crate::profile;
use crate::rules::Catalogue;
use crate::server::{Config, Dialect, InProcess, Server};
use crate::testbed::Switches;
use crate::testbed::clock::ManualClock;
use crate::testbed::random::SeededRandom;

/// Why there is no stage.
#[derive(Debug, thiserror::Error)]
#[error("cannot set up the bundled server: {0}")]
pub struct NoStage(String);

impl NoStage {
    /// Something was waited for, as within an asynchronous runtime that wants its turn.
    pub fn waited() -> Self {
        Self("it is not alone on its thread".to_owned())
    }
}

/// What a bundled server with these mistakes is made of. Its clock stands still on the same day every
/// time, and the same seed makes the same codes and tokens.
pub fn config(switches: Switches, seed: u64) -> Config {
    config_of(Dialect::by_default(), switches, seed)
}

fn config_of(dialect: &'static Dialect, switches: Switches, seed: u64) -> Config {
    Config {
        clock: Arc::new(ManualClock::default()),
        random: Arc::new(SeededRandom::new(seed)),
        control: true,
        switches,
        ..Config::of(dialect)
    }
}

/// A fresh bundled server of the default dialect with these mistakes, its clock standing still, and its
/// cast. The same seed makes the same codes and tokens.
///
/// # Errors
/// None in a released build: a test makes one.
pub fn stage(switches: Switches, seed: u64) -> Result<(Stage, Roles), NoStage> {
    stage_of(Dialect::by_default(), switches, seed)
}

/// The same in any dialect.
///
/// # Errors
/// None in a released build: a test makes one.
pub fn stage_of(
    dialect: &'static Dialect,
    switches: Switches,
    seed: u64,
) -> Result<(Stage, Roles), NoStage> {
    let fail = |error: &dyn std::fmt::Display| NoStage(error.to_string());
    let (path, text) = dialect.profile();
    let profile = profile::parse(&path, text);
    let profile = Arc::new(profile.map_err(|error| fail(&error))?);
    let catalogue = Arc::new(Catalogue::embedded().map_err(|error| fail(&error))?);
    let config = config_of(dialect, switches, seed);
    let open = {
        let profile = Arc::clone(&profile);
        move || {
            let server = Arc::new(Server::new(config.clone()));
            Site::new(Arc::clone(&profile), Arc::new(InProcess::new(server)), None).map(Arc::new)
        }
    };
    let site = open().map_err(|error| fail(&error))?;
    let cast = Roles::of(&profile, true, false);
    let terms = Arc::new(Terms { documents: profile.documents.clone(), catalogue, profile });
    let first = Arc::clone(&site);
    // The profile's URLs were good the first time.
    let restart = move || open().unwrap_or_else(|_| Arc::clone(&first));
    let (again, works) = (Arc::default(), Arc::default());
    Ok((Stage { site, terms, restart: Some(Arc::new(restart)), again, works }, cast))
}
