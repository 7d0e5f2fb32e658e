//! Mistakes with the token requests of devices.

use crate::server::core::Core;
use crate::server::faults::device as faults;
use crate::server::oauth::devices::DeviceRefusal;
use crate::server::oauth::http::{Refusal, given};
use crate::server::oauth::issued::Issued;
use crate::server::oauth::scope;
use crate::server::oauth::store::Grant;
use crate::server::variants;
use crate::server::world::Application;
use crate::wire::Params;

/// What is told where the device code is missing.
// device/code-required
pub(in crate::server) fn missing(server: &Core, right: Refusal) -> Refusal {
    server.switches().pick(
        right,
        [
            (&faults::MISSING_INVALID_GRANT, right.called("invalid_grant")),
            (&faults::MISSING_BREAKS, right.called("server_error").at(500)),
        ],
    )
}

/// What is told for a reason.
pub(in crate::server) fn told(server: &Core, reason: DeviceRefusal, right: Refusal) -> Refusal {
    let switches = server.switches();
    match reason {
        // device/pending
        DeviceRefusal::Pending => switches.pick(
            right,
            [
                (&faults::PENDING_INVALID_GRANT, right.called("invalid_grant")),
                (&faults::PENDING_202, right.at(202)),
            ],
        ),
        // device/denied
        DeviceRefusal::Denied => {
            switches.pick(right, [(&faults::DENIAL_INVALID_GRANT, right.called("invalid_grant"))])
        }
        // device/expired
        DeviceRefusal::Expired => switches
            .pick(right, [(&faults::EXPIRED_INVALID_REQUEST, right.called("invalid_request"))]),
        // device/unknown-code
        DeviceRefusal::Unknown => switches.pick(
            if server.varies(&variants::DEVICE_UNKNOWN_EXPIRED) {
                right.called("expired_token")
            } else {
                right
            },
            [
                (&faults::UNKNOWN_PENDING, DeviceRefusal::Pending.told()),
                (&faults::UNKNOWN_BREAKS, right.called("server_error").at(500)),
            ],
        ),
        _ => right,
    }
}

/// What the tokens of a device stand for.
// device/scope, device/scope-told, device/current-user
fn granted(server: &Core, app: &Application, params: &Params, right: Grant) -> Grant {
    let asked = given(params, "scope").unwrap_or_default();
    let wanted = scope::named(server.policy(), asked).map(str::to_owned).collect::<Vec<_>>();
    let of_request = Grant { scopes: wanted.clone(), ..right.clone() };
    let of_request = if wanted.is_empty() { right.clone() } else { of_request };
    let less = Grant { scopes: right.scopes.iter().take(1).cloned().collect(), ..right.clone() };
    let right = if server.varies(&variants::DEVICE_FIRST_SCOPE) { less.clone() } else { right };
    let more = Grant { scopes: app.scopes.clone(), ..right.clone() };
    let first = server.world().users.first().map(|user| user.id.clone()).unwrap_or_default();
    let of_first = Grant { user_id: first, ..right.clone() };
    server.switches().alter(
        right,
        [
            (&faults::SCOPE_OF_REQUEST, of_request),
            (&faults::MORE_SCOPE, more),
            (&faults::LESS_SCOPE, less),
            (&faults::FIRST_USER, of_first),
        ],
    )
}

/// What a device gets.
// device/refresh
pub(in crate::server) fn issued(
    server: &Core,
    (app, params): (&Application, &Params),
    right: Grant,
    issue: impl FnOnce(Grant) -> Issued,
) -> Issued {
    let asked = right.scopes.clone();
    let mut issued = issue(granted(server, app, params, right));
    if server.has(&faults::LESS_SCOPE) {
        issued.scopes = asked;
    }
    if server.has(&faults::DEAD_REFRESH) {
        issued.tokens.refresh = Some(server.refresh_token());
    }
    if server.varies(&variants::DEVICE_WITHOUT_REFRESH) {
        issued.tokens.refresh = None;
    }
    issued
}
