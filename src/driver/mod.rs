//! Plays client, browser and user against any server, through a `Transport`.

mod actions;
pub mod application;
pub mod assertion;
pub mod authentication;
pub mod authorization;
mod breaker;
pub mod browser;
pub mod change;
mod company;
mod cookies;
pub mod defect;
mod deputy;
pub mod discovery;
pub mod draft;
pub mod flow;
pub mod footprint;
pub mod grants;
pub mod guard;
pub mod hooks;
pub mod http;
pub mod journal;
pub mod journey;
pub mod malformed;
mod markup;
pub mod navigation;
mod obtain;
pub mod operation;
pub mod page;
pub mod placeholders;
pub mod proof;
mod proxy;
mod raw;
mod recipe;
mod recognition;
pub mod redirects;
pub mod scopes;
pub mod session;
pub mod site;
pub mod spoiling;
pub mod tampering;
pub mod target_time;
pub mod time;
mod valid;
mod way;
mod webdriver;
mod words;

pub use application::{Counterpart, Door, LoginEnd, Seen, Stage, Visitor};
pub use change::Change;
pub use draft::Draft;
pub use flow::{Client, Code, Driver, Pair};
pub use http::HttpTransport;
pub use site::Site;

/// What the profile lacks, or what did not come about, in one sentence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unmet {
    /// A means is missing: the scenario is not applicable.
    #[error("{0}")]
    Lacking(String),
    /// Something that had to work did not: the scenario is inconclusive.
    #[error("{0}")]
    Failed(String),
}

impl From<draft::Unchanged> for Unmet {
    fn from(error: draft::Unchanged) -> Self {
        Self::Lacking(error.to_string())
    }
}
