//! The device grant (RFC 8628 §3.4, §3.5): the device asks until its user has decided.

use super::{needed, refreshable};
use crate::server::core::Core;
use crate::server::faults::effects::token::device as effects;
use crate::server::oauth::devices::DeviceRefusal;
use crate::server::oauth::http::Refusal;
use crate::server::oauth::issued::Issued;
use crate::server::world::{Application, GrantType};
use crate::wire::Params;

const MISSING: Refusal = Refusal::invalid_request("The parameter device_code is missing");
const UNKNOWN: Refusal = Refusal::new("invalid_grant", "The device code is invalid");
const PENDING: Refusal = Refusal::new("authorization_pending", "The user has not decided yet");
const TOO_EARLY: Refusal = Refusal::new("slow_down", "The device asks too often");
const DENIED: Refusal = Refusal::new("access_denied", "The user denied the access");
const EXPIRED: Refusal = Refusal::new("expired_token", "The device code has expired");

pub(super) fn grant(server: &Core, app: &Application, params: &Params) -> Result<Issued, Refusal> {
    // device/code-required
    let code = needed(params, "device_code", effects::missing(server, MISSING))?;
    let redeemed = server.devices.redeem(server.now(), code, &app.client_id);
    let redeemed = redeemed.map_err(|it| effects::told(server, it, it.told()))?;
    // device/scope, device/current-user
    Ok(effects::issued(server, (app, params), redeemed, |granted| {
        refreshable(server, GrantType::DeviceCode, granted)
    }))
}

impl DeviceRefusal {
    /// What the device is told.
    pub(in crate::server) fn told(self) -> Refusal {
        match self {
            // device/unknown-code, device/bound-to-client, device/single-use
            Self::Unknown | Self::WrongClient | Self::Redeemed => UNKNOWN,
            // device/expired
            Self::Expired => EXPIRED,
            // device/denied
            Self::Denied => DENIED,
            // device/pending
            Self::Pending => PENDING,
            // device/slow-down
            Self::TooEarly => TOO_EARLY,
        }
    }
}
