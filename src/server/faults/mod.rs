//! Mistakes that the bundled server can be told to make, by the area of the rules that they break.

pub mod access_token;
pub mod application_access;
pub mod as_user;
pub mod audience;
pub mod authorization;
pub mod authorize;
pub mod bearer;
pub mod client_assertion;
pub mod client_document;
pub mod code;
pub mod consent;
pub mod device;
pub mod downscope;
pub mod dpop;
pub(in crate::server) mod effects;
pub mod enterprise;
pub mod exchange;
pub mod identity;
pub mod implicit;
pub mod introspection;
pub mod issuer;
pub mod jwt_access_tokens;
pub mod metadata;
pub mod permission;
pub mod pkce;
pub mod pushed;
pub mod redirect;
pub mod refresh;
pub mod registration;
pub mod resource_metadata;
pub mod revoke;
pub mod scope;
pub mod server_auth;
pub mod sign_on;
pub mod token;

use crate::testbed::Fault;

/// Every fault, by area.
pub fn all() -> impl Iterator<Item = &'static Fault> {
    [
        authorize::ALL,
        consent::ALL,
        redirect::ALL,
        code::ALL,
        pkce::ALL,
        issuer::ALL,
        implicit::ALL,
        metadata::ALL,
        token::ALL,
        client_assertion::ALL,
        refresh::ALL,
        access_token::ALL,
        revoke::ALL,
        introspection::ALL,
        registration::ALL,
        client_document::ALL,
        pushed::ALL,
        device::ALL,
        bearer::ALL,
        audience::ALL,
        resource_metadata::ALL,
        dpop::ALL,
        jwt_access_tokens::ALL,
        identity::ALL,
        permission::ALL,
        scope::ALL,
        as_user::ALL,
        server_auth::ALL,
        application_access::ALL,
        downscope::ALL,
        exchange::ALL,
        authorization::ALL,
        enterprise::ALL,
        sign_on::ALL,
    ]
    .into_iter()
    .flatten()
    .copied()
}

/// The fault of this name.
pub fn find(name: &str) -> Option<&'static Fault> {
    all().find(|fault| fault.name == name)
}
