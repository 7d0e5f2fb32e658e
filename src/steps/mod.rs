//! Steps: the sentences of the feature files, by domain noun. A step is one call to the driver or
//! one judgement, never a place for logic.

#![expect(clippy::needless_pass_by_value, reason = "cucumber hands parameters over by value")]

mod answers;
pub mod api;
pub mod asked;
mod assessment;
pub mod audience;
pub mod authorize;
pub mod callback;
pub mod client;
pub mod client_assertion;
pub mod client_document;
pub mod consent;
pub mod console;
pub mod definition;
pub mod device;
pub mod device_code;
mod doubt;
pub mod downscope;
pub mod dpop;
pub mod dpop_resource;
pub mod evidence;
pub mod exchange;
pub mod exchanged;
mod findings;
pub mod grants;
pub mod implicit;
pub mod interaction;
mod interventions;
pub mod introspection;
mod issued;
pub mod issuer;
mod judging;
pub mod jwt_tokens;
pub mod kinds;
pub mod metadata;
pub mod operations;
pub mod pages;
pub mod params;
pub mod people;
mod person;
pub mod pkce;
pub mod pushed;
mod redirected;
pub mod refresh;
pub mod refresh_scope;
pub mod registered;
pub mod registration;
pub mod resource_metadata;
pub mod revoke;
pub mod safety;
mod scene;
pub mod scope;
pub mod scoped;
pub mod server_auth;
pub mod sign_on;
pub mod splices;
pub mod state;
pub mod time;
pub mod token;
mod unanswered;
pub mod user_code;
mod visits;
pub mod world;

pub use world::{CONTROL_FAILED, Context, World};
