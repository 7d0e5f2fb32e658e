//! What can be found out about a server that nobody described: its metadata, clients that register
//! themselves, and what an ordinary flow with it needs.

pub mod apply;
mod called;
mod casts;
pub mod choices;
mod enrolled;
pub mod explore;
mod gained;
pub mod guess;
pub mod metadata;
pub mod offers;
pub mod permit;
mod post;
pub mod protected;
mod provider;
pub mod register;
pub mod trial;
mod unlike;

pub use apply::{apply, named, needs_metadata, registrar};
pub use explore::{ExploreError, Explored, Known, explore, staying};
pub use guess::Guess;
pub use metadata::{DiscoveryError, Found, Metadata, discover};
pub use offers::Offers;
pub use permit::Permit;
pub use protected::ResourceMetadata;
pub use register::{Cohort, Registered, Registrar};
pub use trial::{Reached, Tried, attempt, gets_no_code};
