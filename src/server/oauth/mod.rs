//! OAuth 2.0: the endpoints, and what they decide by.

pub(in crate::server) mod audience;
pub(in crate::server) mod authorization_request;
pub(in crate::server) mod authorization_response;
pub(in crate::server) mod authorize;
pub(in crate::server) mod bearer;
pub(in crate::server) mod client_auth;
pub(in crate::server) mod code_challenge;
pub(in crate::server) mod http;
pub(in crate::server) mod implicit;
pub(in crate::server) mod interaction;
pub(in crate::server) mod introspect;
pub(in crate::server) mod issued;
pub(in crate::server) mod issuer;
pub(in crate::server) mod metadata;
pub(in crate::server) mod pages;
pub(in crate::server) mod pkce;
pub mod redirect_uri;
pub(in crate::server) mod register;
pub(in crate::server) mod registered;
pub(in crate::server) mod resource;
pub(in crate::server) mod resource_metadata;
pub(in crate::server) mod revoke;
pub(in crate::server) mod scope;
pub(in crate::server) mod secret;
pub(in crate::server) mod sessions;
pub(in crate::server) mod store;
pub(in crate::server) mod token;
