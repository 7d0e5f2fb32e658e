//! E-mail that calls send, and the header field that keeps them from it (`box`, authentication
//! models, "Can suppress email notifications from API calls").

use serde_json::json;

use super::call::Call;
use crate::server::core::Core;
use crate::server::faults::effects::api::call as effects;
use crate::server::oauth::http;
use crate::server::world::SpecialPermission;
use crate::wire::{Request, Response};

/// Name of the header field; `off` is the value that means something.
pub(in crate::server) const HEADER: &str = "box-notifications";

/// Whether a call is to send no e-mail, and its application may say so. From any other application
/// the field means nothing.
// scope/suppress-notifications
pub(in crate::server) fn is_suppressed(call: &Call<'_>) -> bool {
    let asked = call.request.headers.text(HEADER).is_some_and(|value| value.trim() == "off");
    asked && effects::may_suppress(call, may_suppress(call))
}

pub(in crate::server) fn may_suppress(call: &Call<'_>) -> bool {
    let app = call.application();
    app.is_some_and(|app| app.special.contains(&SpecialPermission::SuppressNotifications))
}

/// `GET /control/outbox?to=ADDRESS`: how many messages went there, or anywhere.
pub(in crate::server) fn control(server: &Core, request: &Request) -> Response {
    if !matches!(request.method.as_str(), "GET" | "HEAD") {
        return http::method_not_allowed("GET, HEAD");
    }
    let (params, _) = http::decode_each(request.query().unwrap_or_default().as_bytes());
    let world = server.world();
    let to = params.first("to");
    let count = world.outbox.iter().filter(|mail| to.is_none_or(|to| mail.to == to)).count();
    http::json(200, &json!({"messages": count.to_string()}))
}
