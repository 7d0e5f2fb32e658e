//! What happened: `/events`. A user sees what they did themselves; administrators see all of it.

use serde_json::{Value, json};

use super::call::{Call, Reply, shown};
use super::error;
use super::gate::Gate;
use super::items;
use crate::server::world::{AdminRight, Event};

/// `GET /events`, with `stream_type=admin_logs` for those of the enterprise.
// permission/admin-events
pub(in crate::server) fn collection(call: &Call<'_>) -> Reply {
    if call.method() != "GET" {
        return Err(error::method("GET, HEAD"));
    }
    let of_enterprise =
        call.params.first("stream_type").is_some_and(|kind| kind.starts_with("admin_logs"));
    let of_user = call.params.first("created_by");
    if !of_enterprise {
        call.require(Gate::ReadContent)?;
        return stream(call, |event| event.by == call.user.id);
    }
    call.require(Gate::Reports)?;
    call.administer(AdminRight::RunReports)?;
    let here = |event: &Event| {
        let by = call.world.user(&event.by);
        by.is_some_and(|user| user.enterprise == call.user.enterprise)
            && of_user.is_none_or(|id| event.by == id)
    };
    stream(call, here)
}

fn stream(call: &Call<'_>, shows: impl Fn(&Event) -> bool) -> Reply {
    let shown_events = call.world.events.iter().filter(|event| shows(event));
    let entries: Vec<Value> = shown_events
        .map(|event| {
            json!({
                "type": "event",
                "event_id": event.id,
                "event_type": event.kind,
                "created_by": items::brief_user(call, &event.by),
            })
        })
        .collect();
    let position = call.world.events.len();
    let body =
        json!({"chunk_size": entries.len(), "next_stream_position": position, "entries": entries});
    shown(200, &body)
}
