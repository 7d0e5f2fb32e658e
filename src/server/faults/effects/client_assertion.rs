//! Mistakes with clients that say who they are by an assertion.

use serde_json::{Map, Value};

use super::assertion;
use crate::server::core::Core;
use crate::server::faults::client_assertion as faults;
use crate::server::oauth::assertion::text;
use crate::server::oauth::client_assertion::{Named, Said, TYPE, basic_field};
use crate::server::oauth::http::{self, Refusal, given};
use crate::server::world::Application;
use crate::wire::{Params, Request};

/// What a request says of an assertion.
// client-assertion/one-assertion, client-assertion/one-method, client-assertion/type,
// client-assertion/in-body
pub(in crate::server) fn said(server: &Core, request: &Request, right: Said) -> Said {
    let mut said = right;
    let query = request.query().filter(|query| query.contains("client_assertion"));
    if let Some(query) = query.filter(|_| server.has(&faults::IN_URL)) {
        let (params, _) = http::decode_each(query.as_bytes());
        said.kind = given(&params, "client_assertion_type").map(str::to_owned);
        said.written = given(&params, "client_assertion").map(str::to_owned);
    }
    let own = || Some(TYPE.to_owned());
    let kind = said.kind.clone();
    let optional = if kind.is_none() && said.written.is_some() { own() } else { kind.clone() };
    let any = if kind.is_some() { own() } else { None };
    let switches = server.switches();
    said.kind =
        switches.alter(kind, [(&faults::TYPE_UNCHECKED, any), (&faults::TYPE_OPTIONAL, optional)]);
    said.repeated = switches.alter(said.repeated, [(&faults::FIRST_TAKEN, false)]);
    let beside = if basic_field(request).is_some() { false } else { said.secret };
    let unseen = [(&faults::SECRET_BESIDE, false), (&faults::BASIC_BESIDE, beside)];
    said.secret = switches.alter(said.secret, unseen);
    said
}

/// The client that is taken to have authenticated by an access token of its own.
// client-assertion/key
pub(super) fn by_access_token(server: &Core, params: &Params) -> Option<Application> {
    let written = given(params, "client_assertion")?;
    let grant = server.store.access(server.now(), written)?;
    let app = server.world().application(&grant.client_id).cloned();
    app.filter(|_| server.has(&faults::ACCESS_TOKEN))
}

/// How a client is told that its assertion is no signed JWT.
// client-assertion/malformed
pub(in crate::server) fn malformed(server: &Core, written: &str, right: Refusal) -> Refusal {
    let faults = [
        &faults::ONE_PART_BREAKS,
        &faults::PARTS_BREAK,
        &faults::BASE64_BREAKS,
        &faults::JSON_BREAKS,
    ];
    assertion::malformed(server, faults, written, right)
}

/// Whom an assertion names.
// client-assertion/subject, client-assertion/issuer, client-assertion/client-agrees
pub(in crate::server) fn named(server: &Core, claims: &Map<String, Value>, right: Named) -> Named {
    let (switches, world) = (server.switches(), server.world());
    let issuer = text(claims, "iss");
    let registered = issuer.is_some_and(|id| world.application(id).is_some());
    let agrees = right.agrees || right.subject.as_deref() != issuer;
    let by_issuer = Named { subject: issuer.map(str::to_owned), issued: true, agrees };
    let only = if right.subject.is_none() { by_issuer.clone() } else { right.clone() };
    let issued = |issued: bool| Named { issued, ..right.clone() };
    let wrong = [
        (&faults::SUB_UNCHECKED, by_issuer),
        (&faults::SUB_OPTIONAL, only),
        (&faults::ISS_UNCHECKED, issued(true)),
        (&faults::ISS_OPTIONAL, issued(right.issued || issuer.is_none())),
        (&faults::ISS_OF_ANYBODY, issued(right.issued || registered)),
        (&faults::ID_IGNORED, Named { agrees: true, ..right.clone() }),
        (&faults::NAME_WINS, Named { agrees: true, ..right.clone() }),
    ];
    switches.alter(right, wrong)
}
