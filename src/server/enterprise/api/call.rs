//! One call of the API: who makes it, with what token, for whom.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::error::{self, Denied};
use super::gate::{self, Gate};
use crate::server::core::Core;
use crate::server::faults::effects::api::call as effects;
use crate::server::oauth::bearer::Refusal;
use crate::server::oauth::http;
use crate::server::oauth::store::Grant;
use crate::server::world::{AdminRight, Application, Event, Mail, User, World};
use crate::wire::{Params, Request, Response};

/// What an endpoint returns.
pub(in crate::server) type Reply = Result<Response, Denied>;

/// A call whose token is good.
pub(in crate::server) struct Call<'a> {
    pub(in crate::server) server: &'a Core,
    pub(in crate::server) request: &'a Request,
    /// Parameters of the query.
    pub(in crate::server) params: Params,
    /// What the token stands for.
    pub(in crate::server) grant: Grant,
    /// Who acts; with `As-User` not whom the token was issued for.
    pub(in crate::server) user: User,
    /// Whom the token was issued for.
    pub(in crate::server) bearer: User,
    /// Enterprises, users and content as they were when the call came.
    pub(in crate::server) world: Arc<World>,
}

impl<'a> Call<'a> {
    /// The call of whom the token was issued for.
    pub(in crate::server) fn new(
        server: &'a Core,
        request: &'a Request,
        params: Params,
        grant: Grant,
    ) -> Result<Self, Denied> {
        let world = server.world();
        // identity/current-user. A token of a user who is no longer there is no token.
        let user = effects::user(server, &world, world.user(&grant.user_id));
        let user = user.ok_or(Refusal::InvalidToken)?.clone();
        Ok(Self { server, request, params, grant, bearer: user.clone(), user, world })
    }

    /// The method; HEAD is GET without a body.
    pub(in crate::server) fn method(&self) -> &str {
        let right = self.request.method.as_str();
        let right = if right == "HEAD" { "GET" } else { right };
        effects::method(self, right)
    }

    /// The application that the token was issued to.
    pub(in crate::server) fn application(&self) -> Option<&Application> {
        self.world.application(&self.grant.client_id)
    }

    /// The token has to open this gate, whatever the object.
    // bearer/insufficient-scope
    pub(in crate::server) fn require(&self, gate: Gate) -> Result<(), Denied> {
        if gate::opens(self.server, &self.grant, gate, None) {
            Ok(())
        } else {
            Err(Refusal::InsufficientScope.into())
        }
    }

    /// The user has to have this part of the administration; the enterprise that it is about.
    // permission/admin-users, permission/admin-groups, permission/admin-events
    pub(in crate::server) fn administer(&self, right: AdminRight) -> Result<String, Denied> {
        let enterprise = self.user.enterprise.clone().filter(|_| self.user.may(right));
        effects::administered(self, right, enterprise.ok_or_else(error::forbidden))
    }

    /// The JSON object that came with the call.
    pub(in crate::server) fn body(&self) -> Result<Map<String, Value>, Denied> {
        serde_json::from_slice(&self.request.body).map_err(|_| error::invalid("body"))
    }

    /// Changes the world.
    pub(in crate::server) fn change<T>(&self, change: impl FnOnce(&mut World) -> T) -> T {
        self.server.change_world(change)
    }

    /// Writes down that something happened.
    pub(in crate::server) fn happened(&self, kind: &'static str) {
        let by = self.user.id.clone();
        self.change(|world| {
            let id = world.fresh_id();
            world.events.push(Event { id, kind, by });
        });
    }

    /// Sends an e-mail to a user, unless the call was to send none and may say so.
    // scope/suppress-notifications
    pub(in crate::server) fn mail(&self, user_id: &str, subject: &str) {
        let to = self.world.user(user_id).map(|user| user.login.clone());
        let Some(to) = to.filter(|_| !super::outbox::is_suppressed(self)) else { return };
        self.change(|world| world.outbox.push(Mail { to, subject: subject.to_owned() }));
    }
}

/// A text member of a JSON object.
pub(in crate::server) fn text<'m>(members: &'m Map<String, Value>, name: &str) -> Option<&'m str> {
    members.get(name)?.as_str()
}

/// The identifier of an object in a JSON object: `{"parent": {"id": "0"}}`.
pub(in crate::server) fn id_of(members: &Map<String, Value>, name: &str) -> Option<String> {
    match members.get(name)?.get("id")? {
        Value::String(id) => Some(id.clone()),
        Value::Number(id) => Some(id.to_string()),
        _ => None,
    }
}

/// What a call made or shows.
pub(in crate::server) fn shown(status: u16, value: &Value) -> Reply {
    Ok(http::json(status, value))
}

/// Several things, all on one page.
pub(in crate::server) fn listed(entries: &[Value]) -> Reply {
    let body = json!({
        "total_count": entries.len(),
        "entries": entries,
        "offset": 0,
        "limit": 100,
        "next_marker": null,
    });
    shown(200, &body)
}

/// It is done, and there is nothing to show.
pub(in crate::server) fn done() -> Reply {
    Ok(Response::new(204))
}
