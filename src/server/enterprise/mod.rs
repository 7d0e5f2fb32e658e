//! What enterprises add to OAuth 2.0: the objects behind the API, the consoles, sign-on at a company,
//! the approval of applications, and the grants of server applications.

pub(in crate::server) mod api;
pub(in crate::server) mod app_approval;
mod approved_grant;
pub(in crate::server) mod company;
pub(in crate::server) mod console;
pub(in crate::server) mod credentials;
pub(in crate::server) mod developer;
pub(in crate::server) mod exchange;
pub(in crate::server) mod jwt;
pub(in crate::server) mod narrowing;
pub(in crate::server) mod sign_on;
pub(in crate::server) mod subject;
