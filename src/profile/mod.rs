//! What we were told about the server under test: its profile, its waivers, its expected verdicts.

mod application;
mod checks;
mod document;
mod expected;
mod load;
pub mod nearest;
mod resolve;
mod server;
mod vocabulary;
mod waivers;
mod yaml;

pub use application::{
    ApplicationClient, ApplicationLimits, ApplicationProfile, PLACEHOLDERS, Place, Start,
    load_application, parse_application,
};
pub use checks::check;
pub use document::{Document, Spot};
pub use expected::{Expected, ExpectedError};
pub use load::{DurationError, ProfileError, load, parse, parse_duration, parse_with};
pub use resolve::UrlError;
pub use server::*;
pub use vocabulary::{ACTIONS, HOOKS, OPERATIONS, SCOPES, THINGS};
pub use waivers::{Waiver, WaiverError, Waivers};
pub use yaml::FileError;
