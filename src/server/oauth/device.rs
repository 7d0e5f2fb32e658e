//! The device authorization endpoint (RFC 8628 §3.1, §3.2): codes for a device and for its user.

use std::time::Duration;

use serde_json::{Value, json};

use crate::server::core::Core;
use crate::server::faults::effects::device as effects;
use crate::server::oauth::client_auth::{self, Purpose};
use crate::server::oauth::devices::{Decision, Device};
use crate::server::oauth::http::{self, Refusal};
use crate::server::oauth::store::Grant;
use crate::server::oauth::{audience, scope};
use crate::server::policy::{DeviceGrant, Reason};
use crate::server::world::GrantType;
use crate::testbed::random;
use crate::wire::{Params, Request, Response};

pub(in crate::server) const KNOWN: &[&str] = &["client_id", "client_secret", "scope", "resource"];

/// Letters of user codes: no vowels, so that no words come of it, and nothing that looks alike
/// (RFC 8628 §6.1).
// device/user-code-readable
const LETTERS: &[u8; 20] = b"BCDFGHJKLMNPQRSTVWXZ";
/// How many letters a user code has.
// device/user-code-unguessable
const LENGTH: usize = 8;

/// Every method at the device authorization endpoint.
pub(in crate::server) fn endpoint(server: &Core, request: &Request) -> Response {
    effects::around(server, request, answer)
}

// device/post-only, device/answer, device/no-store, device/refusal
fn answer(server: &Core, request: &Request) -> Response {
    let refuse = |reason| server.refusal(reason);
    http::posted(request, 200, refuse, |params| begin(server, request, params))
}

fn begin(server: &Core, request: &Request, params: &Params) -> Result<Value, Refusal> {
    let unavailable = || server.refusal(Reason::GrantNotAllowed);
    let policy = server.policy().device.ok_or_else(unavailable)?;
    // device/repeated-parameter, device/unknown-parameters
    let counts = |name: &str| KNOWN.contains(&name) && !audience::repeats(server, name);
    let repeated = effects::is_repeated(server, params, params.repeated(counts).is_some());
    if repeated {
        return Err(server.refusal(Reason::RepeatedParameter));
    }
    // device/client-known, device/client-authenticated
    let app = client_auth::authenticate(server, request, params, Purpose::Device);
    let app = effects::client(server, (request, params), app)?;
    // device/client-not-allowed
    if !app.grants.contains(&GrantType::DeviceCode) {
        return Err(unavailable());
    }
    // device/scope, device/scope-unknown
    let asked = params.first("scope").unwrap_or_default();
    let scopes = scope::choose(server.policy(), asked, &app.scopes);
    let scopes = scopes.ok_or_else(|| server.refusal(Reason::Scope))?;
    let resources = audience::asked(server, params, &request.origin);
    let resources = resources.ok_or_else(|| server.refusal(Reason::Target))?;
    let grant = Grant { client_id: app.client_id, scopes, resources, ..Grant::default() };
    Ok(told(server, request, policy, grant))
}

/// Keeps a device and says what it and its user need.
fn told(server: &Core, request: &Request, policy: DeviceGrant, grant: Grant) -> Value {
    // device/code-unguessable
    let drawn = (server.token_of(random::LONG), user_code(server));
    let (code, letters) = effects::codes(server, drawn);
    let device = Device {
        grant,
        user_code: letters.clone(),
        decision: Decision::Pending,
        expires: server.now().saturating_add(Duration::from_secs(policy.lifetime)),
        interval: Duration::from_secs(policy.interval),
        asked: None,
    };
    server.devices.add(server.now(), code.clone(), device);
    let shown = shown(&letters);
    let path = server.dialect().endpoints.verification.first().cloned().unwrap_or_default();
    let page = format!("{}{path}", request.origin);
    json!({
        "device_code": code,
        "user_code": shown,
        "verification_uri": page,
        "verification_uri_complete": format!("{page}?user_code={shown}"),
        "expires_in": policy.lifetime,
        "interval": policy.interval,
    })
}

/// A user code as it is shown: in two halves.
fn shown(letters: &str) -> String {
    let (start, end) = letters.split_at(letters.len() / 2);
    format!("{start}-{end}")
}

fn user_code(server: &Core) -> String {
    // The largest multiple of the number of letters that fits a byte.
    const FAIR: u8 = 240;
    let mut letters = String::new();
    while letters.len() < LENGTH {
        let mut drawn = [0_u8; 16];
        server.random().fill(&mut drawn);
        let fair = drawn.iter().filter(|byte| **byte < FAIR);
        let letter = |byte: &u8| char::from(LETTERS[usize::from(*byte) % LETTERS.len()]);
        letters.extend(fair.map(letter).take(LENGTH - letters.len()));
    }
    letters
}
