//! The resources: enough of an API to see whether a token lives, whose it is and what it opens, and
//! to judge scopes and permissions by (`box` OAuth page, "Using Your Access Token with API V2";
//! security guide, "Scopes" and "Restricted endpoints").
//!
//! Every call passes the same doors in the same order: the token, the query, whom it acts as, the
//! method, the scope, and only then the item and who may touch it.

pub(in crate::server) mod as_user;
pub(in crate::server) mod call;
mod collaborations;
mod enterprises;
pub(in crate::server) mod error;
mod events;
mod fields;
mod files;
mod folders;
pub(in crate::server) mod gate;
mod governance;
mod groups;
pub(in crate::server) mod items;
pub(in crate::server) mod outbox;
pub(in crate::server) mod reach;
mod records;
#[cfg(test)]
mod tests;
mod users;

use call::{Call, Reply};

use crate::server::core::Core;
use crate::server::faults::effects::api::call as effects;
use crate::server::oauth::bearer;
use crate::wire::{Request, Response};

/// Everything below `/2.0/`; the path comes without it.
pub(in crate::server) fn endpoint(server: &Core, request: &Request, path: &str) -> Response {
    answer(server, request, path).unwrap_or_else(|denied| denied.response(server))
}

fn answer(server: &Core, request: &Request, path: &str) -> Reply {
    let grant = bearer::authenticate(server, request)?;
    let params = bearer::query(server, request)?;
    let call = as_user::apply(Call::new(server, request, params, grant)?)?;
    effects::quiet_allowed(&call)?;
    // Behind the token: two tokens are refused as such whatever the method.
    let whole = route(&call, path)?;
    let known = call.method() == "GET" && effects::knows_fields(server);
    Ok(if known { fields::chosen(&call.params, whole) } else { whole })
}

fn route(call: &Call<'_>, path: &str) -> Reply {
    let segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
    match segments.as_slice() {
        ["users", "me"] => users::me(call),
        ["users"] => users::collection(call),
        ["users", id] => users::one(call, id),
        ["users", id, "memberships"] => groups::memberships_of_user(call, id),
        ["groups"] => groups::collection(call),
        ["groups", id] => groups::one(call, id),
        ["groups", id, "memberships"] => groups::memberships_of_group(call, id),
        ["group_memberships"] => groups::memberships(call),
        ["group_memberships", id] => groups::membership(call, id),
        ["events"] => events::collection(call),
        ["enterprises", id] => enterprises::one(call, id),
        ["enterprises", id, "device_pinners"] => enterprises::pinners(call, id),
        ["device_pinners", id] => enterprises::pinner(call, id),
        ["retention_policies"] => governance::policies(call, governance::RETENTION),
        ["retention_policies", id] => governance::policy(call, governance::RETENTION, id),
        ["legal_hold_policies"] => governance::policies(call, governance::LEGAL_HOLDS),
        ["legal_hold_policies", id] => governance::policy(call, governance::LEGAL_HOLDS, id),
        ["metadata_templates", "enterprise", governance::CLASSIFICATIONS, "schema"] => {
            governance::classifications(call)
        }
        _ => route_content(call, &segments),
    }
}

fn route_content(call: &Call<'_>, segments: &[&str]) -> Reply {
    match *segments {
        ["folders"] => folders::collection(call),
        ["folders", id] => folders::one(call, id),
        ["folders", id, "items"] => folders::children(call, id),
        ["files", "content"] => files::upload(call),
        ["files", id] => files::one(call, id),
        ["files", id, "content"] => files::content(call, id),
        ["files", id, "versions"] => files::versions(call, id),
        ["folders", id, "collaborations"] => collaborations::of_item(call, items::FOLDER, id),
        ["files", id, "collaborations"] => collaborations::of_item(call, items::FILE, id),
        ["collaborations"] => collaborations::collection(call),
        ["collaborations", id] => collaborations::one(call, id),
        ["files", id, "tasks"] => records::of_file(call, records::TASKS, id),
        ["files", id, "comments"] => records::of_file(call, records::COMMENTS, id),
        ["tasks"] => records::collection(call, records::TASKS),
        ["tasks", id] => records::one(call, records::TASKS, id),
        ["comments"] => records::collection(call, records::COMMENTS),
        ["comments", id] => records::one(call, records::COMMENTS, id),
        ["webhooks"] => records::collection(call, records::WEBHOOKS),
        ["webhooks", id] => records::one(call, records::WEBHOOKS, id),
        _ => Err(error::not_found("resource")),
    }
}
