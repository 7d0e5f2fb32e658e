//! Means of the harness: the clock and the hooks. Not part of OAuth; there only if the
//! configuration says so. Only JSON is read, so that no page in a browser can post here.

use std::time::Duration;

use serde::Deserialize;
use serde_json::json;

use crate::server::config::Hooks;
use crate::server::core::Core;
use crate::server::enterprise::console::actions;
use crate::server::enterprise::developer;
use crate::server::oauth::http::{self, Refusal};
use crate::wire::{Request, Response};

/// The furthest that one request may move the clock: a hundred years, in seconds.
const MAX_ADVANCE: u64 = 100 * 366 * 86_400;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Advance {
    /// Seconds.
    advance: u64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct HookChange {
    block_device: Option<bool>,
    rate_limit: Option<bool>,
    fail: Option<bool>,
}

/// Every method at `/control/clock`.
pub(super) fn clock(server: &Core, request: &Request) -> Response {
    match request.method.as_str() {
        "GET" | "HEAD" => show_clock(server),
        "POST" => match read::<Advance>(request) {
            Ok(change) if change.advance <= MAX_ADVANCE => {
                server.clock().advance(Duration::from_secs(change.advance));
                server.switches().time_counts();
                show_clock(server)
            }
            Ok(_) => Refusal::invalid_request("The clock cannot be moved so far").response(),
            Err(refusal) => refusal.response(),
        },
        _ => http::method_not_allowed("GET, HEAD, POST"),
    }
}

fn show_clock(server: &Core) -> Response {
    http::json(200, &json!({"now": server.now().as_secs()}))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct DeveloperToken {
    client_id: String,
}

/// Every method at `/control/developer-token`: what a developer does in the console.
pub(super) fn developer_token(server: &Core, request: &Request) -> Response {
    if request.method != "POST" {
        return http::method_not_allowed("POST");
    }
    let unknown = Refusal::invalid_request("There is no application of this client_id");
    let made = read::<DeveloperToken>(request)
        .and_then(|wish| developer::make(server, &wish.client_id).ok_or(unknown));
    match made {
        Ok(access) => http::json(200, &json!({"access_token": access})),
        Err(refusal) => refusal.response(),
    }
}

/// Every method at `/control/hooks`.
pub(super) fn hooks(server: &Core, request: &Request) -> Response {
    match request.method.as_str() {
        "GET" | "HEAD" => show_hooks(server.hooks()),
        "POST" => match read::<HookChange>(request) {
            Ok(change) => {
                let before = server.hooks();
                server.set_hooks(Hooks {
                    block_device: change.block_device.unwrap_or(before.block_device),
                    rate_limit: change.rate_limit.unwrap_or(before.rate_limit),
                    fail: change.fail.unwrap_or(before.fail),
                });
                show_hooks(server.hooks())
            }
            Err(refusal) => refusal.response(),
        },
        _ => http::method_not_allowed("GET, HEAD, POST"),
    }
}

/// Every method at `/control/console`: what is done in the consoles, without their pages.
pub(super) fn console(server: &Core, request: &Request) -> Response {
    if request.method != "POST" {
        return http::method_not_allowed("POST");
    }
    match read(request).and_then(|action| actions::perform(server, action)) {
        Ok(done) => http::json(200, &done.json()),
        Err(refusal) => refusal.response(),
    }
}

fn show_hooks(hooks: Hooks) -> Response {
    let Hooks { block_device, rate_limit, fail } = hooks;
    http::json(200, &json!({"block_device": block_device, "rate_limit": rate_limit, "fail": fail}))
}

fn read<'a, T: Deserialize<'a>>(request: &'a Request) -> Result<T, Refusal> {
    if request.media_type().as_deref() != Some("application/json") {
        return Err(Refusal::invalid_request("Only application/json is read here"));
    }
    serde_json::from_slice(&request.body)
        .map_err(|_| Refusal::invalid_request("The body is not the JSON object expected here"))
}
