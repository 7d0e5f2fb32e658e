//! One call of the API: who makes it, with what token, for whom.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::error::{self, Denied};
use super::gate::{self, Gate};
use crate::server::oauth::bearer::Refusal;
use crate::server::oauth::http;
use crate::server::oauth::store::Grant;
use crate::server::world::{AdminRight, Application, Event, Mail, Role, User, World};
use crate::server::{Server, faults};
use crate::wire::{Params, Request, Response};

/// What an endpoint returns.
pub(super) type Reply = Result<Response, Denied>;

/// A call whose token is good.
pub(super) struct Call<'a> {
    pub(super) server: &'a Server,
    pub(super) request: &'a Request,
    /// Parameters of the query.
    pub(super) params: Params,
    /// What the token stands for.
    pub(super) grant: Grant,
    /// Who acts; with `As-User` not whom the token was issued for.
    pub(super) user: User,
    /// Whom the token was issued for.
    pub(super) bearer: User,
    /// Enterprises, users and content as they were when the call came.
    pub(super) world: Arc<World>,
}

impl<'a> Call<'a> {
    /// The call of whom the token was issued for.
    pub(super) fn new(
        server: &'a Server,
        request: &'a Request,
        params: Params,
        grant: Grant,
    ) -> Result<Self, Denied> {
        let world = server.world();
        // A token of a user who is no longer there is no token.
        let user = user_of(server, &world, &grant).ok_or(Refusal::InvalidToken)?;
        Ok(Self { server, request, params, grant, bearer: user.clone(), user, world })
    }

    /// The method; HEAD is GET without a body.
    pub(super) fn method(&self) -> &str {
        let form = self.request.media_type().as_deref() == Some(http::FORM);
        match self.request.method.as_str() {
            "HEAD" => "GET",
            // bearer/two-methods
            "POST" if form && self.server.has(&faults::bearer::BODY_IGNORED) => "GET",
            method => method,
        }
    }

    /// The application that the token was issued to.
    pub(super) fn application(&self) -> Option<&Application> {
        self.world.application(&self.grant.client_id)
    }

    /// The token has to open this gate, whatever the object.
    // bearer/insufficient-scope
    pub(super) fn require(&self, gate: Gate) -> Result<(), Denied> {
        if gate::opens(self.server, &self.grant, gate, None) {
            Ok(())
        } else {
            Err(Refusal::InsufficientScope.into())
        }
    }

    /// The user has to have this part of the administration; the enterprise that it is about.
    // permission/admin-users, permission/admin-groups, permission/admin-events
    pub(super) fn administer(&self, right: AdminRight) -> Result<String, Denied> {
        use faults::permission as slip;
        use faults::scope as scopes;
        let server = self.server;
        let co_admin = self.user.role == Role::CoAdmin;
        let carries = |scope: &str| self.grant.scopes.iter().any(|held| held == scope);
        let may = server.switches().pick(
            self.user.may(right),
            [
                (&slip::CO_ADMIN_MAY_ALL, self.user.may(right) || co_admin),
                (&slip::CO_ADMIN_MAY_NOTHING, self.user.role == Role::Admin),
                (&slip::ANYONE_ADMINISTERS, true),
                // scope/adds-no-permission
                (&scopes::MAKES_ADMIN, self.user.may(right) || carries("manage_enterprise")),
            ],
        );
        match &self.user.enterprise {
            Some(enterprise) if may => Ok(enterprise.clone()),
            _ if server.has(&slip::NO_ADMIN_404) => Err(error::not_found("resource")),
            _ => Err(error::forbidden()),
        }
    }

    /// The JSON object that came with the call.
    pub(super) fn body(&self) -> Result<Map<String, Value>, Denied> {
        serde_json::from_slice(&self.request.body).map_err(|_| error::invalid("body"))
    }

    /// Changes the world.
    pub(super) fn change<T>(&self, change: impl FnOnce(&mut World) -> T) -> T {
        self.server.change_world(change)
    }

    /// Writes down that something happened.
    pub(super) fn happened(&self, kind: &'static str) {
        let by = self.user.id.clone();
        self.change(|world| {
            let id = world.fresh_id();
            world.events.push(Event { id, kind, by });
        });
    }

    /// Sends an e-mail to a user, unless the call was to send none and may say so.
    // scope/suppress-notifications
    pub(super) fn mail(&self, user_id: &str, subject: &str) {
        let to = self.world.user(user_id).map(|user| user.login.clone());
        let Some(to) = to.filter(|_| !super::outbox::is_suppressed(self)) else { return };
        self.change(|world| world.outbox.push(Mail { to, subject: subject.to_owned() }));
    }
}

// identity/current-user
fn user_of(server: &Server, world: &World, grant: &Grant) -> Option<User> {
    let user = world.user(&grant.user_id);
    let newest = || server.store.newest_user().and_then(|id| world.user(&id));
    server
        .switches()
        .pick(
            user,
            [
                (&faults::identity::FIRST_USER, world.users.first()),
                (&faults::identity::LAST_USER, world.users.last()),
                (&faults::identity::LAST_GRANTED, newest()),
                (&faults::identity::LOST_BY_REFRESH, user.or(world.users.first())),
            ],
        )
        .cloned()
}

/// A text member of a JSON object.
pub(super) fn text<'m>(members: &'m Map<String, Value>, name: &str) -> Option<&'m str> {
    members.get(name)?.as_str()
}

/// The identifier of an object in a JSON object: `{"parent": {"id": "0"}}`.
pub(super) fn id_of(members: &Map<String, Value>, name: &str) -> Option<String> {
    match members.get(name)?.get("id")? {
        Value::String(id) => Some(id.clone()),
        Value::Number(id) => Some(id.to_string()),
        _ => None,
    }
}

/// What a call made or shows.
pub(super) fn shown(status: u16, value: &Value) -> Reply {
    Ok(http::json(status, value))
}

/// Several things, all on one page.
pub(super) fn listed(entries: &[Value]) -> Reply {
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
pub(super) fn done() -> Reply {
    Ok(Response::new(204))
}
