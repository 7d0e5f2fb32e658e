//! What the suite is tried on: the bundled server and the sample application as targets, and the
//! kill matrix over their faults and variants.

pub mod application;
pub mod bench;
pub mod bundled;
pub mod combined;
pub mod counterpart;
pub mod disturbed;
pub mod listed;
pub mod matrix;
mod rows;
pub mod switches;
pub mod tally;

pub use application::{BundledApplication, application_profile};
pub use bundled::{
    Bundled, origins_in_process, profile as bundled_profile, profile_of as profile_of_dialect,
    site as bundled_site,
};
