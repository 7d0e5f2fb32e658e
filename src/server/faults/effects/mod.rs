//! What the faults and variants do, by the module of the server that they bend. That module decides
//! what is right and passes it through a function of these; without a fault it comes back as it is.

pub(in crate::server) mod api;
pub(in crate::server) mod app_approval;
pub(in crate::server) mod approved_grant;
pub(in crate::server) mod assertion;
pub(in crate::server) mod audience;
pub(in crate::server) mod authorization_request;
pub(in crate::server) mod authorization_response;
pub(in crate::server) mod authorize;
pub(in crate::server) mod bearer;
pub(in crate::server) mod by_reference;
pub(in crate::server) mod client_assertion;
pub(in crate::server) mod client_auth;
pub(in crate::server) mod client_document;
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
pub(in crate::server) mod jwt_tokens;
pub(in crate::server) mod metadata;
pub(in crate::server) mod pages;
pub(in crate::server) mod pkce;
pub(in crate::server) mod plain;
pub(in crate::server) mod push;
pub(in crate::server) mod received;
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

use serde_json::Value;

use crate::server::core::Core;
use crate::server::oauth::http::{self, FORM};
use crate::testbed::Fault;
use crate::wire::{Params, Request, Response, form};

/// Makes a request one that posts these parameters.
fn post(request: &mut Request, params: &Params) {
    request.method = "POST".to_owned();
    request.headers.set("Content-Type", FORM);
    request.body = form::encode(params).into_bytes();
}

/// The request as one that posts the parameters of its query.
fn query_posted(request: &Request) -> Request {
    let mut posted = request.clone();
    let (params, _) = http::decode_each(request.query().unwrap_or_default().as_bytes());
    post(&mut posted, &params);
    posted
}

/// What a mistake does to the members of an answer.
type Edit = fn(&mut Value);

/// The members of an answer, as the mistakes of this server have them.
fn edited(server: &Core, response: &Response, edits: &[(&'static Fault, Edit)]) -> Value {
    let mut members = serde_json::from_slice(&response.body).unwrap_or_default();
    let made = edits.iter().filter(|(fault, _)| server.has(fault));
    made.for_each(|(_, edit)| edit(&mut members));
    members
}

/// The first reason to refuse that no mistake overlooks.
pub(super) fn first<R: Copy, const N: usize>(
    reasons: [Option<R>; N],
    overlooked: impl Fn(R) -> bool,
) -> Option<R> {
    reasons.into_iter().flatten().find(|reason| !overlooked(*reason))
}
