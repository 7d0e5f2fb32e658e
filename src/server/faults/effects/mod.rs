//! What the faults and variants do, by the module of the server that they bend. That module decides
//! what is right and passes it through a function of these; without a fault it comes back as it is.

pub(in crate::server) mod api;
pub(in crate::server) mod app_approval;
pub(in crate::server) mod approved_grant;
pub(in crate::server) mod audience;
pub(in crate::server) mod authorization_request;
pub(in crate::server) mod authorization_response;
pub(in crate::server) mod authorize;
pub(in crate::server) mod bearer;
pub(in crate::server) mod by_reference;
pub(in crate::server) mod client_auth;
pub(in crate::server) mod console;
pub(in crate::server) mod core;
pub(in crate::server) mod developer;
pub(in crate::server) mod device;
pub(in crate::server) mod devices;
pub(in crate::server) mod dpop;
pub(in crate::server) mod exchange;
pub(in crate::server) mod exposure;
pub(in crate::server) mod implicit;
pub(in crate::server) mod interaction;
pub(in crate::server) mod introspect;
pub(in crate::server) mod issuer;
pub(in crate::server) mod jwt;
pub(in crate::server) mod metadata;
pub(in crate::server) mod pages;
pub(in crate::server) mod pkce;
pub(in crate::server) mod plain;
pub(in crate::server) mod push;
pub(in crate::server) mod redirect_uri;
pub(in crate::server) mod register;
pub(in crate::server) mod registered;
pub(in crate::server) mod resource;
pub(in crate::server) mod resource_metadata;
pub(in crate::server) mod revoke;
pub(in crate::server) mod scope;
pub(in crate::server) mod sessions;
pub(in crate::server) mod sign_on;
pub(in crate::server) mod store;
pub(in crate::server) mod subject;
pub(in crate::server) mod token;
pub(in crate::server) mod verification;

use crate::server::oauth::http::FORM;
use crate::wire::{Params, Request, form};

/// Makes a request one that posts these parameters.
fn post(request: &mut Request, params: &Params) {
    request.method = "POST".to_owned();
    request.headers.set("Content-Type", FORM);
    request.body = form::encode(params).into_bytes();
}

/// The first reason to refuse that no mistake overlooks.
pub(super) fn first<R: Copy, const N: usize>(
    reasons: [Option<R>; N],
    overlooked: impl Fn(R) -> bool,
) -> Option<R> {
    reasons.into_iter().flatten().find(|reason| !overlooked(*reason))
}
