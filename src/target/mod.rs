//! What we were told about the server under test: its profile, its waivers, its expected verdicts.

mod checks;
mod expected;
mod load;
mod nearest;
mod profile;
mod resolve;
mod waivers;
mod yaml;

pub use checks::check;
pub use expected::{Expected, ExpectedError};
pub use load::{DurationError, ProfileError, load, parse, parse_duration, parse_with};
pub use profile::*;
pub use resolve::{HOOKS, UrlError};
pub use waivers::{Waiver, WaiverError, Waivers};
pub use yaml::FileError;
