//! Mistakes of the endpoint for pushed authorization requests, around what is right.

use std::time::Duration;

use serde_json::{Value, json};

use super::{Edit, edited, post, query_posted};
use crate::server::core::Core;
use crate::server::faults::{dpop, pushed as faults};
use crate::server::oauth::authorization_request::Refusal;
use crate::server::oauth::dpop::ASKED;
use crate::server::oauth::http::{self, given};
use crate::server::oauth::redirect_uri;
use crate::server::policy::Reason;
use crate::server::variants;
use crate::testbed::Fault;
use crate::wire::{Params, Request, Response, basic};

/// The answer to a request. `right`: that of a server without mistakes.
pub(in crate::server) fn around(
    server: &Core,
    request: &Request,
    right: fn(&Core, &Request) -> Response,
) -> Response {
    if server.has(&faults::NO_ENDPOINT) {
        return Response::new(404);
    }
    // pushed/post-only
    let by_get = request.method == "GET" && server.has(&faults::BY_GET);
    let mut asked = if by_get { query_posted(request) } else { request.clone() };
    let sent = http::body_params(&asked).unwrap_or_default();
    let params = altered(server, &asked, &sent);
    if params != sent {
        post(&mut asked, &params);
    }
    // dpop/code-bound
    let proves = asked.headers.get("dpop").is_some();
    let names = given(&params, ASKED).is_some();
    if proves && server.has(&dpop::PUSH_PROOF_IGNORED)
        || proves && names && server.has(&dpop::PUSH_KEYS_DIFFER)
    {
        asked.headers.remove("DPoP");
    }
    let world = server.world();
    let named = given(&params, "client_id").and_then(|id| world.application(id));
    // pushed/public-client
    if named.is_some_and(|app| app.is_public()) && server.has(&faults::NO_PUBLIC) {
        return server.refusal(Reason::Client).response();
    }
    let response = right(server, &asked);
    match response.status {
        201 => kept(server, response),
        _ => refused(server, &params, response),
    }
}

/// The parameters as a mistaken server reads them.
fn altered(server: &Core, request: &Request, sent: &Params) -> Params {
    let mut params = sent.clone();
    // pushed/no-reference
    if server.has(&faults::REFERENCE_IGNORED) {
        params = params.without(|name| name == "request_uri");
    }
    // pushed/client-agrees
    let field = request.headers.get("authorization").and_then(basic::decode);
    if let Some(sent) = field.filter(|_| server.has(&faults::OTHER_CLIENT)) {
        params = params.without(|name| name == "client_id");
        params.push("client_id", sent.id);
    }
    // dpop/code-bound
    if server.has(&dpop::PUSHED_KEY_LOST) {
        params = params.without(|name| name == ASKED);
    }
    params
}

/// The answer to a request that is kept.
// pushed/success, pushed/not-kept
fn kept(server: &Core, mut response: Response) -> Response {
    let mut said = edited(server, &response, EDITS);
    if server.varies(&variants::PUSH_MORE) {
        said["oauthspec_example"] = json!({"nested": [1, {"deep": true}]});
    }
    response.body = said.to_string().into_bytes();
    response.status = server.switches().pick(201, [(&faults::STATUS_200, 200)]);
    if server.has(&faults::AS_TEXT) {
        response.headers.set("Content-Type", "text/plain");
    }
    if server.has(&faults::KEPT) {
        response.headers.set("Cache-Control", "private, max-age=86400");
    }
    response
}

/// What each mistake does to the members of an answer.
static EDITS: &[(&Fault, Edit)] = &[
    (&faults::NO_EXPIRY, |it| {
        it.as_object_mut().and_then(|members| members.remove("expires_in"));
    }),
    (&faults::EXPIRY_AS_TEXT, |it| it["expires_in"] = json!(it["expires_in"].to_string())),
    (&faults::EXPIRY_IN_PARTS, |it| it["expires_in"] = json!(90.5)),
    (&faults::EXPIRY_ZERO, |it| it["expires_in"] = json!(0)),
];

/// The answer to a request that is not kept.
// pushed/error-form
fn refused(server: &Core, params: &Params, mut right: Response) -> Response {
    if server.has(&faults::UNCHALLENGED) {
        right.headers.remove("WWW-Authenticate");
    }
    if right.status != 400 {
        return right;
    }
    if let Some(to) = given(params, "redirect_uri").filter(|_| server.has(&faults::REDIRECTED)) {
        let said: Value = serde_json::from_slice(&right.body).unwrap_or_default();
        let error = said["error"].as_str().unwrap_or_default();
        let params: Params = [("error", error)].into_iter().collect();
        return http::redirect(302, &redirect_uri::location(to, &params, server.switches()));
    }
    if server.has(&faults::ERROR_AS_TEXT) {
        right.headers.set("Content-Type", "text/plain");
        right.body = b"The request is not valid".to_vec();
    }
    right.status = server.switches().pick(right.status, [(&faults::ERROR_200, 200)]);
    right
}

/// What is found out of a pushed request at once.
// pushed/refused-early, pushed/validated
pub(in crate::server) fn checked(server: &Core, right: Result<(), Refusal>) -> Result<(), Refusal> {
    let later = [
        &faults::UNCHECKED,
        &faults::ANY_URI,
        &faults::TYPE_REPAIRED,
        &faults::SCOPE_REPAIRED,
        &faults::CHALLENGE_REPAIRED,
    ];
    if server.switches().has_any(&later) {
        return Ok(());
    }
    right
}

/// The reference of a pushed request.
// pushed/unguessable
pub(in crate::server) fn reference(server: &Core, right: String) -> String {
    let (urn, value) = right.rsplit_once(':').unwrap_or_default();
    let counted = || format!("{urn}:{:06}", server.pushed.lock().len() + 1);
    match () {
        () if server.has(&faults::COUNTED) => counted(),
        () if server.varies(&variants::PUSH_OTHER_REFERENCE) => format!("reference-{value}"),
        () => right,
    }
}

/// How long a pushed request can be referred to.
pub(in crate::server) fn lifetime(server: &Core, right: Duration) -> Duration {
    if server.varies(&variants::PUSH_SHORTLY) {
        return Duration::from_secs(5);
    }
    if server.varies(&variants::PUSH_LONGER) {
        return Duration::from_secs(600);
    }
    right
}
