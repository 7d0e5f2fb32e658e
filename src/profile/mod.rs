//! What we were told about the server under test: its profile, its waivers, its expected verdicts.

mod amendment;
mod application;
mod authentication;
mod checks;
mod clients;
mod control;
mod defaults;
mod document;
mod expected;
mod fix;
mod hosts;
mod introspection;
mod limits;
mod load;
mod login;
pub mod nearest;
mod offered;
mod one_or_more;
mod resolve;
mod server;
mod sketch;
mod vocabulary;
mod waivers;
mod yaml;

pub use amendment::Amendment;
pub use application::{
    ApplicationClient, ApplicationLimits, ApplicationProfile, PLACEHOLDERS, Place, Start,
    load_application, parse_application,
};
pub use authentication::{ClientAuthentication, Methods};
pub use checks::check;
pub use clients::Clients;
pub use control::{Action, Clock, Hook, HttpCall};
pub use defaults::fixed_endpoints;
pub use document::{Spot, YamlFile};
pub use expected::{Expected, ExpectedError};
pub use fix::fix;
pub use hosts::{all_private, private_host};
pub use introspection::RESOURCE_SERVER;
pub use limits::Limits;
pub use load::{
    DurationError, ProfileError, load, load_for, parse, parse_duration, parse_for, parse_with,
};
pub use login::{Attendant, Decision, Login, LoginStep};
pub use resolve::{DIRECT, UrlError};
pub use server::*;
pub use sketch::{Sketch, SketchedClient, SketchedUser};
pub use vocabulary::{ACTIONS, HOOKS, OPERATIONS, SCOPES, THINGS};
pub use waivers::{Waiver, WaiverError, Waivers};
pub use yaml::FileError;
