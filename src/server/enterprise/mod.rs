//! What enterprises add to OAuth 2.0: the objects behind the API, the consoles, sign-on at a company,
//! and the approval of applications.

pub(in crate::server) mod api;
pub(in crate::server) mod app_approval;
pub(in crate::server) mod company;
pub(in crate::server) mod console;
pub(in crate::server) mod narrowing;
pub(in crate::server) mod sign_on;
