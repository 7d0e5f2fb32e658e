//! Runs the features against a target: selection, execution by cucumber, and the record.

mod again;
mod declared;
mod definitions;
pub mod diagnosis;
mod engine;
pub mod features;
pub mod gains;
mod ledger;
mod measure;
mod plan;
mod portion;
mod preflight;
mod schedule;
mod targets;
mod turning;
mod turns;
mod unplayed;
pub mod waits;
mod waive;

pub use again::AGAIN;
pub use measure::{ATTENDED, measure, outlook};
pub use plan::{Options, Plan, PlanError, Planned, Todo, plan, plan_application, scenario_needs};
pub use portion::{Alone, Portion, Shard};
pub use preflight::{Doubts, Grounded, preflight, set_up};
pub use schedule::{Conditions, Interrupt, KeptExchanges, Progress, run};
pub use targets::{Opened, Renewal, Shared, Target, Targets};
pub use unplayed::record_of;
pub use waive::apply as apply_waivers;
